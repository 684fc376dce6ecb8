"""Bare numbers: identities that hold in populations, and derivatives against differences."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from scrm_model.measurement.coefficients import (
    alpha,
    alpha_se_adf,
    alpha_se_normal,
    alpha_slopes,
    coefficient_h,
    score_covariances,
    spearman_brown,
)
from scrm_model.measurement.htmt import htmt, htmt2

LOADINGS = np.array([0.5, 0.7, 0.8, 0.9])


def population(loadings):
    return np.outer(loadings, loadings) + np.diag(1 - loadings**2)


def omega(loadings):
    return loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())


def test_alpha_is_omega_of_tau_equivalent_items_and_below_it_otherwise():
    equal = np.full(4, 0.7)
    assert alpha(population(equal)) == pytest.approx(omega(equal), abs=1e-14)
    assert alpha(population(LOADINGS)) < omega(LOADINGS)


def test_h_is_omega_of_parallel_items_and_above_it_otherwise():
    equal = np.full(4, 0.7)
    assert coefficient_h(equal) == pytest.approx(omega(equal), abs=1e-14)
    assert coefficient_h(LOADINGS) > omega(LOADINGS)
    best = np.linalg.solve(population(LOADINGS), LOADINGS) @ LOADINGS
    assert coefficient_h(LOADINGS) == pytest.approx(best)


def test_spearman_brown_is_alpha_of_two_standardised_items():
    assert spearman_brown(0.6) == pytest.approx(alpha(np.array([[1, 0.6], [0.6, 1]])))


def test_slopes_of_alpha_against_differences():
    cov = population(LOADINGS) * np.outer([1, 2, 3, 4], [1, 2, 3, 4])
    for i, j in ((0, 0), (1, 2)):
        step = np.zeros((4, 4))
        step[i, j] = 1e-5
        change = (alpha(cov + step) - alpha(cov - step)) / 2e-5
        assert alpha_slopes(cov)[i, j] == pytest.approx(change, rel=1e-7)


def test_normal_theory_error_is_van_zyls_formula():
    s, k = population(LOADINGS), 4
    total, trace = s.sum(), np.trace(s)
    q = 2 * k**2 / (k - 1) ** 2 / total**3
    q *= total * (np.trace(s @ s) + trace**2) - 2 * trace * (s @ s).sum()
    assert alpha_se_normal(s, 300) == pytest.approx(np.sqrt(q / 300))


def test_both_errors_agree_for_many_normal_answers():
    rows = np.random.default_rng(1).multivariate_normal(np.zeros(4), population(LOADINGS), 50_000)
    assert alpha_se_adf(rows) == pytest.approx(
        alpha_se_normal(population(LOADINGS), 50_000), rel=0.03
    )


def test_score_covariances_against_probabilities_of_cells():
    first, second, rho = np.array([-0.8, 0.3, np.inf]), np.array([-1.0, 0.1, 1.2]), 0.55
    cuts = np.stack([first, second])[None]
    found = score_covariances(cuts, np.array([[[1.0, rho], [rho, 1.0]]]))[0]
    edges = [np.array([-9, *np.minimum(c, 9), 9]) for c in (first, second)]
    joint = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    at = np.array([[joint.cdf([a, b]) for b in edges[1]] for a in edges[0]])
    cells = np.diff(np.diff(at, axis=0), axis=1)
    x, y = np.arange(4), np.arange(4)
    margins = [np.diff(norm.cdf(e)) for e in edges]
    means = margins[0] @ x, margins[1] @ y
    assert found[0, 1] == pytest.approx(x @ cells @ y - means[0] * means[1], abs=1e-6)
    assert found[0, 0] == pytest.approx(margins[0] @ x**2 - means[0] ** 2, abs=1e-12)


def test_htmt_is_the_correlation_where_loadings_are_equal_and_htmt2_always():
    phi = 0.6
    for loadings, both in (
        (np.full(6, 0.7), True),
        (np.array([0.5, 0.7, 0.9, 0.6, 0.8, 0.9]), False),
    ):
        of = np.repeat([0, 1], 3)
        r = np.outer(loadings, loadings) * np.where(of[:, None] == of, 1.0, phi)
        np.fill_diagonal(r, 1.0)
        at = np.arange(3), np.arange(3, 6)
        assert htmt2(r[None], *at)[0] == pytest.approx(phi)
        assert bool(htmt(r[None], *at)[0] == pytest.approx(phi)) is both
