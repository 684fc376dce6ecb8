"""The result of `orders()`: the models side by side, target coefficient, bifactor indices."""

from dataclasses import dataclass

import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.inference.worded import Told, Worded
from scrm_model.inference.words import spoken
from scrm_model.measurement.order.indices import Bifactor, indices_frame, loadings_frame
from scrm_model.measurement.order.models import FIRST, SECOND, Hierarchy
from scrm_model.measurement.order.told import notes_of
from scrm_model.measurement.order.words import (
    INDICES,
    LOADINGS,
    SOLUTIONS,
    models_title,
    worded,
)
from scrm_model.measurement.show import html, readable, text
from scrm_model.study.records import Text

_SHOWN = [
    "model", "chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic", "against", "chisq_diff",
    "df_diff", "pvalue_diff",
]  # fmt: skip
_INDICES = ["solution", "factor", "n_items", "ecv", "omega", "omega_h", "relative", "h", "puc"]


@dataclass(frozen=True, eq=False, repr=False)
class Orders(Told):
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
    _said: dict[str, Text]

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
            indices_frame(self.asked.construct, s).assign(solution=SOLUTIONS[k].en)
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
        frames = [
            loadings_frame(s).assign(solution=SOLUTIONS[k].en) for k, s in self.solutions.items()
        ]
        if not frames:
            return pd.DataFrame()
        out = pd.concat(frames, ignore_index=True)
        return out[["solution", *(c for c in out if c != "solution")]]

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know: what was compared, what could not be, conventions.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        told = notes_of(self.asked, self.fits, self.target, tuple(self.solutions), self._said)
        return spoken(told, lang)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``models``, ``indices`` and ``loadings``."""
        title = models_title(self.asked.construct, self.asked.dimensions)
        tables = [worded("models", title, self.frame[_SHOWN])]
        if self.solutions:
            tables.append(worded("indices", INDICES, self.indices))
            tables.append(worded("loadings", LOADINGS, self.loadings))
        return tuple(tables)

    def __repr__(self) -> str:
        parts = [text(str(t.title), readable(t.frame)) for t in self.worded()]
        return "\n\n".join([*parts, "\n".join(self.notes())])

    def _repr_html_(self) -> str:
        *first, last = [(str(t.title), readable(t.frame)) for t in self.worded()]
        parts = [html(title, frame) for title, frame in first]
        return "".join([*parts, html(last[0], last[1], self.notes())])
