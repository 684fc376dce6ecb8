"""A path diagram drawn by matplotlib, for programs that do not read SVG: the same boxes and lines.

The layout is the one of the SVG; a pixel there is a point here times 0.75.
"""

from __future__ import annotations

from typing import Any

from scrm_model.reporting.figures.canvas import own_settings, pdf_words, png_words, saved, sheet
from scrm_model.reporting.figures.marks import INK, PAPER
from scrm_model.reporting.figures.measure import font, plain
from scrm_model.reporting.shapes import LABEL_SIZES
from scrm_model.reporting.svg import LEGEND_LINE, Drawing, Line, Shape, back, head_of, texts_of

PIXEL = 0.75
LETTER = 0.92 * PIXEL  # DejaVu is wider than the faces that the layout reckons with


def drawing_pdf(drawing: Drawing) -> bytes:
    """A drawing as PDF, the same bytes for the same drawing."""
    return _bytes(drawing, "pdf", pdf_words(drawing.title, drawing.description))


def drawing_png(drawing: Drawing) -> bytes:
    """A drawing as PNG at 200 dots an inch, the same bytes for the same drawing."""
    return _bytes(drawing, "png", png_words(drawing.title, drawing.description))


def _bytes(drawing: Drawing, form: str, metadata: dict[str, Any]) -> bytes:
    with own_settings():
        width, height = drawing.page
        figure, axes = sheet((width * PIXEL, height * PIXEL))
        # Axes in pixels of the layout, so that its places can be taken as they are.
        axes.set_xlim(-(width - drawing.size[0]) / 2, (width + drawing.size[0]) / 2)
        axes.set_ylim(height, 0)
        for line in drawing.lines:
            _line(axes, line)
        for shape in drawing.shapes:
            _shape(axes, shape)
        for line in drawing.lines:
            _label(axes, line)
        left = 18 - (width - drawing.size[0]) / 2
        for i, text in enumerate(drawing.legend):
            y = drawing.size[1] + 14 + LEGEND_LINE * i
            _text(axes, left, y, text, 11.5, align="left")
        return saved(figure, form, metadata)


def _line(axes: Any, line: Line) -> None:
    from matplotlib.patches import PathPatch, Polygon  # noqa: PLC0415 - heavy
    from matplotlib.path import Path  # noqa: PLC0415

    arrow = line.arrow
    both = arrow.kind == "covariance"
    start = back(arrow.control, arrow.start) if both else arrow.start
    curve = Path(
        [start, arrow.control, back(arrow.control, arrow.end)],
        [Path.MOVETO, Path.CURVE3, Path.CURVE3],
    )
    weight = (1.0 if arrow.kind == "loading" else 1.4) * PIXEL
    dash = (0, (6 / 1.4, 4 / 1.4)) if line.dashed else "solid"
    axes.add_patch(
        PathPatch(
            curve, fill=False, edgecolor=INK, linewidth=weight, linestyle=dash, capstyle="butt",
            zorder=1,
        )
    )  # fmt: skip
    for tip in (arrow.end, arrow.start) if both else (arrow.end,):
        corners = head_of(arrow.control, tip)
        axes.add_patch(Polygon(corners, closed=True, facecolor=INK, linewidth=0, zorder=1))


def _shape(axes: Any, shape: Shape) -> None:
    from matplotlib.patches import Ellipse, Rectangle  # noqa: PLC0415

    box = shape.box
    style: dict[str, Any] = {
        "facecolor": PAPER,
        "edgecolor": INK,
        "linewidth": 1.4 * PIXEL,
        "zorder": 2,
    }
    if box.round:
        axes.add_patch(Ellipse((box.x, box.y), box.width, box.height, **style))
    else:
        corner = (box.x - box.width / 2, box.y - box.height / 2)
        axes.add_patch(Rectangle(corner, box.width, box.height, **style))
    for text, y, size, strong in texts_of(shape):
        _text(axes, box.x, y, text, size, bold=strong)


def _label(axes: Any, line: Line) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    box = line.arrow.label
    if box is None or not line.text:
        return
    place = (box.x - box.width / 2, box.y - 8)
    axes.add_patch(Rectangle(place, box.width, 16, facecolor=PAPER, linewidth=0, zorder=3))
    _text(axes, box.x, box.y + 4.3, line.text, LABEL_SIZES[line.arrow.kind])


def _text(
    axes: Any,
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    bold: bool = False,
    align: str = "center",
) -> None:
    properties = font(bold).copy()
    properties.set_size(size * LETTER)
    axes.text(
        x, y, plain(text, bold), fontproperties=properties, color=INK, zorder=4, ha=align,
        va="baseline", parse_math=False,
    )  # fmt: skip
