"""How many answers give the power that is wanted: a search among simulated studies.

Notes
-----
The z of a parameter grows with the root of n, so that a power is about Phi(a + b sqrt(n)): the
search is a probit regression of successes on sqrt(n) [wu1985]_. After a coarse walk that doubles
n until the wanted power is passed, every round simulates at the n that the regression points to,
and a tenth to either side of it; the regression is then fitted to the samples within a third of its
own answer, where the line is straight. The interval for n is that of inverse prediction by
Fieller's theorem.

References
----------
.. [wu1985] Wu, C. F. J. (1985). Efficient sequential designs with binary data. Journal of the
   American Statistical Association, 80, 974-984.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scrm_model.errors import ArgumentError, EstimationError, did_you_mean
from scrm_model.estimation.workers import Seed, child, seed_sequence
from scrm_model.planning.checks import between, whole
from scrm_model.planning.power import KEEP
from scrm_model.planning.probit import fieller, inverse, probit
from scrm_model.planning.replicates import Outcome, Plan
from scrm_model.planning.simulate import Populations
from scrm_model.planning.study_plan import StudyPlan, study_plan
from scrm_model.planning.summary import ALL_PATHS, TESTS, joint_names, kept, wilson
from scrm_model.spec.model import Model

_WALK, _ROUNDS, _NEAR, _SPREAD = 100, 6, 1 / 3, 0.1


@dataclass(frozen=True, eq=False, repr=False)
class RequiredN:
    """A number of cases, and how sure it is.

    Attributes
    ----------
    n : int
        Cases in each group (in all, if there is but one).
    lower, upper : float
        95 % interval of the n at which the power is as wanted.
    power : float
        The power that was wanted.
    of : str
        Of what.
    expected : float
        Power at `n` by the regression.
    trials : DataFrame
        n, draws, successes, power of every sample size that was simulated.
    seed : int or None
    interrupted : bool
        Whether Ctrl-C ended the search early.
    """

    n: int
    lower: float
    upper: float
    power: float
    of: str
    expected: float
    trials: pd.DataFrame
    seed: int | None
    interrupted: bool

    def __repr__(self) -> str:
        end = "; interrupted" if self.interrupted else ""
        return (
            f"RequiredN(n={self.n}, 95 % interval {self.lower:.0f} to {self.upper:.0f}, for a "
            f"power of {self.power:g} of {self.of}; {int(self.trials['draws'].sum())} "
            f"replicates{end})"
        )


def required_n(
    model: Model | str,
    population: Populations,
    power: float = 0.80,
    of: str = ALL_PATHS,
    draws: int = 3000,
    seed: Seed = None,
    *,
    answers: Mapping[str, Any] | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    alpha: float = 0.05,
    method: str = "montecarlo",
    method_draws: int = 2000,
    keep: str = "admissible",
    smallest: int | None = None,
    largest: int = 5000,
    group: str = "group",
    n_jobs: int | None = None,
    progress: bool = True,
    **options: Any,
) -> RequiredN:
    """The number of cases at which a planned study has the power that is wanted.

    Parameters
    ----------
    model, population, answers, alpha, method, method_draws, keep
    group, n_jobs, progress, **options
        As in `scrm_model.planning.power.power`.
    power : float
        Between `alpha` and 1.
    of : str
        Name of a row of `power().frame`: a hypothesis (``"H1"``), an effect
        (``"CRO → SMS → SMTU"``), ``"all hypotheses"``, ``"all indirect effects"``, or a test of fit
        (``"not-close fit is rejected"``).
    draws : int
        Replicates of the search after the coarse walk.
    seed : int, optional
        The same seed gives the same answer on any number of workers.
    pairs : sequence of (source, target), optional
        What `power` calls `of`: pairs whose indirect effects are looked at.
    smallest, largest : int
        Where to look, in cases of each group; from a few more than there are variables.

    Returns
    -------
    RequiredN

    Raises
    ------
    ArgumentError
        An argument cannot be used.
    EstimationError
        The power is not reached at `largest`, or is passed at `smallest`.
    """
    if keep not in KEEP:
        raise ArgumentError(f"keep= needs 'admissible' or 'converged'; got {keep!r}. Choose one.")
    plan = study_plan(
        model, population, answers=answers, of=pairs, alpha=alpha, method=method,
        draws=method_draws, group=group, options=options,
    )  # fmt: skip
    power = between("power", power, alpha, 1.0)
    floor = whole("smallest", smallest or 50 * (len(plan.model.observed) // 50 + 1), 10)
    ceiling = whole("largest", largest, floor + 1)
    root = seed_sequence(seed)
    search = _Search(plan, power, of, keep, root, n_jobs, progress)
    search.walk(floor, ceiling)
    part = ceil(whole("draws", draws, 300) / (3 * _ROUNDS))
    for _ in range(_ROUNDS):
        if search.interrupted:
            break
        centre = min(max(search.answer()[0], floor), ceiling)
        search.simulate([round(centre * f) for f in (1 - _SPREAD, 1.0, 1 + _SPREAD)], part)
    n, lower, upper, a, b = search.answer()
    n_whole = max(ceil(n), floor)
    used = root.entropy if isinstance(root.entropy, int) and not root.spawn_key else None
    return RequiredN(
        n_whole, lower, upper, power, of, float(ndtr(a + b * np.sqrt(n_whole))), search.frame(),
        used, search.interrupted,
    )  # fmt: skip


class _Search:
    """Trials so far, and what the regression makes of them."""

    def __init__(
        self,
        plan: StudyPlan,
        power: float,
        of: str,
        keep: str,
        root: np.random.SeedSequence,
        n_jobs: int | None,
        progress: bool,
    ) -> None:
        self.plan, self.power, self.of, self.keep = plan, power, of, keep
        self.root, self.n_jobs, self.progress = root, n_jobs, progress
        self.trials: list[tuple[int, int, int]] = []
        self.rounds = 0
        self.interrupted = False

    def simulate(self, sizes: list[int], draws: int) -> None:
        """Add trials; every round has seeds of its own."""
        self.rounds += 1
        plans = []
        for n in dict.fromkeys(sizes):
            seed = child(self.root, self.rounds, n)
            plans.append((self.plan.at(dict.fromkeys(self.plan.samplers, n), seed), draws, seed))
        outcomes, self.interrupted = self.plan.run(plans, self.n_jobs, self.progress)
        for (plan, *_), outcome in zip(plans, outcomes, strict=True):
            if outcome is not None:
                hits = successes(plan, outcome, self.of, self.keep)
                n = next(iter(plan.sizes.values()))
                self.trials.append((n, len(hits), int(hits.sum())))

    def walk(self, floor: int, ceiling: int) -> None:
        """Double n until the wanted power is passed."""
        n = floor
        while True:
            self.simulate([n], _WALK)
            _, draws, hits = self.trials[-1]
            if self.interrupted:
                return
            low, high = wilson(hits, draws) if draws else (0.0, 0.0)
            if n == floor and low > self.power:
                raise EstimationError(
                    f"smallest= needs a number of cases with less power than {self.power:g}; got "
                    f"{n}, where it is about {hits / draws:.2f}. Lower it, or ask for more power."
                )
            if low > self.power or (n == ceiling and high >= self.power):
                return
            if n == ceiling:
                raise EstimationError(
                    f"largest= needs a number of cases at which the power of {self.of} reaches "
                    f"{self.power:g}; got {n}, where it is about {hits / max(draws, 1):.2f}. Raise "
                    "it, or expect larger effects."
                )
            n = min(2 * n, ceiling)

    def answer(self) -> tuple[float, float, float, float, float]:
        """n, its interval, and the coefficients of the regression near it."""
        frame = self.frame()
        root, draws, hits = (frame[k].to_numpy(float) for k in ("n", "draws", "successes"))
        root = np.sqrt(root)
        use = draws > 0
        a, b, cov = probit(root[use], draws[use], hits[use])
        n = inverse(self.power, a, b)
        near = use & (np.abs(root**2 - n) <= _NEAR * n)
        if near.sum() >= 3 and 0 < hits[near].sum() < draws[near].sum():
            local = probit(root[near], draws[near], hits[near])
            if local[1] > 0:
                (a, b, cov), n = local, inverse(self.power, *local[:2])
        low, high = fieller(float(ndtri(self.power)), a, b, cov)
        return n, low, high, a, b

    def frame(self) -> pd.DataFrame:
        """Trials with what was simulated at the same n added up."""
        frame = pd.DataFrame(self.trials, columns=["n", "draws", "successes"])
        frame = frame.groupby("n", as_index=False).sum()
        return frame.assign(power=frame["successes"] / frame["draws"])


def successes(plan: Plan, outcome: Outcome, of: str, keep: str) -> NDArray[np.bool_]:
    """Whether each replicate that counts is a success.

    Raises
    ------
    ArgumentError
        If there is no row of that name.
    """
    use = kept(outcome, keep)
    joint = joint_names(plan)
    names = [t.name for t in plan.targets.targets]
    if of in names:
        return np.asarray(outcome.success[use, names.index(of)])
    if of in joint:
        return np.asarray(outcome.success[use][:, joint[of]].all(axis=1))
    if of in TESTS:
        return np.asarray(outcome.tests[use, TESTS.index(of)] == 1.0)
    known = [*names, *joint, *TESTS]
    raise ArgumentError(
        f"of= needs the name of an effect; got {of!r}."
        + (did_you_mean(str(of), known) or f" They are {'; '.join(known)}.")
    )
