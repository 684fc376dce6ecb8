"""Rival models of a study on the same rows."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.fit import fit
from scrm_model.estimation.result import Fit
from scrm_model.inference.compare import compare
from scrm_model.spec.specify import specify
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

CLAIMED = "claimed"
_MEASURES = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "aic", "bic")


def rivals(
    data: Any,
    study: Study = STUDY,
    scales: Scales = SCALES,
    *,
    performance: str = "second-order",
    **options: Any,
) -> pd.DataFrame:
    """Fit a study's model and its rivals, and set them side by side.

    Parameters
    ----------
    data : DataFrame
        Answers; give the same complete rows to all models if AIC and BIC are to be compared.
    study : Study
        Its `rivals` are the other models.
    scales : Scales
    performance : str
        See `scrm_model.spec.specify.specify`.
    **options
        Passed to `fit`.

    Returns
    -------
    DataFrame
        model, nobs, converged, admissible, chisq, df, pvalue, cfi, tli, rmsea, srmr, aic, bic
        (robust or scaled where the estimator has them),
        comparable (the same variables as the claimed model: otherwise AIC, BIC and chi-square
        say nothing about each other), d_chisq, d_df, d_pvalue (chi-square difference, where one
        model's paths contain the other's; a corrected one under a corrected test).

    Raises
    ------
    ArgumentError
        If the study has no rivals.
    ModelError
        If one of the models cannot be estimated; the message names it, as warnings do.
    """
    if not study.rivals:
        raise ArgumentError("study= needs rival models; got none. Add one with study.with_rival().")
    every: Mapping[str, Study] = {CLAIMED: study} | dict(study.rivals)
    fits: dict[str, Fit] = {}
    for name, rival in every.items():
        with named(f"Model '{name}'"):
            fits[name] = fit(specify(rival, scales, performance=performance), data, **options)
    base = fits[CLAIMED]
    return pd.DataFrame(
        _row(name, every[name], fits[name], study, base) for name in every
    ).reset_index(drop=True)


@contextmanager
def named(which: str) -> Iterator[None]:
    """Put the name of a model before its warnings and errors.

    Parameters
    ----------
    which : str
        Such as ``"Model 'partial'"``.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except ModelError as error:
            raise type(error)(f"{which}: {error}") from error
    for warning in caught:
        # Past this function, contextlib and the caller, to the line that asked for the models.
        warnings.warn(f"{which}: {warning.message}", warning.category, stacklevel=4)


def _row(name: str, rival: Study, found: Fit, study: Study, base: Fit) -> dict[str, Any]:
    measures = found.measures
    row: dict[str, Any] = {
        "model": name,
        "nobs": found.nobs,
        "converged": found.converged,
        "admissible": found.admissible,
    }
    row |= {key: _measure(measures, key) for key in _MEASURES}
    row["comparable"] = (
        set(found.compiled.observed) == set(base.compiled.observed) and found.nobs == base.nobs
    )
    row |= {"d_chisq": np.nan, "d_df": np.nan, "d_pvalue": np.nan}
    mine, theirs = set(rival.paths), set(study.paths)
    nested = row["comparable"] and mine != theirs and (mine <= theirs or theirs <= mine)
    if nested and found.converged and base.converged:
        small, large = (found, base) if mine <= theirs else (base, found)
        row |= _difference(large, small)
    return row


def _measure(measures: pd.Series, key: str) -> float:
    """A fit measure, corrected where the estimator corrects it."""
    for kind in (".robust", ".scaled", ""):
        value = float(measures.get(key + kind, np.nan))
        if not np.isnan(value):
            return value
    return float("nan")


def _difference(large: Fit, small: Fit) -> dict[str, float]:
    """The chi-square difference of two nested models; a corrected one under a corrected test."""
    if large.settings.test == "standard":
        d_chisq = float(small.measures["chisq"] - large.measures["chisq"])
        d_df = small.df - large.df
        return {"d_chisq": d_chisq, "d_df": d_df, "d_pvalue": fm.chi2_sf(max(d_chisq, 0.0), d_df)}
    test = compare(large, small).frame.iloc[1]
    return {
        "d_chisq": float(test["chisq_diff"]), "d_df": float(test["df_diff"]),
        "d_pvalue": float(test["pvalue"]),
    }  # fmt: skip
