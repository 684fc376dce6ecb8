"""Two groups against each other, and counts against a table, on arrays.

References
----------
.. [cohen1988] Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.).
   Erlbaum.
.. [holm1979] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
   Journal of Statistics, 6, 65-70.
.. [steiger1997] Steiger, J. H., & Fouladi, R. T. (1997). Noncentrality interval estimation and the
   evaluation of statistical models. In L. L. Harlow, S. A. Mulaik, & J. H. Steiger (Eds.), What if
   there were no significance tests? (pp. 221-257). Erlbaum.
.. [welch1947] Welch, B. L. (1947). The generalization of Student's problem when several different
   population variances are involved. Biometrika, 34, 28-35.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chdtrc, nctdtr, stdtr


@dataclass(frozen=True, slots=True)
class MeanContrast:
    """Welch's test, and the standardised difference.

    Attributes
    ----------
    n, mean : tuple of two
        Of the two groups.
    t, df, p : float
        Two-sided.
    d, d_lower, d_upper : float
        Cohen's d and its interval.
    """

    n: tuple[int, int]
    mean: tuple[float, float]
    t: float
    df: float
    p: float
    d: float
    d_lower: float
    d_upper: float


def welch(first: NDArray, second: NDArray, level: float = 0.95) -> MeanContrast | None:
    """Difference of two means without the assumption of equal variances [welch1947]_.

    Parameters
    ----------
    first, second : ndarray, shape (n,), (m,)
        Without empty cells.
    level : float
        Of the interval.

    Returns
    -------
    MeanContrast, or None
        None with fewer than two answers in a group, or where neither group varies.

    Notes
    -----
    Cohen's d [cohen1988]_ is the difference over the pooled standard deviation, so that its
    interval assumes equal variances: that of the noncentrality of t [steiger1997]_.
    """
    n, m = len(first), len(second)
    if min(n, m) < 2:
        return None
    v, w = first.var(ddof=1), second.var(ddof=1)
    pooled = ((n - 1) * v + (m - 1) * w) / (n + m - 2)
    means = float(first.mean()), float(second.mean())
    if not pooled > 1e-20 * max(abs(means[0]), abs(means[1]), 1e-300) ** 2:
        return None
    a, b = v / n, w / m
    t = (means[0] - means[1]) / np.sqrt(a + b)
    df = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (m - 1))
    d = (means[0] - means[1]) / np.sqrt(pooled)
    lower, upper = d_interval(d, n, m, level)
    p = float(2 * stdtr(df, -abs(t)))
    return MeanContrast((n, m), means, float(t), float(df), p, float(d), lower, upper)


def d_interval(d: float, n: int, m: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of Cohen's d from the noncentral t distribution.

    Parameters
    ----------
    d : float
    n, m : int
        Sizes of the groups.
    level : float

    Returns
    -------
    tuple of (float, float)
        NaN where d is so large that the distribution cannot be computed.
    """
    root = float(np.sqrt(n * m / (n + m)))
    t, df = abs(d) * root, n + m - 2
    tail = (1 - level) / 2
    if np.isnan(nctdtr(df, t, t)):
        return np.nan, np.nan
    # Wide enough for any t: its error is that of a normal, plus what the variance adds.
    reach = 12.0 + 12.0 * t / np.sqrt(df)

    def bound(share: float) -> float:
        def gap(nc: float) -> float:
            below = nctdtr(df, nc, t)
            # Far out in a tail the series has no number; the limit is known.
            return float(nc < t if np.isnan(below) else below) - share

        return float(brentq(gap, t - reach, t + reach, xtol=1e-10)) / root

    lower, upper = bound(1 - tail), bound(tail)
    return (lower, upper) if d >= 0 else (-upper, -lower)


@dataclass(frozen=True, slots=True)
class CountContrast:
    """A chi-square test of counts.

    Attributes
    ----------
    n : int
    chi2, df, p : float, int, float
    v : float
        Cramer's V; of one row of counts Cohen's w.
    least : float
        Smallest expected count.
    """

    n: int
    chi2: float
    df: int
    p: float
    v: float
    least: float


def independence(counts: NDArray) -> CountContrast | None:
    """Pearson's chi-square of a table, without correction for continuity.

    Parameters
    ----------
    counts : ndarray, shape (R, C)

    Returns
    -------
    CountContrast, or None
        None if fewer than two rows or two columns have counts.
    """
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0].astype(float)
    if min(counts.shape) < 2:
        return None
    n = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    v = float(np.sqrt(chi2 / (n * (min(counts.shape) - 1))))
    return CountContrast(int(n), chi2, df, float(chdtrc(df, chi2)), v, float(expected.min()))


def goodness(counts: NDArray, shares: NDArray) -> CountContrast | None:
    """Chi-square of counts against known shares.

    Parameters
    ----------
    counts : ndarray, shape (C,)
    shares : ndarray, shape (C,)
        Positive, with sum 1.

    Returns
    -------
    CountContrast, or None
        None without counts, or with one category only.
    """
    n = counts.sum()
    if n == 0 or len(counts) < 2:
        return None
    expected = n * shares
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    df = len(counts) - 1
    w = float(np.sqrt(chi2 / n))
    return CountContrast(int(n), chi2, df, float(chdtrc(df, chi2)), w, float(expected.min()))


def holm(p: NDArray) -> NDArray:
    """p values corrected for their number by Holm's steps [holm1979]_.

    Parameters
    ----------
    p : ndarray, shape (k,)
        NaN where there was no test; such places do not count.

    Returns
    -------
    ndarray, shape (k,)
    """
    out = np.full(len(p), np.nan)
    tests = np.flatnonzero(~np.isnan(p))
    order = tests[np.argsort(p[tests], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    out[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1.0)
    return out
