"""A search for what to release: which parameter next, and when to stop.

Notes
-----
While a level fails its rule (p of its chi-square difference below alpha; or CFI falls by more than
.010), the parameter with the smallest p of its score test is released, if that is below alpha and
if two indicators of the construct at least stay equal, without which groups share no scale
[steenkamp1998]_. What a search finds in one sample may be that sample's alone [maccallum1992]_: it
is written down, asks for a reason, and for other data.

References
----------
.. [steenkamp1998] Steenkamp, J.-B. E. M., & Baumgartner, H. (1998). Assessing measurement
   invariance in cross-national consumer research. Journal of Consumer Research, 25, 78-90.
.. [maccallum1992] MacCallum, R. C., Roznowski, M., & Necowitz, L. B. (1992). Model modifications in
   covariance structure analysis: The problem of capitalization on chance. Psychological Bulletin,
   111, 490-504.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.settings import one_of
from scrm_model.inference.words import decimal
from scrm_model.measurement.scales import Measured
from scrm_model.screening.words import say
from scrm_model.study.records import Text

FALL = -0.010
RULES = ("pvalue", "cfi")


@dataclass(frozen=True, slots=True)
class Search:
    """When to go on releasing, and when to stop.

    Attributes
    ----------
    on : bool
    alpha : float
    until : {"pvalue", "cfi"}
    most : int or None
        Releases at one level.
    """

    on: bool = False
    alpha: float = 0.05
    until: str = "pvalue"
    most: int | None = None

    def __post_init__(self) -> None:
        one_of("until", self.until, RULES)
        if not 0 < self.alpha < 1:
            raise ArgumentError(
                f"alpha= needs a number between 0 and 1; got {self.alpha!r}. 0.05 is usual."
            )
        if self.most is not None and (int(self.most) != self.most or self.most < 1):
            raise ArgumentError(
                f"most= needs a whole number of at least 1; got {self.most!r}. Leave it out for no "
                "limit, or search=False for no search."
            )

    @property
    def rule(self) -> Text:
        """The rule in words."""
        if self.until == "cfi":
            return say(
                "until CFI falls by at most {fall}",
                "jusqu'à ce que le CFI baisse d'au plus {fall}",
                fall=decimal(-FALL),
            )
        return say(
            "until the chi-square difference has p >= {alpha}",
            "jusqu'à ce que la différence de khi-deux ait p >= {alpha}",
            alpha=decimal(self.alpha, "g"),
        )

    def enough(self, lost: Mapping[str, float]) -> bool:
        """Whether a level needs no release, by what it lost against the level before."""
        if self.until == "cfi":
            return lost["cfi_diff"] >= FALL
        return lost["pvalue_diff"] >= self.alpha


def next_release(
    scores: pd.DataFrame, constructs: Mapping[str, Measured], gone: Iterable[str], alpha: float
) -> tuple[str, Text]:
    """The parameter to release next, or "" and the reason why there is none.

    Parameters
    ----------
    scores : DataFrame
        Score tests: parameter, pvalue.
    constructs : dict of str to Measured
    gone : iterable of str
        What is released already.
    alpha : float
    """
    usable = scores[scores["pvalue"] < alpha].sort_values("pvalue", kind="stable")
    if usable.empty:
        return "", say(
            "no single release has a score test with p < {alpha}",
            "aucun paramètre à libérer n'a de test du score avec p < {alpha}",
            alpha=decimal(alpha, "g"),
        )
    for name in usable["parameter"]:
        if keeps_two(str(name), constructs, {*gone, str(name)}):
            return str(name), Text()
    return "", Text(
        "every release left would leave a construct with fewer than two equal indicators",
        "toute libération restante laisserait à un construit moins de deux indicateurs égaux",
    )


def keeps_two(name: str, constructs: Mapping[str, Measured], gone: set[str]) -> bool:
    """Whether two indicators of each construct stay equal in what a parameter is of.

    A residual variance sets no scale and is not asked for.
    """
    if "~~" in name:
        return True
    mark = "=~" if "=~" in name else "|" if "|" in name else "~1"
    for construct, of in constructs.items():
        if mark == "=~":
            touched = {v for v in of.indicators if f"{construct}=~{v}" in gone}
            own = name.startswith(f"{construct}=~")
        else:
            touched = {v for v in of.indicators if any(g.startswith(f"{v}{mark}") for g in gone)}
            own = any(name.startswith(f"{v}{mark}") for v in of.indicators)
        if own and len(of.indicators) - len(touched) < 2:
            return False
    return True
