"""Robust RMSEA and CFI for ordinal data: those of normal-theory ML on polychoric correlations.

Notes
-----
DWLS indices depend on the estimator more than on the misfit. Savalei's take the ML discrepancy
between the polychoric matrix R and the correlations Sigma that the estimates imply, and its
expectation under the model [savalei2021]_::

    F = log|Sigma| + tr(R Sigma^-1) - log|R| - p        X = N F
    k = tr(M' V M Gamma)        M = I - Delta (Delta' W Delta)^-1 Delta' W
    RMSEA = sqrt((X - k) / (df (N - 1)))        CFI = 1 - (X - k) / (X_0 - k_0)

with V the normal-theory weight of correlations at Sigma, and W, Delta and Gamma those of the
estimator, all restricted to correlations. The baseline model has Sigma = I, so that V = I and
k_0 = tr(Gamma). With several groups k_0 is ``sum tr(Gamma_g) N / n_g`` [lavaan's convention]: for
two groups of one size twice what it would be by the formula above, and CFI a little smaller.

References
----------
.. [savalei2021] Savalei, V. (2021). Improving fit indices in structural equation modeling with
   categorical data. Multivariate Behavioral Research, 56, 390-407.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chndtr

from scrm_model.estimation.discrepancy.responses import response_parts
from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.uncertainty.bread import Bread


@dataclass(frozen=True, slots=True)
class CatML:
    """The ML statistic on polychoric correlations and its expectation.

    Attributes
    ----------
    stat, expected : float
        X and k of the model.
    stat_0, expected_0 : float
        Of the baseline model.
    """

    stat: float
    expected: float
    stat_0: float
    expected_0: float


def restricts_thresholds(model: CompiledModel) -> bool:
    """Whether thresholds are fixed or tied: then they are estimated together with the rest."""
    free = [block.thresholds for block in model.blocks]
    numbers = np.concatenate(free)
    others = [v.op != "|" for v in model.table.parameters]
    shared = set(model.row_parameter[others]) & set(numbers)
    tied = any(v.op == "|" and v.label for v in model.table.parameters)
    return bool((numbers < 0).any() or len(set(numbers)) < len(numbers) or shared or tied)


def catml(bread: Bread, inverse: NDArray) -> CatML | None:
    """Both statistics; None where they do not exist.

    Parameters
    ----------
    bread : Bread
        Of a model of ordinal variables.
    inverse : ndarray, shape (q, q)
        Of the information, inside the constraints.

    Returns
    -------
    CatML or None
        None with continuous variables or fixed predictors, with restricted thresholds, or if a
        polychoric matrix or an implied one is not positive definite.
    """
    of = bread.model.responses
    if of is None or len(of.continuous) or len(of.x) or restricts_thresholds(bread.model):
        return None
    at = of.sections[3]
    cases = sum(s.cases for s in bread.samples)
    stat = stat_0 = expected_0 = 0.0
    weights: list[NDArray] = []
    for part, sample in zip(response_parts(bread.point), bread.samples, strict=True):
        assert sample.moments is not None
        assert sample.gamma is not None
        r = of.covariances(sample.moments[0])
        sigma = of.covariances(part.moments[0])
        try:
            roots = np.linalg.cholesky(np.stack([r, sigma]))
        except np.linalg.LinAlgError:
            return None
        logdet = 2.0 * np.log(np.einsum("bii->bi", roots)).sum(axis=1)
        precision = np.linalg.inv(sigma)
        f = logdet[1] + float((r * precision).sum()) - logdet[0] - len(r)
        stat += sample.cases * f
        stat_0 -= sample.cases * float(logdet[0])
        expected_0 += float(np.trace(sample.gamma[0][at, at])) * cases / sample.cases
        weights.append(_correlation_weight(precision, of.pairs))
    return CatML(stat, _expectation(bread, inverse, weights), stat_0, expected_0)


def _expectation(bread: Bread, inverse: NDArray, weights: list[NDArray]) -> float:
    """k: the trace of M' V M Gamma, M taken apart, over all groups."""
    of = bread.model.responses
    assert of is not None
    at, q = of.sections[3], len(inverse)
    own, cross, square = 0.0, np.zeros((q, q)), np.zeros((q, q))
    for g, v in zip(bread.groups, weights, strict=True):
        own += float((v * g.gamma[at, at]).sum())
        # Thresholds move no correlation.
        rows = np.flatnonzero(g.slopes[:, at].any(axis=1))
        turned = g.slopes[rows, at] @ v
        cross[rows] += g.share * (turned @ g.carried[:, at].T)
        square[np.ix_(rows, rows)] += g.share * (turned @ g.slopes[rows, at].T)
    inner = inverse @ square @ inverse
    return own - 2.0 * float((inverse * cross.T).sum()) + float((inner * bread.moment_meat()).sum())


def _correlation_weight(precision: NDArray, pairs: tuple[NDArray, NDArray]) -> NDArray:
    """Normal-theory weight of correlations, the variances given, shape (pairs, pairs)."""
    i, j = pairs
    first, second = precision.take(i, axis=0), precision.take(j, axis=0)
    out = first.take(i, axis=1)
    out *= second.take(j, axis=1)
    crossed = first.take(j, axis=1)
    crossed *= second.take(i, axis=1)
    out += crossed
    return out


def robust_indices(
    found: CatML | None, df: int, df_0: int, n: int, groups: int
) -> dict[str, float]:
    """Robust indices under lavaan's names; NaN where `found` is None.

    Parameters
    ----------
    found : CatML or None
    df, df_0 : int
    n : int
        N - 1, summed over groups.
    groups : int
    """
    if found is None:
        return dict.fromkeys(_NAMES, float("nan"))
    lack, lack_0 = found.stat - found.expected, found.stat_0 - found.expected_0
    worst = max(lack, lack_0, 0.0)
    tli = 1.0 - lack * df_0 / (lack_0 * df)
    scaling = found.expected / df
    stat = found.stat / scaling
    lower, upper = fm.rmsea_interval(stat, df, n, groups)
    ncp = n * df / groups / scaling
    return dict(
        zip(
            _NAMES,
            (
                1.0 if worst == 0 else 1.0 - max(lack, 0.0) / worst, tli, tli, 1.0 - lack / lack_0,
                float(np.sqrt(max(lack, 0.0) / (df * n) * groups)),
                float(lower * np.sqrt(scaling)), float(upper * np.sqrt(scaling)),
                fm.noncentral_chi2_sf(stat, df, ncp * 0.05**2),
                float(chndtr(stat, df, ncp * 0.08**2)),
            ),
            strict=True,
        )
    )  # fmt: skip


_NAMES = (
    "cfi.robust", "tli.robust", "nnfi.robust", "rni.robust", "rmsea.robust",
    "rmsea.ci.lower.robust", "rmsea.ci.upper.robust", "rmsea.pvalue.robust",
    "rmsea.notclose.pvalue.robust",
)  # fmt: skip
