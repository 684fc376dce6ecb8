"""Complete what the user wrote by the default rules of lavaan's `sem()`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import inf
from typing import Any

from scrm_model.errors import ModelError, did_you_mean
from scrm_model.spec.equality import equality_of, equate
from scrm_model.spec.roles import Roles, roles_of
from scrm_model.spec.statements import Constraint, Definition, Relation, Statement
from scrm_model.spec.table import Parameter, ParameterTable
from scrm_model.spec.tokens import problem

Row = tuple[str, str, str, dict[str, Any]]
"""Left-hand side, operator, right-hand side, and how the parameter is estimated."""

_FREE: dict[str, Any] = {}
_HELD: dict[str, Any] = {"free": False, "value": 0.0}
_UNIT: dict[str, Any] = {"free": False, "value": 1.0}
_COMPUTED: dict[str, Any] = {"free": False, "value": None}


@dataclass(frozen=True, slots=True)
class Rules:
    """Which defaults apply; the arguments of `complete`."""

    std_lv: bool
    orthogonal: bool
    fixed_x: bool
    meanstructure: bool
    auto: bool
    cuts: Mapping[str, int] = field(default_factory=dict)
    theta: bool = False


def complete(
    model: Any,
    *,
    std_lv: bool = False,
    orthogonal: bool = False,
    fixed_x: bool = True,
    meanstructure: bool = False,
    groups: Sequence[str] = (),
    auto: bool = True,
    group_equal: str | Iterable[str] = (),
    group_partial: str | Iterable[str] = (),
    cuts: Mapping[str, int] | None = None,
    parameterization: str = "delta",
) -> ParameterTable:
    """Parameter table of a model under the defaults of lavaan's `sem()`.

    Parameters
    ----------
    model : Model or sequence of Relation, Definition and Constraint
        What the user wrote.
    std_lv : bool, default False
        Scale latent variables by a (residual) variance of 1 in place of a first loading of 1.
    orthogonal : bool, default False
        Fix the covariances among latent variables that a default rule would free to 0.
    fixed_x : bool, default True
        Take the moments of observed predictors from the sample; otherwise estimate them.
    meanstructure : bool, default False
        Model means and intercepts. Any ``~1`` in the text does so too.
    groups : sequence of str, default ()
        Labels of the groups; empty for one group.
    auto : bool, default True
        Apply the rules that free and scale parameters. Without them every loading is free, and
        variances that were not written are 0, as in `lavaan()`; `std_lv` still holds.
    group_equal : str or iterable of str, default ()
        What is the same in all groups: ``"loadings"``, ``"intercepts"`` (of observed variables),
        ``"means"`` (of latent ones), ``"residuals"``, ``"residual.covariances"``,
        ``"lv.variances"``, ``"lv.covariances"`` (those with an observed variable too),
        ``"regressions"``, ``"composite.loadings"`` (weights of
        composites). Moments of observed predictors are never meant.
    group_partial : str or iterable of str, default ()
        Parameters that differ between groups all the same, each as ``"f=~x2"``, ``"x2~1"``,
        ``"x1~~x2"`` or ``"x1|t1"``.
    cuts : mapping of str to int, optional
        Number of thresholds of each ordinal variable.
    parameterization : {"delta", "theta"}, default "delta"
        What sets the scale of a latent response: its variance, or its residual variance.

    Returns
    -------
    ParameterTable
        Rows in lavaan's order.

    Raises
    ------
    ModelError
        ``c()`` has not one entry per group, ``equal()`` names nothing, or one label stands at
        two different fixed values.
    ArgumentError
        `group_equal` has an unknown entry, `group_partial` names no parameter, or there is one
        group.

    Notes
    -----
    A first indicator is fixed to 1 unless it has a value or ``NA``: a label does not free it, and
    a start value on it becomes its fixed value. With `std_lv` the same holds for a written
    variance. The only indicator of a latent variable has no residual variance unless it also loads
    elsewhere or the variance is written. Free covariances are added among exogenous latent
    variables, and among outcomes that predict nothing. A predictor with a written variance,
    covariance or mean is no fixed predictor.

    A composite (``c <~ x1 + x2``) is the weighted sum of its parts: its residual variance is 0,
    but 1 with `std_lv`, as in lavaan, which is another model. No weight is fixed by default, so
    that one of them, or one of its loadings, must be written with a value (``c <~ 1*x1 + x2``).
    With another exogenous latent variable f it has a free covariance, as if it were a factor; this
    is seldom identified: write ``c ~~ 0*f``, and ``x1 ~~ f`` for the parts.

    Equal parameters share a label, ``.p2.`` for the second row of the first group; a parameter
    that has the user's label, or is tied by ``equal()``, keeps it. One that is fixed in some group
    is fixed in all. Equal intercepts add a mean structure and free the latent means from the second
    group on, unless ``"means"`` are equal too; with `std_lv`, equal loadings free the latent
    variances there, unless ``"lv.variances"`` are equal too [2]_. A mean or variance that the user
    wrote is left as written.

    References
    ----------
    .. [1] Rosseel, Y. (2012). lavaan: an R package for structural equation modeling. Journal of
       Statistical Software, 48(2), 1-36.
    .. [2] Byrne, B. M., Shavelson, R. J. and Muthén, B. (1989). Testing for the equivalence of
       factor covariance and mean structures: the issue of partial measurement invariance.
       Psychological Bulletin, 105(3), 456-466.
    """
    statements: Sequence[Statement] = getattr(model, "statements", model)
    relations = [s for s in statements if isinstance(s, Relation)]
    n_groups = max(1, len(groups))
    equality = equality_of(group_equal, group_partial, n_groups, bool(cuts))
    means = meanstructure or equality.needs_means or any(r.op == "~1" for r in relations)
    theta = parameterization == "theta"
    rules = Rules(std_lv, orthogonal, fixed_x, means or bool(cuts), auto, cuts or {}, theta)
    _check_responses(relations, rules)
    roles = getattr(model, "roles", None) or roles_of((r.lhs, r.op, r.rhs) for r in relations)
    relations = [_ordered(r, roles) for r in relations]
    rows = [
        row
        for group in range(1, n_groups + 1)
        for row in _group_rows(relations, roles, rules, group, n_groups)
    ]
    settled = {i for i, r in enumerate(relations) if r.modifiers.equal}
    rows = equate(rows, equality, roles, n_groups, std_lv=std_lv, settled=settled)
    rows = _resolve_equal(rows, relations, n_groups)
    return ParameterTable(
        tuple(_share_fixed_values(rows)),
        tuple(s for s in statements if isinstance(s, Definition)),
        tuple(s for s in statements if isinstance(s, Constraint)),
        tuple(str(g) for g in groups),
        roles,
    )


def _check_responses(relations: list[Relation], rules: Rules) -> None:
    """Thresholds and scales are of ordinal variables, and set the scale once."""
    for r in relations:
        if r.op in ("|", "~*~") and r.lhs not in rules.cuts:
            raise ModelError(
                f"ordered= needs the variables with thresholds or scales; '{r.lhs}' is not among "
                f"them, and the model says '{r}'. Add it, or drop the line."
            )
        if r.op == "|" and int(r.rhs[1:]) > rules.cuts[r.lhs]:
            raise ModelError(
                f"model= needs thresholds that the data have; '{r}' is beyond the "
                f"{rules.cuts[r.lhs]} of '{r.lhs}'. Drop it, or look for an empty category."
            )
        own = r.op == "~~" and r.lhs == r.rhs and not rules.theta
        if r.lhs in rules.cuts and (own or (r.op == "~*~" and rules.theta)):
            other = "theta" if own else "delta"
            raise ModelError(
                f"parameterization= needs {other!r} for a model that says '{r}' of an ordinal "
                f"variable; got {'delta' if own else 'theta'!r}, under which it follows from the "
                "rest. Change the parameterization, or drop the line."
            )


def _ordered(relation: Relation, roles: Roles) -> Relation:
    """The relation with the two sides of a covariance in the order of the variables."""
    if relation.op != "~~":
        return relation
    order = [*roles.latent, *roles.observed]
    if order.index(relation.lhs) <= order.index(relation.rhs):
        return relation
    return replace(relation, lhs=relation.rhs, rhs=relation.lhs)


def _group_rows(
    relations: list[Relation], roles: Roles, rules: Rules, group: int, n_groups: int
) -> list[Parameter]:
    scaled = _scaled_rows(relations, roles, rules)
    rows = [_user_row(r, group, n_groups, scaled=k in scaled) for k, r in enumerate(relations)]
    present = {(p.lhs, p.op, p.rhs) for p in rows}
    for lhs, op, rhs, how in _default_rows(relations, roles, rules):
        if (lhs, op, rhs) not in present:
            rows.append(Parameter(lhs, op, rhs, group=group, user=False, **how))
    return rows


def _scaled_rows(relations: list[Relation], roles: Roles, rules: Rules) -> set[int]:
    """Positions of the relations that the scaling rule fixes unless the user gave a value."""
    if rules.std_lv:
        return {
            k
            for k, r in enumerate(relations)
            if r.op == "~~" and r.lhs == r.rhs and r.lhs in roles.latent
        }
    if not rules.auto:
        return set()
    first: dict[str, int] = {}
    for k, r in enumerate(relations):
        if r.op == "=~":
            first.setdefault(r.lhs, k)
    return set(first.values())


def _user_row(relation: Relation, group: int, n_groups: int, *, scaled: bool) -> Parameter:
    m = relation.modifiers
    if not (m.fixed or m.start or m.label or m.lower or m.upper):
        fixed = 1.0 if scaled else None
        return Parameter(relation.lhs, relation.op, relation.rhs, group, not scaled, "", fixed)
    fixed = _pick(m.fixed, relation, group, n_groups)
    start = _pick(m.start, relation, group, n_groups)
    if scaled and not m.fixed:
        fixed, start = (1.0 if start is None else start), None
    lower, upper = _bounds(relation, group, n_groups, fixed)
    return Parameter(
        relation.lhs,
        relation.op,
        relation.rhs,
        group=group,
        free=fixed is None,
        label=_pick(m.label, relation, group, n_groups) or "",
        value=fixed,
        start=start,
        lower=lower,
        upper=upper,
    )


def _bounds(
    relation: Relation, group: int, n_groups: int, fixed: float | None
) -> tuple[float, float]:
    lower = _pick(relation.modifiers.lower, relation, group, n_groups)
    upper = _pick(relation.modifiers.upper, relation, group, n_groups)
    low, high = -inf if lower is None else lower, inf if upper is None else upper
    for value, what in ((high, "an upper bound"), (fixed, "a fixed value")):
        if value is not None and not low <= value <= high:
            message = (
                f"the bounds {low:g} and {high:g} leave no place for {what} of {value:g} in"
                f" '{relation}'. Correct one of them."
            )
            raise ModelError(str(problem(message, relation.place)))
    return low, high


def _pick(entries: tuple[Any, ...], relation: Relation, group: int, n_groups: int) -> Any:
    """Entry of a modifier for one group; None if there is no such modifier."""
    if not entries:
        return None
    if len(entries) == 1:
        return entries[0]
    if len(entries) != n_groups:
        raise _length_error(relation, len(entries), n_groups)
    return entries[group - 1]


def _length_error(relation: Relation, got: int, n_groups: int) -> ModelError:
    message = (
        f"c() needs {n_groups} {'entry' if n_groups == 1 else 'entries'}, one per group; got {got}"
        f" for '{relation}'. Give as many entries as there are groups, or one for all."
    )
    return ModelError(str(problem(message, relation.place)))


def _default_rows(relations: list[Relation], roles: Roles, rules: Rules) -> Iterator[Row]:
    """Rows of the default rules in lavaan's order; rows already written are dropped later."""
    exogenous = roles.exogenous
    others = [n for n in roles.observed if n not in exogenous]
    single = _single_indicators(relations)
    sums = {r.lhs for r in relations if r.op == "<~"}
    for name in others:
        for cut in range(rules.cuts.get(name, 0)):
            yield name, "|", f"t{cut + 1}", _FREE
    for name in [*others, *roles.latent]:
        if name in rules.cuts:
            yield name, "~~", name, _UNIT if rules.theta else _COMPUTED
            continue
        held = name in single or (name in sums and not rules.std_lv)
        yield name, "~~", name, _variance(held, name in roles.latent, rules)
    if rules.auto:
        yield from _covariances(roles, rules)
    for i, first in enumerate(exogenous):
        for second in exogenous[i:]:
            yield first, "~~", second, _moment(fixed=rules.fixed_x)
    for name in others:
        if name in rules.cuts:
            yield name, "~*~", name, _COMPUTED if rules.theta else _UNIT
    if rules.meanstructure:
        for name in roles.observed:
            free = _moment(fixed=rules.fixed_x and name in exogenous)
            yield name, "~1", "", _HELD if name in rules.cuts else free
        yield from ((name, "~1", "", _HELD) for name in roles.latent)


def _variance(held: bool, latent: bool, rules: Rules) -> dict[str, Any]:
    if rules.auto and held:
        return _HELD
    if latent and rules.std_lv:
        return {"free": False, "value": 1.0}
    return _FREE if rules.auto else _HELD


def _covariances(roles: Roles, rules: Rules) -> Iterator[Row]:
    for names in (roles.latent_exogenous, roles.ending):
        for first, second in combinations(names, 2):
            # Uncorrelated is said of latent variables; two observed outcomes keep theirs.
            held = rules.orthogonal and first in roles.latent and second in roles.latent
            yield first, "~~", second, _HELD if held else _FREE


def _moment(*, fixed: bool) -> dict[str, Any]:
    return {"free": not fixed, "exogenous": fixed}


def _single_indicators(relations: list[Relation]) -> set[str]:
    """Indicators that are alone on a latent variable and load on no other."""
    pairs = [(r.lhs, r.rhs) for r in relations if r.op == "=~"]
    factors = [lhs for lhs, _ in pairs]
    indicators = [rhs for _, rhs in pairs]
    return {rhs for lhs, rhs in pairs if factors.count(lhs) == 1 and indicators.count(rhs) == 1}


def _resolve_equal(
    rows: list[Parameter], relations: list[Relation], n_groups: int
) -> list[Parameter]:
    """Give the rows of ``equal()`` the label of their target, which gets one if it has none."""
    rows = list(rows)
    per_group = len(rows) // n_groups
    tied = [(i, r) for i, r in enumerate(relations) if r.modifiers.equal]
    for group in range(1, n_groups + 1):
        for i, relation in tied:
            wanted = _pick(relation.modifiers.equal, relation, group, n_groups)
            if wanted is None:
                continue
            label = _label_of(rows, wanted.replace(" ", ""))
            at = (group - 1) * per_group + i
            rows[at] = replace(rows[at], label=label)
    return rows


def _label_of(rows: list[Parameter], wanted: str) -> str:
    """Label of the parameter that ``equal()`` names, given to it if it has none."""
    if any(p.label == wanted for p in rows):
        return wanted
    for i, p in enumerate(rows):
        if wanted in (p.name, f"{p.rhs}{p.op}{p.lhs}" if p.op == "~~" else p.name):
            if not p.label:
                rows[i] = replace(p, label=f".p{i + 1}.")
            return rows[i].label
    raise _no_such_parameter(wanted, [*(p.label for p in rows if p.label), *(p.name for p in rows)])


def _no_such_parameter(wanted: str, known: list[str]) -> ModelError:
    return ModelError(
        f"equal= needs a label or a parameter of the model; got '{wanted}'."
        f'{did_you_mean(wanted, known)} Write for example equal("f=~x2")*x3.'
    )


def _share_fixed_values(rows: list[Parameter]) -> list[Parameter]:
    """A label that stands at a fixed value fixes all its rows to it."""
    values: dict[str, float] = {}
    for p in rows:
        if p.free or not p.label or p.value is None:
            continue
        if values.setdefault(p.label, p.value) != p.value:
            raise ModelError(
                f"label= needs one value for '{p.label}'; got {values[p.label]:g} and"
                f" {p.value:g} ('{p.name}'). Rows with the same label are the same parameter:"
                " give one of them another label."
            )
    if not values:
        return rows
    return [
        replace(p, free=False, value=values[p.label], start=None) if p.label in values else p
        for p in rows
    ]
