from dataclasses import replace

import pandas as pd
import pytest

from scrm_model.reporting.blocks import Alert, Bullets, Paragraph, laid_open
from scrm_model.reporting.citing import citations, references
from scrm_model.reporting.language import say
from scrm_model.reporting.sections.answers import sample_section
from scrm_model.reporting.sections.closing import method_section, references_section
from scrm_model.reporting.sections.effects import (
    hypotheses_section,
    mediation_section,
    rivals_section,
)
from scrm_model.reporting.sections.opening import (
    problems_section,
    study_section,
    verdict_section,
)
from scrm_model.reporting.sections.results import fit_section, measurement_section, r2_section
from scrm_model.reporting.tables import Table
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

NAN = float("nan")


def text(section, lang="en"):
    found = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            found += block.sentences
        if isinstance(block, Bullets):
            found += block.items
        if isinstance(block, Alert):
            found += [block.title, *(s for p in block.paragraphs for s in p.sentences)]
    return " ".join(say(part, lang) for part in found)


def table(section):
    return next(block for block in laid_open(section.blocks) if isinstance(block, Table))


def verdicts(kit, *words):
    contents = kit.contents()
    frame = contents.hypotheses.assign(verdict=[*words, *["supported"] * (9 - len(words))])
    return replace(contents, hypotheses=frame, mediation=contents.mediation.iloc[:0])


def test_the_verdict_is_written_from_the_numbers(kit):
    said = text(verdict_section(kit.contents()))
    assert "The answers of 312 respondents were analysed." in said
    assert (
        "Of the nine hypotheses, eight are supported (H1, H2, H3, H4, H6, H7, H8 and H9)." in said
    )
    assert "H5 is not supported." in said
    specific = kit.contents().mediation.query("kind == 'specific'")
    clear = int((specific["ci_lower"] > 0).sum())
    assert clear == 3
    assert "Of the 11 specific indirect effects, three have a 95% confidence interval" in said


def test_every_kind_of_verdict_is_told(kit):
    contents = verdicts(kit, "opposite direction", "not tested", "not supported", "not supported")
    said = text(verdict_section(contents))
    assert "Of the nine hypotheses, five are supported (H5, H6, H7, H8 and H9)." in said
    assert "H3 and H4 are not supported." in said
    assert "The effect of H1 differs from zero, but in the direction opposite" in said
    assert "H2 was not tested." in said
    french = text(verdict_section(contents), "fr")
    assert "Sur les neuf hypothèses, cinq sont corroborées" in french
    assert "H3 et H4 ne sont pas corroborées." in french
    assert "L’effet de H1 diffère de zéro, mais en sens contraire" in french


def test_all_and_none(kit):
    assert "All nine hypotheses are supported" in text(verdict_section(verdicts(kit)))
    none = verdicts(kit, *["not supported"] * 9)
    assert "None of the nine hypotheses is supported." in text(verdict_section(none))
    assert "Aucune des neuf hypothèses n’est corroborée." in text(verdict_section(none), "fr")


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("supported", "The only hypothesis, H1, is supported."),
        ("not supported", "The only hypothesis, H1, is not supported by these data."),
        ("opposite direction", "The effect of H1 differs from zero"),
        ("not tested", "H1 was not tested."),
    ],
)
def test_a_single_hypothesis(kit, verdict, sentence):
    contents = verdicts(kit, verdict)
    contents = replace(contents, hypotheses=contents.hypotheses.iloc[:1])
    assert sentence in text(verdict_section(contents))


def test_a_single_indirect_effect(kit):
    contents = kit.contents()
    for row, answer in ((8, "leaves out zero"), (0, "leaves out zero"), (3, "includes zero")):
        one = replace(contents, mediation=contents.mediation.iloc[[row]])
        assert answer in text(verdict_section(one)), row


def test_a_fit_that_failed_has_no_results(kit):
    contents = kit.contents(fit=kit.failed(), measurement_fit=None)
    assert "No hypothesis is tested here" in text(verdict_section(contents))
    assert not r2_section(contents).blocks
    assert not measurement_section(contents).blocks
    for section in (fit_section, hypotheses_section, mediation_section):
        assert not any(isinstance(b, Table) for b in section(contents).blocks)
        assert "did not converge" in text(section(contents))
    alert = problems_section(contents).blocks[0]
    assert alert.severe
    assert "prints no fit index" in text(problems_section(contents))
    assert "did not converge" in text(method_section(contents))
    assert "Hu & Bentler" not in text(references_section(contents))


def test_problems_are_told_in_the_readers_language(kit):
    fit = kit.fit(admissible=False, problems=(kit.heywood,))
    contents = kit.contents(fit=fit)
    said = text(problems_section(contents), "fr")
    assert "Une variance est estimée négative (cas de Heywood)." in said
    assert "Paramètres concernés\u00a0: sms1\u00a0~~\u00a0sms1." in said
    assert "provisional" in text(verdict_section(contents))
    assert "not admissible" in text(verdict_section(contents))


def test_a_problem_without_translation_is_told_as_it_is(kit):
    odd = kit.problem("something_new", (), "Something new.", "Do this.")
    contents = kit.contents(problems=(odd,))
    assert "Something new. Do this." in text(problems_section(contents), "fr")


def test_problems_of_the_measurement_model_are_told_apart(kit):
    measured = kit.fit(problems=(kit.heywood,), admissible=False)
    said = text(problems_section(kit.contents(measurement_fit=measured)))
    assert said.startswith("The measurement model needs attention")


def test_no_problems_no_section(kit):
    assert not problems_section(kit.contents()).blocks


def test_missing_answers_are_never_silent(kit):
    said = text(sample_section(kit.contents()))
    assert "324 rows of answers came, of which 312 went into the analysis." in said
    assert "12 rows were left out (3.7%)." in said
    assert "15 answers to items of the model are missing." in said
    assert "listwise deletion" in said
    assert "réponses.csv" in said
    assert "9f9f" in said
    assert "read as cro1" in said
    shown = table(sample_section(kit.contents())).frame
    assert shown["item"].tolist() == ["sms3", "scrmp6"]
    assert shown["share"].tolist() == [9 / 324, 6 / 324]


def test_complete_answers(kit):
    sample = replace(
        kit.contents().sample,
        rows=312,
        left_out=0,
        missing_cells=0,
        missing_by_item={},
        log=(),
        file=None,
    )
    section = sample_section(kit.contents(sample=sample))
    assert text(section) == (
        "All 312 rows of answers went into the analysis. "
        "No answer to an item of the model is missing."
    )
    assert len(section.blocks) == 1


def test_an_unknown_treatment_is_told_as_it_is(kit):
    sample = replace(kit.contents().sample, missing_treatment="two-stage")
    assert "two-stage." in text(sample_section(kit.contents(sample=sample)))


def test_the_claims_with_origin_and_literature(kit):
    section = study_section(kit.contents())
    assert "nine claims of a direct effect among six constructs" in text(section)
    assert "SCRMC and CEC carry the effect of CRO and SMTU on SCRMP" in text(section)
    rows = table(section).grid("fr").groups[0].rows
    assert [cell.text for cell in rows[0]] == [
        "H1",
        "Orientation relation client → Stratégie des médias sociaux",
        "+",
        "Entretiens",
        "Niessing, 2014",
    ]


def test_loadings_with_wording_and_reasons(kit):
    section = measurement_section(kit.contents())
    grid = table(section).grid("en")
    assert "Loadings of the measurement model" in grid.title
    assert grid.groups[0].heading == "CRO · Customer relationship orientation"
    assert grid.groups[-1].heading == "SCRMP · Social CRM performance"
    marker = grid.groups[0].rows[0]
    assert [cell.text for cell in marker[2:]] == ["1.000", "–", "–", "–", ".860"]
    assert marker[3].reason.startswith("fixed to give")
    assert grid.groups[-1].rows[1][1].text == "Customer-relationship performance"


def test_loadings_without_scales_or_measurement_model(kit):
    contents = kit.contents(measurement_fit=None)
    plain = replace(contents, scales=None, study=Study.build(["CRO"]))
    grid = table(measurement_section(plain)).grid("en")
    assert [head.text for head in grid.heads][:2] == ["Item", "\ue000b\ue001"]
    assert grid.title == "Loadings in the structural model"
    assert grid.groups[0].heading == "CRO"


def test_loadings_of_several_groups(kit):
    fit = kit.fit()
    both = pd.concat([fit.parameters, fit.parameters.assign(group=2)])
    contents = kit.contents(fit=replace(fit, parameters=both), measurement_fit=None)
    headings = [group.heading for group in table(measurement_section(contents)).grid().groups]
    assert "CRO · Customer relationship orientation, group 1" in headings
    assert "SMS · Social media strategy, group 2" in headings


def test_fit_indices_stand_beside_conventions(kit):
    section = fit_section(kit.contents())
    said = text(section)
    assert "χ²(316, N = 312) = 402.62, p <\u202f.001, CFI = .971" in said
    assert "RMSEA = .030, 90% CI [.020,\u00a0.038], SRMR = .049." in said
    rows = {row[0].text: row for row in table(section).grid("fr").groups[0].rows}
    assert [cell.text for cell in rows["CFI"][1:]] == [
        "0,961",
        "0,971",
        "≥ 0,95",
        "Hu & Bentler, 1999",
    ]
    assert rows["χ²"][3].text == ""
    assert rows["RMSEA, IC à 90\u202f%"][2].text == "[0,020\u202f;\u00a00,038]"
    assert "aucun verdict" in table(section).grid("fr").notes[0]


def test_a_measurement_model_that_failed_is_dashed_out(kit):
    contents = kit.contents(measurement_fit=kit.failed())
    rows = table(fit_section(contents)).grid("en").groups[0].rows
    assert all(row[1].text == "–" for row in rows)
    assert rows[0][1].reason == "the measurement model did not converge"
    title = table(measurement_section(contents)).grid("en").title
    assert title == "Loadings in the structural model"


def test_a_saturated_model_proves_nothing(kit):
    fit = kit.fit()
    measures = fit.measures.copy()
    measures[["df", "pvalue"]] = [0, float("nan")]
    contents = kit.contents(fit=replace(fit, measures=measures), measurement_fit=None)
    assert "its fit says nothing" in text(fit_section(contents))
    assert "nan" not in table(fit_section(contents)).html("en")


def test_hypotheses_that_were_not_tested_say_so(kit):
    contents = kit.contents()
    frame = contents.hypotheses.copy()
    numbers = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_all"]
    frame.loc[0, numbers] = float("nan")
    frame.loc[0, "verdict"] = "not tested"
    shown = table(hypotheses_section(replace(contents, hypotheses=frame)))
    first, second = shown.grid("fr").groups[0].rows[:2]
    assert [cell.text for cell in first[2:]] == ["–"] * 6 + ["Non testée"]
    assert second[-1].text == "Corroborée"
    assert shown.frame["est"].tolist()[1] == contents.hypotheses["est"][1]


def test_mediation_groups_paths_by_pair_in_order(kit):
    contents = kit.contents()
    shuffled = replace(contents, mediation=contents.mediation.iloc[::-1])
    grid = table(mediation_section(shuffled)).grid("en")
    assert [group.heading for group in grid.groups] == ["SMTU → SCRMP", "CRO → SCRMP"]
    effects = [row[0].text for row in grid.groups[0].rows]
    assert effects[-2:] == ["Total indirect effect", "Total effect"]
    assert len(effects) == 5
    assert not any(head.text == "p" for head in grid.heads)


def test_mediation_notes_tell_how(kit):
    notes = " ".join(table(mediation_section(kit.contents())).grid("en").notes)
    assert "bootstrap (percentile), 5,000 resamples, 4,985 used." in notes
    assert "3 resamples failed to converge" in notes
    assert "12 resamples gave an inadmissible solution" in notes
    delta = kit.contents(mediation_notes={"method": "delta"})
    assert "delta method" in " ".join(table(mediation_section(delta)).grid("en").notes)
    assert "Sobel" in text(method_section(delta))
    other = kit.contents(mediation_notes={"method": "Monte Carlo"})
    assert "Method: Monte Carlo." in table(mediation_section(other)).grid("en").notes
    bca = kit.contents(mediation_notes={"method": "bootstrap", "interval": "BCa", "draws": 10})
    assert "bias-corrected" in " ".join(table(mediation_section(bca)).grid("en").notes)
    assert "Efron" in text(references_section(bca))


def test_p_values_of_indirect_effects_are_shown_if_there_are_any(kit):
    contents = kit.contents()
    mediation = contents.mediation.copy()
    mediation.loc[0, "pvalue"] = 0.03
    grid = table(mediation_section(replace(contents, mediation=mediation))).grid("en")
    assert "\ue000p\ue001" in [head.text for head in grid.heads]


def rivals_of(kit):
    known = kit.contents().study.alternatives[0].id
    frame = pd.DataFrame(
        {
            "model": ["claimed", known, "other", "broken"],
            "converged": [True, True, True, False],
            "admissible": [True, True, False, False],
            "comparable": [True, True, False, True],
            "chisq": [402.6, 400.1, 210.0, NAN],
            "aic": [1000.1, 1002.2, 700.0, NAN],
            "bic": [1100.1, 1104.2, 790.0, NAN],
            "d_chisq": [NAN, 2.5, NAN, NAN],
            "d_pvalue": [NAN, 0.29, NAN, NAN],
        }
    )
    return kit.contents(rivals=frame)


def test_rivals_are_compared_where_they_can_be(kit):
    grid = table(rivals_section(rivals_of(kit))).grid("en")
    rows = grid.groups[0].rows
    assert [head.text for head in grid.heads] == [
        "Model", "χ²", "AIC", "BIC", "Δχ²", "\ue000p\ue001 of Δχ²"
    ]  # fmt: skip
    assert rows[0][0].text == "The model claimed"
    assert rows[1][0].text == say(kit.contents().study.alternatives[0].name, "en")
    assert [cell.text for cell in rows[1][1:]] == [
        "400.10", "1,002.2", "1,104.2", "2.50", ".290"
    ]  # fmt: skip
    assert [cell.text for cell in rows[2][1:]] == ["210.00", "–", "–", "–", "–"]
    assert "other variables" in rows[2][2].reason
    assert all("did not converge" in cell.reason for cell in rows[3][1:])
    assert "not nested" in rows[0][4].reason
    assert any(note.startswith("Not admissible: other; broken") for note in grid.notes)
    assert not rivals_section(kit.contents()).blocks
    assert not rivals_section(replace(rivals_of(kit), fit=kit.failed())).blocks


def test_the_table_of_rivals_leaves_its_frame_alone(kit):
    contents = rivals_of(kit)
    before = contents.rivals.copy()
    rivals_section(contents)
    pd.testing.assert_frame_equal(contents.rivals, before)


def test_a_hypothesis_on_two_dimensions_has_one_verdict(kit):
    contents = kit.contents()
    six = contents.hypotheses.query("hypothesis == 'H6'")
    split = pd.concat(
        [
            contents.hypotheses.query("hypothesis != 'H6'"),
            six.assign(lhs="FIRM", verdict="supported"),
            six.assign(lhs="REL", verdict="not supported"),
        ]
    )
    contents = replace(contents, hypotheses=split)
    said = text(verdict_section(contents))
    assert "Of the nine hypotheses, seven are supported (H1, H2, H3, H4, H7, H8 and H9)." in said
    assert "H6 is supported in part" in said
    paths = [row[1].text for row in table(hypotheses_section(contents)).grid("en").groups[0].rows]
    assert paths[-2:] == ["CEC\u00a0→\u00a0FIRM", "CEC\u00a0→\u00a0REL"]


def test_several_groups_are_told_apart(kit):
    contents = kit.contents()
    two = pd.concat([contents.hypotheses.assign(group=g) for g in (1, 2)])
    effects = pd.concat([contents.mediation.assign(group=g) for g in (1, 2)])
    contents = replace(contents, hypotheses=two, mediation=effects)
    assert "Of the nine hypotheses, eight" in text(verdict_section(contents))
    rows = table(hypotheses_section(contents)).grid("fr").groups[0].rows
    assert rows[-1][1].text == "CRO\u00a0→\u00a0SCRMC, groupe 2"
    headings = [group.heading for group in table(mediation_section(contents)).grid("en").groups]
    assert headings == [
        "CRO → SCRMP, group 1", "SMTU → SCRMP, group 1",
        "CRO → SCRMP, group 2", "SMTU → SCRMP, group 2",
    ]  # fmt: skip


def test_r2_of_several_groups(kit):
    fit = kit.fit()
    contents = kit.contents(fit=replace(fit, r2=pd.DataFrame({"men": fit.r2, "women": fit.r2})))
    heads = [head.text for head in table(r2_section(contents)).grid("en").heads]
    assert heads == ["Construct", "Name", "men", "women"]


def test_an_impossible_r2_says_why(kit):
    fit = kit.fit()
    contents = kit.contents(fit=replace(fit, r2=fit.r2.mask(fit.r2.index == "SMS")))
    cell = table(r2_section(contents)).grid("en").groups[0].rows[0][2]
    assert (cell.text, cell.reason[:21]) == ("–", "the residual variance")


def test_a_loading_without_standard_error_is_not_called_fixed(kit):
    fit = kit.fit()
    numbers = ["se", "z", "pvalue"]
    parameters = fit.parameters.copy()
    parameters.loc[1, numbers] = NAN
    contents = kit.contents(fit=replace(fit, parameters=parameters), measurement_fit=None)
    rows = table(measurement_section(contents)).grid("en").groups[0].rows
    assert rows[0][3].reason.startswith("fixed")
    assert rows[1][3].reason.startswith("no standard error could be computed")


def test_monte_carlo_intervals(kit):
    notes = {"method": "montecarlo", "draws": 20000, "draws_used": 20000, "level": 0.9}
    contents = kit.contents(mediation_notes=notes)
    grid = table(mediation_section(contents)).grid("en")
    assert any("20,000 draws from the sampling distribution" in note for note in grid.notes)
    assert "90% CI" in [head.text for head in grid.heads]
    assert "Monte Carlo" in text(method_section(contents))
    heads = [head.text for head in table(hypotheses_section(contents)).grid("en").heads]
    assert "95% CI" in heads


def test_the_level_of_the_tests_is_told(kit):
    note = table(hypotheses_section(kit.contents(settings={"alpha": 0.01}))).grid("fr").notes[0]
    assert "< 0,01 (test" in note


def test_no_effects_no_table(kit):
    contents = kit.contents(mediation=pd.DataFrame(), mediation_notes={})
    assert not mediation_section(contents).blocks
    assert "indirect" not in text(verdict_section(contents))


def test_method_and_settings(kit):
    section = method_section(kit.contents())
    said = text(section)
    assert "estimated by maximum likelihood." in said
    assert "Of the 324 rows of answers received, 312 were analysed" in said
    cells = {r[0].text: r[1].text for g in table(section).grid("en").groups for r in g.rows}
    assert cells["Seed of the random numbers"] == "20240607"
    assert cells["numpy"] == "2.3.0"
    assert cells["Performance is modelled as"] == "a second-order factor"


def test_settings_of_any_kind_are_shown(kit):
    contents = kit.contents(settings={"missing_codes": (-99, -9), "odd": True, "drop": None})
    cells = {
        r[0].text: r[1].text for g in table(method_section(contents)).grid().groups for r in g.rows
    }
    assert cells["Codes for a missing answer"] == "-99, -9"
    assert cells["odd"] == "True"
    assert "drop" not in cells


def test_settings_are_put_into_words(kit):
    section = method_section(kit.contents(settings={"alpha": 0.05, "n": 3}))
    cells = {r[0].text: r[1].text for g in table(section).grid("fr").groups for r in g.rows}
    assert cells["Seuil des tests"] == "0,05"
    assert cells["Valeurs manquantes"] == "lignes complètes seulement (listwise)"
    assert cells["n"] == "3"


def test_references_are_those_cited_in_order(kit):
    works = [str(work) for work in references(kit.contents())]
    assert works == sorted(works, key=str.casefold)
    assert any(work.startswith("Hu & Bentler (1999)") for work in works)
    assert any("Niessing (2014)" in work for work in works)
    assert not any("Efron" in work for work in works)


def test_citations(kit):
    contents = kit.contents()
    assert say(citations(("wang2017", "unknown"), contents), "en") == "Wang & Kim, 2017; unknown"
    assert say(citations("wang2017, hu1999", contents), "en").endswith("Hu & Bentler, 1999")
    assert citations((), contents) == citations(None, contents) == ""


def test_a_study_from_scratch(kit):
    study = Study.build(
        {"COMP": "Competence", "CUSA": "Satisfaction", "CUSL": "Loyalty"},
        [("COMP", "CUSA"), ("CUSA", "CUSL")],
        [("COMP", "CUSA", "CUSL")],
    )
    scales = Scales.build({"COMP": ["c1", "c2"], "CUSA": "cusa", "CUSL": ["l1", "l2"]})
    contents = kit.contents(study=study, scales=scales)
    section = study_section(contents)
    assert "CUSA carries the effect of COMP on CUSL" in text(section)
    assert len(table(section).columns) == 4, "no literature, no column for it"
    assert "The only specific indirect effect" in text(verdict_section(contents))
    assert "Item" in table(measurement_section(contents)).html("fr")
