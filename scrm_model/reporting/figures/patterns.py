"""Which answers are missing together: patterns of missing cells, and a map of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Patterns:
    """Cases sorted by which answers they lack.

    Attributes
    ----------
    order : ndarray of int, shape (N,)
        Places of the cases in the data: those without gaps first, then patterns with fewer gaps,
        the frequent before the rare.
    cells : ndarray of bool, shape (P, k)
        Missing cells of each pattern, in the same order.
    counts : ndarray of int, shape (P,)
        How many cases have each.
    """

    order: NDArray[np.intp]
    cells: NDArray[np.bool_]
    counts: NDArray[np.intp]


def patterns_of(missing: NDArray[np.bool_]) -> Patterns:
    """Sort cases by their patterns.

    Parameters
    ----------
    missing : ndarray of bool, shape (N, k)
        Where an answer is missing.

    Returns
    -------
    Patterns
    """
    cells, which, counts = np.unique(missing, axis=0, return_inverse=True, return_counts=True)
    gaps = cells.sum(axis=1)
    # Ties are left in the order of np.unique, so that the same data give the same map.
    rank = np.lexsort((np.arange(len(cells)), -counts, gaps))
    place = np.empty(len(cells), dtype=int)
    place[rank] = np.arange(len(cells))
    order = np.argsort(place[which.ravel()], kind="stable")
    return Patterns(order, cells[rank], counts[rank])


def binned(missing: NDArray[np.bool_], most: int) -> tuple[NDArray[np.float64], int]:
    """Shares of missing cells in bins of neighbouring cases.

    Parameters
    ----------
    missing : ndarray of bool, shape (N, k)
        Cases in the order of the map.
    most : int
        Number of bins that there may be.

    Returns
    -------
    (ndarray, shape (B, k), int)
        Shares, and how many cases a bin has; the last one may have fewer.
    """
    step = max(1, -(-len(missing) // most))
    starts = np.arange(0, len(missing), step)
    sums = np.add.reduceat(missing.astype(float), starts, axis=0)
    return sums / np.diff(np.append(starts, len(missing)))[:, None], step


def missing_frame(frame: pd.DataFrame, constructs: dict[str, str]) -> pd.DataFrame:
    """Missing answers of each item.

    Parameters
    ----------
    frame : DataFrame
        Cases × items.
    constructs : dict of str to str
        Construct of each item, empty where there is none.

    Returns
    -------
    DataFrame
        construct, item, n (answers), missing, share.
    """
    absent = frame.isna().to_numpy()
    return pd.DataFrame(
        {
            "construct": [constructs[str(c)] for c in frame],
            "item": [str(c) for c in frame],
            "n": (~absent).sum(axis=0),
            "missing": absent.sum(axis=0),
            "share": absent.mean(axis=0),
        }
    )
