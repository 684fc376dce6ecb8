"""Nested models side by side, as a value."""

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.inference.nested import NestedTest
from scrm_model.inference.worded import Told, Worded
from scrm_model.inference.words import spoken
from scrm_model.screening.words import say
from scrm_model.study.records import LANGUAGES, Text


def _probability(p: float) -> str:
    if np.isnan(p):
        return ""
    return "<.001" if p < 0.001 else f"{p:.3f}"


def _degrees(df: float) -> str:
    return "" if np.isnan(df) else f"{df:.3f}".removesuffix(".000")


_SHOWN: Any = {
    "float_format": "{:.3f}".format,
    "na_rep": "",
    "formatters": {"pvalue": _probability, "df_diff": _degrees},
}


_TITLE = Text("Nested models, method {}", "Modèles emboîtés, méthode {}")
_HEADS = {
    "chisq": Text("chi-square, uncorrected", "khi-deux non corrigé"),
    "pvalue": Text("p of the difference", "p de la différence"),
    "scaling": Text("scaling factor", "facteur de correction"),
    "rmsea_d": Text("RMSEA of the difference", "RMSEA de la différence"),
}


def test_note(test: NestedTest, larger: Text, smaller: Text) -> Text:
    """The note of a test, with the models that it is about."""
    return say(
        "{smaller} against {larger}: {note}.", "{smaller} comparé à {larger} : {note}.",
        smaller=smaller, larger=larger, note=test.note,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Told):
    """Nested models in the order of their degrees of freedom.

    Attributes
    ----------
    frame : DataFrame
        A row a model, fewest degrees of freedom first. Columns model, df, aic, bic, chisq
        (uncorrected, as the tests need it); chisq_diff, df_diff, pvalue, scaling (what the plain
        difference was divided by) and rmsea_d (RMSEA of the difference, for the plain test) of
        the test against the model above; cfi, rmsea, srmr, with corrected tests also cfi_robust
        and rmsea_robust, and their differences from the model above, such as cfi_diff.
    tests : tuple of NestedTest
        One for each pair of neighbours.
    method : str
        Of all tests.
    models : tuple of Text
        Names of the models, in the order of `frame`.
    """

    frame: pd.DataFrame
    tests: tuple[NestedTest, ...]
    method: str
    models: tuple[Text, ...]

    @property
    def told(self) -> tuple[Text, ...]:
        """What a reader must know of single tests, in English and French."""
        return tuple(
            test_note(test, *pair)
            for test, pair in zip(self.tests, pairwise(self.models), strict=True)
            if test.note
        )

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know of single tests.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        return spoken(self.told, lang)

    def worded(self) -> tuple[Worded, ...]:
        """The table with its words: ``comparison``."""
        title = Text(*(_TITLE.get(lang).format(self.method) for lang in LANGUAGES))
        cells = {"model": {model.get("en"): model for model in self.models}}
        return (Worded("comparison", title, self.frame, _HEADS, cells),)

    def __repr__(self) -> str:
        table = self.frame.to_string(index=False, **_SHOWN)
        return "\n".join([f"Nested models, method {self.method}", table, *self.notes()])

    def _repr_html_(self) -> str:
        table = self.frame.to_html(index=False, **_SHOWN)
        items = "".join(f"<li>{escape(note)}</li>" for note in self.notes())
        head = f"<p>Nested models, method {escape(self.method)}</p>"
        return head + table + (f"<ul>{items}</ul>" if items else "")
