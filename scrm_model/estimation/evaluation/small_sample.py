"""Tests of fit that keep their size in small samples, on bare numbers.

Notes
-----
N F exceeds its chi-square when p is not small beside N: a true model is rejected too often. Two
remedies: shrink the statistic by a factor of N, p and the model (Swain, Bartlett, Yuan), which
assumes normality; or refer it to the weighted sum of chi-squares that it tends to without
normality, the weights estimated by eigenvalues of U Gamma that are averaged in blocks, since single
ones are unstable [foldnes2018]_, and pulled to their mean, since the large are too large and the
small too small [foldnes2024]_.

References
----------
.. [swain1975] Swain, A. J. (1975). Analysis of parametric structures for variance matrices.
   Doctoral thesis, University of Adelaide.
.. [herzog2009] Herzog, W., & Boomsma, A. (2009). Small-sample robust estimators of
   noncentrality-based and incremental model fit. Structural Equation Modeling, 16, 1-27.
.. [bartlett1950] Bartlett, M. S. (1950). Tests of significance in factor analysis. British Journal
   of Psychology, Statistical Section, 3, 77-85.
.. [nevitt2004] Nevitt, J., & Hancock, G. R. (2004). Evaluating small sample approaches for model
   test statistics in structural equation modeling. Multivariate Behavioral Research, 39, 439-478.
.. [yuan2005] Yuan, K.-H. (2005). Fit indices versus test statistics. Multivariate Behavioral
   Research, 40, 115-148.
.. [yuan2015] Yuan, K.-H., Tian, Y., & Yanagihara, H. (2015). Empirical correction to the
   likelihood ratio statistic for structural equation modeling with many variables. Psychometrika,
   80, 379-405.
.. [foldnes2018] Foldnes, N., & Grønneberg, S. (2018). Approximating test statistics using
   eigenvalue block averaging. Structural Equation Modeling, 25, 101-114.
.. [foldnes2024] Foldnes, N., Moss, J., & Grønneberg, S. (2024). Improved goodness of fit
   procedures for structural equation models. Structural Equation Modeling.
   https://doi.org/10.1080/10705511.2024.2372028
.. [browne1974] Browne, M. W. (1974). Generalized least squares estimators in the analysis of
   covariance structures. South African Statistical Journal, 8, 1-24.
.. [imhof1961] Imhof, J. P. (1961). Computing the distribution of quadratic forms in normal
   variables. Biometrika, 48, 419-426.
.. [rice1980] Rice, S. O. (1980). Distribution of quadratic forms in normal random variables:
   evaluation by numerical integration. SIAM Journal on Scientific and Statistical Computing, 1,
   438-448.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def swain_factor(p: int, df: int, n: float) -> float:
    """What Swain multiplies the statistic by [swain1975]_.

    Parameters
    ----------
    p : int
        Observed variables.
    df : int
        Degrees of freedom, at least 1.
    n : float
        What F is multiplied by: N, or N - 1 under the Wishart likelihood.

    Returns
    -------
    float
        Below 1 unless df is tiny; tends to 1 with n.

    Notes
    -----
    As [herzog2009]_ give it::

        1 - (p (2 p^2 + 3 p - 1) - q (2 q^2 + 3 q - 1)) / (12 df n)
        q = (sqrt(1 + 4 p (p + 1) - 8 df) - 1) / 2
    """
    q = (np.sqrt(1.0 + 4.0 * p * (p + 1.0) - 8.0 * df) - 1.0) / 2.0
    gap = p * (2.0 * p**2 + 3.0 * p - 1.0) - q * (2.0 * q**2 + 3.0 * q - 1.0)
    return float(1.0 - gap / (12.0 * df * n))


def bartlett_factor(p: int, factors: int, n: float) -> float:
    """What Bartlett multiplies the statistic of an exploratory factor model by [bartlett1950]_.

    Parameters
    ----------
    p, factors : int
        Observed variables and factors.
    n : float
        As in `swain_factor`.

    Notes
    -----
    ``1 - (2 p + 4 k + 5) / (6 n)``. Used for other models too, as the k-factor correction
    [nevitt2004]_; it was not derived for them.
    """
    return 1.0 - (2.0 * p + 4.0 * factors + 5.0) / (6.0 * n)


def yuan_factor(p: int, factors: int, n: float) -> float:
    """Bartlett's factor as Yuan adapts it to structural equation models [yuan2005]_.

    Parameters
    ----------
    p, factors, n
        As in `bartlett_factor`.

    Notes
    -----
    ``1 - (2 p + 2 k + 7) / (6 n)``: k factors whose loadings are mostly fixed to 0 cost less than
    k free ones.
    """
    return 1.0 - (2.0 * p + 2.0 * factors + 7.0) / (6.0 * n)


def empirical_factor(p: int, npar: int, cases: int, n: float) -> float:
    """Empirical correction of Yuan, Tian and Yanagihara [yuan2015]_.

    Parameters
    ----------
    p, npar : int
        Observed variables, free parameters.
    cases : int
        N.
    n : float
        As in `swain_factor`.

    Notes
    -----
    ``(N - (2.381 + 0.361 p + 0.006 q)) / n``, from regressing the mean of the statistic over many
    simulated conditions.
    """
    return (cases - (2.381 + 0.361 * p + 0.006 * npar)) / n


def rls_statistic(
    observed: Sequence[NDArray],
    implied: Sequence[NDArray],
    sizes: Sequence[float],
    means: Sequence[tuple[NDArray, NDArray]] | None = None,
) -> float:
    """Browne's reweighted least squares statistic at the ML solution [browne1974]_.

    Parameters
    ----------
    observed, implied : sequence of ndarray, shape (p, p)
        Covariance matrices, one a group.
    sizes : sequence of float
        What F of each group is multiplied by.
    means : sequence of (observed, implied) means, or None
        With a mean structure.

    Notes
    -----
    ``sum_g n_g (1/2 tr(((S - Sigma) Sigma^-1)^2) + (m - mu)' Sigma^-1 (m - mu))``. It has the limit
    of N F, and keeps closer to it in small samples.
    """
    out = 0.0
    for g, (s, sigma, n) in enumerate(zip(observed, implied, sizes, strict=True)):
        rest = np.linalg.solve(sigma, s - sigma)
        out += n * 0.5 * float((rest * rest.T).sum())
        if means is not None:
            gap = means[g][0] - means[g][1]
            out += n * float(gap @ np.linalg.solve(sigma, gap))
    return out


def block_means(eigenvalues: ArrayLike, blocks: int) -> NDArray[np.float64]:
    """Replace eigenvalues by the means of blocks of neighbours [foldnes2018]_.

    Parameters
    ----------
    eigenvalues : array_like, shape (df,)
    blocks : int
        Blocks of equal size, the last one smaller where df is no multiple; at least df leaves
        every eigenvalue as it is.

    Returns
    -------
    ndarray, shape (df,)
        Descending.
    """
    values = np.sort(np.asarray(eigenvalues, dtype=float))[::-1]
    size = -(-len(values) // min(blocks, max(len(values), 1))) if len(values) else 1
    block = np.arange(len(values)) // size
    return (np.bincount(block, values) / np.bincount(block))[block]


def penalised_block_means(eigenvalues: ArrayLike, blocks: int) -> NDArray[np.float64]:
    """Block means pulled half-way to the mean of all eigenvalues [foldnes2024]_.

    Parameters
    ----------
    eigenvalues, blocks
        As in `block_means`.
    """
    values = block_means(eigenvalues, blocks)
    return (values + values.mean()) / 2.0


def weighted_chi2_sf(x: float, weights: ArrayLike) -> float:
    """P(Q > x) for Q a weighted sum of independent chi-squares with one df each.

    Parameters
    ----------
    x : float
    weights : array_like, shape (k,)
        Not negative. Zeros do not count; without another the result is NaN.

    Notes
    -----
    The characteristic function is inverted [imhof1961]_ along a contour through the saddle point
    [rice1980]_, so that small tails keep their digits::

        P(Q > x) = 1 / (2 pi i) * integral of exp(K(s) - s x) / s ds,  Re s > 0
        K(s) = -1/2 sum_j log(1 - 2 w_j s)

    The contour is a parabola that opens around the branch cut; below the mean it passes left of 0
    and gives ``-P(Q <= x)``. The trapezoidal rule converges exponentially on it.
    """
    w, count = np.unique(np.asarray(weights, dtype=float), return_counts=True)
    w, count = w[w > 0], count[w > 0]
    if not len(w) or not np.isfinite(x):
        return float("nan")
    if x <= 0:
        return 1.0
    w, x = w / w[-1], x / w[-1]
    upper = x > w @ count
    c = _saddle(x, w, count, upper)
    d = w / (1.0 - 2.0 * w * c)
    second = 2.0 * float(count @ d**2) + 1.0 / c**2
    third = 8.0 * float(count @ d**3) - 2.0 / c**3
    # The direction of steepest descent, but never straight up: few weights decay too slowly there.
    bend = max(third / (6.0 * second), 0.25 / max(1.0, -2.0 * c))
    # Half of the contour: the other half is its mirror image.
    u = _STEP * np.arange(200)
    t = np.sinh(u) / np.sqrt(second)
    s = c + 1j * t + bend * t**2
    slope = (1.0 - 2.0j * bend * t) * np.cosh(u) / np.sqrt(second)
    exponent = -0.5 * (count @ np.log1p(-2.0 * w[:, None] * s)) - s * x
    terms = (np.exp(exponent) / s * slope).real
    tail = _STEP / np.pi * float(terms.sum() - terms[0] / 2.0)
    return min(max(tail if upper else 1.0 + tail, 0.0), 1.0)


_STEP = 0.04


def _saddle(x: float, w: NDArray, count: NDArray, upper: bool) -> float:
    """Where ``K(s) - s x - log|s|`` is least on the real axis, right of 0 or left of it.

    That is convex on either side. Bisection is enough: any contour between the singularities gives
    the same integral.
    """
    # Left of 0 the sum is at most -k / (2 s), so that the root is right of -(k / 2 + 1) / x.
    low, high = (0.0, 0.5) if upper else (-(count.sum() / 2.0 + 1.0) / x * 1.01, 0.0)
    for _ in range(50):
        s = (low + high) / 2.0
        if float((count * w / (1.0 - 2.0 * w * s)).sum()) - x - 1.0 / s > 0.0:
            high = s
        else:
            low = s
    return (low + high) / 2.0
