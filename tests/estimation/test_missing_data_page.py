"""The page on missing answers shows what its script stored, and the script still finds it."""

from pathlib import Path

import doc_script
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def script():
    return doc_script.load("missing_data")


def stored():
    return doc_script.stored("missing_data")


def test_page_shows_the_stored_table():
    assert script().markdown() in (ROOT / "docs" / "missing_data.md").read_text(encoding="utf-8")


def test_stored_table_has_every_cell():
    made = script()
    cells = [(h, n, w) for h in made.HOLES for n in made.SIZES for w in made.WAYS]
    assert [(r["holes"], int(r["n"]), r["missing"]) for r in stored()] == cells
    assert all(int(r["replicates"]) >= 1000 for r in stored())


def test_every_answer_keeps_the_level_and_complete_rows_do_not():
    for row in stored():
        done = int(row["converged"])
        rejected, covered = int(row["rejected"]) / done, int(row["covered"]) / done / 3
        bias = float(row["bias"]) / done
        if row["missing"] == "listwise":
            assert float(row["used"]) / done < 0.5
            assert row["holes"] == "MCAR" or bias < -0.1
            continue
        assert float(row["used"]) == done
        # Small samples reject too often, with and without missing cells.
        assert rejected < (0.16 if row["n"] == "200" else 0.10)
        assert 0.93 < covered < 0.97
        assert abs(bias) < 0.03


@pytest.mark.parametrize("holes", ["MCAR", "MAR"])
def test_the_script_finds_what_is_stored(holes):
    replicates = 20
    _, _, sums = script().batch((holes, 400, 5000, replicates))
    found = dict(zip(script().WAYS, sums, strict=True))
    full, staged = found["fiml"], found["two.stage"]
    assert full[0] == staged[0] == replicates
    assert full[2] / replicates / 3 > 0.85
    assert abs(full[3] / replicates) < 0.1
    np.testing.assert_allclose(full[4], replicates)
    assert found["listwise"][4] / replicates < 0.5
