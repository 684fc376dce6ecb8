"""The sections on the model as a whole: loadings, fit, variance explained.

A model that did not converge has none of these, and the sections say so.
"""

from typing import Any

import pandas as pd

from scrm_model.measurement.conventions import CUT_OFFS, METHOD_REFERENCES
from scrm_model.reporting.blocks import Block, Paragraph, Section
from scrm_model.reporting.citing import cited
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Interval, Number, is_missing
from scrm_model.reporting.language import Phrase, phrase
from scrm_model.reporting.naming import named, names, wording
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import estimated
from scrm_model.reporting.views.claims import sizes_table

INDICES = (
    ("chisq", "number", 2),
    ("df", "integer", 0),
    ("pvalue", "p", 3),
    ("cfi", "bounded", 3),
    ("tli", "bounded", 3),
    ("rmsea", "bounded", 3),
    ("rmsea_ci", "bounded interval", 3),
    ("srmr", "bounded", 3),
    ("aic", "number", 1),
    ("bic", "number", 1),
)


def measurement_section(contents: Contents) -> Section:
    """Return the loadings, with the wording of the items."""
    if contents.failed:
        return Section("measurement", ())
    measured = contents.measurement_fit
    use_measured = measured is not None and measured.converged
    fit = measured if use_measured and measured is not None else contents.fit
    rows = fit.parameters[fit.parameters["op"] == "=~"]
    if not len(rows):
        return Section("measurement", ())
    several = rows["group"].nunique() > 1 if "group" in rows else False
    frame = rows.assign(
        item=rows["rhs"],
        wording=[wording(contents, item) or names(contents).get(item, "") for item in rows["rhs"]],
        heading=[
            _heading(contents, lhs, group if several else None)
            for lhs, group in zip(rows["lhs"], rows.get("group", rows["lhs"]), strict=True)
        ],
        se=rows["se"].mask(rows["se"] == 0),
    ).reset_index(drop=True)
    free = (rows["se"] != 0).to_numpy().nonzero()[0]
    # A free loading without a standard error is not a fixed one: the information is singular.
    gaps = {(int(i), c): phrase("missing.no_error") for i in free for c in ("se", "z", "pvalue")}
    columns = loading_columns(any(frame["wording"].map(bool)))
    title = phrase("measurement.title" if use_measured else "measurement.title_structural")
    notes = (phrase("measurement.note"), estimated(fit))
    return Section(
        "measurement", (Table(title, frame, columns, notes, group_by="heading", gaps=gaps),)
    )


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


def _heading(contents: Contents, construct: str, group: Any) -> Any:
    name = named(contents, construct)
    return name if group is None else phrase("table.in_group", name=name, group=group)


def fit_section(contents: Contents) -> Section:
    """Return the fit of the model, with cut-offs as the conventions that they are."""
    if contents.failed:
        return Section("fit", (Paragraph((phrase("fit.failed"),)),))
    measures = contents.fit.measures
    blocks: list[Block] = []
    if measures.get("df", 1) == 0:
        blocks.append(Paragraph((phrase("fit.just_identified"),)))
    elif not is_missing(measures.get("chisq")):
        blocks.append(Paragraph((_fit_sentence(contents),)))
    return Section("fit", (*blocks, _fit_table(contents)))


def _fit_sentence(contents: Contents) -> Phrase:
    m = contents.fit.measures
    kind = "_corrected" if "chisq.scaled" in m else "_robust" if "cfi.robust" in m else ""
    df = float(m[_key(m, "df")])
    bounds = (m.get(_key(m, "rmsea.ci.lower")), m.get(_key(m, "rmsea.ci.upper")))
    return phrase(
        f"fit.sentence{kind}",
        df=Number(df, "integer") if df.is_integer() else Number(df, "number", 1),
        n=Number(contents.fit.nobs, "integer"),
        chisq=Number(m[_key(m, "chisq")], "number", 2),
        p=Number(m[_key(m, "pvalue")], "p"),
        ci=Interval(*bounds, 3, "bounded"),
        **{
            name: Number(m.get(_key(m, name)), "bounded", 3)
            for name in ("cfi", "tli", "rmsea", "srmr")
        },
    )


def _key(measures: Any, name: str) -> str:
    """Key of an index as it should be reported: robust, else scaled, else as it is."""
    tried = (f"{name}.robust", f"{name}.scaled")
    return next((key for key in tried if key in measures), name)


def index_label(measures: Any, name: str) -> Phrase:
    """Return what an index is called: with the word robust or scaled where it is that."""
    kind = _key(measures, "rmsea" if name == "rmsea_ci" else name).rpartition(".")[2]
    plain = phrase(f"fit.{name}")
    return phrase(f"fit.{kind}", index=plain) if kind in ("robust", "scaled") else plain


def _fit_table(contents: Contents) -> Table:
    measured = contents.measurement_fit
    structural, measurement = measures_of(contents.fit), measures_of(measured)
    frame = pd.DataFrame(
        {
            "index": [index_label(contents.fit.measures, name) for name, *_ in INDICES],
            "structural": structural[0],
            "structural_upper": structural[1],
            "measurement": measurement[0],
            "measurement_upper": measurement[1],
            "convention": [_cut_off(name) for name, *_ in INDICES],
            "source": [
                cited(METHOD_REFERENCES[CUT_OFFS[name].source]) if name in CUT_OFFS else ""
                for name, *_ in INDICES
            ],
        }
    )
    columns = [
        Column("index", phrase("column.index")),
        _fit_column("measurement"),
        _fit_column("structural"),
        Column("convention", phrase("column.convention"), missing=None),
        Column("source", phrase("column.convention_source"), missing=None),
    ]
    if measured is None:
        del columns[1]
    return Table(
        phrase("fit.title" if measured is None else "fit.title_both"),
        frame,
        tuple(columns),
        (phrase("fit.note"), estimated(contents.fit)),
        row_formats=tuple((kind, decimals) for _, kind, decimals in INDICES),
    )


def _fit_column(name: str) -> Column:
    return Column(
        name,
        phrase(f"column.{name}"),
        "row",
        upper=f"{name}_upper",
        missing=phrase(f"missing.{name}"),
    )


def measures_of(fit: Any) -> tuple[list[float], list[float]]:
    """Return the indices of `INDICES` as they should be reported, and upper limits of intervals.

    Parameters
    ----------
    fit : Fit or None
        Without a fit, or one that converged, every number is NaN.

    Returns
    -------
    (list of float, list of float)
        Robust values, else scaled ones, else plain ones.
    """
    return _values(fit), _uppers(fit)


def _values(fit: Any) -> list[float]:
    if fit is None or not fit.converged:
        return [float("nan")] * len(INDICES)
    m = fit.measures
    keys = [_key(m, "rmsea.ci.lower" if name == "rmsea_ci" else name) for name, *_ in INDICES]
    return [float(m.get(key, float("nan"))) for key in keys]


def _uppers(fit: Any) -> list[float]:
    upper = float("nan")
    if fit is not None and fit.converged:
        upper = float(fit.measures.get(_key(fit.measures, "rmsea.ci.upper"), upper))
    return [upper if name == "rmsea_ci" else float("nan") for name, *_ in INDICES]


def _cut_off(name: str) -> Any:
    cut = CUT_OFFS.get(name)
    return phrase(f"fit.{cut.relation}", value=Number(cut.value, "bounded", 2)) if cut else ""


def r2_section(contents: Contents) -> Section:
    """Return the share of variance explained of every dependent construct."""
    if contents.failed:
        return Section("r2", ())
    parameters, r2 = contents.fit.parameters, contents.fit.r2
    shares = r2.to_frame("r2") if isinstance(r2, pd.Series) else r2
    lhs = dict.fromkeys(parameters[parameters["op"] == "~"]["lhs"])
    dependent = [variable for variable in lhs if variable in shares.index]
    if not dependent:
        return Section("r2", ())
    frame = shares.loc[dependent].reset_index(names="construct")
    frame.insert(1, "name", [names(contents).get(v, v) for v in dependent])
    labels = {"r2": phrase("column.r2")} if isinstance(r2, pd.Series) else {}
    gap = phrase("missing.negative_residual")
    columns = (
        Column("construct", phrase("column.construct")),
        Column("name", phrase("column.name")),
        *(Column(c, labels.get(c, str(c)), "bounded", missing=gap) for c in shares.columns),
    )
    table = Table(phrase("r2.title"), frame, columns, (phrase("r2.note"),))
    sizes = contents.effect_sizes
    return Section("r2", (table,) if sizes is None else (table, sizes_table(sizes)))
