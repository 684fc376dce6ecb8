"""A table of codings: columns found by their headers, every row checked."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, DataError, MissingColumnError, did_you_mean
from scrm_model.interviews.files.problems import problem
from scrm_model.interviews.files.tables import NEEDS, cell, text_rows, workbook_rows
from scrm_model.interviews.wording import Text

COLUMNS = ("document", "segment", "code", "coder", "quotation")
HEADERS = {
    "document": (
        "document", "documents", "doc", "document name", "nom du document", "interview",
        "entretien", "entrevue", "informant", "informante", "participant", "participante",
        "repondant", "repondante", "respondent", "source", "file", "fichier", "transcript",
        "transcription",
    ),
    "segment": (
        "segment", "segment id", "id segment", "passage", "unit", "unite", "unite de sens",
        "quotation id", "id citation", "reference",
    ),
    "code": (
        "code", "codes", "theme", "node", "noeud", "category", "categorie", "code name",
        "nom du code",
    ),
    "coder": (
        "coder", "codeur", "codeuse", "rater", "analyst", "analyste", "user", "utilisateur",
        "utilisatrice", "created by", "cree par", "juge",
    ),
    "quotation": ("quotation", "quote", "text", "texte", "verbatim", "citation", "extrait"),
}  # fmt: skip
LONGEST = 80
"""Characters that a segment's id may have: what is longer is the passage itself."""


@dataclass(frozen=True, slots=True, eq=False)
class CodingTable:
    """Rows of text (document, segment, code, coder, quotation) and what reading found."""

    frame: pd.DataFrame
    notes: tuple[Text, ...]


def read_table(
    path: Path, columns: Mapping[str, Any], encoding: str | None, sheet: str | None
) -> CodingTable:
    """Table of codings from a file.

    Parameters
    ----------
    path : Path
        A file ending in .csv, .tsv, .txt or .xlsx.
    columns : mapping
        Headers by what they are, where they are not found.
    encoding : str or None
        Of a text file.
    sheet : str or None
        Of a workbook.

    Returns
    -------
    CodingTable

    Raises
    ------
    InterviewFileError, DataError, MissingColumnError
        See `of_rows`.
    """
    notes: list[Text] = []
    excel = path.suffix.lower() in (".xlsx", ".xlsm")
    rows = workbook_rows(path, sheet, notes) if excel else text_rows(path, encoding, notes)
    head = next((k for k, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if head is None:
        raise problem(path.name, NEEDS, "an empty table", "Check that the export finished.")
    return of_rows(rows[head], rows[head + 1 :], columns, notes, first=head + 2)


def of_frame(frame: pd.DataFrame, columns: Mapping[str, Any]) -> CodingTable:
    """Table of codings from a DataFrame; rows are counted from 0, as its index counts them."""
    rows = [[cell(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return of_rows([str(c) for c in frame.columns], rows, columns, [], first=0)


def of_rows(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    columns: Mapping[str, Any],
    notes: list[Text],
    first: int,
) -> CodingTable:
    """Table of codings from cells of text.

    Parameters
    ----------
    head : sequence of str
        Headers.
    rows : sequence of sequence of str
        Cells.
    columns : mapping
        Headers by what they are, where they are not found.
    notes : list of Text
        What reading found so far; more is added.
    first : int
        What the reader of a message calls the first row.

    Returns
    -------
    CodingTable

    Raises
    ------
    MissingColumnError
        If there is no column of documents, segments or codes, or two of one.
    DataError
        Rows without document or segment, rows that come twice, passages in place of ids.
    """
    places = _places(head, columns, notes)
    filled = [(k, row) for k, row in enumerate(rows, start=first) if any(c.strip() for c in row)]
    if not filled:
        raise DataError("path= needs codings; got a header without rows. Check the export.")
    numbers = [k for k, _ in filled]
    frame = pd.DataFrame(
        {
            name: [_joined([row[k] for k in places[name]]) if name in places else ""
                   for _, row in filled]
            for name in COLUMNS
        }
    )  # fmt: skip
    if "coder" not in places:
        frame["coder"] = "1"
        notes.append(
            Text("No column of coders: one coder.", "Pas de colonne de codeurs : un seul codeur.")
        )
    _check(frame, numbers)
    return CodingTable(frame, tuple(notes))


def _joined(cells: list[str]) -> str:
    parts = [" ".join(unicodedata.normalize("NFC", cell).split()) for cell in cells]
    return "-".join(part for part in parts if part)


def _plain(header: str) -> str:
    """Header without accents, case, doubled blanks and underscores."""
    bare = unicodedata.normalize("NFD", header.replace("œ", "oe").replace("Œ", "oe"))
    letters = "".join(c for c in bare if not unicodedata.combining(c)).casefold()
    return " ".join(letters.replace("_", " ").replace("-", " ").replace("\ufeff", "").split())


def _places(
    head: Sequence[str], columns: Mapping[str, Any], notes: list[Text]
) -> dict[str, list[int]]:
    titles = [" ".join(title.replace("\ufeff", "").split()) for title in head]
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        raise ArgumentError(
            f"columns= needs headers by {', '.join(COLUMNS)}; got {unknown[0]!r}."
            + (did_you_mean(unknown[0], COLUMNS) or " Choose one of these.")
        )
    places = {name: _asked(name, asked, titles) for name, asked in columns.items()}
    for name in COLUMNS:
        if name not in places:
            found = _found(name, titles, [k for ks in places.values() for k in ks])
            if found:
                places[name] = found
    for name in ("document", "segment", "code"):
        if name not in places:
            near = did_you_mean(name, titles)
            raise MissingColumnError(
                f"path= needs a column for each coding's {name}; got "
                f"{', '.join(titles) or 'none'}.{near} Rename it, or name it by "
                f"columns={{{name!r}: ...}}."
            )
    for name, ks in places.items():
        given = " + ".join(titles[k] for k in ks)
        if given != name:
            notes.append(Text(f"{name}: column {given!r}.", f"{name} : colonne « {given} »."))
    return places


def _asked(name: str, asked: Any, titles: list[str]) -> list[int]:
    wanted = [asked] if isinstance(asked, str) else list(asked)
    for title in wanted:
        if titles.count(title) != 1:
            raise MissingColumnError(
                f"columns= needs headers of the table for {name!r}; got {title!r}, which it has "
                f"{titles.count(title)} times.{did_you_mean(title, titles)} "
                f"They are {', '.join(titles)}."
            )
    return [titles.index(title) for title in wanted]


def _found(name: str, titles: list[str], taken: list[int]) -> list[int]:
    plain = [_plain(title) for title in titles]
    exact = [k for k, title in enumerate(plain) if title == name and k not in taken]
    found = exact or [
        k for k, title in enumerate(plain) if title in HEADERS[name] and k not in taken
    ]
    if len(found) > 1:
        listed = ", ".join(repr(titles[k]) for k in found)
        raise MissingColumnError(
            f"path= needs one column for {name!r}; got {listed}. Say which by "
            f"columns={{{name!r}: ...}}."
        )
    return found


def _check(frame: pd.DataFrame, numbers: list[int]) -> None:
    for name in ("document", "segment", "coder"):
        empty = [numbers[k] for k in range(len(frame)) if not frame[name].iloc[k]]
        if empty:
            raise DataError(
                f"path= needs a {name} in every row; got none in row {_listed(empty)}. Fill it in, "
                "or leave the rows out."
            )
    long = [numbers[k] for k, value in enumerate(frame["segment"]) if len(value) > LONGEST]
    if long:
        raise DataError(
            f"path= needs short ids of segments; got texts of more than {LONGEST} characters in "
            f"row {_listed(long)}. Name a column of ids, or columns of positions, by "
            "columns={'segment': ('start', 'end')}: passages stay in your file."
        )
    keys = list(frame[["document", "segment", "code", "coder"]].itertuples(index=False, name=None))
    counted = Counter(keys)
    again = [numbers[k] for k, key in enumerate(keys) if counted[key] > 1]
    if again:
        one = next(key for key in keys if counted[key] > 1)
        raise DataError(
            f"path= needs each coding once; got rows {_listed(again)} more than once, such as "
            f"{' / '.join(part or '(no code)' for part in one)}. Remove what is repeated, or give "
            "two segments ids of their own."
        )


def _listed(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:10]))
    return shown + (f" and {len(numbers) - 10} more" if len(numbers) > 10 else "")
