"""Two groups against each other: scipy as a second witness, and the ends of the range."""

import numpy as np
import pytest
from scipy import stats

from scrm_model.screening.contrasts import d_interval, goodness, holm, independence, welch


def test_welch_is_scipys():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=30), rng.normal(0.5, 3, size=70)
    found, other = welch(a, b), stats.ttest_ind(a, b, equal_var=False)
    assert (found.t, found.p, found.df) == pytest.approx(
        (other.statistic, other.pvalue, other.df), rel=1e-10
    )
    assert found.d_lower < found.d < found.d_upper


def test_bounds_are_where_the_statistic_has_the_tail():
    lower, upper = d_interval(0.5, 40, 50, 0.9)
    root = np.sqrt(40 * 50 / 90)
    assert stats.nct.sf(0.5 * root, 88, lower * root) == pytest.approx(0.05, abs=1e-7)
    assert stats.nct.cdf(0.5 * root, 88, upper * root) == pytest.approx(0.05, abs=1e-7)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 400), (25_000, 25_000)])
@pytest.mark.parametrize("d", [0.0, 1e-9, 0.4, -3.0, 40.0])
def test_intervals_exist_and_mirror(d, sizes):
    lower, upper = d_interval(d, *sizes)
    assert lower < d < upper
    assert d_interval(-d, *sizes) == pytest.approx((-upper, -lower), abs=1e-8)


def test_coverage_of_the_interval():
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(300):
        found = welch(rng.normal(0.5, 1, 25), rng.normal(0, 1, 35))
        hits += found.d_lower <= 0.5 <= found.d_upper
    assert 0.91 <= hits / 300 <= 0.985


def test_what_has_no_test():
    two = np.array([1.0, 2.0])
    assert welch(two, np.array([1.0])) is None
    assert welch(np.array([3.0, 3, 3]), np.array([3.0, 3])) is None
    assert welch(np.array([0.0, 0]), np.array([0.0, 0])) is None
    assert independence(np.array([[3, 0], [5, 0]])) is None
    assert independence(np.array([[3, 4], [0, 0]])) is None
    assert goodness(np.array([0, 0]), np.array([0.5, 0.5])) is None


def test_counts_are_scipys():
    counts = np.array([[5, 9, 0, 3], [8, 2, 0, 7]])
    kept = counts[:, [0, 1, 3]]
    found, other = independence(counts), stats.chi2_contingency(kept, correction=False)
    assert (found.chi2, found.p, found.df) == pytest.approx((other.statistic, other.pvalue, 2))
    assert found.least == pytest.approx(other.expected_freq.min())
    assert found.v == pytest.approx(stats.contingency.association(kept))
    found = goodness(np.array([12, 8, 5]), np.array([0.5, 0.3, 0.2]))
    other = stats.chisquare([12, 8, 5], [12.5, 7.5, 5])
    assert (found.chi2, found.p) == pytest.approx((other.statistic, other.pvalue))


def test_holm_is_monotone_and_bounded():
    p = np.array([0.5, 0.001, 0.9, np.nan, 0.02])
    found = holm(p)
    assert np.isnan(found[3])
    assert found[1] == pytest.approx(0.004)
    assert found[4] == pytest.approx(0.06)
    assert found[0] == found[2] == 1.0
