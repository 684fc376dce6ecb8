"""What an optimiser sees: a discrepancy over a linear space of parameters."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy import ml_factors
from scrm_model.estimation.discrepancy.contract import ML, Discrepancy
from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.sample import Sample

TOLERANCE = 1e-14


@dataclass(frozen=True, slots=True)
class Space:
    """Linear constraints, solved: theta = origin + basis t.

    Attributes
    ----------
    basis : ndarray, shape (q, k)
    origin : ndarray, shape (q,)
    """

    basis: NDArray
    origin: NDArray

    @classmethod
    def free(cls, q: int) -> "Space":
        """No constraint."""
        return cls(np.eye(q), np.zeros(q))

    @property
    def is_free(self) -> bool:
        """Whether theta and t are the same."""
        return self.basis.shape[0] == self.basis.shape[1]

    def theta(self, t: NDArray) -> NDArray:
        """Parameter vectors of a stack, shape (B, q)."""
        return t if self.is_free else self.origin + t @ self.basis.T

    def nearest(self, theta: NDArray) -> NDArray:
        """Coordinates of the nearest points of the space, shape (B, k)."""
        return theta if self.is_free else (theta - self.origin) @ self.basis


@dataclass(frozen=True, slots=True)
class Problem:
    """A model, its samples and its space, with the stack's functions in coordinates t.

    Attributes
    ----------
    model : CompiledModel
    samples : tuple of Sample
        One a group, all of one stack size.
    space : Space
    discrepancy : Discrepancy
    """

    model: CompiledModel
    samples: tuple[Sample, ...]
    space: Space
    discrepancy: Discrepancy = ML

    @property
    def tolerance(self) -> float:
        """Squared Newton decrement, in units of F, of the search's last step.

        The step that is left then is sqrt(N tolerance / 2) standard errors, about 1e-6 at N = 400,
        and taking it squares the error. Without the exact Hessian it is only made some ten times
        smaller, so that the last step has to be smaller itself.
        """
        return TOLERANCE if self.discrepancy.exact else 1e-4 * TOLERANCE

    @property
    def size(self) -> int:
        """Members of the stack."""
        return len(self.samples[0].cov)

    def take(self, index: NDArray[np.intp]) -> "Problem":
        """The problems at `index` of the stack."""
        if len(index) == self.size and self.size == 1:
            return self
        return replace(self, samples=tuple(s.take(index) for s in self.samples))

    def at(self, t: NDArray) -> Point:
        """Evaluate F at coordinates t, shape (B, k)."""
        return self.discrepancy.evaluate(self.model, self.space.theta(t), self.samples)

    def slope(self, point: Point) -> NDArray:
        """dF/dt, shape (B, k)."""
        g = self.discrepancy.gradient(self.model, point, self.samples)
        return g if self.space.is_free else g @ self.space.basis

    def expected_curvature(self, point: Point) -> NDArray:
        """Expected Hessian of F in t, twice the information, shape (B, k, k)."""
        return self._inside(2.0 * self.discrepancy.information(self.model, point, self.samples))

    def curvature(self, point: Point) -> NDArray:
        """Hessian of F in t, shape (B, k, k)."""
        return self._inside(self.discrepancy.hessian(self.model, point, self.samples))

    def _inside(self, h: NDArray) -> NDArray:
        k = self.space.basis
        return h if self.space.is_free else k.T @ h @ k


@dataclass(frozen=True, slots=True)
class FactorProblem(Problem):
    """The same problem in the fast lane of `scrm_model.estimation.discrepancy.ml_factors`.

    It has a value and a slope, and no curvature.
    """

    @classmethod
    def of(cls, problem: Problem) -> "FactorProblem | None":
        """The problem in the fast lane; None if its model or discrepancy is not for it."""
        if problem.discrepancy is not ML or ml_factors.lanes(problem.model) is None:
            return None
        return cls(problem.model, problem.samples, problem.space, problem.discrepancy)

    def at(self, t: NDArray) -> Point:
        """Evaluate F at coordinates t, shape (B, k); infinite outside the lane."""
        return ml_factors.evaluate(self.model, self.space.theta(t), self.samples)

    def slope(self, point: Point) -> NDArray:
        """dF/dt, shape (B, k)."""
        g = ml_factors.gradient(self.model, point, self.samples)
        return g if self.space.is_free else g @ self.space.basis


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where an optimiser stopped.

    Attributes
    ----------
    t : ndarray, shape (B, k)
    value : ndarray, shape (B,)
    converged : ndarray of bool, shape (B,)
    decrement : ndarray, shape (B,)
        Squared Newton decrement g' H^-1 g at the end, in units of F: twice the distance to the
        minimum of the local quadratic.
    iterations : int
        Of the slowest member.
    point : Point, optional
        Where F was evaluated at t, if it was.
    """

    t: NDArray
    value: NDArray
    converged: NDArray
    decrement: NDArray
    iterations: int
    point: Point | None = None
