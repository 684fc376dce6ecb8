"""A user's data, checked and turned into one array a group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import DataError, MissingColumnError, did_you_mean
from scrm_model.estimation.factor import Factor
from scrm_model.survey.frames import as_pandas  # noqa: F401 - known from here too

_LEAST = 1e-10  # smallest eigenvalue of correlations that are taken as positive definite


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one group that are used.

    Attributes
    ----------
    values : ndarray, shape (N, p)
        NaN in missing cells, where rows with some are kept.
    index : ndarray, shape (N,)
        Labels of the rows in the user's frame.
    place : ndarray of int, shape (N,)
        Their positions there, from 0.
    label : str
        Name of the group; empty for one group.
    n_original : int
        Rows of the group before any were left out.
    empty : int
        Of those left out, rows without any answer, where these alone need be.
    """

    values: NDArray[np.float64]
    index: NDArray
    place: NDArray[np.intp]
    label: str
    n_original: int
    empty: int = 0


def numeric_columns(frame: pd.DataFrame, names: Sequence[str]) -> NDArray[np.float64]:
    """Columns of a frame as floats, missing cells as NaN.

    Parameters
    ----------
    frame : DataFrame
    names : sequence of str

    Returns
    -------
    ndarray, shape (rows, len(names))

    Raises
    ------
    MissingColumnError
        If a name is no column; near names are suggested.
    DataError
        If a column is there twice, or holds anything but numbers.
    """
    own = frame.columns.tolist()
    columns = [str(c) for c in own]
    place = {name: k for k, name in enumerate(columns)}
    absent = [n for n in names if n not in place]
    if absent:
        told = "; ".join(f"'{n}' is not there.{did_you_mean(n, columns)}" for n in absent)
        raise MissingColumnError(
            f"data= needs a column for each observed variable of the model; {told} "
            "Rename the column, or change the model."
        )
    if len(place) < len(columns) and (twice := [n for n in names if columns.count(n) > 1]):
        told = ", ".join(map(repr, sorted(set(twice))))
        raise DataError(
            f"data= needs every column once; got {told} more than once. "
            "Drop or rename the duplicates."
        )
    frame = frame if columns == own else frame.set_axis(columns, axis=1)
    asked = list(names)
    picked = frame if columns == asked else frame.take([place[n] for n in asked], axis=1)
    if all(isinstance(kind, np.dtype) and kind.kind in "iufb" for kind in picked.dtypes):
        values = picked.to_numpy(dtype=float)
    else:
        values = np.column_stack([_as_float(picked[n]) for n in names])
    if np.isfinite(values).all():
        return values
    infinite = [n for n, bad in zip(names, np.isinf(values).any(axis=0), strict=True) if bad]
    if infinite:
        raise DataError(
            f"data= needs finite numbers; {', '.join(map(repr, infinite))} holds infinity. "
            "Replace it by an empty cell if it means 'missing'."
        )
    return values


def _as_float(column: pd.Series) -> NDArray[np.float64]:
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
    else:
        if isinstance(column.dtype, pd.CategoricalDtype):
            raise DataError(
                f"data= needs numbers in '{column.name}'; got categories "
                f"({_some(column.cat.categories)}). Give each category its code, for example "
                "with .cat.codes, so that the order is yours and not the alphabet's."
            )
        # Dates would pass as nanoseconds, and text that looks like a number as that number.
        dates = column.dtype.kind in "mMc"
        text = column.map(lambda cell: dates or isinstance(cell, str)).to_numpy(dtype=bool)
        numbers = column.where(~text)
        values = pd.to_numeric(numbers, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        bad = (np.isnan(values) & column.notna().to_numpy()) | text
        if bad.any():
            where = ", ".join(str(k) for k in column.index[bad][:3])
            raise DataError(
                f"data= needs numbers in '{column.name}'; got {int(bad.sum())} cells that are "
                f"not ({_some(column[bad])}; first at row {where}). Recode them, or leave them "
                "empty if they mean 'missing'."
            )
    return values


def _some(values: Any) -> str:
    seen = list(dict.fromkeys(repr(v) for v in values))
    return ", ".join(seen[:3]) + (", …" if len(seen) > 3 else "")


def complete_rows(
    frame: pd.DataFrame, names: Sequence[str], group: str | None = None
) -> tuple[Rows, ...]:
    """Rows without a missing cell, by group in order of first appearance.

    Parameters
    ----------
    frame : DataFrame
    names : sequence of str
        Observed variables of the model.
    group : str, optional
        Column that holds the groups.

    Returns
    -------
    tuple of Rows

    Raises
    ------
    MissingColumnError, DataError
        As `numeric_columns`; also if rows lack a group, or a group has no complete row.
    """
    return rows_by_group(frame, names, group, _complete)


def answered_rows(
    frame: pd.DataFrame, names: Sequence[str], group: str | None = None
) -> tuple[Rows, ...]:
    """Rows with at least one observed cell, by group in order of first appearance.

    Parameters
    ----------
    frame, names, group
        As in `complete_rows`.

    Returns
    -------
    tuple of Rows

    Raises
    ------
    MissingColumnError, DataError
        As `numeric_columns`; also if rows lack a group.
    """
    return rows_by_group(frame, names, group, _answered)


def rows_by_group(
    frame: pd.DataFrame,
    names: Sequence[str],
    group: str | None,
    make: Callable[[NDArray, NDArray, NDArray, str, Sequence[str]], Rows],
) -> tuple[Rows, ...]:
    """Rows of every group, in order of first appearance.

    Parameters
    ----------
    frame, names, group
        As in `complete_rows`.
    make : callable (values, index, place, label, names) -> Rows
        Picks the rows of one group that are used.

    Raises
    ------
    MissingColumnError, DataError
        As `numeric_columns`; also if rows lack a group.
    """
    values = numeric_columns(frame, names)
    index, place = frame.index.to_numpy(), np.arange(len(frame))
    if group is None:
        return (make(values, index, place, "", names),)
    if group not in frame.columns:
        raise MissingColumnError(
            f"group= needs a column of the data; got '{group}'.{did_you_mean(group, frame.columns)}"
        )
    labels = frame[group]
    if labels.isna().any():
        raise DataError(
            f"group= needs a value in every row; '{group}' is empty in {int(labels.isna().sum())} "
            "rows. Fill them, or leave those rows out."
        )
    return tuple(
        make(values[pick], index[pick], place[pick], str(label), names)
        for label in pd.unique(labels)
        for pick in [(labels == label).to_numpy()]
    )


def _complete(
    values: NDArray, index: NDArray, place: NDArray, label: str, names: Sequence[str]
) -> Rows:
    if len(values) and np.isfinite(values).all():
        return Rows(np.array(values, order="C"), index, place, label, len(values))
    whole = ~np.isnan(values).any(axis=1)
    where = f" in group '{label}'" if label else ""
    if not whole.any():
        empty = [n for n, gone in zip(names, np.isnan(values).all(axis=0), strict=True) if gone]
        cause = f" Without any answer: {', '.join(empty)}." if empty else ""
        raise DataError(
            f"data= needs complete rows; got none of {len(values)}{where}.{cause} Leave empty "
            "columns out of the model."
        )
    return Rows(values[whole], index[whole], place[whole], label, len(values))


def _answered(
    values: NDArray, index: NDArray, place: NDArray, label: str, names: Sequence[str]
) -> Rows:
    del names
    some = ~np.isnan(values).all(axis=1)
    left_out = int((~some).sum())
    return Rows(values[some], index[some], place[some], label, len(values), left_out)


def check_rows(rows: Rows, names: Sequence[str], cov: NDArray) -> None:
    """Refuse data whose covariance matrix is not positive definite, and say why.

    Parameters
    ----------
    rows : Rows
    names : sequence of str, length p
    cov : ndarray, shape (p, p)
        Their covariances.

    Raises
    ------
    DataError
        Too few rows, a constant column, or columns that depend on each other.
    """
    place = f" in group '{rows.label}'" if rows.label else ""
    n, p = rows.values.shape
    # Rounding gives a constant column some variance, but never this much.
    still: NDArray[np.intp] = np.flatnonzero(cov.diagonal() <= 1e-20 * rows.values[0] ** 2)
    constant = [names[k] for k in still.tolist() if np.ptp(rows.values[:, k]) == 0]
    if constant and n > 1:
        raise DataError(
            f"data= needs columns that vary{place}; {', '.join(map(repr, constant))} "
            f"{'has' if len(constant) == 1 else 'have'} one value in all {n} complete rows. "
            "Leave the item out: it says nothing."
        )
    if n <= p:
        raise DataError(
            f"data= needs more complete rows than observed variables{place}; got {n} rows for "
            f"{p} variables. Collect more answers, or estimate a smaller model."
        )
    check_covariance(cov, names, place)


def check_covariance(cov: NDArray, names: Sequence[str], place: str = "") -> None:
    """Refuse a covariance matrix that is not positive definite, and name the culprits.

    Parameters
    ----------
    cov : ndarray, shape (p, p)
    names : sequence of str
    place : str
        Such as ``" in group 'a'"``, for the message.

    Raises
    ------
    DataError
    """
    variance = cov.diagonal()
    if (variance <= 0).any():
        bad = [n for n, v in zip(names, variance, strict=True) if v <= 0]
        raise DataError(f"data= needs positive variances{place}; not so for {', '.join(bad)}.")
    scale = 1.0 / np.sqrt(variance)
    correlations = cov * (scale[:, None] * scale)
    # Positive definite with something to spare: the usual case, at a fifth of the cost.
    if Factor.of(correlations - _LEAST * np.eye(len(cov))) is not None:
        return
    values, vectors = np.linalg.eigh(correlations)
    if values[0] > _LEAST:
        return
    kind = "singular" if values[0] > -1e-10 else "not positive definite"
    involved = [n for n, w in zip(names, np.abs(vectors[:, 0]), strict=True) if w > 0.1]
    raise DataError(
        f"data= needs a positive definite covariance matrix{place}; it is {kind} (smallest "
        f"eigenvalue of the correlations {values[0]:.2g}). These columns depend on each other: "
        f"{', '.join(involved)}. Leave out duplicated items, and totals of other items."
    )
