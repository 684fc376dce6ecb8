"""The few rows and columns of an inverse information matrix that hypotheses need, for stacks."""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.uncertainty.information import SINGULAR


def block_of_inverse(information: NDArray, number: NDArray) -> NDArray:
    """Rows and columns of information^-1, zero where a number is -1, NaN where it is singular.

    Notes
    -----
    With the parameters that are wanted in the last places and information = L L', the block of the
    inverse that belongs to them is (L_2 L_2')^-1, L_2 the last rows and columns of L.
    """
    wanted, place = np.unique(number[number >= 0], return_inverse=True)
    rest = np.setdiff1d(np.arange(information.shape[-1]), wanted)
    order = np.concatenate([rest, wanted])
    scaled, scale = _unit_diagonal(information.take(order, axis=1).take(order, axis=2))
    root, good = _roots(scaled)
    last = root[:, len(rest) :, len(rest) :]
    inverse = np.full(last.shape, np.nan)
    inverse[good] = np.linalg.inv(last[good] @ last[good].swapaxes(1, 2))
    inverse *= scale[:, len(rest) :, None] * scale[:, None, len(rest) :]
    out = np.zeros((len(information), len(number), len(number)))
    free = np.flatnonzero(number >= 0)
    out[:, free[:, None], free] = inverse[:, place[:, None], place]
    return out


def between_inverse(inner: NDArray, sides: NDArray) -> NDArray:
    """sides' inner^-1 sides for a stack, NaN where a member is not positive definite."""
    scaled, scale = _unit_diagonal(inner)
    turned = sides * scale[:, :, None]
    good = _roots(scaled)[1]
    out = np.full((len(inner), sides.shape[1], sides.shape[1]), np.nan)
    out[good] = turned[good].swapaxes(1, 2) @ np.linalg.solve(scaled[good], turned[good])
    return out


def _unit_diagonal(matrices: NDArray) -> tuple[NDArray, NDArray]:
    """A stack with rows and columns scaled to a diagonal of ones, and the scales."""
    diagonal = np.einsum("bii->bi", matrices)
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = matrices * scale[:, :, None]
    scaled *= scale[:, None, :]
    return scaled, scale


def _roots(scaled: NDArray) -> tuple[NDArray, NDArray]:
    """Cholesky factors of a stack, and which members are not singular; zero for the others."""
    try:
        root = np.linalg.cholesky(scaled)
    except np.linalg.LinAlgError:
        good = np.array(
            [np.isfinite(m).all() and np.linalg.eigvalsh(m)[0] > SINGULAR for m in scaled]
        )
        root = np.zeros_like(scaled)
        root[good] = np.linalg.cholesky(scaled[good])
        return root, good
    good = np.diagonal(root, axis1=1, axis2=2).min(axis=1) ** 2 > 1e-6
    # The last pivots bound the smallest eigenvalue from above; look closely only when small.
    for k in np.flatnonzero(~good):
        good[k] = np.isfinite(scaled[k]).all() and np.linalg.eigvalsh(scaled[k])[0] > SINGULAR
    return root, good
