"""Codings of a researcher's own interviews, from a table or an exchanged project."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, DataError, did_you_mean
from scrm_model.interviews.coding_table import CodingTable, of_frame, read_table
from scrm_model.interviews.codings import Codings
from scrm_model.interviews.files.problems import path_of, problem
from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.project import read_project
from scrm_model.interviews.wording import Text

TABLES, PROJECT = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm"), ".qdpx"


def read_codings(
    source: Any,
    codes: Mapping[str, str] | Iterable[str] | Interviews | None = None,
    *,
    columns: Mapping[str, Any] | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    quotations: bool = False,
) -> Codings:
    """Read who coded what where.

    Parameters
    ----------
    source : path or DataFrame
        A table (``.csv``, ``.xlsx``, or a DataFrame of pandas or polars) with the columns document,
        segment, code and, for several coders, coder; English and French names of them are known.
        Or a project exchanged by the REFI-QDA standard (``.qdpx``).
    codes : mapping, iterable or Interviews, optional
        The codebook: codes, or codes with their constructs. A code that it does not have is an
        error. Without it the codes are those that come up.
    columns : mapping, optional
        Headers of a table by what they are, where they are not found: ``{"document": "Fichier"}``.
        Several columns of positions make an id: ``{"segment": ("start", "end")}``.
    encoding : str, optional
        Of a text file; found out where not given.
    sheet : str, optional
        Of a workbook; the first one where not given.
    quotations : bool
        Whether a column of passages is kept, as ``quotation``. By default none is.

    Returns
    -------
    Codings

    Raises
    ------
    InterviewFileError
        If the file is not there, is malformed or damaged, or is made to harm.
    DataError
        Codes that the codebook does not have, codings that come twice, rows without a document or
        a segment, passages in place of ids: all rows concerned are named.
    MissingColumnError
        If a column is not found, or two would do.
    ArgumentError
        If an argument cannot be used.

    Notes
    -----
    Nothing is written, sent or run. Of a zipped file single parts are read into memory, within
    limits; XML with a document type is refused; what lies outside the file is not opened.
    """
    given = dict(columns or {})
    if isinstance(source, str | os.PathLike):
        path = path_of(source)
        kind = path.suffix.lower()
        if kind == PROJECT:
            return _of_project(path, codes, quotations)
        if kind not in TABLES:
            raise problem(
                path.name, "a table (.csv, .xlsx) or a project (.qdpx)",
                f"a file that ends in {kind or 'nothing'!r}", "Export it as one of these.",
            )  # fmt: skip
        return _of_table(read_table(path, given, encoding, sheet), codes, quotations)
    if hasattr(source, "columns"):
        return _of_table(of_frame(_pandas(source), given), codes, quotations)
    raise ArgumentError(
        f"source= needs the path of a table or project, or a DataFrame; got "
        f"{type(source).__name__}. Name the file."
    )


def _pandas(frame: Any) -> pd.DataFrame:
    if isinstance(frame, pd.DataFrame):
        return frame
    import narwhals as nw  # noqa: PLC0415 - only frames of other libraries need it

    return pd.DataFrame(nw.from_native(frame, eager_only=True).to_dict(as_series=False))


def _of_table(table: CodingTable, codes: Any, quotations: bool) -> Codings:
    frame = table.frame
    notes = list(table.notes)
    if not quotations:
        if (frame["quotation"] != "").any():
            notes.append(
                Text(
                    "Passages are left in the file; quotations=True keeps them.",
                    "Les passages restent dans le fichier ; quotations=True les garde.",
                )
            )
        frame = frame.drop(columns="quotation")
    book = _codebook(codes, dict.fromkeys(code for code in frame["code"] if code))
    _known(frame, book)
    notes += _alike(book)
    return Codings(frame, book, tuple(dict.fromkeys(frame["document"])), notes=tuple(notes))


def _of_project(path: Path, codes: Any, quotations: bool) -> Codings:
    project = read_project(path)
    frame = pd.DataFrame(project.codings, columns=["document", "segment", "code", "coder"])
    spans = {(s.name, segment): span for s in project.sources for segment, span in s.spans.items()}
    texts = {s.name: s.text for s in project.sources if s.text is not None}
    if quotations:
        keys = zip(frame["document"], frame["segment"], strict=True)
        frame["quotation"] = [
            texts[key[0]][slice(*spans[key])] if key in spans and key[0] in texts else ""
            for key in keys
        ]
    book = _codebook(codes, project.codes)
    _known(frame, book)
    if not len(frame):
        raise DataError(
            f"path= needs codings; got a project without any ({path.name}). Export it with them."
        )
    return Codings(
        frame,
        book,
        tuple(source.name for source in project.sources),
        spans,
        {name: _paragraphs(text) for name, text in texts.items()},
        (*project.notes, *_alike(book)),
    )


def _paragraphs(text: str) -> tuple[tuple[int, int], ...]:
    """Beginnings and ends of the lines that are not blank."""
    found, at = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((at, at + len(line)))
        at += len(line)
    return tuple(found)


def _codebook(codes: Any, found: Mapping[str, str | None]) -> dict[str, str]:
    """Codes with their constructs, in order."""
    if codes is None:
        return {code: construct or "" for code, construct in found.items()}
    if isinstance(codes, Interviews):
        return {theme.id: theme.construct for theme in codes.themes}
    if isinstance(codes, str):
        raise ArgumentError(f"codes= needs several codes; got {codes!r}. Write a list.")
    book = dict(codes) if isinstance(codes, Mapping) else dict.fromkeys(codes, "")
    if not book:
        raise ArgumentError("codes= needs one code or more; got none. Leave it out for all.")
    return {" ".join(str(code).split()): str(construct) for code, construct in book.items()}


def _known(frame: pd.DataFrame, book: Mapping[str, str]) -> None:
    unknown = dict.fromkeys(code for code in frame["code"] if code and code not in book)
    if unknown:
        told = "; ".join(
            f"{code!r} ({int((frame['code'] == code).sum())} codings)"
            + did_you_mean(code, book).removesuffix("?").replace(" Did you mean", ", perhaps")
            for code in unknown
        )
        raise DataError(
            f"codes= needs every code of the codings; got {told}. Correct the codings, or add the "
            "codes to codes=."
        )


def _alike(book: Mapping[str, str]) -> list[Text]:
    """Codes that differ in nothing but case."""
    groups: dict[str, list[str]] = {}
    for code in book:
        groups.setdefault(code.casefold(), []).append(code)
    return [
        Text(
            f"Codes that differ in case only are kept apart: {', '.join(same)}.",
            f"Les codes qui ne diffèrent que par la casse restent distincts : {', '.join(same)}.",
        )
        for same in groups.values()
        if len(same) > 1
    ]
