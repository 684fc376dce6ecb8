"""A fit without each case: against single fits, against lavaan, and against what must hold."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import HERE, case, data

from scrm_model.errors import ArgumentError, EstimationError, NotAvailableError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference.casewise import log_density, squared_distance
from scrm_model.inference.influence import influence

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
STORED = case("influence", HERE)["fits"]


@pytest.mark.filterwarnings("ignore:2 of 301 rows have no answer")
@pytest.mark.parametrize("name", STORED)
def test_against_lavaan(name):
    stored = STORED[name]
    frame = data(stored["data"])
    missing = stored["args"] or {}
    fitted = fit(stored["model"], frame, **missing)
    found = influence(fitted)
    logl = np.array([v for v in stored["loglik"] if isinstance(v, float)])
    np.testing.assert_allclose(found.frame["loglik"], logl, rtol=1e-5, atol=1e-5)
    for one in stored["cases"]:
        row = found.frame[found.frame["case"] == one["case"] - 1].iloc[0]
        # vcov() of lavaan's FIML is a numerical Hessian.
        near = 1e-3 if missing else 1e-5
        assert row["gcd"] == pytest.approx(one["gcd"], rel=near)
        assert row["likelihood_distance"] == pytest.approx(one["likelihood_distance"], abs=1e-5)
        if not missing:
            assert row["d_chisq"] == pytest.approx(one["d_chisq"], abs=1e-5)
        changes = found.changes.loc[row.name, stored["names"]]
        np.testing.assert_allclose(changes, one["changes"], rtol=near, atol=near)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (THREE, {}),
        (THREE + "\nspeed ~ ageyr + sex", {}),
        (THREE, {"group": "school", "group_equal": "loadings"}),
        (THREE, {"meanstructure": True, "estimator": "MLR"}),
    ],
)
def test_likelihoods_of_cases_add_up(text, options):
    fitted = fit(text, data("hs"), **options)
    found = influence(fitted, cases=fitted.rows[0].index[:3])
    whole = influence(fitted)
    assert whole.frame["loglik"].sum() == pytest.approx(fitted.measures["logl"], abs=1e-8)
    pd.testing.assert_frame_equal(found.frame, whole.frame.head(3))
    assert (whole.frame["likelihood_distance"] > 0).all()


@pytest.mark.parametrize("options", [{}, {"likelihood": "wishart"}, {"estimator": "GLS"}])
def test_change_of_chi_square_is_that_of_a_fit_without_the_case(options):
    frame = data("hs")
    fitted = fit(THREE, frame, **options)
    found = influence(fitted, cases=[7, 180])
    for row in found.frame.itertuples():
        alone = fit(THREE, frame.drop(index=row.case), **options)
        expected = fitted.measures["chisq"] - alone.measures["chisq"]
        assert row.d_chisq == pytest.approx(expected, abs=1e-7)


def test_a_planted_case_comes_first():
    frame = data("hs")
    frame.index = [f"pupil {k}" for k in range(len(frame))]
    frame.loc["pupil 40", ["x1", "x2", "x3"]] = [12.0, -3.0, 12.0]
    found = influence(fit(THREE, frame))
    for column in ("gcd", "likelihood_distance", "d2", "loglik"):
        assert found.top(1, by=column)["case"].tolist() == ["pupil 40"]
    assert "pupil 40" in repr(found)
    assert "pupil 40" in found._repr_html_()
    assert found.top(3)["changes_most"].notna().all()


def test_numbers_do_not_depend_on_workers():
    fitted = fit(THREE, data("hs"))
    pd.testing.assert_frame_equal(influence(fitted, n_jobs=2).frame, influence(fitted).frame)


def test_ordinal_answers_have_what_they_can_have():
    frame = data("hs").round()
    fitted = fit(THREE, frame, ordered=["x4", "x5", "x6"])
    found = influence(fitted, cases=range(20))
    assert found.frame.columns.tolist() == ["case", "group", "gcd"]
    assert [r.split(":")[0] for r in found.remarks] == [
        "d2, loglik",
        "likelihood_distance",
        "d_chisq",
    ]
    with pytest.raises(NotAvailableError, match=r"no 'd2'.*ordinal"):
        found.top(by="d2")
    alone = fit(THREE, frame.drop(index=3), ordered=["x4", "x5", "x6"])
    expected = (fitted.params - alone.params) / fitted.bse
    np.testing.assert_allclose(found.changes.loc[3], expected, atol=1e-6)


def test_a_case_without_which_there_is_no_minimum_is_named():
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(60, 4)), columns=list("abcd"))
    frame["y"] = 0.0
    frame.loc[11, "y"] = 1.0  # y is constant without this case
    fitted = fit("y ~ a + b", frame)
    found = influence(fitted)
    assert found.remarks == ("No minimum without 11.",)
    assert np.isnan(found.frame.loc[11, "gcd"])
    assert found.frame["gcd"].notna().sum() == 59
    assert len(found.top(60)) == 60


def test_density_of_incomplete_cases():
    rng = np.random.default_rng(1)
    root = rng.normal(size=(4, 4))
    cov, mean, rows = root @ root.T, rng.normal(size=4), rng.normal(size=(30, 4))
    rows[rng.random(rows.shape) < 0.3] = np.nan
    distance, logdet, answered = squared_distance(rows, mean, cov)
    for k, row in enumerate(rows):
        seen = ~np.isnan(row)
        part, deviation = cov[np.ix_(seen, seen)], row[seen] - mean[seen]
        assert answered[k] == seen.sum()
        assert distance[k] == pytest.approx(deviation @ np.linalg.solve(part, deviation))
        assert logdet[k] == pytest.approx(np.linalg.slogdet(part)[1] if seen.any() else 0.0)
    assert log_density(np.zeros(1), np.zeros(1), np.ones(1, int))[0] == pytest.approx(-0.9189385332)


def test_bad_input():
    fitted = fit(THREE, data("hs"))
    with pytest.raises(ArgumentError, match=r"cases= needs labels .* got \[9999\]"):
        influence(fitted, cases=[1, 9999])
    with pytest.raises(ArgumentError, match="cases="):
        influence(fitted, cases=[])
    with pytest.raises(ArgumentError, match="by="):
        influence(fitted, cases=[1]).top(by="cook")
    moments = Moments(data("hs")[[f"x{k}" for k in range(1, 10)]].cov(), n=301)
    with pytest.raises(EstimationError, match="raw data"):
        influence(fit(THREE, moments))
