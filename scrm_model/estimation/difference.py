"""By how much two engines differ on one model and one sample."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from scrm_model.errors import EstimationError

if TYPE_CHECKING:
    from scrm_model.estimation.result import Fit


@dataclass(frozen=True, slots=True, repr=False)
class EngineDifference:
    """Two engines on one model and one sample.

    Attributes
    ----------
    frame : DataFrame
        lhs, op, rhs, group; est, se and std_all of the first, of the second (``_other``), and
        the difference of the estimates in standard errors.
    engines : tuple of str
    chisq : tuple of float
    """

    frame: pd.DataFrame
    engines: tuple[str, str]
    chisq: tuple[float, float]

    @classmethod
    def between(cls, one: "Fit", other: "Fit") -> "EngineDifference":
        """Compare two fits of the same model and data.

        Raises
        ------
        EstimationError
            If one of them did not converge.
        """
        for f in (one, other):
            if not f.converged:
                raise EstimationError(f"backend={f.settings.backend!r} found no minimum.")
        a, b = one.parameters, other.parameters
        frame = a[["lhs", "op", "rhs", "group", "est", "se", "std_all"]].copy()
        for column in ("est", "se", "std_all"):
            frame[f"{column}_other"] = b[column].to_numpy()
        gap = (frame["est"] - frame["est_other"]).abs()
        frame["in_se"] = gap.where(frame["se"] > 0, np.nan) / frame["se"].where(frame["se"] > 0)
        engines = (one.settings.backend, other.settings.backend)
        return cls(frame, engines, (one.measures["chisq"], other.measures["chisq"]))

    @property
    def largest(self) -> float:
        """Largest difference of two estimates."""
        return float((self.frame["est"] - self.frame["est_other"]).abs().max())

    @property
    def largest_se(self) -> float:
        """Largest difference of two standard errors."""
        return float((self.frame["se"] - self.frame["se_other"]).abs().max())

    def __repr__(self) -> str:
        first, second = self.engines
        return (
            f"{first} and {second}: estimates differ by at most {self.largest:.2g} "
            f"({self.frame['in_se'].max():.2g} standard errors), standard errors by "
            f"{self.largest_se:.2g}, chi-square by {abs(self.chisq[0] - self.chisq[1]):.2g}."
        )
