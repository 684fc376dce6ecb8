"""Means and covariances of answers with empty cells, by EM, and squared distances from them.

Notes
-----
With P = Sigma^-1 and d the deviations of a case, 0 in its empty cells m, ``w = P d``: the empty
cells have the conditional covariance ``C = (P_mm)^-1`` and the expected deviations ``-C w_m``. An
EM step [dempster1977]_ puts the moments of the cases so completed in the place of mu and Sigma. The
work of a case that lacks k cells is thus the inverse of a k x k matrix, and those of all cases that
lack as many are one stack. The completed deviations e also give
``d_o' Sigma_oo^-1 d_o = e' P e``.

The first steps are plain, which is all that a few per cent of empty cells need. Then two steps and
their difference are extrapolated (SQUAREM, [varadhan2008]_), unless that leads out of the positive
definite matrices or away from the fixed point.

References
----------
.. [dempster1977] Dempster, A. P., Laird, N. M., & Rubin, D. B. (1977). Maximum likelihood from
   incomplete data via the EM algorithm. Journal of the Royal Statistical Society, Series B, 39,
   1-38.
.. [varadhan2008] Varadhan, R., & Roland, C. (2008). Simple and globally convergent methods for
   accelerating the convergence of any EM algorithm. Scandinavian Journal of Statistics, 35,
   335-353.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.screening.patterns import Batch, Patterns, batches, complete_cases

TOLERANCE = 1e-8  # largest change by a plain step, in standard deviations
MAX_STEPS = 2000
_PLAIN = 20
_REACH = 100.0  # longest extrapolation, in steps
_LEAST = 1e-9  # own share of an item's variance below which covariances count as singular
_ROWS = 8192  # rows of a block that stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Moments:
    """Means and covariances, and how they were found.

    Attributes
    ----------
    mean : ndarray, shape (p,)
    cov : ndarray, shape (p, p)
        Divisor n; of incomplete cases the maximum-likelihood estimate.
    n : int
        Cases.
    steps : int
        EM steps; 0 for complete cases.
    converged : bool
    """

    mean: NDArray[np.float64]
    cov: NDArray[np.float64]
    n: int
    steps: int
    converged: bool

    @property
    def unbiased(self) -> NDArray[np.float64]:
        """Covariances times n / (n - 1); of complete cases those with divisor n - 1."""
        return self.cov * (self.n / (self.n - 1))


def work(patterns: Patterns) -> float:
    """Multiplications of one EM step, roughly: what a step costs, whatever the machine."""
    n, p = len(patterns.of_case), patterns.answered.shape[1]
    lacks = (p - patterns.sizes).astype(float)
    whole = int(patterns.counts[lacks == 0].sum())
    return 2.0 * (n - whole) * p * p + float((3.0 * lacks**3 + 40.0 * lacks**2).sum())


def em_moments(values: NDArray, patterns: Patterns, max_steps: int = MAX_STEPS) -> Moments:
    """Means and covariances that make the answers most likely, if they are normal.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        NaN in empty cells. Every case has an answer, every item varies.
    patterns : Patterns
        Of these cases.
    max_steps : int

    Returns
    -------
    Moments
        Not converged if `max_steps` were not enough, or a step left the positive definite
        matrices: then the likelihood has no maximum inside them.
    """
    n = len(values)
    centre = np.nanmean(values, axis=0)
    scale = np.nanstd(values, axis=0)
    z = np.where(np.isnan(values), 0.0, (values - centre) / scale)
    gaps = list(batches(patterns))
    whole = z[complete_cases(patterns)]
    if not gaps:
        mean = whole.mean(axis=0)
        cov = whole.T @ whole / n - np.outer(mean, mean)
        return Moments(centre + mean * scale, cov * np.outer(scale, scale), n, 0, True)
    fixed = whole.sum(axis=0), whole.T @ whole, len(whole)
    del whole
    start = np.zeros(z.shape[1]), np.eye(z.shape[1])
    (mean, cov), steps, done = _search(z, gaps, fixed, start, max_steps)
    return Moments(centre + mean * scale, cov * np.outer(scale, scale), n, steps, done)


Point = tuple[NDArray, NDArray]


def _search(
    z: NDArray, gaps: list[Batch], fixed: tuple, point: Point, max_steps: int
) -> tuple[Point, int, bool]:
    """The fixed point of the EM step."""
    low = np.tril_indices(z.shape[1])
    flat = _flat(point, low)
    fallback, least, steps, before = flat, np.inf, 0, None
    while steps < max_steps:
        steps += 1
        stepped = _em_step(z, gaps, fixed, _point(flat, low))
        if stepped is None:
            if flat is fallback:
                return _point(flat, low), steps, False
            flat, before = fallback, None
            continue
        move = _flat(stepped, low) - flat
        size = float(np.abs(move).max())
        if size < TOLERANCE:
            return stepped, steps, True
        if size > 2.0 * least and flat is not fallback:
            flat, before, least = fallback, None, np.inf
            continue
        least = min(least, size)
        fallback = flat + move
        if before is None or steps <= _PLAIN:
            flat, before = fallback, (move if steps >= _PLAIN else None)
            continue
        turn = move - before
        reach = float(np.sqrt((before @ before) / max(turn @ turn, 1e-300)))
        reach = min(max(1.0, reach), _REACH)
        origin = flat - before
        flat, before = origin + 2.0 * reach * before + reach * reach * turn, None
    return _point(flat, low), steps, False


def _flat(point: Point, low: tuple) -> NDArray:
    return np.concatenate([point[0], point[1][low]])


def _point(flat: NDArray, low: tuple) -> Point:
    p = int(low[0][-1]) + 1
    cov = np.empty((p, p))
    cov[low] = cov[low[1], low[0]] = flat[p:]
    return flat[:p], cov


def _em_step(z: NDArray, gaps: list[Batch], fixed: tuple, point: Point) -> Point | None:
    """One step; None where Sigma is not positive definite."""
    mean, cov = point
    precision = inverse(cov)
    if precision is None:
        return None
    sums, products, count = fixed
    cross = np.outer(sums, mean)
    second = products - cross - cross.T + count * np.outer(mean, mean)
    shift = sums - count * mean
    p = len(mean)
    spread = np.zeros(p * p)
    for gap in gaps:
        filled, inner = completed(z[gap.cases], gap, mean, precision)
        second += filled.T @ filled
        shift += filled.sum(axis=0)
        places = (gap.missing[:, :, None] * p + gap.missing[:, None, :]).ravel()
        weighted = (gap.counts[:, None, None] * inner).ravel()
        spread += np.bincount(places, weighted, p * p)
    n = len(z)
    shift = shift / n
    second = (second + spread.reshape(p, p)) / n - np.outer(shift, shift)
    return mean + shift, (second + second.T) / 2


def inverse(cov: NDArray) -> NDArray | None:
    """Inverse of a positive definite matrix; None if it is not one."""
    if not np.isfinite(cov).all():
        return None
    try:
        root = np.linalg.cholesky(cov)
        # What an item has of its own, given those before it, as a share of its variance.
        if (np.diag(root) ** 2 < _LEAST * np.diag(cov)).any():
            return None
        found = np.linalg.inv(cov)
    except np.linalg.LinAlgError:
        return None
    return np.asarray((found + found.T) / 2)


def completed(
    rows: NDArray, gap: Batch, mean: NDArray, precision: NDArray
) -> tuple[NDArray, NDArray]:
    """Deviations of a batch with expected ones in the empty cells, and their covariances.

    Parameters
    ----------
    rows : ndarray, shape (n, p)
        The batch's cases; whatever stands in the empty cells is not used.
    gap : Batch
    mean : ndarray, shape (p,)
    precision : ndarray, shape (p, p)

    Returns
    -------
    filled : ndarray, shape (n, p)
    inner : ndarray, shape (M, k, k)
        Of every pattern.
    """
    at = np.arange(len(rows))[:, None]
    cells = gap.missing[gap.of_case]
    filled = rows - mean
    filled[at, cells] = 0.0
    turned = (filled @ precision)[at, cells]
    block = precision[gap.missing[:, :, None], gap.missing[:, None, :]]
    inner = 1.0 / block if block.shape[1] == 1 else np.linalg.inv(block)
    own = inner if len(inner) == len(rows) else inner[gap.of_case]
    filled[at, cells] = -(own @ turned[..., None])[..., 0]
    return filled, inner


def distances(values: NDArray, patterns: Patterns, mean: NDArray, cov: NDArray) -> NDArray | None:
    """Squared Mahalanobis distances on the answered items.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        NaN in empty cells.
    patterns : Patterns
    mean : ndarray, shape (p,)
    cov : ndarray, shape (p, p)

    Returns
    -------
    ndarray, shape (N,), or None
        ``d_o' Sigma_oo^-1 d_o`` of every case; None where `cov` is not positive definite.
    """
    precision = inverse(cov)
    if precision is None:
        return None
    out = np.empty(len(values))
    whole = complete_cases(patterns)
    for start in range(0, len(whole), _ROWS):
        rows = whole[start : start + _ROWS]
        deviation = values[rows] - mean
        out[rows] = ((deviation @ precision) * deviation).sum(axis=1)
    for gap in batches(patterns):
        filled, _ = completed(values[gap.cases], gap, mean, precision)
        out[gap.cases] = ((filled @ precision) * filled).sum(axis=1)
    return out
