import numpy as np
import pytest
from against_lavaan.witness import data

from scrm_model.errors import (
    ArgumentError,
    ConvergenceWarning,
    EstimationError,
    InadmissibleWarning,
    ModelError,
)
from scrm_model.estimation.fit import ENGINES, fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.optimise import solve
from scrm_model.estimation.optimise.scoring import fisher_scoring
from scrm_model.estimation.optimise.solve import Solution
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Relation

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def fitted():
    return fit(THREE + "\nspeed ~ a*visual + b*textual\nboth := a + b", data("hs"))


@pytest.fixture
def failed(monkeypatch):
    """A search that is stopped after one step."""

    def one_step(problem, constraints, starts):
        end = fisher_scoring(problem, starts[:1], max_iterations=1)
        return Solution(end.t[0], end.value[0], False, end.iterations, constraints.space, 0)

    monkeypatch.setitem(ENGINES, "native", one_step)
    with pytest.warns(ConvergenceWarning) as given:
        found = fit(THREE, data("hs"))
    assert len(given) == 1
    return found


def test_a_search_without_an_end_says_so(failed):
    assert not failed.converged
    assert not failed.admissible
    assert [p.code for p in failed.problems] == ["not_converged"]
    assert "No minimum was found in 1 iterations; the numbers are no estimates. Try" in str(
        failed.problems[0]
    )
    free = failed.parameters[failed.compiled.row_parameter >= 0]
    for column in ("se", "z", "pvalue", "ci_lower", "ci_upper"):
        assert free[column].isna().all()
    assert failed.measures.empty
    assert repr(failed) == "Fit(ML, n=301, npar=21; NOT converged)"
    text = failed.summary()
    assert "NOT converged" in text
    assert "! No minimum was found" in text
    assert "CFI" not in text
    assert "No minimum was found" in failed._repr_html_()


def test_a_search_without_an_end_has_no_errors(failed):
    for ask in (failed.cov_params, lambda: failed.bse, failed.conf_int):
        with pytest.raises(EstimationError, match=r"needs a converged fit .* No minimum was found"):
            ask()


@pytest.mark.parametrize("lost", [1, 4])
def test_a_search_that_stops_early_is_taken_up(monkeypatch, lost):
    plain = fit(THREE, data("hs"))
    calls = []

    def at_first_short(problem, t):
        calls.append(1)
        return fisher_scoring(problem, t, max_iterations=1 if len(calls) <= lost else 100)

    monkeypatch.setattr(solve, "full_steps", lambda problem, start: None)
    monkeypatch.setattr(solve, "fisher_scoring", at_first_short)
    found = fit(THREE, data("hs"))
    assert len(calls) == lost + 1
    np.testing.assert_allclose(found.theta, plain.theta, rtol=1e-6)


def test_a_negative_variance_is_named():
    with pytest.warns(InadmissibleWarning) as given:
        found = fit(THREE, data("hs").head(40))
    assert [str(w.message)[:47] for w in given] == [
        "Negative variance (Heywood case): x3 ~~ x3. The"
    ]
    assert found.converged
    assert not found.admissible
    (problem,) = found.problems
    assert (problem.code, problem.parameters) == ("negative_variance", ("x3 ~~ x3",))
    assert np.isnan(found.r2["x3"])
    assert "converged to an inadmissible solution" in repr(found)
    assert "! Negative variance (Heywood case): x3 ~~ x3." in found.summary()


def uniform(within, between, k=3):
    cov = np.full((2 * k, 2 * k), between)
    cov[:k, :k] = cov[k:, k:] = within
    np.fill_diagonal(cov, 1.0)
    return Moments(cov, 300, names=[f"x{j + 1}" for j in range(2 * k)])


def test_a_correlation_above_one_is_named():
    with pytest.warns(InadmissibleWarning, match="Correlation above 1 between latent variables: F"):
        found = fit("F =~ x1 + x2 + x3\nG =~ x4 + x5 + x6", uniform(0.5, 0.6))
    (problem,) = found.problems
    assert (problem.code, problem.parameters) == ("correlation_above_one", ("F ~~ G",))
    assert found.parameters.query("lhs == 'F' and rhs == 'G'")["std_all"].item() == pytest.approx(
        1.2
    )


def test_covariances_that_contradict_each_other_are_named():
    # Three factors, all pairs below 1, but no three variables correlate like this.
    latent = np.array([[1, 0.8, -0.8], [0.8, 1, 0.8], [-0.8, 0.8, 1]])
    loading = np.kron(np.eye(3), np.full((3, 1), 0.5))
    cov = loading @ latent @ loading.T + 0.75 * np.eye(9)
    moments = Moments(cov, 400, names=[f"x{k}" for k in range(1, 10)])
    with pytest.warns(InadmissibleWarning, match="latent covariance matrix is not positive"):
        found = fit(THREE, moments)
    (problem,) = found.problems
    assert problem.code == "not_positive_definite"
    assert problem.parameters == ("visual", "textual", "speed")


def test_what_the_sample_cannot_tell_apart_is_named():
    cov = np.array([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]])
    moments = Moments(cov, 300, names=["x1", "x2", "x4", "x5"])
    with pytest.warns(InadmissibleWarning, match="This sample cannot tell these parameters apart"):
        found = fit("F =~ x1 + x2\nG =~ x4 + x5", moments)
    assert [p.code for p in found.problems] == ["information_singular"]
    assert "F =~ x2" in found.problems[0].parameters
    assert found.parameters["se"].iloc[1:2].isna().all()
    with pytest.raises(EstimationError, match="invertible information; This sample cannot tell"):
        found.cov_params()


def test_a_problem_in_one_group_is_placed():
    frame = data("hs").head(240)
    frame["half"] = ["small"] * 40 + ["large"] * 200
    with pytest.warns(InadmissibleWarning) as given:
        fit(THREE, frame, group="half")
    assert any("x3 ~~ x3 [small]" in str(w.message) for w in given)
    assert not any("[large]" in str(w.message) for w in given)


def test_results_are_values(fitted):
    taken = fitted.parameters
    taken["est"] = 0.0
    taken.loc[0, "lhs"] = "changed"
    assert fitted.parameters["est"].iloc[0] == 1.0
    assert fitted.parameters["lhs"].iloc[0] == "visual"
    measures = fitted.measures
    measures["cfi"] = 2.0
    assert fitted.measures["cfi"] < 1.0
    for take in (lambda: fitted.implied.cov, lambda: fitted.observed.cov, fitted.cov_params):
        moments = take()
        before = moments.iloc[0, 0]
        moments.iloc[0, 0] = -99.0
        assert take().iloc[0, 0] == before
    params = fitted.params
    params.iloc[:] = 0.0
    assert fitted.params.iloc[0] != 0.0
    with pytest.raises(AttributeError):
        fitted.model = None


def test_habits_of_statsmodels(fitted):
    frame = fitted.parameters
    index = fitted.params.index
    assert list(index[:2]) == ["visual=~x2", "visual=~x3"]
    assert {"a", "b"} <= set(index)
    for series in (fitted.bse, fitted.pvalues):
        assert list(series.index) == list(index)
    np.testing.assert_allclose(np.sqrt(np.diag(fitted.cov_params())), fitted.bse)
    row = frame[frame["label"] == "a"].iloc[0]
    assert (fitted.params["a"], fitted.bse["a"]) == pytest.approx((row["est"], row["se"]))
    assert fitted.pvalues["a"] == pytest.approx(row["pvalue"])
    interval = fitted.conf_int()
    assert interval.loc["a"].tolist() == pytest.approx([row["ci_lower"], row["ci_upper"]])
    wide = fitted.conf_int(alpha=0.01).loc["a"]
    assert wide["lower"] < row["ci_lower"] < row["ci_upper"] < wide["upper"]
    with pytest.raises(ArgumentError, match="alpha= needs a number between 0 and 1; got 95"):
        fitted.conf_int(alpha=95)


def test_names_by_group():
    found = fit("f =~ x1 + c(a, a)*x2 + x3", data("hs"), group="school", meanstructure=False)
    assert list(found.params.index[:3]) == ["a", "f=~x3", "x1~~x1"]
    assert "f=~x3.g2" in found.params.index
    assert list(found.params.index).count("a") == 1


def test_defined_parameters(fitted):
    row = fitted.parameters.iloc[-1]
    assert row[["lhs", "op", "rhs", "group", "label"]].tolist() == ["both", ":=", "a+b", 0, "both"]
    cov = fitted.cov_params()
    assert row["est"] == pytest.approx(fitted.params[["a", "b"]].sum())
    assert row["se"] == pytest.approx(np.sqrt(cov.loc[["a", "b"], ["a", "b"]].to_numpy().sum()))


def test_moments_of_the_fit(fitted):
    observed, implied = fitted.observed.cov, fitted.implied.cov
    names = list(observed.columns)
    np.testing.assert_allclose(observed, data("hs")[names].cov(ddof=0), rtol=1e-12)
    np.testing.assert_allclose(fitted.residuals.cov, observed - implied)
    assert fitted.implied.mean is None
    assert fitted.observed.mean is None
    means = fit(THREE, data("hs"), meanstructure=True)
    np.testing.assert_allclose(means.residuals.mean, 0, atol=1e-9)
    np.testing.assert_allclose(means.observed.mean[names], data("hs")[names].mean())


def test_degrees_of_freedom(fitted):
    assert (fitted.nobs, fitted.n_original) == (301, 301)
    assert fitted.npar == len(fitted.params) == fitted.measures["npar"]
    assert fitted.df == 45 - fitted.npar == fitted.measures["df"]


def test_settings_tell_what_defaults_came_to(fitted):
    assert fitted.settings.estimator == "ML"
    assert fitted.settings.meanstructure is False
    assert fit(THREE + "\nx1 ~ 1", data("hs")).settings.meanstructure is True
    assert fit(THREE, data("hs"), group="school").settings.meanstructure is True


def test_summary(fitted):
    text = fitted.summary()
    assert text.splitlines()[0] == repr(fitted)
    assert repr(fitted).startswith("Fit(ML, n=301, npar=21, chisq=85.306, df=24, p")
    assert repr(fitted).endswith("; converged)")
    for part in (
        "CFI 0.9",
        "RMSEA 0.0",
        "Loadings",
        "Paths",
        "Variances and covariances",
        "Defined",
    ):
        assert part in text
    assert "Intercepts" not in text
    assert " group" not in text
    groups = fit("f =~ x1 + x2 + x3", data("hs"), group="school").summary()
    assert " group" in groups
    assert "Intercepts" in groups


NASTY = "<script>alert(1)</script>"


def test_html_is_safe():
    with pytest.raises(ModelError, match="names= needs letters"):
        Model([Relation("F", "=~", c) for c in (NASTY, "x2", "x3")])
    # Groups may be called anything, and a message may name them.
    frame = data("hs").head(240).assign(**{NASTY: 1.0})
    frame["half"] = [NASTY] * 40 + ["large"] * 200
    with pytest.warns(InadmissibleWarning):
        found = fit(THREE, frame, group="half")
    assert NASTY in found.summary()
    html = found._repr_html_()
    assert "<script>" not in html
    assert "x3 ~~ x3 [&lt;script&gt;alert(1)&lt;/script&gt;]" in html
    assert html.count("<table") == 1


def test_moments_have_no_rows():
    found = fit("F =~ x1 + x2 + x3\nG =~ x4 + x5 + x6", uniform(0.5, 0.3))
    assert found.rows is None
    assert found.n_original == found.nobs == 300
    with pytest.raises(EstimationError, match="needs raw data; this model was fitted to Moments"):
        found.raw_data()
