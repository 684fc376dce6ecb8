"""An Excel workbook as a table: which sheet, which row of names, which cells are formulas."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from scrm_model.errors import ResponseFileError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.header import PEEK, find_header
from scrm_model.survey.incoming.packed import NEEDS, SAVE, look_into
from scrm_model.survey.incoming.raw import (
    MEGABYTE,
    RawTable,
    clean_name,
    clean_names,
    listed,
    note_empty,
    problem,
)
from scrm_model.survey.log import LogEntry

BYTES_A_CELL = 8
LAST_ROW = 1_048_576
Row = Sequence[Any]


def read_workbook(
    data: bytes,
    name: str,
    sheet: str | int | None = None,
    codes: Sequence[str] = (),
    max_mb: float = 256,
) -> RawTable:
    """Table of one sheet of an Excel workbook.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    sheet : str or int, optional
        Name of the sheet, or its number from 1.
    codes : sequence of str
        Items that are looked for, to choose among sheets where none is named.
    max_mb : float
        Most megabytes that the workbook may have once unpacked.

    Returns
    -------
    RawTable

    Raises
    ------
    ResponseFileError
        If the workbook is damaged, unsafe or too large, or which sheet is meant cannot be told.

    Notes
    -----
    Formulas are never computed: what Excel stored for them is taken, and where it stored nothing
    the formula itself stands as text. Links to other files are not followed.
    """
    parts = look_into(data, name, max_mb)
    log: list[LogEntry] = []
    if parts.links:
        text = Text("links to other files are not followed", "liens vers d'autres fichiers ignorés")
        log.append(LogEntry("links", "", 0, text))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        rows, title = _sheet(data, name, parts.formulas, (sheet, codes, max_mb), log)
    for remark in dict.fromkeys(str(warning.message) for warning in caught):
        text = Text(f"openpyxl remarks: {remark}", f"remarque d'openpyxl : {remark}")
        log.append(LogEntry("workbook", "", 0, text))
    return _table(rows, name, title, log)


def _sheet(
    data: bytes,
    name: str,
    formulas: bool,
    asked: tuple[str | int | None, Sequence[str], float],
    log: list[LogEntry],
) -> tuple[list[list[Any]], str]:
    """Rows of the sheet that is meant, and its title."""
    sheet, codes, max_mb = asked
    most = int(max_mb * MEGABYTE / BYTES_A_CELL)
    books = [_opened(data, name, values) for values in ([True, False] if formulas else [True])]
    try:
        titles = [page.title for page in books[0].worksheets]
        place = _chosen(books[0], titles, sheet, codes, name, log)
        rows = list(_rows(books[0].worksheets[place], most, name))
        if formulas:
            _with_formulas(rows, _rows(books[1].worksheets[place], most, name), log)
    except ResponseFileError:
        raise
    except _damage() as error:
        raise problem(name, NEEDS, f"a damaged one: {error}", SAVE) from error
    finally:
        for book in books:
            book.close()
    return rows, titles[place]


def _damage() -> tuple[type[Exception], ...]:
    """What openpyxl and the XML parsers raise at a workbook that is not well formed."""
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 - only workbooks need it

    return (
        ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, OSError,
        EOFError, SyntaxError, AssertionError, NotImplementedError, zipfile.BadZipFile,
        zlib.error, ParseError,
    )  # fmt: skip


def _opened(data: bytes, name: str, values: bool) -> Any:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and only workbooks need it
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)
    except (*_damage(), InvalidFileException) as error:
        raise problem(name, NEEDS, f"a damaged one: {error}", SAVE) from error


def _rows(page: Any, most: int, name: str) -> Iterator[list[Any]]:
    """Rows of a sheet without the empty cells at their ends."""
    # The size that a sheet states may be that of its formatting, or nonsense.
    page.reset_dimensions()
    cells = 0
    for number, row in enumerate(page.iter_rows(values_only=True), start=1):
        width = len(row)
        while width and (row[width - 1] is None or row[width - 1] == ""):
            width -= 1
        # A text counts by its length: a workbook stores it once however often it stands there.
        cells += width + 1 + sum(len(cell) for cell in row if type(cell) is str) // BYTES_A_CELL
        if cells > most:
            got = f"more than {most:,} cells, empty ones and long texts counted"
            raise problem(name, NEEDS, got, "Pass a larger max_mb= if that is right.")
        if number > LAST_ROW:
            raise problem(name, NEEDS, f"more than {LAST_ROW:,} rows, which no sheet has", SAVE)
        yield [None if cell == "" else cell for cell in row[:width]]


def _chosen(
    book: Any,
    titles: Sequence[str],
    sheet: str | int | None,
    codes: Sequence[str],
    name: str,
    log: list[LogEntry],
) -> int:
    """Number of the sheet that is meant."""
    if sheet is not None:
        return _named(titles, sheet, name)
    heads = {place: _head(page) for place, page in enumerate(book.worksheets)}
    filled = [place for place, head in heads.items() if head]
    if not filled:
        raise problem(name, NEEDS, "one without any cell filled", "Check that the export finished.")
    wanted = {code.casefold() for code in codes}
    having = [place for place in filled if wanted and wanted <= _names(heads[place])]
    place = (having if len(having) == 1 else filled)[0]
    if len(filled) > 1 and len(having) != 1:
        shown = ", ".join(repr(titles[k]) for k in filled)
        raise problem(
            name, "an Excel workbook with one sheet", f"{len(filled)} sheets with cells: {shown}",
            f"Pass sheet={titles[filled[0]]!r}, or another of them (at the command line, --sheet).",
        )  # fmt: skip
    if len(titles) > 1:
        why = (
            Text("the only sheet with all items", "la seule feuille qui a tous les items")
            if len(filled) > 1
            else Text("the only sheet that is not empty", "la seule feuille non vide")
        )
        text = Text(f"{titles[place]!r}, {why.en}", f"{titles[place]!r}, {why.fr}")
        log.append(LogEntry("sheet", "", 0, text))
    return place


def _named(titles: Sequence[str], sheet: str | int, name: str) -> int:
    if sheet in titles:
        return titles.index(str(sheet))
    number = int(sheet) if str(sheet).isdecimal() else 0
    if 1 <= number <= len(titles):
        return number - 1
    shown = ", ".join(map(repr, titles))
    raise ResponseFileError(
        f"sheet= needs a sheet of {name}, or its number from 1; got {sheet!r}."
        + (did_you_mean(str(sheet), titles) or f" There are {shown}.")
    )


def _head(page: Any) -> list[list[str]]:
    """First rows of a sheet as text, if anything stands in them."""
    rows: list[list[str]] = []
    for row in _rows(page, LAST_ROW, page.title):
        if rows or row:
            rows.append([_shown(cell) for cell in row])
        if len(rows) == PEEK:
            break
    return rows


def _names(head: list[list[str]]) -> set[str]:
    """Names in a row of names, and their last parts, as the matching will see them."""
    names = {clean_name(cell).casefold() for cell in find_header(head).names}
    return names | {part for name in names for part in _parts(name)}


def _parts(name: str) -> Iterable[str]:
    for mark in "/.-_[":
        yield name.rsplit(mark, 1)[-1].rstrip("]")


def _shown(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _with_formulas(rows: list[list[Any]], written: Iterator[Row], log: list[LogEntry]) -> None:
    """Put formulas whose value Excel did not store in their cells, as text; count the others."""
    stored, bare = 0, []
    for number, cells in enumerate(written):
        while number >= len(rows):
            rows.append([])
        for place, cell in enumerate(cells):
            formula = _formula(cell)
            if not formula:
                continue
            row = rows[number]
            if place < len(row) and row[place] is not None:
                stored += 1
                continue
            row.extend([None] * (place + 1 - len(row)))
            row[place] = formula
            bare.append(f"{_letters(place)}{number + 1}")
    if stored:
        text = Text("formulas, their stored values taken", "formules, valeurs enregistrées lues")
        log.append(LogEntry("formulas", "", stored, text))
    if bare:
        text = Text(
            f"formulas without a stored value, kept as text and never run: {listed(bare)}",
            f"formules sans valeur enregistrée, gardées en texte, jamais exécutées : "
            f"{listed(bare, 'fr')}",
        )
        log.append(LogEntry("formulas", "", len(bare), text))


def _formula(cell: Any) -> str:
    if isinstance(cell, str):
        return cell if cell.startswith("=") else ""
    return str(getattr(cell, "text", "") or "")  # an array formula is an object with a text


def _letters(place: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    return get_column_letter(place + 1)


def _table(rows: list[list[Any]], name: str, sheet: str, log: list[LogEntry]) -> RawTable:
    while rows and not rows[-1]:
        rows.pop()
    first = next((k for k, row in enumerate(rows) if row), 0)
    head = [[_shown(cell) for cell in row] for row in rows[: first + PEEK]]
    if not any(cell.strip() for row in head for cell in row):
        got = f"a sheet without any cell filled, {sheet!r}"
        raise problem(name, NEEDS, got, "Check that the export finished, or pass sheet=.")
    header = find_header(head)
    log.extend(header.log)
    body = rows[header.rows :]
    if not body:
        raise problem(name, NEEDS, "a header without any row", "Check that the export finished.")
    width = max(len(header.names), *map(len, body))
    names = clean_names([*header.names, *[""] * (width - len(header.names))], log)
    frame = pd.DataFrame({place: _column(body, place) for place in range(width)})
    frame.index = pd.RangeIndex(len(body))
    cells = note_empty(frame, names, log)
    return RawTable(frame, names, tuple(log), header.titles, {}, cells, header.source, decimal=".")


def _column(rows: Sequence[Row], place: int) -> pd.Series:
    values = [row[place] if place < len(row) else None for row in rows]
    column = pd.Series(values, dtype=object)
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int, float}:
        return column.astype(float) if column.isna().any() or float in kinds else _whole(column)
    return column.infer_objects() if len(kinds) == 1 else column


def _whole(column: pd.Series) -> pd.Series:
    try:
        return column.astype("int64")
    except OverflowError:
        return column.astype(float)
