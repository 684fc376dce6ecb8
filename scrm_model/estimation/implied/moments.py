"""Parameters to moments: the matrices of a stack of models, and the dictionary of derivatives.

With A = (I - B)^-1 and V = A Psi A', the model implies::

    Sigma = Lambda V Lambda' + Theta        mu = nu + Lambda A alpha

Notes
-----
Every derivative of Sigma with respect to a cell of Lambda, B, Psi or Theta has the form
``c (l r' + r l')`` with l and r columns of the dictionary ``D = [I | Lambda A | Lambda V]``:

========  ==========  ==========
cell      l           r
========  ==========  ==========
Lambda_ij e_i         (Lambda V)_j
B_jk      (Lambda A)_j (Lambda V)_k
Psi_jk    (Lambda A)_j (Lambda A)_k
Theta_ik  e_i         e_k
========  ==========  ==========

with c = 1, or 1/2 where l and r are the same column. Gradient and information are therefore
gathers from ``D' G D`` and ``D' Sigma^-1 D``; no derivative matrix is ever formed. It holds for
every linear structural equation model [bollen1989]_.

References
----------
.. [bollen1989] Bollen, K. A. (1989). Structural Equations with Latent Variables. Wiley.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dgesv

from scrm_model.estimation.implied.compiled import Block
from scrm_model.estimation.implied.responses import complete


@dataclass(frozen=True, slots=True)
class Implied:
    """Implied moments of a stack of B parameter vectors, one group.

    Attributes
    ----------
    sigma : ndarray, shape (B, p, p)
        Covariance matrix of the observed variables.
    mu : ndarray, shape (B, p)
        Mean vector (zero without a mean structure).
    loading_path : ndarray, shape (B, p, m)
        Lambda A.
    loading_cov : ndarray, shape (B, p, m)
        Lambda V.
    latent_cov : ndarray, shape (B, m, m)
        V, the covariance matrix of the latent variables.
    latent_mean : ndarray, shape (B, m)
        A alpha.
    paths : ndarray, shape (B, m, m)
        A = (I - B)^-1, the total effects of the residuals.
    """

    sigma: NDArray
    mu: NDArray
    loading_path: NDArray
    loading_cov: NDArray
    latent_cov: NDArray
    latent_mean: NDArray
    paths: NDArray


def fill(
    block: Block, theta: NDArray, cov: NDArray, mean: NDArray | None = None
) -> tuple[NDArray, ...]:
    """Matrices of a block for a stack of parameter vectors.

    Parameters
    ----------
    block : Block
    theta : ndarray, shape (B, q)
        Real, or complex for complex-step differentiation.
    cov : ndarray, shape (B or 1, p, p)
        Sample covariances, from which the moments of fixed x are taken.
    mean : ndarray, shape (B or 1, p), optional
        Sample means, for the same purpose; None where no means are modelled.

    Returns
    -------
    tuple of ndarray
        Lambda, B, Psi, Theta, nu, alpha, tau, delta, each (B, rows, columns).
    """
    flat = np.empty((len(theta), len(block.base)), dtype=theta.dtype)
    flat[:] = block.base
    flat[:, block.cells] = theta.take(block.cell_parameter, axis=1)
    if block.responses is not None:
        complete(block.responses, block.layout.split(flat))
    if len(block.exogenous):
        r, c = block.exogenous_rows, block.exogenous_columns
        values = cov[:, r, np.maximum(c, 0)]
        if mean is not None:
            values = np.where(c < 0, mean[:, r], values)
        flat[:, block.exogenous] = values
    return block.layout.split(flat)


def implied(block: Block, theta: NDArray, cov: NDArray, mean: NDArray | None = None) -> Implied:
    """Moments that a stack of parameter vectors implies.

    Parameters
    ----------
    block, theta, cov, mean
        As in `fill`.

    Returns
    -------
    Implied

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular for some member of the stack.
    """
    return implied_by(fill(block, theta, cov, mean), mean is not None)


def implied_by(matrices: tuple[NDArray, ...], means: bool) -> Implied:
    """Moments that the matrices of `fill` imply.

    Parameters
    ----------
    matrices : tuple of ndarray, each (B, rows, columns)
    means : bool
        Whether means are modelled.

    Returns
    -------
    Implied

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular for some member of the stack.
    """
    lam, beta, psi, error, nu, alpha = matrices[:6]
    paths = total_paths(beta)
    latent_cov = paths @ psi @ paths.swapaxes(1, 2)
    loading_cov = lam @ latent_cov
    sigma = loading_cov @ lam.swapaxes(1, 2)
    sigma += error
    latent_mean, mu = alpha[..., 0], nu[..., 0]
    if means:
        latent_mean = (paths @ alpha)[..., 0]
        mu = mu + (lam @ latent_mean[..., None])[..., 0]
    return Implied(sigma, mu, lam @ paths, loading_cov, latent_cov, latent_mean, paths)


def total_paths(beta: NDArray) -> NDArray:
    """(I - B)^-1 of a stack, shape (B, m, m).

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B is singular for some member.
    """
    eye = np.eye(beta.shape[-1])
    if not beta.any():
        return np.broadcast_to(eye, beta.shape)
    if len(beta) > 1 or beta.dtype != np.float64:
        return np.asarray(np.linalg.inv(eye - beta))
    *_, inverse, failed = dgesv(eye - beta[0], eye)
    if failed:
        raise np.linalg.LinAlgError("I - B is singular")
    return np.asarray(inverse)[None]


def dictionary(of: Implied) -> NDArray:
    """The columns D = [I | Lambda A | Lambda V] of which all derivatives are made.

    Returns
    -------
    ndarray, shape (B, p, p + 2 m)
    """
    stack, p, _ = of.sigma.shape
    eye = np.broadcast_to(np.eye(p, dtype=of.sigma.dtype), (stack, p, p))
    return np.concatenate([eye, of.loading_path, of.loading_cov], axis=2)
