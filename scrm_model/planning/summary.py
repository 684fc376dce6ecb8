"""Replicates of one sample size as rows of numbers: power, bias, coverage, counts."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.errors import EstimationError
from scrm_model.planning.replicates import Outcome, Plan
from scrm_model.planning.study_plan import standardised, total
from scrm_model.planning.targets import HYPOTHESIS, INDIRECT

JOINT, MODEL = "all at once", "model"
TESTS = ("chi-square test rejects", "close fit is rejected", "not-close fit is rejected")
ALL_PATHS, ALL_INDIRECT = "all hypotheses", "all indirect effects"
_LEVEL = 0.95  # of the intervals for a power


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
