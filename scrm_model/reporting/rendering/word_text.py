"""Runs of text for Word: italics, language, direction; and the few elements python-docx lacks."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.markup import clean

FONT = "Times New Roman"
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
_PIECES = re.compile(f"([{ITALIC_ON}{ITALIC_OFF}])")
_SPACES = re.compile(r"[\n\r\t\v\f\u0085\u2028\u2029]")


def write(
    paragraph: Any,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
) -> None:
    """Add text to a paragraph, marks of italics as runs of their own.

    Parameters
    ----------
    paragraph : docx Paragraph
    text : str
        Any text: it is set as it stands. Within italic text, marked words are upright.
    size : float, optional
        In points.
    bold, italic : bool
    """
    slanted = italic
    for piece in _PIECES.split(_SPACES.sub(" ", clean(text))):
        if piece in (ITALIC_ON, ITALIC_OFF):
            slanted = (piece == ITALIC_ON) != italic
        elif piece:
            _run(paragraph, piece, size, bold, slanted)


def raised(paragraph: Any, text: str, size: float) -> None:
    """Add marks such as stars, smaller and above the line, of a width that is known."""
    from docx.oxml import OxmlElement  # noqa: PLC0415 - loaded only when a file is written
    from docx.oxml.ns import qn  # noqa: PLC0415

    run = _run(paragraph, _SPACES.sub(" ", clean(text)), size * 0.7, False, False)
    position = OxmlElement("w:position")
    position.set(qn("w:val"), str(round(size * 0.7)))  # half-points
    _insert(run._r.get_or_add_rPr(), position, ("w:sz", "w:szCs", "w:rtl", "w:lang"))


def element(name: str, **attributes: Any) -> Any:
    """Return a new element of the ``w`` namespace with attributes of the same."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def field(paragraph: Any, code: str, shown: str, *, bold: bool = False) -> None:
    """Add a field that Word can renew, such as ``SEQ Table`` or ``PAGE``.

    Parameters
    ----------
    paragraph : docx Paragraph
    code : str
        Its instruction; never a user's text.
    shown : str
        What it shows until it is renewed.
    bold : bool
    """
    simple = element("fldSimple", instr=f" {code} ")
    run = element("r")
    properties = element("rPr")
    if bold:
        properties.append(element("b"))
    text = element("t")
    text.text = shown
    run.append(properties)
    run.append(text)
    simple.append(run)
    paragraph._p.append(simple)


def _run(paragraph: Any, text: str, size: float | None, bold: bool, italic: bool) -> Any:
    from docx.shared import Pt  # noqa: PLC0415

    run = paragraph.add_run(text)
    run.bold = bold or None
    run.italic = italic or None
    run.font.size = Pt(size) if size else None
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        run.font.rtl = True
        run.font.cs_bold, run.font.cs_italic = bold or None, italic or None
    return run


def _insert(properties: Any, child: Any, before: tuple[str, ...]) -> None:
    """Put a child where the schema has its place: before the first of some others."""
    from docx.oxml.ns import qn  # noqa: PLC0415

    for name in before:
        found = properties.find(qn(name))
        if found is not None:
            found.addprevious(child)
            return
    properties.append(child)
