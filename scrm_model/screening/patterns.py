"""Which cells of which case are empty: patterns, and batches of cases that lack as many cells."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.intp]
_BATCH = 1 << 21  # cells of the largest stack of matrices that is held at once, 16 MB


@dataclass(frozen=True, eq=False)
class Patterns:
    """The distinct sets of answered items, the most frequent first.

    Attributes
    ----------
    answered : ndarray of bool, shape (M, p)
        Which items the cases of a pattern answered.
    counts : ndarray of int, shape (M,)
        Cases of each pattern.
    of_case : ndarray of int, shape (N,)
        Pattern of each case.
    """

    answered: NDArray[np.bool_]
    counts: Index
    of_case: Index

    @cached_property
    def sizes(self) -> Index:
        """Answered items of each pattern, shape (M,)."""
        return np.asarray(self.answered.sum(axis=1), dtype=np.intp)

    @property
    def each(self) -> "Patterns":
        """Every pattern as a single case of its own."""
        ones = np.ones(len(self.counts), dtype=np.intp)
        return Patterns(self.answered, ones, np.arange(len(ones)))


def patterns_of(answered: NDArray[np.bool_]) -> Patterns:
    """Sort cases by what they answered.

    Parameters
    ----------
    answered : ndarray of bool, shape (N, p)

    Returns
    -------
    Patterns
        By falling number of cases, then by falling number of answered items.
    """
    n, p = answered.shape
    bits = np.zeros((n, 8 * -(-p // 64)), dtype=np.uint8)
    packed = np.packbits(answered, axis=1)
    bits[:, : packed.shape[1]] = packed
    # One number a case where one is enough: sorting numbers is several times as fast as bytes.
    words = bits.view(np.uint64 if bits.shape[1] == 8 else f"V{bits.shape[1]}").ravel()
    _, first, of_case, counts = np.unique(
        words, return_index=True, return_inverse=True, return_counts=True
    )
    shapes = answered[first]
    order = np.lexsort((-shapes.sum(axis=1), -counts))
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return Patterns(shapes[order], counts[order], rank[of_case.ravel()])


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases of some patterns that all lack k items.

    Attributes
    ----------
    cases : ndarray of int, shape (n,)
        Their rows.
    missing : ndarray of int, shape (M, k)
        Empty cells of each pattern.
    of_case : ndarray of int, shape (n,)
        Pattern of each case, counted within the batch.
    counts : ndarray of int, shape (M,)
        Cases of each pattern.
    """

    cases: Index
    missing: Index
    of_case: Index
    counts: Index


def batches(patterns: Patterns) -> Iterator[Batch]:
    """Incomplete cases in batches whose k x k matrices fit into little memory.

    Parameters
    ----------
    patterns : Patterns

    Yields
    ------
    Batch
        Complete cases are in none.
    """
    p = patterns.answered.shape[1]
    lacks = p - patterns.sizes
    cases = np.argsort(patterns.of_case, kind="stable")
    start = np.concatenate([[0], np.cumsum(patterns.counts)])
    for k in np.unique(lacks[lacks > 0]):
        group = np.flatnonzero(lacks == k)
        heavy = patterns.counts[group] * p + k * k
        part = np.cumsum(heavy) // _BATCH
        for number in np.unique(part):
            own = group[part == number]
            rows = np.concatenate([cases[start[j] : start[j + 1]] for j in own])
            missing = np.nonzero(~patterns.answered[own])[1].reshape(len(own), k)
            counts = patterns.counts[own]
            yield Batch(rows, missing, np.repeat(np.arange(len(own)), counts), counts)


def complete_cases(patterns: Patterns) -> Index:
    """Rows without an empty cell."""
    whole = patterns.sizes == patterns.answered.shape[1]
    return np.asarray(np.flatnonzero(whole[patterns.of_case]), dtype=np.intp)
