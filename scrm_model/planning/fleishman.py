"""A polynomial of a normal variable with a given skewness and kurtosis.

Notes
-----
With Z standard normal, X = -c + b Z + c Z^2 + d Z^3 has mean 0, and [fleishman1978]_::

    variance         b^2 + 6 b d + 2 c^2 + 15 d^2                                          = 1
    skewness         2 c (b^2 + 24 b d + 105 d^2 + 2)
    excess kurtosis  24 (b d + c^2 (1 + b^2 + 28 b d) + d^2 (12 + 48 b d + 141 c^2 + 225 d^2))

Not every pair of values has a solution: at each skewness the kurtosis has a smallest and a largest
value, which are found along the curve of polynomials with that skewness.

References
----------
.. [fleishman1978] Fleishman, A. I. (1978). A method for simulating non-normal distributions.
   Psychometrika, 43, 521-532.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError


def moments(b: NDArray, c: NDArray, d: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Variance, skewness times variance^1.5 and excess kurtosis of variance 1, elementwise."""
    variance = b**2 + 6 * b * d + 2 * c**2 + 15 * d**2
    skew = 2 * c * (b**2 + 24 * b * d + 105 * d**2 + 2)
    kurtosis = 24 * (
        b * d + c**2 * (1 + b**2 + 28 * b * d) + d**2 * (12 + 48 * b * d + 141 * c**2 + 225 * d**2)
    )
    return variance, skew, kurtosis


@lru_cache(maxsize=512)
def polynomial(skewness: float, kurtosis: float) -> tuple[float, float, float] | None:
    """Coefficients b, c, d; None if there are none.

    Parameters
    ----------
    skewness, kurtosis : float
        Kurtosis is excess kurtosis: 0 for a normal variable.
    """
    if skewness < 0:
        found = polynomial(-skewness, kurtosis)
        return None if found is None else (found[0], -found[1], found[2])
    for start in ((1.0, skewness / 6, kurtosis / 24), *_starts()):
        x = np.array(start)
        for _ in range(60):
            gap, slope = _equations(x, skewness, kurtosis)
            if np.abs(gap).max() < 1e-13:
                break
            step = np.linalg.lstsq(slope, gap, rcond=None)[0]
            size = 1.0
            while size > 1e-4 and not _better(x - size * step, gap, skewness, kurtosis):
                size /= 2
            if size <= 1e-4:
                break  # a valley without a solution
            x = x - size * step
        if np.abs(_equations(x, skewness, kurtosis)[0]).max() < 1e-10:
            # (b, c, d) and (-b, c, -d) are the same variable with Z turned round.
            sign = 1.0 if x[0] + 3 * x[2] >= 0 else -1.0
            return float(sign * x[0]), float(x[1]), float(sign * x[2])
    return None


def _starts() -> list[tuple[float, float, float]]:
    return [(b, c, d) for b in (0.9, 0.2, 1.2) for c in (0.05, 0.4) for d in (-0.08, 0.0, 0.15)]


def _better(x: NDArray, gap: NDArray, skewness: float, kurtosis: float) -> bool:
    return bool(np.sum(_equations(x, skewness, kurtosis)[0] ** 2) < np.sum(gap**2))


def _equations(x: NDArray, skewness: float, kurtosis: float) -> tuple[NDArray, NDArray]:
    """What the three moments lack, and the derivatives by the complex step."""
    stack = (x + 1e-30j * np.eye(3)).T
    found = np.stack(moments(*stack))
    wanted = np.array([1.0, skewness, kurtosis])
    return found.real[:, 0] - wanted, found.imag / 1e-30


@lru_cache(maxsize=512)
def kurtosis_bounds(skewness: float) -> tuple[float, float] | None:
    """Smallest and largest excess kurtosis that a polynomial of this skewness can have.

    Parameters
    ----------
    skewness : float

    Returns
    -------
    (float, float) or None
        None if no polynomial is as skew.
    """
    # With b = r cos t, d = r sin t the variance fixes c(r, t), and the skewness fixes r at each t.
    angles = np.linspace(-np.pi / 2, np.pi / 2, 1601)
    shape = np.cos(angles) ** 2 + 6 * np.cos(angles) * np.sin(angles) + 15 * np.sin(angles) ** 2
    radius = np.linspace(0.0, 1.0, 801)[:, None] / np.sqrt(shape)
    b, d = radius * np.cos(angles), radius * np.sin(angles)
    c = np.sqrt(np.maximum(1.0 - b**2 - 6 * b * d - 15 * d**2, 0.0) / 2)
    _, skew, kurtosis = moments(b, c, d)
    over = skew - abs(skewness)
    crossing = (over[:-1] * over[1:] <= 0) & (over[:-1] != over[1:])
    if not crossing.any():
        return None
    share = over[:-1][crossing] / (over[:-1] - over[1:])[crossing]
    found = kurtosis[:-1][crossing] * (1 - share) + kurtosis[1:][crossing] * share
    return float(found.min()), float(found.max())


def need_polynomial(
    name: str, skewness: float, kurtosis: float, advice: str = ""
) -> tuple[float, float, float]:
    """`polynomial`, or an error with the bounds.

    Parameters
    ----------
    name : str
        Variable, for the message.
    skewness, kurtosis : float
    advice : str
        What to do, in place of the usual advice.

    Raises
    ------
    ArgumentError
        If no polynomial has these moments.
    """
    found = polynomial(float(skewness), float(kurtosis))
    if found is not None:
        return found
    bounds = kurtosis_bounds(float(skewness))
    if bounds is None:
        raise ArgumentError(
            f"skewness= needs values that a polynomial of degree three can have; got "
            f"{skewness:.3g} for {name!r}. {advice or 'Lower it.'}"
        )
    raise ArgumentError(
        f"kurtosis= needs between {bounds[0]:.3g} and {bounds[1]:.3g} at a skewness of "
        f"{skewness:.3g}; got {kurtosis:.3g} for {name!r}. "
        + (advice or "Raise or lower it, or lower the skewness.")
    )
