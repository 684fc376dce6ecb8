"""From the bytes of a CSV file to its text, its separator and its decimal mark."""

from __future__ import annotations

import re
from functools import partial

from scrm_model.errors import ResponseFileError
from scrm_model.interviews.files.decoding import SAMPLE, declared_separator, find_separator
from scrm_model.interviews.files.decoding import decode as decoded

__all__ = ["declared_separator", "decode", "find_decimal", "find_separator", "problem"]
ADVICE = "Save the answers as CSV (UTF-8)."


def problem(name: str, got: str, advice: str = ADVICE) -> ResponseFileError:
    """Error about a file, in the library's form.

    Parameters
    ----------
    name : str
        Name of the file.
    got : str
        What came.
    advice : str
        What to do.

    Returns
    -------
    ResponseFileError
    """
    return ResponseFileError(f"path= needs a CSV file of answers; got {got} ({name}). {advice}")


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, str]:
    """Text of a file and the encoding that it turned out to have.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    encoding : str, optional
        Its encoding, if known.

    Returns
    -------
    tuple of (str, str)
        Text and encoding.

    Raises
    ------
    ResponseFileError
        If the file is empty, binary or cut off, or is in none of UTF-8, UTF-16 and cp1252.
    """
    return decoded(data, partial(problem, name), encoding)


def find_decimal(text: str, separator: str) -> str:
    """Decimal mark of most numbers with a fraction; the point where there are none.

    Parameters
    ----------
    text : str
        Text of the file.
    separator : str
        Its separator. If that is a comma, decimal commas count inside quotes only.

    Returns
    -------
    str
    """
    edge = re.escape(separator)
    quoted = '"' if separator == "," else '"?'

    def count(mark: str, quote: str) -> int:
        number = rf"{quote}[+-]?\d*{re.escape(mark)}\d+{quote}"
        pattern = rf"(?:^|{edge})[ \xa0]*{number}[ \xa0]*(?={edge}|\r?$)"
        return len(re.findall(pattern, text[:SAMPLE], re.MULTILINE))

    return "," if count(",", quoted) > count(".", '"?') else "."
