"""A model without paths: constructs in a column, what measures them beside it, arcs outside.

Factors that share all of their items with a larger one (the specific factors of a bifactor
model) stand on the other side of these items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from scrm_model.reporting.graph import Graph
from scrm_model.reporting.lanes import lanes
from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, Box, text_width

COLUMN, LEAF, BLOCK, FIRST_LANE = 96.0, 9.0, 24.0, 46.0


def measured(graph: Graph, spread: float = 1.0) -> tuple[dict[str, Box], list[Arrow]]:
    """Place the boxes and arrows of a graph without paths.

    Parameters
    ----------
    graph : Graph
        At least one node, no edges.
    spread : float
        By how much everything moves apart.

    Returns
    -------
    boxes : dict of str to Box
    arrows : list of Arrow
        Without labels: loadings first, then covariances.
    """
    plan = _Plan(graph, owners(graph))
    for name in plan.roots:
        plan.stand(name, 0)
        plan.y += BLOCK
    boxes = {n: replace(b, x=b.x * spread, y=b.y * spread) for n, b in plan.boxes().items()}
    arrows = [
        _loading(boxes[name], boxes[child])
        for name in graph.indicators or {}
        for child in graph.children(name)
        if name in boxes
    ]
    return boxes, arrows + _arcs(graph, boxes, plan)


def owners(graph: Graph) -> dict[str, str]:
    """Say beside which construct each indicator stands.

    Parameters
    ----------
    graph : Graph

    Returns
    -------
    dict of str to str
        Of several constructs the one with the most indicators, the first of equals.
    """
    out: dict[str, str] = {}
    for name in sorted(graph.indicators or {}, key=lambda n: -len(graph.children(n))):
        for child in graph.children(name):
            out.setdefault(child, name)
    return out


@dataclass
class _Plan:
    """Columns from left to right, rows from above to below."""

    graph: Graph
    owner: Mapping[str, str]
    y: float = 0.0
    column: dict[str, int] = field(default_factory=dict)
    middle: dict[str, float] = field(default_factory=dict)

    def own(self, name: str) -> list[str]:
        """Indicators that stand beside this construct."""
        return [c for c in self.graph.children(name) if self.owner[c] == name]

    @property
    def riders(self) -> list[str]:
        """Constructs all of whose indicators stand beside others."""
        return [n for n in self.graph.nodes if self.graph.children(n) and not self.own(n)]

    @property
    def roots(self) -> list[str]:
        """Constructs of the first column."""
        return [n for n in self.graph.nodes if n not in self.riders]

    def stand(self, name: str, column: int) -> None:
        """Give a construct and what measures it their rows."""
        self.column[name] = column
        top, children = self.y, self.own(name)
        for child in children:
            self.stand(child, column + 1)
        height = self.graph.sizes[name][1] + LEAF
        taken = self.y - top
        if taken < height:
            # Few indicators stand in the middle of the room that their construct takes.
            self._shift(children, (height - taken) / 2)
            self.y = top + height
        rows = [self.middle[child] for child in children]
        self.middle[name] = (rows[0] + rows[-1]) / 2 if rows else (top + self.y) / 2

    def _shift(self, names: Sequence[str], by: float) -> None:
        for name in names:
            self.middle[name] += by
            self._shift(self.own(name), by)

    def boxes(self) -> dict[str, Box]:
        """Every box in its place."""
        sizes = self.graph.sizes
        last = max(self.column.values())
        riders = self._riding(last + 1)
        widths = [
            max((sizes[n][0] for n, k in self.column.items() if k == column), default=0.0)
            for column in range(last + 2)
        ]
        room = max((text_width(t, 12.5) for t in (self.graph.labels or {}).values()), default=0.0)
        x = [0.0]
        for before, here in pairwise(widths):
            x.append(x[-1] + (before + here) / 2 + max(COLUMN, 2.2 * room))
        return {n: Box(n, x[self.column[n]], self.middle[n], *sizes[n]) for n in riders}

    def _riding(self, column: int) -> list[str]:
        """Put the riders where their indicators are, apart from one another."""
        edge = float("-inf")
        rows = {
            n: sum(self.middle[c] for c in self.graph.children(n)) / len(self.graph.children(n))
            for n in self.riders
        }
        for name in sorted(rows, key=lambda n: rows[n]):
            half = self.graph.sizes[name][1] / 2
            self.column[name] = column
            self.middle[name] = max(rows[name], edge + half)
            edge = self.middle[name] + half + LEAF
        return list(self.column)


def _loading(parent: Box, child: Box) -> Arrow:
    side = -1 if child.x > parent.x else 1
    end = (child.x + side * child.width / 2, child.y)
    start = parent.border(end)
    control = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return Arrow(parent.name, child.name, "loading", start, control, end)


def _arcs(graph: Graph, boxes: Mapping[str, Box], plan: _Plan) -> list[Arrow]:
    """Covariances, column by column: left of the first one, right of all others."""
    out = []
    sides: dict[int, list[tuple[str, str]]] = {}
    for one, two in graph.covariances:
        farther = max(plan.column[one], plan.column[two])
        # Between two columns an arc leaves on the side where nothing stands.
        sides.setdefault(0 if plan.column[one] == plan.column[two] == 0 else farther, []).append(
            (one, two)
        )
    texts = graph.labels or {}
    for column, pairs in sides.items():
        side = -1 if column == 0 else 1
        wide = max((_width(texts, pair) for pair in pairs), default=0.0) + 8
        edge = side * max(
            side * box.x + box.width / 2 for n, box in boxes.items() if plan.column[n] == column
        )
        found = lanes([(boxes[a].y, boxes[b].y) for a, b in pairs], 19.0)
        for (one, two), lane in zip(pairs, found, strict=True):
            # Beside small boxes that are neighbours the label stands clear of the short arc.
            reach = FIRST_LANE + 2 * lane * wide + (wide if column else 0.0)
            out.append(
                _arc(boxes[one], boxes[two], side, edge + side * reach, lane / (max(found) + 1))
            )
    return out


def _width(texts: Mapping[tuple[str, str, str], str], pair: tuple[str, str]) -> float:
    return text_width(texts.get((*pair, "covariance"), ""), LABEL_SIZES["covariance"])


def _arc(a: Box, b: Box, side: int, reach: float, far: float) -> Arrow:
    """Arc from the sides of two boxes; the farther it goes, the nearer to their middle it ends."""
    middle = (a.y + b.y) / 2
    ends = []
    for box in (a, b):
        towards = 1 if middle > box.y else -1
        away = towards * box.height * (0.36 - 0.28 * far)
        if box.round:
            ends.append(box.border((box.x + side * box.width, box.y + away * 2)))
        else:
            ends.append((box.x + side * box.width / 2, box.y + away))
    return Arrow(a.name, b.name, "covariance", ends[0], (reach, middle), ends[1])
