"""Read lavaan's model syntax into statements."""

from dataclasses import replace
from functools import lru_cache

from scrm_model.errors import SyntaxProblem
from scrm_model.spec.expression import expression_from
from scrm_model.spec.modifiers import merged, read_modifiers
from scrm_model.spec.plain import read_plain
from scrm_model.spec.statements import Constraint, Definition, Modifiers, Relation, Statement
from scrm_model.spec.tokens import (
    RELATIONS,
    RESERVED,
    THRESHOLD,
    Token,
    problem,
    tokenise,
)

_PLAIN = Modifiers()
_BLOCKS = ("group", "level", "block", "class")
_CONTINUING = ("+", "-", "*", "/", "^", ",", *RELATIONS)
_EXAMPLES = {
    "=~": "f =~ x1 + x2 + x3",
    "<~": "c <~ 1*x1 + x2 + x3",
    "~": "y ~ x1 + x2",
    "~~": "x1 ~~ x2",
    "~*~": "x1 ~*~ 1*x1",
    "|": "x1 | t1 + t2",
    ":=": "indirect := a*b",
    "==": "a == b",
    "<": "a < 1",
    ">": "a > 0",
}


def read_model(text: str) -> list[Statement]:
    """Read a model text in lavaan's syntax.

    Parameters
    ----------
    text : str
        Statements with ``=~``, ``<~``, ``~``, ``~~``, ``~1``, ``|``, ``~*~``, ``:=``, ``==``,
        ``<`` and ``>``, one a line or separated by ``;``. A statement goes on when its line ends
        with an operator or the next begins with one. ``#`` and ``!`` begin a comment.

    Returns
    -------
    list of Relation, Definition or Constraint
        In reading order, one for each relation: ``f =~ x1 + x2`` gives two. A variable that
        stands twice in one statement (``f =~ NA*x1 + a*x1``) gives one relation with both
        modifiers.

    Raises
    ------
    SyntaxProblem
        The text cannot be read. The message has line, column, the line of text and a caret.

    References
    ----------
    .. [1] Rosseel, Y. (2012). lavaan: an R package for structural equation modeling. Journal of
       Statistical Software, 48(2), 1-36.
    """
    if not isinstance(text, str):
        raise SyntaxProblem(
            f"text= needs a model text; got {type(text).__name__}. Write for example"
            " 'f =~ x1 + x2 + x3'."
        )
    statements = list(_read(text))
    if not statements:
        raise SyntaxProblem(
            "text= needs at least one statement; got a text without any. Write for example"
            " 'f =~ x1 + x2 + x3'."
        )
    return statements


@lru_cache(maxsize=128)
def _read(text: str) -> tuple[Statement, ...]:
    plain = read_plain(text)
    if plain is not None:
        return tuple(plain)
    return tuple(s for tokens in _split(tokenise(text)) for s in _statement(tokens))


def _split(tokens: list[Token]) -> list[list[Token]]:
    """Tokens of each statement, each list closed by an ``end`` token."""
    found: list[list[Token]] = []
    current: list[Token] = []
    open_brackets: list[Token] = []
    for i, token in enumerate(tokens):
        if token.kind in ("semicolon", "end") or (
            token.kind == "newline" and not open_brackets and _ends(current, tokens, i)
        ):
            if open_brackets:
                raise problem("this '(' is not closed. Add the ')'.", open_brackets[-1].place)
            if current:
                found.append([*current, Token("end", "", token.place)])
            current = []
        elif token.kind != "newline":
            if token.kind == "op":
                _bracket(token, open_brackets)
            current.append(token)
    return found


def _bracket(token: Token, open_brackets: list[Token]) -> None:
    if token.is_op("("):
        open_brackets.append(token)
    elif token.is_op(")"):
        if not open_brackets:
            raise problem("this ')' closes no '('. Remove it.", token.place)
        open_brackets.pop()
    elif open_brackets and token.is_op(*RELATIONS):
        raise problem("this '(' is not closed. Add the ')'.", open_brackets[-1].place)


def _ends(current: list[Token], tokens: list[Token], at: int) -> bool:
    """Whether the newline `tokens[at]` ends the statement `current`."""
    if current and current[-1].is_op(*_CONTINUING):
        return False
    at = next(k for k in range(at, len(tokens)) if tokens[k].kind != "newline")
    if tokens[at].is_op("+", "*", "/", "^", *RELATIONS):
        return False
    if tokens[at].is_op("-"):
        # A leading minus goes on with the expression above, unless its own line is a constraint.
        line = tokens[at].place.line
        return any(t.is_op(*RELATIONS) for t in tokens[at:] if t.place.line == line)
    return True


def _statement(tokens: list[Token]) -> list[Statement]:
    places = [i for i, t in enumerate(tokens) if t.kind == "op" and t.text in RELATIONS]
    if not places:
        raise _no_operator(tokens)
    at = places[0]
    left, operator, right = tokens[:at], tokens[at], tokens[at + 1 :]
    if len(places) > 1:
        second = tokens[places[1]]
        raise problem(
            f"a second operator, '{second.text}', in one statement. Begin a new line for it, or"
            " remove the '+' that joins it to the line above.",
            second.place,
        )
    if not left:
        raise problem(
            f"nothing stands before '{operator.text}'. Write for example"
            f" '{_EXAMPLES[operator.text]}'.",
            operator.place,
        )
    if len(right) == 1:
        raise problem(
            f"nothing follows '{operator.text}'. Write for example '{_EXAMPLES[operator.text]}'.",
            right[0].place,
        )
    left = [*left, Token("end", "", operator.place)]
    if operator.text == ":=":
        written = "".join(t.text for t in right)
        return [Definition(_defined(left), expression_from(right), left[0].place, written)]
    if operator.text in ("==", "<", ">"):
        sides = expression_from(left), expression_from(right)
        return [Constraint(sides[0], operator.text, sides[1], left[0].place)]
    return list(_relations(left, operator, right))


def _no_operator(tokens: list[Token]) -> SyntaxProblem:
    first = tokens[0]
    for token in tokens:
        if token.is_op("="):
            return problem(
                "'=' is no operator of a model. Write '~' for a regression, as in 'y ~ x', '=~'"
                " for a measurement, as in 'f =~ x1 + x2', or '==' for a constraint.",
                token.place,
            )
    if first.kind == "name" and first.text.lower() in _BLOCKS and tokens[1].is_op(":"):
        return problem(
            f"'{first.text}:' begins a block, which this version does not estimate. For several"
            " groups write one model and give the grouping column as group=.",
            first.place,
        )
    if len(tokens) > 2 and first.kind == tokens[1].kind == "name":
        return problem(
            f"no operator between '{first.text}' and '{tokens[1].text}'. Write for example"
            f" '{first.text} ~ {tokens[1].text}' or '{first.text} =~ {tokens[1].text}'.",
            tokens[1].place,
        )
    return problem(
        f"'{first.text}' begins a statement without an operator. Write for example"
        " 'f =~ x1 + x2' or 'y ~ x', or end the line above with '+' to go on.",
        first.place,
    )


def _defined(left: list[Token]) -> str:
    if len(left) != 2 or left[0].kind != "name":
        place = left[1 if left[0].kind == "name" else 0].place
        raise problem("a definition needs one name before ':='. Write 'indirect := a*b'.", place)
    return left[0].text


def _relations(left: list[Token], operator: Token, right: list[Token]) -> list[Relation]:
    names = [_left_name(part) for part in _summands(left)]
    found: dict[tuple[str, str, str], Relation] = {}
    terms = [_term(part, operator.text) for part in _summands(right)]
    for name in names:
        for op, target, modifiers, token in terms:
            key = (name, op, target)
            if op == "~~" and (target, op, name) in found:
                key = (target, op, name)
            old = found.get(key)
            found[key] = (
                Relation(name, op, target, modifiers, token.place)
                if old is None
                else replace(old, modifiers=merged(old.modifiers, modifiers, token.place))
            )
    return list(found.values())


def _summands(tokens: list[Token]) -> list[list[Token]]:
    """Parts between the ``+`` outside parentheses, each closed by an ``end`` token."""
    parts: list[list[Token]] = []
    part: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind == "op":
            depth += (token.text == "(") - (token.text == ")")
        if token.kind != "end" and not (depth == 0 and token.is_op("+")):
            part.append(token)
            continue
        if not part:
            what = f"'{token.text}'" if token.text else "the end"
            raise problem(
                f"a variable is missing before {what}. Write 'x1 + x2', with one '+' between two"
                " variables and none at the end.",
                token.place,
            )
        part.append(Token("end", "", token.place))
        parts.append(part)
        part = []
    return parts


def _left_name(part: list[Token]) -> str:
    token = part[0]
    if token.kind == "name" and token.text == "efa" and part[1].is_op("("):
        raise problem(
            "an efa() block is not estimated by this version. Write the loadings out, as in"
            " 'f =~ x1 + x2'.",
            token.place,
        )
    if token.kind != "name" or token.text in RESERVED:
        raise problem(
            f"'{token.text}' cannot stand before the operator. Expected a variable, as in"
            " 'y ~ x'; fixed values and labels stand after the operator, as in 'y ~ 1*x'.",
            token.place,
        )
    _nothing_more(part, 1)
    return token.text


def _nothing_more(part: list[Token], at: int) -> None:
    token = part[at]
    if token.kind == "end":
        return
    if token.is_op(":"):
        raise problem(
            "a product of variables, 'x1:x2', is not estimated by this version. Compute the"
            " product as a column of the data.",
            token.place,
        )
    if token.is_op("="):
        raise problem("'=' is no operator of a model. Write '~', '=~' or '=='.", token.place)
    if token.kind == "name":
        raise problem(
            f"a '+' is missing before '{token.text}'. Write 'x1 + x2'.",
            token.place,
        )
    raise problem(
        f"'{token.text}' cannot follow a variable. Expected '+' or the end of the line, as in"
        " 'x1 + x2'.",
        token.place,
    )


def _term(part: list[Token], operator: str) -> tuple[str, str, Modifiers, Token]:
    """Operator, target, modifiers and first token of one summand on the right."""
    first = part[0]
    plain = len(part) == 2 and first.kind == "name" and first.text not in RESERVED
    if plain and operator != "|":
        return operator, first.text, _PLAIN, first
    factors: list[list[Token]] = [[]]
    depth = 0
    for token in part:
        depth += token.is_op("(") - token.is_op(")")
        if token.is_op("*") and depth == 0:
            factors.append([])
        else:
            factors[-1].append(token)
    target = factors.pop()
    if len(target) == 4 and target[0].is_op("(") and target[2].is_op(")"):
        target = [target[1], target[3]]
    token = target[0]
    modifiers = read_modifiers(factors, token)
    if operator == "~" and token.kind == "number" and float(token.text) in (0, 1):
        _nothing_more(target, 1)
        if token.text == "0":
            modifiers = merged(modifiers, Modifiers(fixed=(0.0,)), token.place)
        return "~1", "", modifiers, part[0]
    if token.kind != "name" or token.text in RESERVED:
        raise _no_variable(token, operator)
    _nothing_more(target, 1)
    if operator == "|" and not THRESHOLD.fullmatch(token.text):
        raise problem(
            f"'{token.text}' is no threshold. Thresholds are t1, t2, … from the lowest: write"
            " 'x1 | t1 + t2'.",
            token.place,
        )
    return operator, token.text, modifiers, part[0]


def _no_variable(token: Token, operator: str) -> SyntaxProblem:
    if token.kind == "end":
        return problem(
            "a variable is missing after '*'. Write 'a*x', with the label or the value first.",
            token.place,
        )
    hint = " An intercept is written 'y ~ 1'." if token.kind == "number" else ""
    return problem(
        f"'{token.text}' stands where a variable is expected. Write for example"
        f" '{_EXAMPLES[operator]}'.{hint}",
        token.place,
    )
