from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from against_lavaan.diagnostics import DIAGNOSED, fitted_case
from against_lavaan.witness import data

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.evaluation.residuals import KINDS
from scrm_model.estimation.fit import fit
from scrm_model.estimation.uncertainty.bread import Bread

# Below this share of its sampling variance, lavaan divides rounding errors by one another.
HUGE = 1e5


def of_group(found, table, g):
    if not found.table.groups:
        return table.cov, table.mean
    label = found.table.groups[g]
    return table.cov[label], None if table.mean is None else table.mean[label]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(DIAGNOSED))
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
        if mean is not None:
            pairs.append((mean[names].to_numpy(), np.array(expected["mean"], dtype=float)))
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
