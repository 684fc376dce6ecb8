"""Cut-offs that readers expect to see beside indices, and the works that methods rest on.

The cut-offs are conventions with a source. Tables and report set them beside the numbers and never
turn them into a verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from scrm_model.study.records import Reference


@dataclass(frozen=True, slots=True)
class CutOff:
    """A conventional cut-off for an index.

    Attributes
    ----------
    relation : str
        ``at_least`` or ``at_most``.
    value : float
        The cut-off.
    source : str
        Key of `METHOD_REFERENCES`.
    """

    relation: str
    value: float
    source: str

    @property
    def text(self) -> str:
        """As it stands in a note: ``>= .70 (Nunnally, 1978)``."""
        sign = ">=" if self.relation == "at_least" else "<="
        digits = 2 if self.value < 1 else 1
        work = METHOD_REFERENCES[self.source]
        value = f"{self.value:.{digits}f}".removeprefix("0").removesuffix(".0")
        return f"{sign} {value} ({work.authors}, {work.year})"


CUT_OFFS = {
    "cfi": CutOff("at_least", 0.95, "hu1999"),
    "tli": CutOff("at_least", 0.95, "hu1999"),
    "rmsea": CutOff("at_most", 0.06, "hu1999"),
    "srmr": CutOff("at_most", 0.08, "hu1999"),
}
"""Of fit."""

_CONSISTENCY = (CutOff("at_least", 0.70, "nunnally1978"), CutOff("at_most", 0.95, "hair2019"))

SCALE_CUT_OFFS: dict[str, tuple[CutOff, ...]] = {
    "alpha": _CONSISTENCY,
    "omega": (CutOff("at_least", 0.70, "hair2010"), CutOff("at_most", 0.95, "hair2019")),
    "ave": (CutOff("at_least", 0.50, "fornell1981"),),
    "loading": (CutOff("at_least", 0.70, "hair2010"), CutOff("at_least", 0.50, "hair2010")),
    "htmt": (CutOff("at_most", 0.85, "kline2011"), CutOff("at_most", 0.90, "henseler2015")),
    "residual": (CutOff("at_most", 0.10, "kline2011"),),
    "vif": (CutOff("at_most", 3.3, "diamantopoulos2006"), CutOff("at_most", 5.0, "hair2011")),
    "redundancy": (CutOff("at_least", 0.70, "hair2017"), CutOff("at_least", 0.80, "chin1998")),
}
"""Of scales: each measure with its cut-offs. `residual` is of absolute residual correlations."""


def conventions_frame(measures: Iterable[str]) -> pd.DataFrame:
    """Conventions of some measures: measure, relation, value, source, reference."""
    rows = [
        (name, cut.relation, cut.value, cut.source, str(METHOD_REFERENCES[cut.source]))
        for name in measures
        for cut in SCALE_CUT_OFFS[name]
    ]
    return pd.DataFrame(rows, columns=["measure", "relation", "value", "source", "reference"])


def conventions_note(measures: Iterable[str]) -> str:
    """The same in a sentence."""
    parts = [f"{name} " + ", ".join(c.text for c in SCALE_CUT_OFFS[name]) for name in measures]
    return "Conventions, no verdicts: " + "; ".join(parts) + "."


HTMT_CONVENTIONS = (0.85, 0.90)
"""Beyond which readers expect a pair of constructs to be discussed: Kline (2011) for concepts that
differ clearly, Henseler, Ringle & Sarstedt (2015) for neighbours."""

RESIDUAL_CONVENTION = 0.10
"""Residual correlations beyond it are looked at: Kline (2016)."""

METHOD_REFERENCES = {
    reference.key: reference
    for reference in (
        Reference(
            "chin1998",
            "Chin",
            1998,
            "The partial least squares approach to structural equation modeling",
            "In Modern methods for business research (pp. 295–336). Erlbaum",
        ),
        Reference(
            "diamantopoulos2006",
            "Diamantopoulos & Siguaw",
            2006,
            "Formative versus reflective indicators in organizational measure development: "
            "A comparison and empirical illustration",
            "British Journal of Management, 17(4), 263–282",
        ),
        Reference(
            "efron1987",
            "Efron",
            1987,
            "Better bootstrap confidence intervals",
            "Journal of the American Statistical Association, 82(397), 171–185",
        ),
        Reference(
            "fetters2013",
            "Fetters, Curry & Creswell",
            2013,
            "Achieving integration in mixed methods designs: Principles and practices",
            "Health Services Research, 48(6), 2134–2156",
        ),
        Reference(
            "guetterman2015",
            "Guetterman, Fetters & Creswell",
            2015,
            "Integrating quantitative and qualitative results in health science mixed methods "
            "research through joint displays",
            "Annals of Family Medicine, 13(6), 554–561",
        ),
        Reference(
            "fornell1981",
            "Fornell & Larcker",
            1981,
            "Evaluating structural equation models with unobservable variables and "
            "measurement error",
            "Journal of Marketing Research, 18(1), 39–50",
        ),
        Reference(
            "hair2010",
            "Hair, Black, Babin & Anderson",
            2010,
            "Multivariate data analysis (7th ed.)",
            "Pearson",
        ),
        Reference(
            "hair2011",
            "Hair, Ringle & Sarstedt",
            2011,
            "PLS-SEM: Indeed a silver bullet",
            "Journal of Marketing Theory and Practice, 19(2), 139–152",
        ),
        Reference(
            "hair2017",
            "Hair, Hult, Ringle & Sarstedt",
            2017,
            "A primer on partial least squares structural equation modeling (2nd ed.)",
            "Sage",
        ),
        Reference(
            "hair2019",
            "Hair, Risher, Sarstedt & Ringle",
            2019,
            "When to use and how to report the results of PLS-SEM",
            "European Business Review, 31(1), 2–24",
        ),
        Reference(
            "henseler2015",
            "Henseler, Ringle & Sarstedt",
            2015,
            "A new criterion for assessing discriminant validity in variance-based "
            "structural equation modeling",
            "Journal of the Academy of Marketing Science, 43(1), 115–135",
        ),
        Reference(
            "hu1999",
            "Hu & Bentler",
            1999,
            "Cutoff criteria for fit indexes in covariance structure analysis: Conventional "
            "criteria versus new alternatives",
            "Structural Equation Modeling, 6(1), 1–55",
        ),
        Reference(
            "joreskog1971",
            "Jöreskog",
            1971,
            "Statistical analysis of sets of congeneric tests",
            "Psychometrika, 36(2), 109–133",
        ),
        Reference(
            "kline2011",
            "Kline",
            2011,
            "Principles and practice of structural equation modeling (3rd ed.)",
            "Guilford",
        ),
        Reference(
            "mackinnon2004",
            "MacKinnon, Lockwood & Williams",
            2004,
            "Confidence limits for the indirect effect: Distribution of the product and "
            "resampling methods",
            "Multivariate Behavioral Research, 39(1), 99–128",
        ),
        Reference(
            "marsh2004",
            "Marsh, Hau & Wen",
            2004,
            "In search of golden rules: Comment on hypothesis-testing approaches to setting "
            "cutoff values for fit indexes and dangers in overgeneralizing Hu and Bentler's "
            "(1999) findings",
            "Structural Equation Modeling, 11(3), 320–341",
        ),
        Reference(
            "nunnally1978",
            "Nunnally",
            1978,
            "Psychometric theory (2nd ed.)",
            "McGraw-Hill",
        ),
        Reference(
            "roemer2021",
            "Roemer, Schuberth & Henseler",
            2021,
            "HTMT2: An improved criterion for assessing discriminant validity in structural"
            " equation modeling",
            "Industrial Management & Data Systems, 121(12), 2637–2650",
        ),
        Reference(
            "sobel1982",
            "Sobel",
            1982,
            "Asymptotic confidence intervals for indirect effects in structural equation models",
            "Sociological Methodology, 13, 290–312",
        ),
    )
}
