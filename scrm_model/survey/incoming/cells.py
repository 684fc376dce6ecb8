"""The cells of a column by their distinct values: numbers, marks, words, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.wording import plain
from scrm_model.survey.log import LogEntry

MISSING_MARKS = frozenset(("NA", "N/A", "#N/A", "#NULL!", "NULL", "null", "NaN", "nan"))


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands for a missing answer.

    Parameters
    ----------
    numbers : tuple of float
    words : frozenset of str
        In the form that `plain` gives.
    """

    numbers: tuple[float, ...] = ()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, codes: Iterable[float | str]) -> Missing:
        """From the numbers and words that a caller gave.

        Parameters
        ----------
        codes : iterable of float or str

        Returns
        -------
        Missing

        Raises
        ------
        ArgumentError
            If it is no collection, or one of them is neither a number nor a word.
        """
        given = codes_of(codes)
        numbers = tuple(float(c) for c in given if not isinstance(c, str))
        return cls(numbers, frozenset(plain(c) for c in given if isinstance(c, str)))


def codes_of(codes: Iterable[float | str]) -> tuple[float | str, ...]:
    """The codes for missing that a caller gave, read once: an iterator would be empty afterwards.

    Parameters
    ----------
    codes : iterable of float or str

    Returns
    -------
    tuple of float or str

    Raises
    ------
    ArgumentError
        If it is no collection, or one of them is neither a number nor a word.
    """
    if isinstance(codes, str) or not isinstance(codes, Iterable):
        raise ArgumentError(
            f"missing_codes= needs numbers such as (-99,); got {codes!r}. Write a list."
        )
    given = tuple(codes)
    wrong = [c for c in given if not isinstance(c, Real | str) or isinstance(c, bool)]
    if wrong:
        raise ArgumentError(
            f"missing_codes= needs numbers or words; got {wrong[0]!r}. Write it as a number "
            "or as the label in the file."
        )
    quoted = [c for c in given if isinstance(c, str) and _is_number(c)]
    if quoted:
        raise ArgumentError(
            f"missing_codes= needs numbers as numbers; got {quoted[0]!r}. Leave out the quotes."
        )
    return given


def _is_number(word: str) -> bool:
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The distinct values of a column of text, and which of them every cell has.

    Parameters
    ----------
    places : ndarray of int, shape (n,)
        Which distinct value a cell has; -1 for an empty one.
    kinds : list
        The distinct values.
    counts : ndarray of int
        How often each comes.
    """

    places: np.ndarray
    kinds: list[Any]
    counts: np.ndarray

    @classmethod
    def of(cls, column: pd.Series) -> Cells:
        """Cells of a column.

        Parameters
        ----------
        column : Series

        Returns
        -------
        Cells
        """
        values = column.to_numpy(dtype=object)
        try:
            places, kinds = pd.factorize(values)
        except TypeError:  # lists and the like
            places, kinds = pd.factorize(np.array([repr(v) for v in values], dtype=object))
        if column.dtype == object and any(isinstance(value, bool) for value in values):
            # True equals 1, and is another answer.
            pairs = [None if pd.isna(v) else (isinstance(v, bool), v) for v in values]
            seen = {pair: place for place, pair in enumerate(dict.fromkeys(filter(None, pairs)))}
            places = np.array([seen.get(pair, -1) for pair in pairs])  # type: ignore[arg-type]
            kinds = np.array([value for _, value in seen] + [None], dtype=object)[:-1]
        counts = np.bincount(places[places >= 0], minlength=len(kinds))
        return cls(places, list(kinds), counts)

    def values(self, numbers: list[float]) -> np.ndarray:
        """A number for each cell from a number for each distinct value.

        Parameters
        ----------
        numbers : list of float
            NaN makes a cell empty.

        Returns
        -------
        ndarray of float
        """
        return np.array([*numbers, np.nan], dtype=float)[self.places]

    def at(self, wanted: list[bool]) -> np.ndarray:
        """Which cells have some of the distinct values.

        Parameters
        ----------
        wanted : list of bool
            For each distinct value.

        Returns
        -------
        ndarray of bool
        """
        return np.array([*wanted, False], dtype=bool)[self.places]

    def count(self, wanted: list[bool]) -> int:
        """How many cells have some of the distinct values.

        Parameters
        ----------
        wanted : list of bool
            For each distinct value.

        Returns
        -------
        int
        """
        return int(self.counts[np.array(wanted, dtype=bool)].sum()) if wanted else 0


def is_mark(value: Any) -> bool:
    """Whether a cell says that it is empty: a mark such as NA, or spaces alone.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    bool
    """
    return isinstance(value, str) and (not value.strip() or value.strip() in MISSING_MARKS)


def is_number(value: Any) -> bool:
    """Whether a cell is a number already.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    bool
    """
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def is_numeric(column: pd.Series) -> bool:
    """Whether a column holds numbers, and not truth values.

    Parameters
    ----------
    column : Series

    Returns
    -------
    bool
    """
    kinds = pd.api.types
    return kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column)


def as_number(value: Any) -> float:
    """Number that a cell stands for.

    Parameters
    ----------
    value : float or str
        A number, or text that is one with either decimal mark.

    Returns
    -------
    float
    """
    return float(value.strip().replace(",", ".")) if isinstance(value, str) else float(value)


def note_marks(cells: Cells, marks: list[bool], name: str, log: list[LogEntry]) -> None:
    """Put marks and blanks that become empty into the log.

    Parameters
    ----------
    cells : Cells
    marks : list of bool
        Which distinct values say that the cell is empty.
    name : str
        Name of the column.
    log : list of LogEntry
        Is added to.
    """
    blank = [m and not k.strip() for k, m in zip(cells.kinds, marks, strict=True)]
    words = [m and not b for m, b in zip(marks, blank, strict=True)]
    if count := cells.count(words):
        shown = ", ".join(sorted({k.strip() for k, w in zip(cells.kinds, words, strict=True) if w}))
        text = Text(f"{shown} taken as missing", f"{shown} : réponse manquante")
        log.append(LogEntry("numbers", name, count, text, count))
    if count := cells.count(blank):
        text = Text("nothing but spaces, taken as missing", "des espaces seuls : réponse manquante")
        log.append(LogEntry("numbers", name, count, text, count))


def note_texts(cells: Cells, texts: list[bool], name: str, log: list[LogEntry]) -> None:
    """Put numbers that were text into the log.

    Parameters
    ----------
    cells : Cells
    texts : list of bool
        Which distinct values are numbers written as text.
    name : str
        Name of the column.
    log : list of LogEntry
        Is added to.
    """
    if count := cells.count(texts):
        text = Text("numbers written as text, read as such", "nombres écrits en texte, lus tels")
        log.append(LogEntry("numbers", name, count, text))


def note_words(cells: Cells, hits: list[bool], name: str, log: list[LogEntry]) -> None:
    """Put words that stand for a missing answer into the log.

    Parameters
    ----------
    cells : Cells
    hits : list of bool
        Which distinct values do.
    name : str
        Name of the column.
    log : list of LogEntry
        Is added to.
    """
    for kind, hit, count in zip(cells.kinds, hits, cells.counts, strict=True):
        if hit:
            text = Text(f"{kind!r} taken as missing", f"{kind!r} : réponse manquante")
            log.append(LogEntry("missing codes", name, int(count), text, int(count)))
