"""Files of answers below one another."""

import pandas as pd
import pytest

import scrm_model as scrm

SCALES = scrm.Scales.build({"A": ["a1", "a2"]}, points=5)


def read(tmp_path, name, text, **options):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return scrm.read_responses(path, SCALES, **options)


@pytest.fixture
def parts(tmp_path):
    first = read(tmp_path, "w1.csv", "nr;a1;a2\n1;1;2\n2;-99;4\n", missing_codes=(-99,), id="nr")
    second = read(tmp_path, "w2.csv", "nr,a1,a2,land\n3,5,4,é\n4,3,,b\n", id="nr")
    return first, second


def test_rows_logs_and_counts_add_up(parts):
    first, second = parts
    both = first.joined(second, wave="wave")
    assert both.frame["a1"].tolist()[0] == 1
    assert both.frame["a1"].isna().tolist() == [False, True, False, False]
    assert both.frame["wave"].tolist() == [1, 1, 2, 2]
    assert both.frame["land"].isna().tolist() == [True, True, False, False]
    assert both.name == "w1.csv + w2.csv"
    assert both.cells_read == first.cells_read + second.cells_read
    assert both.cells_emptied == first.cells_emptied + second.cells_emptied == 1
    assert [e for e in both.log if e.step != "joined"] == [*first.log, *second.log]
    said = [str(e.sentence) for e in both.log.of("joined")]
    assert said == [
        "rows of file 1, w1.csv (2)", "land: no such column in w1.csv: left empty (2)",
        "rows of file 2, w2.csv (2)",
    ]  # fmt: skip
    assert both.sha256 not in (first.sha256, second.sha256)
    assert both.sha256 == first.joined(second).sha256 != second.joined(first).sha256
    assert list(first.frame) == ["nr", "a1", "a2"]
    assert "wave" not in first.joined(second).frame


def test_joined_answers_go_where_answers_go(parts):
    both = parts[0].joined(parts[1], wave="wave")
    found = scrm.screen(both, SCALES, wave="wave")
    assert found.received == 4
    assert set(found.nonresponse.frame["n_late"]) <= {1, 2}
    assert found.file == "w1.csv + w2.csv"


def test_what_cannot_be_joined(parts, tmp_path):
    first, second = parts
    with pytest.raises(scrm.ArgumentError, match=r"others= needs what read_responses\(\) gives"):
        first.joined(pd.DataFrame())
    with pytest.raises(scrm.ArgumentError, match=r"others= needs .* got none"):
        first.joined()
    with pytest.raises(scrm.ArgumentError, match=r"wave= needs the name of a new column; got 'a1'"):
        first.joined(second, wave="a1")
    with pytest.raises(scrm.DataError, match=r"got the same contents twice"):
        first.joined(first)
    again = read(tmp_path, "w3.csv", "nr,a1,a2\n2,5,4\n7,3,1\n", id="nr")
    with pytest.raises(scrm.DataError, match=r"2 of 'nr' is in two files \(1 such in all\)"):
        first.joined(again)
    words = read(tmp_path, "w4.csv", "nr,a1,a2\nx,5,4\ny,3,1\n", id="nr")
    with pytest.raises(scrm.DataError, match=r"'nr' has numbers in one and text in another"):
        first.joined(words)
