import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from scrm_model._version import __version__
from scrm_model.analysis import run as room
from scrm_model.cli import main
from scrm_model.commands.analysis import DEMO_ANSWERS, DEMO_REPORT
from scrm_model.errors import InadmissibleWarning
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses


def test_the_demo(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--draws", "50"]) == 0
    out, err = capsys.readouterr()
    answers, report = tmp_path / DEMO_ANSWERS, tmp_path / DEMO_REPORT
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([DEMO_ANSWERS, DEMO_REPORT])
    assert f"Answers: {answers} (simulated, 300 rows)" in out
    assert f"Report: {report}" in out
    assert "hypotheses supported" in out
    assert err == ""
    assert len(read_responses(answers, SCALES)) == 300
    assert '<html lang="en">' in report.read_text(encoding="utf-8")


def test_the_demo_again_and_in_french(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--n", "200", "--draws", "20", "--lang", "fr"]) == 0
    first = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert main(["demo", "--n", "200", "--draws", "20", "--lang", "fr"]) == 0
    assert first == {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert "200 of 200 rows used" in capsys.readouterr().out
    assert '<html lang="fr">' in (tmp_path / DEMO_REPORT).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--lang", "es"], "lang= needs 'en' or 'fr'; got 'es'"),
        (["--n", "0"], "n= needs a whole number of at least 1; got 0"),
    ],
)
def test_a_demo_that_is_refused_leaves_nothing(argv, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", *argv]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_demo_that_is_too_small(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--n", "20"]) == 2
    assert "more complete rows than observed variables" in capsys.readouterr().err
    assert not (tmp_path / DEMO_REPORT).exists()


@pytest.fixture
def file(answers, tmp_path):
    path = tmp_path / "réponses.csv"
    answers.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    return path


def test_analyse_in_french(file, tmp_path, capsys):
    report = tmp_path / "rapport.html"
    assert (
        main(["analyse", str(file), "--report", str(report), "--lang", "fr", "--draws", "20"]) == 0
    )
    out, err = capsys.readouterr()
    assert f"Report: {report}" in out
    assert "300 of 300 rows used" in out
    assert err == ""
    page = report.read_text(encoding="utf-8")
    assert '<html lang="fr">' in page
    assert "réponses.csv" in page


def test_analyse_without_a_report_prints_the_numbers(file, tmp_path, capsys):
    assert main(["analyse", str(file), "--draws", "20", "--seed", "3"]) == 0
    out = capsys.readouterr().out
    for part in ("CFI", "H9", "CRO → SMTU → CEC → SCRMP"):
        assert part in out
    assert "Report:" not in out
    assert list(tmp_path.iterdir()) == [file]
    assert main(["analyse", str(file), "--draws", "20", "--seed", "3", "--jobs", "2"]) == 0
    assert capsys.readouterr().out == out


def test_analyse_by_the_rule(answers, tmp_path, capsys):
    coded = answers.astype(float)
    coded.iloc[:4, 0] = np.nan
    path = tmp_path / "answers.csv"
    coded.to_csv(path, index=False)
    assert main(["analyse", str(path), "--draws", "20"]) == 0
    out, err = capsys.readouterr()
    assert "300 of 300 rows used" in out
    assert "4 answers are missing: all others count (full information, FIML)." in out
    assert err == ""


def test_analyse_with_options(answers, tmp_path, capsys):
    coded = answers.astype(float)
    coded.iloc[:4, 0] = -99
    coded.iloc[4:7, 1] = -1
    path = tmp_path / "answers.csv"
    coded.to_csv(path, index=False)
    run = ["analyse", str(path), "--draws", "20", "--performance", "two-factor"]
    run += ["--missing-code", "-99", "--missing-code", "-1"]
    assert main([*run, "--missing", "listwise", "--estimator", "MLM"]) == 0
    out, err = capsys.readouterr()
    assert "293 of 300 rows used (7 incomplete, left out)" in out
    assert "estimator='MLM' was asked for. missing='listwise' was asked for." in out
    assert "SCRMP_REL" in out
    assert err.count("Note:") == 1
    assert "Note: 7 of 300 rows have missing cells and were left out" in err


def test_analyse_with_every_answer(answers, tmp_path, capsys):
    holes = answers.astype(float)
    holes.iloc[:4, 0] = float("nan")
    path = tmp_path / "answers.csv"
    holes.to_csv(path, index=False)
    assert main(["analyse", str(path), "--draws", "20", "--missing", "fiml"]) == 0
    out, err = capsys.readouterr()
    assert "300 of 300 rows used" in out
    assert "4 missing cells in the rows used; every observed cell counts." in out
    assert "Note:" not in err
    assert main(["analyse", str(path), "--missing", "fimel"]) == 2
    assert "missing= needs one of" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_report(file, tmp_path, capsys):
    pages = []
    for name in ("one.html", "two.html"):
        run = [
            "analyse",
            str(file),
            "--report",
            str(tmp_path / name),
            "--draws",
            "20",
            "--seed",
            "9",
        ]
        assert main(run) == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_help(capsys):
    assert main([]) == 0
    bare = capsys.readouterr().out
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"])
    assert capsys.readouterr().out == bare
    assert bare.startswith("usage: scrm-model")
    assert "demo" in bare
    assert "analyse" in bare
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["analyse", "--help"])
    out = capsys.readouterr().out
    for option in (
        "--report",
        "--lang",
        "--missing-code",
        "--performance",
        "--draws",
        "--seed",
        "--jobs",
    ):
        assert option in out


def test_version(capsys):
    with pytest.raises(SystemExit) as done:
        main(["--version"])
    assert done.value.code == 0
    assert capsys.readouterr().out == f"scrm-model {__version__}\n"


@pytest.mark.parametrize("argv", [["analyze", "x.csv"], ["analyse"], ["demo", "--n", "many"]])
def test_wrong_usage(argv, capsys):
    with pytest.raises(SystemExit) as done:
        main(argv)
    assert done.value.code == 2
    assert "usage: scrm-model" in capsys.readouterr().err


def test_errors_of_the_system_are_told(monkeypatch, capsys):
    def full(*args, **options):
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr(room, "analyse", full)
    assert main(["analyse", "a.csv"]) == 2
    assert capsys.readouterr().err == "scrm-model: No space left on device: report.html\n"


def test_errors_of_the_program_are_not_hidden(monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("a bug")

    monkeypatch.setattr(room, "analyse", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        main(["analyse", "a.csv"])


def test_notes_are_the_librarys_own(monkeypatch, capsys):
    def warn(*args, **options):
        warnings.warn("of a library below", FutureWarning, stacklevel=1)
        warnings.warn("of this one", InadmissibleWarning, stacklevel=1)
        return Analysed()

    class Analysed:
        def summary(self):
            return "numbers"

        def including(self, *results):
            assert not results
            return self

        __str__ = summary

    monkeypatch.setattr(room, "analyse", warn)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["analyse", "a.csv"]) == 0
    out, err = capsys.readouterr()
    assert err == "Note: of this one\n"
    assert out == "numbers\nnumbers\n"


def test_as_a_process(answers, tmp_path):
    """Also on a terminal that knows no arrows."""
    here = Path(room.__file__).parents[1]
    answers.assign(cro1=np.nan).to_csv(tmp_path / "holes.csv", index=False)
    answers.to_csv(tmp_path / "answers.csv", index=False)

    def run(*argv):
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "scrm_model.cli", *argv],
            cwd=tmp_path,
            env=os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(here)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    done = run("analyse", "answers.csv", "--draws", "20")
    assert done.returncode == 0, done.stderr
    assert "CRO ? SMTU ? CEC ? SCRMP" in done.stdout
    assert done.stderr == ""
    bad = run("analyse", "holes.csv", "--report", "report.html")
    assert bad.returncode == 2
    assert bad.stdout == ""
    assert bad.stderr.startswith("scrm-model: data= needs answers")
    assert "'cro1': no answers at all" in bad.stderr
    assert "Traceback" not in bad.stderr
    assert not (tmp_path / "report.html").exists()
