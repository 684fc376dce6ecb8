"""Standardised solutions for a stack of parameter vectors.

Notes
-----
With model-implied standard deviations s of observed and latent variables::

    loading   l  s_f / s_x          path, weight  b  s_x / s_y
    variance  v / s^2               covariance    c / sqrt(v_1 v_2), v the residual variances
    mean      m / s                      threshold     t / s

`std_lv` takes s = 1 for observed variables. A negative residual variance has no square root: a
covariance that would be divided by it is NaN.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import (
    DELTA,
    LAMBDA,
    PSI,
    THETA,
    CompiledModel,
)
from scrm_model.estimation.implied.moments import fill, total_paths
from scrm_model.estimation.observed.sample import Sample


@dataclass(frozen=True, slots=True)
class Scaling:
    """How the rows of a table are scaled: positions in the list of standard deviations.

    The list is [1, s of observed, s of latent, residual s of observed, residual s of latent,
    scales of ordinal variables].

    Attributes
    ----------
    group : ndarray of int, shape (R,)
    cell : ndarray of int, shape (R,)
        Position in the block's buffer.
    times, by, by_again : ndarray of int, shape (2, R)
        Factor and divisors, for `std_lv` and `std_all`.
    """

    group: NDArray[np.intp]
    cell: NDArray[np.intp]
    times: NDArray[np.intp]
    by: NDArray[np.intp]
    by_again: NDArray[np.intp]


@lru_cache(maxsize=128)
def scaling(model: CompiledModel) -> Scaling:
    """Work out once how each row of a model's table is standardised."""
    layout = model.blocks[0].layout
    p, m = layout.p, layout.m
    true_latent = set(model.table.latent)
    place = {v: 1 + k for k, v in enumerate(model.observed)}
    place |= {v: 1 + p + k for k, v in enumerate(model.latent) if v in true_latent}
    eta = {v: k for k, v in enumerate(model.latent)}

    x = {v: k for k, v in enumerate(model.observed)}

    def residual(name: str, matrix: int) -> int:
        return 1 + p + m + (p + eta[name] if matrix == PSI else x[name])

    rules: list[tuple[int, int, int]] = []
    for v, (matrix, row, _) in zip(model.table.parameters, model.row_place, strict=True):
        if v.op == "=~":
            rules.append((place[v.lhs], place[v.rhs], 0))
        elif v.op in ("~", "<~"):
            rules.append((place[v.rhs], place[v.lhs], 0))
        elif v.op in ("~1", "|"):
            rules.append((0, place[v.lhs], 0))
        elif v.op == "~*~":
            # A scale is 1 over a standard deviation, and 1 where that is the unit.
            rules.append((0, 1 + 2 * (p + m) + row, 0))
        elif v.lhs == v.rhs:
            rules.append((0, place[v.lhs], place[v.lhs]))
        else:
            rules.append((0, residual(v.lhs, matrix), residual(v.rhs, matrix)))
    everything = np.array(rules, dtype=np.intp).reshape(-1, 3).T
    of_latent = np.zeros(1 + 2 * (p + m) + layout.k, dtype=bool)
    of_latent[[place[v] for v in true_latent]] = True
    of_latent[[1 + p + m + p + eta[v] for v in true_latent]] = True
    only_latent = np.where(of_latent[everything], everything, 0)
    both = np.stack([only_latent, everything], axis=1)
    return Scaling(
        model.row_group,
        model.row_cell,
        both[0],
        both[1],
        both[2],
    )


def solutions(
    model: CompiledModel, scale: Scaling, theta: NDArray, samples: tuple[Sample, ...]
) -> NDArray:
    """Raw and standardised values of every table row.

    Parameters
    ----------
    model : CompiledModel
    scale : Scaling
        From `scaling`.
    theta : ndarray, shape (B, q)
        Real or complex.
    samples : tuple of Sample
        One a group, stacks of B or 1.

    Returns
    -------
    ndarray, shape (3, B, R)
        Raw, std_lv and std_all.
    """
    out = np.empty((3, len(theta), len(scale.cell)), dtype=theta.dtype)
    for group, (block, sample) in enumerate(zip(model.blocks, samples, strict=True)):
        rows = np.flatnonzero(scale.group == group)
        matrices = fill(block, theta, sample.cov, sample.mean)
        flat = np.concatenate([_flat(x) for x in matrices], axis=1)
        raw = flat[:, scale.cell[rows]]
        deviations = _deviations(matrices)
        out[0][:, rows] = raw
        for kind in (0, 1):
            times, by, again = (x[kind][rows] for x in (scale.times, scale.by, scale.by_again))
            with np.errstate(invalid="ignore", divide="ignore"):
                value = raw * deviations[:, times] / deviations[:, by] / deviations[:, again]
            out[kind + 1][:, rows] = value
    return out


def _flat(stack: NDArray) -> NDArray:
    """One row a member, for empty stacks too, shape (B, rows * columns)."""
    return stack.reshape(len(stack), stack.shape[1] * stack.shape[2])


def _deviations(matrices: tuple[NDArray, ...]) -> NDArray:
    """[1, s of x, of eta, residual s of x, of eta, scales], shape (B, 1 + 2 p + 2 m + k)."""
    lam, beta, psi, error = matrices[LAMBDA], matrices[1], matrices[PSI], matrices[THETA]
    paths = total_paths(beta)
    latent = paths @ psi @ paths.swapaxes(1, 2)
    observed = (lam @ latent * lam).sum(axis=2) + _diagonal(error)
    variances = [observed, _diagonal(latent), _diagonal(error), _diagonal(psi)]
    all_of = np.concatenate([np.ones((len(lam), 1)), *variances], axis=1)
    with np.errstate(invalid="ignore"):
        roots = np.where(all_of.real >= 0, np.sqrt(all_of), np.nan)
    return np.concatenate([roots, matrices[DELTA][..., 0]], axis=1)


def _diagonal(stack: NDArray) -> NDArray:
    return np.einsum("bii->bi", stack)


def r_squared(
    model: CompiledModel, theta: NDArray, samples: tuple[Sample, ...]
) -> list[dict[str, NDArray]]:
    """Explained share of variance of every dependent variable.

    Parameters
    ----------
    model, theta, samples
        As in `solutions`.

    Returns
    -------
    list of dict
        One a group: variable to its R2, shape (B,). NaN where the residual variance is negative.

    Notes
    -----
    One minus residual variance over implied variance; for a non-recursive model too, where the
    two explained shares of a pair overlap [lavaan's convention].
    """
    out = []
    p = model.p
    rows = model.table.parameters
    # What makes up a composite does not explain it.
    sums = {v.lhs for v in rows if v.op == "<~"} - {v.lhs for v in rows if v.op == "~"}
    sums -= {v.rhs for v in rows if v.op == "=~"}
    for block, sample in zip(model.blocks, samples, strict=True):
        matrices = fill(block, theta, sample.cov, sample.mean)
        lam, beta = matrices[LAMBDA], matrices[1]
        s2 = _deviations(matrices) ** 2
        m = beta.shape[1]
        found: dict[str, NDArray] = {}
        for k, name in enumerate(model.observed):
            if name not in model.latent and lam[:, k].any():
                found[name] = 1.0 - s2[:, 1 + p + m + k] / s2[:, 1 + k]
        for k, name in enumerate(model.latent):
            if beta[:, k].any() and name not in sums:
                found[name] = 1.0 - s2[:, 1 + 2 * p + m + k] / s2[:, 1 + p + k]
        out.append(found)
    return out
