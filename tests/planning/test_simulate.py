import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from scrm_model.errors import ArgumentError
from scrm_model.estimation.fit import fit
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.planning.thresholds import LEAN, thresholds
from scrm_model.spec.specify import specify

TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ b*F"


@pytest.fixture(scope="module")
def pop():
    return population(TEXT, paths=0.4)


def test_the_same_seed_gives_the_same_answers(pop):
    pd.testing.assert_frame_equal(simulate(pop, 50, seed=1), simulate(pop, 50, seed=1))
    assert not simulate(pop, 50, seed=1).equals(simulate(pop, 50, seed=2))
    assert not simulate(pop, 50).equals(simulate(pop, 50))


def test_answers_are_points_of_the_scale(pop):
    answers = simulate(pop, 4000, seed=3)
    assert list(answers.columns) == ["x1", "x2", "x3", "y1", "y2", "y3"]
    assert all(kind.kind == "i" for kind in answers.dtypes)
    assert set(np.unique(answers)) == {1, 2, 3, 4, 5, 6, 7}
    assert set(np.unique(simulate(pop, 2000, seed=3, points=5))) == {1, 2, 3, 4, 5}
    assert set(np.unique(simulate(pop, 200, seed=3, points=2))) == {1, 2}


def test_thresholds():
    cuts = thresholds(7)
    assert len(cuts) == 6
    np.testing.assert_allclose(np.diff(cuts), 2 * 1.9 / 5)
    assert cuts.mean() == pytest.approx(-LEAN)
    np.testing.assert_allclose(thresholds(2, lean=0.2), [-0.2])
    np.testing.assert_allclose(thresholds(5, lean=0.0), -thresholds(5, lean=0.0)[::-1])


def test_shares_follow_from_the_thresholds(pop):
    n = 200_000
    answers = simulate(pop, n, seed=4, lean=0.5)
    expected = np.diff(norm.cdf([-np.inf, *thresholds(7, 0.5), np.inf]))
    found = answers["y1"].value_counts(normalize=True).sort_index().to_numpy()
    assert (np.abs(found - expected) < 4 * np.sqrt(expected * (1 - expected) / n)).all()


def test_shares_can_be_given(pop):
    n, shares = 200_000, np.array([0.1, 0.2, 0.3, 0.4])
    answers = simulate(pop, n, seed=5, proportions=shares)
    for name in answers:
        found = answers[name].value_counts(normalize=True).sort_index().to_numpy()
        assert (np.abs(found - shares) < 4 * np.sqrt(shares * (1 - shares) / n)).all()
    some = simulate(pop, 500, seed=5, proportions={"x1": [0.5, 0.5]})
    assert set(some["x1"]) == {1, 2}
    assert some["x2"].max() == 7
    bare = simulate(pop, 500, seed=5, points=None, proportions={"x1": [0.5, 0.5]})
    assert set(bare["x1"]) == {1, 2}
    assert bare["x2"].dtype == float


def test_cutting_changes_nothing_else(pop):
    normal = simulate(pop, 300, seed=6, points=None)
    cut = simulate(pop, 300, seed=6)
    for name in normal:
        expected = np.searchsorted(thresholds(7), normal[name]) + 1
        np.testing.assert_array_equal(cut[name], expected)


def test_the_study_is_recovered_at_a_million():
    truth = {"H1": 0.45, "H2": 0.35, "H3": 0.25, "H4": 0.35, "H5": 0.40}
    model = specify()
    pop = population(model, paths=truth, loadings={"SCRMP_FIRM": 0.85, "SCRMP_REL": 0.85})
    n = 1_000_000
    answers = simulate(pop, n, seed=7, points=None)
    rho = pop.cov.to_numpy()
    gap = np.abs(np.cov(answers.to_numpy().T) - rho)
    assert (gap < 5 * np.sqrt((1 + rho**2) / n)).all()
    fitted = fit(model, answers)
    both = pop.parameters.merge(fitted.parameters, on=["lhs", "op", "rhs"])
    assert len(both) == len(fitted.parameters)
    paths = both[both["op"] == "~"]
    raw = np.abs(paths["est"] - paths["value"] * _scale(fitted, paths))
    assert (raw < 4 * paths["se"]).all()
    assert (np.abs(both["std_all"] - both["value"]) < 0.01).all()
    assert fitted.measures["rmsea"] < 0.001


def _scale(fitted, paths):
    """Units in which the markers put each path: marker of the target over that of the source."""
    markers = {"SCRMP": 0.75 * 0.85}
    sizes = paths[["rhs", "lhs"]].map(lambda name: markers.get(name, 0.75))
    return sizes["lhs"] / sizes["rhs"]


def test_an_observed_mediator_is_recovered_at_a_million():
    text = "F =~ x1 + x2 + x3\nm ~ a*F + c*age\nG =~ y1 + y2 + y3\nG ~ b*m"
    truth = {"a": 0.5, "b": 0.3, "c": -0.2}
    fitted = fit(text, simulate(population(text, paths=truth), 1_000_000, seed=8, points=None))
    found = fitted.parameters.set_index("label")
    # Markers load .75: F is measured in units of 1/.75 of a deviation, G too.
    expected = {"a": 0.5 / 0.75, "b": 0.3 * 0.75, "c": -0.2}
    for label, value in expected.items():
        assert abs(found.loc[label, "est"] - value) < 4 * found.loc[label, "se"]


@pytest.mark.parametrize("n", [0, -3, 2.5, "ten", None, float("nan")])
def test_n_must_be_a_count(pop, n):
    with pytest.raises(ArgumentError, match=r"^n= needs a whole number of at least 1; got .*Give"):
        simulate(pop, n)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": 1}, r"^points= needs a whole number of at least 2; got 1"),
        ({"points": 6.5}, r"^points= .*got 6.5"),
        ({"lean": float("inf")}, r"^lean= needs finite numbers; got inf"),
        ({"proportions": [0.5, 0.6]}, r"^proportions= .*sum to 1; got \[0.5, 0.6\] for 'x1'"),
        ({"proportions": [1.0]}, r"^proportions= .*Give the share of each answer"),
        ({"proportions": [0.5, 0.5, 0.0]}, r"^proportions= needs positive"),
        ({"proportions": {"x1": ["half", 0.5]}}, r"^proportions= needs finite.*'half' for 'x1'"),
        ({"proportions": {"xx1": [0.5, 0.5]}}, r"^proportions= .*'xx1'. Did you mean 'x1'"),
    ],
)
def test_errors_say_what_to_do(pop, options, message):
    with pytest.raises(ArgumentError, match=message):
        simulate(pop, 10, seed=1, **options)


def test_whole_numbers_of_other_types_are_counts(pop):
    assert len(simulate(pop, np.int64(7), points=np.float64(5.0))) == 7
    assert len(simulate(pop, 7.0)) == 7
