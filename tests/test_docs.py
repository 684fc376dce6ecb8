"""The pages speak of what is there: public names, files, links, numbers, commands."""

import re
from pathlib import Path

import pytest

import scrm_model as scrm

ROOT = Path(__file__).parent.parent
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
# The two commands that must do all the set-up on a bare Python, letter for letter.
COMMANDS = [
    "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/scrm-model demo",
    'python3 -m venv .venv && .venv/bin/pip install ".[test]" && .venv/bin/pytest -n auto',
]


def text_of(page):
    return page.read_text(encoding="utf-8")


def test_every_public_name_has_its_line():
    listed = re.findall(r"`scrm\.(\w+)`", text_of(ROOT / "docs" / "api.md"))
    assert sorted(listed) == sorted(scrm.__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_files_that_a_page_names_exist(page):
    named = re.findall(r"`((?:scrm_model|tests|docs|examples|\.ci)/[\w./-]*)`", text_of(page))
    assert [n for n in named if not (ROOT / n).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_within_the_project_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_readme_prints_the_two_commands():
    shell = re.findall(r"^```sh\n(.*?)^```$", text_of(ROOT / "README.md"), re.M | re.S)
    assert [block.strip() for block in shell] == COMMANDS


def test_continuous_integration_takes_the_commands_from_the_readme():
    script = text_of(ROOT / ".ci" / "run")
    assert "README.md" in script
    assert not any(command in script for command in COMMANDS)


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_number_of_lavaan_cases_is_the_number_stored(page):
    cases = list((ROOT / "tests" / "against_lavaan" / "cases").glob("*.json"))
    assert re.search(r"(\d+)\s+(?:models|stored lavaan fits)", text_of(ROOT / page))[1] == str(
        len(cases)
    )


def test_what_to_copy_is_there():
    sources = "\n".join(text_of(p) for p in (ROOT / "scrm_model").rglob("*.py"))
    sources += text_of(ROOT / "scrm_model" / "survey" / "instrument.toml")
    sources += text_of(ROOT / "docs" / "conf.py")
    rows = re.findall(r"^\| .* \| .* \| (.*) \|$", text_of(ROOT / "CONTRIBUTING.md"), re.M)[1:]
    assert len(rows) > 15
    for name in re.findall(r"`\"?([A-Za-z_]+\b)[^`/]*`", "\n".join(rows)):
        assert name in sources


def test_estimators_are_those_of_the_table():
    from scrm_model.estimation.settings import ESTIMATORS

    text = (ROOT / "docs" / "estimators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([\w.]+) \| ([\w.]+) \| ([\w.]+) \|$", text, re.M)
    assert rows == [
        (r.name, r.discrepancy.name, r.information, r.se, r.test) for r in ESTIMATORS.values()
    ]
