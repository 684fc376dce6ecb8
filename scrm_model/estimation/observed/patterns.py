"""Cases with missing cells, sorted so that those that miss the same cells lie together.

Notes
-----
Cases are sorted by the number k of missing cells, then by which cells these are. A *pattern* is a
set of missing cells; a *layer* is all patterns with the same k. Of Sigma^-1 a pattern needs only
the k x k block of its missing cells, and the blocks of a layer are one stack.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Layer:
    """Patterns with k missing cells each, M of them, and their n cases.

    Attributes
    ----------
    cases, patterns : slice
        Where they lie among all cases and all patterns.
    missing : ndarray of int, shape (M, k)
        Missing cells of each pattern.
    of_case : ndarray of int, shape (n,)
        Pattern of each case, counted within the layer.
    flat : ndarray of int, shape (M k k,)
        Places of the pairs of missing cells in a flat p x p matrix.
    """

    cases: slice
    patterns: slice
    missing: Index
    of_case: Index
    flat: Index


@dataclass(frozen=True, eq=False)
class Patterns:
    """The incomplete cases of one group.

    Attributes
    ----------
    values : ndarray, shape (N, p)
        Sorted cases, 0 in missing cells.
    seen : ndarray, shape (N, p)
        1 where a cell was observed, else 0.
    order : ndarray of int, shape (N,)
        Row of the data that each sorted case was.
    first : ndarray of int, shape (M,)
        First case of each pattern.
    layers : tuple of Layer
        Those with k > 0; cases without a missing cell come before them.
    """

    values: NDArray[np.float64]
    seen: NDArray[np.float64]
    order: Index
    first: Index
    layers: tuple[Layer, ...]

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """Cases of each pattern, shape (M,)."""
        return np.diff(np.append(self.first, len(self.values))).astype(float)

    @property
    def complete(self) -> bool:
        """Whether no cell is missing."""
        return not self.layers

    @cached_property
    def cells(self) -> NDArray[np.float64]:
        """Observed cells of each case, shape (N,)."""
        return self.seen.sum(axis=1)

    @cached_property
    def empty(self) -> int:
        """Missing cells."""
        return int(self.seen.size - self.seen.sum())

    @cached_property
    def pairwise(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Means (p,) of observed cells, and covariances (p, p) of the cases with both cells.

        Divisor of a pair's n cases n - 1, times (N - 1) / N.
        """
        seen, n = self.seen, len(self.values)
        mean = self.values.sum(axis=0) / seen.sum(axis=0)
        deviation = (self.values - mean) * seen
        pairs = seen.T @ seen
        sums = deviation.T @ seen
        with np.errstate(invalid="ignore", divide="ignore"):
            cov = (deviation.T @ deviation - sums * sums.T / pairs) / (pairs - 1)
        return mean, cov * ((n - 1) / n)

    def sums(self, of_cases: NDArray) -> NDArray:
        """Sums over the cases of each pattern, shape (M, ...)."""
        if len(self.first) == len(of_cases):
            return of_cases
        return np.add.reduceat(of_cases, self.first, axis=0)

    def back(self, of_cases: NDArray) -> NDArray:
        """What belongs to the sorted cases, in the order of the data."""
        out = np.empty_like(of_cases)
        out[self.order] = of_cases
        return out

    def of(self, columns: Index) -> "Patterns":
        """The same for some of the variables, without cases that have none of them."""
        rows = np.where(self.seen > 0, self.values, np.nan)[:, columns]
        return patterns_of(rows[~np.isnan(rows).all(axis=1)])


def patterns_of(rows: NDArray) -> Patterns:
    """Sort cases by what they miss.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
        NaN in missing cells; every row has an observed cell.

    Returns
    -------
    Patterns
    """
    n, p = rows.shape
    gone = np.isnan(rows)
    unique, of_row = np.unique(gone, axis=0, return_inverse=True)
    sizes = unique.sum(axis=1)
    ranks = np.empty(len(unique), dtype=np.intp)
    by_size = np.argsort(sizes, kind="stable")
    ranks[by_size] = np.arange(len(unique))
    pattern = ranks[of_row.ravel()]
    order = np.argsort(pattern, kind="stable")
    pattern, unique, sizes = pattern[order], unique[by_size], sizes[by_size]
    first = np.searchsorted(pattern, np.arange(len(unique)))
    edges = np.append(first, n)
    layers = []
    for k in np.unique(sizes[sizes > 0]):
        lo, hi = (int(e) for e in np.searchsorted(sizes, [k, k + 1]))
        missing = np.nonzero(unique[lo:hi])[1].reshape(hi - lo, k)
        cases = slice(int(edges[lo]), int(edges[hi]))
        flat = (missing[:, :, None] * p + missing[:, None, :]).ravel()
        layers.append(Layer(cases, slice(lo, hi), missing, pattern[cases] - lo, flat))
    seen = ~gone[order]
    return Patterns(
        np.where(seen, rows[order], 0.0), seen.astype(float), order, first, tuple(layers)
    )
