"""Words of the tables and notes of `dynamic_fit()`, in English and French."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scrm_model.inference.worded import Worded, in_french
from scrm_model.inference.words import decimal
from scrm_model.measurement.dynamic.misfit import RESIDUAL, Level
from scrm_model.screening.words import say
from scrm_model.study.records import Text

_YES_NO = {True: Text("yes", "oui"), False: Text("no", "non")}
_INDICES = {key: Text(key.upper(), key.upper()) for key in ("srmr", "rmsea", "cfi")}
_HEADS = {
    "cut_offs": Text("cut-off", "seuil"),
    "added": Text("left out by the model", "omis par le modèle"),
    "index": Text("index", "indice d'ajustement"),
    "cutoff": Text("cut-off", "seuil"),
    "rate": Text("rate of errors", "taux d'erreur"),
    "reached": Text("reached", "atteint"),
    "convention": Text("Hu & Bentler (1999)", "Hu et Bentler (1999)"),
}
_EACH = Text("Cut-offs by level and index", "Seuils par niveau et indice")
_LEVEL_0 = Text(
    "Level 0: beyond it lie 5 % of samples in which the model is right. An empty cell: the "
    "index cannot tell this level from level 0. These are comparisons, not verdicts.",
    "Niveau 0 : au-delà se trouvent 5 % des échantillons dans lesquels le modèle est juste. Une "
    "cellule vide : l'indice ne distingue pas ce niveau du niveau 0. Ce sont des comparaisons, non "
    "des verdicts.",
)


def title(n: int, draws: int) -> Text:
    """The title of the table."""
    return Text(
        f"Simulated cut-offs, N = {n}, {draws} replicates a level",
        f"Seuils simulés, N = {n}, {draws} réplications par niveau",
    )


def added_text(level: Level) -> Text:
    """What the model leaves out; lavaan text keeps its decimal point."""
    if not level.residuals:
        return Text(level.added)
    return say(
        "residuals r = {r}: {pairs}", "résidus corrélés, r = {r} : {pairs}",
        r=decimal(RESIDUAL, ".2f"), pairs=level.residuals,
    )  # fmt: skip


def lost_text(level: int, lost: int) -> Text:
    """How many replicates have no minimum."""
    return Text(
        f"Level {level}: {lost} replicates without a minimum, left out.",
        f"Niveau {level} : {lost} réplications sans minimum, écartées.",
    )


def notes_of(levels: Sequence[Level], lost: Sequence[Text]) -> tuple[Text, ...]:
    """All notes, in the order in which they are printed."""
    added = [
        say("Level {k} adds {what}.", "Le niveau {k} ajoute : {what}.",
            k=level.level, what=added_text(level))
        for level in levels
        if level.added
    ]  # fmt: skip
    return (*added, *lost, _LEVEL_0)


def worded(
    table: pd.DataFrame, frame: pd.DataFrame, whole: Text, levels: Sequence[Level]
) -> tuple[Worded, ...]:
    """Cut-offs side by side, and one by one with what they are made of.

    Parameters
    ----------
    table, frame : DataFrame
        Of `DynamicFit`.
    whole : Text
        The title of the first.
    levels : sequence of Level
    """
    wide = table.rename_axis("cut_offs").reset_index()
    rows = {f"level {k.level}": f"niveau {k.level}" for k in levels}
    rows |= {"this fit": "ce modèle", "Hu & Bentler (1999)": "Hu et Bentler (1999)"}
    added = {text.get("en"): text for text in map(added_text, levels)}
    each = frame.drop(columns=["source", "note"])
    cells: dict[str, Mapping[Any, Text]] = {"index": _INDICES, "reached": _YES_NO, "added": added}
    return (
        Worded("cut_offs", whole, wide, _HEADS, {"cut_offs": in_french(rows)}),
        Worded("each", _EACH, each, _HEADS, cells),
    )
