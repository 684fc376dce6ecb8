"""What is fast agrees with what is general, or with the definition."""

import numpy as np
import pytest
from against_lavaan.witness import data
from estimation.builders import SHAPES, Shape, compiled, off_the_minimum, random_samples
from scipy import stats

from scrm_model.estimation.discrepancy import ml, ml_factors
from scrm_model.estimation.evaluation.fit_measures import noncentral_chi2_sf
from scrm_model.estimation.evaluation.stability import has_loops
from scrm_model.estimation.factor import Factor
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.sample import moments_of, resampled
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.full_steps import full_steps
from scrm_model.estimation.optimise.problem import FactorProblem, Problem
from scrm_model.estimation.optimise.scoring import fisher_scoring
from scrm_model.estimation.optimise.start import Starts, one_factor
from scrm_model.estimation.resample import refit_counts
from scrm_model.inference.resampling import drawn_counts

FOUR = "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8\ng ~ f\n"
LANE = {
    name: SHAPES[name]
    for name in (
        "factors", "unit variances", "second order", "residual covariances", "cross loadings",
        "latent paths", "equal labels", "groups",
    )
} | {
    "crossed and correlated": Shape(FOUR + "x1 ~~ x5\nx2 ~~ x6 + x7\nf =~ x7"),
    "fixed residuals": Shape(FOUR + "x1 ~~ 0.05*x5\nx2 ~~ 0.4*x2"),
}  # fmt: skip
BESIDE = (
    "observed in paths", "fixed x", "random x", "fixed x with means", "means", "loop",
    "groups with means", "growth",
)  # fmt: skip


# One matrix.
def test_factor_of_one_matrix():
    rng = np.random.default_rng(1)
    matrix = np.cov(rng.normal(size=(60, 9)).T)
    factor = Factor.of(matrix)
    np.testing.assert_allclose(factor.root @ factor.root.T, matrix, rtol=1e-12)
    np.testing.assert_allclose(factor.inverse(), np.linalg.inv(matrix), rtol=1e-10)
    np.testing.assert_array_equal(factor.inverse(), factor.inverse().T)
    np.testing.assert_allclose(factor.solve(matrix[:, :2]), np.eye(9)[:, :2], atol=1e-12)
    np.testing.assert_allclose(factor.solve(matrix[0]), np.eye(9)[0], atol=1e-12)
    assert factor.logdet == pytest.approx(np.linalg.slogdet(matrix)[1], rel=1e-12)


@pytest.mark.parametrize("spoil", [-1.0, np.nan])
def test_no_factor_without_a_positive_definite_matrix(spoil):
    matrix = np.eye(4)
    matrix[1, 1] = spoil
    assert Factor.of(matrix) is None


# Resamples.
@pytest.mark.parametrize("name", LANE)
def test_factor_lane_agrees_with_the_general_discrepancy(name):
    model = compiled(LANE[name])
    assert ml_factors.lanes(model) is not None
    samples = random_samples(model, seed=1, stack=3)
    theta = off_the_minimum(model, samples, seed=2, stack=3)
    general, quick = (d.evaluate(model, theta, samples) for d in (ml, ml_factors))
    np.testing.assert_allclose(quick.value, general.value, rtol=1e-12)
    slopes = ml.gradient(model, general, samples), ml_factors.gradient(model, quick, samples)
    np.testing.assert_allclose(slopes[1], slopes[0], atol=1e-10)
    assert ml_factors.surely_definite(model, theta).all()


@pytest.mark.parametrize("name", BESIDE)
def test_other_models_are_not_for_the_factor_lane(name):
    model = compiled(SHAPES[name])
    assert ml_factors.lanes(model) is None
    problem = Problem(model, random_samples(model, seed=1), constraints_of(model).space)
    assert FactorProblem.of(problem) is None


def test_two_negative_eigenvalues_do_not_pass_for_none():
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=1)
    theta = off_the_minimum(model, samples, seed=1)
    names = list(model.names)
    theta[0, [names.index("f ~~ f"), names.index("g ~~ g")]] = -50.0
    assert np.isfinite(ml_factors.evaluate(model, theta, samples).value[0])
    assert np.isinf(ml.evaluate(model, theta, samples).value[0])
    assert not ml_factors.surely_definite(model, theta)[0]


def test_factor_lane_is_infinite_without_residual_variance():
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=1, stack=2)
    theta = off_the_minimum(model, samples, seed=1, stack=2)
    theta[1, list(model.names).index("x1 ~~ x1")] = -0.01
    value = ml_factors.evaluate(model, theta, samples).value
    assert np.isfinite(value).tolist() == [True, False]


@pytest.mark.parametrize("extra", ["", "x1 ~~ x5\nspeed =~ x3"], ids=["plain", "correlated"])
def test_a_batch_equals_single_fits_to_eight_digits(extra):
    frame = data("hs")
    text = f"visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n{extra}"
    fitted = fit(text, frame)
    counts = drawn_counts(np.random.default_rng(5), 301, 12)
    found = refit_counts(fitted, [counts])
    assert FactorProblem.of(Problem(fitted.compiled, found.samples, fitted.solution.space))
    for k in np.flatnonzero(found.admissible):
        alone = fit(text, frame.iloc[np.repeat(np.arange(301), counts[k])].reset_index(drop=True))
        np.testing.assert_allclose(found.theta[k], alone.theta, rtol=1e-7, atol=1e-8)
        assert found.value[k] == pytest.approx(alone.solution.value, abs=1e-12)


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
def test_a_resample_that_leaves_the_lane_is_found_all_the_same():
    # With 40 cases many resamples have a negative variance, which the lane does not know.
    frame = data("hs").head(60)
    text = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    fitted = fit(text, frame)
    counts = drawn_counts(np.random.default_rng(2), 60, 40)
    found = refit_counts(fitted, [counts])
    outside = np.flatnonzero(found.converged & ~found.admissible)
    assert len(outside) > 2
    for k in outside[:3]:
        alone = fit(text, frame.iloc[np.repeat(np.arange(60), counts[k])].reset_index(drop=True))
        assert found.value[k] == pytest.approx(alone.solution.value, rel=1e-8)


def test_counts_of_a_resample():
    counts = drawn_counts(np.random.default_rng(1), 50, 400)
    assert (counts.sum(axis=1) == 50).all()
    # A case is drawn once on average, with the variance of a binomial.
    assert counts.mean() == 1.0
    assert counts.var() == pytest.approx(49 / 50, abs=0.03)


@pytest.mark.parametrize("shift", [0.0, 0.25], ids=["whole numbers", "others"])
def test_sums_of_whole_numbers_are_exact_in_single_precision(shift):
    rng = np.random.default_rng(3)
    rows = rng.integers(1, 8, size=(400, 4)) + shift * rng.normal(size=(400, 4))
    counts = drawn_counts(rng, 400, 3)
    found = resampled(rows, counts, mean=True)
    for k in range(3):
        alone = moments_of(np.repeat(rows, counts[k], axis=0), mean=True)
        np.testing.assert_allclose(found.cov[k], alone.cov[0], rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(found.mean[k], alone.mean[0], rtol=1e-14)


# One fit.
NEAR = ("factors", "second order", "residual covariances", "fixed x", "equal labels", "groups")


@pytest.mark.parametrize("name", NEAR)
def test_full_steps_end_where_fisher_scoring_ends(name):
    model = compiled(SHAPES[name])
    samples = random_samples(model, seed=6)
    space = constraints_of(model).space
    problem = Problem(model, samples, space)
    start = space.nearest(Starts(model, samples).guess)
    quick, careful = full_steps(problem, start), fisher_scoring(problem, start[None])
    assert quick.converged[0]
    assert careful.converged[0]
    np.testing.assert_allclose(quick.t, careful.t, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(problem.slope(quick.point), 0, atol=1e-9)
    np.testing.assert_array_equal(quick.point.theta, space.theta(quick.t))


def test_full_steps_give_up_where_they_do_not_lead_down():
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=6)
    problem = Problem(model, samples, constraints_of(model).space)
    far = Starts(model, samples).guess * 6.0
    assert full_steps(problem, far) is None
    assert full_steps(problem, -far) is None


def test_loadings_of_one_factor_are_those_of_the_instruments():
    rng = np.random.default_rng(9)
    cov = np.cov((rng.normal(size=(300, 1)) + 0.8 * rng.normal(size=(300, 5))).T)
    both = np.stack([cov, np.eye(5)])
    both[1, :3, :3] = cov[:3, :3]
    real = np.array([[True] * 5, [True] * 3 + [False] * 2])
    found, variance = one_factor(both, real)
    for row, size in ((0, 5), (1, 3)):
        for j in range(1, size):
            z = [i for i in range(1, size) if i != j]
            weights = np.linalg.solve(cov[np.ix_(z, z)], cov[z, 0])
            assert found[row, j] == pytest.approx(weights @ cov[z, j] / (weights @ cov[z, 0]))
    assert (found[:, 0] == 1).all()
    assert (found[1, 3:] == 0).all()
    alone = one_factor(cov[None, :3, :3], np.ones((1, 3), dtype=bool))
    assert variance[1] == pytest.approx(alone[1][0])


def test_a_solution_is_not_evaluated_again(monkeypatch):
    frame = data("hs")
    text = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    found = fit(text, frame)
    assert found.bread.point is found.solution.point
    np.testing.assert_array_equal(found.solution.point.theta[0], found.theta)


# Numbers.
@pytest.mark.parametrize("df", [1, 24, 315])
@pytest.mark.parametrize("ncp", [1e-3, 5.0, 800.0])
@pytest.mark.parametrize("z", [-6.0, -1.0, 0.0, 3.0, 12.0])
def test_tail_of_the_noncentral_chi_square(df, ncp, z):
    x = max(df + ncp + z * np.sqrt(2 * df + 4 * ncp), 0.01)
    expected = stats.ncx2.sf(x, df, ncp)
    assert noncentral_chi2_sf(x, df, ncp) == pytest.approx(expected, rel=1e-9)


def test_loops_are_seen_in_the_model():
    assert has_loops(compiled(SHAPES["loop"]))
    assert not any(has_loops(compiled(SHAPES[name])) for name in SHAPES if name != "loop")
