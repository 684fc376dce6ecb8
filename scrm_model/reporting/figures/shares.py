"""Shares of the answers to items: the numbers that bars show."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.survey.scales import Scales


def answer_shares(values: NDArray, points: tuple[int, int]) -> tuple[NDArray, NDArray]:
    """Counts and shares of the answers to one item.

    Parameters
    ----------
    values : ndarray, shape (N,)
        Whole numbers; NaN where the answer is missing.
    points : (int, int)
        Lowest and highest answer.

    Returns
    -------
    (ndarray of int, ndarray), each of shape (k,)
        From the lowest answer; shares of those who answered, NaN if nobody did.
    """
    low, high = points
    given = values[~np.isnan(values)].astype(int)
    counts = np.bincount(given - low, minlength=high - low + 1)
    total = counts.sum()
    return counts, counts / total if total else np.full(len(counts), np.nan)


def sides(shares: NDArray) -> tuple[float, float, float]:
    """Shares below the middle, at it and above it.

    Parameters
    ----------
    shares : ndarray, shape (k,)
        From the lowest answer.

    Returns
    -------
    (float, float, float)
        An even number of answers has no middle: its share is 0.
    """
    half = len(shares) // 2
    middle = float(shares[half]) if len(shares) % 2 else 0.0
    return float(shares[:half].sum()), middle, float(shares[len(shares) - half :].sum())


def share_frame(frame: pd.DataFrame, scales: Scales, codes: Sequence[str]) -> pd.DataFrame:
    """A row for each item and answer.

    Parameters
    ----------
    frame : DataFrame
        Answers, checked.
    scales : Scales
        Points of the items.
    codes : sequence of str
        Which items.

    Returns
    -------
    DataFrame
        construct, item, answer, count, share (of those who answered), n (who answered), missing.
    """
    rows = []
    for code in codes:
        values = frame[code].to_numpy(dtype=float, na_value=np.nan)
        points = scales.points(code)
        counts, shares = answer_shares(values, points)
        for answer, count, share in zip(
            range(points[0], points[1] + 1), counts, shares, strict=True
        ):
            rows.append(
                {
                    "construct": scales.item(code).construct,
                    "item": code,
                    "answer": answer,
                    "count": int(count),
                    "share": float(share),
                    "n": int(counts.sum()),
                    "missing": len(values) - int(counts.sum()),
                }
            )
    columns = ["construct", "item", "answer", "count", "share", "n", "missing"]
    return pd.DataFrame(rows, columns=columns)
