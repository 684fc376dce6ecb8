"""Fits side by side: the same form of every measure, and the test of one against another."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scrm_model.errors import ModelError, ScrmError, ScrmWarning
from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.result import Fit
from scrm_model.inference.compare import compare
from scrm_model.inference.words import joined
from scrm_model.measurement.problems import from_error
from scrm_model.study.records import Text

MEASURES = (
    "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "srmr",
    "aic", "bic",
)  # fmt: skip
DIFFERENCES = ("chisq_diff", "df_diff", "pvalue_diff")
BEFORE = (Text("the level before", "le niveau précédent"), Text("this one", "ce niveau"))
_INDICES = ("cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper")


@dataclass(frozen=True, slots=True)
class Kinds:
    """Which form of a measure a table has, the same in all of its rows.

    Attributes
    ----------
    test, indices : {"", ".scaled", ".robust"}
        Of chi-square, and of CFI, TLI and RMSEA.
    """

    test: str
    indices: str


def kinds_of(fits: Sequence[Fit]) -> Kinds:
    """The most corrected form that every fit has.

    Robust indices of ordinal items end where thresholds are held equal; a difference of a robust
    and a scaled index would be none.
    """
    measures = [f.measures for f in fits if f.converged]
    scaled = ".scaled" if all("chisq.scaled" in m for m in measures) else ""
    for kind in (".robust", ".scaled"):
        keys = (f"cfi{kind}", f"rmsea{kind}")
        if measures and all(np.isfinite(m.get(k, np.nan)) for m in measures for k in keys):
            return Kinds(scaled, kind)
    return Kinds(scaled, "")


def measures_of(fit: Fit, kinds: Kinds) -> dict[str, float]:
    """Measures of one fit, under the names of `MEASURES`."""
    m = fit.measures
    row = {"df": float(fit.df)}
    for key in ("chisq", "pvalue"):
        row[key] = float(m.get(key + kinds.test, np.nan))
    for key in _INDICES:
        row[key.replace(".", "_")] = float(m.get(key + kinds.indices, np.nan))
    for key in ("srmr", "aic", "bic"):
        row[key] = float(m.get(key, np.nan))
    return {key: row[key] for key in MEASURES}


def difference(
    larger: Fit, smaller: Fit, method: str = "auto", names: tuple[Text, Text] = BEFORE
) -> tuple[dict[str, float], tuple[Text, ...]]:
    """The test of the smaller model against the larger one, and notes, as why there is none.

    Parameters
    ----------
    larger, smaller : Fit
    method : str
        As in `scrm_model.inference.compare.compare`.
    names : (Text, Text)
        Of the two, for the notes.
    """
    lacking = dict.fromkeys(DIFFERENCES, np.nan)
    if not (larger.converged and smaller.converged):
        return lacking, (_NO_MINIMUM,)
    if larger.df == smaller.df:
        none = lacking | {"df_diff": 0.0}
        return none, (_NOTHING_HELD,)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)  # its note says the same
            found = compare(larger, smaller, method=method, names=names)
    except ScrmError as error:
        return lacking, (from_error("no test: {error}", _FR_ERROR, error),)
    last = found.frame.iloc[-1]
    out = {
        "chisq_diff": float(last["chisq_diff"]), "df_diff": float(last["df_diff"]),
        "pvalue_diff": float(last["pvalue"]),
    }  # fmt: skip
    return out, (_without_stop(found.told),) if found.told else ()


_NO_MINIMUM = Text(
    "no test: one of the two models found no minimum",
    "pas de test, car l'un des deux modèles n'a pas trouvé de minimum",
)
_NOTHING_HELD = Text(
    "no test: nothing is held equal here that was not before",
    "pas de test, car rien n'est contraint ici qui ne l'était déjà",
)
_FR_ERROR = "pas de test ; message de la bibliothèque : « {error} »"


def _without_stop(told: Sequence[Text]) -> Text:
    whole = joined(told, " ")
    return Text(whole.get("en").rstrip("."), whole.get("fr").rstrip("."))


def fit_named(which: str, *args: Any, **options: Any) -> Fit:
    """`fit` whose errors name the model, and whose warnings are left to `Fit.problems`.

    Parameters
    ----------
    which : str
        Such as ``"Level 'metric'"``.
    *args, **options
        Of `fit`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)
        try:
            return estimate(*args, **options)
        except ModelError as error:
            raise type(error)(f"{which}: {error}") from error
