"""The Monte Carlo table of docs/invariance.md: that it is the stored one, and of what."""

from pathlib import Path

import doc_script

ROOT = Path(__file__).parents[2]


def script():
    return doc_script.load("invariance_size")


def test_page_shows_the_stored_table():
    page = (ROOT / "docs" / "invariance.md").read_text(encoding="utf-8")
    assert script().markdown() in page


def test_stored_sizes_are_near_five_in_a_hundred():
    rows = doc_script.stored("invariance_size")
    assert [(r["how"], int(r["n"])) for r in rows] == [
        (how, n) for how in script().HOW.values() for n in script().SIZES
    ]
    for r in rows:
        for level in ("metric", "scalar", "strict"):
            made, rejected = int(r[f"{level}_made"]), int(r[f"{level}_rejected"])
            assert made >= 300
            assert 0.01 < rejected / made < 0.12


def test_a_cell_is_reproducible():
    found = script().cell("ML", 150, 4)
    assert found == script().cell("ML", 150, 4)
    assert found["metric_made"] == 4
    assert found["thresholds_made"] == 0
