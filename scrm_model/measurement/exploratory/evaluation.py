"""How well factors reproduce correlations, and scores of cases on them: bare numbers.

Notes
-----
With the reproduced matrix ``M = L Phi L' + Psi`` (M = L Phi L' with unit diagonal for components),
residuals R - M and p variables, f factors::

    objective    log|M| - log|R| + tr(R M^-1) - p
    chi-square   (n - 1 - (2 p + 5) / 6 - 2 f / 3) objective                   [bartlett1950]_
    df           ((p - f)^2 - (p + f)) / 2                                     [lawley1940]_
    RMSR         root of the mean squared residual off the diagonal
    BIC          chi-square - df log n                                         [schwarz1978]_
    fit          1 - sum of squared R - L Phi L' / sum of squared R; fit.off: off the diagonal

RMSEA, its interval, CFI and TLI are those of `scrm_model.estimation.evaluation.fit_measures`. For
CFI and TLI the objective without factors, -log|R|, is multiplied by the same number as that of the
factors [tucker1973]_; the chi-square without factors is Bartlett's, whose multiplier has f = 0.

Scores of standardised answers z are weighted sums W' z: ``W = R^-1 L Phi`` [thurstone1935]_, which
predicts the factors best, and ``W = Psi^-1 L (L' Psi^-1 L)^-1`` [bartlett1937]_, which has no bias
given the factors.

References
----------
.. [bartlett1937] Bartlett, M. S. (1937). The statistical conception of mental factors. British
   Journal of Psychology, 28, 97-104.
.. [bartlett1950] Bartlett, M. S. (1950). Tests of significance in factor analysis. British Journal
   of Psychology (Statistical Section), 3, 77-85.
.. [lawley1940] Lawley, D. N. (1940). The estimation of factor loadings by the method of maximum
   likelihood. Proceedings of the Royal Society of Edinburgh, 60, 64-82.
.. [schwarz1978] Schwarz, G. (1978). Estimating the dimension of a model. Annals of Statistics, 6,
   461-464.
.. [thurstone1935] Thurstone, L. L. (1935). The vectors of mind. University of Chicago Press.
.. [tucker1973] Tucker, L. R., & Lewis, C. (1973). A reliability coefficient for maximum likelihood
   factor analysis. Psychometrika, 38, 1-10.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.evaluation.fit_measures import (
    cfi,
    chi2_sf,
    rmsea,
    rmsea_interval,
    tli,
)
from scrm_model.measurement.exploratory.adequacy import sphericity


def degrees_of_freedom(p: int, f: int) -> int:
    """Correlations minus free parameters, rotation taken out."""
    return ((p - f) ** 2 - (p + f)) // 2


def most_factors(p: int) -> int:
    """The largest number of factors whose model has no negative degrees of freedom."""
    return max(f for f in range(p) if degrees_of_freedom(p, f) >= 0)


def discrepancy(R: NDArray, model: NDArray) -> float:
    """Normal-theory distance of two positive definite matrices."""
    ratio = np.linalg.solve(model, R)
    return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - len(R))


def residual_measures(R: NDArray, common: NDArray, df: int) -> dict[str, float]:
    """Size of what factors leave: rmsr, rmsr.corrected (by df), fit, fit.off.

    Parameters
    ----------
    R, common : ndarray, shape (p, p)
        Correlations, and their part that factors reproduce.
    df : int
    """
    apart = ~np.eye(len(R), dtype=bool)
    squares = (R - common) ** 2
    off = float(squares[apart].sum())
    out = {"rmsr": float(np.sqrt(squares[apart].mean()))}
    if df > 0:
        out["rmsr.corrected"] = float(np.sqrt(off / (2.0 * df)))
    out["fit"] = 1.0 - float(squares.sum() / (R**2).sum())
    if (R[apart] != 0.0).any():
        out["fit.off"] = 1.0 - off / float((R[apart] ** 2).sum())
    return out


def factor_test(R: NDArray, model: NDArray, f: int, n: int) -> dict[str, float]:
    """Chi-square of the factors and what is made of it; without p and RMSEA at df 0.

    Parameters
    ----------
    R, model : ndarray, shape (p, p)
        Both positive definite.
    f, n : int
        Factors and cases.
    """
    p, df = len(R), degrees_of_freedom(len(R), f)
    objective = discrepancy(R, model)
    multiplier = n - 1.0 - (2.0 * p + 5.0) / 6.0 - 2.0 * f / 3.0
    chi2 = multiplier * objective
    chi2_0, df_0, p_0 = sphericity(R, n)
    same = -multiplier * float(np.linalg.slogdet(R)[1])
    out = {"objective": objective, "chisq": chi2, "df": float(df)}
    if df > 0:
        low, high = rmsea_interval(chi2, df, n)
        out |= {
            "pvalue": chi2_sf(chi2, df), "rmsea": rmsea(chi2, df, n), "rmsea.ci.lower": low,
            "rmsea.ci.upper": high, "cfi": cfi(chi2, df, same, df_0),
            "tli": tli(chi2, df, same, df_0), "bic": chi2 - df * float(np.log(n)),
        }  # fmt: skip
    return out | {
        "baseline.chisq": chi2_0, "baseline.df": float(df_0), "baseline.pvalue": p_0,
    }  # fmt: skip


def regression_weights(R: NDArray, loadings: NDArray, phi: NDArray) -> NDArray:
    """Weights of standardised answers that predict the factors best, shape (p, f)."""
    return np.asarray(np.linalg.solve(R, loadings @ phi))


def bartlett_weights(uniqueness: NDArray, loadings: NDArray) -> NDArray:
    """Weights of standardised answers without bias given the factors, shape (p, f)."""
    scaled = loadings / uniqueness[:, None]
    return np.asarray(np.linalg.solve(loadings.T @ scaled, scaled.T).T)
