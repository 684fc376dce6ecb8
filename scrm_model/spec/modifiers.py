"""Read what stands before the ``*``: fixed values, labels, start values, equalities, bounds."""

import re
from typing import Any

import numpy as np

from scrm_model.spec.expression import expression_from
from scrm_model.spec.statements import Modifiers
from scrm_model.spec.tokens import NAME, RESERVED, Place, Token, problem

_EXAMPLE = "Write for example '1*x', 'NA*x', 'a*x', 'start(0.5)*x' or 'c(a, b)*x'."
TARGET = re.compile(rf"{NAME.pattern}(?:(?:=~|<~|~~|~){NAME.pattern}|~1)?")
"""What ``equal()`` may name: a label, or a relation without blanks."""

_KINDS = ("start", "label", "equal", "lower", "upper")
_NUMERIC = ("start", "lower", "upper")
_LATER = ("rv", "prior", "efa", "fixed", "weight")


def read_modifiers(factors: list[list[Token]], target: Token) -> Modifiers:
    """Modifiers from the factors before a variable, in any order and number.

    Parameters
    ----------
    factors : list of list of Token
        The tokens between the ``*``.
    target : Token
        The variable, for messages.

    Returns
    -------
    Modifiers
        Empty if there are no factors.

    Raises
    ------
    SyntaxProblem
        A factor is no modifier, or two of them contradict each other.
    """
    found = Modifiers()
    for tokens in factors:
        if not tokens:
            raise problem(f"a '*' follows nothing here. {_EXAMPLE}", target.place)
        found = merged(found, _modifier(tokens), tokens[0].place)
    return found


def merged(first: Modifiers, second: Modifiers, place: Place | None) -> Modifiers:
    """Both modifiers of one relation together.

    Parameters
    ----------
    first, second : Modifiers
        As written, in reading order.
    place : Place or None
        Where the second stands, for messages.

    Returns
    -------
    Modifiers
        Their union.

    Raises
    ------
    SyntaxProblem
        They give the same thing two different values.
    """
    parts = {}
    for name, what in (
        ("fixed", "a fixed value"),
        ("start", "a start value"),
        ("label", "a label"),
        ("equal", "an equality"),
        ("lower", "a lower bound"),
        ("upper", "an upper bound"),
    ):
        old, new = getattr(first, name), getattr(second, name)
        if old and new and old != new:
            raise problem(
                f"the same relation has {what} of {_shown(old)} and of {_shown(new)}. Keep one.",
                place,
            )
        parts[name] = old or new
    return Modifiers(**parts)


def _shown(values: tuple[Any, ...]) -> str:
    texts = ["NA" if v is None else f"{v:g}" if isinstance(v, float) else str(v) for v in values]
    return texts[0] if len(texts) == 1 else f"c({', '.join(texts)})"


def _modifier(tokens: list[Token]) -> Modifiers:
    first = tokens[0]
    call = len(tokens) > 1 and tokens[1].is_op("(") and first.kind == "name"
    if call and first.text in _LATER:
        raise problem(
            f"the modifier '{first.text}()' is not estimated by this version. {_EXAMPLE}",
            first.place,
        )
    if call and first.text in _KINDS:
        return _call(first.text, tokens)
    if (call and first.text == "c") or len(tokens) == 1:
        return _plain(_values(tokens), first.place)
    if first.kind == "name" and not call and tokens[1].kind in ("name", "number"):
        raise problem(
            f"a '+' or a '*' is missing before '{tokens[1].text}'. {_EXAMPLE}", tokens[1].place
        )
    return Modifiers(fixed=(_number(tokens),))


def _call(kind: str, tokens: list[Token]) -> Modifiers:
    inner = tokens[2:-1]
    if not inner or not tokens[-1].is_op(")"):
        raise problem(f"'{tokens[0].text}()' needs a value. {_EXAMPLE}", tokens[0].place)
    values = _values(inner)
    if kind in _NUMERIC:
        if any(not isinstance(v, float) for v in values):
            raise problem(f"{kind}() needs numbers. Write '{kind}(0.5)*x'.", inner[0].place)
        return Modifiers(**{kind: values})
    if any(not isinstance(v, str) for v in values):
        raise problem(f"{kind}() needs a label. Write '{kind}(\"a\")*x'.", inner[0].place)
    if kind == "label":
        _check_labels(values, inner[0].place)
        return Modifiers(label=values)
    _check_targets(values, inner[0].place)
    return Modifiers(equal=values)


def _plain(values: tuple[Any, ...], place: Place) -> Modifiers:
    if all(isinstance(v, str) for v in values):
        _check_labels(values, place)
        return Modifiers(label=values)
    return Modifiers(fixed=values)


def _values(tokens: list[Token]) -> tuple[Any, ...]:
    """Entries of ``c(...)``, or the one entry: str for a label, float, None for ``NA``."""
    first = tokens[0]
    if not (len(tokens) > 1 and first.kind == "name" and first.text == "c"):
        return (_entry(tokens),)
    entries: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[2:-1]:
        depth += token.is_op("(") - token.is_op(")")
        if token.is_op(",") and depth == 0:
            entries.append([])
        else:
            entries[-1].append(token)
    if not tokens[-1].is_op(")") or not all(entries):
        raise problem("c() needs an entry for each group. Write 'c(a, b)*x'.", first.place)
    values = tuple(_entry(entry) for entry in entries)
    if len({isinstance(v, str) for v in values}) > 1:
        raise problem(
            "c() needs either labels or values; got both. Give a parameter that stands alone a"
            " label of its own, as in 'c(a, b)*x', or write 'c(a, b)*x + c(1, NA)*x'.",
            first.place,
        )
    return values


def _entry(tokens: list[Token]) -> Any:
    first = tokens[0]
    if len(tokens) == 1 and first.kind == "string":
        # Blanks in a quoted label are dropped, so that := can name it.
        return "".join(first.text.split())
    if len(tokens) == 1 and first.kind == "name":
        return None if first.text == "NA" else first.text
    return _number(tokens)


def _check_labels(values: tuple[str, ...], place: Place) -> None:
    for value in values:
        if not NAME.fullmatch(value) or value in RESERVED:
            raise problem(
                f"'{value}' is no label. A label has letters, digits, '.' and '_', begins with a"
                " letter, and is none of R's constants. Write 'a*x'.",
                place,
            )


def _check_targets(values: tuple[str, ...], place: Place) -> None:
    for value in values:
        if not TARGET.fullmatch(value):
            raise problem(
                f"equal() needs a label or a relation; got '{value}'. Write 'equal(a)*x' or"
                " 'equal(\"f=~x2\")*x3'.",
                place,
            )


def _number(tokens: list[Token]) -> float:
    first = tokens[0]
    expression = expression_from([*tokens, Token("end", "", first.place)])
    if expression.names:
        raise problem(
            f"'{expression}' is no modifier: a fixed value has no names in it. {_EXAMPLE}",
            first.place,
        )
    with np.errstate(all="ignore"):
        value = float(expression.evaluate({}))
    if not np.isfinite(value):
        raise problem(f"'{expression}' is no finite number. {_EXAMPLE}", first.place)
    return value
