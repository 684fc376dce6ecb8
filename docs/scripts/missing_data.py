"""What missing answers do: type I error of the test, coverage and bias of the paths.

Draws samples from a model of three constructs and 13 items, empties cells completely at random
(MCAR) or at random given an item that is always answered (MAR), and fits the true model with each
way to treat them. Run from the project's root; writes the counts beside this script, and from them
the table of docs/missing_data.md::

    python docs/scripts/missing_data.py [replicates [processes]]

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

from scrm_model.errors import DataError, ScrmWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate

SEED = 20261124
SIZES = (200, 400)
HOLES = ("MCAR", "MAR")
WAYS = ("listwise", "fiml", "two.stage")
ITEMS = {"CRO": 5, "SMS": 4, "SMTU": 4}
PATHS = {("CRO", "SMS"): 0.45, ("SMS", "SMTU"): 0.35, ("CRO", "SMTU"): 0.30}
LOADINGS = {f"{c.lower()}{k + 1}": 0.85 - 0.05 * k for c, m in ITEMS.items() for k in range(m)}
MODEL = "\n".join(
    [f"{c} =~ " + " + ".join(f"{c.lower()}{k + 1}" for k in range(m)) for c, m in ITEMS.items()]
    + [f"{y} ~ {x}" for x, y in PATHS]
)
ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "missing_data.md"
COLUMNS = [
    "holes",
    "n",
    "missing",
    "replicates",
    "converged",
    "rejected",
    "covered",
    "bias",
    "used",
]
BATCH = 50


@cache
def truth() -> tuple[object, np.ndarray]:
    """The population, and its paths as the model scales them."""
    drawn = population(MODEL, paths=PATHS, loadings=LOADINGS)
    exact = fit(MODEL, Moments(drawn.cov, 10**8)).parameters
    return drawn, exact.loc[exact["op"] == "~", "est"].to_numpy()


def emptied(frame: pd.DataFrame, holes: str, rng: np.random.Generator) -> pd.DataFrame:
    """8 % of all cells empty; or those of CRO and SMS where smtu1 is low, some 30 %."""
    if holes == "MCAR":
        return frame.mask(rng.random(frame.shape) < 0.08)
    share = np.zeros(frame.shape)
    earlier = [not name.startswith("smtu") for name in frame.columns]
    chance = 1.0 / (1.0 + np.exp(1.2 + 1.5 * frame["smtu1"].to_numpy()))
    share[:, earlier] = chance[:, None]
    return frame.mask(rng.random(frame.shape) < share)


def batch(cell: tuple[str, int, int, int]) -> tuple[str, int, np.ndarray]:
    """Sums over the replicates of one batch: a row for each of `WAYS`, `COLUMNS` from converged.

    Parameters
    ----------
    cell : (str, int, int, int)
        ``"MCAR"`` or ``"MAR"``, N, first replicate, replicates.
    """
    holes, n, first, count = cell
    drawn, true = truth()
    sums = np.zeros((len(WAYS), 5))
    for k in range(first, first + count):
        seed = np.random.SeedSequence((SEED, HOLES.index(holes), n, k))
        whole = simulate(drawn, n, int(seed.generate_state(1)[0]), points=None)
        frame = emptied(whole, holes, np.random.default_rng(seed))
        for way, missing in enumerate(WAYS):
            sums[way] += one(frame, missing, true)
    return holes, n, sums


def one(frame: pd.DataFrame, missing: str, true: np.ndarray) -> np.ndarray:
    """Converged, rejected, paths covered, their mean relative bias, and rows used, of one fit."""
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)
        try:
            found = fit(MODEL, frame, missing=missing)
        except DataError:  # too few complete rows
            return np.zeros(5)
    if not found.converged:
        return np.zeros(5)
    p = found.measures.get("pvalue.scaled", found.measures["pvalue"])
    paths = found.parameters.query("op == '~'")
    inside = (paths["ci_lower"] <= true) & (true <= paths["ci_upper"])
    bias = (paths["est"] / true - 1.0).mean()
    return np.array([1.0, p < 0.05, inside.sum(), bias, found.nobs / len(frame)])


def markdown() -> str:
    """The stored table as it stands in the page."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    head = [
        "cells missing",
        "N",
        "`missing=`",
        "rows used",
        "test rejects",
        "paths covered",
        "bias",
    ]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for r in rows:
        done = int(r["converged"])
        numbers = (
            f"{100 * float(r['used']) / done:.0f} %", f"{100 * int(r['rejected']) / done:.1f} %",
            f"{100 * int(r['covered']) / done / len(PATHS):.1f} %",
            f"{100 * float(r['bias']) / done:+.1f} %",
        )  # fmt: skip
        lines.append(
            f"| {r['holes']} | {r['n']} | `{r['missing']}` | " + " | ".join(numbers) + " |"
        )
    total = int(rows[0]["replicates"])
    least = min(int(r["converged"]) for r in rows)
    lines += [
        "",
        f"{total} replicates a row, of which at least {least} gave a solution. Monte Carlo "
        f"standard error of 5 %: {100 * (0.05 * 0.95 / total) ** 0.5:.1f}.",
    ]
    return "\n".join(lines)


def write_page() -> None:
    """Put the stored table into the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split("<!-- table -->\n")
    after = rest.split("<!-- end of table -->")[1]
    filled = f"{before}<!-- table -->\n{markdown()}\n<!-- end of table -->{after}"
    PAGE.write_text(filled, encoding="utf-8")


def main(replicates: int, processes: int) -> None:
    """Run every cell, write the counts and the page."""
    cells = [
        (holes, n, first, min(BATCH, replicates - first))
        for holes in HOLES
        for n in SIZES
        for first in range(0, replicates, BATCH)
    ]
    with ProcessPoolExecutor(processes) as pool:
        done = list(pool.map(batch, cells))
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for holes in HOLES:
            for n in SIZES:
                total = sum(sums for h, m, sums in done if (h, m) == (holes, n))
                for missing, row in zip(WAYS, total, strict=True):
                    counts = [int(row[0]), int(row[1]), int(row[2])]
                    shares = [f"{row[3]:.4f}", f"{row[4]:.2f}"]
                    writer.writerow([holes, n, missing, replicates, *counts, *shares])
    write_page()


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(*given, *(1000, 2)[len(given) :])
