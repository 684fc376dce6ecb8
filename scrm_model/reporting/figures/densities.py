"""What the draws of a bootstrap look like, effect by effect."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.inference.draws import Bootstrap, check_interval
from scrm_model.reporting.figures.axis import Axis, axis_of
from scrm_model.reporting.figures.density import density
from scrm_model.reporting.figures.drawn_effects import DrawnEffect, drawn_effects
from scrm_model.reporting.figures.marks import INK, PALE, Area, Curve, Mark, Rule, Words
from scrm_model.reporting.figures.measure import lines
from scrm_model.reporting.figures.page import LEAST, MARGIN, SMALL, Page
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import Number, number
from scrm_model.reporting.formats import interval as bounds
from scrm_model.reporting.language import check_language, phrase, say

ACROSS, WIDE, HIGH, GAP = 3, 150.0, 74.0, 18.0
POINTS = 160
FILL = "#d9d9d9"
LIMIT, ZERO = (4.0, 2.0), (1.2, 1.8)


def bootstrap_densities(
    bootstrap: Bootstrap,
    of: Iterable[Any] | str | None = None,
    *,
    standardised: bool = True,
    interval: str = "percentile",
    level: float = 0.95,
    lang: str = "en",
) -> Picture:
    """Draw the distribution of the draws behind bootstrap intervals.

    Parameters
    ----------
    bootstrap : Bootstrap
        What `bootstrap` found.
    of : str or iterable of (str or pair), optional
        Which effects: hypotheses or labels (``"H1"``), parameters (``"SMS ~ CRO"``,
        ``"CRO → SMS"``), kinds of rows (``"~"``, ``"=~"``, ``":="``), or pairs (source, target) for
        all effects between them, indirect and total ones included. By default every path, or every
        loading of a model without paths.
    standardised : bool
        Completely standardised estimates, or raw ones.
    interval : {"percentile", "bc", "bca", "normal", "basic"}
        Kind of the limits.
    level : float
        Of the limits.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        A panel for each effect: kernel density of the draws, the estimate as a solid line, the
        limits as dashed ones, zero as a dotted one where it is in reach. ``frame`` has a row for
        each effect: label, effect, kind, group, est, mean and sd of the draws, ci_lower, ci_upper,
        share_below (of draws below zero), draws.

    Raises
    ------
    ArgumentError
        If an effect is unknown, or an option.
    ModelError
        If no path leads from a source to its target.

    Notes
    -----
    The kernel and its width stand in `scrm_model.reporting.figures.density`. Each panel has a
    scale of its own.
    """
    check_language(lang)
    if not isinstance(bootstrap, Bootstrap):
        raise ArgumentError(
            f"bootstrap= needs what bootstrap() gave; got {type(bootstrap).__name__}. Effects by "
            "indirect_effects() keep no draws: pass pairs as of= instead."
        )
    check_interval(interval, level)
    drawn = drawn_effects(bootstrap, of, standardised, interval)
    rows = []
    for one in drawn:
        left = None if one.left_out is None else one.left_out[:, None]
        low, high = bootstrap.interval(
            np.array([one.estimate]), one.draws[:, None], interval, level, left
        )
        rows.append(
            {
                "label": one.label, "effect": one.effect, "kind": one.kind, "group": one.group,
                "est": one.estimate, "mean": one.draws.mean(), "sd": one.draws.std(ddof=1),
                "ci_lower": float(low[0]), "ci_upper": float(high[0]),
                "share_below": float((one.draws < 0).mean()), "draws": len(one.draws),
            }
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    told = {"level": Number(level, "percent", 0), "n": Number(bootstrap.n_used, "integer")}
    kind = phrase(f"figures.estimates.kind_{interval}")
    return _Plan(drawn, frame, lang).picture(standardised, told | {"kind": kind})


class _Plan:
    """Panels, row by row."""

    def __init__(self, drawn: list[DrawnEffect], frame: pd.DataFrame, lang: str) -> None:
        self.drawn, self.frame, self.lang = drawn, frame, lang
        across = min(ACROSS, len(drawn))
        width = 2 * MARGIN + across * WIDE + (across - 1) * GAP
        self.page = Page("densities", lang, max(LEAST, width))

    def picture(self, standardised: bool, fields: dict[str, Any]) -> Picture:
        """The figure."""
        page = self.page
        title = page.word("title_std" if standardised else "title_raw")
        page.head(title)
        heads = [self._head(one) for one in self.drawn]
        for first in range(0, len(self.drawn), ACROSS):
            here = range(first, min(first + ACROSS, len(self.drawn)))
            tall = 9.5 * max(len(heads[k]) for k in here)
            for place, k in enumerate(here):
                self._panel(k, heads[k], MARGIN + place * (WIDE + GAP), page.y + tall)
            page.y += tall + HIGH + 30
        page.keys(
            (
                ((Rule(-8, 0, 8, 0, INK, 1.2),), page.word("estimate")),
                ((Rule(-8, 0, 8, 0, INK, 0.9, LIMIT),), page.word("limits", **fields)),
                ((Rule(-8, 0, 8, 0, INK, 0.9, ZERO),), page.word("zero")),
            )
        )
        page.notes((page.word("note", **fields),))
        return page.picture(title, self._description(), self.frame)

    def _name(self, one: DrawnEffect) -> str:
        name = one.effect
        if one.kind in ("total", "total indirect"):
            said = say(phrase("mediation." + one.kind.replace(" ", "_")), self.lang)
            name = self.page.word("of", kind=said, path=one.effect)
        name = " ".join(part for part in (one.label, name) if part)
        return f"{name} ({one.group})" if one.group else name

    def _head(self, one: DrawnEffect) -> list[str]:
        return lines(self._name(one), WIDE, 7.5, 2, bold=True)

    def _panel(self, k: int, head: list[str], left: float, top: float) -> None:
        page, one, row = self.page, self.drawn[k], self.frame.iloc[k]
        for line, text in enumerate(head):
            page.add(Words(left, top - 9.5 * (len(head) - line) + 4.5, text, 7.5, bold=True))
        bottom, right = top + HIGH, left + WIDE
        if not one.varies:
            page.add(Words(left, top + HIGH / 2, page.word("fixed"), SMALL, colour=PALE))
            page.add(Rule(left, bottom, right, bottom, INK, 0.6))
            return
        axis = axis_of([*one.draws, one.estimate], left, right, 5, 0.02)
        page.add(*axis.below(top + 3, bottom, self.lang, 6.5))
        page.add(*self._shape(one, axis, bottom))
        if axis.low < 0 < axis.high:
            page.add(Rule(axis.at(0.0), top + 3, axis.at(0.0), bottom, INK, 0.9, ZERO))
        for bound in ("ci_lower", "ci_upper"):
            x = axis.at(float(np.clip(row[bound], axis.low, axis.high)))
            page.add(Rule(x, top + 3, x, bottom, INK, 0.9, LIMIT))
        page.add(Rule(axis.at(one.estimate), top + 3, axis.at(one.estimate), bottom, INK, 1.2))
        page.add(Words(left, bottom + 16, self._value(row), SMALL))

    def _shape(self, one: DrawnEffect, axis: Axis, bottom: float) -> Iterator[Mark]:
        at = np.linspace(axis.low, axis.high, POINTS)
        height = density(one.draws, at)
        scale = (HIGH - 8) / height.max()
        outline = [(axis.at(x), bottom - y * scale) for x, y in zip(at, height, strict=True)]
        ends = [(axis.end, bottom), (axis.start, bottom)]
        yield Area((*outline, *ends), FILL, name=f"density:{self._name(one)}")
        yield Curve(tuple(outline), INK, 0.8)

    def _value(self, row: pd.Series) -> str:
        est = number(row["est"], 3, self.lang)
        return f"{est} {bounds(row['ci_lower'], row['ci_upper'], 3, self.lang)}"

    def _description(self) -> str:
        told = [
            self.page.word("value", name=self._name(one), value=self._value(row))
            for one, (_, row) in zip(self.drawn, self.frame.iterrows(), strict=True)
        ]
        return self.page.word("description", n=len(told), values=" ".join(told))
