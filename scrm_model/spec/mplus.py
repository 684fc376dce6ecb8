"""Write a model as an input file of Mplus."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from scrm_model.errors import ModelError
from scrm_model.spec.nodes import Node, number_text
from scrm_model.spec.roles import roles_of
from scrm_model.spec.table import Parameter, ParameterTable, definition_order

_LONGEST = 8
_KEYWORDS = frozenset({"ALL", "AND", "BY", "EQ", "IF", "NEW", "NOT", "ON", "OR", "WITH"})


def mplus_text(table: ParameterTable, data: str, title: str = "") -> str:
    """Input file of Mplus, with every fixed value and every covariance written out.

    Parameters
    ----------
    table : ParameterTable
        One group.
    data : str
        Name of the data file: the observed variables in the order of `table.observed`.
    title : str, default ""
        Title of the analysis.

    Returns
    -------
    str
        Text of the file. Names are made unique within eight characters, as Mplus does not tell
        capitals from small letters; comments give the names of the model.

    Raises
    ------
    ModelError
        The table has several groups, bounds, or a composite that predicts nothing and has no
        indicator.

    Notes
    -----
    Standard errors are asked for from the expected information, as lavaan computes them for
    complete data; without a mean structure in the table none is asked for.

    Mplus knows a latent variable by its ``BY``. The weights of a composite are written ``ON``, and
    if it has no indicator, the first variable that it predicts stands as one: a path and a loading
    are the same parameter.
    """
    if table.bounded:
        raise ModelError(
            "model= needs no 'lower()' or 'upper()' to write an Mplus file, which knows bounds as"
            " constraints on labels only. Write for example 'x1 ~~ v*x1' and 'v > 0'."
        )
    if table.n_groups > 1:
        raise ModelError(
            f"groups= needs one group to write an Mplus file; got {table.n_groups}. Write a file"
            " for each group."
        )
    names = _short([*table.latent, *table.observed])
    labels = _short([*_labels(table), *(d.name for d in table.definitions)])
    blocks = [
        f"TITLE: {_title(title)};",
        _comments({**names, **labels}),
        f"DATA:\n  FILE IS {data};\n  LISTWISE IS ON;",
        "VARIABLE:\n" + _listed("NAMES ARE", [names[n] for n in table.observed]),
        "ANALYSIS:\n  ESTIMATOR IS ML;\n  INFORMATION IS EXPECTED;"
        + ("" if table.meanstructure else "\n  MODEL IS NOMEANSTRUCTURE;"),
        "MODEL:\n" + "\n".join(f"  {line}" for line in _model_lines(table, names, labels)),
        _constraints(table, labels),
        "OUTPUT:\n  STANDARDIZED CINTERVAL;",
    ]
    return "\n".join(block for block in blocks if block) + "\n"


def _title(title: str) -> str:
    # A semicolon would end the title, and lines end at column 90.
    return " ".join(title.replace(";", ",").split())[:70] or "Structural equation model"


def _labels(table: ParameterTable) -> list[str]:
    return list(dict.fromkeys(p.label for p in table.parameters if p.label and p.free))


def _short(names: Iterable[str]) -> dict[str, str]:
    """Names that Mplus reads: ASCII, at most eight characters, different without case."""
    taken: set[str] = set(_KEYWORDS)
    found = {}
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        plain = re.sub(r"\W", "_", plain).strip("_") or "v"
        plain = plain if plain[0].isalpha() else f"v{plain}"
        short, count = plain[:_LONGEST], 1
        while short.upper() in taken:
            count += 1
            short = plain[: _LONGEST - len(str(count))] + str(count)
        taken.add(short.upper())
        found[name] = short
    return found


def _comments(names: Mapping[str, str]) -> str:
    changed = [f"!   {short} is {name}" for name, short in names.items() if short != name]
    return "\n".join(["! Names shortened for Mplus:", *changed]) if changed else ""


def _listed(head: str, names: list[str]) -> str:
    lines = [f"  {head}"]
    for name in names:
        if len(lines[-1]) + len(name) > 78:
            lines.append("   ")
        lines[-1] += f" {name}"
    return "\n".join(lines) + ";"


def _model_lines(
    table: ParameterTable, names: Mapping[str, str], labels: Mapping[str, str]
) -> Iterator[str]:
    named = _named_by(table)
    for p in table.parameters:
        if p.exogenous:
            continue
        end = f" ({labels[p.label]})" if p.free and p.label else ""
        lhs, rhs = names[p.lhs], names.get(p.rhs, "")
        if p.op == "~1":
            yield f"[{lhs}{_amount(p)}]{end};"
        elif p.op == "~~" and p.lhs == p.rhs:
            yield f"{lhs}{_amount(p)}{end};"
        elif p in named:
            yield f"{rhs} BY {lhs}{_amount(p)}{end};"
        else:
            verb = {"=~": "BY", "<~": "ON", "~": "ON", "~~": "WITH"}[p.op]
            yield f"{lhs} {verb} {rhs}{_amount(p)}{end};"
    for first, second in _unwritten(table):
        yield f"{names[first]} WITH {names[second]}@0;"


def _named_by(table: ParameterTable) -> list[Parameter]:
    """For each composite without indicators, a path from it, by which Mplus can know it."""
    named = []
    factors = {p.lhs for p in table.parameters if p.op == "=~"}
    for name in dict.fromkeys(p.lhs for p in table.parameters if p.op == "<~"):
        if name in factors:
            continue
        paths = [p for p in table.parameters if p.op == "~" and p.rhs == name]
        if not paths:
            raise ModelError(
                f"model= needs a path from each composite to write an Mplus file; '{name}'"
                f" predicts nothing. Write for example 'y ~ {name}'."
            )
        named.append(paths[0])
    return named


def _amount(p: Parameter) -> str:
    if not p.free:
        return f"@{number_text(p.value or 0.0)}"
    return "*" if p.start is None else f"*{number_text(p.start)}"


def _unwritten(table: ParameterTable) -> Iterator[tuple[str, str]]:
    """Pairs whose covariance Mplus would free by its own defaults and the table has not."""
    roles = roles_of((p.lhs, p.op, p.rhs) for p in table.parameters)
    present = {frozenset((p.lhs, p.rhs)) for p in table.parameters if p.op == "~~"}
    for group in (roles.latent_exogenous, roles.ending):
        for pair in combinations(group, 2):
            if frozenset(pair) not in present:
                yield pair


def _constraints(table: ParameterTable, labels: Mapping[str, str]) -> str:
    if not table.definitions and not table.constraints:
        return ""
    # Mplus gives no label to a fixed parameter: its value stands in for it.
    words = {p.label: number_text(p.value) for p in table.parameters if p.value is not None}
    words = {label: f"({value})" for label, value in words.items() if label} | dict(labels)
    by_name = {d.name: d.expression for d in table.definitions}
    lines = ["MODEL CONSTRAINT:"]
    if by_name:
        lines.append(_listed("NEW(", [labels[n] for n in by_name]).replace("( ", "(")[:-1] + ");")
    for name in definition_order(table.definitions):
        lines.append(f"  {labels[name]} = {_formula(by_name[name].root, words)};")
    for c in table.constraints:
        left, right = _formula(c.lhs.root, words), _formula(c.rhs.root, words)
        lines.append(f"  0 = {left} - {right};" if c.op == "==" else f"  {left} {c.op} {right};")
    return "\n".join(lines)


def _formula(node: Node, words: Mapping[str, str]) -> str:
    kind = node[0]
    if kind == "number":
        return number_text(node[1])
    if kind == "name":
        return words[node[1]]
    parts = [_formula(part, words) for part in node[1:] if isinstance(part, tuple)]
    if kind == "call":
        return (
            f"(LOG({parts[0]})/LOG(2))" if node[1] == "log2" else f"{node[1].upper()}({parts[0]})"
        )
    if kind == "neg":
        return f"(-{parts[0]})"
    return f"({parts[0]}{'**' if kind == '^' else kind}{parts[1]})"
