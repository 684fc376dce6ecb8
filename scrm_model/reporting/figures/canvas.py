"""Marks drawn by matplotlib, through its objects: no pyplot, no display, no state left behind."""

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from scrm_model.reporting.figures.marks import Area, Box, Curve, Mark, Oval, Rule, Words
from scrm_model.reporting.figures.measure import font, width
from scrm_model.reporting.markup import escape

DPI = 200
Size = tuple[float, float]


@contextmanager
def own_settings() -> Iterator[None]:
    """Matplotlib's defaults in place of the user's, and those that make output repeatable."""
    import matplotlib  # noqa: PLC0415 - heavy, and only figures need it

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "svg.hashsalt": "scrm_model",
                # Outlines: no reader needs the font, and nothing shifts where it is missing.
                "svg.fonttype": "path",
                "pdf.fonttype": 42,
                "hatch.linewidth": 0.7,
            }
        )
        yield


def figure_of(marks: Sequence[Mark], size: Size) -> Any:
    """Draw marks.

    Parameters
    ----------
    marks : sequence of Mark
        In the order in which they are drawn.
    size : (float, float)
        Width and height in points.

    Returns
    -------
    matplotlib.figure.Figure
        A new one, at 72 dots an inch, so that points are pixels.
    """
    with own_settings():
        return _figure(marks, size)


def _figure(marks: Sequence[Mark], size: Size) -> Any:
    figure, axes = sheet(size)
    for order, mark in enumerate(marks):
        _draw(axes, mark, order)
    return figure


def sheet(size: Size) -> tuple[Any, Any]:
    """A white matplotlib figure of a size in points, and axes in points from above."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(size[0] / 72, size[1] / 72), dpi=72, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, size[0])
    axes.set_ylim(size[1], 0)
    return figure, axes


def _draw(axes: Any, mark: Mark, order: int) -> None:
    if isinstance(mark, Words):
        _write(axes, mark, order)
        return
    # Not add_patch() or plot(), which look for limits that are known here.
    for artist in _filled(mark, order) if isinstance(mark, Box) else [_outline(mark, order)]:
        axes.add_artist(artist)


def _dashed(mark: Rule | Curve, cap: str) -> dict[str, Any]:
    if not mark.dash:
        return {}
    # Matplotlib counts dashes in widths of the line.
    return {"linestyle": (0, tuple(d / mark.width for d in mark.dash)), cap: "butt"}


def _filled(mark: Box, order: int) -> list[Any]:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    place = ((mark.x, mark.y), mark.width, mark.height)
    border: dict[str, Any] = {
        "edgecolor": mark.edge or "none",
        "linewidth": mark.weight if mark.edge else 0,
    }
    if not mark.hatch:
        return [Rectangle(*place, facecolor=mark.fill, zorder=order, **border)]
    # A hatch has the colour of the edge: the border is a rectangle of its own.
    hatched = Rectangle(
        *place, facecolor=mark.fill, edgecolor=mark.hatch_colour, hatch=mark.hatch, linewidth=0,
        zorder=order,
    )  # fmt: skip
    over = [Rectangle(*place, fill=False, zorder=order, **border)] if mark.edge else []
    return [hatched, *over]


def _outline(mark: Rule | Curve | Area | Oval, order: int) -> Any:
    """A line, or the patch of a curve, a polygon or an ellipse."""
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Ellipse, PathPatch, Polygon  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    if isinstance(mark, Rule):
        return Line2D(
            [mark.x1, mark.x2], [mark.y1, mark.y2], color=mark.colour, linewidth=mark.width,
            zorder=order, solid_capstyle="butt", **_dashed(mark, "dash_capstyle"),
        )  # fmt: skip
    if isinstance(mark, Curve):
        codes = [Path.MOVETO, *([Path.CURVE3] * 2 if mark.bent else [])]
        codes += [Path.LINETO] * (len(mark.points) - len(codes))
        return PathPatch(
            Path(mark.points, codes), fill=False, edgecolor=mark.colour, linewidth=mark.width,
            joinstyle="round", zorder=order, **({"capstyle": "butt"} | _dashed(mark, "capstyle")),
        )  # fmt: skip
    look: dict[str, Any] = {
        "facecolor": mark.fill, "edgecolor": mark.edge or "none",
        "linewidth": mark.weight if mark.edge else 0, "zorder": order,
    }  # fmt: skip
    if isinstance(mark, Area):
        return Polygon(mark.points, closed=True, joinstyle="miter", **look)
    middle = (mark.x + mark.width / 2, mark.y + mark.height / 2)
    return Ellipse(middle, mark.width, mark.height, **look)


def _write(axes: Any, mark: Words, order: int) -> None:
    properties = font(mark.bold).copy()
    needed = width(mark.text, mark.size, mark.bold) if mark.room else 0.0
    properties.set_size(mark.size * min(1.0, mark.room / needed) if needed else mark.size)
    box = {"facecolor": mark.back, "edgecolor": "none", "pad": 0.8} if mark.back else None
    axes.text(
        mark.x, mark.y, mark.text, fontproperties=properties, color=mark.colour, zorder=order,
        ha="center" if mark.upright else mark.align,
        va="bottom" if mark.upright else "center_baseline",
        rotation=90 if mark.upright else 0, parse_math=False, bbox=box,
    )  # fmt: skip


def svg_of(marks: Sequence[Mark], size: Size, title: str, description: str, lang: str) -> str:
    """An SVG document that may stand in a page.

    Parameters
    ----------
    marks : sequence of Mark
        What is drawn.
    size : (float, float)
        Width and height in points.
    title, description : str
        What a screen reader says.
    lang : str
        Language of both.

    Returns
    -------
    str
        Without declaration, date or name of a program; the same for the same marks.
    """
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    drawn = _saved(marks, size, "svg", nothing).decode("utf-8")
    # Comments repeat the texts, and a rule for everything would reach beyond the figure.
    body = re.sub(r"<!--.*?-->", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    body = body.replace(">*{", ">.scrm-figure *{")
    # Two figures on one page must share neither the ids of their texts nor those of their parts.
    mark = f"f{zlib.crc32((body + title + description).encode()):08x}"
    body = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{mark}-", body)
    head, rest = body.split(">", 1)
    return (
        f'{head} class="scrm-figure" role="img" lang="{lang}" '
        f'aria-labelledby="{mark}t {mark}s"><title id="{mark}t">{escape(title)}</title>'
        f'<desc id="{mark}s">{escape(description)}</desc>{rest}'
    )


def pdf_of(marks: Sequence[Mark], size: Size, title: str, description: str) -> bytes:
    """A PDF document with its title and description, without date or name of a program."""
    return _saved(marks, size, "pdf", pdf_words(title, description))


def png_of(marks: Sequence[Mark], size: Size, title: str, description: str) -> bytes:
    """A PNG image at 200 dots an inch with its title and description."""
    return _saved(marks, size, "png", png_words(title, description))


def pdf_words(title: str, description: str) -> dict[str, Any]:
    """What a PDF says of itself: neither date nor program."""
    kept = {"Title": title, "Subject": description}
    return kept | dict.fromkeys(("CreationDate", "Creator", "Producer"))


def png_words(title: str, description: str) -> dict[str, Any]:
    """What a PNG says of itself: no program."""
    return {"Title": title, "Description": description, "Software": None}


def _saved(marks: Sequence[Mark], size: Size, form: str, metadata: dict[str, Any]) -> bytes:
    with own_settings():
        return saved(_figure(marks, size), form, metadata)


def saved(figure: Any, form: str, metadata: dict[str, Any]) -> bytes:
    """A matplotlib figure as the bytes of a file, under the settings that hold now."""
    out = BytesIO()
    figure.savefig(out, format=form, dpi=DPI if form == "png" else 72, metadata=metadata)
    return out.getvalue()
