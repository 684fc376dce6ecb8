from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest

from scrm_model.errors import ArgumentError, DataError, MissingColumnError
from scrm_model.reporting.figures.missing import missingness_map
from scrm_model.reporting.figures.patterns import binned, patterns_of
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

X = np.nan
SMALL = pd.DataFrame({"a": [X, 1, 1, X, 1, 1], "b": [X, X, 1, X, X, 1], "c": [1, 1, 1, 1, 1, 1]})


def test_patterns_are_sorted_by_gaps_then_by_size():
    found = patterns_of(SMALL.isna().to_numpy())
    assert found.cells.tolist() == [[False] * 3, [False, True, False], [True, True, False]]
    assert found.counts.tolist() == [2, 2, 2]
    assert found.order.tolist() == [2, 5, 1, 4, 0, 3]
    rare = patterns_of(np.array([[1, 0], [0, 1], [0, 1], [0, 0]], bool))
    assert rare.cells[1].tolist() == [False, True]
    assert rare.counts.tolist() == [1, 2, 1]


def test_bins_keep_every_missing_cell():
    rng = np.random.default_rng(1)
    missing = rng.random((1003, 5)) < 0.1
    shares, step = binned(missing, 100)
    assert step == 11
    sizes = np.minimum(step, len(missing) - step * np.arange(len(shares)))
    assert (shares * sizes[:, None]).sum(axis=0) == pytest.approx(missing.sum(axis=0))
    alone, one = binned(missing[:100], 100)
    assert one == 1
    assert (alone == missing[:100]).all()


def test_boxes_cover_what_is_missing(check, boxes, words):
    picture = missingness_map(SMALL)
    check(picture)
    (paper,) = boxes(picture, "map")
    for item, share in (("a", 2 / 6), ("b", 4 / 6), ("c", 0)):
        black = sum(b.height for b in boxes(picture, f"{item}:"))
        assert black / paper.height == pytest.approx(share)
    # Missing together, one below the other: at the end, which the cases with most gaps have.
    assert boxes(picture, "a:")[0].y + boxes(picture, "a:")[0].height == pytest.approx(
        paper.y + paper.height
    )
    said = words(picture)
    assert {"33.3", "66.7", "0.0", "a", "b", "c"} <= set(said)
    assert "Complete: 2 cases (33.3%). Missing: 6 of 18 cells (33.3%)." in said
    assert picture.frame["missing"].tolist() == [2, 4, 0]
    assert picture.frame["n"].tolist() == [4, 2, 6]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_whole_instrument_has_its_constructs(answers, check, words, lang):
    picture = missingness_map(answers(), SCALES, lang=lang)
    check(picture)
    said = words(picture)
    assert [t for t in said if t in SCALES.codes] == list(SCALES.codes)
    assert [t for t in said if t in tuple(SCALES)] == list(SCALES)
    share = picture.frame["share"].iloc[0]
    shown = f"{100 * share:.1f}"
    assert (shown if lang == "en" else shown.replace(".", ",")) in said
    mark = {"en": "cro1: ", "fr": "cro1 : ".replace(" :", "\u00a0:")}[lang]
    assert mark in picture.description


def test_many_cases_share_rows_and_the_figure_says_so(check, boxes, words):
    rng = np.random.default_rng(2)
    data = pd.DataFrame(np.where(rng.random((5000, 12)) < 0.05, X, 1.0)).add_prefix("v")
    picture = missingness_map(data)
    check(picture)
    assert any("up to 16 cases" in t for t in words(picture))
    greys = {b.fill for b in boxes(picture, "v")}
    assert len(greys) > 5
    rows = boxes(picture, "v0:")
    assert all(p.y + p.height <= q.y + 1e-6 for p, q in pairwise(rows))
    few = missingness_map(data.head(320))
    assert not any("up to" in t for t in words(few))


def test_nothing_missing_and_everything_missing(check, words):
    none = missingness_map(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
    check(none)
    assert "No answer is missing." in words(none)
    whole = missingness_map(pd.DataFrame({"a": [None, None]}))
    check(whole)
    assert "Complete: 0 cases (0.0%). Missing: 2 of 2 cells (100.0%)." in words(whole)


def test_wide_data_and_hostile_names(check):
    names = ["$x$", "_a", "<script>", "é" * 300, "سؤال", "漢字", "\x00", " ", "a\nb", "%s{0}"]
    rng = np.random.default_rng(3)
    data = pd.DataFrame(np.where(rng.random((50, 70)) < 0.1, X, 1.0))
    data.columns = [*names, *(f"item_{k}" for k in range(60))]
    check(missingness_map(data))
    scales = Scales.build({"C" * 80: ["item_1"], "D": ["item_2", "item_3"]})
    check(missingness_map(data, scales))


def test_items_can_be_chosen(words):
    picture = missingness_map(SMALL, items=["c", "a"])
    assert picture.frame["item"].tolist() == ["a", "c"]
    frame = pl.DataFrame({"a": [1, None, 3], "b": [None, None, 1]})
    assert missingness_map(frame).frame["missing"].tolist() == [1, 2]


def test_what_cannot_be_drawn_is_refused():
    twice = pd.concat([SMALL, SMALL[["a"]]], axis=1)
    for call, error, message in (
        (lambda: missingness_map(SMALL, SCALES), MissingColumnError, r"got none for 'cro1'"),
        (lambda: missingness_map(SMALL.head(0)), DataError, r"needs cases and columns"),
        (lambda: missingness_map(twice), DataError, r"got 2 of 'a'"),
        (lambda: missingness_map(SMALL, items=["d"]), ArgumentError, r"^items= needs codes"),
        (lambda: missingness_map(SMALL, ["a"]), ArgumentError, r"^scales= needs Scales or None"),
        (lambda: missingness_map(SMALL, lang="de"), ArgumentError, r"^lang= needs"),
        (lambda: missingness_map([1, 2]), ArgumentError, r"^data= needs a DataFrame or what"),
    ):
        with pytest.raises(error, match=message):
            call()
