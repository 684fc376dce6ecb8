"""The search where cells are missing: the solution at completed moments, then a few steps.

Notes
-----
The moments of the unrestricted model hold nearly all that incomplete data say. The minimum of the
complete-data discrepancy at them costs a few milliseconds and lies a fraction of a standard error
from that of the likelihood; with the exact Hessian there as metric, some five gradients are left.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.contract import ML
from scrm_model.estimation.optimise.constraints import Constraints
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.quasi_newton import quasi_newton
from scrm_model.estimation.optimise.solve import Solution, solve
from scrm_model.estimation.optimise.start import Starts

_TOLERANCE = 1e-16  # squared Newton decrement


def solve_incomplete(
    problem: Problem, constraints: Constraints, starts: Starts | NDArray
) -> Solution:
    """Find the minimum of F for a stack of one.

    Parameters
    ----------
    problem : Problem
        With samples that know their incomplete cases.
    constraints : Constraints
    starts : Starts, or ndarray, shape (starts, q)

    Returns
    -------
    Solution
    """
    near = solve(replace(problem, discrepancy=ML), constraints, starts)
    if not np.isfinite(near.theta).all():
        return solve(problem, constraints, starts)
    if near.converged and constraints.linear_only:
        found = _from(problem, near)
        if found is not None:
            return found
    return solve(problem, constraints, np.concatenate([near.theta[None], starts[:]]))


def _from(problem: Problem, near: Solution) -> Solution | None:
    """The minimum by quasi-Newton steps from a near solution; None if they do not lead there."""
    t = near.space.nearest(near.theta[None])
    point = problem.at(t)
    if not np.isfinite(point.value[0]):
        return None
    hessian = problem.curvature(point)[0]
    try:
        np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        return None
    best = quasi_newton(problem, t, np.linalg.inv(hessian), _TOLERANCE)
    if not best.converged[0]:
        return None
    return replace(
        near,
        theta=near.space.theta(best.t)[0],
        value=float(best.value[0]),
        iterations=near.iterations + best.iterations,
        point=None,
    )
