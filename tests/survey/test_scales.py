import re

import pytest

from scrm_model.errors import ArgumentError, ScaleError
from scrm_model.study.claims import Study, Text
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Attention, Choice, Item, Question, Scale, Scales

FILE = """\
languages = ["en"]
points = 5

[[scale]]
construct = "A"

[[scale.item]]
code = "a1"
en = "First."

[[scale.item]]
code = "a2"
en = "Second."
source = "someone"
reverse = true

[[attention]]
code = "att"
answer = 2
en = "Choose 2."
points = 5
"""


# ---- the instrument


def test_codes_are_those_of_existing_data_files():
    counts = {"cro": 5, "sms": 4, "smtu": 4, "scrmc": 4, "cec": 4, "scrmp": 6}
    expected = tuple(f"{stem}{i}" for stem, n in counts.items() for i in range(1, n + 1))
    assert SCALES.codes == expected
    assert tuple(SCALES) == STUDY.construct_ids


def test_performance_items_have_their_dimensions():
    assert SCALES["SCRMP"].by_dimension == {
        "FIRM": ("scrmp1", "scrmp2", "scrmp3"),
        "REL": ("scrmp4", "scrmp5", "scrmp6"),
    }
    assert SCALES["CRO"].by_dimension == {"": SCALES["CRO"].codes}


def test_every_item_has_two_languages_a_facet_and_a_source():
    SCALES.check(STUDY)
    for code in SCALES.codes:
        item = SCALES.item(code)
        assert item.facet
        assert item.source
        assert re.search(r"\b[Oo]ur firm", item.text.en), code
        assert re.search(r"[Nn]otre entreprise", item.text.fr), code
    texts = [SCALES.item(code).text for code in SCALES.codes]
    assert len(set(texts)) == len(texts)


def test_items_of_a_scale_carry_different_facets():
    for scale in SCALES.values():
        facets = [item.facet for item in scale.items]
        assert len(set(facets)) == len(facets), scale.construct


def test_seven_points_labelled_in_both_languages():
    for scale in (*SCALES.values(), SCALES.marker):
        assert scale.points == (1, 7)
        assert len(scale.anchors) == 7
        assert all(anchor.en and anchor.fr for anchor in scale.anchors)


def test_surrounding_questions():
    assert len(SCALES.marker.items) == 4
    assert SCALES.points("mark1") == (1, 7)
    assert [(check.code, check.answer) for check in SCALES.attention] == [("att1", 2), ("att2", 6)]
    # The wording names the label of the right answer.
    for check in SCALES.attention:
        label = SCALES["CRO"].anchors[check.answer - 1]
        assert f'"{label.en}"' in check.text.en
        assert f"« {label.fr} »" in check.text.fr
    screening = {q.code: q for q in SCALES.screening}
    assert set(screening) == {
        "role",
        "years_in_post",
        "knowledge",
        "involvement",
        "uses_social_media",
        "has_crm",
    }
    assert screening["has_crm"].eligible == (1,)
    controls = {q.code for q in SCALES.controls}
    assert controls == {"firm_size", "firm_age", "sector", "customers_type", "market"}
    for question in (*SCALES.screening, *SCALES.controls):
        assert question.text.en
        assert question.text.fr


# ---- verbs


def test_restricted_to_a_variant_of_the_study():
    scales = SCALES.restricted_to(STUDY.without("SMS"))
    assert "SMS" not in scales
    assert scales.marker == SCALES.marker
    with pytest.raises(ScaleError, match="got 'TRUST' in the study"):
        SCALES.restricted_to(STUDY.with_construct("TRUST"))


def test_without_constructs_and_items():
    scales = SCALES.without("SMS", "cro5")
    assert "sms1" not in scales.codes
    assert scales["CRO"].codes == ("cro1", "cro2", "cro3", "cro4")
    with pytest.raises(ScaleError, match=r"got 'cro9' in without.*Did you mean"):
        SCALES.without("cro9")
    with pytest.raises(ScaleError, match="needs at least one item; got none for A"):
        Scales.build({"A": ["a1"]}).without("a1")


def test_build_from_scratch():
    scales = Scales.build(
        {"COMP": ["comp_1", "comp_2"], "CUSA": "cusa", "P": {"F": ["p1"], "R": ["p2"]}},
        points={"COMP": (1, 7), "CUSA": 10, "P": (0, 10)},
        texts={"comp_1": "Competent", "cusa": Text("Satisfied", "Satisfait")},
    )
    assert scales.codes == ("comp_1", "comp_2", "cusa", "p1", "p2")
    assert [scales.points(c) for c in ("comp_1", "cusa", "p1")] == [(1, 7), (1, 10), (0, 10)]
    assert scales["P"].by_dimension == {"F": ("p1",), "R": ("p2",)}
    assert scales.item("cusa").text.get("fr") == "Satisfait"
    assert scales.item("comp_2").text == Text()
    assert repr(scales) == "Scales(3 constructs, 5 items)"
    assert str(scales).startswith("Scales: 3 constructs, 5 items\n  COMP     1–7  comp_1, comp_2")


def test_is_a_mapping():
    assert "X" not in SCALES
    assert SCALES.get("X") is None
    assert len(SCALES) == 6
    assert hash(SCALES) == hash(SCALES.without())
    with pytest.raises(KeyError, match="Did you mean 'SMTU'"):
        SCALES["SMTUS"]
    with pytest.raises(ScaleError, match="Did you mean 'scrmp1'"):
        SCALES.item("scrmpp1")


# ---- TOML


def test_from_text_and_from_file(tmp_path):
    scales = Scales.from_toml(FILE)
    path = tmp_path / "own.toml"
    path.write_text(FILE, encoding="utf-8-sig")
    assert Scales.from_toml(path) == Scales.from_toml(str(path)) == scales
    assert scales.points("a1") == (1, 5)
    assert scales.item("a2") == Item("a2", "A", Text("Second."), source=("someone",), reverse=True)
    assert scales.marker is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('languages = ["en"]', "", r"the text, line 8, a1: fr= needs a wording; got none"),
        ('languages = ["en"]', 'languages = ["de"]', r"languages= needs some of"),
        ('en = "First."', 'en = " "', "the text, line 8, a1: en= needs a wording"),
        ('code = "a2"', 'code = "a1"', "the text, line 12, a1: code= needs a code of its own"),
        ('code = "att"', 'code = "a2"', "a2: code= needs a code of its own"),
        ('code = "a1"', 'code = "a 1"', "A item: code= needs a letter .* got 'a 1'"),
        ('code = "a1"\n', "", "A item: code= needs a letter .* got ''"),
        ('construct = "A"', 'construct = ""', "scale 1: code= needs a letter"),
        ("reverse = true", "reversed = true", "reversed= is no key here. Did you mean 'reverse'"),
        ("points = 5\n\n[[s", "points = 1\n\n[[s", "line 5, A: points= needs a number of points"),
        ("points = 5\n\n[[s", "points = [7, 1]\n\n[[s", r"got \[7, 1\]"),
        ("points = 5\n\n[[s", 'anchors = ["x"]\n\n[[s', "A anchors: needs a table; got 'x'"),
        ("points = 5\n\n[[s", 'anchors = [{en="x"}]\n\n[[s', "line 5, A: anchors= needs 2 labels"),
        ("answer = 2", "answer = 6", "att: answer= needs a whole number from 1 to 5; got 6"),
        ("answer = 2\n", "", "got None for att"),
        ("answer = 2", "answer = ", "the text: Invalid value"),
        ("[[attention]]", "[[attentoin]]", "attentoin= is no key here. Did you mean 'attention'"),
    ],
)
def test_mistakes_are_named_with_their_place(old, new, message):
    assert old in FILE
    with pytest.raises(ScaleError, match=message):
        Scales.from_toml(FILE.replace(old, new, 1))


def test_scale_without_items_and_questions_gone_wrong():
    with pytest.raises(ScaleError, match="line 2, A: items= needs at least one item"):
        Scales.from_toml('[[scale]]\nconstruct = "A"\n')
    question = '[[control]]\ncode = "q"\nen = "?"\nfr = "?"\n'
    with pytest.raises(ScaleError, match=r"q: choices= needs answers .* got \[\] for q"):
        Scales.from_toml(question)
    with pytest.raises(ScaleError, match=r"q: kind= needs .* Did you mean 'number'"):
        Scales.from_toml(question + 'kind = "numbers"\n')


def test_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ScaleError, match="source= needs a TOML file in UTF-8"):
        Scales.from_toml(tmp_path / "none.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(FILE.replace("First", "Prénom").encode("cp1252"))
    with pytest.raises(ScaleError, match="Check the path and the encoding"):
        Scales.from_toml(path)


# ---- against a study


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (Item("x", "SCRMP", dimension="FIRMS"), "dimension= .* Did you mean 'FIRM'"),
        (Item("x", "SCRMP"), "dimension= needs one of 'FIRM', 'REL'; got ''"),
        (Item("x", "SCRMP", dimension="FIRM", facet="sale"), "facet= .* Did you mean 'sales'"),
        (Item("x", "SCRMP", dimension="FIRM", source=("rap2010",)), "Did you mean 'rapp2010'"),
    ],
)
def test_items_must_fit_the_study(item, message):
    others = tuple(scale for scale in SCALES.scales if scale.construct != "SCRMP")
    with pytest.raises(ScaleError, match=message):
        Scales((*others, Scale("SCRMP", (item,)))).check(STUDY)


def test_constructs_must_fit_the_study():
    study = Study.build(["A", "B"])
    with pytest.raises(ScaleError, match="construct= needs one of 'A', 'B'; got 'C' in a scale"):
        Scales.build({"A": "a", "B": "b", "C": "c"}).check(study)
    with pytest.raises(ScaleError, match="scales= needs one of 'A'; got 'B' in the study"):
        Scales.from_toml(FILE, study)


# ---- records


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Scales.build({"A": ["x"], "B": ["x"]}), "code= needs names that differ; got x"),
        (lambda: Scales((Scale("A", (Item("a", "A"),)),) * 2), "scales= needs names that differ"),
        (lambda: Scale("A", (Item("b", "B"),)), "needs items of A; got b of another"),
        (lambda: Scale("A", (Item("a", "A"),), points=True), "got True"),
        (lambda: Scale("A", (Item("a", "A"),), points=(1.0, 7)), "got"),
        (lambda: Attention("a", Text("x"), 9), "answer= needs a whole number from 1 to 7; got 9"),
        (lambda: Question("q", Text("x"), "number", (Choice(1, Text("x")),)), "none for another"),
        (
            lambda: Question("q", Text("x"), choices=(Choice(1, Text("x")),), eligible=(2,)),
            r"eligible= needs values among the choices \[1\]; got \[2\]",
        ),
    ],
)
def test_records_refuse_nonsense(make, message):
    with pytest.raises(ScaleError, match=message):
        make()


def test_kind_of_question_is_a_known_word():
    with pytest.raises(ArgumentError, match="kind= needs"):
        Question("q", Text("x"), "slider")


def test_items_are_reworded_and_nothing_else_changes():
    scales = Scales.build({"A": ["a1", "a2"]}, texts={"a1": "old"})
    new = scales.reworded({"a1": "new", "a2": Text("two", "deux")})
    assert [new.item(code).text.get("fr") for code in ("a1", "a2")] == ["new", "deux"]
    assert scales.item("a1").text.get() == "old"
    assert new.codes == scales.codes
    with pytest.raises(ScaleError, match=r"texts= needs one of .*'a1', 'a2'; got 'a3'"):
        scales.reworded({"a3": "x"})
