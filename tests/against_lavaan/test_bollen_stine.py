"""p values of Bollen and Stine's bootstrap against lavaan's and semTools' (bollen_stine.R)."""

import json

import numpy as np
import pytest
from against_lavaan.witness import HERE, case, data

from scrm_model.errors import MissingDataWarning
from scrm_model.estimation.fit import fit
from scrm_model.inference.bootstrap import bootstrap

STORED = json.loads((HERE / "bollen_stine.json").read_text("utf-8"))
DRAWS = 2000


def near(test, drawn, stored, draws):
    """p, mean and spread within four Monte Carlo errors of both sides."""
    assert test.statistic == pytest.approx(stored["chisq"], rel=1e-6)
    share = 1 / draws + 1 / stored["draws"]
    p = max(stored["pvalue"], 2 / stored["draws"])
    assert abs(test.pvalue - stored["pvalue"]) < 4 * np.sqrt(p * (1 - p) * share)
    sd = stored["sd"]
    assert abs(drawn.mean() - stored["mean"]) < 4 * sd * np.sqrt(share)
    assert drawn.std(ddof=1) == pytest.approx(sd, rel=0.12)


@pytest.mark.parametrize("stored", STORED["complete"], ids=lambda s: s["case"])
def test_within_monte_carlo_error_of_lavaan(stored):
    of = case(stored["case"])
    fitted = fit(of["model"], data(of["data"]), **of.get("args", {}))
    found = bootstrap(fitted, DRAWS, seed=1, kind="bollen.stine")
    near(found.test, found.chisq, stored, len(found.chisq))


@pytest.mark.parametrize("stored", STORED["missing"], ids=lambda s: s["name"])
def test_within_monte_carlo_error_of_semtools(stored):
    with pytest.warns(MissingDataWarning, match="2 of 301 rows"):
        fitted = fit(stored["model"], data("hs_holes"), missing="fiml")
    found = bootstrap(fitted, 800, seed=1, kind="bollen.stine")
    near(found.test, found.chisq, stored, len(found.chisq))
