"""Sheets of text for Excel, in which nothing is a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scrm_model.errors import ScaleError

LONGEST = 32767
"""Characters that a cell of Excel can hold."""


def workbook(sheets: Mapping[str, Sequence[Mapping[str, Any]]], title: str = "") -> Any:
    """Workbook with a heading row on every sheet.

    Parameters
    ----------
    sheets : mapping of str to sequence of mapping
        Rows by sheet; a row maps headings to cells, and what it lacks stays empty. Headings come
        in the order in which they are first met.
    title : str
        Title among the properties of the file.

    Returns
    -------
    openpyxl.Workbook

    Raises
    ------
    ScaleError
        If a text is too long for a cell.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - loaded only when a file is written

    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = title, ""
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        heads = list(dict.fromkeys(head for row in rows for head in row))
        for column, head in enumerate(heads, start=1):
            _put(sheet.cell(1, column), head)
            for line, row in enumerate(rows, start=2):
                if row.get(head) not in (None, ""):
                    _put(sheet.cell(line, column), row[head])
        sheet.freeze_panes = "A2"
    return book


def _put(cell: Any, value: Any) -> None:
    if not isinstance(value, str):
        cell.value = value
        return
    if len(value) > LONGEST:
        raise ScaleError(
            f"text= needs at most {LONGEST} characters for a cell of Excel; got {len(value)}. "
            "Shorten it."
        )
    cell.value = value
    # A text that begins with "=" is no formula, and stays none when somebody edits the file.
    cell.data_type = "s"
    cell.quotePrefix = value[:1] in "=+-@"
