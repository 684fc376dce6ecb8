"""The power curve: its marks, from which SVG is written and PDF and PNG are drawn."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.figures.marks import Box, Curve, Mark, Oval, Rule, Words
from scrm_model.reporting.formats import bounded, integer
from scrm_model.reporting.language import check_language, phrase, say
from scrm_model.reporting.mark_svg import RISE, svg_of_mark
from scrm_model.reporting.markup import escape
from scrm_model.reporting.shapes import text_width
from scrm_model.reporting.svg import FONT
from scrm_model.reporting.svg_file import SvgFile

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 470.0, 300.0, 56.0, 32.0, 46.0
_SIZE, _STEP, _KEY = 12.0, 14.5, 34.0
_JOINT = {"all hypotheses": "curve.hypotheses", "all indirect effects": "curve.indirect"}
# Line styles that stay apart in black print; further lines take them again with other marks.
_DASHES: tuple[tuple[float, ...], ...] = ((), (7, 3), (2, 3), (9, 3, 2, 3), (4, 2), (12, 4))


@dataclass(frozen=True, slots=True, repr=False)
class PowerCurve(SvgFile):
    """Power against the number of answers.

    Attributes
    ----------
    svg : str
        A complete SVG document with a title and a description, black on white, without
        scripts or outside resources.
    title, description : str
        Its title, and the power of each effect in words.
    marks : tuple of Mark
        The same drawing for PDF and PNG.
    size : (float, float)
        Width and height in pixels.
    """


def power_curve(
    power: Any,
    of: Sequence[str] | None = None,
    *,
    target: float | None = 0.80,
    lang: str = "en",
) -> PowerCurve:
    """Draw power against the number of answers.

    Parameters
    ----------
    power : Power
        At two sample sizes or more for lines; at one for points.
    of : sequence of str, optional
        Names of rows of ``power.frame``; by default hypotheses (or paths), and all at once.
    target : float, optional
        Where a dotted line stands; None leaves it out.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    PowerCurve
        A line for each effect, named at its end, with 95 % Monte Carlo intervals.

    Raises
    ------
    ArgumentError
        If a name or `lang` is unknown, or `target` no share.
    """
    check_language(lang)
    if target is not None and not 0 < target < 1:
        raise ArgumentError(f"target= needs a power between 0 and 1; got {target!r}. Give 0.80.")
    frame = power.frame
    names = _names(frame, of)
    lines = {name: frame[frame["name"] == name].sort_values("n") for name in names}
    return _Chart(lines, power, target, lang).curve()


def _names(frame: pd.DataFrame, of: Sequence[str] | None) -> list[str]:
    known = list(dict.fromkeys(frame["name"]))
    if of is None:
        shown = frame[frame["kind"].isin(["hypothesis", "path", "all at once"])]
        return list(dict.fromkeys(shown["name"]))
    wanted = [of] if isinstance(of, str) else list(of)
    for name in wanted:
        if name not in known:
            raise ArgumentError(
                f"of= needs names of power.frame; got {name!r}."
                + (did_you_mean(str(name), known) or f" They are {'; '.join(known)}.")
            )
    if not wanted:
        raise ArgumentError("of= needs one or more names of power.frame; got none. Name some.")
    return wanted


class _Chart:
    """Places on the paper, and the pieces that are drawn there."""

    def __init__(
        self, lines: dict[str, pd.DataFrame], power: Any, target: float | None, lang: str
    ) -> None:
        self.lines, self.power, self.target, self.lang = lines, power, target, lang
        sizes = sorted({int(n) for frame in lines.values() for n in frame["n"]})
        self.sizes = sizes
        span = max(sizes) - min(sizes)
        pad = 0.06 * span if span else max(0.1 * sizes[0], 1.0)
        self.low, self.high = min(sizes) - pad, max(sizes) + pad
        widest = max(text_width(self._said(name), _SIZE) for name in lines)
        self.width = _LEFT + _WIDTH + 20 + _KEY + widest + 14
        self.bottom = _TOP + max(_HEIGHT, _STEP * len(lines))

    def _said(self, name: str) -> str:
        return say(phrase(_JOINT[name]), self.lang) if name in _JOINT else name

    def x(self, n: float) -> float:
        """Place of a sample size."""
        return _LEFT + (n - self.low) / (self.high - self.low) * _WIDTH

    def y(self, share: float) -> float:
        """Place of a power."""
        return self.bottom - share * (self.bottom - _TOP)

    def curve(self) -> PowerCurve:
        """The drawing."""
        notes = [
            phrase("curve.reading", draws=self.power.draws, alpha=self._share(self.power.alpha))
        ]
        if self.target is not None:
            notes.append(phrase("curve.target", target=self._share(self.target)))
        height = self.bottom + _BOTTOM + _STEP * len(notes) + 8
        needed = 36 + max(text_width(say(note, self.lang), 11.5) for note in notes)
        width = max(self.width, needed)
        marks = [*self._axes()]
        for k, frame in enumerate(self.lines.values()):
            marks += self._line(k, frame)
        marks += self._labels()
        for k, note in enumerate(notes):
            y = self.bottom + _BOTTOM + _STEP * (k + 0.6)
            text = say(note, self.lang)
            marks.append(Words(18, y - RISE * 11.5, text, 11.5, room=width - 36))
        title, told = say(phrase("curve.title"), self.lang), self._description()
        svg = self._svg(marks, title, told, width, height)
        return PowerCurve(svg, title, told, tuple(marks), (width, height))

    def _svg(
        self, marks: Sequence[Mark], title: str, told: str, width: float, height: float
    ) -> str:
        body = "".join(map(svg_of_mark, marks))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="scrm-diagram" role="img" '
            f'lang="{self.lang}" aria-label="{escape(title)}" width="{_n(width)}" '
            f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}" '
            f'font-size="{_SIZE}"><title>{escape(title)}</title><desc>{escape(told)}</desc>'
            f'<rect class="paper" width="{_n(width)}" height="{_n(height)}" fill="#fff"/>'
            f"{body}</svg>"
        )

    def _share(self, value: float) -> str:
        decimals = 2 if abs(value * 100 - round(value * 100)) < 1e-9 else 3
        return bounded(value, decimals, self.lang)

    def _description(self) -> str:
        told = []
        for name, frame in self.lines.items():
            shares = ", ".join(self._share(p) for p in frame["power"].round(2))
            told.append(say(phrase("curve.value", name=self._said(name), power=shares), self.lang))
        sizes = ", ".join(integer(n, self.lang) for n in self.sizes)
        return say(phrase("curve.description", sizes=sizes, values="; ".join(told)), self.lang)

    def _axes(self) -> Iterator[Mark]:
        right = _LEFT + _WIDTH
        for k in range(6):
            y = self.y(k / 5)
            yield Rule(_LEFT, y, right, y, "#ddd", 0.8)
            yield _text(_LEFT - 8, y + 4, self._share(k / 5), "right")
        for n in self._ticks():
            x = self.x(n)
            yield Rule(x, self.bottom, x, self.bottom + 5, "#111", 1.0)
            yield _text(x, self.bottom + 19, integer(n, self.lang), "center")
        yield Rule(_LEFT, self.bottom, right, self.bottom, "#111", 1.2)
        if self.target is not None:
            y = self.y(self.target)
            yield Rule(_LEFT, y, right, y, "#111", 1.0, (1.5, 3))
        x_name, y_name = (say(phrase(f"curve.{k}"), self.lang) for k in "xy")
        yield _text(_LEFT + _WIDTH / 2, self.bottom + 37, x_name, "center")
        yield _text(10, _TOP - 8, y_name, "left")

    def _ticks(self) -> list[int]:
        """The sample sizes, as far as their numbers do not touch."""
        out: list[int] = []
        for n in self.sizes:
            if (
                not out
                or self.x(n) - self.x(out[-1]) > text_width(integer(n, self.lang), _SIZE) + 8
            ):
                out.append(n)
        return out

    def _line(self, k: int, frame: pd.DataFrame) -> Iterator[Mark]:
        points = [(self.x(n), self.y(p)) for n, p in frame[["n", "power"]].to_numpy()]
        yield Curve(tuple(points), "#111", 1.4, _DASHES[k % len(_DASHES)])
        bounds = frame[["power_lower", "power_upper"]].to_numpy()
        for (x, y), (low, high) in zip(points, bounds, strict=True):
            yield Rule(x, self.y(low), x, self.y(high), "#111", 0.9)
            yield _mark(k // len(_DASHES), x, y)

    def _labels(self) -> Iterator[Mark]:
        """Names at the ends of their lines, moved apart where they would touch."""
        ends = {name: self.y(float(frame["power"].iloc[-1])) for name, frame in self.lines.items()}
        places = spread(list(ends.values()), _STEP, _TOP, self.bottom)
        x, start = self.x(max(self.sizes)), _LEFT + _WIDTH + 14
        for k, ((name, y), place) in enumerate(zip(ends.items(), places, strict=True)):
            yield Rule(x + 5, y, start - 2, place, "#999", 0.7)
            yield Rule(start, place, start + _KEY, place, "#111", 1.4, _DASHES[k % len(_DASHES)])
            yield _mark(k // len(_DASHES), start + _KEY / 2, place)
            said, left = self._said(name), start + _KEY + 6
            yield _text(left, place + 4, said, "left", self.width - left - 2)


def spread(wanted: list[float], step: float, low: float, high: float) -> list[float]:
    """Places near to those wanted, at least a step apart and within bounds if they can be.

    Parameters
    ----------
    wanted : list of float
    step, low, high : float

    Returns
    -------
    list of float
        In the order of `wanted`; ties keep their order.
    """
    order = sorted(range(len(wanted)), key=lambda k: (wanted[k], k))
    out = list(wanted)
    edge = -math.inf
    for k in order:
        out[k] = max(out[k], edge + step, low)
        edge = out[k]
    edge = max(high, low + step * (len(wanted) - 1)) + step
    for k in reversed(order):
        out[k] = min(out[k], edge - step)
        edge = out[k]
    return out


def _mark(kind: int, x: float, y: float) -> Mark:
    if kind % 2:
        return Box(x - 2.8, y - 2.8, 5.6, 5.6, "#fff", edge="#111", weight=1.2)
    return Oval(x - 2.8, y - 2.8, 5.6, 5.6, "#111", "")


def _text(x: float, baseline: float, text: str, align: str, room: float = 0.0) -> Words:
    return Words(x, baseline - RISE * _SIZE, text, _SIZE, align, colour="#111", room=room)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
