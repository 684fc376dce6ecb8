"""GLS, ULS and WLS against lavaan, whose numbers least_squares.R stored."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

from scrm_model.errors import InadmissibleWarning, MissingDataWarning
from scrm_model.estimation.fit import fit

STORED = json.loads(Path(__file__).with_name("least_squares.json").read_text("utf-8"))
CASES = STORED["cases"]
COLUMNS = {"est": "est", "se": "se", "std_lv": "std.lv", "std_all": "std.all"}


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_lavaans(name):
    stored = CASES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingDataWarning)  # one grade is empty
        warnings.simplefilter("ignore", InadmissibleWarning)  # so is lavaan's solution
        found = fit(stored["model"], data("hs"), **stored["args"])
    expected = pd.DataFrame(stored["parameters"])
    mine = found.parameters
    assert list(mine["lhs"] + mine["op"] + mine["rhs"]) == list(
        expected["lhs"] + expected["op"] + expected["rhs"]
    )
    for ours, theirs in COLUMNS.items():
        np.testing.assert_allclose(
            mine[ours], expected[theirs].astype(float), rtol=1e-4, atol=5e-5, err_msg=ours
        )
    assert set(found.measures.index) == set(stored["measures"])
    for key, value in stored["measures"].items():
        ours = found.measures[key]
        if value is None:
            assert np.isnan(ours), key
        else:
            assert ours == pytest.approx(value, rel=1e-5, abs=1e-6), key
