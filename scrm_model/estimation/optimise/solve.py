"""The whole search for one fit: Fisher scoring, and what to do where it is not enough."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.optimise.bounds import within_bounds
from scrm_model.estimation.optimise.constraints import Constraints
from scrm_model.estimation.optimise.full_steps import full_steps
from scrm_model.estimation.optimise.problem import Optimum, Problem, Space
from scrm_model.estimation.optimise.scoring import fisher_scoring
from scrm_model.estimation.optimise.start import Starts
from scrm_model.estimation.uncertainty.delta import jacobian
from scrm_model.spec.table import Constraint


@dataclass(frozen=True, slots=True)
class Solution:
    """Where the search for one fit ended.

    Attributes
    ----------
    theta : ndarray, shape (q,)
    value : float
        F.
    converged : bool
    iterations : int
    space : Space
        Directions in which the estimates are free: linear equalities, curved ones and active
        inequalities as they lie at the solution.
    n_equalities : int
        Equality constraints, which lower the number of free parameters.
    point : Point, optional
        F and what belongs to it at theta, if the search has evaluated it there.
    """

    theta: NDArray
    value: float
    converged: bool
    iterations: int
    space: Space
    n_equalities: int
    point: Point | None = None


def solve(problem: Problem, constraints: Constraints, starts: Starts | NDArray) -> Solution:
    """Find the minimum of F for a stack of one.

    Parameters
    ----------
    problem : Problem
        In the space of the linear equalities.
    constraints : Constraints
    starts : Starts, or ndarray, shape (starts, q)
        Tried in turn until one leads to a minimum.

    Returns
    -------
    Solution
    """
    space = constraints.space
    best = within_bounds(problem, _unconstrained(problem, starts), _unconstrained)
    lost = space.basis.shape[0] - space.basis.shape[1]
    theta = space.theta(best.t)[0]
    if not constraints.curved and _holds(constraints, theta):
        return Solution(
            theta, float(best.value[0]), bool(best.converged[0]), best.iterations, space, lost,
            best.point,
        )  # fmt: skip
    begin = theta if np.isfinite(theta).all() else starts[0]
    return _with_constraints(problem, constraints, begin, lost)


def _unconstrained(problem: Problem, starts: Starts | NDArray) -> Optimum:
    """Full steps from the first start, or Fisher scoring from each, or a trust region from each.

    Fisher's steps are long. Where F has a valley that runs to infinity (a loading that grows as
    its factor shrinks) they may leap into it past a minimum that short steps find.
    """
    guess = starts.guess if isinstance(starts, Starts) else starts[0]
    if (found := full_steps(problem, problem.space.nearest(guess))) is not None:
        return found
    ends = []
    inside = problem.space.nearest(starts[:])
    for start in (*inside, *(partial(_trust_region, problem, t) for t in inside)):
        t = start() if callable(start) else start
        ends.append(fisher_scoring(problem, t[None]))
        if ends[-1].converged[0]:
            return ends[-1]
    return min(ends, key=lambda end: float(end.value[0]))


def _trust_region(problem: Problem, origin: NDArray) -> NDArray:
    """Where a trust-region search with the exact Hessian ends, shape (k,)."""
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to import, rarely needed

    diagonal = np.diag(problem.expected_curvature(problem.at(origin[None]))[0])
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))

    def at(x: NDArray) -> Point:
        return problem.at((origin + scale * x)[None])

    with np.errstate(invalid="ignore"):  # F may be infinite at the start
        found = minimize(
            lambda x: float(at(x).value[0]),
            np.zeros_like(origin),
            jac=lambda x: problem.slope(at(x))[0] * scale,
            hess=lambda x: problem.curvature(at(x))[0] * np.outer(scale, scale),
            method="trust-exact",
            options={"gtol": 1e-8, "maxiter": 80, "initial_trust_radius": 0.1},
        )
    return origin + scale * found.x


def _value_and_slope(problem: Problem, t: NDArray) -> tuple[float, NDArray]:
    point = problem.at(t[None])
    if not np.isfinite(point.value[0]):
        return 1e10, np.zeros_like(t)
    return float(point.value[0]), problem.slope(point)[0]


def _holds(constraints: Constraints, theta: NDArray) -> bool:
    gaps = constraints.gaps(constraints.inequalities, theta[None])
    return bool((gaps >= -1e-10).all())


def _with_constraints(
    problem: Problem, constraints: Constraints, start: NDArray, lost: int
) -> Solution:
    """Sequential quadratic programming for curved equalities and inequalities.

    The active ones are then taken as equalities, which gives the directions left free.
    """
    from scipy.optimize import minimize  # noqa: PLC0415

    space = constraints.space

    def gaps(which: tuple[Constraint, ...], t: NDArray) -> NDArray:
        return constraints.gaps(which, space.theta(t[None]))[0]

    def slopes(which: tuple[Constraint, ...], t: NDArray) -> NDArray:
        theta = space.theta(t[None])[0]
        return jacobian(lambda x: constraints.gaps(which, x), theta) @ space.basis

    kinds = [("eq", constraints.curved), ("ineq", constraints.inequalities)]
    rules = [
        {"type": kind, "fun": lambda t, w=which: gaps(w, t), "jac": lambda t, w=which: slopes(w, t)}
        for kind, which in kinds
        if which
    ]
    found = minimize(
        lambda t: _value_and_slope(problem, t), space.nearest(start[None])[0], jac=True,
        method="SLSQP", constraints=rules, options={"ftol": 1e-15, "maxiter": 1000},
    )  # fmt: skip
    theta = space.theta(found.x[None])[0]
    active = tuple(
        c
        for c, gap in zip(
            constraints.inequalities, gaps(constraints.inequalities, found.x), strict=True
        )
        if gap < 1e-7
    )
    tied = constraints.curved + active
    free = _tangent(space, jacobian(lambda x: constraints.gaps(tied, x), theta))
    value, slope = _value_and_slope(problem, found.x)
    inside = np.abs(space.basis @ slope @ free).max(initial=0.0) < 1e-5
    kept = bool(np.abs(gaps(constraints.curved, found.x)).max(initial=0.0) < 1e-6)
    return Solution(
        theta, value, inside and kept and _holds_nearly(constraints, theta), int(found.nit),
        Space(free, theta), lost + len(constraints.curved),
    )  # fmt: skip


def _holds_nearly(constraints: Constraints, theta: NDArray) -> bool:
    return bool((constraints.gaps(constraints.inequalities, theta[None]) > -1e-6).all())


def _tangent(space: Space, rows: NDArray) -> NDArray:
    """Directions of the space along which no row changes, shape (q, k)."""
    inner = rows @ space.basis
    _, singular, right = np.linalg.svd(inner)
    rank = int((singular > 1e-10 * max(singular.max(initial=0.0), 1e-300)).sum())
    return space.basis @ right[rank:].T
