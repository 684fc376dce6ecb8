"""A map of missing answers: cases × items, sorted by which answers the cases lack."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, MissingColumnError, did_you_mean
from scrm_model.reporting.figures.asked import frame_of, items_of
from scrm_model.reporting.figures.marks import INK, PALE, PAPER, Box, Mark, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.patterns import Patterns, binned, missing_frame, patterns_of
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import integer, number, percent
from scrm_model.reporting.language import Listing, check_language, phrase, say
from scrm_model.survey.scales import Scales

MARGIN, LEFT, RIGHT, HEIGHT = 14.0, 44.0, 40.0, 320.0
SMALL, LEAST = 7.0, 440.0
ROWS = 320
"""Cases that have a row of their own; more share them."""


def missingness_map(
    data: Any,
    scales: Scales | None = None,
    *,
    items: Iterable[str] | None = None,
    lang: str = "en",
) -> Picture:
    """Draw who lacks which answers.

    Parameters
    ----------
    data : DataFrame or Responses
        Cases × columns, of pandas or polars.
    scales : Scales, optional
        Its items are shown, under their constructs; without it every column of the data is.
    items : iterable of str, optional
        Codes of the items, or names of the columns, to show.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        Complete cases on top, then those that lack fewer answers; black is missing. The share
        missing of each item stands below it, the number of cases of each larger pattern at the
        side. More than 320 cases share rows, which the figure says. ``frame`` has a row for each
        item.

    Raises
    ------
    ArgumentError
        If an item or `lang` is unknown.
    MissingColumnError, DataError
        If an item has no column or two, or there are no cases.
    """
    check_language(lang)
    if scales is not None and not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs Scales or None; got {type(scales).__name__}. Pass items= for columns."
        )
    frame = frame_of(data).rename(columns=str)
    known = scales.codes if scales is not None else tuple(dict.fromkeys(frame.columns))
    codes = items_of(items, known)
    _check(frame, codes)
    shown = frame[list(codes)]
    constructs = {c: scales.item(c).construct if scales is not None else "" for c in codes}
    table = missing_frame(shown, constructs)
    absent = shown.isna().to_numpy()
    plan = _Plan(table, absent, patterns_of(absent), lang)
    marks = tuple(plan.draw())
    size = (plan.width, plan.y)
    return Picture(plan.word("title"), plan.description(), table, marks, size, lang)


def _check(frame: pd.DataFrame, codes: tuple[str, ...]) -> None:
    columns = list(frame.columns)
    for code in codes:
        if code not in columns:
            raise MissingColumnError(
                f"data= needs a column for each item; got none for {code!r}."
                + (did_you_mean(code, columns) or " Rename the column, or name others by items=.")
            )
        if columns.count(code) > 1:
            raise DataError(
                f"data= needs one column for each item; got {columns.count(code)} of {code!r}. "
                "Keep one."
            )
    if not len(frame) or not codes:
        raise DataError("data= needs cases and columns; got none. Check the file.")


@dataclass
class _Plan:
    """Places on the paper, from above to below."""

    table: pd.DataFrame
    absent: NDArray[np.bool_]
    patterns: Patterns
    lang: str
    y: float = MARGIN

    def __post_init__(self) -> None:
        count = len(self.table)
        room = LEAST - 2 * MARGIN - LEFT - RIGHT
        # Upright codes need 9 points each; few items need not be wider than 40.
        self.column = min(max(room / count, 9.5), 40.0)
        self.right = MARGIN + LEFT + self.column * count
        self.width = max(LEAST, self.right + RIGHT + MARGIN)

    def word(self, key: str, **fields: Any) -> str:
        """A text of the catalogue."""
        return say(phrase(f"figures.missing_map.{key}", **fields), self.lang)

    def x(self, place: int) -> float:
        """Left end of a column."""
        return MARGIN + LEFT + self.column * place

    def draw(self) -> Iterator[Mark]:
        """Everything, in the order of drawing."""
        yield from self._paragraph(self.word("title"), 11.0, bold=True)
        self.y += 4
        yield from self._constructs()
        yield from self._codes()
        top = self.y
        yield from self._cells(top)
        yield from self._sides(top)
        self.y = top + HEIGHT + 4
        yield from self._shares()
        yield from self._key()
        for note in self._notes():
            yield from self._paragraph(note, SMALL, colour=PALE)
        self.y += MARGIN - 4

    def _paragraph(
        self, text: str, size: float, bold: bool = False, colour: str = INK
    ) -> Iterator[Mark]:
        for line in lines(text, self.width - 2 * MARGIN, size, 4, bold):
            yield Words(MARGIN, self.y + size * 0.65, line, size, bold=bold, colour=colour)
            self.y += size * 1.35

    def _runs(self) -> Iterator[tuple[str, int, int]]:
        """Neighbouring items of one construct: its id, first and last place but one."""
        for construct, run in groupby(range(len(self.table)), self._construct):
            places = list(run)
            yield construct, places[0], places[-1] + 1

    def _construct(self, place: int) -> str:
        return str(self.table["construct"].iloc[place])

    def _constructs(self) -> Iterator[Mark]:
        runs = [run for run in self._runs() if run[0]]
        for construct, first, end in runs:
            room = (end - first) * self.column - 3
            text = (lines(construct, room, SMALL, 1, bold=True) or [""])[0]
            middle = (self.x(first) + self.x(end)) / 2
            yield Words(middle, self.y + 4, text, SMALL, "center", bold=True)
            yield Rule(self.x(first) + 1, self.y + 10, self.x(end) - 1, self.y + 10, PALE, 0.8)
        self.y += 13 if runs else 0

    def _codes(self) -> Iterator[Mark]:
        texts = [(lines(code, 90, SMALL, 1) or [""])[0] for code in self.table["item"]]
        tall = max(width(text, SMALL) for text in texts) + 3
        for place, text in enumerate(texts):
            middle = self.x(place) + self.column / 2
            yield Words(middle, self.y + tall, text, SMALL, upright=True)
        self.y += tall + 3

    def _cells(self, top: float) -> Iterator[Mark]:
        shares, step = binned(self.absent[self.patterns.order], ROWS)
        cases = len(self.absent)
        yield Box(self.x(0), top, self.right - self.x(0), HEIGHT, "#eeeeee", name="map")
        for place in range(len(self.table)):
            row = 0
            # Rows of one share below each other are one box.
            for share, run in groupby(shares[:, place]):
                first, row = row, row + len(list(run))
                if share > 0:
                    y = top + HEIGHT * min(first * step, cases) / cases
                    end = top + HEIGHT * min(row * step, cases) / cases
                    name = f"{self.table['item'].iloc[place]}:{first}-{row}"
                    fill = _grey(float(share))
                    yield Box(self.x(place), y, self.column, end - y, fill, name=name)
            if place:
                yield Rule(self.x(place), top, self.x(place), top + HEIGHT, PAPER, 0.4)
        for _, first, _ in self._runs():
            if first:
                yield Rule(self.x(first), top - 3, self.x(first), top + HEIGHT, INK, 0.7)

    def _sides(self, top: float) -> Iterator[Mark]:
        """Numbers of cases at the left, sizes of the larger patterns at the right."""
        cases = len(self.absent)
        yield Words(self.x(0) - 6, top - 6, self.word("cases"), SMALL, "right", colour=PALE)
        for at in (0, cases):
            y = top + HEIGHT * at / cases
            yield Rule(self.x(0) - 4, y, self.x(0), y, INK, 0.6)
            label = integer(max(at, 1), self.lang)
            yield Words(self.x(0) - 6, y + (4 if not at else -4), label, SMALL, "right")
        at = 0
        for count in self.patterns.counts:
            y, end = (top + HEIGHT * k / cases for k in (at, at + count))
            at += int(count)
            if end - y >= 10:
                yield Rule(self.right + 3, y + 0.8, self.right + 3, end - 0.8, PALE, 1.2)
                text = integer(int(count), self.lang)
                yield Words(self.right + 6, (y + end) / 2, text, SMALL)

    def _shares(self) -> Iterator[Mark]:
        texts = [number(100 * share, 1, self.lang) for share in self.table["share"]]
        tall = max(width(text, SMALL) for text in texts)
        for place, text in enumerate(texts):
            middle = self.x(place) + self.column / 2
            yield Words(middle, self.y + tall + 1, text, SMALL, upright=True)
        self.y += tall + 6
        yield Words(self.x(0), self.y + 4, self.word("share"), SMALL, colour=PALE)
        self.y += 14

    def _key(self) -> Iterator[Mark]:
        x = MARGIN
        for fill, key in (("#eeeeee", "present"), (_grey(1.0), "absent")):
            text = self.word(key)
            yield Box(x, self.y, 11, 8, fill, edge="#444444", name=f"key={key}")
            yield Words(x + 15, self.y + 4, text, SMALL)
            x += 15 + width(text, SMALL) + 12
        self.y += 15

    def _notes(self) -> Iterator[str]:
        cases = len(self.absent)
        many = integer(len(self.patterns.counts), self.lang)
        yield self.word("reading", n=integer(cases, self.lang), patterns=many)
        yield self._summary()
        step = binned(self.absent, ROWS)[1]
        if step > 1:
            yield self.word("binned", n=integer(step, self.lang))

    def _summary(self) -> str:
        if not self.absent.any():
            return self.word("none")
        complete = int((~self.absent.any(axis=1)).sum())
        return self.word(
            "complete",
            complete=integer(complete, self.lang),
            share=percent(complete / len(self.absent), 1, self.lang),
            cells=integer(int(self.absent.sum()), self.lang),
            all=integer(self.absent.size, self.lang),
            cell_share=percent(float(self.absent.mean()), 1, self.lang),
        )

    def description(self) -> str:
        """The figure in words."""
        told = [
            self.word("item", item=item, share=percent(share, 1, self.lang))
            for item, share in zip(self.table["item"], self.table["share"], strict=True)
        ]
        return self.word(
            "description",
            n=integer(len(self.absent), self.lang),
            items=integer(len(self.table), self.lang),
            complete=self._summary(),
            shares=say(Listing(tuple(told), "semicolon"), self.lang) + ".",
        )


def _grey(share: float) -> str:
    """Grey of a share of missing answers: any is visible, all is black."""
    level = round(0xC4 + (0x11 - 0xC4) * share)
    return f"#{level:02x}{level:02x}{level:02x}"
