"""From the bytes of a text file to its text and encoding, and from a table to its separator."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable

SEPARATORS = (";", ",", "\t", "|")
SAMPLE = 1_000_000
HALF = 0.5
NUMBER = re.compile(r"\s*[+-]?\d*(?:[.,]\d*)?\s*")
SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or another zipped file",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"$FL": "an SPSS file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzipped file",
    b"\x89PNG": "an image",
}
CONTROL = bytes([*range(9), *range(14, 32)])
DECLARED = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r)')

Problem = Callable[..., Exception]
"""Makes an error of what came, and optionally of what to do."""


def decode(data: bytes, problem: Problem, encoding: str | None = None) -> tuple[str, str]:
    """Text of a file and the encoding that it turned out to have.

    Parameters
    ----------
    data : bytes
        The file.
    problem : callable
        Makes the error of what came, and optionally of what to do.
    encoding : str, optional
        Its encoding, if known.

    Returns
    -------
    tuple of (str, str)
        Text and encoding.

    Raises
    ------
    Exception
        That of `problem`, if the file is empty, binary or cut off, or is in none of UTF-8, UTF-16
        and cp1252.
    """
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise problem(kind)
    used = encoding or encoding_of(data, problem)
    try:
        text = data.decode(used)
    except (UnicodeDecodeError, LookupError) as error:
        raise problem(f"bytes that are not {used}: {error}", "Pass the right encoding=.") from error
    if not text.strip("\ufeff \t\r\n"):
        raise problem("an empty file", "Check that the export finished.")
    plain = text.encode("utf-8", "surrogatepass")
    control = len(plain) - len(plain.translate(None, CONTROL))
    if control:
        raise problem(f"a binary file, with {control} control characters")
    return text.removeprefix("\ufeff"), used


def encoding_of(data: bytes, problem: Problem) -> str:
    """The encoding that a text turns out to have: UTF-8, UTF-16, or else cp1252.

    Parameters
    ----------
    data : bytes
    problem : callable
        As in `decode`.
    """
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if len(data) % 2:
            raise problem("UTF-16 text that stops inside a character", "Export it again.")
        return "utf-16"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data" and len(data) - error.start < 4
        if cut and not data[: error.start].isascii():
            raise problem("UTF-8 text that stops inside a character", "Export it again.") from error
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
