"""Power by simulation: for each hypothesis, each indirect effect, all at once, and the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.workers import Seed, child, seed_sequence
from scrm_model.planning.checks import whole
from scrm_model.planning.replicates import Outcome, Plan
from scrm_model.planning.simulate import Populations
from scrm_model.planning.study_plan import cells_of, standardised, study_plan, total
from scrm_model.planning.targets import HYPOTHESIS, INDIRECT
from scrm_model.spec.model import Model

KEEP = ("admissible", "converged")
JOINT, MODEL = "all at once", "model"
TESTS = ("chi-square test rejects", "close fit is rejected", "not-close fit is rejected")
ALL_PATHS, ALL_INDIRECT = "all hypotheses", "all indirect effects"
_LEVEL = 0.95  # of the intervals for a power


@dataclass(frozen=True, eq=False, repr=False)
class Power:
    """Power at some sample sizes.

    Attributes
    ----------
    frame : DataFrame
        A row for each sample size and effect; see `power`.
    alpha : float
        Level of the tests.
    draws : int
        Replicates asked for at each sample size.
    keep : str
        Which replicates count: "admissible" or "converged".
    method : str
        Intervals of indirect effects: "montecarlo" or "delta".
    seed : int or None
        From which the same numbers come again.
    interrupted : bool
        Whether Ctrl-C ended the work early; the frame then holds what was done, see `n_draws`.
    notes : tuple of str
        What a reader must know.
    """

    frame: pd.DataFrame
    alpha: float
    draws: int
    keep: str
    method: str
    seed: int | None
    interrupted: bool
    notes: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """Power alone: a row for each effect, a column for each sample size."""
        rows = self.frame[["kind", "name"]].drop_duplicates(ignore_index=True)
        for n, part in self.frame.groupby("n", sort=True):
            found = part.set_index(["kind", "name"])["power"].rename(n)
            rows = rows.join(found, on=["kind", "name"])
        return rows

    def __repr__(self) -> str:
        shown = self.table().to_string(index=False, float_format="{:.3f}".format)
        return "\n".join((self._head(), shown, *self.notes))

    def _head(self) -> str:
        return (
            f"Power at alpha = {self.alpha:g}, {self.draws} replicates each, seed={self.seed}; "
            f"indirect effects by {self.method} intervals"
        )

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        table = self.table().to_html(index=False, float_format="{:.3f}".format, na_rep="")
        return f"<p>{escape(self._head())}</p>{table}" + (f"<ul>{told}</ul>" if told else "")


def power(
    model: Model | str,
    population: Populations,
    n: Any = (120, 200, 300),
    draws: int = 1000,
    seed: Seed = None,
    *,
    answers: Mapping[str, Any] | None = None,
    of: Sequence[tuple[str, str]] | None = None,
    alpha: float = 0.05,
    method: str = "montecarlo",
    method_draws: int = 2000,
    keep: str = "admissible",
    group: str = "group",
    n_jobs: int | None = None,
    progress: bool = True,
    **options: Any,
) -> Power:
    """Power of a planned study, by simulating it.

    Parameters
    ----------
    model : Model or str
        What will be fitted. It may differ from the population's.
    population : Population, or mapping of str to Population
        What is true, by group if there are several.
    n : int, or sequence of int (or of mappings of group to int)
        Sample sizes; of each group, if there are several.
    draws : int
        Replicates at each sample size.
    seed : int, optional
        The same seed gives the same numbers on any number of workers, and at one sample size
        whatever the others are.
    answers : mapping, optional
        Options of `simulate`: points, proportions, skew, nonnormal, missing, careless, method,
        informants.
    of : sequence of (source, target), optional
        Pairs whose indirect effects are wanted. By default the study's mediation claims; a model
        without a study has those that it defines with ``:=``.
    alpha : float
        Level of two-sided tests.
    method : {"montecarlo", "delta"}
        Intervals of indirect effects. By default Monte Carlo intervals; those by the delta method
        have next to no power in samples of this field, and are there to show that.
    method_draws : int
        Draws of a Monte Carlo interval.
    keep : {"admissible", "converged"}
        Which replicates count: those with a minimum whose solution could be a population, or all
        with a minimum and standard errors. What is left out is counted.
    group : str
        Column of the groups.
    n_jobs : int, optional
        Workers as joblib counts them; None is one, or what ``joblib.parallel_config`` says.
    progress : bool
        Show a progress bar.
    **options
        Of `fit`: estimator, missing, ordered, se, test, std_lv, …

    Returns
    -------
    Power
        Its frame has columns

        - n (cases of all groups), kind, name, group (from 1, 0 where it does not apply);
        - true, true_std: the value that estimates tend to as samples grow, raw and standardised;
        - power, power_se, power_lower, power_upper: share of successes among the replicates that
          count, its Monte Carlo error and 95 % interval (Wilson);
        - mean, bias, relative_bias, sd, mean_se, se_ratio (mean_se / sd), coverage, coverage_se;
        - n_draws, n_converged, n_admissible, n_kept.

        Rows of kind "hypothesis" or "path", "indirect", "total indirect", "defined"; "all at once"
        for all hypotheses, and all specific indirect effects, in the same sample; and "model" for
        the tests of fit, whose "power" is their rate of rejection. The columns of estimates are
        empty (NaN) in rows that are no single value.

    Raises
    ------
    ArgumentError
        An argument cannot be used.
    ScrmError
        What `fit` raises for the model and its options.
    KeyboardInterrupt
        On Ctrl-C before anything was finished; later it ends the work, and what is done is
        returned.

    Notes
    -----
    A success is a test that rejects 0 on the expected side: the sign that the study claims, or else
    that of the true value. The chi-square test rejects at `alpha`; close fit is rejected where
    RMSEA <= .05 is, not-close fit where RMSEA >= .08 is; a corrected test takes the place of the
    plain one where the estimator has one. The true values are those of a fit to the moments of
    complete, careful answers (cut as asked), or to the normal variables behind them with `ordered`.
    """
    if keep not in KEEP:
        raise ArgumentError(
            f"keep= needs 'admissible' or 'converged'; got {keep!r}. Inadmissible solutions have "
            "a negative variance or a correlation beyond 1."
        )
    plan = study_plan(
        model, population, answers=answers, of=of, alpha=alpha, method=method,
        draws=method_draws, group=group, options=options,
    )  # fmt: skip
    draws = whole("draws", draws, 2)
    root = seed_sequence(seed)
    cells = cells_of(n, plan.samplers)
    seeds = [child(root, total(sizes)) for sizes in cells]
    plans = [plan.at(sizes, s) for sizes, s in zip(cells, seeds, strict=True)]
    outcomes, interrupted = plan.run(
        [(p, draws, s) for p, s in zip(plans, seeds, strict=True)], n_jobs, progress
    )
    frames, notes = [], list(_notes(plans))
    for one, outcome in zip(plans, outcomes, strict=True):
        if outcome is not None:
            frame, told = summarise(one, outcome, keep)
            frames.append(frame)
            notes += told
    if interrupted:
        notes.append("The work was interrupted: n_draws counts what was done.")
    used = root.entropy if isinstance(root.entropy, int) else None
    return Power(
        pd.concat(frames, ignore_index=True), alpha, draws, keep, method, used, interrupted,
        tuple(notes),
    )  # fmt: skip


def _notes(plans: list[Plan]) -> list[str]:
    first = plans[0]
    notes = []
    if first.start.df < 1:
        notes.append("The model has no degrees of freedom, so that its fit cannot be tested.")
    elif not first.settings.row.discrepancy.tested and first.settings.test == "standard":
        notes.append(
            f"The chi-square of {first.settings.estimator} has no known distribution: no test."
        )
    return notes


def kept(outcome: Outcome, keep: str) -> NDArray[np.intp]:
    """Replicates that count."""
    return np.flatnonzero(outcome.admissible if keep == "admissible" else outcome.converged)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """Interval for a share at 95 %.

    References
    ----------
    .. [1] Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
       inference. Journal of the American Statistical Association, 22, 209-212.
    """
    z = -float(ndtri((1.0 - _LEVEL) / 2.0))
    share, extra = successes / trials, z**2 / trials
    centre = (share + extra / 2) / (1 + extra)
    reach = z * np.sqrt(share * (1 - share) / trials + extra / trials / 4) / (1 + extra)
    low = 0.0 if successes == 0 else float(centre - reach)
    return low, 1.0 if successes == trials else float(centre + reach)


def summarise(plan: Plan, outcome: Outcome, keep: str) -> tuple[pd.DataFrame, list[str]]:
    """Rows of one sample size, and what must be told of it.

    Raises
    ------
    EstimationError
        If no replicate can be used.
    """
    use, size = kept(outcome, keep), len(outcome.value)
    cases = total(plan.sizes)
    if not len(use):
        why = outcome.reasons[0] if outcome.reasons else "No solution was " + keep + "."
        raise EstimationError(
            f"n= needs samples in which the model can be estimated; got none at n = {cases} in "
            f"{size} replicates. {why}"
        )
    counts = {
        "n_draws": size, "n_converged": int(outcome.converged.sum()),
        "n_admissible": int(outcome.admissible.sum()), "n_kept": len(use),
    }  # fmt: skip
    rows = [
        {"n": cases} | row | counts
        for row in (
            *_targets(plan, outcome, use),
            *_joint(plan, outcome, use),
            *_model(outcome, use),
        )
    ]
    notes = []
    if len(use) < 0.95 * size:
        lost = f"; {len(outcome.reasons)} could not be fitted at all" if outcome.reasons else ""
        notes.append(
            f"At n = {cases} only {len(use)} of {size} replicates are {keep}{lost}: power is the "
            "share among these."
        )
    return pd.DataFrame(rows, columns=COLUMNS), notes


COLUMNS = [
    "n", "kind", "name", "group", "true", "true_std", "power", "power_se", "power_lower",
    "power_upper", "mean", "bias", "relative_bias", "sd", "mean_se", "se_ratio", "coverage",
    "coverage_se", "n_draws", "n_converged", "n_admissible", "n_kept",
]  # fmt: skip


def _rate(hits: NDArray) -> dict[str, float]:
    share, size = float(hits.mean()), len(hits)
    lower, upper = wilson(float(hits.sum()), size)
    return {
        "power": share, "power_se": float(np.sqrt(share * (1 - share) / size)),
        "power_lower": lower, "power_upper": upper,
    }  # fmt: skip


def _targets(plan: Plan, outcome: Outcome, use: NDArray) -> list[dict[str, Any]]:
    rows = []
    std = standardised(plan)
    for k, target in enumerate(plan.targets.targets):
        true, value = float(plan.true[k]), outcome.value[use, k]
        head = {"kind": target.kind, "name": target.name, "group": target.group}
        bias = float(value.mean()) - true
        sd = float(value.std(ddof=1)) if len(use) > 1 else np.nan
        mean_se, covered = (
            float(outcome.error[use, k].mean()),
            float(outcome.covered[use, k].mean()),
        )
        rows.append(
            head
            | {"true": true, "true_std": float(std[k])}
            | _rate(outcome.success[use, k])
            | {
                "mean": float(value.mean()), "bias": bias,
                "relative_bias": bias / true if true else np.nan, "sd": sd, "mean_se": mean_se,
                "se_ratio": mean_se / sd if sd > 0 else np.nan, "coverage": covered,
                "coverage_se": float(np.sqrt(covered * (1 - covered) / len(use))),
            }
        )  # fmt: skip
    return rows


def joint_names(plan: Plan) -> dict[str, list[int]]:
    """Targets of the rows that ask for several at once."""
    targets = plan.targets.targets
    claimed = [k for k, t in enumerate(targets) if t.kind == HYPOTHESIS]
    claimed = claimed or [k for k, t in enumerate(targets) if t.direct]
    indirect = [k for k, t in enumerate(targets) if t.kind == INDIRECT]
    both = {ALL_PATHS: claimed, ALL_INDIRECT: indirect}
    return {name: which for name, which in both.items() if len(which) > 1}


def _joint(plan: Plan, outcome: Outcome, use: NDArray) -> list[dict[str, Any]]:
    return [
        {"kind": JOINT, "name": name, "group": 0}
        | _rate(np.asarray(outcome.success[use][:, which].all(axis=1)))
        for name, which in joint_names(plan).items()
    ]


def _model(outcome: Outcome, use: NDArray) -> list[dict[str, Any]]:
    rows = []
    for name, hits in zip(TESTS, outcome.tests[use].T, strict=True):
        known = hits[np.isfinite(hits)]
        if len(known):
            rows.append({"kind": MODEL, "name": name, "group": 0} | _rate(known))
    return rows
