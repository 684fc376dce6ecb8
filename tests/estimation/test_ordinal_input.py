"""What data and arguments of ordinal models are refused, and in which words."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from estimation.ordinal_builders import answers
from scipy.optimize import brentq

from scrm_model.errors import (
    ArgumentError,
    CategoryWarning,
    DataError,
    EstimationError,
    IdentificationError,
    InadmissibleWarning,
    MissingDataWarning,
    ModelError,
    ScrmError,
    SyntaxProblem,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.responses.bivariate import bivariate_cdf
from scrm_model.spec.model import Model

TWO = "f =~ u1 + u2 + u3 + u4\ng =~ u5 + u6 + u7 + u8"
U = [f"u{k}" for k in range(1, 9)]
N = 400
PLAIN = answers(3)
HALVES = np.where(np.arange(N) % 2, "a", "b")
NOISE = np.random.default_rng(1).normal(size=N)


def refused(kind, said, text=TWO, frame=None, **options):
    """Refused with this text, before any warning (which would be an error here)."""
    with pytest.raises(kind) as caught:
        fit(text, PLAIN if frame is None else frame, **({"ordered": True} | options))
    assert isinstance(caught.value, ScrmError)
    assert said in str(caught.value)


# Which variables
@pytest.mark.parametrize(
    ("ordered", "said"),
    [
        (1, "ordered= needs names of ordinal variables, or True for all; got 1. Write for example"),
        ([1], "ordered= needs names of ordinal variables, or True for all; got [1]."),
        ("u11", "needs observed variables of the model; got 'u11'. Did you mean 'u1'?"),
        (["u1", "uu2"], "needs variables of the model or of the data; got 'uu2'. Did you mean"),
        ({"u1": None}, "a number of points of at least 2, or codes, for 'u1'; got None. Write"),
        ({"u1": "five"}, "a number of points of at least 2, or codes, for 'u1'; got 'five'."),
        ({"u1": 1}, "a number of points of at least 2, or codes, for 'u1'; got 1."),
        ({"u1": True}, "a number of points of at least 2, or codes, for 'u1'; got True."),
        ({"u1": [5]}, "a number of points of at least 2, or codes, for 'u1'; got [5]."),
        ({"u1": ["a", "b"]}, "of points of at least 2, or codes, for 'u1'; got ['a', 'b']. Write"),
    ],
)  # fmt: skip
def test_names_and_points(ordered, said):
    refused(ArgumentError, said, ordered=ordered)


def test_a_mere_predictor_is_not_ordinal():
    refused(
        ArgumentError,
        "ordered= needs variables that something predicts or measures; got 'x', which only "
        "predicts. Leave it out (0/1 and numbers are fine as predictors)",
        TWO + "\nf ~ x",
        PLAIN.assign(x=PLAIN["u1"]),
        ordered=["u1", "x"],
    )


def test_answers_beyond_the_declared_points():
    refused(
        DataError, "data= needs answers among 1, 2, 3, 4 in 'u1'; got 5. Correct them",
        ordered={"u1": 4},
    )  # fmt: skip
    refused(DataError, "among 0, 1 in 'u3'; got 2. Correct", ordered={"u3": [0, 1]})


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (7, r"Nobody chose 6, 7 of 'u1': it has 5 categories here"),
        (np.int64(7), "Nobody chose 6, 7 of 'u1'"),
        ((1, 2, 3, 4, 5, 9), "Nobody chose 9 of 'u1'"),
    ],
)
def test_points_that_nobody_chose_are_told(points, said):
    with pytest.warns(CategoryWarning, match=said):
        found = fit(TWO, PLAIN, ordered={"u1": points})
    pd.testing.assert_frame_equal(found.parameters, fit(TWO, PLAIN, ordered="u1").parameters)


# Answers
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"u1": 1}, "at least two different answers to ordinal 'u1'; got 1 only. Leave the item"),
        ({"u1": np.arange(N) % 31}, "variables of few categories; 'u1' has 31 different values."),
        ({"u1": PLAIN["u1"].astype(str)}, "data= needs numbers in 'u1'; got 400 cells"),
        ({"u2": PLAIN["u1"]}, "each other; the correlation runs to 1 or -1 for 'u1' with 'u2'."),
        ({"u2": 6 - PLAIN["u1"]}, "the correlation runs to 1 or -1 for 'u1' with 'u2'. Leave"),
        ({"u1": np.where(PLAIN["u1"] == 1, np.inf, PLAIN["u1"])}, "needs finite numbers; 'u1'"),
        ({"u1": pd.Categorical(PLAIN["u1"].map(str))}, "an order among the categories of 'u1'"),
    ],
)  # fmt: skip
def test_answers_that_give_no_moments(change, said):
    refused(DataError, said, frame=PLAIN.assign(**change))


def test_as_many_categories_as_are_allowed():
    thirty = np.random.default_rng(2).permutation(np.arange(N) % 30)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InadmissibleWarning)
        found = fit(TWO, PLAIN.assign(u1=thirty), ordered="u1")
    assert (found.parameters["op"] == "|").sum() == 29


@pytest.mark.parametrize(
    ("text", "change", "ordered", "said"),
    [
        (TWO, {"u8": 1.0}, U[:7], "needs columns that vary; got one value of 'u8'. Leave it out"),
        (TWO + "\nf ~ x", {"x": 2.0}, True, "needs columns that vary; got one value of 'x'."),
        (
            TWO + "\nf ~ x + z", {"x": NOISE, "z": 2 * NOISE}, True,
            "These columns depend on each other: x, z.",
        ),
        (
            "u3 ~ x\nu1 ~ u3", {"x": PLAIN["u3"]}, ["u1", "u3"],
            "needs predictors that leave ordinal answers some room; a regression on 'x' has no",
        ),
        (TWO, {"u2": PLAIN["u1"], "u8": NOISE}, U[:7], "runs to 1 or -1 for 'u1' with 'u2'"),
        (TWO, {"u7": NOISE, "u8": NOISE}, U[:6], "runs to 1 or -1 for 'u7' with 'u8'"),
    ],
)  # fmt: skip
def test_columns_beside_ordinal_ones(text, change, ordered, said):
    refused(DataError, said, text, PLAIN.assign(**change), ordered=ordered)


def test_a_category_that_one_group_lacks():
    one = PLAIN["u1"].where((HALVES == "b") | (PLAIN["u1"] != 1), 2.0)
    refused(
        DataError,
        "data= needs every category of ordinal 'u1' in every group; group 'a' has no 1. Merge that "
        "category with its neighbour in all groups.",
        frame=PLAIN.assign(u1=one, g=HALVES),
        group="g",
    )


def test_an_item_that_one_group_did_not_answer():
    frame = PLAIN.assign(u1=PLAIN["u1"].where(HALVES == "a"), g=HALVES)
    refused(
        DataError, "needs answers to ordinal 'u1' in every group; got none in group 'b'.",
        frame=frame, group="g", missing="pairwise",
    )  # fmt: skip
    refused(
        DataError, "needs complete rows; got none of 200 in group 'b'. Without any answer: u1.",
        frame=frame, group="g",
    )  # fmt: skip


def test_pairs_without_answers():
    frame = PLAIN.copy()
    frame.loc[: N // 2, "u1"] = np.nan
    frame.loc[N // 2 :, "u2"] = np.nan
    refused(
        DataError,
        "needs cases that answered both of any two variables; got none for 'u1' with 'u2'.",
        frame=frame,
        missing="pairwise",
    )
    empty = PLAIN.assign(u1=np.nan)
    refused(DataError, "answers to ordinal 'u1'; got none.", frame=empty, missing="pairwise")


def test_rows_that_pairwise_deletion_leaves_out():
    frame = PLAIN.copy()
    frame.iloc[:5] = np.nan
    with pytest.warns(MissingDataWarning, match=r"5 of 400 rows have no answer .*'pairwise'"):
        found = fit(TWO, frame, ordered=True, missing="pairwise")
    assert found.nobs == 395
    x = np.where(np.arange(N) < 7, np.nan, NOISE)
    with pytest.warns(MissingDataWarning, match=r"7 of 400 rows lack a fixed predictor"):
        found = fit(TWO + "\nf ~ x", PLAIN.assign(x=x), ordered=True, missing="pairwise")
    assert found.nobs == 393
    with pytest.warns(MissingDataWarning, match=r"5 of 400 rows have missing cells .*'listwise'"):
        fit(TWO, frame, ordered=True)


# Tables of two by two
def emptied():
    """No case answers 2 to u3 and 1 to u7."""
    return PLAIN.assign(u7=PLAIN["u7"].where((PLAIN["u3"] != 2) | (PLAIN["u7"] != 1), 2.0))


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
def test_half_a_case_is_moved_into_an_empty_cell():
    frame = emptied()
    with pytest.warns(CategoryWarning, match="table of 'u3' with 'u7' has an empty cell: half a"):
        found = fit(TWO, frame, ordered=True)
    # The correlation at which a normal table has the margins and half a case in that cell.
    first, second = (found.observed.thresholds[f"{v}|t1"] for v in ("u3", "u7"))
    share = (frame["u7"] == 1).mean() - 0.5 / N

    def gap(r):
        return float(bivariate_cdf(np.array(first), np.array(second), np.array(r))) - share

    assert found.observed.cov.loc["u3", "u7"] == pytest.approx(
        brentq(gap, 0.5, 0.9999999), abs=1e-9
    )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fit(TWO, frame.assign(g=HALVES), ordered=True, group="g")
    notes = [str(w.message) for w in told if w.category is CategoryWarning]
    assert ["in group 'b': half" in notes[0], "in group 'a': half" in notes[1]] == [True, True]


def test_an_empty_cell_beside_continuous_variables_is_refused():
    refused(
        DataError, "the correlation runs to 1 or -1 for 'u3' with 'u7'",
        frame=emptied().assign(u8=NOISE), ordered=U[:7],
    )  # fmt: skip


def test_an_empty_cell_of_a_larger_table_is_nothing():
    frame = PLAIN[~((PLAIN["u1"] == 1) & (PLAIN["u2"] == 3))]
    assert (pd.crosstab(frame["u1"], frame["u2"]).to_numpy() == 0).any()
    assert fit(TWO, frame, ordered=True).converged


# Options
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"estimator": "ML"}, "estimator= needs one of 'ULS', 'ULSM', 'ULSMV', 'ULSMVS', 'WLS'"),
        ({"estimator": "GLS"}, "with ordinal variables; got 'GLS'. Use 'WLSMV', or leave ordered="),
        ({"backend": "semopy"}, "backend= needs 'native' with ordinal variables; got 'semopy'."),
        ({"likelihood": "wishart"}, "likelihood= needs 'normal' with ordinal variables, whose"),
        ({"missing": "fiml"}, "missing= needs 'listwise' or 'pairwise' with ordinal variables"),
        ({"ordered": (), "missing": "pairwise"}, "missing= needs 'listwise' or 'fiml' with"),
        ({"parameterization": "Theta"}, "needs one of 'delta', 'theta'; got 'Theta'. Did you mean"),
        ({"se": "robust.huber.white"}, "se= needs 'standard' or 'robust.sem' with estimator='WLS"),
        ({"information": "observed"}, "information= needs 'expected' with estimator='WLSMV'"),
        ({"test": "yuan.bentler.mplus"}, "'scaled.shifted' with estimator='WLSMV'; got 'yuan."),
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(options, said):
    refused(ArgumentError, said, **options)


def test_equal_thresholds_need_ordinal_variables():
    refused(
        ArgumentError, "got 'thresholds', and no variable is ordinal. Name the ordinal variables",
        frame=PLAIN.assign(g=HALVES), ordered=(), group="g", group_equal="thresholds",
    )  # fmt: skip


def test_moments_have_no_categories():
    moments = Moments(PLAIN.corr(), N)
    refused(DataError, "data= needs raw answers for estimator='WLSMV'", frame=moments)


def test_full_weights_need_cases():
    refused(
        DataError, "needs moments that vary independently; got 48 moments of 45 cases",
        frame=answers(3, 45), estimator="WLS",
    )  # fmt: skip


# The text
@pytest.mark.parametrize(
    ("kind", "line", "said", "options"),
    [
        (ModelError, "u3 | t2", "needs thresholds that the data have; 'u3 | t2' is beyond", {}),
        (SyntaxProblem, "u3 | x2", "'x2' is no threshold. Thresholds are t1, t2, … from", {}),
        (SyntaxProblem, "u1 ~*~ u2", "'u1 ~*~ u2' scales one variable by another. Write", {}),
        (ModelError, "f | t1", "'f' is not among them, and the model says 'f | t1'", {}),
        (ModelError, "u1 ~~ 0.3*u1", "parameterization= needs 'theta' for a model that says", {}),
        (ModelError, "u1 ~*~ u1", "parameterization= needs 'delta' for a model that says",
         {"parameterization": "theta"}),
        (IdentificationError, "u1 ~ 1", "these cannot be: u1 ~1, u1 | t1", {}),
        (IdentificationError, "u1 ~*~ NA*u1", "these cannot be: f =~ u2", {}),
        (ModelError, "u1 | t1", "ordered= needs the variables with thresholds or scales; 'u1' is",
         {"ordered": ()}),
    ],
)  # fmt: skip
def test_lines_of_the_model(kind, line, said, options):
    refused(kind, said, TWO + "\n" + line, **options)


def test_thresholds_and_scales_are_read_and_written():
    text = TWO + "\nu1 | a*t1 + start(-0.5)*t2\nu2 | 0.1*t1\nu2 ~*~ 1*u2\n"
    model = Model.from_syntax(text)
    assert model.syntax == text
    assert Model.from_syntax(model.syntax) == model
    found = fit(text, PLAIN, ordered=True)
    frame = found.parameters.set_index(["lhs", "op", "rhs"])
    assert frame.loc[("u1", "|", "t1"), "label"] == "a"
    assert frame.loc[("u2", "|", "t1"), "est"] == 0.1
    assert frame.loc[("u2", "|", "t1"), "se"] == 0
    assert found.df == fit(TWO, PLAIN, ordered=True).df + 1
    script = model.to_lavaan_script(ordered=True, parameterization="theta")
    assert "  u1 | a*t1 + start(-0.5)*t2\n  u2 | 0.1*t1\n  u2 ~*~ 1*u2\n'" in script
    assert 'ordered = TRUE, parameterization = "theta")' in script


def test_no_mplus_file_of_thresholds():
    for line in ("u1 | t1", "u1 ~*~ u1"):
        with pytest.raises(
            ModelError, match=r"continuous variables to write an Mplus file; got 'u1"
        ):
            Model.from_syntax(TWO + "\n" + line).to_mplus()


# What a fit of ordinal variables does not have
def test_tests_for_small_samples_need_a_likelihood():
    found = fit(TWO, PLAIN, ordered=True)
    for ask in (found.small_sample_tests, found.test_advice):
        with pytest.raises(
            EstimationError, match="Small-sample tests need maximum likelihood; this"
        ):
            ask()
    with pytest.raises(ModelError, match="needs 'native' for least squares"):
        found.engine_difference()


def test_what_a_summary_says():
    text = fit(TWO, PLAIN, ordered=True).summary()
    for part in ("Fit(WLSMV, n=400, npar=29, chisq.scaled=", "(scaled)", "(robust)", "Thresholds"):
        assert part in text
    assert re.search(r"u1 +\| +t1 +-", text)
