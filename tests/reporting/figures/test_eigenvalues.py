import numpy as np
import pandas as pd
import pytest
from semopy.examples import holzinger39

import scrm_model as scrm
from scrm_model.errors import ArgumentError
from scrm_model.reporting.figures.eigenvalues import scree_plot
from scrm_model.reporting.figures.marks import Curve, Oval

ITEMS = [f"x{k}" for k in range(1, 10)]


@pytest.fixture(scope="module")
def found():
    return scrm.parallel_analysis(holzinger39.get_data(), ITEMS, draws=50, seed=1)


def line(picture, name):
    return next(m for m in picture.marks if isinstance(m, Curve) and m.name == name)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("method", ["pc", "fa", "smc"])
def test_three_lines(found, check, words, method, lang):
    picture = scree_plot(found, method, lang=lang)
    check(picture)
    own = found.eigenvalues(method)
    assert picture.frame.set_index("number").equals(own)
    values = np.concatenate([own[c].to_numpy() for c in ("eigenvalue", "mean", "quantile")])
    places = np.array([
        y for c in ("eigenvalue", "mean", "quantile") for _, y in line(picture, c).points
    ])  # fmt: skip
    assert places == pytest.approx(np.polyval(np.polyfit(values, places, 1), values), abs=1e-6)
    dashes = {line(picture, c).dash for c in ("eigenvalue", "mean", "quantile")}
    assert len(dashes) == 3
    assert sum(isinstance(m, Oval) for m in picture.marks) == 9 + 1  # and one in the legend
    suggested = int(found.suggestions.set_index("rule").loc[method, "factors"])
    text = f"{suggested} beyond chance" if lang == "en" else f"{suggested} au-delà du hasard"
    assert text in words(picture)
    assert ("1 (Kaiser)" in words(picture)) == (method == "pc")


def test_the_method_of_the_analysis_is_the_default(found):
    assert scree_plot(found).svg == scree_plot(found, "pc").svg


def test_rules_are_listed(found, words):
    said = " ".join(words(scree_plot(found)))
    assert "Number of factors by parallel analysis, components: 3" in said
    assert "simulated data sets of 301 cases (normal data)" in said


def test_many_items_and_none_beyond_chance(check, words):
    rng = np.random.default_rng(3)
    noise = pd.DataFrame(rng.normal(size=(120, 45))).add_prefix("v")
    found = scrm.parallel_analysis(noise, draws=20, seed=1)
    picture = scree_plot(found)
    check(picture)
    assert "The first 40 of 45 eigenvalues are drawn." in words(picture)
    assert len(picture.frame) == 45
    assert "beyond chance" not in " ".join(words(picture)) or found.factors > 0


def test_errors_say_what_to_do(found):
    with pytest.raises(ArgumentError, match=r"^parallel= needs what parallel_analysis\(\) gave"):
        scree_plot(3)
    with pytest.raises(ArgumentError, match=r"^method= needs 'pc', 'fa' or 'smc'; got 'ml'"):
        scree_plot(found, "ml")
    with pytest.raises(ArgumentError, match=r"^lang= needs"):
        scree_plot(found, lang="de")
