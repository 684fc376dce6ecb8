"""Test statistics corrected for what the chi-square distribution does not fit.

First on bare numbers, then for a model and its data.

Notes
-----
Under non-normality N F tends to a weighted sum of chi-squares, with the eigenvalues of U Gamma
as weights (U = V - V Delta (Delta' V Delta)^-1 Delta' V). All corrections use the trace of U
Gamma, and some that of its square [satorra1994]_.

References
----------
.. [satorra1994] Satorra, A., & Bentler, P. M. (1994). Corrections to test statistics and standard
   errors in covariance structure analysis. In A. von Eye & C. C. Clogg (Eds.), Latent Variables
   Analysis (pp. 399-419). Sage.
.. [yuan2000] Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and
   covariance structure analysis with nonnormal missing data. Sociological Methodology, 30,
   165-200.
.. [asparouhov2010] Asparouhov, T., & Muthén, B. (2010). Simple second order chi-square
   correction. Mplus technical note.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chndtr

from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.uncertainty.quadratic import traces_of


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected test statistic.

    Attributes
    ----------
    test : str
        Its name in lavaan.
    stat, df, pvalue : float
    scaling : float
        What the uncorrected statistic was divided by.
    shift : float
        What was added then.
    trace, trace2 : float
        Traces of U Gamma and of its square; NaN where not used. At df 0 nothing is corrected:
        statistic 0, shift 0, all else NaN.
    """

    test: str
    stat: float
    df: float
    pvalue: float
    scaling: float
    shift: float = 0.0
    trace: float = float("nan")
    trace2: float = float("nan")


def satorra_bentler(chi2: float, df: int, trace: float, test: str) -> Corrected:
    """Divide by the mean of the eigenvalues [satorra1994]_.

    Parameters
    ----------
    chi2, df
        Of the uncorrected test.
    trace : float
        Of U Gamma, or the difference of traces of Yuan and Bentler.
    test : str
        Name to carry.
    """
    if df <= 0:
        return Corrected(test, 0.0, df, float("nan"), float("nan"))
    scaling = trace / df
    # Yuan and Bentler's difference of traces can be negative in a small sample: no test then.
    stat = chi2 / scaling if scaling > 0 else float("nan")
    return Corrected(test, stat, df, fm.chi2_sf(stat, df), scaling, trace=trace)


def mean_var_adjusted(chi2: float, df: int, trace: float, trace2: float) -> Corrected:
    """Divide, and take the df that match mean and variance [satorra1994]_."""
    if df <= 0:
        return satorra_bentler(chi2, df, trace, "mean.var.adjusted")
    new_df = trace**2 / trace2
    scaling = trace / new_df
    stat = chi2 / scaling if scaling > 0 else float("nan")
    pvalue = fm.chi2_sf(stat, new_df)
    return Corrected("mean.var.adjusted", stat, new_df, pvalue, scaling, 0.0, trace, trace2)


def scaled_shifted(chi2: float, df: int, trace: float, trace2: float) -> Corrected:
    """Divide and shift so that mean and variance match at the same df [asparouhov2010]_."""
    if df <= 0:
        return satorra_bentler(chi2, df, trace, "scaled.shifted")
    a = np.sqrt(df / trace2)
    shift = df - a * trace
    stat = float(a * chi2 + shift)
    pvalue = fm.chi2_sf(stat, df)
    return Corrected("scaled.shifted", stat, df, pvalue, float(1 / a), float(shift), trace, trace2)


def u_gamma_traces(bread: Bread, square: bool, kind: str = "expected") -> tuple[float, float]:
    """Traces of U Gamma and of its square, by products of cases.

    Parameters
    ----------
    bread : Bread
        Of raw data.
    square : bool
        Whether the second is wanted; NaN otherwise.
    kind : {"expected", "observed"}
        The weight V of the moments: their expected or observed information in the unrestricted
        model, taken at what the model implies.

    Notes
    -----
    E is Delta' V Delta; under the observed weight that is not the observed information, which has
    the second derivatives of the moments too.
    ``tr(U Gamma) = sum_g mean_i z_i' V z_i - tr(E^-1 B)``, and ``tr((U Gamma)^2)`` is the sum
    over all pairs of cases of ``(z_i' V z_j / n_g - a_i' E^-1 a_j / N)^2``, the first term only
    within a group. Under least squares Gamma itself is at hand
    (`scrm_model.estimation.uncertainty.quadratic`).
    """
    if bread.discrepancy.moment_form is not None:
        return traces_of(bread.groups, _inverse(bread, "expected"), square)
    weight = "observed.weight" if kind == "observed" else kind
    inverse, cases = _inverse(bread, weight), bread.seen(kind)
    scores = np.concatenate([g.scores for g in cases])
    n = len(scores)
    trace = sum(float(g.diagonal().mean()) for g in cases)
    trace -= float(((scores @ inverse) * scores).sum()) / n
    if not square:
        return trace, float("nan")
    trace2, first = 0.0, 0
    for g in cases:
        for rows in g.chunks():
            pairs = -(g.scores[rows] @ inverse @ scores.T) / n
            pairs[:, first : first + len(g.scores)] += g.products(rows) / len(g.scores)
            trace2 += float((pairs**2).sum())
        first += len(g.scores)
    return trace, trace2


def _inverse(bread: Bread, kind: str) -> NDArray:
    inverse = bread.inverse(kind)
    return np.full((len(bread.theta),) * 2, np.nan) if inverse is None else inverse


def yuan_bentler_traces(bread: Bread, kind: str = "observed") -> tuple[float, float]:
    """Traces of the unrestricted and of the restricted model in Mplus's form [yuan2000]_.

    Parameters
    ----------
    bread : Bread
        Of raw data.
    kind : {"observed", "expected"}
        The information A0.

    Returns
    -------
    h1, h0 : float
        ``tr(B1 A1^-1)`` with sample moments in both, and ``tr(B0 A0^-1)`` with scores and
        information at the solution.
    """
    h0 = float((_inverse(bread, kind) * bread.first_order).sum())
    return bread.saturated_trace(kind), h0


def corrected(test: str, chi2: float, df: int, bread: Bread, kind: str) -> Corrected:
    """One of the corrected tests of a model.

    Parameters
    ----------
    test : {"satorra.bentler", "mean.var.adjusted", "scaled.shifted", "yuan.bentler.mplus"}
    chi2, df
        Of the uncorrected test.
    bread : Bread
    kind : {"observed", "expected"}
        The information that the test is made of.

    Notes
    -----
    In theory [satorra1994]_ the weights of the chi-squares are those of the expected information.
    On observed information the tests are those of lavaan, found by comparing numbers: where the
    model holds the two are the same in the limit.
    """
    if test == "yuan.bentler.mplus":
        h1, h0 = yuan_bentler_traces(bread, kind)
        return satorra_bentler(chi2, df, h1 - h0, test)
    if bread.missing.endswith("two.stage"):
        return satorra_bentler(chi2, df, bread.two_stage(kind)[1], test)
    return by_traces(test, chi2, df, *u_gamma_traces(bread, test != "satorra.bentler", kind))


def by_traces(test: str, chi2: float, df: int, trace: float, trace2: float) -> Corrected:
    """A test corrected by the traces of U Gamma and of its square.

    Parameters
    ----------
    test : {"satorra.bentler", "mean.var.adjusted", "scaled.shifted"}
    chi2, df
        Of the uncorrected test.
    trace, trace2 : float
    """
    if test == "satorra.bentler":
        return satorra_bentler(chi2, df, trace, test)
    if test == "mean.var.adjusted":
        return mean_var_adjusted(chi2, df, trace, trace2)
    return scaled_shifted(chi2, df, trace, trace2)


def scaled_measures(
    chi2: float,
    df: int,
    baseline: tuple[float, int],
    own: Corrected,
    base: Corrected,
    n: int,
    groups: int,
) -> dict[str, float]:
    """Scaled and robust fit measures under lavaan's names.

    Parameters
    ----------
    chi2, df : float
        Uncorrected.
    baseline : (float, int)
        Uncorrected chi-square and df of the baseline model.
    own, base : Corrected
        Of the model and of the baseline model.
    n, groups : int

    Notes
    -----
    The scaled indices put corrected statistics into the usual formulas. The robust ones estimate
    what the usual ones would be under normality, from ``chi2 - c df`` with c = tr(U Gamma) / df
    [brosseau2012]_.

    References
    ----------
    .. [brosseau2012] Brosseau-Liard, P. E., Savalei, V., & Li, L. (2012). An investigation of the
       sample performance of two nonnormality corrections for RMSEA. Multivariate Behavioral
       Research, 47, 904-930.
    """
    out = {
        "chisq.scaled": own.stat, "df.scaled": own.df, "pvalue.scaled": own.pvalue,
        "chisq.scaling.factor": own.scaling,
        "baseline.chisq.scaled": base.stat, "baseline.df.scaled": base.df,
        "baseline.pvalue.scaled": base.pvalue, "baseline.chisq.scaling.factor": base.scaling,
    }  # fmt: skip
    scaled = fm.incremental(own.stat, own.df, base.stat, base.df)
    # In a small sample observed weights can have a negative trace: nothing to compare with then.
    lost = base.df > 0 and not base.scaling > 0
    if lost:
        out["baseline.chisq.scaling.factor"] = float("nan")
        scaled = dict.fromkeys(scaled, float("nan"))
    if own.df > base.df:
        scaled |= {"rfi": float("nan"), "nfi": float("nan")}
    out |= {f"{key}.scaled": value for key, value in scaled.items()}
    adjusted = own.test == "mean.var.adjusted"
    if not adjusted:
        robust = _robust_incremental(chi2, df, baseline, own, base)
        out |= dict.fromkeys(robust, float("nan")) if lost else robust
    if own.test == "scaled.shifted":
        found = fm.rmsea_measures(own.stat, df, n, groups)
    elif df <= 0 or own.scaling <= 0:
        found = dict.fromkeys(_RMSEA, float("nan"))
    else:
        found = fm.rmsea_measures(chi2, own.trace, n, groups)
    out |= {f"{key}.scaled": found[key] for key in _RMSEA}
    if not adjusted:
        out |= _robust_rmsea(chi2, df, own, n, groups)
    return out


def robust_measures(
    own: tuple[float, float],
    df: int,
    base: tuple[float, float],
    baseline_df: int,
    n: int,
    groups: int,
) -> dict[str, float]:
    """Robust fit measures of any statistic whose mean under the model is known.

    Parameters
    ----------
    own, base : (float, float)
        Statistic and its mean under the model, of the model and of the baseline model.
    df, baseline_df, n, groups : int
    """
    tests = [satorra_bentler(x, d, k, "mean") for (x, k), d in ((own, df), (base, baseline_df))]
    out = _robust_incremental(own[0], df, (base[0], baseline_df), *tests)
    if df <= 0:
        out = dict.fromkeys(out, 1.0)
    return out | _robust_rmsea(own[0], df, tests[0], n, groups)


_RMSEA = (
    "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "rmsea.pvalue", "rmsea.notclose.pvalue",
)  # fmt: skip


def _robust_incremental(
    chi2: float, df: int, baseline: tuple[float, int], own: Corrected, base: Corrected
) -> dict[str, float]:
    names = ("cfi.robust", "tli.robust", "nnfi.robust", "rni.robust")
    if own.scaling <= 0:
        return dict.fromkeys(names, float("nan"))
    if df <= 0:
        # lavaan has these indices for a saturated model under one of the corrections only.
        return dict.fromkeys(names, 1.0 if own.test == "scaled.shifted" else float("nan"))
    lack = chi2 - own.trace
    lack_0 = baseline[0] - base.trace
    worst = max(lack, lack_0, 0.0)
    cfi = 1.0 if worst == 0 else 1.0 - max(lack, 0.0) / worst
    tli = 1.0 - lack * baseline[1] / (lack_0 * df)
    rni = 1.0 - lack / lack_0
    return {"cfi.robust": cfi, "tli.robust": tli, "nnfi.robust": tli, "rni.robust": rni}


def _robust_rmsea(chi2: float, df: int, own: Corrected, n: int, groups: int) -> dict[str, float]:
    if df <= 0:
        return dict.fromkeys((f"{key}.robust" for key in _RMSEA[:3]), 0.0) | dict.fromkeys(
            (f"{key}.robust" for key in _RMSEA[3:]), float("nan")
        )
    if not own.scaling > 0:
        return dict.fromkeys((f"{key}.robust" for key in _RMSEA), float("nan"))
    # Interval and tests rest on the corrected statistic, so on the factor that it was divided by.
    c = own.scaling
    lower, upper = fm.rmsea_interval(own.stat, df, n, groups)
    ncp = n * df / groups / c
    return {
        "rmsea.robust": float(np.sqrt(max(chi2 - own.trace, 0.0) / (df * n) * groups)),
        "rmsea.ci.lower.robust": float(lower * np.sqrt(c)),
        "rmsea.ci.upper.robust": float(upper * np.sqrt(c)),
        "rmsea.pvalue.robust": fm.noncentral_chi2_sf(own.stat, df, ncp * 0.05**2),
        "rmsea.notclose.pvalue.robust": float(chndtr(own.stat, df, ncp * 0.08**2)),
    }
