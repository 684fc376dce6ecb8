"""Completely standardised estimates with errors and intervals by the delta method.

Notes
-----
The standardised value of a parameter is a function of all parameters, since the variances that
it is divided by are: its error is (J V J')^1/2, J the derivatives of the standardised values and
V the covariance matrix of the estimates [bollen1989]_. A loading that is fixed at 1 has an error
here, as in lavaan's ``standardizedSolution()``.

References
----------
.. [bollen1989] Bollen, K. A. (1989). Structural Equations with Latent Variables. Wiley.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.estimation.auxiliary import rows_with
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import solutions
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian


def standardised_table(fit: Fit, level: float = 0.95) -> pd.DataFrame:
    """Standardised value of every row of the parameter table.

    Parameters
    ----------
    fit : Fit
        Converged.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        lhs, op, rhs, group, label, est, se, ci_lower, ci_upper, in the order of
        ``fit.parameters``. Without standard errors of the fit the last three are NaN.
    """

    def values(theta: NDArray) -> NDArray:
        rows = solutions(fit.compiled, fit.scaling, theta, fit.samples)[2]
        return np.column_stack([rows, *defined_standardised(fit.compiled, rows).values()])

    out = fit._frame[["lhs", "op", "rhs", "group", "label"]].copy()
    out["est"] = values(fit.theta[None])[0]
    se = np.full(len(out), np.nan)
    if fit._cov is not None:
        se = delta_errors(jacobian(values, fit.theta), fit._cov)
        se[se < 1e-12] = 0.0  # a variance that is 1 whatever the parameters are
    reach = -ndtri((1.0 - level) / 2.0) * se
    out["se"], out["ci_lower"], out["ci_upper"] = se, out["est"] - reach, out["est"] + reach
    return rows_with(out, fit.settings.auxiliary, auxiliary=False)
