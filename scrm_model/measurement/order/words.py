"""Words of the tables of `orders()`, in English and French."""

from collections.abc import Iterable, Mapping

import pandas as pd

from scrm_model.inference.worded import Worded
from scrm_model.measurement.order.models import BIFACTOR, FIRST, ONE, SECOND
from scrm_model.study.records import Text

MODELS = {
    ONE: Text(ONE, "un facteur"),
    FIRST: Text(FIRST, "dimensions corrélées"),
    SECOND: Text(SECOND, "second ordre"),
    BIFACTOR: Text(BIFACTOR, "bifactoriel"),
}
SOLUTIONS = {
    BIFACTOR: MODELS[BIFACTOR],
    SECOND: Text("second-order (Schmid-Leiman)", "second ordre (Schmid-Leiman)"),
}
INDICES = Text("Bifactor indices", "Indices bifactoriels")
LOADINGS = Text("Standardised loadings", "Contributions standardisées")
_HEADS = {
    "solution": Text("solution", "solution"),
    "factor": Text("factor", "facteur"),
    "n_items": Text("items", "items"),
    "ecv": Text("ECV", "ECV"),
    "omega": Text("omega", "oméga"),
    "omega_h": Text("omega_h", "oméga_h"),
    "relative": Text("omega_h / omega", "oméga_h / oméga"),
    "h": Text("H", "H"),
    "puc": Text("PUC", "PUC"),
    "dimension": Text("dimension", "dimension"),
    "general": Text("general factor", "facteur général"),
    "specific": Text("specific factor", "facteur spécifique"),
    "communality": Text("communality", "communauté"),
    "iecv": Text("general share (IECV)", "part générale (IECV)"),
}
_CELLS: Mapping[str, Mapping[str, Text]] = {
    "model": {t.en: t for t in MODELS.values()},
    "against": {t.en: t for t in MODELS.values()},
    "solution": {t.en: t for t in SOLUTIONS.values()},
}


def models_title(construct: str, dimensions: Iterable[str]) -> Text:
    """The title of the models side by side."""
    named = ", ".join(dimensions)
    return Text(f"Orders of {construct}: {named}", f"Ordres de {construct} : {named}")


def worded(name: str, title: Text, frame: pd.DataFrame) -> Worded:
    """A table of this result with its words."""
    return Worded(name, title, frame, _HEADS, _CELLS)
