"""A model is read and compiled once, and what is remembered never mixes two fits."""

import numpy as np
import pandas as pd
import pytest

from scrm_model.estimation.fit import fit
from scrm_model.estimation.implied.compiled import compile_table
from scrm_model.spec.model import Model

TEXT = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\ng ~ b*f\nhalf := b/2"


def answers(seed):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(200, 1))
    g = 0.5 * f + rng.normal(size=(200, 1))
    values = np.repeat(np.hstack([f, g]), 3, axis=1) + 0.7 * rng.normal(size=(200, 6))
    return pd.DataFrame(values, columns=[f"x{k}" for k in range(1, 7)])


def test_equal_texts_share_one_compiled_model():
    first, second = fit(TEXT, answers(1)), fit(TEXT, answers(2))
    assert first.compiled is second.compiled
    assert first.model == second.model


def test_equal_tables_share_one_compiled_model():
    one, two = (Model.from_syntax(text).parameter_table() for text in (TEXT, TEXT + "\n# same"))
    assert compile_table(one) is compile_table(two)


def test_other_options_are_another_model():
    data = answers(1)
    assert fit(TEXT, data).compiled is not fit(TEXT, data, std_lv=True).compiled


def test_a_fit_between_two_changes_neither():
    before = fit(TEXT, answers(1))
    told = before.parameters
    assert fit(TEXT, answers(2)).parameters["est"].iloc[1] != told["est"].iloc[1]
    pd.testing.assert_frame_equal(before.parameters, told)
    pd.testing.assert_frame_equal(fit(TEXT, answers(1)).parameters, told)


def test_a_changed_copy_of_the_table_stays_the_readers():
    fitted = fit(TEXT, answers(1))
    table = fitted.parameters
    table["lhs"] = "?"
    table.loc[0, "est"] = 99.0
    again = fit(TEXT, answers(1)).parameters
    assert again["lhs"].iloc[0] == "f"
    assert again["est"].iloc[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    "arranged",
    [
        lambda d: d[d.columns[::-1]],
        lambda d: d.assign(name="a", x7=1.5)[["x7", "x3", "name", *d.columns.drop("x3")]],
        lambda d: d.astype("Float64"),
        lambda d: pd.concat([d[["x1", "x2"]], d[["x3", "x4", "x5", "x6"]]], axis=1),
    ],
    ids=["reversed", "among others", "nullable", "in two blocks"],
)
def test_order_and_company_of_columns_do_not_matter(arranged):
    told = fit(TEXT, answers(1)).parameters
    got = fit(TEXT, arranged(answers(1))).parameters
    pd.testing.assert_frame_equal(got, told, rtol=1e-9)
