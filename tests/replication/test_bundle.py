"""A bundle holds what repeats an analysis, and says when a repetition differs."""

import json
import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import scrm_model as scrm
from scrm_model.cli import main
from scrm_model.errors import ArgumentError, BundleError
from scrm_model.replication.files import read_files
from scrm_model.replication.plain import from_plain, to_plain
from scrm_model.replication.results import compared, results_of
from scrm_model.study.claims import Text
from scrm_model.survey.scales import Item, Scale

STUDY = scrm.Study.build(
    constructs={"A": "Première", "B": "Deuxième", "C": "Troisième"},
    hypotheses=[("A", "B"), ("B", "C")],
    mediations=[(["A"], "B", "C")],
    name="Trois construits",
).with_rival("direct", "Direct", paths=[("A", "C")])
SCALES = scrm.Scales(
    tuple(
        Scale(
            c,
            tuple(
                Item(f"{c.lower()}{k}", c, Text(f"Item {k}", f"Énoncé {k}"), reverse=k == 3)
                for k in range(1, 4)
            ),
            5,
        )
        for c in "ABC"
    )
)


def drawn():
    population = scrm.population(scrm.specify(STUDY, SCALES), paths=0.5, loadings=0.8)
    frame = scrm.simulate(population, n=250, seed=4, points=5)
    frame[["a3", "b3", "c3"]] = 6 - frame[["a3", "b3", "c3"]]
    frame.loc[[3, 40], ["a1", "c2"]] = -99
    return frame


@pytest.fixture(scope="module")
def answers():
    return drawn()


@pytest.fixture(scope="module")
def file(answers, tmp_path_factory):
    path = tmp_path_factory.mktemp("answers") / "réponses.csv"
    answers.to_csv(path, sep=";", index=False)
    return path


def analysed(data, **options):
    given = {"missing_codes": (-99,), "draws": 60, "seed": 2, "missing": "listwise"} | options
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scrm.MissingDataWarning)
        return scrm.analyse(data, STUDY, SCALES, **given)


@pytest.fixture(scope="module")
def analysis(file):
    return analysed(file)


@pytest.mark.parametrize("value", [scrm.STUDY, scrm.SCALES, STUDY, SCALES])
def test_studies_and_scales_survive_json(value):
    assert from_plain(json.loads(json.dumps(to_plain(value)))) == value


@pytest.mark.parametrize("name", ["bundle.zip", "bundle"])
def test_an_analysis_comes_out_again(analysis, file, tmp_path, name):
    written = scrm.write_bundle(analysis, tmp_path / name)
    assert "rows_used.csv" not in written.files
    assert "covariance.csv" in repr(written)
    found = scrm.verify(tmp_path / name, data=file)
    assert found.ok
    assert len(found.frame) > 300
    assert set(found.frame["table"]) == {
        "measures", "parameters", "measurement", "hypotheses", "mediation", "rivals",
    }  # fmt: skip
    assert found.notes == ("Repeated on réponses.csv, the file that was analysed (SHA-256).",)
    assert "came out again" in repr(found)
    assert "came out again" in found._repr_html_()


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"missing": "fiml", "estimator": "MLR"},
        {"missing": None, "ordered": True, "method": "montecarlo"},
        {"method": "delta", "alpha": 0.1},
    ],
)
def test_rows_in_a_bundle_are_enough(file, tmp_path, options):
    analysis = analysed(file, **options)
    scrm.write_bundle(analysis, tmp_path / "b.zip", include_data=True)
    found = scrm.verify(tmp_path / "b.zip")
    assert found.ok, found
    assert found.notes[0] == "Repeated on the rows in the bundle, as the models saw them."


def test_other_answers_and_other_results_are_told(analysis, answers, tmp_path):
    scrm.write_bundle(analysis, tmp_path / "b")
    changed = answers.copy()
    changed.loc[0, "a1"] = 6 - changed.loc[0, "a1"] if changed.loc[0, "a1"] != 3 else 5
    changed.to_csv(tmp_path / "other.csv", index=False)
    found = scrm.verify(tmp_path / "b", data=tmp_path / "other.csv")
    assert not found.ok
    assert "NOT the file that was analysed" in found.notes[0]
    assert "values differ" in repr(found)
    assert "<table" in found._repr_html_()
    manifest = json.loads((tmp_path / "b" / "manifest.json").read_text("utf-8"))
    manifest["results"]["measures"][2]["value"] += 0.01
    manifest["versions"]["numpy"] = "1.0"
    (tmp_path / "b" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    found = scrm.verify(tmp_path / "b", data=answers)
    assert (~found.frame["same"]).sum() == 1
    assert "numpy 1.0 then" in found.notes[-1]


def test_a_bundle_has_the_same_bytes_again(analysis, tmp_path):
    for name in ("one.zip", "two.zip"):
        scrm.write_bundle(analysis, tmp_path / name, include_data=True)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_moments_in_a_bundle_refit_the_model(analysis, tmp_path):
    scrm.write_bundle(analysis, tmp_path / "b")
    cov = pd.read_csv(tmp_path / "b" / "covariance.csv", index_col=0)
    n = analysis.fit.nobs
    model = (tmp_path / "b" / "model.lav").read_text("utf-8")
    again = scrm.fit(model, scrm.Moments(cov * n / (n - 1), n))
    assert again.measures["chisq"] == pytest.approx(analysis.fit.measures["chisq"], abs=1e-8)
    script = (tmp_path / "b" / "lavaan.R").read_text("utf-8")
    assert f"sample.nobs = {n}" in script
    assert "sample.cov.rescale = FALSE" in script


def test_what_a_bundle_cannot_hold_is_said(file, tmp_path):
    analysis = scrm.analyse(
        file, STUDY, SCALES, missing_codes=(-99,), draws=60, seed=2, missing="fiml"
    )
    bare = scrm.write_bundle(analysis, tmp_path / "bare")
    assert "covariance.csv" not in bare.files
    assert any("include_data=True" in note for note in bare.notes)
    full = scrm.write_bundle(analysis, tmp_path / "full", include_data=True)
    assert any("rows_used.dat" in note for note in full.notes)
    assert "No " in full._repr_html_()
    text = (tmp_path / "full" / "README.txt").read_text("utf-8")
    assert "rows_used.csv" in text
    assert "covariance.csv" not in text


def test_comparison_of_tables():
    one = {"measures": [{"measure": "chisq", "value": 10.0}, {"measure": "cfi", "value": None}]}
    other = {"measures": [{"measure": "chisq", "value": 10.0 + 1e-6}]}
    found = compared(one, other, 1e-6).set_index("row")
    assert found.loc["chisq", "same"]
    assert found.loc["cfi", "same"]
    other["measures"][0]["value"] = 10.1
    assert not compared(one, other, 1e-6)["same"].iloc[0]
    assert compared(one, other, 1e-6)["difference"].iloc[0] == pytest.approx(0.01)
    other["measures"].append({"measure": "extra", "value": 1})
    assert not compared(one, other, 1e-6)["same"].iloc[-1]


def test_results_are_plain(analysis):
    text = json.dumps(results_of(analysis), allow_nan=False)
    assert json.loads(text) == results_of(analysis)


def test_bad_places_and_bad_bundles(analysis, answers, tmp_path):
    with pytest.raises(ArgumentError, match=r"analysis= needs the result of analyse\(\)"):
        scrm.write_bundle(analysis.fit, tmp_path / "x")
    with pytest.raises(ArgumentError, match=r"can be written to; got"):
        scrm.write_bundle(analysis, tmp_path / "no" / "such" / "folder" / "b.zip")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with pytest.raises(ArgumentError, match="empty folder"):
        scrm.write_bundle(analysis, tmp_path / "full")
    for path in ("none.zip", "full"):
        with pytest.raises(BundleError, match="path= needs a bundle"):
            scrm.verify(tmp_path / path, data=answers)
    (tmp_path / "not.zip").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(BundleError, match="path= needs a bundle"):
        scrm.verify(tmp_path / "not.zip")
    scrm.write_bundle(analysis, tmp_path / "b")
    with pytest.raises(BundleError, match="data= needs the answers"):
        scrm.verify(tmp_path / "b")


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("manifest.json", lambda t: t.replace('"format": 1', '"format": 9'), "format 9"),
        ("manifest.json", lambda t: t[:-40], "sound manifest.json"),
        ("study.json", lambda t: t.replace('"record": "Study"', '"record": "os"'), "got 'os'"),
        ("study.json", lambda t: t.replace('"sign": 1', '"sine": 1', 1), "sound Hypothesis"),
        ("scales.json", lambda t: "[]", "a study and scales"),
    ],
)
def test_a_changed_bundle_is_refused(analysis, answers, tmp_path, name, change, said):
    scrm.write_bundle(analysis, tmp_path / "b")
    file = tmp_path / "b" / name
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    with pytest.raises(BundleError, match=said):
        scrm.verify(tmp_path / "b", data=answers)


def test_an_archive_unpacks_nothing_and_is_bounded(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
        archive.writestr("manifest.json", "{}")
    assert list(read_files(tmp_path / "evil.zip")) == ["manifest.json"]
    monkeypatch.setattr("scrm_model.replication.files.LARGEST", 10)
    with zipfile.ZipFile(tmp_path / "big.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "0" * 1000)
    with pytest.raises(BundleError, match="at most"):
        read_files(tmp_path / "big.zip")


def test_missing_files_of_a_bundle(analysis, answers, tmp_path):
    scrm.write_bundle(analysis, tmp_path / "b")
    (tmp_path / "b" / "study.json").unlink()
    with pytest.raises(BundleError, match=r"with study\.json"):
        scrm.verify(tmp_path / "b", data=answers)


def test_a_frame_has_no_checksum(answers, tmp_path):
    analysis = analysed(answers)
    scrm.write_bundle(analysis, tmp_path / "b.zip")
    answers.to_csv(tmp_path / "again.csv", index=False)
    found = scrm.verify(tmp_path / "b.zip", data=tmp_path / "again.csv")
    assert found.ok
    assert "no checksum" in found.notes[0]
    assert np.isfinite(found.frame["difference"].dropna()).all()


def test_from_a_shell(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    answers = scrm.simulate(scrm.population(scrm.specify(), loadings=0.8), n=200, seed=3)
    answers.to_csv("answers.csv", index=False)
    asked = ["--draws", "20", "--seed", "1", "--performance", "single", "--report", "r.html"]
    assert main(["analyse", "answers.csv", "--bundle", "b.zip", *asked]) == 0
    assert "Bundle: " in capsys.readouterr().out
    assert main(["verify", "b.zip", "--data", "answers.csv"]) == 0
    assert "came out again" in capsys.readouterr().out
    assert main(["report", "b.zip", "fr.html", "--data", "answers.csv", "--lang", "fr"]) == 0
    assert '<html lang="fr">' in Path("fr.html").read_text("utf-8")
    capsys.readouterr()
    answers.loc[0, "cro1"] = 8 - answers.loc[0, "cro1"] if answers.loc[0, "cro1"] != 4 else 5
    answers.to_csv("answers.csv", index=False)
    assert main(["verify", "b.zip", "--data", "answers.csv"]) == 1
    assert "NOT the file" in capsys.readouterr().out
    assert main(["verify", "none.zip"]) == 2
    assert "path= needs a bundle" in capsys.readouterr().err


def test_lavaan_finds_the_same_chi_square(analysis, tmp_path):
    """With the number that lavaan gave once, and by lavaan itself where there is an R with it."""
    stored = json.loads((Path(__file__).parent / "lavaan.json").read_text("utf-8"))
    assert analysis.fit.measures["chisq"] == pytest.approx(stored["chisq"], abs=1e-4)
    scrm.write_bundle(analysis, tmp_path / "b")
    if shutil.which("Rscript") is None:
        return
    code = 'source("lavaan.R"); cat("\\nchisq", fitMeasures(fit, "chisq"), "\\n")'
    done = subprocess.run(
        ["Rscript", "-e", code], cwd=tmp_path / "b", capture_output=True, text=True, check=False
    )
    if "there is no package called" in done.stderr:
        return
    found = float(re.search(r"chisq ([\d.]+)", done.stdout)[1])
    assert found == pytest.approx(analysis.fit.measures["chisq"], abs=1e-4)


def test_exclusions_are_repeated(tmp_path):
    answers = scrm.simulate(scrm.population(scrm.specify()), 150, seed=4)
    answers.iloc[5, 3] = -99
    answers.assign(nr=range(1000, 1150)).to_csv(tmp_path / "a.csv", index=False)
    asked = scrm.screen(tmp_path / "a.csv", missing_codes=(-99,), id="nr")
    kept = asked.exclude([1003, 1010], scrm.Text("speeders", "trop rapides")).exclude(
        [1004], "twice"
    )
    assert [one.places for one in kept.exclusions] == [(3, 10), (4,)]
    assert kept.places.tolist()[:5] == [0, 1, 2, 5, 6]
    with pytest.warns(scrm.MissingDataWarning):
        found = scrm.analyse(kept, draws=20, seed=1, missing="listwise")
    assert found.asked["missing_codes"] == [-99]
    scrm.write_bundle(found, tmp_path / "b.zip")
    again = scrm.verify(tmp_path / "b.zip", data=tmp_path / "a.csv")
    assert again.ok, again
    assert "Left out as then: 3 rows." in str(again)
    told = again.analysis.screening.exclusions
    assert [(len(one.cases), one.reason.get("fr")) for one in told] == [
        (2, "trop rapides"),
        (1, "twice"),
    ]
    assert scrm.verify(tmp_path / "b.zip", data=kept).ok
    with_rows = scrm.write_bundle(found, tmp_path / "c.zip", include_data=True)
    assert scrm.verify(with_rows.path).ok
