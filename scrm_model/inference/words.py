"""Words of the tables of models, and sentences put together, in English and French."""

import re
from collections.abc import Iterable

from scrm_model.study.records import LANGUAGES, Text, check_one_of

HEADS = {
    "model": Text("model", "modèle"),
    "level": Text("level", "niveau"),
    "against": Text("against", "comparé à"),
    "chisq": Text("chi-square", "khi-deux"),
    "df": Text("df", "ddl"),
    "pvalue": Text("p", "p"),
    "cfi": Text("CFI", "CFI"),
    "tli": Text("TLI", "TLI"),
    "rmsea": Text("RMSEA", "RMSEA"),
    "rmsea_ci_lower": Text("RMSEA, lower bound (90 %)", "RMSEA, borne inférieure (90 %)"),
    "rmsea_ci_upper": Text("RMSEA, upper bound (90 %)", "RMSEA, borne supérieure (90 %)"),
    "srmr": Text("SRMR", "SRMR"),
    "aic": Text("AIC", "AIC"),
    "bic": Text("BIC", "BIC"),
    "cfi_robust": Text("robust CFI", "CFI robuste"),
    "rmsea_robust": Text("robust RMSEA", "RMSEA robuste"),
    "chisq_diff": Text("chi-square difference", "différence de khi-deux"),
    "df_diff": Text("df of the difference", "ddl de la différence"),
    "pvalue_diff": Text("p of the difference", "p de la différence"),
    "cfi_diff": Text("change of CFI", "variation du CFI"),
    "tli_diff": Text("change of TLI", "variation du TLI"),
    "rmsea_diff": Text("change of RMSEA", "variation du RMSEA"),
    "srmr_diff": Text("change of SRMR", "variation du SRMR"),
    "cfi_robust_diff": Text("change of robust CFI", "variation du CFI robuste"),
    "rmsea_robust_diff": Text("change of robust RMSEA", "variation du RMSEA robuste"),
    "construct": Text("construct", "construit"),
    "item": Text("item", "item"),
    "group": Text("group", "groupe"),
    "est": Text("estimate", "estimation"),
    "se": Text("standard error", "erreur type"),
    "z": Text("z", "z"),
    "t": Text("t", "t"),
    "n": Text("n", "n"),
    "reason": Text("reason", "motif"),
    "value": Text("value", "valeur"),
}
"""What the columns of these tables are called where they are shown."""

_POINT = re.compile(r"(\d)\.(\d)|(?<![\w.])\.(\d)")


def comma(text: str) -> str:
    """Decimal points of a text as commas; a point without a digit before it gets a 0."""
    return _POINT.sub(lambda m: f"0,{m[3]}" if m[3] else f"{m[1]},{m[2]}", text)


def decimal(value: float, form: str = ".3f") -> Text:
    """A number in one form, with a comma in French.

    Parameters
    ----------
    value : float
    form : str
        A format specification.
    """
    shown = f"{value:{form}}"
    return Text(shown, comma(shown))


def joined(parts: Iterable[Text], between: str = "; ") -> Text:
    """Texts one after the other; a semicolon has a space before it in French.

    Parameters
    ----------
    parts : iterable of Text
    between : str
        What stands between two of them in English.
    """
    texts = list(parts)
    french = " ; " if between == "; " else between
    return Text(between.join(t.get("en") for t in texts), french.join(t.get("fr") for t in texts))


def spoken(told: Iterable[Text], lang: str) -> tuple[str, ...]:
    """Notes in one language.

    Raises
    ------
    ArgumentError
        The language is neither English nor French.
    """
    check_one_of("lang", lang, LANGUAGES)
    return tuple(t.get(lang) for t in told)
