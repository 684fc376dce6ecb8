"""The baseline model: observed variables without relations, but for those that only predict."""

from itertools import combinations

import numpy as np

from scrm_model.estimation.implied.compiled import NU, CompiledModel, compile_table
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.spec.table import Parameter, ParameterTable


def baseline_chi2(model: CompiledModel, samples: tuple[Sample, ...]) -> tuple[float, int]:
    """Chi-square and df of the baseline model.

    Observed variables are uncorrelated, but for those that only predict: their covariances are
    free, whether they count as fixed or not. Means are free.
    """
    x = [k for k, v in enumerate(model.observed) if v in model.table.exogenous]
    rest = [k for k in range(model.p) if k not in x]
    chi2 = 0.0
    for sample in samples:
        s = sample.cov[0]
        logdet = float(np.log(np.diag(s)[rest]).sum())
        if x:
            logdet += float(np.linalg.slogdet(s[np.ix_(x, x)])[1])
        chi2 += sample.n * (logdet - float(sample.logdet[0]))
    p = model.p
    df = len(samples) * (p * (p + 1) // 2 - len(rest) - len(x) * (len(x) + 1) // 2)
    return max(chi2, 0.0), df


def baseline_bread(bread: Bread) -> Bread:
    """The baseline model at its solution, which is the sample's own variances.

    Parameters
    ----------
    bread : Bread
        Of the model of interest.
    """
    model = bread.model
    x = [v for v in model.observed if v in model.table.exogenous]
    pairs = [(v, v) for v in model.observed] + list(combinations(x, 2))
    groups = range(1, len(model.blocks) + 1)
    rows = [Parameter(a, "~~", b, group=g) for g in groups for a, b in pairs]
    if model.meanstructure:
        rows += [Parameter(v, "~1", "", group=g) for g in groups for v in model.observed]
    plain = compile_table(ParameterTable(tuple(rows), groups=model.table.groups))
    theta = np.empty(plain.n_parameters)
    for v, number, place in zip(rows, plain.row_parameter, plain.row_place, strict=True):
        matrix, i, j = place
        sample = bread.samples[v.group - 1]
        if matrix == NU:
            theta[number] = 0.0 if sample.mean is None else sample.mean[0, i]
        else:
            theta[number] = sample.cov[0, i, j]
    return Bread(plain, bread.samples, theta, np.eye(len(theta)), bread.data)
