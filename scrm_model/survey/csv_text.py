"""From the bytes of a CSV file to its text, its separator and its decimal mark."""

from __future__ import annotations

import codecs
import re
from collections import Counter

from scrm_model.errors import ResponseFileError

SEPARATORS = (";", ",", "\t", "|")
SAMPLE = 1_000_000
SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or another zipped file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"$FL": "an SPSS file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzipped file",
    b"\x89PNG": "an image",
}
ADVICE = "Save the answers as CSV (UTF-8)."
CONTROL = bytes([*range(9), *range(14, 32)])
DECLARED = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r)')


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
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise problem(name, kind)
    used = encoding or _encoding(data, name)
    try:
        text = data.decode(used)
    except (UnicodeDecodeError, LookupError) as error:
        raise problem(
            name, f"bytes that are not {used}: {error}", "Pass the right encoding=."
        ) from error
    if not text.strip("\ufeff \t\r\n"):
        raise problem(name, "an empty file", "Check that the export finished.")
    plain = text.encode("utf-8", "surrogatepass")
    control = len(plain) - len(plain.translate(None, CONTROL))
    if control:
        raise problem(name, f"a binary file, with {control} control characters")
    return text.removeprefix("\ufeff"), used


def _encoding(data: bytes, name: str) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if len(data) % 2:
            raise problem(name, "UTF-16 text that stops inside a character", "Export it again.")
        return "utf-16"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and len(data) - error.start < 4
        if cut and not data[: error.start].isascii():
            raise problem(
                name, "UTF-8 text that stops inside a character", "Export it again."
            ) from error
    return "cp1252"


def declared_separator(text: str) -> tuple[str, str]:
    """Separator that Excel's first line ``sep=;`` declares, and the text after that line.

    Parameters
    ----------
    text : str
        Text of the file.

    Returns
    -------
    tuple of (str, str)
        Separator, or ``""`` where none is declared; text.
    """
    found = DECLARED.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


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
    if in_header:
        return max(in_header, key=score)
    return next((s for s in SEPARATORS if s not in text), ",")


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
