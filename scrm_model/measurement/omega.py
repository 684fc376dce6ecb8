"""Reliability of a construct by the model: omega, H and AVE, with errors by the delta method.

Notes
-----
The names are semTools'. All omegas have the variance that the construct explains of the sum of its
items, (1' lambda)^2 phi, in the numerator; they differ in the denominator:

=======  ====================================================================================
omega    explained + 1' Theta 1, residual covariances included (Jöreskog's rho, composite
         reliability; omega 1)
omega2   1' Sigma 1, the implied variance of the sum; another construct that the items load on
         counts as unreliable
omega3   1' S 1, the observed variance of the sum
=======  ====================================================================================

Where all items are ordinal the three are those of the sum of the category numbers [green2009]_, and
`omega_latent` is omega of the latent responses. With c_j the sum of the loadings of the items on
dimension j, b the loadings of the dimensions and V their covariances::

    omega_l1           (c' b)^2 phi / 1' Sigma 1
    omega_l2           (1' b)^2 phi / 1' V 1
    partial_omega_l1   (c' b)^2 phi / ((c' b)^2 phi + 1' Theta 1)

Standard errors are those of smooth functions of the estimates [raykov2002]_. omega3 also depends on
S, so it has none.

References
----------
.. [green2009] See `scrm_model.measurement.coefficients`.
.. [raykov2002] Raykov, T. (2002). Analytic estimation of standard error and confidence interval for
   scale reliability. Multivariate Behavioral Research, 37, 89-103.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import LAMBDA, THETA
from scrm_model.estimation.implied.moments import implied_by
from scrm_model.estimation.result import Fit
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian
from scrm_model.measurement.coefficients import coefficient_h, score_covariances
from scrm_model.measurement.parts import (
    differences,
    matrices_of,
    parts_of,
    standard_cuts,
)
from scrm_model.measurement.scales import Measured

Values = dict[str, NDArray]


def first_order(fit: Fit, group: int, of: Measured, theta: NDArray) -> Values:
    """Coefficients of a construct from its direct indicators, items or dimensions.

    Parameters
    ----------
    fit, group, of, theta
        As in `scrm_model.measurement.parts.parts_of`.

    Returns
    -------
    dict of str to ndarray, shape (B,)
        omega, omega2, h, ave (weighted by variances), ave_std (mean of squared standardised
        loadings).
    """
    at = parts_of(fit, group, of, theta)
    spread = np.einsum("bkk->bk", at.cov)
    explained = at.explained
    return {
        "omega": explained / (explained + at.residual.sum(axis=(1, 2))),
        "omega2": explained / at.cov.sum(axis=(1, 2)),
        "h": coefficient_h(at.standardised),
        "ave": (at.loadings**2).sum(axis=1) * at.variance / spread.sum(axis=1),
        "ave_std": (at.standardised**2).mean(axis=1),
    }


def observed_omega(fit: Fit, group: int, of: Measured) -> float:
    """omega3 of a construct with continuous items."""
    at = parts_of(fit, group, of, fit.theta[None])
    return float(at.explained[0] / observed_cov(fit, group, of.items).sum())


def observed_cov(fit: Fit, group: int, items: tuple[str, ...]) -> NDArray:
    """Sample covariances of some variables; of latent responses where they are ordinal."""
    at = [fit.compiled.observed.index(v) for v in items]
    return np.asarray(fit.samples[group].cov[0][np.ix_(at, at)])


def ordinal(fit: Fit, group: int, of: Measured, theta: NDArray) -> Values:
    """Omegas of the sum of the category numbers.

    Parameters
    ----------
    fit, group, of, theta
        As in `first_order`; theta real, every item ordinal.

    Returns
    -------
    dict of str to ndarray, shape (B,)
        omega, omega2, omega3.
    """
    at = parts_of(fit, group, of, theta)
    cuts = standard_cuts(fit, group, of.items, theta)
    loadings = at.standardised
    due = loadings[:, :, None] * loadings[:, None, :]
    apart = 1.0 - np.eye(len(of.items))
    root = np.sqrt(np.einsum("bkk->bk", at.cov))
    scale = root[:, :, None] * root[:, None, :]
    own = due + np.where(apart > 0, at.residual / scale, 0.0)
    seen = observed_cov(fit, group, of.items)
    seen = seen / np.sqrt(np.outer(np.diag(seen), np.diag(seen)))
    totals = {
        "omega": own, "omega2": at.cov / scale, "omega3": np.broadcast_to(seen, due.shape),
    }  # fmt: skip
    explained = score_covariances(cuts, due).sum(axis=(1, 2))
    return {
        name: explained / score_covariances(cuts, np.where(apart > 0, rho, 1.0)).sum(axis=(1, 2))
        for name, rho in totals.items()
    }


def second_order(fit: Fit, group: int, of: Measured, theta: NDArray) -> Values:
    """omega_l1, omega_l2 and partial_omega_l1 of a construct whose dimensions have items.

    Parameters
    ----------
    fit, group, of, theta
        As in `first_order`.
    """
    at = parts_of(fit, group, of, theta)
    model, matrices = fit.compiled, matrices_of(fit, group, theta)
    items = [model.observed.index(v) for v in of.items]
    inner = [model.latent.index(v) for v in of.dimensions]
    sums = matrices[LAMBDA][:, items][:, :, inner].sum(axis=1)
    explained = (sums * at.loadings).sum(axis=1) ** 2 * at.variance
    square = np.ix_(range(len(theta)), items, items)
    total = implied_by(matrices, False).sigma[square].sum(axis=(1, 2))
    error = matrices[THETA][square].sum(axis=(1, 2))
    return {
        "omega_l1": explained / total,
        "omega_l2": at.explained / at.cov.sum(axis=(1, 2)),
        "partial_omega_l1": explained / (explained + error),
    }


def with_errors(
    fit: Fit, function: Callable[[NDArray], Values], smooth: bool = True
) -> dict[str, tuple[float, float]]:
    """Values of a function of the estimates, each with its standard error.

    Parameters
    ----------
    fit : Fit
    function : callable
        Takes a stack, shape (B, q).
    smooth : bool
        Whether it takes complex stacks; otherwise derivatives are central differences.

    Returns
    -------
    dict of str to (float, float)
        The error is NaN where the fit has no covariance matrix of its estimates.
    """
    at = function(fit.theta[None])
    if fit._cov is None:
        return {name: (float(value[0]), np.nan) for name, value in at.items()}

    def stacked(theta: NDArray) -> NDArray:
        return np.stack(list(function(theta).values()), axis=1)

    slopes = (jacobian if smooth else differences)(stacked, fit.theta)
    errors = delta_errors(slopes, fit._cov)
    return {
        name: (float(value[0]), float(error))
        for (name, value), error in zip(at.items(), errors, strict=True)
    }
