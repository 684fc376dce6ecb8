"""Transcripts read from files: plain text in any encoding, Word documents, exchanged projects."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from scrm_model.errors import ArgumentError, DataError, InterviewFileError
from scrm_model.interviews.files.decoding import decode
from scrm_model.interviews.files.docx import docx_text
from scrm_model.interviews.files.problems import bytes_of, path_of, problem
from scrm_model.interviews.project import read_project
from scrm_model.interviews.transcripts import Document, Transcripts, checked, composed
from scrm_model.interviews.wording import Text

TEXT, WORD, PROJECT = (".txt", ".text", ".md"), (".docx",), (".qdpx",)
NEEDS = "a transcript as .txt or .docx"


def read_transcripts(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    encoding: str | None = None,
) -> Transcripts:
    """Read transcripts of interviews.

    Parameters
    ----------
    paths : path, folder, or iterable of paths
        ``.txt`` or ``.docx``, one for each interview; a folder of them; or an exchanged project
        (``.qdpx``) that holds texts.
    encoding : str, optional
        Of text files: found out where not given (UTF-8, UTF-16 with a mark, otherwise Windows
        cp1252, which a note says).

    Returns
    -------
    Transcripts

    Raises
    ------
    InterviewFileError
        If a file is not there, is none of these, is damaged, or is made to harm.
    DataError
        If a transcript is empty, or two have the same name.

    Notes
    -----
    Texts are held in memory only. Nothing is written, sent or run, and nothing that a file names
    is opened.
    """
    notes: list[Text] = []
    documents: list[Document] = []
    for path in _listed(paths):
        documents += _read(path_of(path), encoding, notes)
    return checked(documents, tuple(notes))


def _listed(paths: Any) -> list[Path]:
    if isinstance(paths, str | os.PathLike):
        folder = Path(paths)
        if not folder.is_dir():
            return [folder]
        found = [
            p
            for p in sorted(folder.iterdir())
            if p.suffix.lower() in TEXT + WORD and not p.name.startswith(("~$", "."))
        ]
        if not found:
            raise InterviewFileError(
                f"paths= needs a folder with transcripts as .txt or .docx; got none in "
                f"{str(folder)!r}. Check the folder."
            )
        return found
    try:
        found = [Path(path) for path in paths]
    except TypeError:
        found = []
    if not found:
        raise ArgumentError(
            f"paths= needs the path of a file or folder, or several; got {paths!r}. Name the files."
        )
    return found


def _read(path: Path, encoding: str | None, notes: list[Text]) -> list[Document]:
    kind = path.suffix.lower()
    if kind in PROJECT:
        project = read_project(path)
        notes += project.notes
        return [
            Document(source.name, composed(source.text), path.name, "utf-8", project.sha256)
            for source in project.sources
            if source.text is not None
        ]
    if kind not in TEXT + WORD:
        advice = "Save it as .docx, or as plain text."
        raise problem(path.name, NEEDS, f"a file that ends in {kind or 'nothing'!r}", advice)
    data = bytes_of(path, NEEDS)
    checksum = hashlib.sha256(data).hexdigest()
    if kind in WORD:
        return [Document(path.stem, composed(docx_text(path)), path.name, "docx", checksum)]
    if data.lstrip().startswith(b"{\\rtf"):
        raise problem(path.name, NEEDS, "rich text (RTF)", "Save it as .docx, or as plain text.")
    if not data.strip():
        raise DataError(f"paths= needs transcripts with words; {path.name} is empty. Leave it out.")
    text, used = decode(data, partial(_text_problem, path.name), encoding)
    if used == "cp1252" and encoding is None:
        notes.append(
            Text(
                f"{path.name} is not UTF-8 and was read as cp1252: look whether accents are right, "
                "or pass encoding=.",
                f"{path.name} n'est pas en UTF-8 et a été lu en cp1252 : vérifiez les accents, ou "
                "précisez encoding=.",
            )
        )
    return [Document(path.stem, composed(text), path.name, used, checksum)]


def _text_problem(name: str, got: str, advice: str = "Save it as text in UTF-8.") -> Exception:
    return problem(name, NEEDS, got, advice)
