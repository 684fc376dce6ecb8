"""One variable at a time: an ordered probit or a linear regression, and what each case adds to it.

Notes
-----
Without covariates the probit has closed-form thresholds, Phi^-1 of the cumulated shares, and the
regression is a mean and a variance. With covariates x the latent response is ``y* = x' b + e``
with variance 1, and a category lies between ``tau - x' b``; the log-likelihood is concave
[pratt1981]_.

References
----------
.. [pratt1981] Pratt, J. W. (1981). Concavity of the log likelihood. Journal of the American
   Statistical Association, 76, 103-106.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.estimation.observed.responses.bivariate import between, density

_TINY = 1e-300
_FLAT = 1e-9  # curvature per case below which the likelihood has no maximum but a far plateau


@dataclass(frozen=True, slots=True)
class Margin:
    """A variable's own model, at its maximum of the likelihood.

    Attributes
    ----------
    ordinal : bool
    location : ndarray, shape (t,)
        Thresholds, or the intercept (then t = 1).
    slopes : ndarray, shape (x,)
        On the covariates.
    variance : float
        Residual variance, divisor N; 1 for an ordinal variable.
    influence : ndarray, shape (N, k)
        What each case adds to location, slopes and (continuous) variance; the mean over cases
        is 0 and a missing answer adds 0.
    seen : ndarray of bool, shape (N,)
        Who answered.
    lower, upper : ndarray, shape (N,)
        Limits of the answer on the scale of the residual; both are the standardised residual of
        a continuous variable.
    lower_design, upper_design : ndarray, shape (N, k)
        Derivatives of the limits in the parameters.
    """

    ordinal: bool
    location: NDArray
    slopes: NDArray
    variance: float
    influence: NDArray
    seen: NDArray
    lower: NDArray
    upper: NDArray
    lower_design: NDArray
    upper_design: NDArray


def ordinal_margin(codes: NDArray, x: NDArray) -> Margin:
    """Ordered probit of one variable.

    Parameters
    ----------
    codes : ndarray of int, shape (N,)
        Categories from 0, -1 for a missing answer; every category occurs.
    x : ndarray, shape (N, x)
        Covariates; no column without any.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the likelihood has no maximum.
    """
    seen = codes >= 0
    y, given = codes[seen], x[seen]
    count = np.bincount(y)
    cuts = len(count) - 1
    start = ndtri(np.cumsum(count)[:-1] / len(y))
    theta = np.concatenate([start, np.zeros(x.shape[1])])
    if x.shape[1]:
        theta = _probit(y, given, theta)
    lower, upper, below, above = _limits(y, given, theta, cuts)
    probability = np.maximum(between(lower, upper), _TINY)
    weights = density(lower) / probability, density(upper) / probability
    scores = weights[1][:, None] * above - weights[0][:, None] * below
    full = (len(codes), len(theta))
    return Margin(
        True, theta[:cuts], theta[cuts:], 1.0, _influence(scores, seen), seen,
        _spread(lower, seen), _spread(upper, seen), _spread(below, seen, full),
        _spread(above, seen, full),
    )  # fmt: skip


def continuous_margin(values: NDArray, x: NDArray) -> Margin:
    """Mean and variance of one variable, or its linear regression on covariates.

    Parameters
    ----------
    values : ndarray, shape (N,)
        NaN for a missing value.
    x : ndarray, shape (N, x)
    """
    seen = ~np.isnan(values)
    y = values[seen]
    design = np.column_stack([np.ones(len(y)), x[seen]])
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ coefficients
    variance = float(np.mean(residual**2))
    z = residual / np.sqrt(variance)
    scores = np.column_stack(
        [design * (z / np.sqrt(variance))[:, None], (z**2 - 1) / (2 * variance)]
    )
    moved = np.column_stack([-design / np.sqrt(variance), -z / (2 * variance)])
    full = _spread(moved, seen, (len(values), moved.shape[1]))
    spread = _spread(z, seen)
    return Margin(
        False, coefficients[:1], coefficients[1:], variance, _influence(scores, seen), seen,
        spread, spread, full, full,
    )  # fmt: skip


def _influence(scores: NDArray, seen: NDArray) -> NDArray:
    """Scores times the inverse of their mean outer product, per case of all, shape (N, k)."""
    found = np.zeros((len(seen), scores.shape[1]))
    inner = scores.T @ scores / len(seen)
    found[seen] = np.linalg.solve(inner, scores.T).T
    return found


def _spread(part: NDArray, seen: NDArray, shape: tuple[int, ...] | None = None) -> NDArray:
    out = np.zeros(len(seen) if shape is None else shape)
    out[seen] = part
    return out


def _limits(
    y: NDArray, x: NDArray, theta: NDArray, cuts: int
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Limits of each answer, and their derivatives in the parameters."""
    ends = np.concatenate([[-np.inf], theta[:cuts], [np.inf]])
    reach = x @ theta[cuts:]
    number = np.arange(cuts)
    inner = [(number == (y - 1)[:, None]), (number == y[:, None])]
    below, above = (
        np.concatenate([one.astype(float), -x * one.any(axis=1)[:, None]], axis=1) for one in inner
    )
    return ends[y] - reach, ends[y + 1] - reach, below, above


def _probit(y: NDArray, x: NDArray, theta: NDArray) -> NDArray:
    """Newton's method; the log-likelihood is concave, so that halved steps must rise.

    Raises
    ------
    numpy.linalg.LinAlgError
        If there is no maximum, which is where predictors separate the categories.
    """
    cuts = len(theta) - x.shape[1]
    centre, scale = x.mean(axis=0), x.std(axis=0)
    z = (x - centre) / scale
    value, slope, curvature = _probit_terms(y, z, theta, cuts)
    for _ in range(100):
        step = np.linalg.solve(-curvature, slope)
        gain = float(slope @ step)
        if gain < 1e-22 * len(y):
            if np.linalg.eigvalsh(curvature)[-1] > -_FLAT * len(y):
                break
            return _unscaled(theta, centre, scale, cuts)
        length = 1.0
        while True:
            new = theta + length * step
            found = _probit_terms(y, z, new, cuts) if (np.diff(new[:cuts]) > 0).all() else None
            if found is not None and found[0] >= value - 1e-12 * abs(value):
                break
            length /= 2
            if length < 1e-8:
                return _unscaled(theta, centre, scale, cuts)
        theta, (value, slope, curvature) = new, found
    raise np.linalg.LinAlgError("no maximum of the likelihood: predictors separate the answers")


def _unscaled(theta: NDArray, centre: NDArray, scale: NDArray, cuts: int) -> NDArray:
    slopes = theta[cuts:] / scale
    return np.concatenate([theta[:cuts] + centre @ slopes, slopes])


def _probit_terms(
    y: NDArray, x: NDArray, theta: NDArray, cuts: int
) -> tuple[float, NDArray, NDArray]:
    """Log-likelihood, its slope and curvature."""
    lower, upper, below, above = _limits(y, x, theta, cuts)
    probability = np.maximum(between(lower, upper), _TINY)
    a, b = density(lower) / probability, density(upper) / probability
    scores = b[:, None] * above - a[:, None] * below
    bend_low = np.where(np.isfinite(lower), lower, 0.0) * a
    bend_up = np.where(np.isfinite(upper), upper, 0.0) * b
    curvature = (below.T * bend_low) @ below - (above.T * bend_up) @ above - scores.T @ scores
    return float(np.log(probability).sum()), scores.sum(axis=0), curvature
