"""Cases with the same answers as another."""

import numpy as np
from numpy.typing import NDArray


def duplicates(answers: NDArray) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which cases gave the very same answers as an earlier one, and how many others do.

    Parameters
    ----------
    answers : ndarray, shape (N, p)
        NaN where an answer is missing; two missing answers are the same.

    Returns
    -------
    first : ndarray of int, shape (N,)
        The first case with these answers: the case itself, if there is none before it.
    others : ndarray of int, shape (N,)
        Other cases with these answers; 0 for a case without any answer.

    Notes
    -----
    A sum with random weights parts cases that differ; what it leaves together is compared cell by
    cell.
    """
    n = len(answers)
    first, others = np.arange(n), np.zeros(n, dtype=np.intp)
    gone = np.isnan(answers)
    beyond = 1.0 + np.where(gone, 0.0, np.abs(answers)).max(initial=0.0)
    filled = np.where(gone, beyond, answers)
    weights = np.random.default_rng(0).random((answers.shape[1],)) + 0.5
    # Item by item, so that equal rows have equal sums wherever they stand.
    keys = np.zeros(n)
    for j in range(answers.shape[1]):
        keys += filled[:, j] * weights[j]
    order = np.argsort(keys, kind="stable")
    change = np.flatnonzero(np.diff(keys[order]) != 0.0) + 1
    start, stop = np.concatenate([[0], change]), np.concatenate([change, [n]])
    several = stop - start > 1
    for lo, hi in zip(start[several], stop[several], strict=True):
        rows = order[lo:hi]
        _, head, same, count = np.unique(
            filled[rows], axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        same = same.ravel()
        first[rows] = rows[head[same]]
        others[rows] = count[same] - 1
    empty = gone.all(axis=1)
    first[empty], others[empty] = np.flatnonzero(empty), 0
    return first, others
