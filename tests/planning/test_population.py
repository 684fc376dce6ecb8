import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError, ModelError, SyntaxProblem
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.planning.population import population
from scrm_model.spec.model import Model
from scrm_model.spec.specify import specify, specify_measurement

CHAIN = """
F =~ x1 + x2 + x3
G =~ y1 + y2 + y3
H =~ z1 + z2 + z3
G ~ g*F
H ~ h*F + i*G
"""
TWO = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\n"
MODELS = {
    "one factor": ("F =~ x1 + x2 + x3 + x4", {"loadings": {"x2": 0.6, "x4": 0.9}}),
    "paths by label": (CHAIN, {"paths": {"g": 0.5, "h": -0.2, "i": 0.35}}),
    "paths by pair": (CHAIN, {"paths": {("F", "G"): 0.5, ("G", "H"): 0.1}}),
    "second order": (TWO + "H =~ z1 + F + G", {"loadings": {"F": 0.85, "z1": 0.5}}),
    "observed covariates": (
        TWO + "G ~ a*F + age + firm",
        {"paths": {"a": 0.5, ("age", "G"): -0.2}, "correlations": {("firm", "age"): 0.15}},
    ),
    "observed mediator": (CHAIN + "m ~ F\nH ~ m", {"paths": 0.25}),
    "only observed": ("m ~ a*x\ny ~ b*m + c*x", {"paths": {"a": 0.4, "b": 0.3, "c": 0.0}}),
    "loop": (TWO + "H =~ z1 + z2 + z3\nI =~ w1 + w2 + w3\nG ~ H + F\nH ~ G + I", {}),
    "residual correlations": (
        TWO + "G ~ F\nx1 ~~ y1\nx2 ~~ y2",
        {"correlations": {("x1", "y1"): 0.2, ("y2", "x2"): -0.1}},
    ),
    "disturbances": (
        TWO + "H =~ z1 + z2 + z3\nG ~ F\nH ~ F\nG ~~ H",
        {"correlations": {("H", "G"): 0.4}},
    ),
    "cross-loading": (TWO + "H =~ z1 + z2 + x3", {"loadings": 0.6}),
    "single indicator": (TWO.replace("G =~ y1 + y2 + y3", "G =~ 1*y\ny ~~ 0*y") + "G ~ F", {}),
    "uncorrelated": (TWO + "F ~~ 0*G", {}),
    "definition": (CHAIN + "ind := g*i", {}),
    "the study": (specify(), {"paths": {"H1": 0.45, "H9": 0.2}}),
    "two factors": (specify(performance="two-factor"), {"paths": {"H6_FIRM": 0.2}}),
    "measurement": (specify_measurement(), {"correlations": {("CRO", "SMS"): 0.5}}),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_to_the_population_returns_the_values(name):
    model, values = MODELS[name]
    pop = population(model, **values)
    fitted = fit(model, Moments(pop.cov, n=500), fixed_x=False)
    found = fitted.parameters.query("op != ':='")
    both = pop.parameters.merge(found, on=["lhs", "op", "rhs"], validate="one_to_one")
    assert len(both) == len(found) == len(pop.parameters)
    np.testing.assert_allclose(both["std_all"], both["value"], rtol=0, atol=1e-8)
    assert fitted.measures["chisq"] == pytest.approx(0.0, abs=1e-8)
    assert fitted.admissible
    np.testing.assert_allclose(np.diag(pop.cov), 1.0, atol=1e-12)
    np.testing.assert_allclose(np.diag(pop.latent_cov), 1.0, atol=1e-12)


def test_values_are_those_given():
    model, values = MODELS["paths by label"]
    pop = population(model, **values)
    assert pop.value("H", "~", "F") == -0.2
    assert pop.value("F", "=~", "x1") == 0.75
    model, values = MODELS["residual correlations"]
    pop = population(model, **values)
    assert pop.value("x2", "~~", "y2") == pytest.approx(-0.1, abs=1e-12)
    # By hand: residual variances are 1 - .75², and the correlation is between residuals.
    assert pop.cov.loc["x1", "y1"] == pytest.approx(0.75**2 * 0.3 + 0.2 * (1 - 0.75**2))


def test_implied_covariances_by_hand():
    pop = population(CHAIN, paths={"g": 0.5, "h": 0.2, "i": 0.4}, loadings=0.8)
    assert pop.latent_cov.loc["F", "H"] == pytest.approx(0.2 + 0.5 * 0.4)
    assert pop.cov.loc["x1", "z2"] == pytest.approx(0.64 * 0.4)
    assert pop.loadings.loc["y2", "G"] == 0.8
    assert pop.value("H", "~~", "H") == pytest.approx(1 - (0.04 + 0.16 + 2 * 0.2 * 0.4 * 0.5))


def test_defaults():
    pop = population(TWO)
    assert pop.latent_cov.loc["F", "G"] == 0.30
    assert pop.cov.loc["x1", "x2"] == pytest.approx(0.75**2)


def test_the_only_indicator_is_the_factor():
    pop = population(TWO.replace("G =~ y1 + y2 + y3", "G =~ y1"), loadings=0.5)
    assert pop.value("G", "=~", "y1") == 1.0
    assert pop.value("y1", "~~", "y1") == 0.0


def test_text_and_model_are_the_same():
    pd.testing.assert_frame_equal(population(CHAIN).cov, population(Model.from_syntax(CHAIN)).cov)


def test_shown_with_its_paths():
    shown = repr(population(CHAIN, paths={"g": 0.5}))
    assert shown == "Population(9 observed variables; F → G 0.50, F → H 0.30, G → H 0.30)"


def test_an_unknown_relation():
    with pytest.raises(ModelError, match="no relation 'F ~ H'"):
        population(CHAIN).value("F", "~", "H")


LOOP = TWO + "G ~ F\nF ~ G"
THREE = TWO + "H =~ z1 + z2 + z3"


@pytest.mark.parametrize(
    ("model", "values", "error", "message"),
    [
        (
            CHAIN,
            {"paths": {"gg": 0.2}},
            ArgumentError,
            r"^paths= needs .*got 'gg'. Did you mean 'g'",
        ),
        (CHAIN, {"paths": {"zzz": 0.2}}, ArgumentError, r"'zzz'. Write a path's label"),
        (CHAIN, {"paths": {("G", "F"): 0.2}}, ArgumentError, r"Did you mean \('F', 'G'\)\?"),
        (CHAIN, {"paths": {("A", "F"): 0.2}}, ArgumentError, r"The pairs are \('F', 'G'\), "),
        (CHAIN, {"paths": {"g": "big"}}, ArgumentError, r"^paths= needs finite.*'big' for 'g'"),
        (CHAIN, {"paths": float("nan")}, ArgumentError, r"^paths= needs finite numbers; got nan"),
        (CHAIN, {"loadings": {"q": 0.2}}, ArgumentError, r"^loadings= needs indicators.*They are"),
        (CHAIN, {"loadings": {"xx1": 1}}, ArgumentError, r"got 'xx1'. Did you mean 'x1'"),
        (CHAIN, {"loadings": "high"}, ArgumentError, r"^loadings= needs finite numbers"),
        (CHAIN, {"correlations": {("F", "G"): 0.2}}, ArgumentError, r"Add 'F ~~ G' to the model"),
        (TWO, {"correlations": {"F": 0.2}}, ArgumentError, r"^correlations= needs pairs.*got 'F'"),
        (TWO, {"correlations": {("F", "G"): None}}, ArgumentError, r"got None for \('F', 'G'\)"),
        (CHAIN, {"paths": 0.8}, ModelError, r"^paths= .*explained for H \(230%\). Lower"),
        (CHAIN, {"paths": {"g": 1.2}}, ModelError, r"explained for G \(144%\)"),
        (CHAIN, {"loadings": {"y2": 1.2}}, ModelError, r"^loadings= .*is explained for y2. Lower"),
        (TWO, {"loadings": 1.0}, ModelError, r"not positive definite. Lower .* loadings of 1"),
        (TWO, {"correlations": {("F", "G"): 1.2}}, ModelError, r"^correlations= .*hold together"),
        (
            THREE,
            {"correlations": {("F", "G"): 0.9, ("F", "H"): 0.9, ("G", "H"): -0.9}},
            ModelError,
            r"of 3 variables is not positive definite",
        ),
        (TWO + "x1 ~~ y1", {"correlations": {("x1", "y1"): 1.5}}, ModelError, r"of 6 variables"),
        (LOOP, {"paths": 1.0}, ModelError, r"^paths= needs loops that settle.*Lower the paths"),
        (LOOP, {"paths": {("F", "G"): 2, ("G", "F"): 0.5}}, ModelError, r"loops that settle"),
        ("F =~ x1 +", {}, SyntaxProblem, r"line 1, column 10"),
        (7, {}, ArgumentError, r"^model= needs a Model or lavaan text; got int. Write"),
    ],
)
def test_errors_say_what_to_do(model, values, error, message):
    with pytest.raises(error, match=message):
        population(model, **values)
