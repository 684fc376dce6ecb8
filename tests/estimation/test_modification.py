from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from against_lavaan.diagnostics import DIAGNOSED, fitted_case
from against_lavaan.witness import case, data, data_of

from scrm_model.errors import EstimationError
from scrm_model.estimation.evaluation import modification
from scrm_model.estimation.evaluation.candidates import candidates, extended
from scrm_model.estimation.evaluation.modification import score_tests
from scrm_model.estimation.fit import fit
from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.moments import Moments

KEY = ["lhs", "op", "rhs", "group"]
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
TWO = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"


def stored_indices(stored):
    frame = pd.DataFrame(stored["indices"], columns=stored["columns"])
    return frame.astype({c: float for c in stored["columns"] if c not in KEY}).set_index(KEY)


@pytest.mark.parametrize("name", sorted(DIAGNOSED))
def test_indices_equal_lavaans(name):
    stored = DIAGNOSED[name]
    expected = stored_indices(stored)
    found = fitted_case(name).modification_indices().set_index(KEY)
    # Moments of fixed predictors have an index of 0, and lavaan lists now these and now those.
    assert (found.loc[found.index.difference(expected.index), "mi"] == 0).all()
    absent = expected.index.difference(found.index)
    assert (expected.loc[absent, "mi"] < 1e-12).all()
    expected = expected.drop(absent)
    found = found.loc[expected.index]
    # An index takes the square of the score, which lavaan's search leaves near 0, not at it.
    near = {"rtol": 10 * stored["tolerance"], "atol": 10 * stored["tolerance"]}
    for column in ("mi", "epc"):
        np.testing.assert_allclose(found[column], expected[column], **near, err_msg=column)
    # lavaan gives -1 or 0 for a standardised variance, and nothing for what lacks one.
    judged = (
        np.array([lhs != rhs for lhs, _, rhs, _ in expected.index]) & expected["sepc_all"].notna()
    )
    for column in ("sepc_lv", "sepc_all", "sepc_nox"):
        np.testing.assert_allclose(
            found.loc[judged, column], expected.loc[judged, column], **near, err_msg=column
        )


def test_without_residual_variance_no_standardised_change():
    found = fitted_case("single indicators").modification_indices()
    row = found[(found["lhs"] == "ageyr") & (found["rhs"] == "x8")].iloc[0]
    assert row["epc"] == pytest.approx(row["sepc_lv"])
    assert np.isnan(row["sepc_all"])


@pytest.mark.parametrize(
    ("arrow", "value"),
    [("x1 ~~ x4", 0.02), ("x1 ~~ x4", -0.02), ("f =~ x5", 0.03), ("x2 ~~ x3", 0.02)],
)
def test_index_is_the_fall_of_chi_square_and_epc_the_estimate(arrow, value):
    lhs, op, rhs = arrow.split()
    truth = fit(f"{TWO}\n{lhs} {op} {value}*{rhs}", population_start())
    cov, n = truth.implied.cov, 400
    moments = Moments(cov * n / (n - 1), n)
    tight, free = fit(TWO, moments), fit(f"{TWO}\n{arrow}", moments)
    found = tight.modification_indices().set_index(KEY).loc[(lhs, op, rhs, 1)]
    drop = tight.measures["chisq"] - free.measures["chisq"]
    assert found["mi"] == pytest.approx(drop, rel=0.08)
    assert found["epc"] == pytest.approx(value, rel=0.08)
    estimate = free.parameters.set_index(KEY).loc[(lhs, op, rhs, 1)]
    for column, std in (("sepc_lv", "std_lv"), ("sepc_all", "std_all")):
        assert found[column] == pytest.approx(estimate[std], rel=0.1)


def population_start():
    loading = np.kron(np.eye(2), np.array([[0.8], [0.7], [0.6]]))
    cov = loading @ [[1.0, 0.4], [0.4, 1.0]] @ loading.T
    np.fill_diagonal(cov, 1.0)
    return Moments(cov, 500, names=[f"x{k}" for k in range(1, 7)])


def test_a_user_value_is_where_the_candidate_stands():
    # Fixed at what it would be if free, there is nothing to gain, and nowhere to go.
    free = fit(f"{THREE}\nx7 ~~ x8", data("hs"))
    value = free.params["x7~~x8"]
    found = fit(f"{THREE}\nx7 ~~ {value:.12f}*x8", data("hs")).modification_indices()
    row = found[(found["lhs"] == "x7") & (found["rhs"] == "x8")].iloc[0]
    assert row["mi"] == pytest.approx(0.0, abs=1e-8)
    assert row["epc"] == pytest.approx(0.0, abs=1e-6)


def test_constraint_and_shared_label_are_the_same():
    labels = fit(THREE.replace("x2 + x3", "a*x2 + a*x3"), data("hs")).modification_indices()
    text = THREE.replace("x2 + x3", "a*x2 + b*x3") + "\na == b"
    constraint = fit(text, data("hs")).modification_indices()
    pd.testing.assert_frame_equal(labels, constraint, rtol=1e-6, atol=1e-7)


def test_score_tests_partial_out_the_free_parameters():
    rng = np.random.default_rng(3)
    root = rng.normal(size=(5, 9))
    information, score = root @ root.T, rng.normal(size=2)
    inner = np.linalg.inv(information[:3, :3])
    mi, epc = score_tests(score, np.diag(information)[3:], information[:3, 3:], inner)
    for k in range(2):
        keep = [0, 1, 2, 3 + k]
        inverse = np.linalg.inv(information[np.ix_(keep, keep)])
        assert mi[k] == pytest.approx(score[k] ** 2 * inverse[-1, -1])
        assert epc[k] == pytest.approx(score[k] * inverse[-1, -1])


def test_what_the_free_parameters_already_do_has_no_index():
    own, across = np.array([2.0, 1.0]), np.array([[2.0, 0.0]])
    mi, epc = score_tests(np.array([0.5, 0.5]), own, across, np.array([[0.5]]))
    assert np.isnan(mi[0])
    assert np.isnan(epc[0])
    assert mi[1] == 0.25


@pytest.mark.parametrize("name", ["fixed x with means", "second order", "groups"])
def test_the_extended_model_stands_where_the_model_does(name):
    found = fitted_case(name)
    fixed = {v.lhs for v in found.table.parameters if v.exogenous}
    added = tuple(v for v in candidates(found.table) if v.lhs not in fixed)
    more, values = extended(found.compiled, added)
    theta = np.concatenate([found.theta, values])[None]
    for old, new, s in zip(found.compiled.blocks, more.blocks, found.samples, strict=True):
        before, after = (
            implied(old, found.theta[None], s.cov, s.mean),
            implied(new, theta, s.cov, s.mean),
        )
        np.testing.assert_allclose(after.sigma, before.sigma, atol=1e-12)
        np.testing.assert_allclose(after.mu, before.mu, atol=1e-12)


def test_every_candidate_is_listed_once():
    for name in DIAGNOSED:
        listed = [(v.lhs, v.op, v.rhs, v.group) for v in candidates(fitted_case(name).table)]
        assert len(set(listed)) == len(listed)
        rows = fitted_case(name).table.parameters
        assert not {(v.lhs, v.op, v.rhs, v.group) for v in rows if v.free} & set(listed)


def test_candidates_of_a_structural_model():
    model = fitted_case("indicator predicts").table
    listed = {f"{v.lhs}{v.op}{v.rhs}" for v in candidates(model)}
    assert {"textual=~x4", "speed=~x7", "textual~~speed", "textual~speed", "textual~x4"} <= listed
    assert "x4~textual" not in listed  # the loading


def test_chunks_do_not_show(monkeypatch):
    found = fitted_case("fixed x with means")
    whole = found.modification_indices()
    monkeypatch.setattr(modification, "_CHUNK", 7)
    pd.testing.assert_frame_equal(found.modification_indices(), whole, rtol=1e-9, atol=1e-10)


def test_largest_first_and_small_ones_left_out():
    found = fitted_case("factors")
    everything = found.modification_indices()
    some = found.modification_indices(minimum=10.0, sort=True)
    assert list(some["mi"]) == sorted(everything["mi"][everything["mi"] >= 10], reverse=True)
    assert tuple(some.iloc[0][KEY]) == ("visual", "=~", "x9", 1)
    assert list(some.index) == list(range(len(some)))


def test_moments_and_saturated_models_have_indices_too():
    stored = case("thurstone_moments")
    found = fit(stored["model"], data_of(stored))
    assert found.modification_indices()["mi"].max() > 3
    saturated = fitted_regression("x1 ~ x2 + x3").modification_indices()
    assert (saturated["mi"].abs() < 1e-12).all()


def fitted_regression(text):
    return fit(text, data("hs"))


def test_a_path_into_a_fixed_predictor_leaves_its_moments_alone():
    # Whether means are modelled makes no difference to it.
    plain, means = (
        fitted_case(name).modification_indices().set_index(KEY)
        for name in ("fixed x", "fixed x with means")
    )
    rows = [k for k in plain.index if k[0] in ("ageyr", "sex", "grade")]
    pd.testing.assert_frame_equal(plain.loc[rows], means.loc[rows], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("means", [False, True])
@pytest.mark.parametrize("estimator", ["GLS", "ULS"])
def test_least_squares_indices_stay_near_those_of_likelihood(estimator, means):
    text = THREE + "\nspeed ~ ageyr + sex"
    found = fit(text, data("hs"), estimator=estimator, meanstructure=means)
    top = found.modification_indices(sort=True)
    assert top["mi"].iloc[0] > 15
    assert {"x9", "x7"} & set(top["rhs"][:2])


def test_a_search_without_an_end_has_no_indices():
    found = fitted_case("factors")
    failed = replace(found, solution=replace(found.solution, converged=False))
    with pytest.raises(
        EstimationError, match=r"modification_indices\(\) needs a converged fit; No minimum"
    ):
        failed.modification_indices()
