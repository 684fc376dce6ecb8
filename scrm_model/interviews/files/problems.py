"""Errors about files of interviews, and their bytes."""

from __future__ import annotations

import os
from pathlib import Path

from scrm_model.errors import InterviewFileError, did_you_mean

LARGEST = 256 * 2**20
"""Bytes that a file may have which is read as a whole."""


def problem(name: str, needs: str, got: str, advice: str) -> InterviewFileError:
    """Error about a file, in the library's form.

    Parameters
    ----------
    name : str
        Name of the file.
    needs, got : str
        What was expected, and what came.
    advice : str
        What to do.

    Returns
    -------
    InterviewFileError
    """
    return InterviewFileError(f"path= needs {needs}; got {got} ({name}). {advice}")


def path_of(path: str | os.PathLike[str]) -> Path:
    """The path of a file that is there and can be opened.

    Raises
    ------
    InterviewFileError
        If there is no such file.
    """
    found = Path(path)
    if found.is_file():
        return found
    near = [entry.name for entry in found.parent.iterdir()] if found.parent.is_dir() else []
    what = "a folder" if found.is_dir() else "none"
    raise InterviewFileError(
        f"path= needs a file that can be read; got {what} at {str(path)!r}."
        + (did_you_mean(found.name, near) or " Check the folder and the name.")
    )


def bytes_of(path: Path, needs: str) -> bytes:
    """The bytes of a file.

    Raises
    ------
    InterviewFileError
        If it cannot be read, or is larger than `LARGEST`.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise problem(
                path.name, needs, f"one of more than {LARGEST // 2**20} MB", "Split the file."
            )
        return path.read_bytes()
    except OSError as error:
        raise problem(path.name, needs, f"{error.strerror}", "Check who may open it.") from error
