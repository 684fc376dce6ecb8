"""A drawing saved in the form that the name of the file asks for."""

from collections.abc import Callable, Mapping
from pathlib import Path

from scrm_model.errors import ArgumentError

ADVICE = {
    ".svg": "Save as .svg: word processors, browsers and Inkscape read it.",
    ".pdf": "Save as .pdf for LaTeX and printing, as .svg or .png for anything else.",
}


def save_as(path: str | Path, forms: Mapping[str, Callable[[], bytes]]) -> Path:
    """Write a drawing to a file.

    Parameters
    ----------
    path : str or Path
        Its ending says the form.
    forms : mapping of str to callable
        What gives the bytes of each form, by ending.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        If the drawing has no such form, or the folder is not there.
    """
    target = Path(path)
    make = forms.get(target.suffix.lower())
    if make is None:
        first, *rest = forms
        known = ", ".join(forms) if not rest else f"{', '.join([first, *rest[:-1]])} or {rest[-1]}"
        raise ArgumentError(
            f"path= needs a name ending in {known}; got {str(path)!r}. "
            + ADVICE[".pdf" if ".pdf" in forms else ".svg"]
        )
    if not target.parent.is_dir():
        raise ArgumentError(
            f"path= needs a folder that exists; got {str(target.parent)!r}. Make it first."
        )
    target.write_bytes(make())
    return target
