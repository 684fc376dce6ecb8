import dataclasses
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.errors import ArgumentError, StudyError
from scrm_model.study.claims import (
    Alternative,
    Construct,
    Dimension,
    Facet,
    Hypothesis,
    Mediation,
    Study,
    Text,
)
from scrm_model.study.graph import causal_order, simple_paths
from scrm_model.study.scrm import STUDY


def small(**more):
    return Study.build({"A": "a", "B": "b", "C": "c"}, [("A", "B"), ("B", "C")], **more)


# ---- the study itself


def test_study_claims_what_the_article_claims():
    assert STUDY.construct_ids == ("CRO", "SMS", "SMTU", "SCRMC", "CEC", "SCRMP")
    assert [(h.id, *h.path) for h in STUDY.hypotheses] == [
        ("H1", "CRO", "SMS"),
        ("H2", "SMS", "SMTU"),
        ("H3", "SMTU", "CEC"),
        ("H4", "SMTU", "SCRMC"),
        ("H5", "SCRMC", "CEC"),
        ("H6", "CEC", "SCRMP"),
        ("H7", "SCRMC", "SCRMP"),
        ("H8", "CRO", "SMTU"),
        ("H9", "CRO", "SCRMC"),
    ]
    assert [h.id for h in STUDY.hypotheses if h.origin == "interviews"] == ["H1", "H2", "H3", "H6"]
    assert all(h.sign == 1 and h.references for h in STUDY.hypotheses)
    assert STUDY.hypothesis("H8").references == ("godey2016", "trainor2014", "sudha2017")


def test_study_derives_eleven_indirect_paths():
    paths = STUDY.indirect_paths("M1")
    assert paths == STUDY.indirect_paths()
    from_smtu = [p for p in paths if p[0] == "SMTU"]
    assert set(from_smtu) == {
        ("SMTU", "SCRMC", "SCRMP"),
        ("SMTU", "CEC", "SCRMP"),
        ("SMTU", "SCRMC", "CEC", "SCRMP"),
    }
    tails = [p[1:] for p in from_smtu]
    assert set(paths) - set(from_smtu) == {
        ("CRO", "SCRMC", "SCRMP"),
        ("CRO", "SCRMC", "CEC", "SCRMP"),
        *(("CRO", "SMTU", *tail) for tail in tails),
        *(("CRO", "SMS", "SMTU", *tail) for tail in tails),
    }
    assert len(paths) == len(set(paths)) == 11


def test_study_order_and_roles():
    assert STUDY.order == ("CRO", "SMS", "SMTU", "SCRMC", "CEC", "SCRMP")
    assert STUDY.exogenous == ("CRO",)
    assert STUDY.endogenous == ("SMS", "SMTU", "SCRMC", "CEC", "SCRMP")


def test_performance_has_two_dimensions_that_share_out_its_facets():
    performance = STUDY.construct("SCRMP")
    firm, relation = performance.dimensions
    assert (firm.id, relation.id) == ("FIRM", "REL")
    assert (*firm.facets, *relation.facets) == tuple(f.id for f in performance.facets)


def test_everything_is_said_in_both_languages():
    for construct in STUDY.constructs:
        texts = [construct.name, construct.definition, *(f.text for f in construct.facets)]
        texts += [d.name for d in construct.dimensions]
        assert all(text.en and text.fr and text.en != text.fr for text in texts)
    assert STUDY.name.get("fr").startswith("Les déterminants")


def test_bibliography_is_cited_and_prints():
    assert str(STUDY.reference("wang2012")) == (
        "Wang & Feng (2012). Management Decision 50(1), 115–129."
    )
    assert str(STUDY.reference("niessing2014")) == "Niessing (2014)."
    with pytest.raises(StudyError, match="Did you mean 'trainor2014'"):
        STUDY.reference("trainer2014")


def test_rivals():
    rivals = STUDY.rivals
    assert list(rivals) == ["partial", "no-sms", "no-h9"]
    added = set(rivals["partial"].paths) - set(STUDY.paths)
    assert added == {("CRO", "SCRMP"), ("SMTU", "SCRMP")}
    assert len(rivals["partial"].indirect_paths()) == 11
    assert "SMS" not in rivals["no-sms"].construct_ids
    assert ("CRO", "SCRMC") not in rivals["no-h9"].paths
    assert all(not rival.rivals for rival in rivals.values())
    assert str(rivals["no-sms"].name) == "Without social media strategy"


def test_claims_load_without_third_party():
    code = (
        "import sys, scrm_model.study.scrm\nprint({'numpy', 'pandas', 'scipy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


# ---- verbs


def test_a_study_never_changes():
    before = hash(STUDY)
    STUDY.without("SMS")
    assert hash(STUDY) == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        STUDY.name = "another"


def test_without_a_construct_takes_its_claims_along():
    study = STUDY.without("SCRMC")
    assert study.paths == (
        ("CRO", "SMS"),
        ("SMS", "SMTU"),
        ("SMTU", "CEC"),
        ("CEC", "SCRMP"),
        ("CRO", "SMTU"),
    )
    assert study.mediations == (Mediation("M1", ("CRO", "SMTU"), ("CEC",), "SCRMP"),)
    # H9 is gone already, so the rival without it is no rival any more.
    assert list(study.rivals) == ["partial", "no-sms"]


def test_without_the_mediators_or_the_target_ends_the_mediation():
    assert STUDY.without("SCRMC", "CEC").mediations == ()
    assert STUDY.without("SCRMP").mediations == ()
    assert STUDY.without("M1").mediations == ()


def test_without_a_hypothesis_keeps_the_rest():
    study = STUDY.without("H3")
    assert len(study.hypotheses) == 8
    assert len(study.indirect_paths()) == 8


def test_rivals_follow_what_the_study_takes_over():
    study = STUDY.with_hypothesis("CRO", "SCRMP")
    assert study.hypotheses[-1].id == "H10"
    assert study.alternatives[0].adds == (Hypothesis("D2", "SMTU", "SCRMP"),)
    assert ("CRO", "SCRMP") in study.rivals["no-h9"].paths


def test_without_unknown_id_suggests():
    with pytest.raises(StudyError, match=r"got 'SMSS' in without\(\)\. Did you mean 'SMS'"):
        STUDY.without("SMSS")


def test_with_construct_and_mediation():
    study = (
        small()
        .with_construct("D", "d", "meaning", facets=[Facet("x", Text("x"))], nature="formative")
        .with_hypothesis("C", "D", id="last", sign=-1, origin="interviews", note="new")
        .with_mediation("A", ["B", "C"], "D")
        .renamed("Another")
    )
    assert study.construct("D").nature == "formative"
    assert study.hypothesis("last").sign == -1
    assert study.mediations[0].id == "M1"
    assert study.indirect_paths() == (("A", "B", "C", "D"),)
    assert study.name == Text("Another")


def test_with_rival():
    study = small().with_rival("direct", "Direct", paths=[("A", "C")], without="H1")
    assert study.rivals["direct"].paths == (("B", "C"), ("A", "C"))
    with pytest.raises(StudyError, match="got 'Z' in rival wild"):
        study.with_rival("wild", without="Z")
    with pytest.raises(StudyError, match="got 'again', which does not"):
        study.with_rival("again", paths=[("A", "B")])


def test_build_takes_ids_alone_and_bilingual_names():
    study = Study.build(["A", "B"], [("A", "B")], name=Text("Trial", "Essai"))
    assert study.name.get("fr") == "Essai"
    assert study.construct("A").name == Text("A")
    assert Study.build({"A": Text("a", "à")}).construct("A").name.fr == "à"


# ---- contradictions


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Study("s", ()), "constructs= needs at least one construct"),
        (lambda: Study.build({"1A": "a"}), "got '1A'. It is the variable's name"),
        (lambda: Study.build({"A B": "a"}), "got 'A B'"),
        (lambda: small().with_construct("A"), "got 'A' more than once"),
        (lambda: small().with_construct("H1"), "got 'H1' more than once"),
        (lambda: small().with_hypothesis("A", "BB"), "got 'BB' in H3"),
        (lambda: small().with_hypothesis("A", "A"), "A → A in H3. A construct cannot be its own"),
        (lambda: small().with_hypothesis("A", "B"), "got A → B more than once"),
        (lambda: small().with_hypothesis("A", "C", references=["x"]), "references= needs one of"),
        (
            lambda: small().with_mediation("A", "X", "C"),
            "mediations= needs one of A, B, C; got 'X'",
        ),
        (lambda: small().with_mediation((), "B", "C"), "at least one source"),
        (lambda: small().with_mediation("A", "A", "C"), "got A in two roles"),
        (lambda: Study.build("AB", ["AB"]), r"needs a list of \(source, target\); got 'AB'"),
        (lambda: Study.build("AB", mediations=[("A", "B")]), r"\(sources, mediators, target\)"),
        (
            lambda: Study(
                "s", [Construct("A", Text("a"), dimensions=(Dimension("A1", Text("x"), ("f",)),))]
            ),
            "got 'f' in dimension A1",
        ),
        (
            lambda: Study("s", [Construct("A", Text("a"), facets=(Facet("f", Text("x")),) * 2)]),
            "facets= needs ids that differ; got 'A.f'",
        ),
        (
            lambda: dataclasses.replace(small(), alternatives=(Alternative("r", Text("r")),) * 2),
            "alternatives= needs ids that differ",
        ),
        (lambda: small().hypothesis("H12"), "Did you mean 'H2' or 'H1'"),
        (lambda: small().directed_paths("A", "X"), "target= needs one of A, B, C; got 'X'"),
        (lambda: small().indirect_paths("M1"), "mediation_id= needs one of none; got 'M1'"),
    ],
)
def test_contradictions_are_named(make, message):
    with pytest.raises(StudyError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Text("a").get("de"), "lang= needs 'en' or 'fr'; got 'de'"),
        (lambda: Hypothesis("H1", "A", "B", sign=2), r"sign= needs 1 or -1; got 2 in H1"),
        (lambda: Hypothesis("H1", "A", "B", origin="interview"), "Did you mean 'interviews'"),
        (lambda: Construct("A", Text("a"), nature="reflexive"), "Did you mean 'reflective'"),
        (lambda: Facet("f", Text("f"), origin="x"), "origin= needs"),
    ],
)
def test_records_check_their_words(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_text_falls_back_on_the_other_language():
    assert Text("one").get("fr") == "one"
    assert Text(fr="un").get("en") == str(Text(fr="un")) == "un"


# ---- graphs


def test_cycles_are_allowed_and_paths_stay_simple():
    study = small().with_hypothesis("C", "B").with_construct("D").with_hypothesis("B", "D")
    assert study.directed_paths("A", "D") == (("A", "B", "D"),)
    assert study.directed_paths("A", "A") == ()
    assert study.order == ("A", "B", "C", "D")


def test_a_cycle_opens_before_what_follows_from_it():
    assert causal_order("YAB", [("A", "B"), ("B", "A"), ("B", "Y")]) == ("A", "B", "Y")


edges = st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE")), max_size=12)


@settings(deadline=None)
@given(edges)
def test_paths_are_simple_directed_and_sorted(pairs):
    paths = simple_paths("ABCDE", pairs, "A", "E")
    for path in paths:
        assert len(set(path)) == len(path)
        assert all(step in pairs for step in pairwise(path))
    assert [len(p) for p in paths] == sorted(len(p) for p in paths)
    assert len(set(paths)) == len(paths)


@settings(deadline=None)
@given(st.permutations("ABCDE"), edges)
def test_order_is_topological_without_cycles(nodes, pairs):
    forward = [(a, b) for a, b in pairs if a < b]
    order = causal_order(nodes, forward)
    assert sorted(order) == list("ABCDE")
    assert all(order.index(a) < order.index(b) for a, b in forward)


# ---- how it looks


def test_repr_is_readable():
    assert repr(STUDY) == "Study('Drivers of social CRM performance': 6 constructs, 9 hypotheses)"
    text = str(STUDY)
    assert "H1           CRO → SMS (+), interviews" in text
    assert "11 paths" in text
    assert "rivals       partial, no-sms, no-h9" in text
    assert "(−)" in str(small().with_hypothesis("A", "C", sign=-1))


def test_html_is_escaped():
    study = Study.build({"A": "<script>alert(1)</script>"}, name="<b>&")
    page = study._repr_html_()
    assert "<script>" not in page
    assert "&lt;b&gt;&amp;" in page
