"""Syntax trees of expressions: their names, values, linear form and text."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Linear = tuple[dict[str, float], float]
"""Coefficients by name, and the constant."""

Node = tuple[Any, ...]
"""``("number", x)``, ``("name", s)``, ``("neg", a)``, ``("call", f, a)``, ``(operator, a, b)``."""


def _abs(x: Any) -> Any:
    # Analytic on either side of 0, so that a complex step sees the slope +1 or -1.
    return np.where(np.real(x) < 0, -x, x)


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "abs": _abs,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
}
_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "^": 4}


def depth_of(root: Node) -> int:
    """Number of levels of a tree."""
    deepest, stack = 0, [(root, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(part, depth + 1) for part in node[1:] if isinstance(part, tuple)]
    return deepest


def names_in(node: Node) -> list[str]:
    """Names in a tree in reading order, repeated as often as they occur."""
    if node[0] == "name":
        return [node[1]]
    return [name for part in node[1:] if isinstance(part, tuple) for name in names_in(part)]


def evaluate(node: Node, values: Mapping[str, Any]) -> Any:
    """Value of a tree; arrays broadcast and complex values stay complex.

    Parameters
    ----------
    node : tuple
        The tree.
    values : mapping of str to float, complex or ndarray
        A value for every name in it.

    Returns
    -------
    ndarray or scalar
        Shape of the broadcast values.
    """
    kind = node[0]
    if kind == "number":
        return node[1]
    if kind == "name":
        return values[node[1]]
    if kind == "neg":
        return np.negative(evaluate(node[1], values))
    if kind == "call":
        return FUNCTIONS[node[1]](evaluate(node[2], values))
    return _BINARY[kind](evaluate(node[1], values), evaluate(node[2], values))


def linear(node: Node) -> Linear | None:
    """Coefficients by name and constant of a linear tree.

    Parameters
    ----------
    node : tuple
        The tree.

    Returns
    -------
    tuple of dict and float, or None
        None if the tree is not written as a linear form: ``a*b/b`` is not.
    """
    kind = node[0]
    if kind == "number":
        return {}, float(node[1])
    if kind == "name":
        return {node[1]: 1.0}, 0.0
    if kind == "neg":
        return _scaled(linear(node[1]), -1.0)
    if not names_in(node):
        with np.errstate(all="ignore"):
            return {}, float(evaluate(node, {}))
    if kind == "call":
        return None
    return _linear_binary(kind, linear(node[1]), linear(node[2]))


def _linear_binary(kind: str, left: Linear | None, right: Linear | None) -> Linear | None:
    if left is None or right is None:
        return None
    if kind in "+-":
        return _linear_sum(left, right, 1.0 if kind == "+" else -1.0)
    if kind == "*" and not (left[0] and right[0]):
        return _scaled(left, right[1]) if left[0] else _scaled(right, left[1])
    if kind == "/" and not right[0] and right[1] != 0:
        return _scaled(left, 1.0 / right[1])
    return left if kind == "^" and right == ({}, 1.0) else None


def _linear_sum(left: Linear, right: Linear, sign: float) -> Linear:
    names = dict.fromkeys([*left[0], *right[0]])
    sums = {name: left[0].get(name, 0.0) + sign * right[0].get(name, 0.0) for name in names}
    return sums, left[1] + sign * right[1]


def _scaled(form: Linear | None, factor: float) -> Linear | None:
    if form is None:
        return None
    return {name: factor * c for name, c in form[0].items()}, factor * form[1]


def number_text(value: float) -> str:
    """Shortest text that reads back as `value`: no point in a whole number, never a ``+``."""
    value = float(value)
    whole = value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole else repr(value).replace("e+", "e")


def text_of(node: Node) -> str:
    """Text that reads back as the same tree, with no needless parenthesis."""
    kind = node[0]
    if kind == "number":
        return number_text(node[1])
    if kind == "name":
        return str(node[1])
    if kind == "call":
        return f"{node[1]}({text_of(node[2])})"
    if kind == "neg":
        return "-" + _wrapped(node[1], _RANK["neg"])
    rank = _RANK[kind]
    # Subtraction and division bind to the left, powers to the right.
    left = _wrapped(node[1], rank + (kind == "^"))
    right = _wrapped(node[2], rank if kind == "^" else rank + 1)
    return f"{left} {kind} {right}" if rank == 1 else f"{left}{kind}{right}"


def _wrapped(node: Node, least: int) -> str:
    text = text_of(node)
    return text if _RANK.get(node[0], 9) >= least else f"({text})"
