"""The page on intervals shows what its script stored, and the script still finds it."""

from pathlib import Path

import doc_script
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def script():
    return doc_script.load("interval_coverage")


def stored():
    return doc_script.stored("interval_coverage")


def share(row, column):
    return int(row[column]) / (int(row["used"]) * int(row["effects"]))


def test_page_shows_the_stored_table():
    assert script().markdown() in (ROOT / "docs" / "intervals.md").read_text(encoding="utf-8")


def test_stored_table_has_every_cell():
    made = script()
    cells = [(n, w, c) for n in made.SIZES for w in made.WAYS for c in made.CLASSES]
    assert [(int(r["n"]), r["interval"], r["effect"]) for r in stored()] == cells
    for row in stored():
        assert int(row["replicates"]) >= 1000
        total = int(row["covered"]) + int(row["low"]) + int(row["high"])
        assert total == int(row["used"]) * int(row["effects"])


def test_what_the_page_says_of_the_table():
    by = {(r["n"], r["interval"], r["effect"]): r for r in stored()}
    real, nothing = script().CLASSES[:3], script().CLASSES[3]
    for n in ("120", "200", "400"):
        for way in ("delta", "normal"):
            for effect in real:
                row = by[n, way, effect]
                assert 0.865 < share(row, "covered") < 0.95
                # The truth lies above the interval when it is missed.
                assert int(row["high"]) > 3 * int(row["low"])
        for way in ("Monte Carlo", "percentile"):
            assert all(0.925 < share(by[n, way, e], "covered") < 0.96 for e in real)
            assert share(by[n, way, nothing], "excludes_0") < 0.055
        for way in ("bc", "bca"):
            assert 0.06 < share(by[n, way, nothing], "excludes_0") < 0.11
            for effect in real:
                power = share(by[n, way, effect], "excludes_0")
                assert power >= share(by[n, "percentile", effect], "excludes_0")
    assert share(by["200", "delta", "4 steps"], "excludes_0") == pytest.approx(0.17, abs=0.005)
    assert share(by["200", "percentile", "4 steps"], "excludes_0") == pytest.approx(0.74, abs=0.005)


def test_the_script_finds_what_is_stored():
    n, sums = script().batch((200, 0, 4, 200))
    assert n == 200
    used, covered, apart = (sums[:, :, k] for k in (0, 1, 4))
    assert (used == 4).all()
    assert (sums[:, :, 1:4].sum(axis=2) == 4).all()
    assert covered.mean() > 3.4
    # A true 0 outside its interval is a false claim, and both are counted.
    zero = script().truth()[2]["label"].to_numpy() == "0"
    np.testing.assert_array_equal(covered[:, zero] + apart[:, zero], used[:, zero])
