"""Replicates of a planned study: drawn, estimated, judged, a block at a time.

Notes
-----
Where the answers are complete and the estimator works on moments, the replicates of a block are one
stack: one search, started at the population's solution, and one information matrix for all
(`scrm_model.estimation.resample`). Robust errors and corrected tests are then computed replicate by
replicate from its cases, at the estimates of the stack. Everything else goes through
`scrm_model.estimation.fit.fit`. Both ways give the same numbers where both exist.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import (
    DataError,
    EstimationError,
    IdentificationError,
    ScrmWarning,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.sample import MomentStack, Sample
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.resample import Refits, refit_stack
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import Settings
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.workers import Block, child
from scrm_model.planning.inverses import between_inverse, block_of_inverse
from scrm_model.planning.judge import judge
from scrm_model.planning.model_tests import tests_of_case, tests_of_fit, tests_of_stack
from scrm_model.planning.sampler import Sampler
from scrm_model.planning.simulate import draw, frame_of
from scrm_model.planning.targets import Targets
from scrm_model.spec.model import Model

_CHUNK = 10  # replicates whose information matrices stay in the processor's cache
BLOCK = 100  # replicates of one task; the seed of each depends on it
LOST = (DataError, EstimationError, IdentificationError)  # a replicate may fail so; others are bugs
_DRAWS = 10_000_000  # key of the child that Monte Carlo intervals draw from


@dataclass(frozen=True, eq=False)
class Plan:
    """What every replicate of one sample size has in common.

    Attributes
    ----------
    model : Model
    samplers : mapping of str to Sampler
        By group.
    sizes : mapping of str to int
        Cases by group.
    group : str
        Column of the groups.
    options : mapping
        Of `fit`.
    settings : Settings
        What they came to.
    start : Fit
        Of the population.
    targets : Targets
    true : ndarray, shape (T,)
    alpha : float
    draws : int
        Of Monte Carlo intervals; 0 for the delta method.
    stacked : bool
        Whether replicates are solved as a stack.
    """

    model: Model
    samplers: Mapping[str, Sampler]
    sizes: Mapping[str, int]
    group: str
    options: Mapping[str, Any]
    settings: Settings
    start: Fit
    targets: Targets
    true: NDArray
    alpha: float
    draws: int
    stacked: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """Replicates of one sample size.

    Attributes
    ----------
    value, error, success, covered : ndarray, shape (B, T)
        See `scrm_model.planning.judge.Judgement`; of no meaning where not `converged`.
    tests : ndarray, shape (B, 3)
        Whether the chi-square test, the test of close fit and that of not-close fit reject; NaN
        where there is no such test.
    converged, admissible : ndarray of bool, shape (B,)
    reasons : tuple of str
        Why replicates gave no fit at all, one each.
    """

    value: NDArray
    error: NDArray
    success: NDArray
    covered: NDArray
    tests: NDArray
    converged: NDArray
    admissible: NDArray
    reasons: tuple[str, ...] = ()

    @classmethod
    def joined(cls, parts: list["Outcome"]) -> "Outcome":
        """All blocks together."""
        arrays = {
            k: np.concatenate([getattr(p, k) for p in parts])
            for k in cls.__dataclass_fields__
            if k != "reasons"
        }
        return cls(**arrays, reasons=tuple(r for p in parts for r in p.reasons))


def stacks(settings: Settings, samplers: Mapping[str, Sampler], start: Fit) -> bool:
    """Whether replicates can be solved as a stack."""
    return (
        all(s.complete for s in samplers.values())
        and settings.backend == "native"
        and settings.missing == "listwise"
        and not getattr(settings, "ordered", ())
        and settings.row.discrepancy.name in ("ML", "GLS", "ULS")
        and constraints_of(start.compiled).linear_only
    )


def replicate(plan: Plan, block: Block) -> Outcome:
    """Draw, estimate and judge the replicates of a block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)
        found = _stack(plan, block) if plan.stacked else _singly(plan, block)
    use = np.flatnonzero(found.usable)
    draws = None
    if plan.draws:
        rng = np.random.default_rng(child(block.seed, _DRAWS))
        draws = rng.standard_normal((plan.draws, len(plan.targets.atoms)))
    told = judge(plan.targets, plan.true, found.est[use], found.cov[use], plan.alpha, draws)
    shape = (block.size, len(plan.true))
    value, error = np.full(shape, np.nan), np.full(shape, np.nan)
    success, covered = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    value[use], error[use] = told.value, told.error
    success[use], covered[use] = told.success, told.covered
    return Outcome(
        value, error, success, covered, found.tests, found.usable,
        found.usable & found.admissible, found.reasons,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """Atoms and tests of the replicates of a block.

    `usable` is where there is a minimum, and an information that can be inverted.
    """

    est: NDArray
    cov: NDArray
    tests: NDArray
    usable: NDArray
    admissible: NDArray
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Atoms:
    """Where the atoms stand in a vector of estimates.

    `number` is their parameter, -1 where the row is fixed, and `fixed` the value there.
    """

    number: NDArray
    fixed: NDArray

    @classmethod
    def of(cls, targets: Targets, fitted: Fit) -> "_Atoms":
        rows = targets.rows(fitted.table)
        values = [fitted.table.parameters[k].value for k in rows]
        return cls(
            fitted.compiled.row_parameter[rows],
            np.array([0.0 if v is None else v for v in values]),
        )

    def est(self, theta: NDArray) -> NDArray:
        """Values, shape (B, A)."""
        return np.where(self.number >= 0, theta[:, self.number], self.fixed)

    def cov(self, whole: NDArray) -> NDArray:
        """Covariance matrices, 0 where a row is fixed, shape (B, A, A)."""
        free = self.number >= 0
        return whole[:, self.number[:, None], self.number] * np.outer(free, free)


def _stack(plan: Plan, block: Block) -> _Found:
    samples, rows = _drawn(plan, block)
    if plan.settings.unbiased:
        samples = tuple(s.unbiased() for s in samples)
    refits = refit_stack(plan.start, samples)
    atoms = _Atoms.of(plan.targets, plan.start)
    cov = np.full((block.size, len(atoms.number), len(atoms.number)), np.nan)
    tests = np.full((block.size, 3), np.nan)
    good = np.flatnonzero(refits.converged)
    if _by_case(plan.settings):
        for k in good:
            bread = _bread(plan, refits, int(k), rows[k])
            found = bread.covariance(plan.settings.se, plan.settings.information)
            if found is not None:
                cov[k] = atoms.cov(found[None])[0]
                tests[k] = tests_of_case(
                    plan.settings, plan.start.df, plan.alpha, bread, float(refits.value[k])
                )
    else:
        for first in range(0, len(good), _CHUNK):
            part = good[first : first + _CHUNK]
            cov[part] = _covariances(plan, refits, part, atoms)
        tests[good] = tests_of_stack(
            plan.settings, plan.start.df, plan.alpha, refits.value[good], samples
        )
    usable = refits.converged & np.isfinite(cov).all(axis=(1, 2))
    return _Found(atoms.est(refits.theta), cov, tests, usable, refits.admissible)


def _drawn(plan: Plan, block: Block) -> tuple[tuple[Sample, ...], list[tuple[NDArray, ...]]]:
    """Moments of each group, a stack of replicates, and the cases where they are asked for."""
    wanted = plan.start.compiled.observed
    stacks: dict[str, MomentStack] = {}
    kept = []
    for k in range(block.size):
        drawn = draw(plan.samplers, plan.sizes, child(block.seed, k))
        rows = {
            label: _ordered(d.answers, plan.samplers[label], wanted) for label, d in drawn.items()
        }
        for label, one in rows.items():
            stack = stacks.setdefault(label, MomentStack(block.size, *one.shape))
            stack.put(k, one)
        if _by_case(plan.settings):
            kept.append(tuple(rows.values()))
    return tuple(s.sample(plan.start.compiled.meanstructure) for s in stacks.values()), kept


def _ordered(answers: NDArray, sampler: Sampler, wanted: tuple[str, ...]) -> NDArray:
    if sampler.names == wanted:
        return answers
    return answers[:, [sampler.names.index(name) for name in wanted]]


def _by_case(settings: Settings) -> bool:
    """Whether errors or test are made of single cases."""
    return (
        settings.se != "standard"
        or settings.test != "standard"
        or settings.information == "first.order"
    )


def _covariances(plan: Plan, refits: Refits, which: NDArray, atoms: _Atoms) -> NDArray:
    """Covariance matrices of the atoms, NaN where the information is singular."""
    discrepancy, space = plan.settings.row.discrepancy, plan.start.solution.space
    samples = tuple(s.take(which) for s in refits.samples)
    point = discrepancy.evaluate(plan.start.compiled, refits.theta[which], samples)
    if plan.settings.information == "observed":
        information = discrepancy.hessian(plan.start.compiled, point, samples) / 2.0
    else:
        information = discrepancy.information(plan.start.compiled, point, samples)
    total = sum(s.n for s in samples)
    if space.is_free:
        return block_of_inverse(information, atoms.number) / total
    inner = space.basis.T @ information @ space.basis
    sides = space.basis[atoms.number].T * (atoms.number >= 0)
    return between_inverse(inner, sides) / total


def _bread(plan: Plan, refits: Refits, k: int, rows: tuple[NDArray, ...]) -> Bread:
    samples = tuple(s.take(np.array([k])) for s in refits.samples)
    return Bread(
        plan.start.compiled, samples, refits.theta[k], plan.start.solution.space.basis, rows,
        plan.settings.row.discrepancy,
    )  # fmt: skip


def _singly(plan: Plan, block: Block) -> _Found:
    size, count = block.size, len(plan.targets.atoms)
    est, cov = np.full((size, count), np.nan), np.full((size, count, count), np.nan)
    tests = np.full((size, 3), np.nan)
    usable, admissible = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    reasons = []
    for k in range(size):
        drawn = draw(plan.samplers, plan.sizes, child(block.seed, k))
        try:
            fitted = fit(plan.model, frame_of(plan.samplers, drawn, plan.group), **plan.options)
            whole = fitted.cov_params().to_numpy()
        except LOST as error:
            reasons.append(str(error))
            continue
        atoms = _Atoms.of(plan.targets, fitted)
        est[k], cov[k] = atoms.est(fitted.theta[None])[0], atoms.cov(whole[None])[0]
        usable[k], admissible[k] = True, fitted.admissible
        tests[k] = tests_of_fit(fitted, plan.alpha)
    return _Found(est, cov, tests, usable, admissible, tuple(reasons))
