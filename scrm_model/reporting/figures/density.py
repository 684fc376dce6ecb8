"""The shape of a distribution of draws: a kernel density, or shares in classes.

Notes
-----
The density is the mean of normal densities around the draws. Their standard deviation is
0.9 min(s, IQR / 1.34) n^(-1/5) [silverman1986]_, which follows the bulk of the draws where a few
lie far out.

References
----------
.. [silverman1986] Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis.
   Chapman & Hall. Equation 3.31.
"""

import numpy as np
from numpy.typing import NDArray

BLOCK = 2000


def bandwidth(draws: NDArray[np.float64]) -> float:
    """Standard deviation of the kernel.

    Parameters
    ----------
    draws : ndarray, shape (D,)
        At least two.

    Returns
    -------
    float
        0 if the draws are all the same.
    """
    spread = float(draws.std(ddof=1))
    low, high = np.quantile(draws, (0.25, 0.75))
    middle = float(high - low) / 1.34
    scale = min(spread, middle) if middle > 0 else spread
    # What differs by rounding alone has no shape.
    if spread <= 1e-9 * max(1.0, float(np.abs(draws).max())):
        return 0.0
    return 0.9 * scale * len(draws) ** -0.2


def density(draws: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kernel density at some places.

    Parameters
    ----------
    draws : ndarray, shape (D,)
        Not all the same.
    at : ndarray, shape (K,)

    Returns
    -------
    ndarray, shape (K,)
    """
    width = bandwidth(draws)
    total = np.zeros(len(at))
    for first in range(0, len(draws), BLOCK):
        gap = (at[:, None] - draws[None, first : first + BLOCK]) / width
        total += np.exp(-0.5 * gap * gap).sum(axis=1)
    return total / (len(draws) * width * np.sqrt(2 * np.pi))


def classes(draws: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares of draws in classes.

    Parameters
    ----------
    draws : ndarray, shape (D,)
    edges : ndarray, shape (K + 1,)
        Ascending; the last class includes its upper edge.

    Returns
    -------
    ndarray, shape (K,)
    """
    return np.histogram(draws, edges)[0] / max(len(draws), 1)
