"""Coefficients of the sample alone, alpha and Spearman-Brown, with their errors.

Notes
-----
Both are smooth functions of the items' covariance matrix S. With G the symmetric matrix of slopes
(a change of S_ij and S_ji together moves the value by 2 G_ij), their errors come from what is known
of S, by the delta method:

- complete answers: the variance of d' G d over cases, whatever the distribution
  (`scrm_model.measurement.coefficients.se_adf`);
- missing cells, by full information or in two stages: S is that of the unrestricted model, and its
  asymptotic covariance matrix the sandwich W^-1 B W^-1 of observed information and case scores
  [yuan2000]_, which is the former where no cell is missing;
- moments in the place of data: normal theory;
- latent responses: the covariance matrix of the polychoric correlations.

References
----------
.. [yuan2000] Yuan, K.-H., & Bentler, P. M. (2000). Three likelihood-based methods for mean and
   covariance structure analysis with nonnormal missing data. Sociological Methodology, 30, 165-200.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.result import Fit
from scrm_model.measurement.coefficients import (
    alpha,
    alpha_se_adf,
    alpha_slopes,
    se_adf,
    se_normal,
    spearman_brown,
    spearman_brown_slopes,
)
from scrm_model.measurement.omega import observed_cov


@dataclass(frozen=True, slots=True)
class OfSample:
    """A coefficient of the sample and where it comes from.

    Attributes
    ----------
    value, se : float
        The error is NaN where there is none; `note` says why.
    note : str
    """

    value: float
    se: float
    note: str = ""


def raw_alpha(fit: Fit, group: int, items: tuple[str, ...]) -> OfSample:
    """Alpha of the answers as numbers.

    Parameters
    ----------
    fit : Fit
    group : int
        From 0.
    items : tuple of str

    Notes
    -----
    By full information alpha is of the unrestricted moments. Ordinal answers with missing cells:
    of the cases that answered all its items.
    """
    if not set(items) & set(fit.settings.ordered):
        cov = observed_cov(fit, group, items)
        error = _error(fit, group, items, alpha_slopes)
        return OfSample(float(alpha(cov)), error, _of_holes(fit, group, items))
    rows = _columns(fit, group, items)
    whole = rows[~np.isnan(rows).any(axis=1)]
    few = len(whole) < len(rows)
    told = f"alpha is of the {len(whole)} cases that answered all its items" if few else ""
    return OfSample(float(alpha(np.cov(whole, rowvar=False))), alpha_se_adf(whole), told)


def ordinal_alpha(fit: Fit, group: int, items: tuple[str, ...]) -> OfSample:
    """Alpha of the polychoric correlations, that is of latent responses.

    Parameters
    ----------
    fit, group, items
        As in `raw_alpha`; every item ordinal.
    """
    cov = observed_cov(fit, group, items)
    error = _polychoric_error(fit, group, items, alpha_slopes(cov))
    told = "ordinal alpha has no interval under this estimator" if np.isnan(error) else ""
    return OfSample(float(alpha(cov)), error, told)


def two_items(fit: Fit, group: int, items: tuple[str, ...]) -> OfSample:
    """Spearman-Brown of two items; of latent responses where both are ordinal.

    Parameters
    ----------
    fit, group, items
        As in `raw_alpha`; two items.
    """
    cov = observed_cov(fit, group, items)
    value = float(spearman_brown(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])))
    ordinal = set(items) & set(fit.settings.ordered)
    if not ordinal:
        return OfSample(value, _error(fit, group, items, spearman_brown_slopes))
    if len(ordinal) < 2:
        told = "Spearman-Brown of an ordinal and a continuous item has no interval"
        return OfSample(value, np.nan, told)
    error = _polychoric_error(fit, group, items, spearman_brown_slopes(cov))
    told = "Spearman-Brown has no interval under this estimator" if np.isnan(error) else ""
    return OfSample(value, error, told)


def _error(
    fit: Fit, group: int, items: tuple[str, ...], slopes: Callable[[NDArray], NDArray]
) -> float:
    """Error of a function of the covariances of continuous items, by what is known of these."""
    cov = observed_cov(fit, group, items)
    if fit.rows is None:
        return se_normal(cov, slopes(cov), fit.samples[group].cases)
    rows = _columns(fit, group, items)
    if not np.isnan(rows).any():
        return se_adf(rows, slopes(np.cov(rows, rowvar=False, ddof=0)))
    return _incomplete_error(fit, group, items, slopes(cov))


def _incomplete_error(fit: Fit, group: int, items: tuple[str, ...], slopes: NDArray) -> float:
    of = fit.bread.unrestricted
    p = fit.samples[group].cov.shape[-1]
    place = np.zeros((p, p), dtype=np.intp)
    low = np.tril_indices(p)
    place[low] = place[low[::-1]] = p + np.arange(len(low[0]))
    x = np.array([fit.compiled.observed.index(v) for v in items])
    i, j = np.tril_indices(len(items))
    at = np.searchsorted(of.kept, place[x[i], x[j]])
    weight = slopes[i, j] * np.where(i == j, 1.0, 2.0)
    spread = of.spread(group, sandwich=True)[np.ix_(at, at)]
    return float(np.sqrt(weight @ spread @ weight / fit.samples[group].cases))


def _polychoric_error(fit: Fit, group: int, items: tuple[str, ...], slopes: NDArray) -> float:
    """Error of a function of polychoric correlations; NaN where nothing is known of these."""
    sample, of = fit.samples[group], fit.compiled.responses
    assert of is not None
    if sample.gamma is None:
        return float("nan")
    place = [list(of.y).index(fit.compiled.observed.index(v)) for v in items]
    number = np.zeros((len(of.y), len(of.y)), dtype=np.intp)
    number[of.pairs] = number.T[of.pairs] = of.sections[3].start + np.arange(len(of.pairs[0]))
    i, j = np.triu_indices(len(items), 1)
    at = number[np.array(place)[i], np.array(place)[j]]
    weight = 2.0 * slopes[i, j]
    return float(np.sqrt(weight @ sample.gamma[0][np.ix_(at, at)] @ weight / sample.cases))


def _of_holes(fit: Fit, group: int, items: tuple[str, ...]) -> str:
    holes = fit.rows is not None and np.isnan(_columns(fit, group, items)).any()
    return "alpha is of the unrestricted moments (missing cells)" if holes else ""


def _columns(fit: Fit, group: int, items: tuple[str, ...]) -> NDArray:
    at = [fit.compiled.observed.index(v) for v in items]
    return np.asarray(fit.raw_data()[group][:, at])
