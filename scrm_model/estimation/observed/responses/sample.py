"""Answers of a group, ordinal ones among them, as the engine's sample."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import DataError
from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.observed.frames import check_covariance
from scrm_model.estimation.observed.responses.moments import Measured, measure
from scrm_model.estimation.observed.sample import Sample, inverse_gamma

NEARLY_ONE = 1.0 - 1e-6  # a polychoric correlation from which two variables are one


def response_sample(
    rows: NDArray, of: Responses, names: Sequence[str], weighting: str, place: str = ""
) -> tuple[Sample, tuple[str, ...]]:
    """Moments of a group with ordinal variables, their covariances and their weight.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
        With category numbers; see `measure`.
    of : Responses
    names : sequence of str
        Observed variables, for messages.
    weighting : {"diagonal", "full", ""}
        Of which part of Gamma the inverse is the weight.
    place : str
        Such as ``" in group 'a'"``, for messages.

    Returns
    -------
    Sample
        A stack of one; its test is (N - 1) F.
    tuple of str
        What was done to sparse tables, for the user.

    Raises
    ------
    DataError
        If a column does not vary, predictors depend on each other or determine answers, nobody
        answered both variables of a pair, two variables determine each other, or Gamma has no
        inverse where one is needed.
    """
    _check_columns(rows, of, names, place)
    try:
        found = measure(rows, of)
    except np.linalg.LinAlgError:
        raise DataError(
            f"data= needs predictors that leave ordinal answers some room{place}; a regression on "
            f"{', '.join(repr(names[k]) for k in of.x)} has no maximum of the likelihood. A "
            "predictor that tells the answers exactly is the usual cause: leave it out."
        ) from None
    _check_pairs(found, of, names, place)
    gamma = found.gamma
    cov, mean = joint_moments(found.vector, of, rows)
    weight: NDArray | None = None
    if weighting == "diagonal":
        weight = 1.0 / np.diag(gamma)
    elif weighting == "full":
        weight = inverse_gamma(gamma)
        if np.isnan(weight).any():
            raise DataError(
                f"estimator='WLS' needs moments that vary independently{place}; got {of.size} "
                f"moments of {len(rows)} cases, whose covariance matrix has no inverse. Use "
                "estimator='WLSMV'."
            )
    n = len(rows)
    with np.errstate(divide="ignore"):
        logdet = np.linalg.slogdet(cov)[1]
    sample = Sample(
        cov[None], mean[None], n - 1, np.atleast_1d(logdet), n,
        None if weight is None else weight[None], gamma[None], found.vector[None],
    )  # fmt: skip
    return sample, tuple(
        f"The table of {_pair(k, of, names)} has an empty cell{place}: half a case was moved there."
        for k in found.filled
    )


def _check_columns(rows: NDArray, of: Responses, names: Sequence[str], place: str) -> None:
    """Refuse columns and pairs of which there are no moments, and say which."""
    for k in (*of.x, *of.y[of.continuous]):
        column = rows[:, k]
        if len(np.unique(column[~np.isnan(column)])) < 2:
            raise DataError(
                f"data= needs columns that vary{place}; got one value of {names[k]!r}. Leave it "
                "out: it says nothing."
            )
    if len(of.x) > 1:
        spread = np.cov(rows[:, of.x], rowvar=False)
        check_covariance(spread, [names[k] for k in of.x], place)
    apart = _answered_apart(rows, of)
    if len(apart):
        told = ", ".join(_pair(k, of, names) for k in apart[:5])
        raise DataError(
            f"data= needs cases that answered both of any two variables{place}; got none for "
            f"{told}. Leave one of the two out of the model."
        )


def _answered_apart(rows: NDArray, of: Responses) -> NDArray[np.intp]:
    """Pairs that nobody answered both of."""
    missing = np.isnan(rows[:, of.y])
    if not missing.any():
        return np.zeros(0, dtype=np.intp)
    seen = (~missing).astype(float)
    return np.flatnonzero((seen.T @ seen)[of.pairs] == 0)


def _pair(k: int, of: Responses, names: Sequence[str]) -> str:
    first, second = (names[of.y[side[k]]] for side in of.pairs)
    return f"{first!r} with {second!r}"


def resampled_responses(rows: NDArray, counts: NDArray, of: Responses, weighting: str) -> Sample:
    """Moments of a stack of resamples, from how often each case was drawn.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
        With category numbers.
    counts : ndarray, shape (B, N)
        Non-negative; each row sums to the same total.
    of : Responses
    weighting : {"diagonal", "full", ""}

    Returns
    -------
    Sample
        NaN where a resample lacks a category, or has a pair whose correlation runs to 1.
    """
    return stacked_responses(
        [np.repeat(rows, c, axis=0) for c in counts.astype(int)], of, weighting
    )


def stacked_responses(sets: Sequence[NDArray], of: Responses, weighting: str) -> Sample:
    """Moments of a stack of data sets that have been measured before, or are like such.

    Parameters
    ----------
    sets : sequence of ndarray, shape (N, p)
        With category numbers, all of one length.
    of : Responses
    weighting : {"diagonal", "full", ""}

    Returns
    -------
    Sample
        NaN where a set lacks a category, or has a pair whose correlation runs to 1.
    """
    vectors, weights, covs, means = zip(*(_resampled(s, of, weighting) for s in sets), strict=True)
    n = len(sets[0])
    return Sample(
        np.stack(covs), np.stack(means), n - 1, np.full(len(sets), np.nan), n,
        np.stack(weights) if weighting else None, None, np.stack(vectors),
    )  # fmt: skip


def _resampled(
    rows: NDArray, of: Responses, weighting: str
) -> tuple[NDArray, NDArray | None, NDArray, NDArray]:
    p = rows.shape[1]
    width = of.size
    none = np.full((width, width) if weighting == "full" else width, np.nan)
    lost = (
        np.full(width, np.nan), none if weighting else None, np.full((p, p), np.nan),
        np.full(p, np.nan),
    )  # fmt: skip
    for k in of.ordinal:
        column = rows[:, of.y[k]]
        if len(np.unique(column[~np.isnan(column)])) <= of.cuts[k]:
            return lost
    if len(_answered_apart(rows, of)):
        return lost
    try:
        found = measure(rows, of)
    except np.linalg.LinAlgError:
        return lost
    if len(found.extreme):
        return lost
    weight = None
    if weighting == "diagonal":
        weight = len(rows) / np.einsum("mn,mn->m", found.added, found.added)
    elif weighting == "full":
        weight = inverse_gamma(found.gamma)
    return found.vector, weight, *joint_moments(found.vector, of, rows)


def _check_pairs(found: Measured, of: Responses, names: Sequence[str], place: str) -> None:
    values = found.vector[of.sections[3]]
    first, second = of.pairs
    spread = np.ones(len(of.y))
    spread[of.continuous] = np.sqrt(found.vector[of.sections[2]])
    rho = values / (spread[first] * spread[second])
    bad = np.union1d(found.extreme, np.flatnonzero(~(np.abs(rho) < NEARLY_ONE)))
    if len(bad):
        told = ", ".join(_pair(k, of, names) for k in bad[:5])
        raise DataError(
            f"data= needs pairs of answers that do not determine each other{place}; the "
            f"correlation runs to 1 or -1 for {told}. Leave one of the two out, or merge sparse "
            "categories."
        )


def joint_moments(vector: NDArray, of: Responses, rows: NDArray) -> tuple[NDArray, NDArray]:
    """Covariances and means of latent responses, continuous variables and fixed predictors.

    Parameters
    ----------
    vector : ndarray, shape (M,)
    of : Responses
    rows : ndarray, shape (N, p)
        For the moments of fixed predictors, whose covariances have divisor N - 1.
    """
    p = len(of.y) + len(of.x)
    location, slopes, _, _ = (vector[s] for s in of.sections)
    cov, mean = np.zeros((p, p)), np.zeros(p)
    inner = of.covariances(vector)
    level = np.zeros(len(of.y))
    level[of.continuous] = location[of.at_mean]
    if len(of.x):
        x = rows[:, of.x]
        spread = np.atleast_2d(np.cov(x, rowvar=False))
        reach = slopes.reshape(len(of.x), len(of.y)).T
        inner = inner + reach @ spread @ reach.T
        cov[np.ix_(of.x, of.x)] = spread
        cov[np.ix_(of.y, of.x)] = reach @ spread
        cov[np.ix_(of.x, of.y)] = (reach @ spread).T
        mean[of.x] = x.mean(axis=0)
        level = level + reach @ mean[of.x]
    cov[np.ix_(of.y, of.y)] = inner
    mean[of.y] = level
    return cov, mean
