"""Tables of the items and of their sorting: indices under the labels of items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scrm_model.study.claims import Text
from scrm_model.survey.content import indices, sorting
from scrm_model.survey.content.ratings import Ratings

NAN = float("nan")
UNRATED = Text("nobody rated its relevance", "personne n'en a noté la pertinence")
ALONE = Text("one expert only: no agreement, no kappa", "un seul expert : ni accord ni kappa")
UNJUDGED = Text("nobody said whether it is essential", "personne n'a dit s'il est essentiel")
UNSORTED = Text("nobody sorted it", "personne ne l'a classé")
SORT = (
    "item", "construct", "n", "correct", "p_sa", "p_sa_ci_lower", "p_sa_ci_upper", "rivals",
    "n_rival", "c_sv", "pvalue", "correct_critical", "p_sa_critical", "c_sv_critical", "note",
)  # fmt: skip


def item_frame(
    ratings: Ratings, construct: Mapping[str, str], cut: int, level: float, alpha: float, lang: str
) -> pd.DataFrame:
    """A row of indices for each item.

    Parameters
    ----------
    ratings : Ratings
        The judgements.
    construct : mapping of str to str
        Construct of each item.
    cut : int
        From which rating an item is relevant, and clear.
    level, alpha : float
        Of intervals and tests.
    lang : str
        Of the notes.

    Returns
    -------
    DataFrame
        Columns as `ContentValidity.items` has them.
    """
    rows = []
    for item in ratings.items:
        mine = ratings.frame[ratings.frame["item"] == item]
        row: dict[str, Any] = {"item": item, "construct": construct[item]}
        told: list[Text] = []
        if "relevance" in ratings.asked:
            row |= _relevance(mine["relevance"], ratings.points, cut, level, told)
        if "clarity" in ratings.asked:
            given = mine["clarity"].dropna().astype(int)
            row |= {"n_clear": len(given), "clear": _share(given >= cut)}
        if "essential" in ratings.asked:
            row |= _essential(mine["essential"], alpha, told)
        rows.append(row | {"note": "; ".join(text.get(lang) for text in told)})
    return pd.DataFrame(rows)


def _share(values: pd.Series) -> float:
    return float(values.mean()) if len(values) else NAN


def _relevance(
    column: pd.Series, points: tuple[int, int], cut: int, level: float, told: list[Text]
) -> dict[str, Any]:
    given = [int(v) for v in column.dropna()]
    n, relevant = len(given), sum(v >= cut for v in given)
    row: dict[str, Any] = {"n": n, "missing": len(column) - n, "relevant": relevant}
    if not n:
        told.append(UNRATED)
        return row | dict.fromkeys(("i_cvi", "kappa", "v"), NAN) | {"kappa_reading": ""}
    share, v = relevant / n, indices.aiken_v(given, points)
    low, high = indices.score_interval(share, n, level)
    v_low, v_high = indices.score_interval(v, n * (points[1] - points[0]), level)
    row |= {"i_cvi": share, "i_cvi_ci_lower": low, "i_cvi_ci_upper": high}
    if n > 1:
        kappa = indices.modified_kappa(n, relevant)
        row |= {
            "chance": indices.chance_agreement(n, relevant),
            "kappa": kappa,
            "kappa_reading": indices.kappa_reading(kappa),
        }
    else:
        told.append(ALONE)
        row |= {"chance": NAN, "kappa": NAN, "kappa_reading": ""}
    p = indices.aiken_p(given, points)
    return row | {"v": v, "v_ci_lower": v_low, "v_ci_upper": v_high, "v_pvalue": p}


def _essential(column: pd.Series, alpha: float, told: list[Text]) -> dict[str, Any]:
    given = column.dropna()
    n, essential = len(given), int((given == "essential").sum())
    row: dict[str, Any] = {"n_essential": n, "essential": essential}
    if not n:
        told.append(UNJUDGED)
        return row | dict.fromkeys(("cvr", "cvr_critical", "cvr_pvalue"), NAN)
    least = indices.critical_cvr(n, alpha)
    if least is None:
        told.append(_too_few(n))
    return row | {
        "cvr": indices.content_validity_ratio(n, essential),
        "cvr_critical": NAN if least is None else least,
        "cvr_pvalue": indices.binomial_tail(n, essential),
    }


def sort_frame(
    ratings: Ratings, construct: Mapping[str, str], level: float, alpha: float, lang: str
) -> pd.DataFrame:
    """A row for each item of the item-sort task; none if nothing was sorted.

    Parameters
    ----------
    ratings : Ratings
        The judgements.
    construct : mapping of str to str
        Construct of each item.
    level, alpha : float
        Of intervals and tests.
    lang : str
        Of the notes.

    Returns
    -------
    DataFrame
        Columns as `ContentValidity.sort` has them.
    """
    rows = []
    for item in ratings.items if "sorted" in ratings.asked else ():
        given = ratings.frame.loc[ratings.frame["item"] == item, "sorted"].dropna()
        row: dict[str, Any] = {"item": item, "construct": construct[item], "n": len(given)}
        row |= {"rivals": "", "note": ""}
        rows.append(row | _sorted(given, construct[item], level, alpha, lang))
    return pd.DataFrame(rows, columns=list(SORT))


def _too_few(n: int) -> Text:
    return Text(
        f"no critical value: even {n} of {n} experts are not more than chance",
        f"pas de valeur critique : même {n} experts sur {n} ne dépassent pas le hasard",
    )


def _sorted(
    given: pd.Series, construct: str, level: float, alpha: float, lang: str
) -> dict[str, Any]:
    n = len(given)
    if not n:
        return {"correct": 0, "note": UNSORTED.get(lang)}
    counts = {str(name): int(count) for name, count in given.value_counts(sort=False).items()}
    found = sorting.sorted_item(counts, construct)
    low, high = indices.score_interval(found.p_sa, n, level)
    count = indices.critical_count(n, alpha)
    p_sa, c_sv = sorting.critical_p_sa(n, alpha), sorting.critical_c_sv(n, alpha)
    return {
        "correct": found.correct,
        "p_sa": found.p_sa,
        "p_sa_ci_lower": low,
        "p_sa_ci_upper": high,
        "rivals": ", ".join(found.rivals),
        "n_rival": found.rival,
        "c_sv": found.c_sv,
        "pvalue": found.pvalue,
        "correct_critical": NAN if count is None else count,
        "p_sa_critical": NAN if p_sa is None else p_sa,
        "c_sv_critical": NAN if c_sv is None else c_sv,
        "note": _too_few(n).get(lang) if count is None else "",
    }
