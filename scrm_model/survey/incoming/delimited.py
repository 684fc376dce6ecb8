"""A file of separated values as a table: every value kept, every change logged."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from scrm_model.interviews.files.decoding import SAMPLE, find_separator
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.header import PEEK, find_header
from scrm_model.survey.incoming.parsing import STRAY, parse
from scrm_model.survey.incoming.raw import AGAIN, RawTable, clean_names, listed, note_empty
from scrm_model.survey.incoming.text import (
    csv_problem,
    declared_separator,
    find_decimal,
    to_utf8,
)
from scrm_model.survey.log import LogEntry

MOST_COLUMNS = 16_384  # those of an Excel sheet
LINE_END = re.compile(rb"\r\n|\n|\r")
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


def read_delimited(
    data: bytes,
    name: str,
    encoding: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
) -> RawTable:
    """Table of a file of separated values.

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
    plain, encoding = to_utf8(data, name, encoding)
    declared, start = declared_separator(plain)
    sample = plain[start : start + SAMPLE].decode("utf-8", "ignore")
    separator = separator or declared or find_separator(sample)
    decimal = decimal or find_decimal(sample, separator)
    rows, ends = _first_rows(plain, start, separator)
    header = find_header(rows)
    _few_columns(len(header.names), name)
    body = plain[ends[header.rows - 1] :]
    del plain
    if not body.strip(b"\r\n"):
        raise csv_problem(name, "a header without any row", "Check that the export finished.")
    log = [
        LogEntry("encoding", "", 0, Text(f"read as {encoding}", f"lu en {encoding}")),
        LogEntry("separator", "", 0, SEPARATOR_NAMES.get(separator, Text.of(separator))),
        LogEntry("decimal", "", 0, DECIMAL_NAMES["," if decimal == "," else "."]),
        *header.log,
    ]
    body, count, width = _rows(body, separator, len(header.names), name, log)
    frame = parse(body, separator, decimal, name, (count, width))
    names = clean_names(header.names, log)
    frame = _without_surplus(frame, len(names), log, name)
    cells = note_empty(frame, names, log)
    return RawTable(
        frame, names, tuple(log), header.titles, {}, cells, header.source, encoding, separator,
        decimal,
    )  # fmt: skip


def _few_columns(count: int, name: str) -> None:
    """Refuse a table that is wider than any survey: its names alone would fill the memory."""
    if count > MOST_COLUMNS:
        advice = "If it is a table of answers, pass the right separator=."
        raise csv_problem(name, f"more than {MOST_COLUMNS:,} columns", advice)


class _Lines(Iterator[str]):
    """Lines of a text in UTF-8, that knows how far it has come."""

    def __init__(self, plain: bytes, at: int):
        self.plain, self.at = plain, at

    def __next__(self) -> str:
        if self.at >= len(self.plain):
            raise StopIteration
        found = LINE_END.search(self.plain, self.at)
        end = found.end() if found else len(self.plain)
        line, self.at = self.plain[self.at : end], end
        return line.decode("utf-8", "ignore")


def _first_rows(plain: bytes, start: int, separator: str) -> tuple[list[list[str]], list[int]]:
    """The first rows that are not blank lines, and where each ends."""
    lines = _Lines(plain, start)
    rows: list[list[str]] = []
    ends: list[int] = []
    reader = csv.reader(lines, delimiter=separator)
    while len(rows) < PEEK:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):  # what is wrong with a later row is said with its row
            break
        if row or rows:
            rows.append(row)
            ends.append(lines.at)
    return rows, ends


def _widths(body: bytes, separator: str, name: str) -> list[int]:
    """Number of fields in each row; a blank line has none."""
    quoted = b'"' in body
    lines = io.TextIOWrapper(io.BytesIO(body), "utf-8", newline="" if quoted else None)
    if not quoted:
        return [line.count(separator) + 1 if line != "\n" else 0 for line in lines]
    try:
        return [len(row) for row in csv.reader(lines, delimiter=separator)]
    except csv.Error as error:
        raise csv_problem(name, f"rows that cannot be read: {error}", STRAY) from error


def _rows(
    body: bytes, separator: str, titles: int, name: str, log: list[LogEntry]
) -> tuple[bytes, int, int]:
    """Body without the blank lines at its end, its rows, and the fields of the widest."""
    trimmed = body.rstrip(b"\r\n")
    ends = body[len(trimmed) :]
    fields = _widths(trimmed, separator, name)
    _few_columns(max(fields, default=0), name)
    short = [row for row, count in enumerate(fields, start=1) if 0 < count < titles]
    if short and short[-1] == len(fields) and not ends:
        raise csv_problem(
            name,
            f"a last row of {fields[-1]} fields under a header of {titles}: the file is cut off",
            AGAIN,
        )
    if short:
        text = Text(
            f"rows with fewer fields than the header, the rest taken as empty: {listed(short)}",
            "lignes plus courtes que l'en-tête, complétées par des cellules vides : "
            + listed(short, "fr"),
        )
        log.append(LogEntry("rows", "", len(short), text))
    blank = len(LINE_END.findall(ends)) - 1
    if blank > 0:
        text = Text(
            "blank lines after the last row, left out",
            "lignes vides après la dernière ligne, écartées",
        )
        log.append(LogEntry("rows", "", blank, text))
    return trimmed, len(fields), max([titles, *fields])


def _without_surplus(
    frame: pd.DataFrame, width: int, log: list[LogEntry], name: str
) -> pd.DataFrame:
    surplus = frame.iloc[:, width:]
    if not surplus.shape[1]:
        return frame
    filled = (np.flatnonzero(surplus.notna().any(axis=1)) + 1).tolist()
    if filled:
        raise csv_problem(
            name,
            f"more fields than the header's {width} in rows {listed(filled)}",
            "Quote the fields that hold the separator, or pass the right separator=.",
        )
    text = Text(
        "empty fields beyond the header, left out", "champs vides au-delà de l'en-tête, écartés"
    )
    log.append(LogEntry("columns", "", surplus.shape[1], text))
    return frame.iloc[:, :width]
