"""How resamples are drawn: cases, whole clusters, from the fitted model, or where the model holds.

Notes
-----
Every source gives, for a generator and a number of draws, refits together with the places of their
members among these draws. Drawn cases are counts, and no data are copied.

References
----------
.. [efron1993] Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman &
   Hall.
.. [field2007] Field, C. A., & Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the
   Royal Statistical Society, Series B, 69, 369-390.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.resample import Refits, ignores_size, refit_counts, refit_rows
from scrm_model.estimation.result import Fit
from scrm_model.inference.parametric import Law, laws_of

Clusters = tuple[NDArray[np.intp], ...]
Found = tuple[NDArray[np.intp], Refits]


class Source(Protocol):
    """Where resamples come from."""

    def draw(self, rng: np.random.Generator, size: int) -> Iterator[Found]:
        """Refits to `size` resamples, in parts: places among them, and what was found there."""
        ...


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases, or whole clusters of them, drawn with replacement within groups.

    Attributes
    ----------
    fit : Fit
    clusters : tuple of ndarray of int, shape (N_g,), or None
        Number of the cluster of each case, one a group.

    Notes
    -----
    As many clusters are drawn as there are, each with all its cases and no further draw within it:
    the "randomised cluster bootstrap" of [field2007]_. Resamples then differ in their number of
    cases.
    """

    fit: Fit
    clusters: Clusters | None = None

    def draw(self, rng: np.random.Generator, size: int) -> Iterator[Found]:
        """Refits to resamples; see `Source`."""
        if self.clusters is None:
            counts = [drawn_counts(rng, len(d), size) for d in self.fit.raw_data()]
            yield np.arange(size), refit_counts(self.fit, counts)
            return
        counts = [drawn_counts(rng, int(c.max()) + 1, size)[:, c] for c in self.clusters]
        for part in parts_of_one_size(self.fit, counts):
            yield part, refit_counts(self.fit, [c[part] for c in counts])


@dataclass(frozen=True, eq=False)
class Turned:
    """Cases drawn from data that are transformed so that the model holds.

    Attributes
    ----------
    fit : Fit
        From `scrm_model.inference.bollen_stine.where_the_model_holds`.
    """

    fit: Fit

    def draw(self, rng: np.random.Generator, size: int) -> Iterator[Found]:
        """Refits to resamples; see `Source`."""
        data = self.fit.raw_data()
        counts = [drawn_counts(rng, len(d), size) for d in data]
        if not self.fit.settings.incomplete:
            yield np.arange(size), refit_counts(self.fit, counts)
            return
        # The test of incomplete data needs the unrestricted model of every resample.
        drawn = [
            np.stack([np.repeat(d, c, axis=0) for c in own])
            for d, own in zip(data, counts, strict=True)
        ]
        yield np.arange(size), refit_rows(self.fit, drawn)


@dataclass(frozen=True, eq=False)
class Parametric:
    """Cases drawn from the moments that the estimates imply [efron1993]_.

    Attributes
    ----------
    fit : Fit
    laws : tuple of Law
        One a group.
    """

    fit: Fit
    laws: tuple[Law, ...]

    @classmethod
    def of(cls, fit: Fit) -> "Parametric":
        """The source that belongs to a fit."""
        return cls(fit, laws_of(fit))

    def draw(self, rng: np.random.Generator, size: int) -> Iterator[Found]:
        """Refits to resamples; see `Source`."""
        yield np.arange(size), refit_rows(self.fit, [law.draw(rng, size) for law in self.laws])


def drawn_counts(rng: np.random.Generator, n: int, size: int) -> NDArray[np.intp]:
    """How often each of n cases is among n that are drawn with replacement.

    Parameters
    ----------
    rng : Generator
    n, size : int
        Cases, and resamples.

    Returns
    -------
    ndarray of int, shape (size, n)
    """
    cases = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
    return np.bincount(cases.ravel(), minlength=size * n).reshape(size, n)


def parts_of_one_size(fit: Fit, counts: Sequence[NDArray]) -> list[NDArray[np.intp]]:
    """Members that can be estimated as one stack.

    Parameters
    ----------
    fit : Fit
    counts : sequence of ndarray, shape (B, N_g)

    Returns
    -------
    list of ndarray of int
        Places of members with the same number of cases in every group; all in one where the
        estimates do not depend on it.
    """
    sizes = np.stack([c.sum(axis=1) for c in counts], axis=1)
    if ignores_size(fit) or (sizes == sizes[0]).all():
        return [np.arange(len(sizes))]
    _, part = np.unique(sizes, axis=0, return_inverse=True)
    order = np.argsort(part.ravel(), kind="stable")
    edges = np.flatnonzero(np.diff(part.ravel()[order])) + 1
    return np.split(order, edges)
