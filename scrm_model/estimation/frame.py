"""Labels go back on: the parameter table of a fit as a DataFrame."""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.bounds import at_bound
from scrm_model.estimation.optimise.constraints import label_values
from scrm_model.estimation.standardise import Scaling, solutions
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian

COLUMNS = [
    "lhs", "op", "rhs", "group", "label", "est", "se", "z", "pvalue", "ci_lower", "ci_upper",
    "std_lv", "std_all",
]  # fmt: skip
_NUMBERS = pd.Index(COLUMNS[5:])


def coefficient_names(model: CompiledModel) -> list[str]:
    """Names of the free parameters as lavaan's ``coef()`` gives them, shape (q,)."""
    out = []
    for row in model.first_row:
        v = model.table.parameters[row]
        name = v.label or f"{v.lhs}{v.op}{v.rhs}"
        out.append(f"{name}.g{v.group}" if v.group > 1 and not v.label else name)
    return out


def defined_standardised(model: CompiledModel, values: NDArray) -> dict[str, NDArray]:
    """Definitions evaluated on the (standardised) values of the labelled rows.

    Parameters
    ----------
    model : CompiledModel
    values : ndarray, shape (B, R)
        One of the `solutions`.

    Returns
    -------
    dict of str to ndarray, shape (B,)
    """
    by_label: dict[str, NDArray] = {}
    for row, v in enumerate(model.table.parameters):
        if v.label:
            by_label.setdefault(v.label, values[:, row])
    defined = model.table.defined_values(by_label)
    return {k: np.broadcast_to(v, (len(values),)) for k, v in defined.items()}


def parameter_frame(
    model: CompiledModel,
    scale: Scaling,
    theta: NDArray,
    samples: tuple[Sample, ...],
    cov: NDArray | None,
    level: float = 0.95,
) -> pd.DataFrame:
    """One row for every row of lavaan's ``parameterEstimates(standardized = TRUE)``.

    Parameters
    ----------
    model : CompiledModel
    scale : Scaling
    theta : ndarray, shape (q,)
    samples : tuple of Sample
    cov : ndarray, shape (q, q), or None
        Covariance matrix of the estimates; None where there is none.
    level : float
        Of the confidence intervals.
    """
    est, std_lv, std_all = (x[0] for x in solutions(model, scale, theta[None], samples))
    se = np.zeros(len(est))
    free = model.row_parameter >= 0
    errors = np.full(len(theta), np.nan) if cov is None else np.sqrt(np.maximum(np.diag(cov), 0))
    se[free] = errors[model.row_parameter[free]]
    definitions = model.table.definitions
    if definitions:
        names = [d.name for d in definitions]
        raw = label_values(model, theta[None])
        est = np.concatenate([est, [float(raw[k][0]) for k in names]])
        se = np.concatenate([se, defined_errors(model, theta, cov)])
        lv, whole = (defined_standardised(model, x[None]) for x in (std_lv, std_all))
        std_lv = np.concatenate([std_lv, [float(lv[k][0]) for k in names]])
        std_all = np.concatenate([std_all, [float(whole[k][0]) for k in names]])
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(se > 0, est / np.where(se > 0, se, 1.0), np.nan)
    pvalue = 2.0 * ndtr(-np.abs(z))
    if model.bounds is not None:
        # At a bound the estimate has no normal distribution.
        held = free & at_bound(theta, model.bounds)[model.row_parameter]
        pvalue[: len(held)][held] = np.nan
    reach = -ndtri((1.0 - level) / 2.0) * se
    columns = (est, se, z, pvalue, est - reach, est + reach, std_lv, std_all)
    heads = _heads(model)
    numbers = pd.DataFrame(np.array(columns).T, heads.index, _NUMBERS, copy=False)
    return pd.concat([heads, numbers], axis=1)


@lru_cache(maxsize=128)
def _heads(model: CompiledModel) -> pd.DataFrame:
    """Columns lhs, op, rhs, group, label: the same for every fit of a model."""
    rows = [(v.lhs, v.op, v.rhs, v.group, v.label) for v in model.table.parameters]
    rows += [(d.name, ":=", d.text, 0, d.name) for d in model.table.definitions]
    return pd.DataFrame(rows, columns=COLUMNS[:5])


def defined_errors(model: CompiledModel, theta: NDArray, cov: NDArray | None) -> NDArray:
    """Delta-method standard errors of the definitions, shape (definitions,)."""
    names = [d.name for d in model.table.definitions]
    if cov is None:
        return np.full(len(names), np.nan)

    def values(stack: NDArray) -> NDArray:
        found = label_values(model, stack)
        return np.stack([np.broadcast_to(found[k], (len(stack),)) for k in names], axis=1)

    return delta_errors(jacobian(values, theta), cov)
