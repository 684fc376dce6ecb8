"""The self-audit: each point of the reporting standards, where it is met, what is left to do."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Listing, Phrase, check_language, has_text, phrase, say
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.writing.audit_items import ITEMS, MISSING, NONE, REPORTED, STATES, Item
from scrm_model.reporting.writing.cite import cite

COLUMNS = ("place", "item", "state", "where", "add")


@dataclass(frozen=True, eq=False, repr=False)
class Audit:
    """The self-audit in one language.

    Attributes
    ----------
    table : Table
        As the report shows it.
    summary : tuple of phrase
        What it is, and how many points are in which state.
    codes : DataFrame
        key, state (``reported``, ``part``, ``missing``, ``author``, ``none``), sections (names in
        the report's page), a row for each point.
    lang : str
        ``"en"`` or ``"fr"``.

    Raises
    ------
    ArgumentError
        There are no words in `lang`.
    """

    table: Table
    summary: tuple[Phrase, ...]
    codes: pd.DataFrame
    lang: str = "en"

    def __post_init__(self) -> None:
        check_language(self.lang)

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each point: part of the article, item, state, where, what to add, anchors."""
        shown = self.table.frame[list(COLUMNS)].map(lambda cell: say(cell, self.lang))
        anchors = [" ".join(f"#{name}" for name in names) for names in self.codes["sections"]]
        return shown.assign(key=self.codes["key"], anchor=anchors)

    def __str__(self) -> str:
        lines = [" ".join(sentence.get(self.lang) for sentence in self.summary)]
        for place, rows in self.frame.groupby("place", sort=False):
            lines += ["", str(place)]
            for row in rows.to_dict("records"):
                where = f" ({row['where']})" if row["where"] else ""
                add = f" {row['add']}" if row["add"] else ""
                lines.append(f"  [{row['state']}{where}] {row['item']}{add}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.table.html(self.lang)


def audit(contents: Contents, present: Collection[str], lang: str = "en") -> Audit:
    """Hold an analysis to the reporting standards.

    Parameters
    ----------
    contents : Contents
    present : collection of str
        Names of the sections that its report has.
    lang : {"en", "fr"}

    Returns
    -------
    Audit

    Raises
    ------
    ArgumentError
        There are no words in `lang`.
    """
    rows = [_row(item, contents, present) for item in ITEMS]
    codes = pd.DataFrame([(i.key, s, n) for i, s, n in rows], columns=["key", "state", "sections"])
    frame = pd.DataFrame([_words(*row) for row in rows], columns=list(COLUMNS))
    columns = tuple(
        Column(name, phrase(f"audit.column.{name}"), missing=None) for name in COLUMNS[1:]
    )
    notes = (phrase("audit.note"),)
    table = Table(phrase("audit.title"), frame, columns, notes, "place", name="audit")
    return Audit(table, _summary(codes["state"]), codes, lang)


def _row(
    item: Item, contents: Contents, present: Collection[str]
) -> tuple[Item, str, tuple[str, ...]]:
    found = tuple(name for name in item.sections if name in present)
    state = item.check(contents, bool(found) and found[0] == item.sections[0])
    return item, state, () if state == MISSING else found


def _words(item: Item, state: str, sections: tuple[str, ...]) -> tuple[Any, ...]:
    add = f"audit.on.{item.key}.add"
    wanted = state not in (REPORTED, NONE) and has_text(add)
    return (
        phrase(f"audit.place.{item.place}"),
        phrase(f"audit.on.{item.key}.item"),
        phrase(f"audit.state.{state}"),
        Listing(tuple(phrase(f"section.{name}") for name in sections), "semicolon"),
        phrase(add) if wanted else "",
    )


def _summary(states: pd.Series) -> tuple[Phrase, ...]:
    counts = [
        phrase(f"audit.count.{state}", n=Number(int((states == state).sum()), "integer"))
        for state in STATES
        if (states == state).any()
    ]
    return (
        phrase("audit.intro", source=cite("appelbaum2018")),
        phrase("audit.counts", n=Number(len(states), "integer"), list=Listing(tuple(counts))),
    )
