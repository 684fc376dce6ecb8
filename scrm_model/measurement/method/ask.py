"""What was asked of `method_bias()`: the model's constructs, the marker, the rows."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import (
    ArgumentError,
    DataError,
    MissingColumnError,
    MissingDataWarning,
    ModelError,
    did_you_mean,
)
from scrm_model.estimation.observed.frames import as_pandas, numeric_columns
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.responses.coding import ordered_names
from scrm_model.estimation.result import Fit
from scrm_model.measurement.method.ground import Ground, unused_name
from scrm_model.measurement.method.partialled import RULES
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Relation
from scrm_model.survey.items import Scale

_REUSED = ("estimator", "missing", "information", "se", "test", "likelihood")
_OURS = ("std_lv", "group", "group_equal", "group_partial", "orthogonal", "fixed_x")


def ground_of(
    model: Any, data: Any, marker: Any, ordered: Any, options: Mapping[str, Any]
) -> Ground:
    """The constructs with items of a model, with data and marker.

    Parameters
    ----------
    model : Fit, Model or str
        Of a fit, its model, rows and settings are taken.
    data : DataFrame or Moments, optional
    marker : Scale, str, iterable of str, optional
        The marker's items, or a construct of the model.
    ordered : as in `fit`
    options : dict

    Raises
    ------
    ArgumentError, ModelError, DataError, MissingColumnError
    """
    for name in _OURS:
        if name in options:
            raise ArgumentError(
                f"{name}= needs to be left out here; got {options[name]!r}. Every model has "
                "latent variances of 1, one group and correlated constructs."
            )
    options = dict(options)
    if isinstance(model, Fit):
        ordered, options = settings_of_fit(model, ordered, options)
        data = data_of_fit(model) if data is None else data
        model = model.model
    if isinstance(model, str):
        model = Model.from_syntax(model)
    if not isinstance(model, Model):
        raise ArgumentError(
            f"model= needs a Model, lavaan text or a result of fit(); got {type(model).__name__}. "
            "Write for example specify_measurement()."
        )
    constructs, beside = _constructs(model)
    name, items = _marker(marker, constructs)
    constructs = {f: own for f, own in constructs.items() if f != name}
    _check_constructs(constructs, items)
    ordinal = _ordinal(ordered, model, items)
    if ordinal:
        options.setdefault("parameterization", "theta")
        lone = [f for f, own in constructs.items() if len(own) == 1 and own[0] in ordinal]
        if lone:
            raise ModelError(
                f"ordered= needs constructs of several items; {', '.join(lone)} has one ordinal "
                "item, whose error cannot be told. Leave that item out of ordered=, or the "
                "construct out of the model."
            )
    taken = (*constructs, *model.latent, *model.observed, *items)
    every = (*dict.fromkeys(v for own in constructs.values() for v in own), *items)
    listwise = options.get("missing", "listwise") == "listwise"
    return Ground(
        constructs, items, name or unused_name("MARKER", taken), unused_name("METHOD", taken),
        beside, _rows(data, every, listwise), ordinal, options,
    )  # fmt: skip


def settings_of_fit(fit: Fit, ordered: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Ordinal variables and options as a fit had them, unless given; of one group.

    Raises
    ------
    ArgumentError
        The fit has several groups.
    """
    if len(fit.samples) > 1:
        raise ArgumentError(
            f"model= needs a fit of one group; got {len(fit.samples)}. Fit each group by itself."
        )
    of = fit.settings
    found = {key: getattr(of, key) for key in _REUSED}
    if of.ordered:
        found["parameterization"] = "theta"
    return (ordered or of.ordered), found | options


def data_of_fit(fit: Fit) -> Any:
    """The rows of a fit as a frame, or its moments."""
    if fit.rows is None:
        s = fit.samples[0]
        cov = s.cov[0] * (1.0 if fit.settings.unbiased else s.cases / (s.cases - 1))
        mean = None if s.mean is None else s.mean[0]
        return Moments(cov, s.cases, mean, fit.compiled.observed)
    return pd.DataFrame(fit.raw_data()[0], columns=list(fit.compiled.observed))


def _constructs(model: Model) -> tuple[dict[str, tuple[str, ...]], tuple[Relation, ...]]:
    """First-order reflective constructs with their items, and what is said of the items besides."""
    relations = [s for s in model.statements if isinstance(s, Relation)]
    made = {r.lhs for r in relations if r.op == "<~"}
    found: dict[str, list[str]] = {}
    for r in relations:
        zero = r.modifiers.fixed and set(r.modifiers.fixed) == {0.0}
        if r.op == "=~" and r.lhs not in made and r.rhs not in model.latent and not zero:
            found.setdefault(r.lhs, []).append(r.rhs)
    items = {v for own in found.values() for v in own}
    beside = tuple(
        r for r in relations
        if r.lhs in items and (r.op in ("|", "~*~", "~1") or (r.op == "~~" and r.rhs in items))
    )  # fmt: skip
    return {f: tuple(own) for f, own in found.items()}, beside


def _marker(marker: Any, constructs: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    if marker is None:
        return "", ()
    if isinstance(marker, Scale):
        return "", tuple(marker.codes)
    if isinstance(marker, str) and marker in constructs:
        return marker, constructs[marker]
    try:
        items = as_texts("marker", marker)
    except ArgumentError:
        raise ArgumentError(
            "marker= needs the marker's items, a Scale such as SCALES.marker, or a construct of "
            f"the model; got {marker!r}."
        ) from None
    if not items or len(set(items)) < len(items):
        raise ArgumentError(
            f"marker= needs items, each once; got {items!r}. Leave it out if there is no marker."
        )
    return "", items


def _check_constructs(constructs: Mapping[str, tuple[str, ...]], marker: Sequence[str]) -> None:
    if len(constructs) < 2:
        raise ModelError(
            "model= needs two constructs with items of their own, besides the marker; got "
            f"{', '.join(constructs) or 'none'}. Method bias is seen between constructs."
        )
    both = [v for v in marker if any(v in own for own in constructs.values())]
    if both:
        raise ArgumentError(
            f"marker= needs items that measure no construct; got {', '.join(both)}. A marker is "
            "related to nothing by theory."
        )


def _ordinal(ordered: Any, model: Model, marker: Sequence[str]) -> tuple[str, ...]:
    if ordered is True:
        found = ordered_names(True, model.observed, model.predictors)
        return tuple(dict.fromkeys((*found, *marker)))
    if ordered is False or not ordered:
        return ()
    if isinstance(ordered, str):
        return (ordered,)
    return tuple(ordered)


def _rows(data: Any, items: Sequence[str], listwise: bool) -> Any:
    """The same rows for every approach."""
    if data is None:
        raise ArgumentError(
            "data= needs a DataFrame or Moments; got none. Give the answers, or a result of fit() "
            "as model=."
        )
    if isinstance(data, Moments):
        data.of(items)
        return data
    frame = as_pandas(data)
    absent = [v for v in items if v not in frame.columns]
    if absent:
        told = "; ".join(f"'{v}' is not there.{did_you_mean(v, frame.columns)}" for v in absent)
        raise MissingColumnError(
            f"data= needs a column for each item of constructs and marker; {told} Rename the "
            "column, or change the model."
        )
    if not listwise:
        return frame
    whole = ~frame[list(items)].isna().any(axis=1)
    if not whole.any():
        raise DataError(
            f"data= needs complete rows; got none of {len(frame)}. Leave empty columns out of the "
            "model, or use missing='fiml'."
        )
    if not whole.all():
        warnings.warn(
            f"{int((~whole).sum())} of {len(frame)} rows have missing cells in the items or the "
            f"marker and were left out (missing='listwise'); {int(whole.sum())} were used.",
            MissingDataWarning,
            stacklevel=4,
        )
    return frame[whole]


def covariances(ground: Ground, fit: Fit) -> tuple[pd.DataFrame, int]:
    """Covariances of all items and the marker as numbers, and the number of cases.

    Those of the answers; where a fit keeps rows with missing cells, of its unrestricted model.

    Parameters
    ----------
    ground : Ground
    fit : Fit
        Of all of these items.
    """
    names = [*ground.items, *ground.marker]
    if not ground.ordered:
        return fit.observed.cov.loc[names, names], fit.nobs
    whole = ground.data[names].dropna()
    values = numeric_columns(whole, names)
    return pd.DataFrame(np.cov(values.T, bias=True), index=names, columns=names), len(whole)


def check_numbers(r_m: Any, percentiles: Iterable[float], alpha: float) -> tuple[float, ...]:
    """Refuse impossible numbers; the percentiles as a tuple."""
    rule = isinstance(r_m, str) and r_m in RULES
    number = isinstance(r_m, (int, float)) and not isinstance(r_m, bool) and -1 < r_m < 1
    if not (rule or number):
        raise ArgumentError(
            f"r_m= needs 'smallest', 'second smallest' or a correlation below 1; got {r_m!r}."
        )
    shares = tuple(percentiles)
    if not all(0.5 < s < 1 for s in shares):
        raise ArgumentError(
            f"percentiles= needs shares between .5 and 1; got {shares!r}. Give (0.75, 0.95, 0.99)."
        )
    if not 0 < alpha < 1:
        raise ArgumentError(f"alpha= needs a number between 0 and 1; got {alpha!r}. 0.05 is usual.")
    return shares
