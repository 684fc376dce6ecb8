"""Exploratory factors against psych, GPArotation and lavaan; exploratory.R stored them."""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data
from scipy.optimize import linear_sum_assignment

import scrm_model as scrm

STORED = json.loads(Path(__file__).with_name("exploratory.json").read_text("utf-8"))
ITEMS = {
    "hs": [f"x{k}" for k in range(1, 10)],
    "bfi": [f"{letter}{k}" for letter in "ACENO" for k in range(1, 6)],
    "datcat": [f"u{k}" for k in range(1, 9)],
    "holes": [f"x{k}" for k in range(1, 10)],
}
FILES = {"bfi": "bfi600", "listwise": "bfi600", "holes": "hs_holes"}
ITEMS["listwise"] = ITEMS["bfi"]
# psych's own searches stop at 1e-5 or so, stats::varimax (and so promax) where its criterion rises
# by less than 1e-5 of itself, which leaves loadings that are off by up to .008.
SHARP, PSYCH = 2e-6, {"pa": 0.01, "varimax": 0.01, "promax": 0.01}
CASES = [
    pytest.param(sample, case, id=f"{sample}-{case['method']}-{case['rotation']}")
    for sample, cases in STORED["solutions"].items()
    for case in cases
]


def answers(sample):
    return data(FILES.get(sample, sample))[ITEMS[sample]]


def matrix(stored):
    names = stored["rows"] or None
    return pd.DataFrame(stored["values"], names, stored["cols"] or None, dtype=float)


def matched(loadings, phi, to):
    """Columns in the order and with the signs of other loadings."""
    mine, theirs = np.asarray(loadings), np.asarray(to)
    first, second = linear_sum_assignment(-np.abs(mine.T @ theirs))
    order = first[np.argsort(second)]
    sign = np.sign((mine[:, order] * theirs).sum(axis=0))
    phi = np.asarray(phi)[np.ix_(order, order)] * np.outer(sign, sign)
    return mine[:, order] * sign, phi


def solved(sample, case, **options):
    how = {"bfi": {"missing": "pairwise"}, "datcat": {"ordered": True}}.get(sample, {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scrm.MissingDataWarning)
        return scrm.efa(
            answers(sample), case["factors"], method=case["method"], rotation=case["rotation"],
            **how, **options,
        )  # fmt: skip


@pytest.mark.parametrize("sample", ["hs", "bfi"])
def test_suitability_is_psychs(sample):
    found = scrm.kmo(answers(sample), missing="pairwise")
    stored = STORED["suitability"][sample]
    assert found.overall == pytest.approx(stored["overall"], rel=1e-10)
    assert found.determinant == pytest.approx(stored["determinant"], rel=1e-9)
    assert found.bartlett.chisq == pytest.approx(stored["chisq"], rel=1e-10)
    assert found.bartlett.df == stored["df"]
    assert found.bartlett.pvalue == pytest.approx(stored["p"], rel=1e-8, abs=0)
    for mine, theirs in ((found.items, "items"), (found.smc, "smc")):
        assert mine.to_dict() == pytest.approx(stored[theirs], rel=1e-9)


@pytest.mark.parametrize("sample", ["hs", "bfi"])
def test_eigenvalues_and_partials_are_psychs(sample):
    found = scrm.parallel_analysis(answers(sample), draws=500, seed=1, missing="pairwise")
    stored = STORED["retention"][sample]
    for kind, tolerance in (("pc", 1e-9), ("smc", 1e-9), ("fa", 1e-4)):
        mine = found.eigenvalues(kind)["eigenvalue"]
        np.testing.assert_allclose(mine, stored[kind], atol=tolerance)
    # The last of psych's is a filler of 1; it has none for no component.
    np.testing.assert_allclose(found.map["velicer"][1:-1], stored["map"][: len(found.map) - 2])
    suggested = found.suggestions.set_index("rule")["factors"]
    assert (suggested["fa"], suggested["pc"]) == (stored["nfact"], stored["ncomp"])


@pytest.mark.parametrize("sample", ["hs", "bfi"])
def test_simulated_eigenvalues_are_psychs(sample):
    stored = STORED["retention"][sample]
    rows, how = answers(sample), {"draws": 2000, "seed": 2, "missing": "pairwise"}
    found = scrm.parallel_analysis(rows, **how)
    # Means of 500 of psych's draws with a spread of about .05; four standard errors are .01.
    np.testing.assert_allclose(found.eigenvalues("pc")["mean"], stored["pc_mean"], atol=0.01)
    np.testing.assert_allclose(found.eigenvalues("fa")["mean"], stored["fa_mean"], atol=0.02)
    mixed = scrm.parallel_analysis(rows, comparison="resampled", **how | {"draws": 300})
    np.testing.assert_allclose(mixed.eigenvalues("pc")["mean"], stored["pc_permuted"], atol=0.015)


@pytest.mark.parametrize(("sample", "case"), CASES)
def test_loadings_are_those_of_sharpened_searches(sample, case):
    found = solved(sample, case)
    theirs = matrix(case["loadings"])
    loadings, phi = matched(found.loadings, found.phi, theirs)
    # psych's principal axes stop when communalities change by less than .001.
    tolerance = 0.01 if case["method"] == "pa" else SHARP
    np.testing.assert_allclose(loadings, theirs, atol=tolerance)
    if "phi" in case:
        np.testing.assert_allclose(phi, matrix(case["phi"]), atol=SHARP)


@pytest.mark.parametrize(("sample", "case"), CASES)
def test_measures_are_psychs(sample, case):
    stored, found = case["psych"], solved(sample, case)
    theirs = matrix(stored["loadings"])
    if case["rotation"] not in ("geomin", "quartimax"):
        tolerance = PSYCH.get(case["method"], PSYCH.get(case["rotation"], 1e-4))
        loadings, _ = matched(found.loadings, found.phi, theirs)
        np.testing.assert_allclose(loadings, theirs, atol=tolerance)
        np.testing.assert_allclose(
            sorted(found.variance.loc["ss_loadings"]), sorted(stored["explained"]),
            atol=3 * tolerance,
        )  # fmt: skip
    mine = found.measures
    rest = {
        "objective": "objective", "chisq": "chisq", "tli": "tli", "bic": "bic", "rmsr": "rms",
        "rmsr.corrected": "crms", "baseline.chisq": "null", "fit": "fit", "fit.off": "fit_off",
    }  # fmt: skip
    tolerance = 2e-3 if case["method"] == "pa" else 1e-4
    for ours, name in rest.items():
        assert mine[ours] == pytest.approx(stored[name], rel=tolerance), ours
    assert mine["df"] == stored["df"]
    assert mine["pvalue"] == pytest.approx(stored["p"], rel=0.02, abs=1e-12)
    # psych: sqrt(chi2 / (df n) - 1 / (n - 1)); ours has n in both places.
    theirs, low, high, _ = stored["rmsea"]
    shift = 1.0 / (found.n - 1) - 1.0 / found.n
    close = 1e-5 if case["method"] == "pa" else 1e-6
    assert mine["rmsea"] ** 2 - shift == pytest.approx(theirs**2, abs=close)
    assert (mine["rmsea.ci.lower"], mine["rmsea.ci.upper"]) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize("sample", ["hs", "bfi"])
def test_components_are_psychs(sample):
    for stored in STORED["components"][sample]:
        case = stored | {"method": "pca"}
        found = solved(sample, case)
        theirs = matrix(stored["loadings"])
        loadings, phi = matched(found.loadings, found.phi, theirs)
        np.testing.assert_allclose(loadings, theirs, atol=SHARP)
        if stored["phi"]:
            np.testing.assert_allclose(phi, matrix(stored["phi"]), atol=SHARP)
        for ours, name in (("rmsr", "rms"), ("fit", "fit"), ("fit.off", "fit_off")):
            assert found.measures[ours] == pytest.approx(stored[name], rel=1e-8)


def test_correlations_of_ordinal_and_incomplete_answers_are_lavaans():
    ordinal = scrm.efa(answers("datcat"), 2, ordered=True)
    np.testing.assert_allclose(
        ordinal.correlations, matrix(STORED["correlations"]["datcat"]), atol=1e-6
    )
    with pytest.warns(scrm.MissingDataWarning):
        complete = scrm.efa(answers("holes"), 3, missing="fiml")
    # lavaan's EM stops a little earlier.
    np.testing.assert_allclose(
        complete.correlations, matrix(STORED["correlations"]["holes"]), atol=1e-5
    )


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_scores_are_psychs(method):
    found = scrm.efa(answers("hs"), 3, method="ml").scores(method)
    theirs = np.array(STORED["scores"][method]["values"])
    mine, _ = matched(found[:20], np.eye(3), theirs)
    np.testing.assert_allclose(mine, theirs, atol=1e-4)


def test_a_heywood_case_stops_where_psych_stops():
    with pytest.warns(scrm.InadmissibleWarning, match="y1"):
        found = scrm.efa(data("sim_heywood"), 1, method="ml")
    theirs = matrix(STORED["heywood"])
    np.testing.assert_allclose(found.loadings, theirs, atol=1e-4)
