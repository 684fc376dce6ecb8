"""A table with its title and remarks, in two languages, as text and as HTML."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from scrm_model.screening.words import head
from scrm_model.study.records import LANGUAGES, Text, check_one_of

ROWS_SHOWN = 30


@dataclass(frozen=True, eq=False, repr=False)
class Listing:
    """A table, and what is to be known of it.

    Attributes
    ----------
    title : Text
    frame : DataFrame
        Plain columns; empty where nothing could be computed, and `notes` says why.
    notes : tuple of Text
    shown : tuple of str
        Columns that are printed; all by default.
    french : mapping of str to str
        What the English words in the frame's cells are in French, where that is printed.
    """

    title: Text
    frame: pd.DataFrame
    notes: tuple[Text, ...] = ()
    shown: tuple[str, ...] = ()
    french: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.frame)

    def text(self, lang: str = "en") -> str:
        """The table as plain text.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        str
        """
        check_one_of("lang", lang, LANGUAGES)
        parts = [self.title.get(lang)]
        if len(self.frame):
            shown = self._printed(lang)
            parts.append(shown.to_string(index=False, na_rep=""))
            parts += _rest(self.frame, lang)
        return "\n".join([*parts, *(f"- {note.get(lang)}" for note in self.notes)])

    def html(self, lang: str = "en") -> str:
        """The table as HTML, every text escaped.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        str
        """
        check_one_of("lang", lang, LANGUAGES)
        parts = [f"<p><b>{escape(self.title.get(lang))}</b></p>"]
        if len(self.frame):
            shown = self._printed(lang)
            parts.append(shown.to_html(index=False, na_rep=""))
            parts += [f"<p>{escape(line)}</p>" for line in _rest(self.frame, lang)]
        items = "".join(f"<li>{escape(note.get(lang))}</li>" for note in self.notes)
        return "".join(parts) + (f"<ul>{items}</ul>" if items else "")

    def _printed(self, lang: str) -> pd.DataFrame:
        """Columns as they are read: headed, rounded, with a decimal comma in French."""
        out = {}
        top = self.frame.head(ROWS_SHOWN)
        for name in self.shown or tuple(map(str, top.columns)):
            words = self.french if lang == "fr" else {}
            out[head(name).get(lang)] = [_cell(value, name, lang, words) for value in top[name]]
        return pd.DataFrame(out)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()


def plain(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Rows as a frame of English words, and what these are in French.

    Parameters
    ----------
    rows : iterable of mapping
        Cells by column; those that are `Text` become words.
    columns : sequence of str
        Of the frame, in order.

    Returns
    -------
    frame : DataFrame
    french : dict of str to str
    """
    french: dict[str, str] = {}
    out = []
    for row in rows:
        cells = dict(row)
        for name, value in cells.items():
            if isinstance(value, Text):
                cells[name] = value.get("en")
                french[value.get("en")] = value.get("fr")
        out.append(cells)
    return pd.DataFrame(out, columns=list(columns)), french


def _rest(frame: pd.DataFrame, lang: str) -> list[str]:
    more = len(frame) - ROWS_SHOWN
    if more <= 0:
        return []
    return [f"… lignes non montrées : {more}" if lang == "fr" else f"… rows not shown: {more}"]


def _cell(value: Any, name: str, lang: str, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - the one float that differs from itself
            return ""
        if name in ("pvalue", "p_holm", "p_bonferroni") and value < 0.001:
            return "<0,001" if lang == "fr" else "<0.001"
        text = f"{value:.3f}"
        return text.replace(".", ",") if lang == "fr" else text
    return "" if value is None or value is pd.NA else value
