"""Levels of invariance: what they hold, what is released and written down, what is refused."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
TWO = "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
ITEMS = [f"u{k}" for k in range(1, 9)]


def doubled(frame):
    return pd.concat([frame.assign(copy="a"), frame.assign(copy="b")], ignore_index=True)


def cut(frame, points, names):
    """Answers merged into fewer points."""
    return frame.assign(**{v: frame[v].map(points) for v in names})


def test_two_copies_of_one_group_differ_in_nothing():
    hs = data("hs")
    once = scrm.fit(THREE, hs, meanstructure=True)
    found = scrm.invariance(THREE, doubled(hs), "copy", levels=("configural", "metric", "scalar",
                                                                "strict", "means"))  # fmt: skip
    assert found.frame["chisq"].iloc[0] == pytest.approx(2 * once.measures["chisq"], rel=1e-8)
    np.testing.assert_allclose(found.frame["chisq_diff"][1:], 0, atol=1e-6)
    np.testing.assert_allclose(found.frame["pvalue_diff"][1:], 1, atol=1e-6)
    np.testing.assert_allclose(found.means[["est", "d"]], 0, atol=1e-6)


def test_copies_of_ordinal_answers_differ_in_nothing():
    found = scrm.invariance(TWO, doubled(data("datcat")), "copy", ordered=ITEMS)
    plain = [f.measures["chisq"] for f in found.fits.values()]
    np.testing.assert_allclose(plain, plain[0], rtol=1e-6)
    # Of a difference of 0 the test is its shift alone.
    assert (found.frame["pvalue_diff"][1:] > 0.999).all()
    assert list(found.frame["df_diff"][1:]) == [16, 6, 6, 8]


def test_a_shift_of_all_items_of_a_construct_is_a_mean_difference_in_their_unit():
    hs = doubled(data("hs"))
    second = hs["copy"] == "b"
    loadings = scrm.fit(THREE, data("hs")).params
    for v, size in zip(("x1", "x2", "x3"), (1, *loadings[:2]), strict=True):
        hs.loc[second, v] += 0.5 * size
    found = scrm.invariance(THREE, hs, "copy")
    assert found.frame["chisq_diff"].iloc[2] == pytest.approx(0, abs=1e-5)
    row = found.means.query("construct == 'visual' and group == 2").iloc[0]
    assert row["est"] == pytest.approx(0.5, abs=1e-5)
    spread = np.sqrt(scrm.fit(THREE, data("hs")).implied.cov.loc["x1", "x1"])
    assert row["d"] > row["est"] / spread  # the construct varies less than its item


@pytest.mark.parametrize("how", ["theta", "delta"])
def test_ordinal_levels_do_not_depend_on_the_parameterization(how):
    levels = ("configural", "thresholds", "metric", "scalar")
    found = scrm.invariance(
        TWO, data("datcat"), "g", ordered=ITEMS, levels=levels, parameterization=how
    )
    np.testing.assert_allclose(
        found.frame["chisq"], [40.8237, 55.5209, 58.5721, 70.7187], rtol=1e-5
    )


def test_two_identifications_meet_at_the_scalar_level():
    wu, names = (
        scrm.invariance(TWO, data("datcat"), "g", ordered=ITEMS, identification=how).frame
        for how in ("wu.estabrook", "lavaan")
    )
    columns = ["chisq", "df", "cfi", "srmr"]
    np.testing.assert_allclose(
        wu[columns].iloc[3].astype(float), names[columns].iloc[2].astype(float), rtol=1e-6
    )
    assert names["note"].iloc[3].startswith("no test: nothing is held equal")
    assert list(wu["df"]) == [38, 54, 60, 66, 74]
    assert list(names["df"]) == [38, 60, 66, 66, 74]


def test_items_of_two_answers_are_not_tested_before_the_scalar_level():
    binary = cut(data("datcat"), {1: 0, 2: 0, 3: 1, 4: 1, 5: 1}, ITEMS)
    found = scrm.invariance(
        TWO, binary, "g", ordered=ITEMS, levels=("configural", "thresholds", "metric")
    )
    assert list(found.frame["df_diff"][1:]) == [0, 0]
    np.testing.assert_allclose(found.frame["chisq"], found.frame["chisq"].iloc[0], rtol=1e-5)
    assert any(n.startswith("One threshold only") for n in found.notes())


def test_three_answers_have_thresholds_that_cannot_be_tested_alone():
    three = cut(data("datcat"), {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}, ITEMS)
    found = scrm.invariance(TWO, three, "g", ordered=ITEMS)
    assert list(found.frame["df_diff"][1:]) == [0, 6, 6, 8]
    assert np.isnan(found.frame["pvalue_diff"].iloc[1])
    assert found.frame["note"].iloc[1]


def test_a_binary_item_among_others_has_its_scale_free():
    mixed = cut(data("datcat"), {1: 0, 2: 0, 3: 1, 4: 1, 5: 1}, ["u1"])
    found = scrm.invariance(
        TWO, mixed, "g", ordered=ITEMS, levels=("configural", "thresholds", "metric")
    )
    # u1 adds no restriction, though its loading is the unit of f1.
    assert list(found.frame["df_diff"][1:]) == [14, 5]


def test_a_score_test_of_a_fixed_intercept_is_its_modification_index():
    found = scrm.invariance(TWO, data("datcat"), "g", ordered=ITEMS)
    mine = found.score_tests("scalar").set_index("parameter")
    listed = found.fits["scalar"].modification_indices()
    for v in ITEMS:
        row = listed.query("lhs == @v and op == '~1' and group == 2").iloc[0]
        assert mine.loc[f"{v}~1", ["mi", "epc"]].to_list() == pytest.approx(
            [row["mi"], row["epc"]], rel=1e-6
        )


def test_what_is_given_is_released_recorded_and_tested():
    found = scrm.invariance(
        THREE, data("hs"), "school", partial={"x3 ~ 1": "taught in one school", "x7~1": ""}
    )
    trail = found.trail
    assert list(trail["parameter"]) == ["x3~1", "x7~1"]
    assert list(trail["reason"]) == ["taught in one school", "none given"]
    assert set(trail["level"]) == {"scalar"}
    assert set(trail["how"]) == {"given"}
    row = trail.iloc[0]
    # The score test foretells the fall of the chi-square.
    assert row["mi"] == pytest.approx(row["chisq_before"] - row["chisq_after"], rel=0.05)
    assert trail["chisq_after"].iloc[-1] == pytest.approx(found.frame["chisq"].iloc[2])
    assert list(found.frame["released"]) == ["", "", "x3~1, x7~1", "x3~1, x7~1"]
    assert "No reason given for x7~1." in found.notes()


def test_a_search_finds_what_was_changed_and_stops():
    hs = doubled(data("hs"))
    hs.loc[hs["copy"] == "b", "x6"] += 0.6
    found = scrm.invariance(THREE, hs, "copy", search=True, reasons={"x6~1": "another wording"})
    assert list(found.trail["parameter"]) == ["x6~1"]
    assert found.trail["reason"].iloc[0] == "another wording"
    assert found.trail["epc"].iloc[0] == pytest.approx(0.6, abs=0.15)
    assert found.frame["pvalue_diff"].iloc[2] > 0.99
    assert any("chosen by this sample" in n for n in found.notes())


def test_the_search_stops_for_each_of_its_reasons():
    found = scrm.invariance(THREE, data("hs"), "school", search=True, most=1)
    assert list(found.trail["parameter"]) == ["x3~1"]
    assert "The search at level 'scalar' stopped: most=1 is reached." in found.notes()
    found = scrm.invariance(THREE, data("hs"), "school", search=True, alpha=1e-9)
    assert not len(found.trail)
    hs = doubled(data("hs"))
    hs.loc[hs["copy"] == "b", "x4"] += 0.8
    hs.loc[hs["copy"] == "b", "x5"] -= 0.8
    found = scrm.invariance(THREE, hs, "copy", search=True)
    assert any("fewer than two equal indicators" in n for n in found.notes())


def test_the_rule_by_cfi_releases_less_than_that_by_p():
    by_cfi = scrm.invariance(THREE, data("hs"), "school", search=True, until="cfi")
    assert (by_cfi.frame["cfi_diff"][1:] >= -0.010).all()


def test_release_gives_a_new_table_and_wants_a_reason():
    first = scrm.invariance(THREE, data("hs"), "school")
    second = first.release("x3~1", "taught in one school")
    assert not len(first.trail)
    assert list(second.trail["reason"]) == ["taught in one school"]
    assert second.frame["df"].iloc[2] == first.frame["df"].iloc[2] - 1
    with pytest.raises(scrm.ArgumentError, match="reason= needs words"):
        first.release("x3~1", " ")


def test_second_order_holds_both_orders_and_says_so():
    text = THREE + "\ng =~ visual + textual + speed"
    found = scrm.invariance(text, data("hs"), "school")
    assert list(found.frame["df_diff"][1:]) == [8, 8, 9]
    assert found.held["scalar"].endswith("first-order constructs")
    means = found.means.set_index(["construct", "group"])["est"]
    # First-order constructs differ by the second-order one alone.
    fit = found.fits["scalar"]
    loading = fit.parameters.query("lhs == 'g' and rhs == 'textual' and group == 1")["est"].iloc[0]
    assert means["textual", 2] == pytest.approx(loading * means["g", 2], rel=1e-6)


def test_first_order_means_may_be_free():
    text = THREE + "\ng =~ visual + textual + speed"
    found = scrm.invariance(
        text, data("hs"), "school", levels=("metric.first", "metric", "scalar.first", "scalar"),
        partial={"textual~1": "more reading"},
    )  # fmt: skip
    assert list(found.frame["df_diff"][1:]) == [2, 6, 1]


def test_the_reference_is_the_group_asked_for():
    found = scrm.invariance(THREE, data("hs"), "sex", reference=2)
    assert list(found.groups) == ["2", "1"]
    turned = scrm.invariance(THREE, data("hs"), "sex", reference=1)
    np.testing.assert_allclose(found.frame["chisq"], turned.frame["chisq"], rtol=1e-7)
    a, b = (f.means.query("group == 2")["d"].to_numpy() for f in (found, turned))
    np.testing.assert_allclose(a, -b, rtol=1e-5)


def test_moments_by_group_stand_for_data():
    columns = [f"x{k}" for k in range(1, 10)]
    moments = {
        k: scrm.Moments(rows[columns].cov(), len(rows), rows[columns].mean())
        for k, rows in data("hs").groupby("school", sort=False)
    }
    by_rows = scrm.invariance(THREE, data("hs"), "school").frame
    np.testing.assert_allclose(
        scrm.invariance(THREE, moments).frame["chisq"], by_rows["chisq"], rtol=1e-7
    )


def test_what_holds_for_missing_cells():
    with pytest.warns(scrm.MissingDataWarning):
        found = scrm.invariance(THREE, data("hs_holes"), "school", missing="fiml", estimator="MLR")
    assert found.kinds.indices == ".robust"
    assert len(found.score_tests("scalar")) == 9


def test_the_table_can_be_read():
    found = scrm.invariance(THREE, data("hs"), "school", estimator="MLR", partial=["x3~1"])
    shown = repr(found)
    for piece in ("Measurement invariance", "Released, in this order", "Latent means against",
                  "Conventions, no verdicts", "Chi-square is scaled"):  # fmt: skip
        assert piece in shown
    assert found._repr_html_().count("<table") == 3
    assert "<.001" in shown


def test_without_equal_intercepts_there_are_no_means():
    found = scrm.invariance(THREE, data("hs"), "school", levels=("configural", "metric"))
    assert "Latent means" not in repr(found)
    with pytest.raises(scrm.NotAvailableError, match="no common origin"):
        _ = found.means


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"levels": ("metric", "configural")}, "each stricter"),
        ({"levels": ("configural", "metrc")}, "Did you mean 'metric'"),
        ({"levels": ("configural", "thresholds")}, "without ordinal variables"),
        ({"levels": ("configural", "metric", "means")}, "'scalar' before 'means'"),
        ({"partial": ["x33~1"]}, "Did you mean 'x3~1'"),
        ({"partial": ["visual=~x1"]}, "sets the scale"),
        ({"partial": ["visual~~textual"]}, "that a level holds equal"),
        ({"partial": 3}, "mapping of these to reasons"),
        ({"reasons": {"x33~1": "so"}, "search": True}, "reasons= needs parameters"),
        ({"group_equal": "loadings"}, "left out here"),
        ({"reference": "Grant"}, "Did you mean 'Grant_White'"),
        ({"until": "aic"}, "until= needs"),
        ({"alpha": 5}, "alpha= needs"),
        ({"most": 0}, "most= needs"),
        ({"level": 95}, "level= needs"),
        ({"identification": "mplus"}, "identification= needs"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, message):
    with pytest.raises(scrm.ArgumentError, match=message):
        scrm.invariance(THREE, data("hs"), "school", **options)


def test_groups_that_are_none_are_refused():
    hs = data("hs")
    with pytest.raises(scrm.MissingColumnError, match="Did you mean 'school'"):
        scrm.invariance(THREE, hs, "schol")
    with pytest.raises(scrm.DataError, match="at least two groups; got 1"):
        scrm.invariance(THREE, hs.assign(one="a"), "one")
    with pytest.raises(scrm.DataError, match=r"too few in '16' \(7\), '11' \(8\)"):
        scrm.invariance(THREE, hs, "ageyr")
    with pytest.raises(scrm.DataError, match="a value in every row"):
        scrm.invariance(THREE, hs.assign(school=hs["school"].where(hs.index > 2)), "school")
    with pytest.raises(scrm.ArgumentError, match="name of a column"):
        scrm.invariance(THREE, hs)


def test_a_category_that_a_group_lacks_is_refused():
    frame = data("datcat")
    frame.loc[(frame["g"] == "male") & (frame["u1"] == 5), "u1"] = 4
    with pytest.raises(scrm.DataError, match="group 'male' has no 5"):
        scrm.invariance(TWO, frame, "g", ordered=ITEMS)


def test_delta_cannot_compare_residual_variances():
    with pytest.raises(scrm.ArgumentError, match="needs 'theta'"):
        scrm.invariance(TWO, data("datcat"), "g", ordered=ITEMS, parameterization="delta")


def test_a_level_without_a_minimum_has_no_test_and_says_so():
    frame = cut(data("datcat"), {1: 0, 2: 0, 3: 1, 4: 1, 5: 1}, ITEMS[:5])
    frame = cut(frame, {1: 1, 2: 1, 3: 2, 4: 2, 5: 3}, ["u6"])
    found = scrm.invariance(TWO, frame, "g", ordered=ITEMS)
    row = found.frame.set_index("level").loc["scalar"]
    assert np.isnan(row["chisq"])
    assert np.isnan(row["pvalue_diff"])
    assert "No minimum was found" in row["note"]
    assert "found no minimum" in found.frame["note"].iloc[-1]
