"""Are the items fit for factors? KMO, Bartlett's sphericity, squared multiple correlations."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from scrm_model.inference.worded import Told, Worded
from scrm_model.measurement.exploratory.adequacy import (
    sampling_adequacy,
    sphericity,
    squared_multiple_correlations,
)
from scrm_model.measurement.exploratory.correlations import Correlations, correlations_of
from scrm_model.measurement.exploratory.wording import listed, worded
from scrm_model.measurement.show import html, text
from scrm_model.study.claims import Text
from scrm_model.survey.scales import Scales


class Sphericity(NamedTuple):
    """Bartlett's test.

    Attributes
    ----------
    chisq : float
    df : int
    pvalue : float
    """

    chisq: float
    df: int
    pvalue: float


@dataclass(frozen=True, eq=False, repr=False)
class Suitability(Told):
    """How fit items are for factors.

    Attributes
    ----------
    overall : float
        Kaiser-Meyer-Olkin measure of sampling adequacy.
    items : Series
        The same for each item (MSA).
    bartlett : Sphericity
        Bartlett's test: `chisq`, `df`, `pvalue`.
    determinant : float
        Of the correlation matrix.
    smc : Series
        Squared multiple correlation of each item with all others.
    n : int
        Cases that the test counts.
    told : tuple of Text
        What a reader must know, in English and French.
    """

    overall: float
    items: pd.Series
    bartlett: Sphericity
    determinant: float
    smc: pd.Series
    n: int
    told: tuple[Text, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """A row an item: item, msa, smc."""
        return pd.DataFrame(
            {"item": list(self.items.index), "msa": self.items.to_numpy(), "smc": self.smc.array}
        )

    @property
    def measures(self) -> pd.Series:
        """What holds for all items together, keyed by name."""
        return pd.Series(
            {
                "kmo": self.overall,
                "bartlett.chisq": self.bartlett.chisq,
                "bartlett.df": float(self.bartlett.df),
                "bartlett.pvalue": self.bartlett.pvalue,
                "determinant": self.determinant,
                "n": float(self.n),
            }
        )

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know."""
        return tuple(t.get(lang) for t in self.told)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``suitability`` and ``suitability_items``."""
        return listed("suitability", self.measures), worded("suitability_items", self.frame)

    def __repr__(self) -> str:
        shown = [text(title, frame) for title, frame in self.tables().items()]
        return "\n".join([*shown, *self.notes()])

    def _repr_html_(self) -> str:
        (first, whole), (second, each) = self.tables().items()
        return html(first, whole) + html(second, each, self.notes())


def kmo(
    data: Any,
    items: Iterable[str] | Scales | None = None,
    *,
    missing: str = "listwise",
    ordered: Any = False,
) -> Suitability:
    """Kaiser-Meyer-Olkin measure, Bartlett's sphericity and squared multiple correlations.

    Parameters
    ----------
    data : DataFrame or Moments
        Answers, or a covariance or correlation matrix with n.
    items : iterable of str or Scales, optional
        Which columns; all of them by default.
    missing : {"listwise", "pairwise", "fiml"}
        Rows that lack an answer are left out, or correlations are of the cases that gave both
        answers, or those of the unrestricted model by full information.
    ordered : bool, str, iterable of str, or mapping
        Ordinal items, as in `fit`: their correlations are polychoric.

    Returns
    -------
    Suitability

    Raises
    ------
    ArgumentError
        An argument is not one of those above.
    DataError, MissingColumnError
        The data have no such columns, or no positive definite correlation matrix.

    Warns
    -----
    MissingDataWarning
        If rows were left out.

    Notes
    -----
    Formulas: `scrm_model.measurement.exploratory.adequacy`. With ``missing="pairwise"`` and
    ``"fiml"`` n is the number of rows that have an answer.
    """
    return suitability(correlations_of(data, items, missing, ordered))


def suitability(of: Correlations) -> Suitability:
    """The same from correlations."""
    of.need_definite("KMO, which inverts it")
    overall, each = sampling_adequacy(of.matrix)
    names = list(of.names)
    told = list(of.notes)
    alone = [name for name, value in zip(names, each, strict=True) if np.isnan(value)]
    if alone:
        told.append(
            Text(
                f"No MSA for {', '.join(alone)}: all correlations with other items are 0.",
                f"Pas de MSA pour {', '.join(alone)} : aucune corrélation avec les autres items.",
            )
        )
    return Suitability(
        overall, pd.Series(each, names, name="msa"), Sphericity(*sphericity(of.matrix, of.n)),
        float(np.linalg.det(of.matrix)),
        pd.Series(squared_multiple_correlations(of.matrix), names, name="smc"), of.n,
        (*told, _CONVENTION),
    )  # fmt: skip


_CONVENTION = Text(
    "Convention: Kaiser (1974) calls an MSA below .50 unacceptable and one from .80 meritorious.",
    "Convention : Kaiser (1974) juge un MSA inférieur à 0,50 inacceptable, et méritoire à partir "
    "de 0,80.",
)
