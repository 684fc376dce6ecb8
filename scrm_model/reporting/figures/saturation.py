"""The saturation curve: how many different themes there are after each interview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any

from scrm_model.errors import ArgumentError
from scrm_model.interviews.saturation import Saturation
from scrm_model.reporting.figures.marks import INK, LINE, PALE, PAPER, Box, Mark, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import integer, number, percent
from scrm_model.reporting.language import check_language, phrase, say

MARGIN, LEFT, WIDTH, HEIGHT = 14.0, 34.0, 380.0, 210.0
SMALL, CAP, POINT = 7.5, 4.0, 5.0
GREY = "#d9d9d9"
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


def saturation_curve(saturation: Saturation, *, lang: str = "en") -> Picture:
    """Draw how many different themes there are after each interview.

    Parameters
    ----------
    saturation : Saturation
        What `Interviews.saturation` or `Codings.saturation` returned.
    lang : {"en", "fr"}
        Language of the texts.

    Returns
    -------
    Picture
        The mean over all orders as a line with limits; the order of the interviews as open squares;
        new themes of each interview as grey bars. ``frame`` is that of the saturation.

    Raises
    ------
    ArgumentError
        If an argument cannot be used.
    """
    check_language(lang)
    if not isinstance(saturation, Saturation):
        raise ArgumentError(
            f"saturation= needs what saturation() returned; got {type(saturation).__name__}. Call "
            "INTERVIEWS.saturation(), or that of your codings."
        )
    plan = _Plan(saturation, lang)
    marks = tuple(plan.draw())
    size = (plan.width, plan.y)
    return Picture(plan.title, plan.description(), saturation.frame, marks, size, lang)


@dataclass
class _Plan:
    """Places on the paper."""

    saturation: Saturation
    lang: str
    y: float = MARGIN

    def __post_init__(self) -> None:
        self.frame = self.saturation.frame
        most = max(1, int(self.frame[["total", "total_upper"]].to_numpy().max()))
        self.step = next((s for s in STEPS if most / s <= 6), ceil(most / 6))
        self.high = self.step * ceil(most / self.step)
        self.slot = max(WIDTH / len(self.frame), 16.0)
        self.right = MARGIN + LEFT + self.slot * len(self.frame)
        self.width = self.right + MARGIN + 4
        self.title = self.word(self._kind("title"))

    def word(self, key: str, **fields: Any) -> str:
        """A text of the catalogue."""
        return say(phrase(f"figures.saturation.{key}", **fields), self.lang)

    def _kind(self, key: str) -> str:
        return f"{key}_constructs" if self.saturation.of == "constructs" else key

    def _x(self, place: int) -> float:
        return MARGIN + LEFT + self.slot * (place + 0.5)

    def _at(self, value: float) -> float:
        return self.top + HEIGHT * (1 - value / self.high)

    def draw(self) -> Iterator[Mark]:
        """Everything, in the order of drawing."""
        for line in lines(self.title, self.width - 2 * MARGIN, 11.0, 2, bold=True):
            yield Words(MARGIN, self.y + 7, line, 11.0, bold=True)
            self.y += 15
        yield Words(MARGIN, self.y + 6, self.word(self._kind("y")), SMALL, colour=PALE)
        self.y += 18
        self.top = self.y
        yield from self._axis()
        yield from self._bars()
        yield from self._mean()
        yield from self._held()
        self.y = self.top + HEIGHT + 3
        yield from self._names()
        yield from self._key()
        self.y += MARGIN - 6

    def _axis(self) -> Iterator[Mark]:
        for value in range(0, self.high + 1, self.step):
            y = self._at(value)
            yield Rule(MARGIN + LEFT, y, self.right, y, INK if not value else LINE, 0.5)
            text = integer(value, self.lang)
            yield Words(MARGIN + LEFT - 5, y, text, SMALL, "right", colour=PALE)

    def _bars(self) -> Iterator[Mark]:
        wide = min(self.slot * 0.5, 22.0)
        for place, new in enumerate(self.frame["new"]):
            y = self._at(int(new))
            name = f"new={place + 1}"
            x = self._x(place) - wide / 2
            yield Box(x, y, wide, self._at(0) - y, GREY, name=name)

    def _mean(self) -> Iterator[Mark]:
        points = [(self._x(k), self._at(v)) for k, v in enumerate(self.frame["mean_total"])]
        limits = zip(self.frame["total_lower"], self.frame["total_upper"], strict=True)
        for (x, _), (low, high) in zip(points, limits, strict=True):
            yield Rule(x, self._at(low), x, self._at(high), INK, 0.8)
            for value in (low, high):
                yield Rule(x - CAP, self._at(value), x + CAP, self._at(value), INK, 0.8)
        for (x1, y1), (x2, y2) in pairwise(points):
            yield Rule(x1, y1, x2, y2, INK, 1.6)

    def _held(self) -> Iterator[Mark]:
        for place, total in enumerate(self.frame["total"]):
            yield self._square(self._x(place), self._at(int(total)), f"held={place + 1}")

    @staticmethod
    def _square(x: float, y: float, name: str) -> Box:
        half = POINT / 2
        return Box(x - half, y - half, POINT, POINT, PAPER, edge=INK, name=name)

    def _names(self) -> Iterator[Mark]:
        for place in range(len(self.frame)):
            text = integer(place + 1, self.lang)
            yield Words(self._x(place), self.y + 6, text, SMALL, "center")
        self.y += 13
        names = [(lines(n, 80, 6.5, 1) or [""])[0] for n in self.frame["informant"]]
        tall = max(width(name, 6.5) for name in names) + 3
        for place, name in enumerate(names):
            end = self.y + width(name, 6.5) + 3
            yield Words(self._x(place), end, name, 6.5, upright=True, colour=PALE)
        self.y += tall + 4
        yield Words((MARGIN + LEFT + self.right) / 2, self.y + 5, self.word("x"), SMALL, "center")
        self.y += 16

    def _key(self) -> Iterator[Mark]:
        level = percent(self.saturation.level, 0, self.lang)
        for key, text in (
            ("mean", self.word("mean", level=level)),
            ("held", self.word("held")),
            ("new", self.word("new")),
        ):
            x, y = MARGIN + LEFT, self.y + 5
            if key == "mean":
                yield Rule(x, y, x + 16, y, INK, 1.6)
                yield Rule(x + 8, y - 4, x + 8, y + 4, INK, 0.8)
            elif key == "held":
                yield self._square(x + 8, y, "key=held")
            else:
                yield Box(x + 3, y - 4, 10, 8, GREY, name="key=new")
            for line in lines(text, self.width - x - 22 - MARGIN, SMALL, 2):
                yield Words(x + 22, self.y + 5, line, SMALL)
                self.y += 11.5

    def description(self) -> str:
        """The figure in words."""
        told = [
            self.word(
                "value",
                k=integer(int(row["interview"]), self.lang),
                new=integer(int(row["new"]), self.lang),
                total=integer(int(row["total"]), self.lang),
                mean=number(row["mean_total"], 1, self.lang),
                lower=integer(int(row["total_lower"]), self.lang),
                upper=integer(int(row["total_upper"]), self.lang),
            )
            for row in self.frame.to_dict("records")
        ]
        return self.word(
            "description",
            n=integer(len(self.frame), self.lang),
            total=integer(self.saturation.count, self.lang),
            of=self.word(self.saturation.of),
            values=" ".join(told),
        )
