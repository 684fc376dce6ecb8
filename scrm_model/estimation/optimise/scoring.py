"""Fisher scoring, then Newton steps, with a line search; one fit is a stack of one."""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.optimise.problem import Optimum, Problem

MAX_ITERATIONS = 100
ROUNDING = 1e-12  # F itself is known to about this
_NEAR = 0.1  # a Newton decrement from which the exact Hessian is used
_LARGEST_RIDGE = 1e9  # beyond it the step is nothing: the member is given up


def fisher_scoring(
    problem: Problem,
    start: NDArray,
    max_iterations: int = MAX_ITERATIONS,
) -> Optimum:
    """Minimise F for every member of a stack.

    Parameters
    ----------
    problem : Problem
    start : ndarray, shape (B, k)
        Coordinates to start from; F must be finite there.
    max_iterations : int

    Returns
    -------
    Optimum

    Notes
    -----
    The step solves H d = -g with H the expected Hessian, which is never indefinite; near the
    minimum with the exact one where that is positive definite, for its quadratic convergence. H
    is scaled to unit diagonal, with a ridge that grows only when no step along d lowers F.
    """
    t = np.array(start, dtype=float)
    stack = len(t)
    value = np.full(stack, np.inf)
    decrement = np.full(stack, np.inf)
    converged = np.zeros(stack, dtype=bool)
    ridge = np.full(stack, 1e-12)
    active = np.arange(stack)
    iteration = 0
    here = problem.take(active)
    point = here.at(t[active])
    while len(active) and iteration < max_iterations:
        iteration += 1
        value[active] = point.value
        slope = here.slope(point)
        step = _step(here, point, slope, ridge[active], decrement[active])
        fall = -np.einsum("bk,bk->b", slope, step)
        decrement[active] = fall
        done = np.isfinite(fall) & (fall <= problem.tolerance) & np.isfinite(point.value)
        # The last step costs nothing more and squares the error.
        t[active[done]] += step[done]
        converged[active[done]] = True
        going = np.flatnonzero(~done & np.isfinite(point.value) & np.isfinite(fall))
        here = here.take(going) if len(going) < len(active) else here
        active, step, fall = active[going], step[going], fall[going]
        if not len(active):
            break
        length, point = line_search(here, t[active], step, fall, value[active])
        t[active] += length[:, None] * step
        stuck = length == 0
        ridge[active] = np.where(stuck, np.maximum(ridge[active] * 1e3, 1e-6), ridge[active] / 10)
        np.maximum(ridge, 1e-12, out=ridge)
        keep = ridge[active] < _LARGEST_RIDGE
        if not keep.all():
            active, here = active[keep], here.take(np.flatnonzero(keep))
        if len(active) and ((length != 1.0).any() or not keep.all()):
            point = here.at(t[active])
    return Optimum(t, value, converged, decrement, iteration)


def _step(
    problem: Problem, point: Point, slope: NDArray, ridge: NDArray, decrement: NDArray
) -> NDArray:
    """Newton step where the last decrement was small, Fisher step elsewhere, shape (B, k)."""
    near = np.flatnonzero(decrement < _NEAR)
    far = np.flatnonzero(~(decrement < _NEAR))
    step = np.empty_like(slope)
    if len(near):
        hessian = problem.curvature(point)[near]
        convex = _convex(hessian)
        step[near[convex]] = _solve(hessian[convex], slope[near[convex]], ridge[near[convex]])
        far = np.concatenate([far, near[~convex]])
    if len(far):
        expected = problem.expected_curvature(point)[far]
        step[far] = _solve(expected, slope[far], ridge[far])
    return step


def _convex(hessian: NDArray) -> NDArray:
    """Which members are positive definite, shape (B,)."""
    try:
        np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        return np.linalg.eigvalsh(hessian)[:, 0] > 0
    return np.ones(len(hessian), dtype=bool)


def _solve(hessian: NDArray, slope: NDArray, ridge: NDArray) -> NDArray:
    """-H^-1 g with H scaled to unit diagonal and a ridge, shape (B, k)."""
    diagonal = np.einsum("bkk->bk", hessian)
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = hessian * scale[:, :, None] * scale[:, None, :]
    k = scaled.shape[1]
    scaled[:, np.arange(k), np.arange(k)] += ridge[:, None]
    try:
        step = np.linalg.solve(scaled, -(slope * scale)[..., None])[..., 0]
    except np.linalg.LinAlgError:
        inverse = np.linalg.pinv(scaled, hermitian=True)
        step = -(inverse @ (slope * scale)[..., None])[..., 0]
    return step * scale


def line_search(
    problem: Problem, t: NDArray, step: NDArray, fall: NDArray, value: NDArray
) -> tuple[NDArray, Point]:
    """Step lengths by halving until F falls enough, 0 where it never does.

    Parameters
    ----------
    problem : Problem
    t, step : ndarray, shape (B, k)
        Where from, and the full step.
    fall : ndarray, shape (B,)
        Minus slope times step.
    value : ndarray, shape (B,)
        F at t.

    Returns
    -------
    ndarray, shape (B,)
        Lengths.
    Point
        Reached by the full steps: where the next iteration starts if all of them were good.
    """
    length = np.ones(len(t))
    full = problem.at(t + step)
    trial, waiting = full.value, np.arange(len(t))
    for _ in range(25):
        target = value[waiting] - 1e-4 * length[waiting] * fall[waiting]
        good = trial <= target + ROUNDING * (1.0 + np.abs(value[waiting]))
        waiting = waiting[~good]
        if not len(waiting):
            return length, full
        length[waiting] *= 0.5
        trial = problem.take(waiting).at(t[waiting] + length[waiting, None] * step[waiting]).value
    length[waiting] = 0.0
    return length, full
