import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import HERE, case

from scrm_model.errors import ArgumentError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference.indirect import indirect_effects
from scrm_model.inference.mediation_types import TYPES, mediation_type, mediation_types
from scrm_model.spec.specify import specify
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

CLEAR, OPEN = (0.1, 0.3), (-0.1, 0.5)


@pytest.mark.parametrize(
    ("bounds", "direct", "p", "expected"),
    [
        (CLEAR, 0.4, 0.01, "complementary"),
        (CLEAR, -0.4, 0.01, "competitive"),
        (CLEAR, 0.4, 0.20, "indirect-only"),
        (OPEN, -0.4, 0.01, "direct-only"),
        (OPEN, 0.4, 0.20, "none"),
    ],
)
def test_the_five_patterns(bounds, direct, p, expected):
    assert mediation_type(0.2, *bounds, direct, p) == expected


def test_turning_a_variable_round_changes_no_type():
    # Reversing source or target turns both signs, reversing the mediator none.
    for bounds, direct, p in product((CLEAR, OPEN), (-0.4, 0.4), (0.01, 0.2)):
        one = mediation_type(0.2, *bounds, direct, p)
        turned = mediation_type(-0.2, -bounds[1], -bounds[0], -direct, p)
        assert one == turned
        assert one in TYPES


def test_a_bound_at_zero_and_a_p_at_the_level_are_not_clear():
    assert mediation_type(0.2, 0.0, 0.4, 0.1, 0.05) == "none"
    assert mediation_type(0.2, 0.0, 0.4, 0.1, 0.05, alpha=0.1) == "direct-only"


def test_what_is_no_test_has_no_type():
    nan = float("nan")
    wrong = ((nan, 0.1, 0.3, 0.1, 0.2), (0.2, 0.1, 0.3, 0.1, nan), (0.2, 0.3, 0.1, 0.1, 0.2))
    for numbers in wrong:
        with pytest.raises(ArgumentError, match="need numbers with lower <= upper; got"):
            mediation_type(*numbers)
    for p, alpha in ((1.2, 0.05), (0.2, 0.0)):
        with pytest.raises(ArgumentError, match="need probabilities; got"):
            mediation_type(0.2, 0.1, 0.3, 0.1, p, alpha)


def test_intervals_of_semtools_and_p_of_lavaan_give_the_same_types(talor):
    # Tal-Or et al. (2010): both indirect effects clear, no direct effect of the condition.
    stored = json.loads((HERE / "inference.json").read_text("utf-8"))["monte_carlo"][0]
    rows = case("talor_mediation")["parameters"]["rows"]
    *_, est, _, _, p, _, _, _, _ = next(r for r in rows if r[4] == "cp")
    bounds = dict(zip(stored["names"], zip(stored["ci_lower"], stored["ci_upper"], strict=True),
                      strict=True))  # fmt: skip
    effects = indirect_effects(talor, [("cond", "reaction")], 20_000, method="montecarlo", seed=1)
    found = mediation_types(talor, effects).set_index("path")
    through = {"ind1": "cond → pmi → reaction", "ind2": "cond → import → reaction"}
    for name, path in through.items():
        row = found.loc[path]
        assert row["type"] == mediation_type(row["est"], *bounds[name], est, p) == "indirect-only"
        assert row["direct"] == pytest.approx(est, abs=1e-6)
        assert row["direct_pvalue"] == pytest.approx(p, abs=1e-6)
        assert not row["added"]
        assert row["note"] == ""


def test_latent_variables_with_a_direct_path_have_lavaans_p(serial):
    effects = indirect_effects(serial, [("CRO", "SCRMP")], method="delta")
    found = mediation_types(serial, effects)
    stored = next(r for r in case("scrm_serial")["parameters"]["rows"] if r[4] == "cp")
    assert found["direct"].to_numpy() == pytest.approx(stored[5], abs=1e-6)
    assert found["direct_pvalue"].to_numpy() == pytest.approx(stored[8], abs=1e-6)
    assert not found["added"].any()
    clear = found["ci_lower"] > 0
    names = {True: ("complementary", "direct-only"), False: ("indirect-only", "none")}
    expected = [names[stored[8] < 0.05][0 if c else 1] for c in clear]
    assert found["type"].tolist() == expected


def answers(direct, n=600, seed=4):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    m = 0.6 * x + rng.normal(size=n)
    y = 0.6 * m + direct * x + rng.normal(size=n)
    return pd.DataFrame({"x": x, "m": m, "y": y})


MODEL = "m ~ x\ny ~ m"


@pytest.mark.parametrize(
    ("direct", "expected"),
    [(0.5, "complementary"), (-0.5, "competitive"), (0.0, "indirect-only")],
)
def test_a_direct_path_that_the_model_lacks_is_added(direct, expected):
    frame = answers(direct)
    claimed = fit(MODEL, frame)
    effects = indirect_effects(claimed, [("x", "y")], method="delta")
    found = mediation_types(claimed, effects, seed=1)
    larger = fit(MODEL + " + x", frame)
    row = larger.parameters.query("op == '~' and lhs == 'y' and rhs == 'x'").iloc[0]
    assert set(found["type"]) == {expected}
    assert found["added"].all()
    assert found["direct"].to_numpy() == pytest.approx(row["est"], abs=1e-6)
    assert found["direct_pvalue"].to_numpy() == pytest.approx(row["pvalue"], abs=1e-6)
    own = indirect_effects(larger, [("x", "y")], method="delta").frame.iloc[0]
    assert found["est"].to_numpy() == pytest.approx(own["est"], abs=1e-6)
    assert found["ci_lower"].to_numpy() == pytest.approx(own["ci_lower"], abs=0.02)


def test_moments_do_as_well_and_groups_keep_theirs():
    frame = answers(0.5)
    by_rows = fit(MODEL, frame)
    by_moments = fit(MODEL, Moments(frame.cov(), len(frame)))
    two = pd.concat([frame.assign(g="a"), answers(-0.5, seed=5).assign(g="b")])
    types = [
        mediation_types(f, indirect_effects(f, [("x", "y")], method="delta"), seed=1)
        for f in (by_rows, by_moments, fit(MODEL, two, group="g"))
    ]
    assert types[0]["direct"].to_numpy() == pytest.approx(types[1]["direct"].to_numpy(), abs=1e-6)
    kinds = types[2].groupby("group")["type"].unique()
    assert [list(k) for k in kinds] == [["complementary"], ["competitive"]]


def test_incomplete_and_robust_fits_are_refitted_as_they_were():
    frame = answers(0.5)
    frame.loc[::9, "m"] = np.nan
    claimed = fit(MODEL, frame, estimator="MLR", missing="fiml", fixed_x=False)
    effects = indirect_effects(claimed, [("x", "y")], method="delta")
    found = mediation_types(claimed, effects, seed=1)
    larger = fit(MODEL + " + x", frame, estimator="MLR", missing="fiml", fixed_x=False)
    row = larger.parameters.query("op == '~' and lhs == 'y' and rhs == 'x'").iloc[0]
    assert found["direct_se"].to_numpy() == pytest.approx(row["se"], abs=1e-6)


def test_why_there_is_no_type():
    # x is the instrument by which a model with correlated residuals is identified.
    claimed = fit("m ~ x\ny ~ m\nm ~~ y", answers(0.3))
    effects = indirect_effects(claimed, [("x", "y")], method="delta")
    found = mediation_types(claimed, effects, seed=1)
    assert found["type"].isna().all()
    assert found["note"].str.startswith("the model with the direct paths: ").all()
    assert found["direct"].isna().all()


def test_definitions_have_no_type(talor):
    effects = indirect_effects(talor, method="delta")
    assert set(effects.frame["kind"]) == {"defined"}
    assert mediation_types(talor, effects).empty


def test_the_same_seed_gives_the_same_types():
    frame = answers(0.1)
    claimed = fit(MODEL, frame)
    effects = indirect_effects(claimed, [("x", "y")], method="delta")
    one, other = (mediation_types(claimed, effects, draws=200, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_a_study_whose_claims_include_the_direct_path():
    study = Study.build(["A", "B", "C"], [("A", "B"), ("B", "C"), ("A", "C")], [("A", "B", "C")])
    scales = Scales.build({name: [f"{name.lower()}{i}" for i in (1, 2, 3)] for name in "ABC"})
    rng = np.random.default_rng(7)
    a = rng.normal(size=400)
    b = 0.6 * a + rng.normal(size=400)
    c = 0.6 * b + 0.6 * a + rng.normal(size=400)
    frame = pd.DataFrame(
        {f"{n}{i}": v + 0.5 * rng.normal(size=400) for n, v in zip("abc", (a, b, c), strict=True)
         for i in (1, 2, 3)}
    )  # fmt: skip
    fitted = fit(specify(study, scales), frame)
    effects = indirect_effects(fitted, method="delta")
    found = mediation_types(fitted, effects)
    assert set(found["type"]) == {"complementary"}
    assert not found["added"].any()
    assert found["est"].tolist() == effects.frame["est"].tolist()[: len(found)]
