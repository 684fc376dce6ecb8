"""Tables in plain columns, and the words in which they are shown."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scrm_model.inference.words import HEADS
from scrm_model.study.records import LANGUAGES, Text, check_one_of


@dataclass(frozen=True, eq=False)
class Worded:
    """A table with plain columns, and what these and its cells are called in either language.

    Attributes
    ----------
    name : str
        What the table is called in a script, the same in every language.
    title : Text
    frame : DataFrame
        Plain names, and numbers as they are.
    heads : mapping of str to Text
        Names of columns that come before those of `HEADS`. A column that neither knows, such as a
        factor, keeps its name.
    cells : mapping of str to mapping
        By column, what its cells are in words. Other cells stay: a user's own names are never
        translated.
    measures : bool
        Whether the frame is a list of measures: each row says what it is in ``measure``, and its
        ``value`` has the form of that measure.
    level : float
        Of the intervals between columns ``…_lower`` and ``…_upper``.
    """

    name: str
    title: Text
    frame: pd.DataFrame
    heads: Mapping[str, Text] = field(default_factory=dict)
    cells: Mapping[str, Mapping[Any, Text]] = field(default_factory=dict)
    measures: bool = False
    level: float = 0.95

    def head(self, column: str) -> Text:
        """What a column is called."""
        return self.heads.get(column) or HEADS.get(column) or Text(column, column)

    def cell(self, column: str, value: Any) -> Any:
        """A cell in words, or as it is."""
        known = self.cells.get(column, {})
        return known.get(value, value) if isinstance(value, Hashable) else value

    def shown(self, lang: str) -> pd.DataFrame:
        """The frame with its columns and cells in one language.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        DataFrame

        Raises
        ------
        ArgumentError
            Another language.
        """
        check_one_of("lang", lang, LANGUAGES)
        out = self.frame.reset_index(drop=True)
        if self.measures:
            pairs = zip(out["measure"], out["value"], strict=True)
            values = [_measure(str(name), value, lang) for name, value in pairs]
            out["value"] = pd.Series(values, dtype=object)
        for column in self.cells:
            if column in out:
                out[column] = [_said(self.cell(column, value), lang) for value in out[column]]
        out.columns = pd.Index([self.head(str(column)).get(lang) for column in out])
        return out


class Told:
    """A result that is tables, with notes on them."""

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words, in order."""
        raise NotImplementedError

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know of them."""
        raise NotImplementedError

    def tables(self, lang: str = "en") -> dict[str, pd.DataFrame]:
        """Tables to print, by title.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        dict of str to DataFrame
            `scrm_model.table` gives each by a name that is the same in every language.
        """
        return in_language(self.worded(), lang)


def in_language(tables: Iterable[Worded], lang: str) -> dict[str, pd.DataFrame]:
    """Tables as they are shown, by title."""
    check_one_of("lang", lang, LANGUAGES)
    return {table.title.get(lang): table.shown(lang) for table in tables}


def in_french(cells: Mapping[Any, str]) -> dict[Any, Text]:
    """Cells that are English words, with the French that stands for them."""
    return {english: Text(str(english), french) for english, french in cells.items()}


def _said(value: Any, lang: str) -> Any:
    return value.get(lang) if isinstance(value, Text) else value


def _measure(key: str, value: float, lang: str) -> Any:
    """The value of a measure: counts whole, tiny p values in words."""
    shown: str | None = None
    if key.endswith("pvalue") and value < 0.0005:
        shown = "< .001" if lang == "en" else "< 0,001"
    elif key == "determinant":
        shown = f"{value:.3g}"
        shown = shown if lang == "en" else shown.replace(".", ",")
    elif key in ("n", "df") or key.endswith(".df"):
        return int(value)
    return float(value) if shown is None else shown
