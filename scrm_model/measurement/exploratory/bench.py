"""The work of purification: scales are looked at, an item is taken out, and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scrm_model.estimation.workers import child
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.evaluation import most_factors
from scrm_model.measurement.exploratory.parallel import components_beyond_chance
from scrm_model.measurement.exploratory.rules import Fired, fired, others
from scrm_model.measurement.exploratory.scale_items import (
    JointState,
    ScaleState,
    joint_state,
    scale_state,
)
from scrm_model.study.claims import Text

DROPPED, KEEP, MINIMUM = "dropped", "kept: keep=", "kept: minimum="


@dataclass(frozen=True, eq=False)
class Unit:
    """Items that are to measure one thing.

    Attributes
    ----------
    construct, name : str
        The name is that of the construct, or of construct and dimension.
    items : tuple of str
    facets : mapping of str to str
        Facet of each item; empty where none is known.
    """

    construct: str
    name: str
    items: tuple[str, ...]
    facets: Mapping[str, str]


class Bench:
    """Scales under purification.

    Parameters
    ----------
    of : Correlations
        Of all items.
    units : tuple of Unit
    cuts : mapping of rule to cut-off
    keep : frozenset of str
    minimum : int
    factors : int, "parallel" or "scales"
        Of all scales together.
    method, rotation : str
    seed : SeedSequence

    Attributes
    ----------
    left : dict of str to list of str
        Items that each scale still has.
    rows : list of dict
        The journal.
    before, after : dict of str to ScaleState
        Of scales with at least two items.
    notes : list of Text
    """

    def __init__(
        self,
        of: Correlations,
        units: tuple[Unit, ...],
        cuts: Mapping[str, float | None],
        keep: frozenset[str],
        minimum: int,
        factors: int | str,
        method: str,
        rotation: str,
        seed: np.random.SeedSequence,
    ) -> None:
        self.of, self.units, self.cuts = of, units, cuts
        self.keep, self.minimum = keep, minimum
        self.factors, self.method, self.rotation, self.seed = factors, method, rotation, seed
        self.left = {unit.name: list(unit.items) for unit in units}
        self.rows: list[dict[str, Any]] = []
        self.notes: list[Text] = []
        self._noted: set[tuple[str, str]] = set()
        self._rounds = 0
        self.before = {u.name: self._state(u) for u in units if len(u.items) > 1}
        self.after = dict(self.before)

    def _state(self, unit: Unit) -> ScaleState:
        return scale_state(self.of, self.left[unit.name], self.method, child(self.seed, 0))

    def run(self) -> None:
        """Every scale by itself, then all of them together."""
        for unit in self.units:
            self._by_itself(unit)
        self._together()

    def _by_itself(self, unit: Unit) -> None:
        while len(self.left[unit.name]) > 1:
            state = self.after[unit.name]
            found = fired(state.values, self.cuts)
            if not self._act(unit, found, found):
                return

    def _act(self, unit: Unit, candidates: list[Fired], every: list[Fired]) -> bool:
        """Drop the first item that may be dropped; whether there was one."""
        for hit in candidates:
            if hit.item in self.keep:
                self._note(unit, hit, every, KEEP)
        free = [hit for hit in candidates if hit.item not in self.keep]
        if not free:
            return False
        if len(self.left[unit.name]) <= self.minimum:
            self._note(unit, free[0], every, MINIMUM)
            return False
        self._drop(unit, free[0], every)
        return True

    def _note(self, unit: Unit, hit: Fired, every: list[Fired], why: str) -> None:
        key = (hit.item, why)
        if key in self._noted:
            return
        self._noted.add(key)
        self._write(unit, hit, every, why, self.after.get(unit.name), None)

    def _drop(self, unit: Unit, hit: Fired, every: list[Fired]) -> None:
        before = self.after[unit.name]
        self.left[unit.name].remove(hit.item)
        self.after[unit.name] = self._state(unit)
        self._rounds += 1
        self._write(unit, hit, every, DROPPED, before, self.after[unit.name])

    def _write(
        self,
        unit: Unit,
        hit: Fired,
        every: list[Fired],
        action: str,
        before: ScaleState | None,
        after: ScaleState | None,
    ) -> None:
        facet = unit.facets.get(hit.item, "")
        items = self.left[unit.name]
        same = [item for item in items if facet and unit.facets.get(item) == facet]
        later = after or before
        self.rows.append(
            {
                "round": self._rounds if action == DROPPED else None, "construct": unit.construct,
                "scale": unit.name, "item": hit.item, "rule": hit.rule, "value": hit.value,
                "cut": hit.cut, "also": others(every, hit), "action": action,
                "alpha_before": before.alpha if before else np.nan,
                "alpha_after": later.alpha if later else np.nan,
                "explained_before": before.explained if before else np.nan,
                "explained_after": later.explained if later else np.nan,
                "items_after": len(items), "facet": facet,
                "facet_left": len(same) if facet else None,
            }
        )  # fmt: skip

    def _together(self) -> None:
        if self.cuts.get("cross") is None and self.cuts.get("gap") is None:
            return
        by_name = {unit.name: unit for unit in self.units}
        stopped: set[str] = set()
        while True:
            scales = {name: items for name, items in self.left.items() if len(items) > 1}
            count = self._count(scales) if len(scales) > 1 else 0
            if not count:
                return
            state = joint_state(
                self.of, scales, count, self.method, self.rotation, child(self.seed, 1)
            )
            values = state.values
            every = fired(values, self.cuts, joint=True)
            if not self._next(every, values["gap"].to_dict(), values["scale"], by_name, stopped):
                self.notes += _of_factors(count, state)
                return

    def _next(
        self,
        every: list[Fired],
        gaps: dict[Any, float],
        scale: Any,
        units: dict[str, Unit],
        stopped: set[str],
    ) -> bool:
        """One step of all scales together; whether something was dropped."""
        for hit in sorted(every, key=lambda h: gaps[h.item]):
            unit = units[scale[hit.item]]
            if unit.name in stopped:
                continue
            if self._act(unit, [hit], every):
                self._by_itself(unit)
                return True
            if hit.item not in self.keep:
                stopped.add(unit.name)
        return False

    def _count(self, scales: dict[str, list[str]]) -> int:
        """How many factors all scales have together; 0 and a note where they cannot be had."""
        items = [item for own in scales.values() for item in own]
        count = len(scales) if self.factors == "scales" else self.factors
        if count == "parallel":
            found = components_beyond_chance(self.of.of(items), child(self.seed, 2))
            count = min(max(found, 1), len(scales))
        count = int(count)
        most = len(items) if self.method == "pca" else most_factors(len(items))
        if count <= most:
            return count
        self.notes.append(
            Text(
                f"{len(items)} items do not identify {count} factors: no rule looked at all scales "
                "together.",
                f"{len(items)} items n'identifient pas {count} facteurs : aucune règle n'a été "
                "appliquée à toutes les échelles ensemble.",
            )
        )
        return 0


def _of_factors(count: int, state: JointState) -> list[Text]:
    out = [
        Text(
            f"Factors of all scales together: {count}.",
            f"Facteurs de toutes les échelles ensemble : {count}.",
        )
    ]
    for names in state.shared:
        told = ", ".join(names)
        out.append(
            Text(
                f"These scales have one factor in common, so that the rules for all scales "
                f"together cannot tell them apart: {told}.",
                "Ces échelles partagent un même facteur, et les règles appliquées à toutes les "
                f"échelles ensemble ne peuvent pas les distinguer : {told}.",
            )
        )
    for items in state.free:
        told = ", ".join(items) or "-"
        out.append(
            Text(
                f"One factor is no scale's; items that load above .40 on it: {told}.",
                "Un facteur n'est celui d'aucune échelle ; items dont la contribution y dépasse "
                f"0,40 : {told}.",
            )
        )
    return out
