"""A model that has not been estimated, in the form that a path diagram reads of a fit."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scrm_model.spec.model import Model

_NUMBERS = ("est", "se", "z", "pvalue", "std_all")


@dataclass(frozen=True)
class Claimed:
    """What a model claims, without a number.

    Attributes
    ----------
    model : Model
    """

    model: Model
    converged: bool = False

    @property
    def parameters(self) -> pd.DataFrame:
        """A row a parameter: lhs, op, rhs, group, label; numbers are empty, but those it fixes."""
        table = self.model.table
        drawn = table[table["op"].isin(("=~", "<~", "~", "~~"))]
        frame = pd.DataFrame(drawn[["lhs", "op", "rhs", "group", "label"]])
        frame = frame.assign(**dict.fromkeys(_NUMBERS, np.nan))
        fixed = drawn["free"] == 0
        return frame.assign(est=drawn["value"].where(fixed), se=np.where(fixed, 0.0, np.nan))

    @property
    def r2(self) -> pd.Series:
        """Nothing yet."""
        return pd.Series(dtype=float)
