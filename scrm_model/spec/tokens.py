"""Cut a model text into tokens, and point at a place in it when something is wrong."""

import re
import unicodedata
from typing import NamedTuple

from scrm_model.errors import SyntaxProblem

RELATIONS = ("=~", "<~", "~*~", "~~", "~", "|", ":=", "==", "<", ">")
"""Operators that make a statement."""

_UNSUPPORTED = {
    "?": "a modifier written with '?'",
    "%": "a formula with '%'",
}

NAME = re.compile(r"(?:[^\W\d]|\.(?!\d))[\w.\u0300-\u036f]*")
"""A variable or a label."""

_PATTERN = re.compile(
    rf"""
    [ \t\f\v\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff]*
    (?:
      (?P<name>{NAME.pattern})
    | (?P<op>~\*~|=~|~~|:=|==|<~|<=|>=|\*\*|[~<>=:|?%+\-*/^(),])
    | (?P<newline>\n)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
    | (?P<semicolon>;)
    | (?P<comment>[#!][^\n]*)
    | (?P<string>"[^"\n]*"|'[^'\n]*')
    | (?P<end>\Z)
    | (?P<unknown>.)
    )
    """,
    re.VERBOSE,
)

THRESHOLD = re.compile(r"t[1-9]\d*")
"""A threshold of an ordinal variable, counted from the lowest."""

RESERVED = frozenset({"NA", "TRUE", "FALSE", "NULL", "Inf", "NaN"})
"""Constants of R, which lavaan does not take for names."""

_LOOKALIKES = {
    "\u2212": "-", "\u2013": "-", "\u2014": "-", "\u223c": "~", "\u02dc": "~", "\uff5e": "~",
    "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"', "\u2018": "'", "\u2019": "'",
    "\u00d7": "*", "\u2217": "*", "\u22c5": "*", "\uff1d": "=",
}  # fmt: skip


class Place(NamedTuple):
    """A position in a text, for messages.

    Attributes
    ----------
    line, column : int
        Both count from 1.
    source : str
        The whole line of text.
    """

    line: int
    column: int
    source: str


class Token(NamedTuple):
    """One word of a model text.

    Attributes
    ----------
    kind : {"name", "number", "string", "op", "newline", "semicolon", "end"}
        What it is.
    text : str
        As written; a string without its quotation marks, ``**`` as ``^``.
    place : Place
        Where it begins.
    """

    kind: str
    text: str
    place: Place

    def is_op(self, *texts: str) -> bool:
        """Whether this is one of the operators `texts`."""
        return self.kind == "op" and self.text in texts


def problem(message: str, place: Place | None) -> SyntaxProblem:
    """Error with the line, the column, the source line and a caret under the place.

    Parameters
    ----------
    message : str
        What was found, what was expected, what to write.
    place : Place or None
        Where; None for a statement that was not read from text.

    Returns
    -------
    SyntaxProblem
        To be raised by the caller.
    """
    if place is None:
        return SyntaxProblem(message)
    # Tabs are kept in the padding so that the caret stays under its character.
    padding = "".join(c if c == "\t" else " " for c in place.source[: place.column - 1])
    return SyntaxProblem(
        f"line {place.line}, column {place.column}: {message}\n    {place.source}\n    {padding}^"
    )


def place_of(name: str, place: Place | None) -> Place | None:
    """Place of a name at or after `place` on its line; `place` itself if it is not there.

    Parameters
    ----------
    name : str
        The name to point at.
    place : Place or None
        Beginning of the statement.

    Returns
    -------
    Place or None
        Where the caret belongs.
    """
    if place is None:
        return None
    for match in NAME.finditer(place.source, place.column - 1):
        if match.group() == name:
            return Place(place.line, match.start() + 1, place.source)
    return place


def clean(text: str) -> str:
    """Text in NFC form with Unix line ends and without a byte-order mark."""
    text = unicodedata.normalize("NFC", text).removeprefix("\ufeff")
    for end in ("\r\n", "\r", "\u2028", "\u2029", "\u0085"):
        text = text.replace(end, "\n")
    return text


def tokenise(
    text: str, *, line: int = 1, column: int = 1, source: str | None = None
) -> list[Token]:
    """Tokens of a model text or of an expression, comments and blanks left out.

    Parameters
    ----------
    text : str
        What to read.
    line, column : int, default 1
        Where `text` begins in the text that the user wrote.
    source : str, optional
        The whole first line, when `text` is a part of it.

    Returns
    -------
    list of Token
        In reading order; the last is of kind ``"end"``.

    Raises
    ------
    SyntaxProblem
        A character or an operator that the syntax does not have.
    """
    text = clean(text)
    lines = text.split("\n")
    if source is not None:
        lines[0] = source
    tokens: list[Token] = []
    row, start = 0, 1 - column
    for match in _PATTERN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "comment":
            continue
        found, position = match[kind], match.start(kind)
        place = Place(line + row, position - start + 1, lines[row])
        if kind == "unknown":
            raise _bad_character(found, place)
        if kind == "string":
            found = found[1:-1].strip()
        tokens.append(Token(kind, "^" if found == "**" else found, place))
        if kind == "op":
            _check_operator(tokens, position, start)
        elif kind == "newline":
            row, start = row + 1, match.end()
        elif kind == "end":
            break  # after blanks the end would match once more
    return tokens


def _check_operator(tokens: list[Token], position: int, start: int) -> None:
    token = tokens[-1]
    if token.text in _UNSUPPORTED:
        raise problem(
            f"'{token.text}' is {_UNSUPPORTED[token.text]}, which this version does not estimate."
            " The operators are =~, <~, ~, ~~, ~1, :=, ==, < and >.",
            token.place,
        )
    if token.text in ("<=", ">="):
        raise problem(
            f"'{token.text}' is no operator. Write '{token.text[0]}': the boundary is included.",
            token.place,
        )
    last = tokens[-2] if len(tokens) > 1 else None
    if last is None or last.kind != "op" or last.place.line != token.place.line:
        return
    touching = last.place.column + len(last.text) == position - start + 1
    if touching and set(last.text + token.text) <= set("~=<>:"):
        raise problem(
            f"'{last.text}{token.text}' is no operator. Write '=~' (measured by), '~' (regressed"
            " on), '~~' (covaries with), ':=' (defined as) or '==' (equal to).",
            last.place,
        )


def _bad_character(character: str, place: Place) -> SyntaxProblem:
    if character in _LOOKALIKES:
        return problem(
            f"'{character}' is a typographic character. Write {_LOOKALIKES[character]} instead.",
            place,
        )
    if character.isdigit() or character == ".":
        return problem(
            "a name cannot begin with a digit, and a number cannot end in letters. Write 'x2' for"
            " a variable, '2*x' for a fixed value.",
            place,
        )
    if character in "\"'":
        return problem("this quotation mark is not closed on its line. Add the second one.", place)
    return problem(
        f"the character '{character}' has no meaning in a model. Names have letters, digits, '.'"
        " and '_'.",
        place,
    )
