"""Texts of plain lines, read line by line without tokens.

Most models are lines such as ``f =~ x1 + x2 + x3`` and ``y ~ a*x``, without values, other
modifiers or comments. For these one pattern a line says all, at a third of the time that tokens
take, which is a good part of the time of one fit. A text with anything else in it is left to
`scrm_model.spec.grammar`, which alone knows what is wrong with a text; the two give the same
statements with the same places.
"""

import re

from scrm_model.spec.statements import Modifiers, Relation
from scrm_model.spec.tokens import NAME, RESERVED, Place, clean

_TERM = re.compile(rf"(?:({NAME.pattern})[ \t]*\*[ \t]*)?({NAME.pattern})")
_ONE = rf"(?:{NAME.pattern}[ \t]*\*[ \t]*)?{NAME.pattern}"
_LINE = re.compile(
    rf"[ \t]*(?:({NAME.pattern})[ \t]*(=~|~~|<~|~)[ \t]*({_ONE}(?:[ \t]*\+[ \t]*{_ONE})*)[ \t]*)?"
)
_NONE = Modifiers()


def read_plain(text: str) -> list[Relation] | None:
    """Relations of a text that has nothing but plain lines.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of Relation, or None
        None where a line is anything else than names and labels, one operator and ``+``, where a
        name is reserved, or where a line names a variable twice.
    """
    found: list[Relation] = []
    for number, line in enumerate(clean(text).split("\n"), start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        lhs, op, right = match.groups()
        if lhs is None:
            continue
        at = match.start(3)
        terms = [(m[1], m[2], at + m.start() + 1) for m in _TERM.finditer(right)]
        names = {name for _, name, _ in terms}
        labels = {label for label, _, _ in terms}
        if len(names) < len(terms) or not RESERVED.isdisjoint({lhs} | names | labels):
            return None
        found += [
            Relation(
                lhs, op, name, _NONE if label is None else Modifiers(label=(label,)),
                Place(number, column, line),
            )
            for label, name, column in terms
        ]  # fmt: skip
    return found
