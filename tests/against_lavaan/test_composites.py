"""Composites against lavaan, whose numbers composites.R stored."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

from scrm_model.errors import InadmissibleWarning
from scrm_model.estimation.fit import fit

STORED = json.loads(Path(__file__).with_name("composites.json").read_text("utf-8"))
CASES = STORED["cases"]
COLUMNS = {"est": "est", "se": "se", "std_lv": "std.lv", "std_all": "std.all"}


def fitted(stored):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InadmissibleWarning)  # so is lavaan's solution
        return fit(stored["model"], data("hs"), **stored["args"])


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_lavaans(name):
    stored = CASES[name]
    found = fitted(stored)
    assert found.converged
    expected = pd.DataFrame(stored["parameters"])
    mine = found.parameters
    for column in ("lhs", "op", "rhs", "group", "label"):
        assert list(mine[column]) == list(expected[column])
    for ours, theirs in COLUMNS.items():
        np.testing.assert_allclose(
            mine[ours], expected[theirs].astype(float), rtol=1e-4, atol=5e-5, err_msg=ours
        )
    assert set(found.measures.index) == set(stored["measures"])
    for key, value in stored["measures"].items():
        ours = found.measures[key]
        # With df = 0 lavaan gives 1 for Hoelter's N, which nothing limits then.
        if value is None or (found.df == 0 and key in ("cn_05", "cn_01")):
            assert np.isnan(ours), key
        else:
            assert ours == pytest.approx(value, rel=1e-5, abs=1e-6), key
    shares = [found.r2] if isinstance(found.r2, pd.Series) else [found.r2[g] for g in found.r2]
    for share, wanted in zip(shares, stored["r2"], strict=True):
        assert share.to_dict() == pytest.approx(wanted, rel=1e-4)
