"""A fitted model meets other samples of the same kind: one fit is a batch of one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from scrm_model.estimation.diagnose import blank
from scrm_model.estimation.discrepancy.contract import FIML
from scrm_model.estimation.implied.compiled import PSI, THETA, CompiledModel
from scrm_model.estimation.implied.moments import fill
from scrm_model.estimation.observed.expectation import expect
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.responses.sample import (
    resampled_responses,
    stacked_responses,
)
from scrm_model.estimation.observed.sample import (
    MomentStack,
    Sample,
    incomplete_sample,
    resampled,
)
from scrm_model.estimation.observed.saturated import Incomplete, Saturated, saturated
from scrm_model.estimation.optimise.constraints import Constraints, constraints_of
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.quasi_newton import TOLERANCE, solve_stack
from scrm_model.estimation.optimise.solve import solve
from scrm_model.estimation.result import Fit

BLOCK = 250  # members solved together: their matrices stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Refits:
    """Estimates of one model on many samples.

    Attributes
    ----------
    theta : ndarray, shape (B, q)
    converged, admissible : ndarray of bool, shape (B,)
        `admissible` is False where a variance is negative or a correlation beyond 1.
    value : ndarray, shape (B,)
        F; where cells are missing, against the moments of the full sample.
    samples : tuple of Sample
        The samples, stacks of B, one a group.
    """

    theta: NDArray
    converged: NDArray
    admissible: NDArray
    value: NDArray
    samples: tuple[Sample, ...]


def refit_stack(fit: Fit, samples: tuple[Sample, ...], tolerance: float = TOLERANCE) -> Refits:
    """Estimate a fitted model on a stack of samples.

    Parameters
    ----------
    fit : Fit
        Converged; its solution is where the search starts.
    samples : tuple of Sample
        One a group, stacks of B.
    tolerance : float
        Squared Newton decrement at which a member is done; F is then known to about this.

    Returns
    -------
    Refits
    """
    # Many small matrices: threads inside the linear algebra only wait for each other.
    with _threads().limit(limits=1):
        return _refit_stack(fit, samples, tolerance)


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    """The thread pools of this process; it takes a millisecond to find them."""
    return ThreadpoolController()


def _refit_stack(fit: Fit, samples: tuple[Sample, ...], tolerance: float) -> Refits:
    constraints = constraints_of(fit.compiled)
    if not constraints.linear_only:
        return _one_by_one(fit, constraints, samples)
    space = fit.solution.space
    own = Problem(fit.compiled, fit.samples, space, fit.settings.discrepancy)
    start = space.nearest(fit.theta[None])
    hessian = own.curvature(own.at(start))[0]
    problem = Problem(fit.compiled, samples, space, fit.settings.discrepancy)
    best = solve_stack(problem, start[0], np.linalg.pinv(hessian, hermitian=True), tolerance)
    theta = space.theta(best.t)
    return Refits(
        theta,
        best.converged,
        best.converged & admissible_stack(fit.compiled, theta, samples, fit.settings.auxiliary),
        best.value,
        samples,
    )


def _one_by_one(fit: Fit, constraints: Constraints, samples: tuple[Sample, ...]) -> Refits:
    """Curved equalities and inequalities want a search of their own for every member."""
    size = len(samples[0].cov)
    theta = np.full((size, len(fit.theta)), np.nan)
    converged, value = np.zeros(size, dtype=bool), np.full(size, np.inf)
    for k in range(size):
        one = tuple(s.take(np.array([k])) for s in samples)
        problem = Problem(fit.compiled, one, constraints.space, fit.settings.discrepancy)
        found = solve(problem, constraints, fit.theta[None])
        theta[k], converged[k], value[k] = found.theta, found.converged, found.value
    good = converged & admissible_stack(fit.compiled, theta, samples, fit.settings.auxiliary)
    return Refits(theta, converged, good, value, samples)


def admissible_stack(
    model: CompiledModel,
    theta: NDArray,
    samples: tuple[Sample, ...],
    auxiliary: tuple[str, ...] = (),
) -> NDArray[np.bool_]:
    """Which members have no negative variance and no correlation beyond 1, shape (B,)."""
    good = np.isfinite(theta).all(axis=1)
    safe = np.where(good[:, None], theta, 0.0)
    for block, sample, (row, column) in zip(
        model.blocks, samples, _covariances(model), strict=True
    ):
        matrices = fill(block, safe, sample.cov, sample.mean)
        for cov, names in ((matrices[THETA], model.observed), (matrices[PSI], model.latent)):
            blank(cov, names, auxiliary)
        for k, cov in enumerate((matrices[THETA], matrices[PSI])):
            variance = np.einsum("bii->bi", cov)
            good &= (variance > -1e-10).all(axis=1)
            i, j = row[k], column[k]
            limit = np.sqrt(np.maximum(variance[:, i] * variance[:, j], 0))
            good &= (np.abs(cov[:, i, j]) <= limit * (1 + 1e-8) + 1e-10).all(axis=1)
    return good


def _incomplete_resamples(
    fit: Fit, counts: Sequence[NDArray]
) -> tuple[tuple[Sample, ...], NDArray[np.bool_]]:
    """Resamples of cases with missing cells, as weights of these cases, and which have moments.

    Parameters
    ----------
    fit, counts
        As in `refit_counts`.

    Notes
    -----
    By full information estimates do not depend on the unrestricted model. It is estimated anew
    only where predictors are fixed, whose moments it gives; elsewhere that of the full sample is
    kept. In two stages it is what the model is fitted to.
    """
    out = []
    sound = np.ones(len(counts[0]), dtype=bool)
    full_information = fit.settings.discrepancy is FIML
    given = len(fit.compiled.exogenous_observed) > 0 or not full_information
    for sample, own in zip(fit.bread.unrestricted.samples, counts, strict=True):
        assert sample.incomplete is not None
        full, patterns = sample.incomplete.members[0], sample.incomplete.patterns
        start = full.mean, full.cov
        members = []
        for weights in own[:, patterns.order].astype(float):
            if given:
                members.append(saturated(patterns, weights, start))
                continue
            at = expect(patterns, *start, weights)
            assert at is not None  # the full sample's moments are positive definite
            members.append(Saturated(*start, at, True))
        sound &= np.array([m.converged for m in members])
        found = incomplete_sample(Incomplete(patterns, tuple(members)))
        out.append(found if full_information else replace(found, incomplete=None))
    return tuple(out), sound


@lru_cache(maxsize=128)
def _covariances(model: CompiledModel) -> tuple[tuple[tuple[NDArray, NDArray], ...], ...]:
    """Rows and columns of the covariances in Theta and in Psi that can be other than 0."""
    found = []
    for block in model.blocks:
        can = block.base != 0
        can[block.cells] = can[block.exogenous] = True
        matrices = block.layout.split(can[None])
        pairs = [np.nonzero(np.tril(matrices[k][0], -1)) for k in (THETA, PSI)]
        found.append(tuple(zip(*pairs, strict=True)))
    return tuple(found)


def refit_counts(fit: Fit, counts: Sequence[NDArray]) -> Refits:
    """Estimate a fitted model on resamples of its own data.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    counts : sequence of ndarray, shape (B, N_g)
        How often each case of a group was drawn, one a group. Where members differ in their
        number of cases, only of a model that `ignores_size`.

    Returns
    -------
    Refits
    """
    return _refit(fit, *_resampled_samples(fit, counts))


def refit_rows(fit: Fit, rows: Sequence[NDArray]) -> Refits:
    """Estimate a fitted model on other data of the same shape.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    rows : sequence of ndarray, shape (B, N_g, p)
        A stack of data matrices a group, as `Fit.raw_data` has them (as `Fit.category_numbers`
        where there are ordinal variables).

    Returns
    -------
    Refits
        F is that of each member, where cells are missing too.
    """
    return _refit(fit, *samples_of_rows(fit, rows))


def samples_of_rows(
    fit: Fit, rows: Sequence[NDArray]
) -> tuple[tuple[Sample, ...], NDArray[np.bool_]]:
    """Data as the engine's samples, stacks of B, and which of them have moments, shape (B,).

    Parameters
    ----------
    fit, rows
        As in `refit_rows`.
    """
    of = fit.compiled.responses
    kind = fit.settings.discrepancy.weighting
    sound = np.ones(len(rows[0]), dtype=bool)
    if of is not None:
        return tuple(stacked_responses(list(r), of, kind) for r in rows), sound
    if fit.settings.incomplete:
        return _incomplete_stacks(fit, rows)
    samples = tuple(MomentStack.of(r, fit.compiled.meanstructure) for r in rows)
    if fit.settings.unbiased:
        samples = tuple(s.unbiased() for s in samples)
    if kind:
        samples = tuple(_weighted(s, r, kind) for s, r in zip(samples, rows, strict=True))
    return samples, sound


def ignores_size(fit: Fit) -> bool:
    """Whether estimates depend on moments alone, and not on the number of cases behind them."""
    settings = fit.settings
    plain = not (settings.incomplete or settings.unbiased or fit.compiled.responses)
    return plain and len(fit.samples) == 1


def _resampled_samples(
    fit: Fit, counts: Sequence[NDArray]
) -> tuple[tuple[Sample, ...], NDArray[np.bool_]]:
    """Resamples as the engine's samples, stacks of B, and which of them have moments, shape (B,).

    Parameters
    ----------
    fit, counts
        As in `refit_counts`.
    """
    of = fit.compiled.responses
    kind = fit.settings.discrepancy.weighting
    sound = np.ones(len(counts[0]), dtype=bool)
    if of is not None:
        pairs = zip(fit.category_numbers(), counts, strict=True)
        return tuple(resampled_responses(r, c, of, kind) for r, c in pairs), sound
    if fit.settings.incomplete:
        return _incomplete_resamples(fit, counts)
    means = fit.compiled.meanstructure
    data = fit.raw_data()
    samples = tuple(resampled(rows, c, means) for rows, c in zip(data, counts, strict=True))
    if fit.settings.unbiased:
        samples = tuple(s.unbiased() for s in samples)
    if kind:
        # A weight made from the data is made again from every resample.
        parts = zip(samples, data, counts, strict=True)
        samples = tuple(s.weighted(rows, c, kind) for s, rows, c in parts)
    return samples, sound


def _refit(fit: Fit, samples: tuple[Sample, ...], sound: NDArray[np.bool_]) -> Refits:
    found = refit_stack(fit, samples)
    good = found.admissible & sound
    return replace(found, converged=found.converged & sound, admissible=good)


def _weighted(stack: Sample, rows: NDArray, kind: str) -> Sample:
    """A stack with weights made of its own data, shape (B, N, p)."""
    once = np.ones((1, rows.shape[1]))
    found = [
        stack.take(np.array([k])).weighted(own, once, kind).weight for k, own in enumerate(rows)
    ]
    return replace(stack, weight=np.concatenate([w for w in found if w is not None]))


def _incomplete_stacks(
    fit: Fit, rows: Sequence[NDArray]
) -> tuple[tuple[Sample, ...], NDArray[np.bool_]]:
    """Samples of cases with missing cells, and which of them have moments.

    Parameters
    ----------
    fit, rows
        As in `refit_rows`.
    """
    out = []
    sound = np.ones(len(rows[0]), dtype=bool)
    for stack in rows:
        members = tuple(saturated(patterns_of(own)) for own in stack)
        sound &= np.array([m.converged for m in members])
        found = incomplete_sample(Incomplete(members[0].at.patterns, members))
        full_information = fit.settings.discrepancy is FIML
        out.append(found if full_information else replace(found, incomplete=None))
    return tuple(out), sound
