"""No answer lost or invented, whatever the dialect; no surprise, whatever the damage."""

import csv
import io
from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey.incoming.builders import EN, FR, answers, balanced

from scrm_model.errors import ScrmError
from scrm_model.study.claims import Text
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

ANCHORS = [Text(EN[k], FR[k]) for k in range(1, 8)]
SCALES = Scales.build({"A": ["a1", "a2", "a3"]}, points=7, anchors=ANCHORS)
QUIET = [HealthCheck.function_scoped_fixture]

# One cell: what is written, and the answer that it is.
LABELS = [(text, point) for words in (EN, FR) for point, text in words.items()]
PLAIN = st.integers(1, 7).map(lambda point: (str(point), point))
ANSWER = st.one_of(
    PLAIN,
    st.integers(1, 7).map(lambda point: (f" {point} ", point)),
    st.sampled_from(LABELS),
    st.sampled_from(LABELS).map(lambda pair: (pair[0].upper(), pair[1])),
    st.sampled_from(LABELS).map(lambda pair: (f"{pair[1]} - {pair[0]}", pair[1])),
    st.sampled_from(["-99", "NA", "N/A", "", "  ", "Ne sait pas", "98"]).map(lambda t: (t, None)),
)
TABLE = st.lists(st.tuples(ANSWER, ANSWER, ANSWER), min_size=1, max_size=12)
NOTES = st.lists(
    st.text(
        st.characters(codec="cp1252", exclude_categories=["Cc"], exclude_characters='"'), max_size=9
    ).map(lambda text: f"n{text}"),
    min_size=12,
    max_size=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(
    TABLE,
    NOTES,
    st.sampled_from([";", "\t", "|", ","]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["{}", "A[{}]", "A_{}", "group/{}"]),
)
def test_no_answer_is_lost_or_invented(
    tmp_path, table, notes, separator, encoding, end, quoted, header
):
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow([*map(header.format, SCALES.codes), "note"])
    for row, note in zip(table, notes, strict=False):
        writer.writerow([*(text for text, _ in row), note])
    (tmp_path / "a.csv").write_bytes(buffer.getvalue().encode(encoding))
    responses = read_responses(
        tmp_path / "a.csv",
        SCALES,
        missing_codes=[-99, 98, "ne sait pas"],
        separator=separator,
        decimal=".",
    )
    expected = np.array([[answer for _, answer in row] for row in table], dtype=float)
    found = responses.frame[list(SCALES.codes)].to_numpy(dtype=float)
    np.testing.assert_array_equal(found, expected)
    assert responses.frame["note"].tolist() == notes[: len(table)]
    assert balanced(responses)
    written = sum(text != "" for row in table for text, _ in row) + len(table)
    assert responses.cells_read == written
    kept = int(np.isfinite(expected).sum()) + len(table)
    assert responses.cells_kept == kept
    assert responses.cells_emptied == written - kept


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(TABLE)
def test_the_same_in_a_workbook(tmp_path, table):
    frame = pd.DataFrame([[text for text, _ in row] for row in table], columns=SCALES.codes)
    # Numbers as numbers in part of the cells, as a workbook has them.
    mixed = frame.map(lambda text: int(text) if text.strip().isdecimal() else text)
    mixed.assign(id=range(len(frame))).to_excel(tmp_path / "a.xlsx", index=False)
    responses = read_responses(tmp_path / "a.xlsx", SCALES, missing_codes=[-99, 98, "ne sait pas"])
    expected = np.array([[answer for _, answer in row] for row in table], dtype=float)
    np.testing.assert_array_equal(
        responses.frame[list(SCALES.codes)].to_numpy(dtype=float), expected
    )
    assert balanced(responses)


@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(
    st.lists(
        st.tuples(*[st.sampled_from([1, 2, 3, 4, 5, 6, 7, 9, 99, None])] * 3),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
    st.booleans(),
)
def test_the_same_in_spss(tmp_path, table, packed, turned):
    frame = pd.DataFrame(table, columns=SCALES.codes, dtype=float)
    labels = {float(8 - k if turned else k): EN[k] for k in (1, 4, 7)} | {9.0: "No answer"}
    pyreadstat.write_sav(
        frame,
        tmp_path / "a.sav",
        compress=packed,
        missing_ranges={code: [{"lo": 8, "hi": 99}] for code in SCALES.codes},
        variable_value_labels=dict.fromkeys(SCALES.codes, labels),
    )
    responses = read_responses(tmp_path / "a.sav", SCALES, coding="labels")
    expected = frame.where(frame < 8)
    found = responses.frame[list(SCALES.codes)].astype(float)
    pd.testing.assert_frame_equal(found, 8 - expected if turned else expected)
    assert responses.cells_emptied == int((frame > 8).to_numpy().sum())
    assert balanced(responses)


# ---- damage


def read(path):
    """What was read, nothing lost; None for an error of ours."""
    try:
        responses = read_responses(path)
    except ScrmError:
        return None
    assert balanced(responses)
    return responses


@cache
def valid(name, folder):
    """Bytes of a valid file, and its shape."""
    frame, path = answers(rows=12).iloc[:, :6], folder / name
    words = frame.assign(note=["é", "x, y", "z;"] * 4)
    if name == "a.csv":
        words.to_csv(path, index=False)
    elif name == "quoted.csv":
        words.to_csv(path, index=False, sep=";", quoting=csv.QUOTE_ALL, encoding="cp1252")
    elif name == "a.xlsx":
        words.to_excel(path, index=False)
    elif name.endswith("sav"):
        labels = {"cro1": {1.0: "low"}, "note": {"é": "first"}}
        more = {"variable_value_labels": labels, "column_labels": ["Q"] * 7, "note": "by hand"}
        missing = {"cro1": [9], "note": ["x, y"]}
        packed = name == "a.zsav"
        pyreadstat.write_sav(words, path, compress=packed, missing_ranges=missing, **more)
    elif name == "a.dta":
        words.to_stata(path, write_index=False, version=118)
    else:
        pl.DataFrame({c: words[c].to_list() for c in words}).write_parquet(path)
    return path.read_bytes(), read_responses(path).frame.shape


BLOWS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "cut", "insert", "drop", "zero"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data, blows):
    out = bytearray(data)
    for kind, where, value in blows:
        at = int(where * len(out))
        if kind == "put":
            out[at : at + 1] = bytes([value])
        elif kind == "cut":
            del out[max(at, 1) :]
        elif kind == "insert":
            out[at:at] = bytes([value])
        elif kind == "drop":
            del out[at : at + 1 + value // 64]
        else:
            out[at : at + 4] = bytes(4)
    return bytes(out)


def check(name, blows, folder):
    """A frame of the same shape or an error of ours."""
    data, shape = valid(name, folder)
    path = folder / f"damaged_{name}"
    path.write_bytes(damaged(data, blows))
    responses = read(path)
    # In a CSV file a line break or a separator more or less is another table, and a valid one.
    assert responses is None or responses.frame.shape == shape or name.endswith("csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damage")


@pytest.mark.parametrize("name", ["a.csv", "quoted.csv", "a.xlsx", "a.sav", "a.zsav", "a.dta"])
def test_damage_gives_a_frame_or_an_error_of_ours(name, folder):
    @settings(max_examples=200, deadline=None, database=None)
    @given(BLOWS)
    def run(blows):
        check(name, blows, folder)

    run()


def test_damage_to_parquet(folder):
    @settings(max_examples=20, deadline=None, database=None)  # each starts a process
    @given(BLOWS)
    def run(blows):
        check("a.parquet", blows, folder)

    run()


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(st.binary(max_size=200), st.sampled_from(["csv", "xlsx", "sav", "dta", "txt", "dat", "x"]))
def test_any_bytes_at_all(folder, content, ending):
    path = folder / f"any.{ending}"
    path.write_bytes(content)
    found = read(path)
    assert found is None or len(found) > 0


@settings(max_examples=200, deadline=None, suppress_health_check=QUIET)
@given(st.text(st.sampled_from('ab12 ;,\t|"\n\r=.é'), max_size=60))
def test_any_text_at_all(folder, content):
    path = folder / "any.csv"
    path.write_text(content, encoding="utf-8", newline="")
    found = read(path)
    assert found is None or len(found) > 0
