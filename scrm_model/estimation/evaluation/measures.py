"""All fit measures of one fit, in lavaan's order and under its names."""

import numpy as np
import pandas as pd

from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.evaluation import incomplete_data
from scrm_model.estimation.evaluation.baseline import baseline_bread, baseline_test
from scrm_model.estimation.evaluation.catml import catml, robust_indices
from scrm_model.estimation.evaluation.corrections import (
    Corrected,
    by_traces,
    corrected,
    robust_measures,
    scaled_measures,
    yuan_bentler_traces,
)
from scrm_model.estimation.evaluation.response_measures import (
    baseline_traces,
    response_baseline,
    response_residuals,
)
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.uncertainty.bread import Bread


def log_likelihoods(
    model: CompiledModel, value: float, samples: tuple[Sample, ...]
) -> tuple[float, float]:
    """Log-likelihood of the model and of the unrestricted model, that of fixed x taken out."""
    x = model.exogenous_observed
    unrestricted = shown = 0.0
    total = 0
    for sample in samples:
        total += sample.cases
        if sample.incomplete is not None:
            found = incomplete_data.log_likelihood(sample, x)
            unrestricted, shown = unrestricted + found[0], shown + found[1]
            continue
        logdet, size = float(sample.logdet[0]), model.p - len(x)
        if len(x):
            logdet -= float(np.linalg.slogdet(sample.cov[0][np.ix_(x, x)])[1])
        unrestricted -= sample.cases / 2 * (size * np.log(2 * np.pi) + logdet + size)
        shown = unrestricted
    return unrestricted - total * value / 2, shown


def all_measures(
    bread: Bread,
    value: float,
    npar: int,
    test: str,
    kind: str,
) -> tuple[dict[str, float], Corrected | None]:
    """lavaan's ``fitMeasures()`` of a converged fit.

    Parameters
    ----------
    bread : Bread
        The solution.
    value : float
        F there.
    npar : int
        Free parameters less equality constraints.
    test : str
        A corrected test, or ``"standard"``.
    kind : str
        The information of the standard errors.

    Returns
    -------
    dict of str to float
        In lavaan's order.
    Corrected or None
        The corrected test, if one was asked for.
    """
    model, samples = bread.model, bread.samples
    n, cases, groups = bread.n, sum(s.cases for s in samples), len(samples)
    chi2, df = max(n * value, 0.0), model.n_moments - npar
    ordinal = model.responses is not None
    baseline = response_baseline(bread) if ordinal else baseline_test(bread)
    known = bread.discrepancy.tested
    out = {
        "npar": npar, "fmin": value / 2, "chisq": chi2, "df": df,
        "pvalue": fm.chi2_sf(chi2, df) if known else np.nan,
        "baseline.chisq": baseline[0], "baseline.df": baseline[1],
        "baseline.pvalue": fm.chi2_sf(*baseline) if known else np.nan,
    }  # fmt: skip
    out |= fm.incremental(chi2, df, *baseline)
    if df > baseline[1]:
        out |= {"rfi": np.nan, "nfi": np.nan}
    if bread.discrepancy.likelihood:
        logl, unrestricted = log_likelihoods(model, value, samples)
        out |= {"logl": logl, "unrestricted.logl": unrestricted}
        out |= fm.information_criteria(logl, npar, cases)
    else:
        out["fmin"] = chi2 / cases / 2  # as lavaan prints it, although the test is (N - 1) F
    out |= fm.rmsea_measures(chi2, df, n, groups)
    out |= response_residuals(bread, df) if ordinal else _by_residuals(bread, df)
    out |= fm.absolute(chi2, df, n, npar)
    if ordinal:
        del out["ecvi"]
    own = None
    if test != "standard":
        own = corrected(test, chi2, df, bread, kind)
        if ordinal:
            base = by_traces(test, *baseline, *baseline_traces(bread))
        else:
            base = corrected(test, *baseline, baseline_bread(bread), kind)
        out |= scaled_measures(chi2, df, baseline, own, base, n, groups)
        if ordinal and test != "mean.var.adjusted" and df > 0:
            inverse = bread.inverse("expected")
            found = None if inverse is None else catml(bread, inverse)
            out |= robust_indices(found, df, baseline[1], n, groups)
        if test == "yuan.bentler.mplus" and df > 0:
            out |= _scaling_factors(bread, kind)
    if incomplete_data.is_incomplete(samples):
        out |= _robust(bread, df, baseline[1], kind, test)
    return {key: float(out[key]) for key in sorted(out, key=_place)}, own


def _by_residuals(bread: Bread, df: int) -> dict[str, float]:
    """RMR, SRMR, CRMR, GFI and what follows from it."""
    model, samples, implied = bread.model, bread.samples, bread.implied
    observed, sigma = [s.cov[0] for s in samples], [i.sigma[0] for i in implied]
    means = None
    if model.meanstructure:
        means = [
            (s.mean[0], i.mu[0])
            for s, i in zip(samples, implied, strict=True)
            if s.mean is not None
        ]
    cases = sum(s.cases for s in samples)
    weights = [s.cases / cases for s in samples]
    out = fm.residual_measures(observed, sigma, means, weights)
    fixed = model.exogenous_observed
    if bread.discrepancy.gfi is None:
        # In two stages the weight is that of the errors, at the unrestricted moments.
        by = observed if bread.missing.endswith("two.stage") else None
        fit = fm.gfi(observed, sigma, weights, list(fixed), means, by)
    else:
        fit = bread.discrepancy.gfi(bread.point, samples, fixed)
    p = model.p
    moments = len(samples) * (p * (p + 1) // 2 + (p if model.meanstructure else 0))
    return out | {
        "gfi": fit,
        "agfi": 1.0 - moments / df * (1.0 - fit) if df > 0 else 1.0,
        "pgfi": df / moments * fit,
    }


def _robust(bread: Bread, df: int, baseline_df: int, kind: str, test: str) -> dict[str, float]:
    """CFI, TLI and RMSEA as they would be without missing cells."""
    of, sandwich = bread.unrestricted, test != "standard"
    own = incomplete_data.misfit(bread, of, kind, sandwich)
    base = incomplete_data.misfit(baseline_bread(bread), of, kind, sandwich)
    return robust_measures(own, df, base, baseline_df, bread.n, len(bread.samples))


def _scaling_factors(bread: Bread, kind: str) -> dict[str, float]:
    h1, h0 = yuan_bentler_traces(bread, kind)
    # lavaan counts every free row here, parameters that are set equal too.
    rows = int((bread.model.row_parameter >= 0).sum())
    return {"scaling.factor.h1": h1 / bread.model.n_moments, "scaling.factor.h0": h0 / rows}


_KINDS = ("", ".scaled", ".robust")
_RMSEA = ("rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue", "rmsea.notclose.pvalue")
_ORDER = [
    "npar", "fmin", "chisq", "df", "pvalue",
    "chisq.scaled", "df.scaled", "pvalue.scaled", "chisq.scaling.factor",
    "baseline.chisq", "baseline.df", "baseline.pvalue",
    "baseline.chisq.scaled", "baseline.df.scaled", "baseline.pvalue.scaled",
    "baseline.chisq.scaling.factor",
    *(key + kind for kind in _KINDS for key in ("cfi", "tli")),
    *(
        key + kind
        for kind in _KINDS
        for key in ("nnfi", "rfi", "nfi", "pnfi", "ifi", "rni")
    ),
    "logl", "unrestricted.logl", "aic", "bic", "ntotal", "bic2",
    "scaling.factor.h1", "scaling.factor.h0",
    "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.ci.level", "rmsea.pvalue",
    "rmsea.close.h0", "rmsea.notclose.pvalue", "rmsea.notclose.h0",
    *(key + kind for kind in _KINDS[1:] for key in _RMSEA),
    "rmr", "rmr_nomean", "srmr", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean",
    "srmr_mplus", "srmr_mplus_nomean", "cn_05", "cn_01", "gfi", "agfi", "pgfi", "mfi", "ecvi",
    "wrmr",
]  # fmt: skip
_PLACES = {key: place for place, key in enumerate(_ORDER)}
_NAMES = pd.Index(_ORDER, dtype=str)


def _place(key: str) -> int:
    return _PLACES[key]


def as_series(measures: dict[str, float]) -> pd.Series:
    """Measures with their names on, in the order in which they come."""
    names = _NAMES.take([_PLACES[key] for key in measures])
    return pd.Series(list(measures.values()), names, float, name="fit measures")
