"""The report as LibreOffice and LaTeX read it, where they are."""

import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image

import scrm_model as scrm

LANGS = ("en", "fr")
OFFICE = ("soffice", "pdftoppm")
TEX = [name for name in ("lualatex", "pdflatex") if shutil.which(name)]


@pytest.fixture(scope="module")
def found(answers):
    analysis = scrm.analyse(answers, draws=50, seed=1)
    return analysis.including(
        scrm.method_bias(analysis.measurement), scrm.coefficient_plot(analysis.fit)
    )


def run(*command, folder):
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.skipif(not all(map(shutil.which, OFFICE)), reason="no LibreOffice or pdftoppm here")
@pytest.mark.parametrize("lang", LANGS)
def test_word_is_opened_by_libreoffice(found, tmp_path, lang):
    name = found.report(tmp_path / "report.docx", lang).name
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    run("soffice", home, "--headless", "--convert-to", "pdf", name, folder=tmp_path)
    run("pdftoppm", "-r", "40", "-gray", "-png", "report.pdf", "page", folder=tmp_path)
    pages = [np.asarray(Image.open(page)) for page in tmp_path.glob("page-*.png")]
    assert len(pages) > 10
    # White paper with letters on every page, and none that is black with them.
    inked = [(page < 200).mean() for page in pages]
    assert min(inked) > 0.0005
    assert max(inked) < 0.3


@pytest.mark.skipif(not TEX, reason="no TeX here")
@pytest.mark.parametrize("program", TEX)
@pytest.mark.parametrize("lang", LANGS)
def test_latex_sets_the_report(found, tmp_path, lang, program):
    name = found.report(tmp_path / "report.tex", lang).name
    run(program, "-halt-on-error", "-interaction=nonstopmode", name, folder=tmp_path)
    # What floats and what is long finds its place when it is set again.
    log = run(program, "-halt-on-error", "-interaction=nonstopmode", name, folder=tmp_path)
    assert "Float too large" not in log
    assert "Missing character" not in log
    assert "in paragraph" not in "".join(line for line in log.splitlines() if "Overfull" in line)
    assert "pages" in log
