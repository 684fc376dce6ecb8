"""The text of a Word document: paragraphs in their order, those of tables too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from scrm_model.interviews.files.xml import tree_of
from scrm_model.interviews.files.zipped import opened

NEEDS = "a Word document (.docx)"
MAIN = "word/document.xml"
# Deleted text, field codes, formats, and the second form in which Word keeps a text box.
SKIPPED = {"del", "delText", "instrText", "Fallback", "moveFrom", "pPr", "rPr"}
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n"}


def docx_text(path: Path) -> str:
    """Text of a Word document.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        A line for each paragraph; without notes, comments, headers and deleted text.

    Raises
    ------
    InterviewFileError
        If it is no Word document, is damaged, or is made to harm.
    """
    with opened(path, NEEDS) as zipped:
        data = zipped.read(MAIN)
        if data is None:
            raise zipped.problem(f"a zipped file without {MAIN}", "Save it as .docx.")
        body = tree_of(data, zipped.problem)
    return "\n".join("".join(_words(p)) for p in _paragraphs(body))


def _paragraphs(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag == "p":
            yield child
        elif child.tag not in SKIPPED:
            yield from _paragraphs(child)


def _words(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == "t":
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag not in SKIPPED:
            yield from _words(child)
            # Paragraphs inside a paragraph are those of a text box.
            if child.tag == "p":
                yield "\n"
