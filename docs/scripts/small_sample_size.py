"""Size of every test of fit at the study's sample sizes: how often is a true model rejected?

Draws samples from the study's 27-indicator model, normal or cut into seven answers, fits the model
and counts p < .05. Run from the project's root; writes the table that the package carries, and from
it the table of docs/small_samples.md::

    python docs/scripts/small_sample_size.py [replicates [processes]]

The counts depend on the seeds alone, not on the number of processes.
"""

import csv
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from scrm_model.estimation.evaluation.small_sample_tests import TESTS, Bench
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.resample import refit_stack
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate

SEED = 20261123
SIZES = (120, 200, 400)
ITEMS = {"CRO": 5, "SMS": 4, "SMTU": 4, "SCRMC": 4, "CEC": 4, "SCRMP": 6}
PATHS = {
    ("CRO", "SMS"): 0.45, ("SMS", "SMTU"): 0.35, ("CRO", "SMTU"): 0.30,
    ("SMTU", "SCRMC"): 0.35, ("CRO", "SCRMC"): 0.25, ("SMTU", "CEC"): 0.25,
    ("SCRMC", "CEC"): 0.40, ("CEC", "SCRMP"): 0.35, ("SCRMC", "SCRMP"): 0.30,
}  # fmt: skip
LOADINGS = {f"{c.lower()}{k + 1}": 0.85 - 0.05 * k for c, m in ITEMS.items() for k in range(m)}
SEVEN = (0.02, 0.05, 0.10, 0.20, 0.28, 0.22, 0.13)  # shares of the seven answers
MODEL = "\n".join(
    [f"{c} =~ " + " + ".join(f"{c.lower()}{k + 1}" for k in range(m)) for c, m in ITEMS.items()]
    + [f"{y} ~ {x}" for x, y in PATHS]
)
ROOT = Path(__file__).parents[2]
TABLE = ROOT / "scrm_model" / "estimation" / "evaluation" / "small_sample_size.csv"
PAGE = ROOT / "docs" / "small_samples.md"
BATCH = 50


def batch(cell: tuple[str, int, int, int]) -> tuple[str, int, int, np.ndarray]:
    """Converged fits of one batch and, test by test, how many of them were rejected.

    Parameters
    ----------
    cell : (str, int, int, int)
        ``"normal"`` or ``"likert7"``, N, first replicate, replicates.
    """
    data, n, first, count = cell
    truth = population(MODEL, paths=PATHS, loadings=LOADINGS)
    cut = {"points": None} if data == "normal" else {"proportions": SEVEN}
    kind = 0 if data == "normal" else 1
    frames = []
    for k in range(first, first + count):
        seed = int(np.random.SeedSequence((SEED, kind, n, k)).generate_state(1)[0])
        frames.append(simulate(truth, n, seed, **cut))
    with threadpool_limits(limits=1):
        start = fit(MODEL, frames[0])
        model = start.compiled
        rows = [f[list(model.observed)].to_numpy(float) for f in frames]
        samples = (Sample.of(np.stack([np.cov(r.T, ddof=0) for r in rows]), n),)
        found = refit_stack(start, samples)
        rejected = np.zeros(len(TESTS), dtype=int)
        for k in np.flatnonzero(found.converged):
            theta, one = found.theta[k], samples[0].take(np.array([k]))
            basis = start.solution.space.basis
            bread = Bread(model, (one,), theta, basis, (rows[k],))
            bench = Bench(bread, n * float(found.value[k]), start.df)
            rejected += np.array([bench.refer(test)[2] < 0.05 for test in TESTS])
    return data, n, int(found.converged.sum()), rejected


def markdown() -> str:
    """The stored table as it stands in the page: per cent, N by kind of data."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    percent = {
        (r["test"], r["data"], int(r["n"])): 100 * int(r["rejected"]) / int(r["converged"])
        for r in rows
    }
    columns = [(data, n) for data in ("normal", "likert7") for n in SIZES]
    name = {"normal": "normal", "likert7": "seven answers"}
    lines = ["| test | " + " | ".join(f"{name[d]}, N = {n}" for d, n in columns) + " |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    for test in dict.fromkeys(r["test"] for r in rows):
        cells = " | ".join(f"{percent[test, d, n]:.1f}" for d, n in columns)
        lines.append(f"| `{test}` | {cells} |")
    least = min(int(r["converged"]) for r in rows)
    at, half = f"{100 * (0.05 * 0.95 / least) ** 0.5:.1f}", f"{100 * (0.25 / least) ** 0.5:.1f}"
    lines.append("")
    lines.append(
        f"{rows[0]['replicates']} replicates a column, of which at least {least} converged. Monte "
        f"Carlo standard errors: {at} at 5 %, {half} at 50 %."
    )
    return "\n".join(lines)


def write_page() -> None:
    """Put the stored table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("<!-- sizes -->\n")
    after = rest.split("<!-- end of sizes -->")[1]
    filled = f"{before}<!-- sizes -->\n{markdown()}\n<!-- end of sizes -->{after}"
    PAGE.write_text(filled, encoding="utf-8")


def main(replicates: int, processes: int) -> None:
    """Run every cell, write the table and the page."""
    cells = [
        (data, n, first, min(BATCH, replicates - first))
        for data in ("normal", "likert7")
        for n in SIZES
        for first in range(0, replicates, BATCH)
    ]
    with ProcessPoolExecutor(processes) as pool:
        done = list(pool.map(batch, cells))
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["data", "n", "test", "replicates", "converged", "rejected"])
        for data in ("normal", "likert7"):
            for n in SIZES:
                own = [d for d in done if d[:2] == (data, n)]
                converged, rejected = sum(d[2] for d in own), sum(d[3] for d in own)
                for test, count in zip(TESTS, rejected, strict=True):
                    writer.writerow([data, n, test.name, replicates, converged, count])
    write_page()


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(*given, *(2000, 2)[len(given) :])
