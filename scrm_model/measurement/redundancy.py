"""How far a formative block carries another measure of its construct: a model of its own.

Notes
-----
See `scrm_model.measurement.formative`. The path's sign belongs to the unit of the composite, so
that the correlation is given as positive; a single item that goes the other way is told.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, EstimationError, ScrmError
from scrm_model.estimation.observed.frames import Rows
from scrm_model.estimation.result import Fit
from scrm_model.measurement.bounds import fisher_limits
from scrm_model.measurement.discriminant import measurement_relations, refitted
from scrm_model.measurement.htmt import correlations_of
from scrm_model.measurement.scales import constructs_of
from scrm_model.measurement.standing import standardised
from scrm_model.spec.statements import Modifiers, Relation

_GIVEN = "global_measure"


def redundancy_row(
    fit: Fit, group: int, block: str, parts: tuple[str, ...], measure: Any, level: float
) -> dict[str, Any]:
    """The redundancy of one block in one group.

    Parameters
    ----------
    fit : Fit
    group : int
        From 0.
    block : str
    parts : tuple of str
        The first one gives the composite its unit.
    measure : str, Series or array
        As in `scrm_model.measurement.formative.formative`.
    level : float

    Returns
    -------
    dict
        construct, measure, group, n, r, se, ci_lower, ci_upper, r2, note.
    """
    column = None
    if isinstance(measure, str):
        target, label = _known(fit, block, parts, measure), measure
    else:
        column = _column(fit, group, block, measure)
        label = str(measure.name) if getattr(measure, "name", None) is not None else "given"
        target = _free_name(fit)
    row: dict[str, Any] = {"construct": block, "measure": label, "group": group + 1}
    relations = [
        *_scales(fit, (*parts, target)),
        Relation(block, "<~", parts[0], Modifiers(fixed=(1.0,))),
        *(Relation(block, "<~", v) for v in parts[1:]),
        Relation(target, "~", block),
        *_beside(fit, block, parts),
    ]
    extra = {} if column is None else {target: column}
    try:
        alone = refitted(fit, relations, group, extra=extra, std_lv=False)
    except ScrmError as error:
        return row | {"note": f"no redundancy: {error}"}
    if not alone.converged:
        return row | {"n": alone.nobs, "note": "no redundancy: its model has no minimum"}
    return row | {"n": alone.nobs} | _path(alone, block, target, parts, level)


def _path(
    fit: Fit, block: str, target: str, parts: tuple[str, ...], level: float
) -> dict[str, Any]:
    table = fit.table.parameters
    (at,) = [k for k, v in enumerate(table) if (v.lhs, v.op, v.rhs) == (target, "~", block)]
    found = standardised(fit, [at], level)
    r, se = abs(float(found["est"][0])), float(found["se"][0])
    low, high = (float(x) for x in fisher_limits(r, se, level))
    told = ""
    observed = fit.compiled.observed
    if {target, *parts} <= set(observed):
        place = [observed.index(v) for v in (target, *parts)]
        between = correlations_of(fit.samples[0].cov[:, place][:, :, place])[0][0, 1:]
        if between.sum() < 0:
            told = "the measure correlates negatively with the block: r is its size"
    return {"r": r, "se": se, "ci_lower": low, "ci_upper": high, "r2": r**2, "note": told}


def _known(fit: Fit, block: str, parts: tuple[str, ...], name: str) -> str:
    every = constructs_of(fit.compiled)
    good = name in fit.compiled.observed or (name in every and not every[name].formative)
    if good and name not in (block, *parts):
        return name
    raise ArgumentError(
        f"redundancy= needs another measure of {block} that is in the model, or a column; got "
        f"{name!r}. Give the column itself, for example redundancy={{{block!r}: frame[{name!r}]}}."
    )


def _free_name(fit: Fit) -> str:
    taken = {*fit.compiled.observed, *fit.compiled.latent}
    name = _GIVEN
    while name in taken:
        name += "_"
    return name


def _scales(fit: Fit, names: tuple[str, ...]) -> list[Relation]:
    """Measurement models of those names that are constructs."""
    every = constructs_of(fit.compiled)
    inside = [v for v in names if v in every]
    for v in inside:  # dimensions bring theirs
        inside += [d for d in every[v].dimensions if d not in inside]
    items = {v for f in inside for v in every[f].items}
    return [
        s
        for s in measurement_relations(fit)
        if s.lhs in inside or (s.lhs in items and (s.op != "~~" or s.rhs in items))
    ]


def _beside(fit: Fit, block: str, parts: tuple[str, ...]) -> list[Relation]:
    """Where constructs are parts: they and items correlate, and none does with the composite."""
    inside = [v for v in parts if v in constructs_of(fit.compiled)]
    items = [v for v in parts if v not in inside]
    if not inside:
        return []
    none = Modifiers(fixed=(0.0,))
    found = [Relation(block, "~~", f, none) for f in inside]
    found += [Relation(a, "~~", b) for a, b in combinations(items, 2)]
    return found + [Relation(item, "~~", f) for item in items for f in inside]


def _column(fit: Fit, group: int, block: str, measure: Any) -> np.ndarray:
    """Values of the rows that are used in one group."""
    if fit.rows is None:
        raise EstimationError(
            "formative() needs raw data for a column in redundancy=; this model was fitted to "
            "Moments. Put the measure into the model and give its name."
        )
    rows = fit.rows[group]
    return _numbers(block, _aligned(fit, rows, block, measure))


def _aligned(fit: Fit, rows: Rows, block: str, measure: Any) -> Any:
    if isinstance(measure, pd.Series) and measure.index.is_unique:
        lost = ~np.isin(rows.index, measure.index)
        if not lost.any():
            return measure.loc[rows.index].to_numpy()
        raise ArgumentError(
            f"redundancy= needs a value for every row of the data; the Series for {block!r} has "
            f"no row {str(rows.index[lost][0])!r} and lacks {int(lost.sum()) - 1} more. If its "
            "values stand in the order of the rows, write series.to_numpy()."
        )
    given = np.asarray(measure) if np.ndim(measure) == 1 else None
    if given is None or len(given) != fit.n_original:
        came = f"{len(given)} values" if given is not None else type(measure).__name__
        raise ArgumentError(
            f"redundancy= needs a name, or one value for each of the {fit.n_original} rows of the "
            f"data; got {came} for {block!r}. Give the column, for example frame['overall']."
        )
    return given[rows.place]


def _numbers(block: str, values: Any) -> np.ndarray:
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"redundancy= needs numbers; got text in the column for {block!r}. Code its answers."
        ) from None
