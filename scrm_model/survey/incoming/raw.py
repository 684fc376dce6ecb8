"""What every format is read into: a table with the names, labels and log that came with it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from scrm_model.errors import ResponseFileError
from scrm_model.study.claims import Text
from scrm_model.survey.log import LogEntry

MEGABYTE = 1_000_000
AGAIN = "Export it again."


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """A file as a table, before it is matched with any scales.

    Parameters
    ----------
    frame : DataFrame
        Rows × columns; the columns are numbered, since names may come twice.
    names : tuple of str
        The cleaned name of each column.
    log : tuple of LogEntry
        What reading found or changed.
    titles : tuple of str
        Text of the question that each column answers, where the format has it; else empty.
    labels : dict of int to dict
        Labels of the values of a column, by its number and by value.
    cells : int
        Cells that hold something, before any was made empty.
    source : str
        Platform that the shape of the file gives away; empty where it does not.
    encoding, separator, decimal : str
        What the file turned out to use; empty where the format has no such thing.
    """

    frame: pd.DataFrame
    names: tuple[str, ...]
    log: tuple[LogEntry, ...]
    titles: tuple[str, ...] = ()
    labels: dict[int, dict[float | str, str]] = field(default_factory=dict)
    cells: int = 0
    source: str = ""
    encoding: str = ""
    separator: str = ""
    decimal: str = ""


def problem(name: str, needs: str, got: str, advice: str) -> ResponseFileError:
    """Error about a file, in the library's form.

    Parameters
    ----------
    name : str
        Name of the file.
    needs : str
        Kind of file that was expected, such as ``"a CSV file"``.
    got : str
        What came.
    advice : str
        What to do.

    Returns
    -------
    ResponseFileError
    """
    return ResponseFileError(f"path= needs {needs} of answers; got {got} ({name}). {advice}")


def too_large(name: str, size: float, limit: float, what: str = "") -> ResponseFileError:
    """Error about a file that would take more memory than was allowed.

    Parameters
    ----------
    name : str
        Name of the file.
    size, limit : float
        Megabytes that it takes and may take.
    what : str
        What is counted, such as ``" once unpacked"``.

    Returns
    -------
    ResponseFileError
    """
    shown = f"{size:,.0f}" if size >= 10 else f"{size:.3g}"
    return ResponseFileError(
        f"path= needs a file of at most {limit:g} MB{what}; got {shown} MB ({name}). If it is "
        f"what you think it is, pass max_mb={np.ceil(size):.0f}; reading takes up to ten "
        "times the memory."
    )


def clean_name(name: str) -> str:
    """Column name without byte-order mark, outer or doubled spaces, composed (NFC).

    Parameters
    ----------
    name : str
        Name as it stands in the file.

    Returns
    -------
    str
    """
    composed = unicodedata.normalize("NFC", name).replace("\ufeff", "")
    return " ".join(composed.split())


def clean_names(titles: Sequence[str], log: list[LogEntry]) -> tuple[str, ...]:
    """Cleaned names of all columns; what was changed or comes twice goes into the log.

    Parameters
    ----------
    titles : sequence of str
        Names as they stand in the file.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    tuple of str
    """
    names = []
    for place, title in enumerate(titles, start=1):
        name = clean_name(title)
        if not name:
            name = f"unnamed_{place}"
            text = Text(
                f"column {place} has no name in the file",
                f"la colonne {place} n'a pas de nom dans le fichier",
            )
            log.append(LogEntry("header", name, 1, text))
        elif name != title:
            text = Text(f"written {title!r} in the file", f"écrit {title!r} dans le fichier")
            log.append(LogEntry("header", name, 1, text))
        names.append(name)
    for name, count in sorted(Counter(names).items()):
        if count > 1:
            text = Text(
                f"{count} columns have this name; all are kept",
                f"{count} colonnes portent ce nom ; toutes sont gardées",
            )
            log.append(LogEntry("header", name, count, text))
    return tuple(names)


def note_empty(frame: pd.DataFrame, names: Sequence[str], log: list[LogEntry]) -> int:
    """Put empty columns, empty rows and truth values into the log.

    Parameters
    ----------
    frame : DataFrame
        Rows × columns, the columns numbered.
    names : sequence of str
        Their names.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    int
        Cells that hold something.
    """
    missing = frame.isna().to_numpy()
    for place in np.flatnonzero(missing.all(axis=0)).tolist():
        text = Text("an empty column, kept", "colonne vide, gardée")
        log.append(LogEntry("columns", names[place], len(frame), text))
    empty = (np.flatnonzero(missing.all(axis=1)) + 1).tolist()
    if empty:
        text = Text(
            f"empty rows, kept: {listed(empty)}", f"lignes vides, gardées : {listed(empty, 'fr')}"
        )
        log.append(LogEntry("rows", "", len(empty), text))
    for column, name in enumerate(names):
        if pd.api.types.is_bool_dtype(frame[column]):
            text = Text(
                "True and False are read as truth values",
                "True et False sont lus comme des valeurs logiques",
            )
            log.append(LogEntry("numbers", name, len(frame), text))
    return int(missing.size - missing.sum())


def listed(rows: Sequence[object], lang: str = "en", most: int = 5) -> str:
    """The first of some rows or names, and how many more there are.

    Parameters
    ----------
    rows : sequence
        What to list.
    lang : {"en", "fr"}
    most : int
        How many are written out.

    Returns
    -------
    str
    """
    shown = ", ".join(map(str, rows[:most]))
    if len(rows) <= most:
        return shown
    more = len(rows) - most
    return shown + (f" et {more} de plus" if lang == "fr" else f" and {more} more")
