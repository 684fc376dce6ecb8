"""The Monte Carlo table of docs/ordinal.md: shown as stored, and made by what its script says."""

import csv
from pathlib import Path

import doc_script
import numpy as np
import pytest

from scrm_model.estimation.fit import fit
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify

ROOT = Path(__file__).parents[2]


def script():
    return doc_script.load("ordinal_coverage")


def test_page_shows_the_stored_table():
    page = (ROOT / "docs" / "ordinal.md").read_text(encoding="utf-8")
    assert script().markdown() in page


def test_stored_table_is_of_enough_replicates():
    with script().TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(r["n"]) for r in rows] == list(script().SIZES)
    assert all(int(r["converged"]) >= 500 for r in rows)


def test_a_cell_of_few_replicates_is_like_the_stored_one():
    with script().TABLE.open(encoding="utf-8", newline="") as file:
        stored = next(r for r in csv.DictReader(file) if r["n"] == "400")
    found = script().cell(400, 20)
    error = np.hypot(found["coverage_mcse"], float(stored["coverage_mcse"]))
    assert abs(found["coverage"] - float(stored["coverage"])) < 4 * error
    error = np.hypot(found["polychoric_bias_mcse"], float(stored["polychoric_bias_mcse"]))
    assert abs(found["polychoric_bias"] - float(stored["polychoric_bias"])) < 4 * error
    assert found["rejected"] <= 6


def test_errors_of_standardised_paths_equal_those_of_the_bootstrap():
    model = specify(performance="single")
    answers = simulate(population(model), 1000, 2, proportions=script().FIVE)
    found = fit(model, answers, ordered=True)
    value, error = script().standardised_paths(found)
    frame = found.parameters
    np.testing.assert_allclose(value, frame.loc[frame["op"] == "~", "std_all"], rtol=1e-10)
    drawn = bootstrap(found, draws=100, seed=1).table()
    assert error == pytest.approx(drawn.loc[drawn["op"] == "~", "std_se"], rel=0.35)
    assert np.mean(error / drawn.loc[drawn["op"] == "~", "std_se"]) == pytest.approx(1.0, abs=0.1)
