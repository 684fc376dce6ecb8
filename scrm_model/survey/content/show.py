"""Content validity as plain text and as HTML, in English and French."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from scrm_model.study.claims import Text
from scrm_model.survey.content.rule import ContentRule

if TYPE_CHECKING:
    from scrm_model.survey.content.validity import ContentValidity

TITLES = {
    "items": Text("Items", "Items"),
    "scales": Text("Constructs", "Construits"),
    "sort": Text("Item-sort task", "Classement des items"),
    "decisions": Text("Recommendations", "Recommandations"),
    "agreement": Text("Agreement of the experts", "Accord entre experts"),
}
HEADS = {
    "asked": Text("asked", "question"),
    "item": Text("item", "item"),
    "construct": Text("construct", "construit"),
    "n": Text("n", "n"),
    "missing": Text("missing", "manquants"),
    "relevant": Text("relevant", "pertinents"),
    "i_cvi": Text("I-CVI", "I-CVI"),
    "kappa": Text("κ*", "κ*"),
    "kappa_reading": Text("read as", "lecture"),
    "v": Text("V", "V"),
    "v_ci_lower": Text("V from", "V de"),
    "v_ci_upper": Text("V to", "V à"),
    "v_pvalue": Text("p of V", "p de V"),
    "clear": Text("clear", "clair"),
    "cvr": Text("CVR", "CVR"),
    "cvr_critical": Text("critical CVR", "CVR critique"),
    "n_items": Text("items", "items"),
    "s_cvi_ave": Text("S-CVI/Ave", "S-CVI/Ave"),
    "s_cvi_ua": Text("S-CVI/UA", "S-CVI/UA"),
    "mean_kappa": Text("mean κ*", "κ* moyen"),
    "mean_v": Text("mean V", "V moyen"),
    "mean_clear": Text("mean clear", "clarté moyenne"),
    "mean_cvr": Text("mean CVR", "CVR moyen"),
    "mean_p_sa": Text("mean p_sa", "p_sa moyen"),
    "mean_c_sv": Text("mean c_sv", "c_sv moyen"),
    "correct": Text("right", "bien classés"),
    "p_sa": Text("p_sa", "p_sa"),
    "rivals": Text("taken for", "pris pour"),
    "c_sv": Text("c_sv", "c_sv"),
    "pvalue": Text("p", "p"),
    "p_sa_critical": Text("critical p_sa", "p_sa critique"),
    "recommendation": Text("recommendation", "recommandation"),
    "reason": Text("reason", "raison"),
    "alpha": Text("Krippendorff's α", "α de Krippendorff"),
    "identical_pairs": Text("identical pairs", "paires identiques"),
}
WORDS = {
    "keep": Text("keep", "garder"),
    "revise": Text("revise", "réviser"),
    "drop": Text("drop", "écarter"),
    "excellent": Text("excellent", "excellent"),
    "good": Text("good", "bon"),
    "fair": Text("fair", "moyen"),
    "poor": Text("poor", "faible"),
    "relevance": Text("relevance", "pertinence"),
    "clarity": Text("clarity", "clarté"),
    "essential": Text("essential", "essentiel"),
    "sorted": Text("sorting", "classement"),
    "(all)": Text("(all)", "(tous)"),
}


def general_notes(found: ContentValidity) -> Iterator[Text]:
    """What holds for the whole result."""
    ratings = found.ratings
    yield Text(f"{len(ratings.experts)} experts.", f"{len(ratings.experts)} experts.")
    yield from ratings.notes
    gaps = int(ratings.missing["missing"].sum())
    if gaps:
        yield Text(
            f"{gaps} judgements are missing; each index is of the experts who judged the item.",
            f"{gaps} jugements manquent ; chaque indice porte sur les experts qui ont jugé l'item.",
        )
    if isinstance(found.rule, ContentRule):
        yield found.rule.told(found.alpha, ratings.asked)
    else:
        yield Text("Rule: the user's own.", "Règle : celle de l'utilisateur.")
    if "relevance" in ratings.asked:
        yield Text(
            "κ* is read as excellent above .74, good from .60, fair from .40 (Polit, Beck & Owen, "
            "2007); S-CVI/Ave of .90 and S-CVI/UA of .80 are asked for (Polit & Beck, 2006). "
            "Conventions, no verdicts. The p of V is exact, against ratings at random (Aiken, "
            "1985).",
            "κ* se lit excellent au-dessus de 0,74, bon dès 0,60, moyen dès 0,40 (Polit, Beck et "
            "Owen, 2007) ; on demande un S-CVI/Ave de 0,90 et un S-CVI/UA de 0,80 (Polit et Beck, "
            "2006). Conventions, non verdicts. Le p de V est exact, contre des notes au hasard "
            "(Aiken, 1985).",
        )
    yield Text(
        "α can be low although most pairs are identical, where nearly all judgements are the same.",
        "α peut être bas bien que la plupart des paires soient identiques, quand presque tous les "
        "jugements sont les mêmes.",
    )
    yield from _row_notes(found)


def _row_notes(found: ContentValidity) -> Iterator[Text]:
    """Why single numbers are not there; the same reason once for all its rows."""
    reasons: dict[str, list[str]] = {}
    for frame, label in ((found.items, "item"), (found.sort, "item"), (found.agreement, "asked")):
        for row in frame.to_dict("records"):
            place = str(row[label])
            if label == "asked":
                place = f"{WORDS[place].get(found.lang)} {row['construct']}"
            for reason in filter(None, str(row["note"]).split("; ")):
                reasons.setdefault(reason, []).append(place)
    for reason, places in reasons.items():
        named = ", ".join(dict.fromkeys(places))
        yield Text(f"{named}: {reason}.", f"{named} : {reason}.")


def shown(found: ContentValidity) -> Iterator[tuple[str, pd.DataFrame]]:
    """Title and table of every part, in the language of the result, with numbers as text."""
    for part, title in TITLES.items():
        frame = getattr(found, part)
        if len(frame):
            columns = [c for c in HEADS if c in frame]
            table = pd.DataFrame({c: [_cell(v, c, found.lang) for v in frame[c]] for c in columns})
            table.columns = pd.Index([HEADS[c].get(found.lang) for c in columns])
            yield title.get(found.lang), table


def _cell(value: Any, column: str, lang: str) -> str:
    if isinstance(value, str):
        free = column in ("item", "reason", "rivals")
        return value if free or value not in WORDS else WORDS[value].get(lang)
    if pd.isna(value):
        return "–"
    counted = column in ("n", "missing", "relevant", "n_items", "correct")
    text = f"{value:.0f}" if counted else f"{value:.{3 if 'pvalue' in column else 2}f}"
    if "pvalue" in column and value < 0.001:
        text = "< 0.001"
    return text.replace(".", ",") if lang == "fr" else text


def as_text(found: ContentValidity) -> str:
    """Tables and notes as plain text."""
    parts = [f"{title}\n{table.to_string(index=False)}" for title, table in shown(found)]
    return "\n\n".join([*parts, "\n".join(found.notes)])


def as_html(found: ContentValidity) -> str:
    """The same for notebooks; every text is escaped."""
    parts = [f"<p>{escape(title)}</p>{table.to_html(index=False)}" for title, table in shown(found)]
    notes = "".join(f"<li>{escape(note)}</li>" for note in found.notes)
    return "".join(parts) + f"<ul>{notes}</ul>"
