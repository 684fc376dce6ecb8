import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from against_lavaan.diagnostics import DIAGNOSED, fitted_case
from against_lavaan.witness import case, data, data_of

from scrm_model.errors import (
    ArgumentError,
    DataError,
    EstimationError,
    MissingColumnError,
    MissingDataWarning,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
SCORED = sorted(
    name for name, stored in DIAGNOSED.items() if "regression" in stored.get("scores", {})
)


@pytest.mark.parametrize("method", ["regression", "bartlett"])
@pytest.mark.parametrize("name", SCORED)
def test_scores_equal_lavaans(name, method):
    stored, found = DIAGNOSED[name], fitted_case(name)
    scores = found.factor_scores(method)
    for group, expected in zip(found.rows, stored["scores"][method], strict=True):
        theirs = pd.DataFrame(expected["rows"], columns=expected["names"])
        if name == "second order" and method == "bartlett":
            # No answer is the second-order factor's own; lavaan gives 0.
            assert (theirs.pop("g") == 0).all()
        mine = scores.loc[group.index[:5]]
        assert list(mine.columns) == list(theirs.columns)
        np.testing.assert_allclose(mine, theirs, rtol=stored["tolerance"], atol=stored["tolerance"])


def test_regression_scores_by_the_formula():
    found = fitted_case("factors")
    table = found.parameters
    loading = table[table["op"] == "=~"].pivot(index="rhs", columns="lhs", values="est").fillna(0.0)
    covariances = table[(table["op"] == "~~") & table["lhs"].isin(loading.columns)]
    phi = pd.DataFrame(0.0, loading.columns, loading.columns)
    for lhs, rhs, value in covariances[["lhs", "rhs", "est"]].itertuples(index=False):
        phi.loc[lhs, rhs] = phi.loc[rhs, lhs] = value
    rows = data("hs").dropna()[loading.index]
    weights = phi @ loading.T @ np.linalg.inv(found.implied.cov.loc[loading.index, loading.index])
    expected = (rows - rows.mean()).to_numpy() @ weights.to_numpy().T
    np.testing.assert_allclose(
        found.factor_scores()[loading.columns], expected, rtol=1e-8, atol=1e-10
    )


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_scores_of_a_latent_value(method):
    """Bartlett's are unbiased given the latent values; regression scores shrink."""
    found = fitted_case("orthogonal")
    loading = found.parameters.query("op == '=~' and lhs == 'visual'").set_index("rhs")["est"]
    centre = data("hs").dropna()[list(found.compiled.observed)].mean()
    noiseless = pd.DataFrame([centre, centre]) + 0.0
    noiseless.loc[:, loading.index] += np.outer([1.5, -2.0], loading)
    score = found.factor_scores(method, noiseless)
    ratio = score["visual"].to_numpy() / [1.5, -2.0]
    np.testing.assert_allclose(score[["textual", "speed"]], 0.0, atol=1e-9)
    if method == "bartlett":
        np.testing.assert_allclose(ratio, 1.0, rtol=1e-9)
    else:
        assert ratio[0] == pytest.approx(ratio[1])
        assert 0.5 < ratio[0] < 0.9


def test_regression_scores_use_all_that_was_observed():
    # A factor's outcome tells of it too: the scores are least squares given all variables.
    text = "speed =~ x7 + x8 + x9\ngrade ~ speed"
    found = fit(text, data("hs").dropna())
    table = found.params
    variance = table["speed~~speed"]
    with_factor = variance * np.array(
        [1.0, table["speed=~x8"], table["speed=~x9"], table["grade~speed"]]
    )
    names = ["x7", "x8", "x9", "grade"]
    weights = np.linalg.solve(found.implied.cov.loc[names, names], with_factor)
    rows = data("hs").dropna()[names]
    np.testing.assert_allclose(
        found.factor_scores()["speed"], (rows - rows.mean()) @ weights, atol=1e-9
    )
    # Bartlett's take the factor's own indicators.
    alone = fit("speed =~ x7 + x8 + x9", data("hs").dropna())
    bartlett = found.factor_scores("bartlett")["speed"]
    assert np.corrcoef(bartlett, alone.factor_scores("bartlett")["speed"])[0, 1] > 0.99


@pytest.mark.parametrize("method", ["regression", "bartlett"])
@pytest.mark.parametrize(
    "text",
    [
        THREE,
        THREE + "\nspeed ~ ageyr + sex\ntextual ~ speed",
        "speed =~ x7 + x8 + x9\ngrade ~ ageyr\nspeed ~ grade + sex",
        "textual =~ x4 + x5 + x6\ntextual ~~ ageyr",
    ],
)
def test_a_mean_structure_does_not_change_them(text, method):
    rows = data("hs").dropna()
    plain = fit(text, rows).factor_scores(method)
    means = fit(text, rows, meanstructure=True).factor_scores(method)
    pd.testing.assert_frame_equal(plain, means, rtol=1e-5, atol=1e-6)


def test_an_indicator_moved_by_a_covariate():
    # What sex does to x7 is taken out of it before it speaks of the factor.
    text = "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\nspeed ~ textual\nx7 ~ sex"
    found = fit(text, data("hs").dropna())
    pair = data("hs").dropna().iloc[[0, 0]].assign(sex=[1, 2])
    effect = found.params["x7~sex"]
    pair.loc[:, "x7"] = pair["x7"].to_numpy() + effect * np.array([0.0, 1.0])
    one, two = found.factor_scores("bartlett", pair)["speed"]
    assert one == pytest.approx(two, abs=1e-10)


def test_scores_come_under_the_index_of_the_rows():
    rows = data("hs").set_index(data("hs").index[::-1] * 10)
    text = THREE + "\nspeed ~ grade"
    with pytest.warns(MissingDataWarning):
        found = fit(text, rows)
    scores = found.factor_scores()
    assert list(scores.index) == list(rows.index[rows["grade"].notna()])
    assert list(scores.columns) == ["visual", "textual", "speed"]


def test_groups_stand_one_below_the_other():
    found = fitted_case("groups")
    scores = found.factor_scores()
    assert len(scores) == found.nobs
    assert list(scores.index) == [k for r in found.rows for k in r.index]
    again = found.factor_scores(data=data("hs").dropna())
    pd.testing.assert_frame_equal(again, scores)


def test_rows_of_another_sample():
    found = fitted_case("factors")
    other = data("hs").dropna().iloc[[7, 3]]
    pd.testing.assert_frame_equal(
        found.factor_scores(data=other), found.factor_scores().loc[other.index]
    )
    holed = other.assign(x1=[np.nan, 4.0])
    with pytest.warns(MissingDataWarning, match="1 of 2 rows have missing cells and get no"):
        scores = found.factor_scores(data=holed)
    assert list(scores.index) == [other.index[1]]
    with pytest.raises(MissingColumnError, match="'x9' is not there"):
        found.factor_scores(data=other.drop(columns="x9"))


def test_rows_of_another_group_are_refused():
    found = fitted_case("groups")
    other = data("hs").dropna().assign(school="Pasteurs")
    with pytest.raises(
        DataError, match=r"needs rows of the groups that were fitted, 'Pasteur', .* Did you mean"
    ):
        found.factor_scores(data=other)


def test_a_wrong_method_says_which_there_are():
    with pytest.raises(
        ArgumentError, match=r"method= needs 'regression' or 'bartlett'; got 'Bart'"
    ):
        fitted_case("factors").factor_scores("Bart")


def test_moments_have_no_scores_but_may_give_them():
    stored = case("thurstone_moments")
    found = fit(stored["model"], data_of(stored))
    with pytest.raises(EstimationError, match=r"factor_scores\(\) needs raw data; .* data="):
        found.factor_scores()
    rows = pd.DataFrame(np.zeros((2, 9)), columns=found.compiled.observed)
    with pytest.raises(EstimationError, match=r"needs means; .* meanstructure=True"):
        found.factor_scores(data=rows)


def test_moments_with_means_score_new_rows():
    rows = data("hs").dropna()
    raw = fit(THREE, rows, meanstructure=True)
    names = list(raw.compiled.observed)
    moments = Moments(rows[names].cov(), len(rows), mean=rows[names].mean())
    found = fit(THREE, moments, meanstructure=True)
    pd.testing.assert_frame_equal(
        found.factor_scores(data=rows), raw.factor_scores(), rtol=1e-6, atol=1e-8
    )


def test_a_search_without_an_end_has_no_scores():
    found = fitted_case("factors")
    failed = replace(found, solution=replace(found.solution, converged=False))
    with (
        warnings.catch_warnings(),
        pytest.raises(EstimationError, match=r"factor_scores\(\) needs a converged fit; No min"),
    ):
        failed.factor_scores()
