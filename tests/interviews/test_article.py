"""The article's evidence, held to its tables as they were copied here by hand."""

import dataclasses

import pytest

from scrm_model.errors import ArgumentError, StudyError
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.records import Informant, Relation, Repeat, Theme
from scrm_model.interviews.wording import Text
from scrm_model.study.scrm import STUDY

SAMPLE = """
RTT 45 F 17 40 · RMG 29 F 4 30 · RUIB 32 F 8 45 · RSpectra 37 M 7 50 · RBT 47 M 20 60 ·
RSteNour 35 F 10 40 · RPromacoif 50 F 22 30
"""
# Construct by construct, theme by theme: who is cited.
CITED = {
    "CRO": [
        "RTT RBT RSteNour", "RSpectra RPromacoif", "RPromacoif", "RUIB RMG", "RSteNour", "RTT",
        "RSteNour",
    ],
    "SMS": ["RSteNour RBT", "RMG", "RPromacoif", "RPromacoif RTT", "RTT"],
    "SMTU": ["RSteNour RPromacoif", "RSteNour RMG", "RUIB RMG", "RSpectra", "RBT"],
    "SCRMC": ["RSpectra RMG", "RSteNour RTT", "RUIB RMG", "RSpectra"],
    "CEC": ["RSteNour RUIB", "RPromacoif", "RTT RUIB", "RMG RSteNour"],
    "SCRMP": ["RUIB RSpectra RTT", "RSteNour RSpectra"],
}  # fmt: skip


def small(**more):
    people = [Informant("A"), Informant("B"), Informant("C")]
    themes = [Theme("x", "X", Text("x"), ("A", "B")), Theme("y", "Y", Text("y"), ("B",))]
    return Interviews(**({"name": "small", "informants": people, "themes": themes} | more))


def test_sample_is_that_of_table_1():
    rows = [line.split() for line in SAMPLE.replace("\n", " ").split("·")]
    frame = INTERVIEWS.sample
    columns = ["informant", "age", "gender", "years_in_post", "minutes"]
    assert frame[columns].astype(str).to_numpy().tolist() == rows
    assert set(frame["role"]) == {"head of marketing"}


def test_themes_and_informants_are_those_of_tables_2_to_7():
    found = {}
    for theme in INTERVIEWS.themes:
        found.setdefault(theme.construct, []).append(" ".join(theme.informants))
    assert found == CITED
    assert len(INTERVIEWS.themes) == 27
    assert len(INTERVIEWS.frame) == sum(len(w.split()) for t in CITED.values() for w in t) == 45


def test_counts_by_construct():
    counts = INTERVIEWS.construct_counts()
    assert counts["construct"].tolist() == list(STUDY.construct_ids)
    assert counts["informants"].tolist() == [7, 5, 6, 5, 5, 4]
    assert counts["themes"].tolist() == [7, 5, 5, 4, 4, 2]
    assert counts["citations"].tolist() == [11, 7, 8, 7, 7, 5]
    by_theme = INTERVIEWS.theme_counts()
    assert by_theme["informants"].tolist() == [len(w.split()) for t in CITED.values() for w in t]
    matrix = INTERVIEWS.matrix
    assert matrix.shape == (27, 7)
    assert int(matrix.to_numpy().sum()) == 45
    assert matrix.loc["SMS.definition"].to_dict() == {
        who: who == "RTT" for who in INTERVIEWS.informant_ids
    }


def test_what_text_and_tables_say_differently_is_data():
    said = {d.place: (d.said, d.counted) for d in INTERVIEWS.differences if d.said}
    assert said == {"table 5": (7, 5), "table 6": (7, 5), "table 7": (7, 4)}
    counts = INTERVIEWS.construct_counts().set_index("construct")["informants"]
    assert [counts[c] for c in ("SCRMC", "CEC", "SCRMP")] == [5, 5, 4]
    assert all(d.text.en and d.text.fr for d in INTERVIEWS.differences)


def test_relations_and_hypotheses_are_one_truth():
    assert [r.path for r in INTERVIEWS.relations] == list(STUDY.paths)
    assert [r.origin for r in INTERVIEWS.relations] == [h.origin for h in STUDY.hypotheses]
    assert [r.references for r in INTERVIEWS.relations] == [h.references for h in STUDY.hypotheses]
    assert [r.passages for r in INTERVIEWS.relations] == [3, 3, 3, 3, 3, 3, 4, 3, 2]
    keys = {r.key for r in STUDY.bibliography}
    assert keys.issuperset(key for r in INTERVIEWS.relations for key in r.references)
    assert INTERVIEWS.relation("CRO", "SMS").origin == "interviews"
    assert INTERVIEWS.relation("SMS", "CEC") is None
    evidence = INTERVIEWS.evidence.set_index(["source", "target"])
    assert evidence.loc[("CEC", "SCRMP"), "who"] == "RTT, RUIB, RSteNour"
    assert evidence.loc[("SCRMC", "CEC"), ["passages", "echoes"]].tolist() == [3, 3]


def test_themes_gave_rise_to_every_facet():
    for construct in STUDY.constructs:
        facets = {f for t in INTERVIEWS.themes if t.construct == construct.id for f in t.facets}
        assert facets == {f.id for f in construct.facets}


def test_guide_maps_every_question_and_every_construct():
    assert [t.id for t in INTERVIEWS.guide] == ["opening", *map(str, range(1, 13))]
    topics = INTERVIEWS.topics.set_index("question")["constructs"].to_dict()
    assert topics == {
        "opening": "CRO", "1": "", "2": "SCRMP", "3": "SMTU", "4": "SMTU", "5": "SMTU, SCRMC",
        "6": "SMTU, SCRMC", "7": "SCRMC", "8": "SMS, CRO", "9": "SMS, CRO, SMTU", "10": "SCRMP",
        "11": "SCRMP", "12": "CEC",
    }  # fmt: skip
    paths = {path for topic in INTERVIEWS.guide for path in topic.paths}
    assert paths <= set(STUDY.paths)
    assert {c for t in INTERVIEWS.guide for c in t.constructs} == set(STUDY.construct_ids)


def test_passages_printed_twice():
    table = INTERVIEWS.printed_together()
    assert table.loc["SMTU.listen", "SCRMC.culture"] == 2
    assert (table.to_numpy() == table.to_numpy().T).all()
    assert int(table.to_numpy().trace()) == 45
    other = [r for r in INTERVIEWS.repeats if r.first[1] != r.second[1]]
    assert [(r.first[1], r.second[1]) for r in other] == [("RMG", "RSpectra")]
    for repeat in INTERVIEWS.repeats:
        for theme, who in (repeat.first, repeat.second):
            assert who in {t.id: t.informants for t in INTERVIEWS.themes}[theme]


def test_every_text_has_both_languages_and_quotes_nobody():
    texts = [t.text for t in (*INTERVIEWS.themes, *INTERVIEWS.guide)]
    assert all(text.en and text.fr for text in texts)
    assert not any("«" in text.fr or '"' in text.en for text in texts)


def test_evidence_is_frozen_and_shows_itself():
    with pytest.raises(dataclasses.FrozenInstanceError):
        INTERVIEWS.name = "another"
    assert "CRO 7, SMS 5, SMTU 6, SCRMC 5, CEC 5, SCRMP 4" in repr(INTERVIEWS)
    page = INTERVIEWS._repr_html_()
    assert "RPromacoif" in page
    assert "<script" not in small(name="<script>")._repr_html_()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"informants": [Informant("A"), Informant("A"), Informant("B")]}, "each id once; got 'A'"),
        ({"themes": [Theme("x", "X", Text("x"), ("Z",))]}, "got 'Z' in x"),
        ({"themes": [Theme("x", "X", Text(), ("A",)), Theme("x", "X", Text())]}, "got 'x'"),
        ({"themes": [Theme("x", "X", Text(), ("A", "A"))]}, "got 'A' more than once"),
        ({"relations": [Relation("X", "Y"), Relation("X", "Y")]}, "'X → Y' more than once"),
        ({"repeats": [Repeat(("x", "A"), ("q", "A"))]}, "got 'q' in a repeated passage"),
        ({"repeats": [Repeat(("x", "A"), ("y", "Q"))]}, "got 'Q' in a repeated passage"),
        ({"informants": [], "themes": []}, "at least one informant"),
    ],
)
def test_evidence_that_contradicts_itself_is_refused(change, told):
    with pytest.raises(StudyError, match=told):
        small(**change)


def test_origin_is_one_of_two():
    with pytest.raises(ArgumentError, match="origin= needs 'interviews' or 'literature'"):
        Relation("X", "Y", "rumour")
