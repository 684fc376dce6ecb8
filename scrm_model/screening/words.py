"""Sentences in both languages, with numbers as each writes them."""

from collections.abc import Iterable
from typing import Any

from scrm_model.study.records import Text

# What the columns of a table are called in French where a table is shown, not in its frame.
_HEADS = {
    "item": "item", "construct": "construit", "n": "n", "missing": "manquantes", "share": "part",
    "pattern": "profil", "cases": "cas", "answered": "répondus",
    "index": "indice", "computed": "calculés", "minimum": "minimum", "median": "médiane",
    "maximum": "maximum", "convention": "convention", "crossed": "franchie", "source": "source",
    "mean": "moyenne", "sd": "écart-type", "skew": "asymétrie", "kurtosis": "aplatissement",
    "variable": "variable", "kind": "genre", "test": "test", "statistic": "statistique",
    "df": "ddl", "pvalue": "p", "p_holm": "p (Holm)", "effect": "effet", "note": "note",
    "stage": "étape", "of_previous": "de l'étape", "of_invited": "des invités", "reason": "motif",
    "category": "modalité", "expected": "attendus", "population": "population", "case": "cas",
    "points": "échelons", "floor": "plancher", "ceiling": "plafond", "empty": "vides",
    "sparse": "rares", "outliers": "extrêmes", "patterns": "profils", "correction": "correction",
    "n_early": "n premiers", "n_late": "n derniers", "mean_early": "premiers",
    "mean_late": "derniers", "ci_lower": "borne inf.", "ci_upper": "borne sup.", "of": "de",
    "remark": "remarque", "answer": "réponse", "p_bonferroni": "p (Bonferroni)",
    "residual": "résidu", "topic": "sujet", "skew_z": "z asym.", "kurtosis_z": "z aplat.",
    "chance": "hasard", "lacks": "manquent", "coefficient": "coefficient", "value": "valeur",
}  # fmt: skip


def head(name: str, lang: str) -> str:
    """What a column is called where it is shown."""
    return _HEADS.get(name, name) if lang == "fr" else name


def say(en: str, fr: str, **fields: Any) -> Text:
    """A text from two templates, with numbers written as each language does.

    Parameters
    ----------
    en, fr : str
        Templates with fields in braces.
    **fields : object
        Whole numbers, floats (three significant digits), `Text`, names, or anything else.

    Returns
    -------
    Text
    """
    english = {key: _shown(value, "en") for key, value in fields.items()}
    french = {key: _shown(value, "fr") for key, value in fields.items()}
    return Text(en.format(**english), fr.format(**french))


def _shown(value: Any, lang: str) -> str:
    if isinstance(value, Text):
        return value.get(lang)
    if isinstance(value, float):
        return number(value, lang)
    return str(value)


def number(value: float, lang: str = "en", digits: int = 3) -> str:
    """A number with some significant digits."""
    text = f"{value:.{digits}g}"
    return text.replace(".", ",") if lang == "fr" else text


def percent(share: float) -> Text:
    """A share as a percentage."""
    text = f"{100 * share:.3g}"
    return Text(f"{text}%", f"{text.replace('.', ',')} %")


def some(names: Iterable[Any], most: int = 6) -> str:
    """The first few of some names."""
    names = [str(name) for name in names]
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def tail(p: float) -> Text:
    """A p value, as ``p = .03`` or ``p < .001``."""
    if p < 0.001:
        return Text("p < .001", "p < 0,001")
    shown = f"{p:.3f}"
    return Text(f"p = {shown.removeprefix('0')}", f"p = {shown.replace('.', ',')}")
