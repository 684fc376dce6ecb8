"""A table as a value: numbers and texts with what the reader must be told about them.

`Table` holds the numbers (``.frame``) and says what each column is. `Table.grid` puts it into
words in one language; a renderer turns the grid into HTML, Markdown, LaTeX, Word or Excel and
knows nothing of statistics. A new form is one more function of a `Grid`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.formats import KINDS
from scrm_model.reporting.gridding import grid_of
from scrm_model.reporting.language import check_language, phrase
from scrm_model.reporting.rendering.grids import Grid
from scrm_model.reporting.rendering.html_table import standalone, table_html
from scrm_model.reporting.rendering.latex_table import table_latex
from scrm_model.reporting.rendering.markdown_table import table_markdown
from scrm_model.reporting.rendering.table_file import write_tables
from scrm_model.reporting.rendering.text_table import table_text

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
    lang : str
        The language it is shown in where none is asked for.
    name : str
        What it is called among other tables, if not after the section that it stands in.

    Raises
    ------
    ArgumentError
        If a column that is shown is none of the frame's, or `lang` is unknown.
    """

    title: Any
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[Any, ...] = ()
    group_by: str = ""
    row_formats: tuple[tuple[str, int], ...] = ()
    gaps: Mapping[tuple[int, str], Any] = field(default_factory=dict)
    emphasis: str = ""
    lang: str = "en"
    name: str = ""

    def __post_init__(self) -> None:
        check_language(self.lang)
        shown = [name for column in self.columns for name in (column.name, column.upper)]
        needed = [*shown, *(column.stars for column in self.columns), self.group_by, self.emphasis]
        for name in filter(None, needed):
            if name not in self.frame.columns:
                have = ", ".join(map(str, self.frame.columns))
                raise ArgumentError(
                    f"columns= needs columns of the frame ({have}); got {name!r}."
                    f"{did_you_mean(name, self.frame.columns) or ' Show one of these.'}"
                )

    def grid(self, lang: str | None = None, number: int | None = None) -> Grid:
        """Put the table into words.

        Parameters
        ----------
        lang : {"en", "fr"}, optional
            By default the table's own language.
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
        return grid_of(self, self.lang if lang is None else lang, number)

    def html(self, lang: str | None = None, number: int | None = None) -> str:
        """Return the table as an HTML fragment: a ``<figure>`` with a captioned ``<table>``.

        Everything in it is escaped, and it brings no style of its own. Parameters are those of
        `grid`.
        """
        return table_html(self.grid(lang, number))

    def markdown(self, lang: str | None = None, number: int | None = None) -> str:
        """Return the table as Markdown, in the form GitHub and pandoc read.

        Title, pipe table and notes; everything escaped. Parameters are those of `grid`.
        """
        return table_markdown(self.grid(lang, number))

    def latex(self, lang: str | None = None) -> str:
        """Return the table as LaTeX, for a document that numbers its tables itself.

        Everything in it is escaped. The document must load booktabs, array, threeparttable,
        longtable, pdflscape and caption; a file that `save` writes does. `lang` is that of `grid`.
        """
        return table_latex(self.grid(lang))

    def save(self, path: str | Path, lang: str | None = None, *, number: int | None = None) -> Path:
        """Write the table to a file.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.docx`` (Word), ``.tex`` (LaTeX), ``.xlsx`` (Excel), ``.html`` or
            ``.md`` (Markdown).
        lang : {"en", "fr"}, optional
            By default the table's own language.
        number : int, optional
            The number of the table, as in "Table 3"; in LaTeX where the count begins.

        Returns
        -------
        Path
            The file written; the same bytes for the same table.

        Raises
        ------
        ArgumentError
            Another ending, a folder that does not exist, a file that cannot be written, or an
            unknown language.
        """
        return write_tables(path, [("", self.grid(lang, number))])

    def __repr__(self) -> str:
        return table_text(self.grid())

    def _repr_html_(self) -> str:
        return standalone(self.html())
