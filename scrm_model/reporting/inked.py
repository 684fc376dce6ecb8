"""A path diagram as marks, so that matplotlib draws the same places that the SVG text has."""

from collections.abc import Iterator
from dataclasses import replace

from scrm_model.reporting.figures.marks import INK, PAPER, Area, Box, Curve, Mark, Oval, Words
from scrm_model.reporting.mark_svg import RISE
from scrm_model.reporting.shapes import LABEL_SIZES
from scrm_model.reporting.svg import (
    LEGEND_LINE,
    Drawing,
    Line,
    Shape,
    page_of,
    stroke_of,
    texts_of,
    weight_of,
)

DASH = (6.0, 4.0)


def drawing_marks(drawing: Drawing) -> tuple[tuple[Mark, ...], tuple[float, float]]:
    """Turn a drawing into marks.

    Parameters
    ----------
    drawing : Drawing

    Returns
    -------
    marks : tuple of Mark
        Places in pixels of the SVG document.
    size : (float, float)
    """
    size, shift = page_of(drawing)
    lines = [_moved(line, shift) for line in drawing.lines]
    shapes = [replace(s, box=s.box.moved(shift, 0)) for s in drawing.shapes]
    marks = [mark for line in lines for mark in _line(line)]
    marks += [mark for shape in shapes for mark in _shape(shape)]
    marks += [mark for line in lines for mark in _label(line)]
    room = size[0] - 36
    for k, text in enumerate(drawing.legend):
        y = drawing.size[1] + 14 + LEGEND_LINE * k - RISE * 11.5
        marks.append(Words(18, y, text, 11.5, room=room))
    return tuple(marks), size


def _moved(line: Line, shift: float) -> Line:
    return replace(line, arrow=line.arrow.moved(shift, 0))


def _line(line: Line) -> Iterator[Mark]:
    arrow = line.arrow
    start, end, heads = stroke_of(arrow)
    dash = DASH if line.dashed else ()
    name = f"{arrow.source}|{arrow.kind}|{arrow.target}"
    yield Curve((start, arrow.control, end), INK, weight_of(arrow), dash, True, name)
    for head in heads:
        yield Area(head)


def _shape(shape: Shape) -> Iterator[Mark]:
    box = shape.box
    corner = box.x - box.width / 2, box.y - box.height / 2, box.width, box.height
    if box.round:
        yield Oval(*corner, weight=1.4, name=box.name)
    else:
        yield Box(*corner, PAPER, edge=INK, name=box.name, weight=1.4)
    for y, text, size, bold in texts_of(shape):
        # In an ellipse less room is left above and below its middle.
        away = min(1.0, (abs(y - RISE * size - box.y) + size / 2) / (box.height / 2))
        share = max(0.25, (1 - away**2) ** 0.5) if box.round else 1.0
        room = box.width * share - 8
        yield Words(box.x, y - RISE * size, text, size, "center", bold, room=room)


def _label(line: Line) -> Iterator[Mark]:
    box = line.arrow.label
    if box is None or not line.text:
        return
    yield Box(box.x - box.width / 2, box.y - 8, box.width, 16, PAPER)
    size = LABEL_SIZES[line.arrow.kind]
    y = box.y + 4.3 - RISE * size
    yield Words(box.x, y, line.text, size, "center", room=box.width)
