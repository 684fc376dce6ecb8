"""The fit of each level, and what it loses against the level before."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.inference.words import joined
from scrm_model.measurement.problems import problem_text
from scrm_model.measurement.side_by_side import (
    DIFFERENCES,
    MEASURES,
    Kinds,
    difference,
    kinds_of,
    measures_of,
)
from scrm_model.study.records import Text


def table(
    fits: Mapping[str, Fit], released: Mapping[str, Sequence[str]], method: str
) -> tuple[pd.DataFrame, Kinds, dict[str, Text]]:
    """A row a level: its fit, and the differences from the level above it; what is said of each.

    Parameters
    ----------
    fits : dict of str to Fit
        By level, each nested in the one before.
    released : dict of str to sequence of str
        What is not held equal at a level although its kind is.
    method : str
    """
    kinds = kinds_of(list(fits.values()))
    rows: list[dict[str, Any]] = []
    notes: dict[str, Text] = {}
    before: Fit | None = None
    for level, fit in fits.items():
        row: dict[str, Any] = {"level": level} | measures_of(fit, kinds)
        note = [problem_text(p) for p in fit.problems]
        if before is not None:
            tested, said = difference(before, fit, method)
            row |= tested
            note += said
        if note:
            notes[level] = joined(note)
        shown = str(notes.get(level, ""))
        rows.append(row | {"released": ", ".join(released[level]), "note": shown})
        before = fit
    frame = pd.DataFrame(rows)
    for key in ("cfi", "tli", "rmsea", "srmr"):
        frame[f"{key}_diff"] = frame[key].diff()
    columns = ["level", *MEASURES, *DIFFERENCES, "cfi_diff", "tli_diff", "rmsea_diff", "srmr_diff"]
    return frame.reindex(columns=[*columns, "released", "note"]), kinds, notes
