import json
from functools import cache
from pathlib import Path

import doc_script
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from scrm_model.errors import EstimationError
from scrm_model.estimation.evaluation import small_sample as small
from scrm_model.estimation.evaluation import small_sample_advice as advice
from scrm_model.estimation.evaluation.corrections import u_gamma_traces
from scrm_model.estimation.evaluation.eigenvalues import u_gamma_eigenvalues
from scrm_model.estimation.evaluation.small_sample_tests import TESTS
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments

HERE = Path(__file__).parent
HS = HERE.parent / "against_lavaan" / "data" / "hs.csv"
WITNESS = json.loads((HERE / "small_sample.json").read_text(encoding="utf-8"))
CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
GIVEN = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ x7\ntextual ~ x8 + visual"
BY_SCHOOL = {"group": "school", "group_equal": ["loadings"]}
CASES = {"cfa": (CFA, {}), "fixed_x": (GIVEN, {}), "groups": (CFA, BY_SCHOOL)}


@cache
def holzinger():
    return pd.read_csv(HS)


@cache
def cfa():
    return fit(CFA, holzinger())


@cache
def cfa_table():
    return cfa().small_sample_tests().set_index("test")


def as_moments(data):
    return Moments(data.cov(), len(data))


# Factors


@pytest.mark.parametrize("likelihood", ["normal", "wishart"])
def test_factors_are_those_of_semtools(likelihood):
    n, expected = {"normal": 301, "wishart": 300}[likelihood], WITNESS["factors"][likelihood]
    found = {
        "swain": small.swain_factor(9, 24, n),
        "bartlett": small.bartlett_factor(9, 3, n),
        "yuan.2005": small.yuan_factor(9, 3, n),
        "yuan.2015": small.empirical_factor(9, 21, 301, n),
    }
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("likelihood", ["normal", "wishart"])
def test_fit_multiplies_by_these_factors(likelihood):
    table = fit(CFA, holzinger(), likelihood=likelihood).small_sample_tests().set_index("test")
    for name, factor in WITNESS["factors"][likelihood].items():
        ratio = table.loc[name, "statistic"] / table.loc["standard", "statistic"]
        assert ratio == pytest.approx(factor, rel=1e-12)


def test_swain_by_hand():
    # p = 3, df = 1: q = (sqrt(1 + 48 - 8) - 1) / 2
    q = (np.sqrt(41) - 1) / 2
    by_hand = 1 - (3 * 26 - q * (2 * q**2 + 3 * q - 1)) / 1200
    assert small.swain_factor(3, 1, 100) == pytest.approx(by_hand, rel=1e-14)


def test_swain_of_independence_is_bartletts_test_of_independence():
    # Box's exact factor for the hypothesis of no correlation: 1 - (2 p + 5) / (6 n).
    p, n = 12, 80
    assert small.bartlett_factor(p, 0, n) == 1 - (2 * p + 5) / (6 * n)
    # Without any model (q = 0) Swain's is that of a fully known covariance matrix.
    known = 1 - (2 * p**2 + 3 * p - 1) / (6 * (p + 1) * n)
    assert small.swain_factor(p, p * (p + 1) // 2, n) == pytest.approx(known, rel=1e-14)


def test_factors_vanish_in_large_samples():
    for factor in (
        small.swain_factor(27, 315, 1e9),
        small.bartlett_factor(27, 6, 1e9),
        small.yuan_factor(27, 6, 1e9),
        small.empirical_factor(27, 63, 10**9, 1e9),
    ):
        assert factor == pytest.approx(1, abs=1e-7)


# Weighted sum of chi-squares


@pytest.mark.parametrize("k", [1, 2, 3, 24, 315])
@pytest.mark.parametrize("ratio", [0.001, 0.3, 0.99, 1.0, 1.01, 1.5, 4.0])
def test_equal_weights_are_a_chi_square(k, ratio):
    found = small.weighted_chi2_sf(2.5 * ratio * k, np.full(k, 2.5))
    assert found == pytest.approx(stats.chi2.sf(ratio * k, k), rel=1e-9)


def test_far_tails_keep_their_digits():
    found = small.weighted_chi2_sf(192.0, np.ones(24))
    assert found == pytest.approx(stats.chi2.sf(192, 24), rel=1e-11)
    assert found < 1e-27


@pytest.mark.parametrize("x", [1e-3, 1.0, 4.0, 10.0, 60.0, 400.0])
def test_two_pairs_of_weights_are_a_sum_of_exponentials(x):
    a, b = 3.0, 1.0
    exact = (a * np.exp(-x / 2 / a) - b * np.exp(-x / 2 / b)) / (a - b)
    assert small.weighted_chi2_sf(x, [a, b, a, b]) == pytest.approx(exact, rel=1e-11)


def imhof(x, weights):
    def integrand(u):
        angle = 0.5 * np.arctan(weights * u).sum() - 0.5 * x * u
        return np.sin(angle) / (u * np.prod((1 + (weights * u) ** 2) ** 0.25))

    return 0.5 + integrate.quad(integrand, 0, np.inf, limit=2000, epsabs=1e-11)[0] / np.pi


@pytest.mark.parametrize("ratio", [0.05, 0.5, 1.0, 2.0, 4.0])
def test_tail_is_imhofs_integral(ratio):
    weights = np.random.default_rng(1).gamma(0.5, 1, 40)
    x = ratio * weights.sum()
    assert small.weighted_chi2_sf(x, weights) == pytest.approx(imhof(x, weights), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=12), st.floats(1e-3, 30))
def test_tail_is_a_probability_that_falls_and_does_not_depend_on_scale(weights, ratio):
    x = ratio * sum(weights)
    p = small.weighted_chi2_sf(x, weights)
    assert 0 <= p <= 1
    assert small.weighted_chi2_sf(1.1 * x, weights) <= p + 1e-12
    assert small.weighted_chi2_sf(7 * x, 7 * np.array(weights)) == pytest.approx(p, abs=1e-9)


def test_tail_at_the_edges():
    assert small.weighted_chi2_sf(0.0, [1, 2]) == 1
    assert small.weighted_chi2_sf(-1.0, [1, 2]) == 1
    assert small.weighted_chi2_sf(3.0, [2, 0, 0]) == pytest.approx(stats.chi2.sf(1.5, 1))
    assert np.isnan(small.weighted_chi2_sf(1.0, [0.0]))
    assert np.isnan(small.weighted_chi2_sf(1.0, []))
    assert np.isnan(small.weighted_chi2_sf(np.nan, [1.0]))


# Blocks


def test_blocks_are_means_of_neighbours():
    found = small.block_means([1, 7, 3, 5, 2], 2)
    assert found == pytest.approx([5, 5, 5, 1.5, 1.5])
    assert small.penalised_block_means([1, 7, 3, 5, 2], 2) == pytest.approx(
        [4.3, 4.3, 4.3, 2.55, 2.55]
    )


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.integers(1, 50))
def test_blocks_keep_the_sum(values, blocks):
    for found in (small.block_means(values, blocks), small.penalised_block_means(values, blocks)):
        assert found.sum() == pytest.approx(sum(values), abs=1e-9)
        assert (np.diff(found) <= 1e-12).all()
    singles = small.block_means(values, len(values))
    assert singles == pytest.approx(sorted(values, reverse=True))


# Eigenvalues of U Gamma


@pytest.mark.parametrize("name", list(CASES))
def test_eigenvalues_are_lavaans(name):
    text, options = CASES[name]
    f = fit(text, holzinger(), estimator="MLM", **options)
    expected = WITNESS["cases"][name]
    assert f.df == expected["df"]
    # As near as lavaan's own solution is to the minimum.
    assert u_gamma_eigenvalues(f.bread, f.df) == pytest.approx(expected["eigenvalues"], rel=2e-5)


@pytest.mark.parametrize("name", list(CASES))
@pytest.mark.parametrize("rows", [150, 301])
@pytest.mark.parametrize("meanstructure", [True, None])
def test_eigenvalues_have_the_traces_of_u_gamma(name, rows, meanstructure):
    # 150 rows of two groups are fewer than moments and parameters, 301 are more: two ways.
    text, options = CASES[name]
    data = holzinger().sample(rows, random_state=5)
    f = fit(text, data, meanstructure=meanstructure, **options)
    found = u_gamma_eigenvalues(f.bread, f.df)
    assert (found.sum(), found @ found) == pytest.approx(u_gamma_traces(f.bread, True), rel=1e-10)


def test_fewer_cases_than_df_leave_zeros():
    rng = np.random.default_rng(3)
    data = pd.DataFrame(rng.normal(size=(40, 12)) + rng.normal(size=(40, 1)))
    data.columns = [f"y{k}" for k in range(12)]
    f = fit("f =~ " + " + ".join(data.columns), data)
    found = u_gamma_eigenvalues(f.bread, f.df)
    assert found.shape == (54,)
    assert (found[39:] < 1e-10).all()
    assert found.sum() == pytest.approx(u_gamma_traces(f.bread, False)[0], rel=1e-10)


# The tests of a fit


def test_rls_is_lavaans():
    expected = WITNESS["rls"]
    assert cfa_table().loc["browne.rls", "statistic"] == pytest.approx(expected["one"], rel=1e-6)
    by_school = fit(CFA, holzinger(), group="school").small_sample_tests().set_index("test")
    found = by_school.loc["browne.rls", "statistic"]
    assert found == pytest.approx(expected["groups"], rel=1e-5)


def test_rls_sees_means():
    s, sigma = np.eye(2), np.diag([2.0, 1.0])
    means = [(np.array([1.0, 0.0]), np.zeros(2))]
    assert small.rls_statistic([s], [sigma], [10.0]) == pytest.approx(10 * 0.5 * 0.25)
    assert small.rls_statistic([s], [sigma], [10.0], means) == pytest.approx(1.25 + 5.0)


@pytest.mark.parametrize(
    ("test", "pvalue"),
    [
        ("standard", 8.502553e-09), ("satorra.bentler", 4.416190e-08),
        ("scaled.shifted", 2.746479e-07), ("all", 2.141358e-06), ("peba4", 1.529609e-07),
        ("peba4.rls", 5.165712e-07),
    ],
)  # fmt: skip
def test_pvalues_are_those_that_semtests_publishes(test, pvalue):
    # The R package semTests 0.7.1, vignette "Complete continuous-data models", same model and data.
    assert cfa_table().loc[test, "pvalue"] == pytest.approx(pvalue, rel=2e-5)


def test_one_block_is_satorra_bentler_and_singletons_are_the_exact_sum():
    f, table = cfa(), cfa_table()
    chi2, found = f.measures["chisq"], u_gamma_eigenvalues(f.bread, f.df)
    one = small.weighted_chi2_sf(chi2, small.block_means(found, 1))
    assert one == pytest.approx(table.loc["satorra.bentler", "pvalue"], rel=1e-9)
    singles = small.weighted_chi2_sf(chi2, small.block_means(found, f.df))
    assert singles == pytest.approx(table.loc["all", "pvalue"], rel=1e-12)


@pytest.mark.parametrize(
    ("estimator", "test"),
    [
        ("MLM", "satorra.bentler"),
        ("MLR", "yuan.bentler.mplus"),
        ("MLMV", "scaled.shifted"),
        ("MLMVS", "mean.var.adjusted"),
    ],
)
def test_rows_agree_with_the_estimator_of_that_test(estimator, test):
    measures, row = fit(CFA, holzinger(), estimator=estimator).measures, cfa_table().loc[test]
    for column, key in (("statistic", "chisq"), ("df", "df"), ("pvalue", "pvalue")):
        assert row[column] == pytest.approx(measures[f"{key}.scaled"], rel=1e-9)
    if test != "mean.var.adjusted":
        assert row["cfi"] == pytest.approx(measures["cfi.robust"], rel=1e-9)
        assert row["rmsea"] == pytest.approx(measures["rmsea.robust"], rel=1e-9)


def test_indices_rest_on_the_corrected_statistic():
    measures, table = cfa().measures, cfa_table()
    assert table.loc["standard", "cfi"] == pytest.approx(measures["cfi"])
    assert table.loc["standard", "rmsea"] == pytest.approx(measures["rmsea"])
    row = table.loc["swain"]
    lack = row["statistic"] - 24
    base = measures["baseline.chisq"] - measures["baseline.df"]
    assert row["rmsea"] == pytest.approx(np.sqrt(lack / (24 * 301)))
    assert row["cfi"] == pytest.approx(1 - lack / base)


def test_every_gap_has_its_reason():
    data = holzinger()
    tables = [
        cfa_table().reset_index(),
        fit(CFA, as_moments(data[[f"x{k}" for k in range(1, 10)]])).small_sample_tests(),
        fit(CFA, data, group="school").small_sample_tests(),
    ]
    for table in tables:
        gaps = table[["statistic", "df", "pvalue", "cfi", "rmsea"]].isna().any(axis=1)
        assert ((table["note"] != "") == gaps).all()
        assert list(table["test"]) == [t.name for t in TESTS]


def test_moments_have_the_tests_that_need_no_cases():
    data = holzinger()[[f"x{k}" for k in range(1, 10)]]
    table = fit(CFA, as_moments(data)).small_sample_tests().set_index("test")
    for name, row in table.iterrows():
        if row["needs"] == "cases":
            assert "fitted to Moments" in row["note"]
        else:
            assert row["pvalue"] == pytest.approx(cfa_table().loc[name, "pvalue"], rel=1e-6)


def test_factors_are_for_one_group_and_for_covariances():
    by_school = fit(CFA, holzinger(), group="school").small_sample_tests().set_index("test")
    assert "one group" in by_school.loc["swain", "note"]
    assert by_school.loc["peba4", "pvalue"] > 0
    equal = CFA + "\nx1 ~ i*1\nx2 ~ i*1"
    restricted = fit(equal, holzinger(), meanstructure=True).small_sample_tests().set_index("test")
    assert "restricts means" in restricted.loc["swain", "note"]
    saturated = fit(CFA, holzinger(), meanstructure=True).small_sample_tests().set_index("test")
    expected = cfa_table()["pvalue"].to_numpy()
    assert saturated["pvalue"].to_numpy() == pytest.approx(expected, rel=1e-5)


def test_too_few_cases_for_a_factor():
    columns = [f"y{k}" for k in range(16)]
    cov = pd.DataFrame(np.full((16, 16), 0.5) + 0.5 * np.eye(16), columns, columns)
    noise = np.random.default_rng(1).normal(size=(200, 16)) * 0.1
    f = fit("f =~ " + " + ".join(columns), Moments(cov + np.cov(noise.T), 6))
    table = f.small_sample_tests().set_index("test")
    assert "too few cases" in table.loc["bartlett", "note"]


def test_no_tests_without_likelihood_or_degrees_of_freedom():
    least_squares = fit(CFA, holzinger(), estimator="GLS")
    with pytest.raises(EstimationError, match=r"need maximum likelihood.*'ML'"):
        least_squares.small_sample_tests()
    saturated = fit("f =~ x1 + x2 + x3", holzinger())
    with pytest.raises(EstimationError, match="need degrees of freedom"):
        saturated.test_advice()


def test_no_tests_without_a_minimum():
    from scrm_model.estimation.evaluation.small_sample_tests import bench_of

    with pytest.raises(EstimationError, match="need a converged fit"):
        bench_of(cfa().bread, None, cfa().npar)


# Which test keeps its size

COVERAGE = {  # lavaan 0.6-14 on the same population, seven answers, 1,000 replicates
    "standard": {120: 0.536, 200: 0.296, 400: 0.171},
    "yuan.bentler.mplus": {120: 0.553, 200: 0.262, 400: 0.113},
}


def script():
    return doc_script.load("small_sample_size")


@cache
def study_fit(n, data="likert7"):
    made = script()
    truth = made.population(made.MODEL, paths=made.PATHS, loadings=made.LOADINGS)
    cut = {"points": None} if data == "normal" else {"proportions": made.SEVEN}
    return fit(made.MODEL, made.simulate(truth, n, 11, **cut))


def stored(data, n, test):
    table = advice.size_table().set_index(["data", "n", "test"])
    return table.loc[(data, n, test)]


@pytest.mark.parametrize("test", list(COVERAGE))
@pytest.mark.parametrize("n", [120, 200, 400])
def test_stored_rates_are_those_of_lavaan(test, n):
    row, expected = stored("likert7", n, test), COVERAGE[test][n]
    error = np.hypot(row["mcse"], np.sqrt(expected * (1 - expected) / 1000))
    assert abs(row["rate"] - expected) < 3.5 * error


def test_stored_table_has_every_test_and_cell():
    table = advice.size_table()
    assert set(table["test"]) == {t.name for t in TESTS}
    assert len(table) == 6 * len(TESTS)
    assert (table["replicates"] >= 1900).all()


def test_page_shows_the_stored_table():
    page = (HERE.parents[1] / "docs" / "small_samples.md").read_text(encoding="utf-8")
    assert script().markdown() in page


@pytest.mark.parametrize("data", ["normal", "likert7"])
def test_recommended_test_keeps_its_size_and_the_plain_one_does_not(data):
    replicates = 150
    _, _, converged, rejected = script().batch((data, 120, 10_000, replicates))
    rates = dict(zip([t.name for t in TESTS], rejected / converged, strict=True))
    best = study_fit(120, data).test_advice().test
    assert converged == replicates
    assert abs(rates[best] - 0.05) < 0.05
    assert rates["standard"] > 0.25
    for test, rate in rates.items():
        expected = stored(data, 120, test)["rate"]
        spread = np.sqrt(max(expected * (1 - expected), 0.002) / replicates)
        assert abs(rate - expected) < 4.5 * spread


def test_expected_size_is_what_normal_data_gave():
    for n in (120, 200, 400):
        found = advice.expected_size(27, 315, n)
        assert found == pytest.approx(stored("normal", n, "standard")["rate"], abs=0.06)
    assert advice.expected_size(9, 24, 10**7) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize("n", [120, 200, 400])
def test_advice_for_the_study(n):
    f = study_fit(n)
    found = f.test_advice()
    table = f.small_sample_tests().set_index("test")
    assert found.test == "satorra.bentler.bartlett"
    assert found.studied_n == n
    assert found.keeps
    assert found.caution == ""
    assert found.pvalue == pytest.approx(table.loc[found.test, "pvalue"], rel=1e-12)
    assert found.source == table.loc[found.test, "source"]
    assert found.rates.keys() == {"normal", "likert7"}
    assert all(0.025 <= rate <= 0.075 for rate in found.rates.values())
    assert found.plain_rates["likert7"] == stored("likert7", n, "standard")["rate"]
    assert repr(found) == str(found)
    assert str(found).startswith(f"Use '{found.test}' (p = ")
    assert f"at N = {n}" in str(found)


def test_advice_without_cases_assumes_normality():
    f = study_fit(120)
    cov = pd.DataFrame(f.observed.cov) * 120 / 119
    found = fit(script().MODEL, Moments(cov, 120)).test_advice()
    assert set(found.rates) == {"normal"}
    assert "assumes normal data" in found.caution
    assert found.test == "yuan.2005"


def test_advice_says_what_was_not_studied():
    by_school = fit(CFA, holzinger(), group="school").test_advice()
    assert "9 observed variables" in by_school.caution
    assert "Several groups" in by_school.caution
    # Bartlett's factor is for one group.
    assert by_school.test == "peba2.rls"
    few = fit(CFA, holzinger().sample(90, random_state=5)).test_advice().caution
    assert "N = 90 is outside" in few


def test_advice_may_have_no_test_that_keeps_its_size():
    made = advice.TestAdvice(
        "standard", 1e-5, "Jöreskog 1970", 120, {"normal": 0.4}, {"normal": 0.4}, 0.4, False, ""
    )
    assert str(made).startswith("No test here keeps its size; the nearest is 'standard' (p < .001")
