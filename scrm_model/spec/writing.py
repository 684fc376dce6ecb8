"""Write a model as text that lavaan, R or semopy read."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from typing import Any

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.spec.nodes import number_text
from scrm_model.spec.statements import Modifiers, Relation, Statement
from scrm_model.spec.table import Parameter, ParameterTable
from scrm_model.spec.tokens import RESERVED

_WIDTH = 88
_R_NAME = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*")
_R_WORDS = RESERVED | {"if", "else", "repeat", "while", "function", "for", "next", "break", "in"}
_SEMOPY_LABEL = re.compile(r"\w[\w.]*")
_SEMOPY_OWN = re.compile(r"_[bc]\d+|START|nan|inf|infinity", re.IGNORECASE)
_FUNCTIONS = ("sem", "cfa", "growth", "lavaan")


def lavaan_text(statements: Iterable[Statement]) -> str:
    """Model text in lavaan's syntax.

    Parameters
    ----------
    statements : iterable of Relation, Definition or Constraint
        What to write.

    Returns
    -------
    str
        Lines in the given order; neighbouring relations with the same left-hand side and operator
        share one. `read_model` gives the same statements again.
    """
    lines: list[str] = []
    for key, group in groupby(statements, _line_key):
        if key is None:
            lines += [str(s) for s in group]
            continue
        lhs, op = key
        terms = [t for r in group if isinstance(r, Relation) for t in _terms(r)]
        lines += _wrapped(f"{lhs} {op[0] if op == '~1' else op} ", terms)
    return "\n".join(lines) + "\n"


def _line_key(statement: Statement) -> tuple[str, str] | None:
    return (statement.lhs, statement.op) if isinstance(statement, Relation) else None


def _wrapped(head: str, terms: Sequence[str]) -> list[str]:
    lines = [head + terms[0]]
    for term in terms[1:]:
        if len(lines[-1]) + len(term) + 3 > _WIDTH:
            lines[-1] += " +"
            lines.append(" " * len(head) + term)
        else:
            lines[-1] += f" + {term}"
    return lines


def _terms(relation: Relation) -> Iterator[str]:
    """The variable once for each modifier, as lavaan wants it."""
    target = relation.rhs or "1"
    prefixes = list(_prefixes(relation.modifiers))
    if not prefixes:
        yield target
    for prefix in prefixes:
        yield f"{prefix}*{target}"


def _prefixes(m: Modifiers) -> Iterator[str]:
    if m.fixed:
        yield _vector(["NA" if v is None else number_text(v) for v in m.fixed])
    if m.label:
        plain = all(_R_NAME.fullmatch(label) for label in m.label)
        yield _vector([v if plain else f'"{v}"' for v in m.label])
    if m.start:
        yield f"start({_vector([number_text(v) for v in m.start])})"
    for name, bound in (("lower", m.lower), ("upper", m.upper)):
        if bound:
            yield f"{name}({_vector([number_text(v) for v in bound])})"
    if m.equal:
        yield f"equal({_vector([json.dumps(v, ensure_ascii=False) for v in m.equal])})"


def _vector(entries: list[str]) -> str:
    return entries[0] if len(entries) == 1 else f"c({', '.join(entries)})"


def lavaan_script(
    statements: Sequence[Statement],
    data: str,
    function: str,
    options: Mapping[str, Any],
    n: int | None = None,
) -> str:
    """R script that fits a model with lavaan.

    Parameters
    ----------
    statements : sequence of Relation, Definition or Constraint
        The model.
    data : str
        Name of the data file (CSV with names in its first line).
    function : {"sem", "cfa", "growth", "lavaan"}
        The function to call.
    options : mapping of str
        Its arguments, with ``_`` for ``.``.
    n : int, optional
        Number of cases, where the file holds their covariance matrix, divisor N.

    Returns
    -------
    str
        The script.

    Raises
    ------
    ArgumentError
        An unknown function, or a value that is no number, text, truth value or list of them.
    ModelError
        A variable has a name that R cannot read.
    """
    if function not in _FUNCTIONS:
        raise ArgumentError(
            f"function= needs one of {', '.join(_FUNCTIONS)}; got {function!r}. Choose one."
        )
    _check_r_names(statements)
    file = json.dumps(data, ensure_ascii=False)
    if n is None:
        read = f"data <- read.csv({file}, check.names = FALSE)"
        arguments = ["model", "data = data"]
    else:
        read = f"data <- as.matrix(read.csv({file}, row.names = 1, check.names = FALSE))"
        arguments = ["model", "sample.cov = data", f"sample.nobs = {n}"]
        arguments.append("sample.cov.rescale = FALSE")  # its divisor is N already
    arguments += [f"{k.replace('_', '.')} = {_r_value(k, v)}" for k, v in options.items()]
    return (
        "library(lavaan)\n\n"
        f"{read}\n\n"
        f"model <- '\n{_r_model(statements)}'\n\n"
        f"fit <- {function}({', '.join(arguments)})\n"
        "summary(fit, fit.measures = TRUE, standardized = TRUE)\n"
    )


def _r_model(statements: Sequence[Statement]) -> str:
    return "".join(f"  {line}\n" for line in lavaan_text(statements).splitlines())


def _check_r_names(statements: Sequence[Statement]) -> None:
    for s in statements:
        names = [n for n in (s.lhs, s.rhs) if n] if isinstance(s, Relation) else []
        for name in names:
            if not _R_NAME.fullmatch(name) or name in _R_WORDS:
                raise ModelError(
                    f"names= needs names that R can read; got '{name}'. Rename the variable: a"
                    " letter first, and none of R's reserved words."
                )


def _r_value(name: str, value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"c({', '.join(_r_value(name, v) for v in value)})"
    raise ArgumentError(
        f"{name}= needs a number, a text, True or False, or a list of them; got"
        f" {type(value).__name__}. Write the argument in R by hand."
    )


def semopy_text(table: ParameterTable) -> str:
    """Model text in semopy's syntax that gives the same model as the table.

    Parameters
    ----------
    table : ParameterTable
        One group, no means, no constraints; definitions are left out, as they are computed from
        estimates.

    Returns
    -------
    str
        A line for each row that semopy needs. Every variance and covariance is written out, those
        at 0 too where semopy would free them; moments of fixed predictors are left to semopy,
        which takes them from the sample. Start values are left out.

    Raises
    ------
    ModelError
        semopy cannot express the model: several groups, means, constraints, bounds, composites, a
        latent variable without a fixed loading, a covariance between an outcome that predicts
        nothing and a variable that does, a variable without any arrow.

    Notes
    -----
    semopy has no words for ``NA*`` and ``start()``: it reads both as labels. Without a fixed
    loading it fixes the first one, or does not end. Labels that it would take for its own or for
    a number are renamed ``label_1``, ``label_2`` and so on.

    References
    ----------
    .. [1] Meshcheryakov, G., Igolkina, A. A. and Samsonova, M. G. (2021). semopy 2: a structural
       equation modeling package with random effects in Python. arXiv:2106.01140.
    """
    _check_semopy(table)
    labels = _semopy_labels(table)
    lines = [
        f"{p.lhs} {p.op} {_semopy_prefix(p, labels)}{p.rhs}"
        for p in table.parameters
        if not p.exogenous and not _needless(p, table)
    ]
    lines += [f"{first} ~~ 0*{second}" for first, second in _semopy_frees(table)]
    return "\n".join(lines) + "\n"


def _semopy_prefix(p: Parameter, labels: Mapping[str, str]) -> str:
    if not p.free:
        return f"{number_text(p.value or 0.0)}*"
    return f"{labels[p.label]}*" if p.label else ""


def _semopy_labels(table: ParameterTable) -> dict[str, str]:
    found: dict[str, str] = {}
    for label in dict.fromkeys(p.label for p in table.parameters if p.label):
        safe = _SEMOPY_LABEL.fullmatch(label) and not _SEMOPY_OWN.fullmatch(label)
        found[label] = label if safe else f"label_{len(found) + 1}"
        while list(found.values()).count(found[label]) > 1:
            found[label] += "_"
    return found


def _arrows(table: ParameterTable) -> tuple[set[str], set[str]]:
    """Variables that send an arrow, and variables that receive one."""
    sends = {p.lhs if p.op == "=~" else p.rhs for p in table.parameters if p.op in ("=~", "~")}
    takes = {p.rhs if p.op == "=~" else p.lhs for p in table.parameters if p.op in ("=~", "~")}
    return sends, takes


def _needless(p: Parameter, table: ParameterTable) -> bool:
    """Whether a row is a covariance of 0 between two variables that semopy keeps apart."""
    sends, _ = _arrows(table)
    return p.op == "~~" and not p.free and p.value == 0 and (p.lhs in sends) != (p.rhs in sends)


def _semopy_frees(table: ParameterTable) -> Iterator[tuple[str, str]]:
    """Pairs whose covariance semopy would add and the table has not."""
    sends, takes = _arrows(table)
    present = {frozenset((p.lhs, p.rhs)) for p in table.parameters if p.op == "~~"}
    for names in (table.latent, table.observed):
        sources = [n for n in names if n in sends and n not in takes]
        for pair in combinations(sources, 2):
            if frozenset(pair) not in present:
                yield pair


def _check_semopy(table: ParameterTable) -> None:
    for found, what in (
        (table.n_groups > 1, f"{table.n_groups} groups"),
        (table.meanstructure, "means and intercepts"),
        (any(p.op == "<~" for p in table.parameters), "a composite ('<~')"),
        (table.constraints, f"the constraint '{next(iter(table.constraints), '')}'"),
        (table.bounded, "a bound ('lower()' or 'upper()')"),
    ):
        if found:
            raise _not_for_semopy(what)
    for factor in table.latent:
        loadings = [p for p in table.parameters if p.op == "=~" and p.lhs == factor]
        if all(p.free for p in loadings):
            raise _not_for_semopy(f"'{factor}' without a fixed loading")
    sends, takes = _arrows(table)
    for p in table.parameters:
        for name in (p.lhs, p.rhs):
            if name not in sends | takes:
                raise _not_for_semopy(f"'{name}' without any arrow")
            if not _SEMOPY_LABEL.fullmatch(name):
                raise _not_for_semopy(f"the name '{name}'")
        apart = p.op == "~~" and (p.lhs in sends) != (p.rhs in sends)
        if apart and (p.free or p.value != 0):
            raise _not_for_semopy(f"'{p.name}', a covariance of an outcome with a predictor")


def _not_for_semopy(what: str) -> ModelError:
    return ModelError(
        f'backend= needs a model that semopy can express; got {what}. Use backend="native".'
    )
