"""Probit regression of successes, and the place where it reaches a value."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri


def probit(x: NDArray, trials: NDArray, hits: NDArray) -> tuple[float, float, NDArray]:
    """Regression of successes on x, by Fisher scoring.

    Parameters
    ----------
    x, trials, hits : ndarray, shape (k,)

    Returns
    -------
    a, b : float
        Phi(a + b x) is the share of successes.
    cov : ndarray, shape (2, 2)
        Of a and b.

    Notes
    -----
    A quarter of a success and of a failure is added at every x, so that a line always exists.
    """
    hits, trials = hits + 0.25, trials + 0.5
    design = np.column_stack([np.ones(len(x)), x])
    start = ndtri(hits / trials)
    beta = np.linalg.lstsq(design * np.sqrt(trials)[:, None], start * np.sqrt(trials), rcond=None)[
        0
    ]
    information = np.eye(2)
    for _ in range(50):
        eta = design @ beta
        density = -(eta**2) / 2 - np.log(2 * np.pi) / 2
        p, log_p, log_q = ndtr(eta), log_ndtr(eta), log_ndtr(-eta)
        weight = trials * np.exp(2 * density - log_p - log_q)
        score = design.T @ ((hits - trials * p) * np.exp(density - log_p - log_q))
        information = (design * weight[:, None]).T @ design
        step = np.linalg.lstsq(information, score, rcond=None)[0]
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1]), np.linalg.pinv(information, hermitian=True)


def inverse(power: float, a: float, b: float) -> float:
    """The n at which Phi(a + b sqrt(n)) is `power`."""
    if b <= 0:
        return 1.0
    return max((float(ndtri(power)) - a) / b, 1.0) ** 2


def fieller(y: float, a: float, b: float, cov: NDArray) -> tuple[float, float]:
    """95 % interval for the n at which a + b sqrt(n) is y.

    References
    ----------
    .. [1] Fieller, E. C. (1954). Some problems in interval estimation. Journal of the Royal
       Statistical Society B, 16, 175-185.
    """
    z2 = float(ndtri(0.975)) ** 2
    # All x with (a + b x - y)^2 <= z^2 (var a + 2 x cov + x^2 var b).
    square = b**2 - z2 * cov[1, 1]
    middle = b * (a - y) - z2 * cov[0, 1]
    constant = (a - y) ** 2 - z2 * cov[0, 0]
    inside = middle**2 - square * constant
    if square <= 0 or inside < 0 or b <= 0:
        return 0.0, float("inf")
    low, high = ((-middle + s * np.sqrt(inside)) / square for s in (-1, 1))
    return float(max(low, 0.0) ** 2), float(max(high, 0.0) ** 2)
