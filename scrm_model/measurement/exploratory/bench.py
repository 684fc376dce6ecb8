"""The work of purification: scales are looked at, an item is taken out, and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from scrm_model.estimation.workers import child
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.evaluation import most_factors
from scrm_model.measurement.exploratory.rules import Fired, fired, others
from scrm_model.measurement.exploratory.scale_items import ScaleState, joint_values, scale_state
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
        method: str,
        rotation: str,
        seed: np.random.SeedSequence,
    ) -> None:
        self.of, self.units, self.cuts = of, units, cuts
        self.keep, self.minimum = keep, minimum
        self.method, self.rotation, self.seed = method, rotation, seed
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
            if not self._can_be_told_apart(scales):
                return
            values = joint_values(self.of, scales, self.method, self.rotation, child(self.seed, 1))
            every = fired(values, self.cuts, joint=True)
            if not self._next(every, values["gap"].to_dict(), values["scale"], by_name, stopped):
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

    def _can_be_told_apart(self, scales: dict[str, list[str]]) -> bool:
        items = sum(len(own) for own in scales.values())
        if len(scales) < 2:
            return False
        if self.method == "pca" or len(scales) <= most_factors(items):
            return True
        self.notes.append(
            Text(
                f"{items} items do not identify {len(scales)} factors: no rule looked at all "
                "scales together.",
                f"{items} items n'identifient pas {len(scales)} facteurs : aucune règle n'a été "
                "appliquée à toutes les échelles ensemble.",
            )
        )
        return False
