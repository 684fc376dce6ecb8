"""Tables in files of strangers: rows of cells as text."""

from __future__ import annotations

import csv
import io
import math
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.interviews.files.decoding import declared_separator, decode, find_separator
from scrm_model.interviews.files.problems import bytes_of, problem
from scrm_model.interviews.files.zipped import opened
from scrm_model.interviews.wording import Text

NEEDS = "a table of codings as .csv or .xlsx"


def cell(value: Any) -> str:
    """A cell as text: empty for what is missing, whole numbers without a fraction."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def text_rows(path: Path, encoding: str | None, notes: list[Text]) -> list[list[str]]:
    """Rows of a text file.

    Raises
    ------
    InterviewFileError
        If it cannot be decoded or breaks off, or a row is longer or shorter than the first.
    """

    def fail(got: str, advice: str = "Save it as CSV (UTF-8) or as .xlsx.") -> Exception:
        return problem(path.name, NEEDS, got, advice)

    text, used = decode(bytes_of(path, NEEDS), fail, encoding)
    notes.append(Text(f"Read as {used}.", f"Lu en {used}."))
    declared, text = declared_separator(text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=declared or find_separator(text), strict=True
    )
    try:
        lines = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise fail(f"a table that breaks off: {error}", "Look at the quotation marks.") from error
    for number, row in lines:
        if len(row) != len(lines[0][1]):
            raise fail(
                f"{len(row)} fields in line {number}, {len(lines[0][1])} in the header",
                "Put cells that contain the separator into quotation marks.",
            )
    return [row for _, row in lines]


def workbook_rows(path: Path, sheet: str | None, notes: list[Text]) -> list[list[str]]:
    """Rows of a sheet of a workbook, formulas by their last values.

    Raises
    ------
    InterviewFileError
        If it cannot be opened, or is made to harm.
    ArgumentError
        If it has no such sheet.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and rarely asked

    data = bytes_of(path, NEEDS)
    _harmless(path)
    fail = partial(problem, path.name, NEEDS)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise fail(f"a workbook that cannot be opened: {error}", "Save it again.") from error
    names = book.sheetnames
    if sheet is not None and sheet not in names:
        raise ArgumentError(
            f"sheet= needs one of {', '.join(names)}; got {sheet!r}.{did_you_mean(sheet, names)}"
        )
    if sheet is None and len(names) > 1:
        notes.append(
            Text(f"The first sheet, {names[0]!r}.", f"La première feuille, « {names[0]} ».")
        )
    try:
        cells = book[sheet or names[0]].iter_rows(values_only=True)
        rows = [[cell(value) for value in row] for row in cells]
    except Exception as error:
        raise fail(f"a sheet that cannot be read: {error}", "Save it again.") from error
    book.close()
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _harmless(path: Path) -> None:
    """Raise unless every part of a workbook is within limits and has no document type."""
    with opened(path, "a workbook (.xlsx)") as zipped:
        for member in list(zipped.members):
            if member.endswith((".xml", ".rels", ".vml")):
                part = zipped.read(member) or b""
                # Whatever the encoding: in UTF-16 every other byte is zero.
                if b"<!DOCTYPE" in part.replace(b"\0", b"").upper():
                    raise zipped.problem(f"a part with a document type, {member!r}")
