"""Marks as SVG text, with the classes by which a page in dark colours repaints them."""

from scrm_model.reporting.figures.marks import Area, Box, Curve, Mark, Oval, Rule, Words
from scrm_model.reporting.markup import escape

ANCHORS = {"left": "start", "center": "middle", "right": "end"}
RISE = 0.36
"""How far the middle of a line of text is above its baseline, in font sizes."""


def svg_of_mark(mark: Mark) -> str:
    """One mark as an element.

    Parameters
    ----------
    mark : Mark
        Places in pixels.

    Returns
    -------
    str
        Every text in it is escaped.
    """
    if isinstance(mark, Words):
        return (
            f'<text class="ink" x="{_n(mark.x)}" y="{_n(mark.y + RISE * mark.size)}" '
            f'text-anchor="{ANCHORS[mark.align]}" font-size="{mark.size}" fill="{mark.colour}">'
            f"{escape(mark.text)}</text>"
        )
    if isinstance(mark, Rule):
        return (
            f'<line class="stroke" x1="{_n(mark.x1)}" y1="{_n(mark.y1)}" x2="{_n(mark.x2)}" '
            f'y2="{_n(mark.y2)}" stroke="{mark.colour}" stroke-width="{mark.width}"'
            f"{_dashed(mark.dash)}/>"
        )
    if isinstance(mark, Curve):
        path = " L".join(f"{_n(x)} {_n(y)}" for x, y in mark.points)
        return (
            f'<path class="stroke" d="M{path}" fill="none" stroke="{mark.colour}" '
            f'stroke-width="{mark.width}"{_dashed(mark.dash)}/>'
        )
    if isinstance(mark, Area):
        path = " L".join(f"{_n(x)} {_n(y)}" for x, y in mark.points)
        return f'<path class="fill" d="M{path} Z" fill="{mark.fill}"/>'
    return _closed(mark)


def _closed(mark: Box | Oval) -> str:
    look = f'fill="{mark.fill}"'
    if mark.edge:
        look += f' stroke="{mark.edge}" stroke-width="{mark.weight}"'
    if isinstance(mark, Box):
        return (
            f'<rect class="box" x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" '
            f'height="{_n(mark.height)}" {look}/>'
        )
    return (
        f'<ellipse class="fill" cx="{_n(mark.x + mark.width / 2)}" '
        f'cy="{_n(mark.y + mark.height / 2)}" rx="{_n(mark.width / 2)}" '
        f'ry="{_n(mark.height / 2)}" {look}/>'
    )


def _dashed(dash: tuple[float, ...]) -> str:
    return f' stroke-dasharray="{" ".join(f"{part:g}" for part in dash)}"' if dash else ""


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
