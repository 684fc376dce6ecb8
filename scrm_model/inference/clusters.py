"""Which cluster each case belongs to: several informants of one firm, pupils of one class."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError
from scrm_model.estimation.observed.frames import Rows
from scrm_model.estimation.result import Fit

# k clusters have (2 k - 1 choose k) different resamples: 126 of five, 92,378 of ten. With fewer
# than that the tails of an interval are made of a handful of values.
LEAST = 10


def clusters_of(fit: Fit, cluster: Any) -> tuple[NDArray[np.intp], ...]:
    """Number of the cluster of each case, by group, from 0 in order of appearance.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    cluster : Series, array or str
        One value for each row of the data that `fit` was given, rows that were left out among
        them. A pandas Series is matched by its index where that has no duplicates, everything
        else by position. A str is the name of an observed variable of the model.

    Raises
    ------
    ArgumentError
        `cluster` has another length than the data, other row labels, or is the name of a column
        that the fit does not keep.
    DataError
        Rows that are used have no cluster, a cluster lies in two groups, or a group has fewer
        than ten clusters.
    """
    fit.raw_data()  # says why, where there are none
    rows = fit.rows or ()
    values = _values(fit, rows, cluster)
    empty = sum(int(pd.isna(v).sum()) for v in values)
    if empty:
        raise DataError(
            f"cluster= needs a value for every row that is used; it is empty in {empty} of "
            f"{fit.nobs}. Fill them, or fit the model without those rows."
        )
    seen: dict[Any, str] = {}
    out = []
    for own, r in zip(values, rows, strict=True):
        numbers, names = pd.factorize(own)
        twice = [name for name in names if name in seen]
        if twice:
            raise DataError(
                f"cluster= needs clusters that lie within one group; {str(twice[0])!r} is in "
                f"{seen[twice[0]]!r} and {r.label!r}. If ids begin anew in every group, give each "
                "its own, for example frame['group'] + '-' + frame['id']; if members of one "
                "cluster are in several groups, the groups are not independent samples."
            )
        seen |= dict.fromkeys(names, r.label)
        if len(names) < LEAST:
            place = f" in group {r.label!r}" if r.label else ""
            raise DataError(
                f"cluster= needs at least {LEAST} clusters{place}, for enough different resamples; "
                f"got {len(names)}. Resample cases, or use robust standard errors."
            )
        out.append(numbers.astype(np.intp))
    return tuple(out)


def _values(fit: Fit, rows: tuple[Rows, ...], cluster: Any) -> list[Any]:
    """Clusters of the rows that are used, by group."""
    if isinstance(cluster, str):
        names = fit.compiled.observed
        if cluster not in names:
            raise ArgumentError(
                f"cluster= needs the column itself, as a fit keeps only the variables of its "
                f"model; got the name {cluster!r}. Write cluster=frame[{cluster!r}]."
            )
        return [r.values[:, names.index(cluster)] for r in rows]
    if isinstance(cluster, pd.Series) and cluster.index.is_unique:
        wanted = np.concatenate([r.index for r in rows])
        lost = ~np.isin(wanted, cluster.index)
        if lost.any():
            raise ArgumentError(
                "cluster= needs the row labels of the data; got a Series without "
                f"{str(wanted[lost][0])!r} and {int(lost.sum()) - 1} more. If its values stand in "
                "the order of the rows, write cluster=series.to_numpy()."
            )
        return [cluster.loc[r.index].to_numpy() for r in rows]
    given = pd.Series(np.asarray(cluster)) if np.ndim(cluster) == 1 else None
    if given is None or len(given) != fit.n_original:
        came = f"{len(given)} values" if given is not None else f"{type(cluster).__name__}"
        raise ArgumentError(
            f"cluster= needs one value for each of the {fit.n_original} rows of the data; got "
            f"{came}. Give the column, for example cluster=frame['firm']."
        )
    return [given.to_numpy()[r.place] for r in rows]
