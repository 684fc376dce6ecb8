import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ncx2, norm

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.planning.noncentral import (
    chi2_noncentrality,
    chi2_power,
    misfit,
    rmsea_n,
    rmsea_power,
    satorra_saris_n,
    satorra_saris_power,
)
from scrm_model.planning.population import population

STORED = json.loads((Path(__file__).parent / "rmsea.json").read_text("utf-8"))["cases"]
TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nH =~ z1 + z2 + z3\nG ~ a*F\nH ~ b*G + c*F"


@pytest.mark.parametrize("case", STORED, ids=str)
def test_rmsea_against_semtools(case):
    given = (case["rmsea0"], case["rmsea_a"], case["df"])
    found = rmsea_power(*given, case["n"], groups=case["groups"])
    assert found == pytest.approx(case["power"], abs=1e-10)
    # semTools divides the total by the number of groups.
    assert rmsea_n(*given, groups=case["groups"]) / case["groups"] == case["n80"]


def test_rmsea_n_is_the_smallest():
    n = rmsea_n(0.05, 0.08, 60, 0.9)
    assert rmsea_power(0.05, 0.08, 60, n) >= 0.9 > rmsea_power(0.05, 0.08, 60, n - 1)


@pytest.mark.parametrize(("ncp", "df"), [(0.0, 3), (1.0, 1), (7.85, 1), (50.0, 20), (400.0, 315)])
def test_chi2_power_is_the_tail_of_scipys_distribution(ncp, df):
    critical = ncx2.isf(0.05, df, 0) if ncp == 0 else ncx2.isf(0.05, df, 1e-12)
    assert chi2_power(ncp, df) == pytest.approx(ncx2.sf(critical, df, max(ncp, 1e-12)), abs=1e-6)


def test_one_degree_of_freedom_is_a_two_sided_normal_test():
    for ncp in (0.5, 3.0, 9.0):
        z = norm.isf(0.025)
        expected = norm.sf(z - np.sqrt(ncp)) + norm.cdf(-z - np.sqrt(ncp))
        assert chi2_power(ncp, 1) == pytest.approx(expected, abs=1e-10)


def test_noncentrality_turns_power_round():
    for power, df in ((0.8, 1), (0.95, 24), (0.06, 3)):
        assert chi2_power(chi2_noncentrality(power, df), df) == pytest.approx(power, abs=1e-10)
    # Cohen (1988): the noncentrality of a power of .80 with one degree of freedom.
    assert chi2_noncentrality(0.80, 1) == pytest.approx(7.849, abs=1e-3)


def test_one_path_among_observed_variables_by_hand():
    of = population("y ~ b*x", paths=0.3)
    f, df = misfit("y ~ b*x", of, "b == 0")
    assert df == 1
    assert f == pytest.approx(-np.log(1 - 0.3**2), abs=1e-9)
    expected = chi2_power(85 * -np.log(1 - 0.09), 1)
    assert satorra_saris_power("y ~ b*x", of, 85, restrict="b == 0") == pytest.approx(expected)
    n = satorra_saris_n("y ~ b*x", of, restrict="b == 0")
    powers = [satorra_saris_power("y ~ b*x", of, k, restrict="b == 0") for k in (n - 1, n)]
    assert powers[0] < 0.8 <= powers[1]


def test_a_model_that_leaves_a_path_out():
    of = population(TEXT, paths={"a": 0.4, "b": 0.3, "c": 0.3})
    less = TEXT.replace("+ c*F", "")
    f, df = misfit(less, of)
    own = fit(less, Moments(of.cov, n=1001), likelihood="wishart")
    assert df == own.df == 25
    assert f == pytest.approx(own.measures["chisq"] / 1000, abs=1e-8)
    assert misfit(TEXT, of)[0] == pytest.approx(0.0, abs=1e-9)
    # Leaving the path out of the model and setting it to 0 are the same.
    assert misfit(TEXT, of, "c == 0")[0] == pytest.approx(f, abs=1e-8)
    assert misfit(TEXT, of, "c == 0\na == b")[1] == 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: chi2_power(-1, 1), ArgumentError, r"^ncp= needs a number that is not negative"),
        (
            lambda: chi2_power(1, 0),
            ArgumentError,
            r"^df= needs a whole number of at least 1; got 0",
        ),
        (lambda: chi2_power(1, 1, 1.5), ArgumentError, r"^alpha= needs a number between 0 and 1"),
        (
            lambda: chi2_noncentrality(0.04, 1),
            ArgumentError,
            r"^power= .*between 0.05 and 1; got 0",
        ),
        (lambda: rmsea_power(0.05, 0.05, 9, 99), ArgumentError, r"^rmsea_a= needs another value"),
        (lambda: rmsea_power(-0.1, 0.05, 9, 99), ArgumentError, r"^rmsea0= needs"),
        (
            lambda: rmsea_power(0.05, 0.08, 9, 0),
            ArgumentError,
            r"^n= needs a positive number; got 0",
        ),
        (lambda: rmsea_n(0.05, 0.0501, 1), ArgumentError, r"^power= .*10,000,000 do not reach"),
        (
            lambda: misfit(TEXT, population(TEXT), "a < 5"),
            ModelError,
            r"^restrict= needs constraints that cost degrees of freedom; got 'a < 5'. Write",
        ),
        (
            lambda: satorra_saris_n(TEXT, population(TEXT)),
            ArgumentError,
            r"^population= needs values that contradict .*Change the population",
        ),
    ],
)
def test_errors_say_what_to_do(call, error, message):
    with pytest.raises(error, match=message):
        call()
