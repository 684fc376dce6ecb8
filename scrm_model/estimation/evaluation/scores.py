"""Factor scores: what each case's answers say of its latent variables.

Notes
-----
With V the latent covariances, Sigma the implied ones, C = Lambda V their covariances, and m the
latent means, the regression scores of a case x are [thurstone1935]_::

    m + C' Sigma^-1 (x - mu)

the expected latent values given all that was observed of the case, predictors and outcomes too;
of a case with missing cells the observed part of C, Sigma and x serves.
Bartlett's [bartlett1937]_ weigh indicators alone, by their residual covariances R::

    m + (L' R^-1 L)^-1 L' R^-1 (x - mu)

and are unbiased: with the true latent values fixed, their expectation is these. L are the
loadings; what other observed variables do to an indicator is taken out of it first.

They equal those of lavaan's ``lavPredict()``, except where an observed variable is the outcome of
a path, or covaries with a latent variable: there lavaan 0.6-14 gives other numbers, which depend
on whether means are modelled; these do not. A factor whose indicators are all latent has no
Bartlett score (lavaan: 0).

References
----------
.. [thurstone1935] Thurstone, L. L. (1935). The Vectors of Mind. University of Chicago Press.
.. [bartlett1937] Bartlett, M. S. (1937). The statistical conception of mental factors. British
   Journal of Psychology, 28, 97-104.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import (
    ArgumentError,
    DataError,
    EstimationError,
    MissingDataWarning,
    did_you_mean,
)
from scrm_model.estimation.implied.compiled import BETA, LAMBDA, PSI, THETA, CompiledModel
from scrm_model.estimation.implied.moments import fill, implied
from scrm_model.estimation.missing import with_predictors
from scrm_model.estimation.observed.expectation import expect
from scrm_model.estimation.observed.frames import Rows, answered_rows, as_pandas, complete_rows
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.sample import Sample

METHODS = ("regression", "bartlett")


@dataclass(frozen=True, slots=True)
class Weights:
    """How one group's rows become scores: ``origin + (x - centre) @ weights.T``.

    Attributes
    ----------
    latent : tuple of str
        The variables that get scores, f of them.
    weights : ndarray, shape (f, p)
    centre : ndarray, shape (p,)
        Implied means; the sample's where means are not modelled.
    origin : ndarray, shape (f,)
        Latent means.
    """

    latent: tuple[str, ...]
    weights: NDArray
    centre: NDArray
    origin: NDArray

    def scores(self, rows: NDArray) -> NDArray:
        """Scores of rows (N, p), shape (N, f)."""
        return self.origin + (rows - self.centre) @ self.weights.T


def check_method(method: str) -> str:
    """`method` in small letters.

    Raises
    ------
    ArgumentError
        If there is no such method.
    """
    known = str(method).lower()
    if known in METHODS:
        return known
    raise ArgumentError(
        f"method= needs 'regression' or 'bartlett'; got {method!r}.{did_you_mean(known, METHODS)}"
    )


def new_rows(
    data: Any, model: CompiledModel, group: str | None, needed: Sequence[str] | None = None
) -> tuple[Rows, ...]:
    """Rows of other data that can be scored, by the groups of the model.

    Parameters
    ----------
    data : DataFrame
        With a column for each observed variable, and for the groups.
    model : CompiledModel
    group : str or None
        Column that holds the groups.
    needed : sequence of str, optional
        Variables without which a row has no scores, and one answer at least; by default all.

    Returns
    -------
    tuple of Rows
        One a group, of those groups that have rows, in the order of the data.

    Raises
    ------
    ArgumentError, DataError, MissingColumnError
        If the data are no frame, or not what the model needs.

    Warns
    -----
    MissingDataWarning
        Rows were left out.
    """
    frame = as_pandas(data)
    if needed is None:
        rows = complete_rows(frame, model.observed, group)
    else:
        x = [model.observed.index(name) for name in needed]
        answered = answered_rows(frame, model.observed, group)
        rows = tuple(with_predictors(r, x) for r in answered)
    for r in rows:
        if group is not None and r.label not in model.table.groups:
            raise DataError(
                f"data= needs rows of the groups that were fitted, "
                f"{', '.join(map(repr, model.table.groups))}; got '{r.label}' in '{group}'."
                f"{did_you_mean(r.label, model.table.groups)} Leave the other rows out."
            )
    left_out = sum(r.n_original - len(r.values) for r in rows)
    if left_out:
        why = "missing cells" if needed is None else "no answer"
        if needed:
            why += " or lack a fixed predictor"
        warnings.warn(
            f"{left_out} of {sum(r.n_original for r in rows)} rows have {why} and get no factor "
            "scores.",
            MissingDataWarning,
            stacklevel=3,
        )
    return rows


def score_frame(
    model: CompiledModel,
    theta: NDArray,
    samples: tuple[Sample, ...],
    fitted: tuple[Rows, ...] | None,
    rows: tuple[Rows, ...],
    method: str,
) -> pd.DataFrame:
    """Scores of rows, labelled.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)
    samples : tuple of Sample
        One a group, stacks of one.
    fitted : tuple of Rows, or None
        The rows of the fit, whose means are the centre where means are not modelled.
    rows : tuple of Rows
        To score, by group.
    method : {"regression", "bartlett"}

    Returns
    -------
    DataFrame
        A column for each latent variable; the rows' index.

    Raises
    ------
    EstimationError
        If there are no means to take the deviations from.
    """
    if fitted is None and not model.meanstructure:
        raise EstimationError(
            "factor_scores() needs means; this model was fitted to Moments without a mean "
            "structure. Fit it to Moments(..., mean=...) with meanstructure=True."
        )
    frames = []
    for r in rows:
        group = model.table.groups.index(r.label) if model.table.groups else 0
        mean = np.zeros(model.p) if fitted is None else fitted[group].values.mean(axis=0)
        of = score_weights(model, theta, group, samples[group], mean, method)
        if np.isnan(r.values).any():
            values = _incomplete(model, theta, group, samples[group], of, r.values, method)
            frames.append(pd.DataFrame(values, index=r.index, columns=list(of.latent)))
            continue
        frames.append(pd.DataFrame(of.scores(r.values), index=r.index, columns=list(of.latent)))
    return pd.concat(frames)


def _incomplete(
    model: CompiledModel,
    theta: NDArray,
    group: int,
    sample: Sample,
    complete: Weights,
    rows: NDArray,
    method: str,
) -> NDArray:
    """Regression scores of rows with missing cells (N, p): given what was observed of each."""
    if method != "regression":
        raise EstimationError(
            f"method= needs 'regression' for rows with missing cells; got {method!r}. Bartlett's "
            "weights need all indicators: give complete rows as data=."
        )
    of = implied(model.blocks[group], theta[None], sample.cov, sample.mean)
    at = expect(patterns_of(rows), complete.centre, of.sigma[0])
    assert at is not None  # the likelihood is finite at the solution
    chosen = [model.latent.index(v) for v in complete.latent]
    found = complete.origin + at.pulls @ of.loading_cov[0][:, chosen]
    return at.patterns.back(found)


def score_weights(
    model: CompiledModel,
    theta: NDArray,
    group: int,
    sample: Sample,
    mean: NDArray,
    method: str = "regression",
) -> Weights:
    """Weights that turn one group's rows into scores.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)
    group : int
        Position of the group.
    sample : Sample
        Of that group, a stack of one.
    mean : ndarray, shape (p,)
        Means of its rows.
    method : {"regression", "bartlett"}

    Returns
    -------
    Weights
        Of the latent variables; with ``"bartlett"`` of those that have an observed indicator.

    Notes
    -----
    Without a mean structure the latent means are those that intercepts of 0 for latent variables
    would give: 0, moved by observed predictors.
    """
    block = model.blocks[group]
    of = implied(block, theta[None], sample.cov, sample.mean)
    matrices = tuple(x[0] for x in fill(block, theta[None], sample.cov, sample.mean))
    true = np.array([v not in model.observed for v in model.latent], dtype=bool)
    if sample.mean is None:
        centre, level = mean, _latent_means(model, matrices[BETA], true, mean)
    else:
        centre, level = of.mu[0], of.latent_mean[0]
    if method == "regression":
        chosen = np.flatnonzero(true)
        weights = np.linalg.solve(of.sigma[0], of.loading_cov[0][:, chosen]).T
    else:
        chosen, weights = _bartlett(model, matrices, true, of.latent_cov[0])
    return Weights(tuple(model.latent[k] for k in chosen), weights, centre, level[chosen])


def _latent_means(model: CompiledModel, beta: NDArray, true: NDArray, mean: NDArray) -> NDArray:
    """Means of all of eta where those of the observed are the sample's and intercepts are 0."""
    level = np.zeros(len(true))
    seen = [model.observed.index(v) for v in model.latent if v in model.observed]
    level[~true] = mean[seen]
    inner = np.eye(int(true.sum())) - beta[np.ix_(true, true)]
    level[true] = np.linalg.solve(inner, beta[np.ix_(true, ~true)] @ level[~true])
    return level


def _bartlett(
    model: CompiledModel, matrices: tuple[NDArray, ...], true: NDArray, latent_cov: NDArray
) -> tuple[NDArray[np.intp], NDArray]:
    """Latent variables with observed indicators, and the weights of their scores."""
    measured = {v.rhs for v in model.table.parameters if v.op == "=~"}
    rows = np.array([k for k, v in enumerate(model.observed) if v in measured], dtype=np.intp)
    arrows, error = _equations(model, matrices)
    chosen = np.flatnonzero(true & arrows[rows].any(axis=0))
    loading = arrows[np.ix_(rows, chosen)]
    # Adding loading @ V @ loading' leaves the weights as they are, and an indicator without
    # error no longer divides by zero.
    spread = error[np.ix_(rows, rows)] + loading @ latent_cov[np.ix_(chosen, chosen)] @ loading.T
    part = np.linalg.solve(spread, loading)
    own = np.linalg.solve(loading.T @ part, part.T)
    pick = np.zeros((len(rows), model.p))
    pick[np.arange(len(rows)), rows] = 1.0
    for k, name in enumerate(model.latent):
        if name in model.observed:
            pick[:, model.observed.index(name)] -= arrows[rows, k]
    return chosen, own @ pick


def _equations(model: CompiledModel, matrices: tuple[NDArray, ...]) -> tuple[NDArray, NDArray]:
    """Arrows into each observed variable from eta (p, m), and residual covariances (p, p)."""
    arrows, error = matrices[LAMBDA].copy(), matrices[THETA].copy()
    inside = [
        (model.observed.index(v), k) for k, v in enumerate(model.latent) if v in model.observed
    ]
    if inside:
        x, eta = (np.array(column, dtype=np.intp) for column in zip(*inside, strict=True))
        arrows[x] = matrices[BETA][eta]
        error[np.ix_(x, x)] = matrices[PSI][np.ix_(eta, eta)]
    return arrows, error
