"""How fit a correlation matrix is for factors: bare numbers.

Notes
-----
With Q the inverse of R, q_ij = -Q_ij / sqrt(Q_ii Q_jj) are the partial correlations of two
variables given all others, and sums run over i != j::

    KMO          sum r_ij^2 / (sum r_ij^2 + sum q_ij^2)                [kaiser1970]_ [kaiser1974]_
    MSA of i     the same with sums over j alone
    SMC of i     1 - 1 / Q_ii
    Bartlett     -(n - 1 - (2 p + 5) / 6) log|R|, df = p (p - 1) / 2             [bartlett1950]_

References
----------
.. [bartlett1950] Bartlett, M. S. (1950). Tests of significance in factor analysis. British Journal
   of Psychology (Statistical Section), 3, 77-85.
.. [kaiser1970] Kaiser, H. F. (1970). A second generation little jiffy. Psychometrika, 35, 401-415.
.. [kaiser1974] Kaiser, H. F. (1974). An index of factorial simplicity. Psychometrika, 39, 31-36.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.evaluation.fit_measures import chi2_sf


def sampling_adequacy(R: NDArray) -> tuple[float, NDArray]:
    """KMO of all variables, and the MSA of each.

    Parameters
    ----------
    R : ndarray, shape (p, p)
        Positive definite.

    Returns
    -------
    overall : float
    items : ndarray, shape (p,)
        NaN for a variable that correlates with none, given or not given the others.
    """
    inverse = np.linalg.inv(R)
    scale = 1.0 / np.sqrt(np.diag(inverse))
    apart = 1.0 - np.eye(len(R))
    r2 = R**2 * apart
    q2 = (inverse * np.outer(scale, scale)) ** 2 * apart
    with np.errstate(invalid="ignore"):
        each = r2.sum(axis=0) / (r2 + q2).sum(axis=0)
        overall = r2.sum() / (r2 + q2).sum()
    return float(overall), each


def squared_multiple_correlations(R: NDArray) -> NDArray:
    """Share of each variable that the others explain, shape (p,)."""
    return np.asarray(1.0 - 1.0 / np.diag(np.linalg.inv(R)))


def sphericity(R: NDArray, n: float) -> tuple[float, int, float]:
    """Bartlett's test that the population correlations are all 0: chi-square, df, p."""
    p = len(R)
    chi2 = -(n - 1.0 - (2.0 * p + 5.0) / 6.0) * float(np.linalg.slogdet(R)[1])
    df = p * (p - 1) // 2
    return chi2, df, chi2_sf(chi2, df)
