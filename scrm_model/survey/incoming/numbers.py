"""Columns that no question has: numbers where that is what they hold; and codes for missing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from scrm_model.study.claims import Text
from scrm_model.survey.incoming.cells import (
    Cells,
    Missing,
    as_number,
    is_mark,
    is_number,
    is_numeric,
    note_marks,
    note_texts,
    note_words,
)
from scrm_model.survey.incoming.wording import plain
from scrm_model.survey.log import LogEntry


def number_column(
    column: pd.Series, name: str, decimal: str, missing: Missing, log: list[LogEntry]
) -> pd.Series:
    """A column that no question of an instrument has, as numbers if that is what it holds.

    Parameters
    ----------
    column : Series
        Any column.
    name : str
        Its name.
    decimal : str
        Decimal mark of the file.
    missing : Missing
        Codes for missing, if they hold for this column.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    Series
        The column itself, unless every cell that is not empty is a number or a mark.
    """
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    cells = Cells.of(column)
    if missing.words:
        column, cells = _without_words(column, cells, name, missing, log)
    marks = [is_mark(kind) for kind in cells.kinds]
    # Elsewhere the other decimal mark may part thousands; leading zeros and long numbers were
    # kept as text on purpose, and are codes.
    mark = re.escape(decimal or ".")
    pattern = re.compile(rf"[+-]?(?:0|[1-9]\d{{0,14}})(?:{mark}\d*)?(?:[eE][+-]?\d+)?")
    numbers = [
        is_number(kind) or (isinstance(kind, str) and bool(pattern.fullmatch(kind.strip())))
        for kind in cells.kinds
    ]
    texts = [n and isinstance(k, str) for n, k in zip(numbers, cells.kinds, strict=True)]
    if not any(numbers) or not all(n or m for n, m in zip(numbers, marks, strict=True)):
        return column
    note_marks(cells, marks, name, log)
    note_texts(cells, texts, name, log)
    values = [
        as_number(kind) if number else np.nan
        for kind, number in zip(cells.kinds, numbers, strict=True)
    ]
    return pd.Series(cells.values(values), index=column.index)


def _without_words(
    column: pd.Series, cells: Cells, name: str, missing: Missing, log: list[LogEntry]
) -> tuple[pd.Series, Cells]:
    hits = [isinstance(kind, str) and plain(kind) in missing.words for kind in cells.kinds]
    if not any(hits):
        return column, cells
    note_words(cells, hits, name, log)
    left = column.mask(cells.at(hits))
    return left, Cells.of(left)


def without_codes(column: pd.Series, name: str, missing: Missing, log: list[LogEntry]) -> pd.Series:
    """A column of numbers with the codes for missing made empty.

    Parameters
    ----------
    column : Series
        Any column; one that does not hold numbers comes back as it is.
    name : str
        Its name.
    missing : Missing
    log : list of LogEntry
        Is added to.

    Returns
    -------
    Series
    """
    if not missing.numbers or not is_numeric(column):
        return column
    counts = {code: int((column == code).sum()) for code in missing.numbers}
    for code, count in counts.items():
        if count:
            text = Text(f"{code:g} taken as missing", f"{code:g} : réponse manquante")
            log.append(LogEntry("missing codes", name, count, text, count))
    return column.where(~column.isin(list(counts))) if any(counts.values()) else column
