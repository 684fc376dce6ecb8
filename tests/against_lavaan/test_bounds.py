"""Bounds of single parameters: lavaan's numbers, and what must hold of any bounded minimum."""

import numpy as np
import pytest
from against_lavaan.compare import assert_equal_to, fit_case
from against_lavaan.witness import HERE, case, data
from scipy.optimize import minimize

from scrm_model.errors import InadmissibleWarning, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.optimise.bounds import within_bounds
from scrm_model.estimation.optimise.problem import Optimum, Problem, Space
from scrm_model.estimation.optimise.scoring import fisher_scoring
from scrm_model.estimation.resample import refit_counts
from scrm_model.inference.resampling import drawn_counts
from scrm_model.spec.model import Model

NAMES = sorted(p.stem for p in (HERE / "bounds").glob("*.json"))
TWO = "visual =~ x1 + {}x2 + {}x3\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.mark.parametrize("name", NAMES)
def test_engine_equals_lavaan(name):
    stored = case(name, "bounds")
    found, given = fit_case(stored)
    assert not given
    assert_equal_to(found, stored, stored["tolerance"])
    assert found.solution.value <= stored["measures"]["fmin"] * 2 + 1e-9


def test_the_minimum_is_that_of_a_search_that_knows_bounds(hs):
    text = TWO.format("lower(0.1)*x2 + upper(0.5)*", "lower(0.9)*") + "\nx1 ~~ upper(0.6)*x1"
    found = fit(text, hs)
    loose = fit(TWO.format("", "") + "\nx1 ~~ x1", hs)
    names = list(loose.compiled.names)
    assert names == list(found.compiled.names)
    problem, samples = loose.bread.discrepancy, loose.samples
    limits = dict.fromkeys(names, (None, None)) | {
        "visual =~ x2": (0.1, 0.5), "visual =~ x3": (0.9, None), "x1 ~~ x1": (None, 0.6),
    }  # fmt: skip

    def value_and_slope(theta):
        point = problem.evaluate(loose.compiled, theta[None], samples)
        return point.value[0], problem.gradient(loose.compiled, point, samples)[0]

    start = np.clip(loose.theta, *found.compiled.bounds)
    best = minimize(
        value_and_slope, start, jac=True, bounds=list(limits.values()), method="L-BFGS-B",
        options={"ftol": 1e-16, "gtol": 1e-10},
    )  # fmt: skip
    assert found.solution.value == pytest.approx(best.fun, abs=1e-10)
    np.testing.assert_allclose(found.theta, best.x, atol=2e-5)
    # Where a parameter is free the slope is 0; at its bound it points outside.
    slope = value_and_slope(found.theta)[1]
    held = [names.index(n) for n in found.at_bounds]
    assert held
    np.testing.assert_allclose(np.delete(slope, held), 0, atol=1e-7)
    lower = found.theta[held] == found.compiled.bounds[0][held]
    assert (np.where(lower, slope[held], -slope[held]) > 0).all()


def test_what_is_at_a_bound_is_said(hs):
    found = fit(TWO.format("upper(0.4)*", ""), hs)
    assert found.at_bounds == ("visual =~ x2",)
    assert found.admissible
    row = found.parameters.iloc[1]
    assert row["est"] == 0.4
    assert row["se"] > 0
    assert np.isnan(row["pvalue"])
    assert "At a bound, and therefore without a p: visual =~ x2." in found.summary()
    assert fit(TWO.format("upper(4)*", ""), hs).at_bounds == ()
    assert fit(TWO.format("", ""), hs).at_bounds == ()


def test_a_bound_that_is_not_reached_changes_nothing(hs):
    plain, bounded = fit(TWO.format("", ""), hs), fit(TWO.format("lower(0)*", "upper(3)*"), hs)
    np.testing.assert_array_equal(bounded.theta, plain.theta)
    np.testing.assert_array_equal(bounded.measures, plain.measures)


def test_a_parameter_that_need_not_be_held_is_let_go(hs):
    fitted = fit(TWO.format("lower(0)*", "upper(3)*"), hs)
    problem = Problem(fitted.compiled, fitted.samples, Space.free(fitted.compiled.n_parameters))
    astray = fitted.theta.copy()
    astray[:2] = -2.0, 5.0  # outside both bounds, though the minimum is inside
    wrong = Optimum(astray[None], np.zeros(1), np.ones(1, dtype=bool), np.zeros(1), 1)
    found = within_bounds(problem, wrong, lambda p, t: fisher_scoring(p, p.space.nearest(t)))
    assert found.converged[0]
    np.testing.assert_allclose(found.t[0], fitted.theta, atol=1e-7)


def test_a_heywood_case_ends_at_its_bound():
    frame = data("hs").head(40)
    text = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
    with pytest.warns(InadmissibleWarning):
        loose = fit(text, frame)
    assert (loose.theta < 0).any()
    found = fit(text + "".join(f"x{k} ~~ lower(0)*x{k}\n" for k in range(1, 10)), frame)
    assert found.at_bounds == ("x3 ~~ x3",)
    assert found.solution.value > loose.solution.value


def test_resamples_keep_the_bounds(hs):
    text = TWO.format("lower(0.7)*", "")
    fitted = fit(text, hs)
    counts = drawn_counts(np.random.default_rng(4), 301, 6)
    found = refit_counts(fitted, [counts])
    assert found.converged.all()
    assert (found.theta[:, 0] >= 0.7).all()
    assert 0 < (found.theta[:, 0] == 0.7).sum() < 6
    for k in range(3):
        alone = fit(text, hs.iloc[np.repeat(np.arange(301), counts[k])].reset_index(drop=True))
        np.testing.assert_allclose(found.theta[k], alone.theta, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "text",
    [
        "f =~ x1 + lower(0)*x2 + upper(1.5)*x3",
        "f =~ x1 + a*x2 + lower(-0.25)*x2 + upper(2)*x2 + x3",
        "f =~ x1 + lower(c(0, 0.5))*x2 + x3\nx1 ~~ lower(0)*x1",
    ],
)
def test_bounds_are_written_back(text):
    model = Model.from_syntax(text)
    assert Model.from_syntax(model.syntax) == model
    assert "lower(" in model.to_lavaan_script()
    relation = model.statements[1].modifiers
    assert relation.lower


def test_other_programs_have_no_bounds(hs):
    text = TWO.format("lower(0)*", "")
    with pytest.raises(ModelError, match=r"knows bounds as constraints on labels only"):
        Model.from_syntax(text).to_mplus()
    with pytest.raises(ModelError, match=r"semopy has no bounds"):
        fit(text, hs, backend="semopy")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("f =~ x1 + lower(2)*x2 + upper(1)*x2 + x3", "leave no place for an upper bound of 1"),
        ("f =~ upper(0.5)*x1 + x2 + x3", "leave no place for a fixed value of 1"),
        ("f =~ x1 + a*x2 + lower(2)*x2 + a*x3 + upper(1)*x3", "whose label has several"),
        ("f =~ x1 + a*x2 + lower(0)*x2 + b*x3\na > b", "needs either bounds or constraints"),
        ("f =~ x1 + a*x2 + lower(2)*x2 + b*x3\na == 1", "go together with its equality"),
    ],
)
def test_bounds_without_anything_between_them_are_refused(hs, text, told):
    with pytest.raises(ModelError, match=told):
        fit(text, hs)
