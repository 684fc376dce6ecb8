"""A planned study: the model, what is true, how answers arise, how they will be analysed."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import solutions
from scrm_model.estimation.workers import blocks_of, child, run_blocks
from scrm_model.planning.checks import between, whole
from scrm_model.planning.population import Population
from scrm_model.planning.replicates import BLOCK, LOST, Outcome, Plan, replicate, stacks
from scrm_model.planning.sampler import Sampler
from scrm_model.planning.score_moments import score_means, score_moments
from scrm_model.planning.simulate import (
    Populations,
    by_groups,
    draw,
    frame_of,
    samplers_of,
    sizes_of,
)
from scrm_model.planning.targets import DEFINED, Targets, targets_of
from scrm_model.spec.model import Model

METHODS = ("montecarlo", "delta")
_STRUCTURE = ("std_lv", "fixed_x", "orthogonal", "group_equal", "group_partial", "likelihood")
_PROBES, _PROBE = 20, 20_000_000  # tries of the first fit, and the key of their seeds


@dataclass(frozen=True, eq=False)
class StudyPlan:
    """What all sample sizes have in common. Made by `study_plan`.

    Attributes
    ----------
    model : Model
    populations : mapping of str to Population
        By group, keyed "" if there is but one.
    samplers : mapping of str to Sampler
    group : str
    options : mapping
        Of `fit`.
    of : sequence of (source, target), or None
    alpha : float
    draws : int
        Of Monte Carlo intervals; 0 for the delta method.
    """

    model: Model
    populations: Mapping[str, Population]
    samplers: Mapping[str, Sampler]
    group: str
    options: Mapping[str, Any]
    of: Sequence[tuple[str, str]] | None
    alpha: float
    draws: int

    def at(self, sizes: Mapping[str, int], seed: np.random.SeedSequence) -> Plan:
        """The plan for one sample size.

        Raises
        ------
        ScrmError
            What `fit` raises for the model and its options, or for all of the first samples.
        """
        settings = self._probe(sizes, seed).settings
        start = self._limit(sizes, settings.row.discrepancy.name, settings.meanstructure)
        targets = targets_of(start.table, self.model.origin, self.of)
        true = targets.values(_rows(targets, start, 0), targets.targets)
        return Plan(
            self.model, self.samplers, sizes, self.group, self.options, settings, start, targets,
            true, self.alpha, self.draws, stacks(settings, self.samplers, start),
        )  # fmt: skip

    def _probe(self, sizes: Mapping[str, int], seed: np.random.SeedSequence) -> Fit:
        """A first fit, which finds out what options come to and whether they can be used."""
        lost: Exception | None = None
        for k in range(_PROBES):
            drawn = draw(self.samplers, sizes, child(seed, _PROBE, k))
            frame = frame_of(self.samplers, drawn, self.group)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    return fit(self.model, frame, **self.options)
                except LOST as error:
                    lost = error
        assert lost is not None
        raise lost

    def _limit(self, sizes: Mapping[str, int], discrepancy: str, means: bool) -> Fit:
        """The fit to the population's moments: what estimates tend to as samples grow."""
        structure = {k: self.options[k] for k in _STRUCTURE if k in self.options}
        moments: dict[str, Moments] = {}
        for label, population in self.populations.items():
            names = list(map(str, population.cov.columns))
            behind = self._behind(names)
            cuts = self.samplers[label].cuts
            by_name = {names[k]: v for k, v in cuts.items() if names[k] not in behind}
            cov, n = score_moments(population.cov, by_name), sizes[label]
            if self.options.get("parameterization") == "theta":
                cov = cov * np.outer(*[_unit_residuals(population, behind)] * 2)
            # Moments takes the divisor n - 1, and F is to be the population's.
            moments[label] = Moments(cov * (n / (n - 1)), n, mean=score_means(names, by_name))
        estimator = discrepancy if discrepancy in ("GLS", "ULS") else "ML"
        data: Any = moments if len(moments) > 1 else next(iter(moments.values()))
        found = fit(self.model, data, estimator=estimator, meanstructure=means, **structure)
        if not found.converged:
            raise ModelError(
                "model= needs estimates at the population's moments; no minimum was found. Check "
                "that the model can be identified, and that population= is near to it."
            )
        return found

    def _behind(self, names: list[str]) -> list[str]:
        """Variables whose answers an ordinal estimator looks through, at what lies behind them."""
        ordered = self.options.get("ordered") or ()
        if ordered is True:
            return names
        return [ordered] if isinstance(ordered, str) else [k for k in names if k in set(ordered)]

    def run(
        self,
        plans: Sequence[tuple[Plan, int, np.random.SeedSequence]],
        n_jobs: int | None,
        progress: bool,
    ) -> tuple[list[Outcome | None], bool]:
        """Replicates of some plans.

        Parameters
        ----------
        plans : sequence of (Plan, replicates, seed)
        n_jobs, progress
            As in `scrm_model.estimation.workers.run_blocks`.

        Returns
        -------
        list of Outcome or None
            One a plan; None if the work was interrupted before its first block.
        bool
            Whether it was interrupted.
        """
        blocks = [
            (place, block)
            for place, (plan, count, seed) in enumerate(plans)
            for block in blocks_of(count, BLOCK, seed, plan)
        ]
        done = run_blocks(
            _task, [b for _, b in blocks], n_jobs=n_jobs, progress=progress, label="power"
        )
        parts: list[list[Outcome]] = [[] for _ in plans]
        for (place, _), result in zip(blocks, done.results, strict=False):
            parts[place].append(result)
        return [Outcome.joined(p) if p else None for p in parts], done.interrupted


def _unit_residuals(population: Population, behind: list[str]) -> NDArray:
    """Factors that give variables behind ordinal answers a residual variance of 1, shape (p,)."""
    loadings, latent = population.loadings.to_numpy(), population.latent_cov.to_numpy()
    residual = np.diag(population.cov.to_numpy() - loadings @ latent @ loadings.T)
    chosen = population.cov.columns.isin(behind) & (residual > 0)
    return np.where(chosen, 1.0 / np.sqrt(np.where(chosen, residual, 1.0)), 1.0)


def _task(block: Any) -> Outcome:
    return replicate(block.what, block)


def _rows(targets: Targets, start: Fit, scale: int) -> NDArray:
    """Atoms at the population, raw (0) or standardised (2), shape (A,)."""
    values = solutions(start.compiled, start.scaling, start.theta[None], start.samples)
    return values[scale][0][targets.rows(start.table)]


def standardised(plan: Plan) -> NDArray:
    """True values of the targets on the standardised scale, shape (T,)."""
    targets, start = plan.targets, plan.start
    out = targets.values(_rows(targets, start, 2), targets.targets)
    values = solutions(start.compiled, start.scaling, start.theta[None], start.samples)
    defined = defined_standardised(start.compiled, values[2])
    for k, target in enumerate(targets.targets):
        if target.kind == DEFINED:
            out[k] = defined[target.name][0]
    return out


def study_plan(
    model: Model | str,
    population: Populations,
    *,
    answers: Mapping[str, Any] | None,
    of: Sequence[tuple[str, str]] | None,
    alpha: float,
    method: str,
    draws: int,
    group: str,
    options: Mapping[str, Any],
) -> StudyPlan:
    """Check and prepare what `power` and `required_n` were given.

    Parameters
    ----------
    model, population, answers, of, alpha, method, group, options
        As in `scrm_model.planning.power.power`.
    draws : int
        Of Monte Carlo intervals.

    Raises
    ------
    ArgumentError
        An argument cannot be used.
    """
    if isinstance(model, str):
        model = Model.from_syntax(model)
    if not isinstance(model, Model):
        raise ArgumentError(
            f"model= needs a Model or lavaan text; got {type(model).__name__}. "
            "Write for example 'F =~ x1 + x2 + x3'."
        )
    if method not in METHODS:
        raise ArgumentError(
            f"method= needs 'montecarlo' or 'delta'; got {method!r}. Bootstrap intervals agree "
            "with Monte Carlo ones closely and take a thousand fits a replicate."
        )
    between("alpha", alpha, 0.0, 1.0)
    populations = by_groups(population)
    options = dict(options)
    if len(populations) > 1:
        options["group"] = group
    samplers = samplers_of(population, group=group, **dict(answers or {}))
    known = next(iter(populations.values())).cov.columns
    if absent := [k for k in model.observed if k not in known]:
        raise ArgumentError(
            f"population= needs every variable of the model; {', '.join(map(repr, absent))} "
            "missing. Make the population from a model that has them."
        )
    count = whole("method_draws", draws, 100) if method == "montecarlo" else 0
    return StudyPlan(model, populations, samplers, group, options, of, alpha, count)


def total(sizes: Mapping[str, int]) -> int:
    """Cases of all groups."""
    return sum(sizes.values())


def cells_of(n: Any, groups: Mapping[str, Any]) -> list[dict[str, int]]:
    """Sample sizes, one mapping by group each.

    Raises
    ------
    ArgumentError
        If one is no count, or none is given.
    """
    given = list(n) if isinstance(n, Sequence | np.ndarray | pd.Series | range) else [n]
    if isinstance(n, str) or not given:
        raise ArgumentError(
            f"n= needs one or more numbers of cases; got {n!r}. Write for example n=[120, 200]."
        )
    cells = [sizes_of(one, groups) for one in given]
    if len({total(c) for c in cells}) < len(cells):
        raise ArgumentError(
            f"n= needs different numbers of cases; got {given}. Give each total once."
        )
    return cells
