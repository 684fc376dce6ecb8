"""Standardised solutions against lavaan; standardised.R stored them."""

import json
from pathlib import Path

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.inference.standardised import standardised_table

STORED = json.loads(Path(__file__).with_name("standardised.json").read_text("utf-8"))
DEMOCRACY = """
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ a*ind60
  dem65 ~ ind60 + b*dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8
  ab := a*b
"""
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
CASES = {
    "democracy": (DEMOCRACY, "polidem", {}, 0.95),
    "robust": (DEMOCRACY, "polidem", {"estimator": "MLR"}, 0.90),
    "schools": (THREE, "hs", {"group": "school"}, 0.95),
}


@pytest.mark.parametrize("case", CASES)
def test_errors_and_intervals_are_lavaans(case):
    model, file, options, level = CASES[case]
    found = standardised_table(scrm.fit(model, data(file), **options), level)
    # Names of definitions stand in lhs in both, groups count from 1.
    found = found[found["op"] != "~1"].reset_index(drop=True)
    stored = STORED[case]
    assert list(zip(found["lhs"], found["op"], strict=True)) == list(
        zip(stored["lhs"], stored["op"], strict=True)
    )
    for mine, theirs in (
        ("est", "est.std"), ("se", "se"), ("ci_lower", "ci.lower"), ("ci_upper", "ci.upper"),
    ):  # fmt: skip
        assert found[mine].to_numpy() == pytest.approx(np.array(stored[theirs], float), abs=1e-6)
