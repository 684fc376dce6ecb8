"""An estimator is a row of data: one table is the validator, the documentation, the dispatch."""

from dataclasses import dataclass, replace
from typing import Any

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.discrepancy.contract import (
    DWLS,
    FIML,
    GLS,
    ML,
    RESPONSE_DWLS,
    RESPONSE_ULS,
    RESPONSE_WLS,
    ULS,
    WLS,
    Discrepancy,
)


@dataclass(frozen=True, slots=True)
class Estimator:
    """What an estimator's name stands for.

    Attributes
    ----------
    name : str
    discrepancy : Discrepancy
    information : str
        ``"expected"`` or ``"observed"``, of which the standard errors are made by default.
    se, test : str
        Kinds of standard errors and of test statistic by default, by lavaan's names.
    ordinal : Discrepancy or None
        What is minimised where variables are ordinal; None where they cannot be.
    """

    name: str
    discrepancy: Discrepancy
    information: str
    se: str
    test: str
    ordinal: Discrepancy | None = None


ESTIMATORS = {
    row.name: row
    for row in (
        Estimator("ML", ML, "expected", "standard", "standard"),
        Estimator("MLM", ML, "expected", "robust.sem", "satorra.bentler"),
        Estimator("MLMV", ML, "expected", "robust.sem", "scaled.shifted"),
        Estimator("MLMVS", ML, "expected", "robust.sem", "mean.var.adjusted"),
        Estimator("MLR", ML, "observed", "robust.huber.white", "yuan.bentler.mplus"),
        Estimator("MLF", ML, "first.order", "standard", "standard"),
        Estimator("GLS", GLS, "expected", "standard", "standard"),
        Estimator("ULS", ULS, "expected", "standard", "standard", RESPONSE_ULS),
        Estimator("ULSM", ULS, "expected", "robust.sem", "satorra.bentler", RESPONSE_ULS),
        Estimator("ULSMV", ULS, "expected", "robust.sem", "scaled.shifted", RESPONSE_ULS),
        Estimator("ULSMVS", ULS, "expected", "robust.sem", "mean.var.adjusted", RESPONSE_ULS),
        Estimator("WLS", WLS, "expected", "standard", "standard", RESPONSE_WLS),
        Estimator("DWLS", DWLS, "expected", "standard", "standard", RESPONSE_DWLS),
        Estimator("WLSM", DWLS, "expected", "robust.sem", "satorra.bentler", RESPONSE_DWLS),
        Estimator("WLSMV", DWLS, "expected", "robust.sem", "scaled.shifted", RESPONSE_DWLS),
        Estimator("WLSMVS", DWLS, "expected", "robust.sem", "mean.var.adjusted", RESPONSE_DWLS),
    )
}

MISSING = ("listwise", "fiml", "fiml.x", "two.stage", "robust.two.stage", "pairwise")
TWO_STAGE = ("two.stage", "robust.two.stage")
# Other names that lavaan has for the same.
MISSING_ALIASES = {
    "ml": "fiml", "direct": "fiml", "ml.x": "fiml.x", "direct.x": "fiml.x",
}  # fmt: skip
PARAMETERIZATIONS = ("delta", "theta")
LIKELIHOODS = ("normal", "wishart")
BACKENDS = ("native", "semopy")
INFORMATION = ("expected", "observed", "first.order")
SE = ("standard", "robust.sem", "robust.huber.white", *TWO_STAGE)
TESTS = (
    "standard", "satorra.bentler", "yuan.bentler.mplus", "mean.var.adjusted", "scaled.shifted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was asked of a fit, and what the defaults came to.

    Attributes
    ----------
    estimator, missing, likelihood, backend, information, se, test : str
    std_lv, orthogonal, fixed_x, meanstructure : bool
    group : str or None
        Column that holds the groups.
    group_equal, group_partial : tuple of str
        What is equal across groups, and what is not all the same.
    ordered : tuple of str
        Ordinal variables.
    parameterization : {"delta", "theta"}
        What sets the scale of their latent responses.
    auxiliary : tuple of str
        Variables beside the model that say something about its missing cells.
    """

    estimator: str = "ML"
    missing: str = "listwise"
    likelihood: str = "normal"
    backend: str = "native"
    information: str = "expected"
    se: str = "standard"
    test: str = "standard"
    std_lv: bool = False
    orthogonal: bool = False
    fixed_x: bool = True
    meanstructure: bool = False
    group: str | None = None
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    parameterization: str = "delta"
    auxiliary: tuple[str, ...] = ()

    @property
    def row(self) -> Estimator:
        """The estimator's row of the table."""
        return ESTIMATORS[self.estimator]

    @property
    def incomplete(self) -> bool:
        """Whether cases with missing cells are kept, in a model of continuous variables."""
        return self.missing not in ("listwise", "pairwise")

    @property
    def discrepancy(self) -> Discrepancy:
        """What is minimised."""
        if self.ordered and self.row.ordinal:
            return self.row.ordinal
        return FIML if self.missing.startswith("fiml") else self.row.discrepancy

    @property
    def needs_gamma(self) -> bool:
        """Whether the moments' own covariance matrix is needed: least squares only."""
        robust = self.se != "standard" or self.test != "standard"
        return bool(self.discrepancy.weighting) or (robust and not self.discrepancy.likelihood)

    @property
    def needs_cases(self) -> bool:
        """Whether errors or test are made of single cases, which moments do not have."""
        return (
            bool(self.ordered)
            or self.needs_gamma
            or self.incomplete
            or self.se.startswith("robust")
            or self.test != "standard"
            or self.information == "first.order"
        )

    @property
    def unbiased(self) -> bool:
        """Whether covariances have divisor N - 1, and the test is (N - 1) F."""
        return self.likelihood == "wishart" or not self.discrepancy.likelihood

    def but(self, **changes: Any) -> "Settings":
        """A copy with some settings changed."""
        return replace(self, **changes)


def one_of(argument: str, value: object, allowed: tuple[str, ...]) -> str:
    """`value` if it is allowed.

    Raises
    ------
    ArgumentError
        Naming the argument, what is allowed and what came.
    """
    if isinstance(value, str) and value in allowed:
        return value
    choices = ", ".join(repr(a) for a in allowed)
    raise ArgumentError(
        f"{argument}= needs one of {choices}; got {value!r}.{did_you_mean(str(value), allowed)}"
    )
