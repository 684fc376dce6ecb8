"""A parameter table as index arrays: compiled once, filled for any stack of parameters.

The all-y form of LISREL is used. With eta the latent variables (observed variables that take
part in paths stand among them, loaded by themselves alone)::

    x = nu + Lambda eta + epsilon        cov(epsilon) = Theta
    eta = alpha + B eta + zeta           cov(zeta) = Psi

with thresholds tau and scales delta besides where variables are ordinal
(`scrm_model.estimation.implied.responses`). Every free cell of these matrices is a row of
`Block.cells`; the matrices of a group lie in one flat buffer, so that filling them for a stack of
parameter vectors is one assignment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ModelError
from scrm_model.estimation.implied.responses import Responses, responses_of
from scrm_model.spec.table import Parameter, ParameterTable

Array = NDArray[np.float64]
Index = NDArray[np.intp]

LAMBDA, BETA, PSI, THETA, NU, ALPHA, TAU, DELTA = range(8)


@dataclass(frozen=True)
class Layout:
    """Where the matrices of a block lie in its flat buffer.

    Attributes
    ----------
    p, m : int
        Number of observed and of latent variables.
    t, k : int
        Number of thresholds and of ordinal variables.
    """

    p: int
    m: int
    t: int = 0
    k: int = 0

    @cached_property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Shapes of Lambda, B, Psi, Theta, nu, alpha, tau and delta."""
        p, m = self.p, self.m
        return (p, m), (m, m), (m, m), (p, p), (p, 1), (m, 1), (self.t, 1), (self.k, 1)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """First position of each matrix in the buffer, and the buffer's length."""
        return tuple(accumulate((a * b for a, b in self.shapes), initial=0))

    def position(self, matrix: int, row: int, column: int) -> int:
        """Place of one cell in the buffer."""
        return self.offsets[matrix] + row * self.shapes[matrix][1] + column

    def split(self, flat: NDArray) -> tuple[NDArray, ...]:
        """Views of the matrices, each (stack, rows, columns)."""
        stack = len(flat)
        return tuple(
            flat[:, first:last].reshape(stack, rows, columns)
            for first, last, rows, columns in self._edges
        )

    @cached_property
    def _edges(self) -> tuple[tuple[int, int, int, int], ...]:
        edge = self.offsets
        return tuple((edge[k], edge[k + 1], *shape) for k, shape in enumerate(self.shapes))


@dataclass(frozen=True, slots=True)
class Block:
    """The matrices of one group, compiled.

    Attributes
    ----------
    layout : Layout
        Sizes and offsets.
    base : ndarray, shape (length of the buffer,)
        Fixed values; zero in free cells.
    cells, cell_parameter : ndarray of int, shape (free cells,)
        Buffer positions that are free, and the parameter each takes. A symmetric pair of
        cells stands twice.
    exogenous, exogenous_rows, exogenous_columns : ndarray of int
        Buffer positions filled with the sample's moments of fixed x, and the observed
        variables (row, column) whose covariance goes there; column -1 means the mean of row.
    left, right : ndarray of int, shape (elements,)
        Columns of the dictionary D = [I | Lambda A | Lambda V] whose outer product the
        parameter moves (see `scrm_model.estimation.implied.moments`).
    weight : ndarray, shape (elements,)
        1, or 1/2 where left and right are the same.
    parameter : ndarray of int, shape (elements,)
        The parameter of each element.
    mean_column, mean_scale, mean_parameter : ndarray of int
        The same for the mean: d mu = D[:, mean_column] * [1, A alpha][mean_scale].
    ascending, mean_ascending : bool
        Whether the parameters of the (mean) elements ascend, so that no two belong to one.
    thresholds, scales : ndarray of int
        The parameter of each threshold and of each scale, -1 where fixed or computed.
    responses : Responses or None
        How ordinal variables are seen; None without any.
    """

    layout: Layout
    base: Array
    cells: Index
    cell_parameter: Index
    exogenous: Index
    exogenous_rows: Index
    exogenous_columns: Index
    left: Index
    right: Index
    weight: Array
    parameter: Index
    mean_column: Index
    mean_scale: Index
    mean_parameter: Index
    ascending: bool
    mean_ascending: bool
    thresholds: Index
    scales: Index
    responses: Responses | None


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """A model as the engine sees it: no names, only positions.

    Compared by identity. Equal tables give the same object while it is remembered.

    Attributes
    ----------
    table : ParameterTable
        Where it came from; used again only when names go back on.
    observed, latent : tuple of str
        Variables in the order of the matrices; `latent` includes observed variables that
        take part in paths.
    blocks : tuple of Block
        One a group.
    row_parameter : ndarray of int, shape (rows of the table,)
        Parameter of each table row, -1 where the row is fixed.
    row_place : tuple of (matrix, row, column)
        The cell of each table row in its group's block.
    n_parameters : int
        Length of the parameter vector theta, before linear constraints.
    """

    table: ParameterTable
    observed: tuple[str, ...]
    latent: tuple[str, ...]
    blocks: tuple[Block, ...]
    row_parameter: Index
    row_place: tuple[tuple[int, int, int], ...]
    n_parameters: int

    @property
    def p(self) -> int:
        """Number of observed variables."""
        return len(self.observed)

    @property
    def meanstructure(self) -> bool:
        """Whether means are modelled."""
        return self.table.meanstructure

    @property
    def responses(self) -> Responses | None:
        """How ordinal variables are seen, in every group the same; None without any."""
        return self.blocks[0].responses

    @cached_property
    def row_group(self) -> Index:
        """Position of each table row's block, shape (rows of the table,)."""
        return np.array([v.group - 1 for v in self.table.parameters], dtype=np.intp)

    @cached_property
    def row_cell(self) -> Index:
        """Position of each table row in its block's buffer, shape (rows of the table,)."""
        layout = self.blocks[0].layout
        matrix, row, column = np.array(self.row_place, dtype=np.intp).reshape(-1, 3).T
        widths = np.array([shape[1] for shape in layout.shapes])
        return np.asarray(np.array(layout.offsets)[matrix] + row * widths[matrix] + column)

    @cached_property
    def first_row(self) -> Index:
        """First table row of each parameter, shape (n_parameters,)."""
        rows = np.full(self.n_parameters, -1, dtype=np.intp)
        free = np.flatnonzero(self.row_parameter >= 0)[::-1]
        rows[self.row_parameter[free]] = free  # of rows with one parameter the last, the first
        return rows

    @cached_property
    def bounds(self) -> tuple[Array, Array] | None:
        """Lower and upper bounds of the parameters, shape (q,) each; None where there are none.

        Where several rows share a parameter, all their bounds hold.
        """
        if not self.table.bounded:
            return None
        lower = np.full(self.n_parameters, -np.inf)
        upper = np.full(self.n_parameters, np.inf)
        for v, number in zip(self.table.parameters, self.row_parameter.tolist(), strict=True):
            if number >= 0:
                lower[number] = max(lower[number], v.lower)
                upper[number] = min(upper[number], v.upper)
        if (lower > upper).any():
            raise ModelError(
                "model= needs bounds with something between them; got none for "
                f"'{self.names[int((lower > upper).argmax())]}', whose label has several. Drop one."
            )
        return lower, upper

    @cached_property
    def user_starts(self) -> tuple[tuple[int, float], ...]:
        """Parameters with a start value of the user, and the values."""
        starts = [self.table.parameters[row].start for row in self.first_row]
        return tuple((number, value) for number, value in enumerate(starts) if value is not None)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A readable name for each parameter, such as ``"CRO =~ cro2"``."""
        return tuple(row_name(self.table, int(row)) for row in self.first_row)

    @cached_property
    def exogenous_observed(self) -> Index:
        """Positions of fixed x among the observed variables."""
        fixed = {v.lhs for v in self.table.parameters if v.exogenous}
        return np.array([k for k, v in enumerate(self.observed) if v in fixed], dtype=np.intp)

    @cached_property
    def n_moments(self) -> int:
        """Sample moments that the model explains, those of fixed x left out."""
        if self.responses is not None:
            return self.responses.size * len(self.blocks)
        p, x = self.p, len(self.exogenous_observed)
        per_group = p * (p + 1) // 2 - x * (x + 1) // 2
        if self.meanstructure:
            per_group += p - x
        return per_group * len(self.blocks)


def row_name(table: ParameterTable, row: int) -> str:
    """Readable name of a table row: ``"x1 ~~ x2"``, with the group where there are several."""
    v = table.parameters[row]
    name = f"{v.lhs} {v.op} {v.rhs}".strip()
    return f"{name} [{table.groups[v.group - 1]}]" if len(table.groups) > 1 else name


@lru_cache(maxsize=128)
def compile_table(table: ParameterTable) -> CompiledModel:
    """Turn a parameter table into index arrays.

    Parameters
    ----------
    table : ParameterTable
        Complete: every parameter of the model has a row.

    Returns
    -------
    CompiledModel

    Raises
    ------
    ModelError
        If nothing is free, or a relation has no place in the matrices.
    """
    observed = table.observed
    latent = table.latent + _promoted(table)
    row_parameter = np.array(table.free_numbers, dtype=np.intp) - 1
    n_parameters = table.n_free
    if n_parameters == 0:
        raise ModelError("model= needs at least one free parameter; got none. Free one with NA*.")
    cuts = {name: table.cuts[name] for name in observed if name in table.cuts}
    place_of = _Places(observed, latent, cuts)
    places = tuple(map(place_of, table.parameters))
    layout = Layout(len(observed), len(latent), sum(cuts.values()), len(cuts))
    fixed = frozenset(v.lhs for v in table.parameters if v.exogenous) if cuts else frozenset()
    delta = any(v.op == "~~" and v.computed for v in table.parameters) if cuts else False
    seen = responses_of(observed, latent, cuts, fixed, delta) if cuts else None
    blocks = tuple(
        _block(layout, table, row_parameter, places, place_of, group, seen)
        for group in range(1, max(len(table.groups), 1) + 1)
    )
    return CompiledModel(table, observed, latent, blocks, row_parameter, places, n_parameters)


def _promoted(table: ParameterTable) -> tuple[str, ...]:
    """Observed variables that must stand among the latent ones, in observed order.

    Those that take part in a path, or covary with such a variable or with a latent one.
    """
    latent = set(table.latent)
    inside: set[str] = set()
    for v in table.parameters:
        if v.op in ("~", "<~"):
            inside |= {v.lhs, v.rhs} - latent
    while True:
        more = {
            b
            for v in table.parameters
            if v.op == "~~"
            for a, b in ((v.lhs, v.rhs), (v.rhs, v.lhs))
            if (a in inside or a in latent) and b not in inside and b not in latent
        }
        if not more:
            return tuple(v for v in table.observed if v in inside)
        inside |= more


class _Places:
    """The matrix cell that a table row fills."""

    def __init__(
        self, observed: tuple[str, ...], latent: tuple[str, ...], cuts: dict[str, int]
    ) -> None:
        self.x = {v: k for k, v in enumerate(observed)}
        self.eta = {v: k for k, v in enumerate(latent)}
        self.scale = {v: k for k, v in enumerate(cuts)}
        self.first_cut = dict(zip(cuts, accumulate(cuts.values(), initial=0), strict=False))

    def __call__(self, v: Parameter) -> tuple[int, int, int]:
        x, eta, op = self.x, self.eta, v.op
        if op == "|":
            return TAU, self.first_cut[v.lhs] + int(v.rhs[1:]) - 1, 0
        if op == "~*~":
            return DELTA, self.scale[v.lhs], 0
        return self._relation(v, op, x, eta)

    @staticmethod
    def _relation(
        v: Parameter, op: str, x: dict[str, int], eta: dict[str, int]
    ) -> tuple[int, int, int]:
        if op == "=~":
            inside = v.rhs in eta
            return (BETA, eta[v.rhs], eta[v.lhs]) if inside else (LAMBDA, x[v.rhs], eta[v.lhs])
        if op == "~~":
            if v.lhs in eta and v.rhs in eta:
                return PSI, eta[v.lhs], eta[v.rhs]
            return THETA, x[v.lhs], x[v.rhs]
        if op in ("~", "<~"):
            return BETA, eta[v.lhs], eta[v.rhs]
        if op == "~1":
            return (ALPHA, eta[v.lhs], 0) if v.lhs in eta else (NU, x[v.lhs], 0)
        raise ModelError(
            f"model= needs relations =~, <~, ~, ~~ or ~1; got '{v.lhs} {v.op} {v.rhs}'."
        )


def _element(layout: Layout, place: tuple[int, int, int]) -> tuple[int, int, float] | None:
    """Dictionary columns and weight by which a cell moves Sigma; None for means."""
    matrix, row, column = place
    p, m = layout.p, layout.m
    if matrix == LAMBDA:
        return row, p + m + column, 1.0
    if matrix == BETA:
        return p + row, p + m + column, 1.0
    if matrix == PSI:
        return p + row, p + column, 0.5 if row == column else 1.0
    if matrix == THETA:
        return row, column, 0.5 if row == column else 1.0
    return None


def _mean_element(layout: Layout, place: tuple[int, int, int]) -> tuple[int, int] | None:
    """Dictionary column and scale by which a cell moves mu; None for variances."""
    matrix, row, column = place
    if matrix in (PSI, THETA, TAU, DELTA):
        return None
    first = row if matrix in (LAMBDA, NU) else layout.p + row
    return first, 0 if matrix in (NU, ALPHA) else 1 + column


def _block(
    layout: Layout,
    table: ParameterTable,
    row_parameter: Index,
    places: tuple[tuple[int, int, int], ...],
    place_of: _Places,
    group: int,
    seen: Responses | None,
) -> Block:
    base = np.zeros(layout.offsets[-1])
    promoted = [k for k in place_of.eta if k in place_of.x]
    for name in promoted:
        base[layout.position(LAMBDA, place_of.x[name], place_of.eta[name])] = 1.0
    cells: list[tuple[int, int]] = []
    exogenous: list[tuple[int, int, int]] = []
    elements: list[tuple[int, int, float, int]] = []
    means: list[tuple[int, int, int]] = []
    own = {TAU: np.full(layout.t, -1, np.intp), DELTA: np.full(layout.k, -1, np.intp)}
    means_too = table.meanstructure
    for v, place, number in zip(table.parameters, places, row_parameter.tolist(), strict=True):
        if v.group != group:
            continue
        matrix, i, j = place
        spots = [layout.position(matrix, i, j)]
        if i != j and matrix in (PSI, THETA):
            spots.append(layout.position(matrix, j, i))
        if v.exogenous:
            other = -1 if v.op == "~1" else place_of.x[v.rhs]
            exogenous += [(spot, place_of.x[v.lhs], other) for spot in spots]
        elif number < 0:
            for spot in spots:
                base[spot] = v.value or 0.0
        else:
            cells += [(spot, number) for spot in spots]
            if matrix in own:
                own[matrix][i] = number
            if (moved := _element(layout, place)) is not None:
                elements.append((*moved, number))
            if means_too and (shift := _mean_element(layout, place)) is not None:
                means.append((*shift, number))
    left, right, weight, parameter = np.array(elements, dtype=float).reshape(-1, 4).T.copy()
    at, cell_of = _columns(cells, 2)
    fixed, fixed_row, fixed_column = _columns(exogenous, 3)
    column, scale, mean_of = _columns(means, 3)
    return Block(
        layout, base, at, cell_of, fixed, fixed_row, fixed_column,
        left.astype(np.intp), right.astype(np.intp), weight, parameter.astype(np.intp),
        column, scale, mean_of, _ascending(parameter), _ascending(mean_of),
        own[TAU], own[DELTA], seen,
    )  # fmt: skip


def _ascending(numbers: NDArray) -> bool:
    return bool((np.diff(numbers) > 0).all())


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> tuple[Index, ...]:
    return tuple(np.array(rows, dtype=np.intp).reshape(-1, width).T.copy())
