"""What a figure is made of: boxes, rules and words with their places, and nothing else.

Places are in points (1/72 inch), y grows downwards. A plan of marks is drawn by
`scrm_model.reporting.figures.canvas`, which knows nothing of what they mean.
"""

from dataclasses import dataclass

INK, PALE, PAPER, LINE = "#111111", "#555555", "#ffffff", "#bbbbbb"


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
    """

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = LINE
    width: float = 0.6


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


Mark = Box | Rule | Words
