"""The result of `orders()`: the models side by side, target coefficient, bifactor indices."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.measurement.order.indices import Bifactor, indices_frame, loadings_frame
from scrm_model.measurement.order.models import BIFACTOR, FIRST, SECOND, Hierarchy
from scrm_model.measurement.show import html, readable, text

_SHOWN = [
    "model", "chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic", "against", "chisq_diff",
    "df_diff", "pvalue_diff",
]  # fmt: skip
_INDICES = ["solution", "factor", "n_items", "ecv", "omega", "omega_h", "relative", "h", "puc"]
_NAMES = {BIFACTOR: "bifactor", SECOND: "second-order (Schmid-Leiman)"}


@dataclass(frozen=True, eq=False, repr=False)
class Orders:
    """The models of a construct with dimensions.

    Attributes
    ----------
    frame : DataFrame
        A row a model ("one factor", "correlated", "second-order", "bifactor"): model, fit measures,
        against (which model the test is of), chisq_diff, df_diff, pvalue_diff, note.
    asked : Hierarchy
        The construct, its dimensions, what stands beside it.
    fits : dict of str to Fit
    lacking : dict of str to str
        Why a model could not be estimated.
    solutions : dict of str to Bifactor
        Standardised loadings of the bifactor and of the second-order model.
    """

    frame: pd.DataFrame
    asked: Hierarchy
    fits: dict[str, Fit]
    lacking: dict[str, str]
    solutions: dict[str, Bifactor]

    @property
    def target(self) -> float:
        """Target coefficient: uncorrected chi-square of correlated dimensions over second order.

        NaN where one of the two has no minimum; `notes` says so.
        """
        both = [self.fits.get(k) for k in (FIRST, SECOND)]
        if any(f is None or not f.converged for f in both):
            return float("nan")
        first, second = (float(f.measures["chisq"]) for f in both if f is not None)
        return first / second if second > 0 else float("nan")

    @property
    def indices(self) -> pd.DataFrame:
        """Bifactor indices of each solution.

        solution, factor (the construct, then its dimensions), n_items, ecv (share of the common
        variance), omega (omega_s of a dimension), omega_h (omega_hs), relative (omega_h over
        omega), h, puc.
        """
        frames = [
            indices_frame(self.asked.construct, s).assign(solution=_NAMES[k])
            for k, s in self.solutions.items()
        ]
        if not frames:
            return pd.DataFrame(columns=_INDICES)
        return pd.concat(frames, ignore_index=True)[_INDICES]

    @property
    def loadings(self) -> pd.DataFrame:
        """Standardised loadings.

        solution, item, dimension, general, specific, communality, iecv (general share of it).
        """
        frames = [loadings_frame(s).assign(solution=_NAMES[k]) for k, s in self.solutions.items()]
        if not frames:
            return pd.DataFrame()
        out = pd.concat(frames, ignore_index=True)
        return out[["solution", *(c for c in out if c != "solution")]]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: what was compared, what could not be, conventions."""
        return tuple(_notes(self))

    def _tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        title = f"Orders of {self.asked.construct}: {', '.join(self.asked.dimensions)}"
        yield title, self.frame[_SHOWN]
        if self.solutions:
            yield "Bifactor indices", self.indices
            yield "Standardised loadings", self.loadings

    def __repr__(self) -> str:
        parts = [text(title, readable(frame)) for title, frame in self._tables()]
        return "\n\n".join([*parts, "\n".join(self.notes)])

    def _repr_html_(self) -> str:
        *first, last = [(title, readable(frame)) for title, frame in self._tables()]
        parts = [html(title, frame) for title, frame in first]
        return "".join([*parts, html(last[0], last[1], self.notes)])


def _notes(of: Orders) -> Iterator[str]:
    yield from _of_dimensions(of)
    yield from _of_solutions(of)
    for model, note in zip(of.frame["model"], of.frame["note"], strict=True):
        if note:
            yield f"Model '{model}': {note}."


def _of_dimensions(of: Orders) -> Iterator[str]:
    asked = of.asked
    if asked.others:
        yield f"Beside it in every model: {', '.join(asked.others)}, freely correlated."
    if asked.tied:
        yield (
            "Two dimensions by themselves: their one correlation cannot tell two second-order "
            "loadings, which are therefore equal. The model then fits as correlated dimensions do; "
            "other constructs beside it (alone=False) would test it."
        )
    elif len(asked.dimensions) == 3 and not asked.others:
        yield (
            "Three dimensions by themselves: the second-order model implies what correlated ones "
            "imply, and cannot be tested against them."
        )
    if pd.notna(of.target):
        where = ", of the whole model with the constructs beside it" if asked.others else ""
        yield f"Target coefficient (Marsh & Hocevar, 1985){where}: {of.target:.3f}."
    else:
        yield "No target coefficient: one of its two models has no chi-square above 0."


def _of_solutions(of: Orders) -> Iterator[str]:
    specific = of.asked.specific
    pairs = [d for d, own in specific.items() if len(own) == 2]
    if pairs:
        yield f"Bifactor: equal specific loadings of the two items of {', '.join(pairs)}."
    bare = [d for d in of.asked.dimensions if d not in specific]
    if bare:
        yield f"Bifactor: no specific factor of {', '.join(bare)}."
    for which in (SECOND, BIFACTOR):
        found = of.fits.get(which)
        if found is None or not found.converged:
            continue
        if which not in of.solutions:
            yield (
                f"No indices of the {which} model: it explains more than the whole of a dimension, "
                "which leaves nothing specific."
            )
        elif not found.admissible:
            yield f"The indices of the {which} model rest on an inadmissible solution."
    if of.solutions:
        yield (
            "Conventions, no verdicts: with ECV and PUC above .70 items may be taken as of one "
            "dimension (Rodriguez, Reise & Haviland, 2016)."
        )
    if BIFACTOR in of.fits:
        yield (
            "A bifactor model tends to fit better whatever the structure (Bonifay, Lane & Reise, "
            "2017): read its indices and loadings."
        )
