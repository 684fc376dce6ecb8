"""Reliability and validity against semTools, psych and lavaan; measurement.R stored them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

STORED = json.loads(Path(__file__).with_name("measurement.json").read_text("utf-8"))
MODELS = STORED["models"]
ROWS = {
    "alpha": "alpha", "alpha.ord": "alpha_ordinal", "omega": "omega", "omega2": "omega2",
    "omega3": "omega3", "avevar": "ave",
}  # fmt: skip
# semTools' estimates come from lavaan's default search, which ends at about 1e-8.
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def fitted(model, **options):
    if model == "two":
        return scrm.fit(MODELS[model], data("datcat"), ordered=True)
    return scrm.fit(MODELS[model], data("hs"), **options)


def matrix(stored):
    return pd.DataFrame(stored["values"], stored["rows"], stored["cols"], dtype=float)


@pytest.mark.parametrize("model", ["three", "correlated", "two"])
def test_coefficients_are_semtools(model):
    found = scrm.reliability(fitted(model)).frame.set_index("construct")
    for construct, column in matrix(STORED["reliability"][model]).items():
        # semTools has no AVE where an item belongs to two constructs.
        for row, value in column.dropna().items():
            mine = found.loc[construct, ROWS[row]]
            assert mine == pytest.approx(value, **CLOSE), (row, construct)


def test_second_order_omegas_are_semtools():
    row = scrm.reliability(fitted("higher")).frame.set_index("construct").loc["g"]
    stored = STORED["second_order"]
    for ours, theirs in (
        ("omega_l1", "omegaL1"), ("omega_l2", "omegaL2"), ("partial_omega_l1", "partialOmegaL1"),
    ):  # fmt: skip
        assert row[ours] == pytest.approx(stored[theirs], **CLOSE)


@pytest.mark.parametrize("model", ["three", "two"])
@pytest.mark.parametrize("kind", ["htmt", "htmt2"])
def test_ratios_are_semtools(model, kind):
    stored = matrix(STORED[kind][model])
    for row in scrm.validity(fitted(model)).htmt.itertuples():
        assert getattr(row, kind) == pytest.approx(stored.loc[row.lhs, row.rhs], **CLOSE)


def test_loadings_and_correlations_are_lavaans():
    found = scrm.validity(fitted("three"))
    stored = pd.DataFrame(STORED["loadings"])
    mine = found.loadings[["std_all", "se", "ci_lower", "ci_upper"]].to_numpy()
    np.testing.assert_allclose(mine, stored[["est", "se", "lower", "upper"]], atol=1e-6)
    stored = pd.DataFrame(STORED["correlations"])
    np.testing.assert_allclose(found.correlations[["r", "se"]], stored[["est", "se"]], atol=1e-6)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_errors_are_those_of_lavaans_definitions(estimator):
    row = scrm.reliability(fitted("three", estimator=estimator)).frame.iloc[0]
    for stored in STORED["defined"][estimator.lower()]:
        name = stored["lhs"]
        assert row[name] == pytest.approx(stored["est"], **CLOSE)
        assert row[f"{name}_se"] == pytest.approx(stored["se"], **CLOSE)


def test_errors_of_alpha_are_lavaans_and_psychs():
    by_rows = scrm.reliability(fitted("three")).frame.iloc[0]
    assert by_rows["alpha"] == pytest.approx(STORED["alpha"]["psych"]["est"], **CLOSE)
    assert by_rows["alpha_se"] == pytest.approx(STORED["alpha"]["adf"]["se"], **CLOSE)
    hs = data("hs")[[f"x{k}" for k in range(1, 10)]]
    moments = scrm.fit(MODELS["three"], scrm.Moments(hs.cov(), len(hs)))
    by_moments = scrm.reliability(moments).frame.iloc[0]
    assert by_moments["alpha_se"] == pytest.approx(STORED["alpha"]["normal"]["se"], **CLOSE)
    assert by_moments["alpha_se"] == pytest.approx(STORED["alpha"]["psych"]["ase"], **CLOSE)


@pytest.mark.parametrize(("kind", "merge"), [("fixed", False), ("merged", True)])
def test_difference_tests_are_semtools(kind, merge):
    found = scrm.validity(fitted("three")).discriminant(merge=merge)
    stored = pd.DataFrame(STORED["discriminant"][kind])
    assert list(found["lhs"] + found["rhs"]) == list(stored["lhs"] + stored["rhs"])
    for column in ("r", "df", "chisq", "chisq_diff", "df_diff"):
        np.testing.assert_allclose(
            found[column].astype(float), stored[column], rtol=1e-6, atol=1e-6, err_msg=column
        )
    np.testing.assert_allclose(found["pvalue"], stored["pvalue"], rtol=1e-5)


def test_alpha_of_incomplete_cases_is_lavaans():
    with pytest.warns(scrm.MissingDataWarning):
        holes = scrm.fit(MODELS["three"], data("hs_holes"), missing="fiml")
    row = scrm.reliability(holes).frame.iloc[0]
    stored = STORED["incomplete"]["mlr"]
    assert row["alpha"] == pytest.approx(stored["est"], **CLOSE)
    assert row["alpha_se"] == pytest.approx(stored["se"], **CLOSE)
    ratios = matrix(STORED["htmt_holes"])
    for pair in scrm.validity(holes).htmt.itertuples():
        assert pair.htmt == pytest.approx(ratios.loc[pair.lhs, pair.rhs], rel=1e-4)


def test_spearman_brown_and_its_errors_are_lavaans():
    text = "a =~ x1 + x2\ntextual =~ x4 + x5 + x6"
    hs = data("hs")
    used = hs[["x1", "x2", "x4", "x5", "x6"]]
    for frame, kind in ((hs, "adf"), (scrm.Moments(used.cov(), len(used)), "normal")):
        row = scrm.reliability(scrm.fit(text, frame)).frame.iloc[0]
        stored = STORED["spearman_brown"][kind]
        assert row["spearman_brown"] == pytest.approx(stored["est"], **CLOSE)
        assert row["spearman_brown_se"] == pytest.approx(stored["se"], **CLOSE)


def test_limits_on_other_scales_are_those_of_lavaans_transformed_definitions():
    fit = fitted("three")
    row = scrm.reliability(fit).frame.iloc[0]
    pair = scrm.validity(fit).correlations.iloc[0]
    for stored in STORED["limits"]:
        name = stored["lhs"].split(".")[1]
        found = (
            pair[["ci_lower", "ci_upper"]]
            if name == "r"
            else row[[f"{name}_ci_lower", f"{name}_ci_upper"]]
        )
        assert list(found) == pytest.approx([stored["lower"], stored["upper"]], **CLOSE)


def test_weights_are_lavaans_and_variance_inflation_is_rs():
    hs = data("hs")
    fit = scrm.fit("C <~ 1*x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ C", hs)
    found = scrm.formative(fit, {"C": hs["x9"]})
    stored = STORED["formative"]
    np.testing.assert_allclose(found.frame["vif"], stored["vif"], rtol=1e-9)
    weights = pd.DataFrame(stored["weights"])
    for ours, theirs in (("weight", "est"), ("std_all", "std"), ("se", "std_se")):
        np.testing.assert_allclose(found.frame[ours], weights[theirs], rtol=1e-5, atol=1e-6)
    # Of a single item it is the multiple correlation of a regression.
    assert found.redundancy["r"][0] == pytest.approx(stored["redundancy"]["item"], abs=1e-9)


def test_redundancy_with_a_reflective_measure_is_lavaans_path():
    text = "C <~ 1*x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
    fit = scrm.fit(text + "textual ~ C\nspeed ~ C\nspeed ~~ textual", data("hs"))
    row = scrm.formative(fit, {"C": "speed"}).redundancy.iloc[0]
    stored = STORED["formative"]["redundancy"]
    assert row["r"] == pytest.approx(stored["reflective"], abs=1e-6)
    assert row["se"] == pytest.approx(stored["reflective_se"], abs=1e-6)
