"""A sample in two halves: one to explore, one to confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, MissingColumnError, did_you_mean
from scrm_model.estimation.observed.frames import as_pandas
from scrm_model.estimation.workers import Seed, seed_sequence


@dataclass(frozen=True, eq=False)
class Split:
    """Two parts of a sample.

    Attributes
    ----------
    explore, confirm : DataFrame
        Of the library that the data came in, rows in their order there; every row is in one.
    counts : DataFrame
        Rows of each part, by stratum where there are strata.
    seed : int or None
    """

    explore: Any
    confirm: Any
    counts: pd.DataFrame
    seed: Seed

    def __repr__(self) -> str:
        first, second = len(self.explore), len(self.confirm)
        return f"Split: {first} rows to explore, {second} to confirm (seed={self.seed})"


def split(
    data: Any,
    *,
    share: float = 0.5,
    by: str | Sequence[str] | None = None,
    cluster: str | None = None,
    seed: Seed = None,
) -> Split:
    """Divide a sample at random, so that what one part suggests the other can test.

    Parameters
    ----------
    data : DataFrame
        pandas or polars.
    share : float
        Of the rows that go to the first part.
    by : str or sequence of str, optional
        Columns whose combinations are strata: each is divided by the same share, to the nearest
        row. A missing cell is a stratum of its own.
    cluster : str, optional
        Column of units that must not be torn apart, such as firms with several informants; the
        share is then one of clusters.
    seed : int, optional

    Returns
    -------
    Split

    Raises
    ------
    ArgumentError
        A share outside (0, 1), or one that leaves a part empty; strata and clusters together.
    DataError, MissingColumnError
        No such columns, or a row without a cluster.

    Notes
    -----
    Rows are rounded so that their total is the share of the whole, to half a row: strata with the
    largest remainders get one more.

    Examples
    --------
    >>> halves = split(pd.DataFrame({"x": range(10)}), seed=1)
    >>> len(halves.explore), len(halves.confirm)
    (5, 5)
    """
    if not (isinstance(share, float) and 0.0 < share < 1.0):
        raise ArgumentError(
            f"share= needs a number between 0 and 1; got {share!r}. Write share=0.5 for halves."
        )
    if by is not None and cluster is not None:
        raise ArgumentError(
            "by= needs to stand alone; got cluster= as well. Divide clusters, or rows by strata."
        )
    frame = as_pandas(data)
    rng = np.random.default_rng(seed_sequence(seed))
    strata = _codes(frame, [by] if isinstance(by, str) else list(by or ()), "by")
    if cluster is None:
        first = _drawn(strata, share, rng)
    else:
        if frame.columns.isin([cluster]).any() and frame[cluster].isna().any():
            raise DataError(
                f"cluster= needs a value in every row; {cluster!r} is empty in "
                f"{int(frame[cluster].isna().sum())} rows. Fill them, or leave those rows out."
            )
        units = _codes(frame, [cluster], "cluster")
        chosen = _drawn(np.zeros(units.max(initial=-1) + 1, dtype=np.intp), share, rng)
        first = chosen[units]
    if first.all() or not first.any():
        raise ArgumentError(
            f"share= needs to leave rows in both parts; got {share!r} of {len(frame)} rows. Give a "
            "share nearer to 0.5."
        )
    return Split(_taken(data, first), _taken(data, ~first), _counts(frame, by, first), seed)


def _codes(frame: pd.DataFrame, columns: list[str], argument: str) -> NDArray[np.intp]:
    for name in columns:
        if name not in frame.columns:
            raise MissingColumnError(
                f"{argument}= needs a column of the data; got {name!r}."
                f"{did_you_mean(name, map(str, frame.columns))} Correct the name."
            )
    if not columns:
        return np.zeros(len(frame), dtype=np.intp)
    groups = frame.groupby(columns, dropna=False, sort=False).ngroup()
    return np.asarray(groups, dtype=np.intp)


def _drawn(strata: NDArray[np.intp], share: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    sizes = np.bincount(strata)
    exact = share * sizes
    take = np.floor(exact).astype(np.intp)
    short = round(share * len(strata)) - int(take.sum())
    # Equal remainders are dealt out by lot.
    order = np.lexsort((rng.random(len(sizes)), -(exact - take)))
    take[order[: max(short, 0)]] += 1
    out = np.zeros(len(strata), dtype=bool)
    for k, count in enumerate(take):
        out[rng.choice(np.flatnonzero(strata == k), size=count, replace=False)] = True
    return out


def _taken(data: Any, rows: NDArray[np.bool_]) -> Any:
    if isinstance(data, pd.DataFrame):
        return data.loc[rows]
    import narwhals as nw  # noqa: PLC0415 - only frames of other libraries need it

    return nw.to_native(nw.from_native(data, eager_only=True).filter(rows.tolist()))


def _counts(frame: pd.DataFrame, by: Any, first: NDArray[np.bool_]) -> pd.DataFrame:
    columns = [by] if isinstance(by, str) else list(by or ())
    counted = frame[columns].assign(explore=first.astype(int), confirm=(~first).astype(int))
    if not columns:
        return counted.sum().to_frame().T
    grouped = counted.groupby(columns, dropna=False, sort=False)[["explore", "confirm"]]
    return grouped.sum().reset_index()
