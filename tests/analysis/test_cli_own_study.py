"""A study of one's own from the shell: claims and items in files."""

import pandas as pd
import pytest

from scrm_model.cli import main

CLAIMS = '[[construct]]\nid = "A"\n[[construct]]\nid = "B"\n[[construct]]\nid = "C"\n' + "".join(
    f'[[hypothesis]]\nsource = "{a}"\ntarget = "{b}"\n' for a, b in ("AB", "BC")
)
ITEMS = 'languages = ["en"]\npoints = 5\n' + "".join(
    f'[[scale]]\nconstruct = "{c}"\n'
    + "".join(
        f'[[scale.item]]\ncode = "{c.lower()}{k}"\nen = "Item {k} of {c}"\n' for k in range(4)
    )
    for c in "ABC"
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "claims.toml").write_text(CLAIMS)
    (tmp_path / "items.toml").write_text(ITEMS)
    return ["--study", "claims.toml", "--scales", "items.toml"]


def test_every_stage_takes_files_of_claims_and_items(files, tmp_path, capsys):
    more = ["--points", "5", "--seed", "1"]
    assert main(["simulate", "a.csv", "--n", "250", *files, *more]) == 0
    frame = pd.read_csv("a.csv")
    assert list(frame) == [f"{c}{k}" for c in "abc" for k in range(4)]
    frame.assign(land=["x", "y"] * 125).to_csv("a.csv", index=False)
    assert main(["power", "--n", "100", "--draws", "20", *files, *more]) == 0
    assert main(["screen", "a.csv", "--scales", "items.toml", "--drop", "a3"]) == 0
    assert "250 cases × 11 items" in capsys.readouterr().out
    options = ["--draws", "20", "--seed", "1", "--drop", "c3"]
    asked = ["--method-bias", "--invariance", "land", "--report", "r.html", "--lang", "fr"]
    assert main(["analyse", "a.csv", *files, *options, *asked]) == 0
    page = (tmp_path / "r.html").read_text("utf-8")
    for words in ("Variance de méthode commune", "Invariance de la mesure", "Item 2 of C"):
        assert words in page
    assert "Item 3 of C" not in page
    capsys.readouterr()
    assert main(["analyse", "a.csv", *files, *options, "--method-bias"]) == 0
    assert "Full collinearity" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--study", "claims.toml"], "--study needs --scales"),
        (["--scales", "items.toml"], "a construct without a scale"),
        (["--study", "none.toml", "--scales", "items.toml"], "source= needs a TOML file"),
        (["--study", "claims.toml", "--scales", "items.toml", "--drop", "zz"], "got 'zz'"),
    ],
)
def test_mistakes_have_no_traceback(files, argv, said, capsys):
    pd.DataFrame({"a0": [1]}).to_csv("a.csv", index=False)
    assert main(["analyse", "a.csv", *argv]) == 2
    assert said in capsys.readouterr().err


def test_a_model_has_its_own_items(files, tmp_path, capsys):
    (tmp_path / "m.txt").write_text("A =~ x1 + x2 + x3")
    assert main(["simulate", "a.csv", "--model", "m.txt", *files]) == 2
    assert "--model needs --study, --scales and --drop to be left out" in capsys.readouterr().err
