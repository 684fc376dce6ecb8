import hashlib
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

from scrm_model.analysis.run import analyse
from scrm_model.commands.analysis import DEMO_PATHS
from scrm_model.errors import (
    DataError,
    EstimationError,
    InadmissibleWarning,
    MissingDataWarning,
)
from scrm_model.estimation.fit import fit
from scrm_model.measurement.reliability import reliability
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

QUICK = {"draws": 50, "seed": 1}


def words(page):
    """What a reader sees of a report, with plain spaces."""
    body = re.sub(r"<(style|svg).*?</\1>", " ", page[page.index("<body>") :], flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&nbsp;", " ").split())


def told(analysis, tmp_path, lang="en"):
    path = analysis.report(tmp_path / f"report.{lang}.html", lang=lang)
    page = path.read_text(encoding="utf-8")
    assert page.startswith(f'<!DOCTYPE html>\n<html lang="{lang}">')
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page
    return words(page)


def same(one, other):
    pd.testing.assert_frame_equal(one.hypotheses, other.hypotheses)
    pd.testing.assert_frame_equal(one.mediation.frame, other.mediation.frame)
    pd.testing.assert_series_equal(one.fit.measures, other.fit.measures)
    pd.testing.assert_series_equal(one.measurement.measures, other.measurement.measures)


@pytest.fixture(scope="module")
def main(answers):
    return analyse(answers, **QUICK)


# ---- the study's own answers


def test_the_main_job(main):
    assert list(main.hypotheses["hypothesis"]) == [f"H{i}" for i in range(1, 10)]
    assert set(main.hypotheses["verdict"]) <= {"supported", "not supported"}
    assert set(main.hypotheses["origin"]) == {"interviews", "literature"}
    kinds = main.mediation.frame["kind"].value_counts()
    assert kinds["specific"] == 11
    assert kinds["total indirect"] == kinds["total"] == 2
    assert main.mediation.n_draws == 50
    assert list(main.rivals["model"]) == ["claimed", "partial", "no-sms", "no-h9"]
    assert main.fit.df == 313
    assert main.measurement.df == 313 - 6  # 15 correlations in the place of 9 paths
    assert main.fit.measures["chisq"] == main.rivals["chisq"][0]
    assert main.problems == ()


def test_estimates_are_near_the_truth(main):
    # Cut into seven points the standardised paths shrink a little; .2 is four standard errors.
    found = main.hypotheses.set_index("hypothesis")["std_all"]
    assert (found - pd.Series(DEMO_PATHS)).abs().max() < 0.2


def test_the_report_in_both_languages(main, tmp_path):
    english, french = told(main, tmp_path), told(main, tmp_path, "fr")
    for page in (english, french):
        assert "CRO → SMTU → SCRMC → CEC → SCRMP" in page
        assert "SCRMP_FIRM" in page
        for claim in STUDY.hypotheses:
            assert claim.id in page
    assert "All 300 rows of answers went into the analysis." in english
    assert "hypotheses" in english
    assert "hypothèses" in french
    assert "300" in french
    assert STUDY.name.get("fr") in french
    chisq = main.fit.measures["chisq"]
    assert f"{chisq:.2f}" in english
    assert f"{chisq:.2f}".replace(".", ",") in french


def test_the_same_seed_gives_the_same_numbers(main, answers, tmp_path):
    again = analyse(answers, **QUICK)
    same(main, again)
    pages = [a.report(tmp_path / f"{i}.html").read_bytes() for i, a in enumerate((main, again))]
    assert pages[0] == pages[1]
    same(main, analyse(answers, **QUICK, n_jobs=2))
    other = analyse(answers, draws=50, seed=2)
    assert not other.mediation.frame["se"].equals(main.mediation.frame["se"])
    pd.testing.assert_frame_equal(other.hypotheses, main.hypotheses)


def test_a_seed_is_drawn_and_kept(small, tmp_path):
    study, scales, frame = small
    first = analyse(frame, study, scales, draws=20)
    same(first, analyse(frame, study, scales, draws=20, seed=first.mediation.seed))
    assert str(first.mediation.seed) in told(first, tmp_path)


def test_a_path_a_text_responses_and_frames_give_the_same(main, answers, tmp_path):
    path = tmp_path / "answers.csv"
    answers.to_csv(path, index=False)
    for data in (path, str(path), read_responses(path, SCALES)):
        found = analyse(data, **QUICK)
        same(found, main)
        assert found.sample.file == "answers.csv"
        assert found.sample.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert hashlib.sha256(path.read_bytes()).hexdigest() in told(found, tmp_path)
    same(analyse(pl.from_pandas(answers), **QUICK), main)
    same(analyse(answers.astype("Int64"), **QUICK), main)
    assert main.sample.file is None


def test_the_callers_frame_is_left_alone(answers):
    given = answers.copy()
    analyse(given, **QUICK)
    pd.testing.assert_frame_equal(given, answers)


def test_other_columns_do_not_matter(main, answers):
    more = answers.assign(Name="Zoë", firm=np.nan)[["Name", *answers.columns[::-1], "firm"]]
    same(analyse(more, **QUICK), main)


def test_a_study_without_a_construct(answers, tmp_path):
    found = analyse(answers, STUDY.without("SMS"), **QUICK)
    assert list(found.hypotheses["hypothesis"]) == ["H3", "H4", "H5", "H6", "H7", "H8", "H9"]
    assert (found.mediation.frame["kind"] == "specific").sum() == 8
    assert "SMS" not in set(found.fit.parameters["lhs"])
    assert "SMS" not in found.scales
    # Columns of the construct that is gone may go too.
    same(found, analyse(answers.drop(columns=list(SCALES["SMS"].codes)), found.study, **QUICK))
    page = told(found, tmp_path)
    assert "H8" in page
    assert "sms1" not in page


def test_one_more_hypothesis(answers):
    found = analyse(answers, STUDY.with_hypothesis("CRO", "CEC"), **QUICK)
    assert found.hypotheses["hypothesis"].iloc[-1] == "H10"
    assert found.fit.df == 312
    assert (found.mediation.frame["kind"] == "specific").sum() == 12


def test_performance_as_two_factors(answers, tmp_path):
    found = analyse(answers, performance="two-factor", **QUICK)
    table = found.hypotheses
    assert list(table["lhs"][table["hypothesis"] == "H6"]) == ["SCRMP_FIRM", "SCRMP_REL"]
    assert len(table) == 11
    assert (found.mediation.frame["kind"] == "specific").sum() == 22
    for lang in ("en", "fr"):
        assert "SMTU → CEC → SCRMP_REL" in told(found, tmp_path, lang)


def test_performance_as_one_factor(answers):
    found = analyse(answers, performance="single", **QUICK)
    assert len(found.hypotheses) == 9
    assert found.settings["performance"] == "single"
    assert found.rivals["df"][0] == found.fit.df


def test_methods_and_levels(small, tmp_path):
    study, scales, frame = small
    delta = analyse(frame, study, scales, method="delta", alpha=0.10)
    drawn = analyse(frame, study, scales, method="montecarlo", draws=2000, seed=4, alpha=0.10)
    bca = analyse(frame, study, scales, interval="bca", draws=100, seed=4, alpha=0.10)
    for found in (delta, drawn, bca):
        assert found.mediation.level == pytest.approx(0.90)
        assert "90" in told(found, tmp_path)
        assert "10" in told(found, tmp_path, "fr")
    ratio = drawn.mediation.frame["se"] / delta.mediation.frame["se"]
    assert ratio.between(0.85, 1.15).all()
    assert (delta.mediation.method, delta.mediation.n_draws) == ("delta", 0)


def test_semopy_finds_the_same(small):
    study, scales, frame = small
    native = analyse(frame, study, scales, method="delta")
    semopy = analyse(frame, study, scales, method="delta", backend="semopy")
    assert semopy.fit.settings.backend == "semopy"
    np.testing.assert_allclose(semopy.hypotheses["est"], native.hypotheses["est"], atol=1e-4)


def test_a_study_with_a_rival(small, tmp_path):
    study, scales, frame = small
    study = study.with_rival("direct", "A direct path", paths=[("A", "C")])
    found = analyse(frame, study, scales, **QUICK)
    rivals = found.rivals.set_index("model")
    assert list(rivals.index) == ["claimed", "direct"]
    assert rivals.loc["direct", "df"] == rivals.loc["claimed", "df"] - 1
    gap = rivals.loc["claimed", "chisq"] - rivals.loc["direct", "chisq"]
    assert rivals.loc["direct", "d_chisq"] == pytest.approx(gap)
    assert rivals.loc["direct", "d_df"] == 1
    assert "A direct path" in told(found, tmp_path)


def test_a_study_without_mediation_or_rivals(small, tmp_path):
    _, scales, frame = small
    study = Study.build(["A", "B"], [("A", "B")])
    found = analyse(frame, study, scales)
    assert found.mediation is None
    assert found.rivals is None
    assert found.problems == ()
    assert "H1" in told(found, tmp_path)
    assert "H1" in found.summary()
    assert "H1" in found._repr_html_()


def test_reverse_items_are_turned_round(small, tmp_path):
    study, scales, frame = small
    scale = scales["B"]
    items = (replace(scale.items[0], reverse=True), *scale.items[1:])
    keyed = Scales((scales["A"], replace(scale, items=items), scales["C"]))
    asked = frame.assign(b1=8 - frame["b1"])
    given = asked.copy()
    found = analyse(given, study, keyed, **QUICK)
    same(found, analyse(frame, study, scales, **QUICK))
    pd.testing.assert_frame_equal(given, asked)
    assert "b1: reverse-keyed, turned round (200)" in told(found, tmp_path)
    assert "item inversé, recodé" in told(found, tmp_path, "fr")


def test_what_an_analysis_shows(main):
    assert repr(main).startswith("Analysis of 'Drivers of social CRM performance': 300 of 300 rows")
    assert "9 hypotheses supported" in repr(main)
    text = main.summary()
    for part in ("CFI", "H9", "CRO → SMTU → CEC → SCRMP", "50 draws"):
        assert part in text
    assert main._repr_html_().count("<table") == 2


# ---- missing answers


@pytest.fixture(scope="module")
def holes(answers):
    frame = answers.astype(float)
    frame.iloc[[3, 17, 44], 2] = np.nan
    frame.iloc[17, 10] = np.nan
    return frame


def test_incomplete_rows_are_counted_warned_of_and_reported(holes, tmp_path):
    message = r"^3 of 300 rows have missing cells and were left out .*297 were used\.$"
    with pytest.warns(MissingDataWarning, match=message) as caught:
        found = analyse(holes, missing="listwise", **QUICK)
    assert len(caught) == 1  # once, though six models were fitted
    assert caught[0].filename == __file__
    sample = found.sample
    assert (sample.rows, sample.used, sample.left_out, sample.missing_cells) == (300, 297, 3, 4)
    assert sample.missing_by_item == {"cro3": 3, SCALES.codes[10]: 1}
    assert sample.missing_treatment == "listwise"
    assert (found.fit.nobs, found.measurement.nobs) == (297, 297)
    assert set(found.rivals["nobs"]) == {297}
    assert "297 of 300 rows used (3 incomplete, left out)" in repr(found)
    english, french = told(found, tmp_path), told(found, tmp_path, "fr")
    for part in ("300 rows of answers came, of which 297 went", "3 rows were left out (1.0%)"):
        assert part in english
    assert "4 answers to items of the model are missing." in english
    assert "listwise deletion" in english
    assert "297" in french
    assert "listwise" in french


@pytest.fixture(scope="module")
def emptier(holes):
    frame = holes.copy()
    frame.iloc[120] = np.nan
    return frame


@pytest.mark.parametrize("missing", ["fiml", "robust.two.stage"])
def test_every_answer_counts_and_the_report_says_so(emptier, tmp_path, missing):
    message = r"^1 of 300 rows have no answer to any variable of the model, .*299 were used\.$"
    with pytest.warns(MissingDataWarning, match=message) as caught:
        found = analyse(emptier, missing=missing, **QUICK)
    assert len(caught) == 1
    sample = found.sample
    assert (sample.rows, sample.used, sample.left_out, sample.missing_cells) == (300, 299, 1, 31)
    assert (found.fit.nobs, found.measurement.nobs) == (299, 299)
    assert found.fit.settings.missing == missing
    assert set(found.rivals["nobs"]) == {299}
    assert found.mediation.n_used > 0.8 * QUICK["draws"]
    assert "299 of 300 rows used (1 without any answer, left out)" in repr(found)
    english, french = told(found, tmp_path), told(found, tmp_path, "fr")
    for part in (
        "300 rows of answers came, of which 299 went",
        "Only rows without any answer to an item of the model were left out.",
        "31 answers to items of the model are missing.",
        "Every answer given was used",
        "robust CFI =",
    ):
        assert part in english
    assert "listwise" not in english
    assert "Seules les lignes sans aucune réponse" in french
    assert "Toutes les réponses données ont été utilisées" in french


def test_leaving_rows_out_is_fitting_the_complete_ones(holes):
    with pytest.warns(MissingDataWarning):
        found = analyse(holes, missing="listwise", **QUICK)
    whole = analyse(holes.dropna(), **QUICK)
    pd.testing.assert_frame_equal(found.hypotheses, whole.hypotheses)
    pd.testing.assert_frame_equal(found.rivals, whole.rivals)


def test_missing_codes_in_a_frame(holes, tmp_path):
    coded = holes.fillna(-99).astype(int)
    given = coded.copy()
    with pytest.warns(MissingDataWarning, match="3 of 300"):
        found = analyse(coded, missing_codes=[-99], missing="listwise", **QUICK)
    pd.testing.assert_frame_equal(coded, given)
    with pytest.warns(MissingDataWarning):
        same(found, analyse(holes, missing="listwise", **QUICK))
    assert found.settings["missing_codes"] == (-99,)
    assert "cro3: -99 taken as missing (3)" in told(found, tmp_path)


# ---- a real survey of 344 respondents, with -99 for missing


def test_the_real_survey_says_what_its_codes_are(reputation):
    path, study, scales = reputation
    with pytest.raises(DataError) as caught:
        analyse(str(path), study, scales)
    message = str(caught.value)
    assert message.startswith("data= needs answers that fit the scales; got 4 problems.")
    for item, count in {"cusa": 1, "cusl_1": 3, "cusl_2": 4, "cusl_3": 3}.items():
        assert re.search(rf"'{item}': {count} answers? outside 1–7: -99 ", message)
    assert "pass missing_codes=(-99,)" in message


def test_the_real_survey_with_its_codes(reputation, tmp_path):
    path, study, scales = reputation
    with pytest.warns(MissingDataWarning, match=r"^8 of 344 rows .*336 were used"):
        found = analyse(str(path), study, scales, missing_codes=(-99,), missing="listwise", **QUICK)
    sample = found.sample
    assert (sample.rows, sample.used, sample.left_out, sample.missing_cells) == (344, 336, 8, 11)
    assert sample.missing_by_item == {"cusa": 1, "cusl_1": 3, "cusl_2": 4, "cusl_3": 3}
    assert sample.file == "corp_rep_data.csv"
    assert found.fit.df == 30
    assert set(found.mediation.frame["path"]) >= {"COMP → CUSA → CUSL", "LIKE → CUSA → CUSL"}
    for lang in ("en", "fr"):
        page = told(found, tmp_path, lang)
        assert "336" in page
        assert "cusl_2" in page
        assert "-99" in page


def test_the_real_survey_against_lavaan(reputation, imputed):
    # lavaan 0.6-14 under R: sem() of the same model on the same mean-imputed answers, with
    # indLIKE := H2*H3 and totLIKE := H2*H3 + H5.
    _, study, scales = reputation
    with pytest.raises(DataError, match="not a whole number"):
        analyse(imputed, study, scales)
    found = analyse(imputed, study, scales, whole_answers=False, method="delta", estimator="ML")
    assert found.fit.measures["chisq"] == pytest.approx(102.623, abs=5e-4)
    assert found.fit.df == 30
    effects = found.mediation.frame
    like = effects[effects["source"] == "LIKE"].set_index("kind")
    assert like.loc["specific", "path"] == "LIKE → CUSA → CUSL"
    assert like.loc["specific", "est"] == pytest.approx(0.245, abs=5e-4)
    assert like.loc["specific", "se"] == pytest.approx(0.047, abs=5e-4)
    assert like.loc["specific", "std"] == pytest.approx(0.280, abs=5e-4)
    assert like.loc["total", "std"] == pytest.approx(0.830, abs=5e-4)
    table = found.hypotheses.set_index(["source", "target"])
    assert table.loc[("COMP", "CUSL"), "est"] == pytest.approx(-0.166, abs=5e-4)
    assert table.loc[("COMP", "CUSL"), "pvalue"] == pytest.approx(0.088, abs=5e-4)
    assert table.loc[("COMP", "CUSL"), "verdict"] == "not supported"
    assert found.fit.r2["CUSL"] == pytest.approx(0.682, abs=5e-4)
    assert found.fit.r2["CUSA"] == pytest.approx(0.338, abs=5e-4)


def test_a_single_indicator_in_the_report(reputation, imputed, tmp_path):
    _, study, scales = reputation
    found = analyse(imputed, study, scales, whole_answers=False, method="delta", estimator="ML")
    loading = found.fit.parameters.query("lhs == 'CUSA' and op == '=~'")
    assert loading["std_all"].tolist() == pytest.approx([1.0])
    for lang in ("en", "fr"):
        assert "cusa" in told(found, tmp_path, lang)


def test_the_real_survey_against_a_rival(reputation, imputed):
    _, study, scales = reputation
    study = study.with_rival("full", "Full mediation", without=["H4", "H5"])
    found = analyse(imputed, study, scales, whole_answers=False, method="delta", estimator="ML")
    rival = found.rivals.set_index("model").loc["full"]
    assert rival["df"] == 32
    assert rival["d_df"] == 2
    assert rival["d_pvalue"] < 0.001


# ---- a file as a French Excel writes it


@pytest.fixture
def french(answers, tmp_path):
    """Semicolons, decimal commas, cp1252, accents, an empty column, blank lines at the end."""
    frame = answers.astype(float).map(lambda value: f"{value:.1f}".replace(".", ","))
    years = [f"{i % 23},5" for i in range(len(frame))]
    frame.insert(0, "Ancienneté (années)", years)
    frame.insert(1, "Région d'activité", ["Île-de-France", "Hauts-de-France; Nord – Œuvre"] * 150)
    frame["Commentaires généraux"] = ""
    frame.loc[[5, 9], "cro1"] = ""
    path = tmp_path / "réponses été.csv"
    text = frame.to_csv(sep=";", index=False, lineterminator="\r\n") + "\r\n\r\n"
    path.write_bytes(text.encode("cp1252"))
    return path


def test_a_french_file(french, answers, tmp_path):
    with pytest.warns(MissingDataWarning, match=r"^2 of 300 rows"):
        found = analyse(french, missing="listwise", **QUICK)
    whole = analyse(answers.drop(index=[5, 9]), **QUICK)
    pd.testing.assert_frame_equal(found.hypotheses, whole.hypotheses)
    pd.testing.assert_frame_equal(found.mediation.frame, whole.mediation.frame)
    sample = found.sample
    assert (sample.rows, sample.used, sample.missing_cells) == (300, 298, 2)
    assert sample.missing_by_item == {"cro1": 2}
    logged = " / ".join(entry.get("fr") for entry in sample.log)
    for part in ("cp1252", "points-virgules", "virgule décimale", "lignes vides", "colonne vide"):
        assert part in logged
    page = told(found, tmp_path, "fr")
    assert "réponses été.csv" in page
    assert "298" in page
    assert "Commentaires généraux" in page


def test_a_french_file_with_names_in_capitals(french, answers):
    text = french.read_bytes().decode("cp1252")
    french.write_bytes(text.replace("cro1;", "CRO1;", 1).encode("cp1252"))
    with pytest.warns(MissingDataWarning):
        found = analyse(french, missing="listwise", **QUICK)
    assert found.sample.missing_by_item == {"cro1": 2}
    assert any("CRO1" in entry.get("en") for entry in found.sample.log)


def test_five_points_that_lean_are_analysed_as_ordinal(tmp_path):
    scales = Scales.build(
        {"CRO": [f"cro{k}" for k in range(1, 5)], "SMS": [f"sms{k}" for k in range(1, 5)],
         "SCRMP": [f"scrmp{k}" for k in range(1, 5)]}, points=5,
    )  # fmt: skip
    study = Study.build(
        constructs={"CRO": "Orientation", "SMS": "Strategy", "SCRMP": "Performance"},
        hypotheses=[("CRO", "SMS"), ("SMS", "SCRMP")],
        mediations=[(["CRO"], "SMS", "SCRMP")],
    )
    people = population(specify(study, scales), paths=0.5, loadings=0.8)
    frame = simulate(people, 300, seed=3, proportions=[0.02, 0.04, 0.09, 0.30, 0.55]).astype(float)
    frame.iloc[:6, 2] = np.nan
    found = analyse(frame, study, scales, draws=20, seed=1)
    assert found.choice.ordered == scales.codes
    assert [r.code for r in found.choice.reasons] == ["skewed", "pairwise"]
    assert (found.fit.settings.estimator, found.fit.settings.missing) == ("WLSMV", "pairwise")
    assert found.fit.settings.ordered == found.fit.model.observed
    assert found.sample.used == 300
    same_fit = fit(found.fit.model, frame, ordered=True, missing="pairwise")
    assert found.fit.measures["chisq.scaled"] == pytest.approx(same_fit.measures["chisq.scaled"])
    english, french = (told(found, tmp_path, lang) for lang in ("en", "fr"))
    assert "Items of five or six points were treated as ordinal" in english
    assert "pairwise deletion" in english
    assert "Les items de cinq ou six points ont été traités comme ordinaux" in french
    assert "WLSMV" in french


def test_reliability_and_validity_are_those_of_the_measurement_model(main, tmp_path):
    pd.testing.assert_frame_equal(main.reliability.frame, reliability(main.measurement).frame)
    assert main.validity.fit is main.measurement
    assert 0 < main.validity.draws <= 1000
    assert main.validity.htmt["htmt_ci_lower"].notna().all()
    assert main.formative is None
    assert "Reliability" in main.summary()
    for lang, words in (
        ("en", ('id="reliability"', "Fornell", "HTMT", "Nunnally")),
        ("fr", ('id="validity"', "rhô de validité convergente", "Fiabilité", "Jöreskog")),
    ):
        page = main.report(tmp_path / f"{lang}.html", lang).read_text(encoding="utf-8")
        assert all(word in page for word in words)


def test_formative_constructs_are_shown_by_weights(small, tmp_path):
    study, scales, frame = small
    formative = replace(
        study,
        constructs=tuple(
            replace(c, nature="formative") if c.id == "A" else c for c in study.constructs
        ),
    )
    found = analyse(frame, formative, scales, draws=50, seed=1)
    assert list(found.formative.frame["construct"]) == ["A"] * 3
    assert "A" not in set(found.reliability.frame["construct"])
    page = found.report(tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Formative constructs: weights and collinearity" in page


def test_what_has_no_reliability_is_a_shortfall(small, tmp_path, monkeypatch):
    study, scales, frame = small

    def refuse(*_, **__):
        raise EstimationError("there is none.")

    monkeypatch.setattr("scrm_model.analysis.run.reliability", refuse)
    with pytest.warns(InadmissibleWarning, match="reliability of the constructs"):
        found = analyse(frame, study, scales, draws=50, seed=1)
    assert found.reliability is None
    assert found.validity is not None
    assert [p.code for p in found.problems] == ["no_reliability"]
    page = found.report(tmp_path / "r.html", "fr").read_text(encoding="utf-8")
    assert "La fiabilité des construits n’a pas pu être calculée" in page
    assert 'id="reliability"' not in page
