"""Rows of separated values as columns: in pieces, so that memory stays bounded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ResponseFileError
from scrm_model.survey.incoming.text import csv_problem

STRAY = "Export it again, or correct the quotation mark."
CHUNK = 50_000


def parse(
    body: bytes, separator: str, decimal: str, name: str, shape: tuple[int, int]
) -> pd.DataFrame:
    """Table of the rows below a header; numbers become numbers where that loses nothing.

    Parameters
    ----------
    body : bytes
        Text in UTF-8.
    separator, decimal : str
    name : str
        Name of the file, for messages.
    shape : (int, int)
        Rows, and fields of the widest.

    Returns
    -------
    DataFrame
        With numbered columns.

    Raises
    ------
    ResponseFileError
        If the rows cannot be read, or not as that many.
    """
    options: dict[str, Any] = {
        "sep": separator,
        "decimal": decimal,
        "header": None,
        "names": list(range(shape[1])),
        "index_col": False,
        "keep_default_na": False,
        "na_values": [""],
        "skip_blank_lines": False,
        "low_memory": False,
    }
    if shape[0] <= CHUNK:
        frame = _pandas(body, name, **options)
    else:
        frame = _in_pieces(body, shape[0], name, options)
    if len(frame) != shape[0]:
        raise _two_readings(name, shape[0], len(frame))
    as_text = _codes(body, separator, frame, name, options)
    for column in as_text:
        frame[column] = as_text[column]
    return frame


def _in_pieces(body: bytes, rows: int, name: str, options: dict[str, Any]) -> pd.DataFrame:
    """The same table as in one go, with a fraction of the memory while it is made."""
    columns: dict[Any, pd.Series | NDArray] = {}
    torn: list[Any] = []
    start = 0
    with _pandas(body, name, **options, chunksize=CHUNK) as reader:
        for piece in _guarded(iter(reader), name):
            end = min(start + len(piece), rows)
            for column in piece:
                if column in torn:
                    continue
                joined = _joined(columns.get(column), piece[column], start, end, rows)
                if joined is None:
                    torn.append(column)
                else:
                    columns[column] = joined
            start += len(piece)
    if start != rows:
        raise _two_readings(name, rows, start)
    if torn:  # numbers in one piece and words in another are read again, as one column
        again = _pandas(body, name, **options, usecols=sorted(torn))
        columns |= {column: again[column] for column in torn}
    return pd.DataFrame({column: columns[column] for column in sorted(columns)}, copy=False)


def _joined(
    held: pd.Series | NDArray | None, part: pd.Series, start: int, end: int, rows: int
) -> pd.Series | NDArray | None:
    """What is there of a column with one more piece of it; None where they are of two kinds."""
    if part.dtype.kind in "if" and not isinstance(held, pd.Series):
        if held is None:
            held = np.empty(rows, dtype=part.to_numpy().dtype) if start == 0 else None
        if held is None:
            return None
        if part.dtype.kind == "f" and held.dtype.kind == "i":
            held = held.astype(float)
        held[start:end] = part.to_numpy()[: end - start]
        return held
    if start == 0:
        return part
    if isinstance(held, pd.Series) and held.dtype == part.dtype:
        return pd.concat([held, part], ignore_index=True)
    return None


def _two_readings(name: str, one: int, other: int) -> ResponseFileError:
    """Two readers that disagree: some quotation mark is not what it seems."""
    got = f"{one} rows by one way of reading its quotation marks, {other} by another"
    return csv_problem(name, got, STRAY)


def _guarded(pieces: Iterator[pd.DataFrame], name: str) -> Iterator[pd.DataFrame]:
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            return
        except pd.errors.ParserError as error:
            raise _not_parsed(name, error) from error
        yield piece


def _codes(
    body: bytes, separator: str, frame: pd.DataFrame, name: str, options: dict[str, Any]
) -> pd.DataFrame:
    """Columns of numbers whose text says more: leading zeros, or digits beyond a float's."""
    kinds = pd.api.types
    numeric = [
        column
        for column in frame
        if kinds.is_numeric_dtype(frame[column]) and not kinds.is_bool_dtype(frame[column])
    ]
    zeros = re.compile(rb'(?<=[\r\n"%b])0\d' % re.escape(separator.encode()))
    if not zeros.search(body) and not re.match(rb"0\d", body):
        numeric = [column for column in numeric if frame[column].abs().max() >= 1e15]
    if not numeric:
        return pd.DataFrame()
    # Looked at in pieces, so that only the columns concerned are ever held as text.
    text = {**options, "dtype": str}
    concerned: set[Any] = set()
    with _pandas(body, name, **text, usecols=numeric, chunksize=CHUNK) as pieces:
        for piece in _guarded(iter(pieces), name):
            concerned |= {c for c in piece if piece[c].str.fullmatch(r"0\d+|\d{16,}").any()}
    return _pandas(body, name, **text, usecols=sorted(concerned)) if concerned else pd.DataFrame()


def _pandas(body: bytes, name: str, **options: Any) -> Any:
    try:
        return pd.read_csv(io.BytesIO(body), **options)
    except pd.errors.ParserError as error:
        raise _not_parsed(name, error) from error


def _not_parsed(name: str, error: pd.errors.ParserError) -> ResponseFileError:
    if "EOF inside string" in str(error):
        got = "a quotation mark that is never closed: the file is cut off or a quote is stray"
        return csv_problem(name, got, STRAY)
    return csv_problem(name, f"rows that cannot be read: {error}")
