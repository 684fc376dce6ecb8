"""The columns of a raw table as codes, under the names that the matching found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from scrm_model.survey.incoming.cells import Missing
from scrm_model.survey.incoming.coding import Coder
from scrm_model.survey.incoming.keys import Key
from scrm_model.survey.incoming.numbers import number_column, without_codes
from scrm_model.survey.incoming.raw import RawTable
from scrm_model.survey.log import LogEntry


def coded(
    raw: RawTable,
    names: Sequence[str],
    keys: Mapping[str, Key],
    missing: Missing,
    coding: str | None,
    log: list[LogEntry],
) -> tuple[pd.DataFrame, dict[str, dict[float | str, str]]]:
    """Columns of a table as codes, under the names that the matching found.

    Parameters
    ----------
    raw : RawTable
    names : sequence of str
        Of each column.
    keys : mapping of str to Key
        The questions by code; empty where there are no scales.
    missing : Missing
        Codes for missing: of these questions, or of every column where there are none.
    coding : {"file", "labels"} or None
        Which to believe where codes and labels contradict the scales; None is an error.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    frame : DataFrame
        Respondents × columns.
    labels : dict of str to dict
        Labels of the values of a column.

    Raises
    ------
    DataError
        If cells hold labels that no scale has, or if codes contradict their labels.
    """
    coder = Coder(missing, coding, log)
    columns, labels = [], {}
    for place, name in enumerate(names):
        column, given = raw.frame.iloc[:, place], raw.labels.get(place, {})
        if name in keys:
            column, given = coder.codes(column, name, keys[name], given)
        else:
            here = Missing() if keys else missing
            column = number_column(column, name, raw.decimal, here, log)
        if name in keys or not keys:
            column = without_codes(column, name, missing, log)
        columns.append(column)
        if given:
            labels[name] = given
    coder.judge()
    frame = pd.DataFrame(dict(enumerate(columns)), copy=False)
    frame.columns = pd.Index(list(names))
    return frame, labels
