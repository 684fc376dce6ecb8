"""Correlations of two variables case by case: with covariates, or with a continuous variable.

Notes
-----
Given the two margins, with residuals of correlation rho, the likelihood of a pair is that of a
normal rectangle (two ordinal variables), of a density times a conditional interval (polyserial,
[olsson1982]_), or of a bivariate density (two continuous ones; without missing answers its maximum
is the correlation of the residuals). Influences are as in `polychoric`, with the scores of every
case.

References
----------
.. [olsson1982] Olsson, U., Drasgow, F., & Dorans, N. J. (1982). The polyserial correlation
   coefficient. Psychometrika, 47, 337-347.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.observed.responses.bivariate import (
    between,
    bivariate_cdf,
    bivariate_pdf,
    conditional_cdf,
    density,
)
from scrm_model.estimation.observed.responses.margins import Margin

TOLERANCE = 1e-12
_MAX_ITERATIONS = 100
_TINY = 1e-300
_FLOOR = 1e-14  # probabilities of rectangles are differences: below this they are rounding errors


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of the cases that answered both.

    Attributes
    ----------
    rho : ndarray, shape (n,)
        In the correlation.
    first, second : tuple of ndarray, shape (n,)
        In the lower and the upper limit of each variable; a continuous variable has all in the
        second.
    lost : bool
        Whether some answer is all but impossible at this correlation.
    """

    rho: NDArray
    first: tuple[NDArray, NDArray]
    second: tuple[NDArray, NDArray]
    lost: bool = False


def correlate(first: Margin, second: Margin) -> tuple[float, NDArray, bool]:
    """Correlation of the residuals of two variables, and what each case adds to it.

    Parameters
    ----------
    first, second : Margin

    Returns
    -------
    rho : float
    influence : ndarray, shape (N,)
        Zero for a case that did not answer both and has no part in the margins.
    converged : bool
        False where the likelihood rises up to a correlation of 1 or -1.
    """
    both = first.seen & second.seen
    rho, converged = _maximise(first, second, both)
    scores = pair_scores(first, second, both, rho)
    n = len(both)
    inner = float(scores.rho @ scores.rho) / n
    influence = np.zeros(n)
    influence[both] = scores.rho
    for margin, (low, up) in ((first, scores.first), (second, scores.second)):
        moved = low[:, None] * margin.lower_design[both] + up[:, None] * margin.upper_design[both]
        if not margin.ordinal:
            # The density of the value itself: log z' = -log sigma.
            moved[:, -1] -= 1.0 / (2.0 * margin.variance)
        influence -= margin.influence @ (scores.rho @ moved / n)
    return rho, influence / max(inner, _TINY), converged


def _maximise(first: Margin, second: Margin, both: NDArray) -> tuple[float, bool]:
    """Newton's method on the score, with the squared score as curvature, kept inside a bracket."""
    low, high = -1.0, 1.0
    rho = 0.0
    for _ in range(_MAX_ITERATIONS):
        found = pair_scores(first, second, both, rho)
        slope, square = float(found.rho.sum()), float(found.rho @ found.rho)
        if not square > 0:
            return rho, False
        up = rho < 0 if found.lost else slope > 0
        low, high = (rho, high) if up else (low, rho)
        proposed = rho + slope / square
        if found.lost or not low < proposed < high:
            proposed = 0.5 * (low + high)
        if abs(proposed - rho) < TOLERANCE:
            return proposed, True
        rho = proposed
        if abs(rho) > 1.0 - 1e-9:
            return rho, False
    return rho, True


def pair_scores(first: Margin, second: Margin, both: NDArray, rho: float) -> PairScores:
    """Scores of every case that answered both, at a correlation.

    Parameters
    ----------
    first, second : Margin
    both : ndarray of bool, shape (N,)
    rho : float
    """
    limits = [x[both] for m in (first, second) for x in (m.lower, m.upper)]
    if first.ordinal and second.ordinal:
        a, b, c, d = limits
        return _rectangle(a, b, c, d, rho)
    if first.ordinal:
        z, found = limits[3], _interval(limits[0], limits[1], limits[3], rho)
        return PairScores(found[0], (found[1], found[2]), (np.zeros_like(z), found[3]))
    if second.ordinal:
        z, found = limits[1], _interval(limits[2], limits[3], limits[1], rho)
        return PairScores(found[0], (np.zeros_like(z), found[3]), (found[1], found[2]))
    return _two_densities(limits[1], limits[3], rho)


def _rectangle(a: NDArray, b: NDArray, c: NDArray, d: NDArray, rho: float) -> PairScores:
    r = np.asarray(rho)
    corners = [(b, d, 1.0), (a, d, -1.0), (b, c, -1.0), (a, c, 1.0)]
    exact = sum(s * bivariate_cdf(h, k, r) for h, k, s in corners)
    probability = np.maximum(exact, _FLOOR)
    slope = sum(s * bivariate_pdf(h, k, r) for h, k, s in corners) / probability

    def edge(at: NDArray, low: NDArray, up: NDArray) -> NDArray:
        inside = conditional_cdf(up, at, r) - conditional_cdf(low, at, r)
        return density(at) * inside / probability

    sides = (-edge(a, c, d), edge(b, c, d)), (-edge(c, a, b), edge(d, a, b))
    return PairScores(slope, *sides, bool(np.any(exact <= _FLOOR)))


def _interval(
    low: NDArray, up: NDArray, z: NDArray, rho: float
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Scores of an ordinal answer and a value: in rho, in both limits, in z."""
    s = np.sqrt(1.0 - rho * rho)
    h, k = (low - rho * z) / s, (up - rho * z) / s
    probability = np.maximum(between(h, k), _TINY)
    a, b = density(h) / probability, density(k) / probability
    end_low, end_up = (np.where(np.isfinite(x), x, 0.0) for x in (low, up))
    in_rho = (b * (rho * end_up - z) - a * (rho * end_low - z)) / s**3
    return in_rho, -a / s, b / s, -z - rho * (b - a) / s


def _two_densities(x: NDArray, y: NDArray, rho: float) -> PairScores:
    s2 = 1.0 - rho * rho
    square = x * x - 2.0 * rho * x * y + y * y
    in_rho = rho / s2 + x * y / s2 - rho * square / s2**2
    none = np.zeros_like(x)
    return PairScores(in_rho, (none, -(x - rho * y) / s2), (none, -(y - rho * x) / s2))
