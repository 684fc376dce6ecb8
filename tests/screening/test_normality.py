"""Mardia's coefficients and their kin: identities, by brute force, where there are none."""

import numpy as np
import pytest
from scipy import stats

from scrm_model.screening.normality import kurtosis, mardia_numbers, skewness


def sample(n, p, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, p)) ** 2 + rng.normal(size=(n, p))


@pytest.mark.parametrize(("n", "p"), [(20, 1), (40, 3), (9, 7), (5000, 2)])
@pytest.mark.parametrize("divisor", ["n", "n-1"])
def test_by_brute_force_over_pairs(n, p, divisor):
    y = sample(n, p)
    d = y - y.mean(axis=0)
    gram = d @ np.linalg.inv(d.T @ d / (n if divisor == "n" else n - 1)) @ d.T
    found = mardia_numbers(y, divisor)
    assert found.b1p == pytest.approx((gram**3).sum() / n**2)
    assert found.b2p == pytest.approx((np.diag(gram) ** 2).mean())
    assert found.df == p * (p + 1) * (p + 2) / 6
    assert found.chi2_p == pytest.approx(stats.chi2.sf(n * found.b1p / 6, found.df))
    assert found.z == pytest.approx((found.b2p - p * (p + 2)) / np.sqrt(8 * p * (p + 2) / n))
    k = (p + 1) * (n + 1) * (n + 3) / (n * ((n + 1) * (p + 1) - 6))
    assert found.small_chi2 == pytest.approx(k * found.chi2)


def test_one_variable_has_its_own_moments():
    y = sample(60, 1)
    found = mardia_numbers(y, "n")
    assert found.b1p == pytest.approx(stats.skew(y[:, 0]) ** 2)
    assert found.b2p == pytest.approx(stats.kurtosis(y[:, 0], fisher=False))


def test_affine_transformations_change_nothing():
    y = sample(100, 4)
    turned = y @ np.random.default_rng(1).normal(size=(4, 4)) * 1e3 + 1e5
    for name in ("b1p", "b2p", "z", "chi2"):
        assert getattr(mardia_numbers(turned), name) == pytest.approx(
            getattr(mardia_numbers(y), name), rel=1e-7
        )


def test_singular_covariances():
    y = sample(30, 3)
    assert mardia_numbers(np.column_stack([y, y.sum(axis=1)])) is None
    assert mardia_numbers(np.column_stack([y, np.ones(30)])) is None
    assert mardia_numbers(y[:3]) is None
    assert mardia_numbers(y[:2, :1]) is None


@pytest.mark.parametrize("kind", [1, 2, 3])
def test_moments_of_columns(kind):
    y = sample(25, 3)
    y[3:7, 1] = np.nan
    for j in range(3):
        own = y[~np.isnan(y[:, j]), j]
        n = len(own)
        bias = kind != 2
        factor = {1: 1, 2: 1, 3: (1 - 1 / n) ** 1.5}[kind]
        assert skewness(y, kind)[j] == pytest.approx(stats.skew(own, bias=bias) * factor)
        g = stats.kurtosis(own, bias=bias)
        expected = (g + 3) * (1 - 1 / n) ** 2 - 3 if kind == 3 else g
        assert kurtosis(y, kind)[j] == pytest.approx(expected)


def test_columns_without_moments_are_empty():
    y = np.array([[1.0, 5, np.nan, 2], [2, 5, np.nan, 3], [2, 5, np.nan, np.nan]])
    assert np.isnan(skewness(y)).tolist() == [False, True, True, True]
    assert np.isnan(kurtosis(y)).all()


def test_many_rows_take_no_square_of_memory():
    y = np.random.default_rng(0).normal(size=(60_000, 3))
    found = mardia_numbers(y)
    assert found.b1p < 0.01
    assert found.b2p == pytest.approx(15, abs=0.3)
