"""The pieces a diagram is made of: boxes, arrows, and the geometry between them."""

import math
from dataclasses import dataclass, replace

Point = tuple[float, float]

LABEL_SIZES = {"path": 12.5, "covariance": 12.5, "loading": 11.0}
"""Font size of labels by kind of arrow."""


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in a sans-serif font.

    Parameters
    ----------
    text : str
        The text.
    size : float
        Font size in pixels.

    Returns
    -------
    float
        Pixels.
    """
    narrow = {"*": 0.39, ".": 0.28, ",": 0.28, " ": 0.28}
    return size * sum(narrow.get(character, 0.57) for character in text)


@dataclass(frozen=True, slots=True)
class Box:
    """A shape with a place; y grows downwards as in SVG.

    Attributes
    ----------
    name : str
        What it stands for.
    x, y : float
        Its centre.
    width, height : float
        Its size in pixels.
    round : bool
        Ellipse (latent variable) or rectangle (observed variable).
    """

    name: str
    x: float
    y: float
    width: float
    height: float
    round: bool = True

    def overlaps(self, other: "Box", margin: float = 0.0) -> bool:
        """Say whether the two bounding rectangles come nearer than `margin`."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + margin - 1e-9
            and abs(self.y - other.y) < (self.height + other.height) / 2 + margin - 1e-9
        )

    def border(self, towards: Point) -> Point:
        """Return the point of the border on the way from the centre to `towards`.

        Parameters
        ----------
        towards : (float, float)
            Any point but the centre.

        Returns
        -------
        (float, float)
            A point of the ellipse or the rectangle.
        """
        dx, dy = towards[0] - self.x, towards[1] - self.y
        a, b = self.width / 2, self.height / 2
        if dx == dy == 0:
            return (self.x + a, self.y)
        ratio = math.hypot(dx / a, dy / b) if self.round else max(abs(dx) / a, abs(dy) / b)
        return (self.x + dx / ratio, self.y + dy / ratio)

    def moved(self, dx: float, dy: float) -> "Box":
        """Return the same box elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line from one box to another, straight or bowed, and the place of its label.

    Attributes
    ----------
    source, target : str
        Names of the boxes.
    kind : str
        ``path``, ``loading`` or ``covariance``.
    start, end : (float, float)
        Points on the two borders.
    control : (float, float)
        Control point of the quadratic curve; half-way between the ends for a straight line.
    label : Box or None
        Where the label stands.
    """

    source: str
    target: str
    kind: str
    start: Point
    control: Point
    end: Point
    label: Box | None = None

    def at(self, t: float) -> Point:
        """Return the point of the curve at `t` between 0 and 1."""
        u = 1 - t
        p, q, r = u * u, 2 * u * t, t * t
        return (
            p * self.start[0] + q * self.control[0] + r * self.end[0],
            p * self.start[1] + q * self.control[1] + r * self.end[1],
        )

    def meets(self, box: Box, margin: float = 0.0, steps: int = 40) -> bool:
        """Say whether the line enters the bounding rectangle of `box`, `margin` included."""
        probe = replace(box, width=box.width + 2 * margin, height=box.height + 2 * margin)
        for i in range(1, steps):
            x, y = self.at(i / steps)
            if abs(x - probe.x) < probe.width / 2 and abs(y - probe.y) < probe.height / 2:
                return True
        return False

    def moved(self, dx: float, dy: float) -> "Arrow":
        """Return the same arrow elsewhere."""
        start, control, end = ((x + dx, y + dy) for x, y in (self.start, self.control, self.end))
        label = self.label.moved(dx, dy) if self.label else None
        return replace(self, start=start, control=control, end=end, label=label)


def between(source: Box, target: Box, kind: str, bow: float = 0.0) -> Arrow:
    """Draw a line from border to border.

    Parameters
    ----------
    source, target : Box
        The two boxes.
    kind : str
        Kind of the arrow.
    bow : float
        How far the control point is moved sideways, in pixels; positive is to the left of
        the direction of travel.

    Returns
    -------
    Arrow
        Without a label.
    """
    dx, dy = target.x - source.x, target.y - source.y
    length = math.hypot(dx, dy) or 1.0
    control = (
        (source.x + target.x) / 2 + bow * dy / length,
        (source.y + target.y) / 2 - bow * dx / length,
    )
    start, end = source.border(control), target.border(control)
    if not bow:
        control = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    return Arrow(source.name, target.name, kind, start, control, end)
