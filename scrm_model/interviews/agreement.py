"""Agreement of raters: Krippendorff's alpha of several, some of them silent; Cohen's kappa of two.

References
----------
Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
Measurement, 20, 37-46.

Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and
weighted kappa. Psychological Bulletin, 72, 323-327.

Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability measure for
coding data. Communication Methods and Measures, 1, 77-89.

Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


def _nominal(totals: NDArray) -> NDArray:
    return 1.0 - np.eye(len(totals))


def _ordinal(totals: NDArray) -> NDArray:
    # δ²(c, k): the pairable ratings from c to k, half of those at either end, squared.
    below = np.cumsum(totals) - totals / 2.0
    return (below[:, None] - below[None, :]) ** 2


METRICS: dict[str, Callable[[NDArray], NDArray]] = {"nominal": _nominal, "ordinal": _ordinal}


def coincidences(codes: NDArray, count: int) -> NDArray:
    """How often two ratings of the same item met.

    Parameters
    ----------
    codes : ndarray of int, shape (raters, items)
        Category of each rating from 0; -1 where there is none.
    count : int
        Number of categories.

    Returns
    -------
    ndarray, shape (count, count)
        Pairs of ratings of the same item, each item weighted by 1 / (its ratings - 1).
    """
    return unit_coincidences(codes, count).sum(axis=0)


def unit_coincidences(codes: NDArray, count: int) -> NDArray:
    """What each item adds to the coincidences.

    Parameters
    ----------
    codes : ndarray of int, shape (raters, items)
        Category of each rating from 0; -1 where there is none.
    count : int
        Number of categories.

    Returns
    -------
    ndarray, shape (items, count, count)
        Zero for an item with fewer than two ratings.
    """
    tally = (codes.T[:, :, None] == np.arange(count)).sum(axis=1).astype(float)
    ratings = tally.sum(axis=1)
    pairs = tally[:, :, None] * tally[:, None, :]
    pairs -= tally[:, :, None] * np.eye(count)
    return pairs / np.maximum(ratings - 1.0, 1.0)[:, None, None]


def krippendorff_alpha(codes: NDArray, count: int, metric: str = "ordinal") -> float | None:
    """Agreement corrected for chance, whatever is missing.

    Parameters
    ----------
    codes : ndarray of int, shape (raters, items)
        Category of each rating from 0; -1 where there is none.
    count : int
        Number of categories.
    metric : {"ordinal", "nominal"}
        Whether the categories have an order.

    Returns
    -------
    float or None
        1 - (observed disagreement) / (expected disagreement); None where no two ratings meet, or
        where all ratings are the same so that no disagreement could be expected.
    """
    return alpha_of(coincidences(codes, count), metric)


def alpha_of(met: NDArray, metric: str = "ordinal") -> float | None:
    """Krippendorff's alpha from coincidences.

    Parameters
    ----------
    met : ndarray, shape (count, count)
        See `coincidences`.
    metric : {"ordinal", "nominal"}
        Whether the categories have an order.

    Returns
    -------
    float or None
        See `krippendorff_alpha`.
    """
    totals = met.sum(axis=0)
    distance = METRICS[metric](totals)
    expected = (np.outer(totals, totals) - np.diag(totals)) * distance
    if totals.sum() <= 1 or expected.sum() <= 0:
        return None
    return float(1.0 - (totals.sum() - 1.0) * (met * distance).sum() / expected.sum())


def alpha_draws(
    codes: NDArray, count: int, draws: int, seed: int | None, metric: str = "ordinal"
) -> NDArray:
    """Alpha of resamples of the items.

    Parameters
    ----------
    codes : ndarray of int, shape (raters, items)
        Category of each rating from 0; -1 where there is none.
    count : int
        Number of categories.
    draws : int
        Number of resamples.
    seed : int or None
        Of the resamples.
    metric : {"ordinal", "nominal"}
        Whether the categories have an order.

    Returns
    -------
    ndarray, shape (up to draws,)
        Without the resamples that have no alpha, because all of their ratings are the same.

    Notes
    -----
    Whole items are drawn with replacement, with all of their ratings, as Zapf et al. (2016) advise.
    Hayes and Krippendorff (2007) draw single disagreements and hold the expected one fixed.

    References
    ----------
    Zapf, A., Castell, S., Morawietz, L., & Karch, A. (2016). Measuring inter-rater reliability for
    nominal data: Which coefficients and confidence intervals are appropriate? BMC Medical Research
    Methodology, 16, 93.
    """
    # Items that were rated alike are drawn together: there are few kinds of them.
    each, alike = np.unique(unit_coincidences(codes, count), axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(codes.shape[1], alike / codes.shape[1], size=draws)
    stack = np.einsum("bi,ijk->bjk", weights.astype(float), each, optimize=True)
    found = [alpha_of(met, metric) for met in stack]
    return np.array([value for value in found if value is not None])


class Kappa(NamedTuple):
    """Cohen's kappa with what it is made of.

    ``se`` is the large-sample standard error of Fleiss, Cohen and Everitt (1969), for intervals;
    ``observed`` and ``expected`` are shares of agreement.
    """

    kappa: float
    se: float
    observed: float
    expected: float
    n: int


def cohen_kappa(table: NDArray) -> Kappa | None:
    """Agreement of two raters, corrected for chance.

    Parameters
    ----------
    table : ndarray, shape (count, count)
        How often the first rater gave the category of the row and the second that of the column.

    Returns
    -------
    Kappa or None
        None if there is nothing to agree on: no item, or both gave the same category throughout.

    Notes
    -----
    kappa = (p_o - p_e) / (1 - p_e), with p_o = sum p_ii and p_e = sum p_i. p_.i. Its variance is
    (A + B - C) / (n (1 - p_e)^2), where A = sum p_ii [1 - (p_i. + p_.i)(1 - kappa)]^2,
    B = (1 - kappa)^2 sum_{i != j} p_ij (p_.i + p_j.)^2, and C = [kappa - p_e (1 - kappa)]^2.
    """
    n = float(table.sum())
    if n <= 0:
        return None
    p = np.asarray(table, dtype=float) / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float(np.trace(p)), float(rows @ columns)
    if 1.0 - expected < 1e-12:
        return None
    kappa = (observed - expected) / (1.0 - expected)
    rest = 1.0 - kappa
    diagonal = np.diag(p) @ (1.0 - (rows + columns) * rest) ** 2
    sums = (columns[:, None] + rows[None, :]) ** 2
    beside = rest**2 * (p * sums * (1.0 - np.eye(len(p)))).sum()
    variance = diagonal + beside - (kappa - expected * rest) ** 2
    se = float(np.sqrt(max(variance, 0.0) / n)) / (1.0 - expected)
    return Kappa(kappa, se, observed, expected, round(n))


def identical_pairs(codes: NDArray, count: int) -> float | None:
    """Share of pairs of ratings of the same item that are the same.

    Parameters
    ----------
    codes : ndarray of int, shape (raters, items)
        Category of each rating from 0; -1 where there is none.
    count : int
        Number of categories.

    Returns
    -------
    float or None
        Plain share of pairs; None where no two ratings meet.
    """
    same = pairs = 0.0
    for column in codes.T:
        tally = np.bincount(column[column >= 0], minlength=count).astype(float)
        ratings = tally.sum()
        same += float((tally * (tally - 1.0)).sum())
        pairs += float(ratings * (ratings - 1.0))
    return same / pairs if pairs else None
