"""Marks drawn by matplotlib, through its objects: no pyplot, no display, no state left behind."""

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from scrm_model.reporting.figures.marks import Box, Mark, Rule, Words
from scrm_model.reporting.figures.measure import font
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
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    if isinstance(mark, Box):
        place = ((mark.x, mark.y), mark.width, mark.height)
        axes.add_patch(
            Rectangle(
                *place, facecolor=mark.fill, edgecolor=mark.hatch_colour if mark.hatch else "none",
                hatch=mark.hatch or None, linewidth=0, zorder=order,
            )
        )  # fmt: skip
        if mark.edge:
            border = Rectangle(*place, fill=False, edgecolor=mark.edge, linewidth=0.6, zorder=order)
            axes.add_patch(border)
    elif isinstance(mark, Rule):
        axes.plot(
            [mark.x1, mark.x2], [mark.y1, mark.y2], color=mark.colour, linewidth=mark.width,
            zorder=order, solid_capstyle="butt",
        )  # fmt: skip
    else:
        _write(axes, mark, order)


def _write(axes: Any, mark: Words, order: int) -> None:
    properties = font(mark.bold).copy()
    properties.set_size(mark.size)
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
