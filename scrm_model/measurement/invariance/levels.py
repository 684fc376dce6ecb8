"""What each level of invariance holds equal, and how the model stays identified there.

Notes
-----
Continuous items [meredith1993]_: configural, the same pattern; metric, loadings; scalar, loadings
and intercepts, latent means of later groups free; strict, residual variances too.

Ordinal items [wu2016]_: the scale and origin of a latent response come from its thresholds, so
that these are held equal first. With the first group's intercepts 0 and residual variances 1 (under
theta; scales 1 under delta), later groups have of each item

    thresholds   equal thresholds;   intercepts and residual variances free
    metric       equal loadings too; intercepts and residual variances free
    scalar       intercepts 0;       latent means free
    strict       residual variances 1

An item with two answers has one threshold, which cannot tell an origin from a scale. At the level
of thresholds its scale stays 1 and its intercept is free: nothing is restricted. At the metric
level its scale is free, but for one item of a factor that has such items only: nothing again. Its
loading and threshold are tested at the scalar level, all at once.

lavaan 0.6-14 takes ``group.equal="thresholds"`` as thresholds and intercepts: latent means are free
from there on, and its metric level is the scalar one here.

Second order [chen2005]_: metric holds the loadings of both orders, scalar the intercepts of the
items and, at 0, those of the first-order constructs, so that means differ by the second-order
construct alone. ``metric.first`` and ``scalar.first`` stop at the first order; means of first-order
constructs are free then.

References
----------
.. [meredith1993] Meredith, W. (1993). Measurement invariance, factor analysis and factorial
   invariance. Psychometrika, 58, 525-543.
.. [wu2016] Wu, H., & Estabrook, R. (2016). Identification of confirmatory factor analysis models of
   different levels of invariance for ordered categorical outcomes. Psychometrika, 81, 1014-1045.
.. [chen2005] Chen, F. F., Sousa, K. H., & West, S. G. (2005). Testing measurement invariance of
   second-order factor models. Structural Equation Modeling, 12, 471-492.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scrm_model.inference.words import joined
from scrm_model.measurement.scales import Measured
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Modifiers, Relation
from scrm_model.study.records import Text

LADDER = (
    "configural", "thresholds", "metric.first", "metric", "scalar.first", "scalar", "strict",
)  # fmt: skip
LEVELS = (*LADDER, "means")
CONTINUOUS = ("configural", "metric", "scalar", "strict")
ORDINAL = ("configural", "thresholds", "metric", "scalar", "strict")
IDENTIFICATIONS = ("wu.estabrook", "lavaan")

_STEP = {name: k for k, name in enumerate(LADDER)}
_THRESHOLDS, _LOADINGS, _INTERCEPTS = (
    _STEP["thresholds"], _STEP["metric.first"], _STEP["scalar.first"]
)  # fmt: skip


@dataclass(frozen=True)
class Measurement:
    """The measurement part of a model in several groups.

    Attributes
    ----------
    model : Model
        As the user wrote it.
    n_groups : int
    cuts : dict of str to int
        Thresholds of each ordinal variable.
    constructs : dict of str to Measured
    theta : bool
        Whether residual variances set the scales of latent responses.
    freed : bool
        Whether origins and scales are free as Wu and Estabrook have it.
    """

    model: Model
    n_groups: int
    cuts: Mapping[str, int]
    constructs: Mapping[str, Measured]
    theta: bool
    freed: bool

    @property
    def dimensions(self) -> dict[str, str]:
        """Constructs that measure another one, which is named behind each."""
        return {v: f for f, of in self.constructs.items() for v in of.dimensions}

    def level_of(self, parameter: str) -> str:
        """The first level that holds a parameter such as ``f=~x2`` equal; "" if none does."""
        name = "".join(parameter.split())
        if "|" in name:
            return "thresholds"
        if "=~" in name:
            return "metric" if name.split("=~")[1] in self.constructs else "metric.first"
        if name.endswith("~1"):
            variable = name[:-2]
            return "scalar" if variable in self.dimensions else _observed(self, variable)
        first, mark, second = name.partition("~~")
        own = mark and first == second and first not in self.constructs
        return "strict" if own else ""


def _observed(of: Measurement, variable: str) -> str:
    if variable in of.constructs:
        return ""
    return "thresholds" if of.cuts and not of.freed else "scalar.first"


@dataclass(frozen=True, slots=True)
class Plan:
    """A level as arguments of `fit`."""

    model: Model
    group_equal: tuple[str, ...]
    group_partial: tuple[str, ...]


def plan(of: Measurement, level: str, partial: Sequence[str], below: str = "scalar") -> Plan:
    """How a level is estimated.

    Parameters
    ----------
    of : Measurement
    level : str
        One of `LEVELS`.
    partial : sequence of str
        Parameters released.
    below : str
        The level to which ``"means"`` adds equal latent means.
    """
    rung = below if level == "means" else level
    step = _STEP[rung]
    first = of.freed and _THRESHOLDS <= step < _INTERCEPTS and bool(of.cuts)
    kinds = list(_kinds(of, step))
    if first or level == "means":
        kinds.append("means")
    held, written = list(partial), []
    if rung == "metric.first":
        held += [f"{f}=~{v}" for v, f in of.dimensions.items()]
    if first:
        items = {v for m in of.constructs.values() for v in m.items}
        held += [f"{v}~1" for v in of.model.observed if v in items and v not in of.cuts]
    if step >= _THRESHOLDS:
        for statement, name in _responses(of, step, partial):
            written.append(statement)
            held.append(name)
    if step >= (_THRESHOLDS if of.cuts and not of.freed else _INTERCEPTS):
        written += _higher_means(of, rung, partial)
    there = {(r.lhs, r.op, r.rhs) for r in of.model.statements if isinstance(r, Relation)}
    new = [w for w in written if (w.lhs, w.op, w.rhs) not in there]
    model = Model((*of.model.statements, *new), of.model.name, of.model.origin)
    names = dict.fromkeys(h for h in held if h)
    return Plan(model, tuple(kinds), tuple(names) if kinds else ())


def _kinds(of: Measurement, step: int) -> Iterator[str]:
    if of.cuts and step >= _THRESHOLDS:
        yield "thresholds"
    if step >= _LOADINGS:
        yield "loadings"
    if step >= _INTERCEPTS:
        yield "intercepts"
    if step >= _STEP["strict"]:
        yield "residuals"


def _responses(
    of: Measurement, step: int, partial: Sequence[str]
) -> Iterator[tuple[Relation, str]]:
    """Origins and scales of latent responses that differ from those of `fit`'s own rules."""
    first = of.freed and step < _INTERCEPTS
    anchors = set(_anchors(of, partial)) if first and step >= _LOADINGS else set(of.cuts)
    for v in of.cuts:
        equal = _equal_cuts(of, v, partial)
        if (first and equal) or f"{v}~1" in partial:
            yield Relation(v, "~1", "", _later(of, 0.0)), f"{v}~1"
        scale = ("~~", v) if of.theta else ("~*~", v)
        if first and equal < 2 and v in anchors:
            yield Relation(v, *scale, Modifiers(fixed=(1.0,))), ""
        elif of.theta and step == _STEP["strict"] and f"{v}~~{v}" in partial:
            yield Relation(v, "~~", v, _later(of, 1.0)), ""


def _later(of: Measurement, value: float) -> Modifiers:
    """A value in the first group, free in all others."""
    return Modifiers(fixed=(value, *[None] * (of.n_groups - 1)))


def _equal_cuts(of: Measurement, variable: str, partial: Sequence[str]) -> int:
    return sum(f"{variable}|t{k + 1}" not in partial for k in range(of.cuts[variable]))


def _anchors(of: Measurement, partial: Sequence[str]) -> Iterator[str]:
    """Items with one equal threshold that set the scale of their factor, as no other item can."""
    for m in of.constructs.values():
        scaled = [
            v for v in m.indicators
            if v in of.constructs or v not in of.cuts or _equal_cuts(of, v, partial) > 1
        ]  # fmt: skip
        if m.indicators and not scaled:
            yield m.indicators[0]


def _higher_means(of: Measurement, rung: str, partial: Sequence[str]) -> Iterator[Relation]:
    """Means held at 0 so that those of one order alone are free."""
    below = of.dimensions
    held = dict.fromkeys(below.values()) if rung == "scalar.first" else dict.fromkeys(below)
    for name in held:
        if rung == "scalar.first" and name in below:
            continue
        if f"{name}~1" not in partial:
            yield Relation(name, "~1", "", Modifiers(fixed=(0.0,)))


def held_text(of: Measurement, level: str) -> Text:
    """What a level holds equal, in words."""
    if level == "configural":
        return Text("the pattern only", "structure seule")
    if level == "means":
        return Text(
            "latent means, besides what the level above holds",
            "moyennes latentes, outre celles du niveau précédent",
        )
    ordinal, step = bool(of.cuts), _STEP[level]
    some = _held_kinds(bool(of.dimensions))
    kept = [n for n in some if _STEP[n] <= step]
    if not ordinal:
        kept = [n for n in kept if n != "thresholds"]
    elif not of.freed and step < _INTERCEPTS:
        own = [some[n] for n in kept if n != "metric.first"]
        return joined([*own, Text("intercepts", "intercepts")], ", ")
    for first, both in (("metric.first", "metric"), ("scalar.first", "scalar")):
        if both in kept:
            kept.remove(first)
    return joined([some[n] for n in kept], ", ")


def _held_kinds(second: bool) -> dict[str, Text]:
    loadings, intercepts = (
        Text("loadings", "contributions factorielles"),
        Text("intercepts", "intercepts"),
    )
    if second:
        loadings = Text("loadings of both orders", "contributions des deux ordres")
        intercepts = Text(
            "intercepts of items and of first-order constructs",
            "intercepts des items et des construits de premier ordre",
        )
    return {
        "thresholds": Text("thresholds", "seuils"),
        "metric.first": Text("loadings of items", "contributions des items"),
        "metric": loadings,
        "scalar.first": Text("intercepts of items", "intercepts des items"),
        "scalar": intercepts,
        "strict": Text("residual variances", "variances résiduelles"),
    }
