"""The numbers of an analysis as plain tables, and how they differ from those of another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.analysis.result import Analysis

_KEYS = {
    "parameters": ["lhs", "op", "rhs", "group"],
    "measurement": ["lhs", "op", "rhs", "group"],
    "measures": ["measure"],
    "hypotheses": ["hypothesis", "lhs", "op", "rhs", "group"],
    "mediation": ["kind", "group", "source", "target", "path"],
    "rivals": ["model"],
}
Tables = dict[str, list[dict[str, Any]]]


def results_of(analysis: Analysis) -> Tables:
    """Tables of an analysis: rows of numbers and texts; what is not a number is None.

    Parameters
    ----------
    analysis : Analysis
    """
    measures = analysis.fit.measures.rename_axis("measure").rename("value").reset_index()
    frames = {
        "measures": measures,
        "parameters": analysis.fit.parameters,
        "measurement": analysis.measurement.parameters,
        "hypotheses": analysis.hypotheses,
        "mediation": None if analysis.mediation is None else analysis.mediation.frame,
        "rivals": analysis.rivals,
    }
    return {name: _rows(frame) for name, frame in frames.items() if frame is not None}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _cell(v) for k, v in row.items()} for row in frame.to_dict("records")]


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return None if value is pd.NA else str(value)


def compared(stored: Mapping[str, Any], again: Mapping[str, Any], tolerance: float) -> pd.DataFrame:
    """Two sets of tables, number by number.

    Parameters
    ----------
    stored, again : mapping of str to list of dict
        As `results_of` gives them.
    tolerance : float
        A number is the same within it, relative above 1 in size and absolute below.

    Returns
    -------
    DataFrame
        table, row, column, stored, again, difference, same; every number and text once. What only
        one of the two has differs.
    """
    rows = []
    for table, keys in _KEYS.items():
        one = {_key(r, keys): r for r in stored.get(table, [])}
        other = {_key(r, keys): r for r in again.get(table, [])}
        for key in dict.fromkeys([*one, *other]):
            first, second = one.get(key, {}), other.get(key, {})
            for column in dict.fromkeys([*first, *second]):
                if column not in keys:
                    pair = first.get(column), second.get(column)
                    rows.append({
                        "table": table, "row": " ".join(key), "column": column, "stored": pair[0],
                        "again": pair[1], **_difference(*pair, tolerance),
                    })  # fmt: skip
    return pd.DataFrame(
        rows, columns=["table", "row", "column", "stored", "again", "difference", "same"]
    )


def _key(row: Mapping[str, Any], keys: list[str]) -> tuple[str, ...]:
    return tuple(str(row[k]) for k in keys if row.get(k) not in (None, ""))


def _difference(a: Any, b: Any, tolerance: float) -> dict[str, Any]:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (a, b))
    if not numbers:
        return {"difference": np.nan, "same": a == b}
    gap = abs(a - b) / max(abs(a), 1.0)
    return {"difference": gap, "same": gap <= tolerance}
