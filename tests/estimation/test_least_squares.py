"""Identities of the least-squares discrepancies."""

import numpy as np
import pytest
from against_lavaan.witness import data

from scrm_model.errors import ArgumentError, DataError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.inference.resampling import drawn_counts

FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
PATHS = FACTORS + "\nspeed ~ visual + textual"
SHAPES = {
    "paths": {},
    "means": {"meanstructure": True},
    "groups": {"group": "school", "group_equal": ["loadings", "intercepts"]},
}


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS"])
def test_slope_and_curvature_are_those_of_differences(estimator, shape, hs):
    found = fit(PATHS, hs, estimator=estimator, **SHAPES[shape])
    form, model, samples = found.settings.row.discrepancy, found.compiled, found.samples
    q = len(found.theta)
    rng = np.random.default_rng(1)
    theta = found.theta * (1 + 0.1 * rng.normal(size=q)) + 0.05 * rng.normal(size=q)
    point = form.evaluate(model, theta[None], samples)
    stacks = tuple(s.take(np.zeros(q, dtype=int)) for s in samples)
    step = 1e-6 * np.eye(q)
    up, down = (form.evaluate(model, theta + sign * step, stacks) for sign in (1, -1))
    slope = np.full(q, np.nan)
    slope[:] = (up.value - down.value) / 2e-6
    np.testing.assert_allclose(form.gradient(model, point, samples)[0], slope, atol=1e-7)
    curvature = (form.gradient(model, up, stacks) - form.gradient(model, down, stacks)) / 2e-6
    np.testing.assert_allclose(form.hessian(model, point, samples)[0], curvature, atol=1e-6)


def test_gls_is_wls_with_the_normal_weight(hs):
    gls = fit(FACTORS, hs, estimator="GLS")
    s = gls.samples[0].cov[0]
    residual = np.linalg.solve(s, s - gls.implied.cov.to_numpy())
    assert gls.solution.value == pytest.approx(0.5 * np.trace(residual @ residual), rel=1e-10)
    ml = fit(FACTORS, hs)
    np.testing.assert_allclose(gls.params, ml.params, atol=0.4)


def test_uls_counts_every_covariance_once(hs):
    found = fit(FACTORS, hs, estimator="ULS")
    gap = found.residuals.cov.to_numpy()
    assert found.solution.value == pytest.approx((np.tril(gap) ** 2).sum(), rel=1e-10)
    assert np.isnan(found.measures["pvalue"])
    assert found.measures["chisq"] == pytest.approx(300 * found.solution.value)


def test_gls_is_the_same_in_other_units(hs):
    scaled = hs.assign(x1=hs["x1"] * 10, x7=hs["x7"] / 3)
    one, other = (fit(FACTORS, d, estimator="GLS") for d in (hs, scaled))
    assert one.measures["chisq"] == pytest.approx(other.measures["chisq"], rel=1e-9)


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
def test_weights_are_rebuilt_for_every_resample(hs):
    small = "textual =~ x4 + x5 + x6 + x7"
    found = fit(small, hs, estimator="WLS")
    drawn = bootstrap(found, draws=5, seed=3)
    rng = np.random.default_rng(np.random.SeedSequence(3).spawn(1)[0])
    counts = drawn_counts(rng, 301, 5)
    assert (counts.sum(axis=1) == 301).all()
    for k in range(5):
        rows = hs.iloc[np.repeat(np.arange(301), counts[k])].reset_index(drop=True)
        again = fit(small, rows, estimator="WLS")
        expected = again.parameters["est"].to_numpy()
        np.testing.assert_allclose(drawn.rows[0][k], expected, atol=2e-4)


def test_what_least_squares_does_not_have_is_refused(hs):
    with pytest.raises(ArgumentError, match="se= needs 'standard' with estimator='GLS'"):
        fit(FACTORS, hs, estimator="GLS", se="robust.sem")
    with pytest.raises(ArgumentError, match="test= needs 'standard' with estimator='WLS'"):
        fit(FACTORS, hs, estimator="WLS", test="satorra.bentler")
    with pytest.raises(ArgumentError, match=r"se= needs 'standard' or 'robust\.sem' with"):
        fit(FACTORS, hs, estimator="ULSM", se="robust.huber.white")
    with pytest.raises(DataError, match=r"more cases than moments.*40 cases for 45 moments"):
        fit(FACTORS, hs.head(40), estimator="WLS")
    with pytest.raises(ModelError, match="backend= needs 'native' for least squares"):
        fit(FACTORS, hs, estimator="GLS", backend="semopy")
    x = [f"x{k}" for k in range(1, 10)]
    with pytest.raises(DataError, match="data= needs raw answers for estimator='WLS'"):
        fit(FACTORS, Moments(hs[x].cov(), 301), estimator="WLS")
    moments = fit(FACTORS, Moments(hs[x].cov(), 301), estimator="GLS")
    assert moments.measures["chisq"] == pytest.approx(
        fit(FACTORS, hs, estimator="GLS").measures["chisq"], rel=1e-9
    )


def test_a_binary_variable_with_a_mean_is_named(hs):
    text = FACTORS + "\nspeed ~ sex"
    with pytest.raises(DataError, match="A variable with two values"):
        fit(text, hs, estimator="WLS", meanstructure=True)
    assert fit(text, hs, estimator="WLS").converged
