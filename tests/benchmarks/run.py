"""How many times faster than lavaan, on one core, both timed in turn in the same run.

    python tests/benchmarks/run.py                 a table, in some five minutes
    python tests/benchmarks/run.py --quick         fewer rounds
    python tests/benchmarks/run.py --write FILE    the table to a file as well

CPU time of each process is what counts, so that other work on the machine disturbs little; each
round times lavaan and then us, and the ratio is the median of the rounds' ratios. Without R and
lavaan, our own times are printed and the ratios left out.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from threadpoolctl import threadpool_limits

from scrm_model.estimation.fit import fit
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.planning.population import population
from scrm_model.planning.power import power
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify

HERE = Path(__file__).parent
SEED, CASES = 20261123, 400
CONSTRUCTS = ("CRO", "SMS", "SMTU", "SCRMC", "CEC", "SCRMP")
PATHS = "SMS ~ CRO\nSMTU ~ SMS + CRO\nSCRMC ~ SMTU + CRO\nCEC ~ SMTU + SCRMC\nSCRMP ~ CEC + SCRMC"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Line:
    """A piece of work: what lavaan is asked, and ours; `times` a round each, and a target."""

    name: str
    asked: str
    times: int
    ours: object
    target: int | None


@dataclass(frozen=True)
class Result:
    """Seconds of each round; `theirs` is empty without lavaan."""

    line: Line
    ours: list
    theirs: list

    @property
    def ratio(self):
        pairs = zip(self.theirs, self.ours, strict=True)
        return median(t / o for t, o in pairs) if self.theirs else None


def study_model():
    """The study's model with 27 indicators, performance in one dimension."""
    return specify(performance="single").syntax


def long_model(items):
    """The study's paths among its six constructs, each with the same number of items."""
    scales = [
        f"{c} =~ " + " + ".join(f"{c.lower()}{k}" for k in range(1, items + 1)) for c in CONSTRUCTS
    ]
    return "\n".join([*scales, PATHS])


def answers(text, n=CASES):
    return simulate(population(text), n, SEED)


def on_five_points(text):
    """A thousand cases, whose answers are treated as ordinal."""
    return simulate(population(text), 1000, SEED, points=5)


def with_holes(data, share=0.1):
    """A tenth of the cells empty, completely at random."""
    gone = np.random.default_rng(SEED).random(data.shape) < share
    return data.astype(float).mask(gone)


def cpu(work, times, before=lambda: None):
    """CPU seconds of one piece of work; what is done before each is not counted."""
    spent = 0.0
    for _ in range(times):
        before()
        start = time.process_time()
        work()
        spent += time.process_time() - start
    return spent / times


def forget():
    """Forget every model read so far: the next fit begins with the text."""
    modules = [m for name, m in list(sys.modules.items()) if name.startswith("scrm_model.")]
    for thing in [thing for module in modules for thing in list(vars(module).values())]:
        if hasattr(thing, "cache_clear"):
            thing.cache_clear()


def whole(text, data, estimator="ML", **options):
    """From the text to the table of parameters and the fit measures."""
    fitted = fit(text, data, estimator=estimator, **options)
    return fitted.parameters, fitted.measures


def ladder(text, data, quick):
    """What is compared with lavaan."""
    fitted = fit(text, data)
    draws, resamples = (200, 4) if quick else (2000, 20)
    few = 2 if quick else 5

    def resample(times):
        start = time.process_time()
        bootstrap(fitted, draws, SEED)
        return (time.process_time() - start) / draws

    def replicates(estimator, cases=CASES, count=draws, **options):
        def work(times):
            start = time.process_time()
            true = population(text)
            power(text, true, [cases], count, SEED, progress=False, estimator=estimator, **options)
            return (time.process_time() - start) / count

        return work

    def of(estimator, before=lambda: None):
        return lambda times: cpu(lambda: whole(text, data, estimator), 4 * times, before)

    holes = with_holes(data)

    def full_information(times):
        return cpu(lambda: whole(text, holes, missing="fiml"), 8 * times, forget)

    ordinal = on_five_points(text)

    def least_squares(times):
        return cpu(lambda: whole(text, ordinal, "WLSMV", ordered=True), 8 * times, forget)

    five = {"answers": {"points": 5}, "ordered": True}
    return [
        Line("ML, a new model", "ML", few, of("ML", forget), 20),
        Line("ML, a model seen before", "ML", few, of("ML"), 20),
        Line("MLR, a new model", "MLR", 1, of("MLR", forget), 40),
        Line("MLR, a model seen before", "MLR", 1, of("MLR"), 40),
        Line("FIML, 10 % of cells missing, a new model", "FIML", 1, full_information, 150),
        Line("WLSMV, 1,000 cases, a new model", "WLSMV", 1, least_squares, 60),
        Line("bootstrap, per resample", "bootstrap", resamples, resample, 100),
        Line("power by ML, per replicate", "powerML", 2 * few, replicates("ML"), 150),
        Line("power by MLR, per replicate", "powerMLR", few, replicates("MLR"), None),
        Line(
            "power by WLSMV, 300 cases, per replicate",
            "powerWLSMV",
            1,
            replicates("WLSMV", 300, draws // 20, **five),
            None,
        ),
    ]


@contextmanager
def one_core():
    """This process and its children on one core, with one BLAS thread."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    if before:
        os.sched_setaffinity(0, {min(before)})
    try:
        with threadpool_limits(1):
            yield
    finally:
        if before:
            os.sched_setaffinity(0, before)


@contextmanager
def lavaan(text, data):
    """Ask a running R for the seconds of a piece of work; None where there is no lavaan."""
    if missing_lavaan():
        yield None, ""
        return
    with TemporaryDirectory() as folder:
        Path(folder, "model.lav").write_text(text, encoding="utf-8")
        data.to_csv(Path(folder, "data.csv"), index=False)
        with_holes(data).to_csv(Path(folder, "holes.csv"), index=False)
        on_five_points(text).to_csv(Path(folder, "points5.csv"), index=False)
        command = ["Rscript", "--vanilla", str(HERE / "lavaan.R"), folder]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | ONE_THREAD,
        ) as worker:  # fmt: skip
            version = worker.stdout.readline().strip()

            def ask(what, times):
                worker.stdin.write(f"{what} {times}\n")
                worker.stdin.flush()
                return float(worker.stdout.readline())

            yield ask, version


def missing_lavaan():
    """Why lavaan cannot be asked; empty if it can."""
    if shutil.which("Rscript") is None:
        return "R is not installed"
    found = subprocess.run(
        ["Rscript", "--vanilla", "-e", "library(lavaan)"], capture_output=True, check=False
    )
    return "" if found.returncode == 0 else "R has no lavaan"


def against_lavaan(quick=False):
    """Results of the ladder, and lavaan's version or why there is none."""
    text = study_model()
    data = answers(text)
    rounds = 3 if quick else 7
    with one_core(), lavaan(text, data) as (ask, version):
        lines = ladder(text, data, quick)
        for line in lines:  # neither side is timed cold
            line.ours(1)
            if ask:
                ask(line.asked, 1)
        times = {line: ([], []) for line in lines}
        for _ in range(rounds):
            for line, (ours, theirs) in times.items():
                if ask:
                    theirs.append(ask(line.asked, line.times))
                ours.append(line.ours(line.times))
    results = [Result(line, *both) for line, both in times.items()]
    return results, version or missing_lavaan()


def growth(quick=False):
    """Seconds of ML end to end with 12 and with 108 indicators, in turn."""
    small, large = ((text, answers(text)) for text in (long_model(2), long_model(18)))
    with one_core():
        whole(*small), whole(*large)
        rounds = [
            (cpu(lambda: whole(*small), 4, forget), cpu(lambda: whole(*large), 2, forget))
            for _ in range(3 if quick else 11)
        ]
    return [r[0] for r in rounds], [r[1] for r in rounds]


def table(results, sizes):
    """The results as Markdown."""

    def ms(seconds):
        return f"{1000 * median(seconds):.3g} ms" if seconds else "–"

    rows = ["| work | lavaan | scrm_model | times faster | target |", "|---|---|---|---|---|"]
    rows += [
        f"| {r.line.name} | {ms(r.theirs)} | {ms(r.ours)} | "
        f"{'–' if r.ratio is None else f'{r.ratio:.0f}'} | {r.line.target or '–'} |"
        for r in results
    ]
    small, large = sizes
    times = median(b / a for a, b in zip(small, large, strict=True))
    rows += [
        "",
        "| ML, a new model | 12 indicators | 108 indicators | times slower | at most |",
        "|---|---|---|---|---|",
        f"| six constructs, nine paths | {ms(small)} | {ms(large)} | {times:.1f} | 10 |",
    ]
    return "\n".join(rows)


def main():
    """Print the table; write it only where asked to."""
    parser = argparse.ArgumentParser(description="Speed, as ratios to lavaan in the same run.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table here too")
    asked = parser.parse_args()
    results, lavaan_is = against_lavaan(asked.quick)
    text = table(results, growth(asked.quick))
    ours = f"Python {platform.python_version()}, numpy {np.__version__}"
    sys.stdout.write(f"{lavaan_is}; {ours}; one core\n\n{text}\n")
    if asked.write:
        asked.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
