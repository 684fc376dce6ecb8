"""Many fits of one model at once: limited-memory BFGS with a shared preconditioner.

Notes
-----
Resamples of one data set share their curvature nearly. The inverse Hessian of the full-sample
fit stands in the middle of the two-loop recursion [nocedal1980]_, so that most members need some
eight gradients and none a factorisation of its own. What does not converge this way goes through
Fisher scoring.

References
----------
.. [nocedal1980] Nocedal, J. (1980). Updating quasi-Newton matrices with limited storage.
   Mathematics of Computation, 35, 773-782.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.optimise.problem import Optimum, Problem
from scrm_model.estimation.optimise.scoring import fisher_scoring, line_search

# Squared Newton decrement: at N = 400 a step of 5e-5 standard errors is left.
TOLERANCE = 1e-11
_MEMORY = 6
_MAX_ITERATIONS = 60


def solve_stack(problem: Problem, start: NDArray, preconditioner: NDArray) -> Optimum:
    """Minimise F for every member of a stack, from one start.

    Parameters
    ----------
    problem : Problem
        A stack of B.
    start : ndarray, shape (k,)
        Coordinates of the full-sample solution.
    preconditioner : ndarray, shape (k, k)
        Inverse Hessian of F there.

    Returns
    -------
    Optimum
    """
    best = quasi_newton(problem, np.tile(start, (problem.size, 1)), preconditioner)
    left = np.flatnonzero(~best.converged)
    if not len(left):
        return best
    again = fisher_scoring(problem.take(left), np.tile(start, (len(left), 1)))
    best.t[left], best.value[left] = again.t, again.value
    best.converged[left], best.decrement[left] = again.converged, again.decrement
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
    stack, k = t.shape
    value, decrement = np.full(stack, np.inf), np.full(stack, np.inf)
    converged = np.zeros(stack, dtype=bool)
    memory = _Memory(stack, k, preconditioner)
    active, here = np.arange(stack), problem
    point = here.at(t)
    value[:] = point.value
    slope = here.slope(point)
    turns = 0
    while turns < _MAX_ITERATIONS:
        turns += 1
        direction = -memory.times(slope, active)
        fall = -np.einsum("bk,bk->b", slope, direction)
        decrement[active] = fall
        alive = np.isfinite(fall) & (fall > 0) & np.isfinite(value[active])
        converged[active[alive & (fall <= tolerance)]] = True
        going = np.flatnonzero(alive & (fall > tolerance))
        active, here = active[going], here.take(going)
        if not len(active):
            break
        slope, direction, fall = slope[going], direction[going], fall[going]
        length, point = line_search(here, t[active], direction, fall, value[active])
        step = length[:, None] * direction
        t[active] += step
        if (length != 1.0).any():
            point = here.at(t[active])
        value[active] = point.value
        new = here.slope(point)
        memory.add(active, step, new - slope)
        slope = new
        moved = np.flatnonzero(length > 0)
        if len(moved) < len(active):
            active, here, slope = active[moved], here.take(moved), slope[moved]
    return Optimum(t, value, converged, decrement, turns)


class _Memory:
    """The last steps of every member, and the inverse Hessian that they amount to."""

    def __init__(self, stack: int, k: int, preconditioner: NDArray) -> None:
        self.start = preconditioner
        self.steps: list[NDArray] = []
        self.turns: list[NDArray] = []
        self.weights: list[NDArray] = []
        self.shape = (stack, k)

    def add(self, active: NDArray, step: NDArray, turn: NDArray) -> None:
        """Remember a step and the change of slope along it; a weight of 0 leaves it out."""
        product = np.einsum("bk,bk->b", step, turn)
        sizes = np.linalg.norm(step, axis=1) * np.linalg.norm(turn, axis=1)
        useful = product > 1e-10 * sizes
        weight = np.zeros(self.shape[0])
        weight[active[useful]] = 1.0 / product[useful]
        whole_step, whole_turn = np.zeros(self.shape), np.zeros(self.shape)
        whole_step[active], whole_turn[active] = step, turn
        for column, new in (
            (self.steps, whole_step), (self.turns, whole_turn), (self.weights, weight),
        ):  # fmt: skip
            column.append(new)
            del column[:-_MEMORY]

    def times(self, slope: NDArray, active: NDArray) -> NDArray:
        """Inverse Hessian times slope by the two-loop recursion, shape (len(active), k)."""
        q = slope.copy()
        past = [
            (s[active], y[active], w[active])
            for s, y, w in zip(self.steps, self.turns, self.weights, strict=True)
        ]
        shares = []
        for s, y, w in reversed(past):
            share = w * np.einsum("bk,bk->b", s, q)
            q -= share[:, None] * y
            shares.append(share)
        r = q @ self.start
        for (s, y, w), share in zip(past, reversed(shares), strict=True):
            r += (share - w * np.einsum("bk,bk->b", y, r))[:, None] * s
        return r
