"""``scrm-model screen``."""

import pandas as pd
import pytest

import scrm_model as scrm
from scrm_model.cli import main


@pytest.fixture
def file(tmp_path):
    model = scrm.specify()
    answers = scrm.simulate(scrm.population(model, paths="expected"), 80, seed=1)
    answers.insert(0, "Répondant", [f"É{k}" for k in range(80)])
    answers["durée"] = range(20, 100)
    answers.loc[3, "cro1"] = -99
    path = tmp_path / "réponses.csv"
    answers.to_csv(path, sep=";", index=False, encoding="cp1252")
    return path


def test_tables_are_printed_and_cases_written(file, tmp_path, capsys):
    out = tmp_path / "careless.csv"
    code = main(
        ["screen", str(file), "--missing-code", "-99", "--id", "Répondant", "--time", "durée",
         "--in-order", "--out", str(out), "--lang", "fr"]
    )  # fmt: skip
    told = capsys.readouterr().out
    assert code == 0
    assert told.startswith("Examen des données réponses.csv : 80 cas × 27 items")
    assert "Premières et dernières réponses" in told
    assert str(out.resolve()) in told
    cases = pd.read_csv(out, index_col="case")
    assert cases.index.tolist() == [f"É{k}" for k in range(80)]
    assert cases.loc["É3", "n_answered"] == 26
    assert cases.loc["É0", "seconds_per_item"] == pytest.approx(20 / 27)
    assert "seconds_per_item" in cases.loc["É0", "crossed"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ([], "--missing-code -99"),
        (["--missing-code", "-99", "--time", "x"], "time= needs a column"),
        (["--missing-code", "-99", "--out", "nowhere/x.csv"], "--out needs a folder that exists"),
        (["--missing-code", "-99", "--lang", "de"], "lang= needs"),
        (["--in-order", "--arrival", "durée"], "--in-order needs --arrival to be left out"),
    ],
)
def test_mistakes(file, options, text, capsys):
    assert main(["screen", str(file), *options]) == 2
    assert text in capsys.readouterr().err
