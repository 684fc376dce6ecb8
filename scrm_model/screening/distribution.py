"""How the answers are distributed: skewness, kurtosis, Mardia, categories."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from scrm_model.screening.conventions import (
    KURTOSIS,
    MARDIA_SOURCE,
    MARDIA_Z,
    NORMAL_SOURCE,
    PILE,
    PILE_SOURCE,
    SKEW,
    SPARSE,
)
from scrm_model.screening.normality import MardiaNumbers, kurtosis, mardia_numbers, skewness
from scrm_model.screening.sheet import Sheet
from scrm_model.screening.show import Listing, plain
from scrm_model.screening.words import percent, say, some
from scrm_model.study.records import Text


def normality_listing(sheet: Sheet) -> Listing:
    """Skewness and kurtosis of every item with their tests."""
    n = sheet.answered.sum(axis=0)
    some_n = np.maximum(n, 1)
    filled = np.where(sheet.answered, sheet.raw, 0.0)
    mean = np.where(n > 0, filled.sum(axis=0) / some_n, np.nan)
    squares = (np.where(sheet.answered, sheet.raw - mean, 0.0) ** 2).sum(axis=0)
    columns: dict[str, NDArray] = {
        "mean": mean,
        "sd": np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan),
    }
    for name, measure, factor in (("skew", skewness, 6.0), ("kurtosis", kurtosis, 24.0)):
        value = measure(sheet.raw, 2)
        error = np.where(np.isnan(value), np.nan, np.sqrt(factor / some_n))
        z = value / error
        columns |= {
            name: value, f"{name}_se": error, f"{name}_z": z, f"{name}_p": 2 * ndtr(-np.abs(z)),
            f"{name}_3": measure(sheet.raw, 3),
        }  # fmt: skip
    reasons = [_why(k, v) for k, v in zip(n, sheet.varies, strict=True)]
    rows = [{"note": reason} for reason in reasons]
    notes_frame, french = plain(rows, ("note",))
    frame = pd.DataFrame({"item": sheet.items, "n": n, **columns})
    frame["note"] = notes_frame["note"].to_numpy()
    title = Text("Univariate normality", "Normalité univariée")
    shown = ("item", "n", "mean", "sd", "skew", "skew_z", "kurtosis", "kurtosis_z", "note")
    return Listing(title, frame, _normality_notes(frame), shown, french)


def _why(n: int, varies: bool) -> Text | str:
    if n == 0:
        return say("no answer", "aucune réponse")
    if not varies:
        return say("one answer only: it does not vary", "une seule valeur : ne varie pas")
    return say("fewer than 4 answers", "moins de 4 réponses") if n < 4 else ""


def _normality_notes(frame: pd.DataFrame) -> tuple[Text, ...]:
    beyond = (frame["skew"].abs() > SKEW) | (frame["kurtosis"].abs() > KURTOSIS)
    return (
        say(
            "Unbiased under normality (type 2), kurtosis as excess; skew_3 and kurtosis_3 are of "
            "type 3. Errors √(6/n) and √(24/n).",
            "Estimateurs sans biais sous normalité (type 2), aplatissement centré sur 0 ; skew_3 "
            "et kurtosis_3 sont de type 3. Erreurs √(6/n) et √(24/n).",
        ),
        say(
            "Convention: |skewness| > {a} or |kurtosis| > {b}, {source}: {names}.",
            "Convention : |asymétrie| > {a} ou |aplatissement| > {b}, {source} : {names}.",
            a=SKEW, b=KURTOSIS, source=NORMAL_SOURCE,
            names=some(frame.loc[beyond, "item"]) if beyond.any() else Text("none", "aucun"),
        ),
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Mardia(Listing):
    """Mardia's multivariate skewness and kurtosis.

    Attributes
    ----------
    numbers : MardiaNumbers or None
        None where there are none, and `reason` says why.
    n, items : int
        Complete cases, and the items that vary.
    divisor : str
        Of the covariances.
    reason : Text or None
    """

    numbers: MardiaNumbers | None = None
    n: int = 0
    items: int = 0
    divisor: str = "n-1"
    reason: Text | None = None


_MARDIA = Text("Multivariate normality (Mardia)", "Normalité multivariée (Mardia)")


def mardia_listing(sheet: Sheet, divisor: str = "n-1") -> Mardia:
    """Mardia's coefficients on the complete cases, or why there are none."""
    columns = np.flatnonzero(sheet.varies)
    whole = sheet.answered[:, columns].all(axis=1)
    values = sheet.raw[np.ix_(whole, columns)]
    n, p = values.shape
    size: dict[str, Any] = {"n": n, "items": p, "divisor": divisor}
    numbers, reason = None, None
    if p == 0:
        reason = say("no item varies", "aucun item ne varie")
    elif n <= max(p, 2):
        reason = say(
            "{n} complete cases for {p} items: it takes more cases than items, and three",
            "{n} cas complets pour {p} items : il faut plus de cas que d'items, et trois", n=n, p=p,
        )  # fmt: skip
    else:
        numbers = mardia_numbers(values, divisor)
        if numbers is None:
            reason = say(
                "among the complete cases an item does not vary, or items depend on each other",
                "parmi les cas complets, un item ne varie pas ou des items dépendent les uns des "
                "autres",
            )
    if numbers is None:
        note = say("No coefficients: {why}.", "Pas de coefficients : {why}.", why=reason)
        return Mardia(_MARDIA, pd.DataFrame(), (note,), reason=reason, **size)
    frame, french = plain(_mardia_rows(numbers), _MARDIA_COLUMNS)
    notes = _mardia_notes(sheet, n, p, divisor)
    return Mardia(_MARDIA, frame, notes, (), french, numbers, **size)


_MARDIA_COLUMNS = ("coefficient", "value", "test", "statistic", "df", "pvalue")


def _mardia_rows(m: MardiaNumbers) -> list[dict]:
    skew, kurt = Text("skewness", "asymétrie"), Text("kurtosis", "aplatissement")
    chi2, z = Text("chi-square", "khi-deux"), "z"
    small = Text("chi-square, small samples", "khi-deux, petits échantillons")
    return [
        {"coefficient": skew, "value": m.b1p, "test": chi2, "statistic": m.chi2, "df": m.df,
         "pvalue": m.chi2_p},
        {"coefficient": skew, "value": m.b1p, "test": small, "statistic": m.small_chi2, "df": m.df,
         "pvalue": m.small_p},
        {"coefficient": kurt, "value": m.b2p, "test": z, "statistic": m.z, "df": "",
         "pvalue": m.z_p},
    ]  # fmt: skip


def _mardia_notes(sheet: Sheet, n: int, p: int, divisor: str) -> tuple[Text, ...]:
    notes = [
        say(
            "{n} complete cases, {p} items; covariances with divisor {divisor}. Convention: "
            "kurtosis z > {z}, {source}.",
            "{n} cas complets, {p} items ; covariances de diviseur {divisor}. Convention : z de "
            "l'aplatissement > {z}, {source}.",
            n=n, p=p, divisor=divisor.replace("-", " − "), z=MARDIA_Z, source=MARDIA_SOURCE,
        )
    ]  # fmt: skip
    still = [code for code, v in zip(sheet.items, sheet.varies, strict=True) if not v]
    if still:
        notes.append(
            say(
                "Left out: items that do not vary ({names}).",
                "Écartés : items qui ne varient pas ({names}).", names=some(still),
            )
        )  # fmt: skip
    return tuple(notes)


def frequencies(sheet: Sheet) -> pd.DataFrame:
    """How often each point of each item was chosen: item, category, n, share."""
    parts = []
    for j, code in enumerate(sheet.items):
        low, high = sheet.scales.points(code)
        own = sheet.raw[sheet.answered[:, j], j]
        whole = own[own % 1 == 0].astype(np.intp) - low
        counts = np.bincount(whole, minlength=high - low + 1)
        share = counts / len(own) if len(own) else np.full(len(counts), np.nan)
        parts.append(
            pd.DataFrame(
                {"item": code, "category": np.arange(low, high + 1), "n": counts, "share": share}
            )
        )
    return pd.concat(parts, ignore_index=True)


def frequency_listing(sheet: Sheet) -> Listing:
    """The counts of every point of every item."""
    return Listing(Text("Answers by point", "Réponses par échelon"), frequencies(sheet))


def category_listing(sheet: Sheet) -> Listing:
    """Points that hardly anybody chose, and answers that pile up at an end."""
    rows = []
    for (code, counts), construct in zip(
        frequencies(sheet).groupby("item", sort=False), sheet.construct, strict=True
    ):
        n, points = counts["n"].to_numpy(), counts["category"].to_numpy()
        j = sheet.items.index(str(code))
        total = int(sheet.answered[:, j].sum())
        between = total - int(n.sum())
        few = (n > 0) & (n < SPARSE)
        note: Text | str = "" if total else say("no answer", "aucune réponse")
        if between:
            note = say(
                "{k} answers between the points are in none", "{k} réponses entre les échelons ne "
                "sont dans aucun", k=between,
            )  # fmt: skip
        rows.append(
            {
                "item": code, "construct": construct, "n": total, "points": len(points),
                "floor": n[0] / total if total else np.nan,
                "ceiling": n[-1] / total if total else np.nan,
                "empty": some(points[n == 0], len(points)) if total else "",
                "sparse": some(points[few], len(points)), "note": note,
            }
        )  # fmt: skip
    columns = (
        "item", "construct", "n", "points", "floor", "ceiling", "empty", "sparse", "note",
    )  # fmt: skip
    frame, french = plain(rows, columns)
    notes = (
        say(
            "empty: points that nobody chose; sparse: by fewer than {k} cases (a choice of this "
            "table). Convention: more than {pile} of the answers at the lowest or highest point is "
            "a floor or ceiling effect, {source}.",
            "vides : échelons que personne n'a choisis ; rares : choisis par moins de {k} cas (un "
            "choix de ce tableau). Convention : plus de {pile} des réponses à l'échelon le plus "
            "bas ou le plus haut est un effet plancher ou plafond, {source}.",
            k=SPARSE, pile=percent(PILE), source=PILE_SOURCE,
        ),
    )  # fmt: skip
    return Listing(Text("Categories", "Modalités"), frame, notes, (), french)
