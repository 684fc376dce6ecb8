"""From claims and scales to a model."""

from collections.abc import Iterator, Mapping

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
        item is that item: loading 1, no residual variance.

    Raises
    ------
    ModelError
        A construct has no scale, or is formative, which this model cannot express.
    ArgumentError
        Unknown `performance`.
    """
    if not study.hypotheses:
        raise ModelError(
            "study= needs at least one hypothesis; got none. For correlated constructs use "
            "specify_measurement()."
        )
    variables, relations = _measured(_scales_of(study, scales), performance)
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
    ModelError, ArgumentError
        As `specify`.
    """
    kept = _scales_of(study, scales) if study is not None else tuple(scales.scales)
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
        if construct.nature != "reflective":
            raise ModelError(
                f"study= needs reflective constructs; '{construct.id}' is {construct.nature}. "
                "Write the model as lavaan text with its items as causes of an observed score."
            )
        found.append(scales[construct.id])
    return tuple(found)


def _measured(
    scales: tuple[Scale, ...], performance: str
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
        if performance == "single" or len(parts) < 2:
            variables[scale.construct] = (scale.construct,)
            relations += _factor(scale.construct, scale.codes)
            continue
        for name, codes in parts.items():
            relations += _factor(name, codes)
        if performance == "two-factor":
            variables[scale.construct] = tuple(parts)
        else:
            variables[scale.construct] = (scale.construct,)
            relations += [Relation(scale.construct, "=~", name) for name in parts]
    return variables, relations


def _factor(name: str, codes: tuple[str, ...]) -> Iterator[Relation]:
    if len(codes) == 1:
        yield Relation(name, "=~", codes[0], Modifiers(fixed=(1.0,)))
        yield Relation(codes[0], "~~", codes[0], Modifiers(fixed=(0.0,)))
        return
    for code in codes:
        yield Relation(name, "=~", code)


def _label(label: str, construct: str, variable: str) -> str:
    """Hypothesis id, with the dimension where a construct enters by its dimensions."""
    return label if variable == construct else f"{label}_{variable.removeprefix(construct + '_')}"
