import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import multivariate_normal, norm

from scrm_model.estimation.observed.responses.bivariate import (
    bivariate_cdf,
    bivariate_pdf,
    bivariate_pdf_slope,
    cdf_moved,
    conditional_cdf,
    density,
    is_near,
)
from scrm_model.estimation.observed.responses.polychoric import cells, limits, threshold_scores

RHO = [-0.999, -0.7, -0.2, 0.0, 0.3, 0.85, 0.999]
LIMITS = [-3.1, -0.7, 0.0, 0.4, 2.6]


def by_integration(h, k, rho):
    """P(X <= h, Y <= k) as the integral of a density times a conditional probability."""
    s = np.sqrt(1 - rho * rho)
    inner = [h] if rho == 0 else [min(max(k / rho, -12.0), h)]
    value, _ = quad(
        lambda x: norm.pdf(x) * norm.cdf((k - rho * x) / s), -12.0, h,
        points=inner, epsabs=1e-14, epsrel=1e-13, limit=400,
    )  # fmt: skip
    return value


@pytest.mark.parametrize("rho", RHO)
def test_probabilities_equal_integrals(rho):
    for h in LIMITS:
        for k in LIMITS:
            found = float(bivariate_cdf(np.array(h), np.array(k), np.array(rho)))
            assert found == pytest.approx(by_integration(h, k, rho), abs=2e-12)


@pytest.mark.parametrize("rho", [-0.6, 0.25, 0.9])
def test_probabilities_and_densities_equal_those_of_scipy(rho):
    # scipy integrates numerically, to 1e-5 or so by default; asked for more it gives more.
    other = multivariate_normal(cov=[[1, rho], [rho, 1]], abseps=1e-12, releps=1e-12)
    for h in LIMITS:
        for k in LIMITS:
            at = np.array(h), np.array(k), np.array(rho)
            assert float(bivariate_cdf(*at)) == pytest.approx(other.cdf([h, k]), abs=1e-8)
            assert float(bivariate_pdf(*at)) == pytest.approx(other.pdf([h, k]), rel=1e-12)


@pytest.mark.parametrize("rho", RHO)
def test_infinite_limits_leave_a_margin(rho):
    h, r = np.array(LIMITS), np.array(rho)
    inf = np.full(h.shape, np.inf)
    np.testing.assert_allclose(bivariate_cdf(h, inf, r), ndtr(h), atol=1e-15)
    np.testing.assert_allclose(bivariate_cdf(inf, h, r), ndtr(h), atol=1e-15)
    np.testing.assert_allclose(bivariate_cdf(h, -inf, r), 0.0, atol=1e-15)
    assert bivariate_cdf(inf[:1], inf[:1], r) == 1.0
    assert (bivariate_pdf(h, inf, r) == 0).all()
    assert (bivariate_pdf(-inf, h, r) == 0).all()


def test_extreme_limits_have_no_rounding_errors_to_show():
    r = np.array(0.5)
    assert 0.0 <= float(bivariate_cdf(np.array(-9.0), np.array(-9.0), r)) < 1e-18
    found = float(bivariate_cdf(np.array(-5.0), np.array(8.0), r))
    assert found == pytest.approx(ndtr(-5.0), rel=1e-9)
    tiny = float(bivariate_cdf(np.array(1e-310), np.array(0.7), r))
    assert tiny == pytest.approx(by_integration(0.0, 0.7, 0.5), abs=1e-13)


def test_quadrant_probability_of_sheppard():
    rho = np.array(RHO)
    expected = 0.25 + np.arcsin(rho) / (2 * np.pi)
    zero = np.zeros(len(rho))
    np.testing.assert_allclose(bivariate_cdf(zero, zero, rho), expected, atol=1e-15)
    # From either side of zero, and with the two zeros of floating point.
    for a in (1e-14, -1e-14, -0.0):
        np.testing.assert_allclose(bivariate_cdf(zero + a, zero, rho), expected, atol=1e-12)


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.6])
def test_derivatives_equal_differences(rho):
    h, k = (g.ravel() for g in np.meshgrid(LIMITS, LIMITS))
    r, e = np.array(rho), 1e-5
    slope = (bivariate_cdf(h, k, r + e) - bivariate_cdf(h, k, r - e)) / (2 * e)
    np.testing.assert_allclose(bivariate_pdf(h, k, r), slope, atol=1e-9)
    bend = (bivariate_pdf(h, k, r + e) - bivariate_pdf(h, k, r - e)) / (2 * e)
    found = bivariate_pdf(h, k, r) * bivariate_pdf_slope(h, k, r)
    np.testing.assert_allclose(found, bend, atol=1e-8)
    in_h = (bivariate_cdf(h + e, k, r) - bivariate_cdf(h - e, k, r)) / (2 * e)
    np.testing.assert_allclose(density(h) * conditional_cdf(k, h, r), in_h, atol=1e-9)


def test_limits_of_unequal_numbers_of_categories():
    margins = np.array([[0.2, 0.5, 0.3, 0.0], [0.6, 0.4, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4]])
    found = limits(margins)
    assert (found[:, 0] == -np.inf).all()
    assert (found[:, -1] == np.inf).all()
    np.testing.assert_allclose(ndtr(found[0]), [0, 0.2, 0.7, 1, 1], atol=1e-15)
    np.testing.assert_allclose(ndtr(found[1]), [0, 0.6, 1, 1, 1], atol=1e-15)
    np.testing.assert_allclose(ndtr(found[2]), [0, 0.1, 0.3, 0.6, 1], atol=1e-15)


def test_cells_of_a_table_with_padding():
    margins = np.array([[0.2, 0.5, 0.3, 0.0], [0.6, 0.4, 0.0, 0.0]])
    ends, rho = limits(margins), np.array([0.35])
    at = cells(ends[:1], ends[1:], rho)
    real = at.probability[0, :3, :2]
    np.testing.assert_allclose(real.sum(axis=1), margins[0, :3], atol=1e-14)
    np.testing.assert_allclose(real.sum(axis=0), margins[1, :2], atol=1e-14)
    assert at.probability[0, 3:].max() <= 1e-14
    assert at.probability[0, :, 2:].max() <= 1e-14
    e = 1e-5
    up, down = (cells(ends[:1], ends[1:], rho + d) for d in (e, -e))
    np.testing.assert_allclose(at.slope, (up.probability - down.probability) / (2 * e), atol=1e-9)
    np.testing.assert_allclose(at.bend, (up.slope - down.slope) / (2 * e), atol=1e-8)
    # What a threshold takes from its right-hand cell it gives to the left-hand one.
    moved = threshold_scores(ends[:1], ends[1:], rho)[0]
    higher, lower = ends[:1].copy(), ends[:1].copy()
    higher[0, 1] += e
    lower[0, 1] -= e
    step = (cells(higher, ends[1:], rho).probability - cells(lower, ends[1:], rho).probability) / (
        2 * e
    )
    np.testing.assert_allclose(step[0, 0], moved[0], atol=1e-9)
    np.testing.assert_allclose(step[0, 1], -moved[0], atol=1e-9)
    np.testing.assert_allclose(step[0, 2:], 0.0, atol=1e-12)


@pytest.mark.parametrize("rho", [-0.88, -0.4, 0.0, 0.3, 0.85])
def test_a_short_way_in_rho_keeps_all_digits(rho):
    limits = np.array([-np.inf, -3.5, -1.2, 0.0, 0.4, 2.9, np.inf])
    h, k = limits[:, None], limits[None]
    step = 0.01 if abs(rho) > 0.8 else 0.04
    for to in (rho + step, rho - step):
        assert is_near(np.array(rho), np.array(to))
        found = cdf_moved(bivariate_cdf(h, k, rho), h, k, rho, to)
        np.testing.assert_allclose(found, bivariate_cdf(h, k, to), atol=1e-15)


def test_what_is_no_short_way():
    near = is_near(np.array([0.3, 0.3, 0.95, -0.95]), np.array([0.33, 0.36, 0.951, -0.951]))
    assert near.tolist() == [True, False, False, False]


def test_from_independence():
    limits = np.array([-np.inf, -3.5, -1.2, 0.0, 0.4, 2.9, np.inf])
    h, k, none = limits[:, None], limits[None], np.array(0.0)
    for rho in (-0.59, -0.2, 0.4, 0.59):
        assert is_near(none, np.array(rho))
        found = cdf_moved(ndtr(h) * ndtr(k), h, k, none, rho)
        np.testing.assert_allclose(found, bivariate_cdf(h, k, rho), atol=1e-15)
    assert not is_near(none, np.array(0.7))
