"""Does one model contain another? Whatever moments the smaller implies, the larger can imply.

Notes
-----
The larger model is fitted to the moments that the smaller one implies. If it contains the smaller
one, nothing is left: F is 0 [bentler2010]_. The parameters where this happens are those at which
the larger model *is* the smaller one, whatever the parametrisations.

References
----------
.. [bentler2010] Bentler, P. M., & Satorra, A. (2010). Testing model nesting and equivalence.
   Psychological Methods, 15, 111-123.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.contract import RESPONSE_ULS
from scrm_model.estimation.discrepancy.responses import given_x, response_parts
from scrm_model.estimation.implied.moments import Implied, implied
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.solve import Solution, solve
from scrm_model.estimation.optimise.start import starting_points
from scrm_model.estimation.result import Fit
from scrm_model.estimation.uncertainty.delta import jacobian

NOTHING = 1e-6  # F below this is no difference; models that are not nested leave far more


@dataclass(frozen=True, slots=True)
class Contained:
    """How a larger model takes in a smaller one.

    Attributes
    ----------
    by_name : ndarray, shape (q,)
        The larger model's parameters, with the smaller one's values for the same rows of the
        table; 0 where it has no such row.
    theta : ndarray, shape (q,)
        Where the larger model comes nearest to the smaller one's moments.
    value, value_by_name : float
        F, by maximum likelihood (by unweighted least squares with ordinal variables), at the two
        places.
    known : bool
        Whether a minimum was found, so that `value` decides.
    """

    by_name: NDArray
    theta: NDArray
    value: float
    value_by_name: float
    known: bool

    @property
    def holds(self) -> bool:
        """Whether the larger model contains the smaller one; True also where that is not known."""
        return not self.known or self.value < NOTHING

    @property
    def name_suffices(self) -> bool:
        """Whether `by_name` implies the smaller model's moments."""
        return self.value_by_name < NOTHING


def contain(larger: Fit, smaller: Fit) -> Contained:
    """See how a model takes in another that was fitted to the same data.

    Parameters
    ----------
    larger, smaller : Fit
        Of the same variables and groups.
    """
    constraints = constraints_of(larger.compiled)
    if larger.compiled.responses is None:
        order = variable_order(smaller, larger)
        samples = tuple(
            _as_sample(i, s, order)
            for i, s in zip(_implied(smaller), smaller.samples, strict=True)
        )  # fmt: skip
        problem = Problem(larger.compiled, samples, constraints.space)
    else:
        samples = _as_responses(larger, smaller)
        problem = Problem(larger.compiled, samples, constraints.space, RESPONSE_ULS)
    named = parameters_by_name(larger, smaller)
    there = float(problem.discrepancy.evaluate(larger.compiled, named[None], samples).value[0])
    found: Solution | None = None
    for starts in (named[None], starting_points(larger.compiled, samples)):
        end = solve(problem, constraints, starts)
        if found is None or not found.converged or (end.converged and end.value < found.value):
            found = end
        if found.converged and found.value < NOTHING:
            break
    assert found is not None
    return Contained(named, found.theta, found.value, there, found.converged)


def _implied(fitted: Fit) -> list[Implied]:
    return [
        implied(block, fitted.theta[None], s.cov, s.mean)
        for block, s in zip(fitted.compiled.blocks, fitted.samples, strict=True)
    ]


def _as_sample(of: Implied, sample: Sample, order: list[int]) -> Sample:
    mean = None if sample.mean is None else of.mu[0, order]
    return Sample.of(of.sigma[0][np.ix_(order, order)], sample.n, mean)


def _as_responses(larger: Fit, smaller: Fit) -> tuple[Sample, ...]:
    """The larger model's samples with the moments of latent responses that the smaller implies."""
    order = _moment_order(smaller, larger)
    parts = response_parts(smaller.bread.point)
    return tuple(
        replace(s, moments=part.moments[:, order], weight=None)
        for s, part in zip(larger.samples, parts, strict=True)
    )  # fmt: skip


def _moment_order(of: Fit, like: Fit) -> NDArray[np.intp]:
    own, other = of.compiled.responses, like.compiled.responses
    assert own is not None
    assert other is not None  # `compare` asks for the same ordinal variables
    return own.moments_like(other, of.compiled.observed, like.compiled.observed)


def variable_order(of: Fit, like: Fit) -> list[int]:
    """Positions in one fit of the observed variables of another."""
    place = {v: k for k, v in enumerate(of.compiled.observed)}
    return [place[v] for v in like.compiled.observed]


def parameters_by_name(larger: Fit, smaller: Fit) -> NDArray:
    """The larger model's parameters with the smaller one's values, shape (q,).

    Rows of the two tables belong together if left side, operator, right side and group are the
    same (the sides of a covariance in any order). Rows that the smaller model does not have
    are 0.
    """
    values = {}
    table = smaller.compiled.table.parameters
    for v, number in zip(table, smaller.compiled.row_parameter, strict=True):
        value = smaller.theta[number] if number >= 0 else v.value
        values[_key(v.lhs, v.op, v.rhs, v.group)] = 0.0 if value is None else float(value)
    rows = (larger.compiled.table.parameters[r] for r in larger.compiled.first_row)
    return np.array([values.get(_key(v.lhs, v.op, v.rhs, v.group), 0.0) for v in rows])


def _key(lhs: str, op: str, rhs: str, group: int) -> tuple[str, str, str, int]:
    if op == "~~" and rhs < lhs:
        lhs, rhs = rhs, lhs
    return lhs, op, rhs, group


def tangent(fitted: Fit, like: Fit | None = None) -> NDArray:
    """Derivatives of the implied moments in the free directions of a model.

    Parameters
    ----------
    fitted : Fit
    like : Fit, optional
        Give the moments in the order of this fit's variables.

    Returns
    -------
    ndarray, shape (moments of all groups, k)
        Means, where modelled, and the lower triangle of the covariances; with ordinal variables
        the moments of `scrm_model.estimation.implied.responses`.
    """
    if fitted.compiled.responses is not None:
        places = _moment_order(fitted, like or fitted)

        def seen(theta: NDArray) -> NDArray:
            blocks = fitted.compiled.blocks
            return np.concatenate([given_x(b, theta).moments[:, places] for b in blocks], axis=1)

        return jacobian(seen, fitted.theta) @ fitted.bread.basis
    order = variable_order(fitted, like or fitted)
    low = np.tril_indices(len(order))

    def moments(theta: NDArray) -> NDArray:
        out = []
        for block, s in zip(fitted.compiled.blocks, fitted.samples, strict=True):
            of = implied(block, theta, s.cov, s.mean)
            if fitted.compiled.meanstructure:
                out.append(of.mu[:, order])
            out.append(of.sigma[:, order][:, :, order][:, low[0], low[1]])
        return np.concatenate(out, axis=1)

    return jacobian(moments, fitted.theta) @ fitted.bread.basis
