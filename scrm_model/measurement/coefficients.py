"""Coefficients of reliability as bare numbers: matrices in, shares of variance out.

Notes
-----
With S the k x k covariance matrix of items, 1 a vector of ones, l standardised loadings, lambda raw
loadings and phi the variance of the construct::

    alpha            k / (k - 1) (1 - tr S / 1' S 1)                          [cronbach1951]_
    omega            (1' lambda)^2 phi / variance of the sum of the items     [joreskog1971]_
    H                1 / (1 + 1 / sum(l^2 / (1 - l^2)))                       [hancock2001]_
    Spearman-Brown   2 r / (1 + r)
    AVE              sum of lambda^2 phi / sum of variances                   [fornell1981]_

alpha is a smooth function of S with slopes ``G = k / (k - 1) (tr S / (1' S 1)^2 - I / 1' S 1)``.
Its variance is therefore 2 tr(G S G S) / n if answers are normal [vanzyl2000]_, and the variance of
d' G d over cases divided by n, d a case's deviations from the means, whatever their distribution
[maydeu2007]_.

The sum of ordinal answers is not the sum of the latent responses behind them. With the category
numbers 0, 1, ... and thresholds tau of standardised responses that correlate rho, two answers have
the covariance ``sum_ab (Phi2(tau_a, tau_b; rho) - Phi(tau_a) Phi(tau_b))`` [green2009]_.

References
----------
.. [cronbach1951] Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests.
   Psychometrika, 16, 297-334.
.. [fornell1981] Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with
   unobservable variables and measurement error. Journal of Marketing Research, 18, 39-50.
.. [green2009] Green, S. B., & Yang, Y. (2009). Reliability of summed item scores using structural
   equation modeling: An alternative to coefficient alpha. Psychometrika, 74, 155-167.
.. [hancock2001] Hancock, G. R., & Mueller, R. O. (2001). Rethinking construct reliability within
   latent variable systems. In Structural equation modeling: Present and future (pp. 195-216). SSI.
.. [joreskog1971] Jöreskog, K. G. (1971). Statistical analysis of sets of congeneric tests.
   Psychometrika, 36, 109-133.
.. [marquardt1970] Marquardt, D. W. (1970). Generalized inverses, ridge regression, biased linear
   estimation, and nonlinear estimation. Technometrics, 12, 591-612.
.. [maydeu2007] Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically
   distribution-free (ADF) interval estimation of coefficient alpha. Psychological Methods, 12,
   157-176.
.. [vanzyl2000] van Zyl, J. M., Neudecker, H., & Nel, D. G. (2000). On the distribution of the
   maximum likelihood estimator of Cronbach's alpha. Psychometrika, 65, 271-280.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from scrm_model.estimation.observed.responses.bivariate import bivariate_cdf


def alpha(cov: NDArray) -> NDArray:
    """Cronbach's alpha.

    Parameters
    ----------
    cov : ndarray, shape (..., k, k)
        Of the items; correlations give the standardised alpha, polychoric ones the ordinal alpha.

    Returns
    -------
    ndarray, shape (...)
    """
    k = cov.shape[-1]
    trace = np.trace(cov, axis1=-2, axis2=-1)
    return np.asarray(k / (k - 1) * (1.0 - trace / cov.sum(axis=(-2, -1))))


def alpha_slopes(cov: NDArray) -> NDArray:
    """Derivatives of alpha in every cell of the matrix, shape (k, k)."""
    k, total = len(cov), cov.sum()
    return np.asarray(k / (k - 1) * (np.trace(cov) / total**2 - np.eye(k) / total))


def alpha_se_normal(cov: NDArray, n: int) -> float:
    """Standard error of alpha for normal answers [vanzyl2000]_.

    Parameters
    ----------
    cov : ndarray, shape (k, k)
    n : int
        Cases.
    """
    return se_normal(cov, alpha_slopes(cov), n)


def alpha_se_adf(rows: NDArray) -> float:
    """Standard error of alpha without an assumption about the distribution [maydeu2007]_.

    Parameters
    ----------
    rows : ndarray, shape (N, k)
        Complete answers.
    """
    return se_adf(rows, alpha_slopes(np.cov(rows, rowvar=False, ddof=0)))


def se_normal(cov: NDArray, slopes: NDArray, n: int) -> float:
    """Standard error of a function of covariances for normal answers.

    Parameters
    ----------
    cov, slopes : ndarray, shape (k, k)
        Slopes symmetric: a change of two mirrored cells together counts twice.
    n : int
        Cases.
    """
    moved = slopes @ cov
    return float(np.sqrt(2.0 * np.trace(moved @ moved) / n))


def se_adf(rows: NDArray, slopes: NDArray) -> float:
    """The same without an assumption about the distribution.

    Parameters
    ----------
    rows : ndarray, shape (N, k)
        Complete answers.
    slopes : ndarray, shape (k, k)
    """
    d = rows - rows.mean(axis=0)
    added = np.einsum("ni,ij,nj->n", d, slopes, d)
    return float(np.sqrt(added.var() / len(d)))


def coefficient_h(loadings: NDArray) -> NDArray:
    """Reliability of the best weighted sum of the items [hancock2001]_.

    Parameters
    ----------
    loadings : ndarray, shape (..., k)
        Standardised, below 1 in size.

    Returns
    -------
    ndarray, shape (...)
    """
    odds = (loadings**2 / (1.0 - loadings**2)).sum(axis=-1)
    return np.asarray(odds / (1.0 + odds))


def spearman_brown(r: float | NDArray) -> float | NDArray:
    """Reliability of the sum of two standardised items that correlate r."""
    return 2.0 * r / (1.0 + r)


def spearman_brown_slopes(cov: NDArray) -> NDArray:
    """Its derivatives in every cell of the covariance matrix of the two items, shape (2, 2)."""
    root = np.sqrt(cov[0, 0] * cov[1, 1])
    r = cov[0, 1] / root
    own = -0.5 * r / np.diag(cov)
    in_r = np.array([[own[0], 0.5 / root], [0.5 / root, own[1]]])
    return np.asarray(2.0 / (1.0 + r) ** 2 * in_r)


def vif(correlations: NDArray) -> NDArray:
    """Variance inflation of each of several variables by the others.

    Parameters
    ----------
    correlations : ndarray, shape (..., k, k)
        Positive definite.

    Returns
    -------
    ndarray, shape (..., k)
        The diagonal of the inverse: 1 / (1 - R^2) of each on the others [marquardt1970]_.
    """
    return np.asarray(np.diagonal(np.linalg.inv(correlations), axis1=-2, axis2=-1))


def score_covariances(cuts: NDArray, rho: NDArray) -> NDArray:
    """Covariances of ordinal answers, as category numbers, from those of the responses behind.

    Parameters
    ----------
    cuts : ndarray, shape (B, k, C - 1)
        Thresholds of standardised responses; infinite where an item has fewer.
    rho : ndarray, shape (B, k, k)
        Correlations; a value of 1 stands for an item with itself.

    Returns
    -------
    ndarray, shape (B, k, k)
    """
    first, second = cuts[:, :, None, :, None], cuts[:, None, :, None, :]
    r = rho[:, :, :, None, None]
    same = np.abs(r) >= 1.0
    apart = bivariate_cdf(first, second, np.where(same, 0.0, r))
    both = np.where(same, ndtr(np.minimum(first, second)), apart)
    return np.asarray((both - ndtr(first) * ndtr(second)).sum(axis=(-2, -1)))
