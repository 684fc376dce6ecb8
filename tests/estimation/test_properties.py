import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data
from estimation.builders import SHAPES, compiled, off_the_minimum, random_samples
from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.estimation.fit import fit
from scrm_model.estimation.implied.compiled import compile_table
from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.sample import Sample, moments_of, resampled
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.problem import Problem, Space
from scrm_model.estimation.optimise.quasi_newton import quasi_newton, solve_stack
from scrm_model.estimation.optimise.scoring import fisher_scoring
from scrm_model.estimation.optimise.start import starting_points
from scrm_model.spec.model import Model

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ITEMS = [f"x{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.fixture(scope="module")
def plain(hs):
    return fit(THREE, hs)


def same_fit(one, other, tolerance=1e-7):
    np.testing.assert_allclose(one.measures, other.measures, rtol=tolerance, atol=tolerance)


def test_scale_of_the_variables_does_not_matter(hs, plain):
    scale = np.array([1e3, 1e-3, 5, 1, 0.1, 2, 100, 1, 7])
    found = fit(THREE, hs.assign(**hs[ITEMS] * scale + 3))
    for name in ("chisq", "cfi", "tli", "rmsea", "srmr", "gfi"):
        assert found.measures[name] == pytest.approx(plain.measures[name], rel=1e-8)
    np.testing.assert_allclose(found.parameters["std_all"], plain.parameters["std_all"], rtol=1e-6)
    # z of a loading knows no units; nor does that of a variance.
    np.testing.assert_allclose(found.parameters["z"], plain.parameters["z"], rtol=1e-5)


@pytest.mark.parametrize(
    "extra", ["", "\nspeed ~ visual + textual", "\ng =~ visual + textual + speed"]
)
def test_choice_of_scale_does_not_matter(hs, extra):
    marker, unit = fit(THREE + extra, hs), fit(THREE + extra, hs, std_lv=True)
    assert unit.df == marker.df
    same_fit(marker, unit)
    assert marker.r2.to_dict() == pytest.approx(unit.r2.to_dict(), rel=1e-5)
    other = fit(THREE.replace("=~ x1 + x2", "=~ NA*x1 + 1*x2") + extra, hs)
    same_fit(marker, other)


def test_order_of_columns_and_rows_does_not_matter(hs, plain):
    shuffled = hs.sample(frac=1, random_state=1)[sorted(hs.columns, reverse=True)]
    np.testing.assert_allclose(
        fit(THREE, shuffled).parameters["est"], plain.parameters["est"], rtol=1e-8
    )


def test_order_of_statements_does_not_matter(hs, plain):
    turned = fit("\n".join(reversed(THREE.splitlines())), hs)
    same_fit(plain, turned)
    assert turned.params["visual=~x2"] == pytest.approx(plain.params["visual=~x2"], rel=1e-6)


def test_two_equal_groups_double_the_chi_square(hs, plain):
    twice = pd.concat([hs.assign(half="one"), hs.assign(half="two")])
    found = fit(THREE, twice, group="half", meanstructure=False)
    assert found.measures["chisq"] == pytest.approx(2 * plain.measures["chisq"], rel=1e-9)
    assert found.df == 2 * plain.df
    assert found.measures["rmsea"] == pytest.approx(plain.measures["rmsea"], rel=1e-8)
    for g in (1, 2):
        part = found.parameters[found.parameters["group"] == g]
        np.testing.assert_allclose(part["est"], plain.parameters["est"], rtol=1e-6)
        np.testing.assert_allclose(part["se"], plain.parameters["se"], rtol=1e-6)
    # The same parameters in both groups: half the variance.
    shared = THREE.replace("+ x2", "+ c(l, l)*x2")
    tied = fit(shared, twice, group="half", meanstructure=False)
    assert tied.measures["chisq"] == pytest.approx(found.measures["chisq"], rel=1e-9)
    assert tied.npar == found.npar - 1


def test_a_saturated_model_fits(hs):
    names = ["x1", "x4", "x7", "x9"]
    text = "\n".join(f"{a} ~~ {b}" for k, a in enumerate(names) for b in names[k:])
    found = fit(text, hs)
    assert found.df == 0
    assert found.measures["chisq"] == pytest.approx(0, abs=1e-8)
    np.testing.assert_allclose(found.implied.cov, hs[names].cov(ddof=0), rtol=1e-8, atol=1e-10)
    assert found.measures["logl"] == pytest.approx(found.measures["unrestricted.logl"])
    assert np.isnan(found.measures["pvalue"])


def test_paths_among_observed_variables_are_least_squares(hs):
    found = fit("x9 ~ x1 + x4 + x7", hs).params
    x = np.column_stack([np.ones(len(hs)), hs[["x1", "x4", "x7"]]])
    beta, rss = np.linalg.lstsq(x, hs["x9"], rcond=None)[:2]
    np.testing.assert_allclose(found[["x9~x1", "x9~x4", "x9~x7"]], beta[1:], rtol=1e-8)
    assert found["x9~~x9"] == pytest.approx(rss[0] / len(hs))


def test_moments_give_the_same_fit_as_their_data(hs, plain):
    found = fit(THREE, Moments(hs[ITEMS].cov(), len(hs)))
    same_fit(plain, found, 1e-9)
    np.testing.assert_allclose(found.bse, plain.bse, rtol=1e-8)
    with_means = fit(
        THREE, Moments(hs[ITEMS].cov(), len(hs), mean=hs[ITEMS].mean()), meanstructure=True
    )
    same_fit(fit(THREE, hs, meanstructure=True), with_means, 1e-9)


def test_moments_by_group_give_the_same_fit_as_their_data(hs):
    parts = {
        str(name): Moments(part[ITEMS].cov(), len(part), mean=part[ITEMS].mean())
        for name, part in hs.groupby("school", sort=False)
    }
    raw, found = fit(THREE, hs, group="school"), fit(THREE, parts)
    same_fit(raw, found, 1e-8)
    assert list(found.implied.cov) == list(raw.implied.cov) == ["Pasteur", "Grant_White"]
    assert list(found.r2) == ["Pasteur", "Grant_White"]


def test_a_correlation_matrix_and_permuted_names(hs):
    cov = hs[ITEMS].cov()
    order = list(reversed(ITEMS))
    same_fit(fit(THREE, Moments(cov, 301)), fit(THREE, Moments(cov.loc[order, order], 301)), 1e-8)
    text = repr(Moments(cov, 301))
    assert text == "Moments(9 variables, n=301)"


def test_recovery_from_a_million_cases():
    rng = np.random.default_rng(8)
    n = 1_000_000
    f = rng.normal(size=n)
    g = 0.5 * f + np.sqrt(0.75) * rng.normal(size=n)
    h = 0.3 * f + 0.6 * g + 0.7 * rng.normal(size=n)
    loading = [1.0, 0.8, 1.2]
    frame = pd.DataFrame(
        {
            f"{name}{k}": 2 + loading[k] * factor + 0.6 * rng.normal(size=n)
            for name, factor in (("f", f), ("g", g), ("h", h))
            for k in range(3)
        }
    )
    text = "\n".join(f"{v.upper()} =~ {v}0 + {v}1 + {v}2" for v in "fgh")
    found = fit(text + "\nG ~ a*F\nH ~ b*G + c*F\nind := a*b", frame)
    truth = {"a": 0.5, "b": 0.6, "c": 0.3, "F=~f1": 0.8, "F=~f2": 1.2, "F~~F": 1.0,
             "G~~G": 0.75, "H~~H": 0.49, "h0~~h0": 0.36}  # fmt: skip
    for name, expected in truth.items():
        assert abs(found.params[name] - expected) < 4 * found.bse[name] < 0.02
    assert found.parameters.set_index("lhs").loc["ind", "est"] == pytest.approx(0.3, abs=0.005)
    assert found.measures["pvalue"] > 1e-4
    assert found.measures["rmsea"] < 0.003


@pytest.mark.parametrize(
    "name", ["factors", "residual covariances", "fixed x with means", "groups with means"]
)
def test_a_stack_gives_what_each_member_gives_alone(name):
    model = compiled(SHAPES[name])
    samples = random_samples(model, seed=6, stack=7)
    space = constraints_of(model).space
    problem = Problem(model, samples, space)
    first = tuple(s.take(np.array([0])) for s in samples)
    start = starting_points(model, first)[0]
    together = fisher_scoring(problem, np.tile(start, (7, 1)))
    assert together.converged.all()
    own = Problem(model, first, space)
    hessian = own.curvature(own.at(together.t[:1]))[0]
    fast = solve_stack(problem, together.t[0], np.linalg.inv(hessian))
    assert fast.converged.all()
    for k in range(7):
        alone = fisher_scoring(problem.take(np.array([k])), start[None])
        np.testing.assert_allclose(together.t[k], alone.t[0], rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(fast.t[k], alone.t[0], rtol=1e-4, atol=1e-5)
        assert fast.value[k] == pytest.approx(alone.value[0], abs=1e-10)


def test_members_that_quasi_newton_leaves_are_scored(monkeypatch):
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=6, stack=3)
    problem = Problem(model, samples, Space.free(model.n_parameters))
    start = starting_points(model, samples)[0]
    monkeypatch.setattr("scrm_model.estimation.optimise.quasi_newton._MAX_ITERATIONS", 1)
    poor = quasi_newton(problem, np.tile(start, (3, 1)), np.eye(len(start)))
    assert not poor.converged.any()
    assert solve_stack(problem, start, np.eye(len(start))).converged.all()


def test_resampled_moments_are_those_of_the_rows():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 3)) + 1e4
    counts = rng.multinomial(40, np.full(40, 1 / 40), size=3)
    found = resampled(rows, counts, mean=True)
    for k in range(3):
        alone = moments_of(np.repeat(rows, counts[k], axis=0), mean=True)
        np.testing.assert_allclose(found.cov[k], alone.cov[0], rtol=1e-9)
        np.testing.assert_allclose(found.mean[k], alone.mean[0], rtol=1e-12)
        assert found.logdet[k] == pytest.approx(alone.logdet[0])


@st.composite
def random_models(draw):
    """A recursive model of one to three latent variables with two to four items each."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    lines, item = [], 0
    for k, size in enumerate(sizes):
        lines.append(f"f{k} =~ " + " + ".join(f"x{item + j}" for j in range(size)))
        item += size
    for a in range(len(sizes)):
        lines += [f"f{b} ~ f{a}" for b in range(a + 1, len(sizes)) if draw(st.booleans())]
    if draw(st.booleans()):
        lines.append(f"x0 ~~ x{item - 1}")
    if draw(st.booleans()):
        lines.append("f0 ~ z")
    options = {"std_lv": draw(st.booleans()), "meanstructure": draw(st.booleans())}
    return "\n".join(lines), options, draw(st.integers(0, 10**6))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(random_models())
def test_start_values_are_a_population(drawn):
    text, options, seed = drawn
    model = compile_table(Model.from_syntax(text).parameter_table(**options))
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(model.p, model.p)) + rng.uniform(0, 2)
    rows = rng.normal(size=(60, model.p)) @ mixing * rng.uniform(0.1, 10, model.p)
    samples = (moments_of(rows, model.meanstructure),)
    starts = starting_points(model, samples)
    assert starts.shape[1] == model.n_parameters
    assert np.isfinite(starts).all()
    sigma = implied(model.blocks[0], starts, samples[0].cov, samples[0].mean).sigma
    assert np.linalg.eigvalsh(sigma).min() > 0


def test_start_values_of_the_user_are_used():
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=1)
    text = SHAPES["factors"].text.replace("+ x2", "+ start(0.33)*x2")
    wished = compile_table(Model.from_syntax(text).parameter_table())
    assert (starting_points(wished, samples)[:, 0] == 0.33).all()
    assert starting_points(model, samples)[0, 0] != 0.33


def test_start_values_without_a_population_give_way_to_plain_ones():
    # The covariance asked for is impossible with the guessed variances.
    text = "f =~ x1 + x2 + x3\nx1 ~~ start(0.4)*x2"
    model = compile_table(Model.from_syntax(text).parameter_table())
    cov = np.array([[1, 0.9, 0.9], [0.9, 1, 0.9], [0.9, 0.9, 1.0]])
    start = starting_points(model, (Sample.of(cov, 100),))[-1]
    names = list(model.names)
    assert start[names.index("f =~ x2")] == 1.0
    assert start[names.index("x1 ~~ x1")] == 0.5
    assert start[names.index("x1 ~~ x2")] == 0.4


def test_equal_slopes_are_the_projected_problem():
    model = compiled(SHAPES["factors"])
    samples = random_samples(model, seed=1)
    rng = np.random.default_rng(1)
    basis = np.linalg.qr(rng.normal(size=(model.n_parameters, 4)))[0]
    theta = off_the_minimum(model, samples, seed=1)
    problem = Problem(model, samples, Space(basis, theta[0]))
    t = np.zeros((1, 4))
    np.testing.assert_allclose(problem.space.nearest(problem.space.theta(t)), t, atol=1e-12)
    h = 1e-5
    slope = problem.slope(problem.at(t))[0]
    for k in range(4):
        up, down = t.copy(), t.copy()
        up[0, k], down[0, k] = h, -h
        expected = (problem.at(up).value - problem.at(down).value)[0] / (2 * h)
        assert slope[k] == pytest.approx(expected, rel=1e-5, abs=1e-8)
