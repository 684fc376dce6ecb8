"""Estimates without each case, or each cluster, in turn."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.resample import BLOCK, Refits, refit_counts
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import r_squared, solutions
from scrm_model.inference.resampling import Clusters, parts_of_one_size


@dataclass(frozen=True, eq=False)
class LeftOut:
    """What is estimated without each unit in turn; units without which there is no minimum are out.

    Attributes
    ----------
    rows : ndarray, shape (3, K, R)
        Raw, std_lv and std_all values of the table's rows.
    r2 : ndarray, shape (K, E)
        Explained shares of variance, in the order of `r2_of`.
    group : ndarray of int, shape (K,)
        The group of the unit that is left out.
    """

    rows: NDArray
    r2: NDArray
    group: NDArray[np.intp]


def leave_one_out(fit: Fit, clusters: Clusters | None = None) -> LeftOut:
    """Estimates without each case in turn.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    clusters : tuple of ndarray of int, shape (N_g,), optional
        Number of the cluster of each case, one a group; whole clusters are then left out.
    """
    units = clusters or tuple(np.arange(len(d)) for d in fit.raw_data())
    rows, r2, groups = [], [], []
    for group, numbers in enumerate(units):
        count = int(numbers.max()) + 1
        for first in range(0, count, BLOCK):
            gone = np.arange(first, min(first + BLOCK, count))
            for _, found in without(fit, units, group, gone):
                rows.append(values_of(fit, found, found.converged))
                r2.append(r2_of(fit, found, found.converged))
                groups.append(np.full(len(r2[-1]), group))
    return LeftOut(np.concatenate(rows, axis=1), np.concatenate(r2), np.concatenate(groups))


def without(
    fit: Fit, units: Clusters, group: int, gone: NDArray[np.intp]
) -> Iterator[tuple[NDArray[np.intp], Refits]]:
    """Refits without each of some units of a group.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    units : tuple of ndarray of int, shape (N_g,)
        Number of the unit of each case, one a group.
    group : int
        From 0.
    gone : ndarray of int, shape (K,)
        Numbers of the units.

    Yields
    ------
    places : ndarray of int
        Among `gone`.
    found : Refits
    """
    counts = [np.ones((len(gone), len(u))) for u in units]
    counts[group][units[group] == gone[:, None]] = 0
    for part in parts_of_one_size(fit, counts):
        yield part, refit_counts(fit, [c[part] for c in counts])


def values_of(fit: Fit, found: Refits, keep: NDArray) -> NDArray:
    """Raw, std_lv and std_all rows of some refits, shape (3, kept, R)."""
    picked = np.flatnonzero(keep)
    samples = tuple(s.take(picked) for s in found.samples)
    return solutions(fit.compiled, fit.scaling, found.theta[picked], samples)


def r2_of(fit: Fit, found: Refits, keep: NDArray) -> NDArray:
    """Explained shares of variance of some refits, by group and variable, shape (kept, E)."""
    picked = np.flatnonzero(keep)
    samples = tuple(s.take(picked) for s in found.samples)
    by_group = r_squared(fit.compiled, found.theta[picked], samples)
    columns = [column for of in by_group for column in of.values()]
    return np.stack(columns, axis=1) if columns else np.empty((len(picked), 0))
