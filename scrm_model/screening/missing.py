"""What is missing: by item, by case, by pattern, and Little's test."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from scrm_model.screening.little import little
from scrm_model.screening.options import Options
from scrm_model.screening.sheet import Sheet
from scrm_model.screening.show import Listing
from scrm_model.screening.spread import Spread
from scrm_model.screening.words import percent, say, some
from scrm_model.study.records import Text


def missing_by_item(sheet: Sheet) -> Listing:
    """Answers and missing answers of every item."""
    n = sheet.answered.sum(axis=0)
    total = len(sheet.raw)
    frame = pd.DataFrame(
        {
            "item": sheet.items,
            "construct": sheet.construct,
            "n": n,
            "missing": total - n,
            "share": 1.0 - n / total,
        }
    )
    cells = int((total - n).sum())
    whole = int(sheet.answered.all(axis=1).sum())
    notes = [
        say(
            "{cells} of {all} cells are empty ({share}); {whole} of {n} cases are complete.",
            "{cells} cellules sur {all} sont vides ({share}) ; {whole} cas sur {n} sont complets.",
            cells=cells, all=sheet.raw.size, share=percent(cells / sheet.raw.size), whole=whole,
            n=total,
        )
    ]  # fmt: skip
    for at, en, fr in (
        (n == 0, "Items without any answer: {names}.", "Items sans aucune réponse : {names}."),
        (
            (n > 0) & ~sheet.varies,
            "Items with one answer only: {names}.",
            "Items avec une seule valeur : {names}.",
        ),
    ):
        if at.any():
            notes.append(say(en, fr, names=some(np.array(sheet.items)[at])))
    none = int((~sheet.answered.any(axis=1)).sum())
    if none:
        notes.append(
            say("Cases without any answer: {k}.", "Cas sans aucune réponse : {k}.", k=none)
        )
    title = Text("Missing answers by item", "Réponses manquantes par item")
    return Listing(title, frame, tuple(notes))


def missing_by_case(sheet: Sheet) -> Listing:
    """How many cases lack how many answers."""
    lacks = len(sheet.items) - sheet.answered.sum(axis=1)
    counts = np.bincount(lacks)
    at = np.flatnonzero(counts)
    frame = pd.DataFrame({"missing": at, "cases": counts[at], "share": counts[at] / len(lacks)})
    return Listing(Text("Missing answers by case", "Réponses manquantes par cas"), frame)


def pattern_listing(sheet: Sheet) -> Listing:
    """The patterns of missing answers, the most frequent first."""
    found = sheet.patterns
    names = np.array(sheet.items, dtype=object)
    every = len(names)
    # Splitting one list of places is many times as fast as asking each pattern for its own.
    places = np.nonzero(~found.answered)[1]
    ends = np.cumsum(every - found.sizes)[:-1]
    lacks = [", ".join(part) for part in np.split(names[places], ends)]
    frame = pd.DataFrame(
        {
            "pattern": np.arange(1, len(found.counts) + 1),
            "cases": found.counts,
            "share": found.counts / len(sheet.raw),
            "answered": found.sizes,
            "missing": every - found.sizes,
            "lacks": lacks,
        }
    )
    alone = int((found.counts == 1).sum())
    notes = (
        say(
            "Patterns: {m}; of a single case: {alone}.",
            "Profils : {m} ; d'un seul cas : {alone}.", m=len(frame), alone=alone,
        ),
    )  # fmt: skip
    title = Text("Patterns of missing answers", "Profils de réponses manquantes")
    return Listing(title, frame, notes)


@dataclass(frozen=True, eq=False, repr=False)
class LittleTest(Listing):
    """Little's test that answers are missing completely at random.

    Attributes
    ----------
    statistic, df, pvalue : float, int, float, or None
        None where there is no test, and `reason` says why.
    n, patterns : int
        Cases with answers, and their patterns.
    reason : Text or None
    """

    statistic: float | None = None
    df: int | None = None
    pvalue: float | None = None
    n: int = 0
    patterns: int = 0
    reason: Text | None = None


_TITLE = Text("Little's test of MCAR", "Test MCAR de Little")
_LIMITS = (
    say(
        "It compares the means of the patterns only, and assumes normal answers with the same "
        "covariances everywhere. A small p speaks against missing completely at random. A large p "
        "does not prove it, and neither tells missing at random from not at random. In a large "
        "sample trifles give a small p.",
        "Il ne compare que les moyennes des profils, et suppose des réponses normales de mêmes "
        "covariances partout. Un petit p plaide contre l'hypothèse MCAR. Un grand p ne la prouve "
        "pas, et ni l'un ni l'autre ne distingue MAR de MNAR. Dans un grand échantillon, des riens "
        "donnent un petit p.",
    ),
)


def little_listing(sheet: Sheet, spread: Spread, options: Options) -> LittleTest:
    """Little's test, or why there is none."""
    patterns, n = spread.patterns, len(spread.rows)
    size: dict[str, Any] = {"n": n, "patterns": len(patterns.counts)}
    reason = _no_test(spread, options)
    found = None
    if reason is None and spread.moments is not None:
        found = little(spread.values(sheet), patterns, spread.moments)
        if found is None:
            reason = say("singular covariances", "covariances singulières")
    if found is None:
        note = say("No test: {why}.", "Pas de test : {why}.", why=reason)
        return LittleTest(_TITLE, pd.DataFrame(), (note,), reason=reason, **size)
    statistic, df = found
    p = float(chdtrc(df, statistic))
    frame = pd.DataFrame(
        [{"statistic": statistic, "df": df, "pvalue": p, "n": n, "patterns": size["patterns"]}]
    )
    notes = (*_left_out(sheet, spread), *_alone(spread), *_LIMITS)
    return LittleTest(_TITLE, frame, notes, (), {}, statistic, df, p, reason=None, **size)


def _no_test(spread: Spread, options: Options) -> Text | None:
    if options.mcar is False:
        return say("not asked for (mcar=False)", "non demandé (mcar=False)")
    if len(spread.patterns.counts) == 1:
        if spread.patterns.answered.all():
            return say("no answer is missing", "aucune réponse ne manque")
        return say("one pattern only", "un seul profil")
    return spread.reason


def _left_out(sheet: Sheet, spread: Spread) -> list[Text]:
    notes = []
    empty = len(sheet.raw) - len(spread.rows)
    if empty:
        notes.append(
            say("Left out as without any answer: {k}.", "Écartés, sans aucune réponse : {k}.",
                k=empty)
        )  # fmt: skip
    if spread.left_out:
        notes.append(
            say(
                "Left out: items that do not vary ({names}).",
                "Écartés : items qui ne varient pas ({names}).", names=some(spread.left_out),
            )
        )  # fmt: skip
    return notes


def _alone(spread: Spread) -> list[Text]:
    """What many patterns of one case do to the test."""
    counts = spread.patterns.counts
    incomplete = counts[spread.patterns.sizes < spread.patterns.answered.shape[1]]
    single = int((incomplete == 1).sum())
    if single <= incomplete.sum() / 2:
        return []
    return [
        say(
            "{k} of {m} incomplete cases are the only ones of their pattern. Such patterns have no "
            "means to compare, the statistic is drawn to its degrees of freedom, and the test "
            "finds little: do not read a large p.",
            "{k} cas incomplets sur {m} sont seuls de leur profil. De tels profils n'ont pas de "
            "moyennes à comparer, la statistique est attirée vers ses degrés de liberté, et le "
            "test ne trouve guère : n'interprétez pas un grand p.",
            k=single, m=int(incomplete.sum()),
        )
    ]  # fmt: skip
