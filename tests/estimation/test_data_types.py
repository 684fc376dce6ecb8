"""What is fine, in unusual clothes."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from against_lavaan.witness import data

from scrm_model.errors import MissingColumnError, MissingDataWarning
from scrm_model.estimation.fit import fit

TWO = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"


@pytest.fixture
def hs():
    return data("hs")


def as_polars(frame):
    """Without pyarrow, which users of polars need not have."""
    return pl.DataFrame({name: frame[name].to_list() for name in frame})


def equal_fits(one, other):
    pd.testing.assert_frame_equal(one.parameters, other.parameters)


def test_polars_is_as_good_as_pandas(hs):
    equal_fits(fit(TWO, as_polars(hs)), fit(TWO, hs))
    holed = hs.copy()
    holed.loc[:3, "x1"] = np.nan
    with pytest.warns(MissingDataWarning):
        found = fit(TWO, as_polars(holed))
    assert (found.nobs, found.n_original) == (297, 301)
    empty = pl.when(pl.col("id") < 5).then(None).otherwise(pl.col("x1")).alias("x1")
    with pytest.warns(MissingDataWarning):
        found = fit(TWO, as_polars(hs).with_columns(empty))
    assert found.nobs == 297


def test_numbers_of_any_type(hs):
    plain = fit(TWO, hs)
    equal_fits(fit(TWO, hs.astype({"x1": object, "x2": "Float64"})), plain)
    whole = hs.assign(ageyr=hs["ageyr"].astype("Int64"))
    text = TWO + "\nvisual ~ ageyr"
    equal_fits(fit(text, whole), fit(text, hs))
    whole.loc[3, "ageyr"] = pd.NA
    with pytest.warns(MissingDataWarning):
        found = fit(text, whole)
    equal_fits(found, fit(text, hs.drop(index=3)))
    objects = hs.astype({"x2": object})
    objects.loc[5, "x2"] = None
    with pytest.warns(MissingDataWarning):
        equal_fits(fit(TWO, objects), fit(TWO, hs.drop(index=5)))


def test_column_names_that_are_no_text(hs):
    frame = hs.rename(columns={"x1": 1})
    with pytest.raises(MissingColumnError, match="'x1' is not there"):
        fit(TWO, frame)
    frame.columns = pd.Index([f"x{c}" if c == 1 else c for c in frame.columns])
    equal_fits(fit(TWO, frame), fit(TWO, hs))


def test_incomplete_rows_are_counted_aloud(hs):
    hs.loc[[0, 5], "x1"] = np.nan
    hs.loc[[5, 9], "x4"] = np.nan
    hs.loc[20, "x9"] = np.nan  # no part of the model
    with pytest.warns(MissingDataWarning) as given:
        found = fit(TWO, hs)
    assert [str(w.message) for w in given] == [
        "3 of 301 rows have missing cells and were left out (missing='listwise'); 298 were used."
    ]
    assert given[0].filename == __file__
    assert (found.nobs, found.n_original) == (298, 301)
    assert "3 of 301 rows left out: incomplete (listwise)." in found.summary()
    equal_fits(found, fit(TWO, hs.drop(index=[0, 5, 9])))
    np.testing.assert_array_equal(found.rows[0].index[:3], [1, 2, 3])


def test_the_data_stay_as_they_were(hs):
    before = hs.copy(deep=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit(TWO, hs)
    pd.testing.assert_frame_equal(hs, before)
