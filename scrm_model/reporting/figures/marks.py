"""What a figure is made of: boxes, lines and words with their places, and nothing else.

Places are in points (1/72 inch), y grows downwards. A plan of marks is drawn by
`scrm_model.reporting.figures.canvas`, which knows nothing of what they mean.
"""

from dataclasses import dataclass

INK, PALE, PAPER, LINE = "#111111", "#555555", "#ffffff", "#bbbbbb"
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle.

    Attributes
    ----------
    x, y : float
        Its upper left corner.
    width, height : float
        Its size.
    fill : str
        Colour.
    hatch : str
        Pattern drawn over it, so that it can be told apart in black print.
    hatch_colour : str
        Colour of the pattern.
    edge : str
        Colour of its border; empty for none.
    name : str
        What it stands for.
    weight : float
        Width of its border in points.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str
    hatch: str = ""
    hatch_colour: str = PAPER
    edge: str = ""
    name: str = ""
    weight: float = 0.6


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line.

    Attributes
    ----------
    x1, y1, x2, y2 : float
        Its ends.
    colour : str
        Its colour.
    width : float
        Its width in points.
    dash : tuple of float
        Lengths of dashes and gaps in points; empty for a solid line.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = LINE
    width: float = 0.6
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through several points, or one arc.

    Attributes
    ----------
    points : tuple of (float, float)
        Where it passes; of an arc its start, the control point of a quadratic curve, and its end.
    colour : str
        Its colour.
    width : float
        Its width in points.
    dash : tuple of float
        Lengths of dashes and gaps in points; empty for a solid line.
    bent : bool
        Whether it is an arc.
    name : str
        What it stands for.
    """

    points: tuple[Point, ...]
    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    bent: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon: an arrow-head, a marker, a density.

    Attributes
    ----------
    points : tuple of (float, float)
        Its corners.
    fill : str
        Colour.
    edge : str
        Colour of its border; empty for none.
    weight : float
        Width of its border in points.
    name : str
        What it stands for.
    """

    points: tuple[Point, ...]
    fill: str = INK
    edge: str = ""
    weight: float = 0.8
    name: str = ""


@dataclass(frozen=True, slots=True)
class Oval:
    """An ellipse.

    Attributes
    ----------
    x, y : float
        The upper left corner of the rectangle around it.
    width, height : float
        Its size.
    fill, edge : str
        Colours; an empty edge is none.
    weight : float
        Width of its border in points.
    name : str
        What it stands for.
    """

    x: float
    y: float
    width: float
    height: float
    fill: str = PAPER
    edge: str = INK
    weight: float = 1.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text.

    Attributes
    ----------
    x, y : float
        The middle of its height, and its left end, middle or right end.
    text : str
        What is written: always as it stands, never as a formula.
    size : float
        Font size in points.
    align : str
        ``left``, ``center`` or ``right``.
    bold : bool
        Whether it is bold.
    colour : str
        Its colour.
    back : str
        Colour behind it; empty for none.
    upright : bool
        Turned by 90°, from below to above; x is then the middle of the line, and y its lower end.
    room : float
        Width that it must not exceed, so that it is drawn smaller where it would; 0 for any.
    """

    x: float
    y: float
    text: str
    size: float = 8.0
    align: str = "left"
    bold: bool = False
    colour: str = INK
    back: str = ""
    upright: bool = False
    room: float = 0.0


Mark = Box | Rule | Words | Curve | Area | Oval
