import pandas as pd
import pytest

from scrm_model.cli import main
from scrm_model.planning.mechanisms import MCAR
from scrm_model.planning.population import population
from scrm_model.planning.power import power
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify

TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ b*F\n"


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "modèle.lav"
    path.write_text(TEXT, encoding="utf-8-sig")
    return str(path)


def test_simulate_is_the_same_as_in_python(tmp_path, capsys):
    path = tmp_path / "answers.csv"
    run = ["simulate", str(path), "--n", "40", "--paths", "cautious", "--missing", "0.1"]
    assert main([*run, "--seed", "3"]) == 0
    assert f"Answers: {path} (simulated, 40 rows)" in capsys.readouterr().out
    expected = simulate(population(specify(), paths="cautious"), 40, 3, missing=MCAR(0.1))
    pd.testing.assert_frame_equal(pd.read_csv(path), expected, check_dtype=False)


def test_power_is_the_same_as_in_python(model, tmp_path, capsys):
    table, curve = tmp_path / "power.csv", tmp_path / "power.svg"
    run = ["power", "--model", model, "--n", "100", "150", "--draws", "20", "--seed", "2"]
    run += ["--paths", "0.4", "--points", "5", "--out", str(table), "--curve", str(curve)]
    assert main([*run, "--lang", "fr", "--estimator", "MLR"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "chi-square test rejects" in out
    assert f"Table: {table}" in out
    assert f"Curve: {curve}" in out
    expected = power(
        TEXT, population(TEXT, paths=0.4), [100, 150], 20, 2, answers={"points": 5},
        progress=False, estimator="MLR",
    )  # fmt: skip
    pd.testing.assert_frame_equal(pd.read_csv(table), expected.frame)
    assert "Puissance" in curve.read_text("utf-8")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["power", "--paths", "0.9"], "more than all of it is explained"),
        (["power", "--paths", "huge"], "Or name a preset: 'cautious'"),
        (
            ["power", "--curve", "p.gif"],
            "--curve needs a name ending in .svg, .pdf or .png; got 'p.g",
        ),
        (["power", "--lang", "es"], "lang= needs 'en' or 'fr'"),
        (["power", "--model", "nowhere.lav"], "No such file or directory: nowhere.lav"),
        (["power", "--handling", "magic", "--n", "100"], "missing= needs one of"),
        (["simulate", "a.csv", "--missing", "2"], "rate= needs a number between 0 and 1; got 2.0"),
        (["simulate", "nowhere/a.csv"], "FILE needs a folder that exists; got 'nowhere/a.csv'"),
        (["power", "--out", "nowhere/a.csv"], "--out needs a folder that exists"),
    ],
)
def test_mistakes_are_told(argv, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(argv) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_lists_them(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert "simulate" in out
    assert "power" in out
