"""Rotation of loadings by gradient projection, from many starting points at once.

Notes
-----
An orthogonal rotation takes unrotated loadings A to ``L = A T`` with T'T = I, an oblique one to
``L = A (T^-1)'`` with columns of T of length 1 and factor correlations ``Phi = T'T``. The gradient
of the criterion f in T, projected on the tangent of these matrices, gives a direction; a step along
it is projected back [jennrich2001]_ [jennrich2002]_ [bernaards2005]_. Criteria have local minima:
the identity and random orthogonal matrices are a stack of starts, and the lowest end is taken.

Kaiser's normalisation rotates rows of length 1 and restores their lengths. Promax raises varimax
loadings to a power, the signs kept, and takes the oblique rotation that comes nearest to that
target by least squares [hendrickson1964]_; by default with rows of length 1 from first to last.

References
----------
.. [bernaards2005] Bernaards, C. A., & Jennrich, R. I. (2005). Gradient projection algorithms and
   software for arbitrary rotation criteria in factor analysis. Educational and Psychological
   Measurement, 65, 676-696.
.. [hendrickson1964] Hendrickson, A. E., & White, P. O. (1964). Promax: A quick method for rotation
   to oblique simple structure. British Journal of Statistical Psychology, 17, 65-70.
.. [jennrich2001] Jennrich, R. I. (2001). A simple general procedure for orthogonal rotation.
   Psychometrika, 66, 289-306.
.. [jennrich2002] Jennrich, R. I. (2002). A simple general method for oblique rotation.
   Psychometrika, 67, 7-19.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scrm_model.measurement.exploratory.criteria import (
    Criterion,
    geomin,
    oblimin,
    quartimax,
    varimax,
)

ROTATIONS = (
    "oblimin", "quartimin", "geomin", "promax", "varimax", "quartimax", "none",
)  # fmt: skip
_ORTHOGONAL = ("varimax", "quartimax", "promax")
_NORMALISED = ("varimax", "promax")
_ROUGH, _FINE = 1e-6, 1e-9  # length of the projected gradient
_STEPS = 2000
_SAME = 1e-6  # of two minima, relative


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated loadings.

    Attributes
    ----------
    loadings : ndarray, shape (p, f)
        The pattern.
    phi : ndarray, shape (f, f)
        Factor correlations.
    value : float
        Of the criterion; NaN where there is none.
    starts, at_best, minima : int
        Searches, those of them that ended at the lowest value, and different values among the ends
        of those that converged.
    converged : bool
    """

    loadings: NDArray
    phi: NDArray
    value: float = np.nan
    starts: int = 0
    at_best: int = 0
    minima: int = 0
    converged: bool = True


def rotate(
    A: NDArray,
    kind: str,
    *,
    starts: int,
    seed: np.random.Generator,
    normalise: bool | None = None,
    gamma: float = 0.0,
    epsilon: float = 0.01,
    power: float = 4.0,
) -> Rotation:
    """Rotate loadings.

    Parameters
    ----------
    A : ndarray, shape (p, f)
    kind : str
        One of `ROTATIONS`.
    starts : int
        Points that the search starts from: the identity, then random ones.
    seed : Generator
    normalise : bool, optional
        Kaiser's normalisation; by default with varimax and promax.
    gamma, epsilon, power : float
        Of oblimin, geomin and promax.
    """
    f = A.shape[1]
    if kind == "none" or f == 1:
        return Rotation(A, np.eye(f))
    criteria: dict[str, Criterion] = {
        "oblimin": partial(oblimin, gamma=gamma), "quartimin": oblimin,
        "geomin": partial(geomin, epsilon=epsilon), "varimax": varimax, "promax": varimax,
        "quartimax": quartimax,
    }  # fmt: skip
    criterion = criteria[kind]
    length = np.ones(len(A))
    if kind in _NORMALISED if normalise is None else normalise:
        length = np.sqrt((A**2).sum(axis=1))
        length[length == 0] = 1.0
    T = np.concatenate([np.eye(f)[None], _random_orthogonal(starts - 1, f, seed)])
    rows, oblique = A / length[:, None], kind not in _ORTHOGONAL
    value, T, converged = _descend(rows, T, criterion, oblique, _ROUGH)
    best = int(value.argmin())
    gap = _SAME * (1.0 + abs(value[best]))
    minima = 1 + int((np.diff(np.sort(value[converged])) > gap).sum())
    at_best = int((value <= value[best] + gap).sum())
    end, T, done = _descend(rows, T[best : best + 1], criterion, oblique, _FINE)
    loadings = _rotated(rows, T, oblique)[0]
    phi = T[0].T @ T[0] if oblique else np.eye(f)
    if kind == "promax":
        loadings, phi = promax(loadings, power)
    ok = bool(done[0]) or bool(converged[best])
    loadings = loadings * length[:, None]
    return Rotation(loadings, phi, float(end[0]), len(value), at_best, minima, ok)


def promax(loadings: NDArray, power: float) -> tuple[NDArray, NDArray]:
    """Oblique rotation of orthogonal loadings towards a power of them.

    Returns
    -------
    loadings : ndarray, shape (p, f)
    phi : ndarray, shape (f, f)
    """
    target = loadings * np.abs(loadings) ** (power - 1.0)
    U, *_ = np.linalg.lstsq(loadings, target, rcond=None)
    phi = np.linalg.inv(U.T @ U)
    scale = np.sqrt(np.diag(phi))
    return loadings @ (U * scale), phi / np.outer(scale, scale)


def _random_orthogonal(count: int, f: int, seed: np.random.Generator) -> NDArray:
    Q, R = np.linalg.qr(seed.standard_normal((max(count, 0), f, f)))
    return np.asarray(Q * np.sign(np.diagonal(R, axis1=1, axis2=2))[:, None, :])


def _rotated(A: NDArray, T: NDArray, oblique: bool) -> NDArray:
    return np.asarray(A @ (np.linalg.inv(T).swapaxes(1, 2) if oblique else T))


def projected_gradient(
    A: NDArray, T: NDArray, criterion: Criterion, oblique: bool
) -> tuple[NDArray, NDArray]:
    """Value of a criterion and its gradient in T along the rotations, shapes (B,), (B, f, f)."""
    L = _rotated(A, T, oblique)
    value, slope = criterion(L)
    if oblique:
        G = -((L.swapaxes(1, 2) @ slope) @ np.linalg.inv(T)).swapaxes(1, 2)
        return value, G - T * (T * G).sum(axis=1, keepdims=True)
    G = A.T @ slope
    M = T.swapaxes(1, 2) @ G
    return value, G - T @ (M + M.swapaxes(1, 2)) / 2.0


def _project(X: NDArray, oblique: bool) -> NDArray:
    """The rotations nearest to some matrices."""
    if oblique:
        return np.asarray(X / np.sqrt((X**2).sum(axis=1, keepdims=True)))
    U, _, V = np.linalg.svd(X)
    return np.asarray(U @ V)


def _descend(
    A: NDArray, T: NDArray, criterion: Criterion, oblique: bool, tolerance: float
) -> tuple[NDArray, NDArray, NDArray]:
    """Go down from every T; values, ends, and whether the gradient vanishes there."""
    T = T.copy()
    value, G = projected_gradient(A, T, criterion, oblique)
    final, converged = value.copy(), np.zeros(len(T), dtype=bool)
    active, length = np.arange(len(T)), np.ones(len(T))
    for _ in range(_STEPS):
        steep = (G**2).sum(axis=(1, 2))
        done = steep < tolerance**2
        converged[active[done]] = True
        keep = ~done
        active, G, length = active[keep], G[keep], 2.0 * length[keep]
        value, steep = value[keep], steep[keep]
        if not len(active):
            break
        here = T[active]
        for _ in range(40):
            trial = _project(here - length[:, None, None] * G, oblique)
            after, slope = projected_gradient(A, trial, criterion, oblique)
            short = ~(after <= value - 0.5 * length * steep) & (length * steep > 1e-17)
            if not short.any():
                break
            length[short] /= 2.0
        better = after < value + 1e-16
        T[active[better]], final[active[better]] = trial[better], after[better]
        value, G = np.where(better, after, value), np.where(better[:, None, None], slope, G)
        if not better.all():
            active, value, G, length = active[better], value[better], G[better], length[better]
    return final, T, converged


def in_order(loadings: NDArray, phi: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Columns by the variance that they explain, each with a positive sum.

    Returns
    -------
    loadings, phi : ndarray
    explained : ndarray, shape (f,)
        Diagonal of Phi L'L: sums over factors are the sum of the communalities.
    """
    explained = np.diag(phi @ loadings.T @ loadings)
    order = np.argsort(-explained, kind="stable")
    loadings, phi = loadings[:, order], phi[np.ix_(order, order)]
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return loadings * sign, phi * np.outer(sign, sign), explained[order]
