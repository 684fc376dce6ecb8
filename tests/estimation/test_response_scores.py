from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from against_lavaan.diagnostics import DIAGNOSED, fitted_case
from against_lavaan.witness import data
from estimation.ordinal_builders import answers
from scipy.optimize import minimize
from scipy.stats import norm

from scrm_model.errors import (
    ArgumentError,
    DataError,
    EstimationError,
    MissingColumnError,
    MissingDataWarning,
)
from scrm_model.estimation.fit import fit

TWO = "f =~ u1 + u2 + u3 + u4\ng =~ u5 + u6 + u7 + u8"
MIXED = "F =~ c1 + c2 + o1 + o2\nG =~ c3 + o3 + o4 + b1\nG ~ F"
O = ["o1", "o2", "o3", "o4", "b1"]  # noqa: E741
# Under theta, and after the first group, lavaan 0.6-14 gives scores that are not those of the same
# model under delta, or of the group alone; see the tests of these two below.
WITNESSES = [
    name for name, stored in DIAGNOSED.items() if "ebm" in stored.get("scores", {})
    and stored["args"].get("parameterization") != "theta"
]  # fmt: skip


@pytest.mark.parametrize("name", WITNESSES)
def test_scores_equal_lavaans(name):
    stored, found = DIAGNOSED[name], fitted_case(name)
    first = stored["scores"]["ebm"][0]
    theirs = np.array(first["rows"], dtype=float).reshape(5, -1)
    mine = found.factor_scores().loc[found.rows[0].index[:5]]
    assert list(mine.columns) == first["names"]
    # lavaan's search for each case ends within 1e-4 of the mode.
    np.testing.assert_allclose(mine, theirs, atol=1e-4)


def log_posterior(found, case, eta):
    """By the words of the definition, from the tables that a user sees."""
    table = found.parameters.set_index(["lhs", "op", "rhs"])["est"]
    latent = list(found.table.latent)
    loads = {
        (x, f): table[f, "=~", x] for f in latent for x in found.compiled.observed
        if (f, "=~", x) in table.index
    }  # fmt: skip
    value = 0.0
    for x in {x for x, _ in loads}:
        if np.isnan(case[x]):
            continue
        moved = sum(loads.get((x, f), 0.0) * e for f, e in zip(latent, eta, strict=True))
        sd = np.sqrt(table[x, "~~", x])
        if x in found.settings.ordered:
            cuts = [
                table[x, "|", f"t{k + 1}"] for k in range(9) if (x, "|", f"t{k + 1}") in table.index
            ]
            edges = np.array([-np.inf, *cuts, np.inf])
            codes = np.sort(found_codes(found, x))
            k = int(np.searchsorted(codes, case[x]))
            value += np.log(
                norm.cdf((edges[k + 1] - moved) / sd) - norm.cdf((edges[k] - moved) / sd)
            )
        else:
            value += norm.logpdf(case[x], table[x, "~1", ""] + moved, sd)
    # eta = B eta + Gamma x + zeta
    paths = {(a, b): v for (a, op, b), v in table.items() if op == "~"}
    b = np.array([[paths.get((f, g), 0.0) for g in latent] for f in latent])
    shift = np.array(
        [sum(paths.get((f, x), 0.0) * case[x] for x in found.table.exogenous) for f in latent]
    )
    psi = np.array(
        [[table.get((f, "~~", g), table.get((g, "~~", f), 0.0)) for g in latent] for f in latent]
    )
    zeta = eta - b @ eta - shift
    return value - 0.5 * zeta @ np.linalg.solve(psi, zeta)


def found_codes(found, name):
    column = found.raw_data()[0][:, found.compiled.observed.index(name)]
    return np.unique(column[~np.isnan(column)])


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        (TWO, "datcat", {"ordered": True, "parameterization": "theta"}),
        (TWO, "datcat_holes", {"ordered": True, "missing": "pairwise"}),
        (MIXED, "sim_mixed", {"ordered": O}),
        (MIXED + " + male\nF ~ age + male", "sim_mixed", {"ordered": O}),
        (MIXED + "\nF ~ age", "sim_mixed_holes", {"ordered": O, "missing": "pairwise"}),
        (MIXED.replace("G =~ c3", "G =~ c2 + c3"), "sim_mixed", {"ordered": O}),
    ],
)
def test_scores_are_modes(text, name, options):
    frame = data(name)
    found = fit(text, frame, **options)
    scores = found.factor_scores()
    for k in (0, 3, 11):
        case = frame.loc[scores.index[k]]
        start = scores.iloc[k].to_numpy() + np.array([0.3, -0.2])
        with np.errstate(divide="ignore"):  # a leap to where an answer is impossible
            best = minimize(
                lambda e, case=case: -log_posterior(found, case, e), start,
                method="BFGS", options={"gtol": 1e-9},
            )  # fmt: skip
        np.testing.assert_allclose(scores.iloc[k], best.x, atol=2e-6)
    assert list(scores.columns) == list(found.table.latent)


def test_delta_and_theta_give_the_same_scores():
    delta, theta = (fitted_case(n) for n in ("ordinal factors", "ordinal factors, theta"))
    scaled = [
        f.factor_scores() / np.sqrt(f.params[["f1~~f1", "f2~~f2"]].to_numpy())
        for f in (delta, theta)
    ]
    pd.testing.assert_frame_equal(*scaled, atol=1e-6, rtol=0)


def test_scores_of_groups_are_those_of_each_alone():
    found, frame = fitted_case("ordinal groups"), data("datcat")
    scores = found.factor_scores()
    assert list(scores.index) == [k for r in found.rows for k in r.index]
    for label in found.table.groups:
        alone = fit(found.model, frame[frame["g"] == label], ordered=True).factor_scores()
        pd.testing.assert_frame_equal(scores.loc[alone.index], alone, atol=1e-6, rtol=0)


def test_many_points_give_regression_scores():
    """Where categories are fine, the mode is the expectation under normality."""
    rng = np.random.default_rng(4)
    eta = rng.standard_normal(3000)
    rows = eta[:, None] * [0.8, 0.7, 0.6, 0.75] + rng.standard_normal((3000, 4)) * 0.6
    fine = pd.DataFrame(np.clip(np.round(4 * rows), -13, 13), columns=list("abcd"))
    found = fit("f =~ a + b + c + d", fine, ordered=True)
    other = fit("f =~ a + b + c + d", pd.DataFrame(rows, columns=list("abcd")))
    scores = found.factor_scores()["f"], other.factor_scores()["f"]
    assert np.corrcoef(*scores)[0, 1] > 0.998
    assert scores[0].std() / found.params["f~~f"] ** 0.5 == pytest.approx(
        scores[1].std() / other.params["f~~f"] ** 0.5, rel=0.02
    )


def test_without_answers_the_score_is_the_prior_mean():
    text = "F =~ o1 + o2 + o3\nF ~ age"
    frame = data("sim_mixed")
    found = fit(text, frame, ordered=O[:3])
    silent = frame.iloc[[2, 5]].assign(o1=np.nan, o2=np.nan, o3=np.nan)
    score = found.factor_scores(data=silent)["F"]
    np.testing.assert_allclose(score, found.params["F~age"] * silent["age"], rtol=1e-10)


def test_higher_answers_higher_scores():
    found = fit(TWO, answers(3), ordered=True)
    ladder = answers(3).iloc[[0] * 5].assign(u1=[1, 2, 3, 4, 5])
    assert found.factor_scores(data=ladder)["f"].is_monotonic_increasing


def test_a_factor_without_variance_of_its_own():
    text = "f =~ u1 + u2 + u3\ng =~ u4 + u5 + u6\nh =~ u7 + u8 + u1\nh ~~ 0*h\nh ~ f + g"
    found = fit(text, answers(3, 600), ordered=True)
    scores = found.factor_scores()
    expected = found.params["h~f"] * scores["f"] + found.params["h~g"] * scores["g"]
    np.testing.assert_allclose(scores["h"], expected, atol=1e-8)


def test_rows_of_another_sample():
    frame = answers(3)
    found = fit(TWO, frame, ordered=True)
    scores = found.factor_scores("EBM")
    some = frame.iloc[[7, 3]]
    pd.testing.assert_frame_equal(found.factor_scores(data=some), scores.loc[some.index])
    holed = some.assign(u1=[np.nan, 4.0])
    again = found.factor_scores(data=holed)
    alone = found.factor_scores(data=holed.iloc[[1]])
    np.testing.assert_allclose(again.loc[3], alone.loc[3], atol=1e-12)
    assert np.abs(again.loc[7] - scores.loc[7]).max() > 1e-3
    with pytest.raises(
        DataError, match=r"when the model was fitted; got 9 of 'u1'\. Leave the cell"
    ):
        found.factor_scores(data=some.assign(u1=[9, 4]))
    with pytest.raises(MissingColumnError, match="'u8' is not there"):
        found.factor_scores(data=some.drop(columns="u8"))
    groups = fitted_case("ordinal groups")
    with pytest.raises(DataError, match="needs rows of the groups that were fitted"):
        groups.factor_scores(data=data("datcat").assign(g="other"))
    pd.testing.assert_frame_equal(groups.factor_scores(data=data("datcat")), groups.factor_scores())


def test_a_row_needs_its_fixed_predictors():
    frame = data("sim_mixed")
    found = fit("F =~ o1 + o2 + o3\nF ~ age", frame, ordered=O[:3])
    with pytest.warns(
        MissingDataWarning, match="1 of 2 rows have no answer or lack a fixed predictor"
    ):
        scores = found.factor_scores(data=frame.iloc[:2].assign(age=[np.nan, 30.0]))
    assert len(scores) == 1


@pytest.mark.parametrize("method", ["regression", "bartlett", "eap"])
def test_other_methods_are_refused(method):
    with pytest.raises(ArgumentError, match=r"method= needs 'ebm' with ordinal variables, .* got"):
        fitted_case("ordinal factors").factor_scores(method)


def test_continuous_models_have_no_modal_scores():
    with pytest.raises(ArgumentError, match="method= needs 'regression' or 'bartlett'; got 'ebm'"):
        fitted_case("factors").factor_scores("ebm")


@pytest.mark.parametrize(
    ("text", "ordered", "said"),
    [
        ("F =~ c1 + c2 + c3\no1 ~ F", ["o1"], "fixed predictors; 'o1' takes part in paths"),
        ("F =~ o1 + o2 + o3 + o4\no1 ~~ o2", O[:4], "given the latent variables; 'o1 ~~ o2' says"),
        ("o1 ~ age", ["o1"], "needs latent variables; this model has none"),
    ],
)
def test_answers_that_are_not_independent_given_the_factors(text, ordered, said):
    found = fit(text, data("sim_mixed"), ordered=ordered)
    with pytest.raises(EstimationError) as caught:
        found.factor_scores()
    assert said in str(caught.value)


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
def test_a_heywood_case_has_no_scores():
    text = "F =~ 1*o1 + o2 + o3\nF ~~ 1.2*F"
    found = fit(text, data("sim_mixed"), ordered=O[:3])
    with pytest.raises(
        EstimationError, match=r"needs positive residual variances; those of o1 are"
    ):
        found.factor_scores()


def test_a_search_without_an_end_has_no_scores():
    found = fitted_case("ordinal factors")
    failed = replace(found, solution=replace(found.solution, converged=False))
    with pytest.raises(EstimationError, match=r"factor_scores\(\) needs a converged fit; No min"):
        failed.factor_scores()
