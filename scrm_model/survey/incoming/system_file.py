"""Is the dictionary of this SPSS file whole? Asked before a parser in C meets it."""

from __future__ import annotations

import codecs
import struct
from dataclasses import dataclass, field

from scrm_model.survey.incoming.raw import problem

NEEDS = "an SPSS file"
HEADER = 176
VARIABLE, LABELS, LABELLED, DOCUMENTS, EXTENSION, END = 2, 3, 4, 6, 7, 999
MISSING = (-3, -2, 0, 1, 2, 3)
LONGEST = 255
MACHINE, ENCODING = 3, 20
PAGES = {2: "ascii", 3: "latin-1", 65001: "utf-8"}
ADVICE = "Export it again; if its text is in an old encoding, pass encoding=, such as 'cp1252'."
CHARACTERS_A_LINE = 80
TEXT_FORMATS = (1, 2)


class Broken(Exception):
    """A record that no program writes."""


@dataclass(slots=True)
class Dictionary:
    """Records of an SPSS file, read one after the other.

    Parameters
    ----------
    data : bytes
        The file.
    order : str
        Byte order, as `struct` writes it.
    at : int
        Where the next record begins.
    kinds : list of int
        Type of each variable record: 0 for a number, else characters; -1 where text goes on.
    labels : int
        Value labels in the last record of them, or -1.
    values : list of bytes
        Values in the last record of labels.
    text_values : list of bytes
        Labelled values of text variables.
    encoding : str
        What the file says of its text; empty where it does not.
    """

    data: bytes
    order: str
    at: int = HEADER
    kinds: list[int] = field(default_factory=list)
    labels: int = -1
    values: list[bytes] = field(default_factory=list)
    text_values: list[bytes] = field(default_factory=list)
    encoding: str = ""

    def number(self, at: int) -> int:
        """A whole number of four bytes.

        Parameters
        ----------
        at : int
            Where it stands.

        Returns
        -------
        int
        """
        self.room(at, 4)
        return int(struct.unpack_from(f"{self.order}i", self.data, at)[0])

    def room(self, at: int, size: int) -> None:
        """Raise `Broken` unless that many bytes are there.

        Parameters
        ----------
        at, size : int
        """
        if size < 0 or at + size > len(self.data):
            raise Broken(f"a record at byte {self.at} goes beyond the end of the file")

    def need(self, fine: bool, what: str) -> None:
        """Raise `Broken` unless something holds.

        Parameters
        ----------
        fine : bool
        what : str
            What is wrong if not.
        """
        if not fine:
            raise Broken(f"{what} at byte {self.at}")


def check_sav(data: bytes, name: str, encoding: str | None = None) -> None:
    """Refuse an SPSS file whose dictionary is damaged.

    Parameters
    ----------
    data : bytes
        The file, .sav or .zsav.
    name : str
        Its name, for messages.
    encoding : str, optional
        Encoding of its text, where the file does not say or says wrong.

    Raises
    ------
    ResponseFileError
        If its header or a record of its dictionary cannot be right.

    Notes
    -----
    The parser in pyreadstat 1.3 ends the process, and not only the reading, at some damaged
    dictionaries: at a variable of an impossible width, at labels for a variable that is not there,
    and at labelled text that is not in the encoding of the file. The records are those of the PSPP
    developers' guide.

    References
    ----------
    Free Software Foundation. *PSPP developers' guide*, "System file format".
    """
    try:
        found = _walked(data)
        _check_text(found, encoding)
    except Broken as error:
        raise problem(name, NEEDS, f"a damaged one: {error}", ADVICE) from error


def _check_text(found: Dictionary, encoding: str | None) -> None:
    used = encoding or found.encoding or "ascii"
    try:
        codecs.lookup(used)
    except (LookupError, ValueError):
        used = "ascii"
    for value in found.text_values:
        try:
            value.decode(used)
        except UnicodeDecodeError:
            raise Broken(f"a labelled text that is not in {used}: {value!r}") from None


def _walked(data: bytes) -> Dictionary:
    if len(data) < HEADER:
        raise Broken("its header is cut off")
    order = next((o for o in "<>" if struct.unpack_from(f"{o}i", data, 64)[0] in (2, 3)), "")
    if not order:
        raise Broken("its header has no byte order")
    found = Dictionary(data, order)
    found.need(found.number(72) in (0, 1, 2), "an unknown compression in the header")
    steps = {
        VARIABLE: _variable,
        LABELS: _value_labels,
        LABELLED: _labelled,
        DOCUMENTS: _documents,
        EXTENSION: _extension,
    }
    while (kind := found.number(found.at)) != END:
        found.need(kind in steps, f"a record of unknown type {kind}")
        found.need((kind == LABELLED) == (found.labels >= 0), "value labels without variables")
        steps[kind](found)
    found.need(0 in found.kinds or max(found.kinds, default=0) > 0, "no variable")
    found.need(_unfinished(found.kinds) == 0, "a text variable that stops halfway")
    weight = found.number(76)
    found.need(0 <= weight <= len(found.kinds), "a weight variable that is not there")
    return found


def _unfinished(kinds: list[int]) -> int:
    """Records that must still follow the last text variable."""
    starts = [place for place, kind in enumerate(kinds) if kind >= 0]
    if not starts:
        return 0
    records = max((kinds[starts[-1]] + 7) // 8, 1)
    return records - (len(kinds) - starts[-1])


def _variable(found: Dictionary) -> None:
    at = found.at
    kind, labelled, missing = (found.number(at + place) for place in (4, 8, 12))
    found.need(-1 <= kind <= LONGEST, f"a variable of width {kind}")
    found.need((kind == -1) == (_unfinished(found.kinds) > 0), "a text variable of wrong length")
    found.need(labelled in (0, 1), "a variable that may or may not have a label")
    found.need(missing in MISSING, f"a variable with {missing} missing values")
    found.room(at, 32)
    shown = found.number(at + 16) >> 16 & 0xFF
    fits = shown in (0, *TEXT_FORMATS) if kind > 0 else shown not in TEXT_FORMATS
    found.need(kind == -1 or fits, f"a variable of width {kind} shown in format {shown}")
    found.need(kind == -1 or found.data[at + 24] > 0x20, "a variable without a name")
    end = at + 32
    if labelled:
        size = found.number(end)
        found.need(0 <= size <= 0xFFFF, f"a variable label of {size} characters")
        end += 4 + (size + 3) // 4 * 4
    end += 8 * abs(missing)
    found.room(at, end - at)
    found.kinds.append(kind)
    found.at = end


def _value_labels(found: Dictionary) -> None:
    count, end = found.number(found.at + 4), found.at + 8
    found.need(0 <= count <= len(found.data) // 16, f"{count} value labels")
    found.values = []
    for _ in range(count):
        found.room(end, 9)
        found.values.append(found.data[end : end + 8])
        end += 8 + (1 + found.data[end + 8] + 7) // 8 * 8
        found.room(end, 0)
    found.labels, found.at = count, end


def _labelled(found: Dictionary) -> None:
    count, end = found.number(found.at + 4), found.at + 8
    found.need(1 <= count <= len(found.kinds), f"value labels of {count} variables")
    for place in range(count):
        which = found.number(end + 4 * place)
        there = 1 <= which <= len(found.kinds) and found.kinds[which - 1] >= 0
        found.need(there, f"value labels of variable {which}, which is not there")
        if found.kinds[which - 1] > 0:
            found.text_values += found.values
    found.labels, found.at = -1, end + 4 * count


def _documents(found: Dictionary) -> None:
    lines = found.number(found.at + 4)
    found.need(0 <= lines <= len(found.data) // CHARACTERS_A_LINE, f"{lines} lines of notes")
    found.room(found.at + 8, CHARACTERS_A_LINE * lines)
    found.at += 8 + CHARACTERS_A_LINE * lines


def _extension(found: Dictionary) -> None:
    size, count = found.number(found.at + 8), found.number(found.at + 12)
    found.need(size >= 0 and count >= 0, "an extension of negative size")
    found.room(found.at + 16, size * count)
    body = found.data[found.at + 16 : found.at + 16 + size * count]
    subtype = found.number(found.at + 4)
    if subtype == ENCODING:
        found.encoding = body.decode("ascii", "replace").strip(" \x00")
    elif subtype == MACHINE and len(body) == 32 and not found.encoding:
        page = struct.unpack(f"{found.order}8i", body)[7]
        found.encoding = PAGES.get(page, f"cp{page}")
    found.at += 16 + size * count
