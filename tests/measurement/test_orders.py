"""Orders of a construct: closed forms, what cannot be identified, and words for it."""

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.order.indices import (
    Bifactor,
    dimension_omegas,
    explained_common_variance,
    indices_frame,
    omegas,
    uncontaminated_correlations,
)

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
HIGHER = THREE + "\ng =~ visual + textual + speed"


def structure(general, specific, sizes):
    names, dimensions = [], {}
    for k, n in enumerate(sizes):
        dimensions[f"d{k}"] = [f"i{k}{j}" for j in range(n)]
        names += dimensions[f"d{k}"]
    g, s = np.resize(general, len(names)), np.resize(specific, len(names))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    r = np.outer(g, g) + np.outer(s, s) * (groups[:, None] == groups)
    np.fill_diagonal(r, 1.0)
    return Bifactor(tuple(names), dimensions, g, s, r)


def test_indices_of_equal_loadings_are_their_closed_forms():
    of = structure(0.6, 0.4, (3, 3, 3, 3))
    k, n, g, s = 12, 3, 0.6, 0.4
    variance = (k * g) ** 2 + 4 * (n * s) ** 2 + k * (1 - g**2 - s**2)
    assert omegas(of) == pytest.approx(
        (((k * g) ** 2 + 4 * (n * s) ** 2) / variance, (k * g) ** 2 / variance)
    )
    small = (n * g) ** 2 + (n * s) ** 2 + n * (1 - g**2 - s**2)
    assert dimension_omegas(of, "d1")[1] == pytest.approx((n * s) ** 2 / small)
    assert explained_common_variance(of.general, of.specific) == pytest.approx(0.36 / 0.52)
    assert uncontaminated_correlations([3, 3, 3, 3]) == pytest.approx(54 / 66)
    frame = indices_frame("g", of)
    assert frame["ecv"].sum() == pytest.approx(1)
    assert frame["h"].iloc[0] == pytest.approx(1 / (1 + 1 / (12 * 0.36 / 0.64)))


def test_no_specific_factor_makes_the_general_one_all():
    of = structure(0.7, 0.0, (4, 4))
    frame = indices_frame("g", of)
    assert frame["omega"].iloc[0] == frame["omega_h"].iloc[0]
    assert frame["ecv"].iloc[0] == 1
    assert np.isnan(frame["h"].iloc[1])


def test_a_second_order_population_is_recovered():
    text = "a =~ a1 + a2 + a3\nb =~ b1 + b2 + b3\nc =~ c1 + c2 + c3\nd =~ d1 + d2 + d3\n"
    of_dimensions = {("g", v): 0.8 for v in "abcd"}
    truth = scrm.population(
        text + "g =~ a + b + c + d",
        loadings=of_dimensions | {(v, f"{v}{k}"): 0.75 for v in "abcd" for k in (1, 2, 3)},
    )
    answers = scrm.simulate(truth, n=3000, seed=3, points=None)
    found = scrm.orders(text + "g =~ a + b + c + d", answers)
    assert found.target == pytest.approx(1, abs=0.1)
    second = found.frame.set_index("model").loc["second-order"]
    assert second["df_diff"] == 2
    assert second["pvalue_diff"] > 0.01
    row = found.indices.query("solution != 'bifactor'").iloc[0]
    assert row["ecv"] == pytest.approx(0.64, abs=0.03)  # general share of every communality
    np.testing.assert_allclose(found.loadings["general"], 0.6, atol=0.08)


def test_three_dimensions_by_themselves_say_that_there_is_no_test():
    with_general = scrm.orders(HIGHER, data("hs"))
    side_by_side = scrm.orders(THREE, data("hs"), {"g": ["visual", "textual", "speed"]})
    np.testing.assert_allclose(with_general.frame["chisq"], side_by_side.frame["chisq"], rtol=1e-8)
    assert with_general.target == pytest.approx(1)
    row = with_general.frame.set_index("model").loc["second-order"]
    assert row["df_diff"] == 0
    assert row["note"].startswith("no test")
    assert any(n.startswith("Three dimensions by themselves") for n in with_general.notes())
    assert any("inadmissible" in n for n in with_general.notes())


def test_two_dimensions_by_themselves_name_the_remedy():
    found = scrm.orders(THREE, data("hs"), {"g": ["visual", "textual"]}, alone=True)
    assert found.frame["df_diff"].iloc[2] == 0
    assert "bifactor" in found.lacking
    assert "reference=" in found.frame["note"].iloc[3]
    assert any(n.startswith("Two dimensions by themselves") for n in found.notes())
    fit = found.fits["second-order"]
    loadings = fit.parameters.query("lhs == 'g' and op == '=~'")["est"]
    assert list(loadings) == [1, 1]


def test_a_reference_dimension_has_no_specific_factor():
    found = scrm.orders(
        THREE, data("hs"), {"g": ["visual", "textual"]}, alone=True, reference="visual"
    )
    rows = found.loadings.query("solution == 'bifactor'")
    assert (rows.query("dimension == 'visual'")["specific"] == 0).all()
    assert (rows.query("dimension == 'textual'")["specific"] != 0).all()
    assert "Bifactor: no specific factor of visual." in found.notes()


def test_other_constructs_make_two_dimensions_testable():
    found = scrm.orders(THREE, data("hs"), {"g": ["visual", "textual"]})
    assert (
        found.frame["df_diff"].iloc[2] == 0
    )  # one other construct: two correlations, two loadings
    assert found.asked.others == ("speed",)
    study = scrm.orders(scrm.STUDY, data("scrm400"), reference="SCRMP_FIRM")
    row = study.frame.set_index("model").loc["second-order"]
    assert row["df_diff"] == 4
    assert study.asked.dimensions == {
        "SCRMP_FIRM": ("scrmp1", "scrmp2", "scrmp3"), "SCRMP_REL": ("scrmp4", "scrmp5", "scrmp6"),
    }  # fmt: skip
    assert any("explains more than the whole of a dimension" in n for n in study.notes())


def test_ordinal_items_and_pairs():
    text = "f1 =~ u1 + u2 + u3\nf2 =~ u4 + u5 + u6\nf3 =~ u7 + u8"
    found = scrm.orders(text, data("datcat"), {"g": ["f1", "f2", "f3"]}, ordered=True)
    assert found.fits["correlated"].settings.estimator == "WLSMV"
    assert any("equal specific loadings of the two items of f3" in n for n in found.notes())


def test_the_tables_can_be_read():
    fit = scrm.fit(HIGHER, data("hs"), estimator="MLR")
    found = scrm.orders(fit)
    assert found.fits["correlated"].settings.estimator == "MLR"
    shown = repr(found)
    for piece in ("Orders of g", "Bifactor indices", "Target coefficient", "no verdicts"):
        assert piece in shown
    assert found._repr_html_().count("<table") == 3


@pytest.mark.parametrize(
    ("model", "of", "kind", "message"),
    [
        (THREE, None, scrm.ArgumentError, "one second-order construct only"),
        (HIGHER, "h", scrm.ArgumentError, "The model has g"),
        (THREE, {"g": ["visual", "x1"]}, scrm.ArgumentError, "dimensions that the model measures"),
        (THREE, {"g": ["visual"]}, scrm.ModelError, "at least two dimensions"),
        (THREE, {"speed": ["visual", "textual"]}, scrm.ArgumentError, "a name that the model does"),
        (THREE + "\ntextual =~ x1", {"g": ["visual", "textual"]}, scrm.ModelError, "one dimension"),
        (3, None, scrm.ArgumentError, "model= needs a Model"),
    ],
)
def test_what_cannot_be_asked_is_refused(model, of, kind, message):
    with pytest.raises(kind, match=message):
        scrm.orders(model, data("hs"), of)
    with pytest.raises(scrm.ArgumentError, match="reference= needs"):
        scrm.orders(HIGHER, data("hs"), reference="visul")
    with pytest.raises(scrm.ArgumentError, match="left out here"):
        scrm.orders(HIGHER, data("hs"), std_lv=True)
