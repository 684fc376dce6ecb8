"""By which conventions an item is recommended for keeping, revising or dropping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.study.claims import Text
from scrm_model.survey.content.indices import icvi_convention

VERDICTS = ("keep", "revise", "drop")
"""From best to worst."""


@dataclass(frozen=True, slots=True)
class ContentRule:
    """Cut-offs of the recommendation; each can be changed, or None to leave the criterion out.

    Parameters
    ----------
    i_cvi : float, "lynn" or None
        From which I-CVI an item is kept. ``"lynn"`` is 1 with up to five experts and .78 with
        more (Lynn, 1986; Polit & Beck, 2006).
    i_cvi_drop : float
        Below which it is dropped; between the two it is revised (Zamanzadeh et al., 2015).
    clarity : float or None
        Below which share of clear ratings the wording is to be revised; nothing is dropped for
        its wording.
    cvr : bool
        Whether a CVR below its exact critical value (Ayre & Scally, 2014) means to revise, and
        one below 0, where most experts find the item not essential, to drop (Lawshe, 1975).
    sort : bool
        Whether fewer right assignments than the binomial test asks for (Howard & Melloy, 2016)
        mean to revise, and a negative c_sv, where most chose another construct, to drop (Anderson
        & Gerbing, 1991).
    """

    i_cvi: float | str | None = "lynn"
    i_cvi_drop: float = 0.70
    clarity: float | None = 0.78
    cvr: bool = True
    sort: bool = True

    def __post_init__(self) -> None:
        for name in ("i_cvi", "i_cvi_drop", "clarity"):
            value = getattr(self, name)
            if value is None or (name == "i_cvi" and value == "lynn"):
                continue
            if isinstance(value, str) or not 0 <= value <= 1:
                raise ArgumentError(
                    f"{name}= needs a share from 0 to 1; got {value!r}. Write .78 for 78 %."
                )

    def __call__(self, row: Mapping[str, Any]) -> tuple[str, Text]:
        """Recommendation for one item, and its reasons.

        Parameters
        ----------
        row : mapping
            Row of the table of items, with the columns of the sorting.

        Returns
        -------
        (str, Text)
            One of ``"keep"``, ``"revise"``, ``"drop"``: the worst that any criterion says.
        """
        said = [s for s in (_relevance(self, row), _clear(self, row), *_tests(self, row)) if s]
        if not said:
            return "", Text("not judged", "non jugé")
        worst = max((verdict for verdict, _ in said), key=VERDICTS.index)
        reasons = [reason for verdict, reason in said if worst in (verdict, "keep")]
        return worst, Text("; ".join(r.en for r in reasons), " ; ".join(r.fr for r in reasons))

    def told(self, alpha: float, asked: Sequence[str]) -> Text:
        """The rule in words, as far as it concerns what was asked."""
        parts = []
        if self.i_cvi is not None and "relevance" in asked:
            parts.append(_told_relevance(self))
        if self.clarity is not None and "clarity" in asked:
            share = f"{self.clarity * 100:.0f}"
            parts.append(
                Text(
                    f"revise if fewer than {share} % find it clear",
                    f"à réviser si moins de {share} % le trouvent clair",
                )
            )
        level = f"{alpha:g}"
        if self.cvr and "essential" in asked:
            parts.append(
                Text(
                    f"revise below the critical CVR (one-tailed, {level}; Ayre & Scally, 2014), "
                    "drop below 0 (Lawshe, 1975)",
                    f"à réviser sous le CVR critique (unilatéral, {_fr(level)} ; Ayre et Scally, "
                    "2014), à écarter sous 0 (Lawshe, 1975)",
                )
            )
        if self.sort and "sorted" in asked:
            parts.append(
                Text(
                    f"revise below the critical p_sa (one-tailed, {level}; Howard & Melloy, 2016), "
                    "drop if c_sv is below 0 (Anderson & Gerbing, 1991)",
                    f"à réviser sous le p_sa critique (unilatéral, {_fr(level)} ; Howard et "
                    "Melloy, 2016), à écarter si c_sv est négatif (Anderson et Gerbing, 1991)",
                )
            )
        return Text(
            f"Rule: {'; '.join(p.en for p in parts) or 'none'}. These are conventions and this is "
            "a recommendation: coverage of the construct and the experts' comments decide.",
            f"Règle : {' ; '.join(p.fr for p in parts) or 'aucune'}. Ce sont des conventions et "
            "une recommandation : la couverture du construit et les commentaires des experts "
            "décident.",
        )


Rule = ContentRule | Callable[[Mapping[str, Any]], Any]


def _told_relevance(rule: ContentRule) -> Text:
    drop = f"{rule.i_cvi_drop:.2f}"
    if rule.i_cvi == "lynn":
        kept = Text(
            "I-CVI of 1 with up to five experts, .78 with more (Lynn, 1986; Polit & Beck, 2006)",
            "I-CVI de 1 jusqu'à cinq experts, de 0,78 au-delà (Lynn, 1986 ; Polit et Beck, 2006)",
        )
    else:
        asked = f"{rule.i_cvi:.2f}"
        kept = Text(f"I-CVI of {asked} or more", f"I-CVI d'au moins {_fr(asked)}")
    return Text(
        f"{kept.en}, drop below {drop} (Zamanzadeh et al., 2015)",
        f"{kept.fr}, à écarter sous {_fr(drop)} (Zamanzadeh et al., 2015)",
    )


def _fr(number: str) -> str:
    return number.replace(".", ",")


def _shown(name: str, value: float) -> Text:
    return Text(f"{name} {value:.2f}", f"{name} {value:.2f}".replace(".", ","))


def _relevance(rule: ContentRule, row: Mapping[str, Any]) -> tuple[str, Text] | None:
    if rule.i_cvi is None or pd.isna(row.get("i_cvi")):
        return None
    share = float(row["i_cvi"])
    asked = icvi_convention(int(row["n"])) if rule.i_cvi == "lynn" else float(rule.i_cvi)
    # 7 of 9 experts is the .78 of the tables.
    kept = round(share, 2) >= asked
    verdict = "keep" if kept else "revise" if round(share, 2) >= rule.i_cvi_drop else "drop"
    return verdict, _shown("I-CVI", share)


def _clear(rule: ContentRule, row: Mapping[str, Any]) -> tuple[str, Text] | None:
    if rule.clarity is None or pd.isna(row.get("clear")):
        return None
    share = float(row["clear"])
    said = _shown("", share)
    words = Text(f"clear to a share of{said.en}", f"clair pour une part de{said.fr}")
    return ("keep" if round(share, 2) >= rule.clarity else "revise"), words


def _tests(rule: ContentRule, row: Mapping[str, Any]) -> list[tuple[str, Text]]:
    found = []
    for asked, name, least, lean in (
        (rule.cvr, "cvr", "cvr_critical", "cvr"),
        (rule.sort, "p_sa", "p_sa_critical", "c_sv"),
    ):
        if not asked or pd.isna(row.get(name)):
            continue
        value = float(row[name])
        if float(row[lean]) < 0:
            verdict = "drop"
        elif pd.isna(row[least]):
            # No count of so few experts is more than chance: the test can neither pass nor fail.
            continue
        else:
            verdict = "keep" if value >= float(row[least]) - 1e-12 else "revise"
        label = {"cvr": "CVR", "p_sa": "p_sa"}[name]
        words = _shown(label, value)
        if name == "p_sa" and verdict != "keep" and row.get("rivals"):
            words = Text(
                f"{words.en}, mostly taken for {row['rivals']}" if verdict == "drop"
                else f"{words.en}, otherwise taken for {row['rivals']}",
                f"{words.fr}, surtout pris pour {row['rivals']}" if verdict == "drop"
                else f"{words.fr}, sinon pris pour {row['rivals']}",
            )  # fmt: skip
        found.append((verdict, words))
    return found


def decided(rule: Rule, row: Mapping[Any, Any]) -> tuple[str, Text]:
    """What a rule, ours or the user's own, says of an item.

    Parameters
    ----------
    rule : ContentRule or callable
        A callable gets the row and returns a verdict, or a verdict and its reason.
    row : mapping
        Row of the item.

    Returns
    -------
    (str, Text)

    Raises
    ------
    ArgumentError
        If it says anything else than keep, revise or drop.
    """
    said = rule(row)
    verdict, reason = said if isinstance(said, tuple) and len(said) == 2 else (said, "")
    if verdict not in VERDICTS and not isinstance(rule, ContentRule):
        raise ArgumentError(
            f"rule= needs a function that returns {', '.join(map(repr, VERDICTS))}; got "
            f"{said!r} for {row['item']}. Return one of these, alone or with a reason."
        )
    return verdict, reason if isinstance(reason, Text) else Text.of(str(reason))
