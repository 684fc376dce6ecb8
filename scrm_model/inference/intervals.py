"""Intervals from draws: percentile, bias-corrected, accelerated, normal, basic.

References
----------
.. [efron1987] Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American
   Statistical Association, 82, 171-185.
.. [davison1997] Davison, A. C., & Hinkley, D. V. (1997). Bootstrap methods and their application.
   Cambridge University Press.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

INTERVALS = ("percentile", "bc", "bca", "normal", "basic")


def percentile(draws: NDArray, level: float = 0.95) -> tuple[NDArray, NDArray]:
    """Quantiles of the draws.

    Parameters
    ----------
    draws : ndarray, shape (D, E)
    level : float

    Returns
    -------
    lower, upper : ndarray, shape (E,)
    """
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(draws, [tail, 1.0 - tail], axis=0, method="linear")
    return lower, upper


def normal(estimate: NDArray, draws: NDArray, level: float = 0.95) -> tuple[NDArray, NDArray]:
    """Estimate, moved by the bias of the draws, plus and minus their standard deviation.

    Parameters
    ----------
    estimate : ndarray, shape (E,)
    draws : ndarray, shape (D, E)
    level : float
    """
    reach = -ndtri((1.0 - level) / 2.0) * draws.std(axis=0, ddof=1)
    centre = 2.0 * estimate - draws.mean(axis=0)
    return centre - reach, centre + reach


def basic(estimate: NDArray, draws: NDArray, level: float = 0.95) -> tuple[NDArray, NDArray]:
    """Quantiles of the draws, turned over at the estimate [davison1997]_.

    Parameters
    ----------
    estimate : ndarray, shape (E,)
    draws : ndarray, shape (D, E)
    level : float
    """
    lower, upper = percentile(draws, level)
    return 2.0 * estimate - upper, 2.0 * estimate - lower


def bias_corrected(
    estimate: NDArray,
    draws: NDArray,
    level: float = 0.95,
    acceleration: NDArray | float = 0.0,
) -> tuple[NDArray, NDArray]:
    """BC interval, or BCa with an acceleration.

    Parameters
    ----------
    estimate : ndarray, shape (E,)
    draws : ndarray, shape (D, E)
    level : float
    acceleration : ndarray, shape (E,), or 0

    Notes
    -----
    ``z0 = Phi^-1(share of draws below the estimate)``; the quantiles are taken at
    ``Phi(z0 + (z0 + z) / (1 - a (z0 + z)))`` [efron1987]_. Draws equal to the estimate count
    half, and the share is kept away from 0 and 1 by half a draw.
    """
    count = len(draws)
    below = (draws < estimate).mean(axis=0) + 0.5 * (draws == estimate).mean(axis=0)
    z0 = ndtri(np.clip(below, 0.5 / count, 1.0 - 0.5 / count))
    z = ndtri((1.0 - level) / 2.0)
    bounds = []
    for side in (z, -z):
        moved = z0 + side
        share = ndtr(z0 + moved / (1.0 - acceleration * moved))
        bounds.append(_quantiles(draws, share))
    return bounds[0], bounds[1]


def _quantiles(draws: NDArray, share: NDArray) -> NDArray:
    """A quantile of its own for every column, shape (E,)."""
    ordered = np.sort(draws, axis=0)
    place = np.clip(share, 0.0, 1.0) * (len(draws) - 1)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, len(draws) - 1)
    column = np.arange(draws.shape[1])
    part = place - low
    return ordered[low, column] * (1 - part) + ordered[high, column] * part


def one_sided(estimate: NDArray, draws: NDArray) -> NDArray[np.bool_]:
    """Where all draws lie above the estimate, or all below, so that z0 is infinite, shape (E,).

    What moves by rounding alone does not count.
    """
    apart = draws - estimate
    apart[np.abs(apart) <= 1e-10 * (1.0 + np.abs(estimate))] = 0.0
    return np.logical_or((apart > 0).all(axis=0), (apart < 0).all(axis=0))


def acceleration(left_out: NDArray, group: NDArray | None = None) -> NDArray:
    """Acceleration of BCa from the estimates without each case in turn.

    Parameters
    ----------
    left_out : ndarray, shape (N, E)
    group : ndarray of int, shape (N,), optional
        The sample that the case without which an estimate was made belongs to.

    Returns
    -------
    ndarray, shape (E,)
        0 where nothing moves.

    Notes
    -----
    ``sum d^3 / (6 (sum d^2)^1.5)`` with d the mean minus each estimate [efron1987]_. With several
    samples d is (n_g - 1) / n_g times the mean of sample g minus each of its estimates, the
    empirical influence divided by n_g, and the sums go over all [davison1997]_.
    """
    label = np.zeros(len(left_out), dtype=np.intp) if group is None else group
    d = np.empty_like(left_out)
    for g in np.unique(label):
        own = left_out[label == g]
        d[label == g] = (own.mean(axis=0) - own) * ((len(own) - 1) / len(own))
    bottom = 6.0 * (d**2).sum(axis=0) ** 1.5
    return np.where(bottom > 0, (d**3).sum(axis=0) / np.where(bottom > 0, bottom, 1.0), 0.0)


def two_sided_p(draws: NDArray) -> NDArray:
    """Twice the smaller share of draws on one side of 0, not below 2 / (D + 1), shape (E,)."""
    count = len(draws)
    below = (draws <= 0).sum(axis=0)
    above = (draws >= 0).sum(axis=0)
    return np.minimum(1.0, 2.0 * (np.minimum(below, above) + 1.0) / (count + 1.0))
