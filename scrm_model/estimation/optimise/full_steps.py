"""The usual search for one fit: full Newton steps, with a factor kept while it serves.

Notes
-----
From good start values full steps lead straight down. The first solves with the expected Hessian,
which needs no luck. Then the exact Hessian is factored anew only when the factor at hand no longer
makes the squared decrement a thousand times smaller at each step: near the minimum a step with the
last factor (a chord step [ortega1970]_) costs a third of a step with a new one. When anything is
unusual (F does not fall, a Hessian is not positive definite, steps do not shorten) the search ends
without a result, for `scrm_model.estimation.optimise.scoring` to begin again with shorter steps.

References
----------
.. [ortega1970] Ortega, J. M., & Rheinboldt, W. C. (1970). Iterative Solution of Nonlinear
   Equations in Several Variables. Academic Press.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.factor import Factor
from scrm_model.estimation.optimise.problem import Optimum, Problem
from scrm_model.estimation.optimise.scoring import ROUNDING

_MAX_ITERATIONS = 30
# The squared decrement of a step, over that before, at which a factor is kept; what stands for an
# exact Hessian makes no step much shorter than that, however often it is computed.
_FASTER, _LINEAR = 1e-3, 0.1


def full_steps(problem: Problem, start: NDArray) -> Optimum | None:
    """Minimise F for a stack of one by full steps.

    Parameters
    ----------
    problem : Problem
        A stack of one.
    start : ndarray, shape (k,)

    Returns
    -------
    Optimum or None
        With the point that was reached, so that what follows need not evaluate it again; None
        where full steps are not enough.

    Notes
    -----
    It has converged at the same squared decrement as Fisher scoring, and takes the last step too.
    """
    t = np.array(start, dtype=float)[None]
    point = problem.at(t)
    factor: Factor | None = None
    before = np.inf
    faster = _FASTER if problem.discrepancy.exact else _LINEAR
    for iteration in range(1, _MAX_ITERATIONS + 1):
        value = point.value[0]
        if not np.isfinite(value):
            return None
        slope = problem.slope(point)
        step, fall = _step(factor, slope[0])
        if factor is None or not fall <= max(faster * before, problem.tolerance):
            factor = _factor(problem, point, first=factor is None)
            step, fall = _step(factor, slope[0])
        if factor is None or not fall >= 0:
            return None
        t = t + step
        point = problem.at(t)
        if not point.value[0] <= value - 1e-4 * fall + ROUNDING * (1.0 + abs(value)):
            return None
        if fall <= problem.tolerance:
            decrement = np.array([fall])
            return Optimum(t, point.value, np.ones(1, bool), decrement, iteration, point)
        before = fall
    return None


def _step(factor: Factor | None, slope: NDArray) -> tuple[NDArray, float]:
    """-H^-1 g, and minus slope times step."""
    if factor is None:
        return slope, np.nan
    step = -factor.solve(slope)
    return step, -float(slope @ step)


def _factor(problem: Problem, point: Point, *, first: bool) -> Factor | None:
    exact = None if first else Factor.of(problem.curvature(point)[0])
    return exact or Factor.of(problem.expected_curvature(point)[0])
