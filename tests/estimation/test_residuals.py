from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from against_lavaan.diagnostics import DIAGNOSED, fitted_case
from against_lavaan.witness import data
from estimation.ordinal_builders import answers

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.evaluation.residuals import KINDS
from scrm_model.estimation.fit import fit
from scrm_model.estimation.uncertainty.bread import Bread

# Below this share of its sampling variance, lavaan divides rounding errors by one another.
HUGE = 1e5
EQUAL = ["thresholds", "loadings"]


def of_group(found, table, g):
    if not found.table.groups:
        return table.cov, table.mean
    label = found.table.groups[g]
    return table.cov[label], None if table.mean is None else table.mean[label]


def of_responses(found, table, g, expected):
    """Thresholds, and slopes on fixed predictors, where variables are ordinal."""
    pairs = []
    for part in ("thresholds", "slopes"):
        mine = getattr(table, part)
        if found.table.groups and mine is not None:
            mine = mine[found.table.groups[g]]
        assert (mine is None) == (part not in expected)
        if part == "thresholds" and mine is not None:
            theirs = pd.Series(expected[part], dtype=float)
            assert list(theirs.index) == list(mine.index)
            pairs.append((mine.to_numpy(), theirs.to_numpy()))
        elif mine is not None:
            theirs = np.array(expected[part]["rows"], dtype=float)
            names = expected[part]["names"]
            pairs.append((mine.loc[expected["names"], names].to_numpy(), theirs))
    return pairs


# lavaan has no errors of residuals for some models of ordinal variables.
STORED = [(name, kind) for name in sorted(DIAGNOSED) for kind in DIAGNOSED[name]["residuals"]]


def test_all_kinds_are_compared():
    assert {kind for _, kind in STORED} == set(KINDS)
    assert len(STORED) > 100


@pytest.mark.parametrize(("name", "kind"), STORED)
def test_residuals_equal_lavaans(name, kind):
    stored, found = DIAGNOSED[name], fitted_case(name)
    table = found.residual_table(kind)
    # A standardised residual divides by small numbers.
    near = stored["tolerance"] * (10 if kind == "standardized" else 1)
    for g, expected in enumerate(stored["residuals"][kind]):
        cov, mean = of_group(found, table, g)
        names = expected["names"]
        pairs = [(cov.loc[names, names].to_numpy(), np.array(expected["cov"], dtype=float))]
        assert (mean is None) == ("mean" not in expected)
        if mean is not None and len(expected["mean"]) == len(names):
            # A latent response has thresholds and no mean of its own; see docs/ordinal.md.
            theirs = pd.Series(expected["mean"], names, dtype=float).drop(
                list(found.settings.ordered)
            )
            pairs.append((mean[theirs.index].to_numpy(), theirs.to_numpy()))
        pairs += of_responses(found, table, g, expected)
        for mine, theirs in pairs:
            judged = np.abs(theirs) < HUGE
            assert (mine[~judged] == 0).all()
            np.testing.assert_allclose(mine[judged], theirs[judged], rtol=near, atol=near)


def test_raw_residuals_are_those_of_the_property():
    found = fitted_case("groups")
    for label, cov in found.residual_table().cov.items():
        pd.testing.assert_frame_equal(cov, found.residuals.cov[label])


def test_british_spelling_is_understood():
    found = fitted_case("factors")
    for kind in ("normalized", "standardized"):
        british = found.residual_table(kind.replace("ized", "ised"))
        pd.testing.assert_frame_equal(british.cov, found.residual_table(kind).cov)


def test_standardized_residuals_are_standard_normal_when_the_model_holds():
    rng = np.random.default_rng(8)
    loading = np.array([0.8, 0.7, 0.6, 0.5, 0.7])
    drawn = []
    for _ in range(200):
        rows = rng.normal(size=(400, 1)) * loading + rng.normal(size=(400, 5)) * 0.6
        frame = pd.DataFrame(rows, columns=[f"x{k}" for k in range(1, 6)])
        cov = fit("f =~ x1 + x2 + x3 + x4 + x5", frame).residual_table("standardized").cov
        drawn.append(cov.to_numpy()[np.tril_indices(5, -1)])
    assert np.abs(np.mean(drawn, axis=0)).max() < 0.25
    np.testing.assert_allclose(np.std(drawn, axis=0), 1.0, atol=0.17)


def test_residuals_that_can_only_be_zero_are():
    cov = fitted_case("fixed x").residual_table("standardized").cov
    x = ["ageyr", "sex", "grade"]
    assert (cov.loc[x, x] == 0).all(axis=None)
    assert np.diag(fitted_case("factors").residual_table("standardized").cov) == pytest.approx(0)


def test_a_wrong_kind_says_which_there_are():
    with pytest.raises(ArgumentError, match=r"kind= needs one of 'raw', .* got 'normal'\. Did you"):
        fitted_case("factors").residual_table("normal")


def test_a_search_without_an_end_has_no_residual_table():
    found = fitted_case("factors")
    failed = replace(found, solution=replace(found.solution, converged=False))
    with pytest.raises(EstimationError, match=r"residual_table\(\) needs a converged fit; No min"):
        failed.residual_table()


def test_standardized_residuals_need_an_information(monkeypatch):
    found = fit("visual =~ x1 + x2 + x3 + x9", data("hs"))
    monkeypatch.setattr(Bread, "inverse", lambda self, kind: None)
    with pytest.raises(EstimationError, match=r"kind='standardized' needs an invertible inf"):
        found.residual_table("standardized")
    assert np.isfinite(found.residual_table("normalized").cov).all(axis=None)


@pytest.mark.parametrize("kind", ["normalized", "standardized"])
def test_residuals_of_ordinal_groups_are_those_of_each_group_alone(kind):
    # Nothing is equal, so each group's residuals have the errors that its own cases give them.
    found = fitted_case("ordinal groups")
    frame, options = data("datcat"), {"ordered": True}
    for label, cov in found.residual_table(kind).cov.items():
        alone = fit(found.model, frame[frame["g"] == label], **options).residual_table(kind)
        pd.testing.assert_frame_equal(cov, alone.cov, rtol=1e-5, atol=1e-6)


def test_standardized_ordinal_residuals_are_standard_normal_when_the_model_holds():
    drawn = []
    for seed in range(60):
        rows = pd.concat([answers(2 * seed, 250), answers(2 * seed + 1, 400)])
        rows["g"] = np.repeat(["a", "b"], [250, 400])
        found = fit("f =~ u1 + u2 + u3 + u4", rows, ordered=True, group="g", group_equal=EQUAL)
        table = found.residual_table("standardized")
        parts = [c.to_numpy()[np.tril_indices(4, -1)] for c in table.cov.values()]
        drawn.append(np.concatenate([*parts, *(t.to_numpy() for t in table.thresholds.values())]))
    drawn = np.array(drawn)
    free = np.std(drawn, axis=0) > 0.1  # thresholds that a scale takes up leave no residual
    assert free.sum() > 12
    assert np.abs(np.mean(drawn[:, free], axis=0)).max() < 0.5
    assert np.std(drawn[:, free]) == pytest.approx(1.0, abs=0.1)
