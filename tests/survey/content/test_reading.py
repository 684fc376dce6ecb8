import openpyxl
import pandas as pd
import polars as pl
import pytest

from scrm_model.errors import ArgumentError, DataError, ResponseFileError
from scrm_model.survey.content.ratings import JUDGED
from scrm_model.survey.content.reading import read_ratings
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

SHORT = {
    "essential": "essential",
    "useful but not essential": "useful",
    "not necessary": "not necessary",
}
SMALL = Scales.build({"X": ["x1", "x2"], "Y": ["y1"]}, texts={"x1": "a", "x2": "b", "y1": "c"})


@pytest.mark.parametrize("how", ["files", "folder", "strings"])
def test_what_was_filled_in_comes_back(panel, tmp_path, how):
    forms = panel(raters=5).fill()
    source = {"files": forms.files, "folder": tmp_path, "strings": list(map(str, forms.files))}[how]
    ratings = read_ratings(source)
    assert ratings.experts == ("E01", "E02", "E03", "E04", "E05")
    assert ratings.items == SCALES.codes
    assert ratings.asked == JUDGED
    for (number, what, code), value in forms.given.items():
        found = ratings.wide(what).loc[f"E{number + 1:02d}", code]
        if value is None:
            assert pd.isna(found)
        else:
            assert found == (SHORT.get(value, value))
    assert ratings.constructs == {c: SCALES.item(c).construct for c in SCALES.codes}
    gaps = sum(value is None for value in forms.given.values())
    assert ratings.missing["missing"].sum() == gaps > 0
    assert (ratings.missing["given"] + ratings.missing["missing"] == len(SCALES.codes)).all()


@pytest.mark.parametrize("lang", ["fr", "both"])
def test_forms_in_french_and_in_both_languages_are_read_alike(panel, lang):
    forms = panel(lang=lang, raters=2)
    word = {"fr": "utile mais non essentiel",
            "both": "useful but not essential / utile mais non essentiel"}[lang]  # fmt: skip
    labels = forms.key(openpyxl.load_workbook(forms.files[0]), "construct")
    cells = {("essential", "cro1"): word, ("relevance", "cro1"): 3}
    cells |= {("sorted", "cro1"): labels["SMS"], ("comment", "cro1"): " à revoir "}
    forms.write(0, cells)
    forms.write(1, {("clarity", "sms1"): "4"})
    ratings = read_ratings(forms.files)
    first = ratings.frame.iloc[0]
    assert list(first[["relevance", "essential", "sorted", "comment"]]) == [
        3,
        "useful",
        "SMS",
        "à revoir",
    ]
    assert ratings.wide("clarity").loc["E02", "sms1"] == 4
    assert ratings.comments.to_dict("records") == [
        {"item": "cro1", "expert": "E01", "comment": "à revoir"}
    ]


def test_rows_moved_by_an_expert_do_no_harm(panel):
    forms = panel(raters=1, scales=SMALL, study=None).fill()
    book = openpyxl.load_workbook(forms.files[0])
    for sheet in book.worksheets[2:4]:
        sheet.insert_rows(1, 2)
        rows = [[c.value for c in sheet[r]] for r in range(4, 7)]
        for row, values in zip(range(4, 7), reversed(rows), strict=True):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value
    book.save(forms.files[0])
    ratings = read_ratings(forms.files)
    for (_, what, code), value in forms.given.items():
        found = ratings.wide(what).loc["E01", code]
        assert pd.isna(found) if value is None else found == SHORT.get(value, value)


def test_everything_out_of_range_is_named_with_sheet_row_and_expert(panel):
    forms = panel(raters=2).fill()
    wrong = {("relevance", "cro2"): 5, ("clarity", "cro1"): "clear", ("relevance", "cro4"): 2.5}
    forms.write(1, wrong | {("essential", "cro1"): "maybe", ("sorted", "cec4"): "something"})
    with pytest.raises(DataError, match=r"^source= needs judgements .* got 5 problems") as caught:
        read_ratings(forms.files)
    told = str(caught.value)
    assert (
        "form-02.xlsx, sheet 'Rating', row 3, expert 'E02': relevance of item cro2: 5 is no" in told
    )
    assert "row 2, expert 'E02': clarity of item cro1: 'clear'" in told
    assert "2.5 is no whole number from 1 to 4" in told
    assert "'maybe' is none of 'essential' ('essentiel')" in told
    assert "sheet 'Sorting'" in told
    assert "sorted of item cec4: 'something' is no construct" in told


def test_an_expert_who_filled_in_nothing_is_left_out_and_named(panel):
    forms = panel(raters=3)
    forms.write(0, {("relevance", "cro1"): 4})
    forms.write(1, {("relevance", "cro1"): 1, ("comment", "cro2"): "good"})
    forms.write(2, {("comment", "cro2"): "no time, sorry"})
    ratings = read_ratings(forms.files)
    assert ratings.experts == ("E01", "E02")
    assert ratings.notes[-1].en == "Left out, since nothing was filled in: E03."
    assert "E03" in ratings.notes[-1].fr


def test_forms_that_nobody_filled_in_are_refused(panel):
    with pytest.raises(DataError, match=r"got 2 expert\(s\) who filled in nothing"):
        read_ratings(panel(raters=2).files)


def test_two_forms_of_one_expert_are_refused(panel):
    forms = panel(raters=2).fill()
    book = openpyxl.load_workbook(forms.files[1])
    book["Instructions"]["B3"].value = " e01 "
    book.save(forms.files[1])
    with pytest.raises(DataError, match=r"two of 'e01': form-01.xlsx and form-02.xlsx"):
        read_ratings(forms.files)


def test_a_form_without_name_goes_by_its_file(panel):
    forms = panel(raters=None).fill()
    ratings = read_ratings(forms.files[0])
    assert ratings.experts == ("form",)
    assert "no name filled in" in ratings.notes[0].en


def test_forms_with_other_items_are_noted(panel, tmp_path):
    first = panel(raters=["A"], scales=SMALL, study=None).fill()
    more = tmp_path / "more"
    more.mkdir()
    second = type(first)(more, raters=["B"], scales=SMALL.without("x2"), study=None).fill()
    ratings = read_ratings([*first.files, *second.files])
    assert ratings.items == ("x1", "x2", "y1")
    assert ratings.notes[0].en == "form-01.xlsx lacks items that other forms have: x2."


def test_files_that_are_no_forms_are_refused(panel, tmp_path):
    forms = panel(raters=1).fill()
    other = openpyxl.Workbook()
    other.active.append(["a", "b"])
    other.save(tmp_path / "other.xlsx")
    (tmp_path / "text.xlsx").write_text("no workbook", encoding="utf-8")
    book = openpyxl.load_workbook(forms.files[0])
    del book["Rating"]
    book.save(tmp_path / "cut.xlsx")
    book = openpyxl.load_workbook(forms.files[0])
    book["Rating"].delete_rows(1)
    book.save(tmp_path / "headless.xlsx")
    for name, message in (
        ("other.xlsx", "without their key"),
        ("text.xlsx", "is no workbook"),
        ("absent.xlsx", "files that can be read"),
        ("cut.xlsx", "without its sheet 'Rating'"),
        ("headless.xlsx", "without it. Put the head row back"),
    ):
        with pytest.raises(ResponseFileError, match=message):
            read_ratings(tmp_path / name)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ResponseFileError, match="folder with filled forms; got none"):
        read_ratings(tmp_path / "empty")


LONG = pd.DataFrame(
    {
        "Expert": ["A", "A", "B", "B", "B"],
        "item": ["x1", "y1", "x1", "x2", "y1"],
        "relevance": [4, 3, 2, None, 4],
        "sorted": ["X", "y", None, "X", "X"],
        "essential": ["E", "utile", "", None, "Non nécessaire"],
    }
)


@pytest.mark.parametrize("kind", ["pandas", "polars", "csv"])
def test_a_long_table(tmp_path, kind):
    source = LONG
    if kind == "polars":
        source = pl.DataFrame(LONG.astype(object).where(LONG.notna(), None).to_dict("list"))
    if kind == "csv":
        source = tmp_path / "notes.csv"
        LONG.to_csv(source, index=False, sep=";")
    ratings = read_ratings(source, SMALL)
    assert ratings.experts == ("A", "B")
    assert set(ratings.items) == {"x1", "x2", "y1"}
    assert ratings.wide("sorted").loc["A", "y1"] == "Y"
    assert ratings.wide("essential").loc["B", "y1"] == "not necessary"
    assert ratings.wide("relevance").loc["B", "x1"] == 2
    given = ratings.missing.set_index(["expert", "asked"])["given"]
    assert given["A", "relevance"] == given["B", "relevance"] == 2


def test_a_wide_table_with_other_columns_and_other_points():
    wide = pd.DataFrame(
        {
            "expert": ["A", "B"],
            "field": ["law", "crm"],
            "x1": [5, 4],
            "x2": [1, None],
            "y1": ["3", "2"],
        }
    )
    ratings = read_ratings(wide, SMALL, points=5)
    assert ratings.points == (1, 5)
    assert ratings.wide().loc["A"].tolist() == [5, 1, 3]
    assert ratings.items == ("x1", "x2", "y1")
    no_names = read_ratings(wide[["x1", "x2"]], points=5)
    assert no_names.experts == ("0", "1")


@pytest.mark.parametrize(
    ("table", "options", "error", "message"),
    [
        (LONG.assign(item="z9"), {}, DataError, r"'z9': no such item in the scales"),
        (pd.concat([LONG, LONG[:1]]), {}, DataError, r"row 0, expert 'A': item 'x1' comes twice"),
        (LONG.assign(sorted="Z"), {}, DataError, r"sorted of item x1: 'Z' is no construct"),
        (LONG.assign(relevance=0), {}, DataError, r"row 0, expert 'A': relevance of item x1: 0 "),
        (LONG.assign(relevance=True), {}, DataError, r"True is no whole number from 1 to 4"),
        (LONG.drop(columns="Expert"), {}, DataError, r"a column 'expert' beside 'item'"),
        (LONG[["Expert", "item"]], {}, DataError, r"needs a column of judgements"),
        (LONG.head(0), {}, DataError, r"got an empty one"),
        (LONG.assign(Expert=None), {}, DataError, r"no expert or no item"),
        (pd.DataFrame({"a": [1]}), {}, DataError, r"needs a long table"),
        (LONG, {"what": "relevanc"}, ArgumentError, r"Did you mean 'relevance'"),
        (7, {}, ArgumentError, r"^source= needs filled forms or a table; got int"),
        ([], {}, ArgumentError, r"got an empty list"),
    ],
)  # fmt: skip
def test_tables_with_something_wrong(table, options, error, message):
    with pytest.raises(error, match=message):
        read_ratings(table, SMALL, **options)


def test_many_problems_are_cut_off():
    many = pd.DataFrame({"expert": [f"e{k}" for k in range(40)], "x1": 9})
    with pytest.raises(DataError, match=r"got 40 problems[\s\S]*and 20 more"):
        read_ratings(many, SMALL)


def test_unknown_judgements_are_refused_and_ratings_show_themselves():
    ratings = read_ratings(LONG, SMALL)
    with pytest.raises(ArgumentError, match=r"^what= needs one of .* Did you mean 'clarity'"):
        ratings.wide("clarit")
    assert repr(ratings).startswith("Ratings: 2 experts, 3 items; relevance, essential, sorted; ")
    hostile = read_ratings(LONG.assign(Expert=["<b>", "<b>", "B", "B", "B"]), SMALL)
    assert "<b>" not in hostile._repr_html_()


def test_ratings_in_a_notebook_list_who_left_gaps_and_nobody_else():
    full = pd.DataFrame({"expert": ["A", "B"] * 3, "item": [*"ppqqrr"], "relevance": 4})
    assert "<table" not in read_ratings(full)._repr_html_()
    one = read_ratings(full.drop(index=5))
    assert repr(one).endswith("1 judgement missing")
    assert one._repr_html_().count("<td>B</td>") == 1
    assert "<td>A</td>" not in one._repr_html_()
