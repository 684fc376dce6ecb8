"""Cases far from the rest: by all items together, by a single item."""

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr

from scrm_model.screening.conventions import D2_P, OUTLIER_SOURCE, Z
from scrm_model.screening.sheet import Sheet
from scrm_model.screening.show import Listing
from scrm_model.screening.spread import Spread
from scrm_model.screening.words import say
from scrm_model.study.records import Text

_COLUMNS = ("case", "kind", "item", "answer", "statistic", "df", "pvalue", "p_bonferroni")


def outlier_listing(sheet: Sheet, spread: Spread) -> Listing:
    """Cases beyond the conventions, the furthest first.

    Notes
    -----
    Bonferroni's p is p times the number of distances, or of answers to the item, and at most 1.
    """
    far, notes = _together(sheet, spread)
    alone = _by_item(sheet)
    notes.append(
        say(
            "By item: answers with |z| > {z}, {source}: {k}. On a scale of few points a rare "
            "answer may be an honest one.",
            "Par item : réponses avec |z| > {z}, {source} : {k}. Sur une échelle de peu "
            "d'échelons, une réponse rare peut être sincère.",
            k=len(alone), z=Z, source=OUTLIER_SOURCE,
        )
    )  # fmt: skip
    parts = [part for part in (far, alone) if len(part)]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(_COLUMNS))
    return Listing(Text("Outliers", "Valeurs extrêmes"), frame, tuple(notes))


def _together(sheet: Sheet, spread: Spread) -> tuple[pd.DataFrame, list[Text]]:
    found = spread.distances(sheet)
    if found is None:
        reason = spread.reason or say("singular covariances", "covariances singulières")
        note = say("No distances (D²): {why}.", "Pas de distances (D²) : {why}.", why=reason)
        return pd.DataFrame(), [note]
    d2, items = found
    p = np.where(np.isnan(d2), np.nan, chdtrc(np.maximum(items, 1), d2))
    with np.errstate(invalid="ignore"):
        at = np.flatnonzero(p < D2_P)
    at = at[np.argsort(p[at], kind="stable")]
    tests = len(spread.rows)
    bonferroni = np.minimum(p * tests, 1.0)
    frame = pd.DataFrame(
        {
            "case": sheet.labels[at], "kind": "D2", "item": "", "answer": np.nan,
            "statistic": d2[at], "df": pd.array(items[at].astype(int), dtype="Int64"),
            "pvalue": p[at], "p_bonferroni": bonferroni[at],
        }
    )  # fmt: skip
    note = say(
        "D² (squared Mahalanobis distance on the answered items): {k} of {n} cases with p < {p}, "
        "{source}, of whom chance alone would give about {e}; {b} with Bonferroni's p < .05. "
        "It assumes normal answers.",
        "D² (distance de Mahalanobis au carré sur les items répondus) : {k} cas sur {n} avec "
        "p < {p}, {source}, dont le hasard seul donnerait environ {e} ; {b} avec p de "
        "Bonferroni < 0,05. Suppose des réponses normales.",
        k=len(at), n=tests, p=D2_P, source=OUTLIER_SOURCE, e=D2_P * tests,
        b=int((bonferroni[at] < 0.05).sum()),
    )  # fmt: skip
    notes = [note]
    if spread.moments is not None and spread.moments.steps:
        notes.append(
            say(
                "Means and covariances by maximum likelihood (EM, {k} steps).",
                "Moyennes et covariances par maximum de vraisemblance (EM, {k} itérations).",
                k=spread.moments.steps,
            )
        )
    return frame, notes


def _by_item(sheet: Sheet) -> pd.DataFrame:
    parts = []
    for j in np.flatnonzero(sheet.varies):
        rows = np.flatnonzero(sheet.answered[:, j])
        own = sheet.raw[rows, j]
        z = (own - own.mean()) / own.std(ddof=1)
        at = np.flatnonzero(np.abs(z) > Z)
        if not len(at):
            continue
        p = 2 * ndtr(-np.abs(z[at]))
        parts.append(
            pd.DataFrame(
                {
                    "case": sheet.labels[rows[at]], "kind": "z", "item": sheet.items[j],
                    "answer": own[at], "statistic": z[at],
                    "df": pd.array([pd.NA] * len(at), dtype="Int64"), "pvalue": p,
                    "p_bonferroni": np.minimum(p * len(own), 1.0),
                }
            )
        )  # fmt: skip
    if not parts:
        return pd.DataFrame()
    return pd.concat(parts, ignore_index=True).sort_values("pvalue", kind="stable")
