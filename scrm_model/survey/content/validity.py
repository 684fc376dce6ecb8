"""Content validity of the items, of the scales and of the sorting, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, DataError
from scrm_model.interviews.agreement import identical_pairs, krippendorff_alpha
from scrm_model.study.claims import Text
from scrm_model.study.records import LANGUAGES, check_one_of
from scrm_model.survey.content.ratings import Ratings
from scrm_model.survey.content.rule import ContentRule, Rule, decided
from scrm_model.survey.content.show import as_html, as_text, general_notes
from scrm_model.survey.content.table_items import item_frame, sort_frame
from scrm_model.survey.scales import Scales

ALL = "(all)"
_MEANS = {
    "s_cvi_ave": "i_cvi", "mean_kappa": "kappa", "mean_v": "v", "mean_clear": "clear",
    "mean_cvr": "cvr",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ContentValidity:
    """What the experts' judgements say of the content of the scales.

    Attributes
    ----------
    items : DataFrame
        A row for each item: item, construct, n (experts who rated its relevance), missing,
        relevant (how many found it so), i_cvi with its score interval, chance (p_c), kappa (κ*)
        and kappa_reading, v (Aiken's) with its score interval and its exact p, n_clear and clear
        (share who find it clear), n_essential (who judged), essential, cvr, cvr_critical,
        cvr_pvalue, and a note where a number is not there. Columns of what was not asked are
        left out.
    scales : DataFrame
        The same for each construct and for all items: s_cvi_ave (mean I-CVI), s_cvi_ua (share of
        items that all experts find relevant), means of the others, mean_p_sa, mean_c_sv.
    sort : DataFrame
        The item-sort task: item, construct, n, correct, p_sa with its score interval, rivals
        (what it was taken for most often), n_rival, c_sv, pvalue, correct_critical,
        p_sa_critical, c_sv_critical. Empty if nothing was sorted.
    decisions : DataFrame
        item, construct, recommendation (keep, revise or drop) and reason.
    agreement : DataFrame
        Krippendorff's alpha of each thing that was judged, for each construct and for all items,
        with the share of pairs of judgements that are identical.
    confusion : DataFrame
        Constructs × constructs: how often items of the row were sorted to the column.
    ratings : Ratings
        What it rests on.
    rule : ContentRule or callable
        By which the recommendations were made.
    level, alpha : float
        Of the intervals and of the tests.
    lang : str
        Language of the reasons, of the notes and of what is shown.
    """

    items: pd.DataFrame
    scales: pd.DataFrame
    sort: pd.DataFrame
    decisions: pd.DataFrame
    agreement: pd.DataFrame
    confusion: pd.DataFrame
    ratings: Ratings
    rule: Rule
    level: float
    alpha: float
    lang: str

    @property
    def frame(self) -> pd.DataFrame:
        """Items, sorting and recommendations side by side."""
        sort = self.sort.drop(columns=["construct"]).rename(
            columns={"n": "n_sorted", "pvalue": "sort_pvalue", "note": "sort_note"}
        )
        whole = self.items.merge(sort, on="item", how="left") if len(sort) else self.items
        return whole.merge(self.decisions.drop(columns=["construct"]), on="item")

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: the rule, the conventions, what is missing."""
        return tuple(note.get(self.lang) for note in general_notes(self))

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def content_validity(
    ratings: Ratings,
    scales: Scales | Mapping[str, str] | None = None,
    *,
    rule: Rule | None = None,
    relevant: int | None = None,
    level: float = 0.95,
    alpha: float = 0.05,
    lang: str = "en",
) -> ContentValidity:
    """How far experts find that the items say what the constructs mean.

    Parameters
    ----------
    ratings : Ratings
        Of `read_ratings()`.
    scales : Scales or mapping of str to str, optional
        Which construct each item is meant to measure; by default what the forms say.
    rule : ContentRule or callable, optional
        Conventions of the recommendation. A callable gets a row of `ContentValidity.items` with
        the columns of the sorting, and returns ``"keep"``, ``"revise"`` or ``"drop"``, alone or
        with a reason.
    relevant : int, optional
        From which rating an item counts as relevant, and as clear. With four points it is 3
        (Lynn, 1986); with others it must be said.
    level : float
        Of the intervals.
    alpha : float
        Of the one-tailed tests of CVR and of the sorting.
    lang : {"en", "fr"}
        Language of reasons and notes.

    Returns
    -------
    ContentValidity

    Raises
    ------
    ArgumentError
        Something that is no `Ratings`; an impossible level, alpha, cut or rule.
    DataError
        An item without construct, where something was sorted.

    Notes
    -----
    Formulas and sources stand in `scrm_model.survey.content.indices`,
    `scrm_model.survey.content.sorting` and `scrm_model.interviews.agreement`. Every index is
    of the experts who judged the item: missing judgements are counted, never filled in.
    """
    _check(ratings, level, alpha, lang)
    cut = _cut(ratings, relevant)
    construct = _constructs(ratings, scales)
    items = item_frame(ratings, construct, cut, level, alpha, lang)
    sort = sort_frame(ratings, construct, level, alpha, lang)
    rule = rule if rule is not None else ContentRule()
    return ContentValidity(
        items, _scale_frame(items, sort), sort, _decisions(rule, items, sort, lang),
        _agreement(ratings, construct, lang), _confusion(ratings, construct), ratings, rule, level,
        alpha, lang,
    )  # fmt: skip


def _check(ratings: Any, level: float, alpha: float, lang: str) -> None:
    if not isinstance(ratings, Ratings):
        raise ArgumentError(
            f"ratings= needs the result of read_ratings(); got {type(ratings).__name__}. Write "
            "content_validity(read_ratings(...))."
        )
    for name, value in (("level", level), ("alpha", alpha)):
        if not 0 < value < 1:
            raise ArgumentError(
                f"{name}= needs a number between 0 and 1; got {value!r}. Give 0.95 or 0.05."
            )
    check_one_of("lang", lang, LANGUAGES)


def _cut(ratings: Ratings, relevant: int | None) -> int:
    low, high = ratings.points
    if relevant is None:
        if (low, high) == (1, 4):
            return 3
        raise ArgumentError(
            f"relevant= needs the rating from which an item counts as relevant on {low} to {high}; "
            "got None. The usual cut of 3 is for four points: give yours."
        )
    if not low < relevant <= high:
        raise ArgumentError(
            f"relevant= needs a rating above {low} and up to {high}; got {relevant!r}. Give 3 for "
            "'quite' and 'highly relevant' of four points."
        )
    return relevant


def _constructs(ratings: Ratings, scales: Any) -> dict[str, str]:
    if isinstance(scales, Scales):
        scales = {code: scales.item(code).construct for code in scales.codes}
    known = dict(scales) if scales is not None else dict(ratings.constructs or {})
    lost = [item for item in ratings.items if item not in known]
    if lost and (scales is not None or "sorted" in ratings.asked):
        raise DataError(
            f"scales= needs the construct of each item; got none for {', '.join(lost)}. Give the "
            "scales, or a mapping from item to construct."
        )
    return {item: known.get(item, "") for item in ratings.items}


def _scale_frame(items: pd.DataFrame, sort: pd.DataFrame) -> pd.DataFrame:
    names = [name for name in dict.fromkeys(items["construct"]) if name]
    rows = []
    for name in [*names, ALL]:
        mine = items if name == ALL else items[items["construct"] == name]
        row: dict[str, Any] = {"construct": name, "n_items": len(mine)}
        if "i_cvi" in mine:
            row["s_cvi_ua"] = _mean(mine["i_cvi"].dropna() == 1.0)
        row |= {new: _mean(mine[old]) for new, old in _MEANS.items() if old in mine}
        sorted_ = sort[sort["item"].isin(mine["item"])] if len(sort) else sort
        if len(sort):
            row |= {"mean_p_sa": _mean(sorted_["p_sa"]), "mean_c_sv": _mean(sorted_["c_sv"])}
        rows.append(row)
    frame = pd.DataFrame(rows)
    first = [c for c in ("construct", "n_items", "s_cvi_ave", "s_cvi_ua") if c in frame]
    return frame[[*first, *(c for c in frame if c not in first)]]


def _mean(values: pd.Series) -> float:
    given = values.dropna().astype(float)
    return float(given.mean()) if len(given) else float("nan")


def _decisions(rule: Rule, items: pd.DataFrame, sort: pd.DataFrame, lang: str) -> pd.DataFrame:
    more = sort.set_index("item").drop(columns=["construct", "n", "note"]).to_dict("index")
    rows = []
    for row in items.to_dict("records"):
        verdict, reason = decided(rule, row | more.get(row["item"], {}))
        rows.append(
            {
                "item": row["item"],
                "construct": row["construct"],
                "recommendation": verdict,
                "reason": reason.get(lang) if reason != Text() else "",
            }
        )
    return pd.DataFrame(rows)


def _agreement(ratings: Ratings, construct: Mapping[str, str], lang: str) -> pd.DataFrame:
    low, high = ratings.points
    points = list(range(low, high + 1))
    kinds: dict[str, tuple[list[Any], str]] = {
        "relevance": (points, "ordinal"),
        "clarity": (points, "ordinal"),
        "essential": (["essential", "useful", "not necessary"], "ordinal"),
        "sorted": (list(dict.fromkeys(ratings.frame["sorted"].dropna())), "nominal"),
    }
    names = [name for name in dict.fromkeys(construct.values()) if name]
    rows = []
    for what in ratings.asked:
        categories, metric = kinds[what]
        # Items of one construct should all be sorted alike, so that chance explains everything.
        for name in [ALL] if what == "sorted" else [*names, ALL]:
            mine = [i for i in ratings.items if name in (ALL, construct[i])]
            codes = ratings.codes(what, categories, mine)
            alpha = krippendorff_alpha(codes, len(categories), metric)
            pairs = identical_pairs(codes, len(categories))
            rows.append(
                {
                    "asked": what,
                    "construct": name,
                    "n_items": len(mine),
                    "metric": metric,
                    "alpha": float("nan") if alpha is None else alpha,
                    "identical_pairs": float("nan") if pairs is None else pairs,
                    "note": _why(alpha, pairs).get(lang),
                }
            )
    columns = ["asked", "construct", "n_items", "metric", "alpha", "identical_pairs", "note"]
    return pd.DataFrame(rows, columns=columns)


def _why(alpha: float | None, pairs: float | None) -> Text:
    if pairs is None:
        return Text("no item was judged by two experts", "aucun item jugé par deux experts")
    if alpha is None:
        return Text(
            "no alpha: all judgements are the same", "pas d'alpha : tous les jugements sont égaux"
        )
    return Text()


def _confusion(ratings: Ratings, construct: Mapping[str, str]) -> pd.DataFrame:
    given = ratings.frame[ratings.frame["sorted"].notna()]
    if given.empty:
        return pd.DataFrame()
    names = [name for name in dict.fromkeys(construct.values()) if name]
    columns = list(dict.fromkeys([*names, *ratings.choices, *given["sorted"]]))
    table = pd.crosstab(given["item"].map(dict(construct)), given["sorted"])
    table = table.reindex(index=names, columns=columns, fill_value=0)
    return table.rename_axis(index="construct", columns=None)
