"""Method bias: identities between the approaches, and words where there is no number."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from against_lavaan.marker_data import CONSTRUCTS, MARKER
from against_lavaan.witness import data
from scipy import stats

import scrm_model as scrm
from scrm_model.measurement.method.ask import ground_of
from scrm_model.measurement.method.collinearity import collinearity_frame, variance_inflation
from scrm_model.measurement.method.ground import loads_on
from scrm_model.measurement.method.partialled import adjusted, t_test, upper_percentile
from scrm_model.measurement.method.phases import LABEL, baseline_relations

MODEL = "\n".join(f"{f} =~ {' + '.join(own)}" for f, own in CONSTRUCTS.items())


@cache
def bias():
    return scrm.method_bias(MODEL, data("sim_marker"), marker=MARKER)


def test_method_u_with_equal_loadings_is_method_c():
    ground = ground_of(MODEL, data("sim_marker"), MARKER, (), {})
    base = baseline_relations(ground, bias().marker.fits["CFA"])
    free = [r for v in ground.items for r in loads_on("MARKER", [v], f"{v}_")]
    tied = "\n".join(f"{v}_ == a1_" for v in ground.items[1:])
    found = scrm.fit(scrm.Model([*base, *free]).with_lines(tied), ground.data, std_lv=True)
    equal = bias().marker.fits["Method-C"]
    assert found.df == equal.df
    assert found.measures["chisq"] == pytest.approx(equal.measures["chisq"], rel=1e-7)
    assert LABEL in equal.parameters["label"].to_numpy()


def test_phases_differ_by_as_many_parameters_as_they_free():
    frame = bias().marker.frame.set_index("model")
    items, pairs = 11, 3
    assert frame.loc["Baseline", "df"] - frame.loc["Method-C", "df"] == 1
    assert frame.loc["Method-U", "df_diff"] == items - 1
    assert frame.loc["Method-R", "df_diff"] == pairs
    # The marker's loadings and errors are fixed, and it covaries with no construct.
    assert frame.loc["Baseline", "df"] - frame.loc["CFA", "df"] == 3 + 3 + 3
    fits, sensitivity = bias().marker.fits, bias().marker.sensitivity
    held = [scrm_correlation(fits["Method-R"], a, b) for a, b in pairs_of(sensitivity)]
    np.testing.assert_allclose(held, sensitivity["baseline"], rtol=1e-8)


def pairs_of(frame):
    return list(zip(frame["lhs"], frame["rhs"], strict=True))


def scrm_correlation(fit, a, b):
    return fit.parameters.query("lhs == @a and op == '~~' and rhs == @b")["est"].iloc[0]


def test_method_loadings_at_the_ends_of_their_intervals():
    found = bias().marker
    row = found.loadings.set_index("item").loc["a1"]
    fit = found.fits["Method-S(.05)"]
    held = fit.parameters.query("lhs == 'MARKER' and op == '=~' and rhs == 'a1'")["est"].iloc[0]
    end = row["est"] + np.sign(row["est"]) * stats.norm.ppf(0.975) * row["se"]
    assert held == pytest.approx(end)


def test_reliability_of_the_parts_adds_up():
    parts = bias().marker.decomposition
    share = parts["method"] / (parts["substantive"] + parts["method"])
    np.testing.assert_allclose(share, parts["method_share"])
    np.testing.assert_allclose(
        parts["substantive"] + parts["method"], parts["reliability"], atol=0.05
    )


def test_partial_correlations_by_hand():
    r = bias().partial.correlations
    own = sorted(r.loc["MARKER", list(CONSTRUCTS)])
    frame = bias().partial.frame.query("lhs == 'A' and rhs == 'B'").set_index("at")
    row = frame.loc["second smallest"]
    assert row["r_m"] == pytest.approx(own[1])
    wanted = (r.loc["A", "B"] - own[1]) / (1 - own[1])
    assert row["r_adj"] == pytest.approx(wanted)
    t = wanted / np.sqrt((1 - wanted**2) / 347)
    assert row[["t", "df", "pvalue_adj"]].to_list() == pytest.approx(
        [t, 347, 2 * stats.t.sf(abs(t), 347)]
    )
    assert frame.loc["95 %", "r_m"] == pytest.approx(
        np.tanh(np.arctanh(own[1]) + stats.norm.ppf(0.95) / np.sqrt(347))
    )


def test_the_published_example_of_an_adjusted_correlation():
    # Lindell and Whitney (2001): r = .40 with r_M = .10 leaves (.40 - .10) / .90.
    assert adjusted(0.40, 0.10) == pytest.approx(1 / 3)
    assert adjusted(0.25, 0.0) == 0.25
    assert upper_percentile(0.2, 100, 0.5) == pytest.approx(0.2)
    assert all(np.isnan(t_test(1.2, 10)))
    r, p = stats.pearsonr(data("sim_marker")["a1"], data("sim_marker")["b1"])
    assert t_test(r, 348)[1] == pytest.approx(p)


def test_what_is_not_inflated_is_said():
    frame = data("sim_marker")
    frame[["c1", "c2", "c3"]] = 8 - frame[["c1", "c2", "c3"]]
    found = scrm.method_bias(MODEL, frame, marker=MARKER, approaches=["partial"])
    notes = found.partial.frame.query("rhs == 'C'")["note"]
    assert notes.str.startswith("negative").all()
    lone = scrm.method_bias(MODEL, frame, marker=MARKER, approaches="partial", r_m=0.3)
    assert set(lone.partial.frame["at"]) == {"given", "75 %", "95 %", "99 %"}


def test_vif_is_the_diagonal_of_the_inverse():
    r = np.array([[1.0, 0.5, 0.3], [0.5, 1.0, 0.4], [0.3, 0.4, 1.0]])
    r2 = np.array([0.5, 0.3]) @ np.linalg.solve(r[1:, 1:], np.array([0.5, 0.3]))
    assert variance_inflation(r)[0] == pytest.approx(1 / (1 - r2))
    impossible = pd.DataFrame([[1.0, 1.1], [1.1, 1.0]], index=["A", "B"], columns=["A", "B"])
    frame = collinearity_frame(impossible, pd.DataFrame(np.eye(2), ["A", "B"], ["A", "B"]))
    assert frame["vif_latent"].isna().all()
    assert (frame["vif_composite"] == 1).all()
    assert frame["note"].str.contains("no population can have").all()


def test_no_method_variance_is_found_where_there_is_none():
    text = MODEL + "\nTASTE =~ m1 + m2 + m3"
    apart = {("TASTE", f): 0.0 for f in CONSTRUCTS}
    clean = scrm.simulate(scrm.population(text, correlations=apart), n=600, seed=4)
    found = scrm.method_bias(text, clean, marker="TASTE")
    first = found.marker.frame.set_index("model").loc["Method-C"]
    assert first["pvalue_diff"] > 0.05
    assert set(found.constructs) == set(CONSTRUCTS)
    assert found.marker.loadings["std_all"].abs().max() < 0.15


def test_a_common_factor_of_all_items_is_one_minus_a_construct():
    with pytest.raises(scrm.ModelError, match="two constructs"):
        scrm.method_bias("A =~ a1 + a2 + a3 + a4", data("sim_marker"))


def test_a_fit_brings_its_rows_and_settings():
    fit = scrm.fit(MODEL + "\nB ~ A\nC ~ B", data("sim_marker"), estimator="MLR")
    found = scrm.method_bias(fit)
    assert found.ulmc.fits["constructs"].settings.estimator == "MLR"
    assert found.lacking["marker"].startswith("no marker was named")
    with pytest.raises(scrm.NotAvailableError, match="no marker was named"):
        _ = found.marker
    assert any("No marker: r_M is of the constructs' own" in n for n in found.notes())


def test_moments_give_the_same_numbers():
    frame = data("sim_marker")
    found = scrm.method_bias(MODEL, scrm.Moments(frame.cov(), len(frame)), marker=MARKER)
    np.testing.assert_allclose(found.frame["value"], bias().frame["value"], rtol=1e-6, atol=1e-9)


def test_all_approaches_have_the_same_rows():
    frame = data("sim_marker").astype(float)
    frame.loc[::10, "m1"] = np.nan
    with pytest.warns(scrm.MissingDataWarning, match="35 of 350 rows"):
        found = scrm.method_bias(MODEL, frame, marker=MARKER)
    assert {f.nobs for f in found.marker.fits.values()} == {315}
    assert found.harman.fits["constructs"].nobs == 315
    assert set(found.partial.frame["n"]) == {315}
    kept = scrm.method_bias(MODEL, frame, marker=MARKER, missing="fiml")
    assert kept.marker.fits["CFA"].nobs == 350


def test_ordinal_items_have_polychoric_correlations():
    found = scrm.method_bias(MODEL, data("sim_marker"), marker=MARKER, ordered=True)
    fit = found.harman.fits["constructs"]
    assert fit.settings.estimator == "WLSMV"
    cor = fit.observed.cov.loc[list(fit.observed.cov), list(fit.observed.cov)]
    assert found.harman.components["eigenvalue"].sum() == pytest.approx(len(cor))
    np.testing.assert_allclose(found.partial.correlations, bias().partial.correlations, rtol=1e-8)
    assert found.marker.frame["chisq_diff"].notna().sum() == 3


def test_one_marker_item_is_enough_for_partial_correlations_alone():
    found = scrm.method_bias(MODEL, data("sim_marker"), marker="m1")
    assert "one item" in found.lacking["marker"]
    assert len(found.partial.frame)


def test_a_method_factor_that_cannot_be_told_apart_is_named():
    text = "A =~ a1 + a2\nB =~ b1 + b2"
    found = scrm.method_bias(text, data("sim_marker"), approaches=["ulmc"])
    note = found.ulmc.frame["note"].iloc[2]
    assert "not identified" in note
    assert np.isnan(found.ulmc.frame["method_share"].iloc[2])


def test_the_tables_can_be_read():
    shown = repr(bias())
    for piece in ("(weak)", "Lindell & Whitney", "phase I", "Phase II", "Phase III",
                  "Unmeasured method factor", "Full collinearity", "No test proves"):  # fmt: skip
        assert piece in shown
    assert bias()._repr_html_().count("<table") == 9
    assert set(bias().frame["approach"]) == {
        "Harman (weak)", "Partial correlations (marker)", "Marker as latent variable",
        "Unmeasured method factor", "Full collinearity",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"marker": ["a1"]}, "measure no construct"),
        ({"marker": 3}, "marker= needs"),
        ({"marker": ["m1", "m1"]}, "each once"),
        ({"approaches": ["marker"]}, "for approaches='marker'"),
        ({"approaches": ["harmann"]}, "Did you mean 'harman'"),
        ({"r_m": "third"}, "r_m= needs"),
        ({"percentiles": [95]}, "percentiles= needs"),
        ({"alpha": 5}, "alpha= needs"),
        ({"group": "g"}, "left out here"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, message):
    with pytest.raises(scrm.ArgumentError, match=message):
        scrm.method_bias(MODEL, data("sim_marker"), **options)


def test_a_single_ordinal_item_is_refused_and_a_continuous_one_is_its_construct():
    text = "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nS =~ c1"
    with pytest.raises(scrm.ModelError, match="S has one ordinal item"):
        scrm.method_bias(text, data("sim_marker"), ordered=True)
    found = scrm.method_bias(text, data("sim_marker"), marker=MARKER)
    row = found.marker.decomposition.set_index("construct").loc["S"]
    assert row["note"].startswith("a single item")
    assert found.marker.fits["Method-U"].r2["c1"] == pytest.approx(1)


def test_columns_that_are_not_there_are_named():
    with pytest.raises(scrm.MissingColumnError, match="Did you mean 'm1'"):
        scrm.method_bias(MODEL, data("sim_marker"), marker=["mm1"])
