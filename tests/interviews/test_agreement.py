"""Agreement against published worked examples, printed output of other programs, and identities."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.interviews.agreement import (
    alpha_draws,
    cohen_kappa,
    coincidences,
    identical_pairs,
    krippendorff_alpha,
    unit_coincidences,
)

WITNESS = json.loads((Path(__file__).parent / "witness.json").read_text(encoding="utf-8"))

# Hayes and Krippendorff (2007), table 1: five observers, forty newspaper articles, tone 0 to 3.
HAYES = """
112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1
212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121.
22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1
"""


def codes(rows):
    return np.array([[-1 if v == "." else int(v) - 1 for v in row.split()] for row in rows])


def test_alpha_of_krippendorffs_own_example():
    # Krippendorff (2011): four observers, twelve units, gaps; nominal .743, ordinal .815.
    data = codes(
        ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .",
         "1 2 3 3 2 4 4 1 2 5 1 ."]
    )  # fmt: skip
    assert krippendorff_alpha(data, 5, "nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(data, 5, "ordinal") == pytest.approx(0.815, abs=5e-4)


def test_alpha_as_another_program_prints_it():
    # contentvalidR 0.7: six experts on four items .3743873, 63.3 % identical pairs; eight on five.
    six = codes(["4 4 4 3", "4 4 3 3", "4 4 4 4", "4 3 4 3", "4 4 3 2", "4 4 4 3"])
    assert krippendorff_alpha(six, 4) == pytest.approx(0.3743873, abs=5e-8)
    assert identical_pairs(six, 4) == pytest.approx(0.633, abs=5e-4)
    eight = codes(
        ["4 4 4 3 2", "4 4 3 3 2", "4 4 4 3 3", "4 4 3 2 2", "4 3 3 3 2", "4 4 4 2 3", "4 4 3 3 2",
         "4 3 4 3 2"]
    )  # fmt: skip
    assert krippendorff_alpha(eight, 4) == pytest.approx(0.693, abs=5e-4)


def test_alpha_is_one_at_perfect_agreement_and_none_without_variation():
    same = np.array([[0, 1, 2], [0, 1, 2], [0, 1, 2]])
    assert krippendorff_alpha(same, 3) == 1.0
    assert krippendorff_alpha(np.zeros((3, 4), int), 3) is None
    alone = np.array([[0, -1, 2], [-1, 1, -1]])
    assert krippendorff_alpha(alone, 3) is None
    assert identical_pairs(alone, 3) is None


def test_two_categories_make_ordinal_alpha_nominal():
    rng = np.random.default_rng(1)
    data = rng.integers(0, 2, (5, 9))
    assert krippendorff_alpha(data, 2, "ordinal") == pytest.approx(
        krippendorff_alpha(data, 2, "nominal")
    )


def test_alpha_of_hayes_and_krippendorff():
    cells = [[-1 if c == "." else int(c) for c in unit] for unit in HAYES.split()]
    data = np.array(cells).T
    assert data.shape == (5, 40)
    assert krippendorff_alpha(data, 4, "ordinal") == pytest.approx(0.7598, abs=5e-5)
    assert krippendorff_alpha(data, 4, "nominal") == pytest.approx(0.4765, abs=5e-5)


def test_alpha_of_two_observers_and_two_categories():
    # Krippendorff (2004, section 11.3.1): ten articles, alpha .095.
    data = codes(["2 2 1 1 1 1 1 1 1 1", "1 2 2 1 1 2 1 2 1 1"])
    assert krippendorff_alpha(data, 2, "nominal") == pytest.approx(0.095, abs=5e-4)
    assert coincidences(data, 2).tolist() == [[10, 4], [4, 2]]


def test_kappa_of_cohen():
    # Cohen (1960): 200 cases, two judges; kappa .492 from p_o .70 and p_e .41. Table 1: -.09.
    found = cohen_kappa(np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert (found.observed, found.expected) == pytest.approx((0.70, 0.41))
    assert found.kappa == pytest.approx(0.492, abs=5e-4)
    assert found.n == 200
    first = np.array([[25, 13, 12], [12, 2, 16], [3, 15, 2]])
    assert cohen_kappa(first).kappa == pytest.approx(-0.09, abs=5e-3)


@pytest.mark.parametrize("name", list(WITNESS["kappa"]))
def test_kappa_and_its_error_as_psych_has_them(name):
    case = WITNESS["kappa"][name]
    found = cohen_kappa(np.array(case["table"]))
    assert found.kappa == pytest.approx(case["kappa"], rel=1e-12)
    assert found.se**2 == pytest.approx(case["var"], rel=1e-9)


def test_kappa_is_not_there_without_variation():
    assert cohen_kappa(np.array([[7, 0], [0, 0]])) is None
    assert cohen_kappa(np.zeros((2, 2))) is None
    assert cohen_kappa(np.array([[7, 0], [3, 0]])).kappa == 0
    assert cohen_kappa(np.array([[5, 0], [0, 3]]))[:2] == (1.0, 0.0)


@given(st.integers(0, 2**20))
@settings(max_examples=25, deadline=None)
def test_kappa_and_alpha_meet_in_large_samples_of_equal_margins(seed):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 2, 4000)
    pair = np.array([first, np.where(rng.random(4000) < 0.8, first, 1 - first)])
    both = np.concatenate([pair, pair[::-1]], axis=1)  # the same margins for either rater
    table = np.zeros((2, 2))
    np.add.at(table, (both[0], both[1]), 1)
    n = 2 * both.shape[1]
    alpha = krippendorff_alpha(both, 2, "nominal")
    # alpha = 1 - (1 - 1/n)(1 - kappa) where the margins are the same.
    assert alpha == pytest.approx(1 - (1 - 1 / n) * (1 - cohen_kappa(table).kappa))


def test_draws_of_alpha_are_those_of_whole_items():
    data = codes(["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3"])
    drawn = alpha_draws(data, 5, 300, 4, "nominal")
    assert (drawn == alpha_draws(data, 5, 300, 4, "nominal")).all()
    # The same weights by hand: kinds of items, how often each is drawn, and whole items repeated.
    kinds, first, alike = np.unique(
        unit_coincidences(data, 5), axis=0, return_index=True, return_counts=True
    )[:3]
    assert len(kinds) == 6
    weights = np.random.default_rng(4).multinomial(12, alike / 12, size=300)
    plain = [
        krippendorff_alpha(np.repeat(data[:, first], own, axis=1), 5, "nominal") for own in weights
    ]
    assert drawn == pytest.approx([value for value in plain if value is not None])


def test_interval_of_alpha_covers():
    rng = np.random.default_rng(5)
    covered = 0
    for k in range(60):
        truth = rng.random(120) < 0.4
        data = np.array([np.where(rng.random(120) < 0.9, truth, ~truth) for _ in range(2)], int)
        low, high = np.quantile(alpha_draws(data, 2, 300, k, "nominal"), [0.025, 0.975])
        # Two raters who are right with .9 each agree with .82; expected agreement by their margins.
        share = 0.4 * 0.9 + 0.6 * 0.1
        population = 1 - 0.18 / (2 * share * (1 - share))
        covered += low <= population <= high
    assert covered >= 50
