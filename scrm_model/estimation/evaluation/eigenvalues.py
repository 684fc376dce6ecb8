"""Eigenvalues of U Gamma: the weights of the chi-squares that N F tends to without normality.

Notes
-----
With T = V^(1/2) Delta and t_i = V^(1/2) z_i, U Gamma has the non-zero eigenvalues of the matrix of
cases ``t_i' t_j / n - a_i' E^-1 a_j / n``, a_i = T' t_i. That is X S X' for X = (t, a) and S the
block-diagonal matrix of I and -E^-1, so the eigenvalues are also those of ``R S R'`` for any R
with R'R = X'X: of order N or p* + q, whichever is smaller. Gamma itself is never formed.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.uncertainty.casewise import Cases


def u_gamma_eigenvalues(bread: Bread, df: int) -> NDArray[np.float64]:
    """The df largest eigenvalues of U Gamma, descending.

    Parameters
    ----------
    bread : Bread
        Of raw data.
    df : int
        Degrees of freedom.

    Returns
    -------
    ndarray, shape (df,)
        Zeros at the end when there are fewer cases than df: Gamma has no more rank. NaN if the
        information is singular.
    """
    inverse = bread.inverse("expected")
    if inverse is None:
        return np.full(df, np.nan)
    n = sum(len(c.scores) for c in bread.cases)
    moments = [_moments(c) for c in bread.cases]
    root = _root(bread.cases, moments, n)
    t, a = np.split(root, [sum(moments)], axis=1)
    found = np.linalg.eigvalsh(t @ t.T - a @ inverse @ a.T)[::-1]
    out = np.zeros(df)
    out[: min(df, len(found))] = np.maximum(found[:df], 0.0)
    return out


def _moments(cases: Cases) -> int:
    p = cases.whitened.shape[1]
    return p * (p + 1) // 2 + (p if cases.means else 0)


def _root(groups: tuple[Cases, ...], moments: list[int], n: int) -> NDArray:
    """R with R'R = X'X: X itself when it has few rows."""
    width, first = sum(moments), 0
    kept: list[NDArray] = []
    gram: NDArray | None = None
    q = groups[0].scores.shape[1]
    for cases, own in zip(groups, moments, strict=True):
        size = len(cases.scores)
        centre = sum(_products(cases, rows).sum(axis=0) for rows in cases.chunks()) / size
        for chunk in cases.chunks():
            x = np.zeros((len(cases.scores[chunk]), width + q))
            x[:, first : first + own] = (_products(cases, chunk) - centre) / np.sqrt(size)
            x[:, width:] = cases.scores[chunk] / np.sqrt(n)
            if n <= width + q:
                kept.append(x)
            else:
                gram = x.T @ x if gram is None else gram + x.T @ x
        first += own
    if gram is None:
        return np.concatenate(kept)
    values, vectors = np.linalg.eigh(gram)
    return np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T


def _products(cases: Cases, rows: slice) -> NDArray:
    """t_i before centring: what is left of products, and of deviations, given fixed x."""
    d, h = cases.whitened[rows], cases.predicted
    out = _half_products(d)
    if h is not None:
        out -= _half_products(h[rows])
        d = d - h[rows]
    return np.hstack([out, d]) if cases.means else out


def _half_products(w: NDArray) -> NDArray:
    """Rows t_i with t_i' t_j = (w_i' w_j)^2 / 2, shape (N, p (p + 1) / 2)."""
    i, j = np.triu_indices(w.shape[1])
    return w[:, i] * w[:, j] * np.where(i == j, np.sqrt(0.5), 1.0)
