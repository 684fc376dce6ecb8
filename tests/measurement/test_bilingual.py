"""Results of invariance, method bias, orders and simulated cut-offs in English and French."""

import numpy as np
import pytest
from against_lavaan.marker_data import CONSTRUCTS, MARKER
from against_lavaan.witness import data
from bilingual import check

import scrm_model as scrm
from scrm_model.estimation.diagnose import Problem
from scrm_model.measurement.problems import FRENCH, from_error, problem_text, problems_text
from scrm_model.reporting.language import catalogue

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
HIGHER = THREE + "\ng =~ visual + textual + speed"
TWO = "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
ITEMS = [f"u{k}" for k in range(1, 9)]
MODEL = "\n".join(f"{f} =~ {' + '.join(own)}" for f, own in CONSTRUCTS.items())
SECOND = ("configural", "metric.first", "metric", "scalar.first", "scalar", "means")


def few_answers():
    """Items of two and three answers, with which the scalar level has no minimum."""
    frame = data("datcat")
    for v in ITEMS[:5]:
        frame[v] = frame[v].map({1: 0, 2: 0, 3: 1, 4: 1, 5: 1})
    return frame.assign(u6=frame["u6"].map({1: 1, 2: 1, 3: 2, 4: 2, 5: 3}))


def turned():
    frame = data("sim_marker")
    return frame.assign(**{v: 8 - frame[v] for v in ("c1", "c2", "c3")})


INVARIANCE = {
    "scaled, released": lambda: scrm.invariance(
        THREE, data("hs"), "school", estimator="MLR", partial={"x3~1": "enseigné", "x7~1": ""}
    ),
    "search": lambda: scrm.invariance(THREE, data("hs"), "school", search=True, most=1),
    "search by cfi": lambda: scrm.invariance(THREE, data("hs"), "school", search=True, until="cfi"),
    "search without end": lambda: scrm.invariance(
        THREE, data("hs"), "school", search=True, alpha=1e-9
    ),
    "ordinal": lambda: scrm.invariance(TWO, data("datcat"), "g", ordered=ITEMS),
    "as lavaan": lambda: scrm.invariance(
        TWO, data("datcat"), "g", ordered=ITEMS, identification="lavaan"
    ),
    "second order": lambda: scrm.invariance(HIGHER, data("hs"), "school", levels=SECOND),
    "no minimum": lambda: scrm.invariance(TWO, few_answers(), "g", ordered=ITEMS),
}
BIAS = {
    "marker": lambda: scrm.method_bias(MODEL, data("sim_marker"), marker=MARKER),
    "negative": lambda: scrm.method_bias(
        MODEL, turned(), marker=MARKER, approaches=["partial"], r_m=0.3, percentiles=[0.975]
    ),
    "one marker item": lambda: scrm.method_bias(MODEL, data("sim_marker"), marker="m1"),
    "ordinal, no marker": lambda: scrm.method_bias(MODEL, data("sim_marker"), ordered=True),
    "not identified": lambda: scrm.method_bias("A =~ a1 + a2\nB =~ b1 + b2", data("sim_marker")),
    "a single item": lambda: scrm.method_bias(
        "A =~ a1 + a2 + a3\nB =~ b1 + b2 + b3\nS =~ c1", data("sim_marker"), marker=MARKER
    ),
}
ORDERS = {
    "three": lambda: scrm.orders(HIGHER, data("hs")),
    "two, alone": lambda: scrm.orders(THREE, data("hs"), {"g": ["visual", "textual"]}, alone=True),
    "two": lambda: scrm.orders(THREE, data("hs"), {"g": ["visual", "textual"]}),
    "study": lambda: scrm.orders(scrm.STUDY, data("scrm400"), reference="SCRMP_FIRM"),
    "ordinal, a pair": lambda: scrm.orders(
        "f1 =~ u1 + u2 + u3\nf2 =~ u4 + u5 + u6\nf3 =~ u7 + u8", data("datcat"),
        {"g": ["f1", "f2", "f3"]}, ordered=True,
    ),
}  # fmt: skip
CUT_OFFS = {
    "three factors": lambda: scrm.dynamic_fit(scrm.fit(THREE, data("hs")), 60, seed=1),
    "one factor": lambda: scrm.dynamic_fit(
        scrm.fit("g =~ x1 + x2 + x3 + x4 + x5 + x6", data("hs")), 60, seed=1
    ),
}


@pytest.mark.parametrize("name", INVARIANCE)
def test_invariance_speaks_both_languages(name):
    found = INVARIANCE[name]()
    check(found, kept=("male", "female"))
    first = next(iter(found.tables("fr").values()))
    assert first["niveau d'invariance"].iloc[0] == "configurale"
    np.testing.assert_array_equal(first["khi-deux"], found.frame["chisq"])
    # The frame stays plain.
    assert found.frame["level"].iloc[0] == "configural"


@pytest.mark.parametrize("name", BIAS)
def test_method_bias_speaks_both_languages(name):
    found = BIAS[name]()
    check(found)
    assert "Variance de méthode commune" in found.tables("fr")


@pytest.mark.parametrize("name", ORDERS)
def test_orders_speak_both_languages(name):
    found = ORDERS[name]()
    check(found)
    first = next(iter(found.tables("fr").values()))
    assert list(first["modèle"]) == [
        "un facteur", "dimensions corrélées", "second ordre", "bifactoriel",
    ]  # fmt: skip


@pytest.mark.parametrize("name", CUT_OFFS)
def test_cut_offs_speak_both_languages(name):
    found = CUT_OFFS[name]()
    check(found)
    wide, each = found.tables("fr").values()
    assert list(wide["seuil"])[-2:] == ["Hu et Bentler (1999)", "ce modèle"]
    np.testing.assert_array_equal(each["seuil"], found.frame["cutoff"])
    assert set(each["atteint"].dropna()) <= {"oui", "non"}


def test_names_of_a_user_are_not_translated():
    text = "lost =~ a1 + a2 + a3 + a4\nmetric =~ b1 + b2 + b3 + b4\nCFA =~ c1 + c2 + c3"
    found = scrm.method_bias(text, data("sim_marker"), approaches=["partial", "vif"])
    tables = found.tables("fr")
    assert list(tables["Colinéarité complète"]["construit"]) == ["lost", "metric", "CFA"]
    assert set(tables["Corrélations partielles (Lindell et Whitney)"]["construit"]) == {
        "lost", "metric",
    }  # fmt: skip


def test_french_words_are_those_of_the_field():
    found = BIAS["marker"]()
    tables = found.tables("fr")
    partial = tables["Corrélations partielles (Lindell et Whitney)"]
    assert set(partial["significativité"]) <= {"conservée", "perdue", "inversée", "n.s."}
    assert "Method-S(0,05)" in tables["Phase III : corrélations"]
    notes = ORDERS["two"]().notes("fr")
    assert any(n.startswith("Coefficient cible (Marsh et Hocevar, 1985)") for n in notes)
    assert any("1,000" in n for n in notes)


def test_every_problem_that_the_report_knows_has_a_short_french_text():
    codes = {
        k.split(".")[1]
        for k in catalogue("fr")
        if k.startswith("problems.") and k[-8:] == ".message"
    }
    assert codes == set(FRENCH)
    found = problem_text(
        Problem("negative_variance", ("x1 ~~ x1",), "Negative: x1 ~~ x1.", "Look.")
    )
    assert found.en == "Negative: x1 ~~ x1. Look"
    assert found.fr.startswith("variance négative (cas de Heywood) : x1 ~~ x1.")
    assert problem_text(Problem("new", (), "Something.", "Look.")).fr == "Something. Look"
    assert problems_text([]).get("fr") == ""


def test_errors_are_quoted_as_they_are():
    text = from_error("no test: {error}", "pas de test ; « {error} »", ValueError("too {few}."))
    assert (text.en, text.fr) == ("no test: too {few}", "pas de test ; « too {few} »")
