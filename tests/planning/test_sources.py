"""Populations from presets, fits, published matrices and tables."""

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError, DataError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.planning.population import population
from scrm_model.planning.score_moments import score_means, score_moments
from scrm_model.planning.simulate import simulate
from scrm_model.planning.thresholds import thresholds
from scrm_model.spec.specify import specify, specify_measurement

TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nH =~ z1 + z2 + z3\nG ~ a*F\nH ~ b*G + c*F"
NAMES = ["F", "G", "H"]
R = pd.DataFrame([[1, 0.5, 0.4], [0.5, 1, 0.45], [0.4, 0.45, 1]], index=NAMES, columns=NAMES)


def test_presets():
    for name, value in (("cautious", 0.20), ("expected", 0.30), ("optimistic", 0.50)):
        assert population("y ~ x", paths=name).value("y", "~", "x") == value
    mixed = population(TEXT, paths={"a": "optimistic", "b": 0.1})
    assert [mixed.value(*k) for k in (("G", "~", "F"), ("H", "~", "G"), ("H", "~", "F"))] == [
        0.5, 0.1, 0.3,
    ]  # fmt: skip
    for name in ("cautious", "expected"):
        assert population(specify(), paths=name).value("SCRMP", "~", "CEC") in (0.2, 0.3)


def test_too_much_explained_names_what_to_lower():
    with pytest.raises(ModelError, match=r"H \(230%\).*variables: F → H 0.80, G → H 0.80\.$"):
        population(TEXT, paths=0.8)


def test_a_fit_becomes_a_population():
    of = population(TEXT, paths={"a": 0.4, "b": 0.35, "c": 0.2}, loadings=0.7)
    fitted = fit(TEXT, simulate(of, 500, 1))
    again = population(fitted)
    both = again.parameters.merge(fitted.parameters, on=["lhs", "op", "rhs"], validate="1:1")
    np.testing.assert_allclose(both["value"], both["std_all"], atol=1e-12)
    implied = fitted.implied.cov
    spread = np.sqrt(np.diag(implied))
    np.testing.assert_allclose(again.cov, implied / np.outer(spread, spread), atol=1e-12)
    np.testing.assert_allclose(np.diag(again.latent_cov), 1.0, atol=1e-12)
    # The same values given by hand make the same population.
    paths = {(v.rhs, v.lhs): v.value for v in again.parameters.query("op == '~'").itertuples()}
    loadings = {v.rhs: v.value for v in again.parameters.query("op == '=~'").itertuples()}
    by_hand = population(TEXT, paths=paths, loadings=loadings)
    np.testing.assert_allclose(by_hand.cov, again.cov, atol=1e-8)
    assert list(simulate(again, 3, 1)) == list(simulate(of, 3, 1))


def test_a_fit_with_groups_and_second_order():
    of = {k: population(TEXT, paths=v) for k, v in (("A", 0.2), ("B", 0.5))}
    fitted = fit(TEXT.replace("a*F", "F").replace("b*", "").replace("c*", ""),
                 simulate(of, 400, 2), group="group")  # fmt: skip
    values = [population(fitted, group=k).value("G", "~", "F") for k in "AB"]
    found = fitted.parameters.query("lhs == 'G' and op == '~'")["std_all"]
    np.testing.assert_allclose(values, found, atol=1e-12)
    whole = population(specify())
    again = population(fit(specify(), Moments(whole.cov, n=400)))
    np.testing.assert_allclose(again.cov, whole.cov, atol=1e-7)
    with pytest.raises(ArgumentError, match=r"^group= needs one of 'A', 'B'; got None. Name one"):
        population(fitted)


def test_paths_from_a_published_matrix():
    of = population(TEXT, constructs=R, loadings=0.8)
    # Two standardised regressions by hand.
    assert of.value("G", "~", "F") == pytest.approx(0.5)
    bottom = 1 - 0.5**2
    assert of.value("H", "~", "G") == pytest.approx((0.45 - 0.5 * 0.4) / bottom)
    assert of.value("H", "~", "F") == pytest.approx((0.4 - 0.5 * 0.45) / bottom)
    np.testing.assert_allclose(of.latent_cov.loc[NAMES, NAMES], R, atol=1e-10)
    spread = np.diag([2.0, 1.5, 3.0])
    cov = pd.DataFrame(spread @ R.to_numpy() @ spread, index=NAMES, columns=NAMES)
    np.testing.assert_allclose(population(TEXT, constructs=cov, loadings=0.8).cov, of.cov)
    mine = population(TEXT, constructs=R, paths={"c": 0.0})
    assert mine.value("H", "~", "F") == 0.0
    assert mine.value("G", "~", "F") == pytest.approx(0.5)


def test_correction_for_attenuation():
    of = population(TEXT, constructs=R, reliabilities={"F": 0.8, "G": 0.9})
    assert of.latent_cov.loc["F", "G"] == pytest.approx(0.5 / np.sqrt(0.72))
    assert of.latent_cov.loc["G", "H"] == pytest.approx(0.45 / np.sqrt(0.9))


def test_correlations_of_a_measurement_model_come_from_the_matrix():
    model = specify_measurement()
    names = ["CRO", "SMS", "SMTU", "SCRMC", "CEC"]
    r = np.full((5, 5), 0.35) + 0.65 * np.eye(5)
    of = population(model, constructs=pd.DataFrame(r, index=names, columns=names))
    assert of.latent_cov.loc["CRO", "CEC"] == pytest.approx(0.35)
    assert of.latent_cov.loc["CRO", "SCRMP"] == pytest.approx(0.30)  # not in the matrix


def test_a_published_table():
    table = pd.DataFrame(
        [("F", "=~", "x2", 0.62), ("G", "~", "F", 0.41), ("F", "~~", "F", 1.0)],
        columns=["lhs", "op", "rhs", "value"],
    )
    of = population(TEXT, table=table, loadings={"x1": 0.9})
    assert of.value("F", "=~", "x2") == 0.62
    assert of.value("F", "=~", "x1") == 0.9
    assert of.value("F", "=~", "x3") == 0.75
    assert of.value("G", "~", "F") == 0.41
    both = population(TEXT, table=table, constructs=R)
    assert both.value("G", "~", "F") == 0.41  # what came first
    pair = "F =~ x1 + x2\nG =~ x2 + y1 + y2"
    crossed = population(pair, loadings={("G", "x2"): 0.3, ("F", "x2"): 0.6})
    assert crossed.value("G", "=~", "x2") == 0.3
    assert crossed.value("F", "=~", "x2") == 0.6
    r = pd.DataFrame([("G", "~~", "F", 0.44)], columns=["lhs", "op", "rhs", "std_all"])
    assert population("F =~ a + b\nG =~ c + d", table=r).latent_cov.loc["F", "G"] == 0.44


FITTED = fit("F =~ x1 + x2 + x3", Moments(population("F =~ x1 + x2 + x3").cov, n=100))
BAD = pd.DataFrame(np.full((3, 3), 0.9) + 0.1 * np.eye(3), index=NAMES, columns=NAMES)
HEYWOOD = Moments([[1, 0.9, 0.3], [0.9, 1, 0.5], [0.3, 0.5, 1]], n=99, names=["x1", "x2", "x3"])


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: population(TEXT, paths="huge"),
            ArgumentError,
            r"got 'huge'.*preset: 'cautious', ",
        ),
        (
            lambda: population(FITTED, paths=0.3),
            ArgumentError,
            r"got a fit.*Give fit.model in place",
        ),
        (lambda: population(FITTED, group="A"), ArgumentError, r"^group= needs one of no group"),
        (lambda: population(TEXT, group="A"), ArgumentError, r"^group= needs a fit with groups"),
        (
            lambda: population(fit("F =~ x1 + x2 + x3", HEYWOOD)),
            ModelError,
            r"^model= needs a fit that could be a population; .*Give fit.model and values",
        ),
        (
            lambda: population(TEXT, constructs=R.to_numpy()),
            DataError,
            r"^constructs= .*got ndarray",
        ),
        (lambda: population(TEXT, constructs=R.iloc[:2, :2]), DataError, r"'H' missing.* Add rows"),
        (lambda: population(TEXT, constructs=R * np.nan), DataError, r"^constructs= needs a symm"),
        (
            lambda: population(TEXT, constructs=BAD, reliabilities={"F": 0.7, "G": 0.7}),
            DataError,
            r"not positive definite once corrected for reliability. Look for",
        ),
        (
            lambda: population(TEXT, constructs=R, reliabilities={"F": 1.2}),
            ArgumentError,
            r"^reliabilities= needs numbers above 0 and up to 1.*got 1.2 for 'F'",
        ),
        (lambda: population(TEXT, reliabilities={"F": 1}), ArgumentError, r"got no constructs="),
        (
            lambda: population(TEXT, table=R),
            ArgumentError,
            r"^table= needs a DataFrame with columns",
        ),
        (
            lambda: population(
                TEXT,
                table=pd.DataFrame([("F", "~", "H", 0.1)], columns=["lhs", "op", "rhs", "value"]),
            ),
            ArgumentError,
            r"^table= needs relations of the model; got 'F ~ H'",
        ),
        (
            lambda: population(
                TEXT,
                table=pd.DataFrame([("G", "~", "F", "x")], columns=["lhs", "op", "rhs", "value"]),
            ),
            ArgumentError,
            r"^table= needs finite numbers; got 'x' for 'G ~ F'",
        ),
    ],
)
def test_errors_say_what_to_do(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_moments_of_answers_are_exact():
    of = population(TEXT, paths=0.5, loadings=0.9)
    cuts = {"x1": thresholds(7), "y1": thresholds(2), "z1": np.array([-1.0, 0.2, 1.5])}
    exact, means = score_moments(of.cov, cuts), score_means(list(of.cov), cuts)
    n = 1_000_000
    normal = simulate(of, n, 5, points=None)
    for k, c in cuts.items():
        normal[k] = np.searchsorted(c, normal[k]) + 1
    found = normal.cov().to_numpy()
    size = np.sqrt(np.outer(np.diag(found), np.diag(found)))
    assert (np.abs(found - exact) < 5 * size * np.sqrt(2.0 / n)).all(axis=None)
    assert (np.abs(normal.mean() - means) < 5 * normal.std() / np.sqrt(n)).all()
    # A coin has variance 1/4.
    assert score_moments(of.cov, {"y1": np.array([0.0])}).loc["y1", "y1"] == pytest.approx(0.25)
    # Sheppard (1899): two medians meet with probability 1/4 + arcsin(r) / (2 pi).
    two = score_moments(of.cov, {"x1": np.zeros(1), "x2": np.zeros(1)}).loc["x1", "x2"]
    assert two == pytest.approx(np.arcsin(of.cov.loc["x1", "x2"]) / (2 * np.pi), abs=1e-12)
