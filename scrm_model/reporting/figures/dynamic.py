"""Simulated cut-offs: where the indices of a fit stand among those of right and wrong models."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.measurement.dynamic.dynamic_fit import DynamicFit
from scrm_model.measurement.dynamic.indices import INDICES
from scrm_model.reporting.figures.axis import Axis, axis_of
from scrm_model.reporting.figures.density import classes
from scrm_model.reporting.figures.marks import INK, PALE, Area, Box, Curve, Rule, Words
from scrm_model.reporting.figures.measure import width
from scrm_model.reporting.figures.page import MARGIN, SMALL, Page
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import Number, bounded
from scrm_model.reporting.language import check_language

LEFT, WIDE, ROW, CLASSES = 74.0, 330.0, 36.0, 40
CUT, CONVENTION = (4.0, 2.0), (1.2, 1.8)
GREYS = ("#f2f2f2", "#d9d9d9", "#bfbfbf", "#a6a6a6", "#8c8c8c")


def dynamic_fit_plot(found: DynamicFit, *, lang: str = "en") -> Picture:
    """Draw the distributions behind simulated cut-offs.

    Parameters
    ----------
    found : DynamicFit
        What `dynamic_fit` found.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        A block for each of SRMR, RMSEA and CFI with a row for each level: shares of the samples in
        40 classes, the cut-off of the level as a dashed line, the convention of Hu and Bentler as
        a dotted one, and the value of the fit as a solid line through all rows. ``frame`` has a
        row for each level and index: value, cutoff, rate, convention, and the quartiles of the
        samples.

    Raises
    ------
    ArgumentError
        If something else was given, or `lang` is unknown.
    """
    check_language(lang)
    if not isinstance(found, DynamicFit):
        raise ArgumentError(
            f"found= needs what dynamic_fit() gave; got {type(found).__name__}. "
            "Call dynamic_fit_plot(dynamic_fit(fit))."
        )
    frame = found.frame[["level", "added", "index", "value", "cutoff", "rate", "convention"]].copy()
    samples = [
        found.distributions[level][index].to_numpy()
        for level, index in zip(frame["level"], frame["index"], strict=True)
    ]
    for head, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        frame[head] = [float(np.quantile(s, share)) for s in samples]
    return _Plan(found, frame.reset_index(drop=True), lang).picture()


class _Plan:
    """Blocks from above to below."""

    def __init__(self, found: DynamicFit, frame: pd.DataFrame, lang: str) -> None:
        self.found, self.frame, self.lang = found, frame, lang
        self.levels = sorted(found.distributions)
        self.end = LEFT + WIDE
        self.page = Page("dynamic", lang, self.end + 110)

    def picture(self) -> Picture:
        """The figure."""
        page = self.page
        title = page.word("title")
        page.head(title)
        for index in INDICES:
            self._block(index)
        page.keys(
            (
                ((Rule(0, -5, 0, 5, INK, 1.6),), page.word("own")),
                ((Rule(0, -5, 0, 5, INK, 1.0, CUT),), page.word("cutoff")),
                ((Rule(0, -5, 0, 5, INK, 1.0, CONVENTION),), page.word("convention")),
            ),
            8.0,
        )
        page.notes(self._notes())
        return page.picture(title, self._description(), self.frame)

    def _rows(self, index: str) -> pd.DataFrame:
        return self.frame[self.frame["index"] == index].set_index("level")

    def _block(self, index: str) -> None:
        page, rows = self.page, self._rows(index)
        own = float(rows["value"].iloc[0])
        values = [s for level in self.levels for s in self.found.distributions[level][index]]
        marks = [own, float(rows["convention"].iloc[0]), *rows["cutoff"].dropna()]
        axis = axis_of([*values, *marks], LEFT, self.end, 7, 0.02)
        edges = np.linspace(min(values), max(values), CLASSES + 1)
        page.y += 12
        top = page.y
        bottom = top + ROW * len(self.levels)
        page.add(Words(MARGIN, top - 4, index.upper(), 8.0, bold=True))
        page.add(*axis.below(top, bottom, self.lang))
        for place, level in enumerate(self.levels):
            self._row(index, level, axis, edges, top + ROW * (place + 1))
        x = axis.at(float(rows["convention"].iloc[0]))
        page.add(Rule(x, top, x, bottom, INK, 1.0, CONVENTION))
        x = axis.at(own)
        page.add(Rule(x, top - 3, x, bottom, INK, 1.6))
        page.add(Area(((x - 3, top - 8), (x + 3, top - 8), (x, top - 3)), name=f"own:{index}"))
        text = bounded(own, 3, self.lang)
        half = width(text, SMALL) / 2 + 5
        side = 1 if x + 2 * half < self.end else -1
        page.add(Words(x + side * half, top - 6, text, SMALL, "center", bold=True))
        page.y = bottom + 18

    def _row(
        self, index: str, level: int, axis: Axis, edges: NDArray[np.float64], base: float
    ) -> None:
        page, row = self.page, self._rows(index).loc[[level]].iloc[0]
        draws = self.found.distributions[level][index].to_numpy()
        shares = classes(draws, edges)
        tallest = max(float(shares.max()), 1e-9)
        fill = GREYS[min(self.levels.index(level), len(GREYS) - 1)]
        for low, high, share in zip(edges[:-1], edges[1:], shares, strict=True):
            if share > 0:
                tall = (ROW - 6) * float(share) / tallest
                left = axis.at(low)
                name = f"{index}:{level}"
                page.add(
                    Box(left, base - tall, axis.at(high) - left, tall, fill, edge="#777777",
                        name=name, weight=0.4)
                )  # fmt: skip
        page.add(Rule(LEFT, base, self.end, base, INK, 0.5))
        page.add(Words(LEFT - 6, base - ROW / 2, page.word("level", n=level), SMALL, "right"))
        cutoff = float(row["cutoff"])
        if math.isnan(cutoff):
            page.add(Words(self.end + 6, base - ROW / 2, page.word("none"), SMALL, colour=PALE))
            return
        x = axis.at(cutoff)
        page.add(
            Curve(((x, base - ROW + 2), (x, base)), INK, 1.0, CUT, name=f"cut:{index}:{level}")
        )
        rate = bounded(float(row["rate"]), 2, self.lang)
        text = page.word("cut", value=bounded(cutoff, 3, self.lang), rate=rate)
        page.add(Words(self.end + 6, base - ROW / 2, text, SMALL))

    def _notes(self) -> Iterator[str]:
        word, found = self.page.word, self.found
        yield word(
            "reading", draws=Number(found.draws, "integer"), n=Number(found.fit.nobs, "integer"),
            classes=CLASSES,
        )  # fmt: skip
        added = self.frame.drop_duplicates("level")
        for level, what in zip(added["level"], added["added"], strict=True):
            if what:
                yield word("added", n=level, what=what)
        if self.frame["cutoff"].isna().any():
            yield word("no_cutoff")
        lost = {
            level: found.draws - len(rows)
            for level, rows in found.distributions.items()
            if len(rows) < found.draws
        }
        for level, count in lost.items():
            yield word("lost", n=Number(count, "integer"), level=level)

    def _description(self) -> str:
        word = self.page.word
        told = []
        for row in self.frame.to_dict("records"):
            cut = bounded(row["cutoff"], 3, self.lang)
            if math.isnan(row["cutoff"]):
                cut = word("none")
            told.append(
                word(
                    "value", index=row["index"].upper(), level=row["level"], cutoff=cut,
                    median=bounded(row["median"], 3, self.lang),
                    value=bounded(row["value"], 3, self.lang),
                )
            )  # fmt: skip
        return word("description", values=" ".join(told))
