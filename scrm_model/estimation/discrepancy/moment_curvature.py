"""What incomplete cases know of means and covariances: information of the unrestricted model.

Notes
-----
With P_i the inverse of the observed part of Sigma, padded with zeros, v_i = P_i d_i and S_a the
derivative of Sigma with respect to one covariance (1 in its two cells, or in its one), the second
derivatives of the mean of ``log|Sigma_oo| + d_o' Sigma_oo^-1 d_o`` are [savalei2010]_::

    covariances             mean tr(S_a P_i S_b (2 v_i v_i' - P_i))
    means and covariances   2 mean P_i S_a v_i
    means                   2 mean P_i

Every entry of the first is the sum of four cells of ``mean vech(P_i) vech(2 v_i v_i' - P_i)'``, so
that one product of two matrices with a row for each pattern gives all. Expected derivatives, with
cells missing completely at random, have P_i in place of 2 v_i v_i' - P_i, and none of the second
kind. The scores of a case are v_i for the means and ``c (v_l v_r - P_lr)``, c = 1 off and 1/2 on
the diagonal.

References
----------
.. [savalei2010] Savalei, V. (2010). Expected versus observed information in SEM with incomplete
   normal and nonnormal data. Psychological Methods, 15, 352-367.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.observed.expectation import Completed


@dataclass(frozen=True, eq=False)
class _Cells:
    """Pairs of variables as places in vech, and where pairs of pairs find their four terms."""

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    weight: NDArray[np.float64]
    place: NDArray[np.intp]
    crossed: NDArray[np.intp]
    straight: NDArray[np.intp]


@lru_cache(maxsize=8)
def _cells(p: int) -> _Cells:
    row, column = np.tril_indices(p)
    size = len(row)
    place = np.empty((p, p), dtype=np.intp)
    place[row, column] = place[column, row] = np.arange(size)
    weight = np.where(row == column, 0.5, 1.0)
    one = place[row[:, None], column]
    rows, columns = place[row[:, None], row], place[column[:, None], column]
    return _Cells(row, column, weight, place, one * size + one.T, rows * size + columns)


def curvature(at: Completed, kind: str) -> NDArray[np.float64]:
    """Second derivatives with respect to means, then vech(Sigma), shape (m, m).

    Parameters
    ----------
    at : Completed
        The cases at some moments.
    kind : {"observed", "expected"}
    """
    p = len(at.precision)
    cells = _cells(p)
    inverses = at.precisions[:, cells.row, cells.column]
    count = at.pattern_weights[:, None]
    other = inverses * count
    if kind == "observed":
        other = 2.0 * _scatter(at, cells) - other
    m = p + len(cells.row)
    out = np.zeros((m, m))
    out[p:, p:] = _gather(inverses.T @ other, cells)
    mean = np.empty((p, p))
    mean[cells.row, cells.column] = mean[cells.column, cells.row] = (inverses * count).sum(axis=0)
    out[:p, :p] = 2.0 * mean
    if kind == "observed":
        out[:p, p:] = _crossed(at, inverses, cells)
        out[p:, :p] = out[:p, p:].T
    return out / at.total


def complete_information(precision: NDArray) -> NDArray[np.float64]:
    """Expected information of a complete case, by means, then vech(Sigma), shape (m, m)."""
    p = len(precision)
    cells = _cells(p)
    half = precision[cells.row, cells.column]
    out = np.zeros((p + len(half),) * 2)
    out[:p, :p] = precision
    out[p:, p:] = _gather(np.outer(half, half), cells) / 2.0
    return out


def expected_length(at: Completed, mean: NDArray, cov: NDArray) -> float:
    """m' W m with W the expected information of one observation, of moments (p,) and (p, p)."""
    turned = at.precisions @ cov
    lengths = 0.5 * np.einsum("mij,mji->m", turned, turned)
    lengths += np.einsum("i,mij,j->m", mean, at.precisions, mean)
    return float(at.pattern_weights @ lengths / at.total)


def moments_among(p: int, x: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which of the means and vech(Sigma) of p variables are moments of those at x alone."""
    cells = _cells(p)
    inside = np.isin(np.arange(p), x)
    return np.concatenate([inside, inside[cells.row] & inside[cells.column]])


def _scatter(at: Completed, cells: _Cells) -> NDArray:
    """Sum of vech(v v') over the cases of each pattern, shape (M, m)."""
    v = at.pulls
    products = v[:, cells.row] * v[:, cells.column]
    if at.weights is not None:
        products *= at.weights[:, None]
    return at.patterns.sums(products)


def _gather(product: NDArray, cells: _Cells) -> NDArray:
    """tr(S_a P S_b Q) from the sum of vech(P) vech(Q)'."""
    both = (product + product.T).ravel()
    terms = both[cells.crossed] + both[cells.straight]
    return np.asarray(terms * (cells.weight[:, None] * cells.weight))


def _crossed(at: Completed, inverses: NDArray, cells: _Cells) -> NDArray:
    """2 sum P_i S_a v_i, shape (p, m)."""
    v = at.pulls if at.weights is None else at.pulls * at.weights[:, None]
    product = inverses.T @ at.patterns.sums(v)
    left, right = cells.place[:, cells.row], cells.place[:, cells.column]
    terms = product[left, cells.column] + product[right, cells.row]
    return np.asarray(2.0 * cells.weight * terms)


def scores(at: Completed) -> NDArray[np.float64]:
    """Derivatives of each case's log-likelihood by means, then vech(Sigma), shape (N, m).

    Parameters
    ----------
    at : Completed
        The cases at some moments, in whose sorted order the scores are.
    """
    cells = _cells(len(at.precision))
    v = at.pulls
    own = np.repeat(np.arange(len(at.patterns.first)), at.patterns.counts.astype(int))
    second = v[:, cells.row] * v[:, cells.column] - at.precisions[own][:, cells.row, cells.column]
    return np.concatenate([v, cells.weight * second], axis=1)
