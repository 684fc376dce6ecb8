"""Diverging stacked bars of the answers to items, grouped by construct."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.reporting.figures.asked import frame_of, items_of
from scrm_model.reporting.figures.colours import Shade, shades
from scrm_model.reporting.figures.marks import INK, LINE, PALE, Box, Mark, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.figures.shares import share_frame, sides
from scrm_model.reporting.formats import integer, number, percent
from scrm_model.reporting.language import Listing, check_language, phrase, say
from scrm_model.reporting.naming import construct_names
from scrm_model.study.claims import Study
from scrm_model.survey.answers import check_answers
from scrm_model.survey.scales import Scales

MARGIN, CODE, LABEL, TOTAL, BARS, COUNT, GAP = 14.0, 62.0, 172.0, 26.0, 208.0, 34.0, 54.0
NO_LABEL = 70.0
SMALL, LINE_STEP, BAR = 7.0, 8.8, 12.5


def likert_bars(
    data: Any,
    scales: Scales,
    *,
    items: Iterable[str] | None = None,
    study: Study | None = None,
    wording: bool = True,
    lang: str = "en",
) -> Picture:
    """Draw how often each answer was given, item by item.

    Parameters
    ----------
    data : DataFrame or Responses
        Respondents × columns, of pandas or polars.
    scales : Scales
        Constructs, items, their points and the labels of the answers.
    items : iterable of str, optional
        Codes of the items to show; all by default.
    study : Study, optional
        Where the names of the constructs come from; their ids stand alone without it.
    wording : bool
        Whether the items' wordings stand beside their codes, up to three lines each.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        Bars whose middle category is centred on one line; scales with an even number of points
        have none, and meet there. Beside them n and the missing answers. ``frame`` has a row for
        each item and answer.

    Raises
    ------
    ArgumentError
        If an item or `lang` is unknown.
    MissingColumnError, DataError
        If a column is missing or holds what is no answer. Items that nobody answered are shown
        as such.

    Notes
    -----
    Shares are of those who answered. Answers are drawn as they stand: a reversed item is not
    turned round.
    """
    check_language(lang)
    if not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs Scales; got {type(scales).__name__}. Build them with Scales.build()."
        )
    codes = items_of(items, scales.codes)
    answers = frame_of(data)
    check_answers(answers, codes, scales, varied=False)
    answers = answers.rename(columns=str)
    frame = share_frame(answers, scales, codes)
    names = construct_names(study) if study is not None else {}
    plan = _Plan(frame, scales, {k: say(v, lang) for k, v in names.items()}, wording, lang)
    marks = tuple(plan.draw())
    return Picture(
        plan.word("likert.title"), plan.description(), frame, marks, (plan.width, plan.y), lang
    )


@dataclass
class _Plan:
    """Places on the paper, from above to below."""

    frame: pd.DataFrame
    scales: Scales
    names: Mapping[str, str]
    wording: bool
    lang: str
    y: float = MARGIN
    reach: float = field(init=False)
    label: float = field(init=False)
    start: float = field(init=False)
    end: float = field(init=False)
    width: float = field(init=False)

    def __post_init__(self) -> None:
        self.items = {str(code): rows for code, rows in self.frame.groupby("item", sort=False)}
        extents = [0.25]
        for rows in self.items.values():
            below, middle, above = sides(rows["share"].fillna(0).to_numpy())
            extents += [below + middle / 2, above + middle / 2]
        said = self.wording and any(say(self.scales.item(c).text, self.lang) for c in self.items)
        self.label = MARGIN + CODE + 4
        self.start = self.label + (LABEL if said else NO_LABEL) + TOTAL + 4
        self.end = self.start + BARS
        self.width = self.end + TOTAL + COUNT + GAP + MARGIN + 8
        # A whole number of tenths, so that the outer rules are round numbers.
        self.reach = -(-max(extents) * 10 // 1) / 10

    def word(self, key: str, **fields: Any) -> str:
        """A text of the catalogue."""
        return say(phrase(f"figures.{key}", **fields), self.lang)

    def x(self, share: float) -> float:
        """Place of a share to the right of the middle."""
        return self.start + BARS / 2 * (1 + share / self.reach)

    def draw(self) -> Iterator[Mark]:
        """Everything, in the order of drawing."""
        yield from self._paragraph(self.word("likert.title"), 11.0, bold=True)
        self.y += 4
        yield from self._heads()
        top = self.y
        body: list[Mark] = []
        for construct in dict.fromkeys(self.frame["construct"]):
            body += self._construct(construct)
        yield from self._grid(top)
        yield from body
        self.y += 14
        yield from self._legends()
        yield from self._paragraph(self.word("likert.reading"), SMALL, colour=PALE)
        if any((h - low) % 2 for low, h in self._points()):
            yield from self._paragraph(self.word("likert.even"), SMALL, colour=PALE)
        self.y += MARGIN - 4

    def _paragraph(
        self, text: str, size: float, bold: bool = False, colour: str = INK
    ) -> Iterator[Mark]:
        for line in lines(text, self.width - 2 * MARGIN, size, 4, bold):
            yield Words(MARGIN, self.y + size * 0.65, line, size, bold=bold, colour=colour)
            self.y += size * 1.35

    def _points(self) -> list[tuple[int, int]]:
        return list(dict.fromkeys(self.scales.points(code) for code in self.items))

    def _heads(self) -> Iterator[Mark]:
        low, high = self.word("low"), self.word("high")
        if len(self._points()) == 1:
            ((first, last),) = self._points()
            half = (last - first + 1) // 2
            low = self.word("range", low=first, high=first + half - 1) if half > 1 else str(first)
            high = self.word("range", low=last - half + 1, high=last) if half > 1 else str(last)
        y = self.y + 5
        counts = self.end + TOTAL + COUNT
        for x, text in (
            (self.start - 3, low), (self.end + TOTAL, high), (counts, self.word("n")),
            (self.width - MARGIN, self.word("missing")),
        ):  # fmt: skip
            yield Words(x, y, text, SMALL, "right", colour=PALE)
        self.y += 11

    def _grid(self, top: float) -> Iterator[Mark]:
        for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
            if abs(share) <= self.reach + 1e-9:
                x, strong = self.x(share), share == 0
                yield Rule(x, top, x, self.y + 2, INK if strong else LINE, 0.8 if strong else 0.5)
                text = percent(abs(share), 0, self.lang)
                yield Words(x, self.y + 8, text, SMALL, "center", colour=PALE)

    def _construct(self, construct: str) -> list[Mark]:
        name = self.names.get(construct, "")
        title = f"{construct} · {name}" if name and name != construct else construct
        marks: list[Mark] = []
        # As wide as the labels: the rules of the grid must not run through it.
        for line in lines(title, self.start - TOTAL - MARGIN - 4, 8.0, 2, bold=True):
            marks.append(Words(MARGIN, self.y + 7, line, 8.0, bold=True))
            self.y += 11
        marks.append(Rule(MARGIN, self.y + 1, self.width - MARGIN, self.y + 1, LINE, 0.5))
        self.y += 4
        for code in [c for c in self.items if self.scales.item(c).construct == construct]:
            marks += self._item(code)
        self.y += 4
        return marks

    def _item(self, code: str) -> list[Mark]:
        rows = self.items[code]
        said = say(self.scales.item(code).text, self.lang) if self.wording else ""
        heads = lines(code, CODE, 7.5, 2, bold=True)
        told = lines(said, LABEL, SMALL, 3)
        height = max(LINE_STEP * max(len(told), len(heads), 1) + 4.5, BAR + 3.5)
        middle = self.y + height / 2
        marks: list[Mark] = []
        for texts, x, size, bold in ((heads, MARGIN, 7.5, True), (told, self.label, SMALL, False)):
            first = middle - LINE_STEP * (len(texts) - 1) / 2
            marks += [
                Words(x, first + LINE_STEP * k, t, size, bold=bold) for k, t in enumerate(texts)
            ]
        n, missing = int(rows["n"].iloc[0]), int(rows["missing"].iloc[0])
        marks += self._bar(code, rows, middle) if n else [self._silent(middle)]
        gap = integer(missing, self.lang)
        if missing:
            gap += f" ({percent(missing / (n + missing), 1, self.lang)})"
        at = self.end + TOTAL + COUNT
        marks.append(Words(at, middle, integer(n, self.lang), SMALL, "right"))
        marks.append(Words(self.width - MARGIN, middle, gap, SMALL, "right"))
        self.y += height
        return marks

    def _silent(self, middle: float) -> Mark:
        text = self.word("no_answers")
        return Words(self.x(0), middle, text, SMALL, "center", colour=PALE, back="#ffffff")

    def _bar(self, code: str, rows: pd.DataFrame, middle: float) -> Iterator[Mark]:
        shares = rows["share"].to_numpy()
        below, centre, above = sides(shares)
        at = -below - centre / 2
        for shade, answer, share in zip(shades(len(shares)), rows["answer"], shares, strict=True):
            left, right = self.x(at), self.x(at + share)
            at += share
            if share > 0:
                yield self._box(
                    left, middle - BAR / 2, right - left, BAR, shade, f"{code}={answer}"
                )
            text = number(100 * share, 0, self.lang)
            if right - left > width(text, 6.5) + 3.5:
                colour, back = shade.ink, shade.fill if shade.hatch else ""
                x = (left + right) / 2
                yield Words(x, middle, text, 6.5, "center", colour=colour, back=back)
        for x, share in ((self.start - 3, below), (self.end + TOTAL, above)):
            yield Words(x, middle, percent(share, 0, self.lang), SMALL, "right")

    @staticmethod
    def _box(x: float, y: float, wide: float, high: float, shade: Shade, name: str) -> Box:
        return Box(x, y, wide, high, shade.fill, shade.hatch, shade.hatch_colour, "#444444", name)

    def _legends(self) -> Iterator[Mark]:
        kinds: dict[tuple[Any, ...], list[str]] = {}
        for construct in dict.fromkeys(self.frame["construct"]):
            scale = self.scales[construct]
            kinds.setdefault((scale.points, scale.anchors), []).append(construct)
        for (points, anchors), constructs in kinds.items():
            if len(kinds) > 1:
                yield from self._paragraph(", ".join(constructs), SMALL, bold=True)
            yield from self._legend(points, [say(a, self.lang) for a in anchors])

    def _legend(self, points: tuple[int, int], anchors: list[str]) -> Iterator[Mark]:
        low, high = points
        labels = {low: anchors[0], high: anchors[-1]} if anchors else {}
        if len(anchors) == high - low + 1:
            labels = dict(zip(range(low, high + 1), anchors, strict=True))
        x = MARGIN
        for answer, shade in zip(range(low, high + 1), shades(high - low + 1), strict=True):
            text = f"{answer} {labels.get(answer, '')}".strip()
            text = (lines(text, 150, SMALL, 1) or [""])[0]
            wide = 15 + width(text, SMALL) + 10
            if x + wide > self.width - MARGIN and x > MARGIN:
                x, self.y = MARGIN, self.y + 12
            yield self._box(x, self.y, 11, 8, shade, f"key={answer}")
            yield Words(x + 15, self.y + 4, text, SMALL)
            x += wide
        self.y += 16

    def description(self) -> str:
        """The figure in words."""
        told = []
        for code, rows in self.items.items():
            each = tuple(
                self.word("likert.answer", answer=answer, share=percent(share, 0, self.lang))
                for answer, share in zip(rows["answer"], rows["share"], strict=True)
            )
            shares = say(Listing(each, "semicolon"), self.lang)
            n, missing = (integer(rows[c].iloc[0], self.lang) for c in ("n", "missing"))
            shares = shares if int(rows["n"].iloc[0]) else self.word("no_answers")
            told.append(self.word("likert.item", item=code, shares=shares, n=n, missing=missing))
        count = integer(len(self.items), self.lang)
        return self.word("likert.description", n=count, items=" ".join(told))
