"""semopy as the second engine: it finds the estimates, everything else is computed here.

Notes
-----
semopy's fit indices other than chi-square, its log-likelihood and its standard errors under
constraints are not those of the field, so nothing but estimates is taken from it. It reads
marker-scaled models of one group without constraints or means; unit-variance scaling is reached
from the marker solution by rescaling each latent variable, which leaves Sigma as it is.
"""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ModelError
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.optimise.constraints import Constraints
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.solve import Solution
from scrm_model.estimation.optimise.start import Starts
from scrm_model.spec.table import Parameter, ParameterTable
from scrm_model.spec.writing import semopy_text

_PRECISION = {"ftol": 1e-14, "maxiter": 2000}
# At semopy's tightest setting the gradient of F is not always below the native tolerance.
_STATIONARY = 1e-4


def solve_problem(problem: Problem, constraints: Constraints, starts: Starts) -> Solution:
    """Find the minimum of F with semopy.

    Parameters
    ----------
    problem : Problem
        A stack of one.
    constraints : Constraints
        semopy takes none but shared labels.
    starts : Starts
        Not used: semopy has its own.

    Returns
    -------
    Solution

    Raises
    ------
    ModelError
        If semopy cannot express the model.
    """
    model = problem.model
    if not problem.discrepancy.likelihood:
        raise ModelError(
            f"backend= needs 'native' for least squares ({problem.discrepancy.name}); semopy's "
            "weights are not those of the field."
        )
    if model.table.constraints:
        raise ModelError(
            "backend= needs 'native' for a model with '==', '<' or '>' constraints; semopy "
            "counts their degrees of freedom wrongly. Use shared labels, or backend='native'."
        )
    if model.bounds is not None:
        raise ModelError(
            "backend= needs 'native' for a model with 'lower()' or 'upper()'; semopy has no bounds."
        )
    scaled = _unit_scaled(model.table)
    table = _marker_scaled(model.table, scaled) if scaled else model.table
    found, iterations = _run(table, problem)
    if scaled:
        found = _rescaled(found, table, scaled)
    theta = _theta(model, found)
    point = problem.at(theta[None])
    slope = problem.slope(point)[0] if np.isfinite(point.value[0]) else np.array([np.inf])
    ok = bool(np.abs(slope).max() < _STATIONARY)
    return Solution(theta, float(point.value[0]), ok, iterations, constraints.space, 0)


Found = dict[tuple[str, str, str], float]


def _unit_scaled(table: ParameterTable) -> tuple[str, ...]:
    """Latent variables with a variance fixed to 1 and a free first loading."""
    first: dict[str, Parameter] = {}
    for v in table.parameters:
        if v.op == "=~":
            first.setdefault(v.lhs, v)
    unit = {v.lhs for v in table.parameters if v.op == "~~" and v.lhs == v.rhs and v.value == 1.0}
    return tuple(f for f, v in first.items() if v.free and f in unit)


def _marker_scaled(table: ParameterTable, scaled: tuple[str, ...]) -> ParameterTable:
    """The same model with a first loading of 1 and a free variance for these latents."""
    touched = [
        v
        for v in table.parameters
        if (v.lhs in scaled or v.rhs in scaled)
        and (v.label or (not v.free and v.value != 0.0 and not (v.op == "~~" and v.lhs == v.rhs)))
    ]
    if touched:
        raise ModelError(
            f"backend= needs 'native' for '{touched[0].lhs} {touched[0].op} {touched[0].rhs}': "
            "semopy scales latent variables by a marker only, and a label or fixed value does "
            "not survive the rescaling."
        )
    done: set[str] = set()
    rows = []
    for v in table.parameters:
        if v.op == "=~" and v.lhs in scaled and v.lhs not in done:
            done.add(v.lhs)
            rows.append(replace(v, free=False, value=1.0, start=None))
        elif v.op == "~~" and v.lhs == v.rhs and v.lhs in scaled:
            rows.append(replace(v, free=True, value=None))
        else:
            rows.append(v)
    return ParameterTable(tuple(rows), (), (), table.groups)


def _run(table: ParameterTable, problem: Problem) -> tuple[Found, int]:
    import semopy  # noqa: PLC0415 - two seconds, only when asked for

    names = list(table.observed)
    cov = pd.DataFrame(problem.samples[0].cov[0], index=names, columns=names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine = semopy.Model(semopy_text(table))
        result = engine.fit(cov=cov, n_samples=problem.samples[0].n, options=_PRECISION)
        shown = engine.inspect(information=None)
    found: Found = {}
    for lhs, op, rhs, est in shown[["lval", "op", "rval", "Estimate"]].itertuples(index=False):
        found[str(lhs), str(op), str(rhs)] = float(est)
    return found, int(getattr(result, "n_it", 0) or 0)


def _key(v: Parameter, found: Found) -> tuple[str, str, str]:
    """semopy prints loadings as regressions, and covariances either way round."""
    if v.op == "=~":
        return v.rhs, "~", v.lhs
    straight = (v.lhs, v.op, v.rhs)
    return straight if straight in found else (v.rhs, v.op, v.lhs)


def _rescaled(found: Found, table: ParameterTable, scaled: tuple[str, ...]) -> Found:
    deviation = {f: np.sqrt(abs(found[f, "~~", f])) for f in scaled}

    def size(name: str) -> float:
        return float(deviation.get(name, 1.0))

    out: Found = {}
    for (lhs, op, rhs), value in found.items():
        factor = size(rhs) / size(lhs) if op == "~" else 1.0 / (size(lhs) * size(rhs))
        out[lhs, op, rhs] = value * factor
    return out


def _theta(model: CompiledModel, found: Found) -> NDArray:
    theta = np.empty(model.n_parameters)
    for number, row in enumerate(model.first_row):
        v = model.table.parameters[row]
        key = _key(v, found)
        if key not in found:
            raise ModelError(
                f"backend= needs 'native' for this model: semopy gave no estimate of "
                f"'{v.lhs} {v.op} {v.rhs}'."
            )
        theta[number] = found[key]
    return theta
