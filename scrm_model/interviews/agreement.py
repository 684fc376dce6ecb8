"""Agreement of several raters who may have left something out: Krippendorff's alpha.

References
----------
Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability measure for
coding data. Communication Methods and Measures, 1, 77-89.

Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
"""

from __future__ import annotations

from collections.abc import Callable

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
    found = np.zeros((count, count))
    for column in codes.T:
        tally = np.bincount(column[column >= 0], minlength=count).astype(float)
        ratings = tally.sum()
        if ratings > 1:
            found += (np.outer(tally, tally) - np.diag(tally)) / (ratings - 1.0)
    return found


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
    met = coincidences(codes, count)
    totals = met.sum(axis=0)
    distance = METRICS[metric](totals)
    expected = (np.outer(totals, totals) - np.diag(totals)) * distance
    if totals.sum() <= 1 or expected.sum() <= 0:
        return None
    return float(1.0 - (totals.sum() - 1.0) * (met * distance).sum() / expected.sum())


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
