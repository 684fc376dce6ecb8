"""Cells, lists and protection of the expert form, on openpyxl."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

FONT, INK, PAPER, ENTRY = "Calibri", "FF111111", "FFE7E9EC", "FFFFF6D6"
LONGEST = 32767  # characters that a cell can hold


def put(sheet: Any, row: int, column: int, value: str | int, **style: Any) -> Any:
    """Write a cell, text always as text.

    Parameters
    ----------
    sheet : Worksheet
        Where.
    row, column : int
        From 1.
    value : str or int
        What. A text that begins like a formula stays a text, and characters that a workbook
        cannot hold become U+FFFD.
    **style
        ``bold``, ``size``, ``fill`` (a colour) and ``open`` (the expert may write there).

    Returns
    -------
    Cell
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - heavy, and rarely asked
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side  # noqa: PLC0415

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:LONGEST]
        # openpyxl takes a leading '=' for a formula; the prefix keeps spreadsheets from doing so.
        cell.data_type = "s"
    else:
        cell.value = value
    cell.font = Font(FONT, bold=style.get("bold", False), size=style.get("size", 11), color=INK)
    cell.alignment = Alignment(wrap_text=style.get("wrap", True), vertical="top")
    if fill := style.get("fill"):
        line = Side("thin", "FFBBBBBB")
        cell.fill = PatternFill("solid", fgColor=fill)
        cell.border = Border(line, line, line, line)
    cell.protection = Protection(locked=not style.get("open", False))
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.quotePrefix = True
    return cell


def heads(sheet: Any, row: int, titles: Sequence[str], widths: Sequence[float]) -> None:
    """Write a head row that stays in sight and is printed on every page."""
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), start=1):
        put(sheet, row, column, title, bold=True, fill=PAPER)
        sheet.column_dimensions[sheet.cell(row, column).column_letter].width = width
    sheet.freeze_panes = sheet.cell(row + 1, 1)
    sheet.print_title_rows = f"{row}:{row}"


def tall(sheet: Any, row: int, widths: Sequence[float]) -> None:
    """Make a row as high as its longest text needs."""
    lines = 1
    for column, width in enumerate(widths, start=1):
        text = str(sheet.cell(row, column).value or "")
        wrapped = (math.ceil(max(len(part), 1) * 1.1 / width) for part in text.split("\n"))
        lines = max(lines, sum(wrapped))
    sheet.row_dimensions[row].height = min(15.0 * lines + 3.0, 409.0)


def choices(sheet: Any, cells: str, formula: str, message: str) -> None:
    """Let the cells hold an entry of a list only.

    Parameters
    ----------
    sheet : Worksheet
        Where.
    cells : str
        Such as ``"E5:F31"``.
    formula : str
        The list in quotes, or a range.
    message : str
        What the expert is told otherwise.
    """
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.error = message
    sheet.add_data_validation(rule)
    rule.add(cells)


def lock(sheet: Any) -> None:
    """Protect a sheet, without a password; rows and columns may be made larger."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
