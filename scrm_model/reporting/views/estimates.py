"""Tables of one fit: parameters, paths, loadings, fit measures, shares explained."""

from typing import Any

import pandas as pd

from scrm_model.reporting.language import phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import INTERVAL, estimated, groups_of, in_group
from scrm_model.reporting.views.columns import column, interval
from scrm_model.reporting.views.indices import INDICES, index_label, measures_of

OPERATORS = {"=~": "loading", "<~": "weight", "~": "path", "~~": "covariance", "~1": "intercept",
             "|": "threshold", "~*~": "scale", ":=": "defined"}  # fmt: skip


def parameters_table(fit: Any) -> Table:
    """Every parameter of a fit, by kind and group."""
    rows = fit.parameters
    several = rows["group"].nunique() > 1
    labels = groups_of(fit)
    frame = rows.assign(
        name=[_name(row) for row in rows.to_dict("records")],
        heading=[
            in_group(phrase(f"operator.{OPERATORS.get(op, 'unknown')}"), labels[max(g - 1, 0)],
                     several and g > 0)
            for op, g in zip(rows["op"], rows["group"], strict=True)
        ],
    ).reset_index(drop=True)  # fmt: skip
    order = list(OPERATORS)
    ranks = [(int(g), order.index(op)) for g, op in zip(frame["group"], frame["op"], strict=True)]
    # What is defined belongs to no group and stands last.
    ranks = [(g if g else len(labels) + 1, k) for g, k in ranks]
    frame = frame.iloc[sorted(range(len(frame)), key=ranks.__getitem__)].reset_index(drop=True)
    return _estimates(fit, frame, "views.parameters", "heading")


def paths_table(fit: Any) -> Table:
    """The regressions of a fit."""
    rows = fit.parameters[fit.parameters["op"] == "~"].reset_index(drop=True)
    several = rows["group"].nunique() > 1
    labels = groups_of(fit)
    frame = rows.assign(
        name=[_name(row) for row in rows.to_dict("records")],
        heading=[labels[g - 1] if several else "" for g in rows["group"]],
    )
    return _estimates(fit, frame, "views.paths", "heading" if several else "")


def loadings_table(fit: Any) -> Table:
    """The loadings of a fit, by construct."""
    rows = fit.parameters[fit.parameters["op"] == "=~"].reset_index(drop=True)
    several = rows["group"].nunique() > 1
    labels = groups_of(fit)
    frame = rows.assign(
        item=rows["rhs"],
        wording="",
        heading=[
            in_group(lhs, labels[g - 1], several)
            for lhs, g in zip(rows["lhs"], rows["group"], strict=True)
        ],
        se=rows["se"].mask(rows["se"] == 0),
    )
    notes = (phrase("measurement.note"), estimated(fit))
    columns = loading_columns(worded=False)
    return Table(phrase("views.loadings"), frame, columns, notes, group_by="heading")


def measures_table(fit: Any) -> Table:
    """The fit of one model."""
    values, uppers = measures_of(fit)
    labels = [index_label(fit.measures, name) for name, *_ in INDICES]
    frame = pd.DataFrame({"index": labels, "value": values, "upper": uppers})
    columns = (
        Column("index", phrase("column.index")),
        Column("value", phrase("column.value"), "row", upper="upper"),
    )
    formats = tuple((kind, decimals) for _, kind, decimals in INDICES)
    return Table(phrase("fit.title"), frame, columns, (estimated(fit),), row_formats=formats)


def r2_table(fit: Any) -> Table:
    """The share of variance explained of every dependent variable."""
    r2 = fit.r2.to_frame("r2") if isinstance(fit.r2, pd.Series) else fit.r2
    frame = r2.rename(columns=str).reset_index(names="construct")
    gap = phrase("missing.negative_residual")
    labels = {"r2": phrase("column.r2")}
    columns = (
        Column("construct", phrase("column.variable")),
        *(Column(c, labels.get(c, c), "bounded", missing=gap) for c in frame.columns[1:]),
    )
    return Table(phrase("r2.title"), frame, columns, (phrase("r2.note"), estimated(fit)))


def _name(row: Any) -> str:
    lhs, op, rhs = str(row["lhs"]), row["op"], str(row["rhs"])
    if op == "~":
        return f"{rhs}\u00a0→\u00a0{lhs}"
    if op in ("=~", "<~"):
        return f"{lhs}\u00a0{op}\u00a0{rhs}"
    if op == "~~":
        return lhs if lhs == rhs else f"{lhs}\u00a0↔\u00a0{rhs}"
    return lhs if op in ("~1", ":=", "~*~") else f"{lhs}|{rhs}"


def _estimates(fit: Any, frame: pd.DataFrame, title: str, group_by: str) -> Table:
    fixed = frame["se"] == 0
    errors = ("se", "z", "pvalue", "ci_lower", "ci_upper")
    frame = frame.assign(**{name: frame[name].mask(fixed) for name in errors})
    gaps = {
        (i, name): phrase("missing.fixed_value")
        for i in fixed.to_numpy().nonzero()[0].tolist()
        for name in errors
    }
    no_error = phrase("missing.no_error")
    columns = (
        Column("name", phrase("column.parameter")),
        column("est"),
        column("se", missing=no_error),
        column("z", missing=no_error),
        column("pvalue", missing=no_error),
        interval("ci_lower", "ci_upper", missing=no_error),
        column("std_all"),
    )
    notes = (phrase("views.estimates_note", level=INTERVAL), estimated(fit))
    return Table(phrase(title), frame, columns, notes, group_by=group_by, gaps=gaps)


def loading_columns(worded: bool) -> tuple[Column, ...]:
    """Return the columns of a table of loadings, with or without the wording of the items."""
    fixed = phrase("missing.fixed")
    columns = [
        Column("item", phrase("column.item")),
        Column("wording", phrase("column.wording"), missing=phrase("missing.no_wording")),
        Column("est", phrase("column.b"), "number"),
        Column("se", phrase("column.se"), "number", missing=fixed),
        Column("z", phrase("column.z"), "number", 2, missing=fixed),
        Column("pvalue", phrase("column.p"), "p", missing=fixed),
        Column("std_all", phrase("column.loading"), "bounded"),
    ]
    if not worded:
        del columns[1]
    return tuple(columns)
