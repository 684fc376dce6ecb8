"""From information to the covariance matrix of the estimates."""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.factor import Factor


def inverse_information(information: NDArray, basis: NDArray) -> NDArray | None:
    """Covariance matrix of the estimates from the information of the whole sample.

    Parameters
    ----------
    information : ndarray, shape (q, q)
        Fisher information of all cases, before linear constraints.
    basis : ndarray, shape (q, k)
        Directions that the constraints leave free.

    Returns
    -------
    ndarray, shape (q, q), or None
        ``basis (basis' I basis)^-1 basis'``; None if the information is singular, that is, if
        the sample cannot tell some parameters apart.
    """
    whole = basis.shape[0] == basis.shape[1]
    inner = information if whole else basis.T @ information @ basis
    diagonal = inner.diagonal()
    if not np.isfinite(inner).all() or (diagonal <= 0).any():
        return None
    scale = 1.0 / np.sqrt(diagonal)
    scales = scale[:, None] * scale
    scaled = inner * scales
    factor = Factor.of(scaled)
    if factor is None:
        return None
    # The last pivots bound the smallest eigenvalue from above; look closely only when small.
    if factor.root.diagonal().min() ** 2 < 1e-6 and np.linalg.eigvalsh(scaled)[0] < SINGULAR:
        return None
    inverse = factor.inverse() * scales
    return inverse if whole else basis @ inverse @ basis.T


SINGULAR = 1e-9  # smallest eigenvalue of the information scaled to unit diagonal


def null_parameters(information: NDArray, basis: NDArray) -> list[int]:
    """Parameters that a singular information cannot determine.

    Parameters
    ----------
    information, basis
        As in `inverse_information`.

    Returns
    -------
    list of int
        Positions of parameters with weight in the null space; empty if there is none.
    """
    inner = basis.T @ information @ basis
    diagonal = np.diag(inner)
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(inner * np.outer(scale, scale))
    null = basis @ (scale[:, None] * vectors[:, values < SINGULAR * max(values[-1], 1e-300)])
    if not null.size:
        return []
    null /= np.abs(null).max(axis=0)
    return [int(k) for k in np.flatnonzero(np.abs(null).max(axis=1) > 1e-4)]
