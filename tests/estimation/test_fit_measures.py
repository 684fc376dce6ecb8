from decimal import Decimal, getcontext

import numpy as np
import pytest
from scipy import stats

from scrm_model.estimation.evaluation import fit_measures as fm


@pytest.mark.parametrize("df", [1, 7, 300])
@pytest.mark.parametrize("chi2", [0.0, 3.2, 85.3, 400.0, 3000.0])
def test_central_tail(chi2, df):
    assert fm.chi2_sf(chi2, df) == pytest.approx(stats.chi2.sf(chi2, df), rel=1e-10, abs=1e-300)


def test_central_tail_has_no_value_without_degrees_of_freedom():
    assert np.isnan(fm.chi2_sf(0.0, 0))


@pytest.mark.parametrize("df", [1, 24, 309])
@pytest.mark.parametrize("ncp", [0.0, 0.4, 30.0, 700.0])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.5])
def test_noncentral_tail(df, ncp, ratio):
    chi2 = ratio * (df + ncp)
    expected = stats.ncx2.sf(chi2, df, ncp) if ncp else stats.chi2.sf(chi2, df)
    assert fm.noncentral_chi2_sf(chi2, df, ncp) == pytest.approx(expected, rel=1e-8, abs=1e-14)


def exact_tail(chi2, df, ncp):
    """Poisson mixture in 60 digits, for an even df."""
    getcontext().prec = 60
    x, half = Decimal(str(chi2)) / 2, Decimal(str(ncp)) / 2
    term, terms = Decimal(1), []
    for j in range(df // 2 + 600):
        terms.append(term)
        term = term * x / (j + 1)
    tail, below = Decimal(0), sum(terms[: df // 2])
    weight = (-half).exp()
    for k in range(600):
        tail += weight * below * (-x).exp()
        below += terms[df // 2 + k]
        weight = weight * half / (k + 1)
    return float(tail)


@pytest.mark.parametrize(
    ("chi2", "df", "ncp"), [(400, 24, 18), (900, 24, 18), (1500, 10, 40), (2600, 100, 150)]
)
def test_noncentral_tail_keeps_its_digits_when_tiny(chi2, df, ncp):
    expected = exact_tail(chi2, df, ncp)
    assert expected < 1e-40
    assert fm.noncentral_chi2_sf(chi2, df, ncp) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("groups", [1, 3])
def test_rmsea_by_hand(groups):
    assert fm.rmsea(85.3, 24, 301, groups) == pytest.approx(
        np.sqrt((85.3 - 24) / (24 * 301)) * np.sqrt(groups)
    )
    assert fm.rmsea(20.0, 24, 301) == 0.0
    assert fm.rmsea(3.0, 0, 301) == 0.0


@pytest.mark.parametrize(
    ("chi2", "df"), [(85.3055, 24), (38.1, 35), (349.3, 309), (2500.0, 300), (900.0, 4)]
)
@pytest.mark.parametrize("level", [0.90, 0.99])
def test_bounds_of_rmsea_have_the_tails_they_promise(chi2, df, level):
    tail = (1 - level) / 2
    for bound, below in zip(
        fm.rmsea_interval(chi2, df, 300, 1, level), (1 - tail, tail), strict=True
    ):
        ncp = bound**2 * df * 300
        if bound:
            assert stats.ncx2.cdf(chi2, df, ncp) == pytest.approx(below, abs=1e-8)
        else:
            assert stats.chi2.cdf(chi2, df) <= below


def test_rmsea_interval_at_the_edges():
    assert fm.rmsea_interval(5.0, 0, 100) == (0.0, 0.0)
    assert fm.rmsea_interval(1.0, 24, 100) == (0.0, 0.0)
    one, three = fm.rmsea_interval(85.3, 24, 301), fm.rmsea_interval(85.3, 24, 301, 3)
    np.testing.assert_allclose(three, np.sqrt(3) * np.array(one))


def test_close_and_not_close_fit():
    found = fm.rmsea_measures(85.3, 24, 301)
    assert found["rmsea.pvalue"] == pytest.approx(stats.ncx2.sf(85.3, 24, 301 * 24 * 0.05**2))
    assert found["rmsea.notclose.pvalue"] == pytest.approx(
        stats.ncx2.cdf(85.3, 24, 301 * 24 * 0.08**2)
    )
    assert np.isnan(fm.rmsea_measures(0.0, 0, 301)["rmsea.pvalue"])


def test_incremental_indices_by_hand():
    found = fm.incremental(85.0, 24, 919.0, 36)
    assert found["cfi"] == pytest.approx(1 - (85 - 24) / (919 - 36))
    assert found["tli"] == pytest.approx((919 / 36 - 85 / 24) / (919 / 36 - 1))
    assert found["nnfi"] == found["tli"]
    assert found["nfi"] == pytest.approx((919 - 85) / 919)
    assert found["rfi"] == pytest.approx(1 - (85 / 24) / (919 / 36))
    assert found["ifi"] == pytest.approx((919 - 85) / (919 - 24))
    assert found["rni"] == pytest.approx(found["cfi"])
    assert found["pnfi"] == pytest.approx(24 / 36 * found["nfi"])


def test_incremental_indices_at_the_edges():
    assert fm.cfi(20, 24, 900, 36) == 1.0
    assert fm.cfi(20, 24, 30, 36) == 1.0
    assert fm.cfi(50, 24, 40, 36) == 0.0
    saturated = fm.incremental(0.0, 0, 100.0, 3)
    assert saturated["cfi"] == saturated["tli"] == saturated["rfi"] == saturated["nfi"] == 1.0
    assert fm.incremental(20, 24, 900, 36)["rni"] > 1.0
    alone = fm.incremental(0.0, 0, 0.0, 0)
    assert np.isnan(alone["pnfi"])
    assert alone["ifi"] == alone["rni"] == 1.0


def test_information_criteria_by_hand():
    found = fm.information_criteria(-100.0, 5, 50)
    assert found == pytest.approx(
        {"aic": 210.0, "bic": 200 + 5 * np.log(50), "ntotal": 50, "bic2": 200 + 5 * np.log(52 / 24)}
    )


def test_absolute_indices_by_hand():
    found = fm.absolute(85.0, 24, 301, 21)
    assert found["cn_05"] == pytest.approx(stats.chi2.isf(0.05, 24) / (85 / 301) + 1)
    assert found["cn_01"] == pytest.approx(stats.chi2.isf(0.01, 24) / (85 / 301) + 1)
    assert found["mfi"] == pytest.approx(np.exp(-0.5 * (85 - 24) / 301))
    assert found["ecvi"] == pytest.approx((85 + 2 * 21) / 301)
    assert np.isnan(fm.absolute(0.0, 0, 301, 21)["cn_05"])


S = np.array([[4.0, 1.2], [1.2, 1.0]])
SIGMA = np.array([[4.0, 0.8], [0.8, 1.0]])


def test_residual_indices_by_hand():
    found = fm.residual_measures([S], [SIGMA], None, [1.0])
    assert found["rmr"] == pytest.approx(0.4 / np.sqrt(3))
    assert found["srmr"] == pytest.approx(0.2 / np.sqrt(3))
    assert found["crmr"] == pytest.approx(0.2)
    assert found["srmr_mplus"] == pytest.approx(0.2 / np.sqrt(3))


def test_residual_indices_with_means_by_hand():
    means = [(np.array([1.0, 2.0]), np.array([0.8, 2.0]))]
    found = fm.residual_measures([S], [SIGMA], means, [1.0])
    assert found["rmr"] == pytest.approx(np.sqrt((0.4**2 + 0.2**2) / 5))
    assert found["srmr"] == pytest.approx(np.sqrt((0.2**2 + 0.1**2) / 5))
    assert found["crmr"] == pytest.approx(np.sqrt((0.2**2 + 0.1**2) / 3))
    assert found["srmr_bentler_nomean"] == pytest.approx(0.2 / np.sqrt(3))


def test_residual_indices_of_groups_are_weighted_means():
    both = fm.residual_measures([S, S], [SIGMA, S], None, [0.25, 0.75])
    assert both["srmr"] == pytest.approx(0.25 * 0.2 / np.sqrt(3))
    assert fm.gfi([S, S], [SIGMA, S], [0.25, 0.75]) == pytest.approx(
        0.25 * fm.gfi([S], [SIGMA], [1.0]) + 0.75
    )


def test_gfi_by_hand():
    eye, s = np.eye(2), np.array([[1.0, 0.3], [0.3, 1.0]])
    assert fm.gfi([s], [eye], [1.0]) == pytest.approx(1 - 0.18 / 2.18)
    means = [(np.array([1.0, 2.0]), np.array([0.5, 2.0]))]
    assert fm.gfi([s], [eye], [1.0], (), means) == pytest.approx(1 - (0.18 + 0.5) / (2.18 + 10))
    assert fm.gfi([s], [eye], [1.0], (1,)) == pytest.approx(1 - 0.18 / 1.18)


def test_one_variable_has_no_correlation_residual():
    found = fm.residual_measures([np.eye(1)], [np.eye(1)], None, [1.0])
    assert found["crmr"] == 0.0
