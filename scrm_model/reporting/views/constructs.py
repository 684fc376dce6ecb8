"""Tables of reliability and validity."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from scrm_model.measurement.reliability import Reliability
from scrm_model.measurement.validity import Validity
from scrm_model.reporting.formats import Number, is_missing
from scrm_model.reporting.language import Phrase, phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import estimated, groups_of, in_group, remarks
from scrm_model.reporting.views.columns import column, interval


def reliability_table(found: Reliability) -> Table:
    """Alpha, omega, H and AVE of every construct, with intervals."""
    frame = found.frame.reset_index(drop=True)
    several = frame["group"].nunique() > 1
    frame["name"] = [
        in_group(c, g, several) for c, g in zip(frame["construct"], frame["group"], strict=True)
    ]
    shown: list[Column] = [Column("name", phrase("column.construct")), column("n_items")]
    for name in ("alpha", "alpha_ordinal", "omega", "h", "ave", "omega_l1", "omega_l2"):
        if name not in frame or not frame[name].notna().any():
            continue
        label = phrase(f"column.{name}")
        shown.append(Column(name, label, "bounded", missing=phrase("missing.no_coefficient")))
        if f"{name}_ci_lower" in frame and name in ("alpha", "omega", "ave"):
            lower, upper = f"{name}_ci_lower", f"{name}_ci_upper"
            gap = phrase("missing.no_interval")
            shown.append(interval(lower, upper, found.level, "bounded interval", missing=gap))
    gaps = _gaps(frame, [c.name for c in shown])
    notes = (phrase("reliability.note"), *remarks(_told(found.frame, ["construct"])))
    return Table(phrase("reliability.title"), frame, tuple(shown), notes, gaps=gaps)


def validity_table(found: Validity) -> Table:
    """AVE beside what each construct shares with the others."""
    frame = found.frame.reset_index(drop=True)
    several = frame["group"].nunique() > 1
    frame["name"] = [
        in_group(c, g, several) for c, g in zip(frame["construct"], frame["group"], strict=True)
    ]
    gap = phrase("missing.no_coefficient")
    names = ("omega", "ave", "sqrt_ave", "msv", "asv")
    columns = (
        Column("name", phrase("column.construct")),
        *(Column(n, phrase(f"column.{n}"), "bounded", missing=gap) for n in names),
        Column("nearest", phrase("column.nearest"), missing=None),
    )
    notes = (
        phrase("validity.note"), estimated(found.fit), *remarks(_told(frame, ["construct"])),
    )  # fmt: skip
    return Table(phrase("validity.title"), frame, columns, notes, gaps=_gaps(frame, names))


def fornell_larcker_table(found: Validity) -> Table:
    """Roots of AVE on the diagonal, correlations of constructs below."""
    labels = groups_of(found.fit)
    frames = []
    for group, label in enumerate(labels, start=1):
        matrix = found.fornell_larcker(group)
        frames.append(matrix.reset_index(names="construct").assign(heading=label))
    frame = pd.concat(frames, ignore_index=True)
    names = [str(n) for n in frames[0]["construct"]]
    gaps = {
        (i, name): None if i % len(names) < k else phrase("missing.no_pair")
        for i in range(len(frame))
        for k, name in enumerate(names)
        if is_missing(frame.loc[i, name])
    }
    columns = (
        Column("construct", phrase("column.construct")),
        *(Column(name, name, "bounded", 2) for name in names),
    )
    notes = (phrase("validity.fornell_larcker_note"), estimated(found.fit))
    grouped = "heading" if len(labels) > 1 else ""
    title = phrase("validity.fornell_larcker")
    return Table(title, frame, columns, notes, group_by=grouped, gaps=gaps)


def htmt_table(found: Validity) -> Table:
    """HTMT and HTMT2 of every pair, with intervals if there are any."""
    frame = found.htmt.reset_index(drop=True)
    several = bool(frame["group"].nunique() > 1)
    frame["pair"] = [
        in_group(f"{a} – {b}", g, several)
        for a, b, g in zip(frame["lhs"], frame["rhs"], frame["group"], strict=True)
    ]
    gap = phrase("missing.no_ratio")
    columns = [Column("pair", phrase("column.pair"))]
    for name, label in (("htmt", "HTMT"), ("htmt2", "HTMT2")):
        columns.append(Column(name, label, "bounded", missing=gap))
        if f"{name}_ci_lower" in frame:
            lower, upper = f"{name}_ci_lower", f"{name}_ci_upper"
            columns.append(interval(lower, upper, found.level, "bounded interval", missing=gap))
    notes: list[Any] = [phrase("validity.htmt_note")]
    if found.draws:
        notes.append(phrase("validity.htmt_draws", draws=Number(found.draws, "integer")))
    notes += remarks(_told(frame, ["lhs", "rhs"]))
    return Table(phrase("validity.htmt"), frame, tuple(columns), tuple(notes))


def validity_loadings_table(found: Validity) -> Table:
    """Standardised loadings with intervals, and R² of the items."""
    frame = found.loadings.reset_index(drop=True)
    several = frame["group"].nunique() > 1
    frame["heading"] = [
        in_group(c, g, several) for c, g in zip(frame["construct"], frame["group"], strict=True)
    ]
    gap, no_error = phrase("missing.negative_residual"), phrase("missing.no_error")
    columns = (
        column("item", phrase("column.item"), kind="text"),
        column("std_all", phrase("column.loading")),
        column("se", missing=no_error),
        interval("ci_lower", "ci_upper", found.level, "bounded interval", missing=no_error),
        column("r2", missing=gap),
    )
    notes = (
        phrase("validity.loadings_note"), estimated(found.fit),
        *remarks(_told(frame, ["construct", "item"])),
    )  # fmt: skip
    return Table(phrase("validity.loadings"), frame, columns, notes, group_by="heading")


def _gaps(frame: pd.DataFrame, names: Iterable[str]) -> Mapping[tuple[int, str], Phrase]:
    """Why coefficients are not there, as far as the kind of construct says it."""
    if "order" not in frame or "n_items" not in frame:
        return {}
    gaps: dict[tuple[int, str], Phrase] = {}
    for i, row in enumerate(frame.to_dict("records")):
        key = ""
        if row["order"] == 0:
            key = "missing.formative"
        elif row["order"] == 1 and row["n_items"] < 2:
            key = "missing.single_item"
        elif row["order"] == 2:
            key = "missing.second_order"
        if key:
            gaps |= {(i, name): phrase(key) for name in names if is_missing(row.get(name))}
    return gaps


def _told(frame: pd.DataFrame, keys: list[str]) -> Iterable[str]:
    """The notes of the rows, each with the names of the rows that it is of."""
    found: dict[str, list[str]] = {}
    for row in frame.to_dict("records"):
        if isinstance(row["note"], str) and row["note"]:
            found.setdefault(row["note"], []).append(" – ".join(str(row[k]) for k in keys))
    for note, names in found.items():
        yield f"{', '.join(dict.fromkeys(names))}: {note}."
