"""Cuts of a standard normal variable into the points of an answer scale."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.planning.checks import finite, whole

# Answers to agreement scales lean to agreement: this much of a standard deviation.
LEAN = 0.35
_REACH = 1.9  # the outermost thresholds, in standard deviations
_STEEPEST = 2.5  # lean at which nearly everybody gives the same answer

Shares = Sequence[float] | Mapping[str, Sequence[float]] | None
Skew = float | Mapping[str, float] | None


def thresholds(points: int, lean: float = LEAN) -> NDArray[np.float64]:
    """Cuts of a standard normal variable into the points of an agreement scale.

    Parameters
    ----------
    points : int
        Number of answers, at least 2.
    lean : float
        How far the middle of the answers lies above the middle of the scale.

    Returns
    -------
    ndarray, shape (points - 1,)
        Evenly spaced.

    Raises
    ------
    ArgumentError
        If `points` is no whole number of at least 2, or `lean` no finite number.
    """
    points = whole("points", points, 2)
    reach = _REACH if points > 2 else 0.0
    return np.linspace(-reach, reach, points - 1) - finite("lean", lean)


def skewness_of(cuts: NDArray) -> float:
    """Skewness of the answers 1, 2, … that cuts make of a standard normal variable."""
    share = np.diff(ndtr(np.concatenate([[-np.inf], cuts, [np.inf]])))
    points = np.arange(1, len(share) + 1)
    deviation = points - share @ points
    return float(share @ deviation**3 / (share @ deviation**2) ** 1.5)


@lru_cache(maxsize=256)
def lean_for(points: int, skew: float) -> float:
    """The lean at which the answers have a skewness.

    Parameters
    ----------
    points : int
    skew : float
        Negative where most answers are high.

    Raises
    ------
    ArgumentError
        If evenly spaced thresholds cannot give it.
    """
    low, high = -_STEEPEST, _STEEPEST
    least, most = (skewness_of(thresholds(points, k)) for k in (high, low))
    if not least < skew < most:
        raise ArgumentError(
            f"skew= needs a value between {least:.2f} and {most:.2f} with {points} points; got "
            f"{skew:g}. Use proportions= for other shapes."
        )
    for _ in range(80):
        middle = (low + high) / 2
        steep = skewness_of(thresholds(points, middle)) > skew
        low, high = (middle, high) if steep else (low, middle)
    return (low + high) / 2


def cuts_of(
    names: Sequence[str],
    points: int | None,
    proportions: Shares,
    lean: float,
    skew: Skew = None,
) -> dict[str, NDArray]:
    """Thresholds by variable; variables that are not cut are left out.

    Parameters
    ----------
    names : sequence of str
        All variables.
    points, proportions, lean, skew
        As in `scrm_model.planning.simulate.simulate`.

    Raises
    ------
    ArgumentError
        A variable is unknown, shares are not positive or do not sum to 1, or `skew` needs points.
    """
    cuts = {} if points is None else dict.fromkeys(names, thresholds(points, lean))
    if skew is not None:
        if points is None:
            raise ArgumentError(
                "skew= needs answers on points; got points=None. Give points=7, or "
                "nonnormal=NonNormal(skewness=...) for variables that are not cut."
            )
        wanted = skew if isinstance(skew, Mapping) else dict.fromkeys(names, skew)
        _known("skew", wanted, names)
        for name, value in wanted.items():
            cuts[name] = thresholds(points, lean_for(int(points), finite("skew", value)))
    if proportions is None:
        return cuts
    given = proportions if isinstance(proportions, Mapping) else dict.fromkeys(names, proportions)
    _known("proportions", given, names)
    for name, shares in given.items():
        share = np.array([finite("proportions", s, name) for s in shares])
        if len(share) < 2 or (share <= 0).any() or abs(share.sum() - 1) > 1e-8:
            raise ArgumentError(
                f"proportions= needs positive shares that sum to 1; got {list(shares)} for "
                f"{name!r}. Give the share of each answer, lowest first."
            )
        cuts[name] = ndtri(np.cumsum(share)[:-1])
    return cuts


def _known(argument: str, given: Mapping[str, object], names: Sequence[str]) -> None:
    for name in given:
        if name not in names:
            raise ArgumentError(
                f"{argument}= needs variables of the population; got {name!r}."
                f"{did_you_mean(name, names)}"
            )
