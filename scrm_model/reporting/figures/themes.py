"""Who spoke of what: themes × informants, under their constructs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.interviews.evidence import OF, Evidence
from scrm_model.interviews.wording import check_one_of
from scrm_model.reporting.figures.marks import INK, LINE, PALE, Box, Mark, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import integer
from scrm_model.reporting.language import check_language, phrase, say
from scrm_model.reporting.naming import construct_names
from scrm_model.study.claims import Study

MARGIN, LABEL, COLUMN, TOTAL = 14.0, 236.0, 24.0, 44.0
SMALL, STEP, ROW, GAP = 7.5, 9.4, 13.0, 4.0
EMPTY = "#eeeeee"


def theme_matrix(
    evidence: Evidence,
    *,
    of: str = "themes",
    study: Study | None = None,
    lang: str = "en",
) -> Picture:
    """Draw who spoke of what.

    Parameters
    ----------
    evidence : Interviews or Codings
        Themes and informants; of codings, codes and documents.
    of : {"themes", "constructs"}
        What has a row.
    study : Study, optional
        Where the names of the constructs come from; their ids stand alone without it.
    lang : {"en", "fr"}
        Language of the texts.

    Returns
    -------
    Picture
        A black box where an informant is cited for a theme; how many are, at the right; how many
        themes an informant is cited for, below. ``frame`` is `Evidence.matrix` with constructs.

    Raises
    ------
    ArgumentError
        If an argument cannot be used.
    """
    check_language(lang)
    check_one_of("of", of, OF)
    if not isinstance(evidence, Evidence):
        raise ArgumentError(
            f"evidence= needs Interviews or Codings; got {type(evidence).__name__}. Read codings "
            "by read_codings()."
        )
    names = {k: say(v, lang) for k, v in construct_names(study).items()} if study else {}
    frame = _frame(evidence, of)
    if not len(frame):
        raise ArgumentError(f"evidence= needs {of}; got none. Give codes their constructs.")
    plan = _Plan(frame, evidence, of, names, lang)
    marks = tuple(plan.draw())
    title, told = plan.title, plan.description()
    return Picture(title, told, frame, marks, (plan.width, plan.y), lang)


def _frame(evidence: Evidence, of: str) -> pd.DataFrame:
    """A row for each theme: construct, theme, and a column for each informant."""
    if of == "constructs":
        rows = [(c, c, evidence.informants_on(c)) for c in evidence.construct_ids]
    else:
        order = [*evidence.construct_ids, ""]
        rows = [(c.construct, c.theme, c.informants) for c in evidence.cited]
        rows.sort(key=lambda row: order.index(row[0]))  # stable: themes keep their order
    table = [
        [construct, theme, *(name in who for name in evidence.informant_ids)]
        for construct, theme, who in rows
    ]
    return pd.DataFrame(table, columns=["construct", "theme", *evidence.informant_ids])


@dataclass
class _Plan:
    """Places on the paper, from above to below."""

    frame: pd.DataFrame
    evidence: Evidence
    of: str
    names: dict[str, str]
    lang: str
    y: float = MARGIN

    def __post_init__(self) -> None:
        self.people = self.evidence.informant_ids
        self.left = MARGIN + LABEL
        self.right = self.left + COLUMN * len(self.people)
        self.width = self.right + TOTAL + MARGIN
        self.title = self.word(self._kind("title"))

    def word(self, key: str, **fields: Any) -> str:
        """A text of the catalogue."""
        return say(phrase(f"figures.theme_matrix.{key}", **fields), self.lang)

    def _kind(self, key: str) -> str:
        return f"{key}_constructs" if self.of == "constructs" else key

    def draw(self) -> Iterator[Mark]:
        """Everything, in the order of drawing."""
        for line in lines(self.title, self.width - 2 * MARGIN, 11.0, 2, bold=True):
            yield Words(MARGIN, self.y + 7, line, 11.0, bold=True)
            self.y += 15
        self.y += 2
        yield from self._heads()
        for construct in dict.fromkeys(self.frame["construct"]):
            if self.of == "themes" and construct:
                yield from self._construct(construct)
            for row in self.frame[self.frame["construct"] == construct].to_dict("records"):
                yield from self._row({str(k): v for k, v in row.items()})
            self.y += GAP if self.of == "themes" else 0
        yield from self._totals()
        yield from self._key()
        self.y += MARGIN - 4

    def _heads(self) -> Iterator[Mark]:
        texts = [(lines(name, 90, SMALL, 1) or [""])[0] for name in self.people]
        tall = max(width(text, SMALL) for text in texts) + 4
        for place, text in enumerate(texts):
            yield Words(self._middle(place), self.y + tall, text, SMALL, upright=True)
        head = self.word("informants")
        yield Words(self.width - MARGIN, self.y + tall - 5, head, SMALL, "right", colour=PALE)
        self.y += tall + 4

    def _middle(self, place: int) -> float:
        return self.left + COLUMN * (place + 0.5)

    def _construct(self, construct: str) -> Iterator[Mark]:
        name = self.names.get(construct, "")
        text = f"{construct} · {name}" if name and name != construct else construct
        count = len(self.evidence.informants_on(construct))
        for line in lines(text, self.left - MARGIN - 4, 8.0, 2, bold=True):
            yield Words(MARGIN, self.y + 6, line, 8.0, bold=True)
            self.y += 11
        told = integer(count, self.lang)
        yield Words(self.width - MARGIN, self.y - 5, told, 8.0, "right", bold=True)
        yield Rule(MARGIN, self.y + 1, self.width - MARGIN, self.y + 1, LINE, 0.5)
        self.y += 4

    def _said(self, row: dict[str, Any]) -> str:
        if self.of == "constructs":
            name = self.names.get(row["theme"], "")
            return f"{row['theme']} · {name}" if name and name != row["theme"] else row["theme"]
        return say(self.evidence.wordings[row["theme"]], self.lang)

    def _row(self, row: dict[str, Any]) -> Iterator[Mark]:
        told = lines(self._said(row), LABEL - 8, SMALL, 2)
        height = max(ROW, STEP * len(told) + 3)
        middle = self.y + height / 2
        first = middle - STEP * (len(told) - 1) / 2
        for k, line in enumerate(told):
            yield Words(MARGIN, first + STEP * k, line, SMALL)
        for place, name in enumerate(self.people):
            x = self.left + COLUMN * place + 1
            fill = INK if row[name] else EMPTY
            yield Box(
                x, middle - 5, COLUMN - 2, 10, fill, name=f"{row['theme']}:{name}={row[name]}"
            )
        count = integer(sum(bool(row[name]) for name in self.people), self.lang)
        yield Words(self.width - MARGIN, middle, count, SMALL, "right")
        self.y += height

    def _totals(self) -> Iterator[Mark]:
        yield Rule(MARGIN, self.y + 1, self.width - MARGIN, self.y + 1, LINE, 0.5)
        self.y += 3
        yield Words(MARGIN, self.y + 6, self.word(self._kind("total")), SMALL, colour=PALE)
        for place, name in enumerate(self.people):
            text = integer(int(self.frame[name].sum()), self.lang)
            yield Words(self._middle(place), self.y + 6, text, SMALL, "center")
        self.y += 17

    def _key(self) -> Iterator[Mark]:
        x = MARGIN
        for fill, key in ((INK, "spoke"), (EMPTY, "not")):
            text = self.word(key)
            yield Box(x, self.y, 11, 8, fill, edge="#444444", name=f"key={key}")
            yield Words(x + 15, self.y + 4, text, SMALL)
            x += 15 + width(text, SMALL) + 12
        self.y += 12

    def description(self) -> str:
        """The figure in words."""
        told = []
        for row in self.frame.to_dict("records"):
            who = [name for name in self.people if row[name]]
            listed = ", ".join(who) or self.word("nobody")
            said = self._said({str(k): v for k, v in row.items()})
            count = integer(len(who), self.lang)
            told.append(self.word("row", theme=said, count=count, who=listed))
        n = integer(len(self.people), self.lang)
        return self.word("description", n=n, rows=" ".join(told))
