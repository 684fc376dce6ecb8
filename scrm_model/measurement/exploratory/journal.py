"""What purification found: the journal, the scales before and after, what content was lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.inference.worded import Told, Worded
from scrm_model.inference.words import comma, joined
from scrm_model.measurement.exploratory.bench import DROPPED, KEEP, MINIMUM, Bench, Unit
from scrm_model.measurement.exploratory.rules import RULES, rules_frame
from scrm_model.measurement.exploratory.wording import ACTIONS, worded
from scrm_model.measurement.show import html, text
from scrm_model.study.claims import Text
from scrm_model.survey.scales import Scales

_COLUMNS = [
    "round", "construct", "scale", "item", "rule", "value", "cut", "also", "action",
    "alpha_before", "alpha_after", "explained_before", "explained_after", "items_after", "facet",
    "facet_left",
]  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Purification(Told):
    """What to drop, why, and what remains.

    Attributes
    ----------
    journal : DataFrame
        A row a step: round (from 1; empty for an item that stays), construct, scale, item, rule,
        value, cut, also (other rules that it breaks), action ("proposed" or "dropped"; "kept:
        keep=" and "kept: minimum=" for items that a rule would drop), alpha and explained (share
        of variance of one factor) before and after, items_after, facet, facet_left (items that
        still carry it).
    summary : DataFrame
        A row a scale: items, alpha and explained before and after, dropped, facets_lost.
    rules : DataFrame
        rule, cut, source: the conventions that were asked.
    kept : dict of str to tuple of str
        Items that each scale keeps.
    dropped : tuple of str
        In the order of the rounds.
    scales : Scales, or dict of str to tuple of str
        Those given, without the dropped items.
    data : DataFrame or None
        With ``mode="apply"`` the answers without the dropped items, reverse-keyed ones turned
        round.
    mode : {"advise", "apply"}
    n : int
        Cases that were used.
    told : tuple of Text
    """

    journal: pd.DataFrame
    summary: pd.DataFrame
    rules: pd.DataFrame
    kept: dict[str, tuple[str, ...]]
    dropped: tuple[str, ...]
    scales: Any
    data: pd.DataFrame | None
    mode: str
    n: int
    told: tuple[Text, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """The journal."""
        return self.journal

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know."""
        return tuple(t.get(lang) for t in self.told)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``journal``, ``scales_after`` and ``rules``."""
        names = {name: rule.name for name, rule in RULES.items()}
        journal = self.journal.drop(columns="construct")
        if (journal["facet"] == "").all():
            journal = journal.drop(columns=["facet", "facet_left"])
        also = {
            keys: joined(names[key] for key in keys.split(", ") if key)
            for keys in journal["also"].unique()
        }
        return (
            worded("journal", journal, {"rule": names, "also": also, "action": ACTIONS}),
            worded("scales_after", self.summary.drop(columns="construct")),
            worded("rules", self.rules, {"rule": names}),
        )

    def __repr__(self) -> str:
        shown = [text(title, frame) for title, frame in self.tables().items()]
        return "\n".join([*shown, *self.notes()])

    def _repr_html_(self) -> str:
        parts = [html(title, frame) for title, frame in self.tables().items()]
        return "".join(parts[:-1]) + html(*list(self.tables().items())[-1], self.notes())


def purification(
    bench: Bench,
    scales: Scales | Mapping[str, Any],
    frame: pd.DataFrame | None,
    mode: str,
    told: tuple[Text, ...],
) -> Purification:
    """The result of a bench that has run."""
    journal = pd.DataFrame(bench.rows, columns=_COLUMNS)
    journal = journal.astype({"round": "Int64", "facet_left": "Int64"})
    gone = tuple(journal.loc[journal["action"] == DROPPED, "item"])
    if mode == "advise":
        journal["action"] = journal["action"].replace(DROPPED, "proposed")
    summary = pd.DataFrame([_row(bench, unit) for unit in bench.units])
    left: Any = {name: tuple(items) for name, items in bench.left.items()}
    after = scales.without(*gone) if isinstance(scales, Scales) else left
    data = None if frame is None else frame.drop(columns=list(gone))
    return Purification(
        journal, summary, rules_frame(bench.cuts), left, gone, after, data, mode, bench.of.n,
        (*_against(bench), *told, *bench.of.notes, *bench.notes, *_remarks(bench, summary, gone)),
    )  # fmt: skip


def _row(bench: Bench, unit: Unit) -> dict[str, Any]:
    before, after = bench.before.get(unit.name), bench.after.get(unit.name)
    left = bench.left[unit.name]
    gone = [item for item in unit.items if item not in left]
    lost = [
        facet
        for facet in dict.fromkeys(unit.facets.values())
        if facet and all(unit.facets[item] != facet for item in left)
    ]
    return {
        "construct": unit.construct, "scale": unit.name, "items_before": len(unit.items),
        "items_after": len(left), "alpha_before": before.alpha if before else np.nan,
        "alpha_after": after.alpha if after else np.nan,
        "explained_before": before.explained if before else np.nan,
        "explained_after": after.explained if after else np.nan,
        "dropped": ", ".join(gone), "facets_lost": ", ".join(lost),
    }  # fmt: skip


def _remarks(bench: Bench, summary: pd.DataFrame, gone: tuple[str, ...]) -> list[Text]:
    out = []
    lost = summary[summary["facets_lost"] != ""]
    if len(lost):
        told = "; ".join(f"{r.scale}: {r.facets_lost}" for r in lost.itertuples())
        out.append(
            Text(
                f"Without the dropped items no item carries these facets any longer: {told}. "
                "Whether the construct is still what was defined is for you to judge.",
                f"Sans les items écartés, plus aucun item ne porte ces facettes : {told}. À vous "
                "de juger si le construit est encore celui qui a été défini.",
            )
        )
    single = [unit.name for unit in bench.units if unit.name not in bench.before]
    if single:
        named = ", ".join(single)
        out.append(
            Text(
                f"Single items, to which no rule applies: {named}.",
                f"Items uniques, auxquels aucune règle ne s'applique : {named}.",
            )
        )
    if any(row["action"] in (KEEP, MINIMUM) for row in bench.rows):
        out.append(_STAYED)
    if gone:
        out.append(_SAME_DATA)
    out.append(_conventions(bench.cuts))
    return out


def _against(bench: Bench) -> list[Text]:
    against = [
        item
        for name, state in bench.before.items()
        for item in state.values.index[state.values["item_total"] < 0]
    ]
    if not against:
        return []
    named = ", ".join(map(str, against))
    return [
        Text(
            "These items correlate negatively with the sum of the others of their scale: "
            f"{named}. Where some are reverse-keyed, turn them round before anything is "
            "dropped.",
            "Ces items sont corrélés négativement à la somme des autres de leur échelle : "
            f"{named}. Si certains sont inversés, recodez-les avant d'écarter quoi que ce "
            "soit.",
        )
    ]


def _conventions(cuts: Mapping[str, float | None]) -> Text:
    listed = "; ".join(
        f"{name} {cut:.2f} ({RULES[name].source})" for name, cut in cuts.items() if cut is not None
    )
    en, fr = "Cut-offs are conventions", "Les seuils sont des conventions"
    return Text(f"{en}: {listed}.", f"{fr} : {comma(listed)}.")


_STAYED = Text(
    "Rows without a round are items that a rule would drop and that stay: keep= names them, or "
    "their scale has no more than minimum= items.",
    "Les lignes sans étape sont des items qu'une règle écarterait et qui restent : keep= les "
    "nomme, ou leur échelle n'a pas plus d'items que minimum=.",
)
_SAME_DATA = Text(
    "The answers that chose the items cannot confirm them: estimate the measurement model on other "
    "answers (split() divides a sample beforehand), or say that they are the same.",
    "Les réponses qui ont servi à choisir les items ne peuvent pas les confirmer : estimez le "
    "modèle de mesure sur d'autres réponses (split() divise un échantillon au préalable), ou "
    "dites que ce sont les mêmes.",
)
