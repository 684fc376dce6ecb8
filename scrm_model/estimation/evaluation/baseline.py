"""The baseline model: observed variables without relations, but for those that only predict."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import EstimationError
from scrm_model.estimation.auxiliary import baseline_table
from scrm_model.estimation.evaluation import incomplete_data
from scrm_model.estimation.implied.compiled import NU, compile_table
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.incomplete import solve_incomplete
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.start import starting_points
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.spec.table import Parameter, ParameterTable


def baseline_test(bread: Bread) -> tuple[float, int]:
    """Chi-square and df of the baseline model.

    Observed variables are uncorrelated, but for those that only predict: their covariances are
    free, whether they count as fixed or not. Means are free.

    Parameters
    ----------
    bread : Bread
        Of the model of interest.
    """
    model = bread.model
    if bread.auxiliary:
        plain = baseline_bread(bread)
        value = float(plain.point.value[0])
        return max(bread.n * value, 0.0), plain.model.n_moments - plain.model.n_parameters
    x = [k for k, v in enumerate(model.observed) if v in model.table.exogenous]
    p = model.p
    df = len(bread.samples) * (p * (p + 1) // 2 - (p - len(x)) - len(x) * (len(x) + 1) // 2)
    if bread.discrepancy.likelihood:
        return max(sum(_likelihood_ratio(s, x) for s in bread.samples), 0.0), df
    plain = baseline_bread(bread)
    # Its moments are linear in its parameters, so one Gauss-Newton step is exact.
    slope = bread.discrepancy.gradient(plain.model, plain.point, plain.samples)[0]
    theta = plain.theta - np.linalg.solve(2.0 * plain.expected, slope)
    value = float(bread.discrepancy.evaluate(plain.model, theta[None], plain.samples).value[0])
    return max(bread.n * value, 0.0), df


def _likelihood_ratio(sample: Sample, x: list[int]) -> float:
    """n (log of the product of variances, |S_xx| in the place of those of x, minus log |S|)."""
    if sample.incomplete is not None:
        return incomplete_data.baseline_ratio(sample, x)
    s = sample.cov[0]
    rest = np.delete(s.diagonal(), x) if x else s.diagonal()
    logdet = float(np.log(rest).sum())
    if x:
        logdet += float(np.linalg.slogdet(s[np.ix_(x, x)])[1])
    return sample.n * (logdet - float(sample.logdet[0]))


def baseline_bread(bread: Bread) -> Bread:
    """The baseline model at its solution, which is the sample's own variances.

    Parameters
    ----------
    bread : Bread
        Of the model of interest.
    """
    if bread.auxiliary:
        return _with_auxiliary(bread)
    model = bread.model
    fixed = {model.observed[k] for k in model.exogenous_observed}
    x = [v for v in model.observed if v in model.table.exogenous]
    pairs = [(v, v) for v in model.observed] + list(combinations(x, 2))
    groups = range(1, len(model.blocks) + 1)

    def row(group: int, lhs: str, op: str, rhs: str) -> Parameter:
        given = lhs in fixed and (op == "~1" or rhs in fixed)
        return Parameter(lhs, op, rhs, group, free=not given, exogenous=given)

    rows = [row(g, a, "~~", b) for g in groups for a, b in pairs]
    if model.meanstructure:
        rows += [row(g, v, "~1", "") for g in groups for v in model.observed]
    plain = compile_table(ParameterTable(tuple(rows), groups=model.table.groups))
    theta = np.empty(plain.n_parameters)
    moments = [_moments(s, [model.observed.index(v) for v in x]) for s in bread.samples]
    for v, number, place in zip(rows, plain.row_parameter, plain.row_place, strict=True):
        if number < 0:
            continue
        matrix, i, j = place
        mean, cov = moments[v.group - 1]
        theta[number] = mean[i] if matrix == NU else cov[i, j]
    basis = np.eye(len(theta))
    return replace(bread, model=plain, theta=theta, basis=basis, known=None, like=bread)


def _moments(sample: Sample, x: list[int]) -> tuple[NDArray, NDArray]:
    """Means (p,) and covariances (p, p) of which the baseline model takes its own."""
    if sample.incomplete is not None:
        return incomplete_data.baseline_moments(sample, x)
    cov = sample.cov[0]
    return np.zeros(len(cov)) if sample.mean is None else sample.mean[0], cov


def _with_auxiliary(bread: Bread) -> Bread:
    """The baseline model with auxiliary variables, which has no closed form."""
    plain = compile_table(baseline_table(bread.model.table, bread.auxiliary))
    constraints = constraints_of(plain)
    problem = Problem(plain, bread.samples, constraints.space, bread.discrepancy)
    found = solve_incomplete(problem, constraints, starting_points(plain, bread.samples))
    if not found.converged:
        raise EstimationError(
            "measures needs a baseline model; with these auxiliary variables none was found. Use "
            "fewer of them."
        )
    basis = np.eye(plain.n_parameters)
    return replace(bread, model=plain, theta=found.theta, basis=basis, known=None, like=bread)
