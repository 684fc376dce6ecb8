"""What was asked of `orders()`: the construct, its dimensions, and what stands beside it."""

from collections.abc import Iterable, Mapping
from typing import Any

from scrm_model.errors import ArgumentError, ModelError, did_you_mean
from scrm_model.estimation.result import Fit
from scrm_model.measurement.method.ask import data_of_fit, settings_of_fit
from scrm_model.measurement.order.models import Hierarchy
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model
from scrm_model.spec.specify import specify_measurement
from scrm_model.spec.statements import Relation
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

_OURS = ("std_lv", "group", "group_equal", "group_partial", "orthogonal")


def model_of(
    model: Any, data: Any, ordered: Any, scales: Scales, options: Mapping[str, Any]
) -> tuple[Model, Any, Any, dict[str, Any]]:
    """A model, data, ordinal variables and options, from whatever came.

    Raises
    ------
    ArgumentError
        None of these, or an option that the models decide.
    """
    found = dict(options)
    for name in _OURS:
        if name in found:
            raise ArgumentError(
                f"{name}= needs to be left out here; got {found[name]!r}. Every model has latent "
                "variances of 1, one group and correlated constructs."
            )
    if isinstance(model, Fit):
        ordered, found = settings_of_fit(model, ordered, found)
        data = data_of_fit(model) if data is None else data
        model = model.model
    elif isinstance(model, Study):
        model = specify_measurement(scales, study=model)
    elif isinstance(model, str):
        model = Model.from_syntax(model)
    if not isinstance(model, Model):
        raise ArgumentError(
            "model= needs a Model, lavaan text, a Study or a result of fit(); got "
            f"{type(model).__name__}. Write for example specify_measurement()."
        )
    if data is None:
        raise ArgumentError(
            "data= needs a DataFrame or Moments; got none. Give the answers, or a result of fit() "
            "as model=."
        )
    return model, data, ordered, found


def hierarchy_of(model: Model, of: Any, alone: bool, reference: str | None) -> Hierarchy:
    """The construct that was asked for, in its model or by itself.

    Parameters
    ----------
    model : Model
    of : str, or mapping of one name to dimensions, optional
    alone : bool
        Without the other constructs.
    reference : str, optional

    Raises
    ------
    ArgumentError, ModelError
    """
    relations = [s for s in model.statements if isinstance(s, Relation)]
    loads: dict[str, list[str]] = {}
    for r in relations:
        zero = r.modifiers.fixed and set(r.modifiers.fixed) == {0.0}
        if r.op == "=~" and not zero:
            loads.setdefault(r.lhs, []).append(r.rhs)
    name, dimensions = _asked(of, loads)
    items = {d: tuple(loads[d]) for d in dimensions}
    _check(name, items, loads)
    if reference is not None and reference not in items:
        raise ArgumentError(
            f"reference= needs one of the dimensions {', '.join(items)}; got {reference!r}."
            f"{did_you_mean(str(reference), items)}"
        )
    inside = {v for own in items.values() for v in own}
    rest = {} if alone else {f: own for f, own in loads.items() if f not in {*items, name}}
    used = inside | {v for own in rest.values() for v in own if v not in loads}
    below = {v for own in rest.values() for v in own}
    beside = tuple(
        Relation(r.lhs, r.op, r.rhs) if r.op == "=~" else r
        for r in relations
        if (r.op == "=~" and r.lhs in rest)
        or (r.lhs in used and (r.op in ("|", "~*~", "~1") or (r.op == "~~" and r.rhs in used)))
    )
    others = tuple(f for f in rest if f not in below)
    return Hierarchy(name, items, others, beside, reference or "")


def _asked(of: Any, loads: Mapping[str, list[str]]) -> tuple[str, tuple[str, ...]]:
    higher = {f: own for f, own in loads.items() if any(v in loads for v in own)}
    if of is None:
        if len(higher) != 1:
            got = f"{len(higher)} ({', '.join(higher)})" if higher else "none"
            raise ArgumentError(
                f"of= needs to name the construct in a model with one second-order construct only; "
                f"got {got}. Give its name, or of={{'G': ['dimension', …]}} for constructs that "
                "the model has side by side."
            )
        of = next(iter(higher))
    if isinstance(of, Mapping):
        if len(of) != 1:
            raise ArgumentError(
                f"of= needs one construct with its dimensions; got {len(of)}. Ask for each by "
                "itself."
            )
        ((name, dimensions),) = of.items()
        dimensions = as_texts("of", dimensions)
    elif of in higher:
        name, dimensions = of, tuple(loads[of])
    else:
        raise ArgumentError(
            f"of= needs a construct with dimensions; got {of!r}."
            f"{did_you_mean(str(of), higher) or _none(higher)}"
        )
    unknown = [d for d in dimensions if d not in loads]
    if unknown:
        raise ArgumentError(
            f"of= needs dimensions that the model measures; got {', '.join(map(repr, unknown))}."
            f"{did_you_mean(unknown[0], loads)} An indicator that is an item cannot be one."
        )
    return str(name), tuple(dimensions)


def _none(higher: Iterable[str]) -> str:
    names = ", ".join(higher)
    if names:
        return f" The model has {names}."
    return " The model has none: give of={'G': ['dimension', …]} for constructs side by side."


def _check(name: str, items: Mapping[str, tuple[str, ...]], loads: Mapping[str, list[str]]) -> None:
    if len(items) < 2:
        raise ModelError(
            f"of= needs at least two dimensions; '{name}' has {len(items)}. With one it is the "
            "construct itself."
        )
    deeper = [d for d, own in items.items() if any(v in loads for v in own)]
    if deeper:
        raise ModelError(
            f"of= needs dimensions with items; {', '.join(deeper)} has dimensions itself. Ask for "
            "that construct, or fit constructs of third order by fit()."
        )
    taken = [v for own in items.values() for v in own if v == name]
    if taken or (name in loads and not set(items) <= set(loads[name])):
        raise ArgumentError(
            f"of= needs a name that the model does not have for a new construct; got '{name}'. "
            "Choose another."
        )
    twice = [v for v in {w for o in items.values() for w in o}
             if sum(v in o for o in items.values()) > 1]  # fmt: skip
    if twice:
        raise ModelError(
            f"of= needs items of one dimension each; got {', '.join(sorted(twice))} in several. "
            "Bifactor indices are defined for such items only: drop the cross-loading."
        )
