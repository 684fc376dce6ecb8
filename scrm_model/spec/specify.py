"""From claims and scales to a model."""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from scrm_model.errors import ArgumentError, ModelError, did_you_mean
from scrm_model.spec.model import Model
from scrm_model.spec.origin import Origin
from scrm_model.spec.statements import Modifiers, Relation
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scale, Scales

PERFORMANCE = ("second-order", "two-factor", "single")


def specify(
    study: Study = STUDY, scales: Scales = SCALES, *, performance: str = "second-order"
) -> Model:
    """The structural model of a study: every construct measured, every hypothesis a path.

    Parameters
    ----------
    study : Study
    scales : Scales
        Must hold a scale for each construct of the study; others are left out.
    performance : {"second-order", "two-factor", "single"}
        How a construct with several dimensions (here SCRMP) enters: as a factor measured by its
        dimensions; as its dimensions, each with the construct's paths; or as one factor of all
        its items.

    Returns
    -------
    Model
        Each path carries its hypothesis's id as label (``SMS ~ H1*CRO``). A construct with one
        item is that item: loading 1, no residual variance. A formative construct is the weighted
        sum of its items or, at the second order, of its dimensions; the first weight is 1. Its
        items covary freely with one another and with the exogenous factors.

    Raises
    ------
    ModelError
        A construct has no scale, or a formative one explains nothing or is to be explained.
    ArgumentError
        Unknown `performance`.

    Notes
    -----
    A formative construct has no residual of its own here. One path from it then identifies it,
    in scale and weights; were its residual variance free, it would take paths to two variables
    whose residuals do not covary [1]_. For the same reason nothing but its items explains it.

    References
    ----------
    .. [1] MacCallum, R. C. and Browne, M. W. (1993). The use of causal indicators in covariance
       structure models: some practical issues. Psychological Bulletin, 114, 533-541.
    """
    if not study.hypotheses:
        raise ModelError(
            "study= needs at least one hypothesis; got none. For correlated constructs use "
            "specify_measurement()."
        )
    formative = _formative(study)
    _check_formative(study, formative)
    variables, relations = _measured(_scales_of(study, scales), performance, formative)
    targets = {v for h in study.hypotheses for v in variables[h.target]}
    relations += _around_composites(relations, targets)
    paths = []
    for hypothesis in study.hypotheses:
        for target in variables[hypothesis.target]:
            for source in variables[hypothesis.source]:
                label = _label(hypothesis.id, hypothesis.source, source)
                label = _label(label, hypothesis.target, target)
                paths.append(Relation(target, "~", source, Modifiers(label=(label,))))
    # Paths into one variable stand together, so that the model text reads as equations.
    order = list(dict.fromkeys(path.lhs for path in paths))
    relations += sorted(paths, key=lambda path: order.index(path.lhs))
    return Model(relations, study.name.get("en"), Origin(study, variables))


def specify_measurement(
    scales: Scales = SCALES,
    *,
    study: Study | None = None,
    performance: str = "second-order",
) -> Model:
    """The measurement model: the same factors, freely correlated.

    Formative constructs are left out: without the paths from them, nothing determines their
    weights, and their items need not correlate.

    Parameters
    ----------
    scales : Scales
    study : Study, optional
        Restrict the scales to its constructs.
    performance : {"second-order", "two-factor", "single"}
        As in `specify`.

    Returns
    -------
    Model

    Raises
    ------
    ModelError
        A construct has no scale, or all are formative.
    ArgumentError
        Unknown `performance`.
    """
    kept = _scales_of(study, scales) if study is not None else tuple(scales.scales)
    formative = _formative(study) if study is not None else frozenset()
    kept = tuple(scale for scale in kept if scale.construct not in formative)
    if not kept:
        raise ModelError(
            "study= needs a reflective construct to measure; all of its constructs are formative. "
            "Use specify() for the model with their paths."
        )
    variables, relations = _measured(kept, performance)
    origin = Origin(study, variables) if study is not None else None
    return Model(relations, "measurement", origin)


def _scales_of(study: Study, scales: Scales) -> tuple[Scale, ...]:
    found = []
    for construct in study.constructs:
        if construct.id not in scales:
            raise ModelError(
                f"scales= needs a scale for each construct of the study; '{construct.id}' has "
                f"none.{did_you_mean(construct.id, scales)} Add items, or use "
                f"study.without('{construct.id}')."
            )
        found.append(scales[construct.id])
    return tuple(found)


def _formative(study: Study) -> frozenset[str]:
    return frozenset(c.id for c in study.constructs if c.nature == "formative")


def _check_formative(study: Study, formative: Collection[str]) -> None:
    explaining = {h.source for h in study.hypotheses}
    for construct in sorted(formative):
        into = [h.id for h in study.hypotheses if h.target == construct]
        if into:
            raise ModelError(
                f"study= needs hypotheses that do not explain formative constructs; {into[0]} leads"
                f" to '{construct}', which its items make up entirely. Lead it to another construct"
                " that the items measure, or make this one reflective."
            )
        if construct not in explaining:
            raise ModelError(
                f"study= needs a hypothesis from each formative construct; '{construct}' explains"
                " nothing, so that nothing determines its weights. Add a hypothesis, or use"
                f" study.without('{construct}')."
            )


def _around_composites(relations: list[Relation], targets: Collection[str]) -> list[Relation]:
    """Let what makes up the composites covary with the exogenous factors, in their place."""
    parts = [(r.lhs, r.rhs) for r in relations if r.op == "<~"]
    factors = dict.fromkeys(r.lhs for r in relations if r.op == "=~")
    measured = {r.rhs for r in relations if r.op == "=~"}
    outside = [f for f in factors if f not in measured and f not in targets]
    items = list(dict.fromkeys(rhs for _, rhs in parts if rhs not in factors))
    composites = list(dict.fromkeys(lhs for lhs, _ in parts))
    none = Modifiers(fixed=(0.0,))
    found = [Relation(c, "~~", f, none) for c in composites for f in outside]
    found += [Relation(a, "~~", b, none) for a, b in combinations(composites, 2)]
    if outside:
        # Written covariances make predictors random, and then all of theirs must be written.
        found += [Relation(a, "~~", b) for a, b in combinations(items, 2)]
        found += [Relation(item, "~~", f) for item in items for f in outside]
    return found


def _measured(
    scales: tuple[Scale, ...], performance: str, formative: Collection[str] = ()
) -> tuple[Mapping[str, tuple[str, ...]], list[Relation]]:
    if performance not in PERFORMANCE:
        choices = ", ".join(map(repr, PERFORMANCE))
        raise ArgumentError(
            f"performance= needs one of {choices}; got {performance!r}."
            f"{did_you_mean(str(performance), PERFORMANCE)}"
        )
    variables: dict[str, tuple[str, ...]] = {}
    relations: list[Relation] = []
    for scale in scales:
        parts = {f"{scale.construct}_{d}": codes for d, codes in scale.by_dimension.items() if d}
        made = scale.construct in formative
        if performance == "single" or len(parts) < 2:
            variables[scale.construct] = (scale.construct,)
            relations += (_composite if made else _factor)(scale.construct, scale.codes)
            continue
        for name, codes in parts.items():
            composite = made and performance == "two-factor"
            relations += (_composite if composite else _factor)(name, codes)
        if performance == "two-factor":
            variables[scale.construct] = tuple(parts)
        else:
            variables[scale.construct] = (scale.construct,)
            if made:
                relations += _composite(scale.construct, tuple(parts))
            else:
                relations += [Relation(scale.construct, "=~", name) for name in parts]
    return variables, relations


def _factor(name: str, codes: tuple[str, ...]) -> Iterator[Relation]:
    if len(codes) == 1:
        yield Relation(name, "=~", codes[0], Modifiers(fixed=(1.0,)))
        yield Relation(codes[0], "~~", codes[0], Modifiers(fixed=(0.0,)))
        return
    for code in codes:
        yield Relation(name, "=~", code)


def _composite(name: str, parts: tuple[str, ...]) -> Iterator[Relation]:
    if len(parts) == 1:
        yield from _factor(name, parts)
        return
    yield Relation(name, "<~", parts[0], Modifiers(fixed=(1.0,)))
    for part in parts[1:]:
        yield Relation(name, "<~", part)


def _label(label: str, construct: str, variable: str) -> str:
    """Hypothesis id, with the dimension where a construct enters by its dimensions."""
    return label if variable == construct else f"{label}_{variable.removeprefix(construct + '_')}"
