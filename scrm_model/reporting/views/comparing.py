"""Tables that set models side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.inference.compare import Comparison
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Listing, phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import estimated, estimator_of, groups_of, in_group
from scrm_model.reporting.views.columns import column
from scrm_model.reporting.views.indices import INDICES, index_label, measures_of
from scrm_model.study.claims import Text


def comparison_table(found: Comparison) -> Table:
    """Nested models, each tested against the one above it."""
    frame = found.frame.reset_index(drop=True)
    none = phrase("missing.nothing_above")
    robust = "cfi_robust" if "cfi_robust" in frame else "cfi"
    names = ["df", "chisq", "chisq_diff", "df_diff", "pvalue", robust, f"{robust}_diff"]
    rmsea = robust.replace("cfi", "rmsea")
    names += [rmsea, f"{rmsea}_diff", "srmr", "aic", "bic"]
    labels = {
        "chisq_diff": "d_chisq", "df_diff": "d_df", "pvalue": "d_pvalue", "cfi_robust": "cfi",
        "rmsea_robust": "rmsea",
    }  # fmt: skip
    shown = [Column("model", phrase("column.model"))]
    for name in names:
        if name not in frame:
            continue
        base = name.removesuffix("_diff") if name != "df_diff" else name
        label = phrase(f"column.{labels.get(name, base)}")
        if name.endswith("_diff") and name not in labels:
            label = phrase("column.difference", of=phrase(f"column.{labels.get(base, base)}"))
        whole = name == "df_diff" and (frame[name].dropna() % 1 == 0).all()
        form = {"kind": "integer"} if whole else {}
        gap = none if name.endswith("_diff") or name == "pvalue" else phrase("missing.rival")
        shown.append(column(name, label, missing=gap, **form))
    gaps = {
        (i, c.name): phrase("missing.no_difference")
        for i in range(1, len(frame))
        for c in shown
        if c.missing is none
    }
    method = phrase("comparison.method", method=found.method)
    notes = (phrase("comparison.note"), method, *map(Text, found.notes("en"), found.notes("fr")))
    return Table(phrase("comparison.title"), frame, tuple(shown), notes, gaps=gaps)


def models_table(
    *fits: Fit,
    labels: Sequence[Any] | None = None,
    standardised: bool = False,
    title: Any = None,
    lang: str = "en",
) -> Table:
    """Several models in one table: paths with errors and stars, R², fit indices below.

    Parameters
    ----------
    *fits : Fit
        Models that converged or not; a path that a model lacks says so.
    labels : sequence of (str or Text), optional
        Their headings; by default the names of the models, or "Model 1" and so on.
    standardised : bool
        Completely standardised paths in the place of raw ones; these have no errors of their own.
    title : str or Text, optional
        By default "Models side by side".
    lang : {"en", "fr"}
        The language in which the table is shown unless another is asked for.

    Returns
    -------
    Table

    Raises
    ------
    ArgumentError
        No fit, something else than a fit, or another number of labels.

    Examples
    --------
    >>> models_table(full, partial, labels=["Full", "Partial"])  # doctest: +SKIP
    """
    names = _labels(fits, labels)
    blocks = [
        _paths(fits, standardised), _shares(fits), _fits(fits),
    ]  # fmt: skip
    rows = [row for block in blocks for row in block]
    frame = pd.DataFrame([row["cells"] for row in rows])
    formats = tuple(row["format"] for row in rows)
    gaps = {(i, name): reason for i, row in enumerate(rows) for name, reason in row["gaps"].items()}
    columns = [Column("name", phrase("column.model_row"))]
    for k, label in enumerate(names):
        if standardised:
            columns.append(Column(f"est{k}", label, "row", upper=f"upper{k}", stars=f"p{k}"))
            continue
        b, se = phrase("column.b"), phrase("column.se")
        columns.append(Column(f"est{k}", b, "row", upper=f"upper{k}", stars=f"p{k}", spanner=label))
        columns.append(Column(f"se{k}", se, "number", spanner=label, missing=None))
    notes = (
        phrase("models.standardised" if standardised else "models.raw"),
        *_estimated(fits, names),
    )
    said = title if title is not None else phrase("models.title")
    return Table(
        said, frame, tuple(columns), notes, "heading", formats, gaps, lang=lang
    )  # fmt: skip


def _labels(fits: Sequence[Any], labels: Sequence[Any] | None) -> list[Any]:
    wrong = next((f for f in fits if not isinstance(f, Fit)), None)
    if not fits or wrong is not None:
        got = "none" if not fits else type(wrong).__name__
        raise ArgumentError(
            f"fits= needs results of fit(), one after the other; got {got}. Write for example "
            "models_table(first, second, labels=['A', 'B'])."
        )
    if labels is None:
        return [
            fit.model.name or phrase("models.number", n=k) for k, fit in enumerate(fits, start=1)
        ]
    if isinstance(labels, str) or len(labels) != len(fits):
        raise ArgumentError(
            f"labels= needs {len(fits)} headings, one a fit; got {labels!r}. Give a list."
        )
    return list(labels)


def _estimated(fits: Sequence[Fit], names: Sequence[Any]) -> tuple[Any, ...]:
    """Estimator and cases: once if they are the same for all."""
    every = {(str(f.settings.estimator), f.nobs) for f in fits}
    if len(every) == 1:
        return (estimated(fits[0]),)
    said = [
        phrase(
            "models.estimated", name=name, estimator=estimator_of(f), n=Number(f.nobs, "integer")
        )
        for name, f in zip(names, fits, strict=True)
    ]
    return (phrase("models.each", list=Listing(tuple(said), "semicolon")),)


def _paths(fits: Sequence[Fit], standardised: bool) -> list[dict[str, Any]]:
    found = [
        {(r["lhs"], r["rhs"], r["group"]): r for r in fit.parameters.to_dict("records")
         if r["op"] == "~"}
        for fit in fits
    ]  # fmt: skip
    keys = dict.fromkeys(key for rows in found for key in rows)
    rows = []
    for lhs, rhs, group in keys:
        several = any(len(groups_of(fit)) > 1 for fit in fits)
        path = in_group(f"{rhs}\u00a0→\u00a0{lhs}", group, several)
        row = _row(path, phrase("models.paths"), ("bounded" if standardised else "number", 3))
        for k, own in enumerate(found):
            cell = own.get((lhs, rhs, group))
            if cell is None:
                row["gaps"][f"est{k}"] = phrase("missing.no_path")
            elif not fits[k].converged:
                row["gaps"][f"est{k}"] = phrase("missing.not_converged")
            _fill(row, k, cell, standardised)
        rows.append(row)
    return rows


def _row(name: Any, heading: Any, form: tuple[str, int]) -> dict[str, Any]:
    return {"cells": {"name": name, "heading": heading}, "format": form, "gaps": {}}


def _fill(row: dict[str, Any], k: int, cell: Mapping[Any, Any] | None, standardised: bool) -> None:
    nan = float("nan")
    value, error, p = nan, nan, nan
    if cell is not None:
        value = cell["std_all" if standardised else "est"]
        error, p = cell["se"] if cell["se"] != 0 else nan, cell["pvalue"]
    row["cells"] |= {f"est{k}": value, f"se{k}": error, f"p{k}": p, f"upper{k}": nan}


def _shares(fits: Sequence[Fit]) -> list[dict[str, Any]]:
    tables = [f.r2.to_frame("1") if isinstance(f.r2, pd.Series) else f.r2 for f in fits]
    outcomes = dict.fromkeys(
        r["lhs"] for f in fits for r in f.parameters.to_dict("records") if r["op"] == "~"
    )
    several = any(len(t.columns) > 1 for t in tables)
    rows = []
    for name in outcomes:
        for g in range(max(len(t.columns) for t in tables)):
            row = _row(in_group(name, g + 1, several), phrase("models.r2"), ("bounded", 3))
            for k, table in enumerate(tables):
                there = name in table.index and g < len(table.columns) and fits[k].converged
                cell = {"est": float(table.iloc[:, g][name]) if there else float("nan")}
                _fill(row, k, cell | {"se": 0, "pvalue": float("nan")}, False)
                lacking = "missing.negative_residual" if there else "missing.not_explained"
                row["gaps"][f"est{k}"] = phrase(lacking)
            rows.append(row)
    return rows


def _fits(fits: Sequence[Fit]) -> list[dict[str, Any]]:
    values = [measures_of(f) for f in fits]
    rows = []
    first = next((f for f in fits if f.converged), fits[0])
    for i, (name, kind, decimals) in enumerate(INDICES):
        label = index_label(first.measures, name)
        row = _row(label, phrase("models.fit"), (kind, decimals))
        for k, (own, upper) in enumerate(values):
            row["cells"] |= {
                f"est{k}": own[i], f"se{k}": float("nan"), f"p{k}": float("nan"),
                f"upper{k}": upper[i],
            }  # fmt: skip
            key = "missing.rival" if fits[k].converged else "missing.not_converged"
            row["gaps"][f"est{k}"] = phrase(key)
        rows.append(row)
    cases = _row(phrase("column.nobs"), phrase("models.fit"), ("integer", 0))
    for k, fit in enumerate(fits):
        _fill(cases, k, {"est": fit.nobs, "se": 0, "pvalue": float("nan")}, False)
    return [*rows, cases]
