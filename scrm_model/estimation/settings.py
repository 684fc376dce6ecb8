"""An estimator is a row of data: one table is the validator, the documentation, the dispatch."""

from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.discrepancy import ml


@dataclass(frozen=True, slots=True)
class Estimator:
    """What an estimator's name stands for.

    Attributes
    ----------
    name : str
    discrepancy : module
        Has `evaluate`, `gradient`, `information`.
    divisor : str
        ``"N"`` or ``"N-1"``: of the sample covariances, and the factor of F in the chi-square.
    information : str
        ``"expected"``, of which the standard errors are made.
    se, test : str
        Kinds of standard errors and of test statistic, by lavaan's names.
    """

    name: str
    discrepancy: ModuleType
    divisor: str
    information: str
    se: str
    test: str


ESTIMATORS = {
    "ML": Estimator("ML", ml, "N", "expected", "standard", "standard"),
}

MISSING = ("listwise",)
LIKELIHOODS = ("normal",)
BACKENDS = ("native", "semopy")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was asked of a fit, and what the defaults came to.

    Attributes
    ----------
    estimator, missing, likelihood, backend, se, test : str
    std_lv, orthogonal, fixed_x, meanstructure : bool
    group : str or None
        Column that holds the groups.
    """

    estimator: str = "ML"
    missing: str = "listwise"
    likelihood: str = "normal"
    backend: str = "native"
    se: str = "standard"
    test: str = "standard"
    std_lv: bool = False
    orthogonal: bool = False
    fixed_x: bool = True
    meanstructure: bool = False
    group: str | None = None

    @property
    def row(self) -> Estimator:
        """The estimator's row of the table."""
        return ESTIMATORS[self.estimator]

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
