"""Factors from correlations: minimum residuals, maximum likelihood, principal axes, components.

Notes
-----
The model of a p x p correlation matrix R is ``L L' + Psi`` with p x f loadings L and a diagonal of
uniquenesses psi. For given psi the best L is known from eigenvectors, so that the criterion is a
function of psi alone, and both of it and of its derivatives only eigenvalues and eigenvectors are
needed. E and e are below those of R - Psi (minres) or of Psi^-1/2 R Psi^-1/2 (ML), e_1 the largest,
k runs over those after the first f and n over the first f::

    minres   F = 1/2 sum_k e_k^2           dF/dpsi_i     = -sum_k e_k E_ik^2
    ML       F = sum_k e_k - log e_k - 1   dF/dlog psi_i = sum_k (1 - e_k) E_ik^2

minres [harman1966]_ is the same as unweighted least squares, ML is that of Lawley and Jöreskog
[joreskog1967]_ [joreskog1977]_. The Hessians, with (x) the product cell by cell and
``U_c = sum_k c_k E_k E_k'``::

    minres   U_1 (x) U_1 - 2 sum_n E_n E_n' (x) U_c,   c_k = e_k / (e_n - e_k)
    ML       U_e (x) U_1 + sum_n E_n E_n' (x) U_c,     c_k = (1 - e_k)(e_n + e_k) / (e_n - e_k)

Uniquenesses stay between .005 and 1. One that ends at .005 is a Heywood case. Both criteria may
have several minima: searches from several points run as one stack, and the lowest is taken.

Principal axes are eigenvectors of R with communalities in the diagonal, which are replaced by those
that result until they no longer change; where that ends inside the bounds, it is at the minres
solution. Principal components are eigenvectors of R times the roots of their eigenvalues, and no
model of R.

References
----------
.. [harman1966] Harman, H. H., & Jones, W. H. (1966). Factor analysis by minimizing residuals
   (minres). Psychometrika, 31, 351-368.
.. [joreskog1967] Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis.
   Psychometrika, 32, 443-482.
.. [joreskog1977] Jöreskog, K. G. (1977). Factor analysis by least-squares and maximum-likelihood
   methods. In Statistical methods for digital computers (pp. 125-153). Wiley.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scrm_model.measurement.exploratory.newton import Evaluate, Minimum, minimise

LEAST = 0.005  # uniqueness at which a Heywood case is stopped
METHODS = ("minres", "ml", "pa", "pca")
_SAME = 1e-7  # of two minima, relative
_AXES_STEPS = 20000
_AXES_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class Extraction:
    """Unrotated loadings.

    Attributes
    ----------
    loadings : ndarray, shape (p, f)
    uniqueness : ndarray, shape (p,)
    converged : bool
    bounded : ndarray of int
        Variables whose uniqueness is at its bound.
    minima : int
        Different minima that searches from different points ended at.
    """

    loadings: NDArray
    uniqueness: NDArray
    converged: bool = True
    bounded: NDArray[np.intp] | None = None
    minima: int = 1


def extract(R: NDArray, factors: int, method: str, seed: np.random.Generator) -> Extraction:
    """Unrotated loadings of a correlation matrix.

    Parameters
    ----------
    R : ndarray, shape (p, p)
        Positive definite for "ml".
    factors : int
    method : {"minres", "ml", "pa", "pca"}
    seed : Generator
        For the points that searches start from.
    """
    if method == "pca":
        loadings = components(R, factors)
        return Extraction(loadings, 1.0 - (loadings**2).sum(axis=1))
    if method == "pa":
        return _axes(R, factors)
    starts = _starts(R, factors, seed)
    stack = np.broadcast_to(R, (len(starts), *R.shape))
    found = search(stack, factors, method, starts)
    best = int(found.value.argmin())
    near = found.value[found.converged]
    gap = _SAME * (1.0 + abs(found.value[best]))
    minima = 1 + int((np.diff(np.sort(near)) > gap).sum())
    psi = found.x[best]
    loadings = loadings_at(R[None], psi[None], factors, method)[0]
    bounded = np.flatnonzero(psi <= LEAST * (1.0 + 1e-9))
    return Extraction(loadings, psi, bool(found.converged[best]), bounded, minima)


def search(R: NDArray, factors: int, method: str, start: NDArray) -> Minimum:
    """Uniquenesses that minimise a criterion, for a stack of matrices.

    Parameters
    ----------
    R : ndarray, shape (B, p, p)
    factors : int
    method : {"minres", "ml"}
    start : ndarray, shape (B, p)
        Uniquenesses.

    Returns
    -------
    Minimum
        With uniquenesses as `x`.
    """
    if method == "minres":
        return minimise(minres_criterion(R, factors), start, LEAST, 1.0)
    # Cells of the Hessian in log psi are of order 1 wherever psi is.
    found = minimise(ml_criterion(R, factors), np.log(start), float(np.log(LEAST)), 0.0)
    return Minimum(np.exp(found.x), found.value, found.converged)


def minres_criterion(R: NDArray, factors: int) -> Evaluate:
    """Criterion, gradient and Hessian of minres in psi; see `search`."""
    return partial(_minres, R, factors)


def ml_criterion(R: NDArray, factors: int) -> Evaluate:
    """Criterion, gradient and Hessian of ML in log psi; see `search`."""
    return partial(_ml, R, factors)


def _minres(
    R: NDArray, factors: int, psi: NDArray, index: NDArray
) -> tuple[NDArray, NDArray, NDArray]:
    reduced = R[index]
    reduced[:, *_diagonal(reduced)] -= psi
    e, E = np.linalg.eigh(reduced)
    small, large, last, first = _parts(e, E, factors)
    value = 0.5 * (small**2).sum(axis=1)
    slope = -np.einsum("bk,bik->bi", small, last**2)
    hessian = _outer(last) ** 2
    for n in range(factors):
        weights = small / _apart(large[:, n, None] - small)
        hessian -= 2.0 * _outer(first[:, :, n : n + 1]) * _outer(last, weights)
    return value, slope, hessian


def _ml(R: NDArray, factors: int, x: NDArray, index: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    scale = np.exp(-0.5 * x)
    e, E = np.linalg.eigh(R[index] * scale[:, :, None] * scale[:, None, :])
    small, large, last, first = _parts(e, E, factors)
    small = np.maximum(small, 1e-300)
    value = (small - np.log(small) - 1.0).sum(axis=1)
    slope = np.einsum("bk,bik->bi", 1.0 - small, last**2)
    hessian = _outer(last, small) * _outer(last)
    for n in range(factors):
        top = large[:, n, None]
        weights = (1.0 - small) * (top + small) / _apart(top - small)
        hessian += _outer(first[:, :, n : n + 1]) * _outer(last, weights)
    return value, slope, hessian


def _parts(e: NDArray, E: NDArray, factors: int) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    cut = e.shape[1] - factors
    return e[:, :cut], e[:, cut:], E[:, :, :cut], E[:, :, cut:]


def _outer(vectors: NDArray, weights: NDArray | None = None) -> NDArray:
    weighted = vectors if weights is None else vectors * weights[:, None, :]
    return np.asarray(weighted @ vectors.swapaxes(1, 2))


def _apart(gap: NDArray) -> NDArray:
    return np.maximum(gap, 1e-12)


def _diagonal(matrix: NDArray) -> tuple[NDArray, NDArray]:
    where = np.arange(matrix.shape[-1])
    return where, where


def loadings_at(R: NDArray, psi: NDArray, factors: int, method: str) -> NDArray:
    """Best loadings for given uniquenesses, shape (B, p, f); largest eigenvalue first."""
    if method == "ml":
        scale = 1.0 / np.sqrt(psi)
        e, E = np.linalg.eigh(R * scale[:, :, None] * scale[:, None, :])
        e, E = e[:, ::-1][:, :factors], E[:, :, ::-1][:, :, :factors]
        return np.asarray(E * np.sqrt(np.maximum(e - 1.0, 0.0))[:, None] / scale[:, :, None])
    reduced = R.copy()
    reduced[:, *_diagonal(reduced)] -= psi
    e, E = np.linalg.eigh(reduced)
    e, E = e[:, ::-1][:, :factors], E[:, :, ::-1][:, :, :factors]
    return np.asarray(E * np.sqrt(np.maximum(e, 0.0))[:, None])


def first_guess(R: NDArray, factors: int) -> NDArray:
    """Uniquenesses that Jöreskog (1967) starts from, of a stack of matrices."""
    p = R.shape[-1]
    return np.asarray((1.0 - 0.5 * factors / p) * unexplained(R))


def unexplained(R: NDArray) -> NDArray:
    """One minus the squared multiple correlations; .5 where the matrix has no inverse."""
    out = np.full(R.shape[:-1], 0.5)
    sound = np.linalg.eigvalsh(R)[:, 0] > 1e-8
    if sound.any():
        inverse = np.linalg.inv(R[sound])
        out[sound] = 1.0 / inverse[:, *_diagonal(inverse)]
    return out


def _starts(R: NDArray, factors: int, seed: np.random.Generator, count: int = 12) -> NDArray:
    given = [first_guess(R[None], factors)[0], unexplained(R[None])[0], np.full(len(R), 0.5)]
    drawn = seed.uniform(0.05, 0.95, (count - len(given), len(R)))
    return np.clip(np.concatenate([given, drawn]), LEAST, 1.0)


def _axes(R: NDArray, factors: int) -> Extraction:
    psi = np.clip(unexplained(R[None]), LEAST, 1.0)
    converged = False
    for _ in range(_AXES_STEPS):
        loadings = loadings_at(R[None], psi, factors, "pa")
        after = np.clip(1.0 - (loadings**2).sum(axis=2), LEAST, 1.0)
        converged = bool(np.abs(after - psi).max() < _AXES_TOLERANCE)
        psi = after
        if converged:
            break
    bounded = np.flatnonzero(psi[0] <= LEAST)
    return Extraction(loadings[0], psi[0], converged, bounded)


def components(R: NDArray, count: int) -> NDArray:
    """Loadings of the first principal components, shape (..., p, count)."""
    e, E = np.linalg.eigh(R)
    e, E = e[..., ::-1][..., :count], E[..., ::-1][..., :count]
    return np.asarray(E * np.sqrt(np.maximum(e, 0.0))[..., None, :])
