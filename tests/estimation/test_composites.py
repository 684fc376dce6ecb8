import warnings

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

from scrm_model.errors import IdentificationError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.optimise.composite_start import composite_weights

SUM = "c <~ 1*x1 + x2 + x3\n"


@pytest.fixture(scope="module")
def hs():
    return data("hs")


def test_weights_are_found_from_start_values_of_their_own(hs):
    # lavaan starts weights at 0 and stays there: its chi-square here is 51.3.
    found = fit(SUM + "x4 ~ c\nx7 ~ c", hs)
    assert found.measures["chisq"] == pytest.approx(5.419940623, rel=1e-6)


def test_one_outcome_is_a_regression(hs):
    one = fit(SUM + "x4 ~ b*c", hs)
    other = fit("x4 ~ x1 + x2 + x3", hs).params
    assert one.df == 0
    weights = np.array([1.0, one.params["c<~x2"], one.params["c<~x3"]])
    np.testing.assert_allclose(one.params["b"] * weights, other.iloc[:3], rtol=1e-6)


@pytest.mark.parametrize("fixed", ["c <~ x1 + 1*x2 + x3", "c <~ 2*x1 + x2 + x3"])
def test_which_weight_is_fixed_does_not_matter(hs, fixed):
    one, other = (fit(f"{text}\nx4 ~ c\nx9 ~ c", hs) for text in (SUM, fixed))
    assert one.df == other.df
    np.testing.assert_allclose(one.measures, other.measures, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(
        one.parameters["std_all"], other.parameters["std_all"], rtol=1e-5, atol=1e-6
    )


def test_units_of_the_parts_do_not_matter(hs):
    text = SUM + "x4 ~ c\nx9 ~ c"
    scaled = fit(text, hs.assign(x1=hs["x1"] * 1e3, x2=hs["x2"] / 1e3, x9=hs["x9"] * 50))
    plain = fit(text, hs)
    assert scaled.measures["chisq"] == pytest.approx(plain.measures["chisq"], rel=1e-6)
    np.testing.assert_allclose(
        scaled.parameters["std_all"], plain.parameters["std_all"], rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "MLM", "MLR"])
def test_every_estimator(hs, estimator):
    assert fit(SUM + "x4 ~ c\nx9 ~ c", hs, estimator=estimator).admissible


def test_a_composite_that_nothing_determines(hs):
    with pytest.raises(IdentificationError, match=r"cannot be: c <~ x1, c <~ x2"):
        fit("c <~ x1 + x2\nx4 ~ c\nx9 ~ c", hs)
    with pytest.raises(IdentificationError, match="c <~ x2"):
        fit("c <~ 1*x1 + x2\nf =~ x4 + x5 + x6\nc ~~ 0*f", hs)


def test_a_composite_of_a_factor_and_of_a_composite(hs):
    text = "f =~ x4 + x5 + x6\nd <~ 1*x1 + x2\nc <~ 1*f + d + x3\nc ~~ 0*f + 0*d\nd ~~ 0*f\n"
    text += "x1 ~~ f + x2 + x3\nx2 ~~ f + x3\nx3 ~~ f\nx7 ~ c\nx8 ~ c\nx9 ~ c + d"
    found = fit(text, hs)
    assert found.converged
    raw = found.parameters.set_index(["lhs", "op", "rhs"])["est"]
    assert raw["c", "~~", "c"] == raw["d", "~~", "d"] == 0


def test_summary_and_scores_know_composites(hs):
    found = fit(SUM + "x4 ~ c\nx9 ~ c", hs)
    assert "Weights" in found.summary()
    weights = [1.0, found.params["c<~x2"], found.params["c<~x3"]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = found.factor_scores()
    assert np.corrcoef(scores["c"], hs[["x1", "x2", "x3"]] @ weights)[0, 1] == pytest.approx(1.0)
    freed = found.modification_indices()
    names = set(freed["lhs"] + freed["op"] + freed["rhs"])
    assert "c~x1" not in names
    assert isinstance(freed, pd.DataFrame)


def test_start_weights():
    cov = np.array([[1.0, 0.3, 0.5], [0.3, 2.0, 0.8], [0.5, 0.8, 1.5]])
    parts, aim = np.array([0, 1]), np.array([2])
    regression = np.linalg.solve(cov[:2, :2], cov[:2, 2])
    found = composite_weights(cov, parts, aim, [1.0, None])
    np.testing.assert_allclose(found, regression / regression[0], rtol=1e-6)
    free = composite_weights(cov, parts, aim, [None, None])
    assert free @ cov[:2, :2] @ free == pytest.approx(1.0)
    assert composite_weights(cov, parts, aim, [1.0, 3.0]).tolist() == [1.0, 3.0]
    alone = composite_weights(cov, parts, aim[:0], [1.0, None])
    np.testing.assert_allclose(alone, [1.0, 1.0 / np.sqrt(2.0)], rtol=1e-6)
    singular = composite_weights(np.ones((3, 3)), parts, aim, [None, None])
    assert np.isfinite(singular).all()
