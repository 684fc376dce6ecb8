"""Words of the tables, in English and French."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scrm_model.inference.worded import Worded
from scrm_model.study.claims import Text

WORDS = {
    "suitability": Text("Suitability for factors", "Adéquation des données à la factorisation"),
    "suitability_items": Text("Suitability, by item", "Adéquation, par item"),
    "how_many": Text("Number of factors", "Nombre de facteurs"),
    "eigenvalues": Text("Eigenvalues and chance", "Valeurs propres et hasard"),
    "loadings": Text("Loadings (pattern)", "Contributions factorielles (matrice des types)"),
    "structure": Text(
        "Correlations with the factors (structure)", "Corrélations avec les facteurs (structure)"
    ),
    "variance": Text("Variance explained", "Variance expliquée"),
    "phi": Text("Factor correlations", "Corrélations entre facteurs"),
    "measures": Text("Fit", "Ajustement"),
    "rules": Text("Rules", "Règles"),
    "note": Text("note", "note"),
    "journal": Text("Journal of purification", "Journal de purification"),
    "scales_after": Text("Scales before and after", "Échelles avant et après"),
    "measure": Text("measure", "indice"),
    "value": Text("value", "valeur"),
    "item": Text("item", "item"),
    "msa": Text("MSA", "MSA"),
    "smc": Text("SMC", "R² multiple"),
    "kmo": Text("KMO", "KMO"),
    "bartlett.chisq": Text("Bartlett's chi-square", "Khi-deux de Bartlett"),
    "bartlett.df": Text("degrees of freedom", "degrés de liberté"),
    "bartlett.pvalue": Text("p", "p"),
    "determinant": Text("determinant", "déterminant"),
    "n": Text("n", "n"),
    "chisq": Text("chi-square", "khi-deux"),
    "df": Text("degrees of freedom", "degrés de liberté"),
    "pvalue": Text("p", "p"),
    "objective": Text("objective", "fonction minimisée"),
    "rmsea": Text("RMSEA", "RMSEA"),
    "rmsea.ci.lower": Text("RMSEA, lower bound (90 %)", "RMSEA, borne inférieure (90 %)"),
    "rmsea.ci.upper": Text("RMSEA, upper bound (90 %)", "RMSEA, borne supérieure (90 %)"),
    "cfi": Text("CFI", "CFI"),
    "tli": Text("TLI", "TLI"),
    "bic": Text("BIC", "BIC"),
    "baseline.chisq": Text("chi-square without factors", "khi-deux sans facteur"),
    "baseline.df": Text("its degrees of freedom", "ses degrés de liberté"),
    "baseline.pvalue": Text("its p", "son p"),
    "rmsr": Text("RMSR", "RMSR"),
    "rmsr.corrected": Text("RMSR, corrected by df", "RMSR corrigé des degrés de liberté"),
    "fit": Text("fit", "ajustement global"),
    "fit.off": Text("fit off the diagonal", "ajustement hors diagonale"),
    "rule": Text("rule", "règle"),
    "factors": Text("factors", "facteurs"),
    "source": Text("source", "source"),
    "number": Text("number", "numéro"),
    "eigenvalue": Text("eigenvalue", "valeur propre"),
    "mean": Text("chance, mean", "hasard, moyenne"),
    "quantile": Text("chance, quantile", "hasard, quantile"),
    "beyond": Text("beyond chance", "au-delà du hasard"),
    "yes": Text("yes", "oui"),
    "no": Text("no", "non"),
    "communality": Text("communality", "communauté"),
    "uniqueness": Text("uniqueness", "unicité"),
    "complexity": Text("complexity", "complexité"),
    "flag": Text("flag", "signalement"),
    "factor": Text("factor", "facteur"),
    "ss_loadings": Text("SS loadings", "somme des carrés"),
    "proportion": Text("proportion of variance", "part de variance"),
    "cumulative": Text("cumulative", "cumul"),
    "share": Text("share of the common variance", "part de la variance commune"),
    "score_r2": Text("R² of regression scores", "R² des scores (régression)"),
    "round": Text("round", "étape"),
    "scale": Text("scale", "échelle"),
    "construct": Text("construct", "construit"),
    "value_found": Text("value", "valeur"),
    "cut": Text("cut-off", "seuil"),
    "also": Text("other rules", "autres règles"),
    "action": Text("action", "décision"),
    "alpha_before": Text("α before", "α avant"),
    "alpha_after": Text("α after", "α après"),
    "explained_before": Text("variance explained before", "variance expliquée avant"),
    "explained_after": Text("variance explained after", "variance expliquée après"),
    "facet": Text("facet", "facette"),
    "facet_left": Text("items left on facet", "items restants de la facette"),
    "items_before": Text("items before", "items avant"),
    "items_after": Text("items after", "items après"),
    "kept": Text("kept", "conservés"),
    "dropped": Text("dropped", "écartés"),
    "facets_lost": Text("facets without item", "facettes sans item"),
}  # fmt: skip

RULES = {
    "pc": Text("parallel analysis, components", "analyse parallèle, composantes"),
    "fa": Text(
        "parallel analysis, factors (minres communalities)",
        "analyse parallèle, facteurs (communautés minres)",
    ),
    "smc": Text(
        "parallel analysis, factors (squared multiple correlations)",
        "analyse parallèle, facteurs (R² multiples)",
    ),
    "map": Text("MAP", "MAP"),
    "map4": Text("MAP, revised (4th power)", "MAP révisé (puissance 4)"),
    "kaiser": Text(
        "convention: eigenvalues above 1", "convention : valeurs propres supérieures à 1"
    ),
}

ACTIONS = {
    "proposed": Text("to drop (proposed)", "à écarter (proposition)"),
    "dropped": Text("dropped", "écarté"),
    "kept: keep=": Text("stays: keep=", "reste : keep="),
    "kept: minimum=": Text("stays: minimum=", "reste : minimum="),
}


def worded(
    name: str, frame: pd.DataFrame, cells: Mapping[str, Mapping[Any, Text]] | None = None
) -> Worded:
    """A table of this room with its words."""
    return Worded(name, WORDS[name], frame, WORDS, cells or {})


def listed(name: str, measures: pd.Series) -> Worded:
    """A series of measures as rows."""
    rows = pd.DataFrame({"measure": list(measures.index), "value": measures.to_numpy(dtype=float)})
    return Worded(name, WORDS[name], rows, WORDS, {"measure": WORDS}, measures=True)
