"""Sentences in both languages, with numbers as each writes them."""

from collections.abc import Iterable
from typing import Any

from scrm_model.study.records import Text

_HEADS = {
    "item": Text("item", "item"),
    "construct": Text("construct", "construit"),
    "n": Text("n", "n"),
    "missing": Text("missing", "manquantes"),
    "share": Text("share", "part"),
    "pattern": Text("pattern", "profil"),
    "cases": Text("cases", "cas"),
    "answered": Text("answered", "répondus"),
    "index": Text("index", "indice"),
    "computed": Text("computed", "calculés"),
    "minimum": Text("minimum", "minimum"),
    "median": Text("median", "médiane"),
    "maximum": Text("maximum", "maximum"),
    "convention": Text("convention", "convention"),
    "crossed": Text("crossed", "franchie"),
    "source": Text("source", "source"),
    "mean": Text("mean", "moyenne"),
    "sd": Text("SD", "écart-type"),
    "skew": Text("skewness", "asymétrie"),
    "kurtosis": Text("kurtosis", "aplatissement"),
    "variable": Text("variable", "variable"),
    "kind": Text("kind", "genre"),
    "test": Text("test", "test"),
    "statistic": Text("statistic", "statistique"),
    "df": Text("df", "ddl"),
    "pvalue": Text("p", "p"),
    "p_holm": Text("p (Holm)", "p (Holm)"),
    "effect": Text("effect", "effet"),
    "note": Text("note", "note"),
    "stage": Text("stage", "étape"),
    "of_previous": Text("of the stage before", "de l'étape"),
    "of_invited": Text("of the invited", "des invités"),
    "reason": Text("reason", "motif"),
    "category": Text("category", "modalité"),
    "expected": Text("expected", "attendus"),
    "population": Text("population", "population"),
    "case": Text("case", "cas"),
    "points": Text("points", "échelons"),
    "floor": Text("floor", "plancher"),
    "ceiling": Text("ceiling", "plafond"),
    "empty": Text("empty", "vides"),
    "sparse": Text("sparse", "rares"),
    "outliers": Text("outliers", "extrêmes"),
    "patterns": Text("patterns", "profils"),
    "correction": Text("correction", "correction"),
    "n_early": Text("n early", "n premiers"),
    "n_late": Text("n late", "n derniers"),
    "mean_early": Text("early", "premiers"),
    "mean_late": Text("late", "derniers"),
    "ci_lower": Text("lower bound", "borne inf."),
    "ci_upper": Text("upper bound", "borne sup."),
    "of": Text("of", "de"),
    "remark": Text("remark", "remarque"),
    "answer": Text("answer", "réponse"),
    "p_bonferroni": Text("p (Bonferroni)", "p (Bonferroni)"),
    "residual": Text("residual", "résidu"),
    "topic": Text("topic", "sujet"),
    "skew_z": Text("skewness z", "z asym."),
    "kurtosis_z": Text("kurtosis z", "z aplat."),
    "chance": Text("chance", "hasard"),
    "lacks": Text("lacks", "manquent"),
    "coefficient": Text("coefficient", "coefficient"),
    "value": Text("value", "valeur"),
}
"""What the columns of a table are called where it is shown, not in its frame."""


def head(name: str) -> Text:
    """What a column is called where it is shown."""
    return _HEADS.get(name, Text(name, name))


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
