"""Full-information maximum likelihood: every case by its observed cells.

Notes
-----
Per group, with h the mean of ``log|Sigma_oo| + d_o' Sigma_oo^-1 d_o`` over cases
[arbuckle1996]_::

    F = h(mu, Sigma) - h(m, S)

where m and S are the moments of the unrestricted model, so that N F is the likelihood-ratio test
and F of complete data that of `scrm_model.estimation.discrepancy.ml`. Its gradient is that of
complete data at completed moments (`scrm_model.estimation.observed.expectation`); information and
Hessian are those of the moments (`scrm_model.estimation.discrepancy.moment_curvature`) between the
derivatives of the moments, the Hessian with the curvature of the moments besides.

References
----------
.. [arbuckle1996] Arbuckle, J. L. (1996). Full information estimation in the presence of incomplete
   data. In G. A. Marcoulides & R. E. Schumacker (Eds.), Advanced Structural Equation Modeling
   (pp. 243-277). Erlbaum.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy import ml
from scrm_model.estimation.discrepancy.least_squares import curvature_of_moments, derivatives
from scrm_model.estimation.discrepancy.ml import Part, Point, add_pairs
from scrm_model.estimation.discrepancy.moment_curvature import (
    curvature,
    expected_length,
    scores,
)
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.expectation import Completed, expect
from scrm_model.estimation.observed.sample import Sample

Samples = tuple[Sample, ...]


@dataclass(frozen=True, eq=False)
class IncompletePart(Part):
    """Where one group stands, with its cases completed there.

    Attributes
    ----------
    completed : tuple of Completed, length B
    """

    completed: tuple[Completed, ...]
    _known: dict[str, NDArray] = field(default_factory=dict)

    def curvature(self, kind: str) -> NDArray:
        """Second derivatives of h by the moments, shape (B, m, m); made once."""
        if kind not in self._known:
            self._known[kind] = np.stack([curvature(at, kind) for at in self.completed])
        return self._known[kind]

    @property
    def cov(self) -> NDArray:
        """Completed covariances, shape (B, p, p)."""
        assert self.shift is not None  # missing cells come with means
        second = np.stack([at.second for at in self.completed])
        return np.asarray(second - self.shift[:, :, None] * self.shift[:, None, :])


def evaluate(model: CompiledModel, theta: NDArray, samples: Samples) -> Point:
    """F at a stack of parameter vectors; infinite where Sigma is not positive definite."""
    total = sum(s.n for s in samples)
    plain = ml.evaluate(model, theta, samples)
    value = np.where(np.isfinite(plain.value), 0.0, np.inf)
    parts = []
    for part, sample in zip(plain.parts, samples, strict=True):
        assert sample.incomplete is not None
        members = sample.incomplete.members
        completed = []
        for k in range(len(theta)):
            member = members[k if len(members) > 1 else 0]
            of, at = part.implied, None
            if np.isfinite(value[k]):
                at = expect(member.at.patterns, of.mu[k], of.sigma[k], member.at.weights)
            value[k] += sample.n / total * (np.inf if at is None else at.value - member.at.value)
            completed.append(member.at if at is None else at)
        shift = np.stack([at.shift for at in completed])
        parts.append(IncompletePart(part.implied, part.precision, shift, tuple(completed)))
    return Point(theta, value, tuple(parts))


def gradient(model: CompiledModel, point: Point, samples: Samples) -> NDArray:
    """dF / d theta, shape (B, q)."""
    completed = tuple(
        replace(s, cov=part.cov) for s, part in zip(samples, incomplete(point), strict=True)
    )
    return ml.gradient(model, point, completed)


def information(model: CompiledModel, point: Point, samples: Samples) -> NDArray:
    """Expected information of one observation, cells missing at random, shape (B, q, q)."""
    return between(model, point, samples, "expected") / 2.0


def hessian(model: CompiledModel, point: Point, samples: Samples) -> NDArray:
    """Second derivatives of F, shape (B, q, q)."""
    total = sum(s.n for s in samples)
    out = between(model, point, samples, "observed")
    for block, part, sample in zip(model.blocks, incomplete(point), samples, strict=True):
        terms = curvature_of_moments(block, part, _forces(part)) * (sample.n / total)
        which = np.concatenate([block.parameter, block.mean_parameter])
        add_pairs(out, terms, which, ascending=False)
    return (out + out.swapaxes(1, 2)) / 2


def between(model: CompiledModel, point: Point, samples: Samples, kind: str) -> NDArray:
    """Second derivatives by the moments between the moments' derivatives, shape (B, q, q)."""
    total = sum(s.n for s in samples)
    stack, q = point.theta.shape
    out = np.zeros((stack, q, q))
    for block, part, sample in zip(model.blocks, incomplete(point), samples, strict=True):
        slopes = derivatives(block, part, q)
        out += sample.n / total * (slopes @ part.curvature(kind) @ slopes.swapaxes(1, 2))
    return out


def case_scores(model: CompiledModel, point: Point) -> tuple[NDArray, ...]:
    """Derivatives of the log-likelihood of every case, one array (N_g, q) a group.

    Parameters
    ----------
    model : CompiledModel
    point : Point
        A stack of one. Cases are in the order of the data.
    """
    out = []
    for block, part in zip(model.blocks, incomplete(point), strict=True):
        at = part.completed[0]
        slopes = derivatives(block, part, point.theta.shape[1])[0]
        out.append(at.patterns.back(scores(at) @ slopes.T))
    return tuple(out)


def gfi(point: Point, samples: Samples, fixed: NDArray[np.intp]) -> float:
    """1 - e' W e / s' W s, the mean over groups weighted by cases; of single samples.

    Parameters
    ----------
    point : Point
    samples : tuple of Sample
    fixed : ndarray of int
        Positions of fixed x, whose moments are left out.

    Notes
    -----
    s are means and covariances of the observed cells, pair by pair, e their residuals and W the
    expected information of the moments at the solution [lavaan's convention, found by comparing
    numbers].
    """
    total = sum(s.cases for s in samples)
    out = 0.0
    for part, sample in zip(incomplete(point), samples, strict=True):
        at, of = part.completed[0], part.implied
        mean, cov = (x.copy() for x in at.patterns.pairwise)
        gap, residual = mean - of.mu[0], cov - of.sigma[0]
        for x in (mean, gap):
            x[fixed] = 0.0
        for x in (cov, residual):
            x[np.ix_(fixed, fixed)] = 0.0
        ratio = expected_length(at, gap, residual) / expected_length(at, mean, cov)
        out += sample.cases / total * (1.0 - ratio)
    return out


def incomplete(point: Point) -> tuple[IncompletePart, ...]:
    """The parts of a point that `evaluate` made."""
    return tuple(part for part in point.parts if isinstance(part, IncompletePart))


def _forces(part: IncompletePart) -> NDArray:
    """-1/2 times the derivatives of h by the moments, shape (B, m)."""
    p = part.precision.shape[-1]
    row, column = np.tril_indices(p)
    out = []
    for at in part.completed:
        g = at.precision - at.precision @ at.second @ at.precision
        half = np.where(row == column, 0.5, 1.0) * g[row, column]
        out.append(np.concatenate([at.precision @ at.shift, -half]))
    return np.stack(out)
