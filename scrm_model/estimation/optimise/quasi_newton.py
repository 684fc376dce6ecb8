"""Many fits of one model at once: limited-memory BFGS with a shared preconditioner.

Notes
-----
Resamples of one data set share their curvature nearly. The inverse Hessian of the full-sample
fit stands in the middle of the two-loop recursion [nocedal1980]_, so that most members need some
eight gradients and none a factorisation of its own. What leaves the fast lane (a residual variance
becomes negative on the way) is searched again outside of it, and what does not converge this way
goes through Fisher scoring.

References
----------
.. [nocedal1980] Nocedal, J. (1980). Updating quasi-Newton matrices with limited storage.
   Mathematics of Computation, 35, 773-782.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml_factors import surely_definite
from scrm_model.estimation.optimise.problem import FactorProblem, Optimum, Problem
from scrm_model.estimation.optimise.scoring import fisher_scoring, line_search

# Squared Newton decrement before the last step, which takes nearly all of it away: estimates are
# then within some 1e-9 of the minimum, at a price of some three per cent over 1e-16.
TOLERANCE = 1e-17
_MEMORY = 6
_MAX_ITERATIONS = 60


def solve_stack(
    problem: Problem, start: NDArray, preconditioner: NDArray, tolerance: float = TOLERANCE
) -> Optimum:
    """Minimise F for every member of a stack, from one start.

    Parameters
    ----------
    problem : Problem
        A stack of B.
    start : ndarray, shape (k,)
        Coordinates of the full-sample solution.
    preconditioner : ndarray, shape (k, k)
        Inverse Hessian of F there.
    tolerance : float
        Squared Newton decrement at which a member is done.

    Returns
    -------
    Optimum
    """

    def by_steps(problem: Problem) -> Optimum:
        begin = np.tile(start, (problem.size, 1))
        return quasi_newton(problem, begin, preconditioner, tolerance)

    def by_scoring(problem: Problem) -> Optimum:
        return fisher_scoring(problem, np.tile(start, (problem.size, 1)))

    best = _in_factors(problem, start, preconditioner, tolerance)
    for search in (by_steps, by_scoring):
        best = search(problem) if best is None else _searched_again(problem, best, search)
    assert best is not None
    return best


def _searched_again(
    problem: Problem, best: Optimum, search: Callable[[Problem], Optimum]
) -> Optimum:
    """The same with members that have not converged searched in another way."""
    left = np.flatnonzero(~best.converged)
    if len(left):
        again = search(problem.take(left))
        best.t[left], best.value[left] = again.t, again.value
        best.converged[left], best.decrement[left] = again.converged, again.decrement
    return best


def _in_factors(
    problem: Problem, start: NDArray, preconditioner: NDArray, tolerance: float
) -> Optimum | None:
    """The search in the fast lane; what may have left it does not count as converged."""
    quick = FactorProblem.of(problem)
    if quick is None:
        return None
    try:
        best = quasi_newton(quick, np.tile(start, (problem.size, 1)), preconditioner, tolerance)
    except np.linalg.LinAlgError:  # some member came to a singular place
        return None
    theta = problem.space.theta(best.t)
    for k in np.flatnonzero(best.converged & ~surely_definite(problem.model, theta)):
        there = problem.take(np.array([k])).at(best.t[k : k + 1])
        best.converged[k] = abs(there.value[0] - best.value[k]) < 1e-9
    return best


def quasi_newton(
    problem: Problem, start: NDArray, preconditioner: NDArray, tolerance: float = TOLERANCE
) -> Optimum:
    """The quasi-Newton search alone; members that need more than it has are left unconverged.

    Parameters
    ----------
    problem : Problem
    start : ndarray, shape (B, k)
    preconditioner : ndarray, shape (k, k)
    tolerance : float
        Squared Newton decrement at which a member is done.

    Returns
    -------
    Optimum
    """
    t = start.copy()
    stack = len(t)
    value, decrement = np.full(stack, np.inf), np.full(stack, np.inf)
    converged = np.zeros(stack, dtype=bool)
    memory = _Memory(preconditioner)
    active, here = np.arange(stack), problem
    point = here.at(t)
    value[:] = point.value
    slope = here.slope(point)
    turns = 0
    while turns < _MAX_ITERATIONS:
        turns += 1
        direction = -memory.times(slope)
        fall = -_products(slope, direction)
        decrement[active] = fall
        alive = np.isfinite(fall) & (fall > 0) & np.isfinite(value[active])
        done = alive & (fall <= tolerance)
        # The last step costs nothing more; F falls by half of what its slope promises.
        t[active[done]] += direction[done]
        value[active[done]] -= fall[done] / 2
        converged[active[done]] = True
        going = np.flatnonzero(alive & (fall > tolerance))
        if not len(going):
            break
        if len(going) < len(active):
            active, here = active[going], here.take(going)
            slope, direction, fall = slope[going], direction[going], fall[going]
            memory.keep(going)
        length, point = line_search(here, t[active], direction, fall, value[active])
        step = length[:, None] * direction
        t[active] += step
        if (length != 1.0).any():
            point = here.at(t[active])
        value[active] = point.value
        new = here.slope(point)
        memory.add(step, new - slope)
        slope = new
        moved = np.flatnonzero(length > 0)
        if len(moved) < len(active):
            active, here, slope = active[moved], here.take(moved), slope[moved]
            memory.keep(moved)
    return Optimum(t, value, converged, decrement, turns)


class _Memory:
    """The last steps of the members that go on, and the inverse Hessian that they amount to."""

    def __init__(self, preconditioner: NDArray) -> None:
        self.start = preconditioner
        # Steps, changes of slope along them, and weights: (B, k), (B, k) and (B,).
        self.past: list[tuple[NDArray, NDArray, NDArray]] = []

    def add(self, step: NDArray, turn: NDArray) -> None:
        """Remember a step and the change of slope along it; a weight of 0 leaves it out."""
        product = _products(step, turn)
        sizes = np.sqrt(_products(step, step) * _products(turn, turn))
        weight = np.zeros(len(step))
        np.divide(1.0, product, out=weight, where=product > 1e-10 * sizes)
        self.past.append((step, turn, weight))
        del self.past[:-_MEMORY]

    def keep(self, members: NDArray[np.intp]) -> None:
        """Forget all members but some."""
        self.past = [(s[members], y[members], w[members]) for s, y, w in self.past]

    def times(self, slope: NDArray) -> NDArray:
        """Inverse Hessian times slope by the two-loop recursion, shape (B, k)."""
        q = slope.copy()
        shares = []
        for s, y, w in reversed(self.past):
            share = w * _products(s, q)
            q -= share[:, None] * y
            shares.append(share)
        r = q @ self.start
        for (s, y, w), share in zip(self.past, reversed(shares), strict=True):
            r += (share - w * _products(y, r))[:, None] * s
        return r


def _products(a: NDArray, b: NDArray) -> NDArray:
    return np.einsum("bk,bk->b", a, b)
