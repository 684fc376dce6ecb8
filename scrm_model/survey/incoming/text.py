"""From the bytes of a file of text to UTF-8, its separator and its decimal mark."""

from __future__ import annotations

import codecs
import re
from collections import Counter

from scrm_model.errors import ResponseFileError
from scrm_model.survey.incoming.raw import AGAIN, problem

SEPARATORS = (";", ",", "\t", "|")
SAMPLE = 1_000_000
HALF = 0.5
NUMBER = re.compile(r"\s*[+-]?\d*(?:[.,]\d*)?\s*")
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
    used = encoding or _encoding(data, name)
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


def _encoding(data: bytes, name: str) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if len(data) % 2:
            raise csv_problem(name, "UTF-16 text that stops inside a character", AGAIN)
        return "utf-16"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and len(data) - error.start < 4
        if cut and not data[: error.start].isascii():
            raise csv_problem(name, "UTF-8 text that stops inside a character", AGAIN) from error
    return "cp1252"


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


def find_separator(text: str) -> str:
    """Character that cuts the lines into the same number of fields as the header.

    Parameters
    ----------
    text : str
        Text of the file, header first.

    Returns
    -------
    str
        One of ``; , tab |``; for a file of one column, one that does not occur in it.
    """
    bare = re.sub(r'"[^"]*"', "", text[:SAMPLE])
    lines = [line for line in bare.splitlines()[:200] if line.strip()]

    def score(separator: str) -> tuple[float, int]:
        fields = lines[0].count(separator)
        rows = [line.count(separator) for line in lines[1:]]
        same = Counter(rows)[fields] / len(rows) if rows else 1.0
        return (same, fields)

    in_header = [s for s in SEPARATORS if lines and s in lines[0]]
    best = max(in_header, key=score, default="")
    if best and score(best)[0] >= HALF:
        return best
    # The first line may be a title: then a line of words below it has the fields of most lines.
    return next((s for s in SEPARATORS if _names_below(lines[1:], s)), best) or next(
        (s for s in SEPARATORS if s not in text), ","
    )


def _names_below(lines: list[str], separator: str) -> bool:
    counts = [line.count(separator) for line in lines]
    (usual, times) = Counter(counts).most_common(1)[0] if counts else (0, 0)
    named = (
        line
        for line, count in zip(lines, counts, strict=True)
        if count == usual and not any(map(NUMBER.fullmatch, line.split(separator)))
    )
    return usual > 0 and times > HALF * len(lines) and next(named, None) is not None


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
