"""From the bytes of a file of text to UTF-8, its separator and its decimal mark."""

from __future__ import annotations

import re
from functools import partial

from scrm_model.errors import ResponseFileError
from scrm_model.interviews.files.decoding import SAMPLE, encoding_of
from scrm_model.survey.incoming.raw import problem

ADVICE = "Save the answers as CSV (UTF-8)."
CONTROL = bytes([*range(9), *range(14, 32)])
DECLARED = re.compile(rb'"?sep=(.)"?(?:\r\n|\n|\r)')


def csv_problem(name: str, got: str, advice: str = ADVICE) -> ResponseFileError:
    """Error about a file of text, in the library's form.

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
    return problem(name, "a CSV file", got, advice)


def to_utf8(data: bytes, name: str, encoding: str | None = None) -> tuple[bytes, str]:
    """The same text in UTF-8 without a mark, and the encoding that the file turned out to have.

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
    tuple of (bytes, str)
        Text in UTF-8, and the encoding it had.

    Raises
    ------
    ResponseFileError
        If the file is empty, binary or cut off, or is in none of UTF-8, UTF-16 and cp1252.
    """
    used = encoding or encoding_of(data, partial(csv_problem, name))
    try:
        text = data.decode(used)
        plain = text.removeprefix("\ufeff").encode()
    except (UnicodeError, LookupError) as error:
        raise csv_problem(
            name, f"bytes that are not {used}: {error}", "Pass the right encoding=."
        ) from error
    if not plain.strip(b" \t\r\n"):
        raise csv_problem(name, "an empty file", "Check that the export finished.")
    control = len(plain) - len(plain.translate(None, CONTROL))
    if control:
        raise csv_problem(name, f"a binary file, with {control} control characters")
    return plain, used


def declared_separator(plain: bytes) -> tuple[str, int]:
    """Separator that Excel's first line ``sep=;`` declares, and where the text after it begins.

    Parameters
    ----------
    plain : bytes
        Text of the file.

    Returns
    -------
    tuple of (str, int)
        Separator, or ``""`` where none is declared; position.
    """
    found = DECLARED.match(plain)
    return (found[1].decode("latin-1"), found.end()) if found else ("", 0)


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
