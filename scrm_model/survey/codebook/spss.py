"""SPSS syntax that gives variables their labels, missing codes and levels.

Notes
-----
Commands and limits are those of the IBM SPSS Statistics Command Syntax Reference: names have up to
64 bytes, variable labels 256, value labels 120, and a variable up to three missing codes. A long
text is written in pieces joined by ``+``, because a line of syntax ends at 256 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scrm_model.errors import ScaleError

RESERVED = {
    "ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH",
}  # fmt: skip
NAME, VARIABLE_LABEL, VALUE_LABEL, MISSING, PIECE = 64, 256, 120, 3, 80


@dataclass(frozen=True, slots=True)
class Variable:
    """What is said of a variable.

    Parameters
    ----------
    name : str
        Its name.
    label : str
        Its wording; empty if there is none.
    values : tuple of (int, str)
        Labels of its values.
    level : {"NOMINAL", "ORDINAL", "SCALE"}
        Its level of measurement.
    numeric : bool
        Whether it holds numbers; text has no missing codes here.
    """

    name: str
    label: str
    values: tuple[tuple[int, str], ...]
    level: str
    numeric: bool


def syntax(variables: Sequence[Variable], missing: Sequence[float] = ()) -> str:
    """Syntax for some variables.

    Parameters
    ----------
    variables : sequence of Variable
        What is said of them.
    missing : sequence of float
        Codes of missing answers, for every numeric variable.

    Returns
    -------
    str
        Lines that end in CR LF.

    Raises
    ------
    ScaleError
        If a name is none in SPSS, or there are more than three missing codes.
    """
    for variable in variables:
        _check_name(variable.name)
    if len(missing) > MISSING:
        raise ScaleError(
            f"missing_codes= needs at most {MISSING} codes for SPSS; got {len(missing)}. "
            "Recode some of them first."
        )
    numeric = [variable.name for variable in variables if variable.numeric]
    lines = ["* Encoding: UTF-8.", *_shortened(variables)]
    labels = [f"  {v.name} {quoted(v.label, VARIABLE_LABEL)}" for v in variables if v.label]
    lines += _command("VARIABLE LABELS", labels, " /")
    lines += _command("VALUE LABELS", _values(variables), "\n  /")
    if missing and numeric:
        codes = ", ".join(f"{code:g}" for code in missing)
        lines += ["MISSING VALUES", *(f"  {name}" for name in numeric), f"  ({codes})."]
    for level in ("ORDINAL", "NOMINAL", "SCALE"):
        names = [variable.name for variable in variables if variable.level == level]
        if names:
            lines += ["VARIABLE LEVEL", *(f"  {name}" for name in names), f"  ({level})."]
    return "\r\n".join("\n".join([*lines, "EXECUTE.", ""]).split("\n"))


def quoted(text: str, longest: int) -> str:
    """Text as SPSS quotes it: quotes doubled, line breaks as spaces, long ones in pieces.

    Parameters
    ----------
    text : str
        The text.
    longest : int
        Bytes that SPSS keeps of it; a longer one is cut and ends in an ellipsis.

    Returns
    -------
    str
    """
    flat = _cut(re.sub(r"\s+", " ", text).strip(), longest)
    pieces = [flat[at : at + PIECE] for at in range(0, len(flat), PIECE)] or [""]
    doubled = [piece.replace("'", "''") for piece in pieces]
    return "\n    + ".join(f"'{piece}'" for piece in doubled)


def _cut(text: str, longest: int) -> str:
    if len(text.encode("utf-8")) <= longest:
        return text
    room = longest - len("…".encode())
    return text.encode("utf-8")[:room].decode("utf-8", "ignore") + "…"


def _command(name: str, entries: Sequence[str], between: str) -> list[str]:
    """A command whose entries are parted, and which ends in a full stop."""
    if not entries:
        return []
    *first, last = entries
    if between == " /":
        return [name, *(f"{entry} /" for entry in first), f"{last}."]
    return [name, "\n  /\n".join(entries) + "."]


def _values(variables: Sequence[Variable]) -> list[str]:
    """Entries of VALUE LABELS; variables that share their labels share an entry."""
    shared: dict[tuple[tuple[int, str], ...], list[str]] = {}
    for variable in variables:
        if variable.values:
            shared.setdefault(variable.values, []).append(variable.name)
    entries = []
    for values, names in shared.items():
        lines = [f"  {name}" for name in names]
        lines += [f"    {value} {quoted(label, VALUE_LABEL)}" for value, label in values]
        entries.append("\n".join(lines))
    return entries


def _shortened(variables: Sequence[Variable]) -> list[str]:
    """Comment that names the variables whose label SPSS cannot hold."""
    long = [v.name for v in variables if len(v.label.encode("utf-8")) > VARIABLE_LABEL]
    return [f"* Labels cut at {VARIABLE_LABEL} bytes: {', '.join(long)}."] if long else []


def _check_name(name: str) -> None:
    fits = re.fullmatch(r"[^\W\d_][\w.]*", name) and name[-1] != "."
    if not fits or name.upper() in RESERVED or len(name.encode("utf-8")) > NAME:
        raise ScaleError(
            f"code= needs a name that SPSS accepts: a letter first, no '.' last, at most "
            f"{NAME} bytes, no reserved word; got {name!r}. Rename it in the scales."
        )
