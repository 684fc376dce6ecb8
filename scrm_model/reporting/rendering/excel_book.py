"""Grids as a workbook: numbers that stay numbers, at full precision, in the format that is shown.

A text is never a formula: cells of text are marked as such in the file, and keep the mark when
somebody edits them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from scrm_model.errors import ArgumentError
from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON, phrase, say
from scrm_model.reporting.markup import clean
from scrm_model.reporting.rendering.archive import same_bytes
from scrm_model.reporting.rendering.grids import Cell, Grid

LONGEST = 32767
"""Characters that a cell of Excel can hold."""

FONT, EPOCH = "Times New Roman", datetime(2000, 1, 1)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


def workbook_bytes(tables: Sequence[tuple[str, Grid]]) -> bytes:
    """Write a workbook with a sheet for each table.

    Parameters
    ----------
    tables : sequence of (str, Grid)
        Names for the sheets, which may be empty, and tables.

    Returns
    -------
    bytes
        The file; the same for the same tables.

    Raises
    ------
    ArgumentError
        If a text is too long for a cell.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - loaded only when a file is written

    book = Workbook()
    book.remove(book.active)
    book.properties.creator, book.properties.created = "", EPOCH
    taken: set[str] = set()
    for position, (name, grid) in enumerate(tables, start=1):
        word = say(phrase("table.number", n=grid.number or position), grid.lang)
        _Sheet(book.create_sheet(_sheet_name(name or word, taken)), grid).fill()
    stream = BytesIO()
    book.save(stream)
    return same_bytes(stream.getvalue())


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts and that no other sheet has, whatever the case of its letters."""
    base = _NOT_IN_NAMES.sub(" ", clean(name)).strip()[:31] or "Table"
    found, k = base, 1
    while found.casefold() in taken or found.casefold() == "history":
        k += 1
        found = f"{base[: 30 - len(str(k))]} {k}"
    taken.add(found.casefold())
    return found


class _Sheet:
    """One table on one sheet, from above to below."""

    def __init__(self, sheet: Any, grid: Grid) -> None:
        self.sheet = sheet
        self.grid = grid
        self.at = 1
        self.width = [
            2 if any(row[k].upper is not None for row in grid.rows) else 1
            for k in range(len(grid.heads))
        ]
        # A column that has some intervals among other numbers is not headed as limits.
        self.limits = [
            width == 2 and all(r[k].value is None or r[k].upper is not None for r in grid.rows)
            for k, width in enumerate(self.width)
        ]
        self.first = [1 + sum(self.width[:k]) for k in range(len(grid.heads))]
        self.columns = sum(self.width)

    def fill(self) -> None:
        grid = self.grid
        if grid.label:
            self.put(self.at, 1, grid.label, bold=True)
            self.at += 1
        self.put(self.at, 1, grid.title, italic=True)
        self.at += 1
        self.heads()
        for group in grid.groups:
            if group.heading:
                self.put(self.at, 1, group.heading, italic=True)
                self.at += 1
            for row in group.rows:
                self.row(row)
        self.rule(self.at - 1, "bottom", "medium")
        for k, note in enumerate(grid.notes):
            self.put(self.at, 1, f"{grid.notes_label} {note}" if k == 0 else note)
            self.at += 1
        self.widths()

    def heads(self) -> None:
        grid, top = self.grid, self.at
        if any(head.spanner for head in grid.heads):
            column = 0
            for text, count in grid.spans:
                first = self.first[column]
                last = first + sum(self.width[column : column + count]) - 1
                self.across(first, last, text)
                column += count
            self.at += 1
        split = any(self.limits)
        for head, first, limits in zip(grid.heads, self.first, self.limits, strict=True):
            if limits:
                self.across(first, first + 1, head.text)
                for k, key in enumerate(("table.lower", "table.upper")):
                    self.put(self.at + 1, first + k, say(phrase(key), grid.lang), right=True)
            else:
                self.put(self.at + split, first, head.text, right=head.numeric)
        self.at += 1 + split
        self.rule(top, "top", "medium")
        self.rule(self.at - 1, "bottom", "thin")
        self.sheet.freeze_panes = self.sheet.cell(self.at, 2)
        self.sheet.print_title_rows = f"{top}:{self.at - 1}"

    def across(self, first: int, last: int, text: str) -> None:
        """A heading over several columns."""
        from openpyxl.styles import Alignment  # noqa: PLC0415

        if not text:
            return
        cell = self.put(self.at, first, text)
        if last > first:
            self.sheet.merge_cells(
                start_row=self.at, end_row=self.at, start_column=first, end_column=last
            )
        cell.alignment = Alignment(horizontal="center")

    def row(self, row: tuple[Cell, ...]) -> None:
        from openpyxl.styles import Alignment  # noqa: PLC0415

        for cell, head, first in zip(row, self.grid.heads, self.first, strict=True):
            if cell.value is None:
                marks = f"({cell.marks})" if cell.marks.isalpha() else cell.marks
                self.put(self.at, first, cell.text + marks, bold=cell.strong, right=head.numeric)
                continue
            for k, number in enumerate((cell.value, cell.upper)):
                if number is None:
                    continue
                target = self.sheet.cell(self.at, first + k)
                target.value = number
                target.number_format = number_format(cell, self.grid.lang)
                target.font = self.font(cell.strong, False)
                target.alignment = Alignment(horizontal="right")
        self.at += 1

    def put(
        self,
        row: int,
        column: int,
        text: str,
        *,
        bold: bool = False,
        italic: bool = False,
        right: bool = False,
    ) -> Any:
        """Write text, always as text."""
        from openpyxl.styles import Alignment  # noqa: PLC0415

        flat = clean(text).replace(ITALIC_ON, "").replace(ITALIC_OFF, "")
        if len(flat) > LONGEST:
            raise ArgumentError(
                f"table= needs texts of at most {LONGEST} characters for a cell of Excel; got "
                f"{len(flat)}. Shorten it."
            )
        cell = self.sheet.cell(row, column)
        cell.value = flat or None
        if flat:
            cell.data_type = "s"
        cell.font = self.font(bold, italic)
        cell.alignment = Alignment(horizontal="right" if right else None)
        # Kept as text also when it is edited: =, +, - and @ would begin a formula.
        cell.quotePrefix = flat[:1] in ("=", "+", "-", "@", "\t", "\r")
        return cell

    @staticmethod
    def font(bold: bool, italic: bool) -> Any:
        from openpyxl.styles import Font  # noqa: PLC0415

        return Font(FONT, size=11, bold=bold, italic=italic)

    def rule(self, row: int, side: str, weight: str) -> None:
        from openpyxl.styles import Border, Side  # noqa: PLC0415

        for column in range(1, self.columns + 1):
            cell = self.sheet.cell(row, column)
            sides = {"top": cell.border.top, "bottom": cell.border.bottom, side: Side(weight)}
            cell.border = Border(**sides)

    def widths(self) -> None:
        from openpyxl.utils import get_column_letter  # noqa: PLC0415

        for k, (head, first) in enumerate(zip(self.grid.heads, self.first, strict=True)):
            texts = [row[k].text for row in self.grid.rows] if self.width[k] == 1 else [""]
            longest = max([len(head.text) / self.width[k], *map(len, texts)], default=0)
            for column in range(first, first + self.width[k]):
                letter = get_column_letter(column)
                self.sheet.column_dimensions[letter].width = min(max(longest + 2, 8), 60)


def number_format(cell: Cell, lang: str) -> str:
    """Return the format in which Excel shows a number.

    Parameters
    ----------
    cell : Cell
        A cell with a number.
    lang : str
        ``"en"`` drops the zero before the point of what lies between -1 and 1.

    Returns
    -------
    str
        Excel shows the decimal mark of the reader's own system. Stars are part of the format, so
        that the number stays a number.
    """
    kind = cell.kind.removesuffix(" interval").replace("interval", "number")
    # Marks are stars, letters and dots of our own, never a quotation mark.
    marks = f'"{cell.marks}"' if cell.marks else ""
    digits = "0" * cell.decimals
    bare = kind in ("bounded", "p") and lang == "en"
    plain = f".{digits}" if bare and digits else f"0.{digits}" if digits else "0"
    if kind == "integer":
        return f"#,##0{marks}"
    if kind == "percent":
        return f"{plain}%{marks}"
    if kind == "p":
        floor = ".001" if lang == "en" else "0,001"
        return f'[<0.001]"< {floor}"{marks};{plain}{marks}'
    return plain + marks
