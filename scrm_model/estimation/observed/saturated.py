"""Moments of incomplete data: maximum likelihood without a model, by accelerated EM.

Notes
-----
An EM step from (mu, Sigma) puts completed moments in their place [dempster1977]_. Its steps are
those of a fixed-point iteration, which Anderson's scheme speeds up: the next point combines the
last few so that their steps cancel as far as they can [walker2011]_. Where the combination lowers
the likelihood or leaves the positive definite matrices, the plain step is taken.

References
----------
.. [dempster1977] Dempster, A. P., Laird, N. M., & Rubin, D. B. (1977). Maximum likelihood from
   incomplete data via the EM algorithm. Journal of the Royal Statistical Society, Series B, 39,
   1-38.
.. [walker2011] Walker, H. F., & Ni, P. (2011). Anderson acceleration for fixed-point iterations.
   SIAM Journal on Numerical Analysis, 49, 1715-1735.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.observed.expectation import Completed, expect
from scrm_model.estimation.observed.patterns import Patterns

_TOLERANCE = 1e-20  # squared length of the last step, in standard deviations
_MAX_STEPS = 5000
_MEMORY = 6


@dataclass(frozen=True, eq=False)
class Saturated:
    """The unrestricted model of one group.

    Attributes
    ----------
    mean : ndarray, shape (p,)
    cov : ndarray, shape (p, p)
    at : Completed
        The cases, completed there.
    converged : bool
    """

    mean: NDArray
    cov: NDArray
    at: Completed
    converged: bool


@dataclass(frozen=True, eq=False)
class Incomplete:
    """The unrestricted model of a stack of B samples of one group, with missing cells.

    Attributes
    ----------
    patterns : Patterns
        Of the first member. Resamples share them and differ in the weights of their cases.
    members : tuple of Saturated, length B
    """

    patterns: Patterns
    members: tuple[Saturated, ...]

    def take(self, index: NDArray[np.intp]) -> "Incomplete":
        """The members of the stack at `index`."""
        return Incomplete(self.patterns, tuple(self.members[k] for k in index))


def saturated(
    patterns: Patterns,
    weights: NDArray | None = None,
    start: tuple[NDArray, NDArray] | None = None,
) -> Saturated:
    """Means and covariances that make the observed cells most likely.

    Parameters
    ----------
    patterns : Patterns
        Every variable varies.
    weights : ndarray, shape (N,), optional
        How often each sorted case counts.
    start : (ndarray, ndarray), optional
        Means and covariances; by default those of the observed cells, uncorrelated.

    Returns
    -------
    Saturated
    """
    mean, cov = available(patterns, weights) if start is None else start
    scale = np.sqrt(np.diag(cov))
    low = np.tril_indices(len(mean))
    units = np.concatenate([scale, scale[low[0]] * scale[low[1]]])
    point = np.concatenate([mean, cov[low]]) / units
    at = expect(patterns, mean, cov, weights)
    assert at is not None  # both starts are positive definite
    past = _Past()
    fallback, steps = point, 0
    while steps < _MAX_STEPS:
        steps += 1
        step = _em_step(at, mean, cov, low, units) - point
        if step @ step < _TOLERANCE:
            return Saturated(mean, cov, at, True)
        fallback = point + step
        point = past.combine(point, step)
        mean, cov = _split(point * units, low)
        trial = expect(patterns, mean, cov, weights)
        if trial is None or trial.value > at.value + 1e-9:
            past = _Past()
            point = fallback
            mean, cov = _split(point * units, low)
            trial = expect(patterns, mean, cov, weights)
            if trial is None:
                break
        at = trial
    return Saturated(mean, cov, at, False)


def available(patterns: Patterns, weights: NDArray | None = None) -> tuple[NDArray, NDArray]:
    """Means and variances of the observed cells, shape (p,) and a diagonal (p, p)."""
    seen = patterns.seen if weights is None else patterns.seen * weights[:, None]
    counts = seen.sum(axis=0)
    mean = (seen * patterns.values).sum(axis=0) / counts
    deviation = patterns.values - mean
    return mean, np.diag((seen * deviation**2).sum(axis=0) / counts)


def _em_step(at: Completed, mean: NDArray, cov: NDArray, low: tuple, units: NDArray) -> NDArray:
    shift = at.shift
    moved = at.second - np.outer(shift, shift)
    return np.concatenate([mean + shift, moved[low]]) / units


def _split(flat: NDArray, low: tuple) -> tuple[NDArray, NDArray]:
    p = int(low[0][-1]) + 1
    cov = np.empty((p, p))
    cov[low] = cov[low[1], low[0]] = flat[p:]
    return flat[:p], cov


class _Past:
    """The last points and their steps."""

    def __init__(self) -> None:
        self.points: list[NDArray] = []
        self.steps: list[NDArray] = []

    def combine(self, point: NDArray, step: NDArray) -> NDArray:
        """The next point."""
        self.points.append(point)
        self.steps.append(step)
        del self.points[: -_MEMORY - 1], self.steps[: -_MEMORY - 1]
        if len(self.steps) == 1:
            return point + step
        turns, moves = np.diff(self.steps, axis=0), np.diff(self.points, axis=0)
        share, *_ = np.linalg.lstsq(turns.T, step, rcond=1e-10)
        return np.asarray(point + step - share @ (moves + turns))
