"""Ordinal estimation at the study's sample sizes: size of the test, coverage of the paths, bias.

Draws answers on five skewed points from the study's 27-item model, fits it with WLSMV and counts
how often the true model is rejected and how often intervals of standardised paths hold the true
value. Run from the project's root; writes the table beside this file and, from it, the table of
docs/ordinal.md::

    python docs/scripts/ordinal_coverage.py [replicates]
"""

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from scrm_model.errors import InadmissibleWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import solutions
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian
from scrm_model.planning.population import Population, population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify

SEED = 20261125
SIZES = (200, 400, 1000)
FIVE = (0.04, 0.08, 0.20, 0.38, 0.30)  # shares of the five answers
ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "ordinal.md"
REACH = float(ndtri(0.975))
FIELDS = (
    "n", "replicates", "converged", "admissible", "rejected", "coverage", "coverage_mcse",
    "path_bias", "path_bias_mcse", "path_sd", "path_se", "polychoric_bias", "polychoric_bias_mcse",
)  # fmt: skip


def standardised_paths(found: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Standardised paths and their delta-method errors, each (paths,)."""
    at = [k for k, v in enumerate(found.table.parameters) if v.op == "~"]

    def values(theta: np.ndarray) -> np.ndarray:
        return solutions(found.compiled, found.scaling, theta, found.samples)[2][:, at]

    errors = delta_errors(jacobian(values, found.theta), found.cov_params().to_numpy())
    return values(found.theta[None])[0], errors


def true_paths(found: Fit, truth: Population) -> np.ndarray:
    """Values of the population in the order of the same rows."""
    rows = found.table.parameters
    return np.array([truth.value(v.lhs, v.op, v.rhs) for v in rows if v.op == "~"])


def cell(n: int, replicates: int) -> dict[str, float]:
    """One sample size.

    Parameters
    ----------
    n, replicates : int

    Returns
    -------
    dict
        By the names of `FIELDS`; `path_bias` is the mean over the nine paths, `polychoric_bias`
        that over the 351 correlations.
    """
    model = specify(performance="single")
    truth = population(model)
    paths, errors, bias = [], [], []
    counts = dict.fromkeys(("converged", "admissible", "rejected"), 0)
    for k in range(replicates):
        seed = int(np.random.SeedSequence((SEED, n, k)).generate_state(1)[0])
        answers = simulate(truth, n, seed, proportions=FIVE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InadmissibleWarning)
            found = fit(model, answers, ordered=True)
        counts["converged"] += found.converged
        if not found.converged:
            continue
        counts["admissible"] += found.admissible
        counts["rejected"] += found.measures["pvalue.scaled"] < 0.05
        value, error = standardised_paths(found)
        paths.append(value)
        errors.append(error)
        names = list(found.observed.cov)
        gap = found.observed.cov.to_numpy() - truth.cov.loc[names, names].to_numpy()
        bias.append(gap[np.triu_indices(len(names), 1)].mean())
    values, own = np.array(paths), np.array(errors)
    gaps = values - true_paths(found, truth)
    covered = (np.abs(gaps) <= REACH * own).mean(axis=1)
    root = np.sqrt(len(values))
    return {
        "n": n, "replicates": replicates, **counts,
        "coverage": covered.mean(), "coverage_mcse": covered.std(ddof=1) / root,
        "path_bias": gaps.mean(), "path_bias_mcse": gaps.mean(axis=1).std(ddof=1) / root,
        "path_sd": values.std(axis=0, ddof=1).mean(), "path_se": own.mean(),
        "polychoric_bias": np.mean(bias), "polychoric_bias_mcse": np.std(bias, ddof=1) / root,
    }  # fmt: skip


def markdown() -> str:
    """The stored table as it stands in the page."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    lines = [
        "| N | true model rejected at 5 %, in % | 95 % intervals of paths that cover, in % | "
        "bias of paths | mean SE / SD of paths | bias of polychoric correlations |",
        "|---|---|---|---|---|---|",
    ]
    for r in rows:
        size = r["rejected"] / r["converged"]
        error = np.sqrt(size * (1 - size) / r["converged"])
        cells = [
            f"{r['n']:.0f}", f"{100 * size:.1f} ({100 * error:.1f})",
            f"{100 * r['coverage']:.1f} ({100 * r['coverage_mcse']:.1f})",
            f"{r['path_bias']:+.4f} ({r['path_bias_mcse']:.4f})",
            f"{r['path_se'] / r['path_sd']:.3f}",
            f"{r['polychoric_bias']:+.4f} ({r['polychoric_bias_mcse']:.4f})",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    lost = sum(r["replicates"] - r["converged"] for r in rows)
    bad = sum(r["converged"] - r["admissible"] for r in rows)
    lines += ["", (
        f"{rows[0]['replicates']:.0f} replicates a row; in brackets Monte Carlo standard errors. "
        f"{lost:.0f} did not converge, {bad:.0f} were inadmissible."
    )]  # fmt: skip
    return "\n".join(lines)


def write_page() -> None:
    """Put the stored table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("<!-- coverage -->\n")
    after = rest.split("<!-- end of coverage -->")[1]
    filled = f"{before}<!-- coverage -->\n{markdown()}\n<!-- end of coverage -->{after}"
    PAGE.write_text(filled, encoding="utf-8")


def main(replicates: int) -> None:
    """Run every sample size, write the table and the page."""
    with threadpool_limits(limits=1):
        rows = [cell(n, replicates) for n in SIZES]
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: f"{v:.6f}" if isinstance(v, float) else v for k, v in row.items()})
    write_page()


if __name__ == "__main__":
    main(*[int(a) for a in sys.argv[1:]] or [2000])
