"""Invariance tables, score tests and latent means against lavaan; invariance.R stored them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

STORED = json.loads(Path(__file__).with_name("invariance.json").read_text("utf-8"))
MODELS = STORED["models"]
ITEMS = [f"u{k}" for k in range(1, 9)]
MEANS = ("configural", "metric", "scalar", "strict", "means")
SECOND = ("configural", "metric.first", "metric", "scalar.first", "scalar")
ORDINAL = ("configural", "thresholds", "metric", "scalar", "strict")


def pupils():
    hs = data("hs")
    return hs.assign(third=np.resize(["a", "b", "c"], len(hs)))


def merged():
    """The ordinal answers on three points."""
    frame = data("datcat")
    frame[ITEMS] = frame[ITEMS].replace({2: 1, 3: 2, 4: 2, 5: 3})
    return frame


def ordinal(frame=None, **options):
    frame = data("datcat") if frame is None else frame
    return scrm.invariance(MODELS["two"], frame, "g", ordered=ITEMS, **options)


def made(name):
    three = MODELS["three"]
    if name in ("mlr", "mlm"):
        return scrm.invariance(three, pupils(), "school", estimator=name.upper())
    if name == "mlm_2010":
        levels, method = ("configural", "metric"), "satorra.bentler.2010"
        return scrm.invariance(
            three, pupils(), "school", estimator="MLM", levels=levels, method=method
        )
    if name == "partial":
        given = ["x3~1", "x7 ~ 1"]
        return scrm.invariance(three, pupils(), "school", levels=MEANS[:3], partial=given)
    return {
        "ml": lambda: scrm.invariance(three, pupils(), "school", levels=MEANS),
        "thirds": lambda: scrm.invariance(three, pupils(), "third"),
        "second": lambda: scrm.invariance(MODELS["higher"], pupils(), "school", levels=SECOND),
        "wu": ordinal,
        "names": lambda: ordinal(identification="lavaan", levels=ORDINAL[:3]),
        "ternary": lambda: ordinal(merged(), levels=("configural", *ORDINAL[2:])),
    }[name]()


@pytest.mark.parametrize("name", list(STORED["ladders"]))
def test_levels_and_their_differences_are_lavaans(name):
    frame, stored = made(name).frame, STORED["ladders"][name]
    # lavaan's polychoric correlations are good to about 1e-7, its search ends at 1e-5.
    loose = name in ("wu", "names", "ternary")
    close = {"rel": 1e-4 if loose else 3e-5, "abs": 1e-4 if loose else 1e-5}
    for row, want in zip(frame.to_dict("records"), stored["levels"], strict=True):
        assert {k: row[k] for k in want} == pytest.approx(want, **close), row["level"]
    for row, want in zip(frame.to_dict("records")[1:], stored["tests"], strict=True):
        assert {k: row[k] for k in want} == pytest.approx(want, **close), row["level"]


@pytest.mark.parametrize("name", ["metric", "scalar", "mlr_scalar"])
def test_score_tests_are_lavaans(name):
    level = name.removeprefix("mlr_")
    estimator = "MLR" if name.startswith("mlr") else "ML"
    found = scrm.invariance(MODELS["three"], pupils(), "school", estimator=estimator)
    mine = found.score_tests(level).set_index("parameter")
    stored = pd.DataFrame(STORED["scores"][name]).set_index("parameter")
    kind = "=~" if level == "metric" else "~1"
    here = stored[[kind in p for p in stored.index]]
    assert sorted(mine.index) == sorted(here.index)
    np.testing.assert_allclose(mine.loc[here.index, "mi"], here["mi"], rtol=3e-5, atol=1e-5)
    assert (mine["df"] == here["df"].reindex(mine.index)).all()


def test_score_tests_of_thresholds_are_lavaans():
    found = ordinal(identification="lavaan", levels=ORDINAL[:3]).score_tests("thresholds")
    mine = found.set_index("parameter")["mi"]
    stored = pd.DataFrame(STORED["scores"]["names_thresholds"]).set_index("parameter")["mi"]
    assert set(stored.index) <= set(mine.index)
    np.testing.assert_allclose(mine[stored.index], stored, rtol=2e-4, atol=1e-4)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_latent_means_and_d_are_lavaans(estimator):
    found = scrm.invariance(MODELS["three"], pupils(), "school", estimator=estimator).means
    mine = found[found["group"] == 2].set_index("construct")
    for kind, head in (("raw", ""), ("d", "d_")):
        stored = pd.DataFrame(STORED["means"][estimator.lower()][kind]).set_index("construct")
        names = [
            "est" if not head else "d",
            *(f"{head}{c}" for c in ("se", "ci_lower", "ci_upper")),
        ]
        np.testing.assert_allclose(mine.loc[stored.index, names], stored, rtol=1e-5, atol=1e-5)
