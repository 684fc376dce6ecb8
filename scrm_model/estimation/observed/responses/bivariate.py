"""The bivariate standard normal distribution on arrays of limits.

Notes
-----
With rho the correlation, s = sqrt(1 - rho^2) and T Owen's function [owen1956]_::

    Phi2(h, k) = (Phi(h) + Phi(k)) / 2 - T(h, (k - rho h) / (h s)) - T(k, (h - rho k) / (k s)) - d

with d = 1/2 if h and k have opposite signs (or one is 0 and the other negative), else 0. Limits
may be infinite. The derivative of Phi2 in rho is the density phi2 [plackett1954]_; as a function of
arcsin rho it is smooth, so that a short way is integrated exactly by few nodes [drezner1990]_.

References
----------
.. [drezner1990] Drezner, Z., & Wesolowsky, G. O. (1990). On the computation of the bivariate normal
   integral. Journal of Statistical Computation and Simulation, 35, 101-107.
.. [owen1956] Owen, D. B. (1956). Tables for computing bivariate normal probabilities. Annals of
   Mathematical Statistics, 27, 1075-1090.
.. [plackett1954] Plackett, R. L. (1954). A reduction formula for normal multivariate integrals.
   Biometrika, 41, 351-360.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, owens_t

_FAR = 40.0  # standard deviations that stand for infinity: the tail beyond is 0 in doubles
_SHORT, _LONG = (np.polynomial.legendre.leggauss(n) for n in (5, 10))
_ROOT_TAU = np.sqrt(2.0 * np.pi)


def density(x: NDArray) -> NDArray:
    """Standard normal density; 0 at infinite limits."""
    return np.exp(-0.5 * np.minimum(x * x, 2 * _FAR**2)) / _ROOT_TAU


def between(lower: NDArray, upper: NDArray) -> NDArray:
    """P(lower < X <= upper), taken in the nearer tail so that small ones keep their digits."""
    above = lower > 0
    return np.where(above, ndtr(-lower) - ndtr(-upper), ndtr(upper) - ndtr(lower))


def bivariate_cdf(h: NDArray, k: NDArray, rho: NDArray) -> NDArray:
    """P(X <= h, Y <= k) for standard normal X, Y with correlation rho.

    Parameters
    ----------
    h, k, rho : ndarray
        Of shapes that broadcast; |rho| < 1.
    """
    h, k = (np.clip(x, -_FAR, _FAR) for x in (h, k))
    # T(0, a) depends on a = +-inf only; a tiny h keeps its sign there.
    h, k = (np.where(x == 0.0, 1e-300, x) for x in (h, k))
    s = np.sqrt(1.0 - rho * rho)
    with np.errstate(over="ignore"):
        first = owens_t(h, (k - rho * h) / (h * s))
        second = owens_t(k, (h - rho * k) / (k * s))
    shift = np.where(h * k < 0.0, 0.5, 0.0)
    shift = np.where((np.abs(h) < 1e-200) | (np.abs(k) < 1e-200), _at_zero(h, k), shift)
    return np.clip(0.5 * (ndtr(h) + ndtr(k)) - first - second - shift, 0.0, 1.0)


def is_near(rho: NDArray, to: NDArray) -> NDArray[np.bool_]:
    """Where `cdf_moved` has all digits of a double: by a short way, or from independence."""
    inside = np.maximum(np.abs(rho), np.abs(to)) < 0.9
    short = inside & (np.abs(np.arcsin(rho) - np.arcsin(to)) < 0.05)
    return short | ((rho == 0.0) & (np.abs(to) < 0.6))


def cdf_moved(below: NDArray, h: NDArray, k: NDArray, rho: NDArray, to: NDArray) -> NDArray:
    """P(X <= h, Y <= k) at a correlation near to one at which it is known.

    Parameters
    ----------
    below : ndarray
        The probability at rho.
    h, k, rho, to : ndarray
        Of shapes that broadcast; rho and to as `is_near` wants them.
    """
    h, k = (np.clip(x, -_FAR, _FAR) for x in (h, k))
    first, last = np.arcsin(rho), np.arcsin(to)
    half = 0.5 * (last - first)
    out = np.zeros(below.shape)
    square, product = -0.5 * (h * h + k * k), h * k
    rule = _SHORT if (np.abs(half) < 0.025).all() else _LONG
    for node, weight in zip(*rule, strict=True):
        s = np.sin(first + half * (1.0 + node))
        out += weight * np.exp((square + s * product) / (1.0 - s * s))
    return below + out * half / (2.0 * np.pi)


def _at_zero(h: NDArray, k: NDArray) -> NDArray:
    """The shift where a product of signs would underflow."""
    return np.where((h < 0) != (k < 0), 0.5, 0.0)


def bivariate_pdf(h: NDArray, k: NDArray, rho: NDArray) -> NDArray:
    """Density of the same; 0 at infinite limits.

    Parameters
    ----------
    h, k, rho : ndarray
        As in `bivariate_cdf`.
    """
    finite = np.isfinite(h) & np.isfinite(k)
    h, k = (np.clip(x, -_FAR, _FAR) for x in (h, k))
    s2 = 1.0 - rho * rho
    found = np.exp(-(h * h - 2.0 * rho * h * k + k * k) / (2.0 * s2))
    return np.where(finite, found / (2.0 * np.pi * np.sqrt(s2)), 0.0)


def bivariate_pdf_slope(h: NDArray, k: NDArray, rho: NDArray) -> NDArray:
    """Derivative of the density in rho over the density.

    Parameters
    ----------
    h, k, rho : ndarray
        As in `bivariate_cdf`.
    """
    h, k = (np.clip(x, -_FAR, _FAR) for x in (h, k))
    s2 = 1.0 - rho * rho
    return rho / s2 + (h * k * (1.0 + rho * rho) - rho * (h * h + k * k)) / s2**2


def conditional_cdf(k: NDArray, h: NDArray, rho: NDArray) -> NDArray:
    """P(Y <= k | X = h); the derivative of Phi2 in h is the density of h times this.

    Parameters
    ----------
    k, h, rho : ndarray
        As in `bivariate_cdf`.
    """
    h = np.clip(h, -_FAR, _FAR)
    return ndtr((k - rho * h) / np.sqrt(1.0 - rho * rho))
