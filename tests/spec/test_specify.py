import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference.effects import Effects
from scrm_model.planning.population import population
from scrm_model.spec.model import Model
from scrm_model.spec.origin import Origin
from scrm_model.spec.specify import PERFORMANCE, specify, specify_measurement
from scrm_model.spec.statements import Relation
from scrm_model.study.claims import Construct, Study, Text
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

ELEVEN = {
    "SMTU → SCRMC → SCRMP",
    "SMTU → CEC → SCRMP",
    "SMTU → SCRMC → CEC → SCRMP",
    "CRO → SCRMC → SCRMP",
    "CRO → SCRMC → CEC → SCRMP",
    "CRO → SMTU → SCRMC → SCRMP",
    "CRO → SMTU → CEC → SCRMP",
    "CRO → SMTU → SCRMC → CEC → SCRMP",
    "CRO → SMS → SMTU → SCRMC → SCRMP",
    "CRO → SMS → SMTU → CEC → SCRMP",
    "CRO → SMS → SMTU → SCRMC → CEC → SCRMP",
}


def relations(model, op):
    return [(s.lhs, s.rhs) for s in model.statements if isinstance(s, Relation) and s.op == op]


def labels(model):
    return {
        (s.rhs, s.lhs): s.modifiers.label[0]
        for s in model.statements
        if isinstance(s, Relation) and s.op == "~"
    }


def specific(model):
    """Specific indirect paths of the model's mediation claims, as the engine sees them."""
    cov = population(model, paths=0.2).cov
    pairs = model.origin.mediation_pairs()
    effects = Effects(fit(model, Moments(cov, n=300)), list(pairs), pairs)
    return [e.path for e in effects.effects if e.kind == "specific"]


def test_every_hypothesis_is_a_labelled_path():
    assert labels(specify()) == {h.path: h.id for h in STUDY.hypotheses}
    assert len(labels(specify())) == 9


def test_every_item_measures_its_construct():
    model = specify()
    assert model.observed == SCALES.codes
    for construct in ("CRO", "SMS", "SMTU", "SCRMC", "CEC"):
        items = [x for f, x in relations(model, "=~") if f == construct]
        assert tuple(items) == SCALES[construct].codes
    assert [x for f, x in relations(model, "=~") if f == "SCRMP"] == ["SCRMP_FIRM", "SCRMP_REL"]


def test_the_eleven_indirect_paths():
    pairs = specify().origin.mediation_pairs()
    assert pairs == {("CRO", "SCRMP"): ("SCRMC", "CEC"), ("SMTU", "SCRMP"): ("SCRMC", "CEC")}
    found = specific(specify())
    assert len(found) == 11
    assert set(found) == ELEVEN
    assert sum(path.startswith("SMTU") for path in found) == 3
    assert sum(path.startswith("CRO") for path in found) == 8


def test_the_paths_follow_from_the_study():
    derived = {" → ".join(path) for path in STUDY.indirect_paths()}
    assert derived == ELEVEN
    short = STUDY.without("SMS")
    assert len(specific(specify(short))) == len(short.indirect_paths()) == 8
    longer = STUDY.with_hypothesis("SMS", "CEC")
    assert len(specific(specify(longer))) == len(longer.indirect_paths()) == 12
    assert "CRO → SMS → CEC → SCRMP" in specific(specify(longer))


def test_dimensions_double_the_pairs_and_the_paths():
    model = specify(performance="two-factor")
    assert set(model.origin.mediation_pairs()) == {
        (source, target) for source in ("CRO", "SMTU") for target in ("SCRMP_FIRM", "SCRMP_REL")
    }
    assert len(specific(model)) == 22


@pytest.mark.parametrize("performance", PERFORMANCE)
def test_the_text_reads_back(performance):
    for model in (specify(performance=performance), specify_measurement(performance=performance)):
        assert Model.from_syntax(model.syntax) == model


def test_degrees_of_freedom_of_the_three_forms():
    # Loadings + paths + item residuals + latent variances + covariances.
    free = {
        "second-order": 21 + 9 + 27 + 8,
        "two-factor": 20 + 11 + 27 + 7 + 1,
        "single": 21 + 9 + 27 + 6,
    }
    for performance, expected in free.items():
        assert specify(performance=performance).parameter_table().n_free == expected


def test_performance_as_two_factors():
    model = specify(performance="two-factor")
    assert labels(model)["CEC", "SCRMP_FIRM"] == "H6_FIRM"
    assert labels(model)["SCRMC", "SCRMP_REL"] == "H7_REL"
    assert "SCRMP" not in model.latent
    assert model.origin.standing_for("SCRMP") == ("SCRMP_FIRM", "SCRMP_REL")


def test_performance_as_one_factor():
    model = specify(performance="single")
    assert [x for f, x in relations(model, "=~") if f == "SCRMP"] == list(SCALES["SCRMP"].codes)
    assert labels(model) == labels(specify())


def test_a_construct_with_dimensions_as_cause():
    study = STUDY.with_hypothesis("SCRMP", "SMS", id="H10")
    found = labels(specify(study, performance="two-factor"))
    assert found["SCRMP_FIRM", "SMS"] == "H10_FIRM"
    assert found["SCRMP_REL", "SMS"] == "H10_REL"


def test_one_dimension_alone_is_the_construct():
    scales = SCALES.without("scrmp4", "scrmp5", "scrmp6")
    for performance in PERFORMANCE:
        model = specify(scales=scales, performance=performance)
        found = [x for f, x in relations(model, "=~") if f == "SCRMP"]
        assert found == ["scrmp1", "scrmp2", "scrmp3"]


def test_without_a_construct():
    model = specify(STUDY.without("SMS"))
    assert "SMS" not in model.latent
    assert not any(name.startswith("sms") for name in model.observed)
    assert set(labels(model).values()) == {"H3", "H4", "H5", "H6", "H7", "H8", "H9"}


def test_with_a_hypothesis():
    model = specify(STUDY.with_hypothesis("CRO", "CEC"))
    assert labels(model)["CRO", "CEC"] == "H10"
    assert len(labels(model)) == 10


def test_rivals_are_specified_like_any_study():
    partial = specify(STUDY.rivals["partial"])
    assert set(labels(partial)) - set(labels(specify())) == {("CRO", "SCRMP"), ("SMTU", "SCRMP")}
    assert "SMS" not in specify(STUDY.rivals["no-sms"]).latent
    assert "H9" not in labels(specify(STUDY.rivals["no-h9"])).values()


@pytest.mark.parametrize("performance", PERFORMANCE)
def test_paths_into_one_variable_stand_together(performance):
    lines = specify(performance=performance).syntax.splitlines()
    equations = [line.split(" ~ ")[0] for line in lines if " ~ " in line]
    assert len(equations) == len(set(equations)) == (6 if performance == "two-factor" else 5)


def test_a_study_from_scratch():
    study = Study.build(["A", "B", "C"], [("A", "B"), ("B", "C")], [("A", "B", "C")])
    scales = Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2"], "C": "c", "Z": "z"})
    model = specify(study, scales)
    expected = """
        A =~ a1 + a2 + a3
        B =~ b1 + b2
        C =~ 1*c
        c ~~ 0*c
        B ~ H1*A
        C ~ H2*B
    """
    assert model == Model.from_syntax(expected)
    assert model.name == "Study"
    assert model.origin.mediation_pairs() == {("A", "C"): ("B",)}


def test_a_single_item_is_its_construct():
    study = Study.build(["A", "B"], [("A", "B")])
    scales = Scales.build({"A": ["a1", "a2", "a3"], "B": "b"})
    table = specify(study, scales).table.set_index(["lhs", "op", "rhs"])
    loading, residual = table.loc[("B", "=~", "b")], table.loc[("b", "~~", "b")]
    assert (loading["free"], loading["value"]) == (False, 1.0)
    assert (residual["free"], residual["value"]) == (False, 0.0)


def test_the_measurement_model_correlates_its_factors():
    model = specify_measurement(study=STUDY)
    assert relations(model, "~") == []
    assert relations(model, "=~") == relations(specify(), "=~")
    table = model.table
    latent = table[(table["op"] == "~~") & (table["lhs"] != table["rhs"])]
    assert len(latent) == 15
    assert latent["free"].all()
    assert model.origin.study is STUDY
    assert specify_measurement().origin is None


def test_two_claims_on_one_pair_join_their_mediators():
    study = Study.build(
        ["A", "M", "N", "B"],
        [("A", "M"), ("A", "N"), ("M", "B"), ("N", "B")],
        [("A", "M", "B"), ("A", ["N", "M"], "B")],
    )
    assert Origin(study, {}).mediation_pairs() == {("A", "B"): ("M", "N")}
    assert Origin(study, {}).standing_for("A") == ("A",)


def test_names_in_two_languages_name_the_model():
    study = Study(Text("Trust", "Confiance"), [Construct("A", "A"), Construct("B", "B")])
    study = study.with_hypothesis("A", "B")
    assert specify(study, Scales.build({"A": ["a1", "a2"], "B": ["b1", "b2"]})).name == "Trust"


@pytest.mark.parametrize("call", [specify, specify_measurement])
def test_an_unknown_form_of_performance(call):
    with pytest.raises(ArgumentError, match=r"^performance= .*'secondorder'. Did you mean 'sec"):
        call(performance="secondorder")


def test_a_construct_without_a_scale():
    message = r"^scales= needs .*'SMS' has none. Add items, or .*study.without\('SMS'\)"
    scales = SCALES.without("SMS")
    for call in (lambda: specify(scales=scales), lambda: specify_measurement(scales, study=STUDY)):
        with pytest.raises(ModelError, match=message):
            call()


def test_a_study_without_hypotheses():
    study = Study.build(["A", "B"])
    with pytest.raises(ModelError, match=r"^study= .*got none. .*specify_measurement\(\)"):
        specify(study, Scales.build({"A": ["a1", "a2"], "B": ["b1", "b2"]}))


FORMED = (
    Study.build(["B", "C"])
    .with_construct("A", nature="formative")
    .with_hypothesis("A", "B")
    .with_hypothesis("C", "B")
)
ITEMS = Scales.build({"A": ["a1", "a2"], "B": ["b1", "b2", "b3"], "C": ["c1", "c2", "c3"]})


def formed_data(n=400):
    rng = np.random.default_rng(8)
    z = rng.normal(size=(n, 4))
    a = z[:, :1] + rng.normal(size=(n, 2))
    c = z[:, 1] + 0.5 * z[:, 0]
    b = a @ [0.5, 0.3] + 0.4 * c + z[:, 2]
    values = [a, c[:, None] + rng.normal(size=(n, 3)), b[:, None] + rng.normal(size=(n, 3))]
    names = ["a1", "a2", "c1", "c2", "c3", "b1", "b2", "b3"]
    return pd.DataFrame(np.hstack(values), columns=names)


def test_a_formative_construct_is_the_sum_of_its_items():
    model = specify(FORMED, ITEMS)
    assert "A <~ 1*a1 + a2" in model.syntax
    assert relations(model, "~~") == [
        ("A", "C"), ("a1", "a2"), ("a1", "C"), ("a2", "C"),
    ]  # fmt: skip
    found = fit(model, formed_data())
    assert found.converged
    assert found.admissible
    estimates = found.params
    assert estimates["A<~a2"] == pytest.approx(0.3 / 0.5, abs=0.2)
    assert estimates["H1"] == pytest.approx(0.5, abs=0.15)
    assert estimates["H2"] == pytest.approx(0.4, abs=0.15)
    # The items' own moments are saturated, with each other and with C.
    residual = found.residuals.cov.loc[["a1", "a2"], ["a1", "a2"]]
    np.testing.assert_allclose(residual, 0, atol=1e-6)


def test_formative_constructs_alone_have_fixed_items():
    study = Study.build(["B"]).with_construct("A", nature="formative").with_hypothesis("A", "B")
    model = specify(study, ITEMS)
    assert relations(model, "~~") == []
    assert fit(model, formed_data()).converged


@pytest.mark.parametrize(
    ("performance", "weights"),
    [
        ("second-order", [("A", "A_u"), ("A", "A_v")]),
        ("single", [("A", "a1"), ("A", "a2"), ("A", "a3"), ("A", "a4")]),
        ("two-factor", [("A_u", "a1"), ("A_u", "a2"), ("A_v", "a3"), ("A_v", "a4")]),
    ],
)
def test_dimensions_of_a_formative_construct(performance, weights):
    scales = Scales.build({"A": {"u": ["a1", "a2"], "v": ["a3", "a4"]}, "B": ["b1", "b2"]})
    study = Study.build(["B"]).with_construct("A", nature="formative").with_hypothesis("A", "B")
    model = specify(study, scales, performance=performance)
    assert relations(model, "<~") == weights


def test_the_measurement_model_leaves_formative_constructs_out():
    model = specify_measurement(ITEMS, study=FORMED)
    assert model.latent == ("B", "C")
    alone = FORMED.without("B").without("C")
    with pytest.raises(ModelError, match=r"^study= needs a reflective construct to measure"):
        specify_measurement(ITEMS, study=alone)


def test_a_formative_construct_with_one_item_is_that_item():
    scales = Scales.build({"A": ["a1"], "B": ["b1", "b2", "b3"], "C": ["c1", "c2", "c3"]})
    assert relations(specify(FORMED, scales), "<~") == []


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("C", "A", r"^study= needs hypotheses that .*; H1 leads to 'A', which its items make up"),
        ("C", "B", r"^study= needs a hypothesis from each .*'A' explains nothing, .*without\('A'"),
    ],
)
def test_a_formative_construct_out_of_place(source, target, says):
    study = Study.build(["B", "C"]).with_construct("A", nature="formative")
    with pytest.raises(ModelError, match=says):
        specify(study.with_hypothesis(source, target), ITEMS)


def test_estimates_do_not_depend_on_how_the_model_is_written():
    cov = population(specify(), paths=0.3).cov
    text = fit(specify().syntax, Moments(cov, n=250))
    study = fit(specify(), Moments(cov, n=250))
    np.testing.assert_array_equal(text.theta, study.theta)
