"""Exact means and covariances of answers that cuts make of normal variables.

Notes
-----
An answer is 1 plus the number of thresholds below the normal variable, so that the covariance of
two answers is a sum over pairs of thresholds of ``Phi_2(-a, -b; rho) - Phi(-a) Phi(-b)``, and this
is the integral of the bivariate normal density at (a, b) over the correlation from 0 to rho
[plackett1954]_.

References
----------
.. [plackett1954] Plackett, R. L. (1954). A reduction formula for normal multivariate integrals.
   Biometrika, 41, 351-360.
"""

from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

_NODES = 40


def score_means(names: Iterable[str], cuts: Mapping[str, NDArray]) -> NDArray:
    """Means of answers; 0 where nothing is cut, shape (p,)."""
    return np.array([1.0 + ndtr(-cuts[k]).sum() if k in cuts else 0.0 for k in names])


def score_moments(cov: pd.DataFrame, cuts: Mapping[str, NDArray]) -> pd.DataFrame:
    """Covariance matrix of answers.

    Parameters
    ----------
    cov : DataFrame, shape (p, p)
        Correlation matrix of normal variables.
    cuts : mapping of str to ndarray
        Thresholds; variables without any stay as they are.

    Returns
    -------
    DataFrame, shape (p, p)
    """
    names = list(cov.columns)
    rho = cov.to_numpy()
    out = rho.copy()
    edges = {k: np.asarray(cuts[name]) for k, name in enumerate(names) if name in cuts}
    for i, a in edges.items():
        out[i, i] = _variance(a)
        for j in range(len(names)):
            if j not in edges:
                # E[X_j 1{X_i > a}] = rho phi(a).
                out[i, j] = out[j, i] = rho[i, j] * _density(a).sum()
            elif j < i:
                out[i, j] = out[j, i] = _covariance(a, edges[j], rho[i, j])
    return pd.DataFrame(out, index=names, columns=names)


def _variance(cuts: NDArray) -> float:
    share = np.diff(ndtr(np.concatenate([[-np.inf], cuts, [np.inf]])))
    points = np.arange(len(share))
    return float(share @ (points - share @ points) ** 2)


def _density(x: NDArray) -> NDArray:
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


@cache
def _nodes() -> tuple[NDArray, NDArray]:
    return np.polynomial.legendre.leggauss(_NODES)


def _covariance(a: NDArray, b: NDArray, rho: float) -> float:
    # In t with r = sin t the integrand is smooth up to correlations of 1.
    node, weight = _nodes()
    end = np.arcsin(rho)
    t = end * (node + 1) / 2
    r, c2 = np.sin(t), np.cos(t) ** 2
    x, y = a[:, None, None], b[None, :, None]
    inside = np.exp(-(x**2 + y**2 - 2 * r * x * y) / (2 * c2)) / (2 * np.pi)
    return float((inside * weight).sum() * end / 2)
