"""Scales of a figure: from numbers to places, with round numbers at the marks."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scrm_model.reporting.figures.marks import INK, LINE, PALE, Mark, Rule, Words
from scrm_model.reporting.figures.measure import width
from scrm_model.reporting.formats import number

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale.

    Attributes
    ----------
    low, high : float
        Its ends.
    start, end : float
        Where they stand, in points; `end` may be the smaller one.
    ticks : tuple of float
        Round numbers within it.
    decimals : int
        How many decimals they need.
    """

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    decimals: int

    def at(self, value: float) -> float:
        """Place of a number."""
        share = (value - self.low) / (self.high - self.low)
        return float(self.start + share * (self.end - self.start))

    def text(self, value: float, lang: str) -> str:
        """A number as it stands at a mark."""
        return number(value, self.decimals, lang)

    def below(self, top: float, bottom: float, lang: str, size: float = 7.0) -> Iterator[Mark]:
        """Rules and numbers of an axis that lies below a panel.

        Parameters
        ----------
        top, bottom : float
            Of the panel.
        lang : str
        size : float
            Of the numbers; those that would touch are left out.
        """
        reach = -math.inf
        for tick in self.ticks:
            x = self.at(tick)
            yield Rule(x, top, x, bottom, LINE, 0.4)
            text = self.text(tick, lang)
            half = width(text, size) / 2
            if x - half > reach:
                yield Words(x, bottom + size, text, size, "center", colour=PALE)
                reach = x + half + 3
        yield Rule(self.start, bottom, self.end, bottom, INK, 0.6)

    def beside(self, left: float, right: float, lang: str, size: float = 7.0) -> Iterator[Mark]:
        """Rules and numbers of an axis that stands at the left of a panel."""
        for tick in self.ticks:
            y = self.at(tick)
            yield Rule(left, y, right, y, LINE, 0.4)
            yield Words(left - 4, y, self.text(tick, lang), size, "right", colour=PALE)
        yield Rule(left, self.start, left, self.end, INK, 0.6)


def axis_of(
    values: Iterable[float], start: float, end: float, most: int = 7, pad: float = 0.04
) -> Axis:
    """A scale on which all numbers have a place.

    Parameters
    ----------
    values : iterable of float
        What must have a place; numbers that are not finite do not count.
    start, end : float
        Where the scale begins and ends, in points.
    most : int
        About how many marks it has.
    pad : float
        Share of its length that is left free at both ends.

    Returns
    -------
    Axis
        From 0 to 1 if there is no number.
    """
    finite = [float(v) for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    if high - low < 1e-12 * max(1.0, abs(low)):
        low, high = low - 0.5 * max(1.0, abs(low)), high + 0.5 * max(1.0, abs(high))
    room = (high - low) * pad
    low, high = low - room, high + room
    step, decimals = step_of(high - low, most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    ticks = tuple(k * step + 0.0 for k in range(first, last + 1))
    return Axis(low, high, start, end, ticks, decimals)


def step_of(span: float, most: int) -> tuple[float, int]:
    """A round step that divides a span into at most so many parts, and its decimals.

    Parameters
    ----------
    span : float
        Above 0.
    most : int

    Returns
    -------
    step : float
    decimals : int
    """
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s for s in STEPS if s * power >= rough * (1 - 1e-9))
    decimals = max(0, -math.floor(math.log10(power) + 1e-9) + (1 if step == 2.5 else 0))
    if step == 10.0:
        decimals = max(0, decimals - 1)
    return step * power, decimals
