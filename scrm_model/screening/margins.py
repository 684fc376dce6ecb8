"""The sample against known shares of its population."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.screening.contrasts import goodness, holm
from scrm_model.screening.conventions import EXPECTED_SOURCE, LEAST_EXPECTED
from scrm_model.screening.options import Options
from scrm_model.screening.sheet import Sheet
from scrm_model.screening.show import Listing, plain
from scrm_model.screening.words import say, tail
from scrm_model.study.records import Text

_MARGINS = Text("Sample and population", "Échantillon et population")
_MARGIN_COLUMNS = ("variable", "category", "n", "share", "population", "expected", "residual")
_TEST_COLUMNS = ("variable", "n", "statistic", "df", "pvalue", "p_holm", "effect", "note")


@dataclass(frozen=True, eq=False, repr=False)
class Margins(Listing):
    """Counts of the sample beside the known shares of its population.

    Attributes
    ----------
    tests : DataFrame
        Chi-square of each variable: statistic, df, pvalue, p_holm, effect (Cohen's w), note.
    """

    tests: pd.DataFrame = field(default_factory=pd.DataFrame)


def margin_listing(sheet: Sheet, options: Options) -> Margins:
    """The sample against known shares, or why there is no such comparison."""
    if not options.population:
        why = say(
            "No comparison: the population's shares are not known (population=).",
            "Pas de comparaison : les parts de la population ne sont pas connues (population=).",
        )
        return Margins(_MARGINS, pd.DataFrame(), (why,), tests=pd.DataFrame())
    cells, tests = [], []
    for name, shares in options.population.items():
        counts = _counts(sheet, name, list(shares))
        known = np.array(list(shares.values()))
        n = int(counts.sum())
        expected = n * known
        residual = np.full(len(known), np.nan)
        np.divide(
            counts - expected, np.sqrt(expected * (1 - known)), out=residual, where=expected > 0
        )
        for k, category in enumerate(shares):
            cells.append(
                {
                    "variable": name, "category": category, "n": int(counts[k]),
                    "share": counts[k] / n if n else np.nan, "population": known[k],
                    "expected": expected[k], "residual": residual[k],
                }
            )  # fmt: skip
        tests.append(_test(name, counts, known))
    adjusted = holm(np.array([row["pvalue"] for row in tests], dtype=float))
    for row, p in zip(tests, adjusted, strict=True):
        row["p_holm"] = p
    test_frame, _ = plain(tests, _TEST_COLUMNS)
    frame = pd.DataFrame(cells, columns=list(_MARGIN_COLUMNS))
    return Margins(_MARGINS, frame, _margin_notes(tests), tests=test_frame)


def _counts(sheet: Sheet, name: str, categories: list[Any]) -> NDArray:
    column = sheet.column(name)
    assert column is not None  # checked before any work
    given = column.dropna()
    return np.array([int((given == category).sum()) for category in categories])


def _test(name: str, counts: NDArray, known: NDArray) -> dict[str, Any]:
    row: dict[str, Any] = {"variable": name, "n": int(counts.sum()), "note": ""}
    found = goodness(counts, known)
    if found is None:
        nothing = dict.fromkeys(("statistic", "df", "pvalue", "effect"), np.nan)
        return row | nothing | {"note": say("no answer", "aucune réponse")}
    row |= {"statistic": found.chi2, "df": found.df, "pvalue": found.p, "effect": found.v}
    return row | {"note": small_counts(found.least)}


def _margin_notes(tests: list[dict[str, Any]]) -> tuple[Text, ...]:
    notes = []
    for row in tests:
        if np.isnan(row["pvalue"]):
            notes.append(say("{v}: {why}.", "{v} : {why}.", v=row["variable"], why=row["note"]))
            continue
        more = row["note"] or ""
        notes.append(
            say(
                "{v}: χ²({df}) = {x}, {p}; w = {w}.{more}",
                "{v} : χ²({df}) = {x}, {p} ; w = {w}.{more}",
                v=row["variable"], df=row["df"], x=float(row["statistic"]), p=tail(row["pvalue"]),
                w=float(row["effect"]),
                more=say(" {m}.", " {m}.", m=more) if more else "",
            )
        )  # fmt: skip
    notes.append(
        say(
            "residual: (n − expected) over its standard error.",
            "residual : (n − attendus) sur son erreur type.",
        )
    )
    return tuple(notes)


def small_counts(least: float) -> Text | str:
    """A remark on expected counts that are too small for a chi-square; empty if they are not."""
    if least >= LEAST_EXPECTED:
        return ""
    return say(
        "smallest expected count {e} < {k}, {source}",
        "plus petit effectif attendu {e} < {k}, {source}",
        e=least, k=LEAST_EXPECTED, source=EXPECTED_SOURCE,
    )  # fmt: skip
