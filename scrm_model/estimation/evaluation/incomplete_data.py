"""What fit measures need where cells are missing: likelihoods, baseline model, robust indices.

Notes
-----
CFI, TLI and RMSEA compare chi-squares that missing cells make smaller, for the model and for the
baseline in different measure, so that under misfit they are not those of complete data. Zhang and
Savalei [zhang2023]_ judge the same estimates by the complete-data discrepancy at the moments of
the unrestricted model, with N times that as X. Under the model the mean of X is not df but ::

    k = tr(V M Omega M')        M = I - Delta E Delta' W        E = (Delta' W Delta)^-1

with V the complete-data and W the incomplete-data information of the unrestricted moments, and
Omega their asymptotic covariance matrix: W^-1, or with estimator="MLR" the sandwich W^-1 B W^-1
with B the mean product of scores. With W^-1, k is tr(V W^-1) - tr(E Delta' V Delta). X - k takes
the place of chi-square - df.

V and W are taken at the unrestricted moments, Delta at the estimates. W is the observed
information, but that in E is of the kind of which the standard errors are made. Moments of fixed
predictors among themselves are left out everywhere, those of random ones out of V. All this is
lavaan's convention, found by comparing numbers.

References
----------
.. [zhang2023] Zhang, X., & Savalei, V. (2023). New computations for RMSEA and CFI following FIML
   and TS estimation with missing data. Psychological Methods, 28, 263-283.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy import ml
from scrm_model.estimation.discrepancy.least_squares import derivatives
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.observed.saturated import Saturated, available, saturated
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.uncertainty.incomplete import Unrestricted, member_of
from scrm_model.estimation.uncertainty.information import inverse_information


def is_incomplete(samples: tuple[Sample, ...]) -> bool:
    """Whether the samples keep cases with missing cells."""
    return any(s.incomplete is not None for s in samples)


def log_likelihood(sample: Sample, x: NDArray[np.intp]) -> tuple[float, float]:
    """Log-likelihood of the unrestricted model, that of fixed x taken out: ours, and lavaan's.

    They differ where fixed x have missing cells (``missing="fiml.x"``): lavaan takes the moments of
    x for the first from the unrestricted model, for what it calls unrestricted from pairs of
    observed cells, so that its two log-likelihoods differ by another number than chi-square / 2.
    """
    own = member_of(sample)
    cells = own.at.patterns.cells.sum()
    whole = -0.5 * (cells * np.log(2 * np.pi) + sample.cases * own.at.value)
    if not len(x):
        return whole, whole
    covs = sample.cov[0], own.at.patterns.pairwise[1]
    logdets = (float(np.linalg.slogdet(cov[np.ix_(x, x)])[1]) for cov in covs)
    size = len(x) * (1 + np.log(2 * np.pi))
    ours, theirs = (float(whole + 0.5 * sample.cases * (size + logdet)) for logdet in logdets)
    return ours, theirs


def baseline_ratio(sample: Sample, x: list[int]) -> float:
    """Likelihood-ratio test of the baseline model against the unrestricted one."""
    value = 0.0
    own = member_of(sample)
    seen = own.at.patterns.seen.sum(axis=0)
    variance = np.diag(available(own.at.patterns)[1])
    rest = np.delete(np.arange(len(variance)), x)
    value += float(seen[rest] @ (np.log(variance[rest]) + 1.0))
    if x:
        of_x = _of_predictors(sample, x).at
        value += of_x.total * of_x.value
    return value - sample.cases * own.at.value


def baseline_moments(sample: Sample, x: list[int]) -> tuple[NDArray, NDArray]:
    """Means (p,) and covariances (p, p) of the baseline model at its solution."""
    mean, cov = available(member_of(sample).at.patterns)
    if x:
        of_x = _of_predictors(sample, x)
        mean[x] = of_x.mean
        cov[np.ix_(x, x)] = of_x.cov
    return mean, cov


def _of_predictors(sample: Sample, x: list[int]) -> Saturated:
    return saturated(member_of(sample).at.patterns.of(np.array(x, dtype=np.intp)))


def misfit(bread: Bread, of: Unrestricted, kind: str, sandwich: bool) -> tuple[float, float]:
    """X, and its mean k under the model [zhang2023]_.

    Parameters
    ----------
    bread : Bread
        A model at its solution.
    of : Unrestricted
        Of the same samples.
    kind : {"observed", "expected", "first.order"}
        The information of which the errors are made.
    sandwich : bool
        Whether Omega allows for non-normal data.

    Returns
    -------
    x, k : float
        NaN as k if the information is singular.
    """
    samples, n = bread.samples, bread.n
    plain = ml.evaluate(bread.model, bread.theta[None], samples)
    x = max(n * float(plain.value[0]), 0.0)
    pairs = zip(bread.model.blocks, plain.parts, strict=True)
    slopes = [derivatives(b, part, len(bread.theta))[0][:, of.kept] for b, part in pairs]
    shares = [s.n / n for s in samples]
    weighted = [d @ v for d, v in zip(slopes, of.complete, strict=True)]
    inner = _sum(shares, (d @ w @ d.T for d, w in zip(slopes, of.information(kind), strict=True)))
    complete = _sum(shares, (d @ v.T for d, v in zip(slopes, weighted, strict=True)))
    inverse = inverse_information(inner, bread.basis)
    if inverse is None:
        return x, float("nan")
    if not sandwich:
        return x, of.trace(sandwich) - float(np.trace(inverse @ complete))
    own = [scores @ d.T for scores, d in zip(of.scores, slopes, strict=True)]
    spread = _sum(shares, (o.T @ o / len(o) for o in own))
    crossed = _sum(
        shares,
        (
            o.T @ (scores @ (w @ v.T)) / len(o)
            for o, scores, w, v in zip(own, of.scores, of.inverses(), weighted, strict=True)
        ),
    )
    lost = 2.0 * np.trace(inverse @ crossed) - np.trace(inverse @ spread @ inverse @ complete)
    return x, of.trace(sandwich) - float(lost)


def _sum(shares: list[float], terms: Iterable[NDArray]) -> NDArray:
    return np.asarray(sum(share * term for share, term in zip(shares, terms, strict=True)))
