"""Cronbach's alpha of the items of a construct, from the sample, with its interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.result import Fit
from scrm_model.measurement.coefficients import (
    alpha,
    alpha_se_adf,
    alpha_se_normal,
    alpha_slopes,
)
from scrm_model.measurement.omega import observed_cov


@dataclass(frozen=True, slots=True)
class Alpha:
    """An alpha and where it comes from.

    Attributes
    ----------
    value, se : float
        The error is NaN where there is none; `note` says why.
    note : str
    """

    value: float
    se: float
    note: str = ""


def raw_alpha(fit: Fit, group: int, items: tuple[str, ...]) -> Alpha:
    """Alpha of the answers as numbers.

    Parameters
    ----------
    fit : Fit
    group : int
        From 0.
    items : tuple of str

    Notes
    -----
    The error is distribution-free where the answers are complete, of normal theory where moments
    stand for data. By full information alpha is of the unrestricted moments.
    """
    ordinal = bool(set(items) & set(fit.settings.ordered))
    if fit.rows is None:
        cov = observed_cov(fit, group, items)
        return Alpha(float(alpha(cov)), alpha_se_normal(cov, fit.samples[group].cases))
    rows = _columns(fit, group, items)
    missing = np.isnan(rows).any(axis=1)
    if missing.any() and not ordinal:
        told = "alpha is of the unrestricted moments (missing cells) and has no interval"
        return Alpha(float(alpha(observed_cov(fit, group, items))), np.nan, told)
    rows = rows[~missing]
    value = float(alpha(np.cov(rows, rowvar=False)))
    told = f"alpha is of the {len(rows)} cases that answered all its items" if missing.any() else ""
    return Alpha(value, alpha_se_adf(rows), told)


def ordinal_alpha(fit: Fit, group: int, items: tuple[str, ...]) -> Alpha:
    """Alpha of the polychoric correlations, that is of latent responses.

    Parameters
    ----------
    fit, group, items
        As in `raw_alpha`; every item ordinal.

    Notes
    -----
    The error is by the delta method from the covariance matrix of the correlations.
    """
    cov = observed_cov(fit, group, items)
    sample, of = fit.samples[group], fit.compiled.responses
    assert of is not None
    if sample.gamma is None:
        return Alpha(
            float(alpha(cov)), np.nan, "ordinal alpha has no interval under this estimator"
        )
    place = [list(of.y).index(fit.compiled.observed.index(v)) for v in items]
    number = np.zeros((len(of.y), len(of.y)), dtype=np.intp)
    number[of.pairs] = number.T[of.pairs] = of.sections[3].start + np.arange(len(of.pairs[0]))
    i, j = np.triu_indices(len(items), 1)
    at = number[np.array(place)[i], np.array(place)[j]]
    slopes = 2.0 * alpha_slopes(cov)[i, j]
    variance = slopes @ sample.gamma[0][np.ix_(at, at)] @ slopes / sample.cases
    return Alpha(float(alpha(cov)), float(np.sqrt(variance)))


def _columns(fit: Fit, group: int, items: tuple[str, ...]) -> NDArray:
    at = [fit.compiled.observed.index(v) for v in items]
    return np.asarray(fit.raw_data()[group][:, at])
