"""Workbooks: numbers are numbers, texts are texts."""

import openpyxl
import pandas as pd
import pytest
from reporting.rendering.hostile import HOSTILE

from scrm_model.errors import ArgumentError
from scrm_model.reporting.rendering.excel_book import number_format
from scrm_model.reporting.rendering.grids import Cell
from scrm_model.reporting.table_set import save_tables
from scrm_model.reporting.tables import Column, Table


def opened(path):
    return openpyxl.load_workbook(path)


def test_numbers_at_full_precision_in_the_format_shown(table, tmp_path):
    sheet = opened(table.save(tmp_path / "t.xlsx", number=1)).active
    assert sheet.title == "Table 1"
    assert [c.value for c in sheet["A"]][:2] == ["Table 1", "A title"]
    row = next(r for r in sheet.iter_rows() if r[0].value == "A → B")
    assert [c.value for c in row] == ["A → B", 0.5, 0.4, 0.6, 0.0001234, 1200, 0.123456]
    assert [c.number_format for c in row[1:]] == [
        '0.00"***"',
        "0.00",
        "0.00",
        '[<0.001]"< .001";.000',
        "#,##0",
        ".000",
    ]
    assert row[1].font.bold
    gap = next(r for r in sheet.iter_rows() if r[0].value == "B → C")
    assert [c.value for c in gap][1:3] == ["–(a)", "–(a)"]


def test_limits_of_an_interval_have_columns_of_their_own(table, tmp_path):
    sheet = opened(table.save(tmp_path / "t.xlsx", "fr")).active
    assert "C3:D3" in {str(r) for r in sheet.merged_cells.ranges}
    assert [sheet["C4"].value, sheet["D4"].value] == ["BI", "BS"]
    assert sheet["A2"].value is None
    assert sheet.freeze_panes == "B5"


def test_notes_stand_below(table, tmp_path):
    sheet = opened(table.save(tmp_path / "t.xlsx")).active
    column = [c.value for c in sheet["A"] if c.value]
    assert column[-4:-1] == ["Note. A note.", "–(a) = fixed.", "–(b) = no test."]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_labels_are_text(hostile, tmp_path, name):
    label = HOSTILE[name]
    book = opened(save_tables({label: hostile(label)}, tmp_path / "t.xlsx"))
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            if isinstance(cell.value, str) and cell.value[:1] in "=+-@":
                assert cell.quotePrefix
    if name == "formula":
        assert HOSTILE["formula"] in {c.value for c in book.active["A"]}


def test_names_of_sheets_are_what_excel_accepts(table, tmp_path):
    names = ["a/b:c*d?e[f]g\\h'", "x" * 40, "X" * 40, "", "History", "  "]
    tables = dict.fromkeys(names, table)
    found = opened(save_tables(tables, tmp_path / "t.xlsx")).sheetnames
    assert len({n.casefold() for n in found}) == len(names)
    assert all(0 < len(n) <= 31 and not set(n) & set("[]:*?/\\'") for n in found)


def test_a_text_too_long_for_a_cell_is_refused(table, tmp_path):
    long = Table("t" * 40000, table.frame, (Column("path", "Path"),))
    with pytest.raises(ArgumentError, match="texts of at most 32767 characters"):
        long.save(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    ("cell", "lang", "expected"),
    [
        (Cell("", value=1.0, kind="bounded", decimals=2), "en", ".00"),
        (Cell("", value=1.0, kind="bounded", decimals=2), "fr", "0.00"),
        (Cell("", value=1.0, kind="bounded interval", decimals=3), "en", ".000"),
        (Cell("", value=1.0, kind="percent", decimals=1), "fr", "0.0%"),
        (Cell("", value=1.0, kind="p", decimals=3), "fr", '[<0.001]"< 0,001";0.000'),
        (Cell("", marks="n.s.", value=1.0, kind="number", decimals=2), "fr", '0.00"n.s."'),
    ],
)
def test_formats(cell, lang, expected):
    assert number_format(cell, lang) == expected


def test_an_interval_among_other_numbers_is_not_headed_as_limits(tmp_path):
    frame = pd.DataFrame({"i": ["x", "CI"], "v": [2.5, 0.1], "u": [None, 0.2]})
    columns = (Column("i", "I"), Column("v", "V", "row", upper="u"))
    made = Table("t", frame, columns, row_formats=(("number", 1), ("interval", 2)))
    sheet = opened(made.save(tmp_path / "t.xlsx")).active
    rows = [[c for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
    assert rows == [["t"], ["I", "V"], ["x", 2.5], ["CI", 0.1, 0.2]]
