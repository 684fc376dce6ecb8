"""The power curve, written as SVG: no drawing library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.formats import bounded, integer
from scrm_model.reporting.language import check_language, phrase, say
from scrm_model.reporting.markup import escape
from scrm_model.reporting.shapes import text_width
from scrm_model.reporting.svg import FONT
from scrm_model.reporting.svg_file import SvgFile

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 470.0, 300.0, 56.0, 32.0, 46.0
_SIZE, _STEP, _KEY = 12.0, 14.5, 34.0
_JOINT = {"all hypotheses": "curve.hypotheses", "all indirect effects": "curve.indirect"}
# Line styles that stay apart in black print; further lines take them again with other marks.
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4")


@dataclass(frozen=True, slots=True, repr=False)
class PowerCurve(SvgFile):
    """Power against the number of answers, as SVG text.

    Attributes
    ----------
    svg : str
        A complete SVG document with a title and a description, black on white, without
        scripts or outside resources.
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
    return PowerCurve(_Chart(lines, power, target, lang).svg())


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

    def svg(self) -> str:
        """The document."""
        notes = [
            phrase("curve.reading", draws=self.power.draws, alpha=self._share(self.power.alpha))
        ]
        if self.target is not None:
            notes.append(phrase("curve.target", target=self._share(self.target)))
        height = self.bottom + _BOTTOM + _STEP * len(notes) + 8
        title = escape(say(phrase("curve.title"), self.lang))
        body = self._axes() + "".join(
            self._line(k, frame) for k, frame in enumerate(self.lines.values())
        )
        body += self._labels()
        for k, note in enumerate(notes):
            y = self.bottom + _BOTTOM + _STEP * (k + 0.6)
            body += _text(18, y, say(note, self.lang), "start", 11.5)
        needed = 36 + max(text_width(say(note, self.lang), 11.5) for note in notes)
        width = max(self.width, needed)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="scrm-diagram" role="img" '
            f'lang="{self.lang}" aria-label="{title}" width="{_n(width)}" height="{_n(height)}" '
            f'viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}" font-size="{_SIZE}">'
            f"<title>{title}</title><desc>{escape(self._description())}</desc>"
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

    def _axes(self) -> str:
        right = _LEFT + _WIDTH
        out = []
        for k in range(6):
            y = self.y(k / 5)
            out.append(_rule(_LEFT, y, right, y, "#ddd", 0.8))
            out.append(_text(_LEFT - 8, y + 4, self._share(k / 5), "end"))
        for n in self._ticks():
            x = self.x(n)
            out.append(_rule(x, self.bottom, x, self.bottom + 5, "#111", 1.0))
            out.append(_text(x, self.bottom + 19, integer(n, self.lang), "middle"))
        out.append(_rule(_LEFT, self.bottom, right, self.bottom, "#111", 1.2))
        if self.target is not None:
            y = self.y(self.target)
            out.append(_rule(_LEFT, y, right, y, "#111", 1.0, "1.5 3"))
        x_name, y_name = (say(phrase(f"curve.{k}"), self.lang) for k in "xy")
        out.append(_text(_LEFT + _WIDTH / 2, self.bottom + 37, x_name, "middle"))
        out.append(_text(10, _TOP - 8, y_name, "start"))
        return "".join(out)

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

    def _line(self, k: int, frame: pd.DataFrame) -> str:
        points = [(self.x(n), self.y(p)) for n, p in frame[["n", "power"]].to_numpy()]
        path = " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        out = [
            f'<path class="stroke" d="M{path}" fill="none" stroke="#111" stroke-width="1.4"'
            f"{_dashed(_DASHES[k % len(_DASHES)])}/>"
        ]
        bounds = frame[["power_lower", "power_upper"]].to_numpy()
        for (x, y), (low, high) in zip(points, bounds, strict=True):
            out.append(_rule(x, self.y(low), x, self.y(high), "#111", 0.9))
            out.append(_mark(k // len(_DASHES), x, y))
        return "".join(out)

    def _labels(self) -> str:
        """Names at the ends of their lines, moved apart where they would touch."""
        ends = {name: self.y(float(frame["power"].iloc[-1])) for name, frame in self.lines.items()}
        places = spread(list(ends.values()), _STEP, _TOP, self.bottom)
        x, start = self.x(max(self.sizes)), _LEFT + _WIDTH + 14
        out = []
        for k, ((name, y), place) in enumerate(zip(ends.items(), places, strict=True)):
            out.append(_rule(x + 5, y, start - 2, place, "#999", 0.7))
            dash = _DASHES[k % len(_DASHES)]
            out.append(_rule(start, place, start + _KEY, place, "#111", 1.4, dash))
            out.append(_mark(k // len(_DASHES), start + _KEY / 2, place))
            out.append(_text(start + _KEY + 6, place + 4, self._said(name), "start"))
        return "".join(out)


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


def _mark(kind: int, x: float, y: float) -> str:
    if kind % 2:
        return (
            f'<rect class="box" x="{_n(x - 2.8)}" y="{_n(y - 2.8)}" width="5.6" height="5.6" '
            f'fill="#fff" stroke="#111" stroke-width="1.2"/>'
        )
    return f'<circle class="fill" cx="{_n(x)}" cy="{_n(y)}" r="2.8" fill="#111"/>'


def _rule(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: float, dash: str = ""
) -> str:
    return (
        f'<line class="stroke" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
        f'stroke="{colour}" stroke-width="{width}"{_dashed(dash)}/>'
    )


def _dashed(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _text(x: float, y: float, text: str, anchor: str, size: float = _SIZE) -> str:
    return (
        f'<text class="ink" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{size}" '
        f'fill="#111">{escape(text)}</text>'
    )


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
