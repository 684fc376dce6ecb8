"""Cut-offs for fit indices that readers expect to see, and the works that methods rest on.

The cut-offs are conventions with a source. The report sets them beside the indices and never
turns them into a verdict.
"""

from dataclasses import dataclass

from scrm_model.study.records import Reference


@dataclass(frozen=True, slots=True)
class CutOff:
    """A conventional cut-off for a fit index.

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


CUT_OFFS = {
    "cfi": CutOff("at_least", 0.95, "hu1999"),
    "tli": CutOff("at_least", 0.95, "hu1999"),
    "rmsea": CutOff("at_most", 0.06, "hu1999"),
    "srmr": CutOff("at_most", 0.08, "hu1999"),
}

HTMT_CONVENTIONS = (0.85, 0.90)
"""Beyond which readers expect a pair of constructs to be discussed: Kline (2011) for concepts that
differ clearly, Henseler, Ringle & Sarstedt (2015) for neighbours."""

RESIDUAL_CONVENTION = 0.10
"""Residual correlations beyond it are looked at: Kline (2016)."""

METHOD_REFERENCES = {
    reference.key: reference
    for reference in (
        Reference(
            "efron1987",
            "Efron",
            1987,
            "Better bootstrap confidence intervals",
            "Journal of the American Statistical Association, 82(397), 171–185",
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
            "sobel1982",
            "Sobel",
            1982,
            "Asymptotic confidence intervals for indirect effects in structural equation models",
            "Sociological Methodology, 13, 290–312",
        ),
    )
}
