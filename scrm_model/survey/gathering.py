"""Answers from whatever holds them: a file, what was read from one, or a data frame."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.study.records import check_one_of
from scrm_model.survey.frames import as_pandas
from scrm_model.survey.incoming.cells import codes_of
from scrm_model.survey.log import LogEntry
from scrm_model.survey.recode import emptied
from scrm_model.survey.responses import Responses, read_responses
from scrm_model.survey.scales import Scales

READING = (
    "source", "sheet", "rename", "id", "coding", "encoding", "separator", "decimal", "max_mb",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Gathered:
    """Answers, and where they come from.

    Attributes
    ----------
    frame : DataFrame
        Respondents × columns, codes for missing made empty.
    log : tuple of LogEntry
    file, sha256 : str or None
        Name and checksum of the file, if they came from one.
    """

    frame: pd.DataFrame
    log: tuple[LogEntry, ...]
    file: str | None = None
    sha256: str | None = None


def gathered(
    data: Any,
    scales: Scales,
    missing_codes: Iterable[float | str] = (),
    *,
    also: Collection[str] = (),
    reading: Mapping[str, Any] | None = None,
) -> Gathered:
    """Answers from a path, from `Responses`, or from a frame; not yet checked.

    Parameters
    ----------
    data : str, path, Responses, or DataFrame of pandas or polars
    scales : Scales
    missing_codes : iterable of float or str
        Made empty in the items, and in the columns of `also`.
    also : collection of str
    reading : mapping of str to object, optional
        Options of `read_responses` for a file.

    Returns
    -------
    Gathered

    Raises
    ------
    ArgumentError
        `data` is none of these, or an argument cannot be used.
    ResponseFileError, MissingColumnError, DataError
        As `read_responses`.
    """
    codes = codes_of(missing_codes)
    if isinstance(data, str | os.PathLike):
        _check_reading(reading)
        data = read_responses(data, scales, missing_codes=codes, **(reading or {}))
        # The reading emptied them in the columns of the instrument only.
        codes = codes if also else ()
    elif reading:
        raise ArgumentError(
            f"reading= needs data= that is a file; got {type(data).__name__}. Leave it out, or "
            "give the options to read_responses()."
        )
    if isinstance(data, Responses):
        frame, log = emptied(data.frame, scales, codes, also)
        return Gathered(frame, (*data.log, *log), data.name, data.sha256)
    try:
        frame = as_pandas(data)
    except ArgumentError:
        raise ArgumentError(
            "data= needs the path of a file, Responses, or a pandas or polars DataFrame; got "
            f"{type(data).__name__}. Read a file with scrm.read_responses(); moments are enough "
            "for scrm.fit() alone."
        ) from None
    frame, log = emptied(frame, scales, codes, also)
    return Gathered(frame, log)


def _check_reading(reading: Mapping[str, Any] | None) -> None:
    for option in reading or {}:
        check_one_of("reading", option, READING)
