"""Correlations of answers with missing cells, each of the cases that gave both answers."""

import numpy as np
from numpy.typing import NDArray


def pairwise_correlations(values: NDArray, seen: NDArray) -> NDArray:
    """Product-moment correlations, means and variances of a pair being those of its own cases.

    Parameters
    ----------
    values : ndarray, shape (..., N, p)
        Any number in missing cells.
    seen : ndarray, shape (N, p)
        1 where there is an answer, else 0; some cases have both of any two.

    Returns
    -------
    ndarray, shape (..., p, p)
        NaN where a variable does not vary among the cases of a pair.
    """
    counts = seen.T @ seen
    mean = (values * seen).sum(axis=-2, keepdims=True) / np.diag(counts)
    d = (values - mean) * seen
    turned = d.swapaxes(-1, -2)
    sums, squares = turned @ seen, (turned * turned) @ seen
    crossed = turned @ d - sums * sums.swapaxes(-1, -2) / counts
    spread = squares - sums**2 / counts
    # Deviations of a constant column are rounding errors, not a spread.
    spread = np.where(spread > 1e-12 * squares, spread, np.nan)
    out = crossed / np.sqrt(spread * spread.swapaxes(-1, -2))
    where = np.arange(out.shape[-1])
    out[..., where, where] = 1.0
    return np.asarray(out)
