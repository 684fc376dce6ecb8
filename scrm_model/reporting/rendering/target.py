"""A file written in the form that the ending of its name asks for."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scrm_model.errors import ArgumentError


def write_file(path: str | Path, forms: Mapping[str, Callable[[], bytes]]) -> Path:
    """Write a file.

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
        If there is no such form, the folder is not there, or the file cannot be written.
    """
    target = check_target("path", path, forms)
    content = forms[target.suffix.lower()]()
    try:
        target.write_bytes(content)
    except OSError as error:
        raise ArgumentError(
            f"path= needs a file that can be written; got {str(path)!r}: {error.strerror}. "
            "Choose another name or folder, or close it where it is open."
        ) from error
    return target


def check_target(argument: str, path: str | Path, endings: Iterable[str]) -> Path:
    """Refuse, before any work, a name that no form goes with or a folder that is not there.

    Parameters
    ----------
    argument : str
        What the message is to call it.
    path : str or Path
    endings : iterable of str

    Returns
    -------
    Path

    Raises
    ------
    ArgumentError
    """
    target = Path(path)
    known = list(endings)
    if target.suffix.lower() not in known:
        told = f"{', '.join(known[:-1])} or {known[-1]}"
        raise ArgumentError(
            f"{argument}= needs a name ending in {told}; got {str(path)!r}. Rename it: .docx is "
            "for Word, .tex for LaTeX, .html for every browser."
        )
    if not target.parent.is_dir():
        raise ArgumentError(
            f"{argument}= needs a folder that exists; got {str(target.parent)!r}. Create it first."
        )
    return target
