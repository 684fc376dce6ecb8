"""Power by simulation against a loop of lavaan over the same population (power.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from scrm_model.planning.population import population
from scrm_model.planning.power import power

STORED = json.loads((Path(__file__).parent / "power.json").read_text("utf-8"))
TEXT = """
F =~ x1 + x2 + x3
G =~ y1 + y2 + y3
H =~ z1 + z2 + z3
G ~ a*F
H ~ b*G + c*F
ind := a*b
"""
POP = population(TEXT, paths={"a": 0.35, "b": 0.30, "c": 0.15})
DRAWS = 2000


@pytest.mark.parametrize("stored", STORED["studies"], ids=lambda s: s["estimator"])
def test_within_monte_carlo_error(stored):
    found = power(
        TEXT, POP, [STORED["n"]], DRAWS, 1, progress=False, estimator=stored["estimator"]
    ).frame.set_index("name")
    share = 1 / stored["kept"] + 1 / DRAWS

    def near(ours, theirs, sd):
        assert abs(ours - theirs) < 4 * sd * np.sqrt(share)

    for k, name in enumerate(stored["effects"]):
        row, theirs = found.loc[name], stored["power"][k]
        near(row["power"], theirs, np.sqrt(theirs * (1 - theirs)) + 0.01)
        near(row["mean"], stored["mean"][k], stored["sd"][k])
        near(row["sd"], stored["sd"][k], stored["sd"][k])  # about sqrt(2) times its own error
        if name != "ind":  # ours is the deviation of draws, lavaan's that of the delta method
            near(row["mean_se"], stored["mean_se"][k], stored["sd"][k])
    for name, key in (("chi-square test rejects", "rejects"), ("all hypotheses", "all")):
        near(found.loc[name, "power"], stored[key], np.sqrt(stored[key] * (1 - stored[key])) + 0.01)


def test_the_delta_method_too():
    stored = STORED["studies"][0]
    found = power(TEXT, POP, [STORED["n"]], DRAWS, 2, progress=False, method="delta").frame
    ours, theirs = float(found.set_index("name").loc["ind", "power"]), stored["delta"]
    sd = np.sqrt(theirs * (1 - theirs))
    assert abs(ours - theirs) < 4 * sd * np.sqrt(1 / stored["kept"] + 1 / DRAWS)
