"""Maximum likelihood for stacks of resamples, without a matrix of the size of Sigma to invert.

Where every observed variable has a residual, the covariance matrix is ``Sigma = L C L' + D``: D the
residual variances, L the loadings beside a column of the identity for each variable with a residual
covariance, and C the latent covariances V beside these residual covariances. The whole of F and its
gradient then comes from products with the k columns of L, a fifth of the work of
`scrm_model.estimation.discrepancy.ml`, with which it agrees to rounding.

Notes
-----
With ``W = L' D^-1``, ``Q = W L``, ``H = (I + C Q)^-1 C``, ``T = W S*`` and ``Z = T W'`` the inverse
is ``P = D^-1 - W' H W`` [woodbury1950]_, which needs no inverse of C, and with ``J = I - H Q`` and
``U = (I + Z H) L'``::

    log|Sigma|   = log|D| + log|I + C Q|
    tr(S* P)     = tr(S* D^-1) - tr(H Z)
    L' G         = J' (U - T) D^-1                     G = P - P S* P
    L' G L       = Q J - J' Z J
    d_i^2 G_ii   = d_i - s_ii - L_i H (U - 2 T)_i

from which the elements of the gradient are read as in `scrm_model.estimation.discrepancy.ml`, cell
by cell of the matrices Lambda', B, Psi, D and the residual covariances, which lie in one row.

References
----------
.. [woodbury1950] Woodbury, M. A. (1950). Inverting modified matrices. Memorandum Report 42,
   Statistical Research Group, Princeton University.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Point, add_terms
from scrm_model.estimation.implied.compiled import THETA, Block, CompiledModel
from scrm_model.estimation.observed.sample import Sample

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Lane:
    """One group's cells: Lambda', B, Psi, D and the residual covariances, in one row.

    Attributes
    ----------
    p, m : int
        Observed and latent variables.
    tied : ndarray of int, shape (r,)
        Observed variables with a residual covariance.
    base : ndarray, shape (cells,)
        Fixed values; zero where free.
    free, parameter : ndarray of int
        Free cells, and the parameter of each.
    element : ndarray of int, shape (elements,)
        The cell of each element of the block.
    """

    p: int
    m: int
    tied: Index
    base: Array
    free: Index
    parameter: Index
    element: Index

    def split(self, cells: NDArray) -> tuple[NDArray, ...]:
        """Lambda', B, Psi, D and the residual covariances, each (B, rows, columns) but D."""
        p, m, r, stack = self.p, self.m, len(self.tied), len(cells)
        edges = np.cumsum([p * m, m * m, m * m, p])
        lam, beta, psi, d, other = np.split(cells, edges, axis=1)
        square = (stack, m, m)
        return (
            lam.reshape(stack, m, p), beta.reshape(square), psi.reshape(square), d,
            other.reshape(stack, r, r),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FactorPart:
    """Where one group stands; the letters are those of the module's notes.

    Attributes
    ----------
    loadings, moved : ndarray, shape (B, k, p)
        L' and T.
    d, variances : ndarray, shape (B, p)
        Residual variances, and the diagonal of S*.
    q, h, z : ndarray, shape (B, k, k)
    paths, cov : ndarray, shape (B, m, m)
        A and V.
    """

    loadings: NDArray
    moved: NDArray
    d: NDArray
    variances: NDArray
    q: NDArray
    h: NDArray
    z: NDArray
    paths: NDArray
    cov: NDArray


@lru_cache(maxsize=128)
def lanes(model: CompiledModel) -> tuple[Lane, ...] | None:
    """How each group is laid out; None where the model is not for this lane.

    It is for models without means, in which every observed variable has a residual variance of its
    own, and no more factors and variables with a residual covariance than observed variables.
    """
    found = tuple(_lane(block) for block in model.blocks)
    for block, lane in zip(model.blocks, found, strict=True):
        p, m = lane.p, lane.m
        variances = np.arange(p * m + 2 * m * m, p * m + 2 * m * m + p)
        has_residual = (lane.base[variances] > 0) | np.isin(variances, lane.free)
        many = m + len(lane.tied) > p
        if model.meanstructure or len(block.exogenous) or many or not has_residual.all():
            return None
    return found


def _lane(block: Block) -> Lane:
    layout = block.layout
    p, m, edge = layout.p, layout.m, layout.offsets
    number = np.full(edge[-1], -1, dtype=np.intp)
    number[block.cells] = block.cell_parameter
    theta = np.arange(edge[THETA], edge[THETA + 1]).reshape(p, p)
    used = (number[theta] >= 0) | (block.base[theta] != 0)
    np.fill_diagonal(used, False)
    tied = np.flatnonzero(used.any(axis=0))
    lam = np.arange(p * m).reshape(p, m).T.ravel()
    rest = np.arange(p * m, edge[THETA])
    residual = theta[tied[:, None], tied].ravel()
    picked = np.concatenate([lam, rest, theta.diagonal(), residual])
    base, of = block.base[picked], number[picked]
    # On the diagonal of the residual covariances stands nothing: it is in D.
    first = edge[THETA] + p
    own = first + np.arange(len(tied)) * (len(tied) + 1)
    base[own], of[own] = 0.0, -1
    free = np.flatnonzero(of >= 0)
    return Lane(p, m, tied, base, free, of[free], _elements(block, tied))


def _elements(block: Block, tied: Index) -> Index:
    """The cell that each element of the gradient belongs to."""
    p, m = block.layout.p, block.layout.m
    left, right = block.left, block.right
    place = np.zeros(p, dtype=np.intp)
    place[tied] = np.arange(len(tied))
    square = p * m + 2 * m * m
    found = np.empty(len(left), dtype=np.intp)
    for k, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        if b >= p + m:  # Lambda, B
            source = b - p - m
            found[k] = source * p + a if a < p else p * m + (a - p) * m + source
        elif b >= p:  # Psi
            found[k] = p * m + m * m + (a - p) * m + (b - p)
        elif a == b:
            found[k] = square + a
        else:
            found[k] = square + p + place[a] * len(tied) + place[b]
    return found


def evaluate(model: CompiledModel, theta: NDArray, samples: tuple[Sample, ...]) -> Point:
    """F at a stack of parameter vectors; parameters and result as in `ml.evaluate`.

    Raises
    ------
    numpy.linalg.LinAlgError
        If I - B or I + C Q is singular for some member of the stack.

    Notes
    -----
    Infinite where a residual variance is not positive or the determinant of Sigma is not: outside
    the lane, though Sigma may be positive definite.
    """
    total = sum(s.n for s in samples)
    value = np.zeros(len(theta))
    parts = []
    for lane, sample in zip(lanes(model) or (), samples, strict=True):
        part, f = _evaluate_lane(lane, theta, sample)
        value += f * (sample.n / total)
        parts.append(part)
    return Point(theta, value, tuple(parts))  # type: ignore[arg-type]


def _evaluate_lane(lane: Lane, theta: NDArray, sample: Sample) -> tuple[FactorPart, NDArray]:
    cells = np.empty((len(theta), len(lane.base)))
    cells[:] = lane.base
    cells[:, lane.free] = theta.take(lane.parameter, axis=1)
    lam, beta, psi, d, other = lane.split(cells)
    m, eye = lane.m, np.eye(lane.m + len(lane.tied))
    paths = np.linalg.inv(eye[:m, :m] - beta)
    cov = paths @ psi @ paths.swapaxes(1, 2)
    loadings, c = lam, cov
    if len(lane.tied):
        loadings = np.zeros((len(theta), len(eye), lane.p))
        loadings[:, :m] = lam
        loadings[:, m + np.arange(len(lane.tied)), lane.tied] = 1.0
        c = np.zeros((len(theta), len(eye), len(eye)))
        c[:, :m, :m], c[:, m:, m:] = cov, other
    weights = loadings / d[:, None]
    turned = weights.swapaxes(1, 2)
    q = loadings @ turned
    inner = eye + c @ q
    h = np.linalg.solve(inner, c)
    sign, logdet = np.linalg.slogdet(inner)
    moved = weights @ sample.cov
    z = moved @ turned
    variances = np.einsum("bii->bi", sample.cov)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.log(d).sum(axis=1) + logdet - sample.logdet - lane.p
        value += (variances / d).sum(axis=1) - np.einsum("bij,bji->b", h, z)
    value[(sign <= 0) | ~(d > 0).all(axis=1) | np.isnan(value)] = np.inf
    return FactorPart(loadings, moved, d, variances, q, h, z, paths, cov), value


def gradient(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """dF / d theta at a point of `evaluate`, shape (B, q)."""
    total = sum(s.n for s in samples)
    out = np.zeros(point.theta.shape)
    blocks = zip(model.blocks, lanes(model) or (), point.parts, samples, strict=True)
    for block, lane, part, sample in blocks:
        slope = _cell_gradient(lane, part)  # type: ignore[arg-type]
        terms = (2.0 * sample.n / total) * block.weight * slope.take(lane.element, axis=1)
        add_terms(out, terms, block.parameter, block.ascending)
    return out


def _cell_gradient(lane: Lane, part: FactorPart) -> NDArray:
    """Elements of D' G D by the cell that they belong to, shape (B, cells)."""
    m, stack = lane.m, len(part.d)
    h, z, paths = part.h, part.z, part.paths
    j = -(h @ part.q)
    np.einsum("bkk->bk", j)[:] += 1.0
    turned = j.swapaxes(1, 2)
    inner = part.q @ j - turned @ z @ j
    half = paths.swapaxes(1, 2) @ inner[:, :m, :m]
    u = part.loadings + (z @ h) @ part.loadings
    lam = (part.cov @ turned[:, :m]) @ (u - part.moved)
    lam /= part.d[:, None]
    own = part.d - part.variances
    own -= np.einsum("bki,bki->bi", h @ (u - 2.0 * part.moved), part.loadings)
    own /= part.d**2
    rows = [lam, half @ part.cov, half @ paths, own, inner[:, m:, m:]]
    return np.concatenate([row.reshape(stack, -1) for row in rows], axis=1)


def surely_definite(model: CompiledModel, theta: NDArray) -> NDArray[np.bool_]:
    """Which members have latent and residual covariances that a population can have, shape (B,).

    Then Sigma, whose determinant is positive where `evaluate` is finite, is positive definite.
    """
    good = np.isfinite(theta).all(axis=1)
    for lane in lanes(model) or ():
        cells = np.empty((len(theta), len(lane.base)))
        cells[:] = lane.base
        cells[:, lane.free] = theta.take(lane.parameter, axis=1)
        _, _, psi, d, other = lane.split(cells)
        residual = other.copy()
        np.einsum("bkk->bk", residual)[:] = d[:, lane.tied]
        good &= (d > 0).all(axis=1)
        for cov in (psi, residual):
            good &= np.linalg.eigvalsh(cov)[:, :1].min(axis=1, initial=1.0) > -1e-12
    return good
