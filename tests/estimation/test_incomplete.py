"""Cases with missing cells: identities, brute force, what is refused and what is said."""

import warnings

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data
from estimation.builders import SHAPES, off_the_minimum

from scrm_model.errors import (
    ArgumentError,
    DataError,
    EstimationError,
    MissingColumnError,
    MissingDataWarning,
)
from scrm_model.estimation.discrepancy import fiml
from scrm_model.estimation.discrepancy.moment_curvature import (
    complete_information,
    curvature,
    expected_length,
    scores,
)
from scrm_model.estimation.fit import fit, refit
from scrm_model.estimation.implied.compiled import compile_table
from scrm_model.estimation.observed.expectation import expect
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.sample import incomplete_sample
from scrm_model.estimation.observed.saturated import Incomplete, saturated
from scrm_model.estimation.resample import refit_counts
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.inference.compare import compare
from scrm_model.inference.indirect import indirect_effects
from scrm_model.spec.model import Model

FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
MIMIC = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ ageyr + sex\ntextual ~ ageyr"
LOW = np.tril_indices(5)


def quietly(*args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingDataWarning)
        return fit(*args, **options)


@pytest.fixture(scope="module")
def holes():
    return data("hs_holes")


@pytest.fixture(scope="module")
def fitted(holes):
    return quietly(FACTORS, holes, missing="fiml")


@pytest.fixture(scope="module")
def rows():
    """Cases with between none and four of five cells missing, and moments near theirs."""
    rng = np.random.default_rng(4)
    root = rng.normal(size=(5, 5))
    values = rng.normal(size=(90, 5)) @ root + rng.normal(size=5)
    gone = rng.random(values.shape) < 0.3
    gone[gone.all(axis=1), 2] = False
    sigma = root.T @ root + 0.3 * np.eye(5)
    return np.where(gone, np.nan, values), rng.normal(size=5) * 0.3, sigma


def observed_part(row, mu, sigma):
    """P_i, v_i and the case's log|S| + d'S^-1 d by inverting the observed part itself."""
    o = ~np.isnan(row)
    part = sigma[np.ix_(o, o)]
    precision = np.zeros_like(sigma)
    precision[np.ix_(o, o)] = np.linalg.inv(part)
    pull = precision[:, o] @ (row[o] - mu[o])
    return precision, pull, np.linalg.slogdet(part)[1] + (row[o] - mu[o]) @ pull[o]


def unit(a, p=5):
    """Derivative of Sigma by one covariance."""
    row, column = LOW[0][a], LOW[1][a]
    s = np.zeros((p, p))
    s[row, column] = s[column, row] = 1.0
    return s


def test_a_case_counts_by_its_observed_cells(rows):
    values, mu, sigma = rows
    at = expect(patterns_of(values), mu, sigma)
    parts = [observed_part(r, mu, sigma) for r in values]
    assert at.value == pytest.approx(np.mean([v for _, _, v in parts]), abs=1e-12)
    np.testing.assert_allclose(at.patterns.back(at.pulls), [v for _, v, _ in parts], atol=1e-11)
    g = np.mean([p - np.outer(v, v) for p, v, _ in parts], axis=0)
    mine = at.precision - at.precision @ at.second @ at.precision
    np.testing.assert_allclose(mine, g, atol=1e-11)


def test_information_of_the_moments_is_the_sum_over_cases(rows):
    values, mu, sigma = rows
    at = expect(patterns_of(values), mu, sigma)
    wanted = {"observed": np.zeros((20, 20)), "expected": np.zeros((20, 20))}
    slopes = []
    for r in values:
        p, v, _ = observed_part(r, mu, sigma)
        units = [unit(a) for a in range(15)]
        slopes.append([*v, *(-0.5 * (np.trace(p @ s) - v @ s @ v) for s in units)])
        for kind, middle in (("observed", 2 * np.outer(v, v) - p), ("expected", p)):
            wanted[kind][:5, :5] += 2 * p
            wanted[kind][5:, 5:] += [[np.trace(s @ p @ t @ middle) for t in units] for s in units]
        cross = np.array([2 * p @ s @ v for s in units]).T
        wanted["observed"][:5, 5:] += cross
        wanted["observed"][5:, :5] += cross.T
    for kind, found in wanted.items():
        np.testing.assert_allclose(curvature(at, kind), found / len(values), atol=1e-10)
    np.testing.assert_allclose(at.patterns.back(scores(at)), slopes, atol=1e-10)
    m = np.linspace(-1, 2, 20)
    cov = sum(m[5 + a] * unit(a) for a in range(15))
    assert expected_length(at, m[:5], cov) == pytest.approx(m @ curvature(at, "expected") @ m / 2)


def test_information_of_complete_cases(rows):
    _, mu, sigma = rows
    at = expect(patterns_of(np.zeros((1, 5))), mu, sigma)
    np.testing.assert_allclose(curvature(at, "expected") / 2, complete_information(at.precision))


def test_weights_are_repeated_cases(rows):
    values, mu, sigma = rows
    counts = np.random.default_rng(1).integers(0, 4, len(values))
    patterns = patterns_of(values)
    weighted = expect(patterns, mu, sigma, counts[patterns.order].astype(float))
    repeated = expect(patterns_of(np.repeat(values, counts, axis=0)), mu, sigma)
    assert weighted.value == pytest.approx(repeated.value)
    np.testing.assert_allclose(weighted.second, repeated.second)
    np.testing.assert_allclose(weighted.shift, repeated.shift)
    for kind in ("observed", "expected"):
        np.testing.assert_allclose(curvature(weighted, kind), curvature(repeated, kind), atol=1e-12)
    one = saturated(patterns, counts[patterns.order].astype(float))
    other = saturated(patterns_of(np.repeat(values, counts, axis=0)))
    np.testing.assert_allclose(one.cov, other.cov, atol=1e-8)


def test_the_unrestricted_moments_are_a_maximum(rows):
    values, *_ = rows
    found = saturated(patterns_of(values))
    assert found.converged
    assert np.abs(scores(found.at).mean(axis=0)).max() < 1e-8
    assert (np.linalg.eigvalsh(curvature(found.at, "observed")) > 0).all()


def test_unrestricted_moments_of_complete_cases_are_those_of_the_sample():
    rows = np.random.default_rng(1).normal(size=(40, 3))
    found = saturated(patterns_of(rows))
    np.testing.assert_allclose(found.mean, rows.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.cov, np.cov(rows.T, bias=True), atol=1e-12)


def incomplete_samples(model, seed):
    """Rows of one factor and noise, a fifth of the cells empty, one a group."""
    rng = np.random.default_rng(seed)
    out = []
    for n in (150, 250)[: len(model.blocks)]:
        rows = rng.normal(size=(n, model.p)) + rng.normal(size=(n, 1)) + rng.normal(size=model.p)
        gone = rng.random(rows.shape) < 0.2
        gone[:, model.exogenous_observed] = False
        gone[gone.all(axis=1)] = False
        patterns = patterns_of(np.where(gone, np.nan, rows))
        out.append(incomplete_sample(Incomplete(patterns, (saturated(patterns),))))
    return tuple(out)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_slope_and_hessian_by_differences(shape):
    options = (
        shape.options | {"meanstructure": True} | ({"groups": shape.groups} if shape.groups else {})
    )
    model = compile_table(Model.from_syntax(shape.text).parameter_table(**options))
    samples = incomplete_samples(model, 3)
    theta = off_the_minimum(model, samples, 5)[0]

    def at(t):
        return fiml.evaluate(model, np.atleast_2d(t), samples)

    def slope(t):
        return fiml.gradient(model, at(t), samples)[0]

    assert np.isfinite(at(theta).value).all()
    steps = 1e-5 * np.eye(len(theta))
    value = [(at(theta + h).value[0] - at(theta - h).value[0]) / 2e-5 for h in steps]
    np.testing.assert_allclose(slope(theta), value, rtol=1e-6, atol=1e-7)
    second = [(slope(theta + h) - slope(theta - h)) / 2e-5 for h in steps]
    hessian = fiml.hessian(model, at(theta), samples)[0]
    np.testing.assert_allclose(hessian, second, rtol=1e-6, atol=1e-6)


def test_only_the_impossible_member_of_a_stack_is_infinite():
    model = compile_table(Model.from_syntax(FACTORS).parameter_table(meanstructure=True))
    samples = incomplete_samples(model, 3)
    theta = np.tile(off_the_minimum(model, samples, 5), (2, 1))
    theta[1, model.names.index("x1 ~~ x1")] = -50.0
    value = fiml.evaluate(model, theta, samples).value
    assert np.isfinite(value).tolist() == [True, False]
    assert value[0] == fiml.evaluate(model, theta[:1], samples).value[0]


def test_scores_sum_to_the_slope_and_are_zero_at_the_estimates(fitted):
    model, samples = fitted.compiled, fitted.samples
    point = fiml.evaluate(model, fitted.theta[None] * 1.01, samples)
    mean = np.concatenate(fiml.case_scores(model, point)).mean(axis=0)
    np.testing.assert_allclose(-2 * mean, fiml.gradient(model, point, samples)[0], atol=1e-10)
    own = np.concatenate(fiml.case_scores(model, fitted.bread.point))
    assert np.abs(own.sum(axis=0) * fitted.bse.to_numpy()).max() < 1e-5


@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"group": "school"}])
def test_complete_data_give_what_complete_data_give(options):
    pupils = data("hs")
    full = fit(FACTORS, pupils, missing="fiml", **options)
    plain = fit(FACTORS, pupils, meanstructure=True, information="observed", **options)
    numbers = ["est", "se", "std_all"]
    np.testing.assert_allclose(full.parameters[numbers], plain.parameters[numbers], atol=1e-6)
    shared = [k for k in plain.measures.index if not k.endswith("robust")]
    np.testing.assert_allclose(full.measures[shared], plain.measures[shared], rtol=1e-7, atol=1e-7)
    # Without missing cells X is the chi-square and k its df.
    if "estimator" not in options:
        assert full.measures["cfi.robust"] == pytest.approx(full.measures["cfi"])
        assert full.measures["rmsea.robust"] == pytest.approx(full.measures["rmsea"])


@pytest.mark.parametrize("missing", ["two.stage", "robust.two.stage"])
def test_two_stages_of_complete_data(missing):
    pupils = data("hs")
    staged = fit(MIMIC, pupils, missing=missing, information="expected")
    plain = fit(MIMIC, pupils, meanstructure=True)
    np.testing.assert_allclose(staged.params, plain.params, atol=1e-7)
    assert staged.measures["chisq"] == pytest.approx(plain.measures["chisq"])
    if missing == "two.stage":
        # The weight stands at the sample's moments, so errors agree but for the model's misfit.
        np.testing.assert_allclose(staged.bse, plain.bse, rtol=0.1)
        assert staged.corrected_test.scaling == pytest.approx(1.0)


def test_two_stages_leave_the_second_to_complete_data(holes):
    staged = quietly(FACTORS, holes, missing="two.stage")
    means = staged.observed
    moments = Moments(means.cov * (staged.nobs / (staged.nobs - 1)), staged.nobs, mean=means.mean)
    plain = fit(FACTORS, moments, meanstructure=True)
    np.testing.assert_allclose(staged.params, plain.params, atol=1e-7)
    assert staged.measures["chisq"] == pytest.approx(plain.measures["chisq"])
    with pytest.raises(EstimationError, match=r"'raw', 'cor' or 'cor\.bentler'"):
        staged.residual_table("standardized")
    with pytest.raises(EstimationError, match=r"modification_indices\(\) needs the likelihood"):
        staged.modification_indices()


def test_aliases_and_defaults(holes, fitted):
    assert fitted.settings.information == "observed"
    assert fitted.settings.meanstructure
    for name in ("ml", "direct"):
        assert quietly(FACTORS, holes, missing=name).settings == fitted.settings
    kept = quietly(MIMIC, holes, missing="direct.x")
    assert kept.settings.missing == "fiml.x"
    assert quietly(FACTORS, holes, missing="fiml", estimator="MLF").settings.information == (
        "first.order"
    )


def test_rows_are_counted_and_told(holes, fitted):
    # Two rows have no test; with predictors they have an answer, and fourteen lack the age.
    with pytest.warns(MissingDataWarning, match=r"2 of 301 rows have no answer.*299 were used"):
        fit(FACTORS, holes, missing="fiml")
    assert (fitted.n_original, fitted.nobs) == (301, 299)
    assert fitted.n_missing == int(holes[list(fitted.compiled.observed)].isna().sum().sum()) - 18
    with pytest.warns(MissingDataWarning, match=r"14 of 301 rows lack a fixed predictor"):
        dropped = fit(MIMIC, holes, missing="fiml")
    assert dropped.nobs == 287
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit(MIMIC, holes, missing="fiml.x").nobs == 301
    text = fitted.summary()
    assert "2 of 301 rows left out: no answer, or no fixed predictor (fiml)." in text
    assert f"{fitted.n_missing} missing cells in the rows used" in text


WRONG = [
    ({"estimator": "MLM"}, "estimator= needs 'ML' or 'MLR' or 'MLF' with missing='fiml'"),
    ({"estimator": "GLS"}, "estimator= needs"),
    ({"estimator": "WLS"}, "estimator= needs"),
    ({"estimator": "ULS"}, "estimator= needs"),
    ({"se": "robust.sem"}, "se= needs 'standard' or 'robust.huber.white'"),
    ({"test": "satorra.bentler"}, "test= needs 'standard' or 'yuan.bentler.mplus'"),
    ({"likelihood": "wishart"}, "likelihood= needs 'normal'"),
    ({"backend": "semopy"}, "backend= needs 'native'"),
    ({"meanstructure": False}, "meanstructure= needs True"),
    ({"auxiliary": ["x1"]}, "auxiliary= needs variables beside the model; 'x1' is part of it"),
    ({"auxiliary": ["sex"], "fixed_x": True}, "auxiliary= needs fixed_x=False"),
    ({"missing": "two.stage", "estimator": "MLR"}, "estimator= needs 'ML' with missing='two.st"),
    ({"missing": "two.stage", "information": "first.order"}, "first.order"),
    ({"missing": "two.stage", "se": "standard"}, "se= needs 'two.stage'"),
    ({"missing": "listwise", "se": "two.stage"}, "missing= needs 'two.stage'"),
    ({"missing": "listwise", "auxiliary": ["sex"]}, "auxiliary= needs missing='fiml'"),
    ({"missing": "pairwise"}, "missing= needs 'listwise' or 'fiml' with continuous"),
]


@pytest.mark.parametrize(("options", "told"), WRONG)
def test_what_has_no_meaning_is_refused(holes, options, told):
    with pytest.raises(ArgumentError, match=told):
        fit(FACTORS, holes, **{"missing": "fiml"} | options)


def test_moments_have_no_missing_cells(fitted):
    moments = Moments(fitted.observed.cov, 299, mean=fitted.observed.mean)
    with pytest.raises(ArgumentError, match="missing= needs raw data for 'fiml'; got Moments"):
        fit(FACTORS, moments, missing="fiml")
    with pytest.raises(ArgumentError, match="backend= needs 'native'"):
        refit(fitted, "semopy")


def test_data_that_leave_moments_undetermined(holes):
    never = holes.assign(x1=np.where(holes["x2"].notna(), np.nan, holes["x1"]))
    with pytest.raises(DataError, match="none has both 'x1' and 'x2'"):
        fit(FACTORS, never, missing="fiml")
    with pytest.raises(DataError, match="columns that vary; 'x1' has at most one value"):
        fit(FACTORS, holes.assign(x1=np.nan), missing="fiml")
    with pytest.raises(DataError, match="got 8 rows for 9 variables"):
        fit(FACTORS, holes.head(8), missing="fiml")
    with pytest.raises(MissingColumnError, match="'wealth' is not there"):
        fit(FACTORS, holes, missing="fiml", auxiliary=["wealth"])
    double = holes.assign(x9=2.0 * holes["x8"])
    with pytest.raises(DataError, match="depend on each other"):
        quietly(FACTORS, double, missing="fiml")


def test_every_answered_row_has_a_score(holes, fitted):
    scored = fitted.factor_scores()
    assert len(scored) == 299
    assert scored.notna().to_numpy().all()
    one = fitted.factor_scores(data=holes.head(1))
    np.testing.assert_allclose(one.iloc[0], scored.iloc[0])
    with pytest.warns(MissingDataWarning, match="2 of 301 rows have no answer and get no factor"):
        again = fitted.factor_scores(data=holes)
    pd.testing.assert_frame_equal(again, scored)
    with pytest.raises(EstimationError, match="method= needs 'regression'"):
        fitted.factor_scores("bartlett")


def test_a_score_is_the_expectation_given_what_was_observed(fitted):
    row = fitted.rows[0].values[6]
    o = ~np.isnan(row)
    assert not o.all()
    of = fitted._implied[0]
    slopes = np.linalg.solve(of.sigma[0][np.ix_(o, o)], of.loading_cov[0][o]).T
    wanted = of.latent_mean[0] + slopes @ (row - of.mu[0])[o]
    np.testing.assert_allclose(fitted.factor_scores().iloc[6], wanted)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (FACTORS, "fiml"), (MIMIC, "fiml"), (MIMIC, "fiml.x"), (FACTORS, "two.stage"),
        (FACTORS, "robust.two.stage"),
    ],
)  # fmt: skip
def test_a_resample_is_a_fit_of_the_drawn_rows(holes, text, missing):
    found = quietly(text, holes, missing=missing)
    values = found.raw_data()[0]
    counts = np.random.default_rng(6).multinomial(
        len(values), np.full(len(values), 1 / len(values))
    )
    drawn = pd.DataFrame(np.repeat(values, counts, axis=0), columns=list(found.compiled.observed))
    again = fit(text, drawn, missing=missing)
    quick = refit_counts(found, [counts[None]])
    assert quick.converged.all()
    np.testing.assert_allclose(quick.theta[0], again.theta, rtol=1e-8, atol=1e-8)


def test_bootstrap_and_indirect_effects(holes):
    text = MIMIC + "\ntextual ~ visual"
    found = quietly(text, holes, missing="fiml")
    drawn = bootstrap(found, 60, seed=1)
    assert drawn.n_used + drawn.n_failed + drawn.n_inadmissible == 60
    table = drawn.table()
    loading = table[(table["lhs"] == "visual") & (table["rhs"] == "x2")].iloc[0]
    own = found.parameters
    error = own[(own["lhs"] == "visual") & (own["rhs"] == "x2")].iloc[0]["se"]
    assert 0.6 < loading["se"] / error < 1.6
    effects = indirect_effects(found, of=[("ageyr", "textual")], draws=60, seed=1)
    assert effects.frame["est"].notna().all()


def test_what_is_not_known_for_incomplete_data_says_so(holes, fitted):
    with pytest.raises(EstimationError, match=r"small_sample_tests\(\) needs complete rows"):
        fitted.small_sample_tests()
    metric = quietly(FACTORS, holes, missing="fiml", group="school", group_equal="loadings")
    free = quietly(FACTORS, holes, missing="fiml", group="school")
    with pytest.raises(ArgumentError, match="needs fits of complete rows"):
        compare(free, metric, method="satorra.2000")


def test_auxiliary_variables_change_no_test_of_complete_data():
    pupils = data("hs")
    alone = fit(FACTORS, pupils, missing="fiml")
    helped = fit(FACTORS, pupils, missing="fiml", auxiliary=["ageyr", "sex"])
    keys = ["chisq", "df", "pvalue", "baseline.chisq", "baseline.df", "cfi", "rmsea"]
    np.testing.assert_allclose(helped.measures[keys], alone.measures[keys], atol=1e-5)
    np.testing.assert_allclose(helped.parameters["est"], alone.parameters["est"], atol=1e-5)
    np.testing.assert_allclose(helped.parameters["se"], alone.parameters["se"], atol=1e-5)
    assert len(helped.parameters) == len(alone.parameters)
    assert set(helped.auxiliary_parameters["lhs"]) == {"ageyr", "sex"}
    assert helped.npar == alone.npar + len(helped.auxiliary_parameters)
    listed = helped.modification_indices()
    assert not {"ageyr", "sex"} & {*listed["lhs"], *listed["rhs"]}


def test_auxiliary_variables_undo_a_loss_that_they_explain():
    rng = np.random.default_rng(8)
    cause = rng.normal(size=4000)
    noise = rng.normal(size=(4000, 3))
    frame = pd.DataFrame(0.7 * cause[:, None] + 0.7 * noise, columns=["y1", "y2", "y3"])
    frame["cause"] = cause
    frame.loc[cause > 0.3, "y3"] = np.nan
    text = "f =~ y1 + y2 + y3\ny3 ~ 1"
    without = quietly(text, frame, missing="fiml")
    helped = quietly(text, frame, missing="fiml", auxiliary="cause")
    # y1 and y2 tell part of what the cause tells all of: that those lost would have been high.
    assert abs(helped.implied.mean["y3"]) < 0.04
    assert without.implied.mean["y3"] < -0.06
