"""A lower triangle of numbers on shades: what all heat maps share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.reporting.figures.colours import graded
from scrm_model.reporting.figures.marks import INK, LINE, PALE, PAPER, Box, Words
from scrm_model.reporting.figures.measure import lines, plain, width
from scrm_model.reporting.figures.page import LEAST, MARGIN, SMALL, Page
from scrm_model.reporting.figures.picture import Picture

ROOM = 110.0
STRONG = 1.3


@dataclass(frozen=True)
class Heat:
    """What a heat map shows.

    Attributes
    ----------
    title : str
    labels : tuple of str, length k
        Rows and columns.
    values : ndarray, shape (k, k)
        The lower triangle counts; NaN where there is no number.
    text : callable
        A number as it stands in its cell.
    below : mapping of (int, int) to str
        A second line of a cell: an interval.
    bold, framed : ndarray of bool, shape (k, k)
        Cells that are marked.
    reasons : mapping of (int, int) to str
        Why a cell has no number, or what a reader must know of it.
    darkest : float
        The size from which on a shade is the darkest.
    keys : tuple of (bool, bool, str)
        What bold and framed mean, for the legend.
    notes : tuple of str
    section : str
        Where in the catalogue its texts are.
    lang : str
    """

    title: str
    labels: tuple[str, ...]
    values: NDArray[np.float64]
    text: Callable[[float], str]
    section: str
    lang: str
    darkest: float = 1.0
    bold: NDArray[np.bool_] | None = None
    framed: NDArray[np.bool_] | None = None
    below: Mapping[tuple[int, int], str] = field(default_factory=dict)
    reasons: Mapping[tuple[int, int], str] = field(default_factory=dict)
    keys: tuple[tuple[bool, bool, str], ...] = ()
    notes: tuple[str, ...] = ()

    def picture(self, frame: pd.DataFrame) -> Picture:
        """Draw it.

        Parameters
        ----------
        frame : DataFrame
            Its numbers.
        """
        return _Plan(self).picture(frame)


def letter(number: int) -> str:
    """The mark of a footnote: a, b, … z, aa, ab, …"""
    out = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        out = chr(97 + rest) + out
    return out


class _Plan:
    """Places on the paper."""

    def __init__(self, heat: Heat) -> None:
        self.heat, self.count = heat, len(heat.labels)
        self.page = Page(heat.section, heat.lang)
        reasons = list(dict.fromkeys(heat.reasons.values()))
        self.letters = {reason: letter(k) for k, reason in enumerate(reasons)}
        self.size = 7.5 if self.count <= 12 else 6.2 if self.count <= 20 else 5.6
        self.labels = [plain((lines(t, ROOM, SMALL, 1) or [""])[0]) for t in heat.labels]
        self.texts = {cell: self._texts(cell) for cell in self._cells()}
        two = bool(heat.below)
        wide = max(
            (width(t, self._of(k), True) for ts in self.texts.values() for k, t in enumerate(ts)),
            default=10.0,
        )
        self.wide = max(wide + 5, 26.0 if self.count <= 12 else 14.0)
        self.high = self.size * (3.4 if two else 2.2)
        self.left = MARGIN + max(width(t, SMALL) for t in self.labels) + 6
        # Codes that are wider than their column stand upright.
        self.upright = max(width(t, SMALL) for t in self.labels[:-1]) > self.wide - 3
        self.page.width = max(LEAST, self.left + self.wide * (self.count - 1) + MARGIN)

    def _of(self, line: int) -> float:
        return self.size if line == 0 else self.size - 1.3

    def _cells(self) -> list[tuple[int, int]]:
        return [(i, j) for i in range(1, self.count) for j in range(i)]

    def _texts(self, cell: tuple[int, int]) -> list[str]:
        value = self.heat.values[cell]
        mark = self.letters.get(self.heat.reasons.get(cell, ""), "")
        note = f" {mark}" if mark else ""
        first = ("–" if np.isnan(value) else self.heat.text(float(value))) + note
        return [first, *([self.heat.below[cell]] if cell in self.heat.below else [])]

    def picture(self, frame: pd.DataFrame) -> Picture:
        """The figure."""
        page, heat = self.page, self.heat
        page.head(heat.title)
        top = page.y
        for cell in self._cells():
            self._cell(cell, top)
        # Frames lie over the cells beside them.
        for i, j in self._cells():
            if heat.framed is not None and heat.framed[i, j]:
                page.add(self._box((i, j), top, "none", INK, STRONG))
        for i in range(1, self.count):
            y = top + self.high * (i - 0.5)
            page.add(Words(self.left - 5, y, self.labels[i], SMALL, "right"))
        page.y = top + self.high * (self.count - 1)
        self._columns()
        self._legend()
        page.notes(f"{mark}  {reason}" for reason, mark in self.letters.items())
        page.notes(heat.notes)
        return page.picture(heat.title, self._description(), frame)

    def _box(self, cell: tuple[int, int], top: float, fill: str, edge: str, weight: float) -> Box:
        i, j = cell
        x, y = self.left + self.wide * j, top + self.high * (i - 1)
        name = f"{self.heat.labels[i]}|{self.heat.labels[j]}" if fill != "none" else "frame"
        return Box(x, y, self.wide, self.high, fill, edge=edge, name=name, weight=weight)

    def _cell(self, cell: tuple[int, int], top: float) -> None:
        page, heat, (i, j) = self.page, self.heat, cell
        value = heat.values[cell]
        x, y = self.left + self.wide * (j + 0.5), top + self.high * (i - 0.5)
        bold = bool(heat.bold is not None and heat.bold[cell])
        ink, back = PALE, ""
        if np.isnan(value):
            page.add(self._box(cell, top, PAPER, LINE, 0.5))
        else:
            shade = graded(value, heat.darkest)
            corner = self._box(cell, top, shade.fill, "#ffffff", 0.5)
            page.add(
                Box(
                    corner.x, corner.y, self.wide, self.high, shade.fill, shade.hatch,
                    shade.hatch_colour, "#ffffff", corner.name, 0.5,
                )
            )  # fmt: skip
            ink, back = shade.ink, shade.fill if shade.hatch else ""
        texts = self.texts[cell]
        for k, text in enumerate(texts):
            at = y + (self.size + 1) * (k - (len(texts) - 1) / 2)
            page.add(Words(x, at, text, self._of(k), "center", bold and not k, ink, back))

    def _columns(self) -> None:
        page = self.page
        shown = self.labels[:-1]
        tall = max(width(t, SMALL) for t in shown) if self.upright else 0.0
        for j, text in enumerate(shown):
            x = self.left + self.wide * (j + 0.5)
            if self.upright:
                # Upright words end at their column, so that they are read towards it.
                page.add(Words(x, page.y + 4 + width(text, SMALL), text, SMALL, upright=True))
            else:
                page.add(Words(x, page.y + 8, text, SMALL, "center"))
        page.y += tall + 10 if self.upright else 20

    def _legend(self) -> None:
        page, heat = self.page, self.heat
        present = heat.values[np.tril_indices(self.count, -1)]
        signs = (-1.0, -0.5, 0.0, 0.5, 1.0) if (present < 0).any() else (0.0, 0.5, 1.0)
        steps = []
        for sign in signs:
            shade = graded(sign * heat.darkest, heat.darkest)
            box = Box(-7, -4, 14, 8, shade.fill, shade.hatch, shade.hatch_colour, "#444444", "key")
            end = {1.0: "≥ ", -1.0: "≤ "}.get(sign, "") if heat.darkest < 1 else ""
            steps.append(((box,), end + heat.text(sign * heat.darkest)))
        page.keys(steps)
        marked = []
        for bold, framed, text in heat.keys:
            look = "" if not framed else INK
            box = Box(-8, -5, 16, 10, PAPER, edge=look or LINE, name="key", weight=STRONG)
            inside = Words(0, 0, "0", SMALL, "center", bold)
            marked.append(((box, inside), text))
        if marked:
            page.y += 1
            page.keys(marked, 18.0)

    def _description(self) -> str:
        told = []
        for i, j in self._cells():
            text = " ".join(self.texts[i, j])
            reason = self.heat.reasons.get((i, j), "")
            if reason:
                text = f"{text.rsplit(' ', 1)[0]} ({reason})"
            pair = {"one": self.heat.labels[i], "two": self.heat.labels[j]}
            told.append(self.page.word("value", **pair, value=text))
        return self.page.word("description", n=self.count, values=" ".join(told))
