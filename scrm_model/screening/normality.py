"""Skewness, kurtosis and Mardia's two coefficients, on arrays.

References
----------
.. [joanes1998] Joanes, D. N., & Gill, C. A. (1998). Comparing measures of sample skewness and
   kurtosis. The Statistician, 47, 183-189.
.. [mardia1970] Mardia, K. V. (1970). Measures of multivariate skewness and kurtosis with
   applications. Biometrika, 57, 519-530.
.. [mardia1974] Mardia, K. V. (1974). Applications of some measures of multivariate skewness and
   kurtosis in testing normality and robustness studies. Sankhya, Series B, 36, 115-128.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

_ROWS = 4096


def skewness(values: NDArray, kind: int = 2) -> NDArray:
    """Skewness of each column [joanes1998]_.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        NaN in empty cells.
    kind : {1, 2, 3}
        1 the moment's, ``g1 = m3 / m2^1.5``; 2 unbiased under normality,
        ``g1 sqrt(n (n - 1)) / (n - 2)``; 3 with the standard deviation of divisor n - 1,
        ``g1 (1 - 1/n)^1.5``.

    Returns
    -------
    ndarray, shape (p,)
        NaN with fewer than three answers, or where they do not vary.
    """
    n, m2, m3, _ = _moments(values)
    good = (n > 2) & (m2 > 0)
    g = np.full(len(n), np.nan)
    np.divide(m3, np.where(good, m2, 1.0) ** 1.5, out=g, where=good)
    if kind == 2:
        return g * np.sqrt(n * np.maximum(n - 1, 0)) / np.where(good, n - 2, 1)
    return g * (1 - 1 / np.maximum(n, 1)) ** 1.5 if kind == 3 else g


def kurtosis(values: NDArray, kind: int = 2) -> NDArray:
    """Excess kurtosis of each column [joanes1998]_.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        NaN in empty cells.
    kind : {1, 2, 3}
        1 the moment's, ``g2 = m4 / m2^2 - 3``; 2 unbiased under normality,
        ``((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3))``; 3 with the variance of divisor n - 1,
        ``(g2 + 3) (1 - 1/n)^2 - 3``.

    Returns
    -------
    ndarray, shape (p,)
        NaN with fewer than four answers, or where they do not vary.
    """
    n, m2, _, m4 = _moments(values)
    good = (n > 3) & (m2 > 0)
    g = np.full(len(n), np.nan)
    np.divide(m4, np.where(good, m2, 1.0) ** 2, out=g, where=good)
    g = g - 3
    if kind == 2:
        return ((n + 1) * g + 6) * (n - 1) / np.where(good, (n - 2) * (n - 3), 1)
    return (g + 3) * (1 - 1 / np.maximum(n, 1)) ** 2 - 3 if kind == 3 else g


def _moments(values: NDArray) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Count and second to fourth central moments of each column; m2 is 0 where nothing varies."""
    out = np.zeros((4, values.shape[1]))
    for j in range(values.shape[1]):
        own = values[~np.isnan(values[:, j]), j]
        if len(own) and own.min() < own.max():
            d = own - own.mean()
            squares = d * d
            out[1:, j] = squares.mean(), (squares * d).mean(), (squares * squares).mean()
        out[0, j] = len(own)
    return out[0], out[1], out[2], out[3]


@dataclass(frozen=True, slots=True)
class MardiaNumbers:
    """Mardia's coefficients and their tests.

    Attributes
    ----------
    b1p, b2p : float
        Skewness and kurtosis.
    chi2, df, chi2_p : float, int, float
        Test of the skewness, ``n b1p / 6``.
    small_chi2, small_p : float
        The same with the correction for small samples.
    z, z_p : float
        Test of the kurtosis; two-sided.
    """

    b1p: float
    b2p: float
    chi2: float
    df: int
    chi2_p: float
    small_chi2: float
    small_p: float
    z: float
    z_p: float


def mardia_numbers(values: NDArray, divisor: str = "n-1") -> MardiaNumbers | None:
    """Mardia's skewness and kurtosis [mardia1970]_.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        Complete cases.
    divisor : {"n-1", "n"}
        Of the covariances; Mardia has n, R's psych and semTools n - 1.

    Returns
    -------
    MardiaNumbers, or None
        None where the covariance matrix is singular, and with fewer than three cases.

    Notes
    -----
    With standardised z_i, ``z_i' z_j = d_i' S^-1 d_j``: ``b1p = sum_ij (z_i' z_j)^3 / n^2`` and
    ``b2p = sum_i (z_i' z_i)^2 / n``. The sum over pairs is that of the squared third moments,
    ``b1p = sum_abc (sum_i z_ia z_ib z_ic / n)^2``, which takes n p^3 / 3 multiplications in place
    of n^2 p, and the memory of one slice a.

    ``n b1p / 6`` is chi-square with p (p + 1) (p + 2) / 6 degrees of freedom, in small samples
    better times ``k = (p + 1) (n + 1) (n + 3) / (n ((n + 1) (p + 1) - 6))`` [mardia1974]_;
    ``(b2p - p (p + 2)) / sqrt(8 p (p + 2) / n)`` is normal.
    """
    n, p = values.shape
    if n < 3:
        return None
    z = _whitened(values, n if divisor == "n" else n - 1)
    if z is None:
        return None
    b2p = float(((z * z).sum(axis=1) ** 2).mean())
    b1p = _third(z)
    df = p * (p + 1) * (p + 2) // 6
    chi2 = n * b1p / 6
    k = (p + 1) * (n + 1) * (n + 3) / (n * ((n + 1) * (p + 1) - 6))
    score = (b2p - p * (p + 2)) / np.sqrt(8 * p * (p + 2) / n)
    tail = float(2 * ndtr(-abs(score)))
    tails = float(chdtrc(df, chi2)), float(chdtrc(df, k * chi2))
    return MardiaNumbers(b1p, b2p, chi2, df, tails[0], k * chi2, tails[1], float(score), tail)


def _whitened(values: NDArray, divisor: int) -> NDArray | None:
    """Deviations in axes without correlation, shape (N, p); None if the covariance is singular."""
    scale = values.std(axis=0)
    if len(values) <= values.shape[1] or not (scale > 0).all():
        return None
    d = (values - values.mean(axis=0)) / scale
    roots, axes = np.linalg.eigh(d.T @ d / divisor)
    return d @ (axes / np.sqrt(roots)) if roots[0] > 1e-10 else None


def _third(z: NDArray) -> float:
    """Sum of the squared third moments of whitened deviations."""
    n, p = z.shape
    total = 0.0
    for a in range(p):
        moments = np.zeros((p - a, p - a))
        for start in range(0, n, _ROWS):
            rows = z[start : start + _ROWS, a:]
            moments += (rows * rows[:, :1]).T @ rows
        moments = (moments / n) ** 2
        # How often a triple a <= b <= c stands among all: 6 times, 3 times with two alike, once.
        weights = np.full(moments.shape, 3.0)
        weights[0, :] = weights[:, 0] = 1.5
        np.fill_diagonal(weights, 3.0)
        weights[0, 0] = 1.0
        total += float((weights * moments).sum())
    return total
