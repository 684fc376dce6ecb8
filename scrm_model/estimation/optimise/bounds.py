"""Bounds of single parameters: which of them hold, found by an active set.

Notes
-----
The minimum inside the bounds is the minimum with some parameters at theirs, such that no other is
outside, and F would fall nowhere but outside [nocedal2006]_. From the minimum without bounds, those
that are outside are held at their bound and the rest is searched again; one whose slope points
inside is let go. So the estimates are as exact as those of a model in which these are fixed.

References
----------
.. [nocedal2006] Nocedal, J., & Wright, S. J. (2006). Numerical Optimization (2nd ed.). Springer.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ModelError
from scrm_model.estimation.optimise.problem import Optimum, Problem, Space

NEAR = 1e-8  # an estimate this near to its bound, relative to its size, is at it
_ROUNDS = 50

Search = Callable[[Problem, NDArray], Optimum]


def at_bound(theta: NDArray, bounds: tuple[NDArray, NDArray]) -> NDArray[np.bool_]:
    """Which estimates are at one of their bounds, shape (q,)."""
    reach = NEAR * (1.0 + np.abs(theta))
    return (theta <= bounds[0] + reach) | (theta >= bounds[1] - reach)


def within_bounds(problem: Problem, free: Optimum, search: Search) -> Optimum:
    """The minimum inside the bounds.

    Parameters
    ----------
    problem : Problem
        A stack of one, in the space of the linear equalities.
    free : Optimum
        Its minimum without bounds.
    search : callable (problem, starts (s, q)) -> Optimum
        How a minimum is found.

    Returns
    -------
    Optimum
        In the coordinates of `problem`; not converged if no set of held parameters is right.

    Raises
    ------
    ModelError
        If the bounds leave nothing between the linear equalities.
    """
    bounds, space = problem.model.bounds, problem.space
    if bounds is None:
        return free
    best, held = free, np.zeros(len(space.basis), dtype=bool)
    theta = space.theta(free.t)[0]
    for _ in range(_ROUNDS):
        low, high = (theta < bounds[0] - 1e-10), (theta > bounds[1] + 1e-10)
        inward = held & _points_inside(problem, best, theta, held)
        if not (low | high | inward).any() or not np.isfinite(theta).all():
            return best
        held = (held & ~inward) | low | high
        theta = np.clip(theta, *bounds)
        inside = replace(problem, space=_holding(space, held, theta[held]))
        found = search(inside, theta[None])
        theta = np.where(held, theta, inside.space.theta(found.t)[0])
        best = replace(found, t=space.nearest(theta[None]), point=None)
        if not found.converged[0]:
            return best
    return replace(best, converged=np.zeros(1, dtype=bool))


def _points_inside(problem: Problem, best: Optimum, theta: NDArray, held: NDArray) -> NDArray:
    """Held parameters from which F falls towards the inside of their bound, shape (q,)."""
    out = np.zeros(len(held), dtype=bool)
    if held.any() and problem.model.bounds is not None:
        slope = problem.slope(problem.at(best.t))[0]
        # Lagrange multipliers: the slope in the space is theirs, parameter by parameter.
        force, *_ = np.linalg.lstsq(problem.space.basis[held].T, slope, rcond=None)
        lower = theta[held] <= problem.model.bounds[0][held] + NEAR
        out[held] = np.where(lower, force < -1e-9, force > 1e-9)
    return out


def _holding(space: Space, held: NDArray[np.bool_], values: NDArray) -> Space:
    """The part of a space in which some parameters have given values."""
    if not held.any():
        return space
    rows, target = space.basis[held], values - space.origin[held]
    there, *_ = np.linalg.lstsq(rows, target, rcond=None)
    if np.abs(rows @ there - target).max() > 1e-8 * (1.0 + np.abs(values).max()):
        raise ModelError(
            "model= needs bounds that go together with its equality constraints; no values "
            "satisfy both. Drop one of them."
        )
    _, singular, right = np.linalg.svd(rows)
    rank = int((singular > 1e-10 * singular[0]).sum())
    return Space(space.basis @ right[rank:].T, space.origin + space.basis @ there)
