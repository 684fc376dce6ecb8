"""The exact Hessian of the ML discrepancy, gathered from the same dictionary as the gradient.

Notes
-----
With the elements of `scrm_model.estimation.implied.moments`, P = Sigma^-1, G = P - P S* P and
r the shift of the mean, the second derivative of F is [neudecker1991]_::

    tr(Sigma_a P Sigma_b (P - 2 G)) + tr(G Sigma_ab)
      + 2 mu_a' P mu_b + 2 mu_a' P Sigma_b P r + 2 mu_b' P Sigma_a P r - 2 mu_ab' P r

A derivative of a column of D stays in the span of D: for a cell with columns (l, r)::

    dD_d = D_l first[d] + D_r second[d]

with A and V = A Psi A' the coefficients, so that Sigma_ab and mu_ab are gathers too.

References
----------
.. [neudecker1991] Neudecker, H., & Satorra, A. (1991). Linear structural relations: gradient
   and Hessian of the fitting function. Statistics & Probability Letters, 11, 57-61.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import (
    Part,
    Point,
    add_pairs,
    gram_matrix,
    mean_scales,
    residual_weight,
    sandwiched,
)
from scrm_model.estimation.implied.compiled import Block, CompiledModel
from scrm_model.estimation.implied.moments import dictionary
from scrm_model.estimation.observed.sample import Sample


def hessian(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """Second derivatives of F, shape (B, q, q)."""
    return _hessian(model, point, samples, bent=True)


def straight_hessian(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """Second derivatives of F if the moments were linear in the parameters, shape (B, q, q).

    Twice ``Delta' V Delta``, V the observed information of the unrestricted moments.
    """
    return _hessian(model, point, samples, bent=False)


def _hessian(
    model: CompiledModel, point: Point, samples: tuple[Sample, ...], *, bent: bool
) -> NDArray:
    total = sum(s.n for s in samples)
    stack, q = point.theta.shape
    out = np.zeros((stack, q, q))
    for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
        terms = _block_hessian(block, part, sample, bent=bent) * (sample.n / total)
        which = np.concatenate([block.parameter, block.mean_parameter])
        add_pairs(out, terms, which, block.ascending and not len(block.mean_parameter))
    return (out + out.swapaxes(1, 2)) / 2


def _block_hessian(block: Block, part: Part, sample: Sample, *, bent: bool) -> NDArray:
    """Second derivatives by pairs of elements, then mean elements, shape (B, E, E)."""
    k, m = gram_matrix(part), sandwiched(part, residual_weight(part, sample))
    n = len(block.left)
    extra = len(block.mean_column) if part.shift is not None else 0
    own = _first_order(block, k, k - 2.0 * m)
    if bent:
        first, second = column_derivatives(block, part)
        own += second_order(block, m, first, second)
    if not extra:
        return own
    out = np.zeros((len(k), n + extra, n + extra))
    out[:, :n, :n] = own
    if part.shift is not None:
        turned = dictionary(part.implied).swapaxes(1, 2)
        force = (turned @ part.precision @ part.shift[..., None])[..., 0]
        cross, means = _mean_products(block, part, k, force)
        out[:, n:, n:], out[:, n:, :n], out[:, :n, n:] = means, cross, cross.swapaxes(1, 2)
        if bent:
            mixed, only_means = mean_curvature(block, part, force, first)
            out[:, n:, n:] += only_means
            out[:, n:, :n] += mixed
    return out


def _first_order(block: Block, k: NDArray, other: NDArray) -> NDArray:
    """tr(Sigma_a P Sigma_b M), with K = D'PD and D'MD given, both symmetric."""
    left, right = block.left, block.right
    k_right, k_left = k.take(right, axis=1), k.take(left, axis=1)
    m_right, m_left = other.take(right, axis=1), other.take(left, axis=1)
    terms = k_right.take(left, axis=2) * m_left.take(right, axis=2)
    terms = terms + terms.swapaxes(1, 2)
    terms += k_right.take(right, axis=2) * m_left.take(left, axis=2)
    terms += k_left.take(left, axis=2) * m_right.take(right, axis=2)
    return terms * (block.weight[:, None] * block.weight)


def column_derivatives(block: Block, part: Part) -> tuple[NDArray, NDArray]:
    """Coefficients of D_l and D_r in the derivative of each column, shape (B, elements, d)."""
    p, m = block.layout.p, block.layout.m
    paths, cov = part.implied.paths, part.implied.latent_cov
    shape = (len(paths), len(block.left), p + 2 * m)
    first, second = np.zeros(shape), np.zeros(shape)
    loading_path, loading_cov = slice(p, p + m), slice(p + m, None)
    moves = np.flatnonzero(block.right >= p + m)  # Lambda and B
    source = block.right[moves] - p - m
    first[:, moves, loading_path] = paths[:, source]
    first[:, moves, loading_cov] = cov[:, source]
    turned = paths.swapaxes(1, 2)
    arrows = moves[block.left[moves] >= p]  # B
    second[:, arrows, loading_cov] = turned[:, block.left[arrows] - p]
    inside = np.flatnonzero((block.right >= p) & (block.right < p + m))  # Psi
    weight = block.weight[inside][:, None]
    first[:, inside, loading_cov] = weight * turned[:, block.right[inside] - p]
    second[:, inside, loading_cov] = weight * turned[:, block.left[inside] - p]
    return first, second


def second_order(block: Block, m: NDArray, first: NDArray, second: NDArray) -> NDArray:
    """tr(G Sigma_ab): element a's columns moved by element b."""
    left, right = block.left, block.right

    def by(coefficient: NDArray, columns: NDArray) -> NDArray:
        return coefficient.take(columns, axis=2).swapaxes(1, 2)

    m_right, m_left = m.take(right, axis=1), m.take(left, axis=1)
    crossed = m_right.take(left, axis=2)
    terms = crossed * by(first, left)
    terms += m_right.take(right, axis=2) * by(second, left)
    terms += m_left.take(left, axis=2) * by(first, right)
    terms += crossed.swapaxes(1, 2) * by(second, right)
    return 2.0 * block.weight[:, None] * terms


def _mean_products(block: Block, part: Part, k: NDArray, force: NDArray) -> tuple[NDArray, NDArray]:
    """Products of first derivatives with mu: mean by covariance elements, and mean by mean."""
    column = block.mean_column
    scale = mean_scales(part)[:, block.mean_scale]
    left, right = block.left, block.right
    weight = 2.0 * scale[:, :, None] * block.weight
    cross = weight * (
        k[:, column[:, None], left] * force[:, None, right]
        + k[:, column[:, None], right] * force[:, None, left]
    )
    means = 2.0 * k[:, column[:, None], column] * scale[:, :, None] * scale[:, None, :]
    return cross, means


def mean_curvature(
    block: Block, part: Part, force: NDArray, first: NDArray
) -> tuple[NDArray, NDArray]:
    """-2 mu_ab' f: one-sided, mean by covariance elements, and mean by mean.

    Parameters
    ----------
    block : Block
    part : Part
    force : ndarray, shape (B, p + 2 m)
        D' f.
    first : ndarray, shape (B, elements, p + 2 m)
        From `column_derivatives`.
    """
    p = block.layout.p
    column, index = block.mean_column, block.mean_scale
    scale = mean_scales(part)[:, index]
    moved = first[:, :, column].swapaxes(1, 2)
    bent = -2.0 * scale[:, :, None] * force[:, None, block.left] * moved
    means = np.zeros((len(force), len(column), len(column)))
    of_eta = np.flatnonzero(index > 0)
    inner = np.flatnonzero(column >= p)
    reach = part.implied.paths[:, (index[of_eta] - 1)[:, None], column[inner] - p]
    means[:, of_eta[:, None], inner] = (
        -2.0 * force[:, column[of_eta], None] * reach * scale[:, None, inner]
    )
    return bent, means
