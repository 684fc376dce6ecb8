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
from scrm_model.reporting.views.estimates import loading_columns
from scrm_model.reporting.views.indices import INDICES, index_label, key_of, measures_of


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
    df = float(m[key_of(m, "df")])
    bounds = (m.get(key_of(m, "rmsea.ci.lower")), m.get(key_of(m, "rmsea.ci.upper")))
    return phrase(
        f"fit.sentence{kind}",
        df=Number(df, "integer") if df.is_integer() else Number(df, "number", 1),
        n=Number(contents.fit.nobs, "integer"),
        chisq=Number(m[key_of(m, "chisq")], "number", 2),
        p=Number(m[key_of(m, "pvalue")], "p"),
        ci=Interval(*bounds, 3, "bounded"),
        **{
            name: Number(m.get(key_of(m, name)), "bounded", 3)
            for name in ("cfi", "tli", "rmsea", "srmr")
        },
    )


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
