"""Answers from whatever holds them."""

import pandas as pd
import pytest

from scrm_model.survey.gathering import gathered
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

SCALES = Scales.build({"A": ["a1", "a2"]}, points=5)
FRAME = pd.DataFrame({"a1": [1, -99, 3], "a2": [2, 4, -99]})


@pytest.mark.parametrize("of", [tuple, list, iter])
@pytest.mark.parametrize("kind", ["frame", "file", "responses"])
def test_codes_for_missing_may_come_in_any_collection(kind, of, tmp_path):
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    data = {
        "frame": FRAME,
        "file": tmp_path / "a.csv",
        "responses": read_responses(tmp_path / "a.csv", SCALES),
    }[kind]
    found = gathered(data, SCALES, of([-99]))
    assert found.frame.isna().to_numpy().sum() == 2
    assert sum(entry.emptied for entry in found.log) == 2
