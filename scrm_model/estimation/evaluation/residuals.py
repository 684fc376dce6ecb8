"""Residuals of the moments, and how large they are for their sampling error.

Notes
-----
With r = s - sigma the residual of a moment, s_i the standard deviation of variable i, and Gamma
the covariance matrix of the sample moments under normality [browne1984]_::

    cor           s_ij / (s_i s_j) - sigma_ij / (sigma_i sigma_j)        [bollen1989]_
    cor.bentler   (s_ij - sigma_ij) / (s_i s_j)                           [bentler1995]_
    normalized    r / sqrt(diag Gamma)                                    [joreskog1981]_
    standardized  r / sqrt(diag Q Gamma Q')        Q = I - Delta E Delta' V

A mean's residual is divided by s_i under both cor's. Gamma is taken at the sample moments, V (its
inverse) and Delta at the implied ones; E is the covariance matrix of the estimates [lavaan's
convention, found by experiment: at Sigma throughout, standardized residuals differ in the first
decimal]. Normalized residuals ignore that the parameters are estimated and are too small;
standardized ones are standard normal in large samples under a true model. The moments of fixed
predictors are constants: Gamma is conditional on them.

Where parameters are equal across groups the sampling error of the other groups does not enter
[lavaan's convention], which makes standardized residuals somewhat too large there.

With ``cov(s_ij, tr(W s)) = 2 (S W S)_ij / n`` every product with Gamma is one of p x p matrices;
Gamma, of order p^4, is never formed.

References
----------
.. [bentler1995] Bentler, P. M. (1995). EQS Structural Equations Program Manual. Multivariate
   Software.
.. [bollen1989] Bollen, K. A. (1989). Structural Equations with Latent Variables. Wiley.
.. [browne1984] Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis
   of covariance structures. British Journal of Mathematical and Statistical Psychology, 37, 62-83.
.. [joreskog1981] Jöreskog, K. G., & Sörbom, D. (1981). LISREL V. International Educational
   Services.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.implied.compiled import Block, CompiledModel
from scrm_model.estimation.implied.moments import Implied, dictionary, implied
from scrm_model.estimation.observed.sample import Sample

KINDS = ("raw", "cor", "cor.bentler", "normalized", "standardized")

_NO_ERROR = 1e-9  # share of a moment's sampling variance below which its residual is no variable

Residuals = tuple[NDArray, NDArray | None]
"""Residual covariances (p, p), and residual means (p,) or None."""


def check_kind(kind: str) -> str:
    """`kind` if there is such a kind; British spelling too.

    Raises
    ------
    ArgumentError
    """
    known = str(kind).replace("ised", "ized")
    if known in KINDS:
        return known
    choices = ", ".join(map(repr, KINDS))
    raise ArgumentError(f"kind= needs one of {choices}; got {kind!r}.{did_you_mean(known, KINDS)}")


def residual_moments(
    model: CompiledModel,
    theta: NDArray,
    cov: NDArray | None,
    samples: tuple[Sample, ...],
    kind: str = "raw",
) -> list[Residuals]:
    """Residuals of every group's moments.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)
    cov : ndarray, shape (q, q), or None
        Covariance matrix of the estimates; needed for ``"standardized"``.
    samples : tuple of Sample
        One a group, stacks of one.
    kind : {"raw", "cor", "cor.bentler", "normalized", "standardized"}

    Returns
    -------
    list of (ndarray, ndarray or None)
        Covariances (p, p) and means (p,). A standardized residual that can only be 0 is 0.
    """
    out = []
    for block, sample in zip(model.blocks, samples, strict=True):
        of = implied(block, theta[None], sample.cov, sample.mean)
        if kind in ("raw", "cor", "cor.bentler"):
            out.append(_plain(of, sample, kind))
            continue
        gap, shift = _plain(of, sample, "raw")
        sampling = _sampling(sample, model.exogenous_observed)
        variance, mean_variance = sampling
        if kind == "standardized" and cov is not None:
            variance, mean_variance = _left(
                block, of, sample, model.exogenous_observed, cov, sampling
            )
        out.append((
            _ratio(gap, variance, sampling[0]),
            None if shift is None else _ratio(shift, mean_variance, sampling[1]),
        ))  # fmt: skip
    return out


def _plain(of: Implied, sample: Sample, kind: str) -> Residuals:
    s, sigma = sample.cov[0], of.sigma[0]
    shift = None if sample.mean is None else sample.mean[0] - of.mu[0]
    if kind == "raw":
        return s - sigma, shift
    d, d_hat = np.sqrt(np.diag(s)), np.sqrt(np.diag(sigma))
    if kind == "cor":
        gap = s / np.outer(d, d) - sigma / np.outer(d_hat, d_hat)
    else:
        gap = (s - sigma) / np.outer(d, d)
    return gap, None if shift is None else shift / d


def _ratio(residual: NDArray, variance: NDArray, whole: NDArray) -> NDArray:
    varies = variance > _NO_ERROR * whole
    return np.where(varies, residual / np.sqrt(np.where(varies, variance, 1.0)), 0.0)


def _normal(s: NDArray) -> NDArray:
    """n times the sampling variances of covariances under normality, shape (p, p)."""
    return np.outer(np.diag(s), np.diag(s)) + s**2


def _explained(s: NDArray, x: NDArray[np.intp]) -> tuple[NDArray, NDArray]:
    """Regression of all variables on x (p, x), and the covariances it explains (p, p)."""
    slopes = np.linalg.solve(s[np.ix_(x, x)], s[x]).T if len(x) else np.zeros((len(s), 0))
    return slopes, slopes @ s[x]


def _sampling(sample: Sample, x: NDArray[np.intp]) -> tuple[NDArray, NDArray]:
    """Sampling variances of covariances (p, p) and means (p,), given fixed x."""
    s = sample.cov[0]
    _, explained = _explained(s, x)
    out = _normal(s) - _normal(explained)
    mean = np.diag(s - explained).copy()
    out[np.ix_(x, x)] = mean[x] = 0.0
    return np.where(out > 0, out, 0.0) / sample.n, mean / sample.n


def _left(
    block: Block,
    of: Implied,
    sample: Sample,
    x: NDArray[np.intp],
    cov: NDArray,
    sampling: tuple[NDArray, NDArray],
) -> tuple[NDArray, NDArray]:
    """Variances of the residuals: diag Q Gamma Q' for covariances (p, p) and means (p,)."""
    s, n, q = sample.cov[0], sample.n, len(cov)
    precision = np.linalg.inv(of.sigma[0])
    moved, shifts = _derivatives(block, of, q)
    slopes, explained = _explained(s, x)
    # V Delta, the moments of x left out: P dSigma P, and P dmu.
    weights = _between(precision, moved)
    weights[:, x[:, None], x] = 0.0
    pulls = shifts @ precision
    pulls[:, x] = 0.0
    given = _between(s, weights)
    if len(x):
        given = given - slopes @ given[:, x[:, None], x] @ slopes.T
    pulled = pulls @ (s - explained)
    middle = weights.reshape(q, -1) @ given.reshape(q, -1).T / 2.0 + pulls @ pulled.T
    spread = n * cov @ middle @ cov
    variance = sampling[0] + _forms(moved, -2.0 * cov, given) + _forms(moved, spread, moved)
    mean = sampling[1] + np.einsum("ai,ab,bi->i", shifts, -2.0 * cov, pulled)
    return variance, mean + np.einsum("ai,ab,bi->i", shifts, spread, shifts)


def _between(side: NDArray, stack: NDArray) -> NDArray:
    """side @ M @ side for a stack of matrices, all symmetric, in two large products."""
    half = (stack.reshape(-1, len(side)) @ side).reshape(stack.shape)
    return (half.swapaxes(1, 2).reshape(-1, len(side)) @ side).reshape(stack.shape)


def _forms(one: NDArray, by: NDArray, other: NDArray) -> NDArray:
    """sum_ab one_a by_ab other_b, cell by cell."""
    return (np.tensordot(by.T, one, axes=1) * other).sum(axis=0)


def _derivatives(block: Block, of: Implied, q: int) -> tuple[NDArray, NDArray]:
    """dSigma (q, p, p) and dmu (q, p)."""
    d = dictionary(of)[0]
    p = len(d)
    moved, shifts = np.zeros((q, p, p)), np.zeros((q, p))
    half = np.einsum("ie,je->eij", d[:, block.left] * block.weight, d[:, block.right])
    np.add.at(moved, block.parameter, half + half.swapaxes(1, 2))
    scale = np.concatenate([[1.0], of.latent_mean[0]])[block.mean_scale]
    np.add.at(shifts, block.mean_parameter, (d[:, block.mean_column] * scale).T)
    return moved, shifts
