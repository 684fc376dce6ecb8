"""Whether tests of fit reject: chi-square, close fit, not-close fit.

Three numbers for each solution: 1 where the test rejects, 0 where it does not, NaN where there is
no such test.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, chndtr, chndtrix

from scrm_model.estimation.evaluation.corrections import corrected
from scrm_model.estimation.evaluation.fit_measures import noncentral_chi2_sf
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import Settings
from scrm_model.estimation.uncertainty.bread import Bread

CLOSE, NOT_CLOSE = 0.05, 0.08  # RMSEA of the tests of close and of not-close fit


def tests_of_stack(
    settings: Settings, df: int, alpha: float, value: NDArray, samples: tuple[Sample, ...]
) -> NDArray:
    """Tests of a stack of solutions by the plain chi-square.

    Parameters
    ----------
    settings : Settings
    df : int
    alpha : float
    value : ndarray, shape (B,)
        F.
    samples : tuple of Sample
        For their sizes.

    Returns
    -------
    ndarray, shape (B, 3)
    """
    out = np.full((len(value), 3), np.nan)
    if df < 1 or not settings.row.discrepancy.tested:
        return out
    n = sum(s.n for s in samples)
    chi2 = np.maximum(n * value, 0.0)
    scale = n * df / len(samples)
    out[:, 0] = chi2 > chdtri(df, alpha)
    out[:, 1] = chi2 > chndtrix(1.0 - alpha, df, scale * CLOSE**2)
    out[:, 2] = chi2 < chndtrix(alpha, df, scale * NOT_CLOSE**2)
    return out


def tests_of_case(settings: Settings, df: int, alpha: float, bread: Bread, value: float) -> NDArray:
    """The same of one solution, by the corrected test if the settings have one, shape (3,)."""
    n = bread.n
    if df < 1:
        return np.full(3, np.nan)
    chi2 = max(n * value, 0.0)
    if settings.test == "standard":
        return tests_of_stack(settings, df, alpha, np.array([value]), bread.samples)[0]
    own = corrected(settings.test, chi2, df, bread, settings.information)
    if not own.scaling > 0:
        return np.full(3, np.nan)
    # As the fit measures do: robust RMSEA, or the scaled one where there is no robust one.
    stat, freedom, scaling = own.stat, float(df), own.scaling
    if own.test == "mean.var.adjusted":
        stat, freedom, scaling = chi2, own.trace, 1.0
    scale = n * freedom / len(bread.samples) / scaling
    close = noncentral_chi2_sf(stat, freedom, scale * CLOSE**2)
    far = float(chndtr(stat, freedom, scale * NOT_CLOSE**2))
    return np.array([own.pvalue < alpha, close < alpha, far < alpha], dtype=float)


_TESTS = (
    ("pvalue.scaled", "pvalue"),
    ("rmsea.pvalue.robust", "rmsea.pvalue.scaled", "rmsea.pvalue"),
    ("rmsea.notclose.pvalue.robust", "rmsea.notclose.pvalue.scaled", "rmsea.notclose.pvalue"),
)


def tests_of_fit(fitted: Fit, alpha: float) -> NDArray:
    """The same from the fit measures, shape (3,)."""
    measures = fitted.measures.to_dict()
    out = np.full(3, np.nan)
    if np.isnan(measures.get("pvalue.scaled", measures.get("pvalue", np.nan))):
        return out  # a statistic without a known distribution
    for k, names in enumerate(_TESTS):
        p = next((measures[name] for name in names if name in measures), np.nan)
        out[k] = np.nan if np.isnan(p) else float(p < alpha)
    return out
