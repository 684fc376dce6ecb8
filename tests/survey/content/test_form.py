import openpyxl
import pytest

from scrm_model.errors import ArgumentError, ScaleError, StudyError
from scrm_model.study.claims import Study, Text
from scrm_model.study.scrm import STUDY
from scrm_model.survey.content.form import expert_form
from scrm_model.survey.content.words import ESSENTIAL, HEADS, SHEETS, in_language
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

TITLES = {"en": ["Instructions", "Constructs", "Sorting", "Rating", "key"],
          "fr": ["Consignes", "Construits", "Classement", "Évaluation", "key"]}  # fmt: skip


def text_of(sheet):
    return [c for row in sheet.iter_rows(values_only=True) for c in row if c is not None]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_form_has_every_item_with_its_construct_and_definition(tmp_path, lang):
    (file,) = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, lang)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == TITLES[lang]
    rating = list(book[TITLES[lang][3]].iter_rows(values_only=True))
    assert [row[0] for row in rating[1:]] == list(SCALES.codes)
    for code, name, definition, wording, *empty in rating[1:]:
        construct = STUDY.construct(SCALES.item(code).construct)
        assert name == construct.name.get(lang)
        assert definition == construct.definition.get(lang)
        assert wording == SCALES.item(code).text.get(lang)
        assert empty == [None] * 4


def test_both_languages_stand_one_below_the_other(tmp_path):
    (file,) = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, "both")
    book = openpyxl.load_workbook(file)
    item = SCALES.item("cro1").text
    assert book["Rating - Évaluation"]["D2"].value == f"{item.en}\n{item.fr}"
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_the_sorting_shows_neither_codes_nor_their_order(tmp_path):
    first, second = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, raters=2)
    orders = []
    for file in (first, second):
        sheet = openpyxl.load_workbook(file)["Sorting"]
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        assert not set(text_of(sheet)) & set(SCALES.codes)
        assert sorted(row[1] for row in rows) == sorted(
            SCALES.item(c).text.en for c in SCALES.codes
        )
        orders.append([row[1] for row in rows])
    assert orders[0] != orders[1]
    assert orders[0] != [SCALES.item(c).text.en for c in SCALES.codes]


def test_the_same_seed_gives_the_same_order(tmp_path):
    def order(seed, name):
        (file,) = expert_form(SCALES, tmp_path / name, STUDY, seed=seed)
        return text_of(openpyxl.load_workbook(file)["Sorting"])

    assert order(1, "a.xlsx") == order(1, "b.xlsx") != order(2, "c.xlsx")


def test_only_the_cells_to_fill_in_are_open(tmp_path):
    (file,) = expert_form(SCALES, tmp_path / "form.xlsx", STUDY)
    book = openpyxl.load_workbook(file)
    opened = {
        sheet.title: [
            c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked
        ]
        for sheet in book.worksheets[:4]
    }
    assert opened["Instructions"] == ["B3"]
    assert opened["Constructs"] == []
    assert opened["Sorting"] == [f"C{row}" for row in range(2, 29)]
    assert opened["Rating"] == [f"{c}{row}" for row in range(2, 29) for c in "EFGH"]
    assert all(sheet.protection.sheet for sheet in book.worksheets[:4])
    assert book["key"].sheet_state == "veryHidden"


@pytest.mark.parametrize("lang", ["en", "fr", "both"])
def test_cells_have_lists_to_choose_from(tmp_path, lang):
    (file,) = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, lang)
    book = openpyxl.load_workbook(file)
    rules = {str(r.sqref): r.formula1 for r in book.worksheets[3].data_validations.dataValidation}
    assert rules["E2:F28"] == '"1,2,3,4"'
    listed = rules["G2:G28"]
    assert len(listed) < 256
    assert listed.strip('"').split(",") == [in_language(t, lang) for t in ESSENTIAL.values()]
    (rule,) = book.worksheets[2].data_validations.dataValidation
    title = in_language(SHEETS["constructs"], lang, " - ")
    assert rule.formula1 == f"'{title}'!$A$2:$A$7"
    assert book[title]["A2"].value.startswith("CRO · ")
    assert book[title]["A1"].value == in_language(HEADS["construct"], lang)


def test_texts_like_formulas_stay_texts(tmp_path):
    hostile = {"x1": '=HYPERLINK("http://a.b")', "x2": "+1+1", "y1": "@SUM(1)", "y2": "-2\x00 \x0b"}
    scales = Scales.build({"X": ["x1", "x2"], "Y": ["y1", "y2"]}, texts=hostile)
    study = Study.build({"X": "=cmd|' /C calc'!A0", "Y": "<b>Y</b>"})
    (file,) = expert_form(scales, tmp_path / "f.xlsx", study, raters=["=1+1"])
    book = openpyxl.load_workbook(file)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert book["Rating"]["D2"].value == hostile["x1"]
    assert book["Rating"]["D2"].quotePrefix
    assert book["Rating"]["D5"].value == "-2\ufffd \ufffd"
    assert book["Instructions"]["B3"].value == "=1+1"


def test_long_wordings_have_room(tmp_path):
    scales = Scales.build({"X": ["x1"], "Y": ["y1"]}, texts={"x1": "word " * 90, "y1": "short"})
    (file,) = expert_form(scales, tmp_path / "f.xlsx")
    sheet = openpyxl.load_workbook(file)["Rating"]
    assert sheet.row_dimensions[2].height > 5 * sheet.row_dimensions[3].height
    assert sheet["C2"].value == "(no definition given)"


def test_experts_by_number_or_by_name(tmp_path):
    files = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, raters=["Ben Salah", "Trabelsi"])
    assert [f.name for f in files] == ["form-01.xlsx", "form-02.xlsx"]
    books = [openpyxl.load_workbook(f) for f in files]
    assert [b["Instructions"]["B3"].value for b in books] == ["Ben Salah", "Trabelsi"]
    files = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, raters=3)
    assert openpyxl.load_workbook(files[2])["Instructions"]["B3"].value == "E03"


def test_without_sorting_there_is_no_such_sheet(tmp_path):
    (file,) = expert_form(SCALES, tmp_path / "form.xlsx", STUDY, sort=False)
    book = openpyxl.load_workbook(file)
    assert "Sorting" not in book.sheetnames
    told = " ".join(map(str, text_of(book["Instructions"])))
    assert "Sorting" not in told
    assert "2. On the sheet" in told


one = Scales.build({"X": ["x1", "x2"]}, texts={"x1": "a", "x2": "b"})


@pytest.mark.parametrize(
    ("scales", "options", "error", "message"),
    [
        (SCALES, {"path": "form.xls"}, ArgumentError, r"^path= needs a name ending in \.xlsx"),
        (SCALES, {"path": "no/form.xlsx"}, ArgumentError, r"^path= needs a folder that exists"),
        (None, {}, ArgumentError, r"^scales= needs Scales; got NoneType"),
        (SCALES, {"lang": "ar"}, ArgumentError, r"^lang= needs 'en', 'fr' or 'both'; got 'ar'"),
        (SCALES, {"raters": 0}, ArgumentError, r"^raters= needs a number of experts"),
        (SCALES, {"raters": True}, ArgumentError, r"^raters= needs a number of experts"),
        (SCALES, {"raters": ["A", " a"]}, ArgumentError, r"^raters= needs names or codes"),
        (SCALES, {"raters": []}, ArgumentError, r"^raters= needs names"),
        (one, {}, ArgumentError, r"^sort= needs two constructs or more"),
        (Scales.build({"X": ["x1"], "Y": ["y1"]}), {}, ScaleError, r"needs a wording .*x1, y1"),
        (one, {"study": STUDY, "sort": False}, StudyError, r"X"),
    ],
)  # fmt: skip
def test_what_makes_no_form_is_refused(tmp_path, monkeypatch, scales, options, error, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=message):
        expert_form(**{"scales": scales, "path": "form.xlsx", **options})
    assert not list(tmp_path.iterdir())


def test_every_text_of_the_form_is_in_both_languages():
    from scrm_model.survey.content import words

    def texts(value):
        if isinstance(value, Text):
            yield value
        elif isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, tuple):
            yield from (t for t in value if isinstance(t, Text))

    found = [t for name, v in vars(words).items() if name.isupper() for t in texts(v)]
    assert len(found) > 25
    assert all(t.en and t.fr for t in found)
