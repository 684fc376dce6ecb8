"""The geometry of a path diagram: where boxes stand, where arrows run, where labels fit.

Nothing here knows of estimates or of SVG. Columns are the layers of the structural graph,
rows are found by `scrm_model.reporting.placing`, indicators fan out on the outer side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scrm_model.reporting.graph import FAN_GAP, FAN_ROOM, Graph
from scrm_model.reporting.labelling import clashing, labelled
from scrm_model.reporting.lanes import lanes
from scrm_model.reporting.layers import Edge, layers
from scrm_model.reporting.measured import measured
from scrm_model.reporting.placing import Puzzle, place
from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, Box, between, text_width

MARGIN = 18.0
BOWS = (0, 60, -60, 110, -110, 170, -170, 240, -240, 330, -330)
SPREADS = (1.0, 1.15, 1.35, 1.6, 2.0, 2.5)
"""How far everything moves apart where labels have no room."""


@dataclass(frozen=True)
class Layout:
    """A drawing without ink.

    Attributes
    ----------
    boxes : tuple of Box
        Every box, in its place.
    arrows : tuple of Arrow
        Every arrow, with its label's place.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @cached_property
    def size(self) -> tuple[float, float]:
        """Width and height that hold everything, margins included."""
        right, bottom = _bounds(self.boxes, self.arrows)[2:]
        return right + MARGIN, bottom + MARGIN

    def box(self, name: str) -> Box:
        """Return the box called `name`."""
        return next(box for box in self.boxes if box.name == name)


def arrange(graph: Graph) -> Layout:
    """Lay a graph out.

    Parameters
    ----------
    graph : Graph
        What is to be drawn; at least one node.

    Returns
    -------
    Layout
        Boxes that do not overlap, arrows from border to border, labels beside one another: where
        they would not be, everything moves apart.
    """
    alone = not graph.edges and not graph.loadings
    boxes, outward = ({}, {}) if alone else _spread_out(graph)
    best: tuple[int, list[Box], list[Arrow]] | None = None
    for spread in SPREADS:
        if alone:
            placed, bare = measured(graph, spread)
        else:
            placed = {n: replace(b, x=b.x * spread, y=b.y * spread) for n, b in boxes.items()}
            bare = _arrows(graph, placed, outward)
        everything = list(placed.values())
        arrows = labelled(bare, everything, graph.labels or {})
        wrong = len(clashing(arrows, everything))
        if best is None or wrong < best[0]:
            best = wrong, everything, arrows
        if not wrong:
            break
    assert best is not None
    return _from_the_corner(best[1], best[2])


def _from_the_corner(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> Layout:
    left, top = _bounds(boxes, arrows)[:2]
    dx, dy = MARGIN - left, MARGIN - top
    return Layout(
        tuple(box.moved(dx, dy) for box in boxes),
        tuple(arrow.moved(dx, dy) for arrow in arrows),
    )


def _spread_out(graph: Graph) -> tuple[dict[str, Box], dict[str, int]]:
    """Boxes of the structural part and of its fans, and which way each fan points."""
    boxes, outward = _placed(graph)
    for name in graph.nodes:
        _fan_out(graph, name, outward[name], boxes, outward)
    return boxes, outward


def _arrows(graph: Graph, boxes: Mapping[str, Box], outward: Mapping[str, int]) -> list[Arrow]:
    """Paths, covariances, and loadings last."""
    fans: list[Arrow] = []
    seen: set[str] = set()
    inner = [name for name in graph.indicators or {} if name not in graph.nodes]
    for name in (n for n in (*graph.nodes, *inner) if n in boxes):
        for child in graph.children(name):
            # An indicator stands before the first construct that it measures; from any other
            # one the way may be barred.
            bows = BOWS if child in seen else (0,)
            fans.append(_clear(boxes, name, child, "loading", bows))
        seen |= set(graph.children(name))
    return [*_paths(graph, boxes), *_covariances(graph, boxes, outward), *fans]


def _placed(graph: Graph) -> tuple[dict[str, Box], dict[str, int]]:
    number = {name: i for i, name in enumerate(graph.nodes)}
    arrows = (*graph.edges, *graph.loadings)
    layer = layers(graph.nodes, arrows)
    joined = [pair for pair in graph.covariances if set(pair) <= set(graph.nodes)]
    edges = [(number[a], number[b]) for a, b in (*arrows, *joined)]
    spots = place(
        Puzzle(
            layer=np.array([layer[name] for name in graph.nodes], dtype=np.intp),
            width=np.array([graph.sizes[name][0] for name in graph.nodes]),
            height=np.array([graph.sizes[name][1] for name in graph.nodes]),
            fan_width=np.array([graph.fan_width(name) for name in graph.nodes]),
            fan_height=np.array([graph.fan_height(name) for name in graph.nodes]),
            edges=np.array(edges, dtype=np.intp).reshape(-1, 2),
            allies=np.array(_allies(graph, number), dtype=np.intp).reshape(-1, 2),
        )
    )
    boxes = {
        name: Box(name, float(x), float(y), *graph.sizes[name])
        for name, (x, y, _) in zip(graph.nodes, spots, strict=True)
    }
    outward = {
        name: -1 if row <= 0 else 1 for name, row in zip(graph.nodes, spots[:, 2], strict=True)
    }
    return boxes, outward


def _allies(graph: Graph, number: Mapping[str, int]) -> list[tuple[int, int]]:
    """Pairs of nodes whose indicators have residuals that covary."""
    above: dict[str, str] = {}

    def mark(name: str, root: str) -> None:
        for child in graph.children(name):
            if child not in above:
                above[child] = root
                mark(child, root)

    for name in graph.nodes:
        mark(name, name)
    roots = [(above.get(a, a), above.get(b, b)) for a, b in graph.covariances]
    pairs = [pair for pair, given in zip(roots, graph.covariances, strict=True) if pair != given]
    return sorted({(number[a], number[b]) for a, b in pairs if a != b})


def _fan_out(
    graph: Graph, name: str, way: int, boxes: dict[str, Box], outward: dict[str, int]
) -> None:
    """Place the indicators of `name` above (way −1) or below it, and theirs beyond."""
    parent = boxes[name]
    x = parent.x - graph.fan_width(name) / 2
    for child in graph.children(name):
        width = max(graph.sizes[child][0], graph.fan_width(child))
        if child not in boxes:
            away = parent.height / 2 + FAN_ROOM + graph.sizes[child][1] / 2
            boxes[child] = Box(child, x + width / 2, parent.y + way * away, *graph.sizes[child])
            outward[child] = way
            _fan_out(graph, child, way, boxes, outward)
        x += width + FAN_GAP


def _paths(graph: Graph, boxes: Mapping[str, Box]) -> list[Arrow]:
    arrows = []
    every = (*graph.edges, *graph.loadings)
    for source, target in every:
        # Effects in both directions would lie on one another.
        both = (target, source) in every
        kind = "path" if (source, target) in graph.edges else "loading"
        arrows.append(_clear(boxes, source, target, kind, (28,) if both else BOWS))
    return arrows


def _covariances(graph: Graph, boxes: Mapping[str, Box], outward: Mapping[str, int]) -> list[Arrow]:
    arrows = []
    residual = [pair for pair in graph.covariances if not set(pair) <= set(graph.nodes)]
    for one, two in graph.covariances:
        if (one, two) in residual:
            continue
        if boxes[one].x == boxes[two].x:
            arrows.append(_beside(boxes, one, two))
        else:
            arrows.append(_clear(boxes, one, two, "covariance", BOWS[1:]))
    return arrows + _residual(graph, boxes, outward, residual)


def _residual(
    graph: Graph, boxes: Mapping[str, Box], outward: Mapping[str, int], pairs: Sequence[Edge]
) -> list[Arrow]:
    """Covariances of residuals: beyond the indicators where both point the same way."""
    arrows = []
    for way in (-1, 1):
        same = [p for p in pairs if {outward[p[0]], outward[p[1]]} == {way}]
        texts = [(graph.labels or {}).get((*p, "covariance"), "") for p in same]
        wide = max((text_width(t, LABEL_SIZES["covariance"]) for t in texts), default=0.0) + 8
        found = lanes([(boxes[a].x, boxes[b].x) for a, b in same], wide)
        for (one, two), lane in zip(same, found, strict=True):
            arrows.append(_over(boxes[one], boxes[two], way, lane))
    crossing = [p for p in pairs if outward[p[0]] != outward[p[1]]]
    arrows += [_clear(boxes, one, two, "covariance", BOWS[1:]) for one, two in crossing]
    return arrows


def _over(a: Box, b: Box, way: int, lane: int) -> Arrow:
    """Arc above (way −1) or below two indicators."""
    edge = way * max(way * a.y + a.height / 2, way * b.y + b.height / 2)
    middle = (a.x + b.x) / 2
    ends = []
    for box in (a, b):
        aside = max(-0.3 * box.width, min(0.3 * box.width, 0.3 * (middle - box.x)))
        if box.round:
            ends.append(box.border((box.x + 2 * aside, box.y + way * box.height)))
        else:
            ends.append((box.x + aside, box.y + way * box.height / 2))
    # A quadratic curve reaches half-way to its control point.
    control = (middle, edge + way * (44 + 40 * lane))
    return Arrow(a.name, b.name, "covariance", ends[0], control, ends[1])


def _beside(boxes: Mapping[str, Box], one: str, two: str) -> Arrow:
    """Arc beside two boxes of one column, as near as the boxes between them allow."""
    a, b = boxes[one], boxes[two]
    others = [box for name, box in boxes.items() if name not in (one, two)]
    # No arrow passes on the left of the first column or on the right of the last one.
    first = all(box.x > a.x - a.width for box in others)
    last = all(box.x < a.x + a.width for box in others)
    side = 1 if last and not first else -1
    edge = a.x + side * max(a.width, b.width) / 2
    middle = (a.y + b.y) / 2
    # It leaves each box on the side that faces the other one.
    ends = [
        box.border((edge + side * box.width / 4, box.y + 0.3 * (middle - box.y))) for box in (a, b)
    ]
    reach = 34 + 0.16 * abs(b.y - a.y)
    tried = [
        Arrow(one, two, "covariance", ends[0], (edge + side * (reach + extra), middle), ends[1])
        for extra in range(0, 480, 40)
    ]
    return _freest(tried, others)


def _clear(
    boxes: Mapping[str, Box], source: str, target: str, kind: str, bows: Sequence[float]
) -> Arrow:
    """First line, from straight to more and more bowed, that no other box stands in the way of."""
    others = [box for name, box in boxes.items() if name not in (source, target)]
    tried = [between(boxes[source], boxes[target], kind, bow) for bow in bows]
    return _freest(tried, others)


def _freest(tried: Sequence[Arrow], others: Sequence[Box]) -> Arrow:
    """First of the lines that runs through the fewest boxes."""
    obstacles = [sum(arrow.meets(box, 5.0) for box in others) for arrow in tried]
    return tried[obstacles.index(min(obstacles))]


def _bounds(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> tuple[float, float, float, float]:
    shapes = [*boxes, *(arrow.label for arrow in arrows if arrow.label)]
    curve = [arrow.at(t / 10) for arrow in arrows for t in range(11)]
    xs = [s.x + side * s.width / 2 for s in shapes for side in (-1, 1)] + [x for x, _ in curve]
    ys = [s.y + side * s.height / 2 for s in shapes for side in (-1, 1)] + [y for _, y in curve]
    return min(xs), min(ys), max(xs), max(ys)
