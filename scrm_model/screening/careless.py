"""Signs of careless answers in one table: a row an index."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.screening.conventions import OWN, UNCUT, Convention
from scrm_model.screening.indices import CHANCE, SHORT, Careless
from scrm_model.screening.sheet import Sheet
from scrm_model.screening.show import Listing, plain
from scrm_model.screening.words import percent, say, some
from scrm_model.study.records import Text

_TITLE = Text("Careless answers", "Réponses négligentes")
_COLUMNS = (
    "index", "of", "computed", "minimum", "median", "maximum", "convention", "crossed", "share",
    "chance", "source", "note",
)  # fmt: skip


def careless_listing(
    found: Careless, sheet: Sheet, conventions: Mapping[str, Convention]
) -> Listing:
    """One row an index: its range, its convention, how many cross it, or why it is not there."""
    order = list(conventions)
    names = (*order[:2], *UNCUT, *order[2:])  # the two of strings stay together
    rows = [_summary(name, found, sheet, conventions.get(name)) for name in names]
    frame, french = plain(rows, _COLUMNS)
    french["the scales"] = "les échelles"
    shown = (
        "index", "computed", "median", "maximum", "convention", "crossed", "share", "chance",
        "note",
    )  # fmt: skip
    frame["crossed"] = frame["crossed"].astype("Int64")
    return Listing(_TITLE, frame, _notes(found, sheet, conventions), shown, french)


def _summary(name: str, found: Careless, sheet: Sheet, rule: Convention | None) -> dict[str, Any]:
    of = rule.of if rule else UNCUT[name][1]
    row: dict[str, Any] = {"index": name, "of": of, "computed": 0, "note": ""}
    row |= {"convention": "", "source": "", "crossed": pd.NA, "share": np.nan}
    row |= {
        "chance": found.chance.get(name, np.nan),
        "minimum": np.nan,
        "median": np.nan,
        "maximum": np.nan,
    }
    if name in found.absent:
        return row | {"note": found.absent[name]}
    values = found.frame[name].to_numpy(dtype=float)
    values = values[~np.isnan(values)]
    row["computed"] = len(values)
    if len(values):
        row |= {
            "minimum": values.min(),
            "median": float(np.median(values)),
            "maximum": values.max(),
        }
    if name in found.partial:
        row["note"] = say(
            "{k} cases without: {why}", "{k} cas sans : {why}",
            k=len(found.frame) - len(values), why=found.partial[name],
        )  # fmt: skip
    if rule and name in found.applied and len(values):
        crossed = int(rule.crossed(values).sum())
        row |= {"convention": rule.shown, "source": rule.source or OWN, "crossed": crossed}
        row["share"] = crossed / len(values)
    elif rule and len(values):
        row["note"] = _why_not(name)
    return row


def _why_not(name: str) -> Text:
    """Why a convention is not applied."""
    if name == "longstring":
        return say(
            "no convention for fewer than {k} items", "pas de convention pour moins de {k} items",
            k=SHORT,
        )  # fmt: skip
    return say(
        "convention not applied: chance alone would make more than {c} of careful cases cross it",
        "convention non appliquée : le hasard seul la ferait franchir à plus de {c} des cas "
        "attentifs", c=percent(CHANCE),
    )  # fmt: skip


def _notes(
    found: Careless, sheet: Sheet, conventions: Mapping[str, Convention]
) -> tuple[Text, ...]:
    notes = [
        say(
            "Signs, not proof: look at the cases, decide by a rule stated beforehand, report the "
            "results with and without them. Nothing was left out.",
            "Des indices, non des preuves : examinez les cas, décidez selon une règle fixée "
            "d'avance, rapportez les résultats avec et sans eux. Rien n'a été écarté.",
        ),
        say(
            "Strings follow the order of the columns in the data ({first} … {last}).",
            "Les suites suivent l'ordre des colonnes des données ({first} … {last}).",
            first=sheet.items[0], last=sheet.items[-1],
        ),
    ]  # fmt: skip
    if found.chance:
        notes.append(
            say(
                "chance: the share of careful cases that would cross the convention by chance, if "
                "the true correlation of all were the median one (Fisher's z).",
                "hasard : part des cas attentifs qui franchiraient la convention par hasard, si "
                "la vraie corrélation de tous était la médiane (z de Fisher).",
            )
        )
    absent = [c.code for c in sheet.scales.attention if sheet.column(c.code) is None]
    if absent and "attention_failed" in found.frame:
        notes.append(
            say(
                "Attention checks without a column: {names}.",
                "Contrôles d'attention sans colonne : {names}.", names=some(absent),
            )
        )  # fmt: skip
    cited = {rule.source for name, rule in conventions.items() if name in found.frame}
    sources = ", ".join(sorted(cited - {"", "the scales"}))
    if sources:
        notes.append(say("Conventions: {s}.", "Conventions : {s}.", s=sources))
    return tuple(notes)
