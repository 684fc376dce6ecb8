"""Rules by which an item leaves its scale: conventions, each with a cut-off and a source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.study.claims import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule.

    Attributes
    ----------
    name : Text
    source : str
    above : bool
        Whether it fires above its cut-off; most fire below.
    joint : bool
        Whether it looks at all scales together, and not at one.
    """

    name: Text
    source: str
    above: bool = False
    joint: bool = False


RULES: Mapping[str, Rule] = {
    "msa": Rule(Text("MSA within the scale", "MSA dans l'échelle"), "Kaiser (1974)"),
    "item_total": Rule(
        Text("corrected item-total correlation", "corrélation item-total corrigée"),
        "Nunnally & Bernstein (1994)",
    ),
    "loading": Rule(
        Text("loading on the scale's one factor", "contribution au facteur de l'échelle"),
        "Hair, Babin, Black & Anderson (2019)",
    ),
    "communality": Rule(
        Text("communality in the scale's one factor", "communauté dans le facteur de l'échelle"),
        "Hair, Babin, Black & Anderson (2019)",
    ),
    "alpha_if_dropped": Rule(
        Text("α rises without the item", "α augmente sans l'item"), "Churchill (1979)", above=True
    ),
    "cross": Rule(
        Text(
            "loading on the factor of another scale",
            "contribution au facteur d'une autre échelle",
        ),
        "Ferguson & Cox (1993)", above=True, joint=True,
    ),
    "gap": Rule(
        Text(
            "distance from the own loading to the next one",
            "écart entre la contribution propre et la suivante",
        ),
        "Ferguson & Cox (1993); Howard (2016)", joint=True,
    ),
}  # fmt: skip
"""In the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that an item breaks.

    Attributes
    ----------
    item, rule : str
    value, cut : float
    """

    item: str
    rule: str
    value: float
    cut: float


def check_cuts(cuts: Mapping[str, float | None]) -> None:
    """Raise `ArgumentError` unless every cut-off is None or a number from -1 to 1."""
    for name, cut in cuts.items():
        fine = cut is None or (
            isinstance(cut, int | float) and not isinstance(cut, bool) and -1.0 <= cut <= 1.0
        )
        if not fine:
            raise ArgumentError(
                f"{name}= needs a number from -1 to 1, or None to leave the rule out; got {cut!r}. "
                f"Write for example {name}=0.50."
            )


def fired(
    values: pd.DataFrame, cuts: Mapping[str, float | None], joint: bool = False
) -> list[Fired]:
    """Rules that items break, in the order of the rules, the worst item of each first.

    Parameters
    ----------
    values : DataFrame, items x rules
        NaN where a rule has nothing to say.
    cuts : mapping of rule to cut-off
        None for a rule that is left out.
    joint : bool
        Which rules are asked.
    """
    out = []
    for name, rule in RULES.items():
        cut = cuts.get(name)
        if cut is None or rule.joint is not joint or name not in values:
            continue
        broken = values[name] > cut if rule.above else values[name] < cut
        column = values.loc[broken, name].sort_values(ascending=not rule.above, kind="stable")
        out += [Fired(str(item), name, float(v), float(cut)) for item, v in column.items()]
    return out


def others(all_fired: Iterable[Fired], of: Fired) -> str:
    """Further rules that the same item breaks, as keys."""
    return ", ".join(f.rule for f in all_fired if f.item == of.item and f.rule != of.rule)


def rules_frame(cuts: Mapping[str, float | None]) -> pd.DataFrame:
    """The rules that were asked: rule, cut, source."""
    return pd.DataFrame(
        [
            {"rule": name, "cut": cuts[name], "source": rule.source}
            for name, rule in RULES.items()
            if cuts.get(name) is not None
        ],
        columns=["rule", "cut", "source"],
    )
