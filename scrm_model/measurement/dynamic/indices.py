"""Samples of a normal population as moments, and fit indices of a stack of fits."""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.resample import Refits
from scrm_model.estimation.result import Fit

INDICES = ("srmr", "rmsea", "cfi")


def drawn_moments(
    rng: np.random.Generator, size: int, n: int, cov: NDArray, mean: NDArray | None
) -> Sample:
    """Moments, divisor N, of samples of a normal population; no case is drawn.

    Parameters
    ----------
    rng : Generator
    size : int
        Samples.
    n : int
        Cases of each; more than there are variables.
    cov : ndarray, shape (p, p)
    mean : ndarray, shape (p,), or None

    Notes
    -----
    N S has a Wishart distribution with N - 1 degrees of freedom: with cov = L L', it is
    L A A' L', A lower triangular with standard normal numbers below the diagonal and the roots of
    chi-square numbers with N - 1, N - 2, ... degrees of freedom on it [bartlett1933]_.

    References
    ----------
    .. [bartlett1933] Bartlett, M. S. (1933). On the theory of statistical regression. Proceedings
       of the Royal Society of Edinburgh, 53, 260-283.
    """
    p = len(cov)
    low = np.tril(rng.standard_normal((size, p, p)), -1)
    at = np.arange(p)
    low[:, at, at] = np.sqrt(rng.chisquare(n - 1 - at, size=(size, p)))
    root = np.linalg.cholesky(cov)
    turned = root @ low
    means = None
    if mean is not None:
        means = mean + rng.standard_normal((size, p)) @ root.T / np.sqrt(n)
    return Sample.of(turned @ turned.swapaxes(1, 2) / n, n, means)


def indices_of(fit: Fit, found: Refits) -> NDArray:
    """SRMR, RMSEA and CFI of a stack of maximum-likelihood fits, one group, shape (B, 3)."""
    sample = found.samples[0]
    chi2 = np.maximum(sample.n * found.value, 0.0)
    x = [k for k, v in enumerate(fit.compiled.observed) if v in fit.table.exogenous]
    p = sample.cov.shape[-1]
    df_0 = p * (p + 1) // 2 - (p - len(x)) - len(x) * (len(x) + 1) // 2
    excess = np.maximum(chi2 - fit.df, 0.0)
    excess_0 = np.maximum(np.maximum(_baseline(sample, x) - df_0, excess), 1e-12)
    rmsea = np.sqrt(excess / (fit.df * sample.n))
    return np.column_stack([_srmr(fit, found), rmsea, 1.0 - excess / excess_0])


def _baseline(sample: Sample, x: list[int]) -> NDArray:
    """Chi-square of uncorrelated variables; those of x are left correlated."""
    variance = np.log(np.einsum("bii->bi", sample.cov))
    rest = np.setdiff1d(np.arange(variance.shape[1]), x)
    value = variance[:, rest].sum(axis=1) - sample.logdet
    if x:
        value += np.linalg.slogdet(sample.cov[:, np.array(x)[:, None], x])[1]
    return np.asarray(sample.n * value)


def _srmr(fit: Fit, found: Refits) -> NDArray:
    sample = found.samples[0]
    of = implied(fit.compiled.blocks[0], found.theta, sample.cov, sample.mean)
    spread = np.sqrt(np.einsum("bii->bi", sample.cov))
    residual = (sample.cov - of.sigma) / (spread[:, :, None] * spread[:, None, :])
    low = np.tril_indices(residual.shape[-1])
    squares, count = (residual[:, low[0], low[1]] ** 2).sum(axis=1), len(low[0])
    if sample.mean is not None:
        squares += (((sample.mean - of.mu) / spread) ** 2).sum(axis=1)
        count += spread.shape[1]
    return np.asarray(np.sqrt(squares / count))
