"""Types of mediation from the numbers of lavaan and semTools, and what holds of any type."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import HERE, case

from scrm_model.estimation.fit import fit
from scrm_model.inference.indirect import indirect_effects
from scrm_model.inference.mediation_types import TYPES, mediation_type, mediation_types
from scrm_model.spec.specify import specify
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales


def test_turning_a_variable_round_changes_no_type():
    # Reversing source or target turns both signs.
    for indirect, direct in product((-0.2, 0.2), (-0.4, 0.4)):
        for clear in product((True, False), repeat=2):
            one = mediation_type(indirect, clear[0], direct, clear[1])
            assert one == mediation_type(-indirect, clear[0], -direct, clear[1])
            assert one in TYPES


def test_intervals_of_semtools_and_lavaan_give_the_same_types(talor):
    # Tal-Or et al. (2010): both indirect effects clear, no direct effect of the condition.
    stored = json.loads((HERE / "inference.json").read_text("utf-8"))["monte_carlo"][0]
    rows = case("talor_mediation")["parameters"]["rows"]
    cp = next(r for r in rows if r[4] == "cp")
    est, direct_clear = cp[5], cp[9] > 0 or cp[10] < 0
    effects = indirect_effects(talor, [("cond", "reaction")], 20_000, method="montecarlo", seed=1)
    found = mediation_types(effects).frame.set_index("path")
    through = {"ind1": "cond → pmi → reaction", "ind2": "cond → import → reaction"}
    for name, path in through.items():
        k = stored["names"].index(name)
        clear = stored["ci_lower"][k] > 0 or stored["ci_upper"][k] < 0
        row = found.loc[path]
        expected = mediation_type(stored["est"][k], clear, est, direct_clear)
        assert row["type"] == expected == "indirect-only"
        assert row["indirect"] == pytest.approx(stored["est"][k], abs=1e-6)
        assert row["ci_lower"] == pytest.approx(stored["ci_lower"][k], abs=0.01)
        assert row["direct"] == pytest.approx(est, abs=1e-6)
        assert row["direct_ci_lower"] == pytest.approx(cp[9], abs=0.02)


def test_latent_variables_with_a_direct_path_have_lavaans_interval(serial):
    effects = indirect_effects(serial, [("CRO", "SCRMP")], method="delta")
    found = mediation_types(effects).frame
    cp = next(r for r in case("scrm_serial")["parameters"]["rows"] if r[4] == "cp")
    for name, at in (("direct", 5), ("direct_ci_lower", 9), ("direct_ci_upper", 10)):
        assert found[name].to_numpy() == pytest.approx(cp[at], abs=1e-5)


def test_an_added_path_is_that_of_the_model_which_has_it():
    rng = np.random.default_rng(4)
    x = rng.normal(size=600)
    m = 0.6 * x + rng.normal(size=600)
    frame = pd.DataFrame({"x": x, "m": m, "y": 0.6 * m + 0.5 * x + rng.normal(size=600)})
    frame.loc[::9, "m"] = np.nan
    options = {"estimator": "MLR", "missing": "fiml", "fixed_x": False}
    claimed = fit("m ~ x\ny ~ m", frame, **options)
    found = mediation_types(claimed, [("x", "y")], method="delta")
    larger = fit("m ~ x\ny ~ m + x", frame, **options)
    row = larger.parameters.query("op == '~' and lhs == 'y' and rhs == 'x'").iloc[0]
    assert found.added == (("x", "y"),)
    assert found.frame["type"].tolist() == ["complementary"]
    for name, own in (("direct", "est"), ("direct_ci_lower", "ci_lower")):
        assert found.frame[name].to_numpy() == pytest.approx(row[own], abs=1e-5)


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
    found = mediation_types(fit(specify(study, scales), frame), method="delta")
    assert found.frame["type"].tolist() == ["complementary"]
    assert found.added == ()
