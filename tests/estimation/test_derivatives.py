import numpy as np
import pytest
from estimation.builders import (
    SHAPES,
    compiled,
    off_the_minimum,
    population,
    random_samples,
    value,
)

from scrm_model.estimation.discrepancy import ml
from scrm_model.estimation.discrepancy.ml_hessian import hessian
from scrm_model.estimation.fit import fit
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.implied.moments import dictionary, implied
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.standardise import scaling, solutions
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian

every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
STACK = 3


@pytest.fixture(autouse=True)
def buffers_of_nan(monkeypatch):
    """Whatever the engine does not fill stays NaN."""

    def empty(shape, dtype=float, **_):
        return np.full(shape, np.nan if np.dtype(dtype).kind in "fc" else -1, dtype=dtype)

    def empty_like(of, dtype=None, **_):
        return empty(np.shape(of), dtype or of.dtype)

    monkeypatch.setattr(np, "empty", empty)
    monkeypatch.setattr(np, "empty_like", empty_like)


def at_random(shape):
    model = compiled(shape)
    samples = random_samples(model, seed=1, stack=STACK)
    theta = off_the_minimum(model, samples, seed=2, stack=STACK)
    assert np.isfinite(value(model, samples, theta)).all()
    return model, samples, theta


def central(function, theta, step=1e-5):
    """Derivatives of a stack's function by central differences, shape (B, ..., q)."""
    columns = np.full((theta.shape[1], *function(theta).shape), np.nan)
    for k, move in enumerate(np.eye(theta.shape[1]) * step):
        columns[k] = (function(theta + move) - function(theta - move)) / (2 * step)
    assert np.isfinite(columns).all()
    return np.moveaxis(columns, 0, -1)


@every_shape
def test_gradient_equals_differences(shape):
    model, samples, theta = at_random(shape)
    found = ml.gradient(model, ml.evaluate(model, theta, samples), samples)
    expected = central(lambda t: value(model, samples, t), theta)
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=2e-8)


@every_shape
def test_hessian_equals_differences_of_the_gradient(shape):
    model, samples, theta = at_random(shape)

    def slope(t):
        return ml.gradient(model, ml.evaluate(model, t, samples), samples)

    found = hessian(model, ml.evaluate(model, theta, samples), samples)
    np.testing.assert_allclose(found, central(slope, theta), rtol=2e-6, atol=2e-7)


@every_shape
def test_hessian_is_twice_the_information_where_the_model_holds(shape):
    model, samples, theta = at_random(shape)
    at = population(model, theta, samples)
    point = ml.evaluate(model, theta, at)
    np.testing.assert_allclose(point.value, 0, atol=1e-12)
    information = ml.information(model, point, at)
    np.testing.assert_allclose(hessian(model, point, at), 2 * information, rtol=1e-9, atol=1e-10)


@every_shape
def test_information_is_symmetric_and_not_indefinite(shape):
    model, samples, theta = at_random(shape)
    information = ml.information(model, ml.evaluate(model, theta, samples), samples)
    np.testing.assert_allclose(information, information.swapaxes(1, 2), atol=1e-12)
    assert np.linalg.eigvalsh(information).min() > 0


@pytest.mark.parametrize("name", ["factors", "latent paths", "means", "equal labels"])
def test_information_is_the_mean_product_of_scores(name):
    model = compiled(SHAPES[name])
    samples = random_samples(model, seed=3)
    theta = off_the_minimum(model, samples, seed=4)
    of = implied(model.blocks[0], theta, samples[0].cov, samples[0].mean)
    n = 20000
    x = np.random.default_rng(5).multivariate_normal(of.mu[0], of.sigma[0], size=n)
    # Each case is a sample of its own; F = -2 log-likelihood, up to a constant.
    if model.meanstructure:
        cases = Sample(np.zeros((n, model.p, model.p)), x, 1, np.zeros(n), 1)
    else:
        gap = x - of.mu[0]
        cases = Sample(gap[:, :, None] * gap[:, None, :], None, 1, np.zeros(n), 1)
    point = ml.evaluate(model, np.repeat(theta, n, axis=0), (cases,))
    scores = -0.5 * ml.gradient(model, point, (cases,))
    information = ml.information(model, ml.evaluate(model, theta, samples), samples)[0]
    scale = np.sqrt(np.diag(information))
    np.testing.assert_allclose(scores.mean(axis=0) / scale, 0, atol=4 / np.sqrt(n))
    found = scores.T @ scores / n / np.outer(scale, scale)
    np.testing.assert_allclose(found, information / np.outer(scale, scale), atol=0.06)


@every_shape
def test_dictionary_spans_the_derivatives_of_sigma(shape):
    model, samples, theta = at_random(shape)
    block, sample = model.blocks[0], samples[0]
    d = dictionary(implied(block, theta, sample.cov, sample.mean))
    pairs = (
        d[:, :, block.left].swapaxes(1, 2)[..., None]
        * d[:, :, block.right].swapaxes(1, 2)[:, :, None]
    )
    moved = block.weight[:, None, None] * (pairs + pairs.swapaxes(2, 3))
    found = np.zeros((STACK, model.n_parameters, model.p, model.p))
    np.add.at(found, (slice(None), block.parameter), moved)
    expected = central(lambda t: implied(block, t, sample.cov, sample.mean).sigma, theta)
    np.testing.assert_allclose(found, np.moveaxis(expected, -1, 1), rtol=1e-6, atol=1e-8)


@every_shape
def test_complex_step_equals_differences_for_standardised_solutions(shape):
    model, samples, theta = at_random(shape)
    samples = tuple(s.take(np.array([0])) for s in samples)
    scale = scaling(model)
    for kind in (1, 2):
        found = jacobian(lambda t, k=kind: solutions(model, scale, t, samples)[k], theta[0])
        expected = central(lambda t, k=kind: solutions(model, scale, t, samples)[k], theta[:1])[0]
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


def test_complex_step_of_definitions():
    model = compiled(SHAPES["factors"])
    assert defined_standardised(model, np.zeros((2, len(model.row_place)))) == {}
    found = jacobian(
        lambda t: np.stack([t[:, 0] * t[:, 1], np.exp(t[:, 0])], 1), np.array([2, 3.0])
    )
    np.testing.assert_allclose(found, [[3, 2], [np.exp(2), 0]], rtol=1e-14)
    np.testing.assert_allclose(delta_errors(found, np.diag([1, 4.0])), [5, np.exp(2)], rtol=1e-14)


def test_value_is_infinite_where_sigma_is_not_positive_definite():
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=1, stack=2)
    theta = off_the_minimum(model, samples, seed=1, stack=2)
    alone = value(model, tuple(s.take(np.array([1])) for s in samples), theta[1:])
    theta[0, -3] = -50.0
    assert np.isinf(value(model, samples, theta)[0])
    assert value(model, samples, theta)[1] == alone[0]


def test_a_singular_loop_spoils_only_its_own_member():
    model = compiled(SHAPES["loop"])
    samples = random_samples(model, seed=1, stack=2)
    theta = off_the_minimum(model, samples, seed=1, stack=2)
    alone = value(model, tuple(s.take(np.array([1])) for s in samples), theta[1:])
    names = list(model.names)
    theta[0, names.index("x5 ~ x6")] = theta[0, names.index("x6 ~ x5")] = 1.0
    found = value(model, samples, theta)
    assert np.isinf(found[0])
    assert found[1] == pytest.approx(alone[0], rel=1e-12)


def test_moments_of_one_matrix_by_hand():
    # One factor, three indicators: the closed solution l_j = s_jk / s_1k.
    cov = np.array([[2.0, 0.8, 0.6], [0.8, 1.5, 0.9], [0.6, 0.9, 1.8]])
    found = fit("f =~ a + b + c", Moments(cov, 100, names=["a", "b", "c"])).params
    variance = 0.8 * 0.6 / 0.9 * 0.99
    assert found["f=~b"] == pytest.approx(0.9 / 0.6)
    assert found["f=~c"] == pytest.approx(0.9 / 0.8)
    assert found["f~~f"] == pytest.approx(variance)
    assert found["a~~a"] == pytest.approx(2 * 0.99 - variance)
