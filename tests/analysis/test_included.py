"""What a researcher includes in the report, and the screening that is always in it."""

import numpy as np
import pandas as pd
import pytest

import scrm_model as scrm
from scrm_model.reporting.blocks import laid_open
from scrm_model.reporting.outline import sections_of
from scrm_model.reporting.sections.included import PLACES
from scrm_model.reporting.tables import Table


@pytest.fixture(scope="module")
def found(answers):
    return scrm.analyse(answers, draws=20, seed=1)


@pytest.fixture(scope="module")
def results(answers, found):
    """One of each kind, with names of the sections that they stand in."""
    model, items = scrm.specify(), scrm.SCALES.codes
    measured = scrm.specify_measurement()
    grouped = answers.assign(land=np.tile(["x", "y"], 150))
    fits = (found.fit, scrm.fit(scrm.specify(scrm.STUDY.without("H9")), answers))
    return {
        "power": scrm.power(model, scrm.population(model), [200], draws=10, seed=1, progress=False),
        "exploratory": scrm.efa(answers, 3, items),
        "method_bias": scrm.method_bias(found.measurement),
        "orders": scrm.orders(measured, answers),
        "invariance": scrm.invariance(measured, grouped, "land"),
        "dynamic_fit": scrm.dynamic_fit(found.fit, draws=50, seed=1),
        "influence": scrm.influence(found.fit),
        "comparison": scrm.compare(*fits),
        "more": scrm.table(found.fit, "measures"),
    }


def test_every_kind_has_a_section(found, results):
    whole = found.including(*results.values())
    assert found.included == ()
    before = [s.name for s in sections_of(found.contents())]
    after = sections_of(whole.contents())
    new = [s for s in after if s.name not in before]
    assert {s.name for s in new} == set(results) == set(PLACES.values())
    assert [s.name for s in after if s.name in before] == before
    for section in new:
        tables = [b for b in laid_open(section.blocks) if isinstance(b, Table)]
        assert tables
        for table in tables:
            english, french = table.grid("en"), table.grid("fr")
            assert english.title != french.title or section.name == "more"
            assert all(head.text for head in french.heads)
            assert len(english.rows) == len(french.rows) == len(table.frame)


def test_numbers_of_included_tables_are_those_of_the_result(found, results):
    tables = found.including(*results.values()).tables()
    levels = results["invariance"].frame
    shown = tables["invariance_levels"].frame
    for name in ("chisq", "df", "cfi", "rmsea", "chisq_diff"):
        np.testing.assert_array_equal(shown[name], levels[name])
    loadings = results["exploratory"].loadings
    np.testing.assert_array_equal(tables["exploratory_loadings"].frame["F1"], loadings["F1"])
    vif = results["method_bias"].vif
    np.testing.assert_array_equal(tables["method_bias_vif"].frame["vif_latent"], vif["vif_latent"])


def test_tables_have_names_that_no_language_changes(results):
    bias = results["method_bias"]
    names = [table.name for table in bias.worded()]
    assert names[0] == "main"
    assert len(names) == len(bias.tables()) == len(bias.tables("fr"))
    for name, title in zip(names, bias.tables("fr"), strict=True):
        assert scrm.table(bias, name, lang="fr").grid().title == title
    with pytest.raises(scrm.ArgumentError, match=r"what= needs one of main, .*; got 'nothing'"):
        scrm.table(bias, "nothing")


def test_what_cannot_be_included(found):
    with pytest.raises(scrm.ArgumentError, match=r"results= needs .* got DataFrame"):
        found.including(found.hypotheses)


def test_the_answers_are_screened(found, answers):
    assert found.screening is not None
    own = scrm.screen(answers)
    pd.testing.assert_frame_equal(found.screening.mardia.frame, own.mardia.frame)
    given = own.exclude([0, 1], "speeders")
    again = scrm.analyse(given, draws=20, seed=1)
    assert again.screening is given
    flow = again.tables()["screening_flow"].frame
    assert flow["n"].tolist() == [300, 2, 298]
    assert "speeders" in flow["reason"].map(str).tolist()


def test_texts_say_who_was_left_out_and_why(answers):
    flow = scrm.flow(invited=900, undelivered=100, started=400)
    holes = answers.mask(np.arange(300)[:, None] == np.array([[7] + [-1] * 26]))
    asked = scrm.screen(holes, flow=flow)
    kept = asked.exclude([0, 1], scrm.Text("speeders", "trop rapides")).exclude([5], "twice")
    with pytest.warns(scrm.MissingDataWarning):
        found = scrm.analyse(kept, draws=20, seed=1, missing="listwise")
    english, french = str(found.methods()["data"]), str(found.methods("fr")["data"])
    for text in (
        "In all 900 people were invited, of whom 100 could not be reached; answers came ",
        "answers came from 300 (37.5% of those reached).",
        "Of the 300 rows of answers received, 3 were excluded after screening: ",
        "screening: speeders (2); twice (1). Of the 297 rows",
        "Of the 297 rows of answers that remained, 296 were analysed; 1 row (0.3%)",
    ):  # fmt: skip
        assert text in english
    for text in (
        "3 ont été exclues après examen",
        "trop rapides (2)",
        "297 lignes de réponses rest",
    ):
        assert text in french.replace("\u202f", " ").replace("\u00a0", " ")
    section = next(s for s in sections_of(found.contents()) if s.name == "sample")
    said = " ".join(map(str, section.blocks[0].sentences))
    assert "Of the 297 rows that remained, 296 went into the analysis." in said
    assert "speeders (2)" in said


def test_what_cannot_be_screened_is_said(answers):
    frame = answers.assign(att1="what")
    with pytest.warns(scrm.InadmissibleWarning, match="could not be screened"):
        found = scrm.analyse(frame, draws=20, seed=1)
    assert found.screening is None
    assert [p.code for p in found.problems] == ["no_screening"]
    assert "screening" not in [s.name for s in sections_of(found.contents())]
