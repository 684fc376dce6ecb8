"""A table as a value: numbers and texts with what the reader must be told about them.

`Table` holds the numbers (``.frame``) and says what each column is. `Table.grid` puts it into
words in one language; a renderer turns the grid into HTML or Markdown and knows nothing of
statistics. A new output format is one more function of a `Grid`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.formats import (
    DASH,
    KINDS,
    formatted,
    interval,
    is_missing,
    stars,
)
from scrm_model.reporting.grids import Cell, Grid, Group, Head
from scrm_model.reporting.html_table import standalone, table_html
from scrm_model.reporting.language import check_language, phrase, rich, say
from scrm_model.reporting.markdown_table import table_markdown

NOT_COMPUTED = phrase("missing.not_computed")


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of a table is.

    Attributes
    ----------
    name : str
        Name of the column in the frame.
    label : str or phrase
        Its heading.
    kind : str
        ``text``, ``integer``, ``number``, ``bounded`` (no zero before the point in English),
        ``p``, ``percent``, ``interval``, ``bounded interval``, ``stars`` (from a p-value) or
        ``row`` (see `Table.row_formats`).
    decimals : int
        Digits after the decimal mark.
    upper : str
        For ``interval``: the frame's column with the upper limits.
    stars : str
        The frame's column of p-values whose stars follow the number, if any.
    spanner : str or phrase
        Heading over this and neighbouring columns with the same spanner.
    missing : str, phrase or None
        Why a cell of this column may be empty; None where an empty cell needs no reason.
    """

    name: str
    label: Any
    kind: str = "text"
    decimals: int = 3
    upper: str = ""
    stars: str = ""
    spanner: Any = ""
    missing: Any = NOT_COMPUTED

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ArgumentError(
                f"kind= needs one of {', '.join(KINDS)}; got {self.kind!r}."
                f"{did_you_mean(self.kind, KINDS) or ' Choose one of these.'}"
            )


@dataclass(frozen=True, slots=True)
class Table:
    """A table that every renderer can show, in every language.

    Attributes
    ----------
    title : str or phrase
        What the table shows.
    frame : DataFrame
        The numbers, one row a row of the table. It may have more columns than are shown.
    columns : tuple of Column
        The columns shown, in order; the first one heads the rows.
    notes : tuple of (str or phrase)
        Notes below the table.
    group_by : str
        Name of a frame column: runs of equal values are set under a heading of their own.
    row_formats : tuple of (str, int)
        Kind and decimals of each row, for columns of kind ``row``.
    gaps : mapping of (int, str) to (str or phrase)
        Reason for a missing cell by row number and column name, where it differs from the
        reason of the column.
    emphasis : str
        Name of a boolean frame column: its rows are set in bold.

    Raises
    ------
    ArgumentError
        If a column that is shown is none of the frame's.
    """

    title: Any
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[Any, ...] = ()
    group_by: str = ""
    row_formats: tuple[tuple[str, int], ...] = ()
    gaps: Mapping[tuple[int, str], Any] = field(default_factory=dict)
    emphasis: str = ""

    def __post_init__(self) -> None:
        shown = [name for column in self.columns for name in (column.name, column.upper)]
        needed = [*shown, *(column.stars for column in self.columns), self.group_by, self.emphasis]
        for name in filter(None, needed):
            if name not in self.frame.columns:
                have = ", ".join(map(str, self.frame.columns))
                raise ArgumentError(
                    f"columns= needs columns of the frame ({have}); got {name!r}."
                    f"{did_you_mean(name, self.frame.columns) or ' Show one of these.'}"
                )

    def grid(self, lang: str = "en", number: int | None = None) -> Grid:
        """Put the table into words.

        Parameters
        ----------
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
        reasons = _Reasons(self, lang)
        groups = tuple(self._groups(lang, reasons))
        notes = tuple(rich(note, lang) for note in self.notes) + reasons.notes()
        return Grid(
            label=say(phrase("table.number", n=number), lang) if number else "",
            title=rich(self.title, lang),
            heads=tuple(
                Head(rich(c.label, lang), c.kind != "text", rich(c.spanner, lang))
                for c in self.columns
            ),
            groups=groups,
            notes_label=say(phrase("table.notes"), lang),
            notes=notes,
            lang=lang,
        )

    def _groups(self, lang: str, reasons: "_Reasons") -> Iterator[Group]:
        rows: list[tuple[Cell, ...]] = []
        heading: Any = None
        for position, row in enumerate(self.frame.to_dict("records")):
            mine = row[self.group_by] if self.group_by else ""
            if rows and mine != heading:
                yield Group(rich(heading, lang), tuple(rows))
                rows = []
            heading = mine
            strong = bool(self.emphasis and row[self.emphasis])
            rows.append(
                tuple(self._cell(position, row, c, lang, reasons, strong) for c in self.columns)
            )
        if rows:
            yield Group(rich(heading, lang), tuple(rows))

    def _cell(
        self,
        position: int,
        row: Mapping[Any, Any],
        column: Column,
        lang: str,
        reasons: "_Reasons",
        strong: bool,
    ) -> Cell:
        kind, decimals = self._kind(position, column)
        value = row[column.name]
        if self._empty(position, row, column):
            reason = self.gaps.get((position, column.name), column.missing)
            return Cell("") if reason is None else reasons.cell(reason, strong)
        if kind == "text":
            return Cell(rich(value, lang), strong=strong)
        if kind.endswith("interval"):
            limits = "bounded" if kind.startswith("bounded") else "number"
            text = interval(value, row[column.upper], decimals, lang, limits)
            return Cell(text, strong=strong)
        marks = stars(row[column.stars], lang) if column.stars else ""
        return Cell(formatted(value, kind, decimals, lang), marks=marks, strong=strong)

    def _kind(self, position: int, column: Column) -> tuple[str, int]:
        if column.kind == "row":
            return self.row_formats[position]
        return column.kind, column.decimals

    def _empty(self, position: int, row: Mapping[Any, Any], column: Column) -> bool:
        kind, _ = self._kind(position, column)
        value = row[column.name]
        if kind.endswith("interval") and is_missing(row[column.upper]):
            return True
        return is_missing(value) or (kind == "text" and isinstance(value, str) and not value)

    def reasons(self) -> Iterator[Any]:
        """Yield the reason of every empty cell, None included, row by row."""
        for position, row in enumerate(self.frame.to_dict("records")):
            for column in self.columns:
                if self._empty(position, row, column):
                    yield self.gaps.get((position, column.name), column.missing)

    def html(self, lang: str = "en", number: int | None = None) -> str:
        """Return the table as an HTML fragment.

        Parameters
        ----------
        lang : str
            ``"en"`` or ``"fr"``.
        number : int, optional
            The number of the table in its document.

        Returns
        -------
        str
            A ``<figure>`` with a captioned ``<table>``, everything escaped. It brings no style
            of its own.

        Raises
        ------
        ArgumentError
            If `lang` is unknown.
        """
        return table_html(self.grid(lang, number))

    def markdown(self, lang: str = "en", number: int | None = None) -> str:
        """Return the table as Markdown, in the form GitHub and pandoc read.

        Parameters
        ----------
        lang : str
            ``"en"`` or ``"fr"``.
        number : int, optional
            The number of the table in its document.

        Returns
        -------
        str
            Title, pipe table and notes; everything escaped.

        Raises
        ------
        ArgumentError
            If `lang` is unknown.
        """
        return table_markdown(self.grid(lang, number))

    def _repr_html_(self) -> str:
        return standalone(self.html("en"))


class _Reasons:
    """Why cells are missing. One reason needs no letter; several get a, b, c."""

    def __init__(self, table: Table, lang: str) -> None:
        self.lang = lang
        self.found: list[str] = []
        self.single = len({rich(r, lang) for r in table.reasons() if r is not None}) < 2

    def cell(self, reason: Any, strong: bool) -> Cell:
        text = rich(reason, self.lang)
        if text not in self.found:
            self.found.append(text)
        letter = "" if self.single else _letter(self.found.index(text))
        return Cell(DASH, marks=letter, reason=text, strong=strong)

    def notes(self) -> tuple[str, ...]:
        return tuple(
            say(
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
    return "abcdefghijklmnopqrstuvwxyz"[index % 26]
