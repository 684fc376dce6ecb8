"""Method bias against lavaan; method.R stored the numbers, marker_data.py the answers."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from against_lavaan.marker_data import CONSTRUCTS, MARKER
from against_lavaan.witness import data

import scrm_model as scrm

STORED = json.loads(Path(__file__).with_name("method.json").read_text("utf-8"))
MODEL = "\n".join(f"{f} =~ {' + '.join(own)}" for f, own in CONSTRUCTS.items())
CLOSE = {"rtol": 2e-5, "atol": 2e-5}


@cache
def bias(estimator="ML"):
    return scrm.method_bias(MODEL, data("sim_marker"), marker=MARKER, estimator=estimator)


@pytest.mark.parametrize("name", list(STORED["phases"]["ml"]["fits"]))
@pytest.mark.parametrize("estimator", ["ml", "mlr"])
def test_models_of_the_phases_are_lavaans(name, estimator):
    stored = STORED["phases"][estimator]
    fit = bias(estimator.upper()).marker.fits[name]
    for key, value in stored["fits"][name].items():
        # Robust errors of other programs' ends of intervals differ a little more.
        assert fit.measures[key] == pytest.approx(value, rel=1e-4, abs=1e-5), key
    mine = bias(estimator.upper()).marker.sensitivity
    ours = {
        "CFA": "cfa", "Baseline": "baseline", "Method-U": "method", "Method-S(.05)": "s(.05)",
        "Method-S(.01)": "s(.01)",
    }  # fmt: skip
    if name in ours:
        np.testing.assert_allclose(mine[ours[name]], stored["correlations"][name], rtol=1e-4)


@pytest.mark.parametrize("estimator", ["ml", "mlr"])
def test_method_loadings_and_the_retained_model(estimator):
    found, stored = bias(estimator.upper()).marker, STORED["phases"][estimator]
    assert found.retained == "Method-U"
    for key in ("est", "se"):
        np.testing.assert_allclose(
            found.loadings[key], stored["loadings"][key], rtol=1e-4, atol=1e-5
        )
    if estimator == "mlr":
        row = found.frame.set_index("model").loc["Method-C"]
        for key, value in stored["difference"].items():
            assert row[key] == pytest.approx(value, rel=1e-4)


def test_reliability_is_decomposed_as_lavaans_estimates_say():
    stored = {
        kind: {(r["lhs"], r["op"], r["rhs"]): r["est.std"] for r in STORED["phases"]["ml"][kind]}
        for kind in ("standardised", "baseline_standardised")
    }
    found = bias().marker.decomposition.set_index("construct")
    for construct, items in CONSTRUCTS.items():
        at, before = stored["standardised"], stored["baseline_standardised"]
        own = sum(at[construct, "=~", v] for v in items) ** 2
        method = sum(at["M", "=~", v] for v in items) ** 2
        total = own + method + sum(at[v, "~~", v] for v in items)
        first = sum(before[construct, "=~", v] for v in items) ** 2
        whole = first / (first + sum(before[v, "~~", v] for v in items))
        wanted = [whole, own / total, method / total, method / (own + method)]
        mine = found.loc[construct, ["reliability", "substantive", "method", "method_share"]]
        np.testing.assert_allclose(mine.astype(float), wanted, **CLOSE)


def test_unmeasured_factor_is_lavaans():
    found, stored = bias().ulmc, STORED["ulmc"]
    for row, name in zip(
        found.frame.to_dict("records"), ("constructs", "equal", "free"), strict=True
    ):
        for key, value in stored[name].items():
            assert row[key] == pytest.approx(value, rel=2e-5, abs=2e-5), (name, key)
    shares = list(found.frame["method_share"][1:])
    np.testing.assert_allclose(
        shares, [stored["shares"]["equal"], stored["shares"]["free"]], **CLOSE
    )
    assert found.frame["construct_share"][1] == pytest.approx(
        stored["shares"]["constructs_equal"], rel=2e-5
    )


def test_single_factor_and_components_are_lavaans():
    found, stored = bias().harman, STORED["harman"]
    row = found.frame.iloc[1]
    for key, value in stored["one"].items():
        assert row[key] == pytest.approx(value, rel=2e-5, abs=2e-5), key
    assert found.share == pytest.approx(stored["share"], rel=2e-5)
    np.testing.assert_allclose(found.components["eigenvalue"], stored["eigenvalues"], rtol=1e-8)


def test_composites_and_collinearity_are_those_of_r():
    np.testing.assert_allclose(bias().partial.correlations, STORED["composites"], rtol=1e-8)
    vif = bias().vif
    np.testing.assert_allclose(vif["vif_composite"], STORED["vif"]["composite"], rtol=1e-8)
    np.testing.assert_allclose(vif["vif_latent"], STORED["vif"]["latent"], rtol=2e-5)
