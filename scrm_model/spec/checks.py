"""What the statements of a model must satisfy together."""

from scrm_model.errors import ModelError
from scrm_model.spec.modifiers import TARGET
from scrm_model.spec.statements import Constraint, Definition, Relation, Statement
from scrm_model.spec.table import check_names
from scrm_model.spec.tokens import NAME, RESERVED, THRESHOLD, problem

_SELVES = {"~": "regressed on", "=~": "measured by", "<~": "made up of"}


def check_statements(statements: tuple[Statement, ...]) -> None:
    """Check that statements make a model.

    Parameters
    ----------
    statements : tuple of Relation, Definition or Constraint
        In reading order.

    Raises
    ------
    ModelError
        No relation, or a relation that could not be written as text.
    SyntaxProblem
        A relation or definition written twice, a variable regressed on or measured by itself, an
        unknown name in a definition or constraint.
    """
    relations = [s for s in statements if isinstance(s, Relation)]
    if not relations:
        raise ModelError(
            "statements= needs at least one relation; got none. Write for example"
            " 'f =~ x1 + x2 + x3'."
        )
    names = {name for r in relations for name in (r.lhs, r.rhs or "x", *r.modifiers.label)}
    bad = {name for name in names if not NAME.fullmatch(name) or name in RESERVED}
    for r in relations:
        _check_texts(r, bad)
    _check_relations(relations)
    labels = {label: None for r in relations for label in r.modifiers.label}
    check_names(
        labels,
        tuple(s for s in statements if isinstance(s, Definition)),
        tuple(s for s in statements if isinstance(s, Constraint)),
    )


def _check_texts(relation: Relation, bad: set[str]) -> None:
    """What code wrote must read back, as what a user wrote does."""
    known = relation.op in ("=~", "<~", "~", "~~", "~*~", "|", "~1")
    if not known or bool(relation.rhs) == (relation.op == "~1"):
        raise ModelError(
            f"op= needs '=~', '<~', '~', '~~', '~*~' or '|' with a right-hand side, or '~1' without"
            f" one; got '{relation}'. Correct the relation."
        )
    if relation.op == "|" and not THRESHOLD.fullmatch(relation.rhs):
        raise ModelError(
            f"rhs= needs a threshold, t1, t2, …; got '{relation}'. Correct the relation."
        )
    for name in (relation.lhs, relation.rhs, *relation.modifiers.label):
        if name in bad:
            raise ModelError(
                f"names= needs letters, digits, '.' and '_', a letter first; got '{name}' in"
                f" '{relation}'. Rename the variable or the label."
            )
    for target in relation.modifiers.equal:
        if not TARGET.fullmatch(target):
            raise ModelError(
                f"equal= needs a label or a relation such as 'f=~x2'; got '{target}' in"
                f" '{relation}'. Correct it."
            )


def _check_relations(relations: list[Relation]) -> None:
    seen: dict[tuple[str, str, str], Relation] = {}
    for r in relations:
        if r.op == "~*~" and r.lhs != r.rhs:
            raise problem(
                f"'{r}' scales one variable by another. Write '{r.lhs} ~*~ {r.lhs}'.", r.place
            )
        if r.op in _SELVES and r.lhs == r.rhs:
            verb = _SELVES[r.op]
            raise problem(
                f"'{r.lhs}' is {verb} itself. Remove it from the right-hand side; a variance is"
                f" written '{r.lhs} ~~ {r.lhs}'.",
                r.place,
            )
        sides = tuple(sorted((r.lhs, r.rhs))) if r.op == "~~" else (r.lhs, r.rhs)
        # A weight and a path between the same two variables are one arrow.
        op = "~" if r.op == "<~" else r.op
        old = seen.setdefault((sides[0], op, sides[1]), r)
        if old is not r:
            where = f" first on line {old.place.line}" if old.place else ""
            raise problem(
                f"'{r}' is written twice,{where or ' in two statements'}. Keep one of them; two"
                " modifiers stand in one statement, as in 'f =~ a*x1 + NA*x1'.",
                r.place,
            )
