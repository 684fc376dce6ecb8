import numpy as np
import pandas as pd
import polars as pl
import pytest

from scrm_model.errors import ArgumentError, DataError, MissingColumnError
from scrm_model.reporting.figures.likert import likert_bars
from scrm_model.reporting.figures.marks import Words
from scrm_model.reporting.figures.shares import answer_shares, sides
from scrm_model.study.claims import Text
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.items import Item, Scale
from scrm_model.survey.scales import Scales


def test_shares_are_of_those_who_answered():
    counts, shares = answer_shares(np.array([1, 1, 2, np.nan, 4]), (1, 5))
    assert counts.tolist() == [2, 1, 0, 1, 0]
    assert shares.tolist() == [0.5, 0.25, 0.0, 0.25, 0.0]
    assert np.isnan(answer_shares(np.array([np.nan]), (0, 1))[1]).all()


def test_sides_leave_out_the_middle():
    assert sides(np.array([0.1, 0.2, 0.4, 0.2, 0.1])) == pytest.approx((0.3, 0.4, 0.3))
    assert sides(np.array([0.1, 0.2, 0.3, 0.4])) == pytest.approx((0.3, 0.0, 0.7))
    assert sides(np.array([0.25, 0.75])) == (0.25, 0.0, 0.75)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_whole_instrument(answers, check, words, lang):
    picture = likert_bars(answers(), SCALES, study=STUDY, lang=lang)
    check(picture)
    said = words(picture)
    assert [t for t in said if t in SCALES.codes] == list(SCALES.codes)
    for construct in STUDY.constructs:
        name = construct.name.get(lang).replace("'", "’" if lang == "fr" else "'")
        assert f"{construct.id} · {name}" in said
    assert {"en": "Missing", "fr": "Manquants"}[lang] in said
    percent = {"en": "50%", "fr": "50\u202f%"}[lang]
    assert percent in said
    assert picture.size[1] < 900  # a page


def test_bars_are_as_long_as_the_shares_and_meet_at_the_middle(answers, boxes):
    data = answers()
    picture = likert_bars(data, SCALES)
    frame = picture.frame
    scale = {
        code: sum(b.width for b in boxes(picture, f"{code}=")) for code in SCALES.codes
    }  # every bar is 100 %
    assert np.ptp(list(scale.values())) < 1e-6
    whole = next(iter(scale.values()))
    zero = next(
        m.x1
        for m in picture.marks
        if type(m).__name__ == "Rule" and m.x1 == m.x2 and m.width == 0.8
    )
    for code in SCALES.codes:
        shares = data[code].value_counts(normalize=True)
        for box in boxes(picture, f"{code}="):
            answer = int(box.name.split("=")[1])
            assert box.width / whole == pytest.approx(shares[answer])
        middle = boxes(picture, f"{code}=4")
        if middle:
            assert middle[0].x + middle[0].width / 2 == pytest.approx(zero)
    assert frame.groupby("item")["share"].sum().to_numpy() == pytest.approx(np.ones(27))
    assert len(frame) == 27 * 7
    assert (frame["n"] + frame["missing"] == len(data)).all()


def test_an_even_number_of_points_has_no_middle(answers, check, boxes, words):
    scales = Scales.build({"A": ["a1", "a2"], "B": ["b1"]}, points={"A": 4, "B": 5})
    picture = likert_bars(answers(scales=scales), scales)
    check(picture)
    zero = next(
        m.x1
        for m in picture.marks
        if type(m).__name__ == "Rule" and m.x1 == m.x2 and m.width == 0.8
    )
    left = sum(b.width for b in boxes(picture, "a1=") if int(b.name[-1]) <= 2)
    assert min(b.x for b in boxes(picture, "a1=")) + left == pytest.approx(zero)
    assert any("even number of points" in t for t in words(picture))
    assert {"Low", "High"} <= set(words(picture))  # other points, other heads
    assert len(boxes(picture, "key=")) == 9


def test_answers_stand_apart_without_colour(answers, boxes):
    picture = likert_bars(answers(), SCALES)
    keys = boxes(picture, "key=")
    assert [bool(k.hatch) for k in keys] == [True] * 3 + [False] * 4
    assert len({(k.fill, k.hatch) for k in keys}) == 7


def test_numbers_stand_in_the_bars_where_there_is_room(answers, boxes):
    data = answers()
    picture = likert_bars(data, SCALES, items=["cro1"])
    shares = data["cro1"].value_counts(normalize=True)
    inside = {
        int(b.name[-1]): [
            m.text
            for m in picture.marks
            if isinstance(m, Words) and m.size == 6.5 and b.x < m.x < b.x + b.width
        ]
        for b in boxes(picture, "cro1=")
    }
    for answer, texts in inside.items():
        if texts:
            assert texts == [f"{100 * shares[answer]:.0f}"]
    assert any(inside.values())


def test_missing_answers_have_a_column(words):
    scales = Scales.build({"A": ["a1", "a2"]}, points=5)
    data = pd.DataFrame({"a1": [1, None, 3, None], "a2": [1, 2, 3, 4]})
    said = words(likert_bars(data, scales, lang="fr"))
    assert "2 (50,0\u202f%)" in said
    assert "0" in said


def test_items_nobody_answered_and_constant_ones_are_shown(check, words):
    scales = Scales.build({"A": ["a1", "a2", "a3"]}, points=5)
    data = pd.DataFrame({"a1": [None, None], "a2": [5, 5], "a3": [1, 2]})
    picture = likert_bars(data, scales)
    check(picture)
    assert "no answers" in words(picture)
    assert "a1: no answers; n = 0, 2 missing." in picture.description


def test_items_can_be_chosen_and_stay_in_the_order_of_the_scales(answers, words):
    picture = likert_bars(answers(), SCALES, items=["sms2", "cro1"], wording=False)
    assert [t for t in words(picture) if t in SCALES.codes] == ["cro1", "sms2"]
    assert SCALES.item("cro1").text.en not in " ".join(words(picture))
    with pytest.raises(ArgumentError, match=r"^items= needs codes of items; got 'sms9'. Did you"):
        likert_bars(answers(), SCALES, items=["sms9"])
    with pytest.raises(ArgumentError, match=r"^items= needs one item or more"):
        likert_bars(answers(), SCALES, items=[])


HOSTILE = [
    "$x_1^2$ and $\\frac{a}{b}$ and a single $",
    "_hidden_ __all__ {braces} \\n %s %d",
    '<script>alert(1)</script> --> ]]> & "quoted"',
    "word" * 80,
    "a b " * 200,
    "هل تستخدم شركتكم وسائل التواصل الاجتماعي؟ \u202eevil",
    "漢字 😀 \x00\x07 tab\tline\nbreak",
]


def hostile_scales():
    items = tuple(Item(f"x{k}", "X", Text(text)) for k, text in enumerate(HOSTILE))
    anchors = tuple(Text(t) for t in HOSTILE[:5])
    long_code = Item("y" * 60, "Y" * 200, Text("_"))
    return Scales((Scale("X", items, 5, anchors), Scale("Y" * 200, (long_code,), 5)))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_texts_are_inert(answers, check, words, lang):
    scales = hostile_scales()
    picture = likert_bars(answers(scales=scales), scales, lang=lang)
    check(picture)
    said = " ".join(words(picture))
    assert "$x_1^2$ and $\\frac{a}{b}$" in said
    assert "_hidden_ __all__ {braces} \\n %s %d" in said
    assert "\u202e" not in said
    assert "\ufffd" in said  # letters that the font lacks are marked
    assert "…" in said  # what is cut off says so


def test_polars_and_other_columns(answers):
    data = answers(gaps=0.0)
    more = data.assign(firm="x")
    assert likert_bars(pl.from_dict(more.to_dict("list")), SCALES).frame.equals(
        likert_bars(data, SCALES).frame
    )


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        ({"cro1": 8}, {}, DataError, r"'cro1': 200 answers outside 1–7"),
        ({"cro1": 2.5}, {}, DataError, r"not a whole number"),
        ({"cro1": "often"}, {}, DataError, r"no number"),
        ({}, {"lang": "ar"}, ArgumentError, r"^lang= needs 'en' or 'fr'"),
    ],
)
def test_what_is_no_answer_is_refused(answers, change, options, error, message):
    with pytest.raises(error, match=message):
        likert_bars(answers().assign(**change), SCALES, **options)
    with pytest.raises(MissingColumnError, match=r"'cro1': no such column"):
        likert_bars(answers().drop(columns="cro1"), SCALES)
    with pytest.raises(ArgumentError, match=r"^scales= needs Scales; got dict"):
        likert_bars(answers(), {"A": ["cro1"]})
