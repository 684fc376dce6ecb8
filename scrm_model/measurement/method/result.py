"""The result of `method_bias()`: a table for each approach, and what each came to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import NotAvailableError
from scrm_model.inference.worded import Told, Worded
from scrm_model.inference.words import spoken
from scrm_model.measurement.method.harman import Harman
from scrm_model.measurement.method.partialled import Partialled
from scrm_model.measurement.method.phases import Phases
from scrm_model.measurement.method.told import notes_of
from scrm_model.measurement.method.unmeasured import Unmeasured
from scrm_model.measurement.method.words import worded
from scrm_model.measurement.show import html, readable, text
from scrm_model.study.records import Text

APPROACHES = ("harman", "partial", "marker", "ulmc", "vif")
_FITS = ["model", "chisq", "df", "cfi", "rmsea", "srmr", "chisq_diff", "df_diff", "pvalue_diff"]


@dataclass(frozen=True, eq=False, repr=False)
class MethodBias(Told):
    """What several approaches say of a method that the answers share.

    Attributes
    ----------
    frame : DataFrame
        The main numbers: approach, quantity, value, df, pvalue, note.
    constructs : dict of str to tuple of str
        Their items.
    marker_items : tuple of str
    why : dict of str to Text
        Why an approach has no table; `lacking` has the English words.
    ordinal : bool
    found : dict
        The tables by approach; read them as `harman`, `partial`, `marker`, `ulmc`, `vif`.
    """

    frame: pd.DataFrame
    constructs: dict[str, tuple[str, ...]]
    marker_items: tuple[str, ...]
    why: dict[str, Text]
    ordinal: bool
    found: dict[str, Any]
    _french: dict[str, str]

    @property
    def lacking(self) -> dict[str, str]:
        """Why an approach has no table, in English."""
        return {name: reason.get("en") for name, reason in self.why.items()}

    def _table(self, approach: str) -> Any:
        if approach not in self.found:
            why = self.lacking.get(approach, "it was not asked for")
            raise NotAvailableError(f"{approach} needs to have been computed; {why}.")
        return self.found[approach]

    @property
    def harman(self) -> Harman:
        """One factor of all items: `frame`, `components`, `share`."""
        found: Harman = self._table("harman")
        return found

    @property
    def partial(self) -> Partialled:
        """Correlations without the method's part (Lindell & Whitney, 2001): `frame`."""
        found: Partialled = self._table("partial")
        return found

    @property
    def marker(self) -> Phases:
        """The marker's three phases: `frame`, `decomposition`, `sensitivity`, `loadings`."""
        found: Phases = self._table("marker")
        return found

    @property
    def ulmc(self) -> Unmeasured:
        """An unmeasured method factor: `frame`, `loadings`."""
        found: Unmeasured = self._table("ulmc")
        return found

    @property
    def vif(self) -> pd.DataFrame:
        """Full collinearity: construct, vif_latent, r2_latent, vif_composite, r2_composite."""
        found: pd.DataFrame = self._table("vif")
        return found.copy()

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know: what is weak, what is missing, what went wrong.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        told = notes_of(self.found, self.marker_items, self.why, self.ordinal)
        return spoken(told, lang)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``main``, and those of each approach."""
        return tuple(worded(key, frame, self._french) for key, frame in self._tables())

    def _tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        yield "main", self.frame.drop(columns="note")
        if "harman" in self.found:
            yield "harman", self.harman.frame[_FITS]
        if "partial" in self.found and len(self.partial.frame):
            columns = ["lhs", "rhs", "r", "at", "r_m", "r_adj", "t", "pvalue_adj", "significance"]
            yield "partial", self.partial.frame[columns]
        if "marker" in self.found:
            columns = [*_FITS[:6], "against", *_FITS[6:]]
            yield "phase_1", self.marker.frame[columns]
            yield "phase_2", self.marker.decomposition.drop(columns="note")
            yield "phase_3", self.marker.sensitivity
        if "ulmc" in self.found:
            columns = [*_FITS[:6], "construct_share", "method_share", "against", *_FITS[6:]]
            yield "ulmc", self.ulmc.frame[columns]
            yield "ulmc_loadings", self.ulmc.loadings
        if "vif" in self.found:
            yield "vif", self.vif.drop(columns="note")

    def _readable(self) -> list[tuple[str, pd.DataFrame]]:
        return [(str(table.title), readable(table.frame)) for table in self.worded()]

    def __repr__(self) -> str:
        parts = [text(title, frame) for title, frame in self._readable()]
        return "\n\n".join([*parts, "\n".join(self.notes())])

    def _repr_html_(self) -> str:
        *first, last = self._readable()
        parts = [html(title, frame) for title, frame in first]
        return "".join([*parts, html(last[0], last[1], self.notes())])
