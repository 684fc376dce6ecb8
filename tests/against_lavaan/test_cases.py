import re
import warnings

import numpy as np
import pytest
from against_lavaan.compare import assert_equal_to, fit_case
from against_lavaan.witness import CASES, case, data

from scrm_model.errors import (
    ConvergenceWarning,
    InadmissibleWarning,
    MissingDataWarning,
    ModelError,
)

# One grade is empty.
INCOMPLETE = {
    "hs_mimic_fixedx", "hs_mimic_randomx", "hs_mimic_means", "hs_mimic_means_randomx",
    "hs_observed_mediator",
}  # fmt: skip
# A negative variance in lavaan's solution too; semopy keeps variances at or above zero.
HEYWOOD = {"hs_small_n", "scrm_two_dimensions"}
NOT_FOR_SEMOPY = {
    "hs_cfa_stdlv_fixedcov": "does not survive the rescaling",
    "hs_groups_no_means": "does not survive the rescaling",
    "hs_latent_with_observed": "'ageyr' without any arrow",
    "hs_equality_curved": "constraints",
    "hs_equality_linear": "constraints",
    "hs_inequality_active": "constraints",
    "hs_inequality_heywood": "constraints",
    "hs_inequality_inactive": "constraints",
    "hs_groups": "2 groups",
    "hs_groups_metric": "2 groups",
    "hs_groups_mimic": "2 groups",
    "hs_groups_scalar": "2 groups",
    "hs_equal_means": "means and intercepts",
    "hs_means": "means and intercepts",
    "hs_mimic_means": "means and intercepts",
    "hs_mimic_means_randomx": "means and intercepts",
    "scrm_growth": "means and intercepts",
    "thurstone_moments_means": "means and intercepts",
}
# Ten seconds of semopy for shapes that smaller cases have too.
LONG_FOR_SEMOPY = {"scrm_cfa_ml", "scrm_loop_latent", "scrm_serial"}
FOR_SEMOPY = sorted(set(CASES) - set(NOT_FOR_SEMOPY) - HEYWOOD - LONG_FOR_SEMOPY)


def expected_warnings(name):
    kinds = {MissingDataWarning} if name in INCOMPLETE else set()
    return kinds | ({InadmissibleWarning} if name in HEYWOOD else set())


@pytest.mark.parametrize("name", CASES)
def test_native_engine_equals_lavaan(name):
    stored = case(name)
    assert stored["program"].startswith("lavaan 0.6.14, R version 4.2.2")
    found, given = fit_case(stored)
    assert given == expected_warnings(name)
    assert found.admissible == (name not in HEYWOOD)
    assert_equal_to(found, stored, stored["tolerance"])


@pytest.mark.parametrize("name", FOR_SEMOPY)
def test_semopy_engine_equals_lavaan(name):
    stored = case(name)
    found, given = fit_case(stored, backend="semopy")
    assert given == expected_warnings(name)
    assert_equal_to(found, stored, 1e-5)


@pytest.mark.parametrize(("name", "said"), NOT_FOR_SEMOPY.items())
def test_semopy_engine_says_what_it_cannot_express(name, said):
    with pytest.raises(ModelError, match=f"backend= needs .*{re.escape(said)}"):
        fit_case(case(name), backend="semopy")


@pytest.mark.parametrize("name", sorted(HEYWOOD))
def test_semopy_engine_does_not_pass_off_a_bound_as_a_minimum(name):
    found, given = fit_case(case(name), backend="semopy")
    assert ConvergenceWarning in given
    assert not found.converged
    assert found.measures.empty


def test_lavaan_stops_above_our_minimum_under_constraints():
    # Why their tolerance is wide: lavaan's search ends early there.
    for name in ("hs_equality_curved", "hs_inequality_active", "hs_inequality_heywood"):
        stored = case(name)
        assert stored["tolerance"] == 1e-4
        assert fit_case(stored)[0].measures["chisq"] <= stored["measures"]["chisq"] + 1e-9


def test_cases_of_the_list_are_all_there():
    assert set(CASES) >= {
        "hs_cfa_ml", "hs_cfa_stdlv_fixedcov", "hs_cfa_orthogonal", "hs_fixed_loadings",
        "hs_higher_order", "hs_mimic_fixedx", "hs_mimic_randomx", "hs_single_indicator",
        "hs_small_n", "polidem_sem_ml", "scrm_cfa_ml", "scrm_sem_ml", "talor_mediation",
        "thurstone_moments", "nonrec_observed",
    }  # fmt: skip


def test_data_equal_what_semopy_ships():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from semopy.examples import holzinger39, political_democracy
    ours = data("polidem")
    theirs = political_democracy.get_data()[ours.columns]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)
    ours = data("hs")
    theirs = holzinger39.get_data()
    assert list(theirs["school"].str.replace("-", "_")) == list(ours["school"])
    columns = ["sex", *[f"x{k}" for k in range(1, 10)]]
    np.testing.assert_allclose(ours[columns], theirs[columns], rtol=1e-6, atol=1e-6)


def test_engines_of_real_data_agree():
    stored = case("polidem_sem_ml")
    difference = fit_case(stored)[0].engine_difference()
    assert difference.largest < 1e-5
    assert difference.largest_se < 1e-5
    assert difference.frame["in_se"].max() < 1e-5
    assert difference.chisq[0] == pytest.approx(stored["measures"]["chisq"], rel=1e-8)
    assert difference.chisq[1] == pytest.approx(stored["measures"]["chisq"], rel=1e-8)
    assert difference.engines == ("native", "semopy")
    assert repr(difference).startswith("native and semopy: estimates differ by at most")


def test_there_is_no_difference_to_a_fit_without_a_minimum():
    from scrm_model.errors import EstimationError

    found, _ = fit_case(case("hs_small_n"))
    with pytest.raises(EstimationError, match="backend='semopy' found no minimum"):
        found.engine_difference()
