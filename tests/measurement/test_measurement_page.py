"""The page on measurement shows what its script stored, and the script still finds it."""

from pathlib import Path

import doc_script
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


def script():
    return doc_script.load("measurement_coverage")


def stored():
    return doc_script.stored("measurement_coverage")


def test_page_shows_the_stored_table():
    assert script().markdown() in (ROOT / "docs" / "measurement.md").read_text(encoding="utf-8")


def test_stored_table_has_every_cell():
    made = script()
    cells = [(n, *cell) for n in made.SIZES for cell in made.CELLS]
    assert [(int(r["n"]), r["coefficient"], r["interval"]) for r in stored()] == cells
    for row in stored():
        assert int(row["replicates"]) >= 500
        used = int(row["used"])
        assert int(row["covered"]) + int(row["low"]) + int(row["high"]) == used
        least = 0.7 if row["coefficient"] == "omega_l1" else 0.95
        assert used > least * int(row["replicates"]) * int(row["targets"])


def test_what_the_page_says_of_the_table():
    by = {(r["n"], r["coefficient"], r["interval"]): r for r in stored()}

    def share(n, name, way, column="covered"):
        row = by[n, name, way]
        return int(row[column]) / int(row["used"])

    shares = (*script().SHARES, *script().ORDINAL)
    for name in shares:
        for n in ("120", "200", "400"):
            ways = [w for (m, c, w) in by if (m, c) == (n, name)]
            logit = share(n, name, "logit")
            assert 0.925 < logit < 0.975
            assert logit > min(share(n, name, w) for w in ways if w != "logit") - 0.002
        assert share("120", name, "logit") > share("120", name, "wald")
        assert share("120", name, "wald", "low") > 1.7 * share("120", name, "wald", "high")
        assert share("120", name, "wald", "low") < 0.067
        assert abs(share("400", name, "logit") - share("400", name, "wald")) < 0.016
    assert share("120", "h", "percentile", "low") > 5 * share("120", "h", "percentile", "high")
    assert share("120", "h", "bc") > share("120", "h", "percentile")
    assert abs(share("120", "r", "fisher") - 0.95) < abs(share("120", "r", "wald") - 0.95)
    assert share("120", "htmt", "percentile", "low") > share("120", "htmt", "percentile", "high")


def test_the_script_finds_what_is_stored():
    n, sums = script().batch((400, 0, 3, 50))
    assert n == 400
    assert set(sums) == set(script().CELLS)
    for (name, way), row in sums.items():
        of = {r["interval"]: r for r in stored() if (r["n"], r["coefficient"]) == ("400", name)}
        assert row[0] == 3 * int(of[way]["targets"])
        assert row[1:].sum() == row[0]
        assert row[1] >= 0.7 * row[0]


def test_true_values_are_closed_forms():
    made = script()
    true = made.truth()[2]["first"]
    load = np.array(made.LOADINGS)
    omega = load.sum() ** 2 / (load.sum() ** 2 + (1 - load**2).sum())
    assert true["omega"][1] == pytest.approx(omega, abs=1e-6)
    assert true["ave"][1] == pytest.approx((load**2).mean(), abs=1e-6)
    odds = (load**2 / (1 - load**2)).sum()
    assert true["h"][1] == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert true["htmt2"] == pytest.approx(true["r"], abs=1e-6)
    assert true["htmt"].min() > true["r"].min()
