"""Models of ordinal variables: derivatives, and what must not change the solution."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from against_lavaan.witness import data
from estimation.ordinal_builders import SHARES, answers, correlated, cut
from scipy.special import ndtri
from statsmodels.miscmodels.ordinal_model import OrderedModel

from scrm_model.errors import MissingDataWarning, ScrmWarning
from scrm_model.estimation.discrepancy import responses
from scrm_model.estimation.evaluation.corrections import u_gamma_traces
from scrm_model.estimation.fit import fit
from scrm_model.estimation.uncertainty.delta import jacobian
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify

TWO = "f =~ u1 + u2 + u3 + u4\ng =~ u5 + u6 + u7 + u8"
U = [f"u{k}" for k in range(1, 9)]
O = ["o1", "o2", "o3", "o4", "b1"]  # noqa: E741
MIXED = "F =~ c1 + c2 + o1 + o2\nG =~ c3 + o3 + o4 + b1\nG ~ F"
SHAPES = {
    "factors": (TWO, {}),
    "residual covariance": (TWO + "\nu1 ~~ u5\nu2 ~~ u6", {}),
    "equal labels": (TWO.replace("u2 + u3", "a*u2 + a*u3"), {"std_lv": True}),
    "second order": ("f =~ u1 + u2 + u3\ng =~ u4 + u5 + u6\nh =~ u7 + u8\nt =~ f + g + h", {}),
    "mixed": (MIXED, {}),
    "fixed x": (MIXED + " + male\nF ~ age + male", {}),
    "ordinal mediator": ("F =~ c1 + c2 + c3\no1 ~ F\no2 ~ o1 + F", {}),
    "ordinal mediators": ("o1 ~ age + male\no2 ~ o1 + age\nc1 ~ o2 + o1\no3 ~ c1 + o2", {}),
    "indicator predicts": ("F =~ o1 + o2 + o3 + c1\no4 ~ o1\nc2 ~ o4 + age", {}),
    "covariance with a mediator": ("o1 ~ age\no2 ~ o1\no3 ~ male\no3 ~~ o2\no4 ~ o2 + o3", {}),
    "groups": (TWO, {"group": "g"}),
    "free scales": (TWO, {"group": "g", "group_equal": ["thresholds", "loadings"]}),
    "mediator in groups": ("o1 ~ age\no2 ~ o1 + age\nc1 ~ o2", {"group": "male"}),
}


def frame_of(text):
    return data("sim_mixed") if "o1" in text else data("datcat")


def fitted(name, **options):
    text, own = SHAPES[name]
    names = O if "o1" in text else U
    used = [v for v in names if v in text]
    return fit(text, frame_of(text), ordered=used, **(own | options))


def quietly(name, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)  # whether a variance is negative is no matter
        return fitted(name, **options)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("parameterization", ["delta", "theta"])
@pytest.mark.parametrize("name", SHAPES)
def test_derivatives_of_the_moments(name, parameterization, seed):
    found = quietly(name, parameterization=parameterization)
    rng = np.random.default_rng(seed)
    theta = found.theta + 0.04 * rng.uniform(-1, 1, len(found.theta)) * (0.5 + abs(found.theta))
    for block in found.compiled.blocks:
        part = responses.given_x(block, theta[None])
        mine = responses.derivatives(block, part, len(theta))[0].T
        step = 1e-6
        stack = np.concatenate(
            [theta + step * np.eye(len(theta)), theta - step * np.eye(len(theta))]
        )
        moments = responses.given_x(block, stack).moments
        differences = (moments[: len(theta)] - moments[len(theta) :]) / (2 * step)
        np.testing.assert_allclose(mine, differences.T, rtol=1e-6, atol=2e-8)
        exact = jacobian(lambda t, b=block: responses.given_x(b, t).moments, theta)
        np.testing.assert_allclose(mine, exact, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
@pytest.mark.parametrize(
    ("name", "estimator"),
    [
        *((n, e) for n in ("fixed x", "ordinal mediators") for e in ("WLSMV", "ULSMV", "WLS")),
        # More moments than cases: no full weight.
        *((n, e) for n in ("factors", "free scales") for e in ("WLSMV", "ULSMV")),
    ],
)
def test_gradient_of_the_discrepancy(name, parameterization, estimator):
    found = quietly(name, parameterization=parameterization, estimator=estimator)
    model, samples, form = found.compiled, found.samples, found.settings.discrepancy
    rng = np.random.default_rng(4)
    theta = found.theta + 0.05 * rng.uniform(-1, 1, len(found.theta))
    point = form.evaluate(model, theta[None], samples)
    mine = form.gradient(model, point, samples)[0]
    step = 1e-6
    stack = np.concatenate([theta + step * np.eye(len(theta)), theta - step * np.eye(len(theta))])
    value = form.evaluate(model, stack, samples).value
    differences = (value[: len(theta)] - value[len(theta) :]) / (2 * step)
    np.testing.assert_allclose(mine, differences, rtol=1e-5, atol=1e-6)
    # At the solution there is nothing left.
    end = form.gradient(model, form.evaluate(model, found.theta[None], samples), samples)[0]
    assert np.abs(found.solution.space.basis.T @ end).max() < 1e-6


def same_test(one, other, tolerance=1e-6):
    assert one.df == other.df
    for key in ("chisq", "chisq.scaled", "srmr", "cfi", "rmsea"):
        assert one.measures[key] == pytest.approx(other.measures[key], rel=tolerance, abs=tolerance)


def standardised(found, ops=("=~", "~", "~~", "|")):
    frame = found.parameters
    return frame[frame["op"].isin(ops)].set_index(["lhs", "op", "rhs", "group"])["std_all"]


@pytest.mark.parametrize("name", SHAPES)
def test_delta_and_theta_are_one_model(name):
    delta, theta = (quietly(name, parameterization=p) for p in ("delta", "theta"))
    near = 1e-4 if name == "free scales" else 2e-6
    same_test(delta, theta, near)
    pd.testing.assert_series_equal(standardised(delta), standardised(theta), rtol=near, atol=near)
    np.testing.assert_allclose(
        delta.r2, theta.r2[delta.r2.index] if theta.r2.ndim == 1 else theta.r2, atol=near
    )
    for part in ("cov", "thresholds", "slopes"):
        one, other = getattr(delta.observed, part), getattr(theta.observed, part)
        assert (one is None) == (other is None)
    frames = [f.implied.thresholds for f in (delta, theta)]
    parts = [f.values() if isinstance(f, dict) else [f] for f in frames]
    for one, other in zip(*parts, strict=True):
        np.testing.assert_allclose(one, other, atol=near)


@pytest.mark.parametrize("name", ["factors", "mixed", "free scales", "fixed x"])
def test_markers_and_unit_variances_are_one_model(name):
    one, other = quietly(name), quietly(name, std_lv=True)
    near = 1e-4 if name == "free scales" else 2e-6
    same_test(one, other, near)
    ops = ("=~", "~", "|")
    pd.testing.assert_series_equal(
        standardised(one, ops), standardised(other, ops), rtol=near, atol=near
    )


def test_codes_are_names_of_categories():
    frame = answers(3)
    plain = fit(TWO, frame, ordered=True)
    tens = fit(TWO, frame * 10.0 - 3, ordered=True)
    pd.testing.assert_frame_equal(tens.parameters, plain.parameters)
    uneven = frame.replace({1: -5, 2: 0, 3: 0.5, 4: 7, 5: 1000})
    pd.testing.assert_frame_equal(fit(TWO, uneven, ordered=True).parameters, plain.parameters)


def test_reversed_codes_turn_signs():
    frame = answers(3)
    plain = fit(TWO, frame, ordered=True, std_lv=True)
    turned = fit(TWO, frame.assign(u2=-frame["u2"]), ordered=True, std_lv=True)
    same_test(plain, turned)
    one, other = standardised(plain), standardised(turned)
    assert other["f", "=~", "u2", 1] == pytest.approx(-one["f", "=~", "u2", 1], abs=1e-7)
    assert other["f", "=~", "u3", 1] == pytest.approx(one["f", "=~", "u3", 1], abs=1e-7)
    cuts = [[s["u2", "|", f"t{k}", 1] for k in (1, 2)] for s in (one, other)]
    np.testing.assert_allclose(cuts[1], [-x for x in cuts[0][::-1]], atol=1e-9)
    error = "se"
    errors = [f.parameters.query("rhs == 'u2'")[error].iloc[0] for f in (plain, turned)]
    assert errors[0] == pytest.approx(errors[1], rel=1e-6)


def test_order_of_columns_rows_and_groups():
    frame = data("datcat")
    plain = fit(TWO, frame, ordered=True, group="g")
    turned = fit(
        TWO, frame[frame.columns[::-1]].sample(frac=1.0, random_state=1), ordered=True, group="g"
    )
    same_test(plain, turned, 1e-8)
    labels = turned.table.groups
    assert set(labels) == set(plain.table.groups)
    for label in labels:
        pd.testing.assert_frame_equal(
            turned.observed.cov[label], plain.observed.cov[label], rtol=1e-10, atol=1e-12
        )
        one, other = (
            f.parameters[f.parameters["group"] == f.table.groups.index(label) + 1]
            for f in (turned, plain)
        )
        np.testing.assert_allclose(one["est"], other["est"], atol=1e-6)
        np.testing.assert_allclose(one["se"], other["se"], atol=1e-6)


def test_order_of_variables_in_the_model():
    frame = answers(6)
    one = fit(TWO, frame, ordered=True, std_lv=True)
    text = "g =~ u8 + u7 + u6 + u5\nf =~ u4 + u3 + u2 + u1"
    other = fit(text, frame, ordered=U[::-1], std_lv=True)
    same_test(one, other)
    loads = [f.parameters.query("op == '=~'").set_index("rhs")[["est", "se"]] for f in (one, other)]
    pd.testing.assert_frame_equal(loads[0], loads[1].loc[loads[0].index], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["factors", "mixed", "fixed x"])
def test_pairwise_with_all_answers_is_listwise(name):
    one, other = fitted(name), fitted(name, missing="pairwise")
    pd.testing.assert_frame_equal(one.parameters, other.parameters)
    pd.testing.assert_series_equal(one.measures, other.measures)


def test_pairwise_takes_every_answer():
    frame = data("datcat_holes")
    found = fit(TWO, frame, ordered=True, missing="pairwise")
    assert found.nobs == len(frame) > fit_listwise(frame).nobs
    share = frame["u1"].value_counts(normalize=True).sort_index().cumsum()

    np.testing.assert_allclose(
        found.observed.thresholds.filter(like="u1|"), ndtri(share.to_numpy()[:-1]), atol=1e-12
    )


def fit_listwise(frame):
    with pytest.warns(MissingDataWarning, match="were left out"):
        return fit(TWO, frame, ordered=True)


def test_two_equal_groups_are_one_twice():
    frame = answers(8, 300)
    one = fit(TWO, frame, ordered=True)
    twice = pd.concat([frame.assign(g="a"), frame.assign(g="b")])
    two = fit(TWO, twice, ordered=True, group="g")
    # (n_1 - 1) F_1 + (n_2 - 1) F_2, each of them that of the one.
    for key in ("chisq", "baseline.chisq"):
        assert two.measures[key] == pytest.approx(2 * one.measures[key], rel=1e-7)
    assert two.df == 2 * one.df
    assert two.corrected_test.scaling == pytest.approx(one.corrected_test.scaling, rel=1e-3)
    assert two.measures["srmr"] == pytest.approx(one.measures["srmr"], rel=1e-7)
    n = len(one.parameters)
    for g in (1, 2):
        own = two.parameters[two.parameters["group"] == g]
        np.testing.assert_allclose(own["est"], one.parameters["est"], atol=1e-6)
        np.testing.assert_allclose(own["se"], one.parameters["se"], rtol=1e-6, atol=1e-9)
    # All equal: the errors are those of twice the cases, but for N - 1.
    same = fit(TWO, twice, ordered=True, group="g", group_equal=["thresholds", "loadings"])
    loading = same.parameters.query("op == '=~' and group == 1 and se > 0")
    alone = one.parameters.query("op == '=~' and se > 0")
    np.testing.assert_allclose(loading["est"], alone["est"], atol=1e-5)
    assert same.measures["chisq"] == pytest.approx(2 * one.measures["chisq"], rel=1e-4)
    assert n == len(same.parameters) // 2


def test_doubled_rows():
    frame = answers(9, 250)
    one, two = (fit(TWO, rows, ordered=True) for rows in (frame, pd.concat([frame, frame])))
    np.testing.assert_allclose(two.theta, one.theta, atol=1e-6)
    ratio = np.sqrt((2 * 250 - 1) / (250 - 1))
    np.testing.assert_allclose(one.bse, ratio * two.bse, rtol=1e-6)
    assert two.measures["chisq"] == pytest.approx(one.measures["chisq"] * ratio**2, rel=1e-8)


def test_ordered_categories_are_codes():
    frame = answers(4)
    plain = fit(TWO, frame, ordered=True)
    words = ["never", "seldom", "now and then", "often", "always"]

    def named(column):
        kept = words[: int(column.max())]
        return pd.Categorical.from_codes(column.astype(int) - 1, kept, ordered=True)

    worded = frame.apply(named).astype(object)
    for name in U:
        worded[name] = named(frame[name])
    pd.testing.assert_frame_equal(fit(TWO, worded, ordered=True).parameters, plain.parameters)
    worded.loc[3, "u1"] = np.nan
    found = fit(TWO, worded, ordered=True, missing="pairwise")
    holed = frame.copy()
    holed.loc[3, "u1"] = np.nan
    other = fit(TWO, holed, ordered=True, missing="pairwise")
    pd.testing.assert_frame_equal(found.parameters, other.parameters)


def test_polars_and_whole_numbers():
    frame = answers(4)
    plain = fit(TWO, frame, ordered=True).parameters
    strange = pl.DataFrame({name: frame[name].astype(int).to_list() for name in frame})
    pd.testing.assert_frame_equal(fit(TWO, strange, ordered=True).parameters, plain)
    boxed = frame.astype("Int64")
    pd.testing.assert_frame_equal(fit(TWO, boxed, ordered=True).parameters, plain)


def test_ways_to_say_what_is_ordinal():
    frame = answers(4)
    plain = fit(TWO, frame, ordered=True)
    points = {name: int(frame[name].max()) for name in U}
    for given in (
        U,
        tuple(U),
        set(U),
        points,
        {n: range(1, p + 1) for n, p in points.items()},
        pd.Index(U),
    ):
        found = fit(TWO, frame, ordered=given)
        assert found.settings.ordered == tuple(U)
        pd.testing.assert_frame_equal(found.parameters, plain.parameters)
    alone = fit(TWO, frame, ordered="u3")
    assert alone.settings.ordered == ("u3",)
    assert alone.settings.estimator == "WLSMV"
    # Other columns of the data may be named: one list serves many models.
    more = frame.assign(another=1)
    assert fit(TWO, more, ordered=[*U, "another"]).settings.ordered == tuple(U)
    for nothing in ((), [], False, None):
        assert fit(TWO, frame, ordered=nothing).settings.estimator == "ML"
    # True leaves mere predictors out.
    mimic = fit(
        TWO + "\nf ~ u9", frame.assign(u9=frame["u1"] * 0 + np.arange(400) % 3), ordered=True
    )
    assert mimic.settings.ordered == tuple(U)


def test_weighted_by_the_diagonal_of_a_diagonal_gamma():
    """With independent answers Gamma is nearly diagonal, and all weights agree."""
    rng = np.random.default_rng(1)
    n = 100_000
    load = np.array([0.15, 0.2, 0.1, 0.2])
    y = rng.standard_normal((n, 1)) * load + rng.standard_normal((n, 4)) * np.sqrt(1 - load**2)
    frame = pd.DataFrame({f"v{k}": cut(c, SHARES[1]) for k, c in enumerate(y.T)})
    full, diagonal = (
        fit("f =~ v0 + v1 + v2 + v3", frame, ordered=True, estimator=e, std_lv=True)
        for e in ("WLS", "DWLS")
    )
    np.testing.assert_allclose(full.theta, diagonal.theta, atol=2e-3)
    assert full.measures["chisq"] == pytest.approx(diagonal.measures["chisq"], rel=0.15, abs=0.05)


def test_full_weights_need_no_correction():
    """With W = Gamma^-1 robust errors are the plain ones, and U Gamma has trace df."""
    found = fit("f =~ u1 + u2 + u3 + u4", answers(3, 900), ordered=True, estimator="WLS")
    trace, square = u_gamma_traces(found.bread, square=True)
    assert trace == pytest.approx(found.df, rel=1e-8)
    assert square == pytest.approx(found.df, rel=1e-8)
    robust = found.bread.covariance("robust.sem", "expected")
    plain = found.bread.covariance("standard", "expected")
    np.testing.assert_allclose(robust, plain, rtol=1e-6, atol=1e-12)


def test_traces_equal_those_of_the_whole_matrix():
    found = fit(TWO, answers(3), ordered=True)
    block, sample = found.compiled.blocks[0], found.samples[0]
    slopes = responses.derivatives(
        block, responses.given_x(block, found.theta[None]), len(found.theta)
    )[0].T
    w, gamma = np.diag(sample.weight[0]), sample.gamma[0]
    inner = np.linalg.inv(slopes.T @ w @ slopes)
    u = w - w @ slopes @ inner @ slopes.T @ w
    trace, square = u_gamma_traces(found.bread, square=True)
    assert trace == pytest.approx(np.trace(u @ gamma), rel=1e-8)
    assert square == pytest.approx(np.trace(u @ gamma @ u @ gamma), rel=1e-8)
    cov = inner @ slopes.T @ w @ gamma @ w @ slopes @ inner / (found.nobs - 1)
    np.testing.assert_allclose(found.cov_params(), cov, rtol=1e-6, atol=1e-10)


def test_saturated_paths_among_ordinal_variables_fit_exactly():
    text = "o2 ~ o1\no3 ~ o1 + o2\no1 ~ 1*age"
    frame = data("sim_mixed")
    free = fit(text.replace("1*age", "age") + "\no2 ~ age\no3 ~ age", frame, ordered=O[:3])
    assert free.df == 0
    assert free.measures["chisq"] == pytest.approx(0.0, abs=1e-8)
    for part in ("cov", "slopes", "thresholds"):
        np.testing.assert_allclose(
            getattr(free.implied, part), getattr(free.observed, part), atol=1e-7
        )


def test_continuous_weights_of_diagonal_gamma():
    """Continuous DWLS: the weight is the inverse variance of each covariance."""
    frame = data("sim_mixed")
    found = fit("F =~ c1 + c2 + c3 + age", frame, estimator="DWLS")
    rows = frame[list(found.compiled.observed)].to_numpy()
    d = rows - rows.mean(axis=0)
    low = np.tril_indices(4)
    z = d[:, low[0]] * d[:, low[1]]
    np.testing.assert_allclose(found.samples[0].weight[0], 1 / z.var(axis=0), rtol=1e-9)
    plain = fit("F =~ c1 + c2 + c3 + age", frame, estimator="WLSMV")
    np.testing.assert_allclose(found.theta, plain.theta)
    assert plain.measures["chisq"] == pytest.approx(found.measures["chisq"])
    assert plain.corrected_test.scaling != 1.0


def test_simulated_answers_give_the_population_back():
    model = specify(performance="single")
    truth = population(model)
    shares = [0.04, 0.08, 0.20, 0.38, 0.30]
    found = fit(model, simulate(truth, 20_000, 5, proportions=shares), ordered=True)
    frame = found.parameters
    for row in frame[frame["op"].isin(["=~", "~"])].itertuples():
        assert row.std_all == pytest.approx(truth.value(row.lhs, row.op, row.rhs), abs=0.03)
    cuts = frame[frame["op"] == "|"].groupby("rhs")["est"].mean()

    np.testing.assert_allclose(cuts, ndtri(np.cumsum(shares)[:-1]), atol=0.02)
    assert found.measures["rmsea.scaled"] < 0.01
    names = list(found.observed.cov)
    gap = found.observed.cov - truth.cov.loc[names, names]
    assert np.abs(gap.to_numpy()).max() < 0.05


def test_an_ordinal_outcome_of_a_fixed_predictor_is_a_probit():
    """A saturated model of one outcome is its ordered probit."""
    frame = data("sim_mixed")
    found = fit("o1 ~ age + male", frame, ordered="o1")
    code = pd.Series(pd.Categorical(frame["o1"], ordered=True))
    other = OrderedModel(code, frame[["age", "male"]], distr="probit").fit(
        method="newton", disp=False, maxiter=100
    )
    mine = found.parameters.query("op == '~'").set_index("rhs")
    for name in ("age", "male"):
        assert mine.loc[name, "est"] == pytest.approx(other.params[name], rel=1e-5)
        # One counts N - 1 and outer products, the other N and second derivatives.
        assert mine.loc[name, "se"] == pytest.approx(other.bse[name], rel=0.06)


def test_predictors_that_one_may_take_as_fixed_or_not():
    rng = np.random.default_rng(3)
    y = correlated(rng, 4000, [[1.0, 0.5, 0.4], [0.5, 1.0, 0.3], [0.4, 0.3, 1.0]])
    frame = pd.DataFrame({"x": y[:, 0], "a": cut(y[:, 1], SHARES[0]), "b": cut(y[:, 2], SHARES[1])})
    fixed = fit("a ~ x\nb ~ x + a", frame, ordered=["a", "b"])
    random = fit("a ~ x\nb ~ x + a", frame, ordered=["a", "b"], fixed_x=False)
    one, other = standardised(fixed, ("~",)), standardised(random, ("~",))
    pd.testing.assert_series_equal(one, other, atol=0.02, rtol=0)


def test_a_singular_information_has_no_corrected_test():
    # A second-order factor that explains nothing leaves its loadings undetermined.
    found = quietly("second order", std_lv=True)
    assert [p.code for p in found.problems] == ["information_singular"]
    assert not found.admissible
    for key in ("chisq.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled", "pvalue.scaled"):
        assert np.isnan(found.measures[key])
    assert found.measures["chisq"] > 0
    assert "tell these parameters apart" in found.summary()
