"""Which of the first rows names the columns: titles, merged cells and platforms come before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scrm_model.study.claims import Text
from scrm_model.survey.incoming.raw import clean_name, listed
from scrm_model.survey.log import LogEntry

PEEK = 25
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
IMPORT_ID = '{"ImportId"'


@dataclass(frozen=True, slots=True)
class Header:
    """The rows that come before the answers.

    Parameters
    ----------
    names : tuple of str
        Name of each column as it stands in the file.
    titles : tuple of str
        Text of each column's question, where a second row has it; else empty.
    rows : int
        How many rows come before the first answer.
    source : str
        Platform whose header has this shape, or ``""``.
    log : tuple of LogEntry
        What was left out above the names or beside them.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    rows: int
    source: str
    log: tuple[LogEntry, ...]


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """The names of the columns among the first rows of a table.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows; 25 are enough.

    Returns
    -------
    Header

    Notes
    -----
    The names are the first row that fills more than half of the columns; a row above it is a
    title. A later row must hold no number to qualify, and if none does, the first row that is
    not empty has the names. Qualtrics writes two more rows: the questions, and ``ImportId``.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    first = next((k for k, count in enumerate(filled) if count), 0)
    half = max(filled) / 2
    at = next(
        (
            k
            for k in range(first, len(rows))
            if filled[k] > half and (k == first or not any(map(_number, rows[k])))
        ),
        first,
    )
    names, log = _with_names_above(rows[first:at], rows[at])
    titles, more, source = _qualtrics(rows[at + 1 : at + 3])
    if first and rows[0]:
        text = Text("empty rows above the header", "lignes vides au-dessus de l'en-tête")
        log.insert(0, LogEntry("header", "", first, text))
    if more:
        text = Text(
            "rows of question texts and ImportIds below the names, no answers",
            "lignes de libellés et d'ImportId sous les noms, sans réponses",
        )
        log.append(LogEntry("header", "", more, text))
    return Header(names, titles, at + 1 + more, source, tuple(log))


def _number(cell: str) -> bool:
    return NUMBER.fullmatch(cell.strip()) is not None


def _with_names_above(
    above: Sequence[Sequence[str]], names: Sequence[str]
) -> tuple[tuple[str, ...], list[LogEntry]]:
    """Names, those that a merged cell holds in a row above included; what else stood there."""
    found, log = list(names), []
    taken = set()
    for place, name in enumerate(names):
        higher = [(row, cells[place]) for row, cells in enumerate(above) if place < len(cells)]
        inside = [(row, cell) for row, cell in higher if cell.strip()]
        if inside and not name.strip():
            found[place] = inside[-1][1]
            taken.add((inside[-1][0], place))
            text = Text("named in a row above the header", "nommée au-dessus de l'en-tête")
            log.append(LogEntry("header", clean_name(found[place]), 1, text))
    left = [
        clean_name(cell)
        for row, cells in enumerate(above)
        for place, cell in enumerate(cells)
        if cell.strip() and (row, place) not in taken
    ]
    if above:
        text = Text(
            f"rows above the header, left out: {listed(left)}",
            f"lignes au-dessus de l'en-tête, écartées : {listed(left, 'fr')}",
        )
        log.append(LogEntry("header", "", len(above), text))
    return tuple(found), log


def _qualtrics(below: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], int, str]:
    """Question texts, rows to pass over and platform, if a row of ImportIds follows the names."""
    for more, row in enumerate(below, start=1):
        cells = [cell for cell in row if cell.strip()]
        if cells and all(cell.strip().startswith(IMPORT_ID) for cell in cells):
            titles = tuple(map(clean_name, below[0])) if more > 1 else ()
            return titles, more, "qualtrics"
    return (), 0, ""
