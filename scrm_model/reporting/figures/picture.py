"""A figure as a value: its marks, what it says in words, and the numbers behind it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.reporting.figures.canvas import figure_of, pdf_of, png_of, svg_of
from scrm_model.reporting.figures.marks import Mark
from scrm_model.reporting.saving import write_drawing


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """A figure that can be shown in a notebook and saved as SVG, PDF or PNG.

    Attributes
    ----------
    title, description : str
        Its title, and what it shows in words: alternative text for whoever cannot see it.
    frame : DataFrame
        The numbers that are drawn.
    marks : tuple of Mark
        What is drawn, with places in points.
    size : (float, float)
        Width and height in points.
    lang : str
        Language of its texts.
    """

    title: str
    description: str
    frame: pd.DataFrame
    marks: tuple[Mark, ...]
    size: tuple[float, float]
    lang: str = "en"

    @property
    def svg(self) -> str:
        """The figure as an SVG document, texts as outlines, with title and description."""
        return svg_of(self.marks, self.size, self.title, self.description, self.lang)

    @property
    def pdf(self) -> bytes:
        """The figure as a PDF document, texts that can be searched, with title and description."""
        return pdf_of(self.marks, self.size, self.title, self.description)

    @property
    def png(self) -> bytes:
        """The figure as a PNG image, 200 dots an inch, with title and description."""
        return png_of(self.marks, self.size, self.title, self.description)

    def figure(self) -> Any:
        """The figure as a new ``matplotlib.figure.Figure``, to be changed at will."""
        return figure_of(self.marks, self.size)

    def save(self, path: str | Path) -> Path:
        """Write the figure to a file.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.svg``, ``.pdf`` or ``.png`` (200 dots an inch).

        Returns
        -------
        Path
            The file written; the same bytes for the same figure.

        Raises
        ------
        ArgumentError
            If the name has another ending, its folder is not there or the file cannot be written.
        """
        return write_drawing(path, self)

    def __repr__(self) -> str:
        return f"Picture({self.title!r}; .save('figure.pdf') writes it, .frame has its numbers)"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_png_(self) -> bytes:
        return self.png
