"""Who coded what where: codings as a value, counted like the article's themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, did_you_mean
from scrm_model.interviews.coders import CoderAgreement, agreement_of
from scrm_model.interviews.counting import together
from scrm_model.interviews.evidence import Cited, Evidence
from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.records import Informant, Relation, Theme
from scrm_model.interviews.units import UNITS, judged
from scrm_model.interviews.wording import Text, check_one_of

SEEN = ("document", "segment")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Codings(Evidence):
    """Codings of interviews. A document stands for an informant.

    Attributes
    ----------
    frame : DataFrame
        One row for each coding: document, segment, code, coder; and quotation, if it was asked for.
        A row without a code says that a coder saw the segment and applied none.
    codes : mapping of str to str
        Codes in the order of the codebook, with the construct that each belongs to, or ``""``.
    documents : tuple of str
        Interviews, coded or not.
    spans : mapping of (document, segment) to (int, int)
        Where a segment begins and ends in the text, where that is known.
    paragraphs : mapping of str to tuple of (int, int)
        Where the paragraphs of a document begin and end, where its text is known.
    notes : tuple of Text
        What reading found.
    """

    frame: pd.DataFrame
    codes: Mapping[str, str]
    documents: tuple[str, ...]
    spans: Mapping[tuple[str, str], Span] = field(default_factory=dict)
    paragraphs: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    @property
    def coders(self) -> tuple[str, ...]:
        """Who coded, in the order in which they come up."""
        return tuple(dict.fromkeys(self.frame["coder"]))

    @property
    def informant_ids(self) -> tuple[str, ...]:
        """The documents: each stands for an informant."""
        return self.documents

    @property
    def cited(self) -> tuple[Cited, ...]:
        """Each code, its construct and the documents that have it, by whichever coder."""
        pairs = set(zip(self.frame["code"], self.frame["document"], strict=True))
        return tuple(
            Cited(code, construct, tuple(d for d in self.documents if (code, d) in pairs))
            for code, construct in self.codes.items()
        )

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What a reader of the counts must know."""
        if len(self.coders) < 2:
            return ()
        return (
            Text(
                f"A code counts where any of {len(self.coders)} coders applied it.",
                f"Un code compte dès que l'un des {len(self.coders)} codeurs l'a appliqué.",
            ),
        )

    def of_coder(self, coder: str) -> Codings:
        """The codings of one coder.

        Parameters
        ----------
        coder : str
            As in `coders`.

        Returns
        -------
        Codings

        Raises
        ------
        ArgumentError
            If there is no such coder.
        """
        if coder not in self.coders:
            raise ArgumentError(
                f"coder= needs one of {', '.join(self.coders)}; got {coder!r}."
                + (did_you_mean(str(coder), self.coders) or " Choose one of these.")
            )
        own = self.frame[self.frame["coder"] == coder].reset_index(drop=True)
        seen = set(own["document"])
        documents = tuple(d for d in self.documents if d in seen)
        return Codings(own, self.codes, documents, self.spans, self.paragraphs, self.notes)

    def segment_counts(self) -> pd.DataFrame:
        """Segments, documents and coders by code: construct, code, documents, segments, coders."""
        coded = self.frame[self.frame["code"] != ""]
        rows = []
        for code, construct in self.codes.items():
            own = coded[coded["code"] == code]
            segments = len(own[["document", "segment"]].drop_duplicates())
            rows.append(
                (construct, code, own["document"].nunique(), segments, own["coder"].nunique())
            )
        columns = ["construct", "code", "documents", "segments", "coders"]
        return pd.DataFrame(rows, columns=columns)

    def coded_together(self) -> pd.DataFrame:
        """In how many segments two codes occur together, by whichever coder.

        Returns
        -------
        DataFrame
            codes × codes; on the diagonal the segments of each. Segments are the same if their ids
            are: codes on spans that overlap do not count here.
        """
        coded = self.frame[self.frame["code"] != ""]
        segments = pd.MultiIndex.from_frame(coded[["document", "segment"]])
        place, units = pd.factorize(segments)
        names = list(self.codes)
        present = np.zeros((len(names), len(units)), dtype=bool)
        present[[names.index(code) for code in coded["code"]], place] = True
        return pd.DataFrame(together(present), index=pd.Index(names), columns=pd.Index(names))

    def agreement(
        self,
        unit: str = "segment",
        *,
        seen: str = "document",
        level: float = 0.95,
        draws: int = 2000,
        seed: int | None = None,
    ) -> CoderAgreement:
        """How far coders agree on each code: Cohen's kappa of two, Krippendorff's alpha.

        Parameters
        ----------
        unit : {"segment", "paragraph", "document"}
            What coders decide on. Segments are those that anybody coded, or listed without a code;
            paragraphs need the texts of an exchanged project.
        seen : {"document", "segment"}
            What a coder who did not apply a code has judged: every unit of a document in which
            that coder coded anything, or only segments that the coder coded or listed.
        level : float
            Of the intervals.
        draws : int
            Resamples of units behind the intervals of alpha.
        seed : int, optional
            Of the resamples.

        Returns
        -------
        CoderAgreement

        Raises
        ------
        DataError
            If there is one coder only, or no two coders judged the same unit.
        ArgumentError
            If an argument cannot be used, or paragraphs are asked for and texts are not known.

        Notes
        -----
        Each code is judged present or absent in each unit. Where only coded segments are units,
        those that nobody coded are missing, and chance-corrected agreement is lower than over all
        of a text.
        """
        check_one_of("unit", unit, UNITS)
        check_one_of("seen", seen, SEEN)
        _check_draws(level, draws, seed)
        if len(self.coders) < 2:
            raise DataError(
                f"agreement needs two coders; got {', '.join(self.coders)}. Read the codings of "
                "another coder too."
            )
        decisions, notes = judged(self, unit, seen)
        self._need_overlap(decisions)
        return agreement_of(
            decisions, tuple(self.codes), self.coders, unit=unit, level=level, draws=draws,
            seed=seed, notes=(*notes, *self._alone(decisions)),
        )  # fmt: skip

    def _need_overlap(self, decisions: NDArray) -> None:
        met = (decisions[0] >= 0).sum(axis=0) >= 2 if len(decisions) else np.zeros(0, bool)
        if not met.any():
            raise DataError(
                "agreement needs units that two coders judged; got none in common of "
                f"{', '.join(self.coders)}. Have them code the same documents, and look whether "
                "ids of documents and segments are written alike."
            )

    def _alone(self, decisions: NDArray) -> list[Text]:
        """Coders who judged no unit that anybody else did."""
        given = decisions[0] >= 0
        met = given.sum(axis=0) >= 2
        alone = [c for c, own in zip(self.coders, given, strict=True) if not (own & met).any()]
        return [
            Text(
                f"{coder} judged no unit that another coder did, and counts for nothing here.",
                f"{coder} n'a jugé aucune unité en commun et ne compte pas ici.",
            )
            for coder in alone
        ]

    def interviews(
        self,
        name: str | Text = "Interviews",
        constructs: Mapping[str, str] | None = None,
        relations: Iterable[Relation] = (),
    ) -> Interviews:
        """The codings as evidence for a study, for `joint_display` and `traceability`.

        Parameters
        ----------
        name : str or Text
            Title.
        constructs : mapping of str to str, optional
            Construct of each code; those known from reading otherwise.
        relations : iterable of Relation
            Relations of constructs that passages speak for.

        Returns
        -------
        Interviews

        Raises
        ------
        ArgumentError
            If a code is mapped that there is not.
        """
        mapped = dict(self.codes) | dict(constructs or {})
        for code in mapped:
            if code not in self.codes:
                raise ArgumentError(
                    f"constructs= needs codes of the codings; got {code!r}."
                    + (did_you_mean(code, self.codes) or f" They are {', '.join(self.codes)}.")
                )
        themes = tuple(
            Theme(c.theme, mapped[c.theme], Text(c.theme), c.informants) for c in self.cited
        )
        people = tuple(map(Informant, self.documents))
        return Interviews(
            Text.of(name), people, themes, relations=tuple(relations), notes=self.remarks
        )

    def __repr__(self) -> str:
        coded = self.frame[self.frame["code"] != ""]
        segments = len(coded[["document", "segment"]].drop_duplicates())
        return (
            f"Codings: {len(coded)}, of {len(self.codes)} codes, in {segments} segments of "
            f"{len(self.documents)} documents, by {', '.join(self.coders)}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        counts = self.segment_counts().to_html(index=False)
        return f"<p>{escape(repr(self))}</p>{counts}" + (f"<ul>{notes}</ul>" if notes else "")


def _check_draws(level: Any, draws: Any, seed: Any) -> None:
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise ArgumentError(
            f"level= needs a number between 0 and 1; got {level!r}. The usual level is 0.95."
        )
    if not isinstance(draws, int | np.integer) or draws < 100:
        raise ArgumentError(
            f"draws= needs a whole number of at least 100; got {draws!r}. 2000 is enough."
        )
    if seed is not None and not isinstance(seed, int | np.integer):
        raise ArgumentError(f"seed= needs a whole number or None; got {seed!r}. Take any.")
