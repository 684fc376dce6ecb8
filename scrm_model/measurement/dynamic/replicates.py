"""Replicates of a population: drawn, estimated, and what their fit indices come to."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import (
    DataError,
    EstimationError,
    IdentificationError,
    ScrmWarning,
)
from scrm_model.estimation.again import fit_again
from scrm_model.estimation.discrepancy.responses import response_parts
from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.resample import refit_stack
from scrm_model.estimation.result import Fit
from scrm_model.estimation.workers import Block
from scrm_model.measurement.dynamic.indices import INDICES, drawn_moments, indices_of
from scrm_model.measurement.dynamic.misfit import Level

_TOLERANCE = 1e-10  # of F: chi-square is known to five decimals
_LOST = (DataError, EstimationError, IdentificationError)


@dataclass(frozen=True, eq=False)
class Population:
    """What the replicates of a level have in common.

    Attributes
    ----------
    level : Level
    start : Fit
        Of the population itself, where its samples' search begins; with ordinal variables the fit
        that is judged.
    cov : ndarray, shape (p, p)
        Covariances of the variables; correlations of the responses behind ordinal ones.
    cases : int
    """

    level: Level
    start: Fit
    cov: NDArray
    cases: int


def population_of(fit: Fit, level: Level) -> Population:
    """Prepare a level.

    Raises
    ------
    EstimationError
        If the model has no minimum in this population.
    """
    if fit.settings.ordered:
        return Population(level, fit, level.correlations, fit.nobs)
    of, n = fit.settings, fit.nobs
    implied = fit.bread.implied[0]
    spread = np.sqrt(np.diag(implied.sigma[0]))
    cov = level.correlations * (spread[:, None] * spread)
    mean = implied.mu[0] if of.meanstructure else None
    moments = Moments(cov * n / (n - 1), n, mean, fit.compiled.observed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)
        found = estimate(
            fit.model, moments, likelihood=of.likelihood, std_lv=of.std_lv,
            orthogonal=of.orthogonal, fixed_x=of.fixed_x, meanstructure=of.meanstructure,
        )  # fmt: skip
    if not found.converged:
        raise EstimationError(
            "dynamic_fit() needs a minimum in its populations; got none where the model leaves "
            f"out {level.added}."
        )
    return Population(level, found, cov, n)


def normal_replicates(block: Block) -> NDArray:
    """Indices of a block of samples, NaN where there is no minimum, shape (B, 3)."""
    of: Population = block.what
    start, mean = of.start, of.start.samples[0].mean
    rng = np.random.default_rng(block.seed)
    sample = drawn_moments(rng, block.size, of.cases, of.cov, None if mean is None else mean[0])
    sample = sample.unbiased() if start.settings.unbiased else sample
    found = refit_stack(start, (sample,), _TOLERANCE)
    out = np.full((block.size, len(INDICES)), np.nan)
    out[found.converged] = indices_of(start, found)[found.converged]
    return out


def ordinal_replicates(block: Block) -> NDArray:
    """The same for ordinal variables, one fit after the other."""
    of: Population = block.what
    root = np.linalg.cholesky(of.cov)
    rng = np.random.default_rng(block.seed)
    out = np.full((block.size, len(INDICES)), np.nan)
    for k in range(block.size):
        frame = _answers(of.start, rng.standard_normal((of.cases, len(root))) @ root.T)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ScrmWarning)
                out[k] = shown_indices(fit_again(of.start, of.start.model, frame))
        except _LOST:
            continue  # a category is lost, or there is no minimum
    return out


def _answers(fit: Fit, latent: NDArray) -> pd.DataFrame:
    of = fit.compiled.responses
    assert of is not None  # ordinal variables have them
    location = response_parts(fit.bread.point)[0].moments[0][of.sections[0]]
    frame = pd.DataFrame(latent, columns=list(fit.compiled.observed))
    for k in of.ordinal:
        column = frame.columns[of.y[k]]
        frame[column] = np.searchsorted(location[of.location == k], frame[column]) + 1
    return frame


def shown_indices(fitted: Fit) -> list[float]:
    """SRMR, RMSEA and CFI; with ordinal variables the latter two of the corrected test, if any."""
    measures, tail = fitted.measures, ""
    if fitted.settings.ordered and "rmsea.scaled" in measures:
        tail = ".scaled"
    return [float(measures[k]) for k in ("srmr", "rmsea" + tail, "cfi" + tail)]
