"""The whole analysis on every kind of file, in Python and from the shell."""

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from scrm_model.analysis.run import analyse
from scrm_model.cli import main
from scrm_model.errors import ArgumentError, DataError
from scrm_model.screening.screen import screen
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses

QUICK = {"method": "delta", "seed": 1}
LABELS = {point: text.fr for point, text in enumerate(SCALES["CRO"].anchors, start=1)}


@pytest.fixture(scope="module")
def files(answers, tmp_path_factory):
    """The same answers in every format, labels included."""
    folder = tmp_path_factory.mktemp("files")
    whole = answers.astype(int)
    whole.to_csv(folder / "a.csv", index=False)
    with pd.ExcelWriter(folder / "a.xlsx") as book:
        pd.DataFrame({"note": ["merci"]}).to_excel(book, sheet_name="Notice", index=False)
        whole.to_excel(book, sheet_name="Données", index=False)
        (8 - whole).to_excel(book, sheet_name="Autre", index=False)
    pyreadstat.write_sav(whole.astype(float), folder / "a.sav")
    turned = {float(8 - point): text for point, text in LABELS.items()}
    given = dict.fromkeys(whole, turned)
    pyreadstat.write_sav(
        (8 - whole).astype(float), folder / "turned.sav", variable_value_labels=given
    )
    whole.to_stata(folder / "a.dta", write_index=False, version=118)
    pl.DataFrame({c: whole[c].to_numpy() for c in whole}).write_parquet(folder / "a.parquet")
    whole.map(LABELS.get).to_csv(folder / "labels.csv", index=False, sep=";", encoding="cp1252")
    missing = whole.map(LABELS.get)
    missing.loc[0, "cro1"] = "Sans réponse"
    missing.to_csv(folder / "missing.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def main_result(files):
    return analyse(files / "a.csv", **QUICK)


@pytest.mark.parametrize("name", ["a.sav", "a.dta", "a.parquet", "labels.csv"])
def test_every_format_gives_the_same_analysis(name, files, main_result):
    found = analyse(files / name, **QUICK)
    pd.testing.assert_frame_equal(found.hypotheses, main_result.hypotheses)
    assert found.sample.file == name
    if name == "labels.csv":
        told = [entry.fr for entry in found.sample.log]
        assert any(text.startswith("cro1\u00a0: libellés lus comme codes") for text in told)


def test_options_of_the_reading(files, main_result):
    found = analyse(files / "a.xlsx", reading={"sheet": "Données"}, **QUICK)
    pd.testing.assert_frame_equal(found.hypotheses, main_result.hypotheses)
    with pytest.raises(DataError, match="got others for 27 items"):
        analyse(files / "turned.sav", **QUICK)
    found = analyse(files / "turned.sav", reading={"coding": "labels"}, **QUICK)
    pd.testing.assert_frame_equal(found.hypotheses, main_result.hypotheses)
    with pytest.raises(ArgumentError, match=r"^reading= needs .*'sheet'.*; got 'sheets'"):
        analyse(files / "a.xlsx", reading={"sheets": 1}, **QUICK)
    with pytest.raises(ArgumentError, match=r"^reading= needs data= that is a file; got DataFram"):
        analyse(pd.read_csv(files / "a.csv"), reading={"sheet": 1}, **QUICK)


def test_labels_as_codes_for_missing(files):
    with pytest.warns(UserWarning, match="1"):
        found = analyse(
            files / "missing.csv", missing_codes=["Sans réponse"], missing="listwise", **QUICK
        )
    assert found.sample.missing_cells == 1
    with pytest.warns(UserWarning, match="1"):
        same = analyse(
            read_responses(files / "missing.csv", SCALES, missing_codes=["sans réponse"]),
            missing="listwise",
            **QUICK,
        )
    pd.testing.assert_frame_equal(found.hypotheses, same.hypotheses)


def test_the_shell(files, capsys):
    assert main(["analyse", str(files / "a.xlsx"), "--draws", "20"]) == 2
    assert "Pass sheet='Notice', or another of them (at the command line, --sheet)" in (
        capsys.readouterr().err
    )
    for sheet in ("Données", "2"):
        assert main(["analyse", str(files / "a.xlsx"), "--sheet", sheet, "--draws", "20"]) == 0
    assert main(["analyse", str(files / "turned.sav"), "--draws", "20"]) == 2
    assert "(at the command line, --coding)" in capsys.readouterr().err
    run = ["analyse", str(files / "turned.sav"), "--coding", "labels", "--draws", "20"]
    assert main(run) == 0
    assert main(["analyse", str(files / "a.csv"), "--source", "koba", "--draws", "20"]) == 2
    assert "source= needs one of" in capsys.readouterr().err
    labels = ["--source", "plain", "--missing-code", "Sans réponse", "--missing", "listwise"]
    assert main(["analyse", str(files / "missing.csv"), *labels, "--draws", "20"]) == 0


def test_answers_that_were_screened_come_less_those_excluded(files):
    frame = pd.read_csv(files / "a.csv")
    judged = screen(files / "a.csv", SCALES).exclude([2, 5], "answered in a straight line")
    found = analyse(judged, **QUICK)
    alone = analyse(frame.drop(index=[2, 5]), **QUICK)
    pd.testing.assert_frame_equal(found.hypotheses, alone.hypotheses)
    assert found.sample.file == "a.csv"
    assert any("straight line" in str(line) for line in found.sample.log)
