"""The validity panel: its tables, intervals that repeat, and named behaviour at the edges."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.estimation.workers import blocks_of, seed_sequence
from scrm_model.inference.resampling import drawn_counts
from scrm_model.measurement.htmt import htmt, interval_of, resampled_covariances

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"


@pytest.fixture(scope="module")
def three():
    return scrm.fit(THREE, data("hs"))


def test_fornell_larcker_has_roots_on_the_diagonal_and_correlations_below(three):
    found = scrm.validity(three)
    table = found.fornell_larcker()
    np.testing.assert_allclose(np.diag(table) ** 2, found.frame["ave"])
    assert table.loc["textual", "visual"] == found.correlations["r"][0]
    assert np.isnan(table.loc["visual", "textual"])
    shared = found.correlations["r"] ** 2
    assert found.frame["msv"][0] == pytest.approx(max(shared[0], shared[1]))
    assert found.frame["asv"][0] == pytest.approx((shared[0] + shared[1]) / 2)
    with pytest.raises(scrm.ArgumentError, match="group= needs a number from 1 to 1"):
        found.fornell_larcker(2)


def test_structure_coefficients_are_loadings_times_correlations(three):
    found = scrm.validity(three)
    r = found.correlations["r"][0]
    row = found.structure.iloc[0]
    assert row["visual"] == pytest.approx(found.loadings["std_all"][0])
    assert row["textual"] == pytest.approx(found.loadings["std_all"][0] * r)


def test_intervals_of_htmt_repeat_and_are_those_of_resampled_rows(three):
    first, second = (scrm.validity(three, draws=300, seed=3).htmt for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert (first["htmt_ci_lower"] < first["htmt"]).all()
    assert (first["htmt"] < first["htmt_ci_upper"]).all()
    rows, rng = three.raw_data()[0], np.random.default_rng(1)
    at = np.arange(3), np.arange(3, 6)
    drawn = [
        htmt(np.corrcoef(rows[rng.integers(len(rows), size=len(rows))], rowvar=False)[None], *at)[0]
        for _ in range(600)
    ]
    assert first["htmt_ci_lower"][0] == pytest.approx(np.quantile(drawn, 0.025), abs=0.04)
    assert first["htmt_ci_upper"][0] == pytest.approx(np.quantile(drawn, 0.975), abs=0.04)


def test_pairs_without_a_ratio_say_why():
    fit = scrm.fit("visual =~ x1\ntextual =~ x4 + x5 + x6 + x7\nspeed =~ x7 + x8 + x9", data("hs"))
    found = scrm.validity(fit).htmt.set_index(["lhs", "rhs"])
    assert "single item" in found.loc[("visual", "textual"), "note"]
    assert "x7 measured by both" in found.loc[("textual", "speed"), "note"]
    assert found["htmt"].isna().all()


def test_negative_items_are_named():
    turned = data("hs").assign(x1=lambda d: -d["x1"])
    found = scrm.validity(scrm.fit(THREE, turned)).htmt
    assert found["note"][0].startswith("x1 negative within its construct")


def test_moments_have_no_interval_and_say_so():
    hs = data("hs")[[f"x{k}" for k in range(1, 10)]]
    found = scrm.validity(scrm.fit(THREE, scrm.Moments(hs.cov(), len(hs))), draws=10).htmt
    assert found["note"].str.contains("no cases to resample").all()


def test_missing_cells_have_an_interval_of_unrestricted_moments():
    with pytest.warns(scrm.MissingDataWarning):
        fit = scrm.fit(THREE, data("hs_holes"), missing="fiml")
    found = scrm.validity(fit, draws=250, seed=2).htmt
    assert (found["used"] == 250).all()
    assert (found["htmt_ci_lower"] < found["htmt"]).all()
    # The first resample, estimated as data of its own.
    rng = np.random.default_rng(blocks_of(250, 250, seed_sequence(2))[0].seed)
    counts = drawn_counts(rng, fit.nobs, 250)
    again = pd.DataFrame(
        np.repeat(fit.raw_data()[0], counts[0], axis=0), columns=list(fit.compiled.observed)
    )
    own = scrm.fit(THREE, again, missing="fiml").samples[0].cov
    drawn = resampled_covariances(fit, [counts[:1]])[0]
    np.testing.assert_allclose(drawn, own, rtol=1e-6, atol=1e-8)


def test_limits_of_correlations_stay_within_bounds(three):
    inside, wald = (scrm.validity(three, interval=i).correlations for i in ("logit", "wald"))
    z = np.arctanh(inside["r"])
    np.testing.assert_allclose(
        np.arctanh(inside["ci_upper"]) - z, z - np.arctanh(inside["ci_lower"])
    )
    np.testing.assert_allclose(wald["ci_upper"] - wald["r"], wald["r"] - wald["ci_lower"])
    with pytest.raises(scrm.ArgumentError, match="interval= needs one of"):
        scrm.validity(three, interval="percentile")


def test_ordinal_resamples_that_lack_a_category_are_counted():
    fit = scrm.fit("f1 =~ u1 + u2 + u3\nf2 =~ u5 + u6 + u7", data("datcat"), ordered=True)
    found = scrm.validity(fit, draws=20, seed=1).htmt.iloc[0]
    assert found["used"] <= 20
    assert found["htmt_ci_lower"] < found["htmt_ci_upper"]


def test_a_second_order_construct_is_not_set_against_its_dimensions():
    found = scrm.validity(scrm.fit(THREE + "g =~ visual + textual + speed", data("hs")))
    assert "g" not in set(found.correlations["lhs"]) | set(found.correlations["rhs"])
    assert "no other construct" in found.frame["note"].iloc[-1]
    with pytest.raises(scrm.EstimationError, match="two reflective constructs"):
        found.discriminant()


def test_difference_tests_of_a_structural_model_are_of_its_measurement_model(three):
    paths = scrm.fit(THREE + "speed ~ visual\nvisual ~ textual", data("hs"))
    found = scrm.validity(paths).discriminant(0.8)
    pd.testing.assert_frame_equal(found, scrm.validity(three).discriminant(0.8), rtol=1e-6)


def test_difference_tests_refuse_what_they_cannot_do(three):
    with pytest.raises(scrm.ArgumentError, match="cutoff= needs"):
        scrm.validity(three).discriminant(1.2)
    with pytest.raises(scrm.EstimationError, match="one group"):
        scrm.validity(scrm.fit(THREE, data("hs"), group="school")).discriminant()
    general = "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9\n" + THREE.split("\n", 1)[1]
    bifactor = scrm.fit(general, data("hs"), orthogonal=True)
    with pytest.raises(scrm.EstimationError, match="identified when all of them correlate"):
        scrm.validity(bifactor).discriminant()
    tied = THREE.replace("x1 + x2 + x3", "x1 + a*x2 + b*x3") + "a == 2*b"
    with pytest.raises(scrm.EstimationError, match="without constraints"):
        scrm.validity(scrm.fit(tied, data("hs"))).discriminant()


def test_draws_must_be_a_number_of_resamples(three):
    with pytest.raises(scrm.ArgumentError, match="draws= needs"):
        scrm.validity(three, draws=1)


def test_value_shows_itself(three):
    found = scrm.validity(three, draws=20, seed=1)
    assert "Fornell-Larcker" in repr(found)
    assert "HTMT" in found._repr_html_()


def test_residual_correlations_are_observed_minus_implied(three):
    found = scrm.validity(three)
    pair = found.residuals.iloc[0]
    implied = three.implied.cov
    spread = np.sqrt(np.diag(implied))
    by_model = implied / np.outer(spread, spread)
    observed = data("hs")[[pair["lhs"], pair["rhs"]]].corr().iloc[0, 1]
    assert pair["residual"] == pytest.approx(observed - by_model.loc[pair["lhs"], pair["rhs"]])
    assert len(found.residuals) == 36
    assert found.residuals["residual"].abs().is_monotonic_decreasing
    large = found.large_residuals()
    assert (large["residual"].abs() > 0.10).all()
    assert len(large) == (found.residuals["residual"].abs() > 0.10).sum()
    assert found.large_residuals(0.9).empty


def test_cross_loadings_are_modification_indices_beside_structure_coefficients(three):
    found = scrm.validity(three).cross_loadings(10)
    top = found.iloc[0]
    assert (top["construct"], top["item"]) == ("visual", "x9")
    indices = three.modification_indices(minimum=10)
    own = indices[(indices["op"] == "=~") & (indices["rhs"] == "x9")].iloc[0]
    assert top["mi"] == own["mi"]
    structure = scrm.validity(three).structure.set_index("item")
    assert top["structure"] == structure.loc["x9", "visual"]
    assert (found["mi"] >= 10).all()


def test_conventions_stand_beside_the_numbers_with_their_source(three):
    for found in (scrm.reliability(three), scrm.validity(three)):
        table = found.conventions
        assert list(table.columns) == ["measure", "relation", "value", "source", "reference"]
        assert table["reference"].str.contains(r"\(\d{4}\)").all()
        assert "no verdict" in " ".join(found.notes)
    values = scrm.validity(three).conventions.groupby("measure")["value"].apply(list)
    assert values["htmt"] == [0.85, 0.90]
    assert values["ave"] == [0.50]


def test_infinite_ratios_of_resamples_are_left_out_of_their_interval():
    draws = np.array([[1.0, np.inf], [2.0, np.inf], [np.inf, np.nan], [3.0, np.nan], [np.nan, 1.0]])
    lower, upper = interval_of(draws, 0.5)
    assert [lower[0], upper[0]] == [1.5, 2.5]
    assert [lower[1], upper[1]] == [1.0, 1.0]
    assert np.isfinite(interval_of(np.full((3, 2), np.inf), 0.95)).all()
