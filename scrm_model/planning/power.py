"""Power by simulation: for each hypothesis, each indirect effect, all at once, and the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.workers import Seed, child, seed_sequence
from scrm_model.planning.checks import whole
from scrm_model.planning.replicates import Plan
from scrm_model.planning.simulate import Populations
from scrm_model.planning.study_plan import cells_of, study_plan, total
from scrm_model.planning.summary import summarise
from scrm_model.spec.model import Model

KEEP = ("admissible", "converged")


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
        Sample sizes; of each group, if there are several. Firms, with informants.
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
    used = root.entropy if isinstance(root.entropy, int) and not root.spawn_key else None
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
