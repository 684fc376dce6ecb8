"""How many factors: eigenvalues of the data beside those of chance."""

from collections.abc import Iterator

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.measurement.exploratory.retention import METHODS, ParallelAnalysis
from scrm_model.measurement.exploratory.wording import RULES
from scrm_model.reporting.figures.axis import Axis, axis_of
from scrm_model.reporting.figures.markers import marker
from scrm_model.reporting.figures.marks import INK, PALE, Curve, Mark, Rule, Words
from scrm_model.reporting.figures.page import MARGIN, SMALL, Page
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import Number, number
from scrm_model.reporting.language import Listing, check_language, say

LEFT, WIDE, HIGH, MOST = MARGIN + 34.0, 460.0, 220.0, 40
DASHES: dict[str, tuple[float, ...]] = {"eigenvalue": (), "mean": (5.0, 2.5), "quantile": (1.4, 2)}
KAISER = (6.0, 2.0, 1.2, 2.0)


def scree_plot(
    parallel: ParallelAnalysis, method: str | None = None, *, lang: str = "en"
) -> Picture:
    """Draw eigenvalues beside those of simulated data.

    Parameters
    ----------
    parallel : ParallelAnalysis
        What `parallel_analysis` found.
    method : {"pc", "fa", "smc"}, optional
        Which eigenvalues: of components, of factors, or of correlations with squared multiple
        correlations on the diagonal. By default those of the analysis.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        Eigenvalues of the data, and mean and quantile of the simulated ones, by number; a rule
        where the number of factors that this suggests ends; of components Kaiser's 1. The first 40
        are drawn, and ``frame`` has them all: number, eigenvalue, mean, quantile, beyond.

    Raises
    ------
    ArgumentError
        If something else was given, or an option is unknown.
    """
    check_language(lang)
    if not isinstance(parallel, ParallelAnalysis):
        raise ArgumentError(
            f"parallel= needs what parallel_analysis() gave; got {type(parallel).__name__}. "
            "Call scree_plot(parallel_analysis(data, items))."
        )
    asked = parallel.method if method is None else method
    if asked not in METHODS:
        raise ArgumentError(
            f"method= needs 'pc', 'fa' or 'smc'; got {method!r}. Choose one of these."
        )
    frame = parallel.eigenvalues(asked).reset_index()
    return _Plan(parallel, asked, frame, lang).picture()


class _Plan:
    """Places on the paper."""

    def __init__(
        self, parallel: ParallelAnalysis, method: str, frame: pd.DataFrame, lang: str
    ) -> None:
        self.parallel, self.method, self.frame, self.lang = parallel, method, frame, lang
        self.shown = frame.head(MOST)
        self.page = Page("scree", lang, WIDE)
        self.end = WIDE - MARGIN
        # Parallel analysis stops at the first eigenvalue that chance exceeds.
        beyond = frame["beyond"].to_numpy(dtype=bool)
        self.suggested = int(len(beyond) if beyond.all() else beyond.argmin())

    def x(self, place: float) -> float:
        """Place of the eigenvalue of a number, from 1."""
        step = (self.end - LEFT - 16) / max(len(self.shown) - 1, 1)
        return LEFT + 8 + step * (place - 1)

    def picture(self) -> Picture:
        """The figure."""
        page, word = self.page, self.page.word
        title = word("title", method=word(self.method))
        page.head(title)
        page.add(Words(MARGIN, page.y + 5, word("y"), SMALL, colour=PALE))
        page.y += 14
        top, bottom = page.y, page.y + HIGH
        values = self.shown[list(DASHES)].to_numpy(dtype=float).ravel()
        extra = [0.0, 1.0] if self.method == "pc" else [0.0]
        axis = axis_of([*values, *extra], bottom, top, 7)
        page.add(*axis.beside(LEFT, self.end, self.lang))
        page.add(Rule(LEFT, axis.at(0.0), self.end, axis.at(0.0), INK, 0.6))
        if self.method == "pc":
            page.add(Rule(LEFT, axis.at(1.0), self.end, axis.at(1.0), INK, 0.7, KAISER))
        self._cut(axis, top, bottom)
        for kind, column in enumerate(DASHES):
            page.add(*self._line(kind, column, axis))
        page.y = bottom
        self._numbers()
        self._keys()
        page.notes(self._notes())
        return page.picture(title, self._description(), self.frame)

    def _line(self, kind: int, column: str, axis: Axis) -> Iterator[Mark]:
        pairs = zip(self.shown["number"], self.shown[column], strict=True)
        points = tuple((self.x(k), axis.at(value)) for k, value in pairs)
        yield Curve(points, INK, 1.2 if not kind else 0.8, DASHES[column], name=column)
        if not kind:
            yield from (marker(0, x, y, 2.5, name=f"{column}:point") for x, y in points)

    def _cut(self, axis: Axis, top: float, bottom: float) -> None:
        """A rule behind the last factor that parallel analysis keeps."""
        if not 0 < self.suggested < len(self.shown):
            return
        x = (self.x(self.suggested) + self.x(self.suggested + 1)) / 2
        self.page.add(Rule(x, top, x, bottom, PALE, 0.8, (2.0, 2.0)))
        text = self.page.word("cut", n=self.suggested)
        self.page.add(Words(x + 4, top + 5, text, SMALL, colour=PALE, back="#ffffff"))

    def _numbers(self) -> None:
        step = max(1, -(-len(self.shown) // 20))
        for k in self.shown["number"]:
            if (int(k) - 1) % step == 0:
                x = self.x(float(k))
                self.page.add(Words(x, self.page.y + 9, str(int(k)), SMALL, "center", colour=PALE))
        middle = (LEFT + self.end) / 2
        self.page.add(
            Words(middle, self.page.y + 20, self.page.word("x"), SMALL, "center", colour=PALE)
        )
        self.page.y += 32

    def _keys(self) -> None:
        word, own = self.page.word, self.parallel
        names = {
            "eigenvalue": word("data"),
            "mean": word("mean", kind=word(own.comparison)),
            "quantile": word("quantile", share=Number(own.quantile, "percent", 0)),
        }
        entries: list[tuple[tuple[Mark, ...], str]] = [
            (
                (Rule(-10, 0, 10, 0, INK, 1.0, dash), *([] if dash else [marker(0, 0, 0, 2.2)])),
                names[column],
            )
            for column, dash in DASHES.items()
        ]
        if self.method == "pc":
            entries.append(((Rule(-10, 0, 10, 0, INK, 0.7, KAISER),), word("kaiser")))
        self.page.keys(entries, 20.0)

    def _notes(self) -> Iterator[str]:
        word, own = self.page.word, self.parallel
        yield word(
            "reading", draws=Number(own.draws, "integer"), n=Number(own.n, "integer"),
            kind=word(own.comparison),
        )  # fmt: skip
        rules = [
            word("rule", rule=say(RULES[rule], self.lang), n=int(count))
            for rule, count in zip(own.suggestions["rule"], own.suggestions["factors"], strict=True)
        ]
        yield word("rules", rules=Listing(tuple(rules), "semicolon"))
        if len(self.frame) > MOST:
            yield word("first", n=MOST, all=len(self.frame))

    def _description(self) -> str:
        word = self.page.word
        told = [
            word(
                "value", k=int(row["number"]), value=number(row["eigenvalue"], 2, self.lang),
                mean=number(row["mean"], 2, self.lang),
            )
            for row in self.frame.to_dict("records")
        ]  # fmt: skip
        return word(
            "description", method=word(self.method), n=self.suggested, values=" ".join(told)
        )
