"""From a table to its cells in one language: numbers formatted, gaps explained, stars told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scrm_model.reporting.formats import DASH, formatted, interval, is_missing, stars
from scrm_model.reporting.language import check_language, phrase, rich, say
from scrm_model.reporting.rendering.grids import Cell, Grid, Group, Head

if TYPE_CHECKING:
    from scrm_model.reporting.tables import Column, Table


def grid_of(table: Table, lang: str, number: int | None = None) -> Grid:
    """Put a table into words.

    Parameters
    ----------
    table : Table
        Numbers, and what its columns are.
    lang : str
        ``"en"`` or ``"fr"``.
    number : int, optional
        The number of the table in its document.

    Returns
    -------
    Grid
        Cells of text, ready for any renderer.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    check_language(lang)
    reasons = _Reasons(table, lang)
    groups = tuple(_groups(table, lang, reasons))
    notes = tuple(rich(note, lang) for note in table.notes) + reasons.notes()
    if any(column.stars or column.kind == "stars" for column in table.columns):
        notes += (rich(phrase("table.stars"), lang),)
    return Grid(
        label=say(phrase("table.number", n=number), lang) if number else "",
        title=rich(table.title, lang),
        heads=tuple(
            Head(rich(c.label, lang), c.kind != "text", rich(c.spanner, lang))
            for c in table.columns
        ),
        groups=groups,
        notes_label=say(phrase("table.notes"), lang),
        notes=notes,
        lang=lang,
        number=number or None,
    )


def reasons_of(table: Table) -> Iterator[Any]:
    """Yield the reason of every empty cell, None included, row by row."""
    for position, row in enumerate(table.frame.to_dict("records")):
        for column in table.columns:
            if _empty(table, position, row, column):
                yield table.gaps.get((position, column.name), column.missing)


def _groups(table: Table, lang: str, reasons: _Reasons) -> Iterator[Group]:
    rows: list[tuple[Cell, ...]] = []
    heading: Any = None
    for position, row in enumerate(table.frame.to_dict("records")):
        mine = row[table.group_by] if table.group_by else ""
        if rows and mine != heading:
            yield Group(rich(heading, lang), tuple(rows))
            rows = []
        heading = mine
        strong = bool(table.emphasis and row[table.emphasis])
        rows.append(
            tuple(_cell(table, position, row, c, lang, reasons, strong) for c in table.columns)
        )
    if rows:
        yield Group(rich(heading, lang), tuple(rows))


def _cell(
    table: Table,
    position: int,
    row: Mapping[Any, Any],
    column: Column,
    lang: str,
    reasons: _Reasons,
    strong: bool,
) -> Cell:
    kind, decimals = _kind(table, position, column)
    value = row[column.name]
    if _empty(table, position, row, column):
        reason = table.gaps.get((position, column.name), column.missing)
        return Cell("") if reason is None else reasons.cell(reason, strong)
    if kind == "text":
        return Cell(rich(value, lang), strong=strong)
    if kind.endswith("interval"):
        limits = "bounded" if kind.startswith("bounded") else "number"
        upper = row[column.upper]
        text = interval(value, upper, decimals, lang, limits)
        return Cell(text, "", "", strong, float(value), float(upper), kind, decimals)
    marks = stars(row[column.stars], lang) if column.stars else ""
    text = formatted(value, kind, decimals, lang)
    decimals = 3 if kind == "p" else decimals
    return Cell(text, marks, "", strong, float(value), None, kind, decimals)


def _kind(table: Table, position: int, column: Column) -> tuple[str, int]:
    if column.kind == "row":
        return table.row_formats[position]
    return column.kind, column.decimals


def _empty(table: Table, position: int, row: Mapping[Any, Any], column: Column) -> bool:
    kind, _ = _kind(table, position, column)
    value = row[column.name]
    if kind.endswith("interval") and is_missing(row[column.upper]):
        return True
    return is_missing(value) or (kind == "text" and isinstance(value, str) and not value)


class _Reasons:
    """Why cells are missing. One reason needs no letter; several get a, b, c."""

    def __init__(self, table: Table, lang: str) -> None:
        self.lang = lang
        self.found: list[str] = []
        self.single = len({rich(r, lang) for r in reasons_of(table) if r is not None}) < 2

    def cell(self, reason: Any, strong: bool) -> Cell:
        text = rich(reason, self.lang)
        if text not in self.found:
            self.found.append(text)
        letter = "" if self.single else _letter(self.found.index(text))
        return Cell(DASH, marks=letter, reason=text, strong=strong)

    def notes(self) -> tuple[str, ...]:
        return tuple(
            rich(
                phrase(
                    "table.gap",
                    mark=DASH + ("" if self.single else f"({_letter(i)})"),
                    reason=reason,
                ),
                self.lang,
            )
            for i, reason in enumerate(self.found)
        )


def _letter(index: int) -> str:
    """``a`` to ``z``, then ``aa``: no two reasons share one."""
    letters = ""
    while index >= 0:
        letters = chr(ord("a") + index % 26) + letters
        index = index // 26 - 1
    return letters
