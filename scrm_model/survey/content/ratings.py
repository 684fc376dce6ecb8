"""Ratings of the items by experts, as a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.content.words import ESSENTIAL

COLUMNS = ("expert", "item", "relevance", "clarity", "essential", "sorted", "comment")
JUDGED = ("relevance", "clarity", "essential", "sorted")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ratings:
    """What experts said of the items.

    Attributes
    ----------
    frame : DataFrame
        A row for each expert and item: expert, item, relevance and clarity (whole numbers),
        essential (``"essential"``, ``"useful"``, ``"not necessary"``), sorted (a construct),
        comment. What is missing is NA.
    points : (int, int)
        Lowest and highest rating of relevance and clarity.
    constructs : dict of str to str
        Construct that each item is meant to measure, as far as the forms say so.
    choices : tuple of str
        Constructs that could be chosen in the sorting, as far as the forms say so.
    notes : tuple of Text
        What was left out or counted on the way.
    """

    frame: pd.DataFrame
    points: tuple[int, int] = (1, 4)
    constructs: dict[str, str] | None = None
    choices: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def experts(self) -> tuple[str, ...]:
        """Names or codes of the experts, in order."""
        return tuple(dict.fromkeys(self.frame["expert"]))

    @property
    def items(self) -> tuple[str, ...]:
        """Codes of the items, in order."""
        return tuple(dict.fromkeys(self.frame["item"]))

    @property
    def asked(self) -> tuple[str, ...]:
        """What was judged at all: of relevance, clarity, essential and sorted."""
        return tuple(c for c in JUDGED if self.frame[c].notna().any())

    @property
    def missing(self) -> pd.DataFrame:
        """Judgements given and missing, for each expert and each thing that was asked."""
        rows = [
            {"expert": expert, "asked": what, "given": given, "missing": len(self.items) - given}
            for expert, mine in self.frame.groupby("expert", sort=False)
            for what in self.asked
            for given in [int(mine[what].notna().sum())]
        ]
        return pd.DataFrame(rows, columns=["expert", "asked", "given", "missing"])

    @property
    def comments(self) -> pd.DataFrame:
        """What the experts wrote, item by item."""
        said = self.frame[self.frame["comment"].notna()]
        order = {item: place for place, item in enumerate(self.items)}
        said = said.sort_values("item", key=lambda codes: codes.map(order), kind="stable")
        return said[["item", "expert", "comment"]].reset_index(drop=True)

    def wide(self, what: str = "relevance") -> pd.DataFrame:
        """One judgement as a table of experts × items.

        Parameters
        ----------
        what : {"relevance", "clarity", "essential", "sorted"}
            Which.

        Returns
        -------
        DataFrame
            Index expert, a column for each item.

        Raises
        ------
        ArgumentError
            If there is no such judgement.
        """
        if what not in JUDGED:
            raise ArgumentError(
                f"what= needs one of {', '.join(JUDGED)}; got {what!r}."
                + (did_you_mean(what, JUDGED) or " Choose one of these.")
            )
        table = self.frame.pivot(index="expert", columns="item", values=what)
        return table.reindex(index=list(self.experts), columns=list(self.items))

    def codes(self, what: str, categories: Sequence[object], items: Sequence[str]) -> NDArray:
        """One judgement as numbers of categories.

        Parameters
        ----------
        what : str
            Which.
        categories : sequence
            In order.
        items : sequence of str
            Which items.

        Returns
        -------
        ndarray of int, shape (experts, items)
            -1 where nothing was judged.
        """
        place = {category: k for k, category in enumerate(categories)}
        table = self.wide(what)[list(items)].to_numpy(dtype=object)
        return np.array([[place.get(v, -1) if not pd.isna(v) else -1 for v in r] for r in table])

    def _lines(self, lang: str = "en") -> list[str]:
        gaps = int(self.missing["missing"].sum())
        head = f"Ratings: {len(self.experts)} experts, {len(self.items)} items"
        head += f"; {', '.join(self.asked)}; {gaps} judgement{'s' * (gaps != 1)} missing"
        return [head, *(note.get(lang) for note in self.notes)]

    def __repr__(self) -> str:
        return "\n  ".join(self._lines())

    def _repr_html_(self) -> str:
        head, *notes = map(escape, self._lines())
        listed = "".join(f"<li>{note}</li>" for note in notes)
        gaps = self.missing.query("missing > 0")
        table = gaps.to_html(index=False) if len(gaps) else ""
        return f"<p>{head}</p>{table}" + (f"<ul>{listed}</ul>" if listed else "")


def essential_word(value: object) -> str | None:
    """The answer that a text gives to the question whether an item is essential.

    Parameters
    ----------
    value : object
        A text in English, in French or in both.

    Returns
    -------
    str or None
        A key of `ESSENTIAL`, or None for anything else.
    """
    said = " ".join(str(value).casefold().split())
    for word, text in ESSENTIAL.items():
        if said in {word, text.en, text.fr, f"{text.en} / {text.fr}", *_SHORT[word]}:
            return word
    return None


_SHORT = {
    "essential": ("e",),
    "useful": ("useful, not essential", "utile", "utile, non essentiel", "u"),
    "not necessary": ("not essential", "non necessaire", "pas nécessaire", "n"),
}
