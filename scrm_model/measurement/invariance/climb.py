"""From level to level: fit, test, release what is given or found, and write it all down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.measurement.invariance.levels import LADDER, Measurement, Plan, plan
from scrm_model.measurement.invariance.score import score
from scrm_model.measurement.invariance.search import Search, next_release
from scrm_model.measurement.invariance.words import NO_REASON, level_word
from scrm_model.measurement.side_by_side import difference, fit_named, kinds_of, measures_of
from scrm_model.screening.words import say
from scrm_model.study.records import Text

TRAIL = (
    "step", "level", "parameter", "how", "mi", "df", "pvalue", "epc", "chisq_before",
    "chisq_after", "pvalue_diff_before", "pvalue_diff_after", "cfi_diff_before", "cfi_diff_after",
    "reason", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a table is made of.

    Attributes
    ----------
    data, group, options
        As for `fit`.
    levels : tuple of str
    given : dict of str to str
        Parameters to release, each with the reason.
    reasons : dict of str to str
        Reasons for what the search may release.
    search : Search
    method : str
        Of the chi-square differences.
    """

    data: Any
    group: str | None
    options: Mapping[str, Any]
    levels: tuple[str, ...]
    given: Mapping[str, str]
    reasons: Mapping[str, str]
    search: Search
    method: str


@dataclass(frozen=True)
class Ground:
    """A level under way: its fit, the fit of the level before, what is released."""

    level: str
    fit: Fit
    before: Fit | None
    released: tuple[str, ...]


@dataclass
class Climb:
    """The work on one table; what it finds stays in its fields.

    Attributes
    ----------
    asked : Asked
    of : Measurement
    base : Fit
        The configural fit.
    fits, released : dict by level
    trail : list of dict
        A row a release, under the names of `TRAIL`; notes are Text or None.
    stops : list of Text
        Why the search ended where a level still failed its rule.
    """

    asked: Asked
    of: Measurement
    base: Fit
    fits: dict[str, Fit] = field(default_factory=dict)
    released: dict[str, tuple[str, ...]] = field(default_factory=dict)
    trail: list[dict[str, Any]] = field(default_factory=list)
    stops: list[Text] = field(default_factory=list)

    def run(self) -> "Climb":
        """Fit all levels."""
        before: Fit | None = None
        released: tuple[str, ...] = ()
        for level in self.asked.levels:
            here = Ground(level, self._fitted(level, released), before, released)
            for name in self.asked.given:
                if self.entry(name) == level:
                    here = self._release(here, name, "given")
            if self.asked.search.on and before is not None and level != "means":
                here = self._searched(here)
            before, released = here.fit, here.released
            self.fits[level], self.released[level] = here.fit, here.released
        return self

    def entry(self, parameter: str) -> str:
        """The first level of the table that holds a parameter equal; "" if none does."""
        first = self.of.level_of(parameter)
        if not first:
            return ""
        step = LADDER.index(first)
        asked = [n for n in self.asked.levels if n != "means" and LADDER.index(n) >= step]
        return asked[0] if asked else ""

    def plan(self, level: str, released: tuple[str, ...]) -> Plan:
        """How a level is estimated with some parameters released."""
        below = [n for n in self.asked.levels if n != "means"][-1]
        return plan(self.of, level, released, below)

    def scores(self, level: str, found: Fit, released: tuple[str, ...]) -> pd.DataFrame:
        """Score tests of all that a level holds equal and the level before does not."""
        names = dict.fromkeys(v.name for v in self.base.table.parameters if v.group == 1)
        here = [n for n in names if n not in released and self.entry(n) == level]
        rows = [score(found, self.plan(level, (*released, n)), n, self.of.cuts) for n in here]
        frame = pd.DataFrame([r | {"note": str(r["note"] or "")} for r in rows if r["df"] != 0])
        if frame.empty:
            return pd.DataFrame(columns=["parameter", "mi", "df", "pvalue", "epc", "note"])
        return frame.sort_values("mi", ascending=False, kind="stable").reset_index(drop=True)

    def _fitted(self, level: str, released: tuple[str, ...]) -> Fit:
        if level == "configural":
            return self.base
        how = self.plan(level, released)
        return fit_named(
            f"Level '{level}'", how.model, self.asked.data, group=self.asked.group,
            group_equal=how.group_equal, group_partial=how.group_partial, **self.asked.options,
        )  # fmt: skip

    def _release(self, here: Ground, name: str, how: str) -> Ground:
        released = (*here.released, name)
        test = score(here.fit, self.plan(here.level, released), name, self.of.cuts)
        after = self._fitted(here.level, released)
        reasons = self.asked.given if how == "given" else self.asked.reasons
        row: dict[str, Any] = {
            "step": len(self.trail) + 1, "level": here.level, "how": how,
            "reason": reasons.get(name) or NO_REASON.en,
        } | test  # fmt: skip
        for when, fit in (("before", here.fit), ("after", after)):
            row |= {f"{k}_{when}": v for k, v in self._lost(here.before, fit).items()}
        self.trail.append({key: row[key] for key in TRAIL})
        return Ground(here.level, after, here.before, released)

    def _lost(self, before: Fit | None, now: Fit) -> dict[str, float]:
        kinds = kinds_of([now] if before is None else [before, now])
        own = measures_of(now, kinds)
        out = {"chisq": own["chisq"], "pvalue_diff": np.nan, "cfi_diff": np.nan}
        if before is not None:
            out["cfi_diff"] = own["cfi"] - measures_of(before, kinds)["cfi"]
            out["pvalue_diff"] = difference(before, now, self.asked.method)[0]["pvalue_diff"]
        return out

    def _searched(self, here: Ground) -> Ground:
        search, first = self.asked.search, len(self.trail)
        assert here.before is not None
        while here.fit.df > here.before.df:
            lost = self._lost(here.before, here.fit)
            if search.enough(lost):
                break
            name, why = "", _NO_TEST
            if search.most is not None and len(self.trail) - first >= search.most:
                why = Text(f"most={search.most} is reached", f"most={search.most} est atteint")
            elif here.fit.converged and (search.until == "cfi" or lost["pvalue_diff"] >= 0):
                scores = self.scores(here.level, here.fit, here.released)
                name, why = next_release(
                    scores, self.of.constructs, here.released, search.alpha
                )  # fmt: skip
            if not name:
                self.stops.append(_stopped(here.level, why))
                break
            here = self._release(here, name, "search")
        return here


_NO_TEST = Text(
    "the level has no test to judge it by", "ce niveau n'a pas de test qui permette d'en juger"
)


def _stopped(level: str, why: Text) -> Text:
    return say(
        "The search at level '{level}' stopped: {why}.",
        "La recherche, pour l'{level}, s'est arrêtée : {why}.",
        level=level_word(level), why=why,
    )  # fmt: skip
