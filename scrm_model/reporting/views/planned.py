"""Tables of a planned study."""

from typing import Any

from scrm_model.planning.power import Power
from scrm_model.planning.summary import ALL_INDIRECT, ALL_PATHS, TESTS
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import remarks

_NAMES = {ALL_PATHS: "curve.hypotheses", ALL_INDIRECT: "curve.indirect"} | {
    test: f"power.test_{k}" for k, test in enumerate(TESTS, start=1)
}


def power_table(found: Power) -> Table:
    """Power of each effect, a column for each number of answers."""
    frame = found.table()
    kinds = list(dict.fromkeys(frame["kind"]))
    frame = frame.sort_values("kind", key=lambda k: k.map(kinds.index), kind="stable")
    sizes = [c for c in frame.columns if c not in ("kind", "name")]
    frame = frame.rename(columns={n: f"n{n}" for n in sizes})
    headings: list[Any] = [phrase("power." + kind.replace(" ", "_")) for kind in frame["kind"]]
    frame = frame.assign(heading=headings, name=[_name(name) for name in frame["name"]])
    spanner = phrase("power.spanner")
    columns = (
        Column("name", phrase("column.effect")),
        *(Column(f"n{n}", _size(n), "bounded", 2, spanner=spanner) for n in sizes),
    )
    note = phrase(
        "power.note",
        draws=Number(found.draws, "integer"),
        alpha=Number(found.alpha, "bounded", 2),
        seed=str(found.seed),
    )
    notes = (note, *remarks(found.notes))
    return Table(phrase("power.title"), frame, columns, notes, group_by="heading")


def _size(n: Any) -> Any:
    return phrase("power.size", n=Number(float(n), "integer"))


def _name(name: str) -> Any:
    return phrase(_NAMES[name]) if name in _NAMES else str(name)
