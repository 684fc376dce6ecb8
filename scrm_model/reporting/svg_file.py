"""A drawing as a value: shown in notebooks as SVG, saved to a file as SVG, PDF or PNG."""

from dataclasses import dataclass, replace
from pathlib import Path

from scrm_model.reporting.figures.marks import Area, Curve, Mark, Point, Rule, Words
from scrm_model.reporting.saving import write_drawing

POINTS = 0.75
"""Points in a pixel of SVG."""

NARROWER = 0.88
"""What makes the font of PDF and PNG as wide as the sans-serif fonts that SVG asks for."""


@dataclass(frozen=True, slots=True, repr=False)
class SvgFile:
    """A drawing as SVG text, with the same places and words as marks.

    Attributes
    ----------
    svg : str
        A complete SVG document with a title and a description, black on white, without
        scripts or outside resources.
    title, description : str
        Its title, and what it shows in words.
    marks : tuple of Mark
        The same drawing, places and font sizes in pixels of the SVG document.
    size : (float, float)
        Its width and height in pixels.
    """

    svg: str
    title: str
    description: str
    marks: tuple[Mark, ...]
    size: tuple[float, float]

    @property
    def pdf(self) -> bytes:
        """The drawing as a PDF document, without date or name of a program."""
        from scrm_model.reporting.figures.canvas import pdf_of  # noqa: PLC0415 - matplotlib

        return pdf_of(*self._inked(), self.title, self.description)

    @property
    def png(self) -> bytes:
        """The drawing as a PNG image, 200 dots an inch."""
        from scrm_model.reporting.figures.canvas import png_of  # noqa: PLC0415 - matplotlib

        return png_of(*self._inked(), self.title, self.description)

    def _inked(self) -> tuple[tuple[Mark, ...], tuple[float, float]]:
        return in_points(self.marks), (self.size[0] * POINTS, self.size[1] * POINTS)

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.svg``, ``.pdf`` or ``.png`` (200 dots an inch).

        Returns
        -------
        Path
            The file written; the same bytes for the same drawing.

        Raises
        ------
        ArgumentError
            If the name has another ending, its folder is not there or the file cannot be written.
        """
        return write_drawing(path, self)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({len(self.svg)} characters of SVG; .save('drawing.pdf') writes "
            "it, as .svg or .png too)"
        )

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x:auto">{self.svg}</div>'


def in_points(marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """Marks of a drawing in pixels as marks of a figure in points.

    Parameters
    ----------
    marks : tuple of Mark

    Returns
    -------
    tuple of Mark
        Letters that the font lacks are marked, as in every figure.
    """
    return tuple(_in_points(mark) for mark in marks)


def _in_points(mark: Mark) -> Mark:
    from scrm_model.reporting.figures.measure import plain  # noqa: PLC0415 - matplotlib

    k = POINTS
    if isinstance(mark, Words):
        size = mark.size * k * NARROWER
        text = plain(mark.text, mark.bold)
        return replace(mark, x=mark.x * k, y=mark.y * k, text=text, size=size, room=mark.room * k)
    if isinstance(mark, Rule):
        ends = (mark.x1 * k, mark.y1 * k, mark.x2 * k, mark.y2 * k)
        return Rule(*ends, mark.colour, mark.width * k, _scaled(mark.dash))
    if isinstance(mark, Curve):
        points = _points(mark.points)
        return replace(mark, points=points, width=mark.width * k, dash=_scaled(mark.dash))
    if isinstance(mark, Area):
        return replace(mark, points=_points(mark.points), weight=mark.weight * k)
    wide, high = mark.width * k, mark.height * k
    return replace(
        mark, x=mark.x * k, y=mark.y * k, width=wide, height=high, weight=mark.weight * k
    )


def _scaled(dash: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(part * POINTS for part in dash)


def _points(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple((x * POINTS, y * POINTS) for x, y in points)
