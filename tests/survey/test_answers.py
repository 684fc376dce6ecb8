import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import DataError, MissingColumnError
from scrm_model.survey.answers import check_answers
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

AB = Scales.build({"A": ["a1", "a2", "a3"]})


def good():
    return pd.DataFrame({"a1": [1, 2, 7], "a2": [3.0, np.nan, 4.0], "a3": [5, 6, 5], "x": "text"})


def message(frame, codes=AB.codes, scales=AB, error=DataError, **more):
    with pytest.raises(error) as caught:
        check_answers(frame, codes, scales, **more)
    assert str(caught.value).startswith("data= needs ")
    return str(caught.value)


def test_good_answers_pass():
    assert check_answers(good(), AB.codes, AB) is None
    assert check_answers(good(), AB.codes) is None
    assert check_answers(good().convert_dtypes(), AB.codes, AB) is None
    assert check_answers(good().astype(object), AB.codes, AB) is None
    # A column that no item needs may hold anything.
    assert check_answers(good().assign(a3=100), ["a1", "a2"], AB) is None


def test_missing_columns_are_named_together():
    frame = good().rename(columns={"a1": "A1", "a3": "zzz"})
    text = message(frame, error=MissingColumnError)
    assert "got none for 2 of 3" in text
    assert "'a1': no such column. Did you mean 'A1'?" in text
    assert "'a3': no such column." in text
    assert isinstance(MissingColumnError(), KeyError)


def test_duplicate_columns():
    frame = good()
    frame.columns = ["a1", "a1", "a3", "a2"]
    frame["a2"] = [1, 2, 3]
    assert "'a1': 2 columns have this name. Keep one." in message(frame)


def test_words():
    text = message(good().assign(a1=["1", "deux", "?"], a2=[1, "x", 3]))
    assert "'a1': 2 answers no number: 'deux', '?' (rows 1, 2)." in text
    assert "'a2': 1 answer no number: 'x' (row 1)." in text


def test_numbers_stored_as_text_and_truth_values():
    text = message(good().assign(a1=["1", "2", "3"], a2=[True, False, True]))
    assert "'a1': 3 answers stored as text: '1', '2', '3' (rows 0, 1, 2). Convert" in text
    assert "'a2': 3 answers no number: True, False (rows 0, 1, 2)." in text


def test_dates_are_no_answers():
    text = message(good().assign(a1=pd.to_datetime(["2024-01-01"] * 3)))
    assert "'a1': 3 answers no number" in text


def test_range_with_hint_for_missing_codes():
    frame = good().assign(a1=[1, -99, -99], a2=[0, 8, 1]).set_index(pd.Index(["p", "q", "r"]))
    text = message(frame)
    assert (
        "'a1': 2 answers outside 1–7: -99 (rows q, r). "
        "If -99 is your code for missing, pass missing_codes=(-99,) (at the command line, "
        "--missing-code -99)." in text
    )
    assert "'a2': 2 answers outside 1–7: 0, 8 (rows p, q)." in text
    assert "got 2 problems" in text


def test_marker_items_and_strangers_have_no_range():
    assert check_answers(good().assign(a1=[1, 50, 99]), ["a1"], SCALES) is None
    text = message(good().assign(a1=[1, np.inf, 2]), ["a1"], None, whole=False)
    assert "'a1': 1 answer infinite: inf (row 1)." in text


def test_answers_between_points():
    frame = good().assign(a1=[1, 4.5, 2])
    assert "'a1': 1 answer not a whole number: 4.5 (row 1)" in message(frame)
    assert check_answers(frame, AB.codes, AB, whole=False) is None


def test_constant_and_empty_items():
    text = message(good().assign(a1=4, a2=np.nan, a3=[2, np.nan, 2]))
    assert "'a1': every answer is 4. A constant item tells nothing" in text
    assert "'a2': no answers at all." in text
    assert "'a3': every answer is 2." in text


def test_everything_at_once_and_long_lists_are_cut():
    frame = pd.DataFrame({"a1": np.arange(20) + 10, "a2": ["x"] * 20})
    text = message(frame)
    assert "got 3 problems" in text
    assert "'a1': 20 answers outside 1–7: 10, 11, 12, 13, 14, … (rows 0, 1, 2, 3, 4 and 15" in text
    assert "'a3': no such column." in text


def test_empty_and_constant_columns_may_pass():
    frame = good().assign(a1=[2, 2, 2], a3=np.nan)
    assert check_answers(frame, AB.codes, AB, still=True) is None
    assert "no answers at all" in message(frame)
    assert "outside 1–7" in message(frame.assign(a1=9), still=True)
