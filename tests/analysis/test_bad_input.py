"""Whatever is wrong with the input: one clear error, from Python and from the shell."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
import pytest

from scrm_model.analysis import run as room
from scrm_model.analysis.run import analyse
from scrm_model.cli import main
from scrm_model.commands import analysis as commands
from scrm_model.errors import (
    ArgumentError,
    ConvergenceWarning,
    DataError,
    IdentificationError,
    InadmissibleWarning,
    MissingColumnError,
    MissingDataWarning,
    ModelError,
    ResponseFileError,
    ScaleError,
    ScrmError,
    SyntaxProblem,
)
from scrm_model.estimation.fit import ENGINES, fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

INDICES = ("CFI", "TLI", "RMSEA", "SRMR", "AIC", "BIC")


def visible(path):
    page = path.read_text(encoding="utf-8")
    body = re.sub(r"<(style).*?</\1>", " ", page[page.index("<body>") :], flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def refused(capsys, *argv):
    """What the shell says when it refuses: exit code 2, one message, no traceback."""
    assert main(list(argv)) == 2
    out, err = capsys.readouterr()
    assert err.startswith("scrm-model: ")
    assert err.count("scrm-model:") == 1
    assert "Traceback" not in err
    assert out == ""
    return err


# ---- data that do not fit; each way in must say so


def misspelt(frame):
    return frame.rename(columns={"cro3": "crro3"})


def absent(frame):
    return frame.drop(columns=["sms1", "cro3"])


def words_(frame):
    return frame.astype(object).assign(cro3=["often", *frame["cro3"][1:]])


def constant(frame):
    return frame.assign(cro3=4)


def outside(frame):
    return frame.assign(cro3=[9, 0, *frame["cro3"][2:]])


def few(frame):
    return frame.head(20)


def one_row(frame):
    return frame.head(1)


def twice(frame):
    return pd.concat([frame, frame[["cro3"]]], axis=1)


def copied(frame):
    return frame.assign(cro3=frame["cro2"])


def mirrored(frame):
    return frame.assign(sms4=8 - frame["sms1"])


def unanswered(frame):
    return frame.astype(float).assign(cro3=np.nan)


def no_complete_row(frame):
    holes = frame.astype(float)
    holes.loc[: len(frame) // 2, "cro3"] = np.nan
    holes.loc[len(frame) // 2 :, "sms1"] = np.nan
    return holes


DATA = {
    misspelt: (MissingColumnError, r"'cro3'.* Did you mean 'crro3'\?"),
    absent: (MissingColumnError, r"(?s)'cro3'.*'sms1'.*"),
    words_: (DataError, r"'cro3': 1 answer no number: 'often' \(row 0\)\. Replace"),
    constant: (DataError, r"'cro3': every answer is 4\. A constant item tells nothing: leave it"),
    outside: (DataError, r"'cro3': 2 answers outside 1–7: 9, 0 \(rows 0, 1\)\."),
    few: (DataError, r"more complete rows than observed variables; got 20 rows for 27 .*Collect"),
    one_row: (DataError, r"got 27 problems.*"),
    twice: (DataError, r"'cro3': 2 columns have this name\. Keep one\."),
    copied: (DataError, r"it is singular .*depend on each other: cro2, cro3\. Leave out dup"),
    mirrored: (DataError, r"it is singular .*depend on each other: sms1, sms4\."),
    unanswered: (DataError, r"'cro3': no answers at all\."),
    no_complete_row: (DataError, r"none has both 'cro3' and 'sms1', so that their covariance"),
}


@pytest.mark.parametrize("spoil", DATA, ids=lambda spoil: spoil.__name__)
def test_bad_answers(spoil, answers, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(room, "indirect_effects", _never)
    error, message = DATA[spoil]
    frame = spoil(answers)
    with pytest.raises(error, match=message) as caught:
        analyse(frame)
    assert isinstance(caught.value, ScrmError)
    path, report = tmp_path / "answers.csv", tmp_path / "report.html"
    frame.to_csv(path, index=False)
    assert re.search(message, refused(capsys, "analyse", str(path), "--report", str(report)))
    assert not report.exists()


def _never(*args, **options):
    raise AssertionError("work was begun before the input was refused")


def test_every_problem_in_one_error(answers):
    spoilt = outside(words_(answers).assign(sms1=3).drop(columns="cec2"))
    with pytest.raises(DataError) as caught:
        analyse(spoilt.assign(smtu1="x"))
    message = str(caught.value)
    assert "got 4 problems" in message
    for item in ("cro3", "sms1", "cec2", "smtu1"):
        assert f"  - '{item}'" in message


def test_a_column_twice_with_missing_codes(answers):
    with pytest.raises(DataError, match="'cro3': 2 columns have this name"):
        analyse(twice(answers), missing_codes=(7,))


def test_text_beside_missing_codes(answers):
    with pytest.raises(DataError, match="'cro3': 1 answer no number: 'often'"):
        analyse(words_(answers), missing_codes=(-99,))


def test_the_errors_are_also_the_built_in_ones(answers):
    with pytest.raises(KeyError):
        analyse(misspelt(answers))
    with pytest.raises(ValueError, match="constant"):
        analyse(constant(answers))


# ---- files


FILES = {
    "empty.csv": (b"", "an empty file"),
    "blank.csv": (b"\r\n \r\n", "an empty file"),
    "binary.csv": (b"cro1,cro2\n\x00\x01\x02\x03,5\n", "a binary file"),
    "book.csv": (b"PK\x03\x04" + bytes(40), "an Excel workbook"),
    "book.xlsx": (b"PK\x03\x04" + bytes(40), "an Excel workbook"),
    "header.csv": (b"cro1,cro2\n", "a header without any row"),
    "cut.csv": (b'cro1,cro2\n5,"4\n', "that is never closed"),
    "page.csv": (b"%PDF-1.7 x", "a PDF"),
}


@pytest.mark.parametrize("name", FILES)
def test_bad_files(name, tmp_path, capsys):
    data, message = FILES[name]
    path, report = tmp_path / name, tmp_path / "report.html"
    path.write_bytes(data)
    with pytest.raises(ResponseFileError, match=message):
        analyse(path)
    said = refused(capsys, "analyse", str(path), "--report", str(report))
    assert message in said
    assert name in said
    assert not report.exists()


def test_a_missing_file(tmp_path, capsys):
    (tmp_path / "answers.csv").write_text("cro1\n4\n")
    path = tmp_path / "answer.csv"
    message = r"^path= needs a file that can be read; got '.*answer.csv': No such.*'answers.csv'\?"
    with pytest.raises(ResponseFileError, match=message):
        analyse(path)
    assert "Did you mean 'answers.csv'?" in refused(capsys, "analyse", str(path))


def test_a_folder(tmp_path, capsys):
    with pytest.raises(ResponseFileError, match="Is a directory"):
        analyse(tmp_path)
    assert "Is a directory" in refused(capsys, "analyse", str(tmp_path))


# ---- options


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"performance": "two-factors"}, ArgumentError, r"^performance= .*Did you mean 'two-f"),
        ({"method": "boot"}, ArgumentError, r"^method= .*'boot'. Did you mean 'bootstrap'\?"),
        ({"interval": "wald"}, ArgumentError, r"^interval= needs one of .*got 'wald'"),
        ({"alpha": 5}, ArgumentError, r"^alpha= needs a number between 0 and 1; got 5\."),
        ({"alpha": "5%"}, ArgumentError, r"^alpha= .*got '5%'"),
        ({"draws": 0}, ArgumentError, r"^draws= needs a whole number of at least 2; got 0\."),
        ({"draws": 12.5}, ArgumentError, r"^draws= .*got 12.5"),
        ({"draws": "many"}, ArgumentError, r"^draws= .*got 'many'"),
        ({"missing_codes": -99}, ArgumentError, r"^missing_codes= needs numbers .*got -99\."),
        ({"missing_codes": "-99"}, ArgumentError, r"^missing_codes= .*got '-99'"),
        ({"missing": "pairwise"}, ArgumentError, r"^missing= "),
        ({"estimator": "OLS"}, ArgumentError, r"^estimator= "),
        ({"backend": "lavaan"}, ArgumentError, r"^backend= "),
        ({"scales": Scales.build({"CRO": ["cro1", "cro2"]})}, ScaleError, r"'SMS'"),
    ],
)
def test_bad_options_before_any_work(options, error, message, answers, monkeypatch):
    monkeypatch.setattr(room, "indirect_effects", _never)
    with pytest.raises(error, match=message):
        analyse(answers, **options)


@pytest.mark.parametrize("data", [None, [1, 2], Moments(np.eye(2), 9, names=["a", "b"])])
def test_data_of_another_kind(data):
    kind = type(data).__name__
    with pytest.raises(ArgumentError, match=rf"^data= needs the path of .*; got {kind}\."):
        analyse(data)


def test_bad_options_from_the_shell(answers, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(room, "indirect_effects", _never)
    path, report = str(tmp_path / "answers.csv"), tmp_path / "r.html"
    answers.to_csv(path, index=False)
    run = ("analyse", path, "--report", str(report))
    assert "lang= needs 'en' or 'fr'; got 'de'" in refused(capsys, *run, "--lang", "de")
    assert "performance= needs" in refused(capsys, *run, "--performance", "three")
    assert "draws= needs" in refused(capsys, *run, "--draws", "1")
    assert not report.exists()


# ---- reports that cannot be written


@pytest.fixture(scope="module")
def done(small):
    study, scales, frame = small
    return analyse(frame, study, scales, method="delta")


def test_unknown_languages_and_bad_paths(done, tmp_path):
    with pytest.raises(ArgumentError, match=r"^lang= needs 'en' or 'fr'; got 'French'"):
        done.report(tmp_path / "report.html", lang="French")
    with pytest.raises(ArgumentError, match=r"^path= needs .* or \.tex; got '.*pdf'"):
        done.report(tmp_path / "report.pdf")
    with pytest.raises(ArgumentError, match=r"^path= needs a folder that exists; .* Create it"):
        done.report(tmp_path / "none" / "report.html")
    (tmp_path / "folder.html").mkdir()
    message = r"^path= needs a file that can be written; .*Is a directory\. Choose another"
    with pytest.raises(ArgumentError, match=message):
        done.report(tmp_path / "folder.html")
    assert [p.name for p in tmp_path.iterdir()] == ["folder.html"]


def test_the_shell_asks_before_the_work(answers, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(room, "gathered", _never)
    (tmp_path / "folder.html").mkdir()
    for name, message in {
        "report.pdf": "--report needs a name ending in .html, .docx or .tex",
        "none/report.html": "--report needs a file that can be written",
        "folder.html": "Is a directory",
    }.items():
        said = refused(capsys, "analyse", "a.csv", "--report", str(tmp_path / name))
        assert message in said
    assert [p.name for p in tmp_path.iterdir()] == ["folder.html"]


def test_a_report_that_is_there_survives_bad_input(answers, tmp_path, capsys):
    path, report = tmp_path / "answers.csv", tmp_path / "report.html"
    constant(answers).to_csv(path, index=False)
    report.write_text("last year's report")
    refused(capsys, "analyse", str(path), "--report", str(report))
    assert report.read_text() == "last year's report"


# ---- models


def test_a_syntax_error_shows_where(answers):
    with pytest.raises(SyntaxProblem) as caught:
        fit("CRO =~ cro1 + cro2 + cro3\nSMS = sms1 + sms2 + sms3", answers)
    message = str(caught.value)
    assert message.startswith("line 2, column 5")
    line, caret = message.splitlines()[-2:]
    assert line.strip() == "SMS = sms1 + sms2 + sms3"
    assert line[caret.index("^")] == "="


def loop():
    """A → B → A: two paths, one correlation."""
    study = Study.build(["A", "B"], [("A", "B"), ("B", "A")])
    return study, Scales.build({name: [f"{name.lower()}{i}" for i in (1, 2, 3)] for name in "AB"})


def test_an_unidentified_study_names_the_parameters(small, tmp_path, capsys, monkeypatch):
    study, scales = loop()
    _, _, frame = small
    message = r"^model= needs parameters that the data can tell apart; .*: B ~ A, A ~ B.* Fix one"
    with pytest.raises(IdentificationError, match=message):
        analyse(frame, study, scales)
    path, report = tmp_path / "answers.csv", tmp_path / "report.html"
    frame.to_csv(path, index=False)
    monkeypatch.setattr(commands, "study_of", lambda args: (study, scales))
    said = refused(capsys, "analyse", str(path), "--report", str(report))
    assert "these cannot be: " in said
    assert not report.exists()


def test_too_many_parameters(small):
    _, _, frame = small
    study = Study.build(["A", "B"], [("A", "B"), ("B", "A")])
    with pytest.raises(IdentificationError, match=r"at most as many free .* 4 parameters for 3"):
        analyse(frame, study, Scales.build({"A": "a1", "B": "b1"}))


def test_a_rival_that_cannot_be_estimated_costs_only_the_comparison(small, tmp_path):
    study, scales, frame = small
    study = study.with_rival("back", "Backwards too", paths=[("B", "A")])
    said = r"^The rival models could not be compared\. Model 'back': model= needs parameters"
    with pytest.warns(InadmissibleWarning, match=said):
        found = analyse(frame, study, scales, method="delta")
    assert found.rivals is None
    assert found.mediation is not None
    assert [p.code for p in found.problems] == ["no_rivals"]
    page = visible(found.report(tmp_path / "r.html"))
    assert "The rival models could not be compared. Model 'back'" in page
    assert "modèles rivaux" in visible(found.report(tmp_path / "f.html", lang="fr"))


# ---- solutions that are none, or that no population could have


@pytest.fixture
def stuck(monkeypatch):
    """No search ends in a minimum."""
    search = ENGINES["native"]

    def stopped(*args):
        return replace(search(*args), converged=False)

    monkeypatch.setitem(ENGINES, "native", stopped)


def no_numbers(found, path, lang="en"):
    """A report on a fit that failed shows no index, and no estimate."""
    page = visible(found.report(path, lang=lang))
    for index in INDICES:
        assert not re.search(rf"\b{index}\b", page), index
    assert "χ²" not in page
    return page


def check_failed(found, tmp_path):
    assert not found.fit.converged
    assert found.fit.measures.empty
    assert found.mediation is None
    assert set(found.hypotheses["verdict"]) == {"not tested"}
    assert found.hypotheses[["est", "se", "pvalue", "std_all"]].isna().all(axis=None)
    assert "NOT converged" in repr(found)
    for index in INDICES:
        assert index not in found.summary()
    assert "No minimum was found" in found._repr_html_()
    assert "did not converge" in no_numbers(found, tmp_path / "r.html")
    assert "convergé" in no_numbers(found, tmp_path / "f.html", "fr")


def test_a_search_that_stops_early(small, tmp_path, stuck):
    study, scales, frame = small
    study = study.with_rival("direct", paths=[("A", "C")])
    with pytest.warns(ConvergenceWarning) as caught:
        found = analyse(frame, study, scales, draws=20, seed=1)
    told = [str(w.message) for w in caught]
    assert told[0].startswith("No minimum was found")
    assert told[1].startswith("Measurement model: No minimum was found")
    assert told[2].startswith("Model 'direct': No minimum was found")
    assert len(told) == 3
    assert {w.filename for w in caught} == {__file__}
    check_failed(found, tmp_path)
    assert not found.rivals["converged"].any()
    assert found.rivals[["chisq", "cfi", "rmsea", "aic"]].isna().all(axis=None)


def test_answers_without_a_minimum(tmp_path):
    # a2 and a3 both go with a1 but not with each other: their loadings have the product 0 and
    # neither is 0. F falls towards 0 as the variance of A grows, and no finite value reaches it.
    study = Study.build(["A", "B"], [("A", "B")])
    scales = Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2", "b3"]})
    cov = np.eye(6)
    cov[3:, 3:] = 0.5
    cov[0, 1:] = cov[1:, 0] = [0.4, 0.4, 0.3, 0.3, 0.3]
    np.fill_diagonal(cov, 1.0)
    with pytest.warns(ConvergenceWarning, match="No minimum was found"):
        found = analyse(exactly(cov, scales.codes, 200), study, scales, whole_answers=False)
    check_failed(found, tmp_path)


def test_a_failed_fit_from_the_shell(small, tmp_path, capsys, monkeypatch, stuck):
    study, scales, frame = small
    path, report = tmp_path / "answers.csv", tmp_path / "report.html"
    frame.to_csv(path, index=False)
    monkeypatch.setattr(commands, "study_of", lambda args: (study, scales))
    assert main(["analyse", str(path), "--report", str(report)]) == 0
    out, err = capsys.readouterr()
    assert "NOT converged" in out
    assert "Note: No minimum was found" in err
    assert "Note: Measurement model: No minimum" in err
    assert "did not converge" in visible(report)


@pytest.fixture(scope="module")
def heywood():
    """Answers whose item a1 is more than its factor: .75 x .75 > .52 (times its variance, 1)."""
    study = Study.build(["A", "B"], [("A", "B")])
    scales = Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2", "b3"]})
    names = ["a1", "a2", "a3", "b1", "b2", "b3"]
    cov = np.full((6, 6), 0.25)
    cov[:3, :3] = [[1, 0.75, 0.75], [0.75, 1, 0.52], [0.75, 0.52, 1]]
    cov[3:, 3:] = 0.5
    np.fill_diagonal(cov, 1.0)
    return study, scales, exactly(cov, names, 200)


def exactly(cov, names, n):
    """Numbers from about 1 to 7 with this correlation matrix to the last digit."""
    rng = np.random.default_rng(0)
    raw = rng.standard_normal((n, len(names)))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / n)).T
    return pd.DataFrame(4 + 0.6 * white @ np.linalg.cholesky(cov).T, columns=names)


def test_a_negative_variance_is_named(heywood, tmp_path):
    study, scales, frame = heywood
    with pytest.warns(InadmissibleWarning, match=r"Heywood case\): a1 ~~ a1\.") as caught:
        found = analyse(frame, study, scales, whole_answers=False)
    assert [str(w.message)[:20] for w in caught] == ["Negative variance (H", "Measurement model: N"]
    assert found.fit.converged
    assert not found.fit.admissible
    assert "inadmissible" in repr(found)
    assert "a1 ~~ a1" in found._repr_html_()
    for lang, word in {"en": "Heywood", "fr": "Heywood"}.items():
        page = visible(found.report(tmp_path / f"{lang}.html", lang=lang)).replace("\xa0", " ")
        assert word in page
        assert "a1 ~~ a1" in page


def test_a_correlation_above_one_is_named(tmp_path):
    study = Study.build(["A", "B"], [("A", "B")])
    scales = Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2", "b3"]})
    cov = np.full((6, 6), 0.55)
    cov[:3, :3] = cov[3:, 3:] = 0.45
    np.fill_diagonal(cov, 1.0)
    frame = exactly(cov, ["a1", "a2", "a3", "b1", "b2", "b3"], 200)
    with pytest.warns(InadmissibleWarning) as caught:
        found = analyse(frame, study, scales, whole_answers=False)
    assert "Correlation above 1 between latent variables: A ~~ B" in str(caught[-1].message)
    page = visible(found.report(tmp_path / "r.html"))
    assert "correlate above 1" in page
    assert "above 1" in found.measurement.summary()


def test_effects_that_cannot_be_resampled_cost_only_themselves(heywood, tmp_path):
    study, scales, frame = heywood
    study = study.with_construct("C").with_hypothesis("B", "C").with_mediation("A", "B", "C")
    scales = Scales((*scales.values(), *Scales.build({"C": "c"}).values()))
    noise = np.random.default_rng(3).uniform(-0.5, 0.5, len(frame))
    frame = frame.assign(c=4 + 0.5 * (frame["b1"] - 4) + noise)
    with pytest.warns(InadmissibleWarning) as caught:
        found = analyse(frame, study, scales, draws=40, seed=1, whole_answers=False)
    last = str(caught[-1].message)
    assert last.startswith("The indirect effects could not be tested. bootstrap() needs admissible")
    assert "Collect more answers." in last
    assert {w.filename for w in caught} == {__file__}
    assert found.mediation is None
    assert [p.code for p in found.problems] == ["no_mediation"]
    assert str(found.problems[0]) in found.summary()
    assert "could not be tested" in found._repr_html_()
    assert len(found.hypotheses) == 2
    english = visible(found.report(tmp_path / "r.html"))
    assert "The indirect effects could not be tested." in english
    assert "effets indirects" in visible(found.report(tmp_path / "f.html", lang="fr"))


def test_missing_rows_can_make_the_sample_too_small(answers):
    holes = answers.astype(float)
    holes.iloc[20:, 0] = np.nan
    with pytest.raises(DataError, match="got 20 rows for 27 variables"):
        analyse(holes, missing="listwise")


def test_missing_rows_and_an_inadmissible_solution_are_both_told(heywood):
    study, scales, frame = heywood
    frame = frame.copy()
    frame.iloc[0, 3] = np.nan
    with pytest.warns((MissingDataWarning, InadmissibleWarning)) as caught:
        analyse(frame, study, scales, whole_answers=False, missing="listwise")
    kinds = [w.category for w in caught]
    assert kinds == [MissingDataWarning, InadmissibleWarning, InadmissibleWarning]


def test_model_errors_are_named_for_the_measurement_model(small, monkeypatch):
    study, scales, frame = small

    def refuse(*args, **options):
        raise ModelError("no.")

    monkeypatch.setattr(room, "specify_measurement", refuse)
    with pytest.raises(ModelError, match=r"^Measurement model: no\.$"):
        analyse(frame, study, scales)
