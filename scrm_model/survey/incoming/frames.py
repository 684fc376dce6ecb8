"""Frames in memory as tables, and the checksum of what they hold."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, ResponseFileError
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.raw import RawTable, clean_names, note_empty
from scrm_model.survey.log import LogEntry


def as_pandas(data: Any) -> pd.DataFrame:
    """A pandas frame of a frame of pandas, polars or another library that narwhals knows.

    Parameters
    ----------
    data : DataFrame
        Held in memory; a lazy frame is none.

    Returns
    -------
    DataFrame

    Raises
    ------
    ArgumentError
        If it is no frame.
    """
    if isinstance(data, pd.DataFrame):
        return data
    import narwhals as nw  # noqa: PLC0415 - only frames of other libraries need it

    try:
        frame = nw.from_native(data, eager_only=True)
    except TypeError:
        raise ArgumentError(
            "path= needs the path of a file of answers, or a pandas or polars DataFrame; got "
            f"{type(data).__name__}. Collect a lazy frame first."
        ) from None
    columns = {name: pd.Series(_values(frame[name])) for name in frame.columns}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def _values(column: Any) -> Any:
    values = column.to_numpy()
    nested = values.dtype == object and any(isinstance(value, np.ndarray) for value in values)
    return pd.Series(column.to_list(), dtype=object) if nested else values


def raw_frame(frame: pd.DataFrame, name: str) -> RawTable:
    """Table of a pandas frame; categories become their labels.

    Parameters
    ----------
    frame : DataFrame
        Never changed.
    name : str
        Its name, for messages.

    Returns
    -------
    RawTable

    Raises
    ------
    ResponseFileError
        If it has no rows or columns.
    """
    if frame.empty:
        what = "column" if not frame.shape[1] else "row"
        raise ResponseFileError(
            f"path= needs answers; got a table without any {what} ({name}). Check that it was "
            "filled."
        )
    log: list[LogEntry] = []
    bare = frame.set_axis(range(frame.shape[1]), axis=1)
    names = clean_names([str(c) for c in frame.columns], log)
    for place in range(len(names)):
        column = bare[place]
        if isinstance(column.dtype, pd.CategoricalDtype):
            text = Text("categories, read as their labels", "catégories, lues par leur libellé")
            log.append(LogEntry("categories", names[place], int(column.notna().sum()), text))
            bare[place] = column.astype(column.cat.categories.dtype)
        elif not pd.api.types.is_numeric_dtype(column):
            blank = np.array([isinstance(v, str) and not v for v in column], dtype=bool)
            bare[place] = column.mask(blank) if blank.any() else column
        elif pd.api.types.is_extension_array_dtype(column) and _is_number(column):
            bare[place] = column.to_numpy(dtype=float, na_value=np.nan)
    cells = note_empty(bare, names, log)
    return RawTable(bare, names, tuple(log), (), {}, cells, decimal=".")


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    return kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column)


def checksum(frame: pd.DataFrame) -> str:
    """SHA-256 of the contents of a frame: the same for the same names, values and order.

    Parameters
    ----------
    frame : DataFrame
        The index is not looked at.

    Returns
    -------
    str
        64 hexadecimal digits.

    Notes
    -----
    Of each column, in order, the UTF-8 text of its name is hashed and then its values: numbers
    as little-endian doubles, anything else as UTF-8 text, with a zero byte after each.
    """
    total = hashlib.sha256()
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        total.update(str(frame.columns[place]).encode() + b"\x00")
        if _is_number(column) and not pd.api.types.is_complex_dtype(column):
            numbers = column.to_numpy(dtype="<f8", na_value=np.nan)
            # One pattern of bits for every missing value, whatever its origin.
            total.update(np.where(np.isnan(numbers), np.nan, numbers).tobytes())
        else:
            pairs = zip(column, column.isna(), strict=True)
            cells = ("" if missing else str(value) for value, missing in pairs)
            total.update("\x00".join(cells).encode("utf-8", "surrogatepass") + b"\x00")
    return total.hexdigest()
