"""Little's test that answers are missing completely at random, on arrays.

Notes
-----
Cases with the same answered items o_j are a group of n_j. If nothing but chance decides what is
missing, all groups have the same means [little1988]_:

``d2 = sum_j n_j (ybar_j - mu_j)' Sigma_jj^-1 (ybar_j - mu_j)``, df ``= sum_j p_j - p``,

with mu and Sigma by maximum likelihood from all cases, divisor n; n - 1 would make d2 smaller by
(n - 1) / n. It gives the 14.63 (df = 5) of [enders2010]_, p. 21.

If every case is a pattern of its own, d2 is the sum of all squared distances, which the likelihood
equations set to ``sum_j p_j`` whatever the data: there is then nothing to be tested.

References
----------
.. [enders2010] Enders, C. K. (2010). Applied missing data analysis. Guilford.
.. [little1988] Little, R. J. A. (1988). A test of missing completely at random for multivariate
   data with missing values. Journal of the American Statistical Association, 83, 1198-1202.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.screening.moments import Moments, distances
from scrm_model.screening.patterns import Patterns


def little(values: NDArray, patterns: Patterns, moments: Moments) -> tuple[float, int] | None:
    """Little's d2 and its degrees of freedom.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        NaN in empty cells; every case has an answer.
    patterns : Patterns
        Of these cases.
    moments : Moments
        Of these cases, by maximum likelihood.

    Returns
    -------
    d2 : float
    df : int
        0 with one pattern only.
    None
        If Sigma is not positive definite.
    """
    means = pattern_means(values, patterns)
    d2 = distances(means, patterns.each, moments.mean, moments.cov)
    if d2 is None:
        return None
    return float(patterns.counts @ d2), int(patterns.sizes.sum() - values.shape[1])


def pattern_means(values: NDArray, patterns: Patterns) -> NDArray:
    """Means of each pattern's cases, shape (M, p), NaN where its items are empty."""
    sums = np.empty(patterns.answered.shape)
    for j in range(values.shape[1]):
        filled = np.where(np.isnan(values[:, j]), 0.0, values[:, j])
        sums[:, j] = np.bincount(patterns.of_case, filled, len(sums))
    return np.where(patterns.answered, sums / patterns.counts[:, None], np.nan)
