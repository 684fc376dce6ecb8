"""Expressions of ``:=``, ``==``, ``<`` and ``>``: read without `eval`, evaluated on arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrm_model.errors import SyntaxProblem
from scrm_model.spec.nodes import FUNCTIONS, Node, depth_of, evaluate, linear, names_in, text_of
from scrm_model.spec.tokens import Token, problem, tokenise

_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Expression:
    """An arithmetic expression in parameter labels.

    Two expressions are equal when they read the same, spaces and needless parentheses apart.

    Attributes
    ----------
    root : tuple
        The syntax tree; build it with `parse_expression`.
    """

    root: Node

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the expression, in order of first appearance."""
        return tuple(dict.fromkeys(names_in(self.root)))

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Value of the expression.

        Parameters
        ----------
        values : mapping of str to float, complex or ndarray
            A value for every name; arrays broadcast.

        Returns
        -------
        ndarray or scalar
            Shape of the broadcast values, complex where a value is complex. Every function is
            analytic, so that a complex step gives the derivative [1]_.

        Raises
        ------
        KeyError
            A name has no value.

        References
        ----------
        .. [1] Squire, W. and Trapp, G. (1998). Using complex variables to estimate derivatives of
           real functions. SIAM Review, 40(1), 110-112.
        """
        return evaluate(self.root, values)

    def linear(self) -> tuple[dict[str, float], float] | None:
        """Coefficients and constant if the expression is linear in its names, else None.

        Returns
        -------
        tuple of dict and float, or None
            ``({"a": 1.0, "b": -1.0}, 0.5)`` for ``a - b + 0.5``.
        """
        return linear(self.root)

    def __str__(self) -> str:
        return text_of(self.root)

    def __repr__(self) -> str:
        return f"Expression({text_of(self.root)!r})"


def parse_expression(
    text: str, *, line: int = 1, column: int = 1, source: str | None = None
) -> Expression:
    """Read an arithmetic expression.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / ^`` (also ``**``), parentheses, and the functions exp, log,
        log2, log10, sqrt, abs, sin, cos, tan.
    line, column : int, default 1
        Where the text begins in what the user wrote, for messages.
    source : str, optional
        The whole line that `text` is a part of, for messages.

    Returns
    -------
    Expression
        The expression read.

    Raises
    ------
    SyntaxProblem
        The text is no expression; the message shows the place.

    Notes
    -----
    Powers bind as in R: ``-a^2`` is ``-(a^2)`` and ``2^3^2`` is ``2^(3^2)``.
    """
    return expression_from(tokenise(text, line=line, column=column, source=source))


def expression_from(tokens: list[Token]) -> Expression:
    """Read an expression from tokens of which the last marks the end.

    Parameters
    ----------
    tokens : list of Token
        Newlines are skipped; the last token stands for what follows the expression.

    Returns
    -------
    Expression
        The expression read.

    Raises
    ------
    SyntaxProblem
        The tokens are no expression.
    """
    expression = Expression(_Reader([t for t in tokens if t.kind != "newline"]).whole())
    if depth_of(expression.root) > _DEEPEST:
        raise _too_deep(tokens[0])
    return expression


def _too_deep(token: Token) -> SyntaxProblem:
    return problem(
        f"the expression has more than {_DEEPEST} levels. Split it into several definitions.",
        token.place,
    )


class _Reader:
    """Recursive descent over tokens: sum, product, sign, power, atom."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.open = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    @property
    def last(self) -> bool:
        return self.at == len(self.tokens) - 1

    def take(self, *texts: str) -> str:
        """Text of the current operator if it is one of `texts`, stepping over it; else ``""``."""
        if self.last or not self.token.is_op(*texts):
            return ""
        self.at += 1
        return self.tokens[self.at - 1].text

    def whole(self) -> Node:
        root = self.sum()
        if self.last:
            return root
        if self.token.is_op(")"):
            raise problem("this ')' closes no '('. Remove it.", self.token.place)
        raise problem(
            f"'{self.token.text}' cannot follow here. Expected +, -, *, / or ^, as in 'a*b + c'.",
            self.token.place,
        )

    def sum(self) -> Node:
        left = self.product()
        while operator := self.take("+", "-"):
            left = (operator, left, self.product())
        return left

    def product(self) -> Node:
        left = self.sign()
        while operator := self.take("*", "/"):
            left = (operator, left, self.sign())
        return left

    def sign(self) -> Node:
        self.open += 1
        if self.open > _DEEPEST:
            raise _too_deep(self.tokens[0])
        negative = self.take("-")
        node = self.sign() if negative or self.take("+") else self.power()
        self.open -= 1
        return ("neg", node) if negative else node

    def power(self) -> Node:
        base = self.atom()
        return ("^", base, self.sign()) if self.take("^") else base

    def atom(self) -> Node:
        token = self.token
        if self.last:
            raise problem(
                "an expression ends too early. Expected a label or a number, as in 'ind := a*b'.",
                token.place,
            )
        self.at += 1
        if token.kind == "number":
            return ("number", float(token.text))
        if token.kind == "name":
            return self.call(token) if self.take("(") else ("name", token.text)
        if token.is_op("("):
            return self.closed(self.tokens[self.at - 1])
        raise problem(
            f"'{token.text}' cannot stand here. Expected a label, a number or '(', as in 'a*b'.",
            token.place,
        )

    def call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            raise problem(
                f"'{name.text}' is no function here. The functions are {', '.join(FUNCTIONS)}.",
                name.place,
            )
        return ("call", name.text, self.closed(self.tokens[self.at - 1]))

    def closed(self, opening: Token) -> Node:
        inner = self.sum()
        if not self.take(")"):
            raise problem("this '(' is not closed. Add the ')'.", opening.place)
        return inner
