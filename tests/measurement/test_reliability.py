"""Reliability of the constructs of a fit: intervals, and words where there is no number."""

from functools import partial

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.estimation.uncertainty.delta import jacobian
from scrm_model.estimation.workers import blocks_of, seed_sequence
from scrm_model.inference.resampling import drawn_counts
from scrm_model.measurement.alpha import _incomplete_error
from scrm_model.measurement.coefficients import alpha_slopes
from scrm_model.measurement.drawn import drawn_coefficients
from scrm_model.measurement.omega import first_order, ordinal, second_order
from scrm_model.measurement.parts import differences
from scrm_model.measurement.scales import constructs_of

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
TWO = "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"


def rows(text, frame=None, **options):
    fit = scrm.fit(text, data("hs") if frame is None else frame, **options)
    return scrm.reliability(fit).frame.set_index("construct")


def explained(frame):
    """Every row with a gap has a note, but for columns that only some rows have."""
    core = frame[["alpha", "alpha_se", "omega", "omega_se", "omega2", "omega3", "h", "ave"]]
    return not (core.isna().any(axis=1) & (frame["note"] == "")).any()


@pytest.mark.parametrize("kind", [first_order, second_order])
def test_derivatives_by_the_complex_step_are_those_by_differences(kind):
    fit = scrm.fit(THREE + "g =~ visual + textual + speed", data("hs"))
    of = constructs_of(fit.compiled)["g"]
    values = partial(kind, fit, 0, of)

    def stacked(theta):
        return np.stack(list(values(theta).values()), axis=1)

    np.testing.assert_allclose(
        jacobian(stacked, fit.theta), differences(stacked, fit.theta), rtol=1e-5, atol=1e-7
    )


def test_omega_of_a_congeneric_population_is_the_closed_form():
    loadings = np.array([0.5, 0.7, 0.8, 0.9])
    cov = np.outer(loadings, loadings) + np.diag(1 - loadings**2)
    frame = scrm.Moments(cov, 500, names=["a", "b", "c", "d"])
    row = rows("f =~ a + b + c + d", frame).loc["f"]
    total = loadings.sum() ** 2
    closed = total / (total + (1 - loadings**2).sum())
    assert row[["omega", "omega2", "omega3"]].to_list() == pytest.approx([closed] * 3, abs=1e-7)
    assert row["ave"] == pytest.approx((loadings**2).mean(), abs=1e-7)
    assert row["h"] > row["omega"] > row["alpha"]


def test_ordinal_omega_does_not_depend_on_the_parameterization():
    frames = [
        rows(TWO, data("datcat"), ordered=True, parameterization=how) for how in ("delta", "theta")
    ]
    columns = ["omega", "omega_se", "omega3", "h", "omega_latent", "alpha_ordinal_se"]
    np.testing.assert_allclose(frames[0][columns], frames[1][columns], rtol=1e-4)


def test_ordinal_omega_of_many_points_is_that_of_the_responses():
    fit = scrm.fit(TWO, data("datcat"), ordered=True)
    of = constructs_of(fit.compiled)["f1"]
    by_numbers = ordinal(fit, 0, of, fit.theta[None])["omega"][0]
    by_responses = first_order(fit, 0, of, fit.theta[None])["omega"][0]
    assert 0.9 * by_responses < by_numbers < by_responses


def test_groups_have_rows_of_their_own():
    frame = scrm.reliability(scrm.fit(THREE, data("hs"), group="school"))
    assert list(frame.frame["group"]) == [1, 1, 1, 2, 2, 2]
    assert any(note.startswith("Groups: 1 = ") for note in frame.notes)


def test_missing_cells_use_the_unrestricted_moments_and_say_so():
    with pytest.warns(scrm.MissingDataWarning):
        fit = scrm.fit(THREE, data("hs_holes"), missing="fiml")
    found = scrm.reliability(fit)
    assert found.frame[["alpha", "alpha_se", "alpha_ci_lower"]].notna().all(axis=None)
    assert found.frame["note"].str.contains("unrestricted moments").all()
    assert explained(found.frame)


@pytest.mark.parametrize(
    ("text", "construct", "word"),
    [
        ("visual =~ x1\ntextual =~ x4 + x5 + x6", "visual", "single indicator"),
        (
            "visual <~ 1*x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual",
            "visual",
            "formative",
        ),
        (THREE + "speed =~ x3", "speed", "x3 also measured by another"),
        (THREE + "g =~ visual + textual + speed", "g", "second-order"),
    ],
)
def test_what_is_not_there_says_why(text, construct, word):
    frame = rows(text)
    assert word in frame.loc[construct, "note"]
    assert explained(frame)
    if word in ("single indicator", "formative"):
        assert np.isnan(frame.loc[construct, "alpha"])


def test_negative_items_are_told():
    turned = data("hs").assign(x1=lambda d: -d["x1"])
    row = rows(THREE, turned).loc["visual"]
    assert row["alpha"] < 0
    assert "alpha below 0" in row["note"]
    assert "both signs" in row["note"]


def test_heywood_cases_have_no_h():
    with pytest.warns(scrm.InadmissibleWarning):
        row = rows("f =~ y1 + y2 + y3 + y4", data("sim_heywood")).loc["f"]
    assert np.isnan(row["h"])
    assert "Heywood case: y1" in row["note"]


def test_two_items_have_a_spearman_brown():
    row = rows("a =~ x1 + x2\n" + THREE.splitlines()[1]).loc["a"]
    r = data("hs")[["x1", "x2"]].corr().iloc[0, 1]
    assert row["spearman_brown"] == pytest.approx(2 * r / (1 + r))


def test_value_shows_itself():
    found = scrm.reliability(scrm.fit(THREE, data("hs")))
    assert "visual" in repr(found)
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize("call", [scrm.reliability, scrm.validity])
def test_bad_input_is_refused(call):
    with pytest.raises(scrm.ArgumentError, match="fit= needs a result of fit"):
        call("F =~ x1")
    with pytest.raises(scrm.ArgumentError, match="at least one latent variable"):
        call(scrm.fit("x1 ~ x2", data("hs")))
    with pytest.raises(scrm.ArgumentError, match="level= needs"):
        call(scrm.fit(THREE, data("hs")), level=95)


def test_the_error_of_alpha_with_missing_cells_is_the_distribution_free_one_without_any():
    complete = data("hs")
    errors = [
        scrm.reliability(scrm.fit(THREE, complete, missing=m)).frame["alpha_se"]
        for m in ("listwise", "robust.two.stage")
    ]
    np.testing.assert_allclose(*errors, rtol=1e-12)
    fit = scrm.fit(THREE, complete, missing="fiml")
    found = _incomplete_error(
        fit, 0, ("x1", "x2", "x3"), alpha_slopes(fit.samples[0].cov[0][:3, :3])
    )
    assert found == pytest.approx(errors[0][0], rel=1e-8)


def test_the_error_of_alpha_with_missing_cells_is_its_spread_in_resamples():
    with pytest.warns(scrm.MissingDataWarning):
        fit = scrm.fit(THREE, data("hs_holes"), missing="fiml")
    by_formula = scrm.reliability(fit).frame["alpha_se"]
    by_draws = scrm.reliability(fit, interval="percentile", draws=200, seed=1).frame["alpha_se"]
    np.testing.assert_allclose(by_draws, by_formula, rtol=0.15)


def test_logit_limits_stay_within_bounds_where_wald_limits_do_not():
    few = data("hs").sample(70, random_state=4)
    fit = scrm.fit(THREE, few)
    limits = ["h_ci_upper", "omega_ci_upper", "alpha_ci_upper", "ave_ci_upper"]
    inside = scrm.reliability(fit).frame
    outside = scrm.reliability(fit, interval="wald").frame
    assert (outside[limits] > 1).any(axis=None)
    assert (inside[limits] < 1).all(axis=None)
    for name in ("alpha", "omega", "h", "ave"):
        reach = 1.959964 * outside[f"{name}_se"]
        np.testing.assert_allclose(outside[f"{name}_ci_upper"], outside[name] + reach, rtol=1e-6)
        np.testing.assert_array_equal(inside[f"{name}_se"], outside[f"{name}_se"])


def test_alpha_below_0_keeps_a_wald_interval_and_says_so():
    row = rows(THREE, data("hs").assign(x1=lambda d: -d["x1"])).loc["visual"]
    assert row["alpha"] < 0
    half = row["alpha_ci_upper"] - row["alpha"]
    assert half == pytest.approx(1.959964 * row["alpha_se"], rel=1e-6)
    assert "alpha outside (0, 1): a Wald interval" in row["note"]


@pytest.mark.parametrize("interval", ["percentile", "bc"])
def test_intervals_of_resamples_are_those_of_single_refits(interval):
    fit = scrm.fit(THREE, data("hs"))
    found, again = (scrm.reliability(fit, interval=interval, draws=250, seed=4) for _ in range(2))
    assert found.frame.equals(again.frame)
    assert found.used <= found.draws == 250
    drawn = drawn_coefficients(fit, 250, 4, None, False)
    rng = np.random.default_rng(blocks_of(250, 250, seed_sequence(4))[0].seed)
    counts = drawn_counts(rng, 301, 250)[0]
    refit = scrm.fit(THREE, data("hs").loc[np.repeat(np.arange(301), counts)])
    one = scrm.reliability(refit).frame.iloc[0]
    for name in ("alpha", "omega", "h", "ave"):
        assert drawn.values[0, "visual", name][0] == pytest.approx(one[name], rel=1e-6)
    assert "250 resamples" in " ".join(found.notes)


def test_resamples_of_moments_are_refused_and_so_are_impossible_options():
    hs = data("hs")[[f"x{k}" for k in range(1, 10)]]
    fit = scrm.fit(THREE, scrm.Moments(hs.cov(), len(hs)))
    with pytest.raises(scrm.EstimationError, match="raw data"):
        scrm.reliability(fit, interval="percentile")
    with pytest.raises(scrm.ArgumentError, match="interval= needs one of 'logit', 'wald'"):
        scrm.reliability(fit, interval="bca")
    with pytest.raises(scrm.ArgumentError, match="draws= needs"):
        scrm.reliability(scrm.fit(THREE, data("hs")), interval="bc", draws=1)
