"""How well does it fit: every index first on bare numbers, then all of them for a fit.

Names and conventions are those of lavaan's ``fitMeasures()``: normal-theory likelihood, N (not
N - 1) in the chi-square and in RMSEA, ECVI, MFI and Hoelter's N.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, chdtri, chndtr, chndtrinc, gammaln


def chi2_sf(chi2: float, df: float) -> float:
    """P(X > chi2) for X chi-square with df degrees of freedom; NaN at df 0."""
    return float(chdtrc(df, chi2)) if df > 0 else float("nan")


def noncentral_chi2_sf(chi2: float, df: float, ncp: float) -> float:
    """P(X > chi2) for X non-central chi-square.

    Notes
    -----
    The Poisson mixture of central tails, so that small tails keep their digits. Each central tail
    is the one before plus a density, all of them positive.
    """
    if ncp <= 0 or chi2 <= 0:
        return chi2_sf(chi2, df)
    half, x = ncp / 2.0, chi2 / 2.0
    reach = 12.0 * np.sqrt(half) + 40.0
    first = max(0, int(half - reach))
    k = np.arange(first, int(half + reach) + 1.0)
    weight = np.exp(k * np.log(half) - half - gammaln(k + 1.0))
    a = df / 2.0 + k
    added = np.exp(a * np.log(x) - x - gammaln(a + 1.0))
    tail = chdtrc(df + 2.0 * first, chi2) + np.cumsum(added) - added
    return float(weight @ tail)


def rmsea(chi2: float, df: float, n: float, groups: int = 1) -> float:
    """Root mean square error of approximation.

    Parameters
    ----------
    chi2, df, n : float
        Test statistic, its degrees of freedom, number of cases (N).
    groups : int
        Number of groups; the index is multiplied by its root.

    References
    ----------
    .. Steiger, J. H. (1998). A note on multiple sample extensions of the RMSEA fit index.
       Structural Equation Modeling, 5, 411-419.
    """
    if df <= 0:
        return 0.0
    return float(np.sqrt(max(chi2 - df, 0.0) / (df * n)) * np.sqrt(groups))


def rmsea_interval(
    chi2: float, df: float, n: float, groups: int = 1, level: float = 0.90
) -> tuple[float, float]:
    """Confidence interval of RMSEA by the non-central chi-square.

    Parameters
    ----------
    chi2, df, n, groups
        As in `rmsea`.
    level : float
        Confidence level.

    Returns
    -------
    lower, upper : float
        NaN where the statistic is: a corrected one of a singular information.

    References
    ----------
    .. Browne, M. W., & Cudeck, R. (1993). Alternative ways of assessing model fit. In Testing
       Structural Equation Models (pp. 136-162). Sage.
    """
    if df <= 0:
        return 0.0, 0.0
    if np.isnan(chi2):
        return np.nan, np.nan
    tail = (1.0 - level) / 2.0

    def bound(probability: float) -> float:
        if chndtr(chi2, df, 0.0) <= probability:
            return 0.0
        ncp = _noncentrality(chi2, df, probability)
        return float(np.sqrt(ncp / (df * n)) * np.sqrt(groups))

    return bound(1.0 - tail), bound(tail)


def _noncentrality(chi2: float, df: float, probability: float) -> float:
    """The ncp at which P(X <= chi2) is `probability`."""
    ncp = float(chndtrinc(chi2, df, probability))
    if np.isfinite(ncp) and abs(chndtr(chi2, df, ncp) - probability) < 1e-9:
        return ncp
    low, high = 0.0, max(4.0 * chi2, 100.0)
    for _ in range(200):
        middle = (low + high) / 2
        if 1.0 - noncentral_chi2_sf(chi2, df, middle) > probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def cfi(chi2: float, df: float, chi2_0: float, df_0: float) -> float:
    """Comparative fit index (Bentler 1990).

    Parameters
    ----------
    chi2, df : float
        Of the model.
    chi2_0, df_0 : float
        Of the baseline model.
    """
    lack = max(chi2 - df, 0.0)
    lack_0 = max(chi2 - df, chi2_0 - df_0, 0.0)
    return 1.0 if lack_0 == 0 else 1.0 - lack / lack_0


def tli(chi2: float, df: float, chi2_0: float, df_0: float) -> float:
    """Tucker-Lewis index (1973), also NNFI. Parameters as in `cfi`; 1 at df 0."""
    if df == 0 or df_0 == 0:
        return 1.0
    top, bottom = chi2_0 / df_0 - chi2 / df, chi2_0 / df_0 - 1.0
    return float(top / bottom) if bottom != 0 else 1.0


def incremental(chi2: float, df: float, chi2_0: float, df_0: float) -> dict[str, float]:
    """The indices that compare with the baseline model. Parameters as in `cfi`."""
    nfi = (chi2_0 - chi2) / chi2_0 if chi2_0 > 0 else 1.0
    out = {"cfi": cfi(chi2, df, chi2_0, df_0), "tli": tli(chi2, df, chi2_0, df_0)}
    out["nnfi"] = out["tli"]
    if df > 0 and df_0 > 0:
        out["rfi"] = (chi2_0 / df_0 - chi2 / df) / (chi2_0 / df_0)
    else:
        out["rfi"] = 1.0
    out["nfi"] = nfi
    out["pnfi"] = df / df_0 * nfi if df_0 > 0 else float("nan")
    out["ifi"] = (chi2_0 - chi2) / (chi2_0 - df) if chi2_0 != df else 1.0
    lack_0 = chi2_0 - df_0
    out["rni"] = 1.0 - (chi2 - df) / lack_0 if lack_0 != 0 else 1.0
    return out


def information_criteria(logl: float, npar: int, n: int) -> dict[str, float]:
    """AIC, BIC and the sample-size adjusted BIC.

    Parameters
    ----------
    logl : float
        Log-likelihood of the model.
    npar, n : int
        Free parameters, cases.
    """
    deviance = -2.0 * logl
    return {
        "aic": deviance + 2.0 * npar,
        "bic": deviance + npar * np.log(n),
        "ntotal": float(n),
        "bic2": deviance + npar * np.log((n + 2.0) / 24.0),
    }


def rmsea_measures(chi2: float, df: float, n: float, groups: int = 1) -> dict[str, float]:
    """RMSEA, its 90 % interval, and the tests of close (.05) and not-close (.08) fit."""
    lower, upper = rmsea_interval(chi2, df, n, groups)
    out = {
        "rmsea": rmsea(chi2, df, n, groups),
        "rmsea.ci.lower": lower,
        "rmsea.ci.upper": upper,
        "rmsea.ci.level": 0.90,
        "rmsea.pvalue": float("nan"),
        "rmsea.close.h0": 0.05,
        "rmsea.notclose.pvalue": float("nan"),
        "rmsea.notclose.h0": 0.08,
    }
    if df > 0:
        out["rmsea.pvalue"] = noncentral_chi2_sf(chi2, df, n * df * 0.05**2 / groups)
        out["rmsea.notclose.pvalue"] = float(chndtr(chi2, df, n * df * 0.08**2 / groups))
    return out


def residual_measures(
    observed: Sequence[NDArray],
    implied: Sequence[NDArray],
    means: Sequence[tuple[NDArray, NDArray]] | None,
    weights: Sequence[float],
) -> dict[str, float]:
    """RMR, SRMR and CRMR in lavaan's flavours.

    Parameters
    ----------
    observed, implied : sequence of ndarray, shape (p, p)
        Covariance matrices, one a group.
    means : sequence of (observed, implied) means, or None
        With a mean structure.
    weights : sequence of float
        Share of each group's cases; indices are weighted means over groups.

    Notes
    -----
    Residuals are divided by observed standard deviations (Bentler), or taken between correlation
    matrices (CRMR, Bollen), or both ways at once: correlations off the diagonal, variances on it
    (Mplus).
    """
    out: dict[str, float] = {}
    for g, weight in enumerate(weights):
        mean = None if means is None else means[g]
        for key, value in _group_residuals(observed[g], implied[g], mean).items():
            out[key] = out.get(key, 0.0) + weight * value
    return out


def _group_residuals(
    s: NDArray, sigma: NDArray, mean: tuple[NDArray, NDArray] | None
) -> dict[str, float]:
    p = len(s)
    d, d_hat = np.sqrt(s.diagonal()), np.sqrt(sigma.diagonal())
    raw = s - sigma
    bentler = raw / (d[:, None] * d)
    correlation = s / (d[:, None] * d) - sigma / (d_hat[:, None] * d_hat)
    own = bentler.diagonal()
    k, more = p * (p + 1) // 2, 0
    shift = {"raw": 0.0, "bentler": 0.0, "mplus": 0.0}
    if mean is not None:
        more, gap = p, mean[0] - mean[1]
        scaled = mean[0] / d - mean[1] / d_hat
        shift = {"raw": gap @ gap, "bentler": (gap / d) @ (gap / d), "mplus": scaled @ scaled}

    def half(residual: NDArray) -> float:
        diagonal = residual.diagonal()
        return float(np.vdot(residual, residual) + diagonal @ diagonal) / 2.0

    def root(squares: float, count: int) -> float:
        return float(np.sqrt(squares / count)) if count else 0.0

    def both(alone: float, means: float, less: int = 0) -> tuple[float, float]:
        return root(alone + means, k + more - less), root(alone, k - less)

    correlations = half(correlation)
    pairs = {
        "rmr": both(half(raw), shift["raw"]),
        "srmr": both(half(bentler), shift["bentler"]),
        "crmr": both(correlations, shift["bentler"], less=p),
        "srmr_mplus": both(correlations + float(own @ own), shift["mplus"]),
    }
    return {
        "rmr": pairs["rmr"][0],
        "rmr_nomean": pairs["rmr"][1],
        "srmr": pairs["srmr"][0],
        "srmr_bentler": pairs["srmr"][0],
        "srmr_bentler_nomean": pairs["srmr"][1],
        "crmr": pairs["crmr"][0],
        "crmr_nomean": pairs["crmr"][1],
        "srmr_mplus": pairs["srmr_mplus"][0],
        "srmr_mplus_nomean": pairs["srmr_mplus"][1],
    }


def gfi(
    observed: Sequence[NDArray],
    implied: Sequence[NDArray],
    weights: Sequence[float],
    fixed: Sequence[int] = (),
    means: Sequence[tuple[NDArray, NDArray]] | None = None,
    weigh_by: Sequence[NDArray] | None = None,
) -> float:
    """Goodness-of-fit index of Jöreskog and Sörbom under ML.

    Parameters
    ----------
    observed, implied, weights
        As in `residual_measures`.
    fixed : sequence of int
        Positions of fixed x, whose moments are no data to explain.
    means : sequence of (observed, implied) means, or None
        With a mean structure.
    weigh_by : sequence of ndarray, shape (p, p), optional
        Whose inverses are P; by default the implied matrices.

    Notes
    -----
    With P the inverse of the implied matrix, m and r the observed mean and its residual::

        1 - (tr((P (S - Sigma))^2) + 2 r' P r) / (tr((P S)^2) + 2 m' P m)

    The moments of fixed x count as 0 in the denominator. Means push the index towards 1. Several
    groups: the weighted mean of theirs.
    """
    out = 0.0
    for g, (s, sigma, weight) in enumerate(zip(observed, implied, weights, strict=True)):
        precision = np.linalg.inv(sigma if weigh_by is None else weigh_by[g])
        data = s
        if len(fixed):
            data = s.copy()
            data[np.ix_(fixed, fixed)] = 0.0
        rest, ratio = precision @ (s - sigma), precision @ data
        top, bottom = float(np.vdot(rest, rest.T)), float(np.vdot(ratio, ratio.T))
        if means is not None:
            gap, level = means[g][0] - means[g][1], means[g][0].copy()
            level[list(fixed)] = 0.0
            top += 2.0 * float(gap @ precision @ gap)
            bottom += 2.0 * float(level @ precision @ level)
        out += weight * (1.0 - top / bottom)
    return out


def absolute(chi2: float, df: float, n: float, npar: int) -> dict[str, float]:
    """Hoelter's critical N, McDonald's MFI and ECVI."""
    out = {}
    for key, level in (("cn_05", 0.05), ("cn_01", 0.01)):
        critical = float(chdtri(df, level)) if df > 0 else float("nan")
        out[key] = critical / (chi2 / n) + 1.0 if df > 0 and chi2 > 0 else float("nan")
    out["mfi"] = float(np.exp(-0.5 * (chi2 - df) / n))
    out["ecvi"] = chi2 / n + 2.0 * npar / n
    return out
