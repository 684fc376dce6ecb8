"""Correlation matrices of data in which no two variables have anything in common.

Notes
-----
The covariances of n independent normal cases of p independent variables are a Wishart matrix,
``(n - 1) S = T T'`` with a lower triangular T: chi variables of n - 1, n - 2, ... degrees of
freedom on the diagonal and standard normal ones below [bartlett1934]_. A draw so costs
p (p + 1) / 2 numbers instead of n p, and has the same distribution.

References
----------
.. [bartlett1934] Bartlett, M. S. (1934). On the theory of statistical regression. Proceedings of
   the Royal Society of Edinburgh, 53, 260-283.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.observed.responses.moments import measure
from scrm_model.estimation.observed.responses.polychoric import (
    correlations,
    filled_corner,
    limits,
)
from scrm_model.measurement.exploratory.correlations import moments_order
from scrm_model.measurement.exploratory.pairwise import pairwise_correlations

_CELLS = 4_000_000  # numbers drawn at once


def normal_correlations(n: int, p: int, draws: int, rng: np.random.Generator) -> NDArray:
    """Correlations of normal data, shape (draws, p, p)."""
    T = np.zeros((draws, p, p))
    low = np.tril_indices(p, -1)
    T[:, *low] = rng.standard_normal((draws, len(low[0])))
    where = np.arange(p)
    T[:, where, where] = np.sqrt(rng.chisquare(n - 1.0 - where, (draws, p)))
    # Rows of length 1 make it a correlation matrix at once.
    T /= np.sqrt((T**2).sum(axis=2, keepdims=True))
    return np.asarray(T @ T.swapaxes(1, 2))


def shuffled(
    values: NDArray, draws: int, rng: np.random.Generator, replace: bool
) -> Iterator[NDArray]:
    """Stacks of the data, every column by itself in random order or drawn with replacement.

    Missing cells stay where they are.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        NaN in missing cells.
    draws : int
    rng : Generator
    replace : bool

    Yields
    ------
    ndarray, shape (b, N, p)
        The b add up to `draws`.
    """
    size = max(1, _CELLS // values.size)
    for first in range(0, draws, size):
        count = min(size, draws - first)
        out = np.full((count, *values.shape), np.nan)
        for k, column in enumerate(values.T):
            seen = ~np.isnan(column)
            own = column[seen]
            if replace:
                out[:, seen, k] = own[rng.integers(len(own), size=(count, len(own)))]
            else:
                out[:, seen, k] = rng.permuted(np.tile(own, (count, 1)), axis=1)
        yield out


def shuffled_correlations(
    values: NDArray, draws: int, rng: np.random.Generator, replace: bool
) -> NDArray:
    """Product-moment correlations of shuffled data, shape (draws, p, p)."""
    seen = (~np.isnan(values)).astype(float)
    return np.concatenate(
        [
            pairwise_correlations(np.nan_to_num(x), seen)
            for x in shuffled(values, draws, rng, replace)
        ]
    )


def shuffled_polychorics(
    values: NDArray, cuts: NDArray[np.intp], draws: int, rng: np.random.Generator, replace: bool
) -> NDArray:
    """Polychoric correlations of shuffled answers.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        Category numbers from 0 of ordinal variables.
    cuts : ndarray of int, shape (p,)
        Thresholds; 0 for a continuous variable.
    draws, rng, replace
        As in `shuffled`.

    Returns
    -------
    ndarray, shape (draws, p, p)
        NaN where a draw has no correlations: it lacks a category, or one runs to 1.
    """
    stacks = shuffled(values, draws, rng, replace)
    if (cuts == 0).any():
        found = [_mixed(x, cuts) for stack in stacks for x in stack]
    else:
        found = [_by_tables(x, int(cuts.max()) + 1) for stack in stacks for x in stack]
    return np.stack(found)


def _by_tables(values: NDArray, c: int) -> NDArray:
    n, p = values.shape
    codes = np.where(np.isnan(values), c, values).astype(np.intp)
    one_hot = np.eye(c + 1, c)[codes].reshape(n, p * c)
    crossed = (one_hot.T @ one_hot).reshape(p, c, p, c)
    margins = one_hot.sum(axis=0).reshape(p, c)
    i, j = np.triu_indices(p, 1)
    ends = limits(margins / margins.sum(axis=1, keepdims=True))
    binary = (margins > 0).sum(axis=1) == 2
    tables, _ = filled_corner(crossed[i, :, j, :], binary[i] & binary[j])
    rho, converged, _ = correlations(tables, ends[i], ends[j])
    out = np.eye(p)
    out[i, j] = out[j, i] = rho if converged.all() else np.nan
    return out


def _mixed(values: NDArray, cuts: NDArray[np.intp]) -> NDArray:
    of = moments_order(cuts)
    for column, count in zip(values.T, cuts, strict=True):
        if count and len(np.unique(column[~np.isnan(column)])) <= count:
            return np.full((len(cuts), len(cuts)), np.nan)
    found = measure(values, of)
    if len(found.extreme):
        return np.full((len(cuts), len(cuts)), np.nan)
    cov = of.covariances(found.vector)
    spread = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(spread, spread))
