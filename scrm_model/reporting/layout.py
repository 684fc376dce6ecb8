"""The geometry of a path diagram: where boxes stand, where arrows run, where labels fit.

Nothing here knows of estimates or of SVG. Columns are the layers of the structural graph,
rows are found by `scrm_model.reporting.placing`, indicators fan out on the outer side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from scrm_model.reporting.layers import Edge, layers
from scrm_model.reporting.placing import Puzzle, place
from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, Box, between, text_width

FAN_GAP = 10.0
FAN_ROOM = 58.0
MARGIN = 18.0
BOWS = (0, 60, -60, 110, -110, 170, -170, 240, -240, 330, -330)
LABEL_PLACES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.8, 0.2)
FAN_PLACES = (0.55, 0.62, 0.48, 0.69, 0.41, 0.76, 0.34)


@dataclass(frozen=True)
class Graph:
    """What is to be drawn.

    Attributes
    ----------
    sizes : mapping of str to (float, float, bool)
        Width, height and roundness of every box.
    nodes : tuple of str
        The boxes of the structural part.
    edges : tuple of (str, str)
        Arrows of the structural part.
    covariances : tuple of (str, str)
        Two-headed arrows between boxes of the structural part.
    indicators : mapping of str to tuple of str
        What fans out from a box; may itself have indicators.
    labels : mapping of (str, str, str) to str
        Text by source, target and kind of arrow; it decides how much room a label takes.
    """

    sizes: Mapping[str, tuple[float, float, bool]]
    nodes: tuple[str, ...]
    edges: tuple[Edge, ...] = ()
    covariances: tuple[Edge, ...] = ()
    indicators: Mapping[str, tuple[str, ...]] | None = None
    labels: Mapping[tuple[str, str, str], str] | None = None

    def children(self, name: str) -> tuple[str, ...]:
        """Return the indicators of `name`."""
        return (self.indicators or {}).get(name, ())

    def fan_width(self, name: str) -> float:
        """Return the width of all that fans out from `name`; 0 if nothing does."""
        widths = [max(self.sizes[c][0], self.fan_width(c)) for c in self.children(name)]
        return sum(widths) + FAN_GAP * (len(widths) - 1) if widths else 0.0

    def fan_height(self, name: str) -> float:
        """Return the height of all that fans out from `name`; 0 if nothing does."""
        heights = [self.sizes[c][1] + self.fan_height(c) for c in self.children(name)]
        return FAN_ROOM + max(heights) if heights else 0.0


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
        Boxes that do not overlap, arrows from border to border.
    """
    boxes, outward = _placed(graph)
    fans: list[Arrow] = []
    for name in graph.nodes:
        _fan_out(graph, name, outward[name], boxes, fans)
    arrows = [*_paths(graph, boxes), *_covariances(graph, boxes)]
    everything = tuple(boxes.values())
    labelled = _with_labels(arrows, everything, graph, LABEL_PLACES, [])
    taken = [arrow.label for arrow in labelled if arrow.label]
    labelled += _with_labels(fans, everything, graph, FAN_PLACES, taken)
    left, top = _bounds(everything, labelled)[:2]
    dx, dy = MARGIN - left, MARGIN - top
    return Layout(
        tuple(box.moved(dx, dy) for box in everything),
        tuple(arrow.moved(dx, dy) for arrow in labelled),
    )


def _placed(graph: Graph) -> tuple[dict[str, Box], dict[str, int]]:
    number = {name: i for i, name in enumerate(graph.nodes)}
    layer = layers(graph.nodes, graph.edges)
    edges = [(number[a], number[b]) for a, b in (*graph.edges, *graph.covariances)]
    spots = place(
        Puzzle(
            layer=np.array([layer[name] for name in graph.nodes], dtype=np.intp),
            width=np.array([graph.sizes[name][0] for name in graph.nodes]),
            height=np.array([graph.sizes[name][1] for name in graph.nodes]),
            fan_width=np.array([graph.fan_width(name) for name in graph.nodes]),
            fan_height=np.array([graph.fan_height(name) for name in graph.nodes]),
            edges=np.array(edges, dtype=np.intp).reshape(-1, 2),
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


def _fan_out(
    graph: Graph, name: str, outward: int, boxes: dict[str, Box], arrows: list[Arrow]
) -> None:
    """Place the indicators of `name` above (outward −1) or below it, and theirs beyond."""
    parent = boxes[name]
    x = parent.x - graph.fan_width(name) / 2
    for child in graph.children(name):
        width = max(graph.sizes[child][0], graph.fan_width(child))
        if child not in boxes:
            away = parent.height / 2 + FAN_ROOM + graph.sizes[child][1] / 2
            boxes[child] = Box(child, x + width / 2, parent.y + outward * away, *graph.sizes[child])
            _fan_out(graph, child, outward, boxes, arrows)
        arrows.append(between(parent, boxes[child], "loading"))
        x += width + FAN_GAP


def _paths(graph: Graph, boxes: Mapping[str, Box]) -> list[Arrow]:
    arrows = []
    for source, target in graph.edges:
        # Effects in both directions would lie on one another.
        both = (target, source) in graph.edges
        arrows.append(_clear(boxes, source, target, "path", (28,) if both else BOWS))
    return arrows


def _covariances(graph: Graph, boxes: Mapping[str, Box]) -> list[Arrow]:
    arrows = []
    for one, two in graph.covariances:
        if boxes[one].x == boxes[two].x:
            arrows.append(_beside(boxes, one, two))
        else:
            arrows.append(_clear(boxes, one, two, "covariance", BOWS[1:]))
    return arrows


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


def _with_labels(
    arrows: Sequence[Arrow],
    boxes: Sequence[Box],
    graph: Graph,
    places: Sequence[float],
    taken: Sequence[Box],
) -> list[Arrow]:
    done: list[Arrow] = []
    used = list(taken)
    for arrow in arrows:
        text = (graph.labels or {}).get((arrow.source, arrow.target, arrow.kind), "")
        if not text:
            done.append(arrow)
            continue
        width = text_width(text, LABEL_SIZES[arrow.kind]) + 5
        spots = [Box(text, *arrow.at(t), width, 16.0, round=False) for t in places]
        others = [other for other in arrows if other is not arrow]
        costs = [
            500 * sum(spot.overlaps(box, 2) for box in boxes)
            + 200 * spot.overlaps(_head(arrow))
            + 300 * sum(spot.overlaps(label, 2) for label in used)
            + 30 * sum(other.meets(spot, 1) for other in others)
            + 2 * rank
            for rank, spot in enumerate(spots)
        ]
        label = spots[costs.index(min(costs))]
        used.append(label)
        done.append(replace(arrow, label=label))
    return done


def _head(arrow: Arrow) -> Box:
    """Room that the arrow-head takes."""
    return Box("", *arrow.end, 16.0, 16.0, round=False)


def _bounds(boxes: Sequence[Box], arrows: Sequence[Arrow]) -> tuple[float, float, float, float]:
    shapes = [*boxes, *(arrow.label for arrow in arrows if arrow.label)]
    curve = [arrow.at(t / 10) for arrow in arrows for t in range(11)]
    xs = [s.x + side * s.width / 2 for s in shapes for side in (-1, 1)] + [x for x, _ in curve]
    ys = [s.y + side * s.height / 2 for s in shapes for side in (-1, 1)] + [y for _, y in curve]
    return min(xs), min(ys), max(xs), max(ys)
