"""Coverage and power of intervals of indirect effects in the study's model.

Draws samples from the study's model with normal items, fits the true model and makes every kind of
interval of the claimed indirect effects: by the delta method, Monte Carlo, and four of one
bootstrap. One path (H5) is 0, so that four of the eleven effects are 0. Run from the project's
root; writes the counts beside this script, and from them the table of docs/intervals.md::

    python docs/scripts/interval_coverage.py [replicates [draws [processes]]]

The counts depend on the seeds alone, not on the number of processes.
"""

import csv
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from scrm_model.errors import EstimationError, ScrmWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.inference.effects import Effects
from scrm_model.inference.indirect import from_bootstrap, indirect_effects
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify

SEED = 20261125
SIZES = (120, 200, 400)
ZERO = "H5"
WAYS = ("delta", "Monte Carlo", "percentile", "bc", "bca", "normal")
CLASSES = ("2 steps", "3 steps", "4 steps", "0")
ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "intervals.md"
COLUMNS = [
    "n", "interval", "effect", "effects", "replicates", "draws", "used", "covered", "low", "high",
    "excludes_0",
]  # fmt: skip
BATCH = 25


@cache
def truth() -> tuple[object, object, pd.DataFrame]:
    """The model, the population, and the true specific effects with their class."""
    model = specify(performance="single")
    drawn = population(model, paths={ZERO: 0.0})
    exact = fit(model, Moments(drawn.cov, 10**8))
    frame = indirect_effects(exact, method="delta").frame
    frame = frame[frame["kind"] == "specific"]
    steps = frame["path"].str.count("→").to_numpy()
    label = np.where(steps == 2, CLASSES[0], np.where(steps == 3, CLASSES[1], CLASSES[2]))
    label = np.where(np.abs(frame["est"]) < 1e-6, CLASSES[3], label)
    true = np.where(label == CLASSES[3], 0.0, frame["est"])
    return model, drawn, frame.assign(est=true, label=label)


def batch(cell: tuple[int, int, int, int]) -> tuple[int, np.ndarray]:
    """Sums over the replicates of a batch, shape (ways, effects, 5); used, then as `COLUMNS`.

    Parameters
    ----------
    cell : (int, int, int, int)
        N, first replicate, replicates, draws.
    """
    n, first, count, draws = cell
    model, drawn, true = truth()
    sums = np.zeros((len(WAYS), len(true), 5))
    for k in range(first, first + count):
        seed = int(np.random.SeedSequence((SEED, n, k)).generate_state(1)[0])
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)
            found = bounds(model, simulate(drawn, n, seed, points=None), draws, seed)
        if found is None:
            continue
        low, high = found
        value = true["est"].to_numpy()
        inside = (low <= value) & (value <= high)
        apart = (low > 0) | (high < 0)
        sums += np.stack([np.ones_like(low), inside, value < low, value > high, apart], axis=2)
    return n, sums


def bounds(
    model: object, frame: pd.DataFrame, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Limits of every kind of interval, shape (ways, effects); None where some kind has none."""
    found = fit(model, frame)
    if not found.converged or not found.admissible:
        return None
    try:
        drawn = bootstrap(found, draws, seed)
    except EstimationError:  # too few admissible resamples
        return None
    pairs = model.origin.mediation_pairs()
    effects = Effects(found, list(pairs), pairs)
    tables = [
        indirect_effects(found, method="delta").frame,
        indirect_effects(found, method="montecarlo", draws=draws, seed=seed).frame,
        *(from_bootstrap(drawn, effects, way, 0.95).frame for way in WAYS[2:]),
    ]
    tables = [t[t["kind"] == "specific"] for t in tables]
    return tuple(np.stack([t[c] for t in tables]) for c in ("ci_lower", "ci_upper"))


def markdown() -> str:
    """The stored table as it stands in the page."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = {(r["n"], r["interval"], r["effect"]): r for r in rows}

    def share(n: int, way: str, effect: str, column: str) -> str:
        r = cells[str(n), way, effect]
        return f"{100 * int(r[column]) / (int(r['used']) * int(r['effects'])):.1f}"

    effects = [*CLASSES[:3], "effect 0"]
    head = ["N", "interval", f"covered: {effects[0]}", *effects[1:]]
    head += [f"excludes 0: {effects[0]}", *effects[1:]]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for n in SIZES:
        for way in WAYS:
            numbers = [share(n, way, c, k) for k in ("covered", "excludes_0") for c in CLASSES]
            lines.append(f"| {n} | {way} | " + " | ".join(numbers) + " |")
    used = {n: int(cells[str(n), WAYS[0], CLASSES[0]]["used"]) for n in SIZES}
    first = rows[0]
    told = ", ".join(f"{used[n]} at N = {n}" for n in SIZES)
    error = 100 * (0.05 * 0.95 / min(used.values())) ** 0.5
    lines += [
        "",
        f"{first['replicates']} replicates, {first['draws']} draws for each interval; replicates "
        f"with an admissible solution, and with one in at least half of the resamples: {told}. "
        "Per cent; each column is the mean of its effects. Monte Carlo standard error at 95 %, of "
        f"one effect: {error:.1f}; of a mean of several at most that.",
    ]
    return "\n".join(lines)


def write_page() -> None:
    """Put the stored table into the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split("<!-- table -->\n")
    after = rest.split("<!-- end of table -->")[1]
    filled = f"{before}<!-- table -->\n{markdown()}\n<!-- end of table -->{after}"
    PAGE.write_text(filled, encoding="utf-8")


def main(replicates: int, draws: int, processes: int) -> None:
    """Run every cell, write the counts and the page."""
    cells = [
        (n, first, min(BATCH, replicates - first), draws)
        for n in SIZES
        for first in range(0, replicates, BATCH)
    ]
    with ProcessPoolExecutor(processes) as pool:
        done = list(pool.map(batch, cells))
    label = truth()[2]["label"].to_numpy()
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n in SIZES:
            total = sum(sums for m, sums in done if m == n)
            for way, sums in zip(WAYS, total, strict=True):
                for effect in CLASSES:
                    own = sums[label == effect].astype(int)
                    counts = [own[0, 0], *own[:, 1:].sum(axis=0)]
                    writer.writerow([n, way, effect, len(own), replicates, draws, *counts])
    write_page()


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(*given, *(1000, 1000, 1)[len(given) :])
