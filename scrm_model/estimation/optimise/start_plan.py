"""In which order the variables of a model become known, as index arrays: worked out once a model.

The numbers of `scrm_model.estimation.optimise.start` are then a few operations on whole arrays.
"Variables" are the observed ones, then the latent ones, by position.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import BETA, LAMBDA, PSI, THETA, CompiledModel
from scrm_model.spec.table import Parameter

Index = NDArray[np.intp]
Mask = NDArray[np.bool_]
Row = tuple[Parameter, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Level:
    """Latent variables that become known together, from indicators that are known.

    Attributes
    ----------
    latent : ndarray of int, shape (F,)
        Their variables.
    indicators : ndarray of int, shape (F, K)
        Variables that measure them, the marker first; filled up with 0.
    real : ndarray of bool, shape (F, K)
        False where it is filled up.
    cells : ndarray of int, shape (loadings,)
        Where the loadings go in the block's buffer, row by row of `real`.
    given : ndarray, shape (F, K)
        Fixed loadings; 0 where free.
    variance : ndarray, shape (F,)
        Fixed variances; 0 where free.
    """

    latent: Index
    indicators: Index
    real: Mask
    cells: Index
    given: NDArray[np.float64]
    variance: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite that becomes known from its parts.

    Attributes
    ----------
    latent : int
        Its variable.
    parts, outcomes : ndarray of int
        Variables that make it up, and those known ones that it predicts.
    fixed : tuple of float or None
        Fixed weights of the parts; None where free.
    """

    latent: int
    parts: Index
    outcomes: Index
    fixed: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """Regressions, all at once.

    Attributes
    ----------
    outcome : ndarray of int, shape (E,)
        Variables.
    predictors : ndarray of int, shape (E, K)
        Variables; filled up with 0.
    real : ndarray of bool, shape (E, K)
    cells : ndarray of int, shape (paths,)
        As in `Level`.
    fixed_cells, fixed : ndarray
        Cells of B with a fixed value, and the values.
    """

    outcome: Index
    predictors: Index
    real: Mask
    cells: Index
    fixed_cells: Index
    fixed: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one group's start values are made.

    Attributes
    ----------
    stand_in, observed : ndarray of int
        Latent variables that are an observed one, and which, both as variables.
    steps : tuple of Level or Composite
    paths : Paths or None
    """

    stand_in: Index
    observed: Index
    steps: tuple[Level | Composite, ...]
    paths: Paths | None


@lru_cache(maxsize=128)
def plans(model: CompiledModel) -> tuple[Plan, ...]:
    """The plan of every group."""
    return tuple(_plan(model, group) for group in range(len(model.blocks)))


@lru_cache(maxsize=128)
def kinds(model: CompiledModel) -> tuple[Mask, Mask, Mask]:
    """Which parameters are loadings or weights, paths or covariances, and weights, shape (q,)."""
    loading, simple, weight = np.zeros((3, model.n_parameters), dtype=bool)
    for number, v, (matrix, i, j) in zip(
        model.row_parameter.tolist(), model.table.parameters, model.row_place, strict=True
    ):
        if number >= 0:
            loading[number] = v.op in ("=~", "<~")
            simple[number] = v.op == "~" or (matrix in (PSI, THETA) and i != j)
    weight[[model.table.parameters[row].op == "<~" for row in model.first_row]] = True
    return loading, simple, weight


def _plan(model: CompiledModel, group: int) -> Plan:
    p = len(model.observed)
    rows = [
        (v, place)
        for v, place in zip(model.table.parameters, model.row_place, strict=True)
        if v.group == group + 1
    ]
    place_of = {name: k for k, name in enumerate(model.observed)}
    stand_in = [p + k for k, v in enumerate(model.latent) if v in place_of]
    observed = [place_of[model.latent[k - p]] for k in stand_in]
    known = set(range(p)) | set(stand_in)
    waiting: dict[int, list[Row]] = {}
    for v, place in rows:
        if v.op == "=~":
            waiting.setdefault(p + place[2], []).append((v, place))
    # A composite with indicators is known from them.
    sums = sorted({p + at[1] for v, at in rows if v.op == "<~"} - set(waiting))
    steps: list[Level | Composite] = []
    layout = model.blocks[group].layout
    variance = {
        p + i: float(v.value)
        for v, (matrix, i, j) in rows
        if matrix == PSI and i == j and not v.free and v.value
    }
    while waiting or sums:
        ready = [f for f, of in waiting.items() if all(_of(p, at) in known for _, at in of)]
        if sums and not ready:
            made = _composite(rows, sums, known, p)
            steps.append(made)
            known.add(made.latent)
            continue
        # A latent variable measured by itself through a cycle has no good order: take any.
        taken = ready or [next(iter(waiting))]
        measures = [waiting.pop(f) for f in taken]
        cells = [layout.position(*at) for of in measures for _, at in of]
        steps.append(_level(taken, measures, cells, variance, p))
        known |= set(taken)
    return Plan(_index(stand_in), _index(observed), tuple(steps), _paths(model, rows, group))


def _index(numbers: list[int]) -> Index:
    return np.array(numbers, dtype=np.intp)


def _of(p: int, place: tuple[int, int, int]) -> int:
    """The variable that a loading belongs to."""
    return place[1] if place[0] == LAMBDA else p + place[1]


def _filled(rows: list[list[int]]) -> tuple[Index, Mask]:
    """Rows of one length, and where they are real."""
    out = np.zeros((len(rows), max(map(len, rows))), dtype=np.intp)
    real = np.zeros(out.shape, dtype=bool)
    for k, row in enumerate(rows):
        out[k, : len(row)], real[k, : len(row)] = row, True
    return out, real


def _level(
    latent: list[int], measures: list[list[Row]], cells: list[int], variance: dict[int, float],
    p: int,
) -> Level:  # fmt: skip
    indicators, real = _filled([[_of(p, at) for _, at in of] for of in measures])
    given = np.zeros(real.shape)
    given[real] = [0.0 if v.free else v.value or 0.0 for of in measures for v, _ in of]
    fixed = np.array([max(variance.get(f, 0.0), 0.0) for f in latent])
    return Level(_index(latent), indicators, real, _index(cells), given, fixed)


def _composite(rows: list[Row], sums: list[int], known: set[int], p: int) -> Composite:
    """The first composite whose parts are known, or any; it is taken off `sums`."""
    into: dict[int, list[tuple[int, float | None]]] = {f: [] for f in sums}
    onto: dict[int, list[int]] = {f: [] for f in sums}
    for v, (matrix, i, j) in rows:
        if matrix == BETA and p + i in into:
            into[p + i].append((p + j, None if v.free else v.value))
        if matrix == BETA and p + j in onto and p + i in known:
            onto[p + j].append(p + i)
    ready = [f for f, of in into.items() if all(j in known for j, _ in of)]
    f = (ready or sums)[0]
    sums.remove(f)
    parts = [(j, value) for j, value in into[f] if j in known]
    fixed = tuple(value for _, value in parts)
    return Composite(f, _index([j for j, _ in parts]), _index(onto[f]), fixed)


def _paths(model: CompiledModel, rows: list[Row], group: int) -> Paths | None:
    p, layout = len(model.observed), model.blocks[group].layout
    into: dict[int, list[int]] = {}
    for v, (matrix, i, j) in rows:
        if matrix == BETA and v.op in ("~", "<~"):
            into.setdefault(i, []).append(j)
    held = [(layout.position(*at), v.value) for v, at in rows if at[0] == BETA and not v.free]
    held = [(cell, value) for cell, value in held if value is not None]
    if not into:
        return None
    predictors, real = _filled([[p + j for j in of] for of in into.values()])
    cells = [layout.position(BETA, i, j) for i, of in into.items() for j in of]
    return Paths(
        _index([p + i for i in into]), predictors, real, _index(cells),
        _index([cell for cell, _ in held]), np.array([value for _, value in held], dtype=float),
    )  # fmt: skip
