"""Every format gives back what was written, cell by cell, with labels and missing values."""

import datetime as dt
import hashlib
import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyreadstat
import pytest
from survey.incoming.builders import ANCHORS, CODES, EN, answers, balanced, same_answers, steps

from scrm_model.errors import ArgumentError, ResponseFileError
from scrm_model.survey.incoming import parquet
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales


def to_polars(frame):
    return pl.DataFrame({name: frame[name].to_numpy() for name in frame})


def write_sav(frame, path):
    pyreadstat.write_sav(frame, path)


def write_zsav(frame, path):
    pyreadstat.write_sav(frame, path, compress=True)


WRITERS = {
    "a.csv": lambda frame, path: frame.to_csv(path, index=False),
    "a.tsv": lambda frame, path: frame.to_csv(path, sep="\t", index=False),
    "a.txt": lambda frame, path: frame.to_csv(path, sep="\t", index=False, encoding="utf-16"),
    "a.xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "a.sav": write_sav,
    "a.zsav": write_zsav,
    "a.dta": lambda frame, path: frame.to_stata(path, write_index=False, version=118),
    "old.dta": lambda frame, path: frame.to_stata(path, write_index=False, version=114),
    "a.parquet": lambda frame, path: to_polars(frame).write_parquet(path),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("holes", [False, True])
def test_round_trip(name, holes, tmp_path):
    frame = answers(holes=holes)
    WRITERS[name](frame, tmp_path / name)
    responses = read_responses(tmp_path / name, SCALES)
    assert same_answers(responses, frame)
    assert balanced(responses)
    assert responses.cells_read == int(frame.notna().to_numpy().sum())
    assert responses.cells_emptied == 0
    assert responses.sha256 == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    assert responses.name == name


@pytest.mark.parametrize("name", ["a.sav", "a.zsav", "a.dta", "a.parquet", "a.xlsx", "a.csv"])
def test_words_beside_the_answers(name, tmp_path):
    frame = answers()
    frame["ville"] = ["Sfax, la médina", "Gabès; port", "œuvre", '"Tunis"'] * 10
    frame["age"] = np.arange(40) + 0.5
    WRITERS[name](frame, tmp_path / name)
    responses = read_responses(tmp_path / name, SCALES)
    assert responses.frame["ville"].tolist() == frame["ville"].tolist()
    assert responses.frame["age"].tolist() == frame["age"].tolist()
    assert balanced(responses)


def test_a_name_without_ending_is_found_out(tmp_path):
    for ending, kind in {
        "xlsx": "an Excel workbook",
        "sav": "an SPSS file",
        "csv": "a CSV",
    }.items():
        WRITERS[f"a.{ending}"](answers(), tmp_path / f"a.{ending}")
        bare = tmp_path / f"answers_{ending}"
        bare.write_bytes((tmp_path / f"a.{ending}").read_bytes())
        responses = read_responses(bare, SCALES)
        assert same_answers(responses, answers())
        assert kind in steps(responses, "format")[0]


# ---- frames


def test_frames_of_both_libraries_are_one():
    frame = answers(holes=True)
    one, other = read_responses(frame, SCALES), read_responses(to_polars(frame), SCALES)
    assert same_answers(one, frame)
    assert same_answers(other, frame)
    assert one.sha256 == other.sha256
    assert (one.name, other.name) == ("a DataFrame of pandas", "a DataFrame of polars")
    assert "checksum is of its contents" in steps(one, "format")[0]
    changed = frame.copy()
    changed.iloc[3, 3] = 1 + changed.iloc[3, 3] % 7 if changed.iloc[3, 3] > 0 else 1
    assert read_responses(changed, SCALES).sha256 != one.sha256
    assert read_responses(frame.rename(columns={"cro1": "x"})).sha256 != one.sha256


def test_kinds_of_columns_in_frames():
    given = pd.DataFrame(
        {
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "words": pd.Categorical(["x", None, "y"]),
            "truth": pd.array([True, None, False], dtype="boolean"),
            "codes": pd.Categorical([3, 1, 3]),
            "blank": ["", "a", ""],
        },
        index=["p", "q", "r"],
    )
    before = given.copy()
    responses = read_responses(given)
    np.testing.assert_array_equal(responses.frame["whole"], [1, np.nan, 3])
    assert responses.frame["codes"].tolist() == [3, 1, 3]
    assert responses.frame["words"].isna().tolist() == [False, True, False]
    assert responses.frame["blank"].isna().tolist() == [True, False, True]
    assert responses.frame.index.tolist() == ["p", "q", "r"]
    assert [e.column for e in responses.log.of("categories")] == ["words", "codes"]
    assert responses.cells_read == 2 + 2 + 2 + 3 + 1
    assert balanced(responses)
    pd.testing.assert_frame_equal(given, before)


def test_kinds_of_columns_in_polars():
    frame = pl.DataFrame(
        {
            "a": [1, None, 3],
            "label": pl.Series(["x", None, "y"], dtype=pl.Categorical),
            "level": pl.Series(["lo", "hi", None], dtype=pl.Enum(["lo", "hi"])),
            "day": [dt.date(2024, 5, 1), None, dt.date(2024, 5, 3)],
            "many": [[1], [2, 3], [4]],
        }
    )
    responses = read_responses(frame)
    np.testing.assert_array_equal(responses.frame["a"], [1, np.nan, 3])
    assert responses.frame["label"].tolist()[::2] == ["x", "y"]
    assert responses.frame["level"].tolist()[:2] == ["lo", "hi"]
    assert responses.frame["many"].tolist() == [[1], [2, 3], [4]]
    assert responses.frame["day"].tolist()[0] == pd.Timestamp(2024, 5, 1)
    assert balanced(responses)


@pytest.mark.parametrize("other", [None, [1, 2], 5, pl.LazyFrame({"a": [1]})])
def test_what_is_neither_file_nor_frame(other):
    with pytest.raises(ArgumentError, match=r"^path= needs the path of a file of answers, or a p"):
        read_responses(other)


def test_empty_frames():
    with pytest.raises(ResponseFileError, match="a table without any column"):
        read_responses(pd.DataFrame())
    with pytest.raises(ResponseFileError, match="a table without any row"):
        read_responses(pl.DataFrame({"a": []}))


# ---- Parquet by either library


def test_parquet_without_a_library(tmp_path, monkeypatch):
    WRITERS["a.parquet"](answers(), tmp_path / "a.parquet")
    monkeypatch.setattr(parquet, "find_spec", lambda name: None)
    message = r"neither pyarrow nor polars .*pip install 'scrm-model\[parquet\]'"
    with pytest.raises(ResponseFileError, match=message):
        read_responses(tmp_path / "a.parquet")


def test_parquet_by_pyarrow(tmp_path):
    pytest.importorskip("pyarrow", reason="the extra 'parquet'")
    frame = answers(holes=True)
    WRITERS["a.parquet"](frame, tmp_path / "a.parquet")
    assert same_answers(read_responses(tmp_path / "a.parquet", SCALES), frame)


def test_parquet_that_would_be_too_large(tmp_path):
    # A million rows of one value pack into next to nothing.
    frame = pl.DataFrame({f"x{k}": np.ones(1_000_000, dtype=np.int8) for k in range(10)})
    frame.write_parquet(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    with pytest.raises(ResponseFileError, match=r"at most 20 MB as a table; got 80 MB .*max_mb=80"):
        read_responses(tmp_path / "a.parquet", max_mb=20)
    words = pl.DataFrame({"t": ["x" * 100_000] * 1000})
    words.write_parquet(tmp_path / "t.parquet")
    with pytest.raises(ResponseFileError, match=r"at most 20 MB as a table; got 100 MB"):
        read_responses(tmp_path / "t.parquet", max_mb=20)


# ---- SPSS and Stata


def test_sav_keeps_labels_titles_and_declares_missing(tmp_path):
    frame = answers().astype(float)
    frame.loc[:3, "cro1"] = [9, 98, 99, np.nan]
    frame["note"] = ["a", "-", "", "é"] * 10
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        column_labels=[SCALES.item(c).text.fr for c in CODES] + ["Note"],
        variable_value_labels={
            "cro1": {1.0: EN[1], 7.0: EN[7], 9.0: "No answer"},
            "note": {"a": "first"},
        },
        missing_ranges={"cro1": [9, {"lo": 95, "hi": 99}], "note": ["-"]},
    )
    responses = read_responses(tmp_path / "a.sav", SCALES)
    expected = frame.assign(cro1=frame["cro1"].where(frame["cro1"] < 8))
    assert same_answers(responses, expected)
    assert responses.value_labels == {
        "cro1": {1.0: EN[1], 7.0: EN[7], 9.0: "No answer"},
        "note": {"a": "first"},
    }
    assert responses.titles["cro1"] == SCALES.item("cro1").text.fr
    told = responses.log.of("user missing")
    assert [(e.column, e.count, e.emptied) for e in told] == [("cro1", 3, 3), ("note", 10, 10)]
    assert "9, 98, 99 declared missing in the file" in str(told[0])
    assert responses.frame["note"].isna().sum() == 20
    assert responses.cells_read == 40 * 28 - 1 - 10
    assert balanced(responses)


def test_extended_missing_values_of_stata(tmp_path):
    # pyreadstat 1.3.7 gives stray memory for a plain missing value beside an extended one.
    given = pd.DataFrame({"a": pd.Series([1.0, "a", 7.0, np.nan, 2.0], dtype=object)})
    given["b"] = [1.0, 2.0, 3.0, 4.0, 5.0]
    labels = {"a": {1: "low", "a": "refused"}}
    pyreadstat.write_dta(
        given, tmp_path / "a.dta", missing_user_values={"a": ["a"]}, variable_value_labels=labels
    )
    responses = read_responses(tmp_path / "a.dta")
    frame = responses.frame["a"].astype(float)
    np.testing.assert_array_equal(frame, [1, np.nan, 7, np.nan, 2])
    assert steps(responses, "user missing")[0].startswith("user missing a: .a declared missing")
    assert responses.value_labels["a"][1] == "low"
    assert balanced(responses)


def test_old_encodings_of_sav(tmp_path):
    frame = pd.DataFrame({"a": [1.0, 2.0], "t": ["cafe", "the"]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", column_labels=["A", "T"])
    data = (tmp_path / "a.sav").read_bytes().replace(b"cafe", "café".encode("cp1252"))
    (tmp_path / "b.sav").write_bytes(data)
    # The parser drops the byte without a word.
    told = read_responses(tmp_path / "b.sav").log.of("encoding")
    assert [(e.column, e.count) for e in told] == [("", 0), ("t", 1)]
    assert "pass encoding=" in str(told[1])
    assert len(read_responses(tmp_path / "a.sav").log.of("encoding")) == 1
    (tmp_path / "c.sav").write_bytes(data.replace("café".encode("cp1252"), b"c\xe9fe"))
    with pytest.raises(ResponseFileError, match="pass encoding="):
        read_responses(tmp_path / "c.sav")
    assert read_responses(tmp_path / "b.sav", encoding="cp1252").frame["t"].tolist()[0] == "café"


# ---- Excel


@pytest.fixture
def book(tmp_path):
    made = openpyxl.Workbook()

    def save(name="a.xlsx"):
        made.save(tmp_path / name)
        return tmp_path / name

    return made, save


def fill(page, frame, above=()):
    for row in (*above, list(frame.columns), *frame.astype(object).to_numpy().tolist()):
        page.append(row)


def test_titles_merged_cells_and_empty_rows_above(book):
    made, save = book
    page, frame = made.active, answers()
    above = [[None], ["Enquête CRM 2024"], [], ["id", None, "CRO", None, None]]
    fill(page, frame.rename(columns={"cro1": None}).assign(), above=above)
    page.merge_cells("A2:F2")
    page.cell(4, 1, "cro1")
    responses = read_responses(save(), SCALES)
    assert same_answers(responses, frame)
    assert "rows above the header, left out: Enquête CRM 2024, CRO" in " ".join(
        steps(responses, "header")
    )
    assert any("cro1: named in a row above" in step for step in steps(responses, "header"))


def test_sheets(book):
    made, save = book
    frame = answers()
    made.active.title = "Notice"
    made.active.append(["read", "me"])
    fill(made.create_sheet("Données"), frame)
    made.create_sheet("Vide")
    path = save()
    responses = read_responses(path, SCALES)
    assert same_answers(responses, frame)
    assert steps(responses, "sheet") == ["sheet: 'Données', the only sheet with all items"]
    assert read_responses(path, sheet="Données").frame.shape == (40, 27)
    assert read_responses(path, sheet=2).frame.shape == (40, 27)
    assert read_responses(path, sheet="2").frame.shape == (40, 27)
    with pytest.raises(
        ResponseFileError, match=r"2 sheets with cells: 'Notice', 'Données'.*sheet="
    ):
        read_responses(path)
    with pytest.raises(ResponseFileError, match=r"sheet= needs .*'Donées'. Did you mean 'Données'"):
        read_responses(path, sheet="Donées")
    for wrong in (0, 4, "-1"):
        with pytest.raises(ResponseFileError, match=r"sheet= needs a sheet of a\.xlsx"):
            read_responses(path, sheet=wrong)
    with pytest.raises(ResponseFileError, match="a sheet without any cell filled, 'Vide'"):
        read_responses(path, sheet="Vide")


def test_two_sheets_with_all_items(book):
    made, save = book
    fill(made.active, answers())
    fill(made.create_sheet("second"), answers(seed=2))
    with pytest.raises(ResponseFileError, match="2 sheets with cells: 'Sheet', 'second'"):
        read_responses(save(), SCALES)


def test_kinds_of_cells(book):
    made, save = book
    page = made.active
    page.append(["n", "day", "ok", "mixed", "text", "error"])
    day = dt.datetime(2024, 3, 1)
    page.append([1, day, True, 1, "5", "#N/A"])
    page.append([None, day, False, "x", "6", 3])
    page.append([2.5, None, True, day, None, 4])
    responses = read_responses(save())
    np.testing.assert_array_equal(responses.frame["n"], [1, np.nan, 2.5])
    assert responses.frame["day"].tolist()[:2] == [day, day]
    assert responses.frame["mixed"].tolist() == [1, "x", day]
    np.testing.assert_array_equal(responses.frame["text"], [5, 6, np.nan])
    np.testing.assert_array_equal(responses.frame["error"], [np.nan, 3, 4])
    assert balanced(responses)


def test_formulas_are_never_run(book):
    made, save = book
    made.active.append(["a", "b", "link"])
    made.active.append([1, "=A2+1", '=HYPERLINK("http://example.org","x")'])
    made.active.append([2, 3, "ok"])
    responses = read_responses(save())
    assert responses.frame["b"].tolist() == ["=A2+1", 3]
    assert responses.frame["link"].tolist()[0].startswith("=HYPERLINK")
    told = " ".join(steps(responses, "formulas"))
    assert "without a stored value, kept as text and never run: B2, C2" in told
    assert "link: text that a spreadsheet would run" in told


def test_stored_values_of_formulas_are_taken(book):
    made, save = book
    made.active.append(["a", "b"])
    made.active.append([1, "=A2+1"])
    path = save()
    parts = {i: zipfile.ZipFile(path).read(i) for i in zipfile.ZipFile(path).namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v></v>", b"<v>2</v>").replace(
        b"<v />", b"<v>2</v>"
    )
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    path.write_bytes(buffer.getvalue())
    responses = read_responses(path)
    assert responses.frame["b"].tolist() == [2]
    assert steps(responses, "formulas") == ["formulas: formulas, their stored values taken"]


def test_dates_that_excel_made_of_answers_are_no_answers(book):
    made, save = book
    frame = answers().astype(object)
    frame.loc[2, "cro3"] = dt.datetime(2024, 2, 1)
    fill(made.active, frame)
    responses = read_responses(save(), SCALES)
    assert "column left as it is: datetime" in steps(responses, "labels")[0]
    assert responses.frame["cro3"].tolist()[2] == dt.datetime(2024, 2, 1)


def test_remarks_of_openpyxl_are_in_the_log_and_are_no_warnings(book):
    made, save = book
    made.active.append(["a", "day"])
    made.active.append([1, 99_999_999])
    made.active["B2"].number_format = "yyyy-mm-dd"
    responses = read_responses(save())
    assert "marked as a date but the serial value" in steps(responses, "workbook")[0]
    assert responses.frame["day"].tolist() == ["#VALUE!"]


# ---- options that a format does not have


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.csv", {"sheet": 1}),
        ("a.xlsx", {"separator": ";"}),
        ("a.xlsx", {"encoding": "utf-8"}),
        ("a.sav", {"decimal": ","}),
        ("a.parquet", {"sheet": 1}),
    ],
)
def test_options_of_other_formats_are_refused(name, options, tmp_path):
    WRITERS[name](answers(), tmp_path / name)
    option = next(iter(options))
    with pytest.raises(ArgumentError, match=rf"^{option}= needs a file that has one; got a"):
        read_responses(tmp_path / name, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"separator": ";;"}, r"^separator= needs one character"),
        ({"separator": '"'}, r"^separator= needs one character"),
        ({"decimal": "x"}, r"^decimal= needs '\.' or ','"),
        ({"encoding": "nope"}, r"^encoding= needs the name of an encoding of text; got 'nope'"),
        ({"encoding": "hex"}, r"^encoding= needs the name of an encoding of text; got 'hex'"),
        ({"max_mb": 0}, r"^max_mb= needs a number of megabytes above 0; got 0"),
        ({"max_mb": "1"}, r"^max_mb= needs a number"),
        ({"source": "koba"}, r"^source= needs one of .*got 'koba'\. Did you mean 'kobo'\?"),
        ({"coding": "x"}, r"^coding= needs 'file' or 'labels'; got 'x'"),
        ({"missing_codes": "-99"}, r"^missing_codes= needs numbers such as"),
        ({"missing_codes": [None]}, r"^missing_codes= needs numbers or words; got None"),
        ({"missing_codes": 5}, r"^missing_codes= needs numbers such as"),
        ({"rename": [("a", "b")]}, r"^rename= needs a mapping"),
    ],
)
def test_options_are_checked(options, message, tmp_path):
    WRITERS["a.csv"](answers(), tmp_path / "a.csv")
    with pytest.raises(ArgumentError, match=message):
        read_responses(tmp_path / "a.csv", **options)


def test_scales_of_ones_own_have_anchors():
    scales = Scales.build({"A": ["a1"]}, points=7, anchors=[EN[1], EN[7]])
    assert scales["A"].anchors[1].en == ANCHORS[6].en
    by_construct = Scales.build({"A": "a1", "B": "b1"}, points=2, anchors={"A": ["no", "yes"]})
    assert [len(by_construct[c].anchors) for c in "AB"] == [2, 0]
