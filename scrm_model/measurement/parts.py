"""What a model says of a construct's items, for stacks of parameter vectors.

The functions take complex stacks too, so that the delta method has its derivatives by the complex
step; what rests on normal probabilities is real, and has central differences instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import LAMBDA, PSI, TAU, THETA
from scrm_model.estimation.implied.moments import fill, implied_by
from scrm_model.estimation.result import Fit
from scrm_model.measurement.scales import Measured


@dataclass(frozen=True, slots=True)
class Parts:
    """Matrices of one construct and its indicators, for a stack of B parameter vectors.

    Attributes
    ----------
    loadings : ndarray, shape (B, k)
        Raw, of the k direct indicators.
    variance : ndarray, shape (B,)
        Of the construct.
    cov : ndarray, shape (B, k, k)
        Implied covariances of the indicators.
    residual : ndarray, shape (B, k, k)
        Covariances of their residuals.
    """

    loadings: NDArray
    variance: NDArray
    cov: NDArray
    residual: NDArray

    @property
    def standardised(self) -> NDArray:
        """Standardised loadings, shape (B, k)."""
        spread = np.einsum("bkk->bk", self.cov)
        return np.asarray(self.loadings * np.sqrt(self.variance[:, None] / spread))

    @property
    def explained(self) -> NDArray:
        """Variance of the sum of the indicators that is due to the construct, shape (B,)."""
        return np.asarray(self.loadings.sum(axis=1) ** 2 * self.variance)


def matrices_of(fit: Fit, group: int, theta: NDArray) -> tuple[NDArray, ...]:
    """Lambda, B, Psi, Theta and the rest of one group, for a stack (B, q)."""
    sample = fit.samples[group]
    return fill(fit.compiled.blocks[group], theta, sample.cov, sample.mean)


def parts_of(fit: Fit, group: int, of: Measured, theta: NDArray) -> Parts:
    """Loadings, variances and residuals of a construct; latent responses have variance 1.

    Parameters
    ----------
    fit : Fit
    group : int
        From 0.
    of : Measured
        Reflective.
    theta : ndarray, shape (B, q)
        Real or complex.
    """
    matrices = matrices_of(fit, group, theta)
    model = fit.compiled
    places = [model.row_place[k] for k in of.rows]
    loadings = np.stack([matrices[m][:, i, j] for m, i, j in places], axis=1)
    cov, residual = joint(fit, matrices, of.indicators)
    ordinal = np.array([v in fit.settings.ordered for v in of.indicators])
    if ordinal.any():
        # A latent response has no unit of its own: it is given the variance 1.
        unit = np.where(ordinal, np.sqrt(np.einsum("bkk->bk", cov)), 1.0)
        square = unit[:, :, None] * unit[:, None, :]
        loadings, cov, residual = loadings / unit, cov / square, residual / square
    eta = model.latent.index(of.name)
    variance = implied_by(matrices, False).latent_cov[:, eta, eta]
    return Parts(loadings, variance, cov, residual)


def joint(
    fit: Fit, matrices: tuple[NDArray, ...], names: tuple[str, ...]
) -> tuple[NDArray, NDArray]:
    """Implied covariances of variables, latent ones too, and of their residuals, (B, k, k).

    Parameters
    ----------
    fit : Fit
    matrices : tuple of ndarray
        From `matrices_of`.
    names : tuple of str, length k
    """
    model = fit.compiled
    implied = implied_by(matrices, False)
    m = len(model.latent)
    carry = np.zeros((len(implied.sigma), len(names), m), dtype=implied.sigma.dtype)
    error = np.zeros((len(carry), len(names), len(names)), dtype=carry.dtype)
    inner = np.zeros((len(names), m))
    x = [model.observed.index(v) if v in model.observed else -1 for v in names]
    for k, name in enumerate(names):
        if name in model.latent:
            carry[:, k, model.latent.index(name)] = 1.0
            inner[k, model.latent.index(name)] = 1.0
        else:
            carry[:, k] = matrices[LAMBDA][:, x[k]]
    for i, a in enumerate(x):
        for j, b in enumerate(x):
            if a >= 0 and b >= 0:
                error[:, i, j] = matrices[THETA][:, a, b]
    cov = carry @ implied.latent_cov @ carry.swapaxes(1, 2) + error
    return cov, error + inner @ matrices[PSI] @ inner.T


def standard_cuts(fit: Fit, group: int, items: tuple[str, ...], theta: NDArray) -> NDArray:
    """Thresholds of standardised latent responses, shape (B, k, C - 1), padded with infinity."""
    matrices = matrices_of(fit, group, theta)
    found = implied_by(matrices, True)
    cuts, names = fit.table.cuts, fit.compiled.observed
    first, start = {}, 0
    for name in names:
        if name in cuts:
            first[name] = start
            start += cuts[name]
    out = np.full((len(theta), len(items), max(cuts[v] for v in items)), np.inf)
    for k, v in enumerate(items):
        i = names.index(v)
        tau = matrices[TAU][:, first[v] : first[v] + cuts[v], 0]
        out[:, k, : cuts[v]] = (tau - found.mu[:, i, None]) / np.sqrt(found.sigma[:, i, i, None])
    return out


def differences(function: Callable[[NDArray], NDArray], theta: NDArray) -> NDArray:
    """Derivatives by central differences of a real function of stacks, shape (R, q)."""
    step = 1e-5 * np.maximum(1.0, np.abs(theta))
    moves = np.diag(step)
    return np.asarray(((function(theta + moves) - function(theta - moves)) / (2 * step[:, None])).T)
