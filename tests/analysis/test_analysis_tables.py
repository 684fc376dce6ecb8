"""The tables of an analysis, and its report in Word and LaTeX."""

import openpyxl
import pytest
from docx import Document

from scrm_model.analysis.run import analyse
from scrm_model.cli import main as shell
from scrm_model.estimation.fit import fit
from scrm_model.study.claims import Study

QUICK = {"draws": 50, "seed": 1}
SCREENED = (
    "screening_advice", "screening_careless", "screening_normality", "screening_mardia",
    "screening_categories",
)  # fmt: skip


@pytest.fixture(scope="module")
def found(answers):
    return analyse(answers, **QUICK)


def test_every_table_of_the_paper(found, tmp_path):
    tables = found.tables("fr")
    assert list(tables) == [
        "study", *SCREENED, "descriptives", "measurement", "reliability", "reliability-2",
        "validity", "validity-2", "validity-3", "fit", "r2", "effect_sizes", "hypotheses",
        "mediation", "mediation_types", "rivals", "joint", "method", "audit",
    ]  # fmt: skip
    assert {table.lang for table in tables.values()} == {"fr"}
    page = found.report(tmp_path / "rapport.html", lang="fr").read_text("utf-8")
    for k, table in enumerate(tables.values(), start=1):
        assert table.html("fr", k) in page
    for form in ("docx", "tex", "xlsx", "html", "md"):
        assert tables.save(tmp_path / f"t.{form}").stat().st_size > 5000
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == list(tables)


def test_numbers_of_a_workbook_are_those_of_the_analysis(found, tmp_path):
    sheet = openpyxl.load_workbook(found.tables().save(tmp_path / "t.xlsx"))["hypotheses"]
    own = found.hypotheses.set_index("hypothesis")
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0] in own.index}
    assert list(rows) == list(own.index)
    for name, row in rows.items():
        columns = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_all"]
        assert list(row[2:9]) == pytest.approx(own.loc[name, columns].tolist(), rel=1e-12)


def test_the_model_is_fitted_again_from_its_table(found):
    again = fit(found.fit.model, found.descriptives.moments())
    assert again.params.to_numpy() == pytest.approx(found.fit.params.to_numpy(), abs=1e-6)
    assert again.measures["chisq"] == pytest.approx(found.fit.measures["chisq"])


def test_types_of_a_study_without_direct_paths_say_so(found):
    assert found.mediation_types.added == (("CRO", "SCRMP"), ("SMTU", "SCRMP"))
    note = found.tables()["mediation_types"].grid().notes[1]
    assert "no direct paths for CRO\u00a0→\u00a0SCRMP and SMTU\u00a0→\u00a0SCRMP" in note
    assert found.mediation_types.effects.level == found.mediation.level


def test_effects_with_a_direct_path_are_those_of_the_analysis(small):
    study, scales, frame = small
    whole = analyse(frame, study.with_hypothesis("A", "C"), scales, method="delta")
    assert whole.mediation_types.effects is whole.mediation
    assert whole.mediation_types.added == ()


def test_a_study_without_mediation_has_no_types(small):
    _, scales, frame = small
    plain = analyse(frame, Study.build(["A", "B"], [("A", "B")]), scales)
    assert plain.mediation_types is None
    assert list(plain.tables()) == [
        "study", *SCREENED, "descriptives", "measurement", "reliability", "validity", "validity-2",
        "validity-3", "fit", "r2", "effect_sizes", "hypotheses", "method", "audit",
    ]  # fmt: skip


def test_constructs_by_their_dimensions(answers):
    found = analyse(answers, performance="two-factor", method="delta")
    types = found.tables()["mediation_types"].frame
    assert set(types["target"]) == {"SCRMP_FIRM", "SCRMP_REL"}
    assert (types["type"].map(str) != "").all()
    assert len(found.effect_sizes) == 11


@pytest.mark.parametrize(("form", "lang"), [("docx", "fr"), ("tex", "en")])
def test_the_shell_writes_other_forms(answers, tmp_path, capsys, form, lang):
    answers.to_csv(tmp_path / "a.csv", index=False)
    report = tmp_path / f"r.{form}"
    argv = ["analyse", str(tmp_path / "a.csv"), "--report", str(report), "--lang", lang]
    assert shell([*argv, "--draws", "50", "--seed", "1"]) == 0
    assert f"Report: {report}" in capsys.readouterr().out
    if form == "docx":
        document = Document(report)
        assert len(document.tables) == 18 + len(SCREENED)
        assert "Types de médiation" in {p.text for p in document.paragraphs}
    else:
        assert (tmp_path / "r-figure-1.pdf").exists()
