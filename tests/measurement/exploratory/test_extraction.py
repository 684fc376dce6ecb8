"""Extraction: derivatives, identities, several minima, Heywood cases."""

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.exploratory.evaluation import degrees_of_freedom, most_factors
from scrm_model.measurement.exploratory.extraction import (
    LEAST,
    extract,
    first_guess,
    minres_criterion,
    ml_criterion,
    search,
)
from scrm_model.measurement.exploratory.newton import minimise

ITEMS = [f"x{k}" for k in range(1, 10)]
CRITERIA = {"minres": minres_criterion, "ml": ml_criterion}


@pytest.fixture(scope="module")
def R():
    return data("hs")[ITEMS].corr().to_numpy()


def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize("method", CRITERIA)
@pytest.mark.parametrize("factors", [1, 3])
def test_derivatives_are_those_by_differences(R, method, factors):
    evaluate = CRITERIA[method](R[None], factors)
    psi = rng().uniform(0.3, 0.8, 9)
    x = np.log(psi) if method == "ml" else psi
    value, slope, hessian = (part[0] for part in evaluate(x[None], np.array([0])))
    assert value > 0
    step = 1e-6
    for k, unit in enumerate(np.eye(9)):
        high, low = (
            evaluate((x + s * step * unit)[None], np.array([0])) for s in (1, -1)
        )  # fmt: skip
        assert slope[k] == pytest.approx((high[0][0] - low[0][0]) / (2 * step), abs=1e-7)
        np.testing.assert_allclose(
            hessian[k], (high[1][0] - low[1][0]) / (2 * step), rtol=1e-5, atol=1e-6
        )


def test_ml_is_the_fit_of_an_echelon_model(R):
    found = scrm.efa(data("hs"), 3, ITEMS, method="ml", rotation="none")
    model = """
      f1 =~ NA*x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9
      f2 =~ NA*x4 + x2 + x3 + x5 + x6 + x7 + x8 + x9
      f3 =~ NA*x7 + x2 + x3 + x5 + x6 + x8 + x9
      f1 ~~ 1*f1 + 0*f2 + 0*f3
      f2 ~~ 1*f2 + 0*f3
      f3 ~~ 1*f3
    """
    fit = scrm.fit(model, data("hs"))
    assert found.measures["objective"] == pytest.approx(fit.measures["chisq"] / fit.nobs, rel=1e-8)
    assert found.measures["df"] == fit.df
    residual = fit.parameters.query("op == '~~' and lhs == rhs and lhs in @ITEMS")
    mine = found.uniquenesses[residual["lhs"]]
    np.testing.assert_allclose(mine, residual["std_all"], atol=1e-6)


def test_minres_makes_off_diagonal_residuals_as_small_as_they_can_be(R):
    found = extract(R, 3, "minres", rng())
    apart = ~np.eye(9, dtype=bool)

    def off(loadings):
        return ((R - loadings @ loadings.T)[apart] ** 2).sum()

    best = off(found.loadings)
    for _ in range(50):
        assert off(found.loadings + 1e-3 * rng().standard_normal((9, 3))) > best
    np.testing.assert_allclose((found.loadings**2).sum(axis=1) + found.uniqueness, 1, atol=1e-9)


def test_principal_axes_end_at_the_minres_solution(R):
    axes, minres = (extract(R, 3, method, rng()) for method in ("pa", "minres"))
    assert axes.converged
    np.testing.assert_allclose(axes.uniqueness, minres.uniqueness, atol=1e-7)


def test_all_components_explain_everything(R):
    found = scrm.efa(data("hs"), 9, ITEMS, method="pca", rotation="varimax")
    np.testing.assert_allclose(found.communalities, 1.0)
    assert found.variance.loc["proportion"].sum() == pytest.approx(1.0)
    assert found.measures["rmsr"] == pytest.approx(0.0, abs=1e-12)


def test_a_stack_is_solved_as_its_members_are(R):
    halves = [
        data("hs")[ITEMS].iloc[part].corr().to_numpy() for part in (slice(150), slice(150, 301))
    ]
    stack = np.stack([R, *halves])
    for method in CRITERIA:
        together = search(stack, 2, method, first_guess(stack, 2))
        assert together.converged.all()
        for k, matrix in enumerate(stack):
            alone = search(matrix[None], 2, method, first_guess(matrix[None], 2))
            np.testing.assert_allclose(together.x[k], alone.x[0], atol=1e-8)


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
def test_heywood_cases_stop_at_the_bound_and_say_so(method):
    with pytest.warns(scrm.InadmissibleWarning, match=r"y1 was stopped at \.005"):
        found = scrm.efa(data("sim_heywood"), 1, method=method)
    assert found.heywood == ("y1",)
    assert found.uniquenesses["y1"] == pytest.approx(LEAST)
    assert found.notes()[0].startswith("Heywood case")
    assert found.notes("fr")[0].startswith("Cas de Heywood")


def test_a_population_is_recovered():
    loadings = np.zeros((12, 3))
    for k in range(3):
        loadings[4 * k : 4 * k + 4, k] = [0.8, 0.7, 0.6, 0.5]
    phi = np.array([[1, 0.3, 0.2], [0.3, 1, 0.4], [0.2, 0.4, 1]])
    population = loadings @ phi @ loadings.T
    np.fill_diagonal(population, 1.0)
    moments = scrm.Moments(population, 500, names=[f"i{k}" for k in range(12)])
    for method in ("minres", "ml", "pa"):
        found = scrm.efa(moments, 3, method=method)
        order = [int(found.loadings.iloc[4 * k].abs().argmax()) for k in range(3)]
        np.testing.assert_allclose(found.loadings.iloc[:, order], loadings, atol=1e-6)
        np.testing.assert_allclose(found.phi.to_numpy()[np.ix_(order, order)], phi, atol=1e-6)
        assert found.measures["chisq"] == pytest.approx(0.0, abs=1e-8)


def test_degrees_of_freedom_bound_the_number_of_factors():
    assert [degrees_of_freedom(9, f) for f in (0, 1, 3)] == [36, 27, 12]
    assert [most_factors(p) for p in (3, 4, 5, 6, 9)] == [1, 1, 2, 3, 5]


def test_bounded_newton_finds_corners_and_saddles():
    # (x^2 - 1)^2 / 4 + x y starts at a saddle; y ends at its bound.
    def evaluate(x, index):
        a, b = x.T
        value = (a**2 - 1) ** 2 / 4 + a * b
        slope = np.stack([a * (a**2 - 1) + b, a], axis=1)
        one = np.ones_like(a)
        curvature = np.stack(
            [np.stack([3 * a**2 - 1, one], axis=1), np.stack([one, 0 * one], axis=1)], axis=1
        )
        return value, slope, curvature

    found = minimise(evaluate, np.array([[0.1, 0.0], [0.9, 0.5]]), -2.0, 2.0)
    assert found.converged.all()
    a, b = found.x.T
    np.testing.assert_allclose(np.abs(b), 2.0)
    np.testing.assert_allclose(a * (a**2 - 1) + b, 0.0, atol=1e-8)
