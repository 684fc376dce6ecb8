"""Answers from a file: read whole, matched with the scales, and never changed in silence."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scrm_model.errors import MissingColumnError, ResponseFileError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.csv_table import RawTable, read_csv
from scrm_model.survey.log import LogEntry
from scrm_model.survey.scales import Scales

__all__ = ["LogEntry", "Responses", "read_responses"]

READERS: dict[str, Callable[..., RawTable]] = {".csv": read_csv, ".tsv": read_csv, ".txt": read_csv}
MISSING_MARKS = ("NA", "N/A", "#N/A", "#NULL!", "NULL", "null", "NaN", "nan")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Responses:
    """Answers read from a file, and the record of how.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns, in the order of the file.
    log : tuple of LogEntry
        What was found and every change that was made.
    sha256 : str
        Checksum of the file's bytes.
    name : str
        Name of the file, without its folder.
    encoding, separator, decimal : str
        What the file turned out to use.
    """

    frame: pd.DataFrame
    log: tuple[LogEntry, ...]
    sha256: str
    name: str
    encoding: str = ""
    separator: str = ""
    decimal: str = ""

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        head = f"Responses: {self.name}, {rows} rows × {columns} columns"
        return "\n".join([head, *(f"  {entry}" for entry in self.log)])


def read_responses(
    path: str | os.PathLike[str],
    scales: Scales | None = None,
    *,
    missing_codes: Iterable[float] = (),
    encoding: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
) -> Responses:
    """Read a file of answers.

    Parameters
    ----------
    path : str or path
        A CSV file. Encoding (UTF-8 with or without mark, UTF-16, cp1252), separator
        (``; , tab |``) and decimal mark are found out.
    scales : Scales, optional
        Scales whose items the file must have. Names that differ in case only are matched.
    missing_codes : iterable of float
        Numbers that stand for a missing answer, such as ``(-99,)``; none by default. With
        scales they are recoded in the instrument's columns, without in every numeric column.
    encoding, separator, decimal : str, optional
        What the file uses, where finding out fails.

    Returns
    -------
    Responses

    Raises
    ------
    ResponseFileError
        If the file is missing, empty, binary, cut off or not a table.
    MissingColumnError
        If an item has no column; the message names all such items and the nearest columns.
    """
    data, name = _bytes(Path(path))
    read = READERS.get(Path(path).suffix.lower(), read_csv)
    raw = read(data, name, encoding=encoding, separator=separator, decimal=decimal)
    log = list(raw.log)
    names = list(raw.names)
    if scales is not None:
        names = _matched(names, _instrument_codes(scales), log)
        _need(scales.codes, names)
    asked = set(names) if scales is None else set(_instrument_codes(scales))
    columns = [raw.frame.iloc[:, place] for place in range(len(names))]
    for place, title in enumerate(names):
        known = scales is not None and title in asked
        columns[place] = _numbers(columns[place], title, raw.decimal, known, log)
        if title in asked:
            columns[place] = _recoded(columns[place], title, tuple(missing_codes), log)
    frame = pd.concat(columns, axis=1)
    frame.columns = pd.Index(names)
    checksum = hashlib.sha256(data).hexdigest()
    return Responses(frame, tuple(log), checksum, name, raw.encoding, raw.separator, raw.decimal)


def _bytes(path: Path) -> tuple[bytes, str]:
    try:
        return path.read_bytes(), path.name
    except OSError as error:
        folder = path.parent
        near = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        raise ResponseFileError(
            f"path= needs a file that can be read; got {str(path)!r}: {error.strerror}."
            + (did_you_mean(path.name, near) or " Check the folder and the name.")
        ) from error


def _instrument_codes(scales: Scales) -> tuple[str, ...]:
    marker = scales.marker.codes if scales.marker else ()
    checks = tuple(check.code for check in scales.attention)
    questions = tuple(question.code for question in (*scales.screening, *scales.controls))
    return (*scales.codes, *marker, *checks, *questions)


def _matched(names: Sequence[str], codes: Sequence[str], log: list[LogEntry]) -> list[str]:
    matched = list(names)
    for code in codes:
        if code in names:
            continue
        places = [i for i, name in enumerate(names) if name.casefold() == code.casefold()]
        if len(places) > 1:
            found = ", ".join(repr(names[i]) for i in places)
            raise MissingColumnError(
                f"path= needs one column for {code!r}; got {found}. "
                f"Rename the right one to {code!r}."
            )
        if places:
            given = names[places[0]]
            text = Text(f"named {given!r} in the file", f"nommé {given!r} dans le fichier")
            log.append(LogEntry("names", code, 1, text))
            matched[places[0]] = code
    return matched


def _need(codes: Sequence[str], names: Sequence[str]) -> None:
    missing = [code for code in codes if code not in names]
    if missing:
        free = [name for name in names if name not in codes]
        hints = [(code, did_you_mean(code, free)) for code in missing]
        listed = ", ".join(f"{code!r}.{hint}" if hint else repr(code) for code, hint in hints)
        stop = "" if listed.endswith("?") else "."
        raise MissingColumnError(
            f"path= needs a column for each item; got none for {listed}{stop} Rename the columns, "
            "or leave the items out with scales.without()."
        )


def _numbers(
    column: pd.Series, name: str, decimal: str, known: bool, log: list[LogEntry]
) -> pd.Series:
    """Column of text as numbers if that is what it holds, some of it missing or spaced."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    given = column.dropna().astype(str)
    bare = given.str.strip()
    marks = bare.isin(MISSING_MARKS)
    numbers = bare[~marks]
    # In a known item 4.0 and 4,0 both are four; elsewhere the other mark may part thousands.
    mark = "[.,]" if known else re.escape(decimal or ".")
    # Leading zeros and long numbers were kept as text on purpose, and are codes unless known.
    whole = r"\d+" if known else r"(?:0|[1-9]\d{0,14})"
    pattern = rf"[+-]?{whole}(?:{mark}\d*)?(?:[eE][+-]?\d+)?"
    if not numbers.str.fullmatch(pattern).all() or (numbers.empty and not known):
        return column
    result = pd.Series(np.nan, index=column.index)
    result[numbers.index] = numbers.str.replace(",", ".").astype(float)
    if marks.any():
        words = ", ".join(sorted(set(bare[marks])))
        text = Text(f"{words} taken as missing", f"{words} : réponse manquante")
        log.append(LogEntry("numbers", name, int(marks.sum()), text))
    if len(numbers):
        text = Text("numbers written as text, read as such", "nombres écrits en texte, lus tels")
        log.append(LogEntry("numbers", name, len(numbers), text))
    return result


def _recoded(
    column: pd.Series, name: str, codes: Sequence[float], log: list[LogEntry]
) -> pd.Series:
    if not pd.api.types.is_numeric_dtype(column):
        return column
    counts = {code: int((column == code).sum()) for code in codes}
    for code, count in counts.items():
        if count:
            text = Text(f"{code:g} taken as missing", f"{code:g} : réponse manquante")
            log.append(LogEntry("missing codes", name, count, text))
    return column.where(~column.isin(list(codes))) if any(counts.values()) else column
