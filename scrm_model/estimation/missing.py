"""Rows with missing cells that are kept: which, what is refused, and what is said of the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.frames import Rows, check_covariance
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.sample import Sample, incomplete_sample
from scrm_model.estimation.observed.saturated import Incomplete, saturated
from scrm_model.estimation.settings import INFORMATION, TWO_STAGE, Settings

_ERRORS = ("standard", "robust.huber.white")
_TESTS = ("standard", "yuan.bentler.mplus")


def check_settings(settings: Settings, meanstructure: bool | None, data: Any) -> None:
    """Refuse what has no meaning with rows that miss cells, before any work.

    Raises
    ------
    ArgumentError
    """
    if not settings.incomplete:
        if settings.se in TWO_STAGE:
            raise ArgumentError(
                f"missing= needs {settings.se!r} with se={settings.se!r}; got 'listwise'. Give "
                f"missing={settings.se!r} alone."
            )
        return
    name = f"missing={settings.missing!r}"
    two_stage = settings.missing in TWO_STAGE
    wrong = [
        ("estimator", settings.estimator, ("ML",) if two_stage else ("ML", "MLR", "MLF")),
        ("se", settings.se, (settings.missing,) if two_stage else _ERRORS),
        ("test", settings.test, ("satorra.bentler",) if two_stage else _TESTS),
        ("information", settings.information, INFORMATION[:2] if two_stage else INFORMATION),
        ("likelihood", settings.likelihood, ("normal",)),
        ("backend", settings.backend, ("native",)),
    ]
    for argument, value, allowed in wrong:
        if value not in allowed:
            choices = " or ".join(map(repr, allowed))
            raise ArgumentError(
                f"{argument}= needs {choices} with {name}; got {value!r}. Use one of these, or "
                "missing='listwise'."
            )
    if meanstructure is not None and not meanstructure:
        raise ArgumentError(
            f"meanstructure= needs True with {name}; got {meanstructure!r}. What is observed says "
            "something about means that are not: leave the argument out."
        )
    if isinstance(data, Moments | Mapping):
        raise ArgumentError(
            f"missing= needs raw data for {settings.missing!r}; got Moments. Give the answers "
            "themselves, or leave missing= out."
        )


def kept(
    rows: tuple[Rows, ...], compiled: CompiledModel, settings: Settings
) -> tuple[tuple[Rows, ...], tuple[Sample, ...]]:
    """The rows that are used, and the moments of the unrestricted model.

    Parameters
    ----------
    rows : tuple of Rows
        From `answered_rows`.
    compiled : CompiledModel
    settings : Settings

    Returns
    -------
    tuple of Rows
        Without rows that have no answer at all and, but under ``"fiml.x"``, without those that
        lack a fixed predictor.
    tuple of Sample
        They know their cases only where the likelihood of these is the criterion.

    Raises
    ------
    DataError
        If no moments can be had from them, and why.
    """
    x = compiled.exogenous_observed if settings.missing != "fiml.x" else np.zeros(0, dtype=np.intp)
    used = tuple(with_predictors(r, x) for r in rows)
    samples = tuple(unrestricted(r, compiled.observed) for r in used)
    if settings.missing in TWO_STAGE:
        samples = tuple(replace(s, incomplete=None) for s in samples)
    return used, samples


def with_predictors(rows: Rows, x: NDArray[np.intp] | Sequence[int]) -> Rows:
    """Rows that lack none of some columns.

    Parameters
    ----------
    rows : Rows
    x : sequence of int
        Positions of the columns.
    """
    keep = ~np.isnan(rows.values[:, np.asarray(x, dtype=np.intp)]).any(axis=1)
    return replace(rows, values=rows.values[keep], index=rows.index[keep], place=rows.place[keep])


def unrestricted(rows: Rows, names: Sequence[str]) -> Sample:
    """Moments of the unrestricted model of one group.

    Parameters
    ----------
    rows : Rows
        From `answered_rows`.
    names : sequence of str
        Their columns.

    Raises
    ------
    DataError
        If no moments can be had from them, and why.
    """
    place = f" in group '{rows.label}'" if rows.label else ""
    _check_incomplete(rows.values, names, place)
    patterns = patterns_of(rows.values)
    found = saturated(patterns)
    if found.converged:
        check_covariance(found.cov, names, place)
        return incomplete_sample(Incomplete(patterns, (found,)))
    raise DataError(
        f"data= needs cells from which means and covariances can be estimated{place}; the EM "
        "algorithm found none. Too many cells are missing, or columns depend on each other: leave "
        "out the emptiest column, duplicated items, and totals of other items."
    )


def _check_incomplete(values: NDArray, names: Sequence[str], place: str) -> None:
    """Refuse data that leave some variance or covariance undetermined, and say which."""
    n, p = values.shape
    seen = ~np.isnan(values)
    if n <= p:
        raise DataError(
            f"data= needs more rows with answers than observed variables{place}; got {n} rows for "
            f"{p} variables. Collect more answers, or estimate a smaller model."
        )
    columns = (column[~np.isnan(column)] for column in values.T)
    constant = [name for name, c in zip(names, columns, strict=True) if not c.size or not np.ptp(c)]
    if constant:
        raise DataError(
            f"data= needs columns that vary{place}; {', '.join(map(repr, constant))} "
            f"{'has' if len(constant) == 1 else 'have'} at most one value. Leave the item out: it "
            "says nothing."
        )
    together = seen.T.astype(float) @ seen
    row, column = np.nonzero(np.tril(together == 0))
    if len(row):
        raise DataError(
            f"data= needs some rows with both of every two columns{place}; none has both "
            f"'{names[column[0]]}' and '{names[row[0]]}', so that their covariance is unknown. "
            "Leave one of them out."
        )


def told(rows: tuple[Rows, ...], settings: Settings) -> str:
    """One sentence on the rows that were left out."""
    total, used = sum(r.n_original for r in rows), sum(len(r.values) for r in rows)
    empty = sum(r.empty for r in rows)
    parts = []
    if empty:
        parts.append(f"{empty} of {total} rows have no answer to any variable of the model")
    if total - used - empty:
        lack = total - used - empty
        other = " (missing='fiml.x' keeps them)" if settings.missing == "fiml" else ""
        parts.append(f"{lack} of {total} rows lack a fixed predictor{other}")
    left_out = f"and were left out (missing='{settings.missing}')"
    return f"{' and '.join(parts)}, {left_out}; {used} were used."
