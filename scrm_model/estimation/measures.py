"""All fit measures of one fit, in lavaan's order and under its names."""

import numpy as np

from scrm_model.estimation import fit_measures as fm
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.implied.moments import Implied
from scrm_model.estimation.observed.sample import Sample


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


def log_likelihoods(
    model: CompiledModel, value: float, samples: tuple[Sample, ...]
) -> tuple[float, float]:
    """Log-likelihood of the model and of the unrestricted model, that of fixed x taken out."""
    x = model.exogenous_observed
    unrestricted = 0.0
    total = 0
    for sample in samples:
        total += sample.n
        logdet, size = float(sample.logdet[0]), model.p - len(x)
        if len(x):
            logdet -= float(np.linalg.slogdet(sample.cov[0][np.ix_(x, x)])[1])
        unrestricted -= sample.n / 2 * (size * np.log(2 * np.pi) + logdet + size)
    return unrestricted - total * value / 2, unrestricted


def all_measures(
    model: CompiledModel,
    value: float,
    npar: int,
    samples: tuple[Sample, ...],
    implied: list[Implied],
) -> dict[str, float]:
    """lavaan's ``fitMeasures()`` of a converged fit.

    Parameters
    ----------
    model : CompiledModel
    value : float
        F at the solution.
    npar : int
        Free parameters less equality constraints.
    samples : tuple of Sample
    implied : list of Implied
        One a group, stacks of one.
    """
    n = sum(s.n for s in samples)
    groups = len(samples)
    chi2, df = max(n * value, 0.0), model.n_moments - npar
    chi2_0, df_0 = baseline_chi2(model, samples)
    logl, unrestricted = log_likelihoods(model, value, samples)
    out = {
        "npar": npar, "fmin": value / 2, "chisq": chi2, "df": df,
        "pvalue": fm.chi2_sf(chi2, df),
        "baseline.chisq": chi2_0, "baseline.df": df_0, "baseline.pvalue": fm.chi2_sf(chi2_0, df_0),
    }  # fmt: skip
    out |= fm.incremental(chi2, df, chi2_0, df_0)
    out |= {"logl": logl, "unrestricted.logl": unrestricted}
    out |= fm.information_criteria(logl, npar, n)
    out |= fm.rmsea_measures(chi2, df, n, groups)
    observed = [s.cov[0] for s in samples]
    sigma = [i.sigma[0] for i in implied]
    means = None
    if model.meanstructure:
        means = [
            (s.mean[0], i.mu[0])
            for s, i in zip(samples, implied, strict=True)
            if s.mean is not None
        ]
    weights = [s.n / n for s in samples]
    out |= fm.residual_measures(observed, sigma, means, weights)
    absolute = fm.absolute(chi2, df, n, npar)
    fit = fm.gfi(observed, sigma, weights, list(model.exogenous_observed), means)
    moments = groups * (model.p * (model.p + 1) // 2 + (model.p if model.meanstructure else 0))
    out |= {k: absolute[k] for k in ("cn_05", "cn_01")}
    out |= {
        "gfi": fit,
        "agfi": 1.0 - moments / df * (1.0 - fit) if df > 0 else 1.0,
        "pgfi": df / moments * fit,
        "mfi": absolute["mfi"],
        "ecvi": absolute["ecvi"],
    }
    return {k: float(v) for k, v in out.items()}
