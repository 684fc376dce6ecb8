"""Tables of reliability and validity, in either language, from the frames of `measurement`.

Conventional cut-offs stand in the notes, with their sources; no cell is marked as good or bad.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.measurement.conventions import METHOD_REFERENCES, SCALE_CUT_OFFS
from scrm_model.measurement.formative import Formative
from scrm_model.measurement.reliability import Reliability
from scrm_model.measurement.validity import Validity
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Listing, Phrase, phrase
from scrm_model.reporting.tables import Column, Table

Name = Callable[[str], Any]
_SECOND = ("omega_l1", "omega_l2", "partial_omega_l1")


def scale_tables(found: Reliability | Validity | Formative) -> tuple[Table, ...]:
    """Tables of the quality of scales, to be shown in English or French.

    Parameters
    ----------
    found : Reliability, Validity or Formative

    Returns
    -------
    tuple of Table
        ``.html("fr")``, ``.markdown("fr")`` and ``.frame`` of each.

    Raises
    ------
    ArgumentError
        `found` is something else.
    """
    if isinstance(found, Reliability):
        return tuple(reliability_tables(found, str))
    if isinstance(found, Validity):
        return tuple(validity_tables(found, str))
    if isinstance(found, Formative):
        return tuple(formative_tables(found, str))
    raise ArgumentError(
        "found= needs a result of reliability(), validity() or formative(); got "
        f"{type(found).__name__}. Write scale_tables(reliability(fit))."
    )


def reliability_tables(found: Reliability, name: Name) -> Iterator[Table]:
    """Yield the coefficients of constructs with items, then those of second-order ones."""
    ci = _ci(found.level)
    frame = _named(found.frame, name)
    columns = (
        Column("name", phrase("column.construct")),
        Column("n_items", phrase("column.n_items"), "integer"),
        Column("alpha", phrase("quality.alpha"), "bounded"),
        Column("alpha_ci_lower", ci, "bounded interval", upper="alpha_ci_upper"),
        Column("omega", phrase("quality.omega"), "bounded"),
        Column("omega_ci_lower", ci, "bounded interval", upper="omega_ci_upper"),
        Column("h", phrase("quality.h"), "bounded"),
    )
    notes = [phrase("reliability.note"), _made(found), conventions(("alpha", "omega"))]
    if "omega_latent" in found.frame:
        notes.insert(1, phrase("reliability.ordinal"))
    gaps = _gaps(frame, columns)
    yield Table(phrase("reliability.title"), frame, columns, tuple(notes), gaps=gaps)
    second = frame[frame["order"] == 2].reset_index(drop=True)
    if len(second) and set(_SECOND) <= set(second):
        yield Table(
            phrase("reliability.second_title"), second,
            (
                Column("name", phrase("column.construct")),
                Column("omega_l1", phrase("quality.omega_l1"), "bounded"),
                Column("omega_l1_ci_lower", ci, "bounded interval", upper="omega_l1_ci_upper"),
                Column("omega_l2", phrase("quality.omega_l2"), "bounded"),
                Column("partial_omega_l1", phrase("quality.partial_omega_l1"), "bounded"),
            ),
            (phrase("reliability.second_note"),),
        )  # fmt: skip


def _made(found: Reliability) -> Phrase:
    draws, used = Number(found.draws, "integer"), Number(found.used, "integer")
    return phrase(f"reliability.{found.interval}", draws=draws, used=used)


def validity_tables(found: Validity, name: Name) -> Iterator[Table]:
    """Yield convergent validity, Fornell-Larcker of every group, HTMT."""
    yield convergent_table(found, name)
    if len(found.correlations):
        for group in range(1, len(found.fit.samples) + 1):
            yield _fornell_larcker(found, group)
    if len(found.htmt):
        yield htmt_table(found)
    if len(found.formative):
        yield _weights(found.formative, found.level, name)


def convergent_table(found: Validity, name: Name) -> Table:
    """Range of the loadings, AVE, and what constructs share with others."""
    frame = _named(found.frame, name)
    size = found.loadings.assign(size=found.loadings["std_all"].abs())
    spans = size.groupby(["construct", "group"])["size"].agg(["min", "max"])
    at = [
        (c, g) if (c, g) in spans.index else None
        for c, g in zip(frame["construct"], frame["group"], strict=True)
    ]
    for column in ("min", "max"):
        frame[column] = [np.nan if k is None else spans.loc[k, column] for k in at]
    frame["order"] = [_order(found, c) for c in frame["construct"]]
    columns = (
        Column("name", phrase("column.construct")),
        Column("min", phrase("quality.lowest"), "bounded", spanner=phrase("quality.loadings")),
        Column("max", phrase("quality.highest"), "bounded", spanner=phrase("quality.loadings")),
        Column("ave", phrase("quality.ave"), "bounded"),
        Column("msv", phrase("quality.msv"), "bounded", missing=phrase("missing.no_other")),
        Column("asv", phrase("quality.asv"), "bounded", missing=phrase("missing.no_other")),
    )
    notes = (phrase("validity.convergent_note"), conventions(("loading", "ave")))
    gaps = _gaps(frame, columns[:4])
    return Table(phrase("validity.convergent_title"), frame, columns, notes, gaps=gaps)


def _fornell_larcker(found: Validity, group: int) -> Table:
    matrix = found.fornell_larcker(group)
    names, lacking = list(matrix.index), matrix.isna().to_numpy()
    frame = matrix.reset_index(names="construct")
    gaps = {
        (i, column): phrase("missing.no_ave" if i == j else "missing.own_dimension")
        for i in range(len(names))
        for j, column in enumerate(names)
        if i >= j and lacking[i, j]
    }
    columns = [Column("construct", phrase("column.construct"))]
    columns += [Column(c, c, "bounded", missing=None) for c in names]
    title = phrase("validity.fornell_title")
    several = len(found.fit.samples) > 1
    return Table(
        phrase("table.in_group", name=title, group=group) if several else title,
        frame, tuple(columns), (phrase("validity.fornell_note"),), gaps=gaps,
    )  # fmt: skip


def htmt_table(found: Validity) -> Table:
    """HTMT and HTMT2 of every pair, with intervals if there are any."""
    frame = found.htmt.copy()
    several = frame["group"].nunique() > 1
    pairs: list[Any] = [f"{a} – {b}" for a, b in zip(frame["lhs"], frame["rhs"], strict=True)]
    frame["pair"] = pd.Series(_in_groups(pairs, frame["group"]) if several else pairs, dtype=object)
    columns = [Column("pair", phrase("quality.pair"))]
    lacking = phrase("missing.no_ratio")
    for kind, label in (("htmt", "HTMT"), ("htmt2", "HTMT2")):
        columns.append(Column(kind, label, "bounded", missing=lacking))
        if found.draws:
            ci = _ci(found.level)
            low, high = f"{kind}_ci_lower", f"{kind}_ci_upper"
            columns.append(Column(low, ci, "bounded interval", upper=high, missing=lacking))
    known = frame["htmt"].notna().to_numpy().nonzero()[0]
    gaps = {
        (int(i), c.name): phrase("missing.no_interval")
        for i in known
        for c in columns
        if c.kind.endswith("interval")
    }
    notes = [phrase("validity.htmt_note")]
    if found.draws:
        notes.append(phrase("validity.htmt_draws", draws=Number(found.draws, "integer")))
    notes.append(conventions(("htmt",)))
    return Table(phrase("validity.htmt_title"), frame, tuple(columns), tuple(notes), gaps=gaps)


def formative_tables(found: Formative, name: Name) -> Iterator[Table]:
    """Yield weights and collinearity of formative blocks, then their redundancy."""
    yield _weights(found.frame, found.level, name)
    if len(found.redundancy):
        frame = _named(found.redundancy, name)
        columns = (
            Column("name", phrase("column.construct")),
            Column("measure", phrase("quality.measure")),
            Column("n", "_n_", "integer"),
            Column("r", phrase("quality.r"), "bounded"),
            Column("ci_lower", _ci(found.level), "bounded interval", upper="ci_upper"),
            Column("r2", phrase("column.r2"), "bounded"),
        )
        notes = (phrase("formative.redundancy_note"), conventions(("redundancy",)))
        yield Table(phrase("formative.redundancy_title"), frame, columns, notes)


def _weights(weights: pd.DataFrame, level: float, name: Name) -> Table:
    frame = _named(weights, name)
    gap = phrase("missing.no_error")
    columns = (
        Column("item", phrase("column.item")),
        Column("std_all", phrase("quality.weight"), "bounded"),
        Column("se", phrase("column.se"), "bounded", missing=gap),
        Column("ci_lower", _ci(level), "bounded interval", upper="ci_upper", missing=gap),
        Column("loading", phrase("column.loading"), "bounded"),
        Column("vif", phrase("quality.vif"), "number", 2, missing=phrase("missing.no_vif")),
    )
    notes = (phrase("formative.note"), conventions(("vif",)))
    return Table(phrase("formative.title"), frame, columns, notes, group_by="name")


def conventions(measures: Sequence[str]) -> Phrase:
    """Return the usual cut-offs of some measures with their sources, as a sentence."""
    entries = tuple(_entry(m, cut) for m in measures for cut in SCALE_CUT_OFFS[m])
    return phrase("quality.conventions", list=Listing(entries, join="semicolon"))


def _entry(measure: str, cut: Any) -> Phrase:
    decimals = 0 if cut.value.is_integer() else 1 if cut.value > 1 else 2
    value = Number(cut.value, "bounded" if cut.value < 1 else "number", decimals)
    work = METHOD_REFERENCES[cut.source]
    return phrase(
        "quality.convention", measure=phrase(f"quality.{measure}"),
        relation=phrase(f"fit.{cut.relation}", value=value),
        source=f"{work.authors}, {work.year}",
    )  # fmt: skip


def _named(frame: pd.DataFrame, name: Name) -> pd.DataFrame:
    """A copy with a column of names, of groups too where there are several."""
    names = [name(c) for c in frame["construct"]]
    several = frame["group"].nunique() > 1
    labels = _in_groups(names, frame["group"]) if several else names
    return frame.assign(name=pd.Series(labels, index=frame.index, dtype=object)).reset_index(
        drop=True
    )


def _in_groups(names: Iterable[Any], groups: Iterable[int]) -> list[Phrase]:
    pairs = zip(names, groups, strict=True)
    return [phrase("table.in_group", name=n, group=g) for n, g in pairs]


def _order(found: Validity, construct: str) -> int:
    from_loadings = found.loadings[found.loadings["construct"] == construct]
    if not len(from_loadings):
        return 0
    return 2 if set(from_loadings["item"]) & set(found.frame["construct"]) else 1


def _gaps(frame: pd.DataFrame, columns: Iterable[Column]) -> dict[tuple[int, str], Phrase]:
    """Why cells of a row are empty: read off what the construct is."""
    gaps = {}
    for i, row in enumerate(frame.to_dict("records")):
        for column in columns:
            value = row[column.name]
            if isinstance(value, float) and np.isnan(value):
                gaps[i, column.name] = phrase(f"missing.{_reason(row, column.name)}")
    return gaps


def _reason(row: dict[Any, Any], column: str) -> str:
    if row["order"] == 0:
        return "formative"
    if row["order"] > 1:
        summed = column.startswith(("alpha", "omega"))
        return "of_dimensions" if summed and row["order"] == 2 else "not_computed"
    if row.get("n_items", 2) < 2:
        return "single_item"
    if column.endswith("ci_lower"):
        return "no_interval"
    return "improper" if column == "h" else "not_computed"


def _ci(level: float) -> Phrase:
    return phrase("column.ci", level=Number(level, "percent", 0))
