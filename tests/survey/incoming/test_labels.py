"""Labels go back to codes in either language, and codes that contradict their labels are found."""

import unicodedata

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from survey.incoming.builders import CODES, EN, FR, answers, balanced, same_answers, steps

from scrm_model.errors import DataError
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

ENDS = Scales.build({"A": ["a1", "a2"]}, points=5, anchors=["Never", "Always"])
BARE = Scales.build({"A": ["a1", "a2"]}, points=5)


def shout(text):
    return f"  {text.upper()} "


def typographic(text):
    return unicodedata.normalize("NFD", text.replace("'", "\u2019").replace(" ", "\u00a0"))


WAYS = {
    "en": EN.get,
    "fr": FR.get,
    "shouted": lambda point: shout(FR[point]),
    "typographic and decomposed": lambda point: typographic(FR[point]),
    "full stop": lambda point: f"{EN[point]}.",
    "dash": lambda point: f"{point} - {EN[point]}",
    "equals": lambda point: f"{point} = {FR[point]}",
    "long dash": lambda point: f"{point}\u2013{FR[point]}",
    "bracket": lambda point: f"({point}) {EN[point]}",
    "point": lambda point: f"{point}. {EN[point]}",
    "after": lambda point: f"{EN[point]} ({point})",
    "ends only": lambda point: EN[point] if point in (1, 7) else str(point),
    "two languages": lambda point: (FR if point % 2 else EN)[point],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "frame"])
def test_every_way_of_writing_a_label(way, ending, tmp_path):
    frame = answers()
    labelled = frame.map(WAYS[way])
    path = labelled
    if ending != "frame":
        path = tmp_path / f"a.{ending}"
        (labelled.to_csv if ending == "csv" else labelled.to_excel)(path, index=False)
    responses = read_responses(path, SCALES)
    assert same_answers(responses, frame)
    assert balanced(responses)
    entry = next(e for e in responses.log if (e.step, e.column) == ("labels", "cro1"))
    labels = [v for v in labelled["cro1"] if not str(v).isdecimal()]
    assert entry.count == len(labels)


def test_the_log_counts_each_label():
    frame = pd.DataFrame({"a1": ["Never", "2", "ALWAYS", "Never"], "a2": [1, 2, 3, 4]})
    responses = read_responses(frame, ENDS)
    assert responses.frame["a1"].tolist() == [1, 2, 5, 1]
    assert steps(responses, "labels") == [
        "labels a1: labels read as codes: 1 = 'Never' (2), 5 = 'ALWAYS' (1)"
    ]


def test_missing_marks_and_words_among_labels():
    frame = answers().map(EN.get).astype(object)
    frame.loc[:4, "cro1"] = ["NA", " ", None, "Ne sait pas", "ne  SAIT pas."]
    responses = read_responses(frame, SCALES, missing_codes=["Ne sait pas", -99])
    assert responses.frame["cro1"].isna().sum() == 5
    assert balanced(responses)
    assert responses.cells_emptied == 4
    told = [str(e) for e in responses.log if e.column == "cro1" and e.emptied]
    assert any("'Ne sait pas' taken as missing" in text for text in told)
    assert any("NA taken as missing" in text for text in told)
    assert any("nothing but spaces" in text for text in told)


def test_labels_that_are_no_anchors_are_listed_together():
    frame = answers().map(EN.get)
    frame.loc[[2, 5], "cro3"] = "Agre"
    frame.loc[7, "sms1"] = "Don't know"
    with pytest.raises(DataError) as caught:
        read_responses(frame, SCALES)
    message = str(caught.value)
    assert message.startswith("path= needs answers that fit the scales; got 2 problems.")
    assert "'cro3': 2 answers no label of the scale: 'Agre' (rows 2, 5)." in message
    assert "Nearest label: 'agree' (6)." in message
    assert "'sms1': 1 answer no label of the scale: \"Don't know\" (row 7)." in message
    assert "name them in missing_codes=" in message
    # Without scales they stay what they are.
    assert read_responses(frame).frame["cro3"].tolist()[2] == "Agre"
    read_responses(frame.assign(cro3="Agree"), SCALES, missing_codes=["don\u2019t know"])


def test_other_words_altogether():
    frame = answers().map({k: f"level {k}" for k in range(1, 8)}.get)
    with pytest.raises(DataError, match="got 27 problems"):
        read_responses(frame, SCALES)


def test_words_among_numbers_are_left_and_told():
    frame = answers().astype(object)
    frame.loc[0, "cro3"] = "often"
    responses = read_responses(frame, SCALES)
    assert responses.frame["cro3"].tolist()[0] == "often"
    assert steps(responses, "labels") == [
        "labels cro3: neither numbers nor labels of the question, column left as it is: 'often'"
    ]


def test_many_different_words_are_no_trouble():
    frame = pd.DataFrame({"a1": [f"word {k}" for k in range(100_000)], "a2": 1})
    with pytest.raises(DataError, match="'a1': 100000 answers no label of the scale: 'word 0',"):
        read_responses(frame, ENDS)
    told = steps(read_responses(frame, BARE), "labels")[0]
    assert "'word 0', 'word 1', 'word 2', 'word 3', 'word 4' and 99995 more" in told


def test_truth_values_are_no_answers():
    frame = pd.DataFrame({"a1": [True, "Never", 5, 1], "a2": [1, 2, 3, 4]})
    with pytest.raises(DataError, match=r"'a1': 1 answer no answer: True \(row 0\)"):
        read_responses(frame, ENDS)


# ---- questions that are no items


def test_choices_ratings_and_attention_checks():
    frame = answers(rows=4)
    frame["role"] = ["Responsable marketing", "Another post", "2", "Owner or general manager"]
    frame["has_crm"] = ["Oui", "No", "yes", "NON"]
    frame["knowledge"] = ["D'accord", "Strongly agree", "1", "Pas d\u2019accord"]
    frame["att1"] = ["Disagree", "Pas d'accord", "2", "Agree"]
    frame["sector"] = ["Commerce", "Fishing", "Trade", "Industrie"]
    frame["firm_age"] = ["5", "7,5", "", "12"]
    responses = read_responses(frame, SCALES)
    found = responses.frame
    assert found["role"].tolist() == [2, 6, 2, 1]
    assert found["has_crm"].tolist() == [1, 0, 1, 0]
    assert found["knowledge"].tolist() == [6, 7, 1, 2]
    assert found["att1"].tolist() == [2, 2, 2, 6]
    np.testing.assert_array_equal(found["firm_age"], [5, 7.5, np.nan, 12])
    # A choice that the question does not offer is no error, and is told.
    assert found["sector"].tolist() == ["Commerce", "Fishing", "Trade", "Industrie"]
    assert any("sector" in text and "'Fishing'" in text for text in steps(responses, "labels"))


# ---- scales without anchors


def test_numbers_before_labels_are_enough():
    frame = pd.DataFrame({"a1": ["1 - no", "5 - yes", "3 - so so"], "a2": ["2", "3 = x", "2"]})
    responses = read_responses(frame, BARE)
    assert responses.frame["a1"].tolist() == [1, 5, 3]
    assert responses.frame["a2"].tolist() == [2, 3, 2]


def test_numbers_that_do_not_go_with_one_label_each():
    frame = pd.DataFrame({"a1": ["1 - no", "1 - yes", "3 - so so"], "a2": [1, 2, 3]})
    assert read_responses(frame, BARE).frame["a1"].tolist() == frame["a1"].tolist()


def test_answer_codes_of_limesurvey():
    frame = answers()
    for form in ("A{}", "AO0{}", " A{} "):
        coded = frame.map(lambda point, form=form: form.format(point))
        assert same_answers(read_responses(coded, SCALES), frame)
    eleven = Scales.build({"A": ["a1", "a2"]}, points=(0, 10))
    by_name = pd.DataFrame({"a1": ["A0", "A10", "A3"], "a2": [1, 2, 3]})
    assert read_responses(by_name, eleven).frame["a1"].tolist() == [0, 10, 3]
    by_place = by_name.assign(a1=["A1", "A11", "A3"])
    assert read_responses(by_place, eleven).frame["a1"].tolist() == [0, 10, 2]
    either = by_name.assign(a1=["A1", "A10", "A3"])
    assert read_responses(either, eleven).frame["a1"].tolist() == ["A1", "A10", "A3"]


# ---- codes that contradict their labels


def sav(tmp_path, frame, labels, **more):
    path = tmp_path / "a.sav"
    given = dict.fromkeys(frame, labels)
    pyreadstat.write_sav(frame.astype(float), path, variable_value_labels=given, **more)
    return path


def flipped(labels, top=8):
    return {float(top - code): text for code, text in labels.items()}


def test_labels_that_agree_are_kept_and_change_nothing(tmp_path):
    frame = answers()
    labels = {float(code): text for code, text in FR.items()} | {9.0: "Sans réponse"}
    responses = read_responses(sav(tmp_path, frame, labels), SCALES)
    assert same_answers(responses, frame)
    assert responses.value_labels["cro1"] == labels
    assert len(responses.value_labels) == 27
    assert not steps(responses, "coding")
    assert "none of the scale's: 9 = 'Sans réponse'" in steps(responses, "labels")[0]


@pytest.mark.parametrize("labels", [EN, FR, {1: EN[1], 7: EN[7]}, {2: "2 - Disagree"}])
def test_a_turned_scale_is_an_error_until_decided(labels, tmp_path):
    frame = answers()
    turned = 8 - frame
    path = sav(tmp_path, turned, flipped(labels))
    with pytest.raises(DataError) as caught:
        read_responses(path, SCALES)
    message = str(caught.value)
    assert "got others for 27 items, by their labels. Pass coding='labels'" in message
    assert "in the scale" in message.splitlines()[1]
    kept = read_responses(path, SCALES, coding="file")
    assert same_answers(kept, turned)
    assert "codes of the file kept" in steps(kept, "coding")[0]
    if len(labels) == 1:
        # One label cannot say what the other codes are.
        with pytest.raises(DataError, match="not every code has a label of the scale"):
            read_responses(path, SCALES, coding="labels")
        return
    responses = read_responses(path, SCALES, coding="labels")
    assert same_answers(responses, frame)
    assert balanced(responses)
    entry = responses.log.of("coding")[0]
    assert entry.count == int((frame["cro1"] != 4).sum())
    assert responses.value_labels["cro1"] == {float(c): text for c, text in labels.items()}


def test_codes_from_zero_are_shifted_by_their_labels(tmp_path):
    frame = answers()
    path = sav(tmp_path, frame - 1, {float(code - 1): text for code, text in EN.items()})
    with pytest.raises(DataError, match="0 is labelled 'Strongly disagree', which is 1"):
        read_responses(path, SCALES)
    assert same_answers(read_responses(path, SCALES, coding="labels"), frame)


def test_codes_in_no_order_follow_their_labels(tmp_path):
    frame = answers()
    order = {1: 3, 2: 1, 3: 2, 4: 7, 5: 6, 6: 5, 7: 4}
    path = sav(tmp_path, frame.map(order.get), {float(order[c]): t for c, t in EN.items()})
    assert same_answers(read_responses(path, SCALES, coding="labels"), frame)


def test_a_code_for_missing_stays_outside_when_the_scale_is_turned(tmp_path):
    frame = 8 - answers()
    frame.iloc[0, 0] = 9
    labels = flipped(EN) | {9.0: "Don't know"}
    responses = read_responses(sav(tmp_path, frame, labels), SCALES, coding="labels")
    assert responses.frame.iloc[0, 0] == 9
    assert responses.value_labels["cro1"][9.0] == "Don't know"
    assert "answers outside 1–7, kept: 9" in steps(responses, "outside")[0]


@pytest.mark.parametrize(
    "labels",
    [
        {1.0: "Strongly agree", 5.0: "Strongly disagree"},
        {1.0: "Tout à fait d\u2019accord", 3.0: "Neutre", 5.0: "Pas du tout d'accord"},
        {1.0: "1 - Totalement d'accord", 5.0: "5"},
    ],
)
def test_a_turned_scale_without_anchors(labels, tmp_path):
    frame = pd.DataFrame({"a1": [1, 2, 5, 4], "a2": [2, 1, 4, 4]})
    path = sav(tmp_path, frame, labels)
    with pytest.raises(DataError, match="got others for 2 items"):
        read_responses(path, BARE)
    turned = read_responses(path, BARE, coding="labels").frame
    assert turned["a1"].tolist() == [5, 4, 1, 2]
    assert read_responses(path, BARE, coding="file").frame["a1"].tolist() == [1, 2, 5, 4]
    assert read_responses(path).frame["a1"].tolist() == [1, 2, 5, 4]


def test_turned_labels_in_cells():
    frame = answers().map(lambda point: f"{8 - point} - {EN[point]}")
    with pytest.raises(DataError, match=r"'cro1': '.*', which is \d in the scale"):
        read_responses(frame, SCALES)
    assert same_answers(read_responses(frame, SCALES, coding="labels"), answers())
    kept = read_responses(frame, SCALES, coding="file")
    assert same_answers(kept, 8 - answers())
    assert len(steps(kept, "coding")) == len(CODES)


def test_turned_labels_in_cells_without_anchors():
    frame = pd.DataFrame({"a1": ["1 - strongly agree", "5 - strongly disagree"], "a2": [1, 2]})
    with pytest.raises(DataError, match="got others for 1 item, by their labels"):
        read_responses(frame, BARE)
    assert read_responses(frame, BARE, coding="labels").frame["a1"].tolist() == [5, 1]
    assert read_responses(frame, BARE, coding="file").frame["a1"].tolist() == [1, 5]
