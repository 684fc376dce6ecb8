"""What screening found: a value whose tables are computed when they are first asked for."""

from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.screening.advice import Advice, advice_listing
from scrm_model.screening.careless import careless_listing
from scrm_model.screening.choosing import mask_of
from scrm_model.screening.conventions import Convention, conventions_with
from scrm_model.screening.distribution import (
    Mardia,
    category_listing,
    frequency_listing,
    mardia_listing,
    normality_listing,
)
from scrm_model.screening.flow import Flow
from scrm_model.screening.indices import Careless, careless
from scrm_model.screening.margins import Margins, margin_listing
from scrm_model.screening.missing import (
    LittleTest,
    little_listing,
    missing_by_case,
    missing_by_item,
    pattern_listing,
)
from scrm_model.screening.nonresponse import nonresponse_listing
from scrm_model.screening.options import Options
from scrm_model.screening.outliers import outlier_listing
from scrm_model.screening.sheet import Sheet, sheet_of
from scrm_model.screening.show import Listing
from scrm_model.screening.spread import Spread, spread_of
from scrm_model.screening.words import say
from scrm_model.study.records import LANGUAGES, Text, check_one_of
from scrm_model.survey.log import LogEntry
from scrm_model.survey.scales import Scales

# The tables of the summary, in their order.
SECTIONS = (
    "flow", "missing", "mcar", "careless", "normality", "mardia", "categories", "outliers",
    "nonresponse", "margins", "advice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Cases that the researcher left out.

    Attributes
    ----------
    cases : tuple
        What names them.
    reason : Text
    places : tuple of int
        Where they stood among the rows received, from 0.
    """

    cases: tuple[Any, ...]
    reason: Text
    places: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Screening:
    """What is to be known of a set of answers before they are analysed.

    Tables are computed when they are first asked for; each has a `frame` of plain columns, notes in
    two languages, and says why something is not there. `exclude` returns a new value.

    Attributes
    ----------
    scales : Scales
    labels : Index
        What names the remaining cases.
    options : Options
        What was asked.
    log : tuple of LogEntry
        What reading found or changed, and every exclusion.
    received : int
        Rows before any exclusion.
    exclusions : tuple of Exclusion
    file, sha256 : str or None
        Name and checksum of the file, if the answers came from one.
    """

    _frame: pd.DataFrame
    scales: Scales
    labels: pd.Index
    options: Options
    log: tuple[LogEntry, ...]
    received: int
    exclusions: tuple[Exclusion, ...] = ()
    file: str | None = None
    sha256: str | None = None

    # ---- what the tables are made of

    @property
    def data(self) -> pd.DataFrame:
        """The cases that remain, with all columns.

        Codes for missing are made empty, nothing else is changed.
        """
        return self._frame.copy()

    @property
    def places(self) -> NDArray:
        """Where the remaining cases stood among the rows received, from 0."""
        gone = [place for one in self.exclusions for place in one.places]
        return np.setdiff1d(np.arange(self.received), gone)

    @cached_property
    def sheet(self) -> Sheet:
        """The answers to the items as arrays."""
        return sheet_of(self._frame, self.scales, self.labels)

    @cached_property
    def conventions(self) -> dict[str, Convention]:
        """The cut-off of each index, with its source."""
        return conventions_with(self.options.cut_offs, len(self.sheet.items))

    @cached_property
    def _spread(self) -> Spread:
        return spread_of(self.sheet, force=self.options.mcar is True)

    @cached_property
    def _careless(self) -> Careless:
        return careless(self.sheet, self._spread, self.options, self.conventions)

    # ---- the tables

    @cached_property
    def missing(self) -> Listing:
        """Missing answers by item."""
        return missing_by_item(self.sheet)

    @cached_property
    def missing_by_case(self) -> Listing:
        """How many cases lack how many answers."""
        return missing_by_case(self.sheet)

    @cached_property
    def patterns(self) -> Listing:
        """Which items are missing together, and how often."""
        return pattern_listing(self.sheet)

    @cached_property
    def mcar(self) -> LittleTest:
        """Little's test that answers are missing completely at random."""
        return little_listing(self.sheet, self._spread, self.options)

    @cached_property
    def careless(self) -> Listing:
        """A row for each index of careless answers: range, convention, how many cross it."""
        return careless_listing(self._careless, self.sheet, self.conventions)

    @property
    def cases(self) -> pd.DataFrame:
        """A row for each case with every index, and the conventions that it crosses."""
        return self._careless.frame.copy()

    @cached_property
    def normality(self) -> Listing:
        """Skewness and kurtosis of every item."""
        return normality_listing(self.sheet)

    @cached_property
    def mardia(self) -> Mardia:
        """Mardia's coefficients, covariances with divisor n - 1 as in psych and semTools."""
        return mardia_listing(self.sheet)

    def mardia_by(self, divisor: str) -> Mardia:
        """Mardia's coefficients with a chosen divisor of the covariances.

        Parameters
        ----------
        divisor : {"n-1", "n"}
            ``"n"`` as Mardia (1970) has it.

        Returns
        -------
        Mardia

        Raises
        ------
        ArgumentError
            Another divisor.
        """
        check_one_of("divisor", divisor, ("n-1", "n"))
        return mardia_listing(self.sheet, divisor)

    @cached_property
    def categories(self) -> Listing:
        """Empty and sparse points, floor and ceiling of every item."""
        return category_listing(self.sheet)

    @cached_property
    def frequencies(self) -> Listing:
        """How often each point of each item was chosen."""
        return frequency_listing(self.sheet)

    @cached_property
    def outliers(self) -> Listing:
        """Cases far from the rest by all items together, and by single items."""
        return outlier_listing(self.sheet, self._spread)

    @cached_property
    def nonresponse(self) -> Listing:
        """Early against late answers."""
        return nonresponse_listing(self.sheet, self.options)

    @cached_property
    def margins(self) -> Margins:
        """The sample against known shares of its population."""
        return margin_listing(self.sheet, self.options)

    @cached_property
    def flow(self) -> Listing:
        """From the invitations to the cases that remain, with every exclusion and its reason."""
        excluded = [(one.reason, len(one.cases)) for one in self.exclusions]
        return (self.options.flow or Flow()).table(self.received, excluded)

    @cached_property
    def advice(self) -> Advice:
        """What to think about, each remark with the source of its convention."""
        return advice_listing(self)

    # ---- exclusions are the researcher's

    def exclude(self, cases: Any, reason: str | Text) -> "Screening":
        """The same without some cases, with the reason on record.

        Parameters
        ----------
        cases : label, iterable of labels, or mask
            What names the cases in `cases.index`; or a truth value for each remaining case.
        reason : str or Text
            Why; it stands in `flow` and `log`.

        Returns
        -------
        Screening
            A new value; this one stays as it is.

        Raises
        ------
        ArgumentError
            No reason; a case that is not there, or named by a label that several cases share; all
            cases.
        """
        text = Text.of(reason) if isinstance(reason, str | Text) else Text()
        if not text.get().strip():
            raise ArgumentError(
                f"reason= needs words; got {reason!r}. Say why these cases are left out."
            )
        before = [name for one in self.exclusions for name in one.cases]
        out = mask_of(cases, self.labels, self._frame.index, before)
        if out.all():
            raise ArgumentError(
                f"cases= needs to leave some cases; got all {len(out)}. Choose fewer."
            )
        gone = tuple(self.labels[out])
        entry = LogEntry("exclusion", "", len(gone), say("excluded: {r}", "exclus : {r}", r=text))
        return replace(
            self,
            _frame=self._frame.loc[~out],
            labels=self.labels[~out],
            log=(*self.log, entry),
            exclusions=(*self.exclusions, Exclusion(gone, text, tuple(self.places[out].tolist()))),
        )

    # ---- all of it

    def summary(self, lang: str = "en") -> str:
        """Every table as plain text, one after the other.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        str

        Raises
        ------
        ArgumentError
            Another language.
        """
        check_one_of("lang", lang, LANGUAGES)
        tables = [getattr(self, name).text(lang) for name in SECTIONS]
        return "\n\n".join([self._head(lang), *tables])

    def _head(self, lang: str) -> str:
        n, p = len(self.labels), len(self.sheet.items)
        name = f" {self.file}" if self.file else ""
        gone = self.received - n
        head = say(
            "Screening{name}: {n} cases × {p} items{gone}",
            "Examen des données{name} : {n} cas × {p} items{gone}", name=name, n=n, p=p,
            gone=say(" ({k} excluded)", " ({k} exclus)", k=gone) if gone else "",
        )  # fmt: skip
        return head.get(lang)

    def __repr__(self) -> str:
        return "\n".join([self._head("en"), self.advice.text("en")])

    def _repr_html_(self) -> str:
        parts = [f"<h4>{escape(self._head('en'))}</h4>", self.advice.html()]
        for name in SECTIONS[:-1]:
            table: Listing = getattr(self, name)
            title = escape(table.title.get("en"))
            parts.append(f"<details><summary>{title}</summary>{table.html()}</details>")
        return "".join(parts)
