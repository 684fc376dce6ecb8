import numpy as np
import pytest
from against_lavaan.witness import case, data

from scrm_model.errors import ArgumentError, ConvergenceWarning
from scrm_model.estimation.fit import ENGINES, fit
from scrm_model.estimation.optimise.solve import Solution
from scrm_model.inference.hypotheses import hypothesis_table
from scrm_model.inference.indirect import indirect_effects
from scrm_model.spec.grammar import read_model
from scrm_model.spec.model import Model
from scrm_model.spec.origin import Origin
from scrm_model.study.scrm import STUDY

MEASURED = """
CRO =~ cro1 + cro2 + cro3 + cro4 + cro5
SMS =~ sms1 + sms2 + sms3 + sms4
SMTU =~ smtu1 + smtu2 + smtu3 + smtu4
SCRMC =~ scrmc1 + scrmc2 + scrmc3 + scrmc4
CEC =~ cec1 + cec2 + cec3 + cec4
"""
PERFORMANCE = "SCRMP =~ scrmp1 + scrmp2 + scrmp3 + scrmp4 + scrmp5 + scrmp6\n"
PATHS = """
SMS ~ CRO
SMTU ~ SMS + CRO
SCRMC ~ SMTU + CRO
CEC ~ SMTU + SCRMC
"""
LAST = "SCRMP ~ CEC + SCRMC"


@pytest.fixture(scope="module")
def whole():
    return fit(MEASURED + PERFORMANCE + PATHS + LAST, data("scrm400"))


@pytest.fixture(scope="module")
def by_dimension():
    text = MEASURED + PATHS + (
        "FIRM =~ scrmp1 + scrmp2 + scrmp3\nRELATION =~ scrmp4 + scrmp5 + scrmp6\n"
        "FIRM ~ CEC + SCRMC\nRELATION ~ CEC + SCRMC"
    )  # fmt: skip
    origin = Origin(STUDY, {"SCRMP": ("FIRM", "RELATION")})
    return fit(Model(read_model(text), origin=origin), data("scrm400"))


def test_a_row_for_every_hypothesis(whole):
    frame = hypothesis_table(whole)
    assert list(frame.columns) == [
        "hypothesis", "source", "target", "lhs", "op", "rhs", "group", "sign", "est", "se", "z",
        "pvalue", "ci_lower", "ci_upper", "std_all", "verdict", "origin", "references",
    ]  # fmt: skip
    assert list(frame["hypothesis"]) == [f"H{k}" for k in range(1, 10)]
    assert (frame["sign"] == 1).all()
    assert (frame["op"] == "~").all()
    paths = whole.parameters.query("op == '~'").set_index(["lhs", "rhs"])
    for _, row in frame.iterrows():
        assert (row["rhs"], row["lhs"]) == (row["source"], row["target"])
        for column in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_all"):
            assert row[column] == paths.loc[(row["lhs"], row["rhs"]), column]
    assert (frame["verdict"] == "supported").all()
    for h, row in zip(STUDY.hypotheses, frame.to_dict("records"), strict=True):
        assert row["origin"] == h.origin
        assert row["references"] == h.references


def test_verdicts(whole):
    claims = STUDY.without("H9").with_hypothesis("CRO", "SCRMC", id="H9", sign=-1)
    frame = hypothesis_table(whole, claims).set_index("hypothesis")
    assert frame.loc["H9", "verdict"] == "opposite direction"
    assert frame.loc["H1", "verdict"] == "supported"
    strict = hypothesis_table(whole, claims, alpha=1e-15).set_index("hypothesis")
    weak = strict["pvalue"] >= 1e-15
    assert weak.any()
    assert (strict.loc[weak, "verdict"] == "not supported").all()
    more = claims.with_hypothesis("SMS", "SCRMP", id="H10")
    last = hypothesis_table(whole, more).iloc[-1]
    assert (last["hypothesis"], last["verdict"]) == ("H10", "not tested")
    assert np.isnan(last[["est", "se", "pvalue"]].astype(float)).all()


def test_a_fixed_path_is_not_tested():
    fitted = fit(MEASURED + PERFORMANCE + PATHS + "SCRMP ~ 0.3*CEC + SCRMC", data("scrm400"))
    frame = hypothesis_table(fitted).set_index("hypothesis")
    assert frame.loc["H6", "verdict"] == "not tested"
    assert frame.loc["H6", "est"] == 0.3


def test_nothing_is_tested_without_a_minimum(monkeypatch):
    def lost(problem, constraints, starts):
        return Solution(starts[0], 1.0, False, 1, constraints.space, 0)

    monkeypatch.setitem(ENGINES, "native", lost)
    with pytest.warns(ConvergenceWarning):
        fitted = fit(MEASURED + PERFORMANCE + PATHS + LAST, data("scrm400"))
    frame = hypothesis_table(fitted)
    assert (frame["verdict"] == "not tested").all()
    assert frame["est"].isna().all()


def test_dimensions_have_a_row_each(by_dimension):
    frame = hypothesis_table(by_dimension)
    assert len(frame) == 11
    part = frame[frame["hypothesis"] == "H6"]
    assert list(part["lhs"]) == ["FIRM", "RELATION"]
    assert list(part["target"]) == ["SCRMP", "SCRMP"]
    assert part["est"].nunique() == 2


def test_mediation_claims_come_from_the_study(by_dimension):
    frame = indirect_effects(by_dimension, method="delta").frame
    found = frame[frame["kind"] == "specific"].groupby(["source", "target"]).size().to_dict()
    assert found == {
        ("CRO", "FIRM"): 8, ("CRO", "RELATION"): 8, ("SMTU", "FIRM"): 3, ("SMTU", "RELATION"): 3,
    }  # fmt: skip


def test_only_paths_through_the_claimed_mediators_are_shown(whole):
    text = MEASURED + PERFORMANCE + PATHS + LAST + " + a*SMTU"
    fitted = fit(Model(read_model(text), origin=Origin(STUDY, {})), data("scrm400"))
    frame = indirect_effects(fitted, method="delta").frame
    specific = frame.query("kind == 'specific' and source == 'CRO'")["path"]
    assert "CRO → SMTU → SCRMP" not in set(specific)
    assert len(specific) == 8
    named = indirect_effects(fitted, [("CRO", "SCRMP")], method="delta").frame
    assert "CRO → SMTU → SCRMP" in set(named["path"])
    total = [f.query("kind == 'total' and source == 'CRO'")["est"].item() for f in (frame, named)]
    assert total[0] == pytest.approx(total[1])


def test_groups_have_a_row_each():
    frame = data("scrm400")
    frame["size"] = ["small", "large"] * 200
    fitted = fit(
        "CRO =~ cro1 + cro2 + cro3\nSMS =~ sms1 + sms2 + sms3\nSMS ~ CRO", frame, group="size"
    )
    found = hypothesis_table(fitted).query("hypothesis == 'H1'")
    assert list(found["group"]) == [1, 2]
    assert found["est"].nunique() == 2


def test_alpha(whole):
    with pytest.raises(ArgumentError, match="alpha= needs a number between 0 and 1; got 5"):
        hypothesis_table(whole, alpha=5)


def test_estimates_are_those_of_lavaan(whole):
    stored = case("scrm_sem_ml")
    assert whole.measures["chisq"] == pytest.approx(stored["measures"]["chisq"], rel=1e-8)
