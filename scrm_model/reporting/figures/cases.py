"""How much each case weighs, in the order of the data."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.inference.influence import Influence
from scrm_model.reporting.figures.axis import Axis, axis_of
from scrm_model.reporting.figures.markers import marker
from scrm_model.reporting.figures.marks import INK, LINE, PALE, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.page import MARGIN, SMALL, Page
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import Number, integer, number
from scrm_model.reporting.language import check_language

Named = tuple[float, float, float, float, str]
"""Place of a case, place of its name, and the name."""

LEFT, HIGH, WIDE = MARGIN + 34.0, 190.0, 520.0


def influence_plot(
    influence: Influence, by: str = "gcd", *, top: int = 5, lang: str = "en"
) -> Picture:
    """Draw how much each case weighs.

    Parameters
    ----------
    influence : Influence
        What `influence` found.
    by : {"gcd", "likelihood_distance", "d_chisq", "loglik", "d2"}
        Generalised Cook's distance, likelihood distance, change of chi-square, log-likelihood, or
        distance under the model.
    top : int
        How many cases are named: the largest in size, by ``"loglik"`` the lowest.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        A stem for each case in the order of the data, group by group. Cases without which there
        is no minimum are named in the note. ``frame`` has a row for each case: case, group, value,
        named, and the parameter that a named case changes most, by how many standard errors.

    Raises
    ------
    ArgumentError
        If an option is unknown.
    NotAvailableError
        If this fit has no such measure.

    Notes
    -----
    There is no cut-off: the question is whether a few cases stand apart, and what they answered.
    """
    check_language(lang)
    if not isinstance(influence, Influence):
        raise ArgumentError(
            f"influence= needs what influence() gave; got {type(influence).__name__}. "
            "Call influence_plot(influence(fit))."
        )
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or top < 0:
        raise ArgumentError(f"top= needs a whole number of at least 0; got {top!r}. Give 5.")
    heaviest = influence.top(int(top), by)
    frame = influence.frame[["case", "group"]].assign(value=influence.frame[by])
    named = heaviest[heaviest[by].notna()]
    frame["named"] = _row_numbers(influence, by, int(top))
    told = named.set_index("case")[["changes_most", "by_se"]]
    frame = frame.reset_index(drop=True)
    if not frame["value"].notna().any():
        raise NotAvailableError(f"This fit has no {by!r}. " + " ".join(influence.remarks))
    return _Plan(influence, by, frame, told, lang).picture()


def _row_numbers(influence: Influence, by: str, count: int) -> list[bool]:
    """Which rows are named; labels of cases need not be unique across groups."""
    value = influence.frame[by] if by == "loglik" else -influence.frame[by].abs()
    at = value.dropna().sort_values(kind="stable").index[:count]
    return [k in set(at) for k in influence.frame.index]


class _Plan:
    """Places on the paper."""

    def __init__(
        self, influence: Influence, by: str, frame: pd.DataFrame, told: pd.DataFrame, lang: str
    ) -> None:
        self.by, self.frame, self.told, self.lang = by, frame, told, lang
        self.groups = influence.fit.table.groups
        self.page = Page("cases", lang, WIDE)
        self.end = WIDE - MARGIN

    def x(self, place: int) -> float:
        """Place of a case."""
        return LEFT + 4 + (self.end - LEFT - 8) * (place + 0.5) / len(self.frame)

    def picture(self) -> Picture:
        """The figure."""
        page, word = self.page, self.page.word
        title = word("title", measure=word(self.by))
        page.head(title)
        page.add(Words(MARGIN, page.y + 5, word(self.by), SMALL, colour=PALE))
        values = self.frame["value"].to_numpy(dtype=float)
        scaled = [*values, *([] if self.by == "loglik" else [0.0])]
        # Names may stand above the panel or below it: how far is known once they are placed.
        heights = [at for *_, at, _ in self._placed(axis_of(scaled, HIGH, 0.0, 6), values)]
        page.y += 14 + max(0.0, -min(heights, default=0.0))
        top, bottom = page.y, page.y + HIGH
        axis = axis_of(scaled, bottom, top, 6)
        page.add(*axis.beside(LEFT, self.end, self.lang))
        self._groups(top, bottom)
        base = axis.at(max(axis.low, min(0.0, axis.high)))
        if self.by == "loglik":
            base = axis.at(axis.high)
        page.add(Rule(LEFT, base, self.end, base, INK, 0.6))
        for place, value in enumerate(values):
            if np.isfinite(value):
                page.add(Rule(self.x(place), base, self.x(place), axis.at(value), INK, 0.7))
        placed = self._placed(axis, values)
        for x, y, middle, at, _ in placed:
            if abs(at - y) > 9:
                page.add(Rule(x, y, middle, at, PALE, 0.4))
        for x, y, middle, at, text in placed:
            page.add(marker(0, x, y, 2.0, name=f"case:{text}"))
            page.add(Words(middle, at, text, SMALL, "center", back="#ffffff"))
        page.y = bottom + max(0.0, max(heights, default=0.0) - HIGH + 6)
        self._below()
        page.notes(self._notes())
        return page.picture(title, self._description(), self.frame)

    def _groups(self, top: float, bottom: float) -> None:
        sizes = self.frame.groupby("group", sort=True).size()
        at = 0
        for group, size in sizes.items():
            if len(sizes) < 2:
                return
            middle = (self.x(at) + self.x(at + int(size) - 1)) / 2
            label = str(self.groups[int(group) - 1])  # type: ignore[call-overload]
            text = (lines(label, self.x(int(size)) - self.x(0) + 20, SMALL, 1) or [""])[0]
            self.page.add(Words(middle, bottom + 24, text, SMALL, "center", bold=True))
            if at:
                x = (self.x(at - 1) + self.x(at)) / 2
                self.page.add(Rule(x, top, x, bottom, LINE, 1.0))
            at += int(size)

    def _placed(self, axis: Axis, values: NDArray[np.float64]) -> list[Named]:
        """Names of the heaviest cases, each where no other one stands."""
        out: list[Named] = []
        order = sorted(np.flatnonzero(self.frame["named"]), key=lambda k: -abs(values[k]))
        for place in order:
            x, y = self.x(int(place)), axis.at(values[place])
            step = 2.0 if values[place] < 0 else -2.0
            text = (lines(str(self.frame["case"].iloc[place]), 90.0, SMALL, 1) or [""])[0]
            half = width(text, SMALL) / 2 + 1.5
            middle = min(max(x, LEFT + half), self.end - half)
            at = y + 4 * step
            while any(
                abs(middle - m) < half + width(t, SMALL) / 2 + 1.5 and abs(at - v) < 9.6
                for _, _, m, v, t in out
            ):
                at += step
            out.append((x, y, middle, at, text))
        return out

    def _below(self) -> None:
        page, count = self.page, len(self.frame)
        for place in sorted({0, count - 1}):
            text = integer(place + 1, self.lang)
            page.add(Words(self.x(place), page.y + 9, text, SMALL, "center", colour=PALE))
        page.add(
            Words((LEFT + self.end) / 2, page.y + 12, page.word("x"), SMALL, "center", colour=PALE)
        )
        page.y += 32 if len(self.groups) > 1 else 24

    def _notes(self) -> Iterator[str]:
        word = self.page.word
        yield word("reading", n=Number(len(self.frame), "integer"))
        for case, row in self.told.iterrows():
            if isinstance(row["changes_most"], str):
                by = number(row["by_se"], 2, self.lang)
                yield word("change", case=case, parameter=row["changes_most"], by=by)
        lost = self.frame.loc[self.frame["value"].isna(), "case"]
        if len(lost):
            shown = ", ".join(map(str, lost[:12])) + (", …" if len(lost) > 12 else "")
            yield word("lost", cases=shown)

    def _description(self) -> str:
        word = self.page.word
        told = self.frame[self.frame["named"]].sort_values("value", key=abs, ascending=False)
        values = [
            word("value", case=case, value=number(value, 2, self.lang))
            for case, value in zip(told["case"], told["value"], strict=True)
        ]
        return word(
            "description", n=Number(len(self.frame), "integer"), measure=word(self.by),
            values=" ".join(values),
        )  # fmt: skip
