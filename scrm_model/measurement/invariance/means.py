"""Differences of latent means between groups.

Notes
-----
Where intercepts are equal and the first group's latent means are 0, later groups have means in the
unit of the first group's scale. d is the difference over the standard deviation of the construct
pooled over the two groups [hancock2001]_::

    d = (k_g - k_1) / sqrt((n_1 v_1 + n_g v_g) / (n_1 + n_g))

with means k and variances v that the model implies (paths between constructs count). Errors are by
the delta method on the fit's own covariance matrix of the estimates.

References
----------
.. [hancock2001] Hancock, G. R. (2001). Effect size, power, and sample size determination for
   structured means modeling and MIMIC approaches to between-groups hypothesis testing of means on a
   single latent construct. Psychometrika, 66, 373-388.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from scrm_model.estimation.implied.moments import implied_by
from scrm_model.estimation.result import Fit
from scrm_model.measurement.parts import matrices_of
from scrm_model.measurement.scales import constructs_of
from scrm_model.measurement.standing import estimates

COLUMNS = (
    "construct", "group", "label", "est", "se", "z", "pvalue", "ci_lower", "ci_upper", "d", "d_se",
    "d_ci_lower", "d_ci_upper", "note",
)  # fmt: skip


def mean_differences(fit: Fit, level: float = 0.95) -> pd.DataFrame:
    """Latent means of each group less those of the first, and the same standardised.

    Parameters
    ----------
    fit : Fit
        Of several groups, with equal intercepts and free latent means.
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        construct, group (from 1; the first is the reference, without error), label (of the group),
        est, se, z, pvalue, ci_lower, ci_upper; d, d_se, d_ci_lower, d_ci_upper; note.
    """
    constructs = [f for f, of in constructs_of(fit.compiled).items() if not of.formative]
    at = [fit.compiled.latent.index(f) for f in constructs]
    sizes = [s.cases for s in fit.samples]

    def function(theta: NDArray) -> NDArray:
        parts = [implied_by(matrices_of(fit, g, theta), True) for g in range(len(sizes))]
        mean = [p.latent_mean[:, at] for p in parts]
        variance = [np.einsum("bkk->bk", p.latent_cov)[:, at] for p in parts]
        out = []
        for g in range(1, len(sizes)):
            apart = mean[g] - mean[0]
            pooled = (sizes[0] * variance[0] + sizes[g] * variance[g]) / (sizes[0] + sizes[g])
            out += [apart, apart / np.sqrt(pooled)]
        return np.concatenate(out, axis=1)

    with np.errstate(invalid="ignore"):
        found = estimates(fit, function, level)
    return _frame(fit, constructs, found)


def _frame(fit: Fit, constructs: list[str], found: dict[str, NDArray]) -> pd.DataFrame:
    labels, k = list(fit.table.groups), len(constructs)
    rows = []
    for g, label in enumerate(labels):
        for i, construct in enumerate(constructs):
            row: dict[str, Any] = {"construct": construct, "group": g + 1, "label": label}
            if not g:
                rows.append(row | {"est": 0.0, "se": 0.0, "d": 0.0, "note": "reference group"})
                continue
            raw, unit = 2 * (g - 1) * k + i, (2 * g - 1) * k + i
            row |= {key: float(found[key][raw]) for key in ("est", "se", "ci_lower", "ci_upper")}
            row |= {"d": float(found["est"][unit])}
            row |= {f"d_{key}": float(found[key][unit]) for key in ("se", "ci_lower", "ci_upper")}
            if row["se"] > 0:
                row["z"] = row["est"] / row["se"]
                row["pvalue"] = 2.0 * float(ndtr(-abs(row["z"])))
            rows.append(row | {"note": _note(row)})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _note(row: dict[str, Any]) -> str:
    if np.isnan(row["se"]):
        return "no errors: the fit has none"
    if row["se"] == 0:
        return "not free: equal to the reference group by the model"
    return "no d: a variance that is not positive" if np.isnan(row["d"]) else ""
