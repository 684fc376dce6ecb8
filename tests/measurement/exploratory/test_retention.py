"""How many factors: chance, partials, rules."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.exploratory.chance import (
    normal_correlations,
    shuffled,
    shuffled_correlations,
)
from scrm_model.measurement.exploratory.partials import average_partials

HS = [f"x{k}" for k in range(1, 10)]


def rng():
    return np.random.default_rng(8)


def three_factors(n, seed=1):
    loadings = np.kron(np.eye(3), np.full((4, 1), 0.7))
    g = np.random.default_rng(seed)
    x = g.standard_normal((n, 3)) @ loadings.T + np.sqrt(0.51) * g.standard_normal((n, 12))
    return pd.DataFrame(x, columns=[f"i{k}" for k in range(12)])


def test_wishart_draws_are_correlations_of_normal_data():
    fast = np.linalg.eigvalsh(normal_correlations(60, 5, 4000, rng()))
    slow = np.linalg.eigvalsh(
        [np.corrcoef(x, rowvar=False) for x in rng().standard_normal((4000, 60, 5))]
    )
    error = slow.std(axis=0) * np.sqrt(2 / 4000)
    assert (np.abs(fast.mean(axis=0) - slow.mean(axis=0)) < 4 * error).all()
    np.testing.assert_allclose(fast.std(axis=0), slow.std(axis=0), rtol=0.06)


def test_shuffling_keeps_columns_and_holes():
    values = data("bfi600").to_numpy(dtype=float)
    (stack,) = shuffled(values, 3, rng(), replace=False)
    assert (np.isnan(stack) == np.isnan(values)).all()
    np.testing.assert_array_equal(np.sort(stack, axis=1)[1], np.sort(values, axis=0))
    assert not np.array_equal(stack[0], stack[1], equal_nan=True)
    mean = shuffled_correlations(values, 200, rng(), replace=True).mean(axis=0)
    assert np.abs(mean - np.eye(25)).max() < 4 / np.sqrt(200 * 600)


def test_partials_are_partial_correlations_given_components():
    frame = data("hs")[HS]
    z = ((frame - frame.mean()) / frame.std()).to_numpy()
    _, vectors = np.linalg.eigh(np.corrcoef(z, rowvar=False))
    squared, fourth = average_partials(np.corrcoef(z, rowvar=False))
    for m in (1, 3):
        scores = z @ vectors[:, ::-1][:, :m]
        left = z - scores @ np.linalg.lstsq(scores, z, rcond=None)[0]
        partial = np.corrcoef(left, rowvar=False)[np.triu_indices(9, 1)]
        assert squared[m] == pytest.approx((partial**2).mean())
        assert fourth[m] == pytest.approx((partial**4).mean())


def test_factors_of_a_population_are_counted():
    found = scrm.parallel_analysis(three_factors(300), draws=200, seed=1)
    assert found.factors == 3
    rules = found.suggestions.set_index("rule")["factors"]
    assert rules.to_dict() == dict.fromkeys(["pc", "fa", "smc", "map", "map4", "kaiser"], 3)


def test_unrelated_items_have_no_factor():
    frame = pd.DataFrame(
        np.random.default_rng(12).standard_normal((200, 8)), columns=list("abcdefgh")
    )
    found = scrm.parallel_analysis(frame, draws=500, seed=1)
    assert found.factors == 0
    assert found.suggestions.set_index("rule").loc["kaiser", "factors"] > 1
    with pytest.raises(scrm.EstimationError, match="stands out from chance"):
        scrm.efa(frame, "parallel")


def test_the_same_seed_gives_the_same_numbers():
    frame = three_factors(100)
    first, again, other = (
        scrm.parallel_analysis(frame, draws=50, seed=seed).frame for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first["mean"].equals(other["mean"])


def test_comparisons_agree_for_normal_answers():
    frame = three_factors(200)
    quantiles = {
        how: scrm.parallel_analysis(frame, draws=400, seed=1, comparison=how).eigenvalues()
        for how in ("normal", "permuted", "resampled")
    }
    for how in ("permuted", "resampled"):
        np.testing.assert_allclose(quantiles[how]["mean"], quantiles["normal"]["mean"], atol=0.02)


def test_ordinal_answers_are_compared_with_polychorics_of_shuffled_ones():
    frame = data("datcat")[[f"u{k}" for k in range(1, 9)]]
    found = scrm.parallel_analysis(frame, draws=60, seed=1, ordered=True)
    assert (found.comparison, found.factors, found.draws) == ("permuted", 2, 60)
    plain = scrm.parallel_analysis(frame, draws=60, seed=1, comparison="permuted")
    # Polychoric correlations vary more by chance than those of the numbers.
    assert found.eigenvalues()["mean"][1] > plain.eigenvalues()["mean"][1]
    some = scrm.parallel_analysis(frame, draws=5, seed=1, ordered=["u1", "u2"])
    assert some.factors == 2


def test_items_with_different_numbers_of_categories():
    frame = data("sim_mixed")
    binary = [c for c in frame if frame[c].nunique() <= 5 and c != "sex"]
    assert {frame[c].nunique() for c in binary} > {2}
    found = scrm.parallel_analysis(frame, binary, draws=20, seed=1, ordered=True)
    assert found.factors >= 1


def test_full_information_and_moments_are_compared_with_normal_data():
    with pytest.warns(scrm.MissingDataWarning):
        found = scrm.parallel_analysis(data("hs_holes"), HS, draws=50, seed=1, missing="fiml")
    assert found.factors == 3
    moments = scrm.Moments(data("hs")[HS].cov(), 301)
    assert scrm.parallel_analysis(moments, draws=50, seed=1, method="fa").factors == 3


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"draws": 0}, "draws="),
        ({"draws": 2.5}, "draws="),
        ({"quantile": 95}, "quantile="),
        ({"method": "paran"}, "method="),
        ({"comparison": "uniform"}, "comparison="),
        ({"comparison": "permuted", "missing": "fiml"}, "comparison="),
        ({"seed": "one"}, "seed="),
    ],
)
def test_what_cannot_be_done_is_refused(options, match):
    with pytest.raises(scrm.ArgumentError, match=match):
        scrm.parallel_analysis(data("hs"), HS, **options)


def test_tables_speak_both_languages():
    found = scrm.parallel_analysis(data("hs"), HS, draws=50, seed=1)
    assert list(found.tables("fr")) == ["Nombre de facteurs", "Valeurs propres et hasard (pc)"]
    assert "convention: eigenvalues above 1" in repr(found)
    assert (
        "oui" in found.tables("fr")["Valeurs propres et hasard (pc)"]["au-delà du hasard"].tolist()
    )
    assert "<table" in found._repr_html_()
    assert any("Kaiser" in note for note in found.notes("fr"))
