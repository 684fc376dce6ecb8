"""Text made safe for HTML, SVG and Markdown.

Labels come from files and from users: nothing reaches a page without passing here.
"""

import html
import re

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON

# Characters that XML forbids, and those that turn the direction of whatever follows them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def clean(text: str) -> str:
    """Drop characters that XML forbids or that reverse the text after them.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text without control characters and without bidirectional overrides. Letters of
        right-to-left scripts stay as they are.
    """
    return _FORBIDDEN.sub("", text)


def escape(text: str) -> str:
    """Escape text for HTML and SVG, in content and in quoted attributes.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text without mark-up; marks of italics are dropped.
    """
    return html.escape(clean(text).replace(ITALIC_ON, "").replace(ITALIC_OFF, ""), quote=True)


def html_text(text: str) -> str:
    """Escape text for HTML, turning marks of italics into ``<i>``."""
    safe = html.escape(clean(text), quote=True)
    return safe.replace(ITALIC_ON, "<i>").replace(ITALIC_OFF, "</i>")


def markdown_text(text: str) -> str:
    """Escape text for Markdown, turning marks of italics into ``*``.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        One line: line breaks become spaces, and whatever Markdown or HTML would read as
        mark-up is escaped by a backslash.
    """
    flat = " ".join(clean(text).split("\n")).replace("\r", "")
    safe = _MARKDOWN.sub(r"\\\1", flat.replace("&", "&amp;"))
    return safe.replace(ITALIC_ON, "*").replace(ITALIC_OFF, "*")
