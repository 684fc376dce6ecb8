import numpy as np
import pytest
from scipy import stats

from scrm_model.inference.intervals import (
    acceleration,
    basic,
    bias_corrected,
    normal,
    percentile,
    two_sided_p,
)

DRAWS = np.random.default_rng(1).gamma(2.0, size=(999, 2))


def test_percentile_is_a_quantile():
    lower, upper = percentile(DRAWS, 0.9)
    np.testing.assert_allclose(lower, np.quantile(DRAWS, 0.05, axis=0))
    np.testing.assert_allclose(upper, np.quantile(DRAWS, 0.95, axis=0))


def test_normal_interval_by_hand():
    lower, upper = normal(np.array([2.0, 3.0]), DRAWS, 0.95)
    sd, bias = DRAWS.std(axis=0, ddof=1), DRAWS.mean(axis=0) - [2.0, 3.0]
    np.testing.assert_allclose(upper - lower, 2 * 1.959963985 * sd)
    np.testing.assert_allclose((upper + lower) / 2, [2.0, 3.0] - bias)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_basic_interval_of_a_mean_equals_scipy(level):
    x = np.random.default_rng(2).exponential(size=40)
    theirs = stats.bootstrap(
        (x,), np.mean, n_resamples=2000, method="basic", confidence_level=level, vectorized=True,
        rng=np.random.default_rng(3),
    )  # fmt: skip
    lower, upper = basic(np.array([x.mean()]), theirs.bootstrap_distribution[:, None], level)
    assert (lower[0], upper[0]) == pytest.approx(theirs.confidence_interval, rel=1e-10)


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_bca_of_a_mean_equals_scipy(level):
    x = np.random.default_rng(2).exponential(size=40)
    theirs = stats.bootstrap(
        (x,), np.mean, n_resamples=2000, method="BCa", confidence_level=level, vectorized=True,
        rng=np.random.default_rng(3),
    )  # fmt: skip
    draws = theirs.bootstrap_distribution[:, None]
    left_out = np.array([[np.delete(x, k).mean()] for k in range(40)])
    lower, upper = bias_corrected(np.array([x.mean()]), draws, level, acceleration(left_out))
    assert (lower[0], upper[0]) == pytest.approx(theirs.confidence_interval, rel=1e-10)


def test_bias_correction_without_bias_is_the_percentile():
    draws = np.arange(-500.0, 501.0)[:, None]
    found = bias_corrected(np.array([0.0]), draws, 0.9)
    np.testing.assert_allclose(found, percentile(draws, 0.9))


def test_bias_correction_at_the_edge_stays_finite():
    for estimate in (-10.0, 1e3):
        lower, upper = bias_corrected(np.array([estimate, estimate]), DRAWS)
        assert np.isfinite([lower, upper]).all()
        assert (DRAWS.min(axis=0) <= lower).all()
        assert (upper <= DRAWS.max(axis=0)).all()


def test_acceleration_of_what_does_not_move_is_zero():
    assert acceleration(np.ones((5, 2))).tolist() == [0.0, 0.0]


def test_p_of_draws():
    draws = np.array([[-1.0, 1.0, 1.0]] * 2 + [[1.0, 1.0, -1.0]] * 17)
    np.testing.assert_allclose(two_sided_p(draws), [2 * 3 / 20, 2 * 1 / 20, 2 * 3 / 20])
    assert two_sided_p(np.array([[-1.0], [1.0]]))[0] == 1.0
