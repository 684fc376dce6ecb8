"""Word files, read back by python-docx and as XML."""

import re
import zipfile

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from scrm_model.reporting.rendering.widths import plan_of
from scrm_model.reporting.table_set import save_tables
from scrm_model.reporting.tables import Column, Table


def opened(table, tmp_path, **options):
    return Document(table.save(tmp_path / "t.docx", **options))


def texts(row):
    return [cell.text for cell in row.cells]


def borders(row, side):
    found = [cell._tc.tcPr.find(qn("w:tcBorders")) for cell in row.cells]
    return [
        None
        if b is None or b.find(qn(f"w:{side}")) is None
        else b.find(qn(f"w:{side}")).get(qn("w:sz"))
        for b in found
    ]


def test_a_real_table_with_caption_and_notes(table, tmp_path):
    document = opened(table, tmp_path, number=3)
    (made,) = document.tables
    assert texts(made.rows[1]) == ["Path", "b", "CI", "p", "n", "r"]
    assert texts(made.rows[2])[0] == "first"
    assert texts(made.rows[3]) == [
        "A → B",
        "0.50***",
        "[0.40,\u00a00.60]",
        "<\u202f.001",
        "1,200",
        ".123",
    ]
    assert texts(made.rows[4])[1:3] == ["–a", "–a"]
    before, title, notes = document.paragraphs
    assert before._p.xpath("string(.)") == "Table 3"
    assert " SEQ Table " in before._p.xml
    assert title.text == "A title"
    assert all(run.italic for run in title.runs)
    assert notes.text.startswith("Note. A note. –(a) = fixed.")
    assert [r.text for r in notes.runs if r.italic][:2] == ["Note.", "p"]


def test_three_rules_and_nothing_more(table, tmp_path):
    (made,) = opened(table, tmp_path).tables
    rows = list(made.rows)
    assert set(borders(rows[0], "top")) == {"8"}
    assert set(borders(rows[1], "bottom")) == {"4"}
    assert set(borders(rows[-1], "bottom")) == {"8"}
    for row in rows[2:-1]:
        assert set(borders(row, "top")) | set(borders(row, "bottom")) == {None}
    assert made.style.name == "Normal Table"


def test_heading_rows_are_repeated_and_rows_stay_whole(table, tmp_path):
    (made,) = opened(table, tmp_path).tables
    marks = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in made.rows]
    assert marks == [True, True, False, False, False, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in made.rows)


def test_numbers_stand_by_their_decimal_mark(table, tmp_path):
    (made,) = opened(table, tmp_path).tables
    indents = [
        row.cells[1].paragraphs[0].paragraph_format.right_indent for row in list(made.rows)[3:5]
    ]
    # Three stars hang beyond the number; a dash with one letter is moved in by the other two.
    assert indents[0] is None
    assert indents[1].pt > 0
    assert all(
        row.cells[1].paragraphs[0].alignment == 2 for row in made.rows if row.cells[1].text
        and row.cells[1].text not in ("Raw", "first", "second")
    )  # fmt: skip


def test_statistics_are_italic_and_emphasis_is_bold(table, tmp_path):
    (made,) = opened(table, tmp_path).tables
    head = made.rows[1].cells[3].paragraphs[0].runs
    assert [(r.text, r.italic) for r in head] == [("p", True)]
    assert made.rows[3].cells[1].paragraphs[0].runs[0].bold
    assert not made.rows[4].cells[0].paragraphs[0].runs[0].bold


def test_french_by_its_marks_and_language(table, tmp_path):
    document = opened(table, tmp_path, lang="fr", number=1)
    assert document.paragraphs[0]._p.xpath("string(.)") == "Tableau 1"
    assert texts(document.tables[0].rows[3])[1] == "0,50***"
    assert texts(document.tables[0].rows[-1])[1] == "−1,25n.s."
    defaults = document.styles.element.find(qn("w:docDefaults"))
    assert {e.get(qn("w:val")) for e in defaults.iter(qn("w:lang"))} == {"fr-FR"}


def test_one_face_throughout(table, tmp_path):
    document = opened(table, tmp_path)
    for name in ("Normal", "Caption"):
        fonts = document.styles[name].element.rPr.rFonts
        assert {fonts.get(qn(f"w:{s}")) for s in ("ascii", "hAnsi", "cs")} == {"Times New Roman"}


def test_widths_fill_the_page_and_no_more(table, tmp_path):
    plan = plan_of(table.grid("en"))
    document = opened(table, tmp_path)
    widths = [int(c.get(qn("w:w"))) for c in document.tables[0]._tbl.tblGrid.gridCol_lst]
    assert widths == [round(w * 20) for w in plan.widths]
    section = document.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) / 635
    assert sum(widths) <= room


def test_the_same_table_gives_the_same_bytes(table, tmp_path):
    one = table.save(tmp_path / "1.docx").read_bytes()
    assert one == table.save(tmp_path / "2.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.docx") as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        core = parts.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", core)) == {"2000-01-01"}


@pytest.mark.parametrize(
    "name",
    ["script", "formula", "latex", "control", "lines", "right to left", "override", "italics"],
)
def test_hostile_labels_are_text(hostile, tmp_path, name):
    from reporting.rendering.hostile import HOSTILE

    document = opened(hostile(HOSTILE[name]), tmp_path)
    xml = document.element.xml
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]", xml)
    shown = document.tables[0].rows[-1].cells[0].text
    assert "\n" not in shown
    if name in ("script", "formula", "latex"):
        assert shown == HOSTILE[name]
    if name == "right to left":
        assert "<w:rtl/>" in xml
    if name == "italics":
        assert not document.tables[0].rows[-1].cells[0].paragraphs[0].runs[0].italic
    # Only the fields of our own, with instructions of our own.
    assert document.element.xpath("//w:instrText") == []
    assert document.element.xpath("//w:hyperlink") == []


def test_a_wide_table_turns_its_page_and_the_next_one_turns_it_back(table, tmp_path):
    frame = pd.DataFrame({f"c{k}": [0.5] * 30 for k in range(27)}).assign(name="x")
    columns = (Column("name", "Name"), *(Column(f"c{k}", str(k), "bounded", 2) for k in range(27)))
    wide = Table("Wide", frame, columns)
    plan = plan_of(wide.grid())
    assert plan.landscape
    assert not plan.long
    document = Document(save_tables([table, wide, table], tmp_path / "t.docx"))
    turned = [s.page_width > s.page_height for s in document.sections]
    assert turned == [False, True, False]


def test_letters_are_smaller_only_where_they_must_be(table):
    few = Table("t", table.frame, table.columns[:2])
    assert plan_of(few.grid()).size == 10
    assert not any(plan_of(few.grid()).wrapped)
    frame = pd.DataFrame({"a": ["word " * 60], "b": [1.5]})
    long = Table("t", frame, (Column("a", "A"), Column("b", "B", "number")))
    plan = plan_of(long.grid())
    assert plan.wrapped == (True, False)
    assert sum(plan.widths) == pytest.approx(453)
