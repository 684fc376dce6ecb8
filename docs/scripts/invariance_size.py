"""Size of the tests between levels of invariance: how often equal groups are taken for different.

Draws two groups from one population of three constructs with four items each, makes the table of
`invariance()` and counts how often the difference to the level above has p < .05. Run from the
project's root; writes the table beside this file and, from it, the table of docs/invariance.md::

    python docs/scripts/invariance_size.py [replicates]
"""

import csv
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from scrm_model.errors import DataError, ScrmWarning
from scrm_model.measurement.invariance.table import invariance
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate

SEED = 20261126
SIZES = (150, 300)  # cases in each of the two groups
FIVE = (0.07, 0.10, 0.20, 0.35, 0.28)  # shares of the five answers
HOW = {"ML, normal": "ML", "MLR, five skewed points": "MLR", "WLSMV, five skewed points": "WLSMV"}
LEVELS = ("thresholds", "metric", "scalar", "strict")
TEXT = "\n".join(f"{f} =~ " + " + ".join(f"{f}{k}" for k in range(1, 5)) for f in "abc")
ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "invariance.md"
FIELDS = (
    "how",
    "n",
    "replicates",
    *(f"{x}_{what}" for x in LEVELS for what in ("made", "rejected")),
)


def answers(how: str, n: int, k: int) -> pd.DataFrame:
    """One data set of two equal groups of n."""
    seed = int(np.random.SeedSequence((SEED, n, k)).generate_state(1)[0])
    points = {"points": None} if how == "ML" else {"proportions": FIVE}
    frame = simulate(population(TEXT), 2 * n, seed, **points)
    return frame.assign(g=np.repeat(["one", "two"], n))


def cell(how: str, n: int, replicates: int) -> dict[str, object]:
    """One estimator and size.

    Parameters
    ----------
    how : {"ML", "MLR", "WLSMV"}
    n, replicates : int

    Returns
    -------
    dict
        For each level the tests that were made, and those with p < .05.
    """
    counts = {f"{x}_{what}": 0 for x in LEVELS for what in ("made", "rejected")}
    for k in range(replicates):
        ordered = how == "WLSMV"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)
            try:
                found = invariance(TEXT, answers(how, n, k), "g", estimator=how, ordered=ordered)
            except DataError:  # a group lacks a category: no test can be made
                continue
        for level, p in zip(found.frame["level"], found.frame["pvalue_diff"], strict=True):
            if not np.isnan(p):
                counts[f"{level}_made"] += 1
                counts[f"{level}_rejected"] += p < 0.05
    return {"how": how, "n": n, "replicates": replicates, **counts}


def markdown() -> str:
    """The stored table as it stands in the page."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {how: name for name, how in HOW.items()}
    lines = ["| estimator, answers | n of each group | " + " | ".join(LEVELS) + " |"]
    lines.append("|---|---|" + "---|" * len(LEVELS))
    for r in rows:
        cells = []
        for level in LEVELS:
            made, rejected = int(r[f"{level}_made"]), int(r[f"{level}_rejected"])
            share = rejected / made if made else 0.0
            error = np.sqrt(share * (1 - share) / made) if made else 0.0
            cells.append(f"{100 * share:.1f} ({100 * error:.1f})" if made else "")
        lines.append(f"| {names[r['how']]} | {r['n']} | " + " | ".join(cells) + " |")
    lost = sum(
        int(r["replicates"]) - int(r[f"{level}_made"])
        for r in rows for level in LEVELS if level != "thresholds" or r["how"] == "WLSMV"
    )  # fmt: skip
    lines += ["", (
        f"Tests of 100 with p < .05 (nominal: 5), {rows[0]['replicates']} replicates a row; in "
        f"brackets Monte Carlo standard errors. {lost} tests could not be made."
    )]  # fmt: skip
    return "\n".join(lines)


def write_page() -> None:
    """Put the stored table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("<!-- size -->\n")
    after = rest.split("<!-- end of size -->")[1]
    PAGE.write_text(
        f"{before}<!-- size -->\n{markdown()}\n<!-- end of size -->{after}", encoding="utf-8"
    )


def main(replicates: int) -> None:
    """Run every cell, write the table and the page."""
    with threadpool_limits(limits=1):
        rows = [cell(how, n, replicates) for how in HOW.values() for n in SIZES]
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_page()


if __name__ == "__main__":
    main(*[int(a) for a in sys.argv[1:]] or [400])
