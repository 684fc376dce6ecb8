"""What was found on the number of factors, as a value."""

from dataclasses import dataclass, replace

import pandas as pd

from scrm_model.estimation.workers import Seed
from scrm_model.inference.worded import Told, Worded
from scrm_model.measurement.exploratory.wording import RULES, WORDS, worded
from scrm_model.measurement.show import html, text
from scrm_model.study.records import LANGUAGES, Text, check_one_of

METHODS = ("pc", "fa", "smc")


@dataclass(frozen=True, eq=False, repr=False)
class ParallelAnalysis(Told):
    """Eigenvalues of the data beside those of chance, and how many factors that suggests.

    Attributes
    ----------
    factors : int
        What parallel analysis by `method` suggests.
    method : {"pc", "fa", "smc"}
        The rule that `factors` follows.
    frame : DataFrame
        A row a method and eigenvalue: method, number, eigenvalue, mean and quantile of the
        simulated ones, beyond (whether it exceeds that quantile).
    map : DataFrame
        Average squared (velicer) and fourth-power (velicer4) partial correlations after 0, 1, ...
        components.
    suggestions : DataFrame
        rule, factors, source: parallel analyses, MAP, and Kaiser's eigenvalues above 1, which is
        there because readers ask for it.
    draws, n : int
        Simulated data sets, and cases of each.
    quantile : float
    comparison : {"normal", "permuted", "resampled"}
    seed : int or None
    told : tuple of Text
    """

    factors: int
    method: str
    frame: pd.DataFrame
    map: pd.DataFrame
    suggestions: pd.DataFrame
    draws: int
    n: int
    quantile: float
    comparison: str
    seed: Seed
    told: tuple[Text, ...]

    def eigenvalues(self, method: str | None = None) -> pd.DataFrame:
        """Rows of one method, by number.

        Parameters
        ----------
        method : {"pc", "fa", "smc"}, optional
            By default that of the analysis.
        """
        asked = self.method if method is None else method
        check_one_of("method", asked, METHODS)
        rows = self.frame[self.frame["method"] == asked]
        return rows.drop(columns="method").set_index("number")

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know."""
        return tuple(t.get(lang) for t in self.told)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``how_many`` and ``eigenvalues``."""
        cells = {"beyond": {True: WORDS["yes"], False: WORDS["no"]}}
        values = worded("eigenvalues", self.eigenvalues().reset_index(), cells)
        title = Text(*(f"{values.title.get(lang)} ({self.method})" for lang in LANGUAGES))
        return worded("how_many", self.suggestions, {"rule": RULES}), replace(values, title=title)

    def __repr__(self) -> str:
        shown = [text(title, frame) for title, frame in self.tables().items()]
        return "\n".join([*shown, *self.notes()])

    def _repr_html_(self) -> str:
        (first, rules), (second, values) = self.tables().items()
        return html(first, rules) + html(second, values, self.notes())
