import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from scrm_model.errors import ArgumentError
from scrm_model.reporting.language import phrase
from scrm_model.reporting.markup import clean, escape, html_text, markdown_text
from scrm_model.reporting.tables import Column, Table

NAN = float("nan")
STARS = "* \ue000p\ue001 < .05. ** \ue000p\ue001 < .01. *** \ue000p\ue001 < .001."
HOSTILE = '<script>alert(1)</script>"onload=x & \u202e|`*_\\textbf{x}_%$#~'


@pytest.fixture
def table():
    frame = pd.DataFrame(
        {
            "path": ["A → B", "B → C", "A → C"],
            "group": ["first", "first", "second"],
            "est": [0.5, NAN, -1.25],
            "low": [0.4, NAN, -2.0],
            "high": [0.6, NAN, -0.5],
            "p": [0.0001, NAN, 0.2],
            "n": [1200, 7, 0],
            "strong": [True, False, False],
        }
    )
    columns = (
        Column("path", "Path"),
        Column("est", "Estimate", "number", 2, stars="p", spanner="Raw", missing="fixed"),
        Column("low", "CI", "interval", 2, upper="high", spanner="Raw", missing="fixed"),
        Column("p", phrase("column.p"), "p", missing="no test"),
        Column("n", "N", "integer"),
    )
    return Table("A title", frame, columns, ("A note.",), group_by="group", emphasis="strong")


def test_the_numbers_stay_numbers(table):
    assert table.frame["est"].tolist()[0] == 0.5
    assert table.frame.shape == (3, 8)


def test_a_grid_is_the_table_in_words(table):
    grid = table.grid("fr", 3)
    assert grid.label == "Tableau 3"
    assert [g.heading for g in grid.groups] == ["first", "second"]
    first = grid.groups[0].rows[0]
    assert [c.text for c in first] == [
        "A → B",
        "0,50",
        "[0,40\u202f;\u00a00,60]",
        "<\u202f0,001",
        "1\u202f200",
    ]
    assert first[1].marks == "***"
    assert first[0].strong
    assert grid.spans == (("", 1), ("Raw", 2), ("", 1), ("", 1))


def test_a_missing_number_has_a_reason(table):
    missing = table.grid("en").groups[0].rows[1]
    assert [(c.text, c.marks, c.reason) for c in missing[1:4]] == [
        ("–", "a", "fixed"),
        ("–", "a", "fixed"),
        ("–", "b", "no test"),
    ]
    assert table.grid("en").notes == ("A note.", "–(a) = fixed.", "–(b) = no test.", STARS)
    for text in (table.html("en"), table.markdown("fr")):
        assert "nan" not in text.lower()


def test_one_reason_needs_no_letter(table):
    alone = Table("t", table.frame, table.columns[:3])
    assert alone.grid("en").notes == ("– = fixed.", STARS)
    assert alone.grid("en").groups[0].rows[1][1].marks == ""


def test_a_cell_may_have_its_own_reason(table):
    own = Table("t", table.frame, table.columns[:2], gaps={(1, "est"): "left out"})
    assert own.grid("en").notes == ("– = left out.", STARS)


def test_a_reason_of_none_leaves_the_cell_empty():
    frame = pd.DataFrame({"a": ["x", "y"], "b": ["", "z"]})
    table = Table("t", frame, (Column("a", "A"), Column("b", "B", missing=None)))
    assert table.grid().groups[0].rows[0][1].text == ""
    assert table.grid().notes == ()


def test_rows_may_have_kinds_of_their_own():
    frame = pd.DataFrame({"i": ["p", "n"], "v": [0.04, 12.3456], "u": [NAN, NAN]})
    columns = (Column("i", "I"), Column("v", "V", "row", upper="u"))
    table = Table("t", frame, columns, row_formats=(("p", 3), ("number", 1)))
    assert [row[1].text for row in table.grid().groups[0].rows] == [".040", "12.3"]


def test_stars_as_a_column_of_their_own():
    frame = pd.DataFrame({"i": ["x", "y"], "p": [0.01, 0.5]})
    table = Table("t", frame, (Column("i", "I"), Column("p", "Sig.", "stars")))
    assert [row[1].text for row in table.grid("fr").groups[0].rows] == ["*", "n.s."]


def test_html_is_captioned_and_scoped(table):
    html = table.html("en", 2)
    assert '<caption><span class="label">Table 2</span>' in html
    assert html.count('scope="col"') == 5
    assert html.count('scope="row"') == 3
    assert html.count('scope="rowgroup"') == 2
    assert '<th scope="colgroup" colspan="2" class="spanner">Raw</th>' in html
    assert "<i>p</i>" in html
    assert "<style>" in table._repr_html_()


def test_wide_tables_are_marked_for_the_page(table):
    assert '<figure class="scrm-table wide short" lang="en">' in table.html()
    narrow = Table("t", table.frame, table.columns[:4])
    assert '<figure class="scrm-table short" lang="fr">' in narrow.html("fr")


def test_markdown_has_as_many_cells_in_every_row(table):
    lines = [line for line in table.markdown("en", 1).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {6}
    assert lines[0].startswith("| Path | Raw: Estimate | Raw: CI | *p* | N |")
    assert table.markdown("en", 1).startswith("**Table 1.** *A title*")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


def test_hostile_labels_stay_text():
    frame = pd.DataFrame({"a": [HOSTILE], "g": [HOSTILE], "b": [NAN]})
    columns = (
        Column("a", HOSTILE, spanner=HOSTILE),
        Column("b", HOSTILE, "number", missing=HOSTILE),
    )
    table = Table(HOSTILE, frame, columns, (HOSTILE,), group_by="g")
    tags = Tags()
    tags.feed(table.html("en", 1))
    assert "script" not in {tag for tag, _ in tags.seen}
    assert not any(name.startswith("on") for _, attrs in tags.seen for name in attrs)
    assert "\u202e" not in table.html("fr")
    assert "<script>" not in table.markdown("en")
    assert "\\<script\\>" in table.markdown("en")


def test_markup():
    assert escape("a<b&'\"\x00\ue000") == "a&lt;b&amp;&#x27;&quot;"
    assert html_text("\ue000p\ue001 < 1") == "<i>p</i> &lt; 1"
    assert markdown_text("a|b\n*c*") == "a\\|b \\*c\\*"
    assert clean("العربية\u202e!") == "العربية!"


def test_what_cannot_be_shown_is_an_error(table):
    with pytest.raises(ArgumentError, match=r"kind= needs one of .*; got 'numbr'\. Did you mean"):
        Column("a", "A", "numbr")
    with pytest.raises(
        ArgumentError, match=r"columns= needs columns of the frame .*got 'pth'\. Did"
    ):
        Table("t", table.frame, (Column("pth", "Path"),))
    with pytest.raises(ArgumentError, match="lang="):
        table.html("es")
