"""A CSV file as a table: every value kept, every change logged."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.survey.csv_text import (
    declared_separator,
    decode,
    find_decimal,
    find_separator,
    problem,
)

STRAY = "Export it again, or correct the quotation mark."
SEPARATOR_NAMES = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that reading a file found or changed.

    Parameters
    ----------
    step : str
        Such as ``"encoding"`` or ``"numbers"``.
    column : str
        Name of the column concerned; empty for the whole file.
    count : int
        How many values, rows or columns it concerns.
    text : str
        What was found or done.
    """

    step: str
    column: str
    count: int
    text: str

    def __str__(self) -> str:
        place = f" {self.column}" if self.column else ""
        return f"{self.step}{place}: {self.text}"


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A file as a table, before it is matched with any scales.

    Parameters
    ----------
    frame : DataFrame
        Rows × columns; the columns are numbered, since names may come twice.
    names : tuple of str
        The cleaned name of each column.
    log : tuple of LogEntry
        What reading found or changed.
    encoding, separator, decimal : str
        What the file turned out to use; empty where the format has no such thing.
    """

    frame: pd.DataFrame
    names: tuple[str, ...]
    log: tuple[LogEntry, ...]
    encoding: str = ""
    separator: str = ""
    decimal: str = ""


def clean_name(name: str) -> str:
    """Column name without byte-order mark, outer or doubled spaces, composed (NFC).

    Parameters
    ----------
    name : str
        Name as it stands in the file.

    Returns
    -------
    str
    """
    composed = unicodedata.normalize("NFC", name).replace("\ufeff", "")
    return " ".join(composed.split())


def read_csv(
    data: bytes,
    name: str,
    encoding: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
) -> RawTable:
    """Table of a CSV file.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    encoding, separator, decimal : str, optional
        What the file uses; found out where not given.

    Returns
    -------
    RawTable

    Raises
    ------
    ResponseFileError
        If the file is empty, binary or cut off, or if a row has more fields than the header.
    """
    text, encoding = decode(data, name, encoding)
    declared, text = declared_separator(text)
    separator = separator or declared or find_separator(text)
    decimal = decimal or find_decimal(text, separator)
    titles, body = _header(text, separator, name)
    log = [
        LogEntry("encoding", "", 0, f"read as {encoding}"),
        LogEntry("separator", "", 0, SEPARATOR_NAMES.get(separator, separator)),
        LogEntry("decimal", "", 0, "decimal comma" if decimal == "," else "decimal point"),
    ]
    body, width = _rows(body, separator, len(titles), name, log)
    frame = _parse(body, separator, decimal, name, width)
    names = _names(titles, log)
    frame = _without_surplus(frame, len(names), log, name)
    _note_empty(frame, names, log)
    return RawTable(frame, names, tuple(log), encoding, separator, decimal)


def _header(text: str, separator: str, name: str) -> tuple[list[str], str]:
    lines = io.StringIO(text.lstrip("\r\n"), newline="")
    titles = next(csv.reader(lines, delimiter=separator))
    body = lines.read()
    if not body.strip("\r\n"):
        raise problem(name, "a header without any row", "Check that the export finished.")
    return titles, body


def _widths(body: str, separator: str, name: str) -> list[int]:
    """Number of fields in each row; a blank line has none."""
    if '"' not in body:
        lines = re.split("\r\n|\n|\r", body)
        return [line.count(separator) + 1 if line else 0 for line in lines]
    try:
        return [len(row) for row in csv.reader(io.StringIO(body, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise problem(name, f"rows that cannot be read: {error}", STRAY) from error


def _rows(
    body: str, separator: str, titles: int, name: str, log: list[LogEntry]
) -> tuple[str, int]:
    """Body without the blank lines at its end, and the number of fields of the widest row."""
    trimmed = body.rstrip("\r\n")
    ends = body[len(trimmed) :]
    fields = _widths(trimmed, separator, name)
    short = [row for row, count in enumerate(fields, start=1) if 0 < count < titles]
    if short and short[-1] == len(fields) and not ends:
        raise problem(
            name,
            f"a last row of {fields[-1]} fields under a header of {titles}: the file is cut off",
            "Export it again.",
        )
    if short:
        text = f"rows with fewer fields than the header, the rest taken as empty: {_listed(short)}"
        log.append(LogEntry("rows", "", len(short), text))
    blank = len(re.findall("\r\n|\n|\r", ends)) - 1
    if blank > 0:
        log.append(LogEntry("rows", "", blank, "blank lines after the last row, left out"))
    return trimmed, max([titles, *fields])


def _parse(body: str, separator: str, decimal: str, name: str, width: int) -> pd.DataFrame:
    options: dict[str, Any] = {
        "sep": separator,
        "decimal": decimal,
        "header": None,
        "names": list(range(width)),
        "index_col": False,
        "keep_default_na": False,
        "na_values": [""],
        "skip_blank_lines": False,
        "low_memory": False,
    }
    frame = _pandas(body, name, **options)
    # Numbers lose leading zeros, and digits beyond what a float holds: such codes stay text.
    starts = (separator, f'{separator}"', "\n", '\n"', "\r", '\r"')
    zeros = any(re.search(re.escape(start) + r"0\d", "\n" + body) for start in starts)
    if zeros or any(_is_long(frame[column]) for column in frame):
        text = _pandas(body, name, **options, dtype=str)
        for column in text:
            if text[column].str.fullmatch(r"0\d+|\d{16,}").fillna(False).astype(bool).any():
                frame[column] = text[column]
    return frame


def _is_long(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and bool(column.abs().max() >= 1e15)


def _pandas(body: str, name: str, **options: Any) -> pd.DataFrame:
    try:
        return pd.read_csv(io.StringIO(body, newline=""), **options)
    except pd.errors.ParserError as error:
        if "EOF inside string" in str(error):
            raise problem(
                name,
                "a quotation mark that is never closed: the file is cut off or a quote is stray",
                STRAY,
            ) from error
        raise problem(name, f"rows that cannot be read: {error}") from error


def _names(titles: Sequence[str], log: list[LogEntry]) -> tuple[str, ...]:
    names = []
    for place, title in enumerate(titles, start=1):
        name = clean_name(title)
        if not name:
            name = f"unnamed_{place}"
            log.append(LogEntry("header", name, 1, f"column {place} has no name in the file"))
        elif name != title:
            log.append(LogEntry("header", name, 1, f"written {title!r} in the file"))
        names.append(name)
    for name in sorted({n for n in names if names.count(n) > 1}):
        text = f"{names.count(name)} columns have this name; all are kept"
        log.append(LogEntry("header", name, names.count(name), text))
    return tuple(names)


def _without_surplus(
    frame: pd.DataFrame, width: int, log: list[LogEntry], name: str
) -> pd.DataFrame:
    surplus = frame.iloc[:, width:]
    if not surplus.shape[1]:
        return frame
    filled = (np.flatnonzero(surplus.notna().any(axis=1)) + 1).tolist()
    if filled:
        raise problem(
            name,
            f"more fields than the header's {width} in rows {_listed(filled)}",
            "Quote the fields that hold the separator, or pass the right separator=.",
        )
    text = "empty fields beyond the header, left out"
    log.append(LogEntry("columns", "", surplus.shape[1], text))
    return frame.iloc[:, :width]


def _note_empty(frame: pd.DataFrame, names: Sequence[str], log: list[LogEntry]) -> None:
    missing = frame.isna().to_numpy()
    for place in np.flatnonzero(missing.all(axis=0)).tolist():
        log.append(LogEntry("columns", names[place], len(frame), "an empty column, kept"))
    empty = (np.flatnonzero(missing.all(axis=1)) + 1).tolist()
    if empty:
        text = f"empty rows, kept: {_listed(empty)}"
        log.append(LogEntry("rows", "", len(empty), text))
    for column, name in enumerate(names):
        if pd.api.types.is_bool_dtype(frame[column]):
            text = "True and False are read as truth values"
            log.append(LogEntry("numbers", name, len(frame), text))


def _listed(rows: Sequence[int], most: int = 5) -> str:
    shown = ", ".join(map(str, rows[:most]))
    return shown + (f" and {len(rows) - most} more" if len(rows) > most else "")
