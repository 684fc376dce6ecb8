"""Least squares: generalised, unweighted, and weighted by fourth-order moments.

Notes
-----
Per group, with e the means' residuals (where modelled) followed by vech(S - Sigma)
[browne1984]_::

    F = e' W e

    GLS   W so that e' W e = 1/2 tr((S^-1 (S - Sigma))^2) + m' S^-1 m
    ULS   W = I: every covariance counts once
    WLS   W = Gamma^-1, the inverse of the fourth-order moments (asymptotically
          distribution-free)
    DWLS  W = diag(Gamma)^-1

and with Delta the derivatives of the moments, dF = -2 Delta' W e and the information of one
observation is Delta' W Delta.

References
----------
.. [browne1984] Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis
   of covariance structures. British Journal of Mathematical and Statistical Psychology, 37, 62-83.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Part, Point, add_pairs, mean_scales
from scrm_model.estimation.discrepancy.ml_hessian import (
    column_derivatives,
    mean_curvature,
    second_order,
)
from scrm_model.estimation.implied.compiled import Block, CompiledModel
from scrm_model.estimation.implied.moments import dictionary, implied
from scrm_model.estimation.observed.sample import Sample

Weigh = Callable[[Sample, NDArray], NDArray]
"""Weight times moments (B, k, moments) -> the same shape."""


@dataclass(frozen=True, slots=True)
class Quadratic:
    """A quadratic discrepancy.

    Attributes
    ----------
    weigh : callable
        Multiplies residuals or derivatives by the weight of a sample.
    """

    weigh: Weigh

    def evaluate(self, model: CompiledModel, theta: NDArray, samples: tuple[Sample, ...]) -> Point:
        """F at a stack of parameter vectors; infinite where a variance is no number."""
        total = sum(s.n for s in samples)
        value = np.zeros(len(theta))
        parts = []
        for block, sample in zip(model.blocks, samples, strict=True):
            of = implied(block, theta, sample.cov, sample.mean)
            shift = None if sample.mean is None else sample.mean - of.mu
            part = Part(of, np.zeros(0), shift)
            e = residual(part, sample)
            f = np.einsum("bm,bm->b", e, self.weigh(sample, e[:, None])[:, 0])
            value += f * (sample.n / total)
            parts.append(part)
        return Point(theta, np.where(np.isfinite(value), value, np.inf), tuple(parts))

    def gradient(self, model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
        """dF / d theta, shape (B, q)."""
        total = sum(s.n for s in samples)
        out = np.zeros(point.theta.shape)
        for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
            weighted = self.weigh(sample, residual(part, sample)[:, None])[:, 0]
            slopes = derivatives(block, part, point.theta.shape[1])
            out -= 2.0 * sample.n / total * np.einsum("bqm,bm->bq", slopes, weighted)
        return out

    def information(
        self, model: CompiledModel, point: Point, samples: tuple[Sample, ...]
    ) -> NDArray:
        """Delta' W Delta, shape (B, q, q)."""
        total = sum(s.n for s in samples)
        stack, q = point.theta.shape
        out = np.zeros((stack, q, q))
        for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
            slopes = derivatives(block, part, q)
            weighted = self.weigh(sample, slopes)
            out += sample.n / total * (weighted @ slopes.swapaxes(1, 2))
        return (out + out.swapaxes(1, 2)) / 2

    def hessian(self, model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
        """Second derivatives of F, shape (B, q, q)."""
        total = sum(s.n for s in samples)
        out = 2.0 * self.information(model, point, samples)
        for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
            weighted = self.weigh(sample, residual(part, sample)[:, None])[:, 0]
            terms = curvature_of_moments(block, part, weighted) * (sample.n / total)
            which = np.concatenate([block.parameter, block.mean_parameter])[: terms.shape[1]]
            add_pairs(out, terms, which, ascending=False)
        return (out + out.swapaxes(1, 2)) / 2

    def gfi(self, point: Point, samples: tuple[Sample, ...], fixed: NDArray) -> float:
        """1 - e' W e / s' W s, the mean over groups weighted by cases; of single samples.

        Parameters
        ----------
        point : Point
        samples : tuple of Sample
        fixed : ndarray of int
            Positions of fixed x, whose moments count as 0 in s.
        """
        total = sum(s.cases for s in samples)
        out = 0.0
        for part, sample in zip(point.parts, samples, strict=True):
            cov = sample.cov.copy()
            cov[:, fixed[:, None], fixed] = 0.0
            sizes = []
            for moments in (residual(part, sample), _moments(cov, sample.mean)):
                sizes.append(float(moments[0] @ self.weigh(sample, moments[:, None])[0, 0]))
            out += sample.cases / total * (1.0 - sizes[0] / sizes[1])
        return out


def residual(part: Part, sample: Sample) -> NDArray:
    """Residual means, if modelled, then vech(S - Sigma), shape (B, moments)."""
    return _moments(sample.cov - part.implied.sigma, part.shift)


def _moments(cov: NDArray, mean: NDArray | None) -> NDArray:
    row, column = np.tril_indices(cov.shape[-1])
    half = cov[:, row, column]
    return half if mean is None else np.concatenate([mean, half], axis=1)


def derivatives(block: Block, part: Part, q: int) -> NDArray:
    """Delta', the derivatives of the moments, shape (B, q, moments)."""
    d = dictionary(part.implied)
    row, column = np.tril_indices(block.layout.p)
    left, right = d[:, :, block.left], d[:, :, block.right]
    terms = left[:, row] * right[:, column] + right[:, row] * left[:, column]
    terms = (terms * block.weight).swapaxes(1, 2)
    means = 0 if part.shift is None else block.layout.p
    out = np.zeros((len(d), q, means + len(row)))
    for element, number in enumerate(block.parameter):
        out[:, number, means:] += terms[:, element]
    if means:
        scale = mean_scales(part)
        for element, number in enumerate(block.mean_parameter):
            column_of = d[:, :, block.mean_column[element]]
            out[:, number, :means] += column_of * scale[:, block.mean_scale[element], None]
    return out


def curvature_of_moments(block: Block, part: Part, weighted: NDArray) -> NDArray:
    """-2 (W e)' times the second derivatives of the moments, by pairs of elements."""
    d = dictionary(part.implied)
    p, n = block.layout.p, len(block.left)
    row, column = np.tril_indices(p)
    half = weighted[:, weighted.shape[1] - len(row) :]
    # tr(G Sigma_ab) with G so that every covariance counts once.
    g = np.zeros((len(d), p, p))
    g[:, row, column] -= half
    g[:, column, row] -= half
    first, second = column_derivatives(block, part)
    extra = 0 if part.shift is None else len(block.mean_column)
    out = np.zeros((len(d), n + extra, n + extra))
    out[:, :n, :n] = second_order(block, d.swapaxes(1, 2) @ g @ d, first, second)
    if extra:
        force = (d.swapaxes(1, 2) @ weighted[:, :p, None])[..., 0]
        out[:, n:, :n], out[:, n:, n:] = mean_curvature(block, part, force, first)
    return out


def by_nothing(sample: Sample, moments: NDArray) -> NDArray:
    """Unweighted: the moments themselves."""
    del sample
    return moments


def by_inverse_covariance(sample: Sample, moments: NDArray) -> NDArray:
    """Normal-theory weight at the sample's own covariances."""
    p = sample.cov.shape[-1]
    inverse = np.linalg.inv(sample.cov)[:, None]
    row, column = np.tril_indices(p)
    means = moments.shape[-1] - len(row)
    whole = np.zeros((*moments.shape[:-1], p, p))
    half = moments[..., means:]
    # vech(M) stands for M; W vech(M) counts each off-diagonal cell of S^-1 M S^-1 twice by 1/2.
    whole[..., row, column] = half
    whole[..., column, row] = half
    turned = inverse @ whole @ inverse
    weight = np.where(row == column, 0.5, 1.0)
    out = turned[..., row, column] * weight
    if not means:
        return out
    first = (inverse @ moments[..., :means, None])[..., 0]
    return np.concatenate([first, out], axis=-1)
