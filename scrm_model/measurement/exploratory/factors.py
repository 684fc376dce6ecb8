"""A factor solution as a value: loadings, variances, fit, what crosses, scores."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.estimation.evaluation.scores import check_method
from scrm_model.inference.worded import Told, Worded, in_language
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.evaluation import bartlett_weights, regression_weights
from scrm_model.measurement.exploratory.retention import ParallelAnalysis
from scrm_model.measurement.exploratory.wording import WORDS, listed, worded
from scrm_model.measurement.show import html, text
from scrm_model.study.claims import Text


@dataclass(frozen=True, eq=False, repr=False)
class FactorAnalysis(Told):
    """Factors, or components, of items.

    Attributes
    ----------
    loadings : DataFrame, items x factors
        The pattern: columns by the variance that they explain, each with a positive sum.
    structure : DataFrame, items x factors
        Correlations of items and factors.
    phi : DataFrame, factors x factors
        Correlations of the factors.
    communalities, uniquenesses : Series
    variance : DataFrame
        Rows ss_loadings (diagonal of Phi L'L), proportion (of all variance), cumulative, share (of
        the common variance) and score_r2 (squared correlation of a factor with its regression
        scores, not for components); a column a factor.
    measures : Series
        rmsr, rmsr.corrected, fit, fit.off; of factors also objective, chisq, df, pvalue, rmsea,
        rmsea.ci.lower, rmsea.ci.upper (90 %), cfi, tli, bic and baseline.chisq, .df, .pvalue.
        What cannot be had is not there, and `notes` say why.
    residuals : DataFrame, items x items
        Correlations minus what the factors reproduce; uniquenesses on the diagonal.
    items : DataFrame
        A row an item: item, factor and loading (the largest in size), second (the next one, in
        size), gap, communality, uniqueness, complexity (Hofmann, 1978), flag.
    method, rotation : str
    n : int
        Cases that tests count.
    heywood : tuple of str
        Items whose uniqueness was stopped at .005.
    search : Series
        extraction.minima, rotation.starts, rotation.at_best, rotation.minima, rotation.value: how
        many different minima searches from different points ended at.
    converged : bool
        Extraction and rotation.
    retention : ParallelAnalysis or None
        What chose the number of factors.
    told : tuple of Text
    """

    loadings: pd.DataFrame
    structure: pd.DataFrame
    phi: pd.DataFrame
    communalities: pd.Series
    uniquenesses: pd.Series
    variance: pd.DataFrame
    measures: pd.Series
    residuals: pd.DataFrame
    items: pd.DataFrame
    method: str
    rotation: str
    n: int
    heywood: tuple[str, ...]
    search: pd.Series
    converged: bool
    retention: ParallelAnalysis | None
    told: tuple[Text, ...]
    _of: Correlations

    @property
    def factors(self) -> int:
        """How many there are."""
        return self.loadings.shape[1]

    @property
    def correlations(self) -> pd.DataFrame:
        """The correlations that were analysed."""
        names = list(self._of.names)
        return pd.DataFrame(self._of.matrix.copy(), names, names)

    @property
    def frame(self) -> pd.DataFrame:
        """A row an item: item, its loadings, communality, uniqueness, complexity, flag."""
        rest = self.items[["communality", "uniqueness", "complexity", "flag"]]
        own = self.loadings.rename_axis("item").reset_index()
        return pd.concat([own, rest], axis=1)

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know."""
        return tuple(t.get(lang) for t in self.told)

    def tables(self, lang: str = "en", hide: float = 0.0) -> dict[str, pd.DataFrame]:
        """Tables to print, by title.

        Parameters
        ----------
        lang : {"en", "fr"}
        hide : float
            Loadings smaller than this in size are left blank.
        """
        return in_language(self.worded(hide), lang)

    def worded(self, hide: float = 0.0) -> tuple[Worded, ...]:
        """Its tables with their words.

        They are ``loadings``, ``variance``, ``structure`` and ``phi`` of oblique factors, and
        ``measures``.

        Parameters
        ----------
        hide : float
            Loadings smaller than this in size are left blank.
        """
        shown = self.frame
        own = list(self.loadings.columns)
        shown[own] = shown[own].where(shown[own].abs() >= hide)
        variance = _with_names(self.variance, "measure")
        oblique: tuple[Worded, ...] = ()
        if self._oblique:
            oblique = (
                worded("structure", _with_names(self.structure, "item")),
                worded("phi", _with_names(self.phi, "factor")),
            )
        return (
            worded("loadings", shown),
            worded("variance", variance, {"measure": WORDS}),
            *oblique,
            listed("measures", self.measures),
        )

    @property
    def _oblique(self) -> bool:
        return bool(np.abs(self.phi.to_numpy() - np.eye(self.factors)).max() > 1e-12)

    @cached_property
    def _title(self) -> str:
        kind = "components" if self.method == "pca" else "factors"
        return f"{self.factors} {kind}, {self.method}, rotation {self.rotation}, n = {self.n}"

    def __repr__(self) -> str:
        shown = [text(title, frame) for title, frame in self.tables().items()]
        return "\n".join([self._title, *shown, *self.notes()])

    def _repr_html_(self) -> str:
        parts = [html(title, frame) for title, frame in self.tables().items()]
        return f"<p>{self._title}</p>" + "".join(parts) + html("", pd.DataFrame(), self.notes())

    def scores(self, method: str = "regression") -> pd.DataFrame:
        """Scores of the cases, on factors with variance 1.

        Parameters
        ----------
        method : {"regression", "bartlett"}
            Thurstone's, which predict the factors best, or Bartlett's, without bias given them.

        Returns
        -------
        DataFrame
            A row a case that was used, under its label in the data, and a column a factor. A case
            with missing cells is scored from the answers that it gave, where these suffice; the
            others have NaN, which `missing_scores` in `attrs` counts.

        Raises
        ------
        ArgumentError
            No such method, or Bartlett's of components.
        NotAvailableError
            There are no answers, or ordinal ones: their scores need the latent responses.

        Notes
        -----
        Formulas: `scrm_model.measurement.exploratory.evaluation`, of answers that are standardised
        by the means and standard deviations of the cases used (divisor n - 1).
        """
        kind = check_method(method)
        rows = self._of.rows
        if rows is None or self._of.ordered:
            why = "ordinal answers" if rows is not None else "moments alone"
            raise NotAvailableError(
                f"scores() needs answers that are numbers; got {why}. "
                "Confirm the factors with fit(), whose factor_scores() knows latent responses."
            )
        if kind == "bartlett" and self.method == "pca":
            raise ArgumentError(
                "method= needs 'regression' for components; got 'bartlett'. Components are sums of "
                "items and have no error to weigh by."
            )
        z = (rows.values - self._of.centre) / self._of.spread
        scores = self._scored(z, kind)
        out = pd.DataFrame(scores, index=rows.index, columns=self.loadings.columns)
        out.attrs["missing_scores"] = int(np.isnan(scores).any(axis=1).sum())
        return out

    def _scored(self, z: NDArray, kind: str) -> NDArray:
        seen = ~np.isnan(z)
        patterns, of_row = np.unique(seen, axis=0, return_inverse=True)
        out = np.full((len(z), self.factors), np.nan)
        L, phi = self.loadings.to_numpy(), self.phi.to_numpy()
        for k, pattern in enumerate(patterns):
            here = np.flatnonzero(of_row.ravel() == k)
            own = L[pattern]
            # Components are sums of all items; Bartlett's scores need enough of them.
            few = kind == "bartlett" and np.linalg.matrix_rank(own) < self.factors
            if not pattern.all() and (few or self.method == "pca"):
                continue
            if kind == "bartlett":
                weights = bartlett_weights(self.uniquenesses.to_numpy()[pattern], own)
            else:
                R = self._of.matrix[np.ix_(pattern, pattern)]
                weights = regression_weights(R, own, phi)
            out[here] = z[np.ix_(here, pattern)] @ weights
        return out


def _with_names(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.rename_axis(name).reset_index()
