"""A page that is filled from above to below, as figures of results are."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from scrm_model.reporting.figures.marks import INK, PALE, Area, Curve, Mark, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.language import phrase, say

MARGIN, SMALL, LEAST = 14.0, 7.0, 440.0


class Page:
    """Marks in the order of drawing, and how far down the page is filled.

    Parameters
    ----------
    section : str
        Where in the catalogue its texts are: ``figures.<section>``.
    lang : str
    width : float
        In points.
    """

    def __init__(self, section: str, lang: str, width: float = LEAST) -> None:
        self.section, self.lang, self.width = section, lang, width
        self.y = MARGIN
        self.marks: list[Mark] = []

    def word(self, key: str, **fields: Any) -> str:
        """A text of the catalogue."""
        return say(phrase(f"figures.{self.section}.{key}", **fields), self.lang)

    def add(self, *marks: Mark) -> None:
        """Draw marks."""
        self.marks += marks

    def paragraph(
        self, text: str, size: float = SMALL, bold: bool = False, colour: str = PALE, most: int = 6
    ) -> None:
        """Write a text in as many lines as it takes."""
        for line in lines(text, self.width - 2 * MARGIN, size, most, bold):
            self.add(Words(MARGIN, self.y + size * 0.65, line, size, bold=bold, colour=colour))
            self.y += size * 1.35

    def head(self, title: str) -> None:
        """Write the title."""
        self.paragraph(title, 11.0, bold=True, colour=INK)
        self.y += 4

    def notes(self, texts: Iterable[str]) -> None:
        """Write the notes below the figure."""
        for text in texts:
            self.paragraph(text)

    def keys(self, entries: Iterable[tuple[Iterable[Mark], str]], room: float = 16.0) -> None:
        """Write a legend.

        Parameters
        ----------
        entries : iterable of (marks, str)
            What stands for something, drawn around (0, 0) within 12 points to each side, and what
            it stands for.
        room : float
            How wide the marks are.
        """
        x = MARGIN
        for marks, said in entries:
            text = (lines(said, self.width - 2 * MARGIN - room - 4, SMALL, 1) or [""])[0]
            wide = room + 4 + width(text, SMALL) + 12
            if x + wide > self.width - MARGIN + 12 and x > MARGIN:
                x, self.y = MARGIN, self.y + 12
            self.add(*(shifted(mark, x + room / 2, self.y + 4) for mark in marks))
            self.add(Words(x + room + 4, self.y + 4, text, SMALL))
            x += wide
        self.y += 15

    def picture(self, title: str, description: str, frame: pd.DataFrame) -> Picture:
        """The figure."""
        size = (self.width, self.y + MARGIN - 4)
        return Picture(title, description, frame, tuple(self.marks), size, self.lang)


def shifted(mark: Mark, dx: float, dy: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, Curve | Area):
        return replace(mark, points=tuple((x + dx, y + dy) for x, y in mark.points))
    if isinstance(mark, Rule):
        ends = (mark.x1 + dx, mark.y1 + dy, mark.x2 + dx, mark.y2 + dy)
        return Rule(*ends, mark.colour, mark.width, mark.dash)
    return replace(mark, x=mark.x + dx, y=mark.y + dy)
