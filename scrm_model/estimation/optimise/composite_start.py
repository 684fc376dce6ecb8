"""Start weights of composites."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def composite_weights(
    cov: NDArray, parts: NDArray, outcomes: NDArray, fixed: Sequence[float | None]
) -> NDArray:
    """Weights with which the parts of a composite predict its outcomes best.

    Parameters
    ----------
    cov : ndarray, shape (k, k)
        Covariance matrix of everything known.
    parts, outcomes : ndarray of int, shape (n,) and (o,)
        Positions of what makes up the composite, and of what it predicts.
    fixed : sequence of float or None, length n
        Fixed weights; None where free.

    Returns
    -------
    ndarray, shape (n,)
        On the scale of the first fixed weight; without one, of a composite with variance 1.

    Notes
    -----
    With one composite and standardised outcomes these are the weights of the first redundancy
    variate [1]_: with S_xx = L L' and R = L^-1 S_xy diag(S_yy)^-1/2, they are L'^-1 times the
    first left singular vector of R. Without an outcome all parts weigh the same, standardised.

    References
    ----------
    .. [1] van den Wollenberg, A. L. (1977). Redundancy analysis: an alternative for canonical
       correlation analysis. Psychometrika, 42, 207-219.
    """
    x = cov[parts[:, None], parts]
    spread = np.sqrt(np.maximum(x.diagonal(), 1e-12))
    root = np.linalg.cholesky(_definite(x, spread))
    size = np.sqrt(np.maximum(cov.diagonal()[outcomes], 1e-12))
    strength = np.linalg.solve(root, cov[parts[:, None], outcomes] / size)
    if strength.size and np.abs(strength).max() > 1e-8:
        left = np.linalg.svd(strength, full_matrices=False)[0][:, 0]
        weights = np.linalg.solve(root.T, left)
    else:
        weights = 1.0 / spread
    weights /= np.sqrt(weights @ x @ weights) or 1.0
    given = [(k, v) for k, v in enumerate(fixed) if v is not None]
    scale = next(((k, v) for k, v in given if v), None)
    if scale is not None:
        k, value = scale
        # A part that hardly counts would blow up all the others.
        least = 0.1 / spread[k]
        own = weights[k] if abs(weights[k]) > least else np.copysign(least, weights[k])
        weights = weights * (value / own)
    for k, value in given:
        weights[k] = value
    return weights


def _definite(x: NDArray, spread: NDArray) -> NDArray:
    """The matrix with its smallest eigenvalue, as correlations, at 1e-6 or above."""
    values, vectors = np.linalg.eigh(x / np.outer(spread, spread))
    repaired = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    return np.asarray(repaired * np.outer(spread, spread))
