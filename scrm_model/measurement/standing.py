"""Where constructs stand to each other and to every item, by the model, with delta-method errors.

Notes
-----
Correlations of constructs, and of items with constructs (structure coefficients: also with those
that an item does not belong to), are those that the estimates imply [fornell1981]_. MSV is the
largest squared correlation of a construct with another, ASV their mean [hair2010]_; a dimension is
not set against the construct that it is part of.

References
----------
.. [fornell1981] See `scrm_model.measurement.coefficients`.
.. [hair2010] Hair, J. F., Black, W. C., Babin, B. J., & Anderson, R. E. (2010). Multivariate data
   analysis (7th ed.). Pearson.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.estimation.implied.moments import implied_by
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import solutions
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian
from scrm_model.measurement.bounds import Limits, fisher_limits, wald
from scrm_model.measurement.omega import first_order
from scrm_model.measurement.parts import matrices_of
from scrm_model.measurement.remarks import remarks
from scrm_model.measurement.scales import Measured, constructs_of


def estimates(
    fit: Fit,
    function: Callable[[NDArray], NDArray],
    level: float,
    limits: Callable[..., Limits] = wald,
) -> dict[str, NDArray]:
    """Values of a smooth function of stacks with se, ci_lower and ci_upper, shape (R,) each."""
    value = function(fit.theta[None])[0]
    error = np.full(len(value), np.nan)
    if fit._cov is not None:
        error = delta_errors(jacobian(function, fit.theta), fit._cov)
    lower, upper = limits(value, error, level)
    return {"est": value, "se": error, "ci_lower": lower, "ci_upper": upper}


def standardised(fit: Fit, rows: Sequence[int], level: float) -> dict[str, NDArray]:
    """Completely standardised values of some rows of the parameter table, as `estimates`."""

    def function(theta: NDArray) -> NDArray:
        return solutions(fit.compiled, fit.scaling, theta, fit.samples)[2][:, rows]

    return estimates(fit, function, level)


def loadings_frame(fit: Fit, level: float) -> pd.DataFrame:
    """Standardised loadings: construct, item, group, std_all, se, ci_lower, ci_upper, r2, note."""
    model = fit.compiled
    rows = [
        k + group * _per_group(fit)
        for group in range(len(fit.samples))
        for of in constructs_of(model).values()
        for k in of.rows
    ]

    at = [model.table.parameters[k] for k in rows]
    found = standardised(fit, rows, level)
    shares = fit.r2 if isinstance(fit.r2, pd.DataFrame) else fit.r2.to_frame()
    r2 = [float(shares.iloc[:, v.group - 1].get(v.rhs, np.nan)) for v in at]
    frame = pd.DataFrame(
        {
            "construct": [v.lhs for v in at], "item": [v.rhs for v in at],
            "group": [v.group for v in at], "std_all": found.pop("est"), **found, "r2": r2,
        }
    )  # fmt: skip
    held = ~np.isnan(frame["r2"])
    frame["note"] = np.where(held, "", "negative residual variance: no share is explained")
    beyond = frame["std_all"].abs() > 1
    frame.loc[beyond & held, "note"] = "beyond 1 in size: read with the other loadings of the item"
    return frame


def _per_group(fit: Fit) -> int:
    return len(fit.table.parameters) // len(fit.samples)


def correlation_frame(fit: Fit, level: float, interval: str) -> pd.DataFrame:
    """Correlations of constructs: lhs, rhs, group, r, se, ci_lower, ci_upper, shared, note."""
    model = fit.compiled
    pairs = set_apart(constructs_of(model))
    i = [model.latent.index(a) for a, _ in pairs]
    j = [model.latent.index(b) for _, b in pairs]

    def function(theta: NDArray) -> NDArray:
        found = []
        for group in range(len(fit.samples)):
            cov = implied_by(matrices_of(fit, group, theta), False).latent_cov
            found.append(cov[:, i, j] / np.sqrt(cov[:, i, i] * cov[:, j, j]))
        return np.concatenate(found, axis=1)

    columns = ["lhs", "rhs", "group", "r", "se", "ci_lower", "ci_upper", "shared", "note"]
    if not pairs:
        return pd.DataFrame(columns=columns)
    with np.errstate(invalid="ignore"):
        limits = fisher_limits if interval == "logit" else wald
        found = estimates(fit, function, level, limits)
    heads = [(a, b, g + 1) for g in range(len(fit.samples)) for a, b in pairs]
    frame = pd.DataFrame(heads, columns=columns[:3]).assign(r=found.pop("est"), **found)
    wrong = "a variance that is not positive: no correlation"
    lacking = np.where(frame["r"].isna(), wrong, np.where(frame["r"].abs() > 1, "beyond 1", ""))
    return frame.assign(shared=frame["r"] ** 2, note=lacking)


def set_apart(every: dict[str, Measured]) -> list[tuple[str, str]]:
    """Pairs of constructs of which neither is part of the other."""

    def above(a: str, b: str) -> bool:
        parts = every[a].dimensions
        return b in parts or any(above(v, b) for v in parts)

    return [(a, b) for a, b in combinations(every, 2) if not (above(a, b) or above(b, a))]


def convergent_frame(fit: Fit, correlations: pd.DataFrame) -> pd.DataFrame:
    """Each construct: group, omega, ave, ave_std, sqrt_ave, msv, asv, nearest, note."""
    rows: list[dict[str, Any]] = []
    for group in range(len(fit.samples)):
        own = correlations[correlations["group"] == group + 1]
        for name, of in constructs_of(fit.compiled).items():
            said = remarks(fit, group, of)
            row: dict[str, Any] = {"construct": name, "group": group + 1}
            if said.modelled:
                found = first_order(fit, group, of, fit.theta[None])
                row |= {k: float(found[k][0]) for k in ("omega", "ave", "ave_std")}
                row["sqrt_ave"] = float(np.sqrt(row["ave"]))
            others = own[(own["lhs"] == name) | (own["rhs"] == name)]
            note = list(said.told)
            if others["shared"].notna().any():
                shared = others["shared"].to_numpy(dtype=float)
                most = int(np.nanargmax(shared))
                row |= {"msv": float(shared[most]), "asv": float(np.nanmean(shared))}
                pair = (str(others["lhs"].iloc[most]), str(others["rhs"].iloc[most]))
                row["nearest"] = pair[1] if pair[0] == name else pair[0]
            else:
                note.append("no other construct to share variance with")
            rows.append(row | {"note": "; ".join(note)})
    columns = [
        "construct", "group", "omega", "ave", "ave_std", "sqrt_ave", "msv", "asv", "nearest",
        "note",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def structure_frame(fit: Fit) -> pd.DataFrame:
    """Correlations of every item with every construct: construct, item, group, then a column each.

    An item of two constructs has a row for each.
    """
    model = fit.compiled
    every = constructs_of(model)
    own = [(f, v) for f, of in every.items() if not of.dimensions for v in of.items]
    frames = []
    for group in range(len(fit.samples)):
        found = implied_by(matrices_of(fit, group, fit.theta[None]), False)
        spread = np.sqrt(np.diag(found.sigma[0]))
        variance = np.diag(found.latent_cov[0])
        # A negative variance is told by the fit's problems; nothing correlates with it.
        reach = np.sqrt(np.where(variance > 0, variance, np.nan))
        with np.errstate(invalid="ignore", divide="ignore"):
            r = found.loading_cov[0] / spread[:, None] / reach
        at = [model.observed.index(v) for _, v in own]
        heads = pd.DataFrame(own, columns=["construct", "item"]).assign(group=group + 1)
        values = {f: r[at, model.latent.index(f)] for f in every}
        frames.append(heads.assign(**values))
    return pd.concat(frames, ignore_index=True)
