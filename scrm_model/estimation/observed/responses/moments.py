"""All moments of a group with ordinal variables, and what each case adds to them.

Notes
-----
The order is that of `scrm_model.estimation.implied.responses`. The covariance matrix of the
moments is Gamma = Z' Z / N with a row of influences for every case [muthen1984]_; a missing answer
adds nothing to what it is not part of (pairwise deletion). Tables serve where all variables are
ordinal and nothing is given, cases where they do not.

References
----------
.. [muthen1984] Muthén, B. (1984). A general structural equation model with dichotomous, ordered
   categorical, and continuous latent variable indicators. Psychometrika, 49, 115-132.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.observed.responses.bivariate import density
from scrm_model.estimation.observed.responses.margins import (
    Margin,
    continuous_margin,
    ordinal_margin,
)
from scrm_model.estimation.observed.responses.pairs import correlate
from scrm_model.estimation.observed.responses.polychoric import (
    correlations,
    filled_corner,
    limits,
    pair_influence,
)

_TABLES = 32  # looked up together: their places stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found in the answers of a group.

    Attributes
    ----------
    vector : ndarray, shape (M,)
        The moments.
    added : ndarray, shape (M, N)
        What each case adds to each of them; the mean over cases is 0.
    extreme : ndarray of int
        Pairs whose likelihood rises up to a correlation of 1 or -1.
    filled : ndarray of int
        Pairs of two categories each with an empty cell, which got half a case.
    """

    vector: NDArray
    added: NDArray
    extreme: NDArray[np.intp]
    filled: NDArray[np.intp]

    @property
    def gamma(self) -> NDArray:
        """Covariance matrix of the moments times N, shape (M, M)."""
        return self.added @ self.added.T / self.added.shape[1]


def measure(rows: NDArray, of: Responses) -> Measured:
    """Moments of one group.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
        Observed variables in the order of the matrices: category numbers from 0 of ordinal ones,
        every category used; NaN for a missing answer, but not of a fixed predictor.
    of : Responses
    """
    if len(of.continuous) or len(of.x):
        return _by_cases(rows, of)
    return _by_tables(rows[:, of.y], of)


def _by_tables(rows: NDArray, of: Responses) -> Measured:
    n, k = rows.shape
    c = int(of.cuts.max()) + 1
    codes = np.where(np.isnan(rows), c, rows).astype(np.intp)
    one_hot = np.eye(c + 1, c).take(codes, axis=0).reshape(n, k * c)
    crossed = (one_hot.T @ one_hot).reshape(k, c, k, c)
    margins = one_hot.sum(axis=0).reshape(k, c)
    seen = margins.sum(axis=1)
    ends = limits(margins / seen[:, None])
    i, j = of.pairs
    tables = crossed[i, :, j, :]
    binary = of.cuts == 1
    tables, changed = filled_corner(tables, binary[i] & binary[j])
    rho, converged, there = correlations(tables, ends[i], ends[j])
    found = pair_influence(tables, ends[i], ends[j], rho, there)
    cuts = _threshold_influence(margins / seen[:, None], ends) * (n / seen)[:, None, None]
    score = found.score * (n / tables.sum(axis=(1, 2)))[:, None, None]
    total = np.zeros((len(rho), c + 1, c + 1))
    total[:, :-1, :-1] = score
    total -= np.einsum("pt,pta->pa", found.rows, cuts[i])[:, :, None]
    total -= np.einsum("pt,pta->pa", found.columns, cuts[j])[:, None, :]
    inner = np.arange(c - 1) < of.cuts[:, None]
    start = int(of.cuts.sum())
    added = np.empty((of.size, n))
    # One look-up a table: threshold influences by category, those of pairs by cell.
    by_answer = np.ascontiguousarray(codes.T)
    variable, _ = np.nonzero(inner)
    at = by_answer[variable] + np.arange(start)[:, None] * (c + 1)
    cuts[inner].ravel().take(at, out=added[:start], mode="clip")
    table, of_row = total.ravel(), by_answer * (c + 1)
    for first in range(0, len(rho), _TABLES):
        part = slice(first, first + _TABLES)
        place = of_row[i[part]]
        place += by_answer[j[part]]
        place += np.arange(first, first + len(place))[:, None] * (c + 1) ** 2
        table.take(place, out=added[start:][part], mode="clip")
    vector = np.concatenate([ends[:, 1:-1][inner], rho])
    return Measured(vector, added, np.flatnonzero(~converged), np.flatnonzero(changed))


def _threshold_influence(shares: NDArray, ends: NDArray) -> NDArray:
    """What a case in each category adds to each threshold, shape (k, C - 1, C + 1).

    The last column is that of a missing answer, which adds nothing.
    """
    k, c = shares.shape
    below = np.cumsum(shares, axis=1)[:, :-1]
    height = density(ends[:, 1:-1])
    out = np.zeros((k, c - 1, c + 1))
    step = np.arange(c) <= np.arange(c - 1)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = (step - below[:, :, None]) / height[:, :, None]
    out[:, :, :-1] = np.where(np.isfinite(ends[:, 1:-1, None]), moved, 0.0)
    return out


def _by_cases(rows: NDArray, of: Responses) -> Measured:
    x = rows[:, of.x]
    margins = [_margin(rows[:, at], x, cuts) for at, cuts in zip(of.y, of.cuts, strict=True)]
    sizes = np.maximum(of.cuts, 1)
    vector = [m.location for m in margins]
    influence = [m.influence[:, :size] for m, size in zip(margins, sizes, strict=True)]
    for number in range(len(of.x)):
        vector.append(np.array([m.slopes[number] for m in margins]))
        columns = [m.influence[:, size + number] for m, size in zip(margins, sizes, strict=True)]
        influence.append(np.column_stack(columns))
    own = [m for m in margins if not m.ordinal]
    vector.append(np.array([m.variance for m in own]))
    influence += [m.influence[:, -1:] for m in own]
    pairs = [_covariance(margins[i], margins[j]) for i, j in zip(*of.pairs, strict=True)]
    vector.append(np.array([value for value, *_ in pairs]))
    influence += [column[:, None] for _, column, _ in pairs]
    extreme = [k for k, (*_, converged) in enumerate(pairs) if not converged]
    return Measured(
        np.concatenate(vector), np.ascontiguousarray(np.concatenate(influence, axis=1).T),
        np.array(extreme, dtype=np.intp), np.zeros(0, dtype=np.intp),
    )  # fmt: skip


def _margin(column: NDArray, x: NDArray, cuts: int) -> Margin:
    if not cuts:
        return continuous_margin(column, x)
    return ordinal_margin(np.where(np.isnan(column), -1, column).astype(np.intp), x)


def _covariance(first: Margin, second: Margin) -> tuple[float, NDArray, bool]:
    """Covariance (correlation, where a variable has no variance) and what each case adds."""
    rho, influence, converged = correlate(first, second)
    a, b = np.sqrt(first.variance), np.sqrt(second.variance)
    out = a * b * influence
    if not first.ordinal:
        out = out + rho * b / (2 * a) * first.influence[:, -1]
    if not second.ordinal:
        out = out + rho * a / (2 * b) * second.influence[:, -1]
    return rho * a * b, out, converged
