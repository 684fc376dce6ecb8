"""Robust standard errors and corrected tests against their formulas, written out in full."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

from scrm_model.errors import ArgumentError, DataError
from scrm_model.estimation.evaluation.corrections import (
    mean_var_adjusted,
    satorra_bentler,
    scaled_measures,
    scaled_shifted,
    u_gamma_traces,
    yuan_bentler_traces,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.uncertainty import casewise

TWO = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9"
MIMIC = "textual =~ x4 + x5 + x6\ntextual ~ ageyr + sex"
TIED = "visual =~ x1 + c(a, a)*x2 + c(b, d)*x3\nd == 1.5*b"
LINEAR = "visual =~ x1 + a*x2 + b*x3\nspeed =~ x7 + c*x8 + x9\na + b == 1.2"
SHAPES = {
    "factors": (TWO, {}),
    "means": (TWO, {"meanstructure": True}),
    "equal means": (f"{TWO}\nx1 ~ m*1\nx7 ~ m*1", {}),
    "linear constraint": (LINEAR, {}),
    "groups": (TWO, {"group": "school", "group_equal": ["loadings", "intercepts"]}),
    "groups without means": (TIED, {"group": "school", "meanstructure": False}),
    "fixed x": (MIMIC, {}),
    "fixed x with means": (MIMIC, {"meanstructure": True}),
    "random x": (MIMIC, {"fixed_x": False}),
    "fixed x in groups": (MIMIC, {"group": "school"}),
}
KINDS = {"MLM": "satorra.bentler", "MLMV": "scaled.shifted", "MLMVS": "mean.var.adjusted"}


@pytest.fixture(scope="module")
def hs():
    return data("hs")


def moments(fitted, theta):
    """vech(Sigma), followed by mu where means are modelled, of every group."""
    out = []
    for block, sample in zip(fitted.compiled.blocks, fitted.samples, strict=True):
        found = implied(block, theta[None], sample.cov, sample.mean)
        low = np.tril_indices(fitted.compiled.p)
        means = found.mu[0] if fitted.compiled.meanstructure else []
        out.append(np.concatenate([found.sigma[0][low], means]))
    return np.concatenate(out)


def delta(fitted):
    """Derivatives of the moments by central differences."""
    columns = []
    for k, value in enumerate(fitted.theta):
        step = np.zeros(len(fitted.theta))
        step[k] = 1e-5 * (1 + abs(value))
        gap = moments(fitted, fitted.theta + step) - moments(fitted, fitted.theta - step)
        columns.append(gap / (2 * step[k]))
    return np.column_stack(columns)


def duplication(p):
    """The matrix that turns vech (row by row) into vec."""
    low = list(zip(*np.tril_indices(p), strict=True))
    out = np.zeros((p * p, len(low)))
    for k, (i, j) in enumerate(low):
        out[i * p + j, k] = out[j * p + i, k] = 1
    return out


def blocks(matrices):
    edge = np.cumsum([0, *(len(m) for m in matrices)])
    out = np.zeros((edge[-1], edge[-1]))
    for first, last, m in zip(edge[:-1], edge[1:], matrices, strict=True):
        out[first:last, first:last] = m
    return out


def weight(fitted):
    """V, with each group's share of the cases."""
    out = []
    for block, sample in zip(fitted.compiled.blocks, fitted.samples, strict=True):
        found = implied(block, fitted.theta[None], sample.cov, sample.mean)
        precision = np.linalg.inv(found.sigma[0])
        twice = duplication(fitted.compiled.p)
        parts = [0.5 * twice.T @ np.kron(precision, precision) @ twice]
        if fitted.compiled.meanstructure:
            parts.append(precision)
        out.append(sample.n / fitted.nobs * blocks(parts))
    return blocks(out)


def gamma(fitted):
    """Fourth-order moments of the cases, over each group's share."""
    x, low = list(fitted.compiled.exogenous_observed), np.tril_indices(fitted.compiled.p)
    out = []
    for rows in fitted.raw_data():
        d = rows - rows.mean(axis=0)
        # Given x, a case's products of deviations are expected to be those of its predictions.
        h = d[:, x] @ np.linalg.lstsq(d[:, x], d, rcond=None)[0] if x else np.zeros_like(d)
        z = np.array([np.outer(a, a) - np.outer(b, b) for a, b in zip(d, h, strict=True)])
        z = z[:, low[0], low[1]]
        z -= z.mean(axis=0)
        if fitted.compiled.meanstructure:
            z = np.column_stack([z, d - h])
        out.append(z.T @ z / len(z) * (fitted.nobs / len(z)))
    return blocks(out)


def u_gamma(fitted):
    v, slopes = weight(fitted), delta(fitted) @ fitted.solution.space.basis
    vd = v @ slopes
    return (v - vd @ np.linalg.solve(slopes.T @ vd, vd.T)) @ gamma(fitted)


@pytest.mark.parametrize("shape", SHAPES)
def test_traces_equal_those_of_the_matrices(hs, shape):
    text, options = SHAPES[shape]
    fitted = fit(text, hs, estimator="MLMV", **options)
    product_ = u_gamma(fitted)
    trace, trace2 = u_gamma_traces(fitted.bread, square=True)
    assert trace == pytest.approx(np.trace(product_), rel=1e-6)
    assert trace2 == pytest.approx(np.trace(product_ @ product_), rel=1e-6)
    # As many directions as degrees of freedom are left to misfit in, each with its own weight.
    weights = np.sort(np.linalg.eigvals(product_).real)[::-1]
    assert (weights[: fitted.df] > 1e-3).all()
    assert abs(weights[fitted.df :]).max() < 1e-6
    assert trace == pytest.approx(weights.sum(), rel=1e-6)
    assert trace2 == pytest.approx((weights**2).sum(), rel=1e-6)


def observed_weight(fitted):
    """The observed information of the unrestricted moments, with each group's share."""
    out = []
    for block, sample in zip(fitted.compiled.blocks, fitted.samples, strict=True):
        found = implied(block, fitted.theta[None], sample.cov, sample.mean)
        precision, twice = np.linalg.inv(found.sigma[0]), duplication(fitted.compiled.p)
        gap = np.zeros(len(precision)) if sample.mean is None else sample.mean[0] - found.mu[0]
        moved = sample.cov[0] + np.outer(gap, gap)
        middle = precision @ moved @ precision - precision / 2
        v = twice.T @ np.kron(precision, middle) @ twice
        if fitted.compiled.meanstructure:
            across = twice.T @ np.kron(precision, (precision @ gap)[:, None])
            v = np.block([[v, across], [across.T, precision]])
        out.append(sample.n / fitted.nobs * (v + v.T) / 2)
    return blocks(out)


@pytest.mark.parametrize("shape", SHAPES)
def test_traces_on_observed_weights_equal_those_of_the_matrices(hs, shape):
    text, options = SHAPES[shape]
    fitted = fit(text, hs, estimator="MLMV", information="observed", **options)
    v, slopes = observed_weight(fitted), delta(fitted) @ fitted.solution.space.basis
    vd = v @ slopes
    product_ = (v - vd @ np.linalg.solve(slopes.T @ vd, vd.T)) @ gamma(fitted)
    trace, trace2 = u_gamma_traces(fitted.bread, square=True, kind="observed")
    assert trace == pytest.approx(np.trace(product_), rel=1e-6)
    assert trace2 == pytest.approx(np.trace(product_ @ product_), rel=1e-6)
    assert fitted.corrected_test.trace == pytest.approx(trace)
    assert trace != pytest.approx(u_gamma_traces(fitted.bread, square=False)[0], rel=1e-6)
    basis = fitted.solution.space.basis
    bread = np.linalg.inv(basis.T @ fitted.bread.observed @ basis)
    meat = vd.T @ gamma(fitted) @ vd
    cov = basis @ bread @ meat @ bread @ basis.T / fitted.nobs
    np.testing.assert_allclose(fitted.cov_params(), cov, rtol=1e-6, atol=1e-9)


def test_observed_weights_are_the_expected_ones_where_the_model_fits(hs):
    fitted = fit("textual =~ x4 + x5 + x6\nx4 ~ 1", hs)
    expected, observed = (fitted.bread.seen(kind)[0] for kind in ("expected", "observed"))
    rows = slice(3, 9)
    np.testing.assert_allclose(observed.products(rows), expected.products(rows), atol=1e-6)
    np.testing.assert_allclose(observed.diagonal(), expected.diagonal(), atol=1e-6)
    np.testing.assert_allclose(observed.scores, expected.scores, atol=1e-6)


def test_a_negative_trace_of_the_baseline_model_leaves_nothing_to_compare_with():
    own = satorra_bentler(40.0, 24, 26.0, "satorra.bentler")
    base = satorra_bentler(700.0, 36, -3.0, "satorra.bentler")
    found = scaled_measures(40.0, 24, (700.0, 36), own, base, 75, 1)
    told = ("cfi.scaled", "tli.scaled", "nfi.scaled", "cfi.robust", "rni.robust")
    assert np.isnan([found[k] for k in (*told, "baseline.chisq.scaling.factor")]).all()
    assert np.isfinite([found["chisq.scaled"], found["rmsea.scaled"], found["rmsea.robust"]]).all()
    assert np.isnan(mean_var_adjusted(700.0, 36, -3.0, 50.0).stat)
    # Scaled and shifted still has the right mean: a trace + shift = df.
    test = scaled_shifted(700.0, 36, -3.0, 50.0)
    assert -3.0 / test.scaling + test.shift == pytest.approx(36)


@pytest.mark.parametrize("shape", SHAPES)
def test_robust_errors_equal_those_of_the_matrices(hs, shape):
    text, options = SHAPES[shape]
    fitted = fit(text, hs, estimator="MLM", **options)
    basis = fitted.solution.space.basis
    v, slopes = weight(fitted), delta(fitted) @ basis
    bread = np.linalg.inv(slopes.T @ v @ slopes)
    meat = slopes.T @ v @ gamma(fitted) @ v @ slopes
    cov = basis @ bread @ meat @ bread @ basis.T / fitted.nobs
    np.testing.assert_allclose(fitted.cov_params(), cov, rtol=1e-6, atol=1e-9)


def log_density(fitted, theta):
    """Log-likelihood of every case, x given."""
    x, out = list(fitted.compiled.exogenous_observed), []
    for block, sample, rows in zip(
        fitted.compiled.blocks, fitted.samples, fitted.raw_data(), strict=True
    ):
        found = implied(block, theta[None], sample.cov, sample.mean)
        mu = found.mu[0] if fitted.compiled.meanstructure else rows.mean(axis=0)
        total = np.zeros(len(rows))
        for pick, sign in ((list(range(len(mu))), 1), (x, -1)):
            sigma, d = found.sigma[0][np.ix_(pick, pick)], (rows - mu)[:, pick]
            distance = (d * np.linalg.solve(sigma, d.T).T).sum(axis=1) if pick else 0
            total -= sign * 0.5 * (np.linalg.slogdet(sigma)[1] + distance)
        out.append(total)
    return np.concatenate(out)


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"groups"}))
def test_sandwich_equals_that_of_the_log_likelihood(hs, shape):
    text, options = SHAPES[shape]
    fitted = fit(text, hs, estimator="MLR", **options)
    q, theta = len(fitted.theta), fitted.theta
    steps = np.diag(2e-4 * (1 + np.abs(theta)))

    def curvature(j, k):
        return sum(
            a * b * log_density(fitted, theta + a * steps[j] + b * steps[k]).sum()
            for a, b in product((1, -1), repeat=2)
        ) / (4 * steps[j, j] * steps[k, k])

    scores = np.column_stack(
        [
            (log_density(fitted, theta + s) - log_density(fitted, theta - s)) / (2 * s.sum())
            for s in steps
        ]
    )
    np.testing.assert_allclose(
        fitted.bread.first_order, scores.T @ scores / fitted.nobs, rtol=1e-4, atol=1e-5
    )
    basis = fitted.solution.space.basis
    pairs = np.array([[curvature(j, k) if k <= j else 0 for k in range(q)] for j in range(q)])
    hessian = -(pairs + np.tril(pairs, -1).T)
    bread = basis @ np.linalg.inv(basis.T @ hessian @ basis) @ basis.T
    errors = np.sqrt(np.diag(bread @ scores.T @ scores @ bread))
    np.testing.assert_allclose(fitted.bse, errors, rtol=1e-3)


@pytest.mark.parametrize("shape", ["means", "groups", "fixed x with means"])
def test_size_of_the_pieces_does_not_matter(hs, shape, monkeypatch):
    text, options = SHAPES[shape]
    bread = fit(text, hs, estimator="MLMV", **options).bread
    whole = u_gamma_traces(bread, square=True)
    monkeypatch.setattr(casewise, "_CHUNK", 17)
    assert len(list(bread.cases[0].chunks())) > 5
    assert u_gamma_traces(bread, square=True) == pytest.approx(whole, rel=1e-12)


def test_second_trace_only_where_wanted(hs):
    trace, trace2 = u_gamma_traces(fit(TWO, hs).bread, square=False)
    assert trace > 0
    assert np.isnan(trace2)


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ({"estimator": "MLM"}, "estimator='MLM', se='robust.sem', test='satorra.bentler'"),
        ({"estimator": "MLR"}, "estimator='MLR', se='robust.huber.white'"),
        ({"estimator": "MLF"}, "and information='first.order'; got Moments"),
        ({"se": "robust.sem"}, "estimator='ML', se='robust.sem'"),
        ({"test": "scaled.shifted"}, "test='scaled.shifted'"),
    ],
)
def test_robust_needs_the_answers_themselves(hs, options, shown):
    names = [f"x{k}" for k in (1, 2, 3, 7, 8, 9)]
    with pytest.raises(DataError, match=r"data= needs raw answers for .* Use estimator='ML', or"):
        fit(TWO, Moments(hs[names].cov(), 301), **options)
    with pytest.raises(DataError, match=shown):
        fit(TWO, {"one": Moments(hs[names].cov(), 301)}, **options)


@pytest.mark.parametrize(
    "options",
    [
        {"estimator": "MLM"}, {"estimator": "MLR"}, {"se": "robust.sem"},
        {"estimator": "MLF", "test": "satorra.bentler"},
    ],
)  # fmt: skip
def test_robust_does_not_go_with_first_order_information(hs, options):
    with pytest.raises(
        ArgumentError, match="information= needs 'expected' or 'observed' with robust errors"
    ):
        fit(TWO, hs, information="first.order", **options)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"estimator": "ML"}, "expected"),
        ({"estimator": "ML", "se": "robust.sem"}, "expected"),
        ({"estimator": "ML", "se": "robust.huber.white"}, "observed"),
        ({"estimator": "MLR"}, "observed"),
        ({"estimator": "MLR", "se": "standard"}, "expected"),
        ({"estimator": "MLR", "se": "robust.sem"}, "expected"),
        ({"estimator": "MLF"}, "first.order"),
        ({"estimator": "MLF", "se": "robust.huber.white"}, "observed"),
        ({"estimator": "MLM", "information": "observed"}, "observed"),
    ],
)
def test_information_goes_with_the_errors(hs, options, kind):
    assert fit(TWO, hs, **options).settings.information == kind


def test_the_corrections_have_the_moments_that_they_promise(hs):
    plain = fit(TWO, hs)
    chi2, df = plain.measures["chisq"], plain.df
    trace, trace2 = u_gamma_traces(plain.bread, square=True)
    found = {name: fit(TWO, hs, estimator=name).corrected_test for name in KINDS}
    for name, test in found.items():
        assert test.test == KINDS[name]
        assert test.trace == pytest.approx(trace)
    # Under the model chi2 has mean trace and variance 2 trace2; corrected ones those of theirs.
    mean, variance = trace, 2 * trace2
    one = found["MLM"]
    assert mean / one.scaling == pytest.approx(one.df)
    assert one.stat == pytest.approx(chi2 / one.scaling)
    two = found["MLMV"]
    assert mean / two.scaling + two.shift == pytest.approx(two.df)
    assert variance / two.scaling**2 == pytest.approx(2 * two.df)
    assert two.stat == pytest.approx(chi2 / two.scaling + two.shift)
    three = found["MLMVS"]
    assert three.df == pytest.approx(trace**2 / trace2)
    assert three.df < df
    assert mean / three.scaling == pytest.approx(three.df)
    assert variance / three.scaling**2 == pytest.approx(2 * three.df)
    scaled = fit(TWO, hs, estimator="MLMVS").measures
    assert scaled["df.scaled"] == pytest.approx(three.df)
    assert not any(key.endswith(".robust") for key in scaled.index)


def test_equal_weights_make_all_corrections_one():
    # With all eigenvalues c the sum is c times a chi-square, and nothing is left to match.
    chi2, df, c = 30.0, 10, 1.5
    one = satorra_bentler(chi2, df, c * df, "satorra.bentler")
    two = scaled_shifted(chi2, df, c * df, c**2 * df)
    three = mean_var_adjusted(chi2, df, c * df, c**2 * df)
    for test in (one, two, three):
        assert (test.stat, test.df, test.scaling) == pytest.approx((20.0, 10.0, 1.5))
        assert test.pvalue == pytest.approx(one.pvalue)
    assert two.shift == pytest.approx(0)


@pytest.mark.parametrize("estimator", ["MLM", "MLMV", "MLMVS", "MLR"])
def test_nothing_is_corrected_in_a_saturated_model(hs, estimator):
    fitted = fit("textual =~ x4 + x5 + x6", hs, estimator=estimator)
    test = fitted.corrected_test
    assert (test.stat, test.df, test.shift) == (0, 0, 0)
    assert np.isnan([test.pvalue, test.scaling, test.trace, test.trace2]).all()
    assert np.isnan(fitted.measures["chisq.scaling.factor"])
    assert np.isfinite(fitted.bse).all()


def normal(n, seed):
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(n, 2)) @ np.linalg.cholesky([[1, 0.4], [0.4, 1]]).T
    rows = factor[:, [0, 0, 0, 1, 1, 1]] * [1, 0.8, 0.9, 1, 0.7, 1.1] + rng.normal(size=(n, 6))
    return pd.DataFrame(rows, columns=[f"x{k}" for k in (1, 2, 3, 7, 8, 9)])


def test_robust_is_standard_where_data_are_normal():
    many = normal(60_000, 1)
    plain = fit(TWO, many).bse
    for options in ({"se": "robust.sem"}, {"se": "robust.huber.white"}, {"estimator": "MLF"}):
        np.testing.assert_allclose(fit(TWO, many, **options).bse, plain, rtol=0.03)
    for estimator in ("MLM", "MLR"):
        found = fit(TWO, many, estimator=estimator).corrected_test
        assert found.scaling == pytest.approx(1, abs=0.03)


def test_scaling_factors_of_normal_samples_are_about_one_on_average():
    found = {
        name: [fit(TWO, normal(400, seed), estimator=name).corrected_test.scaling
               for seed in range(30)]
        for name in ("MLM", "MLR")
    }  # fmt: skip
    for name, factors in found.items():
        error = np.std(factors) / np.sqrt(len(factors))
        assert np.mean(factors) == pytest.approx(1, abs=4 * error + 0.01), name
        assert np.std(factors) < 0.15


def test_heavy_tails_are_noticed():
    rng = np.random.default_rng(3)
    n = 2000
    heavy = normal(n, 2).mul(np.sqrt(5 / rng.chisquare(5, n)), axis=0)
    plain = fit(TWO, heavy)
    for estimator in ("MLM", "MLR"):
        found = fit(TWO, heavy, estimator=estimator)
        assert found.corrected_test.scaling > 1.3
        assert (found.bse > plain.bse).all()
        np.testing.assert_allclose(found.params, plain.params, rtol=1e-9)


@pytest.mark.parametrize("estimator", ["MLM", "MLMV", "MLR"])
def test_two_equal_groups_are_one_twice(hs, estimator):
    twice = pd.concat([hs.assign(half="one"), hs.assign(half="two")])
    one = fit(TWO, hs, estimator=estimator, meanstructure=True)
    both = fit(TWO, twice, estimator=estimator, group="half")
    for g in (1, 2):
        part = both.parameters[both.parameters["group"] == g]
        np.testing.assert_allclose(part["se"], one.parameters["se"], rtol=1e-6)
    first, second = one.corrected_test, both.corrected_test
    assert second.trace == pytest.approx(2 * first.trace, rel=1e-7)
    assert second.stat == pytest.approx(2 * first.stat, rel=1e-7)
    assert second.scaling == pytest.approx(first.scaling, rel=1e-7)
    for key in ("cfi.robust", "tli.robust", "rmsea.robust", "cfi.scaled"):
        assert both.measures[key] == pytest.approx(one.measures[key], rel=1e-6)
    # One set of parameters for all: each error is that of twice the cases.
    tied = fit(TWO, twice, estimator=estimator, group="half",
               group_equal=["loadings", "intercepts", "residuals", "lv.variances",
                            "lv.covariances", "means"])  # fmt: skip
    part = tied.parameters[tied.parameters["group"] == 1]
    np.testing.assert_allclose(part["se"], one.parameters["se"] / np.sqrt(2), rtol=1e-6)


def test_fixed_and_random_x_have_one_test_of_yuan_and_bentler(hs):
    # The density of x given nothing is saturated, so it adds to both traces the same.
    fixed, free = (fit(MIMIC, hs, estimator="MLR", fixed_x=f) for f in (True, False))
    assert fixed.corrected_test.stat == pytest.approx(free.corrected_test.stat, rel=1e-7)
    h1, h0 = np.subtract(yuan_bentler_traces(free.bread), yuan_bentler_traces(fixed.bread))
    assert h1 == pytest.approx(h0, rel=1e-6)
    row = free.parameters[free.parameters["op"] == "~"]
    np.testing.assert_allclose(fixed.parameters.loc[row.index, "se"], row["se"], rtol=1e-6)


def test_scale_of_the_variables_does_not_matter(hs):
    scale = np.array([1e3, 1e-2, 5, 1, 0.1, 2])
    names = [f"x{k}" for k in (1, 2, 3, 7, 8, 9)]
    for estimator in ("MLMV", "MLR"):
        one = fit(TWO, hs, estimator=estimator)
        other = fit(TWO, hs[names] * scale, estimator=estimator)
        assert other.corrected_test.stat == pytest.approx(one.corrected_test.stat, rel=1e-6)
        # z statistics of loadings and paths have no unit.
        np.testing.assert_allclose(
            (other.params / other.bse)[:4], (one.params / one.bse)[:4], rtol=1e-5
        )


def test_a_negative_scaling_factor_gives_no_statistic():
    own = satorra_bentler(50.0, 24, -3.0, "yuan.bentler.mplus")
    base = satorra_bentler(500.0, 36, 40.0, "yuan.bentler.mplus")
    assert own.scaling == -0.125
    found = scaled_measures(50.0, 24, (500.0, 36), own, base, 60, 1)
    told = {"df.scaled", "chisq.scaling.factor"} | {k for k in found if k.startswith("baseline")}
    assert all(np.isnan(v) for k, v in found.items() if k not in told)
