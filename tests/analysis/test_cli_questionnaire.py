import pytest

from scrm_model.cli import main


@pytest.mark.parametrize(
    ("name", "form", "lang"),
    [
        ("q.xlsx", None, "both"),
        ("q.txt", "limesurvey", "both"),
        ("q.txt", "qualtrics", "fr"),
        ("q.csv", None, "en"),
        ("q.docx", "word", "fr"),
        ("q.html", None, "en"),
    ],
)
def test_a_file_for_each_program(name, form, lang, tmp_path, capsys):
    path = tmp_path / name
    options = ["--format", form] if form else []
    assert main(["questionnaire", str(path), "--lang", lang, *options]) == 0
    out, err = capsys.readouterr()
    assert f"Questionnaire: {path} (" in out
    assert "45 questions)" in out
    assert ("Il manque au texte" if lang == "fr" else "still lacks") in out
    assert err == ""
    assert path.stat().st_size > 5000


def test_details_order_and_codebook(tmp_path, capsys):
    page, book = tmp_path / "q.html", tmp_path / "codebook.sps"
    argv = [
        "questionnaire", str(page), "--title", "Votre avis", "--lang", "fr", "--codebook",
        str(book), "--randomise", "both", "--seed", "4", "--layout", "single",
    ]  # fmt: skip
    for pair in ("organisation=A = B", "duration=10 minutes", "contact=a@example.org"):
        argv += ["--detail", pair]
    assert main(argv) == 0
    out, _ = capsys.readouterr()
    assert "Il manque au texte de consentement : retention, authority" in out
    assert "seed=4" in out
    assert f"Codebook: {book}" in out
    text = page.read_text(encoding="utf-8")
    assert "<h1>Votre avis</h1>" in text
    assert "enquête de A = B. Elle prend environ 10 minutes" in text
    assert "<table>" not in text
    assert "VARIABLE LABELS" in book.read_text(encoding="utf-8-sig")


def test_own_scales(tmp_path, capsys):
    scales = tmp_path / "scales.toml"
    scales.write_text(
        'languages = ["en"]\n[[scale]]\nconstruct = "A"\n[[scale.item]]\ncode = "a1"\n'
        'en = "Fine."\n',
        encoding="utf-8",
    )
    assert main(["questionnaire", str(tmp_path / "q.html"), "--scales", str(scales)]) == 0
    assert "bare numbers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["q.txt"], "format= needs 'limesurvey' or 'qualtrics'"),
        (["q.html", "--lang", "es"], "lang= needs 'en', 'fr', 'both'"),
        (["q.html", "--detail", "contact"], "--detail needs NAME=TEXT; got 'contact'"),
        (["q.html", "--scales", "absent.toml"], "source= needs a TOML file"),
        (["q.html", "--codebook", "absent/c.csv"], "--codebook needs a folder that exists"),
        (["q.html", "--codebook", "c.pdf"], "--codebook needs a name ending in .csv, .xlsx, .sps"),
        (["absent/q.html"], "path= needs a folder that exists"),
    ],
)
def test_mistakes_leave_nothing(argv, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["questionnaire", *argv]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
