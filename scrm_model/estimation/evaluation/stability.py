"""Do the loops of a model come to rest? The stability index.

Notes
-----
In a model with feedback, ``eta = B eta + ...`` is the state in which a process
``eta_(t+1) = B eta_t + ...`` comes to rest. It does so if and only if all eigenvalues of B are
below 1 in modulus; then the total effects ``(I - B)^-1 = I + B + B^2 + ...`` are finite sums
[bentler1983]_, [bollen1989]_.

References
----------
.. [bentler1983] Bentler, P. M. and Freeman, E. H. (1983). Tests for stability in linear
   structural equation systems. Psychometrika, 48, 143-145.
.. [bollen1989] Bollen, K. A. (1989). Structural Equations with Latent Variables. Wiley.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.diagnose import Problem
from scrm_model.estimation.implied.compiled import BETA, CompiledModel


def stability_index(beta: NDArray) -> float:
    """Largest modulus of the eigenvalues of B.

    Parameters
    ----------
    beta : ndarray, shape (m, m)
        Paths among the variables, from columns to rows.

    Returns
    -------
    float
        0 without a loop, below 1 where the loops come to rest.
    """
    inside = _in_loops(beta != 0)
    if not inside.any():
        return 0.0
    return float(np.abs(np.linalg.eigvals(beta[np.ix_(inside, inside)])).max())


def _in_loops(arrow: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which variables are in a loop or between loops, shape (m,).

    The eigenvalues of B without the others are the same but for zeros, and these zeros would come
    out as small numbers.
    """
    inside: NDArray[np.bool_] = np.ones(len(arrow), dtype=bool)
    while inside.any():
        among = arrow & inside & inside[:, None]
        kept = among.any(axis=0) & among.any(axis=1)
        if (kept == inside).all():
            break
        inside = np.asarray(kept)
    return inside


@lru_cache(maxsize=128)
def has_loops(model: CompiledModel) -> bool:
    """Whether any group has paths that lead back to where they began, whatever their values."""
    arrows = np.zeros((len(model.blocks), len(model.latent), len(model.latent)), dtype=bool)
    for v, (matrix, i, j) in zip(model.table.parameters, model.row_place, strict=True):
        if matrix == BETA and (v.free or v.value):
            arrows[v.group - 1, i, j] = True
    return any(_in_loops(arrow).any() for arrow in arrows)


def stability_of(model: CompiledModel, theta: NDArray) -> tuple[float, ...]:
    """Stability index of each group.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)
    """
    if not has_loops(model):
        return (0.0,) * len(model.blocks)
    found = []
    for block in model.blocks:
        layout = block.layout
        first, last = layout.offsets[BETA], layout.offsets[BETA + 1]
        flat = block.base.copy()
        flat[block.cells] = theta[block.cell_parameter]
        found.append(stability_index(flat[first:last].reshape(layout.m, layout.m)))
    return tuple(found)


def unstable_loops(model: CompiledModel, theta: NDArray) -> tuple[Problem, ...]:
    """Loops that do not come to rest, a problem for each group that has some.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)

    Returns
    -------
    tuple of Problem
        With the paths among the variables of the loops.
    """
    found = []
    for group, index in enumerate(stability_of(model, theta)):
        if index < 1.0:
            continue
        where = f" [{model.table.groups[group]}]" if model.table.groups else ""
        paths = tuple(f"{path}{where}" for path in _loop_paths(model, group))
        found.append(
            Problem(
                "unstable_loop",
                paths,
                f"The feedback of {', '.join(paths)} does not come to rest: its stability index is "
                f"{index:.3f}, not below 1.",
                "Total effects do not exist. Look whether both directions have predictors of "
                "their own, fix one of the paths, or model them at two points in time.",
            )
        )
    return tuple(found)


def _loop_paths(model: CompiledModel, group: int) -> list[str]:
    rows = [
        (f"{v.lhs} {v.op} {v.rhs}", i, j)
        for v, (matrix, i, j) in zip(model.table.parameters, model.row_place, strict=True)
        if matrix == BETA and v.group == group + 1 and (v.free or v.value)
    ]
    arrow = np.zeros((len(model.latent), len(model.latent)), dtype=bool)
    for _, i, j in rows:
        arrow[i, j] = True
    inside = _in_loops(arrow)
    return [name for name, i, j in rows if inside[i] and inside[j]]
