import numpy as np
import pandas as pd
import polars as pl
import pytest

from scrm_model.errors import ArgumentError
from scrm_model.survey.frames import as_pandas
from scrm_model.survey.recode import emptied
from scrm_model.survey.scales import Scales


def test_frames_of_polars_become_those_of_pandas():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    assert as_pandas(frame) is frame
    found = as_pandas(pl.DataFrame({"a": [1, None], "b": ["x", None]}))
    assert found["a"].tolist()[0] == 1
    assert found.isna().sum().to_dict() == {"a": 1, "b": 1}
    with pytest.raises(ArgumentError, match="data= needs"):
        as_pandas([1, 2])


def test_codes_are_emptied_in_the_items_and_where_asked():
    scales = Scales.build({"A": ["a1", "a2"]})
    frame = pd.DataFrame({"a1": [1, -9], "a2": [2, 3], "t": [-9, 5], "u": [-9, 5]})
    found, log = emptied(frame, scales, (-9.0,), also=("t",))
    assert found.isna().sum().to_dict() == {"a1": 1, "a2": 0, "t": 1, "u": 0}
    assert [(entry.column, entry.count) for entry in log] == [("a1", 1), ("t", 1)]
    assert emptied(frame, scales, (-9.0,))[0]["t"].tolist() == [-9, 5]
    assert not np.isnan(frame.to_numpy(dtype=float)).any()
