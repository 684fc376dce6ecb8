"""Tables of reliability and validity."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from scrm_model.measurement.reliability import Reliability
from scrm_model.measurement.validity import Validity
from scrm_model.reporting import quality_tables
from scrm_model.reporting.formats import is_missing
from scrm_model.reporting.language import phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import estimated, groups_of, in_group, remarks
from scrm_model.reporting.views.columns import column, interval


def reliability_table(found: Reliability) -> Table:
    """Alpha, omega, H and AVE of every construct, with intervals, and what is to be known."""
    first = next(iter(quality_tables.reliability_tables(found, str)))
    return _remarked(first, found.frame, ["construct"])


def validity_table(found: Validity) -> Table:
    """Loadings and AVE beside what each construct shares with the others."""
    return _remarked(quality_tables.convergent_table(found, str), found.frame, ["construct"])


def htmt_table(found: Validity) -> Table:
    """HTMT and HTMT2 of every pair, with intervals if there are any."""
    return _remarked(quality_tables.htmt_table(found), found.htmt, ["lhs", "rhs"])


def _remarked(table: Table, frame: pd.DataFrame, keys: list[str]) -> Table:
    return replace(table, notes=(*table.notes, *remarks(_told(frame, keys))))


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
    notes = (phrase("validity.fornell_note"), estimated(found.fit))
    grouped = "heading" if len(labels) > 1 else ""
    title = phrase("validity.fornell_title")
    return Table(title, frame, columns, notes, group_by=grouped, gaps=gaps)


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


def _told(frame: pd.DataFrame, keys: list[str]) -> Iterable[str]:
    """The notes of the rows, each with the names of the rows that it is of."""
    found: dict[str, list[str]] = {}
    for row in frame.to_dict("records"):
        if isinstance(row["note"], str) and row["note"]:
            found.setdefault(row["note"], []).append(" – ".join(str(row[k]) for k in keys))
    for note, names in found.items():
        yield f"{', '.join(dict.fromkeys(names))}: {note}."
