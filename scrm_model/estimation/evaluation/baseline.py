"""The baseline model: observed variables without relations, but for those that only predict."""

from itertools import combinations

import numpy as np

from scrm_model.estimation.implied.compiled import NU, compile_table
from scrm_model.estimation.observed.sample import Sample
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
    for v, number, place in zip(rows, plain.row_parameter, plain.row_place, strict=True):
        if number < 0:
            continue
        matrix, i, j = place
        sample = bread.samples[v.group - 1]
        if matrix == NU:
            theta[number] = 0.0 if sample.mean is None else sample.mean[0, i]
        else:
            theta[number] = sample.cov[0, i, j]
    basis = np.eye(len(theta))
    return Bread(plain, bread.samples, theta, basis, bread.data, bread.discrepancy, like=bread)
