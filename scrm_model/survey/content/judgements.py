"""Single judgements: what counts as one, and everything that is wrong with them in one error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import pandas as pd

from scrm_model.errors import DataError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.content.ratings import JUDGED, essential_word
from scrm_model.survey.content.words import ESSENTIAL

SHOWN = 20


@dataclass
class Problems:
    """What is wrong, gathered so that it can be corrected at once."""

    found: list[str] = field(default_factory=list)

    def add(self, place: str, expert: str, said: str) -> None:
        """Keep one problem with its place."""
        self.found.append(f"{place}, expert {expert!r}: {said}")

    def unknown_items(self, frame: pd.DataFrame, known: Iterable[str]) -> None:
        """Keep the items that the scales do not know."""
        known = tuple(known)
        for code in dict.fromkeys(frame["item"]):
            if code not in known:
                hint = did_you_mean(str(code), known)
                self.found.append(f"item {code!r}: no such item in the scales.{hint}")

    def stop(self) -> None:
        """Raise `DataError` if anything was found."""
        if not self.found:
            return
        count, more = len(self.found), len(self.found) - SHOWN
        lines = [f"  - {line}" for line in self.found[:SHOWN]]
        if more > 0:
            lines.append(f"  - and {more} more")
        raise DataError(
            f"source= needs judgements that the form allows; got {count} "
            f"problem{'s' if count > 1 else ''}. Correct them, or empty the cells.\n"
            + "\n".join(lines)
        )


def blank(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip()) or pd.isna(value)


def rating(value: Any, points: tuple[int, int]) -> tuple[Any, str]:
    """A rating from a cell.

    Parameters
    ----------
    value : object
        The cell.
    points : (int, int)
        Lowest and highest rating.

    Returns
    -------
    (int or NA, str)
        The rating, or what is wrong.
    """
    if blank(value):
        return pd.NA, ""
    low, high = points
    number = value
    if isinstance(value, str):
        try:
            number = float(value.strip().replace(",", "."))
        except ValueError:
            number = None
    whole = isinstance(number, Real) and not isinstance(number, bool) and number == number // 1
    if whole and low <= number <= high:
        return int(number), ""
    return pd.NA, f"{value!r} is no whole number from {low} to {high}"


def essential(value: Any) -> tuple[Any, str]:
    """An answer to the question whether an item is essential, or what is wrong with it."""
    if blank(value):
        return pd.NA, ""
    word = essential_word(value)
    if word:
        return word, ""
    allowed = ", ".join(f"{text.en!r} ({text.fr!r})" for text in ESSENTIAL.values())
    return pd.NA, f"{value!r} is none of {allowed}"


def text(value: Any) -> Any:
    """A text without spaces around it, or NA."""
    return pd.NA if blank(value) else str(value).strip()


def checked(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Leave out experts who judged nothing, and say so.

    Parameters
    ----------
    frame : DataFrame
        Expert, item and judgements, in order.

    Returns
    -------
    (DataFrame, tuple of Text)
        A row for every remaining expert and every item, and what was left out.

    Raises
    ------
    DataError
        If nobody judged anything.
    """
    given = frame[list(JUDGED)].notna().any(axis=1).groupby(frame["expert"], sort=False).any()
    if not given.any():
        raise DataError(
            f"source= needs judgements; got {len(given)} expert(s) who filled in nothing. Check "
            "that these are the forms that came back."
        )
    notes = []
    if not given.all():
        names = ", ".join(map(str, given.index[~given]))
        notes.append(
            Text(
                f"Left out, since nothing was filled in: {names}.",
                f"Laissés de côté, rien n'ayant été rempli : {names}.",
            )
        )
    kept = frame[frame["expert"].map(given)]
    items, experts = dict.fromkeys(frame["item"]), dict.fromkeys(kept["expert"])
    every = pd.MultiIndex.from_product([experts, items], names=["expert", "item"])
    whole = kept.set_index(["expert", "item"]).reindex(every).reset_index()
    for what in ("relevance", "clarity"):
        whole[what] = whole[what].astype("Int64")
    for what in ("essential", "sorted", "comment"):
        whole[what] = whole[what].astype(object).where(whole[what].notna(), pd.NA)
    return whole, tuple(notes)
