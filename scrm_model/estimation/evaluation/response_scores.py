"""Scores of models with ordinal variables: the mode of what a case's answers leave possible.

Notes
-----
Given the latent variables eta the answers are independent: an ordinal one has the probability
``Phi(u) - Phi(l)`` of its category, with limits ``(tau - nu - lambda' eta) / sqrt(theta)``, a
continuous one the normal density. With the normal distribution that the model gives eta (its mean
moved by fixed predictors), the scores are the eta at which the product is largest, *empirical Bayes
modal* scores [skrondal2004]_. The logarithm of the product is concave in eta [pratt1981]_, so that
Newton's method, its steps halved where they fall, finds the one maximum; all cases go at once. In
``eta = m + L z`` with ``V = L L'`` a latent variable without variance of its own does no harm. A
missing answer has no factor in the product.

References
----------
.. [pratt1981] Pratt, J. W. (1981). Concavity of the log likelihood. Journal of the American
   Statistical Association, 76, 103-106.
.. [skrondal2004] Skrondal, A., & Rabe-Hesketh, S. (2004). Generalized latent variable modeling:
   Multilevel, longitudinal, and structural equation models. Chapman & Hall/CRC.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, EstimationError
from scrm_model.estimation.discrepancy.responses import ResponsePart, given_x
from scrm_model.estimation.implied.compiled import LAMBDA, NU, TAU, THETA, CompiledModel
from scrm_model.estimation.observed.frames import Rows
from scrm_model.estimation.observed.responses.bivariate import between, density
from scrm_model.estimation.observed.responses.coding import Categories, numbered

TOLERANCE = 1e-10  # last step in z
_MAX_ITERATIONS = 100
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a case's answers say, in units of residual standard deviations.

    Attributes
    ----------
    lower, upper : ndarray, shape (N, y)
        Limits of ordinal answers before eta moves them; both are the value itself of a continuous
        one, and of a missing answer -inf and inf.
    continuous : ndarray of bool, shape (N, y)
        Where there is a value.
    reach : ndarray, shape (y, r)
        How z moves each answer.
    """

    lower: NDArray
    upper: NDArray
    continuous: NDArray
    reach: NDArray


def check_response_method(method: str | None) -> None:
    """Refuse a method that ordinal variables do not have.

    Raises
    ------
    ArgumentError
        If it is not "ebm".
    """
    if method is not None and str(method).lower() != "ebm":
        raise ArgumentError(
            f"method= needs 'ebm' with ordinal variables, whose scores are no weighted sums of "
            f"answers; got {method!r}. Leave it out."
        )


def response_score_frame(
    model: CompiledModel, theta: NDArray, rows: tuple[Rows, ...], categories: Categories
) -> pd.DataFrame:
    """Empirical Bayes modal scores of rows, labelled.

    Parameters
    ----------
    model : CompiledModel
        With ordinal variables.
    theta : ndarray, shape (q,)
    rows : tuple of Rows
        To score, by group.
    categories : Categories
        Of the fit.

    Returns
    -------
    DataFrame
        A column for each latent variable; the rows' index.

    Raises
    ------
    EstimationError
        If answers are not independent given the latent variables, or a residual variance is not
        positive.
    DataError
        If an answer is not among the categories.
    """
    names = [v for v in model.latent if v not in model.observed]
    _check_scored(model, names)
    frames = []
    for r in rows:
        _check_categories(r, model.observed, categories)
        group = model.table.groups.index(r.label) if model.table.groups else 0
        part = given_x(model.blocks[group], theta[None])
        found = modal_scores(model, part, numbered(r.values, model.observed, categories))
        frames.append(pd.DataFrame(found, index=r.index, columns=names))
    return pd.concat(frames)


def modal_scores(model: CompiledModel, part: ResponsePart, rows: NDArray) -> NDArray:
    """Scores of one group's rows, shape (N, f).

    Parameters
    ----------
    model : CompiledModel
    part : ResponsePart
        Where the group stands.
    rows : ndarray, shape (N, p)
        Category numbers from 0 of ordinal variables, NaN for a missing answer.
    """
    of = model.responses
    assert of is not None
    true = np.array([k for k, v in enumerate(model.latent) if v not in model.observed], np.intp)
    values, vectors = np.linalg.eigh(part.implied.latent_cov[0][np.ix_(true, true)])
    if values[0] < -1e-8 * values[-1]:
        raise EstimationError(
            "factor_scores() needs covariances of latent variables that a population could have; "
            "those of this fit are not positive semidefinite."
        )
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    mean = np.tile(part.implied.latent_mean[0, true], (len(rows), 1))
    if len(of.x):
        mean = mean + rows[:, of.x] @ part.implied.paths[0][np.ix_(true, of.x_inner)].T
    measured = _measurement(model, part, rows, true, mean, root)
    return mean + _modes(measured) @ root.T


def _measurement(
    model: CompiledModel,
    part: ResponsePart,
    rows: NDArray,
    true: NDArray[np.intp],
    mean: NDArray,
    root: NDArray,
) -> Measurement:
    of = model.responses
    assert of is not None
    names = [model.observed[k] for k in of.y]
    error = part.matrices[THETA][0][np.ix_(of.y, of.y)]
    bad = [name for name, v in zip(names, np.diag(error), strict=True) if not v > 0]
    if bad:
        raise EstimationError(
            "factor_scores() needs positive residual variances; those of "
            f"{', '.join(bad[:5])} are not. See Fit.problems."
        )
    sd = np.sqrt(np.diag(error))
    loading = part.matrices[LAMBDA][0][np.ix_(of.y, true)]
    centre = part.matrices[NU][0, of.y, 0] + mean @ loading.T
    lower, upper = -np.inf * np.ones_like(centre), np.inf * np.ones_like(centre)
    answers = rows[:, of.y]
    seen = ~np.isnan(answers)
    first = 0
    for k in of.ordinal:
        cuts = part.matrices[TAU][0, first : first + of.cuts[k], 0]
        first += of.cuts[k]
        edges = np.concatenate([[-np.inf], cuts, [np.inf]])
        code = answers[seen[:, k], k].astype(np.intp)
        lower[seen[:, k], k], upper[seen[:, k], k] = edges[code], edges[code + 1]
    value = seen & ~of.is_ordinal
    lower, upper = (np.where(value, answers, x) for x in (lower, upper))
    return Measurement(
        (lower - centre) / sd, (upper - centre) / sd, value, loading @ root / sd[:, None]
    )


def _modes(of: Measurement) -> NDArray:
    """z at the maximum, shape (N, r)."""
    z = np.zeros((len(of.lower), of.reach.shape[1]))
    active = np.arange(len(z))
    value, slope, weight = _posterior(of, z, active)
    for _ in range(_MAX_ITERATIONS):
        inner = np.einsum("ny,ya,yb->nab", weight, of.reach, of.reach)
        inner += np.eye(z.shape[1])
        step = np.linalg.solve(inner, (slope @ of.reach - z[active])[..., None])[..., 0]
        length = np.ones(len(active))
        while True:
            proposed = z[active] + length[:, None] * step
            new = _posterior(of, proposed, active)
            worse = new[0] < value - 1e-12 * (1.0 + np.abs(value))
            if not worse.any() or length.min() < 1e-8:
                break
            length[worse] /= 2.0
        z[active] = proposed
        open_ = np.abs(step).max(axis=1) > TOLERANCE
        if not open_.any():
            return z
        active = active[open_]
        value, slope, weight = (x[open_] for x in new)
    raise EstimationError(
        f"factor_scores() needs a mode for each case; {len(active)} cases have none that was found."
    )


def _posterior(of: Measurement, z: NDArray, at: NDArray) -> tuple[NDArray, NDArray, NDArray]:
    """Log posterior (n,), its slope and negative curvature by answer, each (n, y)."""
    moved = z @ of.reach.T
    low, up, value = of.lower[at] - moved, of.upper[at] - moved, of.continuous[at]
    probability = np.maximum(between(low, up), _TINY)
    a, b = density(low) / probability, density(up) / probability
    end_low, end_up = (np.where(np.isfinite(x), x, 0.0) for x in (low, up))
    slope = np.where(value, low, a - b)
    weight = np.where(value, 1.0, (a - b) ** 2 - (end_low * a - end_up * b))
    told = np.where(value, -0.5 * np.where(value, low, 0.0) ** 2, np.log(probability))
    return told.sum(axis=1) - 0.5 * (z**2).sum(axis=1), slope, np.maximum(weight, 0.0)


def _check_scored(model: CompiledModel, latent: list[str]) -> None:
    """Refuse models whose answers are not independent given the latent variables."""
    if not latent:
        raise EstimationError("factor_scores() needs latent variables; this model has none.")
    of = model.responses
    assert of is not None
    inside = [model.observed[k] for k, place in zip(of.y, of.inner, strict=True) if place >= 0]
    if inside:
        raise EstimationError(
            "factor_scores() with ordinal variables needs observed variables that are indicators "
            f"or fixed predictors; {inside[0]!r} takes part in paths or covariances. Make it the "
            "indicator of a latent variable."
        )
    for v in model.table.parameters:
        apart = v.op == "~~" and v.lhs != v.rhs and not v.exogenous
        if apart and v.lhs in model.observed and (v.free or v.value):
            raise EstimationError(
                "factor_scores() with ordinal variables needs answers that are independent given "
                f"the latent variables; '{v.lhs} ~~ {v.rhs}' says otherwise. Write a latent "
                "variable for what the two share."
            )


def _check_categories(rows: Rows, observed: tuple[str, ...], categories: Categories) -> None:
    for name, codes in categories.items():
        column = rows.values[:, observed.index(name)]
        strange = np.setdiff1d(column[~np.isnan(column)], codes)
        if len(strange):
            raise DataError(
                f"data= needs answers that were there when the model was fitted; got "
                f"{strange[0]:g} of {name!r}. Leave the cell empty, or fit the model anew."
            )
