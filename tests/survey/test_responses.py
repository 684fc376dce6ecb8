import csv
import hashlib
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrm_model.errors import MissingColumnError, ResponseFileError
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

AB = Scales.build({"A": ["a1", "a2"]})


@pytest.fixture
def write(tmp_path):
    def file(content, name="answers.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return file


def steps(responses, step):
    return [entry for entry in responses.log if entry.step == step]


def french(rows=30, seed=1):
    """Answers as a French Excel would save them, and what they mean."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(1, 8, (rows, 27)).astype(float), columns=SCALES.codes)
    frame.loc[3, "sms2"] = np.nan
    frame["Ancienneté de l'entreprise (années)"] = np.arange(rows) + 0.5
    frame["Secteur d'activité"] = ["Hôtellerie ; tourisme", "Bâtiment"] * (rows // 2)
    return frame


# ---- a French Excel file


def test_cp1252_semicolons_and_decimal_commas(tmp_path):
    frame = french()
    path = tmp_path / "réponses.csv"
    frame.to_csv(path, sep=";", decimal=",", encoding="cp1252", index=False, lineterminator="\r\n")
    assert "Ancienneté".encode("cp1252") in path.read_bytes()
    assert b"4,0" in path.read_bytes()
    responses = read_responses(path, SCALES)
    assert (responses.encoding, responses.separator, responses.decimal) == ("cp1252", ";", ",")
    pd.testing.assert_frame_equal(responses.frame, frame)
    assert responses.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert responses.name == "réponses.csv"
    assert len(responses) == 30
    assert "encoding: read as cp1252" in repr(responses)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_every_dialect_gives_the_same_table(tmp_path, encoding, separator, decimal):
    frame = french()
    path = tmp_path / "x.csv"
    frame.to_csv(path, sep=separator, decimal=decimal, encoding=encoding, index=False)
    if separator == decimal == ",":
        # Python's writer quotes no numbers, so the commas would be ambiguous: quote them all.
        text = frame.map(lambda v: str(v).replace(".", ",") if isinstance(v, float) else v)
        text = text.replace("nan", "")
        text.to_csv(path, encoding=encoding, index=False, quoting=csv.QUOTE_ALL)
    responses = read_responses(path, SCALES)
    assert (responses.encoding, responses.separator, responses.decimal) == (
        encoding,
        separator,
        decimal,
    )
    pd.testing.assert_frame_equal(responses.frame, frame)


def test_stated_dialect_wins(write):
    path = write("a1,a2\n1,2\n")
    responses = read_responses(path, separator=";", encoding="latin-1", decimal=",")
    assert responses.encoding == "latin-1"
    assert responses.frame.columns.tolist() == ["a1,a2"]
    assert responses.frame["a1,a2"].tolist() == [1.2]
    with pytest.raises(ResponseFileError, match=r"are not utf-8.*Pass the right encoding="):
        read_responses(write("é\n1\n".encode("cp1252")), encoding="utf-8")


def test_excel_separator_line(write):
    responses = read_responses(write("sep=|\r\na1|a2\r\n1;5|2\r\n"))
    assert responses.separator == "|"
    assert responses.frame["a1"].tolist() == ["1;5"]


def test_old_mac_line_ends_and_one_column(write):
    assert read_responses(write("a1;a2\r1;2\r3;4\r")).frame["a2"].tolist() == [2, 4]
    assert read_responses(write("a1\n4,5\n3,5\n")).frame["a1"].tolist() == [4.5, 3.5]


# ---- headers


def test_headers_are_cleaned_and_logged(write):
    decomposed = "Cafe\u0301"
    responses = read_responses(write(f" a1 \u00a0,{decomposed},my\u00a0name,\n1,2,3,\n"))
    assert responses.frame.columns.tolist() == ["a1", "Café", "my name", "unnamed_4"]
    assert [e.column for e in steps(responses, "header")] == ["a1", "Café", "my name", "unnamed_4"]


def test_items_are_matched_by_case_and_logged(write):
    responses = read_responses(write("A1;a2;ATT\n1;2;3\n2;3;4\n"), AB)
    assert responses.frame.columns.tolist() == ["a1", "a2", "ATT"]
    assert [str(e) for e in steps(responses, "names")] == ["names a1: named 'A1' in the file"]


def test_two_candidates_for_an_item(write):
    with pytest.raises(MissingColumnError, match="one column for 'a1x'; got 'A1x', 'A1X'"):
        read_responses(write("A1x;A1X\n1;2\n"), Scales.build({"A": ["a1x"]}))


def test_missing_items_are_named_together(write):
    scales = Scales.build({"A": ["cro1", "cro2", "zebra"]})
    with pytest.raises(MissingColumnError) as caught:
        read_responses(write("cro1;cro_2;other\n1;2;3\n"), scales)
    assert str(caught.value) == (
        "path= needs a column for each item; got none for 'cro2'. Did you mean 'cro_2'?, "
        "'zebra'. Columns of no question: 'cro_2', 'other'. Pass rename={'its name': 'cro2'}, "
        "rename the column, or leave the item out with scales.without()."
    )


def test_duplicate_names_are_kept_and_logged(write):
    responses = read_responses(write("a1;a1\n1;2\n3;4\n"))
    assert responses.frame.to_numpy().tolist() == [[1, 2], [3, 4]]
    assert responses.frame.columns.tolist() == ["a1", "a1"]
    assert steps(responses, "header")[0].count == 2


# ---- rows and cells


def test_empty_rows_and_columns_are_kept_and_logged(write):
    responses = read_responses(write("a1;a2;void\n1;2;\n;;\n\n3;4;\n\n\n"))
    assert responses.frame.shape == (4, 3)
    assert responses.frame["void"].isna().all()
    texts = [str(entry) for entry in responses.log]
    assert "rows: empty rows, kept: 2, 3" in texts
    assert "columns void: an empty column, kept" in texts
    assert "rows: blank lines after the last row, left out" in texts


def test_short_rows_are_padded_and_logged(write):
    responses = read_responses(write("a1;a2;a3\n1;2\n3;4;5\n"))
    assert responses.frame["a3"].isna().tolist() == [True, False]
    assert "rest taken as empty: 1" in str(steps(responses, "rows")[0])


def test_empty_fields_beyond_the_header(write):
    responses = read_responses(write("a1;a2\n1;2;;\n3;4;;\n"))
    assert responses.frame.shape == (2, 2)
    assert steps(responses, "columns")[0].count == 2


def test_missing_marks_spaces_and_other_decimal_marks(write):
    path = write("a1;a2;city;note\nNA;4,0;NA;x\n 5;3.0;Tunis;NA\n6\u00a0;2;Sfax;NA\n")
    responses = read_responses(path, AB)
    np.testing.assert_array_equal(responses.frame["a1"], [np.nan, 5, 6])
    assert responses.frame["a2"].tolist() == [4, 3, 2]
    # A column of words keeps its words.
    assert responses.frame["city"].tolist() == ["NA", "Tunis", "Sfax"]
    assert [(e.column, e.count) for e in steps(responses, "numbers")] == [
        ("a1", 1),
        ("a1", 2),
        ("a2", 3),
    ]


def test_words_among_numbers_stay_as_they_are(write):
    responses = read_responses(write("a1;a2\n5;2\ncinq;3\n"), AB)
    assert responses.frame["a1"].tolist() == ["5", "cinq"]


def test_codes_with_leading_zeros_or_many_digits_stay_text(write):
    text = "id;phone;long;a1\n0012;1;12345678901234567;7\n0013;0;;6\n"
    frame = read_responses(write(text)).frame
    assert frame["id"].tolist() == ["0012", "0013"]
    assert frame["phone"].tolist() == [1, 0]
    assert frame["long"].tolist()[0] == "12345678901234567"
    assert frame["a1"].tolist() == [7, 6]
    # In an item they are numbers all the same.
    assert read_responses(write("a1;a2\n07;1\n06;2\n"), AB).frame["a1"].tolist() == [7, 6]


def test_truth_values_are_logged(write):
    responses = read_responses(write("a1;ok\n1;True\n2;False\n"))
    assert responses.frame["ok"].tolist() == [True, False]
    assert steps(responses, "numbers")[0].column == "ok"


def test_missing_codes_are_recoded_only_on_request(write):
    path = write("a1;a2;balance\n-99;1;-99\n3;-99;5\n-99;-98;6\n")
    assert read_responses(path, AB).frame["a1"].tolist() == [-99, 3, -99]
    responses = read_responses(path, AB, missing_codes=(-99, -98))
    np.testing.assert_array_equal(responses.frame["a1"], [np.nan, 3, np.nan])
    np.testing.assert_array_equal(responses.frame["a2"], [1, np.nan, np.nan])
    assert responses.frame["balance"].tolist() == [-99, 5, 6]
    assert [str(e) for e in steps(responses, "missing codes")] == [
        "missing codes a1: -99 taken as missing",
        "missing codes a2: -99 taken as missing",
        "missing codes a2: -98 taken as missing",
    ]
    assert [e.count for e in steps(responses, "missing codes")] == [2, 1, 1]
    without = read_responses(path, missing_codes=(-99,)).frame
    assert without["balance"].isna().tolist() == [True, False, False]


# ---- files that are no answers


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got an empty file"),
        (b"\xef\xbb\xbf\r\n \r\n", "got an empty file"),
        (b"a1;a2\r\n", "got a header without any row"),
        (b"PK\x03\x04rest", "got an Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "got an old Excel workbook"),
        (b"$FL2@(#) SPSS", "got an SPSS file"),
        (b"a1;a2\n\x00\x01;2\n", "got a binary file, with 2 control characters"),
        (
            b"a1;a2;a3\n1;2;3\n4;5",
            "got a last row of 2 fields under a header of 3: the file is cut",
        ),
        (b"a1;a2;a3\n1;2;3\n4", "got a last row of 1 fields"),
        (b'a1;a2\n1;"two\n3;4\n', "a quotation mark that is never closed"),
        (b'a1;a2\n1;"' + b"x" * 200_000, "got rows that cannot be read: field larger"),
        (b"a1;a2\n1;2\n3;4;5\n", "more fields than the header's 2 in rows 2 "),
        ("é;a2\n1;Sfaxé".encode()[:-1], "UTF-8 text that stops inside a character"),
        ("a1;a2\n1;2\n".encode("utf-16")[:-1], "UTF-16 text that stops inside a character"),
        (b"a1;a2\n\x81;2\n", "bytes that are not cp1252"),
    ],
)
def test_broken_files_are_named(write, content, message):
    with pytest.raises(ResponseFileError, match=message) as caught:
        read_responses(write(content))
    assert str(caught.value).startswith("path= needs a CSV file of answers; got ")
    assert "answers.csv" in str(caught.value)


def test_file_that_is_not_there(write, tmp_path):
    write("a1\n1\n", name="answers.csv")
    with pytest.raises(ResponseFileError, match=r"Did you mean 'answers\.csv'"):
        read_responses(tmp_path / "answer.csv")
    with pytest.raises(ResponseFileError, match="Check the folder and the name"):
        read_responses(tmp_path / "nowhere" / "answers.csv")


# ---- any file at all

words = st.text(
    st.characters(codec="cp1252", categories=["L", "P", "S", "N"], exclude_characters='"'),
    min_size=1,
    max_size=8,
).map(lambda text: f"w {text}")
tables = st.integers(1, 6).flatmap(
    lambda rows: st.tuples(
        st.lists(st.integers(-99, 99), min_size=rows, max_size=rows),
        st.lists(st.integers(-400, 400).map(lambda n: n / 4), min_size=rows, max_size=rows),
        st.lists(words, min_size=rows, max_size=rows),
    )
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    tables,
    st.sampled_from([";", "\t", "|", ","]),
    st.sampled_from([".", ","]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_round_trip(tmp_path, table, separator, decimal, encoding, end, quoted):
    whole, parts, texts = table
    quoted = quoted or separator in ",|"
    buffer = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(["whole", "part", "text", "Été"])
    for row in zip(whole, parts, texts, strict=True):
        number = f"{row[1]:.2f}".replace(".", decimal)
        writer.writerow([row[0], number, row[2], 1])
    path = tmp_path / "round.csv"
    path.write_bytes(buffer.getvalue().encode(encoding))
    responses = read_responses(path, decimal=decimal, separator=separator)
    assert responses.frame.columns.tolist() == ["whole", "part", "text", "Été"]
    assert responses.frame["whole"].tolist() == whole
    assert responses.frame["part"].tolist() == parts
    assert responses.frame["text"].tolist() == texts
