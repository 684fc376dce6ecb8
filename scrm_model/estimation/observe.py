"""From a model and data to what the engine sees: a compiled model and samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scrm_model.errors import DataError
from scrm_model.estimation import missing as incomplete
from scrm_model.estimation.auxiliary import with_auxiliary
from scrm_model.estimation.implied.compiled import CompiledModel, compile_table
from scrm_model.estimation.observed.frames import (
    Rows,
    answered_rows,
    as_pandas,
    check_rows,
    complete_rows,
)
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.responses.coding import (
    categories_of,
    check_known,
    numbered,
    unused,
    with_codes,
)
from scrm_model.estimation.observed.responses.sample import response_sample
from scrm_model.estimation.observed.sample import Sample, moments_of
from scrm_model.estimation.settings import Settings
from scrm_model.spec.model import Model


@dataclass(frozen=True, slots=True)
class Seen:
    """A model and its data as the engine sees them.

    Attributes
    ----------
    compiled : CompiledModel
    samples : tuple of Sample
        One a group.
    rows : tuple of Rows, or None
        The rows used, by group; None when moments stood for data.
    notes : tuple of str
        What a user must be told about the data.
    """

    compiled: CompiledModel
    samples: tuple[Sample, ...]
    rows: tuple[Rows, ...] | None
    notes: tuple[str, ...] = ()


def observe(
    model: Model, data: Any, settings: Settings, meanstructure: bool | None, declared: Any = None
) -> Seen:
    """Check data and turn them into samples of a compiled model.

    Parameters
    ----------
    model : Model
    data : DataFrame, Moments, or dict of group to Moments
    settings : Settings
    meanstructure : bool, optional
        As in `scrm_model.estimation.fit.fit`.
    declared : mapping, or anything else
        Names or points of ordinal variables, as they were given; see `categories_of`.

    Raises
    ------
    DataError, MissingColumnError
        The data are not what the model needs.
    ArgumentError
        `data` is none of these.
    """
    if isinstance(data, Moments) or _is_moments_by_group(data):
        return _of_moments(model, data, settings, meanstructure)
    if settings.ordered:
        return _of_responses(model, data, settings, declared)
    return _of_rows(model, data, settings, meanstructure)


def compile_model(
    model: Model,
    settings: Settings,
    meanstructure: bool | None,
    groups: tuple[str, ...],
    cuts: Mapping[str, int] | None = None,
) -> CompiledModel:
    """A model as the engine sees it under some settings.

    Parameters
    ----------
    model : Model
    settings : Settings
    meanstructure : bool, optional
        By default with several groups and with missing cells that are kept.
    groups : tuple of str
        Labels of the groups.
    cuts : mapping of str to int, optional
        Number of thresholds of each ordinal variable.
    """
    several = groups if len(groups) > 1 else ()
    if meanstructure is None:
        meanstructure = bool(several) or settings.incomplete
    table = model.parameter_table(
        std_lv=settings.std_lv,
        orthogonal=settings.orthogonal,
        fixed_x=settings.fixed_x,
        meanstructure=bool(meanstructure),
        groups=several,
        group_equal=settings.group_equal,
        group_partial=settings.group_partial,
        cuts=cuts,
        parameterization=settings.parameterization,
    )
    if settings.auxiliary:
        table = with_auxiliary(table, settings.auxiliary)
    return compile_table(table)


def _of_rows(model: Model, data: Any, settings: Settings, meanstructure: bool | None) -> Seen:
    frame = as_pandas(data)
    if settings.incomplete:
        names = (*model.observed, *settings.auxiliary)
        rows = answered_rows(frame, names, settings.group)
        compiled = compile_model(model, settings, meanstructure, tuple(r.label for r in rows))
        assert compiled.observed == names  # auxiliary variables come last in the table
        rows, samples = incomplete.kept(rows, compiled, settings)
        return Seen(compiled, samples, rows)
    rows = complete_rows(frame, model.observed, settings.group)
    compiled = compile_model(model, settings, meanstructure, tuple(r.label for r in rows))
    samples = tuple(moments_of(r.values, compiled.meanstructure) for r in rows)
    for r, s in zip(rows, samples, strict=True):
        check_rows(r, compiled.observed, s.cov[0])
    if settings.unbiased:
        samples = tuple(s.unbiased() for s in samples)
    if settings.needs_gamma:
        samples = _with_weights(samples, rows, compiled, settings.discrepancy.weighting)
    return Seen(compiled, samples, rows)


def _of_responses(model: Model, data: Any, settings: Settings, declared: Any) -> Seen:
    names = model.observed
    frame = as_pandas(data)
    check_known(declared, names, frame.columns)
    frame = with_codes(frame, settings.ordered)
    if settings.missing == "pairwise":
        x = [names.index(v) for v in model.predictors] if settings.fixed_x else []
        answered = answered_rows(frame, names, settings.group)
        rows = tuple(incomplete.with_predictors(r, x) for r in answered)
    else:
        rows = complete_rows(frame, names, settings.group)
    categories = categories_of(rows, names, settings.ordered, declared)
    cuts = {name: len(codes) - 1 for name, codes in categories.items()}
    compiled = compile_model(model, settings, True, tuple(r.label for r in rows), cuts)
    of = compiled.responses
    assert of is not None
    found = [
        response_sample(
            numbered(r.values, names, categories), of, names, settings.discrepancy.weighting,
            f" in group {r.label!r}" if r.label else "",
        )
        for r in rows
    ]  # fmt: skip
    notes = tuple(
        f"Nobody chose {', '.join(f'{v:g}' for v in points)} of {name!r}: it has "
        f"{len(categories[name])} categories here."
        for name, points in unused(categories, declared).items()
    )
    notes += tuple(note for _, told in found for note in told)
    return Seen(compiled, tuple(sample for sample, _ in found), rows, notes)


def _with_weights(
    samples: tuple[Sample, ...], rows: tuple[Rows, ...], compiled: CompiledModel, weighting: str
) -> tuple[Sample, ...]:
    p = compiled.p
    moments = p * (p + 1) // 2 + (p if compiled.meanstructure else 0)
    for r in rows:
        if weighting == "full" and len(r.values) <= moments:
            raise DataError(
                f"estimator='WLS' needs more cases than moments, to invert their covariances; got "
                f"{len(r.values)} cases for {moments} moments. Use estimator='MLR' or 'MLM'."
            )
    out = tuple(
        s.weighted(r.values, np.ones((1, len(r.values))), weighting)
        for s, r in zip(samples, rows, strict=True)
    )
    if any(s.weight is not None and np.isnan(s.weight).any() for s in out):
        raise DataError(
            "estimator='WLS' needs moments that vary independently; the data have singular "
            "fourth-order moments. A variable with two values has a variance that its mean "
            "determines: leave the mean structure out, or use estimator='MLR'."
        )
    return out


def _is_moments_by_group(data: Any) -> bool:
    return (
        isinstance(data, Mapping)
        and bool(data)
        and all(isinstance(v, Moments) for v in data.values())
    )


def _of_moments(model: Model, data: Any, settings: Settings, meanstructure: bool | None) -> Seen:
    if settings.needs_cases:
        raise DataError(
            f"data= needs raw answers for estimator={settings.estimator!r}, se={settings.se!r}, "
            f"test={settings.test!r} and information={settings.information!r}; got Moments. Use "
            "estimator='ML', or the answers themselves."
        )
    by_group = {"": data} if isinstance(data, Moments) else {str(k): v for k, v in data.items()}
    if meanstructure is None and any(m.mean is None for m in by_group.values()):
        # Without means in the input there is no mean structure to estimate by default.
        meanstructure = False
    compiled = compile_model(model, settings, meanstructure, tuple(by_group))
    samples = []
    for m in by_group.values():
        cov, mean = m.of(compiled.observed)
        if compiled.meanstructure and mean is None:
            raise DataError(
                "data= needs means for a model with intercepts; the Moments have none. "
                "Give Moments(..., mean=...), or meanstructure=False."
            )
        scaled = cov * ((m.n - 1) / m.n)
        sample = Sample.of(scaled, m.n, mean if compiled.meanstructure else None)
        samples.append(sample.unbiased() if settings.unbiased else sample)
    return Seen(compiled, tuple(samples), None)
