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

from scrm_model.study.claims import Text
from scrm_model.survey.csv_text import (
    declared_separator,
    decode,
    find_decimal,
    find_separator,
    problem,
)
from scrm_model.survey.log import LogEntry

STRAY = "Export it again, or correct the quotation mark."
SEPARATOR_NAMES = {
    ";": Text("fields parted by semicolons", "champs séparés par des points-virgules"),
    ",": Text("fields parted by commas", "champs séparés par des virgules"),
    "\t": Text("fields parted by tabs", "champs séparés par des tabulations"),
    "|": Text("fields parted by bars", "champs séparés par des barres verticales"),
}
DECIMAL_NAMES = {
    ",": Text("decimal comma", "virgule décimale"),
    ".": Text("decimal point", "point décimal"),
}


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
        LogEntry("encoding", "", 0, Text(f"read as {encoding}", f"lu en {encoding}")),
        LogEntry("separator", "", 0, SEPARATOR_NAMES.get(separator, Text.of(separator))),
        LogEntry("decimal", "", 0, DECIMAL_NAMES["," if decimal == "," else "."]),
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
        text = Text(
            f"rows with fewer fields than the header, the rest taken as empty: {_listed(short)}",
            "lignes plus courtes que l'en-tête, complétées par des cellules vides : "
            + _listed(short),
        )
        log.append(LogEntry("rows", "", len(short), text))
    blank = len(re.findall("\r\n|\n|\r", ends)) - 1
    if blank > 0:
        text = Text(
            "blank lines after the last row, left out",
            "lignes vides après la dernière ligne, écartées",
        )
        log.append(LogEntry("rows", "", blank, text))
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
            text = Text(
                f"column {place} has no name in the file",
                f"la colonne {place} n'a pas de nom dans le fichier",
            )
            log.append(LogEntry("header", name, 1, text))
        elif name != title:
            text = Text(f"written {title!r} in the file", f"écrit {title!r} dans le fichier")
            log.append(LogEntry("header", name, 1, text))
        names.append(name)
    for name in sorted({n for n in names if names.count(n) > 1}):
        text = Text(
            f"{names.count(name)} columns have this name; all are kept",
            f"{names.count(name)} colonnes portent ce nom ; toutes sont gardées",
        )
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
    text = Text(
        "empty fields beyond the header, left out", "champs vides au-delà de l'en-tête, écartés"
    )
    log.append(LogEntry("columns", "", surplus.shape[1], text))
    return frame.iloc[:, :width]


def _note_empty(frame: pd.DataFrame, names: Sequence[str], log: list[LogEntry]) -> None:
    missing = frame.isna().to_numpy()
    for place in np.flatnonzero(missing.all(axis=0)).tolist():
        text = Text("an empty column, kept", "colonne vide, gardée")
        log.append(LogEntry("columns", names[place], len(frame), text))
    empty = (np.flatnonzero(missing.all(axis=1)) + 1).tolist()
    if empty:
        text = Text(
            f"empty rows, kept: {_listed(empty)}", f"lignes vides, gardées : {_listed(empty)}"
        )
        log.append(LogEntry("rows", "", len(empty), text))
    for column, name in enumerate(names):
        if pd.api.types.is_bool_dtype(frame[column]):
            text = Text(
                "True and False are read as truth values",
                "True et False sont lus comme des valeurs logiques",
            )
            log.append(LogEntry("numbers", name, len(frame), text))


def _listed(rows: Sequence[int], most: int = 5) -> str:
    shown = ", ".join(map(str, rows[:most]))
    return shown + (f" and {len(rows) - most} more" if len(rows) > most else "")
