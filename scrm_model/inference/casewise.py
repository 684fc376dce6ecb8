"""Distance and log-density of single cases under a normal distribution, cells missing or not."""

import numpy as np
from numpy.typing import NDArray


def squared_distance(
    rows: NDArray, mean: NDArray, cov: NDArray
) -> tuple[NDArray, NDArray, NDArray[np.intp]]:
    """Squared Mahalanobis distances of cases, each on the variables that it has.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
        NaN where missing.
    mean : ndarray, shape (p,)
    cov : ndarray, shape (p, p)
        Positive definite.

    Returns
    -------
    distance : ndarray, shape (N,)
        (x - mu)' Sigma^-1 (x - mu).
    logdet : ndarray, shape (N,)
        ln |Sigma| of the variables that a case has.
    answered : ndarray of int, shape (N,)
        How many these are.
    """
    seen = ~np.isnan(rows)
    patterns, which = np.unique(seen, axis=0, return_inverse=True)
    distance, logdet = np.zeros(len(rows)), np.zeros(len(rows))
    for number, pattern in enumerate(patterns):
        at = np.flatnonzero(which.ravel() == number)
        deviation = rows[np.ix_(at, pattern)] - mean[pattern]
        root = np.linalg.cholesky(cov[np.ix_(pattern, pattern)])
        turned = np.linalg.solve(root, deviation.T)
        distance[at] = (turned**2).sum(axis=0)
        logdet[at] = 2.0 * np.log(np.diag(root)).sum()
    return distance, logdet, seen.sum(axis=1)


def log_density(distance: NDArray, logdet: NDArray, answered: NDArray[np.intp]) -> NDArray:
    """Log-density of a normal distribution, shape (N,).

    Parameters
    ----------
    distance, logdet, answered
        As `squared_distance` gives them.
    """
    return -0.5 * (answered * np.log(2.0 * np.pi) + logdet + distance)
