"""Wordings compared: what two texts have in common whatever typed them."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼʹ`´′", "'"))
NUMBER_FIRST = re.compile(r"\(?([+-]?\d+)\)?\s*(?:[-–—=:.)/]+|\s)\s*(\D.*)")
NUMBER_LAST = re.compile(r"(.*\D)\s*[(\[]([+-]?\d+)[)\]]")


def plain(text: str) -> str:
    """Text composed (NFC), in lower case, single spaces, straight apostrophes, no full stop.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    composed = unicodedata.normalize("NFC", text).translate(APOSTROPHES)
    words = " ".join(composed.split()).casefold()
    return unicodedata.normalize("NFC", words).rstrip(" .")


def numbered(text: str) -> tuple[int, str] | None:
    """Number and words of a label such as ``7 - Strongly agree`` or ``Strongly agree (7)``.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of (int, str), or None
    """
    bare = text.strip()
    if found := NUMBER_FIRST.fullmatch(bare):
        return int(found[1]), found[2]
    if found := NUMBER_LAST.fullmatch(bare):
        return int(found[2]), found[1]
    return None
