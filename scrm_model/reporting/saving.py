"""A file written in the form that the ending of its name asks for."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from scrm_model.errors import ArgumentError

DOCUMENTS = "Rename it: .docx is for Word, .tex for LaTeX, .html for every browser."
DRAWINGS = "Save as .pdf for LaTeX and printing, as .svg or .png for anything else."


class Drawing(Protocol):
    """What is drawn in the three forms, and said in words to those who cannot see it."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def description(self) -> str:
        """What it shows, in words."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels of a screen."""

    @property
    def svg(self) -> str:
        """The drawing for word processors and browsers."""

    @property
    def pdf(self) -> bytes:
        """The drawing for LaTeX and printing."""

    @property
    def png(self) -> bytes:
        """The drawing as an image."""


def write_drawing(path: str | Path, drawing: Drawing) -> Path:
    """Write a drawing to a file, as `write_file` does, making only the form that is asked for."""
    forms = {
        ".svg": lambda: drawing.svg.encode("utf-8"),
        ".pdf": lambda: drawing.pdf,
        ".png": lambda: drawing.png,
    }
    return write_file(path, forms, DRAWINGS)


def write_file(
    path: str | Path, forms: Mapping[str, Callable[[], bytes]], advice: str = DOCUMENTS
) -> Path:
    """Write a file.

    Parameters
    ----------
    path : str or Path
        Its ending says the form.
    forms : mapping of str to callable
        What gives the bytes of each form, by ending.
    advice : str
        What to do about a name with another ending.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        If there is no such form, the folder is not there, or the file cannot be written.
    """
    target = check_target(path, forms, advice)
    content = forms[target.suffix.lower()]()
    try:
        target.write_bytes(content)
    except OSError as error:
        raise ArgumentError(
            f"path= needs a file that can be written; got {str(path)!r}: {error.strerror}. "
            "Choose another name or folder, or close it where it is open."
        ) from error
    return target


def check_target(path: str | Path, endings: Iterable[str], advice: str = DOCUMENTS) -> Path:
    """Refuse, before any work, a name that no form goes with or a folder that is not there.

    Parameters
    ----------
    path : str or Path
    endings : iterable of str
        Two or more.
    advice : str
        What to do about a name with another ending.

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError
    """
    target = Path(path)
    *others, last = endings
    if target.suffix.lower() not in (*others, last):
        raise ArgumentError(
            f"path= needs a name ending in {', '.join(others)} or {last}; got {str(path)!r}. "
            + advice
        )
    if not target.parent.is_dir():
        raise ArgumentError(
            f"path= needs a folder that exists; got {str(target.parent)!r}. Create it first."
        )
    return target
