"""Residual variances that give every variable of a model, latent or observed, a variance of 1.

Notes
-----
The residual variances psi of the latent variables solve the linear system
``sum_k A_jk^2 psi_k = 1 - (A C A')_jj``, with A = (I - B)^-1 and C the covariances among
residuals; this holds with and without loops.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ModelError
from scrm_model.estimation.implied.compiled import CompiledModel


def total_effects(beta: NDArray) -> NDArray:
    """(I - B)^-1, which a loop must let exist.

    Parameters
    ----------
    beta : ndarray, shape (m, m)
        Paths, targets in rows.

    Raises
    ------
    ModelError
        If a loop does not settle.
    """
    open_loops = np.eye(len(beta)) - beta
    if np.linalg.svd(open_loops, compute_uv=False)[-1] < 1e-10:
        raise _no_equilibrium()
    return np.linalg.inv(open_loops)


def _no_equilibrium() -> ModelError:
    return ModelError(
        "paths= needs loops that settle; these values send a loop's effects round without end. "
        "Lower the paths of the loop."
    )


def residual_variances(
    compiled: CompiledModel, total: NDArray, psi: NDArray, beta: NDArray
) -> NDArray:
    """Psi with the diagonal that gives every latent variable a variance of 1.

    Parameters
    ----------
    compiled : CompiledModel
        For the names.
    total : ndarray, shape (m, m)
        See `total_effects`.
    psi : ndarray, shape (m, m)
        Correlations among residuals, 0 on the diagonal.
    beta : ndarray, shape (m, m)
        Paths, for the message.

    Raises
    ------
    ModelError
        If no positive variance is left for a variable; the paths into it are named.

    Notes
    -----
    The covariances are the correlations times the residual deviations, which a few rounds
    settle.
    """
    scaled = np.zeros_like(psi)
    for _ in range(200):
        target = 1.0 - np.diag(total @ scaled @ total.T)
        try:
            variance = np.linalg.solve(total**2, target)
        except np.linalg.LinAlgError:
            raise _no_equilibrium() from None
        _check_variances(variance, compiled.latent, beta)
        new = psi * np.sqrt(np.outer(variance, variance))
        if np.abs(new - scaled).max() < 1e-14:
            break
        scaled = new
    return scaled + np.diag(variance)


def _check_variances(variance: NDArray, names: tuple[str, ...], beta: NDArray) -> None:
    low = [k for k, v in enumerate(variance) if v <= 0]
    if low:
        bad = [f"{names[k]} ({1 - variance[k]:.0%})" for k in low]
        into = [
            f"{names[j]} → {names[k]} {beta[k, j]:.2f}" for k in low for j in beta[k].nonzero()[0]
        ]
        raise ModelError(
            f"paths= needs values that leave some variance unexplained; more than all of it is "
            f"explained for {', '.join(bad)}. Lower the paths or loadings into these variables: "
            f"{', '.join(into)}."
        )


def error_variances(
    compiled: CompiledModel, lam: NDArray, latent: NDArray, theta: NDArray
) -> NDArray:
    """Theta with the diagonal that gives every observed variable a variance of 1.

    Parameters
    ----------
    compiled : CompiledModel
        For the names.
    lam : ndarray, shape (p, m)
        Loadings.
    latent : ndarray, shape (m, m)
        Correlations of the latent variables.
    theta : ndarray, shape (p, p)
        Correlations among residuals, 0 on the diagonal.

    Raises
    ------
    ModelError
        If loadings explain more than all the variance of a variable.
    """
    explained = np.einsum("ij,jk,ik->i", lam, latent, lam)
    rest = 1.0 - explained
    bad = [n for n, r in zip(compiled.observed, rest, strict=True) if r < -1e-12]
    if bad:
        raise ModelError(
            f"loadings= needs values that leave some variance unexplained; more than all of it "
            f"is explained for {', '.join(bad)}. Lower their loadings."
        )
    rest = np.maximum(rest, 0.0)
    return theta * np.sqrt(np.outer(rest, rest)) + np.diag(rest)


def check_definite(matrix: NDArray, least: float) -> None:
    """Refuse covariances that cannot hold together.

    Parameters
    ----------
    matrix : ndarray, shape (k, k)
    least : float
        Smallest eigenvalue that will do.

    Raises
    ------
    ModelError
        If the smallest is below.
    """
    if np.linalg.eigvalsh(matrix)[0] < least:
        raise ModelError(
            f"correlations= needs values that can hold together; a covariance matrix of "
            f"{len(matrix)} variables is not positive definite. Lower some correlations, or "
            "loadings of 1."
        )
