"""Every example runs: the Python blocks of the pages, and the notebooks."""

import os
import re
import warnings
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import nbclient
import nbformat
import pytest

import scrm_model

ROOT = Path(__file__).parent.parent
PACKAGE_PARENT = Path(scrm_model.__file__).parent.parent
# Every notebook, and the files that it leaves in the folder that it works in.
NOTEBOOKS = {
    ROOT / "examples" / "00_whole_study.ipynb": {"answers.csv", "report.html", "rapport.html"},
    ROOT / "examples" / "01_claims_and_questionnaire.ipynb": {
        *(
            "survey.xlsx",
            "survey.txt",
            "qualtrics.txt",
            "redcap.csv",
            "enquete.docx",
            "survey.html",
        ),
        *("version1.docx", "version2.docx", "codebook.xlsx", "codebook.csv", "labels.sps"),
    },
    ROOT / "examples" / "02_content_validity.ipynb": {f"form-{k:02}.xlsx" for k in range(1, 9)},
    ROOT / "examples" / "03_how_many_answers.ipynb": {"power.svg", "puissance.svg"},
    ROOT / "examples" / "04_answers_and_screening.ipynb": {
        *("réponses.csv", "entretiens.xlsx", "log.csv", "left_out.csv", "clean.csv"),
    },
    ROOT / "examples" / "05_are_the_scales_good.ipynb": {"confirm.csv", "measurement.csv"},
    ROOT / "examples" / "06_hypotheses_and_report.ipynb": {
        *("answers.csv", "report.html", "rapport.docx", "bundle.zip"),
    },
}
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ABSOLUTE = re.compile(r"(?<![\w:/])/(?:home|root|tmp|work|usr|Users|var)/|[A-Z]:\\\\")


def blocks(page):
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def printed(code):
    """What the block says that it prints: its lines that begin with ``#> ``."""
    return [line.removeprefix("#> ") for line in code.splitlines() if line.startswith("#> ")]


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p)], ids=lambda p: p.name)
def test_blocks_of_a_page_run_in_their_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    for number, code in enumerate(blocks(page), start=1):
        out = StringIO()
        with redirect_stdout(out):
            exec(compile(code, f"{page.name}, block {number}", "exec"), names)
        assert out.getvalue().splitlines() == printed(code)
    for report in tmp_path.glob("*.html"):
        assert f'lang="{"fr" if report.stem == "rapport" else "en"}"' in report.read_text("utf-8")


def by_name(path):
    return path.stem


def test_every_notebook_is_known():
    assert set((ROOT / "examples").glob("*.ipynb")) == set(NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_notebook_is_stored_as_it_ran(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not [o for cell in code for o in cell.outputs if o.output_type == "error"]
    assert notebook.metadata.kernelspec.name == "python3"
    assert not ABSOLUTE.search(path.read_text(encoding="utf-8"))


LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_links_of_a_notebook_lead_somewhere(path):
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []


# Only the library's own warnings, which the notebook is about, are no errors.
STRICT = """
import warnings
from scrm_model import ScrmWarning
warnings.simplefilter("error")
warnings.simplefilter("default", ScrmWarning)
"""
LENIENT = "warnings.simplefilter('ignore')"  # the kernel's own farewell


@pytest.mark.parametrize("path", NOTEBOOKS, ids=by_name)
def test_notebook_runs(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    cell = nbformat.v4.new_code_cell
    notebook.cells = [cell(STRICT), *notebook.cells, cell(LENIENT)]
    folders = {"TMPDIR": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}
    client = nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Jupyter's own machinery
        client.execute(env=os.environ | folders | {"PYTHONPATH": str(PACKAGE_PARENT)})
    written = [p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()]
    written = [p for p in written if p.parts[0] != "ipython"]  # Jupyter's own
    assert {p.name for p in written} == NOTEBOOKS[path]
    assert {p.parts[0] for p in written} == {"files"}
