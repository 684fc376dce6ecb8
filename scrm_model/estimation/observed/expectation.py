"""The E-step: what is expected of missing cells at given moments, and what that says of these.

Notes
-----
With P = Sigma^-1, d the deviation of a case from mu with 0 in its missing cells m, and
``w = P d``, all that a case needs is the block of P that belongs to m:

- the missing cells' conditional covariance is ``C = (P_mm)^-1``, their expected deviations
  ``-C w_m``: together with d_o the completed deviation e;
- ``log|Sigma_oo| = log|Sigma| + log|P_mm|`` and ``d_o' Sigma_oo^-1 d_o = e' P e``;
- the inverse of Sigma_oo, with zeros for m, is ``P_i = P - P_.m C P_m.``, and
  ``v = P_i d = P e``.

The derivative of the observed-data log-likelihood is the expected one of complete data
[dempster1977]_: with completed moments in place of the sample's, the gradient of the complete-data
discrepancy is that of the incomplete one.

References
----------
.. [dempster1977] Dempster, A. P., Laird, N. M., & Rubin, D. B. (1977). Maximum likelihood from
   incomplete data via the EM algorithm. Journal of the Royal Statistical Society, Series B, 39,
   1-38.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.observed.patterns import Patterns


@dataclass(frozen=True, eq=False)
class Completed:
    """The cases of one group, completed at one pair of moments.

    Attributes
    ----------
    patterns : Patterns
    weights : ndarray, shape (N,), or None
        How often each sorted case counts; None for once.
    precision : ndarray, shape (p, p)
        P.
    value : float
        Mean of ``log|Sigma_oo| + d_o' Sigma_oo^-1 d_o`` over cases.
    filled : ndarray, shape (N, p)
        Completed deviations e.
    inner : tuple of ndarray, shape (M_k, k, k)
        C of every pattern, by layer.
    second : ndarray, shape (p, p)
        Mean of e e' + C, the completed second moments about mu.
    """

    patterns: Patterns
    weights: NDArray | None
    precision: NDArray
    value: float
    filled: NDArray
    inner: tuple[NDArray, ...]
    second: NDArray

    @cached_property
    def total(self) -> float:
        """Cases, counted with their weights."""
        return float(len(self.filled) if self.weights is None else self.weights.sum())

    @cached_property
    def shift(self) -> NDArray:
        """Mean of the completed deviations, shape (p,)."""
        if self.weights is None:
            return np.asarray(self.filled.mean(axis=0))
        return np.asarray(self.weights @ self.filled / self.total)

    @cached_property
    def pulls(self) -> NDArray:
        """v of every case, 0 in missing cells, shape (N, p)."""
        return np.asarray((self.filled @ self.precision) * self.patterns.seen)

    @cached_property
    def pattern_weights(self) -> NDArray:
        """Cases of each pattern, counted with their weights, shape (M,)."""
        if self.weights is None:
            return self.patterns.counts
        return self.patterns.sums(self.weights)

    @cached_property
    def precisions(self) -> NDArray:
        """P_i of every pattern, shape (M, p, p)."""
        p = len(self.precision)
        out = np.empty((len(self.patterns.first), p, p))
        out[:] = self.precision
        for layer, c in zip(self.patterns.layers, self.inner, strict=True):
            beside = self.precision[layer.missing]
            out[layer.patterns] -= beside.swapaxes(1, 2) @ (c @ beside)
            which = np.arange(layer.patterns.start, layer.patterns.stop)[:, None]
            out[which, layer.missing] = 0.0
            out[which, :, layer.missing] = 0.0
        return out


def expect(
    patterns: Patterns, mu: NDArray, sigma: NDArray, weights: NDArray | None = None
) -> Completed | None:
    """Complete the cases at (mu, Sigma).

    Parameters
    ----------
    patterns : Patterns
    mu : ndarray, shape (p,)
    sigma : ndarray, shape (p, p)
    weights : ndarray, shape (N,), optional
        How often each sorted case counts.

    Returns
    -------
    Completed, or None
        None where Sigma is not positive definite.
    """
    try:
        root = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(root).all():
        return None
    precision = np.linalg.inv(sigma)
    precision = (precision + precision.T) / 2
    counts = patterns.counts if weights is None else patterns.sums(weights)
    total = counts.sum()
    filled = patterns.values - mu * patterns.seen
    turned = filled @ precision
    spread, logdets = np.zeros(precision.size), 0.0
    inner = []
    for layer in patterns.layers:
        block = precision[layer.missing[:, :, None], layer.missing[:, None, :]]
        c, logdet = _invert(block)
        inner.append(c)
        count = counts[layer.patterns]
        logdets += float(count @ logdet)
        spread += np.bincount(layer.flat, (count[:, None, None] * c).ravel(), len(spread))
        _fill(filled[layer.cases], turned[layer.cases], layer.missing, layer.of_case, c)
    weighted = filled if weights is None else filled * weights[:, None]
    products = weighted.T @ filled
    second = (products + spread.reshape(precision.shape)) / total
    # e' P e of all cases at once: the trace of P with the sum of e e'.
    value = 2.0 * float(np.log(np.diag(root)).sum())
    value += (logdets + float((products * precision).sum())) / total
    return Completed(patterns, weights, precision, value, filled, tuple(inner), second)


def _invert(block: NDArray) -> tuple[NDArray, NDArray]:
    """Inverses and log determinants of a stack of positive definite matrices."""
    if block.shape[1] == 1:
        return 1.0 / block, np.log(block[:, 0, 0])
    return np.linalg.inv(block), np.linalg.slogdet(block)[1]


def _fill(filled: NDArray, turned: NDArray, missing: NDArray, of_case: NDArray, c: NDArray) -> None:
    """Put -C w_m into the missing cells of one layer's cases, in place."""
    rows = np.arange(len(filled))[:, None]
    cells = missing[of_case]
    own = c if len(c) == len(filled) else c[of_case]
    filled[rows, cells] = -(own @ turned[rows, cells][..., None])[..., 0]
