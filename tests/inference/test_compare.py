import json
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import HERE, data

from scrm_model.errors import (
    ArgumentError,
    DataError,
    EstimationError,
    ScrmWarning,
)
from scrm_model.estimation.evaluation.fit_measures import chi2_sf
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference import nested
from scrm_model.inference.compare import compare
from scrm_model.inference.containment import contain

STORED = json.loads((HERE / "compare.json").read_text("utf-8"))
SEQUENCES = {of["name"]: of for of in STORED["sequences"]}
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
CROSSED = THREE + "\nvisual =~ x9"
WITHIN = {"rtol": 1e-6, "atol": 1e-6}


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.fixture(scope="module")
def three(hs):
    return fit(THREE, hs)


@pytest.fixture(scope="module")
def crossed(hs):
    return fit(CROSSED, hs)


def fits_of(stored):
    frame = data(stored["data"])
    fits = [fit(of["model"], frame, **of["args"]) for of in stored["fits"]]
    return fits, [of["name"] for of in stored["fits"]]


@pytest.mark.parametrize("name", SEQUENCES)
def test_equal_to_lavaan(name):
    fits, names = fits_of(SEQUENCES[name])
    near = {"rtol": SEQUENCES[name]["tolerance"], "atol": SEQUENCES[name]["tolerance"]}
    for test in SEQUENCES[name]["tests"]:
        with warnings.catch_warnings():
            # Where lavaan gives a negative statistic (see the next test), there is a warning.
            warnings.simplefilter("ignore", ScrmWarning)
            frame = compare(*fits[::-1], names=names[::-1], **test["args"]).frame
        assert list(frame["model"]) == test["model"]
        found = frame.set_index("model")
        wanted = pd.DataFrame({key: test[key] for key in ("chisq_diff", "df_diff", "pvalue")})
        wanted = wanted.astype(float)
        if found["df"].iloc[0] == 0 and np.isnan(wanted.loc[1, "chisq_diff"]):
            # lavaan has no scaling factor of a saturated model. None is needed: the difference
            # is the smaller model's own test.
            own = sorted(fits, key=lambda f: f.df)[1].measures
            wanted.loc[1, "chisq_diff"] = own["chisq.scaled"]
            wanted.loc[1, "pvalue"] = own["pvalue.scaled"]
        impossible = wanted["chisq_diff"].to_numpy() < 0
        for column in wanted:
            if column != "df_diff":
                wanted.loc[impossible, column] = np.nan
            np.testing.assert_allclose(found[column], wanted[column], **near, err_msg=column)
        for column in ("df", "aic", "bic", "chisq"):
            if test[column] is not None:
                np.testing.assert_allclose(found[column], np.array(test[column], float), **near)
        if test["rmsea_d"] is not None:
            wanted_rmsea = np.array(test["rmsea_d"], dtype=float)
            np.testing.assert_allclose(found["rmsea_d"], wanted_rmsea, **near)


def test_the_witness_is_the_lavaan_that_we_follow():
    assert STORED["program"].startswith("lavaan 0.6.14, R version 4.2.2")
    kinds = {
        test["args"].get("method", "auto") for of in SEQUENCES.values() for test in of["tests"]
    }
    assert kinds == {"auto", "satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000"}


def test_no_statistic_where_lavaan_gives_a_negative_one():
    # The observed information at the smaller model's estimates is not positive definite there.
    stored = SEQUENCES["hs_MLR"]
    test = next(t for t in stored["tests"] if t["args"].get("method") == "satorra.bentler.2010")
    assert test["chisq_diff"][1] < 0
    assert test["pvalue"][1] == 1
    fits, names = fits_of(stored)
    with pytest.warns(ScrmWarning, match=r"three against crossed: .* is -6\.\d+, not positive"):
        found = compare(*fits, method="satorra.bentler.2010", names=names)
    assert np.isnan(found.frame["chisq_diff"][1])
    assert np.isnan(found.frame["pvalue"][1])
    assert "use method='satorra.2000'" in found.notes()[0]
    assert "use method='satorra.2000'" in repr(found)
    assert "use method=&#x27;satorra.2000&#x27;" in found._repr_html_()


def test_negative_scaling_of_2001_is_named_with_what_to_do(hs, monkeypatch):
    # d0 c0 < d1 c1 happens by chance in small samples; here it is made to.
    assert nested.difference_scaling(24, 0.9, 23, 1.0) < 0
    monkeypatch.setattr(nested, "difference_scaling", lambda *_: -1.4)
    fits = [fit(text, hs, estimator="MLM") for text in (CROSSED, THREE)]
    with pytest.warns(
        ScrmWarning, match=r"is -1\.4, not positive: use method='satorra\.bentler\.2010'"
    ):
        found = compare(*fits)
    assert found.method == "satorra.bentler.2001"
    assert found.tests[0].scaling == -1.4
    assert np.isnan([found.tests[0].stat, found.tests[0].pvalue]).all()
    assert compare(*fits, method="satorra.2000").tests[0].stat > 0


def test_table(three, crossed):
    found = compare(three, crossed, names=["without", "with"])
    frame = found.frame
    assert list(frame.columns) == [
        "model", "df", "aic", "bic", "chisq", "chisq_diff", "df_diff", "pvalue", "scaling",
        "rmsea_d", "cfi", "rmsea", "srmr", "cfi_diff", "rmsea_diff", "srmr_diff",
    ]  # fmt: skip
    assert list(frame["model"]) == ["with", "without"]
    assert frame.loc[0, ["chisq_diff", "pvalue", "cfi_diff"]].isna().all()
    for key in ("cfi", "rmsea", "srmr", "aic", "bic", "chisq"):
        values = [f.measures[key] for f in (crossed, three)]
        assert list(frame[key]) == values
        if f"{key}_diff" in frame and key != "chisq":
            assert frame[f"{key}_diff"][1] == values[1] - values[0]
    assert (found.method, found.notes()) == ("standard", ())
    assert (found.tests[0].larger, found.tests[0].smaller) == ("with", "without")
    assert "<.001" in repr(found)
    assert "<td>without</td>" in found._repr_html_()
    hostile = compare(three, crossed, names=["<b>", "with"])
    assert "<b>" not in hostile._repr_html_()


def test_corrected_tests_show_robust_indices(hs):
    fits = [fit(text, hs, estimator="MLR") for text in (CROSSED, THREE)]
    frame = compare(*fits).frame
    for key in ("cfi", "rmsea"):
        values = [f.measures[f"{key}.robust"] for f in fits]
        assert list(frame[f"{key}_robust"]) == values
        assert frame[f"{key}_robust_diff"][1] == values[1] - values[0]
    assert frame["rmsea_d"].isna().all()


def test_names_come_from_the_models(three, crossed):
    assert list(compare(three, crossed).frame["model"]) == ["model 2", "model 1"]
    named = [
        replace(f, model=type(f.model)(f.model.statements, name=name))
        for f, name in ((three, "plain"), (crossed, "crossed"))
    ]
    assert list(compare(*named).frame["model"]) == ["crossed", "plain"]


@pytest.mark.parametrize("estimator", ["MLM", "MLR", "MLMV"])
def test_order_of_variables_does_not_matter(hs, estimator):
    turned = "speed =~ x7 + x9 + x8\ntextual =~ x4 + x6 + x5\nvisual =~ x1 + x3 + x2"
    larger, one, other = (fit(text, hs, estimator=estimator) for text in (CROSSED, THREE, turned))
    assert one.compiled.observed != other.compiled.observed
    for method in ("auto", "satorra.2000"):
        first, second = (compare(larger, f, method=method).tests[0] for f in (one, other))
        assert second.stat == pytest.approx(first.stat, rel=1e-6)


def test_exact_2010_does_not_depend_on_scaling(hs):
    markers = [fit(text, hs, estimator="MLM") for text in (CROSSED, THREE)]
    unit = fit(CROSSED, hs, estimator="MLM", std_lv=True)
    method = "satorra.bentler.2010"
    by_name = compare(*markers, method=method)
    exact = compare(*markers, method=method + ".exact")
    assert exact.tests[0].stat == pytest.approx(by_name.tests[0].stat, rel=1e-8)
    assert by_name.notes() == ()
    mixed = compare(unit, markers[1], method=method)
    assert "see method='satorra.bentler.2010.exact'" in mixed.notes()[0]
    assert mixed.tests[0].stat != pytest.approx(by_name.tests[0].stat, rel=1e-3)
    mixed = compare(unit, markers[1], method=method + ".exact")
    assert mixed.tests[0].stat == pytest.approx(exact.tests[0].stat, rel=1e-6)
    assert mixed.notes() == ()


def test_a_note_where_equal_intercepts_free_latent_means(hs):
    metric, scalar = (
        fit(THREE, hs, estimator="MLR", group="school", group_equal=equal)
        for equal in (["loadings"], ["loadings", "intercepts"])
    )
    as_lavaan = compare(metric, scalar, method="satorra.bentler.2010")
    assert as_lavaan.notes()[0].startswith("model 2 against model 1: 'model 1' with the estimates")
    exact = compare(metric, scalar, method="satorra.bentler.2010.exact")
    assert exact.notes() == ()
    # Latent means at 0 are not where the larger model implies the smaller one's means.
    assert exact.tests[0].stat > as_lavaan.tests[0].stat + 5


def test_bare_numbers():
    assert nested.difference_scaling(10, 1.5, 6, 1.2) == pytest.approx((15 - 7.2) / 4)
    assert nested.difference_scaling(4, 1.5, 0, np.nan) == 1.5
    rng = np.random.default_rng(5)
    root = rng.standard_normal((6, 6))
    information, directions = root @ root.T, rng.standard_normal((6, 4))
    # Normal answers: the meat is the information, and every eigenvalue is 1.
    found = nested.restriction_traces(information, information, directions)
    assert found == pytest.approx((2.0, 2.0))
    # Satorra's own form, by the Jacobian A of the restriction: A H = 0.
    left, _, _ = np.linalg.svd(directions)
    a, inverse = left[:, 4:].T, np.linalg.inv(information)
    other = rng.standard_normal((6, 6))
    meat = other @ other.T
    m = np.linalg.solve(a @ inverse @ a.T, a @ inverse @ meat @ inverse @ a.T)
    found = nested.restriction_traces(information, meat, directions)
    assert found == pytest.approx((np.trace(m), np.trace(m @ m)))


def test_methods_agree_on_normal_answers():
    rng = np.random.default_rng(8)
    answers = rng.standard_normal((4000, 1)) + rng.standard_normal((4000, 4))
    frame = pd.DataFrame(answers, columns=list("abcd"))
    fits = [fit(text, frame, estimator="MLM") for text in ("f =~ a+b+c+d", "f =~ a+1*b+c+1*d")]
    methods = ("standard", "satorra.bentler.2001", "satorra.bentler.2010", "satorra.2000")
    found = [compare(*fits, method=m).tests[0].stat for m in methods]
    assert found == pytest.approx([found[0]] * 4, rel=0.1)


def test_size_of_the_scaled_difference_with_heavy_tails():
    rng = np.random.default_rng(2024)
    draws, n = 200, 200
    group = np.repeat(["a", "b"], n)
    plain, scaled = np.empty(draws), np.empty(draws)
    for k in range(draws):
        # Elliptical answers with kurtosis: the plain test rejects too often.
        mixing = np.sqrt(5 / rng.chisquare(7, (2 * n, 1)))
        factor = rng.standard_normal((2 * n, 1))
        answers = mixing * (factor + 0.8 * rng.standard_normal((2 * n, 4)))
        frame = pd.DataFrame(answers, columns=list("wxyz")).assign(group=group)
        larger, smaller = (
            fit("f =~ w + x + y + z", frame, estimator="MLM", group="group", group_equal=equal,
                meanstructure=False)
            for equal in ((), ("loadings", "residuals", "lv.variances"))
        )  # fmt: skip
        test = compare(larger, smaller).tests[0]
        scaled[k], plain[k] = test.pvalue, chi2_sf(test.stat * test.scaling, test.df)
    # Two standard errors of 200 draws at .05 are .03.
    assert 0.02 <= (scaled < 0.05).mean() <= 0.085
    assert (plain < 0.05).mean() > 0.2


def test_two_or_more_fits(three):
    with pytest.raises(
        ArgumentError, match=r"^fits= needs two or more results of fit\(\); got 1\."
    ):
        compare(three)
    with pytest.raises(ArgumentError, match=r"got a str\. Write compare\(first, second\)\."):
        compare(three, "visual =~ x1")


def test_names_and_method_are_checked(three, crossed):
    with pytest.raises(ArgumentError, match=r"^names= needs 2 different names; got"):
        compare(three, crossed, names=["a", "a"])
    with pytest.raises(ArgumentError, match=r"^names= needs 2 different names; got 'ab'"):
        compare(three, crossed, names="ab")
    with pytest.raises(ArgumentError, match=r"^method= needs one of .*mean 'satorra\.2000'"):
        compare(three, crossed, method="satorra.200")
    with pytest.raises(ArgumentError, match=r"got 'standard'\. Fit with estimator='MLM' or 'MLR'"):
        compare(three, crossed, method="satorra.bentler.2001")


def test_same_degrees_of_freedom(hs, crossed):
    other = fit(THREE + "\nx7 ~~ x8", hs)
    with pytest.raises(ArgumentError, match=r"degrees of freedom; got 23 for both 'a' and 'b'\."):
        compare(crossed, other, names=["a", "b"])


def test_models_that_are_not_nested(hs, crossed):
    two = fit("visual =~ x1+x2+x3+x4+x5+x6\nspeed =~ x7+x8+x9\nx4 ~~ x5", hs)
    assert two.df > crossed.df
    with pytest.raises(ArgumentError, match=r"'b', which implies moments that 'a' cannot imply"):
        compare(crossed, two, names=["a", "b"])


def test_different_variables_groups_cases_and_values(hs, three):
    fewer = fit("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", hs)
    with pytest.raises(DataError, match=r"^fits= needs the same variables for all; got x1, x2"):
        compare(three, fewer)
    grouped = fit(THREE, hs, group="school")
    with pytest.raises(DataError, match=r"same groups for all; got none for 'model 1' and Pasteur"):
        compare(three, grouped)
    with pytest.raises(DataError, match=r"same cases for all; got 301 for 'model 1' and 300 for"):
        compare(three, fit(THREE + "\nx7 ~~ x8", hs.iloc[1:]))
    moved = hs.assign(x1=hs["x1"].to_numpy()[::-1])
    with pytest.raises(
        DataError, match=r"^fits= needs the same data for all; got other values for"
    ):
        compare(three, fit(THREE + "\nx7 ~~ x8", moved))
    with pytest.raises(
        DataError, match=r"same mean structure for all; got none for .* and one for"
    ):
        compare(three, fit(THREE + "\nx7 ~~ x8", hs, meanstructure=True))


def test_different_fixed_predictors(hs):
    random = fit(THREE + "\nvisual ~ ageyr", hs, fixed_x=False)
    fixed = fit(THREE + "\nvisual ~ ageyr\ntextual ~ ageyr", hs)
    with pytest.raises(
        DataError, match=r"same fixed predictors for all; got none .* fixed_x=False"
    ):
        compare(random, fixed)


def test_different_estimators(hs, three):
    with pytest.raises(ArgumentError, match=r"^fits= needs one estimator for all; got 'ML' for"):
        compare(three, fit(CROSSED, hs, estimator="MLR"))
    with pytest.raises(ArgumentError, match="needs one likelihood for all; got 'normal' for"):
        compare(three, fit(CROSSED, hs, likelihood="wishart"))
    with pytest.raises(ArgumentError, match="needs one test for all; got 'standard' for"):
        compare(three, fit(CROSSED, hs, test="satorra.bentler"))


def test_a_fit_that_did_not_converge(hs, three):
    lost = replace(three, solution=replace(three.solution, converged=False))
    with pytest.raises(EstimationError, match=r"^fits= needs fits that converged; got 'b', which"):
        compare(three, lost, names=["a", "b"])


def test_moments_have_the_plain_test_only(hs):
    names = [f"x{k}" for k in range(1, 10)]
    moments = Moments(hs[names].cov(), len(hs))
    fits = [fit(text, moments) for text in (CROSSED, THREE)]
    rows = [fit(text, hs) for text in (CROSSED, THREE)]
    assert compare(*fits).tests[0].stat == pytest.approx(compare(*rows).tests[0].stat, rel=1e-7)
    with pytest.raises(
        DataError, match=r"needs fits of raw answers; got Moments\. Fit the answers"
    ):
        compare(*fits, method="satorra.2000")


def test_least_squares(hs):
    gls = [fit(text, hs, estimator="GLS") for text in (CROSSED, THREE)]
    assert compare(*gls).frame["aic"].isna().all()
    with pytest.raises(
        ArgumentError, match="needs the covariances of the moments; got estimator='GLS'"
    ):
        compare(*gls, method="satorra.2000")
    uls = [fit(text, hs, estimator="ULS") for text in (CROSSED, THREE)]
    with pytest.warns(ScrmWarning, match="of this estimator has no known distribution"):
        found = compare(*uls)
    assert found.tests[0].stat > 0
    assert np.isnan(found.tests[0].pvalue)


def test_a_local_minimum_is_named(three, crossed):
    high = replace(crossed, solution=replace(crossed.solution, value=1.0))
    with pytest.warns(ScrmWarning, match="yet fits worse, so its minimum is a local one"):
        found = compare(high, three)
    assert np.isnan(found.tests[0].stat)


def test_containment_goes_one_way(three, crossed):
    there, back = contain(crossed, three), contain(three, crossed)
    assert there.holds
    assert there.name_suffices
    assert there.value == pytest.approx(0.0, abs=1e-10)
    assert not back.holds
    assert back.value > 1e-3
    np.testing.assert_allclose(there.theta, there.by_name, rtol=1e-6, atol=1e-8)
