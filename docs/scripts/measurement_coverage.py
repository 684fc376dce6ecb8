"""Coverage of every interval of reliability and validity in a population like the study's.

Draws samples from the study's measurement model with unequal loadings, fits it, and looks whether
the intervals hold the population's values: alpha, omega, H and AVE by formula (logit and Wald) and
by resamples, the second-order omega by formula, correlations of constructs (Fisher and Wald), HTMT
and HTMT2. Two of the constructs, cut into five points, give the same for ordinal answers. Run from
the project's root; writes the counts beside this script, and from them the table of
docs/measurement.md::

    python docs/scripts/measurement_coverage.py [replicates [draws [processes]]]

The counts depend on the seeds alone, not on the number of processes.
"""

import csv
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from scrm_model.errors import EstimationError, ScrmWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.result import Fit
from scrm_model.inference.intervals import bias_corrected, percentile
from scrm_model.measurement.bounds import wald
from scrm_model.measurement.coefficients import alpha, score_covariances
from scrm_model.measurement.drawn import drawn_coefficients
from scrm_model.measurement.reliability import reliability
from scrm_model.measurement.validity import validity
from scrm_model.planning.population import Population, population
from scrm_model.planning.simulate import simulate
from scrm_model.planning.thresholds import thresholds
from scrm_model.spec.model import Model
from scrm_model.spec.specify import specify_measurement

SEED = 20261203
SIZES = (120, 200, 400)
FORMULA, RESAMPLED = ("logit", "wald"), ("percentile", "bc")
SHARES = ("alpha", "omega", "h", "ave", "omega_l1")
ORDINAL = ("alpha_ordinal", "omega_ordinal", "h_ordinal")
CELLS = (
    *((c, way) for c in SHARES[:-1] for way in (*FORMULA, *RESAMPLED)),
    *(("omega_l1", way) for way in FORMULA),
    *(("r", way) for way in ("fisher", "wald")),
    *((c, "percentile") for c in ("htmt", "htmt2")),
    *((c, way) for c in ORDINAL for way in FORMULA),
)
LABELS = {
    "alpha": "α", "omega": "ω", "h": "H", "ave": "AVE",
    "omega_l1": "second-order ω (`omega_l1`)",
    "r": "correlation of constructs", "htmt": "HTMT", "htmt2": "HTMT2",
    "alpha_ordinal": "ordinal α", "omega_ordinal": "ω of ordinal sums", "h_ordinal": "H, ordinal",
}  # fmt: skip
FEW = ("CRO", "SCRMC", "CEC")  # resampled by themselves: their resamples are quickly estimated
LOADINGS = (0.60, 0.70, 0.80, 0.85)
POINTS = 5
ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".csv")
PAGE = ROOT / "docs" / "measurement.md"
COLUMNS = [
    "n", "coefficient", "interval", "targets", "replicates", "draws", "used", "covered", "low",
    "high",
]  # fmt: skip
BATCH = 20
PARTS = ("", "_se", "_ci_lower", "_ci_upper")
Values = dict[str, np.ndarray]
Sums = dict[tuple[str, str], np.ndarray]
Found = tuple[tuple[str, str], np.ndarray, np.ndarray, np.ndarray]


@cache
def truth() -> tuple[dict[str, Model], Population, dict[str, Values]]:
    """Models, the population of all of them, and the true values under each."""
    second = specify_measurement()
    scales = [(r.lhs, r.rhs) for r in second.statements if r.op == "=~" and r.lhs != "SCRMP"]
    place = {v: [w for c, w in scales if c == f].index(v) for f, v in scales}
    loadings = {v: LOADINGS[k % 4] for v, k in place.items()}
    loadings |= {"SCRMP_FIRM": 0.80, "SCRMP_REL": 0.80}
    drawn = population(second, loadings=loadings, correlations={("SCRMC", "CEC"): 0.75})
    few = "\n".join(f"{f} =~ {v}" for f, v in scales if f in FEW)
    models = {
        "first": specify_measurement(performance="two-factor"),
        "second": second,
        "few": Model.from_syntax(few),
    }
    exact = Moments(drawn.cov, 10**8)
    fits = {name: fit(model, exact) for name, model in models.items()}
    true = {
        name: {c: frame[c].to_numpy(dtype=float) for c in SHARES if c in frame}
        for name, frame in ((name, reliability(found).frame) for name, found in fits.items())
    }
    panel = validity(fits["first"])
    true["first"] |= {"r": panel.correlations["r"].to_numpy(dtype=float)}
    true["first"] |= {c: panel.htmt[c].to_numpy(dtype=float) for c in ("htmt", "htmt2")}
    return models, drawn, true


@cache
def ordinal_truth() -> tuple[Model, Population, Values]:
    """The same for two constructs whose items are cut into five points."""
    one = [f"cro{k}" for k in range(1, 6)]
    two = [f"cec{k}" for k in range(1, 5)]
    model = Model.from_syntax(f"CRO =~ {' + '.join(one)}\nCEC =~ {' + '.join(two)}")
    given = {v: LOADINGS[k % 4] for names in (one, two) for k, v in enumerate(names)}
    drawn = population(model, loadings=given)
    cuts = thresholds(POINTS)
    out: dict[str, list[float]] = {name: [] for name in ORDINAL}
    for names in (one, two):
        load = np.array([given[v] for v in names])
        rho = np.outer(load, load)
        own = np.broadcast_to(cuts, (1, len(names), POINTS - 1))
        due = score_covariances(own, rho[None]).sum()
        np.fill_diagonal(rho, 1.0)
        out["alpha_ordinal"].append(float(alpha(rho)))
        out["omega_ordinal"].append(float(due / score_covariances(own, rho[None]).sum()))
        odds = (load**2 / (1 - load**2)).sum()
        out["h_ordinal"].append(float(odds / (1 + odds)))
    return model, drawn, {name: np.array(v) for name, v in out.items()}


def batch(cell: tuple[int, int, int, int]) -> tuple[int, Sums]:
    """Sums over the replicates of a batch, shape (4,) each: used, covered, low, high.

    Parameters
    ----------
    cell : (int, int, int, int)
        N, first replicate, replicates, draws.
    """
    n, first, count, draws = cell
    sums = {key: np.zeros(4) for key in CELLS}
    for k in range(first, first + count):
        seed = int(np.random.SeedSequence((SEED, n, k)).generate_state(1)[0])
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)
            for key, low, high, true in limits(n, seed, draws):
                known = np.isfinite(low) & np.isfinite(true)
                below, above = (true < low)[known], (true > high)[known]
                covered = known.sum() - below.sum() - above.sum()
                sums[key] += [known.sum(), covered, below.sum(), above.sum()]
    return n, sums


def limits(n: int, seed: int, draws: int) -> Iterator[Found]:
    """Limits of every kind of interval of one replicate, beside the true values."""
    models, drawn, true = truth()
    frame = simulate(drawn, n, seed, points=None)
    found = {name: fit(model, frame) for name, model in models.items()}
    good = {name for name, f in found.items() if f.converged and f.admissible}
    if "first" in good:
        yield from _formula(reliability(found["first"]).frame, SHARES[:-1], true["first"])
        panel = validity(found["first"], draws=draws, seed=seed)
        r, own = panel.correlations, true["first"]
        yield ("r", "fisher"), r["ci_lower"].to_numpy(), r["ci_upper"].to_numpy(), own["r"]
        yield ("r", "wald"), *wald(r["r"].to_numpy(), r["se"].to_numpy(), 0.95), own["r"]
        for name in ("htmt", "htmt2"):
            yield (name, "percentile"), *_columns(panel.htmt, name), own[name]
    if "second" in good:
        yield from _formula(reliability(found["second"]).frame, SHARES[-1:], true["second"])
    if "few" in good:
        yield from _resampled(found["few"], true["few"], seed, draws)
    model, drawn, true = ordinal_truth()
    found = fit(model, simulate(drawn, n, seed, points=POINTS), ordered=True)
    if found.converged and found.admissible:
        own = reliability(found).frame
        both = {f"{c}_ordinal{part}": own[f"{c}{part}"] for c in ("omega", "h") for part in PARTS}
        yield from _formula(own.assign(**both), ORDINAL, true)


def _formula(frame: pd.DataFrame, names: tuple[str, ...], true: Values) -> Iterator[Found]:
    for name in names:
        value, error = (frame[f"{name}{part}"].to_numpy(dtype=float) for part in ("", "_se"))
        yield (name, "logit"), *_columns(frame, name), true[name]
        yield (name, "wald"), *wald(value, error, 0.95), true[name]


def _resampled(found: Fit, true: Values, seed: int, draws: int) -> Iterator[Found]:
    try:
        drawn = drawn_coefficients(found, draws, seed, None, False)
    except EstimationError:  # too few admissible resamples
        return
    frame = reliability(found).frame
    for name in SHARES[:-1]:
        stacks = [drawn.enough((0, c, name)) for c in frame["construct"]]
        pairs = [[np.nan, np.nan]] * len(stacks), [[np.nan, np.nan]] * len(stacks)
        for k, (value, own) in enumerate(zip(frame[name], stacks, strict=True)):
            if own is None:
                continue
            stack = own[:, None]
            pairs[0][k] = [x[0] for x in percentile(stack)]
            pairs[1][k] = [x[0] for x in bias_corrected(np.array([value]), stack)]
        for way, both in zip(RESAMPLED, pairs, strict=True):
            yield (name, way), *np.array(both, dtype=float).T, true[name]


def _columns(frame: pd.DataFrame, name: str) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = (frame[f"{name}_ci_{side}"].to_numpy(dtype=float) for side in ("lower", "upper"))
    return lower, upper


def markdown() -> str:
    """The stored table as it stands in the page."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells = {(r["n"], r["coefficient"], r["interval"]): r for r in rows}

    def share(n: int, key: tuple[str, str], column: str) -> str:
        r = cells[str(n), *key]
        return f"{100 * int(r[column]) / int(r['used']):.1f}"

    head = ["of", "interval", *(f"N = {n}" for n in SIZES), "truth below, N = 120", "truth above"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for key in CELLS:
        covered = [share(n, key, "covered") for n in SIZES]
        missed = [share(SIZES[0], key, side) for side in ("low", "high")]
        lines.append(f"| {LABELS[key[0]]} | " + " | ".join([key[1], *covered, *missed]) + " |")
    first = rows[0]
    kept = {
        what: ", ".join(str(_replicates(cells[str(n), *key])) for n in SIZES)
        for what, key in (
            ("constructs of first order", ("r", "fisher")),
            ("with one of second order", ("omega_l1", "logit")),
            ("resampled", ("omega", "percentile")),
            ("ordinal", ("omega_ordinal", "logit")),
        )
    }
    error = 100 * (0.05 * 0.95 / int(first["replicates"])) ** 0.5
    lines += [
        "",
        f"{first['replicates']} replicates, {first['draws']} draws for each interval that has any; "
        "per cent, means over the constructs or pairs. Replicates with an admissible solution at "
        f"the three sizes: {'; '.join(f'{what} {n}' for what, n in kept.items())}. Monte Carlo "
        "standard error at 95 %, of one construct: "
        f"{error:.1f}; of a mean of several at most that.",
    ]
    return "\n".join(lines)


def _replicates(row: dict[str, str]) -> int:
    """Replicates behind a row, from the count over all constructs or pairs."""
    return round(int(row["used"]) / int(row["targets"]))


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
    true = {**truth()[2]["second"], **truth()[2]["first"], **ordinal_truth()[2]}
    few = len(FEW)
    with TABLE.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n in SIZES:
            for name, way in CELLS:
                total = sum(sums[name, way] for m, sums in done if m == n).astype(int)
                targets = (
                    few
                    if way in RESAMPLED and name in SHARES
                    else int(np.isfinite(true[name]).sum())
                )
                writer.writerow([n, name, way, targets, replicates, draws, *total])
    write_page()


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(*given, *(600, 400, 1)[len(given) :])
