"""The result of `method_bias()`: a table for each approach, and what each came to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import NotAvailableError
from scrm_model.measurement.method.harman import Harman
from scrm_model.measurement.method.partialled import Partialled
from scrm_model.measurement.method.phases import Phases
from scrm_model.measurement.method.unmeasured import Unmeasured
from scrm_model.measurement.show import html, readable, text

APPROACHES = ("harman", "partial", "marker", "ulmc", "vif")
_FITS = ["model", "chisq", "df", "cfi", "rmsea", "srmr", "chisq_diff", "df_diff", "pvalue_diff"]
_WEAK = (
    "Harman's test is weak: one factor seldom fits whatever the method does, and a share below one "
    "half rules out little (Podsakoff et al., 2003; Fuller et al., 2016)."
)


@dataclass(frozen=True, eq=False, repr=False)
class MethodBias:
    """What several approaches say of a method that the answers share.

    Attributes
    ----------
    frame : DataFrame
        The main numbers: approach, quantity, value, df, pvalue, note.
    constructs : dict of str to tuple of str
        Their items.
    marker_items : tuple of str
    lacking : dict of str to str
        Why an approach has no table.
    ordinal : bool
    found : dict
        The tables by approach; read them as `harman`, `partial`, `marker`, `ulmc`, `vif`.
    """

    frame: pd.DataFrame
    constructs: dict[str, tuple[str, ...]]
    marker_items: tuple[str, ...]
    lacking: dict[str, str]
    ordinal: bool
    found: dict[str, Any]

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

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: what is weak, what is missing, what went wrong."""
        return tuple(dict.fromkeys(_notes(self)))

    def _tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        yield "Method bias", self.frame.drop(columns="note")
        if "harman" in self.found:
            yield "Harman: one factor against the constructs (weak)", self.harman.frame[_FITS]
        if "partial" in self.found and len(self.partial.frame):
            columns = ["lhs", "rhs", "r", "at", "r_m", "r_adj", "t", "pvalue_adj", "significance"]
            yield "Partial correlations (Lindell & Whitney)", self.partial.frame[columns]
        if "marker" in self.found:
            columns = [*_FITS[:6], "against", *_FITS[6:]]
            yield "Marker as latent variable, phase I", self.marker.frame[columns]
            yield "Phase II: reliability", self.marker.decomposition.drop(columns="note")
            yield "Phase III: correlations", self.marker.sensitivity
        if "ulmc" in self.found:
            columns = [*_FITS[:6], "construct_share", "method_share", "against", *_FITS[6:]]
            yield "Unmeasured method factor", self.ulmc.frame[columns]
            yield "Standardised loadings with and without it", self.ulmc.loadings
        if "vif" in self.found:
            yield "Full collinearity", self.vif.drop(columns="note")

    def __repr__(self) -> str:
        parts = [text(title, readable(frame)) for title, frame in self._tables()]
        return "\n\n".join([*parts, "\n".join(self.notes)])

    def _repr_html_(self) -> str:
        *first, last = [(title, readable(frame)) for title, frame in self._tables()]
        parts = [html(title, frame) for title, frame in first]
        return "".join([*parts, html(last[0], last[1], self.notes)])


def _notes(of: MethodBias) -> Iterator[str]:
    yield (
        "No test proves that there is no method bias: what the design did against it (Podsakoff et "
        "al., 2003) comes first."
    )
    if "harman" in of.found:
        yield _WEAK
        yield from _of_models("Harman", of.harman.frame)
    if "partial" in of.found:
        yield from _of_partial(of)
    if "marker" in of.found:
        yield (
            "Baseline is not compared with the CFA: its fixed values are estimates from these "
            "data (Williams, Hartman & Cavazotte, 2010)."
        )
        yield from _of_models("Marker", of.marker.frame)
        yield from of.marker.told
        rows = of.marker.decomposition
        yield from (f"{c}: {n}." for c, n in zip(rows["construct"], rows["note"], strict=True) if n)
    if "ulmc" in of.found:
        yield (
            "An unmeasured factor cannot tell the method from any other cause that all items share "
            "(Richardson, Simmering & Sturman, 2009)."
        )
        yield from _of_models("Method factor", of.ulmc.frame)
    if "vif" in of.found:
        yield "Convention, no verdict: 3.3 for VIF of composites (Kock, 2015)."
        yield from (f"VIF: {n}." for n in of.vif["note"] if n)
    if of.ordinal:
        yield (
            "Ordinal items: models and components are of polychoric correlations, composites are "
            "means of category numbers."
        )
    yield from (f"No table '{name}': {why}." for name, why in of.lacking.items())


def _of_partial(of: MethodBias) -> Iterator[str]:
    found = of.partial
    if found.marker:
        yield f"r_M is of correlations with the marker ({', '.join(of.marker_items)})."
    else:
        yield "No marker: r_M is of the constructs' own correlations, weaker evidence."
    yield from (f"Partial correlations: {t}." for t in found.told)
    rows = found.frame[found.frame["note"] != ""]
    for note, same in rows.groupby("note", sort=False):
        pairs = dict.fromkeys(
            f"{a} with {b}" for a, b in zip(same["lhs"], same["rhs"], strict=True)
        )
        yield f"Partial correlations, {', '.join(pairs)}: {note}."


def _of_models(head: str, frame: pd.DataFrame) -> Iterator[str]:
    for model, note in zip(frame["model"], frame["note"], strict=True):
        if note and not pd.isna(note):
            yield f"{head}, '{model}': {note}."
