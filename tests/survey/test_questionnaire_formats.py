"""Each format by its own grammar: names, required columns, conditions, and what stays inert."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import groupby

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from pyxform.xls2xform import convert
from survey import questionnaire_files as files
from survey.hostile_scales import hostile_scales

import scrm_model as scrm
from scrm_model.errors import ScaleError
from scrm_model.study.claims import Text
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.questionnaire.redcap import COLUMNS as REDCAP
from scrm_model.survey.scales import Choice, Item, Question, Scale, Scales

H, XF = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2002/xforms}"
ELIGIBLE = {
    "consent": 1, "role": 3, "years_in_post": 2, "knowledge": 6, "involvement": 5,
    "uses_social_media": 1, "has_crm": 1,
}  # fmt: skip


@pytest.fixture
def hostile():
    return hostile_scales()


def write(scales, folder, form, ending, lang="en", **options):
    return scrm.write_questionnaire(scales, folder / f"file.{ending}", form, lang, **options)


class Blank:
    """An answer that was not given: it is equal to nothing but itself, and above nothing."""

    def __eq__(self, other):
        return isinstance(other, Blank)

    def __hash__(self):
        return 0

    def __ge__(self, other):
        return False

    def __lt__(self, other):
        return False


def holds(expression, answers, pattern):
    """Whether a condition holds; the three grammars differ in names, `=` and `not`."""
    said = {re.sub("_", "", code) if "NAOK" in pattern else code: v for code, v in answers.items()}
    values = []

    def value(found):
        values.append(said.get(found[1], Blank()))
        return f"values[{len(values) - 1}]"

    python = re.sub(pattern, value, expression).replace("''", "Blank()")
    python = re.sub(r"'(\d+)'", r"\1", python).replace("<>", "!=").replace("!(", "not (")
    python = re.sub(r"(?<![<>=!])=(?!=)", "==", python)
    return bool(eval(python, {"values": values, "Blank": Blank}))


AWAY = [
    {"role": 6}, {"years_in_post": 0.5}, {"knowledge": 3}, {"involvement": 1}, {"has_crm": 0},
    {"uses_social_media": 0},
]  # fmt: skip


# ---- XLSForm


@pytest.mark.parametrize("layout", ["single", "matrix"])
@pytest.mark.parametrize("lang", ["en", "fr", "both", ("fr", "en")])
def test_pyxform_takes_the_form(lang, layout, tmp_path):
    written = write(SCALES, tmp_path, "xlsform", "xlsx", lang, layout=layout)
    made = convert(str(written.path), validate=False)
    assert made.warnings == []
    root = ET.fromstring(made.xform)
    translations = root.findall(f".//{XF}translation")
    names = {"en": "English (en)", "fr": "Français (fr)"}
    assert {t.get("lang") for t in translations} == {names[each] for each in written.languages}
    default = next(t for t in translations if t.get("default"))
    assert default.get("lang") == names[written.languages[0]]
    for translation in translations:
        each = next(k for k, v in names.items() if v == translation.get("lang"))
        labels = {t.get("id"): "".join(t.find(f"{XF}value").itertext()) for t in translation}
        wanted = files.expected(SCALES, each)
        for code, (wording, _) in wanted.items():
            place = next(k for k in labels if re.search(rf"/{code}:label$", k))
            assert labels[place] == wording
    assert root.findall(f".//{H}body")


def test_a_hostile_form_is_taken_and_keeps_its_wordings(hostile, tmp_path):
    with pytest.raises(ScaleError, match=r"^text= needs wordings without '\$\{' for XLSForm"):
        write(hostile, tmp_path, "xlsform", "xlsx")
    kept = [item for item in hostile["A"].items if "${" not in item.text.en]
    choices = tuple(c for c in hostile.screening[0].choices if "${" not in c.text.en)
    quiet = Text("quiet", "calme")
    anchors = tuple(quiet if "${" in a.en else a for a in hostile["A"].anchors)
    scales = Scales(
        (replace(hostile["A"], items=tuple(kept), anchors=anchors),),
        screening=(replace(hostile.screening[0], choices=choices),),
    )
    written = write(scales, tmp_path, "xlsform", "xlsx", "both")
    for lang in ("en", "fr"):
        found = files.xlsform(written.path, lang)
        found.pop("consent")
        assert found == {c: (w, list(a)) for c, (w, a) in files.expected(scales, lang).items()}
    assert any("marks of style" in note.en and "a_0" in note.en for note in written.notes)
    xform = convert(str(written.path), validate=False).xform
    assert "<script" not in xform
    for sheet in load_workbook(written.path).worksheets:
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "n" and c.value]


def test_rows_of_the_form(tmp_path):
    written = write(SCALES, tmp_path, "xlsform", "xlsx", "both")
    survey = files.sheet(written.path, "survey")
    by_name = {row["name"]: row for row in survey if "name" in row}
    assert by_name["cro1"]["appearance"] == "likert"
    assert "appearance" not in by_name["role"]
    assert by_name["cro1"]["required"] == "yes"
    assert by_name["cro1"]["required_message::Français (fr)"]
    groups = [row for row in survey if row["type"] == "begin_group"]
    assert len(groups) == len(written.questionnaire.sections)
    assert {row["appearance"] for row in groups} == {"field-list"}
    assert sum(row["type"] == "end_group" for row in survey) == len(groups)
    names = [row["name"] for row in survey if "name" in row]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w*", name) for name in names)
    matrix = files.sheet(write(SCALES, tmp_path, "xlsform", "xlsx", layout="matrix").path, "survey")
    tables = [row for row in matrix if row.get("appearance") == "table-list"]
    assert len(tables) == 7
    assert not [row for row in matrix if row.get("appearance") == "likert"]
    optional = files.sheet(
        write(SCALES, tmp_path, "xlsform", "xlsx", required=False).path, "survey"
    )
    asked = {row["name"]: "required" in row for row in optional if "name" in row}
    assert asked["consent"]
    assert asked["has_crm"]
    assert not asked["cro1"]
    assert not asked["market"]


def test_who_is_shown_what_in_the_form(tmp_path):
    survey = files.sheet(write(SCALES, tmp_path, "xlsform", "xlsx").path, "survey")
    rules = {row["name"]: row.get("relevant", "true()") for row in survey if "name" in row}
    rules = {name: rule.replace("true()", "1 = 1") for name, rule in rules.items()}
    check_routes(rules, r"\$\{(\w+)\}", "part_3", "screening_page", "controls_page", "thanks")


def check_routes(rules, pattern, items, screening, *others):
    """Who agrees and is eligible sees all; the others are led past the items, and told."""

    def shown(answers):
        return {name for name, rule in rules.items() if holds(rule, answers, pattern)}

    body = {items, *others}
    assert body <= shown(ELIGIBLE)
    assert not {"refused", "ineligible"} & shown(ELIGIBLE)
    for wrong in AWAY:
        seen = shown(ELIGIBLE | wrong)
        assert "ineligible" in seen, wrong
        assert not (body | {"refused"}) & seen, wrong
        assert screening in seen
    refused = shown({"consent": 0})
    assert "refused" in refused
    assert not (body | {"ineligible", screening}) & refused


# ---- LimeSurvey


@pytest.mark.parametrize("layout", ["matrix", "single"])
def test_codes_and_ids_of_limesurvey(layout, hostile, tmp_path):
    for scales in (SCALES, hostile):
        written = write(scales, tmp_path, "limesurvey", "txt", "both", layout=layout)
        rows = files.limesurvey_rows(written.path)
        assert [row["class"] for row in rows[:7]] == ["S"] * 6 + ["SL"]
        settings = {row["name"]: row["text"] for row in rows if row["class"] == "S"}
        assert (settings["language"], settings["additional_languages"]) == ("en", "fr")
        both = [[r for r in rows if r["language"] == lang and r["class"] != "SL"]
                for lang in ("en", "fr")]  # fmt: skip
        keep = ("id", "related_id", "class", "type/scale", "relevance", "mandatory")
        english, french = ([[row[k] for k in keep] for row in part] for part in both)
        assert english == french
        for kind in ("Q", "SQ", "A"):
            assert [r["name"] for r in both[0] if r["class"] == kind] == [
                r["name"] for r in both[1] if r["class"] == kind
            ]
        questions = [row for row in both[0] if row["class"] == "Q"]
        subs = [row for row in both[0] if row["class"] == "SQ"]
        assert bool(subs) == (layout == "matrix")
        for row in (*questions, *subs):
            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", row["name"])
        names = [row["name"].casefold() for row in questions]
        assert len(set(names)) == len(names)
        ids = [row["id"] for row in both[0] if row["class"] in ("Q", "SQ")]
        assert ids == [str(n + 1) for n in range(len(ids))]
        assert {row["type/scale"] for row in questions} <= set("FLNSX")
        assert all(re.fullmatch(r"\d{1,5}", r["name"]) for r in both[0] if r["class"] == "A")
        assert not [r for r in rows if "{" in r["text"] or "<script" in r["text"]]


def test_random_order_in_limesurvey(tmp_path):
    written = write(SCALES, tmp_path, "limesurvey", "txt", randomise="both")
    rows = files.limesurvey_rows(written.path)
    arrays = [row for row in rows if row["type/scale"] == "F"]
    assert len(arrays) == 7
    assert {row["random_order"] for row in arrays} == {"1"}
    groups = [row["random_group"] for row in rows if row["class"] == "G"]
    assert groups == ["", "", *["blocks"] * 7, "", ""]
    # Every respondent has an order of his own: none is fixed here, and no seed is told.
    plain = write(SCALES, tmp_path, "limesurvey", "txt")
    assert plain.questionnaire.sections == written.questionnaire.sections
    assert not any("seed" in note.en for note in written.notes)
    still = files.limesurvey_rows(plain.path)
    assert not [row for row in still if row["random_order"] or row["random_group"]]
    single = write(SCALES, tmp_path, "limesurvey", "txt", randomise="items", layout="single")
    asked = {row["name"]: row["random_group"] for row in files.limesurvey_rows(single.path)}
    assert asked["cro1"] == asked["cro5"] != asked["sms1"] != ""
    assert asked["role"] == ""


def test_who_is_shown_what_in_limesurvey(tmp_path):
    rows = files.limesurvey_rows(write(SCALES, tmp_path, "limesurvey", "txt").path)
    rules = {r["name"]: r["relevance"] for r in rows if r["class"] == "G" and r["language"]}
    rules |= {r["name"]: r["relevance"] for r in rows if r["name"] in ("refused", "screenedout")}
    rules["ineligible"] = rules.pop("screenedout")
    assert set(rules) >= {"Part 1", "Part 10", "Questionnaire", "refused"}
    check_routes(rules, r"(\w+)\.NAOK", "Part 3", "Part 2", "Part 10")
    # The last page is there for those two alone.
    assert not holds(rules["Questionnaire"], ELIGIBLE, r"(\w+)\.NAOK")
    assert holds(rules["Questionnaire"], ELIGIBLE | {"role": 6}, r"(\w+)\.NAOK")


def one(code, **more):
    return Scales(
        (Scale("A", (Item(code, "A", Text("Yes.")), Item("z", "A", Text("No."))), **more),)
    )


@pytest.mark.parametrize(
    ("form", "ending", "code"),
    [
        ("limesurvey", "txt", "a" * 21),
        ("limesurvey", "txt", "日本"),
        ("limesurvey", "txt", "Z"),  # the same as z but for its case
        ("redcap", "csv", "a" * 27),
        ("redcap", "csv", "日本"),
        ("redcap", "csv", "Z"),
    ],
)
def test_codes_that_a_program_cannot_have(form, ending, code, tmp_path):
    with pytest.raises(ScaleError, match=r"^code= needs a letter followed by .*; got .*Rename"):
        write(one(code), tmp_path, form, ending)
    assert list(tmp_path.iterdir()) == []


def test_renamed_codes_are_told(tmp_path):
    scales = one("Séné.x_1")
    lime = write(scales, tmp_path, "limesurvey", "txt")
    assert lime.columns["A[Senex1]"] == "Séné.x_1"
    assert any("Séné.x_1 → Senex1" in note.en for note in lime.notes)
    redcap = write(scales, tmp_path, "redcap", "csv")
    assert redcap.columns["sene_x_1"] == "Séné.x_1"
    assert any("sene_x_1" in note.fr for note in redcap.notes)


def test_values_that_limesurvey_cannot_have(tmp_path):
    with pytest.raises(ScaleError, match=r"^value= needs a whole number .* got -2 in a"):
        write(one("a", points=(-2, 2)), tmp_path, "limesurvey", "txt")


# ---- Qualtrics

TAG = re.compile(
    r"\[\[(AdvancedFormat|Block:[^\[\]]+|Question:(DB|Matrix|TE:SingleLine|"
    r"MC:SingleAnswer:(Vertical|Horizontal))|ID:[\w.]+|Choices|Answers|AdvancedChoices|"
    r"AdvancedAnswers|Choice:-?\d+|Answer:-?\d+)\]\]"
)


@pytest.mark.parametrize("layout", ["matrix", "single"])
def test_tags_of_qualtrics(layout, hostile, tmp_path):
    for scales in (SCALES, hostile):
        written = write(scales, tmp_path, "qualtrics", "txt", layout=layout)
        text = written.path.read_bytes().decode("utf-8")
        tags = [line for line in text.split("\r\n") if "[[" in line or "]]" in line]
        assert all(TAG.fullmatch(line) for line in tags)
        rest = "\n".join(line for line in text.split("\r\n") if line not in tags)
        assert not re.search(r"[\[\]{}$]|<script", rest)
        ids = re.findall(r"\[\[ID:(.+?)\]\]", text)
        assert len(set(ids)) == len(ids)
        assert text.count("[[Question:") == len(ids)
        assert ("[[Question:Matrix]]" in text) == (layout == "matrix")


def test_values_of_qualtrics(tmp_path):
    text = write(SCALES, tmp_path, "qualtrics", "txt").path.read_text(encoding="utf-8")
    # Yes is 1 and No is 0: numbered as they stand they would be 1 and 2.
    assert "[[AdvancedChoices]]\n[[Choice:1]]\nYes\n[[Choice:0]]\nNo\n" in text
    assert "[[ID:cro1]]" in text
    zero = one("a", points=(0, 2))
    matrix = write(zero, tmp_path, "qualtrics", "txt", layout="matrix").path.read_text("utf-8")
    assert "[[AdvancedAnswers]]\n[[Answer:0]]\n0\n[[Answer:1]]\n1\n[[Answer:2]]\n2\n" in matrix


def test_qualtrics_says_what_to_set_by_hand(tmp_path):
    written = write(SCALES, tmp_path, "qualtrics", "txt", randomise="both")
    notes = "\n".join(str(note) for note in written.notes)
    assert "no branching" in notes
    assert "role = 1 | 2 | 3 | 4 | 5; years_in_post >= 1; knowledge >= 4" in notes
    assert "no random order either: set that of items and blocks by hand" in notes
    assert "not required until you say so" in notes
    assert "seed" not in notes
    bare = write(one("a"), tmp_path, "qualtrics", "txt", consent=False)
    assert not any("branching" in note.en for note in bare.notes)


# ---- REDCap


@pytest.mark.parametrize("layout", ["matrix", "single"])
def test_rows_of_the_dictionary(layout, hostile, tmp_path):
    for scales in (SCALES, hostile):
        written = write(scales, tmp_path, "redcap", "csv", layout=layout)
        rows = files.redcap_rows(written.path)
        assert list(rows[0]) == list(REDCAP)
        assert len(REDCAP) == 18
        assert (rows[0][REDCAP[0]], rows[0]["Field Type"]) == ("record_id", "text")
        names = [row[REDCAP[0]] for row in rows]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) for name in names)
        assert {row["Form Name"] for row in rows} == {"questionnaire"}
        assert {row["Field Type"] for row in rows} <= {"text", "radio", "descriptive"}
        assert not [row for row in rows if row["Field Type"] == "radio" and not row[REDCAP[5]]]
        for cell in (cell for row in rows for cell in row.values()):
            assert cell[:1] not in tuple("=+-@")
            assert "<script" not in cell
            assert "\n" not in cell
        for row in rows:
            assert not re.search(r"[\[\]{}]", row["Field Label"] + row[REDCAP[5]])
        check_matrices(rows, layout)


def check_matrices(rows, layout):
    groups = [name for name, _ in groupby(row["Matrix Group Name"] for row in rows) if name]
    assert bool(groups) == (layout == "matrix")
    assert len(set(groups)) == len(groups)
    for name in groups:
        assert re.fullmatch(r"[a-z0-9_]+", name)
        members = [row for row in rows if row["Matrix Group Name"] == name]
        assert len(members) > 1
        for column in ("Field Type", REDCAP[5]):
            assert len({row[column] for row in members}) == 1
        assert members[0]["Section Header"]


def test_who_is_shown_what_in_redcap(tmp_path):
    rows = files.redcap_rows(write(SCALES, tmp_path, "redcap", "csv").path)
    rules = {row[REDCAP[0]]: row[REDCAP[11]] or "1 = 1" for row in rows}
    check_routes(rules, r"\[(\w+)\]", "cro1", "role", "market", "scrmp6")
    # Before all is answered nobody is told to leave.
    assert not holds(rules["ineligible"], {"consent": 1}, r"\[(\w+)\]")
    fields = {row[REDCAP[0]]: row for row in rows}
    assert fields["years_in_post"][REDCAP[7]] == "number"
    assert fields["cro1"]["Required Field?"] == "y"


def test_a_name_that_an_xlsform_keeps_for_itself(tmp_path):
    with pytest.raises(ScaleError, match=r"^code= needs another name than 'meta'.*got 'Meta'"):
        write(one("Meta"), tmp_path, "xlsform", "xlsx")


def test_a_field_that_redcap_keeps_for_itself(tmp_path):
    with pytest.raises(ScaleError, match=r"^code= needs another name than 'record_id'"):
        write(one("record_id"), tmp_path, "redcap", "csv")


# ---- paper and page


@pytest.mark.parametrize("lang", ["en", "fr", "both"])
def test_tables_of_word(lang, tmp_path):
    written = write(SCALES, tmp_path, "word", "docx", lang, title=Text("Our survey", "Enquête"))
    document = Document(written.path)
    assert len(document.tables) == 7 * len(written.languages)
    for table in document.tables:
        first = table.rows[0]._tr.get_or_add_trPr()
        assert first.find(qn("w:tblHeader")) is not None
        assert all(
            row._tr.get_or_add_trPr().find(qn("w:cantSplit")) is not None for row in table.rows
        )
    titles = {"en": "Our survey", "fr": "Enquête"}
    heads = [p.text for p in document.paragraphs if p.style.name == "Title"]
    assert heads == [titles[each] for each in written.languages]
    assert document.core_properties.title == heads[0]
    spoken = {e.get(qn("w:val")) for e in document.element.body.iter(qn("w:lang"))}
    assert spoken == {{"en": "en-GB", "fr": "fr-FR"}[each] for each in written.languages}
    breaks = [e for e in document.element.body.iter(qn("w:br")) if e.get(qn("w:type")) == "page"]
    assert len(breaks) == len(written.languages) - 1


def test_both_languages_of_word_say_the_same_questions(tmp_path):
    written = write(SCALES, tmp_path, "word", "docx", "both")
    document = Document(written.path)
    for lang, tables in (("en", document.tables[:7]), ("fr", document.tables[7:])):
        said = {row.cells[0].text: row.cells[1].text for table in tables for row in table.rows[1:]}
        wanted = files.expected(SCALES, lang)
        assert len(said) == 33
        assert said == {n: wanted[written.columns[n]][0] for n in said}


def test_paper_says_where_to_stop(tmp_path):
    document = Document(write(SCALES, tmp_path, "word", "docx").path)
    said = [p.text for p in document.paragraphs if "please stop here" in p.text]
    assert said[0] == "If you do not agree, please stop here. Thank you."
    assert said[1] == "If you chose “Another post”, please stop here. Thank you."
    assert said[2] == "If your answer is below 1, please stop here. Thank you."
    assert "“Disagree” or “Somewhat disagree”" in said[3]
    assert len(said) == 7
    french = Document(write(SCALES, tmp_path, "word", "docx", "fr").path)
    assert any("« Une autre fonction »" in p.text for p in french.paragraphs)


def test_a_question_that_lets_everybody_pass_stops_nobody(tmp_path):
    answers = (Choice(1, Text("Yes")), Choice(2, Text("No")))
    asked = Question("any", Text("Any?"), "choice", answers, eligible=(1, 2))
    written = write(replace(one("a"), screening=(asked,)), tmp_path, "html", "html", consent=False)
    assert "stop here" not in written.path.read_text(encoding="utf-8")


@pytest.mark.parametrize("layout", ["matrix", "single"])
def test_the_page_is_whole_and_accessible(layout, tmp_path):
    text = write(SCALES, tmp_path, "html", "html", "both", layout=layout).path.read_text("utf-8")
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert re.findall(r'<form lang="(\w+)"', text) == ["en", "fr"]
    assert not re.search(r"<script|<link|<img|@import|url\(|https?:|action=", text)
    ids = re.findall(r' id="(\w+)"', text)
    assert len(set(ids)) == len(ids) == 4
    assert sorted(re.findall(r'<label for="(\w+)"', text)) == sorted(ids)
    tables = text.count("<table>")
    assert tables == (14 if layout == "matrix" else 0)
    assert text.count("<caption>") == tables
    assert text.count('<th scope="row">') == (66 if layout == "matrix" else 0)
    assert text.count("<fieldset>") == text.count("<legend>")
    ET.fromstring(re.sub(r"<(meta|input|br)([^>]*)>", r"<\1\2/>", text.partition("\n")[2]))


def test_statements_in_word_have_room_and_so_have_answers(tmp_path):
    scrm.write_questionnaire(SCALES, tmp_path / "q.docx", lang="fr")
    for table in Document(str(tmp_path / "q.docx")).tables:
        grid = [column.width.cm for column in table.columns]
        assert grid == [cell.width.cm for cell in table.rows[-1].cells]
        assert grid[1] > 6
        assert min(grid[2:]) > 1.3
        assert sum(grid) == pytest.approx(17, abs=0.1)
