"""Words of the tables of `method_bias()`, in English and French."""

from collections.abc import Mapping

import pandas as pd

from scrm_model.inference.worded import Worded, in_french
from scrm_model.inference.words import comma
from scrm_model.study.records import Text

EQUAL, FREE = "method, equal loadings", "method, free loadings"
MODELS = {
    "constructs": Text("constructs", "construits"),
    "one factor": Text("one factor", "un facteur"),
    "CFA": Text("CFA", "AFC"),
    EQUAL: Text(EQUAL, "méthode, contributions égales"),
    FREE: Text(FREE, "méthode, contributions libres"),
}
"""Baseline, Method-C, Method-U, Method-R and Method-S keep the names of Williams et al. (2010)."""

AT = {
    "smallest": Text("smallest", "la plus petite"),
    "second smallest": Text("second smallest", "la deuxième plus petite"),
    "given": Text("given", "donnée"),
}
SIGNIFICANCE = {
    "kept": "conservée", "lost": "perdue", "reversed": "inversée", "gained": "gagnée",
    "none": "n.s.",
}  # fmt: skip
TITLES = {
    "main": Text("Method bias", "Variance de méthode commune"),
    "harman": Text(
        "Harman: one factor against the constructs (weak)",
        "Harman : un facteur contre les construits (preuve faible)",
    ),
    "partial": Text(
        "Partial correlations (Lindell & Whitney)",
        "Corrélations partielles (Lindell et Whitney)",
    ),
    "phase_1": Text("Marker as latent variable, phase I", "Variable marqueur latente, phase I"),
    "phase_2": Text("Phase II: reliability", "Phase II : fiabilité"),
    "phase_3": Text("Phase III: correlations", "Phase III : corrélations"),
    "ulmc": Text("Unmeasured method factor", "Facteur de méthode non mesuré"),
    "ulmc_loadings": Text(
        "Standardised loadings with and without it",
        "Contributions standardisées, avec et sans ce facteur",
    ),
    "vif": Text("Full collinearity", "Colinéarité complète"),
}
_HEADS = {
    "approach": Text("approach", "approche"),
    "quantity": Text("quantity", "grandeur"),
    "lhs": Text("construct", "construit"),
    "rhs": Text("with", "avec"),
    "r": Text("r", "r"),
    "at": Text("which r_M", "choix de r_M"),
    "r_m": Text("r_M", "r_M"),
    "r_adj": Text("adjusted r", "r corrigé"),
    "pvalue_adj": Text("p of the adjusted r", "p du r corrigé"),
    "significance": Text("significance", "significativité"),
    "reliability": Text("reliability", "fiabilité"),
    "substantive": Text("of the construct", "due au construit"),
    "method_share": Text("share of the method", "part de la méthode"),
    "construct_share": Text("share of the constructs", "part des construits"),
    "vif_latent": Text("VIF, latent", "VIF, latentes"),
    "r2_latent": Text("R², latent", "R², latentes"),
    "vif_composite": Text("VIF, composites", "VIF, scores composites"),
    "r2_composite": Text("R², composites", "R², scores composites"),
    "cfa": MODELS["CFA"],
    "baseline": Text("Baseline", "Baseline"),
    "s(.05)": Text("Method-S(.05)", "Method-S(0,05)"),
    "s(.01)": Text("Method-S(.01)", "Method-S(0,01)"),
    "std": Text("without it", "sans lui"),
    "std_equal": Text("with it, equal", "avec lui, égales"),
    "method_equal": Text("of the method, equal", "de la méthode, égales"),
    "std_free": Text("with it, free", "avec lui, libres"),
    "method_free": Text("of the method, free", "de la méthode, libres"),
    "change": Text("change", "variation"),
}
_METHOD = {
    "phase_2": Text("of the method", "due à la méthode"),
    "phase_3": Text("retained model", "modèle retenu"),
}


def model_word(model: str) -> Text:
    """A model's name; names of the literature are the same in both languages."""
    return MODELS.get(model, Text(model, comma(model)))


def at_word(at: str) -> Text:
    """Which correlation is r_M: a rule, or a percentile."""
    return AT.get(at, Text(at, comma(at)))


def worded(key: str, frame: pd.DataFrame, main: Mapping[str, str]) -> Worded:
    """A table of this result with its words.

    Parameters
    ----------
    key : str
        Of `TITLES`.
    frame : DataFrame
    main : dict of str to str
        What the words of the main numbers are in French.
    """
    cells: dict[str, Mapping[str, Text]] = {
        "approach": in_french(main), "quantity": in_french(main), "model": MODELS,
        "against": MODELS, "significance": in_french(SIGNIFICANCE),
    }  # fmt: skip
    if "at" in frame:
        cells["at"] = {at: at_word(at) for at in frame["at"].unique()}
    heads = _HEADS | ({"method": _METHOD[key]} if key in _METHOD else {})
    return Worded(key, TITLES[key], frame, heads, cells)
