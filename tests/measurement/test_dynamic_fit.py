"""Simulated cut-offs: populations, draws, indices, the rule, and lavaan's quantiles."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import HERE, case, data

from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.resample import Refits
from scrm_model.measurement.dynamic.dynamic_fit import _cut_off, _solution, dynamic_fit
from scrm_model.measurement.dynamic.indices import INDICES, drawn_moments, indices_of
from scrm_model.measurement.dynamic.misfit import levels_of
from scrm_model.planning.population import population

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ONE = "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9"
LAVAAN = case("dynamic", HERE)


@pytest.fixture(scope="module")
def hs():
    return fit(THREE, data("hs"))


@pytest.fixture(scope="module")
def found(hs):
    return dynamic_fit(hs, seed=1)


def itself(fitted):
    return Refits(
        fitted.theta[None], np.ones(1, bool), np.ones(1, bool),
        np.array([fitted.solution.value]), fitted.samples,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (THREE, {}),
        (THREE, {"meanstructure": True}),
        (THREE, {"likelihood": "wishart"}),
        (THREE + "\nspeed ~ ageyr + sex", {"fixed_x": False}),
        ("visual =~ x1 + x2 + x3 + x4", {}),
    ],
)
def test_indices_of_a_stack_are_those_of_a_fit(text, options):
    fitted = fit(text, data("hs"), **options)
    expected = fitted.measures[list(INDICES)].to_numpy(dtype=float)
    np.testing.assert_allclose(indices_of(fitted, itself(fitted))[0], expected, atol=1e-10)


def test_populations_are_those_of_lavaan(hs):
    levels = levels_of(_solution(hs))
    assert [of.added for of in levels] == ["", "textual =~ 0.42*x2", "textual =~ 0.57*x7"]
    for mine, theirs in zip(levels, LAVAAN["levels"], strict=True):
        np.testing.assert_allclose(mine.correlations, theirs["correlations"], atol=1e-6)


def test_a_population_has_the_loading_that_its_text_names(hs):
    std = hs.parameters.set_index(["lhs", "op", "rhs"])["std_all"]
    loadings = {(a, b): v for (a, op, b), v in std.items() if op == "=~"}
    between = {(a, b): v for (a, op, b), v in std.items() if op == "~~" and a != b}
    loadings["textual", "x2"] = loadings["visual", "x2"]
    expected = population(THREE + "\ntextual =~ x2", loadings=loadings, correlations=between).cov
    level = levels_of(_solution(hs))[1]
    names = list(hs.compiled.observed)
    np.testing.assert_allclose(level.correlations, expected.loc[names, names], atol=1e-9)


def test_left_out_loadings_leave_an_item_something_to_itself():
    free = "\n".join(f"{f} =~ {f}1 + {f}2 + {f}3" for f in "abc")
    between = dict.fromkeys([("a", "b"), ("a", "c"), ("b", "c")], 0.6)
    true = population(free, loadings=0.93, correlations=between)
    solution = _solution(fit(free, Moments(true.cov, 400)))
    levels = levels_of(solution)
    for level in levels[1:]:
        np.testing.assert_array_equal(np.diag(level.correlations), 1)
        added = np.abs(level.correlations - levels[0].correlations).max()
        assert 0.05 < added < 0.2  # not the .93 of the item's own loading
    # An item's last 5 per cent: what the three factors cannot explain.
    last = levels[-1]
    item = int(np.abs(last.correlations - levels[1].correlations).sum(axis=0).argmax())
    row = np.array([0.0, 0.0, 0.0])
    own = next(f for f, items in enumerate(solution.items) if item in items)
    row[own] = solution.loadings[item, own]
    other = solution.factors.index(last.added.split(" =~")[0])
    row[other] = float(last.added.split("=~ ")[1].split("*")[0])
    assert row @ solution.between @ row == pytest.approx(0.95, abs=0.01)


def test_one_factor_has_correlated_residuals():
    fitted = fit(ONE, data("hs"))
    levels = levels_of(_solution(fitted))
    assert [of.level for of in levels] == [0, 1, 2, 3]
    loadings = _solution(fitted).loadings[:, 0]
    changed = levels[-1].correlations - levels[0].correlations
    pairs = np.argwhere(np.triu(changed) != 0)
    assert len(pairs) == 4
    assert len(set(pairs.ravel())) == 8
    for i, j in pairs:
        left = np.sqrt((1 - loadings[i] ** 2) * (1 - loadings[j] ** 2))
        assert changed[i, j] / left == pytest.approx(0.30)
    counts = [(np.triu(of.correlations - levels[0].correlations) != 0).sum() for of in levels]
    assert counts == [0, 1, 3, 4]


def test_drawn_moments_are_those_of_drawn_cases():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(3, 3))
    cov, mean, n = root @ root.T + np.eye(3), np.array([1.0, -2.0, 0.5]), 40
    drawn = drawn_moments(np.random.default_rng(1), 20_000, n, cov, mean)
    assert isinstance(drawn, Sample)
    s = drawn.cov
    error = 4 / np.sqrt(20_000)
    np.testing.assert_allclose(s.mean(axis=0), cov * (n - 1) / n, atol=error * cov.max())
    # Var s_ij = (sigma_ii sigma_jj + sigma_ij^2) (n - 1) / n^2
    expected = (np.outer(np.diag(cov), np.diag(cov)) + cov**2) * (n - 1) / n**2
    np.testing.assert_allclose(s.var(axis=0), expected, rtol=0.06)
    means = drawn.mean
    np.testing.assert_allclose(np.cov(means.T), cov / n, atol=error * cov.max() / n * 2)
    np.testing.assert_allclose(means.mean(axis=0), mean, atol=0.02)
    lag = np.corrcoef(s[:, 0, 0], means[:, 0])[0, 1]
    assert abs(lag) < error


def test_quantiles_are_those_of_lavaan(found):
    """500 replicates each: a quantile is known to about .003, the median to less."""
    for level, theirs in enumerate(LAVAAN["levels"]):
        mine = found.distributions[level].quantile(LAVAAN["probabilities"]).to_numpy()
        np.testing.assert_allclose(mine, theirs["quantiles"], atol=0.009)
        np.testing.assert_allclose(mine[2], theirs["quantiles"][2], atol=0.004)


def test_table_and_frame_agree(found, hs):
    table = found.table
    assert table.index.tolist() == [
        "level 0", "level 1", "level 2", "Hu & Bentler (1999)", "this fit",
    ]  # fmt: skip
    np.testing.assert_array_equal(
        table.loc["this fit"], hs.measures[list(INDICES)].to_numpy(dtype=float)
    )
    assert table.loc["Hu & Bentler (1999)"].tolist() == [0.08, 0.06, 0.95]
    second = found.frame[found.frame["level"] == 2].set_index("index")
    assert (second["rate"] == 0.05).all()
    assert second["reached"].tolist() == [True, True, True]
    for of, sign in (("srmr", 1), ("rmsea", 1), ("cfi", -1)):
        wrong, right = found.distributions[2][of] * sign, found.distributions[0][of] * sign
        cutoff = second.loc[of, "cutoff"] * sign
        assert (wrong >= cutoff).mean() == pytest.approx(0.95, abs=0.003)
        assert (right > cutoff).mean() <= 0.05
    assert "Level 2 adds textual =~ 0.57*x7." in repr(found)
    assert "this fit" in found._repr_html_()


def test_rule_of_the_cut_off():
    right = np.linspace(0, 1, 101)
    assert _cut_off(right, right + 2, False, 1) == (pytest.approx(2.05), 0.05)
    assert _cut_off(right, right + 0.85, False, 1) == (pytest.approx(0.95), 0.10)
    assert np.isnan(_cut_off(right, right + 0.5, False, 1)).all()
    assert _cut_off(-right, -right - 2, True, 1) == (pytest.approx(-2.05), 0.05)
    assert _cut_off(right, right, False, 0) == (pytest.approx(0.95), 0.05)


def test_numbers_depend_on_the_seed_alone(hs):
    one, two = dynamic_fit(hs, 300, seed=4), dynamic_fit(hs, 300, seed=4, n_jobs=2)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    other = dynamic_fit(hs, 300, seed=5)
    assert not one.frame["cutoff"].equals(other.frame["cutoff"])


def test_structural_and_second_order_models_have_cut_offs():
    frame = data("polidem")
    text = (
        "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\ndem65 =~ y5 + y6 + y7 + y8\n"
        "dem60 ~ ind60\ndem65 ~ ind60 + dem60"
    )
    levels = dynamic_fit(fit(text, frame), 60, seed=1).frame
    assert levels["level"].max() == 2
    assert levels["added"].str.startswith(("ind60 =~", "")).all()
    higher = fit(THREE + "\ng =~ visual + textual + speed", data("hs"))
    assert dynamic_fit(higher, 60, seed=1).frame["level"].max() == 2


def test_ordinal_variables_are_cut_at_their_thresholds():
    frame = data("datcat")
    text = "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
    fitted = fit(text, frame, ordered=True)
    found = dynamic_fit(fitted, 50, seed=1)
    own = found.frame.drop_duplicates("index").set_index("index")["value"]
    assert own["rmsea"] == fitted.measures["rmsea.scaled"]
    assert own["cfi"] == fitted.measures["cfi.scaled"]
    right, wrong = found.distributions[0], found.distributions[1]
    assert right["srmr"].median() < wrong["srmr"].median()
    assert right["cfi"].median() > 0.98


def test_what_cannot_be_simulated_says_why():
    frame = data("hs")
    with pytest.raises(NotAvailableError, match="degrees of freedom"):
        dynamic_fit(fit("visual =~ x1 + x2 + x3", frame))
    with pytest.raises(NotAvailableError, match="several"):
        dynamic_fit(fit(THREE, frame, group="school"))
    with pytest.raises(NotAvailableError, match="fixed_x=False"):
        dynamic_fit(fit(THREE + "\nspeed ~ ageyr", frame))
    with pytest.raises(NotAvailableError, match="likelihood"):
        dynamic_fit(fit(THREE, frame, estimator="ULS"))
    with pytest.raises(ArgumentError, match="at least 50"):
        dynamic_fit(fit(THREE, frame), 20)
    with pytest.raises(ArgumentError, match="latent"):
        dynamic_fit(fit("x1 ~ x2 + x3\nx4 ~ x1", frame))
    with pytest.raises(ArgumentError, match="result of fit"):
        dynamic_fit(frame)
