"""Counts of themes: against plain recounts, every order, and closed forms."""

from itertools import combinations, permutations, product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.errors import ArgumentError
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.counting import mean_total, new_themes, orders, together
from scrm_model.interviews.saturation import saturation_of


@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**20))
@settings(max_examples=40, deadline=None)
def test_exact_mean_is_that_of_all_orders(themes, n, seed):
    present = np.random.default_rng(seed).random((themes, n)) < 0.4
    every = list(permutations(range(n)))
    plain = [
        [int(present[:, list(order[:k])].any(axis=1).sum()) for k in range(1, n + 1)]
        for order in every
    ]
    assert mean_total(present.sum(axis=1), n) == pytest.approx(np.mean(plain, axis=0))
    found = new_themes(present, np.array(every)).cumsum(axis=1)
    assert found.tolist() == plain


def test_curve_of_the_article():
    curve = INTERVIEWS.saturation()
    assert (curve.count, curve.once, curve.orders, curve.exact) == (27, 11, 5040, True)
    assert curve.frame["new"].tolist() == [7, 7, 1, 4, 2, 3, 3]
    cited = INTERVIEWS.matrix.sum(axis=1)
    # A theme of one interview is new in the last one in one order out of seven.
    assert curve.frame["mean_new"].iloc[-1] == pytest.approx(11 / 7)
    assert curve.frame["mean_total"].iloc[0] == pytest.approx(cited.sum() / 7)
    two = sum(1 - comb(7 - m, 2) / comb(7, 2) for m in cited)
    assert curve.frame["mean_total"].iloc[1] == pytest.approx(two)
    assert curve.frame["total"].iloc[-1] == curve.frame["mean_total"].iloc[-1] == 27
    pairs = [
        int(INTERVIEWS.matrix[list(pair)].any(axis=1).sum())
        for pair in combinations(INTERVIEWS.informant_ids, 2)
    ]
    low, high = np.quantile(pairs, [0.025, 0.975], method="inverted_cdf")
    assert curve.frame.loc[1, ["total_lower", "total_upper"]].tolist() == [low, high]
    whole = INTERVIEWS.saturation("constructs")
    assert whole.frame["total"].tolist() == [5, 6, 6, 6, 6, 6, 6]
    assert whole.count == 6


def test_order_of_the_interviews_can_be_given():
    order = list(reversed(INTERVIEWS.informant_ids))
    curve = INTERVIEWS.saturation(order=order)
    assert curve.frame["informant"].tolist() == order
    assert curve.frame["new"].sum() == 27
    listed = INTERVIEWS.saturation()
    assert curve.frame["mean_new"].tolist() == listed.frame["mean_new"].tolist()
    assert len(curve.notes) == len(listed.notes) - 1


def test_ratio_of_guest_namey_and_chen():
    found = INTERVIEWS.saturation().ratio(base=4, run=2)
    assert found["new"].tolist() == [5, 6]
    assert found["ratio"].tolist() == pytest.approx([5 / 19, 6 / 19])
    with pytest.raises(ArgumentError, match="at most the 7 interviews"):
        INTERVIEWS.saturation().ratio(base=6)
    with pytest.raises(ArgumentError, match="whole numbers"):
        INTERVIEWS.saturation().ratio(base=0)


def test_many_interviews_are_drawn_by_a_seed():
    present = np.random.default_rng(1).random((20, 12)) < 0.2
    names = [f"I{k}" for k in range(12)]
    one, two = (saturation_of(present, names, draws=400, seed=3) for _ in range(2))
    assert one.frame.equals(two.frame)
    assert (one.orders, one.exact, one.seed) == (400, False, 3)
    drawn, exact = orders(12, 4000, 7)
    assert not exact
    assert (np.sort(drawn, axis=1) == np.arange(12)).all()
    mean = new_themes(present, drawn).cumsum(axis=1).mean(axis=0)
    assert mean == pytest.approx(mean_total(present.sum(axis=1), 12), abs=0.1)


def test_themes_that_nobody_spoke_of_are_never_new():
    present = np.array([[True, False], [False, False]])
    curve = saturation_of(present, ["A", "B"])
    assert curve.count == 1
    assert curve.frame["total"].tolist() == [1, 1]
    silent = saturation_of(np.zeros((2, 2), bool), ["A", "B"])
    assert silent.frame["total"].tolist() == [0, 0]
    assert silent.ratio(base=1, run=1)["ratio"].isna().all()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"order": ["RTT"]}, "order= needs each of RTT"),
        ({"draws": 10}, "draws= needs"),
        ({"draws": 10.5}, "draws= needs"),
        ({"level": 95}, "level= needs"),
        ({"seed": "x"}, "seed= needs"),
        ({"of": "codes"}, "of= needs 'themes' or 'constructs'"),
    ],
)
def test_what_no_curve_can_be_made_of(options, told):
    with pytest.raises(ArgumentError, match=told):
        INTERVIEWS.saturation(**options)


def test_spoken_together_is_a_plain_recount():
    table = INTERVIEWS.spoken_together()
    cited = {t.id: set(t.informants) for t in INTERVIEWS.themes}
    for (one, first), (two, second) in product(cited.items(), repeat=2):
        assert table.loc[one, two] == len(first & second)
    constructs = INTERVIEWS.spoken_together("constructs")
    assert np.diag(constructs).tolist() == [7, 5, 6, 5, 5, 4]
    assert constructs.loc["CEC", "SCRMP"] == 3
    with pytest.raises(ArgumentError, match="of= needs"):
        INTERVIEWS.spoken_together("words")
    assert together(np.zeros((0, 3), bool)).shape == (0, 0)


def test_curve_shows_itself_in_words():
    curve = INTERVIEWS.saturation()
    assert "11 of them in one only" in repr(curve)
    assert "all 5,040 orders" in curve._repr_html_()
    assert "choice of passages" in curve._repr_html_()
