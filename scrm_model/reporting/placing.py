"""Where the constructs of a path diagram stand: a search for rows that keep arrows readable.

Columns come from the layers of the graph. For the rows there are few choices, so the search
tries all moves of one or two constructs at a time, from several deterministic starts, and
keeps the cheapest drawing. An arrow through a construct costs most, then crossings, arrows at
a sharp angle to one another, labels in the way, and size.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COLUMN_GAP = 86.0
ROW_GAP = 62.0
SHARP = 0.30  # radians
PAIR_LIMIT = 9
SWEEPS = 25


@dataclass(frozen=True)
class Puzzle:
    """What has to be placed.

    Attributes
    ----------
    layer : ndarray of int, shape (nodes,)
        Column of each node, from 0.
    width, height : ndarray, shape (nodes,)
        Size of each shape.
    fan_width, fan_height : ndarray, shape (nodes,)
        Size of the block of indicators of each node; 0 if there is none.
    edges : ndarray of int, shape (edges, 2)
        Source and target of the arrows.
    allies : ndarray of int, shape (pairs, 2)
        Nodes whose blocks of indicators had better be on one side, since residuals covary.
    """

    layer: NDArray[np.intp]
    width: Array
    height: Array
    fan_width: Array
    fan_height: Array
    edges: NDArray[np.intp]
    allies: NDArray[np.intp] = field(default_factory=lambda: np.zeros((0, 2), dtype=np.intp))

    @cached_property
    def step(self) -> float:
        """Half the distance of two rows that may hold nodes of one layer."""
        half = self.height / 2
        # Fans face away from the middle row, so two of them never face each other.
        return float(half.max() + (half + self.fan_height).max() + ROW_GAP) / 2

    @cached_property
    def pairs(self) -> NDArray[np.intp]:
        """Pairs of edges, shape (pairs, 2)."""
        found = list(combinations(range(len(self.edges)), 2))
        return np.array(found, dtype=np.intp).reshape(-1, 2)


def extents(puzzle: Puzzle, rows: Array) -> tuple[Array, Array]:
    """Return distances from each node's centre to the top and the bottom of its block.

    Parameters
    ----------
    puzzle : Puzzle
        What has to be placed.
    rows : ndarray, shape (candidates, nodes)
        Row of each node; indicators stand above the nodes of rows up to 0, below the others.

    Returns
    -------
    tuple of ndarray
        Two arrays of shape (candidates, nodes).
    """
    above = rows <= 0
    half = puzzle.height / 2
    return half + above * puzzle.fan_height, half + ~above * puzzle.fan_height


def columns(puzzle: Puzzle, rows: Array) -> Array:
    """Place the layers side by side, as near as the blocks allow.

    Parameters
    ----------
    puzzle : Puzzle
        What has to be placed.
    rows : ndarray, shape (candidates, nodes)
        Row of each node.

    Returns
    -------
    ndarray, shape (candidates, nodes)
        x of each centre. Blocks of different layers never overlap.
    """
    y = rows * puzzle.step
    top, bottom = extents(puzzle, rows)
    block = np.maximum(puzzle.width, puzzle.fan_width)
    x = np.zeros(rows.shape)
    for layer in range(1, int(puzzle.layer.max()) + 1):
        here = np.flatnonzero(puzzle.layer == layer)
        before = np.flatnonzero(puzzle.layer < layer)
        b, h = before[:, None], here[None, :]
        meet = (y[:, b] - top[:, b] - ROW_GAP / 2 < y[:, h] + bottom[:, h]) & (
            y[:, h] - top[:, h] - ROW_GAP / 2 < y[:, b] + bottom[:, b]
        )
        apart = np.where(
            meet,
            (block[b] + block[h]) / 2 + COLUMN_GAP,
            0.42 * (puzzle.width[b] + puzzle.width[h]) / 2 + COLUMN_GAP / 2,
        )
        x[:, here] = (x[:, b] + apart).max(axis=(1, 2))[:, None]
    return x


def hits(start: Array, end: Array, low: Array, high: Array) -> NDArray[np.bool_]:
    """Say which segments enter which rectangles (the method of slabs).

    Parameters
    ----------
    start, end : ndarray, shape (..., 2)
        Ends of the segments.
    low, high : ndarray, shape (..., 2)
        Corners of the rectangles.

    Returns
    -------
    ndarray of bool
        The shape to which the arguments broadcast, without the last axis.
    """
    way = end - start
    safe = np.where(np.abs(way) < 1e-9, 1e-9, way)
    one, two = (low - start) / safe, (high - start) / safe
    enter = np.minimum(one, two).max(axis=-1)
    leave = np.maximum(one, two).min(axis=-1)
    return (np.maximum(enter, 0) < np.minimum(leave, 1)).astype(bool)


def cost(puzzle: Puzzle, rows: Array) -> Array:
    """Return what each candidate costs.

    Parameters
    ----------
    puzzle : Puzzle
        What has to be placed.
    rows : ndarray, shape (candidates, nodes)
        Row of each node.

    Returns
    -------
    ndarray, shape (candidates,)
        Lower is better.
    """
    x, y = columns(puzzle, rows), rows * puzzle.step
    top, bottom = extents(puzzle, rows)
    total = _stacked(puzzle, y, top, bottom)
    total += 0.02 * np.ptp(x, axis=1) + 0.12 * np.ptp(y, axis=1) + 0.8 * np.abs(rows).sum(axis=1)
    if len(puzzle.allies):
        above = rows <= 0
        one, two = puzzle.allies.T
        total += 250.0 * (above[:, one] != above[:, two]).sum(axis=1)
    if not len(puzzle.edges):
        return total
    centre = np.stack([x, y], axis=-1)
    start, end = centre[:, puzzle.edges[:, 0]], centre[:, puzzle.edges[:, 1]]
    total += 0.03 * np.linalg.norm(end - start, axis=-1).sum(axis=1)
    total += _obstructed(puzzle, centre, start, end, rows)
    if len(puzzle.pairs):
        total += _tangled(puzzle, start, end)
    return total


def _stacked(puzzle: Puzzle, y: Array, top: Array, bottom: Array) -> Array:
    """Blocks of one layer that overlap: never acceptable."""
    one, two = (
        np.array(
            [
                p
                for p in combinations(range(len(puzzle.layer)), 2)
                if puzzle.layer[p[0]] == puzzle.layer[p[1]]
            ],
            dtype=np.intp,
        )
        .reshape(-1, 2)
        .T
    )
    room = np.where(
        y[:, one] < y[:, two],
        (y[:, two] - top[:, two]) - (y[:, one] + bottom[:, one]),
        (y[:, one] - top[:, one]) - (y[:, two] + bottom[:, two]),
    )
    return 1e6 * (room < ROW_GAP - 1e-6).sum(axis=1)


def _obstructed(puzzle: Puzzle, centre: Array, start: Array, end: Array, rows: Array) -> Array:
    """Arrows that run through constructs or indicators, and labels that would cover them."""
    half = np.stack([puzzle.width, puzzle.height], axis=-1) / 2
    a, b = start[:, :, None], end[:, :, None]
    near = hits(a, b, (centre - half - 9)[:, None], (centre + half + 9)[:, None])
    nodes = np.arange(len(puzzle.layer))
    own = (puzzle.edges[:, :1] == nodes) | (puzzle.edges[:, 1:] == nodes)
    total = 400.0 * (near & ~own).sum(axis=(1, 2))
    middle = (a + b) / 2
    inside = (np.abs(middle - centre[:, None]) < half + np.array([22.0, 11.0])).all(axis=-1)
    total += 60.0 * inside.sum(axis=(1, 2))
    if puzzle.fan_height.any():
        sign = np.where(rows <= 0, -1.0, 1.0)
        fan = np.stack([puzzle.fan_width, puzzle.fan_height], axis=-1) / 2
        spot = centre + np.stack(
            [np.zeros(rows.shape), sign * (puzzle.height + puzzle.fan_height) / 2], axis=-1
        )
        through = hits(a, b, (spot - fan)[:, None], (spot + fan)[:, None])
        total += 400.0 * (through & (puzzle.fan_height > 0)).sum(axis=(1, 2))
    return total


def _tangled(puzzle: Puzzle, start: Array, end: Array) -> Array:
    """Arrows that cross, leave a construct side by side, or bring their labels together."""
    one, two = puzzle.pairs.T
    a, b, c, d = start[:, one], end[:, one], start[:, two], end[:, two]
    shared = (puzzle.edges[one][:, :, None] == puzzle.edges[two][:, None, :]).any(axis=(1, 2))
    cross = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    total = 55.0 * (cross & ~shared).sum(axis=1)
    u, v = b - a, d - c
    angle = np.arctan2(_cross(u, v), (u * v).sum(axis=-1))
    same = (puzzle.edges[one] == puzzle.edges[two]).any(axis=1)
    sharp = np.clip(1 - np.abs(angle) / SHARP, 0, 1)
    total += 45.0 * (sharp * same).sum(axis=1)
    gap = np.abs((a + b) / 2 - (c + d) / 2)
    close = (gap[..., 0] < 46) & (gap[..., 1] < 22)
    return total + 20.0 * close.sum(axis=1)


def _cross(u: Array, v: Array) -> Array:
    return u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]


def _side(a: Array, b: Array, c: Array) -> Array:
    return _cross(b - a, c - a)


def place(puzzle: Puzzle) -> Array:
    """Find rows, and with them columns.

    Parameters
    ----------
    puzzle : Puzzle
        What has to be placed.

    Returns
    -------
    ndarray, shape (nodes, 3)
        x, y and row of each node. Blocks never overlap.
    """
    reach = max(3, int(np.bincount(puzzle.layer).max()) - 1)
    starts = [_descend(puzzle, rows, reach) for rows in _starts(puzzle)]
    best = min(starts, key=lambda rows: float(cost(puzzle, rows[None])[0]))
    x = columns(puzzle, best[None])[0]
    return np.column_stack([x, best * puzzle.step, best])


def _starts(puzzle: Puzzle) -> list[Array]:
    flat = np.zeros(len(puzzle.layer))
    for layer in range(int(puzzle.layer.max()) + 1):
        here = np.flatnonzero(puzzle.layer == layer)
        flat[here] = 2.0 * np.arange(len(here)) - (len(here) - 1)
    zigzag = flat + np.where(puzzle.layer % 2, -1.0, 0.0) * (flat == 0)
    weave = flat + np.array([0.0, -1.0, 0.0, 1.0])[puzzle.layer % 4] * (flat == 0)
    return [flat, zigzag, weave]


def _descend(puzzle: Puzzle, rows: Array, reach: int) -> Array:
    """Move one node at a time, two where one no longer helps, while the drawing gets better."""
    values = np.arange(-reach, reach + 1, dtype=float)
    sizes = (1, 2) if len(rows) <= PAIR_LIMIT else (1,)
    now = float(cost(puzzle, rows[None])[0])
    for _ in range(SWEEPS):
        for size in sizes:
            moves = _moves(rows, values, size)
            costs = cost(puzzle, moves)
            best = int(costs.argmin())
            if costs[best] < now - 1e-9:
                rows, now = moves[best], float(costs[best])
                break
        else:
            break
    return rows


def _moves(rows: Array, values: Array, size: int) -> Array:
    """Every way to give `size` nodes other rows, shape (candidates, nodes)."""
    choices = np.array(list(product(values, repeat=size)))
    found = [rows[None]]
    for group in combinations(range(len(rows)), size):
        block = np.tile(rows, (len(choices), 1))
        block[:, group] = choices
        found.append(block)
    return np.concatenate(found)
