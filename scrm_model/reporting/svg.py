"""A drawing as SVG text that browsers, Inkscape and word processors all read.

Colours are plain attributes and every arrow-head is a path of its own, since not every
program knows style variables and markers; the classes let a page in dark colours repaint it.
"""

import math
import zlib
from dataclasses import dataclass

from scrm_model.reporting.markup import escape
from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, Box, Point

FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"
HEAD_LENGTH, HEAD_WIDTH = 9.5, 7.5
LEGEND_LINE = 17.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A box and what is written in it.

    Attributes
    ----------
    box : Box
        Its place.
    head : str
        Short name.
    rest : tuple of str
        Lines of the full name.
    foot : str
        Last line.
    """

    box: Box
    head: str
    rest: tuple[str, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow and what is written on it.

    Attributes
    ----------
    arrow : Arrow
        Its place.
    text : str
        Estimate with stars.
    dashed : bool
        Whether it is drawn as not significant.
    """

    arrow: Arrow
    text: str = ""
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything an SVG document needs.

    Attributes
    ----------
    size : (float, float)
        Width and height without the legend.
    shapes : tuple of Shape
        The boxes.
    lines : tuple of Line
        The arrows.
    title, description : str
        What a screen reader says.
    legend : tuple of str
        Lines below the drawing.
    lang : str
        Language of all texts.
    """

    size: tuple[float, float]
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    title: str
    description: str
    legend: tuple[str, ...]
    lang: str


def drawing_svg(drawing: Drawing) -> str:
    """Write a drawing as an SVG document.

    Parameters
    ----------
    drawing : Drawing
        What to write.

    Returns
    -------
    str
        The document; every text in it is escaped.
    """
    (width, height), shift = page_of(drawing)
    body = [_line(line) for line in drawing.lines]
    body += [_shape(shape) for shape in drawing.shapes]
    body += [_label(line) for line in drawing.lines]
    content = "".join(body)
    # Two diagrams on one page must not share the ids of their titles.
    mark = f"d{zlib.crc32((content + drawing.title).encode()):08x}"
    legend = "".join(
        f'<text class="ink" x="18" y="{_n(drawing.size[1] + 14 + LEGEND_LINE * i)}" '
        f'font-size="11.5" fill="#111">{escape(text)}</text>'
        for i, text in enumerate(drawing.legend)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="scrm-diagram" role="img" '
        f'lang="{drawing.lang}" aria-labelledby="{mark}t {mark}s" width="{_n(width)}" '
        f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" '
        f'font-family="{FONT}" font-size="12.5">'
        f'<title id="{mark}t">{escape(drawing.title)}</title>'
        f'<desc id="{mark}s">{escape(drawing.description)}</desc>'
        f'<rect class="paper" width="{_n(width)}" height="{_n(height)}" fill="#fff"/>'
        f'<g transform="translate({_n(shift)} 0)">{content}</g>{legend}</svg>'
    )


def page_of(drawing: Drawing) -> tuple[tuple[float, float], float]:
    """Width and height with the legend, and how far the drawing is moved to the middle.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    size : (float, float)
    shift : float
    """
    width = max(drawing.size[0], 5.6 * max((len(line) for line in drawing.legend), default=0) + 36)
    height = drawing.size[1] + LEGEND_LINE * len(drawing.legend) + 14
    return (width, height), (width - drawing.size[0]) / 2


def stroke_of(arrow: Arrow) -> tuple[Point, Point, list[tuple[Point, Point, Point]]]:
    """Where the line of an arrow begins and ends, and its heads.

    Parameters
    ----------
    arrow : Arrow

    Returns
    -------
    start, end : Point
        Inside the heads, whose tips touch the borders.
    heads : list of (Point, Point, Point)
    """
    both = arrow.kind == "covariance"
    heads = [_head(arrow.control, arrow.end)]
    heads += [_head(arrow.control, arrow.start)] if both else []
    start = _back(arrow.control, arrow.start) if both else arrow.start
    return start, _back(arrow.control, arrow.end), heads


def weight_of(arrow: Arrow) -> float:
    """Width of the line of an arrow."""
    return 1.0 if arrow.kind == "loading" else 1.4


def texts_of(shape: Shape) -> list[tuple[float, str, float, bool]]:
    """What is written in a box: baseline, text, font size, and whether it is bold."""
    lone = not shape.rest and not shape.foot
    texts = [(shape.head, 12.5 if lone else 14.0, shape.box.round, 17.0)]
    texts += [(line, 11.5, False, 14.0) for line in shape.rest]
    texts += [(shape.foot, 11.5, False, 16.0)] if shape.foot else []
    y = shape.box.y - sum(step for *_, step in texts) / 2 - 4.0
    out = []
    for text, size, bold, step in texts:
        y += step
        out.append((y, text, size, bold))
    return out


def _line(line: Line) -> str:
    arrow = line.arrow
    start, end, heads = stroke_of(arrow)
    drawn = "".join(
        f'<path class="fill" d="M{_p(tip)} L{_p(one)} L{_p(two)} Z" fill="#111"/>'
        for tip, one, two in heads
    )
    dash = ' stroke-dasharray="6 4"' if line.dashed else ""
    return (
        f'<path class="stroke" d="M{_p(start)} Q{_p(arrow.control)} {_p(end)}" fill="none" '
        f'stroke="#111" stroke-width="{weight_of(arrow)}"{dash}/>{drawn}'
    )


def _shape(shape: Shape) -> str:
    box = shape.box
    style = 'class="box" fill="#fff" stroke="#111" stroke-width="1.4"'
    if box.round:
        outline = (
            f'<ellipse cx="{_n(box.x)}" cy="{_n(box.y)}" rx="{_n(box.width / 2)}" '
            f'ry="{_n(box.height / 2)}" {style}/>'
        )
    else:
        outline = (
            f'<rect x="{_n(box.x - box.width / 2)}" y="{_n(box.y - box.height / 2)}" '
            f'width="{_n(box.width)}" height="{_n(box.height)}" {style}/>'
        )
    return outline + "".join(
        _text(box.x, y, text, size, "600" if bold else "400")
        for y, text, size, bold in texts_of(shape)
    )


def _label(line: Line) -> str:
    box = line.arrow.label
    if box is None or not line.text:
        return ""
    size, width = LABEL_SIZES[line.arrow.kind], box.width
    return (
        f'<rect class="paper" x="{_n(box.x - width / 2)}" y="{_n(box.y - 8)}" '
        f'width="{_n(width)}" height="16" fill="#fff"/>'
        + _text(box.x, box.y + 4.3, line.text, size, "400")
    )


def _text(x: float, y: float, text: str, size: float, weight: str) -> str:
    return (
        f'<text class="ink" x="{_n(x)}" y="{_n(y)}" text-anchor="middle" font-size="{size}" '
        f'font-weight="{weight}" fill="#111" unicode-bidi="plaintext">{escape(text)}</text>'
    )


def _unit(origin: Point, tip: Point) -> Point:
    dx, dy = tip[0] - origin[0], tip[1] - origin[1]
    length = math.hypot(dx, dy) or 1.0
    return dx / length, dy / length


def _back(origin: Point, tip: Point) -> Point:
    ux, uy = _unit(origin, tip)
    return tip[0] - ux * HEAD_LENGTH * 0.8, tip[1] - uy * HEAD_LENGTH * 0.8


def _head(origin: Point, tip: Point) -> tuple[Point, Point, Point]:
    ux, uy = _unit(origin, tip)
    x, y = tip[0] - ux * HEAD_LENGTH, tip[1] - uy * HEAD_LENGTH
    one = (x - uy * HEAD_WIDTH / 2, y + ux * HEAD_WIDTH / 2)
    two = (x + uy * HEAD_WIDTH / 2, y - ux * HEAD_WIDTH / 2)
    return tip, one, two


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _p(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"
