import numpy as np
import pytest

from scrm_model.estimation.choice import choose, shape

NAMES = ("a", "b", "c")


def answers(n=300, lean=0.0, points=7, holes=0, seed=1):
    rng = np.random.default_rng(seed)
    latent = rng.standard_normal((n, 3)) + lean
    found = np.digitize(latent, np.linspace(-1.6, 1.6, points - 1)) + 1.0
    found.flat[:holes] = np.nan
    return found


def codes(choice):
    return [reason.code for reason in choice.reasons]


def test_shape_is_that_of_scipy():
    from scipy.stats import kurtosis, skew

    values = answers(lean=0.7, holes=5)
    mine = shape(values)
    np.testing.assert_allclose(mine[0], skew(values, nan_policy="omit"))
    np.testing.assert_allclose(mine[1], kurtosis(values, nan_policy="omit"))


def test_seven_points_near_normal_and_complete_are_ml():
    found = choose(answers(), NAMES, dict.fromkeys(NAMES, 7))
    assert (found.estimator, found.missing, found.ordered) == ("ML", "listwise", ())
    assert codes(found) == ["normal", "complete"]
    assert "near normal" in str(found)


def test_missing_answers_count_by_full_information():
    found = choose(answers(holes=4), NAMES, {})
    assert (found.estimator, found.missing) == ("ML", "fiml")
    assert codes(found) == ["normal", "fiml"]
    assert found.reasons[1].values == {"n": 4}


def test_seven_points_that_lean_are_robust_never_ordinal():
    found = choose(answers(lean=2.2, holes=2), NAMES, dict.fromkeys(NAMES, 7))
    assert (found.estimator, found.missing, found.ordered) == ("MLR", "fiml", ())
    assert codes(found) == ["not_normal", "fiml"]


def test_four_points_are_ordinal_whatever_their_shape():
    found = choose(answers(points=4, n=60), NAMES, {"a": 4, "b": 4, "c": 7})
    assert (found.estimator, found.missing, found.ordered) == ("WLSMV", "listwise", ("a", "b"))
    assert codes(found) == ["few_points", "complete"]
    assert codes(choose(answers(points=4, holes=1), NAMES, {"a": 4})) == ["few_points", "pairwise"]


def test_five_points_are_ordinal_if_they_lean_and_cases_are_enough():
    points = dict.fromkeys(NAMES, 5)
    even = choose(answers(points=5), NAMES, points)
    assert (even.estimator, even.ordered) == ("ML", ())
    leaning = answers(points=5, lean=2.0)
    found = choose(leaning, NAMES, points)
    assert (found.estimator, found.ordered) == ("WLSMV", NAMES)
    assert codes(found) == ["skewed", "complete"]
    few = choose(leaning[:150], NAMES, points)
    assert (few.estimator, few.ordered) == ("MLR", ())
    assert codes(few) == ["skewed_but_few_cases", "not_normal", "complete"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"estimator": "MLM"}, ("MLM", "listwise", ())),
        ({"missing": "listwise"}, ("ML", "listwise", ())),
        ({"missing": "fiml.x"}, ("ML", "fiml.x", ())),
        ({"ordered": ("a",)}, ("WLSMV", "pairwise", ("a",))),
        ({"ordered": ()}, ("ML", "fiml", ())),
        ({"estimator": "ULSMV", "ordered": NAMES}, ("ULSMV", "pairwise", NAMES)),
    ],
)
def test_what_is_asked_for_is_done_and_said(asked, expected):
    found = choose(answers(holes=3), NAMES, dict.fromkeys(NAMES, 7), **asked)
    assert (found.estimator, found.missing, found.ordered) == expected
    assert codes(found).count("asked") == len(asked)
    for name in asked:
        assert f"{name}=" in str(found)


def test_estimator_that_takes_complete_rows_only():
    assert codes(choose(answers(holes=3), NAMES, {}, estimator="MLM")) == ["asked", "listwise"]
