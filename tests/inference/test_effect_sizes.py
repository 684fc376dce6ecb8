"""f²: identities, least squares, what has none; outside numbers are in tests/against_lavaan."""

import numpy as np
import pytest
import statsmodels.api as sm
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.inference.effect_sizes import f_squared

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"


def test_bare_numbers():
    assert f_squared(0.5, 0.4) == pytest.approx(0.2)
    assert f_squared(0.26, 0.0) == pytest.approx(0.26 / 0.74)
    assert f_squared(0.3, 0.31) < 0
    assert np.isnan(f_squared(1.0, 0.5))
    assert np.isnan(f_squared(float("nan"), 0.5))


def test_the_only_predictor_has_all_of_r2():
    fit = scrm.fit(THREE + "speed ~ visual", data("hs"))
    (row,) = scrm.effect_sizes(fit).to_dict("records")
    share = fit.r2["speed"]
    assert row["r2_excluded"] == 0
    assert row["f2"] == pytest.approx(share / (1 - share))


def test_observed_regressions_are_least_squares():
    frame = data("talor")
    fit = scrm.fit("reaction ~ cond + import + age", frame)
    found = scrm.effect_sizes(fit).set_index("rhs")["f2"]
    names = ["cond", "import", "age"]

    def share(kept):
        return sm.OLS(frame["reaction"], sm.add_constant(frame[kept])).fit().rsquared

    whole = share(names)
    for name in names:
        less = share([n for n in names if n != name])
        assert found[name] == pytest.approx((whole - less) / (1 - whole), rel=1e-6)


def test_definitions_do_not_stand_in_the_way():
    text = THREE + "textual ~ a*visual\nspeed ~ b*textual + visual\nab := a*b"
    plain = THREE + "textual ~ visual\nspeed ~ textual + visual"
    one, two = (scrm.effect_sizes(scrm.fit(t, data("hs"))) for t in (text, plain))
    assert one["f2"].tolist() == pytest.approx(two["f2"].tolist())


@pytest.mark.parametrize(
    "paths",
    [
        "speed ~ a*visual + a*textual",
        "speed ~ a*visual + b*textual\na == 2*b",
        "speed ~ lower(0)*visual + upper(5)*textual",
    ],
)
def test_tied_coefficients_have_none_and_say_so(paths):
    found = scrm.effect_sizes(scrm.fit(THREE + paths, data("hs")))
    assert found["f2"].isna().all()
    assert set(found["note"]) == {"its coefficient is tied to others"}


def test_fixed_paths_are_left_out():
    fit = scrm.fit(THREE + "speed ~ 0.3*visual + textual", data("hs"))
    assert scrm.effect_sizes(fit)["rhs"].tolist() == ["textual"]


@pytest.mark.parametrize("options", [{"missing": "fiml"}, {"estimator": "MLR"}])
def test_the_refit_is_made_in_the_same_way(options):
    frame = data("hs_holes").dropna(how="all", subset=[f"x{k}" for k in range(1, 10)])
    if "missing" not in options:
        frame = data("hs")
    text = THREE + "speed ~ visual + textual"
    found = scrm.effect_sizes(scrm.fit(text, frame, **options)).set_index("rhs")
    without = scrm.fit(THREE + "speed ~ 0*visual + textual", frame, **options)
    assert found.loc["visual", "r2_excluded"] == pytest.approx(without.r2["speed"], rel=1e-6)


def test_what_has_no_paths():
    with pytest.raises(scrm.ModelError, match=r"fit= needs a model with a path"):
        scrm.effect_sizes(scrm.fit(THREE, data("hs")))
