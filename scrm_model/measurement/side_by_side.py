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

MEASURES = (
    "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "srmr",
    "aic", "bic",
)  # fmt: skip
DIFFERENCES = ("chisq_diff", "df_diff", "pvalue_diff")
BEFORE = ("the level before", "this one")
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
    larger: Fit, smaller: Fit, method: str = "auto", names: tuple[str, str] = BEFORE
) -> tuple[dict[str, float], str]:
    """The test of the smaller model against the larger one, and a note if there is none.

    Parameters
    ----------
    larger, smaller : Fit
    method : str
        As in `scrm_model.inference.compare.compare`.
    names : (str, str)
        Of the two, for the note.
    """
    lacking = dict.fromkeys(DIFFERENCES, np.nan)
    if not (larger.converged and smaller.converged):
        return lacking, "no test: one of the two models found no minimum"
    if larger.df == smaller.df:
        none = lacking | {"df_diff": 0.0}
        return none, "no test: nothing is held equal here that was not before"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)  # its note says the same
            found = compare(larger, smaller, method=method, names=names)
    except ScrmError as error:
        return lacking, f"no test: {str(error).rstrip('.')}"
    last = found.frame.iloc[-1]
    out = {
        "chisq_diff": float(last["chisq_diff"]), "df_diff": float(last["df_diff"]),
        "pvalue_diff": float(last["pvalue"]),
    }  # fmt: skip
    return out, " ".join(found.notes).rstrip(".")


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
