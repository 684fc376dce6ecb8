"""The table of each result: in both languages, without gaps that have no reason."""

import re

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.reporting.views.table import TABLES

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
PATHS = THREE + "textual ~ visual\nspeed ~ visual + textual"
LESS = THREE + "textual ~ visual\nspeed ~ visual + 0*textual"


@pytest.fixture(scope="module")
def fit():
    return scrm.fit(PATHS, data("hs"))


@pytest.fixture(scope="module")
def results(fit):
    study = scrm.STUDY
    model = scrm.specify(study)
    population = scrm.population(model, paths=0.4, loadings=0.8)
    answers = scrm.simulate(population, 250, 1)
    own = scrm.fit(model, answers)
    validity = scrm.validity(fit, draws=20, seed=1)
    return {
        "fit": fit,
        "hypotheses": scrm.hypothesis_table(own),
        "effects": scrm.indirect_effects(own, method="delta"),
        "types": scrm.mediation_types(own, method="delta"),
        "sizes": scrm.effect_sizes(fit),
        "rivals": scrm.rivals(answers, study),
        "reliability": scrm.reliability(own),
        "validity": validity,
        "comparison": scrm.compare(fit, scrm.fit(LESS, data("hs"))),
        "descriptives": scrm.descriptives(fit),
        "power": scrm.power(PATHS, scrm.population(fit), [150], 4, 1, progress=False),
    }  # fmt: skip


CASES = [
    *(("fit", what) for what in TABLES[scrm.Fit]),
    *(("validity", what) for what in TABLES[scrm.Validity]),
    *((name, None) for name in ("hypotheses", "effects", "types", "sizes", "rivals",
      "reliability", "comparison", "descriptives", "power")),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(("name", "what"), CASES)
def test_every_result_has_a_table(results, name, what, lang):
    table = scrm.table(results[name], what, lang=lang)
    text = table.markdown()
    assert text == table.markdown(lang)
    assert not re.search(r"\bnan\b|column\.|views\.|missing\.", text)
    decimal = r"\d,\d" if lang == "fr" else r"\.\d"
    assert re.search(decimal, text)
    # Every dash has its reason among the notes.
    grid = table.grid()
    reasons = {cell.reason for row in grid.rows for cell in row if cell.text == "–"}
    assert "" not in reasons
    assert all(any(reason in note for note in grid.notes) for reason in reasons)


def test_every_class_of_table_is_tried(results):
    tried = {type(results[name]) for name, _ in CASES}
    assert set(TABLES) <= tried


@pytest.mark.parametrize(("name", "what"), CASES)
def test_numbers_are_those_of_the_result(results, name, what):
    table = scrm.table(results[name], what)
    values = [c.value for row in table.grid().rows for c in row if c.value is not None]
    assert np.isfinite(values).all()
    assert len(values) > 3


def test_notes_say_estimator_cases_and_stars(fit):
    for what in ("parameters", "paths", "loadings", "measures", "r2", "effect_sizes"):
        note = " ".join(scrm.table(fit, what).grid().notes)
        assert "Estimator: maximum likelihood" in note
        assert "= 301." in note
    assert "***" in scrm.models_table(fit).grid().notes[-1]


def test_french_terms(results):
    text = scrm.table(results["reliability"], lang="fr").markdown()
    for term in ("alpha de Cronbach", "ρ de Jöreskog"):
        assert term in text
    assert "ρvc" in scrm.table(results["validity"], lang="fr").markdown()
    assert "Effet indirect" in scrm.table(results["types"], lang="fr").markdown()
    small = scrm.fit("x1 ~ x2 + x7 + ageyr", data("hs"))
    assert "n.s." in scrm.models_table(small, lang="fr").markdown()


def test_a_parameter_table_row_by_row(fit):
    shown = scrm.table(fit).frame
    for row in shown.to_dict("records"):
        own = fit.parameters.query("lhs == @row['lhs'] and op == @row['op'] and rhs == @row['rhs']")
        assert own["est"].item() == row["est"]
    fixed = shown[shown["rhs"] == "x1"].iloc[0]
    assert np.isnan(fixed["se"])
    text = scrm.table(fit).markdown()
    assert "| visual\xa0=\\~\xa0x1 | 1.000 | – |" in text


def test_groups_have_headings():
    grouped = scrm.fit(THREE, data("hs"), group="school")
    headings = [g.heading for g in scrm.table(grouped).grid().groups]
    assert "Loadings, group Pasteur" in headings
    assert "Loadings, group Grant_White" in headings
    assert len(scrm.table(grouped, "loadings").grid().groups) == 6


def test_any_frame_becomes_a_table_with_a_title(fit):
    found = fit.modification_indices(minimum=5)
    table = scrm.table(found, title=scrm.Text("Indices", "Indices de modification"), lang="fr")
    assert table.grid().title == "Indices de modification"
    assert "IM" in table.markdown()
    frame = pd.DataFrame({"who": ["a", None], "r_ci_lower": [0.1, np.nan], "r_ci_upper": [0.2, 1]})
    text = scrm.table(frame, title="t").markdown()
    assert "| a | \\[.100,\xa0.200\\] |" in text
    assert "– = not computed" in text
    with pytest.raises(scrm.ArgumentError, match="title= needs a title for a table of DataFrame"):
        scrm.table(found)
    influence = scrm.influence(scrm.fit("x1 ~ x2", data("hs").head(60)))
    shown = scrm.table(influence, title="Influence").markdown()
    assert "Influence" in shown
    assert "| Generalised Cook's distance |" in shown


def test_title_and_language_are_the_callers(fit):
    assert scrm.table(fit, "paths", title="Mine", lang="fr").grid().title == "Mine"
    same = scrm.table(scrm.table(fit, "paths"), lang="fr")
    assert same.lang == "fr"


def test_what_has_no_table(fit):
    with pytest.raises(scrm.ArgumentError, match=r"of= needs something .*\(Fit, .*int"):
        scrm.table(3)
    with pytest.raises(scrm.ArgumentError, match=r"what= needs one of .*Did you mean 'p"):
        scrm.table(fit, "pahts")
    with pytest.raises(scrm.ArgumentError, match="what= needs a result with several tables"):
        scrm.table(scrm.effect_sizes(fit), "paths")
    with pytest.raises(scrm.ArgumentError, match="lang="):
        scrm.table(fit, lang="es")


def test_a_fit_without_a_minimum_has_no_table():
    wild = data("hs").head(12)
    with pytest.warns(scrm.ScrmWarning):
        lost = scrm.fit(PATHS, wild)
    if lost.converged:
        pytest.fail("this was meant not to converge")
    with pytest.raises(scrm.EstimationError):
        scrm.table(lost)


def test_remarks_of_a_result_are_told_once(results):
    model = scrm.fit(THREE + "one =~ 1*ageyr", data("hs"))
    english = scrm.table(scrm.reliability(model)).grid().notes
    (told,) = [note for note in english if "consistency cannot be seen, its" in note]
    assert told.startswith("one: a single indicator")
    french = scrm.table(scrm.reliability(model), lang="fr").grid().notes
    assert any(note.startswith("(En anglais\u00a0:) one: a single") for note in french)
    assert any("un seul item" in note for note in french)
    assert sum("En anglais" in note for note in french) == 1
