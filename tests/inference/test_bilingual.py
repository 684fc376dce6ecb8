"""Nested models and influential cases in English and French."""

import warnings

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data
from bilingual import check

from scrm_model.errors import ArgumentError
from scrm_model.estimation.fit import fit
from scrm_model.inference.compare import compare
from scrm_model.inference.influence import influence
from scrm_model.inference.worded import Worded, in_language
from scrm_model.inference.words import comma, decimal, joined
from scrm_model.study.records import Text

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
CROSSED = THREE + "\nvisual =~ x9"


def nested(method="auto", names=None, larger=None, **options):
    fits = [
        fit(CROSSED, data("hs"), **options, **(larger or {})),
        fit(THREE, data("hs"), **options),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compare(*fits, method=method, names=names)


def constant_but_for_one():
    frame = pd.DataFrame(np.random.default_rng(3).normal(size=(60, 4)), columns=list("abcd"))
    return frame.assign(y=(frame.index == 11).astype(float))


def holes():
    frame = data("hs")
    frame.loc[3, "x1"] = np.nan
    return frame


COMPARISONS = {
    "plain": nested,
    "negative": lambda: nested("satorra.bentler.2010", ["libre", "simple"], estimator="MLR"),
    "default names": lambda: nested("satorra.bentler.2010", estimator="MLR"),
    "by name": lambda: nested("satorra.bentler.2010", larger={"std_lv": True}, estimator="MLM"),
    "no distribution": lambda: nested(estimator="ULS"),
    "robust": lambda: nested(estimator="MLR"),
}
INFLUENCES = {
    "ml": lambda: influence(fit(THREE, data("hs"))),
    "ordinal": lambda: influence(
        fit(THREE, data("hs").round(), ordered=["x4", "x5", "x6"]), cases=range(20)
    ),
    "uls": lambda: influence(fit(THREE, data("hs"), estimator="ULS"), cases=range(9)),
    "fiml": lambda: influence(fit(THREE, holes(), missing="fiml"), cases=range(9)),
    "no minimum": lambda: influence(fit("y ~ a + b", constant_but_for_one())),
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_nested_models_speak_both_languages(name):
    found = COMPARISONS[name]()
    check(found)
    ((title, frame),) = found.tables("fr").items()
    assert title == f"Modèles emboîtés, méthode {found.method}"
    np.testing.assert_array_equal(frame["différence de khi-deux"], found.frame["chisq_diff"])
    named = name == "negative"
    assert list(frame["modèle"]) == (["libre", "simple"] if named else ["modèle 1", "modèle 2"])


@pytest.mark.parametrize("name", INFLUENCES)
def test_influential_cases_speak_both_languages(name):
    found = INFLUENCES[name]()
    check(found)
    frame = found.tables("fr", count=3)["Cas influents"]
    assert len(frame) == 3
    assert list(frame["cas"]) == list(found.top(3)["case"])
    assert found.notes()[1:] == found.remarks


def test_a_model_may_have_a_name_in_each_language():
    found = nested("satorra.bentler.2010", [Text("free", "libre"), "simple"], estimator="MLR")
    assert list(found.frame["model"]) == ["free", "simple"]
    assert found.notes()[0].startswith("simple against free: ")
    assert found.notes("fr")[0].startswith("simple comparé à libre : ")


def test_numbers_and_sentences_of_each_language():
    assert comma("r = .05, 1.5 and -0.25; lavaan") == "r = 0,05, 1,5 and -0,25; lavaan"
    assert (decimal(0.3, ".2f").en, decimal(0.3, ".2f").fr) == ("0.30", "0,30")
    both = joined([Text("a", "b"), Text("c", "d")])
    assert (both.en, both.fr) == ("a; c", "b ; d")
    frame = pd.DataFrame({"model": ["a", "b"], "x": ["a", 1.5]})
    cells = {"model": {"a": Text("A", "â")}, "absent": {}}
    table = Worded("t", Text("Title", "Titre"), frame, {"x": Text("ex", "ixe")}, cells)
    assert table.shown("fr").to_dict("list") == {"modèle": ["â", "b"], "ixe": ["a", 1.5]}
    assert in_language([table], "en")["Title"].to_dict("list") == {
        "model": ["A", "b"], "ex": ["a", 1.5],
    }  # fmt: skip
    assert list(frame) == ["model", "x"]
    with pytest.raises(ArgumentError, match="lang="):
        table.shown("es")
    listed = pd.DataFrame({"measure": ["n", "pvalue", "rmsea"], "value": [20.0, 1e-9, 0.25]})
    measures = Worded("m", Text("Fit", "Ajustement"), listed, measures=True)
    assert measures.shown("fr")["valeur"].tolist() == [20, "< 0,001", 0.25]
