"""Wordings made inert for programs that read HTML and something of their own."""

from __future__ import annotations

from html import escape


def entities(text: str, also: str = "", line_break: str = "<br />") -> str:
    """Write a wording so that a browser shows it to the letter and nothing else reads it.

    Parameters
    ----------
    text : str
        The wording.
    also : str
        Characters beyond those of HTML that the receiving program would act upon.
    line_break : str
        What stands for a line break.

    Returns
    -------
    str
        One line without tabulators and double quotes.
    """
    safe = escape(text, quote=False).replace('"', "&quot;")
    for character in also:
        safe = safe.replace(character, f"&#{ord(character)};")
    for brk in ("\r\n", "\r", "\n"):
        safe = safe.replace(brk, line_break)
    return safe.replace("\t", "&#9;")
