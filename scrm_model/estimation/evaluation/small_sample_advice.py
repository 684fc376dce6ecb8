"""Which test of fit keeps its size here: advice from a stored Monte Carlo table.

Notes
-----
`SIZES` holds how often a true model was rejected at 5 %: the study's 27 indicators and nine paths,
normal data and seven-point answers, N = 120, 200 and 400. `docs/small_samples.md` shows it and
names the script that made it.

References
----------
.. [bradley1978] Bradley, J. V. (1978). Robustness? British Journal of Mathematical and Statistical
   Psychology, 31, 144-152.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import chdtri

from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.evaluation.small_sample import empirical_factor
from scrm_model.estimation.evaluation.small_sample_tests import TESTS, Bench, Test

LEVEL = 0.05
KEEPS = (0.025, 0.075)  # Bradley's liberal criterion of robustness
STUDIED = {"p": 27, "df": 315}
_PATH = Path(__file__).with_name("small_sample_size.csv")
_KINDS = {"normal": "normal data", "likert7": "seven-point answers"}


@cache
def _rows() -> tuple[tuple[str, int, str, int, int], ...]:
    with _PATH.open(encoding="utf-8", newline="") as file:
        return tuple(
            (r["data"], int(r["n"]), r["test"], int(r["converged"]), int(r["rejected"]))
            for r in csv.DictReader(file)
        )


def size_table() -> pd.DataFrame:
    """How often each test rejected a true model at the 5 % level.

    Returns
    -------
    DataFrame
        data ("normal", "likert7"), n, test, replicates (that converged), rate, mcse (Monte Carlo
        standard error).
    """
    rows = []
    for data, n, test, replicates, rejected in _rows():
        rate = rejected / replicates
        error = float(np.sqrt(rate * (1 - rate) / replicates))
        rows.append((data, n, test, replicates, rate, error))
    return pd.DataFrame(rows, columns=["data", "n", "test", "replicates", "rate", "mcse"])


def expected_size(p: int, df: int, cases: int) -> float:
    """Size at 5 % that the plain test should have when data are normal.

    Parameters
    ----------
    p, df, cases : int
        Observed variables, degrees of freedom, N.

    Notes
    -----
    The statistic times the empirical factor of Yuan, Tian and Yanagihara (2015) is chi-square, so
    that the plain test rejects beyond the critical value times that factor.
    """
    factor = max(empirical_factor(p, p * (p + 1) // 2 - df, cases, cases), 0.0)
    return fm.chi2_sf(float(chdtri(df, LEVEL)) * factor, df)


@dataclass(frozen=True, slots=True, repr=False)
class TestAdvice:
    """Which test to report, and on what grounds.

    Attributes
    ----------
    test : str
        A row of `Fit.small_sample_tests`.
    pvalue : float
        Of this fit.
    source : str
        Who proposed the test.
    studied_n : int
        Sample size of the table that is nearest to this fit's.
    rates : dict of str to float
        How often the test rejected a true model there, by kind of data.
    plain_rates : dict of str to float
        The same of the standard test.
    expected : float
        Size of the standard test to expect for this N, p and df under normality.
    keeps : bool
        Whether `rates` lie between 2.5 and 7.5 % [bradley1978]_.
    caution : str
        What the advice does not cover; may be empty.
    """

    test: str
    pvalue: float
    source: str
    studied_n: int
    rates: dict[str, float]
    plain_rates: dict[str, float]
    expected: float
    keeps: bool
    caution: str

    __test__ = False

    def __str__(self) -> str:
        found, plain = _told(self.rates), _told(self.plain_rates)
        verb = "Use" if self.keeps else "No test here keeps its size; the nearest is"
        p = "< .001" if self.pvalue < 0.001 else f"= {self.pvalue:.3f}"
        text = (
            f"{verb} '{self.test}' (p {p}; {self.source}). Of true models with "
            f"{STUDIED['p']} indicators and {STUDIED['df']} df at N = {self.studied_n} it rejected "
            f"{found} at the 5 % level, the standard test {plain}. For a model of this size and "
            f"this N the standard test should reject {self.expected:.1%} of true models when data "
            "are normal."
        )
        return f"{text} {self.caution}".rstrip()

    def __repr__(self) -> str:
        return str(self)


def _told(rates: dict[str, float]) -> str:
    return " and ".join(f"{rate:.1%} ({_KINDS[kind]})" for kind, rate in rates.items())


def advise(bench: Bench) -> TestAdvice:
    """The test whose size stays nearest to 5 %, and its size where most like this fit.

    Parameters
    ----------
    bench : Bench

    Notes
    -----
    Among the tests that this fit can have, the one whose worst deviation from 5 % over all studied
    N is least: the same advice at every N, and no reliance on differences that are Monte Carlo
    error. With raw data both kinds of data count. With Moments normality has to be assumed, and
    normal data alone count. The rates told are those at the studied N nearest to the fit's.
    """
    cases = sum(s.cases for s in bench.bread.samples)
    table = size_table()
    sizes = sorted(set(table["n"]))
    n = min(sizes, key=lambda size: (abs(np.log(cases / size)), size))
    kinds = ["normal"] if bench.bread.data is None else list(_KINDS)
    studied = table[table["data"].isin(kinds)]
    worst = (studied["rate"] - LEVEL).abs().groupby(studied["test"]).max()
    rates = studied[studied["n"] == n].pivot_table(index="test", columns="data", values="rate")
    best = min((t for t in TESTS if not bench.why_not(t)), key=lambda t: float(worst[t.name]))
    own, plain = (
        {kind: float(rates.loc[name, kind]) for kind in kinds} for name in (best.name, "standard")
    )
    return TestAdvice(
        best.name,
        bench.refer(best)[2],
        best.source,
        int(n),
        own,
        plain,
        expected_size(bench.bread.model.p, bench.df, cases),
        all(KEEPS[0] <= rate <= KEEPS[1] for rate in own.values()),
        _caution(bench, best, cases, sizes),
    )


def _caution(bench: Bench, best: Test, cases: int, sizes: list[int]) -> str:
    """What the table does not cover."""
    out = []
    if best.needs == "moments":
        out.append("This test assumes normal data.")
    if not sizes[0] <= cases <= sizes[-1]:
        out.append(f"N = {cases} is outside of what was studied ({sizes[0]} to {sizes[-1]}).")
    p = bench.bread.model.p
    if not STUDIED["p"] / 2 <= p <= STUDIED["p"] * 2:
        out.append(f"The model has {p} observed variables, not about {STUDIED['p']}.")
    if bench.groups > 1:
        out.append("Several groups were not studied.")
    return " ".join(out)
