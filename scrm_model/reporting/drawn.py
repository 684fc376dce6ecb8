"""From a fit to a drawing: what stands on arrows and in boxes, and what the legend says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.reporting.box_words import (
    alike,
    broken,
    size_of,
    small_size_of,
    words_of,
)
from scrm_model.reporting.claimed import Claimed
from scrm_model.reporting.formats import Number, bounded, is_missing, number, stars
from scrm_model.reporting.graph import Graph
from scrm_model.reporting.language import phrase, say
from scrm_model.reporting.layout import arrange
from scrm_model.reporting.relations import Key, Relations, Row, relations_of
from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, text_width
from scrm_model.reporting.svg import Drawing, Line, Shape

LABELS = ("std", "raw", "label")
LEAST_LEGEND = 96


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `path_diagram`, as they were given."""

    structural: bool | None
    labels: str | None
    r2: bool
    residuals: bool
    alpha: float
    lang: str
    group: int


def drawing_of(fit: Any, asked: Asked, names: Mapping[str, Any]) -> Drawing:
    """Draw one group of a fit.

    Parameters
    ----------
    fit : Fit
    asked : Asked
    names : mapping of str to (str or text)
        Full names.

    Returns
    -------
    Drawing

    Raises
    ------
    ArgumentError
        If there is no such group, or nothing to draw.
    """
    relations = relations_of(fit, asked.group)
    if not relations.nodes:
        raise ArgumentError(
            "fit= needs a model with a latent variable or a regression; got neither. "
            "Draw a model with at least one =~ or ~ line."
        )
    plan = _Plan(fit, asked, relations, names)
    layout = arrange(plan.graph())
    shapes = tuple(Shape(b, *plan.words[b.name]) for b in layout.boxes)
    lines = tuple(plan.line(arrow) for arrow in layout.arrows)
    legend = [
        line
        for text in plan.legend(lines)
        for line in broken(text, max(LEAST_LEGEND, int((layout.size[0] - 36) / 5.6)))
    ]
    return Drawing(
        layout.size, shapes, lines, plan.title(), plan.description(lines), tuple(legend), asked.lang
    )


class _Plan:
    """What is written where."""

    def __init__(
        self, fit: Any, asked: Asked, relations: Relations, names: Mapping[str, Any]
    ) -> None:
        self.fit, self.asked, self.relations = fit, asked, relations
        self.estimated = bool(fit.converged)
        self.structural = asked.structural
        if asked.structural is None:
            self.structural = bool(relations.paths)
        self.texts = {key: self._text(row) for key, row in relations.rows.items()}
        self.words = {n: words_of(n, names, self._foot(n), asked.lang) for n in relations.nodes}
        self.inner = tuple(self.words)
        if not self.structural:
            for items in relations.indicators.values():
                for item in items:
                    foot = self._residual(item)
                    self.words.setdefault(item, (item, (), foot))

    def say(self, key: str, **fields: Any) -> str:
        """A text of the catalogue."""
        return say(phrase(f"diagram.{key}", **fields), self.asked.lang)

    def _text(self, row: Row) -> str:
        if self.asked.labels == "label":
            return str(row.get("label") or "")
        if self.asked.labels is None or not self.estimated:
            return ""
        mark = stars(row["pvalue"], self.asked.lang)
        value = self._value(row)
        return value + (mark if value and mark.startswith("*") else "")

    def _value(self, row: Row) -> str:
        raw = self.asked.labels == "raw"
        value = row["est" if raw else "std_all"]
        if is_missing(value):
            return ""
        return number(value, 2, self.asked.lang) if raw else bounded(value, 2, self.asked.lang)

    def _foot(self, name: str) -> str:
        parts = [self._r2(name) if self.asked.r2 else "", self._residual(name)]
        return ", ".join(part for part in parts if part)

    def _r2(self, name: str) -> str:
        if not self.estimated:
            return ""
        r2 = self.fit.r2
        shares = r2 if isinstance(r2, pd.Series) else r2.iloc[:, self.asked.group - 1]
        if name not in shares or is_missing(shares[name]):
            return ""
        return f"R² = {bounded(float(shares[name]), 2, self.asked.lang)}"

    def _residual(self, name: str) -> str:
        row = self.relations.variances.get(name)
        wanted = self.asked.residuals and self.estimated and name in self.relations.explained
        value = self._value(row) if wanted and row is not None else ""
        return self.say("residual", value=value) if value else ""

    def graph(self) -> Graph:
        """What is to be laid out."""
        relations, inner = self.relations, self.inner
        latent = relations.indicators
        sizes = {name: size_of(self.words[name], name in latent) for name in inner}
        sizes |= alike({name: sizes[name] for name in inner if name in latent})
        fans: dict[str, tuple[str, ...]] = {}
        if not self.structural:
            fans = {f: tuple(c for c in own if c not in inner) for f, own in latent.items()}
            room = max((self._room(key) for key in self.texts if key[2] == "loading"), default=0.0)
            # Beside a column of items labels have the whole way from their construct.
            room = room if relations.paths else 0.0
            for name in (n for n in self.words if n not in inner):
                sizes[name] = small_size_of(self.words[name], name in latent, room)
        drawn = set(self.words)
        loadings = [(a, b) for a, b, kind in relations.rows if kind == "loading"]
        return Graph(
            sizes, inner, relations.paths,
            tuple(pair for pair in relations.covariances if set(pair) <= drawn),
            fans, self.texts, tuple(pair for pair in loadings if set(pair) <= set(inner)),
        )  # fmt: skip

    def _room(self, key: Key) -> float:
        return text_width(self.texts[key], LABEL_SIZES[key[2]])

    def line(self, arrow: Arrow) -> Line:
        """An arrow with its text; dashed if its estimate does not differ from zero."""
        key = (arrow.source, arrow.target, arrow.kind)
        pvalue = self.relations.rows[key]["pvalue"]
        weak = self.estimated and not is_missing(pvalue) and pvalue >= self.asked.alpha
        return Line(arrow, self.texts[key], bool(weak))

    def title(self) -> str:
        """Title, which names the group where there are several."""
        title = self.say("title", names=", ".join(self.inner))
        groups = getattr(getattr(self.fit, "table", None), "groups", ())
        if len(groups) < 2:
            return title
        return self.say("in_group", title=title, group=groups[self.asked.group - 1])

    def description(self, lines: tuple[Line, ...]) -> str:
        """Every arrow in words."""
        said = [] if self.estimated else [self.say(self._without())]
        for line in lines:
            arrow = line.arrow
            ends = {"source": arrow.source, "target": arrow.target}
            key = arrow.kind if line.text else f"{arrow.kind}_bare"
            said.append(self.say(key, **ends, **({"estimate": line.text} if line.text else {})))
        said += [f"{name}: {foot}." for name, (_, _, foot) in self.words.items() if foot]
        return " ".join(said)

    def legend(self, lines: tuple[Line, ...]) -> Iterator[str]:
        """What a reader must know."""
        groups = getattr(getattr(self.fit, "table", None), "groups", ())
        if len(groups) > 1:
            yield self.say("group", group=groups[self.asked.group - 1])
        if not self.estimated:
            yield self.say(self._without())
        else:
            yield " ".join(self._reading(lines))
            if any("*" in line.text for line in lines) or self._starless(lines):
                yield self.say("stars")
        if any(self._residual(name) for name in self.words):
            yield self.say("residuals")
        covaried = len(self.relations.covariances)
        hidden = covaried - sum(line.arrow.kind == "covariance" for line in lines)
        if hidden:
            yield self.say("hidden", n=hidden)

    def _without(self) -> str:
        """Why there are no estimates."""
        if not isinstance(self.fit, Claimed):
            return "no_estimates"
        named = any(self.texts.values()) and self.asked.labels == "label"
        return "claimed_labels" if named else "claimed"

    def _starless(self, lines: tuple[Line, ...]) -> bool:
        """Whether estimates were tested, and none has a star."""
        shown = self.asked.labels in ("std", "raw")
        return shown and any(not is_missing(self._row(line)["pvalue"]) for line in lines)

    def _row(self, line: Line) -> Row:
        arrow = line.arrow
        return self.relations.rows[arrow.source, arrow.target, arrow.kind]

    def _reading(self, lines: tuple[Line, ...]) -> Iterator[str]:
        scale = {"std": "standardised", "raw": "raw", "label": "labels"}.get(
            self.asked.labels or ""
        )
        if scale:
            yield self.say(scale)
        tested = [not is_missing(self._row(line)["pvalue"]) for line in lines]
        alpha = self.asked.alpha
        level = Number(alpha, "bounded", 2 if round(alpha, 2) == alpha else 3)
        if not any(tested):
            yield self.say("untested")
            return
        yield self.say("dashed" if any(line.dashed for line in lines) else "solid", alpha=level)
        if not all(tested):
            yield self.say("fixed")
