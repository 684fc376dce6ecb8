"""A small table with everything in it, and one of a hostile label."""

import pandas as pd
import pytest

from scrm_model.reporting.language import phrase
from scrm_model.reporting.tables import Column, Table

NAN = float("nan")


@pytest.fixture
def hostile():
    """A table whose every text is hostile."""

    def make(label):
        frame = pd.DataFrame({"a": [label, label], "g": [label, label + "2"], "b": [NAN, 0.5]})
        columns = (
            Column("a", label, spanner=label),
            Column("b", label, "number", missing=label, spanner=label),
        )
        return Table(label, frame, columns, (label,), group_by="g")

    return make


@pytest.fixture
def table():
    frame = pd.DataFrame(
        {
            "path": ["A → B", "B → C", "A → C"],
            "group": ["first", "first", "second"],
            "est": [0.5, NAN, -1.25],
            "low": [0.4, NAN, -2.0],
            "high": [0.6, NAN, -0.5],
            "p": [0.0001234, NAN, 0.2],
            "n": [1200, 7, 0],
            "r": [0.123456, 0.5, -0.75],
            "strong": [True, False, False],
        }
    )
    columns = (
        Column("path", "Path"),
        Column("est", phrase("column.b"), "number", 2, stars="p", spanner="Raw", missing="fixed"),
        Column("low", "CI", "interval", 2, upper="high", spanner="Raw", missing="fixed"),
        Column("p", phrase("column.p"), "p", missing="no test"),
        Column("n", phrase("column.n"), "integer"),
        Column("r", "r", "bounded", 3),
    )
    return Table("A title", frame, columns, ("A note.",), group_by="group", emphasis="strong")
