"""Tables of the sample: means, standard deviations and correlations."""

from typing import Any

import pandas as pd

from scrm_model.measurement.descriptives import Descriptives
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.about import in_group
from scrm_model.reporting.views.columns import column


def descriptives_table(found: Descriptives, group: int = 1) -> Table:
    """Means, standard deviations and the lower triangle of the correlations of one group.

    Parameters
    ----------
    found : Descriptives
        The numbers.
    group : int
        Counts from 1.

    Returns
    -------
    Table
        Its frame, as a saved workbook, has the numbers at full precision: a model can be fitted
        again from them.
    """
    frame = found.table(group)
    matrix = [str(k + 1) for k in range(len(frame))]
    names = [f"{k}. {v}" for k, v in enumerate(frame["variable"], start=1)]
    frame = frame.assign(name=names, n_cases=frame["n"])
    known = bool(frame["mean"].notna().all())
    columns = [
        Column("name", phrase("column.item")),
        *([column("n")] if frame["n"].nunique() > 1 else []),
        *([column("mean", phrase("column.m"))] if known else []),
        column("sd"),
        # The last variable correlates with those before it: its own column would be empty.
        *(Column(k, k, "bounded", 2, missing=None) for k in matrix[:-1]),
    ]
    notes: list[Any] = [phrase("descriptives.note", n=Number(found.n[group], "integer"))]
    notes.append(phrase(f"descriptives.{found.kind}"))
    if not known:
        notes.append(phrase("descriptives.no_means"))
    title = in_group(phrase("descriptives.title"), group, len(found.n) > 1)
    return Table(title, pd.DataFrame(frame), tuple(columns), tuple(notes))
