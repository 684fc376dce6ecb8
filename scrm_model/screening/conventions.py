"""Cut-offs that are in use, each with the work it comes from. None of them is a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.study.records import Text


@dataclass(frozen=True, slots=True)
class Convention:
    """A number beyond which some authors look twice.

    Attributes
    ----------
    index : str
        Name of the column of `Screening.cases`.
    name : Text
        The index in words.
    of : Text
        Which answers it is of.
    relation : str
        ``above``, ``at_least`` or ``below``.
    value : float
        The cut-off.
    source : str
        Author and year; empty for one of the user's own.
    """

    index: str
    name: Text
    of: Text
    relation: str
    value: float
    source: str

    def crossed(self, values: NDArray) -> NDArray[np.bool_]:
        """Where values lie beyond it; not where there is none."""
        with np.errstate(invalid="ignore"):
            if self.relation == "above":
                return np.asarray(values > self.value)
            if self.relation == "at_least":
                return np.asarray(values >= self.value)
            return np.asarray(values < self.value)

    @property
    def shown(self) -> Text:
        """As a sign and a number."""
        sign = {"above": ">", "at_least": "≥", "below": "<"}[self.relation]
        shown = f"{sign} {self.value:g}"
        return Text(shown, shown.replace(".", ","))


_RAW = Text("answers as given", "réponses telles quelles")
_TURNED = Text("reverse-keyed items turned", "items inversés recodés")
_ROW = Text("the row", "la ligne")

_ROWS = (
    ("missing", "share of missing answers", "part de réponses manquantes",
     _RAW, "above", 0.15, "Hair et al. (2017)"),
    # Half of the items: conventions_with() puts in their number.
    ("longstring", "longest string of one answer", "plus longue suite d'une même réponse",
     _RAW, "at_least", 0.5, "Curran (2016)"),
    ("d2_p", "p of Mahalanobis D²", "p du D² de Mahalanobis",
     _RAW, "below", 0.001, "Tabachnick & Fidell (2013)"),
    ("even_odd", "even-odd consistency", "cohérence pair-impair",
     _TURNED, "below", 0.30, "Johnson (2005)"),
    ("synonyms", "psychometric synonyms", "synonymes psychométriques",
     _TURNED, "below", 0.0, "Curran (2016)"),
    ("antonyms", "psychometric antonyms", "antonymes psychométriques",
     _RAW, "above", 0.0, "Curran (2016)"),
    ("person_total", "person-total correlation", "corrélation personne-total",
     _RAW, "below", 0.0, "Curran (2016)"),
    ("seconds_per_item", "seconds per item", "secondes par item",
     _ROW, "below", 2.0, "Huang et al. (2012); Bowling et al. (2023)"),
    ("attention_failed", "attention checks failed", "contrôles d'attention manqués",
     _ROW, "at_least", 1.0, "Meade & Craig (2012)"),
    ("ineligible", "screening questions not met", "questions de sélection non satisfaites",
     _ROW, "at_least", 1.0, "the scales"),
    ("duplicates", "other cases with the same answers", "autres cas aux réponses identiques",
     _RAW, "at_least", 1.0, "Slomczynski et al. (2017)"),
)  # fmt: skip
CONVENTIONS = {
    index: Convention(index, Text(en, fr), of, relation, value, source)
    for index, en, fr, of, relation, value, source in _ROWS
}
# Indices without a cut-off in the literature.
UNCUT = {
    "mean_run": (Text("mean string of one answer", "suite moyenne d'une même réponse"), _RAW),
    "irv": (Text("variability of the answers (IRV)", "variabilité des réponses (IRV)"), _RAW),
}
# Of tables other than that of cases.
SKEW, KURTOSIS, NORMAL_SOURCE = 2.0, 7.0, "West, Finch & Curran (1995)"
MARDIA_Z, MARDIA_SOURCE = 5.0, "Bentler (2006)"
PILE, PILE_SOURCE = 0.15, "Terwee et al. (2007)"
SPARSE = 5
Z, D2_P, OUTLIER_SOURCE = 3.29, 0.001, "Tabachnick & Fidell (2013)"
LEAST_EXPECTED, EXPECTED_SOURCE = 5.0, "Cochran (1954)"
SOME_MISSING, MISSING_SOURCE = 0.05, "Schafer (1999)"
SYNONYM_R, SYNONYM_SOURCE = 0.60, "Meade & Craig (2012)"

OWN = Text("your own", "le vôtre")


def conventions_with(cut_offs: Mapping[str, float] | None, items: int) -> dict[str, Convention]:
    """The conventions, with those of the user in their place.

    Parameters
    ----------
    cut_offs : mapping of str to float, optional
    items : int
        Number of items, of which a string of half is long.

    Returns
    -------
    dict of str to Convention

    Raises
    ------
    ArgumentError
        An unknown index, or a cut-off that is no finite number.
    """
    found = dict(CONVENTIONS)
    found["longstring"] = replace(found["longstring"], value=float(-(-items // 2)))
    if cut_offs is not None and not isinstance(cut_offs, Mapping):
        raise ArgumentError(
            f"cut_offs= needs a number for each index, such as {{'longstring': 12}}; got "
            f"{type(cut_offs).__name__}. Write a dict."
        )
    for index, value in (cut_offs or {}).items():
        if index not in found:
            raise ArgumentError(
                f"cut_offs= needs names among {', '.join(found)}; got {index!r}."
                + (did_you_mean(str(index), found) or " Correct the name.")
            )
        if not (isinstance(value, Real) and np.isfinite(float(value))):
            raise ArgumentError(
                f"cut_offs= needs a finite number for {index!r}; got {value!r}. Correct it."
            )
        found[index] = replace(found[index], value=float(value), source="")
    return found
