"""Answers drawn from a population: normal, then cut into the points of a scale."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.planning.checks import finite, whole
from scrm_model.planning.population import Population

# Answers to agreement scales lean to agreement: this much of a standard deviation.
LEAN = 0.35
_REACH = 1.9  # the outermost thresholds, in standard deviations


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


def simulate(
    population: Population,
    n: int,
    seed: int | None = None,
    *,
    points: int | None = 7,
    proportions: Sequence[float] | Mapping[str, Sequence[float]] | None = None,
    lean: float = LEAN,
) -> pd.DataFrame:
    """Draw a sample of answers.

    Parameters
    ----------
    population : Population
    n : int
        Number of cases.
    seed : int, optional
        The same seed gives the same answers.
    points : int, optional
        Points of the scale, answered 1, 2, …; None leaves normal variables uncut.
    proportions : sequence of float, or mapping of variable to such, optional
        Share of each answer, in place of evenly spaced thresholds; variables that a mapping leaves
        out take `points`.
    lean : float
        See `thresholds`.

    Returns
    -------
    DataFrame, shape (n, p)
        Integers, or floats where nothing is cut.

    Raises
    ------
    ArgumentError
        If `n` is no positive whole number, or proportions are not positive or do not sum to 1.
    """
    n = whole("n", n, 1)
    rng = np.random.default_rng(seed)
    names = list(population.cov.columns)
    values, vectors = np.linalg.eigh(population.cov.to_numpy())
    # The symmetric root is unique: the same seed gives the same answers on every machine.
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    drawn = rng.standard_normal((n, len(names))) @ root
    cuts = _cuts(names, points, proportions, lean)
    columns = {
        name: column if name not in cuts else np.searchsorted(cuts[name], column) + 1
        for name, column in zip(names, drawn.T, strict=True)
    }
    return pd.DataFrame(columns)


def _cuts(
    names: list[str],
    points: int | None,
    proportions: Sequence[float] | Mapping[str, Sequence[float]] | None,
    lean: float,
) -> dict[str, NDArray]:
    cuts = {} if points is None else dict.fromkeys(names, thresholds(points, lean))
    if proportions is None:
        return cuts
    given = proportions if isinstance(proportions, Mapping) else dict.fromkeys(names, proportions)
    for name, shares in given.items():
        if name not in names:
            raise ArgumentError(
                f"proportions= needs variables of the population; got {name!r}."
                f"{did_you_mean(name, names)}"
            )
        share = np.array([finite("proportions", s, name) for s in shares])
        if len(share) < 2 or (share <= 0).any() or abs(share.sum() - 1) > 1e-8:
            raise ArgumentError(
                f"proportions= needs positive shares that sum to 1; got {list(shares)} for "
                f"{name!r}. Give the share of each answer, lowest first."
            )
        cuts[name] = ndtri(np.cumsum(share)[:-1])
    return cuts
