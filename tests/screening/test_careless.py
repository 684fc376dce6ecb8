"""Indices of careless answers: by brute force, and where they have no value."""

from itertools import groupby

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import scrm_model as scrm
from scrm_model.screening.consistency import (
    correlations_of_rows,
    even_odd,
    pair_consistency,
    pairs_beyond,
    person_total,
)
from scrm_model.screening.duplicates import duplicates
from scrm_model.screening.indices import correlations
from scrm_model.screening.runs import strings, variability

NAN = np.nan
likert = arrays(float, st.tuples(st.integers(1, 8), st.integers(1, 9)),
                elements=st.sampled_from([1.0, 2.0, 3.0, NAN]))  # fmt: skip


@given(likert)
def test_strings_by_brute_force(answers):
    longest, mean = strings(answers)
    for row, most, average in zip(answers, longest, mean, strict=True):
        marked = [f"gap {k}" if np.isnan(v) else v for k, v in enumerate(row)]
        runs = [len(list(g)) for v, g in groupby(marked) if not isinstance(v, str)]
        assert most == max(runs, default=0)
        assert average == np.mean(runs) if runs else np.isnan(average)


@given(likert)
def test_duplicates_by_brute_force(answers):
    first, others = duplicates(answers)
    keys = [tuple("gap" if np.isnan(v) else v for v in row) for row in answers]
    for k, key in enumerate(keys):
        empty = np.isnan(answers[k]).all()
        assert first[k] == (k if empty else keys.index(key))
        assert others[k] == (0 if empty else keys.count(key) - 1)


def test_a_string_is_ended_by_a_missing_answer():
    longest, mean = strings(np.array([[3.0, 3, NAN, 3, 3, 3], [1, 1, 1, 1, 1, 1], [NAN] * 6]))
    assert longest.tolist() == [3, 6, 0]
    np.testing.assert_array_equal(mean, [2.5, 6, NAN])


def test_variability():
    found = variability(np.array([[1.0, 5, NAN], [3, 3, 3], [2, NAN, NAN]]))
    np.testing.assert_allclose(found, [np.sqrt(8), 0, NAN])


def test_even_odd_by_hand():
    # Three scales of three items: odd halves (1st and 3rd item) and even halves (2nd item).
    answers = np.array([[1.0, 2, 3, 4, 4, 4, 7, 6, 5], [1, 5, 1, 2, 4, 2, 3, 3, 3], [4] * 9])
    found = even_odd(answers, [range(3), range(3, 6), range(6, 9)])
    r = np.corrcoef([2, 4, 6], [2, 4, 6])[0, 1]
    assert found[0] == pytest.approx(2 * r / (1 + r))
    assert found[1] == -1  # r = -1: beyond what Spearman and Brown correct
    assert np.isnan(found[2])


def test_even_odd_passes_over_single_items_and_needs_three_scales():
    answers = np.random.default_rng(0).integers(1, 8, (20, 9)).astype(float)
    parts = [range(2), range(2, 4), range(4, 8)]
    np.testing.assert_array_equal(even_odd(answers, parts), even_odd(answers, [*parts, [8]]))
    assert np.isnan(even_odd(answers, parts[:2])).all()


def test_pairs_are_found_on_either_side():
    r = np.array([[1, 0.7, -0.8], [0.7, 1, NAN], [-0.8, NAN, 1]])
    assert pairs_beyond(r, 0.6).tolist() == [[0, 1]]
    assert pairs_beyond(r, -0.6).tolist() == [[0, 2]]


def test_pairs_change_sides_where_one_side_does_not_vary():
    pairs = np.array([[0, 1], [2, 3], [4, 5], [6, 7]])
    answers = np.array(
        [[3.0, 1, 3, 2, 3, 4, 3, 5], [3, 3, 3, 3, 3, 3, 3, 3], [1, 1, 2, 3, 4, 4, 6, 7]]
    )
    found = pair_consistency(answers, pairs, seed=1)
    assert -1 <= found[0] <= 1
    assert np.isnan(found[1])
    assert found[2] == pytest.approx(np.corrcoef([1, 2, 4, 6], [1, 3, 4, 7])[0, 1])
    np.testing.assert_array_equal(found, pair_consistency(answers, pairs, seed=1))
    assert np.isnan(pair_consistency(answers, pairs[:2])).all()


def test_person_total_leaves_the_person_out():
    answers = np.array([[1.0, 2, 3, 4], [2, 3, 3, 5], [4, 3, 2, 1], [1, 1, 1, 1], [2, 1, NAN, 2]])
    found = person_total(answers)
    for k in (0, 1, 2):
        others = np.nanmean(np.delete(answers, k, axis=0), axis=0)
        assert found[k] == pytest.approx(np.corrcoef(answers[k], others)[0, 1])
    assert np.isnan(found[3])
    assert np.isnan(person_total(answers[:1])).all()


@given(arrays(float, (4, 5), elements=st.one_of(st.just(NAN), st.floats(-1e6, 1e6))))
def test_correlations_stay_within_bounds(x):
    r = correlations_of_rows(x, x[:, ::-1])
    assert (np.isnan(r) | (np.abs(r) <= 1)).all()


def sheet_of(frame, scales):
    return scrm.screen(frame, scales).sheet


def test_correlations_are_those_of_pairwise_answers():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.integers(1, 8, (60, 5)).astype(float), columns=list("abcde"))
    frame = frame.mask(rng.random((60, 5)) < 0.2)
    sheet = sheet_of(frame, scrm.Scales.build({"X": list("abcde")}))
    np.testing.assert_allclose(correlations(sheet.raw, sheet), frame.corr(), atol=1e-12)


# ---- in the table of cases

REVERSED = scrm.Scales(
    tuple(
        scrm.Scale(
            name,
            tuple(scrm.Item(f"{name}{k}".lower(), name, reverse=k == 2) for k in range(1, 5)),
            7,
        )
        for name in ("A", "B", "C", "D")
    )
)


def careful(n=200, seed=0):
    """Answers to four constructs, every second item of each reverse-keyed."""
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(n, 4))
    columns = {}
    for j, name in enumerate("abcd"):
        for k in range(1, 5):
            own = f[:, j] + 0.4 * rng.normal(size=n) + rng.normal() * 0.01
            answer = np.clip(np.round(4 + 1.3 * own), 1, 7)
            columns[f"{name}{k}"] = 8 - answer if k == 2 else answer
    return pd.DataFrame(columns)


def test_reverse_keyed_items_are_turned_for_consistency_and_not_for_strings():
    frame = careful()
    frame.loc[0] = 7.0  # the same answer to items of either key: a string, and no agreement
    cases = scrm.screen(frame, REVERSED).cases
    assert cases.loc[0, "longstring"] == 16
    assert cases.loc[0, "irv"] == 0
    assert cases["even_odd"].median() > 0.8
    assert cases["synonyms"].median() > 0.7
    # Antonyms are of the answers as given: an item and a reverse-keyed one.
    assert cases["antonyms"].median() < -0.8
    turned = frame.copy()
    turned[[f"{c}2" for c in "abcd"]] = 8 - turned[[f"{c}2" for c in "abcd"]]
    plain = scrm.Scales.build({c.upper(): [f"{c}{k}" for k in range(1, 5)] for c in "abcd"})
    again = scrm.screen(turned, plain)
    pd.testing.assert_series_equal(again.cases["even_odd"], cases["even_odd"])
    pd.testing.assert_series_equal(again.cases["synonyms"], cases["synonyms"])
    assert "antonyms" not in again.cases
    assert "0 pairs of items with r < -0.6" in str(
        again.careless.frame.set_index("index").note["antonyms"]
    )


def test_careless_cases_cross_what_careful_ones_do_not():
    frame = careful(400)
    rng = np.random.default_rng(9)
    frame.loc[:19] = rng.integers(1, 8, (20, 16)).astype(float)  # at random
    frame.loc[20:29] = 4.0  # in a straight line
    cases = scrm.screen(frame, REVERSED).cases
    assert (cases.loc[:19, "n_crossed"] > 0).mean() > 0.8
    assert (cases.loc[20:29, "crossed"].str.contains("longstring")).all()
    assert (cases.loc[30:, "n_crossed"] > 0).mean() < 0.12
    straight = cases.loc[20:29]
    assert straight["duplicates"].tolist() == [9] * 10
    assert straight["duplicate_of"].tolist() == [None] + [20] * 9


def test_names_of_crossed_conventions_are_counted():
    cases = scrm.screen(careful(), REVERSED, cut_offs={"longstring": 3}).cases
    told = cases["crossed"].map(lambda text: len(text.split("; ")) if text else 0)
    assert (told == cases["n_crossed"]).all()
    assert ((cases["longstring"] >= 3) == cases["crossed"].str.contains("longstring")).all()


def attended():
    scales = scrm.Scales.build({"X": ["x1", "x2", "x3"]}, points=5)
    checks = scrm.SCALES.attention
    return scrm.Scales(scales.scales, attention=checks, screening=scrm.SCALES.screening)


def test_time_attention_and_eligibility():
    frame = pd.DataFrame(
        {"x1": [1, 2, 3, 4, NAN], "x2": [2, 2, 3, 5, NAN], "x3": [3, 1, NAN, 1, NAN]}
    )
    frame["t"] = [60, 3, 5, 0, 10]
    frame["att1"] = [2, 5, 2, NAN, 2]
    frame["att2"] = [6, 5, 6, 6, 1]
    frame["role"] = [1, 6, 2, 3, NAN]
    frame["years_in_post"] = [3, 0, 4, 5, 6]
    found = scrm.screen(frame, attended(), time="t")
    cases = found.cases
    np.testing.assert_allclose(cases["seconds_per_item"], [20, 1, 2.5, NAN, NAN])
    assert cases["attention_failed"].tolist() == [0, 2, 0, 0, 1]
    assert cases["ineligible"].tolist() == [0, 2, 0, 0, 0]
    assert "seconds_per_item; attention_failed; ineligible" in cases["crossed"][1]
    row = found.careless.frame.set_index("index").loc["seconds_per_item"]
    assert (row["computed"], row["crossed"]) == (3, 1)
    assert row["note"].startswith("2 cases without: no time, a time that is not positive")


def test_missing_code_in_the_time_and_in_a_check_is_missing():
    frame = pd.DataFrame({"x1": [1, 2, 3], "x2": [2, 2, 1], "x3": [3, 1, 1], "t": [60, -9, 50],
                          "att1": [2, -9, 2]})  # fmt: skip
    cases = scrm.screen(frame, attended(), time="t", missing_codes=[-9]).cases
    assert np.isnan(cases["seconds"][1])
    assert cases["attention_failed"].tolist() == [0, 0, 0]


def test_a_convention_that_chance_crosses_is_not_applied():
    rng = np.random.default_rng(3)
    frame = careful(300)
    frame[:] = np.clip(np.round(4 + rng.normal(size=frame.shape)), 1, 7)  # item means alike
    found = scrm.screen(frame, REVERSED)
    row = found.careless.frame.set_index("index").loc["person_total"]
    assert row["chance"] > 0.2
    assert pd.isna(row["crossed"])
    assert "chance alone would make more than 20% of careful cases cross it" in row["note"]
    assert not found.cases["crossed"].str.contains("person_total").any()
    own = scrm.screen(frame, REVERSED, cut_offs={"person_total": 0.0})
    share = (own.cases["person_total"] < 0).mean()
    assert own.careless.frame.set_index("index").loc["person_total", "crossed"] == share * 300
    # The share that chance gives is that of these cases, who all answer by chance.
    assert share == pytest.approx(row["chance"], abs=0.12)
    assert own.careless.frame.set_index("index").loc["person_total", "source"] == "your own"
