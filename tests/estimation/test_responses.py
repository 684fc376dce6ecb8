"""Thresholds, correlations and their covariances, one step at a time."""

import numpy as np
import pandas as pd
import pytest
from estimation.ordinal_builders import SHARES, SKEWED, correlated, cut, moments_order
from scipy.optimize import minimize_scalar
from scipy.special import ndtri
from scipy.stats import norm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from scrm_model.estimation.observed.responses import moments
from scrm_model.estimation.observed.responses.bivariate import bivariate_cdf
from scrm_model.estimation.observed.responses.margins import continuous_margin, ordinal_margin
from scrm_model.estimation.observed.responses.moments import measure
from scrm_model.estimation.observed.responses.sample import (
    joint_moments,
    resampled_responses,
    response_sample,
)

COV = np.array(
    [[1.0, 0.5, 0.3, 0.2], [0.5, 1.0, 0.45, 0.1], [0.3, 0.45, 1.0, -0.4], [0.2, 0.1, -0.4, 1.0]]
)
CUTS = (4, 2, 1, 3)


def ordinal_rows(seed, n, holes=0.0):
    rng = np.random.default_rng(seed)
    y = correlated(rng, n, COV)
    rows = np.column_stack([cut(c, s) for c, s in zip(y.T, SHARES, strict=True)])
    rows[rng.uniform(size=rows.shape) < holes] = np.nan
    return rows


def mixed_rows(seed, n, holes=0.0):
    """Two ordinal and two continuous variables that two predictors move."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(40, 12, n), rng.integers(0, 2, n)])
    y = correlated(rng, n, COV) + ((x[:, :1] - 40) / 12 * [0.4, -0.2, 0.3, 0.1]) + 0.3 * x[:, 1:]
    rows = np.column_stack(
        [cut(y[:, 0], SKEWED), cut(y[:, 1], SHARES[1]), 3 + 2 * y[:, 2], y[:, 3]]
    )
    rows[rng.uniform(size=rows.shape) < holes] = np.nan
    return np.column_stack([rows, x])


MIXED = moments_order((4, 2, 0, 0), 2)


def pair_likelihood(a, b, first, second, rho):
    lower, upper = (np.concatenate([[-np.inf], t, [np.inf]]) for t in (first, second))
    corner = bivariate_cdf(lower[:, None], upper[None, :], np.array(rho))
    return np.log(np.diff(np.diff(corner, axis=0), axis=1)[a.astype(int), b.astype(int)]).sum()


@pytest.mark.parametrize("seed", [1, 2])
def test_polychoric_correlations_equal_brute_force(seed):
    rows, of = ordinal_rows(seed, 250), moments_order(CUTS)
    found = measure(rows, of)
    at = np.split(found.vector[of.sections[0]], np.cumsum(CUTS)[:-1])
    for column, own in zip(rows.T, at, strict=True):
        share = np.bincount(column.astype(int)) / len(rows)
        np.testing.assert_allclose(own, ndtri(np.cumsum(share)[:-1]), atol=1e-14)
    for k, (i, j) in enumerate(zip(*of.pairs, strict=True)):
        best = minimize_scalar(
            lambda r, i=i, j=j: -pair_likelihood(rows[:, i], rows[:, j], at[i], at[j], r),
            bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-10},
        )  # fmt: skip
        assert found.vector[of.sections[3]][k] == pytest.approx(best.x, abs=3e-7)


def test_polyserial_correlation_equals_brute_force():
    rng = np.random.default_rng(5)
    y = correlated(rng, 300, [[1.0, 0.55], [0.55, 1.0]])
    rows = np.column_stack([cut(y[:, 0], SKEWED), 10 + 3 * y[:, 1]])
    of = moments_order((4, 0))
    found = measure(rows, of).vector
    tau, mean, variance, covariance = found[:4], found[4], found[5], found[6]
    assert mean == pytest.approx(rows[:, 1].mean())
    assert variance == pytest.approx(rows[:, 1].var())
    ends, z = np.concatenate([[-np.inf], tau, [np.inf]]), (rows[:, 1] - mean) / np.sqrt(variance)
    code = rows[:, 0].astype(int)

    def minus(r):
        s = np.sqrt(1 - r * r)
        chosen = norm.cdf((ends[code + 1] - r * z) / s) - norm.cdf((ends[code] - r * z) / s)
        return -np.log(chosen).sum()

    best = minimize_scalar(minus, bounds=(-0.99, 0.99), method="bounded", options={"xatol": 1e-10})
    assert covariance / np.sqrt(variance) == pytest.approx(best.x, abs=3e-7)


def test_two_continuous_variables_have_their_covariance():
    rows = mixed_rows(3, 200)
    found = measure(rows, MIXED)
    given = np.column_stack([np.ones(200), rows[:, 4:]])
    coefficients, *_ = np.linalg.lstsq(given, rows[:, 2:4], rcond=None)
    residual = rows[:, 2:4] - given @ coefficients
    cov = residual.T @ residual / 200
    located, slopes, variances, pairs = (found.vector[s] for s in MIXED.sections)
    np.testing.assert_allclose(located[6:], coefficients[0], rtol=1e-9)
    np.testing.assert_allclose(slopes.reshape(2, 4)[:, 2:], coefficients[1:], rtol=1e-8)
    np.testing.assert_allclose(variances, np.diag(cov), rtol=1e-10)
    assert pairs[-1] == pytest.approx(cov[0, 1], rel=1e-9)


@pytest.mark.parametrize("shares", [SHARES[1], SHARES[2]])
def test_ordered_probit_equals_statsmodels(shares):
    rng = np.random.default_rng(8)
    x = rng.normal(size=(300, 2)) * [1.0, 3.0] + [0.0, 5.0]
    y = x @ [0.6, -0.1] + 0.5 + rng.standard_normal(300)
    code = cut(y, shares)
    found = ordinal_margin(code.astype(int), x)
    model = OrderedModel(pd.Series(pd.Categorical(code, ordered=True)), x, distr="probit")
    other = model.fit(method="newton", disp=False, maxiter=200)
    np.testing.assert_allclose(found.slopes, other.params[:2], rtol=1e-6)
    cuts = model.transform_threshold_params(other.params)[1:-1]
    np.testing.assert_allclose(found.location, cuts, rtol=1e-6, atol=1e-7)


def test_probit_of_a_predictor_on_a_far_scale():
    rng = np.random.default_rng(9)
    x = rng.normal(size=(400, 1))
    code = cut(0.8 * x[:, 0] + 0.6 * rng.standard_normal(400), SKEWED).astype(int)
    near, far = ordinal_margin(code, x), ordinal_margin(code, 2020 + 3 * x)
    assert far.slopes[0] * 3 == pytest.approx(near.slopes[0], rel=1e-9)
    np.testing.assert_allclose(far.location - 2020 * far.slopes[0], near.location, atol=1e-7)
    np.testing.assert_allclose(far.influence[:, -1] * 3, near.influence[:, -1], atol=1e-6)


def test_a_large_sample_gives_the_population():
    n = 200_000
    found = measure(ordinal_rows(11, n), moments_order(CUTS))
    tau = np.concatenate([ndtri(np.cumsum(s)[:-1]) for s in SHARES])
    expected = np.concatenate([tau, COV[np.triu_indices(4, 1)]])
    error = np.sqrt((found.added.T**2).mean(axis=0) / n)
    assert error.max() < 0.006
    assert (np.abs(found.vector - expected) < 4.5 * error).all()


def test_a_large_mixed_sample_gives_the_population():
    n = 20_000
    found = measure(mixed_rows(12, n), MIXED)
    location, slopes, variances, pairs = MIXED.sections
    error = np.sqrt((found.added.T**2).mean(axis=0) / n)
    cuts = [
        ndtri(np.cumsum(s)[:-1]) + shift * 40 / 12
        for s, shift in ((SKEWED, 0.4), (SHARES[1], -0.2))
    ]
    expected = np.empty(MIXED.size)
    expected[location] = np.concatenate([*cuts, [3 - 2 * 0.3 * 40 / 12, -0.1 * 40 / 12]])
    reach = np.array([[0.4, -0.2, 0.6, 0.1], [0.3 * 12, 0.3 * 12, 0.6 * 12, 0.3 * 12]]) / 12
    expected[slopes], expected[variances] = reach.ravel(), [4.0, 1.0]
    scale = np.array([1.0, 1.0, 2.0, 1.0])
    expected[pairs] = (COV * np.outer(scale, scale))[MIXED.pairs]
    assert (np.abs(found.vector - expected) < 4.5 * error).all()


@pytest.mark.parametrize("holes", [0.0, 0.15])
def test_tables_and_cases_give_the_same(holes):
    rows, of = ordinal_rows(21, 300, holes), moments_order(CUTS)
    tables, cases = moments._by_tables(rows, of), moments._by_cases(rows, of)
    np.testing.assert_allclose(tables.vector, cases.vector, atol=1e-9)
    np.testing.assert_allclose(tables.added.T, cases.added.T, atol=1e-7)
    np.testing.assert_allclose(tables.gamma, cases.gamma, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("holes", [0.0, 0.15])
@pytest.mark.parametrize(("make", "of"), [(ordinal_rows, moments_order(CUTS)), (mixed_rows, MIXED)])
def test_influences_add_up_to_nothing(make, of, holes):
    found = measure(make(31, 150, holes), of)
    np.testing.assert_allclose(found.added.T.mean(axis=0), 0.0, atol=1e-8)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_influence_is_the_derivative_by_the_weight_of_a_cell(missing):
    """Exact where the table is what the model expects: a sample with just these shares."""
    of, rho = moments_order((4, 2)), 0.45
    ends = [np.concatenate([[-np.inf], ndtri(np.cumsum(s)[:-1]), [np.inf]]) for s in SHARES[:2]]
    corner = bivariate_cdf(ends[0][:, None], ends[1][None, :], np.array(rho))
    shares = np.diff(np.diff(corner, axis=0), axis=1)
    cells = [(a, b, shares[a, b] * (1 - 2 * missing)) for a in range(5) for b in range(3)]
    if missing:
        cells += [(a, np.nan, SHARES[0][a] * missing) for a in range(5)]
        cells += [(np.nan, b, SHARES[1][b] * missing) for b in range(3)]
    rows, weight = np.array(cells)[:, :2], np.array(cells)[:, 2]
    counts = np.round(300_000 * weight).astype(int)
    found = measure(np.repeat(rows, counts, axis=0), of)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    for k in range(0, len(cells), 3):
        change = 300 * (np.arange(len(cells)) == k)
        ends_of = [measure(np.repeat(rows, counts + s * change, axis=0), of) for s in (1, -1)]
        slope = (ends_of[0].vector - ends_of[1].vector) * counts.sum() / 600
        np.testing.assert_allclose(found.added.T[first[k]], slope, rtol=2e-3, atol=2e-3)


def test_influence_of_single_cases_in_a_large_mixed_sample():
    """Outer products of scores stand for the curvature, which they are in large samples only."""
    n, case, more = 30_000, 61, 30
    rows = mixed_rows(33, n)
    found = measure(rows, MIXED)
    counts = np.ones(n, dtype=int)
    counts[case] += more
    slope = (measure(np.repeat(rows, counts, axis=0), MIXED).vector - found.vector) * n / more
    gap = np.abs(found.added.T[case] - slope)
    assert (gap < 0.03 * (np.sqrt((found.added.T**2).mean(axis=0)) + np.abs(slope))).all()


@pytest.mark.parametrize(
    ("make", "of", "n", "samples", "holes"),
    [
        (ordinal_rows, moments_order(CUTS), 300, 2000, 0.0),
        (ordinal_rows, moments_order(CUTS), 500, 300, 0.2),
        (mixed_rows, MIXED, 300, 100, 0.0),
    ],
)
def test_gamma_is_the_covariance_matrix_of_the_moments_over_samples(make, of, n, samples, holes):
    drawn = [measure(make(1000 + k, n, holes), of) for k in range(samples)]
    seen = np.cov(np.array([d.vector for d in drawn]), rowvar=False) * n
    gamma = np.mean([d.gamma for d in drawn], axis=0)
    # In units of standard deviations, the variance of a covariance is (1 + r^2) / samples.
    scale = np.sqrt(np.diag(gamma))
    r = gamma / np.outer(scale, scale)
    gap = (seen - gamma) / np.outer(scale, scale)
    assert np.abs(gap / np.sqrt((1 + r**2) / samples)).max() < 4.6


def test_a_resample_equals_the_rows_repeated():
    rng = np.random.default_rng(2)
    for make, of in ((ordinal_rows, moments_order(CUTS)), (mixed_rows, MIXED)):
        rows = make(41, 200, 0.1)
        counts = rng.multinomial(200, np.full(200, 1 / 200), size=3)
        for weighting in ("diagonal", "full", ""):
            stack = resampled_responses(rows, counts, of, weighting)
            for k, count in enumerate(counts):
                again = np.repeat(rows, count, axis=0)
                one, _ = response_sample(again, of, [f"v{j}" for j in range(6)], weighting)
                np.testing.assert_allclose(stack.moments[k], one.moments[0], atol=1e-12)
                np.testing.assert_allclose(stack.cov[k], one.cov[0], rtol=1e-12)
                if weighting:
                    np.testing.assert_allclose(stack.weight[k], one.weight[0], rtol=1e-9)


def test_a_resample_without_a_category_is_not_a_number():
    rows, of = ordinal_rows(43, 120), moments_order(CUTS)
    counts = np.ones((2, 120), dtype=int)
    rare = rows[:, 0] == 0
    counts[1, rare] = 0
    counts[1, np.flatnonzero(~rare)[: rare.sum()]] += 1
    found = resampled_responses(rows, counts, of, "diagonal")
    assert np.isfinite(found.moments[0]).all()
    assert np.isnan(found.moments[1]).all()
    assert np.isnan(found.weight[1]).all()


def test_joint_moments_carry_predictors_on():
    """What regressions of a large sample and the predictors' moments imply of all variables."""
    rows = mixed_rows(44, 500)
    cov, mean = joint_moments(measure(rows, MIXED).vector, MIXED, rows)
    seen = [2, 3, 4, 5]
    # Fixed predictors have divisor N - 1, residual variances N.
    np.testing.assert_allclose(
        cov[np.ix_(seen, seen)], np.cov(rows[:, seen].T), rtol=6e-3, atol=0.1
    )
    np.testing.assert_allclose(cov[4:, 4:], np.cov(rows[:, 4:].T), rtol=1e-12)
    np.testing.assert_allclose(mean[seen], rows[:, seen].mean(axis=0), rtol=1e-9)
    assert np.linalg.eigvalsh(cov)[0] > 0


def test_an_intercept_alone_is_a_mean_and_a_variance():
    values = np.random.default_rng(1).normal(4, 3, 50)
    found = continuous_margin(values, np.zeros((50, 0)))
    assert found.location[0] == pytest.approx(values.mean())
    assert found.variance == pytest.approx(values.var())
    assert found.slopes.size == 0


@pytest.mark.parametrize("way", ["tables", "cases"])
def test_correlations_near_one_are_found(way):
    """Where Newton's method leaps too far, cells that hold answers become all but impossible."""
    rng = np.random.default_rng(0)
    found = 0
    for rho in (0.9, 0.97, 0.99, 0.995, -0.95, -0.99):
        for categories in (3, 4, 5):
            y = correlated(rng, 300, [[1.0, rho], [rho, 1.0]])
            cuts = np.sort(rng.normal(0.0, 0.8, categories - 1))
            rows = np.searchsorted(cuts, y).astype(float)
            if any(len(np.unique(c)) < categories for c in rows.T):
                continue
            of = moments_order((categories - 1, categories - 1))
            make = moments._by_tables if way == "tables" else moments._by_cases
            out = make(rows, of)
            at = out.vector[: categories - 1], out.vector[categories - 1 : -1]
            best = minimize_scalar(
                lambda r, rows=rows, at=at: -pair_likelihood(rows[:, 0], rows[:, 1], *at, r),
                bounds=(rho - 0.1 * (rho > 0), rho + 0.1 * (rho < 0)), method="bounded",
                options={"xatol": 1e-10},
            )  # fmt: skip
            if not len(out.extreme):
                # The search of scipy ends at an edge where the estimate is beyond it.
                mine = pair_likelihood(rows[:, 0], rows[:, 1], *at, out.vector[-1])
                assert mine >= -best.fun - 1e-6
                assert np.isfinite(out.added.T).all()
                found += 1
    assert found >= 12


@pytest.mark.parametrize("way", [moments._by_tables, moments._by_cases])
def test_a_correlation_that_runs_to_one_is_told(way):
    column = np.random.default_rng(3).integers(0, 3, 100).astype(float)
    assert list(way(np.column_stack([column, column]), moments_order((2, 2))).extreme) == [0]
    assert list(way(np.column_stack([column, 2 - column]), moments_order((2, 2))).extreme) == [0]
