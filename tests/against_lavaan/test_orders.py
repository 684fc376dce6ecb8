"""Orders of a construct against lavaan and psych; orders.R stored the numbers."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

STORED = json.loads(Path(__file__).with_name("orders.json").read_text("utf-8"))
COMPLAINTS = {
    "s1": ["phone", "routine", "illness"], "s2": ["listen", "explain", "respect", "time"],
    "s3": ["courtesy", "helpful", "happy"], "s4": ["referral", "necessary", "delay"],
    "s5": ["problem", "help", "paperwork"],
}  # fmt: skip
PUPILS = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
CLOSE = {"rel": 5e-5, "abs": 2e-5}


def text(groups):
    return "\n".join(f"{f} =~ {' + '.join(own)}" for f, own in groups.items())


@cache
def found(name):
    if name == "pupils":
        return scrm.orders(text(PUPILS) + "\ng =~ visual + textual + speed", data("hs"))
    # lavaan takes a covariance matrix given to it as of divisor N - 1, as Moments does.
    moments = scrm.Moments(data("reise_cor"), 1000)
    if name == "complaints":
        return scrm.orders(text(COMPLAINTS), moments, {"g": list(COMPLAINTS)})
    four = {d: COMPLAINTS[d] for d in ("s1", "s4", "s2", "s5")}
    return scrm.orders(text(four), moments, {"g": ["s1", "s4"]})


@pytest.mark.filterwarnings("ignore::scrm_model.InadmissibleWarning")
@pytest.mark.parametrize("name", ["pupils", "complaints", "pair"])
def test_models_and_target_coefficient_are_lavaans(name):
    mine, stored = found(name), STORED[name]
    for row, wanted in zip(mine.frame.to_dict("records"), stored["fits"], strict=True):
        assert {k: row[k] for k in wanted} == pytest.approx(wanted, **CLOSE), row["model"]
    assert mine.target == pytest.approx(stored["target"], **CLOSE)


@pytest.mark.parametrize("name", ["pupils", "complaints", "pair"])
def test_bifactor_indices_are_those_of_lavaans_loadings(name):
    mine = found(name).indices.query("solution == 'bifactor'")
    for row, wanted in zip(mine.to_dict("records"), STORED[name]["indices"], strict=True):
        assert {k: row[k] for k in wanted} == pytest.approx(wanted, rel=2e-4, abs=1e-4)


def test_omegas_are_psychs_with_the_observed_variance_below_the_line():
    mine, observed = found("complaints"), data("reise_cor").to_numpy().sum()
    of, smaller = mine.solutions["bifactor"], 999 / 1000
    # It also sets loadings of variances with divisor N against correlations of variances of 1.
    hierarchical = mine.indices["omega_h"].iloc[0] * of.correlations.sum() * smaller / observed
    assert hierarchical == pytest.approx(STORED["psych"]["omega_h"], rel=1e-6)
    common = smaller * (of.general**2 + of.specific**2).sum()
    total = 1 - (len(of.items) - common) / observed
    assert total == pytest.approx(STORED["psych"]["omega"], rel=1e-6)


def test_differences_are_those_of_the_chi_squares():
    frame = found("complaints").frame.set_index("model")
    for model, other in (("second-order", "correlated"), ("bifactor", "second-order")):
        gap = abs(frame.loc[model, "chisq"] - frame.loc[other, "chisq"])
        assert frame.loc[model, "chisq_diff"] == pytest.approx(gap)
        assert frame.loc[model, "against"] == other
    np.testing.assert_array_equal(frame["df_diff"].dropna(), [5, 5, 11])
