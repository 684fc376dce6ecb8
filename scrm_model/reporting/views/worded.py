"""The tables of results that bring their own words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.inference.worded import Told, Worded
from scrm_model.reporting.language import has_text, phrase
from scrm_model.reporting.tables import NOT_COMPUTED, Column, Table
from scrm_model.reporting.views.columns import heading_of, interval, kind_of
from scrm_model.screening.result import SECTIONS, Screening
from scrm_model.screening.show import Listing
from scrm_model.screening.words import head
from scrm_model.study.records import Text

_YES_NO = {True: Text("yes", "oui"), False: Text("no", "non")}
_DIFFERENCES = {"chisq_diff": "d_chisq", "df_diff": "d_df", "pvalue_diff": "d_pvalue"}
_NARROW_INTERVALS = ("rmsea",)
"""Measures whose intervals are of 90 per cent by convention, whatever those of the others."""


def worded_table(of: Worded, notes: Iterable[Any] = (), section: str = "") -> Table:
    """Make a table of a result's own.

    Parameters
    ----------
    of : Worded
    notes : iterable of (str or Text)
    section : str
        With which its name begins among the tables of a report.

    Returns
    -------
    Table
        Statistics have the symbols that they have throughout the report; the other columns are
        called as the result calls them.
    """
    frame = of.frame.reset_index(drop=True)
    columns = _columns(of)
    for column in frame:
        frame[column] = _cells(of, str(column), frame[column])
    name = f"{section}_{of.name}" if section not in ("", of.name) else of.name
    return Table(of.title, frame, columns, tuple(notes), row_formats=_forms(of), name=name)


def worded_listing(name: str, of: Listing) -> Worded:
    """Give a table of screening the form of every other result's."""
    shown = [*(of.shown or map(str, of.frame.columns))]
    french = {english: Text(english, words) for english, words in of.french.items()}
    cells = {c: french for c in shown if not pd.api.types.is_numeric_dtype(of.frame[c])}
    return Worded(name, of.title, of.frame[shown], {c: head(c) for c in shown}, cells)


def said_of(of: Told) -> tuple[Text, ...]:
    """Return the notes of a result in both languages."""
    pairs = zip(of.notes("en"), of.notes("fr"), strict=True)
    return tuple(Text(english, french) for english, french in pairs)


@dataclass(frozen=True)
class Tellable:
    """A result with tables of its own: by name, with the notes of all of them.

    Attributes
    ----------
    tables : tuple of Worded
    notes : tuple of Text
        On all tables.
    """

    tables: tuple[Worded, ...]
    notes: tuple[Text, ...]

    def table(self, what: str | None, of: Any) -> Table:
        """Return one of the tables, the first by default."""
        names = [table.name for table in self.tables]
        if what is not None and what not in names:
            raise ArgumentError(
                f"what= needs one of {', '.join(names)} for {type(of).__name__}; got {what!r}. "
                "Choose one of these."
            )
        wanted = self.tables[names.index(what) if what else 0]
        return worded_table(wanted, self.notes if wanted is self.tables[0] else ())


def tellable(of: Any) -> Tellable | None:
    """Return the tables and notes of a result that brings its own words; None of any other."""
    if isinstance(of, Told):
        return Tellable(of.worded(), said_of(of))
    if isinstance(of, Screening):
        found = ((name, getattr(of, name)) for name in SECTIONS)
        return Tellable(tuple(worded_listing(n, t) for n, t in found if len(t.frame)), ())
    if isinstance(of, Listing):
        return Tellable((worded_listing("listing", of),), of.notes) if len(of.frame) else None
    return None


def _columns(of: Worded) -> tuple[Column, ...]:
    """A column for each that has something to show, limits of an interval together."""
    shown: list[Column] = []
    names = [str(name) for name in of.frame.columns]
    for name in names:
        values = of.frame[name]
        stem, _, end = name.rpartition("_")
        if end == "upper" and f"{stem}_lower" in names:
            continue
        if end == "lower" and f"{stem}_upper" in names:
            base = stem.removesuffix("_ci")
            level = 0.90 if base in _NARROW_INTERVALS else of.level
            kind = "bounded interval" if kind_of(base)[0] == "bounded" else "interval"
            shown.append(interval(name, f"{stem}_upper", level, kind, missing=_gap(name)))
        elif name == "value":
            shown.append(Column(name, _heading(of, name), "row"))
        else:
            kind, decimals = _kind(name, values)
            if kind == "text" and not values.map(bool, na_action="ignore").fillna(False).any():
                continue
            missing = None if kind == "text" else _gap(name)
            shown.append(Column(name, _heading(of, name), kind, decimals, missing=missing))
    return tuple(shown)


def _kind(name: str, values: pd.Series) -> tuple[str, int]:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return "text", 0
    if pd.api.types.is_integer_dtype(values):
        return "integer", 0
    kind, decimals = kind_of(name)
    # Degrees of freedom of some corrected tests are not whole.
    return ("number", 2) if kind == "integer" and (values.dropna() % 1).any() else (kind, decimals)


def _heading(of: Worded, name: str) -> Any:
    if name in _DIFFERENCES:
        return phrase(f"column.{_DIFFERENCES[name]}")
    base, _, end = name.rpartition("_")
    key = heading_of(base if end == "diff" else name)
    # A statistic has its symbol; anything else is called as the result calls it.
    if kind_of(name) != kind_of("") and has_text(key):
        return phrase("column.difference", of=phrase(key)) if end == "diff" else phrase(key)
    said = of.head(name)
    return Text(_capital(said.get("en")), _capital(said.get("fr")))


def _capital(text: str) -> str:
    word = text.split(" ", maxsplit=1)[0].replace("-", "").replace("’", "").replace("'", "")
    return text[:1].upper() + text[1:] if len(word) > 2 and word.isalpha() else text


def _gap(name: str) -> Any:
    if name.endswith("_diff"):
        return phrase("missing.nothing_above")
    if name in ("of_previous", "of_invited"):
        return phrase("missing.no_rate")
    return phrase("missing.nothing_tested") if name in ("df", "pvalue") else NOT_COMPUTED


def _cells(of: Worded, name: str, values: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values
    said = [of.cell(name, value) for value in values]
    plain = [_YES_NO.get(value, value) if isinstance(value, bool) else value for value in said]
    known = ["" if value is None or value is pd.NA else value for value in plain]
    return pd.Series(known, values.index, dtype=object)


def _forms(of: Worded) -> tuple[tuple[str, int], ...]:
    """Kind and decimals of each value, where values of several kinds stand below one another."""
    if "value" not in of.frame:
        return ()
    keys = of.frame["measure"] if of.measures else [""] * len(of.frame)
    return tuple(_form(str(k), v) for k, v in zip(keys, of.frame["value"], strict=True))


def _form(measure: str, value: float) -> tuple[str, int]:
    kind, decimals = kind_of(measure.rpartition(".")[2])
    if kind != "number" or not value:
        return kind, decimals
    if not measure and float(value).is_integer():
        return "integer", 0
    # As many decimals as three digits need.
    return (kind, 2 - math.floor(math.log10(abs(value)))) if abs(value) < 0.001 else (kind, 3)
