"""One table, several tables, any form, either language."""

import re

import pytest
from docx import Document
from reporting.rendering.hostile import HOSTILE

from scrm_model.errors import ArgumentError
from scrm_model.reporting.table_set import Tables, save_tables

FORMS = ("docx", "tex", "xlsx", "html", "md")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_one_and_of_several(table, tmp_path, form):
    one = table.save(tmp_path / f"one.{form}", number=2)
    several = save_tables([table, table], tmp_path / f"several.{form.upper()}", "fr")
    assert one.stat().st_size > 500 or form == "md"
    assert (
        several.read_bytes()
        == save_tables([table, table], tmp_path / f"n.{form}", "fr").read_bytes()
    )


def test_tables_are_numbered_in_order(table, tmp_path):
    text = save_tables([table, table], tmp_path / "t.md", "fr").read_text("utf-8")
    assert re.findall(r"\*\*Tableau (\d)\.\*\*", text) == ["1", "2"]
    document = Document(Tables({"a": table, "b": table}, "fr").save(tmp_path / "t.docx"))
    heads = [p._p.xpath("string(.)") for p in document.paragraphs if p.style.name == "Caption"]
    assert heads == ["Tableau 1", "A title", "Tableau 2", "A title"]


def test_a_page_that_loads_nothing(table, tmp_path):
    page = table.save(tmp_path / "t.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Content-Security-Policy" in page
    assert "<style>" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_labels_in_a_page_and_in_markdown(hostile, tmp_path, name):
    page = hostile(HOSTILE[name]).save(tmp_path / "t.html").read_text("utf-8")
    assert "<script" not in page
    assert "<b>" not in page
    text = hostile(HOSTILE[name]).save(tmp_path / "t.md").read_text("utf-8")
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(", text)
    assert len({len(re.findall(r"(?<!\\)\|", r)) for r in text.splitlines() if r[:1] == "|"}) == 1


def test_tables_by_name(table):
    tables = Tables({"a": table}, "fr")
    assert list(tables) == ["a"]
    assert tables["a"] is table
    assert repr(tables) == "Tables: a"
    assert "Tableau 1" in tables._repr_html_()


def test_print(table):
    lines = repr(table).splitlines()
    assert lines[0] == "A title"
    assert lines[1] == "─" * len(lines[1])
    assert "0.50***" in repr(table)
    assert "Raw" in lines[2]


def test_what_cannot_be_saved(table, tmp_path):
    with pytest.raises(
        ArgumentError, match=r"path= needs a name ending in \.docx, .* or \.md; got"
    ):
        table.save(tmp_path / "t.pdf")
    with pytest.raises(ArgumentError, match="path= needs a folder that exists"):
        table.save(tmp_path / "no" / "t.docx")
    (tmp_path / "t.docx").mkdir()
    with pytest.raises(ArgumentError, match="path= needs a file that can be written"):
        table.save(tmp_path / "t.docx")
    with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'; got 'de'"):
        table.save(tmp_path / "x.docx", "de")
    with pytest.raises(ArgumentError, match="lang="):
        save_tables([table], tmp_path / "x.docx", "de")
    for wrong, got in (([], "none"), (["x"], "str"), (3, "int")):
        with pytest.raises(ArgumentError, match=f"tables= needs tables .*; got {got}"):
            save_tables(wrong, tmp_path / "x.docx")
