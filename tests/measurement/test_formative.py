"""Formative blocks: collinearity, weights and redundancy; never a coefficient of consistency."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.coefficients import vif

TEXT = "C <~ 1*x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ C\n"


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.fixture(scope="module")
def block(hs):
    return scrm.fit(TEXT, hs)


def test_variance_inflation_is_that_of_regressions(hs, block):
    found = scrm.formative(block).frame.set_index("item")
    x = hs[["x1", "x2", "x3"]] - hs[["x1", "x2", "x3"]].mean()
    for item in x:
        others = x.drop(columns=item).to_numpy()
        left = x[item] - others @ np.linalg.lstsq(others, x[item], rcond=None)[0]
        assert found.loc[item, "vif"] == pytest.approx(x[item].var() / left.var())
    assert vif(np.eye(3)).tolist() == [1.0, 1.0, 1.0]


def test_loadings_are_correlations_with_the_weighted_sum(hs, block):
    found = scrm.formative(block).frame.set_index("item")
    scores = hs[["x1", "x2", "x3"]] @ found["weight"]
    for item in found.index:
        assert found.loc[item, "loading"] == pytest.approx(scores.corr(hs[item]), rel=1e-6)
    assert (found["ci_lower"] < found["std_all"]).all()


def test_errors_of_weights_are_their_spread_in_resamples(block):
    by_formula = scrm.formative(block).frame["se"]
    drawn = scrm.bootstrap(block, draws=1000, seed=1).table()
    by_draws = drawn[drawn["op"] == "<~"]["std_se"]
    np.testing.assert_allclose(by_formula, by_draws, rtol=0.15)


def test_a_composite_never_has_a_coefficient_of_consistency(block):
    row = scrm.reliability(block).frame.set_index("construct").loc["C"]
    numbers = row.drop(["group", "order", "n_items", "note"])
    assert numbers.isna().all()
    assert "formative" in row["note"]
    panel = scrm.validity(block)
    assert panel.frame.set_index("construct").loc["C", ["omega", "ave", "sqrt_ave"]].isna().all()
    assert not {"C"} & (
        set(panel.htmt["lhs"]) | set(panel.htmt["rhs"]) | set(panel.loadings["construct"])
    )
    pd.testing.assert_frame_equal(panel.formative, scrm.formative(block).frame)
    assert "vif" in set(panel.conventions["measure"])


def test_redundancy_with_one_item_is_a_multiple_correlation(hs, block):
    found = scrm.formative(block, {"C": hs["x9"]}).redundancy.iloc[0]
    x = np.column_stack([np.ones(len(hs)), hs[["x1", "x2", "x3"]]])
    fitted = x @ np.linalg.lstsq(x, hs["x9"], rcond=None)[0]
    assert found["r"] == pytest.approx(np.corrcoef(fitted, hs["x9"])[0, 1], abs=1e-8)
    assert found["r2"] == pytest.approx(found["r"] ** 2)
    assert found["measure"] == "x9"
    assert 0 < found["ci_lower"] < found["r"] < found["ci_upper"] < 1
    shuffled = hs["x9"].sample(frac=1, random_state=1)
    by_position = scrm.formative(block, {"C": hs["x9"].to_numpy()}).redundancy.iloc[0]
    by_label = scrm.formative(block, {"C": shuffled}).redundancy.iloc[0]
    assert by_label["r"] == by_position["r"] == found["r"]


def test_a_measure_turned_round_is_told(hs, block):
    found = scrm.formative(block, {"C": -hs["x9"]})
    assert found.redundancy["r"][0] > 0
    assert "correlates negatively" in found.redundancy["note"][0]
    assert "correlates negatively" in repr(found)


def test_missing_cells_of_a_measure_are_left_out_and_counted(hs, block):
    holes = hs["x9"].where(hs.index >= 20)
    found = scrm.formative(block, {"C": holes}).redundancy.iloc[0]
    assert found["n"] == 281


def test_parts_that_determine_each_other_have_no_inflation(hs):
    text = "a =~ NA*x1 + x2 + x3\nb =~ NA*x7 + x8 + x9\na ~~ 1*a\nb ~~ 1*b\na ~~ 1*b\n"
    text += "C <~ 1*a + 1*b\ntextual =~ x4 + x5 + x6\ntextual ~ C\nC ~~ 0*a + 0*b"
    fit = scrm.fit(text, hs)
    found = scrm.formative(fit).frame
    assert found["vif"].isna().all()
    assert found["note"].str.contains("determine each other").all()


def test_constructs_may_be_parts(hs):
    text = "visual =~ x1 + x2 + x3\nC <~ 1*visual + x4\nspeed =~ x7 + x8 + x9\nspeed ~ C\n"
    text += "visual ~~ 0*C + x4 + 0*speed"
    fit = scrm.fit(text, hs, fixed_x=False)
    found = scrm.formative(fit, {"C": hs["x6"]})
    r = fit.parameters.set_index(["lhs", "op", "rhs"]).loc[("visual", "~~", "x4"), "std_all"]
    np.testing.assert_allclose(found.frame["vif"], 1 / (1 - r**2), rtol=1e-6)
    assert 0.6 < found.redundancy["r"][0] < 0.8


def test_groups_have_rows_of_their_own(hs):
    fit = scrm.fit(TEXT, hs, group="school")
    found = scrm.formative(fit, {"C": hs["x9"]})
    assert found.frame["group"].tolist() == [1, 1, 1, 2, 2, 2]
    assert found.redundancy["n"].tolist() == [156, 145]
    own = scrm.fit(TEXT, hs[hs["school"] == "Grant_White"])
    alone = scrm.formative(own, {"C": hs["x9"]}).redundancy.iloc[0]
    assert alone["r"] == pytest.approx(found.redundancy.set_index("n").loc[145, "r"], rel=1e-6)


def test_bad_input_is_refused(hs, block):
    with pytest.raises(scrm.ArgumentError, match="fit= needs a model with a composite"):
        scrm.formative(scrm.fit("textual =~ x4 + x5 + x6", hs))
    with pytest.raises(scrm.ArgumentError, match="redundancy= needs composites of the model"):
        scrm.formative(block, {"textual": hs["x9"]})
    with pytest.raises(scrm.ArgumentError, match="redundancy= needs another measure of C"):
        scrm.formative(block, {"C": "x9"})
    with pytest.raises(scrm.ArgumentError, match="needs another measure"):
        scrm.formative(block, {"C": "x1"})
    with pytest.raises(scrm.ArgumentError, match="one value for each of the 301 rows"):
        scrm.formative(block, {"C": [1.0, 2.0]})
    with pytest.raises(scrm.ArgumentError, match="no row"):
        scrm.formative(block, {"C": hs["x9"].head(100)})
    with pytest.raises(scrm.ArgumentError, match="needs numbers"):
        scrm.formative(block, {"C": hs["school"]})
    used = hs[[f"x{k}" for k in range(1, 7)]]
    moments = scrm.fit(TEXT, scrm.Moments(used.cov(), len(used)))
    with pytest.raises(scrm.EstimationError, match="raw data for a column"):
        scrm.formative(moments, {"C": hs["x9"]})
    assert scrm.formative(moments).frame["vif"].notna().all()


def test_value_shows_itself(hs, block):
    found = scrm.formative(block, {"C": hs["x9"]})
    assert "Redundancy" in repr(found)
    assert "Diamantopoulos" in repr(found)
    assert "<table" in found._repr_html_()


def test_a_model_of_nothing_but_a_composite_has_a_panel(hs):
    fit = scrm.fit("C <~ 1*x1 + x2 + x3\nx9 ~ C", hs)
    panel = scrm.validity(fit, draws=10, seed=1)
    assert panel.loadings.empty
    assert panel.htmt.empty
    assert panel.residuals.empty
    assert len(panel.formative) == 3
    assert "formative" in repr(panel)
    # The loading of a part is its correlation with what a regression predicts.
    x = hs[["x1", "x2", "x3"]]
    centred = x - x.mean()
    predicted = centred @ np.linalg.lstsq(centred, hs["x9"] - hs["x9"].mean(), rcond=None)[0]
    found = panel.formative.set_index("item")["loading"]
    assert found["x1"] == pytest.approx(predicted.corr(hs["x1"]), rel=1e-6)
