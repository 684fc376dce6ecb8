"""Patterns, EM and Little's statistic: identities, the library's other route, simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import scrm_model as scrm
from scrm_model.estimation.observed import patterns as other
from scrm_model.estimation.observed.saturated import saturated
from scrm_model.screening.little import little, pattern_means
from scrm_model.screening.moments import distances, em_moments, work
from scrm_model.screening.patterns import batches, complete_cases, patterns_of


def answers(n, p, share, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(n, 2)) @ rng.normal(size=(2, p)) + rng.normal(size=(n, p)) + 5.0
    y[rng.random((n, p)) < share] = np.nan
    return y[~np.isnan(y).all(axis=1)]


@pytest.mark.parametrize("p", [1, 7, 8, 63, 64, 65, 130])
def test_patterns_are_those_of_unique_rows(p):
    seen = np.random.default_rng(p).random((200, p)) < 0.5
    seen[:50] = seen[0]
    found = patterns_of(seen)
    np.testing.assert_array_equal(found.answered[found.of_case], seen)
    assert len(found.counts) == len(np.unique(seen, axis=0))
    np.testing.assert_array_equal(found.counts, np.bincount(found.of_case))
    assert (np.diff(found.counts) <= 0).all()


def test_batches_hold_every_incomplete_case_once(monkeypatch):
    seen = ~np.isnan(answers(300, 9, 0.3))
    found = patterns_of(seen)
    monkeypatch.setattr("scrm_model.screening.patterns._BATCH", 64)
    parts = list(batches(found))
    assert len(parts) > 9
    cases = np.concatenate([part.cases for part in parts])
    assert sorted([*cases, *complete_cases(found)]) == list(range(len(seen)))
    for part in parts:
        for case, pattern in zip(part.cases, part.of_case, strict=True):
            np.testing.assert_array_equal(np.flatnonzero(~seen[case]), part.missing[pattern])
        np.testing.assert_array_equal(np.bincount(part.of_case), part.counts)


def test_complete_answers_have_the_usual_moments():
    y = answers(50, 4, 0)
    found = em_moments(y, patterns_of(~np.isnan(y)))
    np.testing.assert_allclose(found.mean, y.mean(axis=0))
    np.testing.assert_allclose(found.cov, np.cov(y.T, ddof=0))
    np.testing.assert_allclose(found.unbiased, np.cov(y.T))
    assert (found.steps, found.converged) == (0, True)


@pytest.mark.parametrize(("n", "p", "share"), [(200, 5, 0.1), (150, 8, 0.3), (400, 6, 0.6)])
def test_moments_are_those_of_full_information(n, p, share):
    # scrm.fit() of a saturated model, and the EM of the estimation room: two other routes.
    y = answers(n, p, share)
    found = em_moments(y, patterns_of(~np.isnan(y)))
    assert found.converged
    route = saturated(other.patterns_of(y))
    np.testing.assert_allclose(found.mean, route.mean, atol=2e-6)
    np.testing.assert_allclose(found.cov, route.cov, atol=5e-6)
    names = [f"v{j}" for j in range(p)]
    text = "\n".join(f"{a} ~~ {' + '.join(names[j:])}" for j, a in enumerate(names))
    fit = scrm.fit(text, pd.DataFrame(y, columns=names), missing="fiml")
    np.testing.assert_allclose(fit.implied.cov.loc[names, names], found.cov, atol=5e-5)


def test_extrapolation_and_plain_steps_meet(monkeypatch):
    y = answers(120, 5, 0.5)
    patterns = patterns_of(~np.isnan(y))
    fast = em_moments(y, patterns)
    monkeypatch.setattr("scrm_model.screening.moments._PLAIN", 10**6)
    slow = em_moments(y, patterns)
    assert fast.converged
    assert slow.converged
    assert fast.steps < slow.steps
    np.testing.assert_allclose(fast.cov, slow.cov, atol=1e-5)


def test_too_few_steps_are_said():
    y = answers(120, 5, 0.5)
    found = em_moments(y, patterns_of(~np.isnan(y)), max_steps=3)
    assert (found.steps, found.converged) == (3, False)


def test_distances_by_brute_force_and_their_mean():
    y = answers(80, 5, 0.25)
    patterns = patterns_of(~np.isnan(y))
    at = em_moments(y, patterns)
    d2 = distances(y, patterns, at.mean, at.cov)
    for row, value in zip(y, d2, strict=True):
        seen = ~np.isnan(row)
        gap = row[seen] - at.mean[seen]
        assert value == pytest.approx(gap @ np.linalg.inv(at.cov[np.ix_(seen, seen)]) @ gap)
    # The likelihood equations: squared distances add up to the number of answers.
    assert d2.sum() == pytest.approx((~np.isnan(y)).sum(), rel=1e-6)


@pytest.mark.parametrize(("n", "p"), [(30, 3), (200, 12)])
def test_mean_distance_of_complete_cases(n, p):
    y = answers(n, p, 0)
    patterns = patterns_of(~np.isnan(y))
    at = em_moments(y, patterns)
    assert distances(y, patterns, at.mean, at.unbiased).mean() == pytest.approx(p * (n - 1) / n)


def test_singular_covariances_have_no_distances():
    y = answers(30, 3, 0)
    y[:, 2] = y[:, 0] + y[:, 1]
    patterns = patterns_of(~np.isnan(y))
    assert distances(y, patterns, y.mean(axis=0), np.zeros((3, 3))) is None
    assert distances(y, patterns, y.mean(axis=0), np.full((3, 3), np.nan)) is None


def test_little_of_one_pattern_tests_nothing():
    y = answers(40, 4, 0)
    patterns = patterns_of(~np.isnan(y))
    statistic, df = little(y, patterns, em_moments(y, patterns))
    assert statistic == pytest.approx(0, abs=1e-10)
    assert df == 0


def test_little_of_patterns_of_one_case_each_is_fixed_by_the_likelihood():
    y = answers(400, 12, 0.35)
    found = patterns_of(~np.isnan(y))
    y = y[found.counts[found.of_case] == 1]
    found = patterns_of(~np.isnan(y))
    assert len(found.counts) == len(y) > 200
    statistic, df = little(y, found, em_moments(y, found))
    assert statistic == pytest.approx(found.sizes.sum(), rel=1e-6)
    assert df == found.sizes.sum() - 12


def test_little_does_not_depend_on_units_or_order():
    y = answers(150, 5, 0.1)
    patterns = patterns_of(~np.isnan(y))
    statistic, df = little(y, patterns, em_moments(y, patterns))
    turned = (y * np.array([1e-3, 1, 50, -2, 7]) + 1000)[::-1, ::-1]
    patterns = patterns_of(~np.isnan(turned))
    again, df_again = little(turned, patterns, em_moments(turned, patterns))
    assert (again, df_again) == (pytest.approx(statistic, rel=1e-5), df)


def test_pattern_means():
    y = answers(60, 4, 0.3)
    found = patterns_of(~np.isnan(y))
    means = pattern_means(y, found)
    for j in range(len(found.counts)):
        rows = y[found.of_case == j]
        np.testing.assert_allclose(means[j, found.answered[j]], rows[:, found.answered[j]].mean(0))
        assert np.isnan(means[j, ~found.answered[j]]).all()


def test_size_and_power_of_littles_test():
    # 200 samples in which chance alone empties cells, and 50 in which the first item does.
    rng = np.random.default_rng(5)
    rejected = {"chance": 0, "driven": 0}
    for draw in range(250):
        y = answers(250, 4, 0, seed=draw)
        if draw < 200:
            y[:, 1:3] = np.where(rng.random((250, 2)) < 0.15, np.nan, y[:, 1:3])
        else:
            y[y[:, 0] > np.quantile(y[:, 0], 0.75), 1] = np.nan
        patterns = patterns_of(~np.isnan(y))
        statistic, df = little(y, patterns, em_moments(y, patterns))
        rejected["chance" if draw < 200 else "driven"] += chi2.sf(statistic, df) < 0.05
    # Binomial with .05: 99.9 % of studies lie between 1 % and 11 %.
    assert 2 <= rejected["chance"] <= 22
    assert rejected["driven"] == 50


def test_work_grows_with_what_is_missing():
    few, many = (patterns_of(~np.isnan(answers(500, 20, share))) for share in (0.02, 0.4))
    assert 0 < work(few) < work(many)
    assert work(patterns_of(np.ones((10, 3), dtype=bool))) == 0


def test_a_likelihood_without_a_maximum_is_said():
    # Three items alike where all are there; the rest lets the likelihood grow without bound.
    nan = np.nan
    y = np.array(
        [[1.0, 1, 1, 1], [1, nan, nan, nan], [1, 1, 2, 2], [1, 1, 1, 1], [1, 1, 1, 1],
         [1, 2, 1, 1], [2, nan, 1, 2]]
    )  # fmt: skip
    found = em_moments(y, patterns_of(~np.isnan(y)))
    roots = np.linalg.eigvalsh(found.cov)
    assert not found.converged or roots[0] < 1e-9
