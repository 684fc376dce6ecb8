import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

from scrm_model.errors import (
    ArgumentError,
    DataError,
    IdentificationError,
    MissingColumnError,
    ModelError,
    ScrmError,
    SyntaxProblem,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments

TWO = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
SIX = [f"x{k}" for k in range(1, 7)]


@pytest.fixture
def hs():
    return data("hs")


def refused(kind, said, *args, **options):
    """Refused with this text, before any warning."""
    with pytest.raises(kind) as caught:
        fit(*args, **options)
    assert isinstance(caught.value, ScrmError)
    assert said in str(caught.value)


def test_missing_column(hs):
    refused(
        MissingColumnError,
        "data= needs a column for each observed variable of the model; 'x3' is not there. "
        "Rename the column, or change the model.",
        TWO,
        hs[["x1", "x2", "x4", "x5", "x6", "agemo"]],
    )
    with pytest.raises(KeyError):
        fit(TWO, hs.drop(columns="x3"))


def test_misspelt_column(hs):
    frame = hs.rename(columns={"x3": "cro_3", "x5": "X5"})
    text = TWO.replace("x3", "cro3")
    refused(MissingColumnError, "'cro3' is not there. Did you mean 'cro_3'?", text, frame)
    refused(MissingColumnError, "'x5' is not there. Did you mean 'X5'", text, frame)


def test_duplicate_column(hs):
    refused(
        DataError, "data= needs every column once; got 'x1' more than once.",
        TWO, pd.concat([hs, hs[["x1"]]], axis=1),
    )  # fmt: skip
    # A duplicate that the model does not use harms nobody.
    assert fit(TWO, pd.concat([hs, hs[["x9"]]], axis=1)).converged


def test_words_in_a_column(hs):
    frame = hs.astype({"x2": object})
    frame.loc[7, "x2"] = "agree"
    refused(
        DataError,
        "data= needs numbers in 'x2'; got 1 cells that are not ('agree'; first at row 7). "
        "Recode them, or leave them empty if they mean 'missing'.",
        TWO,
        frame,
    )
    refused(DataError, "got 301 cells that are not (", TWO, hs.assign(x2=hs["x2"].astype(str)))
    refused(DataError, "needs numbers in 'x2'", TWO, hs.assign(x2=pd.Timestamp("2024-01-01")))


def test_categories(hs):
    codes = pd.cut(hs["x2"], 3, labels=["no", "so so", "yes"])
    refused(
        DataError, "needs numbers in 'x2'; got categories ('no', 'so so', 'yes'). Give each",
        TWO, hs.assign(x2=codes),
    )  # fmt: skip
    assert fit(TWO, hs.assign(x2=codes.cat.codes)).converged


def test_infinity(hs):
    hs.loc[3, "x2"] = np.inf
    refused(DataError, "data= needs finite numbers; 'x2' holds infinity.", TWO, hs)


def test_constant_items(hs):
    refused(
        DataError,
        "data= needs columns that vary; 'x2' has one value in all 301 complete rows. Leave the "
        "item out",
        TWO,
        hs.assign(x2=4),
    )
    refused(DataError, "'x2', 'x5' have one value", TWO, hs.assign(x2=4, x5=0.0))


@pytest.mark.parametrize("rows", [6, 4, 1])
def test_fewer_rows_than_variables(hs, rows):
    refused(
        DataError,
        f"data= needs more complete rows than observed variables; got {rows} rows for 6 variables.",
        TWO,
        hs.head(rows),
    )


def test_no_rows(hs):
    refused(DataError, "data= needs complete rows; got none of 0.", TWO, hs.head(0))
    refused(DataError, "got none of 301. Without any answer: x2.", TWO, hs.assign(x2=np.nan))


@pytest.mark.parametrize("scale", [1, 3])
def test_duplicated_item(hs, scale):
    refused(DataError, "it is singular (smallest", TWO, hs.assign(x5=scale * hs["x2"] + scale - 1))
    refused(
        DataError, "These columns depend on each other: x2, x5. Leave out duplicated items",
        TWO, hs.assign(x5=scale * hs["x2"] + scale - 1),
    )  # fmt: skip


def test_total_of_other_items(hs):
    frame = hs.assign(x6=hs["x1"] + hs["x2"] + hs["x3"])
    refused(DataError, "depend on each other: x1, x2, x3, x6.", TWO, frame)


def test_trouble_in_one_group_is_placed(hs):
    frame = hs.copy()
    frame.loc[frame["school"] == "Grant_White", "x2"] = 1.0
    refused(
        DataError, "columns that vary in group 'Grant_White'; 'x2' has", TWO, frame, group="school"
    )
    frame.loc[frame["school"] == "Grant_White", "x2"] = np.nan
    refused(DataError, "got none of 145 in group 'Grant_White'.", TWO, frame, group="school")


def cov(hs):
    return hs[SIX].cov()


def test_moments_that_are_no_moments(hs):
    bad = cov(hs)
    bad.loc["x1", "x2"] = bad.loc["x2", "x1"] = 3.0
    refused(DataError, "it is not positive definite (smallest", TWO, Moments(bad, 301))
    refused(DataError, "These columns depend on each other: x1, x2.", TWO, Moments(bad, 301))
    bad = cov(hs)
    bad["x1"] = bad.loc["x1"] = 0.0
    refused(DataError, "needs positive variances; not so for x1.", TWO, Moments(bad, 301))
    refused(MissingColumnError, "'x7' is not there.", TWO + " + x7", Moments(cov(hs), 301))
    refused(
        DataError, "data= needs means for a model with intercepts; the Moments have none.",
        TWO + "\nx1 ~ 1", Moments(cov(hs), 301),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (([[1, 0.2], [0.5, 1]], 9), "cov= needs a symmetric matrix; got 0.2 for a, b and 0.5 the"),
        ((np.ones((2, 3)), 9), "cov= needs a square matrix; got shape (2, 3)."),
        (([1.0, 2.0], 9), "cov= needs a square matrix; got shape (2,)."),
        ((np.eye(3), 9), "names= needs 3 different names; got 2 different."),
        (([[1, np.nan], [np.nan, 1]], 9), "cov= needs finite numbers in every cell; some are"),
        ((np.eye(2), 1), "n= needs a whole number above 1; got 1."),
        ((np.eye(2), 9.5), "n= needs a whole number above 1; got 9.5."),
        ((np.eye(2), 9, [1.0]), "mean= needs 2 means; got 1."),
    ],
)
def test_moments_that_cannot_be_made(args, said):
    with pytest.raises(DataError) as caught:
        Moments(*args, names=["a", "b"])
    assert said in str(caught.value)


def test_moments_and_names():
    with pytest.raises(DataError, match="names= needs 2 different names; got none"):
        Moments(np.eye(2), 9)
    crossed = pd.DataFrame(np.eye(2), index=["b", "a"], columns=["a", "b"])
    with pytest.raises(DataError, match="same names on rows and columns; got rows"):
        Moments(crossed, 9)
    bare = pd.DataFrame(np.eye(2), columns=["a", "b"])
    assert Moments(bare, 9).names == ("a", "b")


def test_more_parameters_than_moments(hs):
    refused(
        IdentificationError,
        "model= needs at most as many free parameters as moments; got 4 parameters for 3 variances "
        "and covariances (df = -1). Free parameters: F =~ x2, x1 ~~ x1, x2 ~~ x2, F ~~ F. Add "
        "indicators, or fix parameters.",
        "F =~ x1 + x2",
        hs,
    )
    many = "\n".join(f"x{a} ~~ x{b}" for a in range(1, 6) for b in range(a + 1, 7))
    refused(IdentificationError, "and 16 more", TWO + "\n" + many, hs)


def test_a_factor_without_a_scale(hs):
    refused(
        IdentificationError,
        "model= needs parameters that the data can tell apart; these cannot be: F =~ x1, F =~ x2, "
        "F =~ x3, F =~ x4, F ~~ F. Fix one of them",
        "F =~ NA*x1 + x2 + x3 + x4",
        hs,
    )


def test_parameters_that_cannot_be_told_apart(hs):
    refused(
        IdentificationError, "these cannot be: F =~ x2, x1 ~~ x1, x2 ~~ x2, F ~~ F.",
        "F =~ x1 + x2\nG =~ x4 + x5 + x6 + x7\nF ~~ 0*G", hs,
    )  # fmt: skip
    # The covariance with another factor tells them apart.
    assert fit("F =~ x1 + x2\nG =~ x4 + x5 + x6 + x7", hs).converged
    # So does a constraint.
    assert fit("F =~ 1*x1 + 1*x2\nG =~ x4 + x5 + x6 + x7\nF ~~ 0*G", hs).converged


def test_nothing_to_estimate(hs):
    text = "F =~ 1*x1 + 1*x2\nF ~~ 1*F\nx1 ~~ 1*x1\nx2 ~~ 1*x2"
    refused(ModelError, "model= needs at least one free parameter; got none.", text, hs)


@pytest.mark.parametrize("given", [[1, 2], np.eye(3), {"x1": [1]}, None, "hs.csv"])
def test_no_frame(given):
    refused(
        ArgumentError,
        f"data= needs a pandas or polars DataFrame, or Moments; got {type(given).__name__}.",
        TWO,
        given,
    )


@pytest.mark.parametrize("given", [3, None, ["F =~ x1"]])
def test_no_model(hs, given):
    refused(ArgumentError, "model= needs a Model or lavaan text; got", given, hs)


def test_syntax_errors_come_first():
    refused(SyntaxProblem, "line 1", "F = x1 + x2", None)


@pytest.mark.parametrize(
    ("option", "given", "said"),
    [
        ("estimator", "MLL", "estimator= needs one of 'ML'; got 'MLL'. Did you mean 'ML'?"),
        ("estimator", 7, "estimator= needs one of 'ML'; got 7."),
        ("missing", "listwize", "missing= needs one of 'listwise'; got 'listwize'. Did you mean"),
        ("backend", "semopi", "backend= needs one of 'native', 'semopy'; got 'semopi'. Did you"),
        ("likelihood", "norm", "likelihood= needs one of 'normal'; got 'norm'."),
    ],
)
def test_unknown_options(hs, option, given, said):
    if option in ("estimator", "missing", "likelihood"):
        # More names will be allowed one day; the form of the message stays.
        said = said.split("'")[0]
    refused(ArgumentError, said, TWO, hs, **{option: given})


def test_groups(hs):
    refused(
        MissingColumnError, "group= needs a column of the data; got 'scool'. Did you mean 'school",
        TWO, hs, group="scool",
    )  # fmt: skip
    refused(
        DataError, "group= needs a value in every row; 'grade' is empty in 1 rows.",
        TWO, hs, group="grade",
    )  # fmt: skip
    refused(ModelError, "c() needs 2 entries", "f =~ x1 + c(a, b, d)*x2 + x3", hs, group="school")
