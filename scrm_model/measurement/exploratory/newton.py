"""Newton's method with bounds, for a stack of problems at once.

Notes
-----
Coordinates at a bound from which the gradient points outwards are held; the others take a Newton
step [bertsekas1982]_. Where the Hessian has a direction of no or negative curvature, the absolute
value of the curvature stands in its place, so that every step leads down. A step is halved until
the function falls by a share of what the gradient promises.

References
----------
.. [bertsekas1982] Bertsekas, D. P. (1982). Projected Newton methods for optimization problems with
   simple constraints. SIAM Journal on Control and Optimization, 20, 221-246.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_HALVINGS = 30
_ARMIJO = 1e-4
_ROUNDING = 1e-14

Evaluate = Callable[[NDArray, NDArray], tuple[NDArray, NDArray, NDArray]]
"""(points (B, p), which members (B,)) to values (B,), gradients (B, p), Hessians (B, p, p)."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where a stack of searches ended.

    Attributes
    ----------
    x : ndarray, shape (B, p)
    value : ndarray, shape (B,)
    converged : ndarray of bool, shape (B,)
    """

    x: NDArray
    value: NDArray
    converged: NDArray[np.bool_]


def minimise(
    evaluate: Evaluate,
    start: NDArray,
    low: float,
    high: float,
    tolerance: float = 1e-9,
    most: int = 200,
) -> Minimum:
    """Minimise a stack of functions inside a box.

    Parameters
    ----------
    evaluate : callable
    start : ndarray, shape (B, p)
    low, high : float
        Bounds of every coordinate.
    tolerance : float
        Largest slope along a free coordinate at a minimum.
    most : int
        Steps.
    """
    x = np.clip(start, low, high)
    active = np.arange(len(x))
    value, slope, curvature = evaluate(x, active)
    final = value.copy()
    converged = np.zeros(len(x), dtype=bool)
    for _ in range(most):
        here = x[active]
        held = ((here <= low) & (slope > 0)) | ((here >= high) & (slope < 0))
        done = (np.abs(np.where(held, 0.0, slope)) < tolerance).all(axis=1)
        converged[active[done]] = True
        if done.all():
            break
        active, here, held = active[~done], here[~done], held[~done]
        value, slope, curvature = value[~done], slope[~done], curvature[~done]
        step = _step(np.where(held, 0.0, slope), curvature, held)
        here, value, slope, curvature, moved = _search(
            evaluate, active, here, step, (value, slope, curvature), (low, high)
        )
        x[active], final[active] = here, value
        # No way down that doubles can show: as near as it gets.
        if not moved.all():
            flat = ~moved & (np.abs(np.where(held, 0.0, slope)) < 1e3 * tolerance).all(axis=1)
            converged[active[flat]] = True
            active = active[moved]
            value, slope, curvature = value[moved], slope[moved], curvature[moved]
            if not len(active):
                break
    return Minimum(x, final, converged)


def _step(slope: NDArray, curvature: NDArray, held: NDArray) -> NDArray:
    free = ~held
    matrix = np.where(free[:, :, None] & free[:, None, :], curvature, 0.0)
    diagonal = np.arange(matrix.shape[1])
    matrix[:, diagonal, diagonal] += held
    values, vectors = np.linalg.eigh(matrix)
    size = np.abs(values)
    size = np.maximum(size, 1e-6 * size.max(axis=1, keepdims=True))
    along = np.einsum("bij,bi->bj", vectors, slope) / size
    return -np.einsum("bij,bj->bi", vectors, along)


def _search(
    evaluate: Evaluate,
    active: NDArray,
    start: NDArray,
    step: NDArray,
    at: tuple[NDArray, NDArray, NDArray],
    bounds: tuple[float, float],
) -> tuple[NDArray, NDArray, NDArray, NDArray, NDArray]:
    """Halve the steps until each leads down enough."""
    here = start.copy()
    value, slope, curvature = (a.copy() for a in at)
    moved = np.zeros(len(active), dtype=bool)
    length = 1.0
    for _ in range(_HALVINGS):
        left = np.flatnonzero(~moved)
        trial = np.clip(start[left] + length * step[left], *bounds)
        found = evaluate(trial, active[left])
        promised = np.einsum("bi,bi->b", at[1][left], trial - start[left])
        room = _ROUNDING * (1.0 + np.abs(at[0][left]))
        good = found[0] <= at[0][left] + _ARMIJO * promised + room
        good &= promised < 0
        taken = left[good]
        here[taken], moved[taken] = trial[good], True
        value[taken], slope[taken], curvature[taken] = (f[good] for f in found)
        if moved.all():
            break
        length /= 2.0
    return here, value, slope, curvature, moved
