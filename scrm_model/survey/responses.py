"""Answers from a file: read whole, matched with the scales, and never changed in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from scrm_model.errors import MissingColumnError, did_you_mean
from scrm_model.study.records import check_one_of
from scrm_model.survey.incoming.cells import Missing
from scrm_model.survey.incoming.coding import CODINGS
from scrm_model.survey.incoming.columns import coded
from scrm_model.survey.incoming.keys import answer_keys
from scrm_model.survey.incoming.matching import matched, need, renamed
from scrm_model.survey.incoming.oddities import against_their_scale, formulas, outside, twins
from scrm_model.survey.incoming.opening import Options, raw_table
from scrm_model.survey.incoming.platforms import (
    id_column,
    no_answers,
    platform_of,
    told_by_platform,
)
from scrm_model.survey.incoming.raw import listed
from scrm_model.survey.joining import joined
from scrm_model.survey.log import Log, LogEntry
from scrm_model.survey.scales import Scales

__all__ = ["Log", "LogEntry", "Responses", "read_responses"]

SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Responses:
    """Answers read from a file, and the record of how.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns, in the order of the file.
    log : Log
        What was found and every change that was made; ``log.frame`` is the same as a table.
    sha256 : str
        Checksum of the file's bytes; of its contents, if a frame was read.
    name : str
        Name of the file, without its folder.
    encoding, separator, decimal : str
        What the file turned out to use.
    source : str
        Platform that exported it: ``"qualtrics"``, ``"limesurvey"``, ``"kobo"``, ``"redcap"``,
        ``"plain"``.
    value_labels : dict of str to dict
        Labels of the values of a column, by column and value, where the file has them.
    titles : dict of str to str
        Text of the question in a column, where the file has it.
    id : str
        Column that tells respondents apart, or ``""``.
    cells_read : int
        Cells of the file that held something.
    """

    frame: pd.DataFrame
    log: Log
    sha256: str
    name: str
    encoding: str = ""
    separator: str = ""
    decimal: str = ""
    source: str = "plain"
    value_labels: dict[str, dict[float | str, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    id: str = ""
    cells_read: int = 0

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def cells_kept(self) -> int:
        """Cells that hold something now."""
        return int(self.frame.notna().to_numpy().sum())

    @property
    def cells_emptied(self) -> int:
        """Cells that the log says were made empty; `cells_read` less these is `cells_kept`."""
        return sum(entry.emptied for entry in self.log)

    def joined(self, *others: Responses, wave: str = "") -> Responses:
        """These answers with those of other files below them, and one log of all.

        Parameters
        ----------
        *others : Responses
            Of the other files: a second wave, another platform, paper.
        wave : str, optional
            Name of a column to add that says which file a row is of: 1, 2, …; `screen` compares
            them by it.

        Returns
        -------
        Responses
            A column that only some files have is empty for the others, and the log says so. Its
            checksum is that of the files' checksums.

        Raises
        ------
        ArgumentError
            Something else than answers that were read, or a column `wave` that is there already.
        DataError
            The same contents, or the same respondent, twice; numbers in one file and text in
            another.
        """
        return joined((self, *others), wave)

    @property
    def _heading(self) -> str:
        rows, columns = self.frame.shape
        return f"Responses: {self.name}, {rows} rows × {columns} columns"

    def __repr__(self) -> str:
        return "\n".join([self._heading, *(f"  {entry}" for entry in self.log)])

    def _repr_html_(self) -> str:
        cells = (
            f"{self.cells_read} cells read, {self.cells_emptied} taken as missing, "
            f"{self.cells_kept} kept"
        )
        first = self.frame.head(SHOWN_ROWS).to_html()
        return (
            f"<p>{escape(self._heading)}<br>{cells}<br>SHA-256 {self.sha256}</p>"
            f"<details open><summary>Log</summary>{self.log._repr_html_()}</details>{first}"
        )


def read_responses(
    path: Any,
    scales: Scales | None = None,
    *,
    source: str | None = None,
    sheet: str | int | None = None,
    rename: Mapping[str, str] | None = None,
    id: str | None = None,
    missing_codes: Iterable[float | str] = (),
    coding: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    max_mb: float = 256,
) -> Responses:
    """Read answers from a file or a frame.

    Parameters
    ----------
    path : str, path or DataFrame
        A file of separated values (.csv, .tsv, .txt), an Excel workbook (.xlsx), an SPSS (.sav,
        .zsav), Stata (.dta) or Parquet file, or a frame of pandas or polars. The first bytes of
        the file must agree with its name.
    scales : Scales, optional
        Scales whose items the file must have. Their columns are found by code, by group and code
        or by wording; labels of answers in them become codes.
    source : {"qualtrics", "limesurvey", "kobo", "redcap", "plain"}, optional
        Platform that exported the file, where finding out fails.
    sheet : str or int, optional
        Sheet of a workbook, by name or by number from 1. Needed if several have cells, unless one
        alone has all items.
    rename : mapping of str to str, optional
        New names of columns, by their names in the file.
    id : str, optional
        Column that tells respondents apart; found by its name on known platforms.
    missing_codes : iterable of float or str
        Numbers or labels that stand for a missing answer, such as ``(-99, "Don't know")``; none by
        default. With scales they are recoded in the instrument's columns, without in every column.
    coding : {"file", "labels"}, optional
        Which to believe where codes and labels of the file contradict the scales, as where 1 is
        labelled "Strongly agree": ``"labels"`` gives each label its code, ``"file"`` keeps the
        codes. By default that is an error.
    encoding, separator, decimal : str, optional
        What the file uses, where finding out fails.
    max_mb : float
        Most megabytes that a file may take, unpacked. Reading takes up to ten times the memory.

    Returns
    -------
    Responses

    Raises
    ------
    ResponseFileError
        If the file is missing, empty, binary, cut off, too large, unsafe or not a table.
    MissingColumnError
        If an item has no column; the message names all such items and the nearest columns.
    DataError
        If a column of labels has some that the scale does not know, or if labels contradict the
        codes of the scales.
    ArgumentError
        If an option does not fit the format, or the others.

    Notes
    -----
    No row is left out and no answer is guessed. Reverse-keyed items are turned by `analyse`, later.
    """
    missing = Missing.of(missing_codes)
    if coding is not None:
        check_one_of("coding", coding, CODINGS)
    options = Options(encoding, separator, decimal, sheet, max_mb, scales.codes if scales else ())
    raw, name, sha256 = raw_table(path, options)
    log = list(raw.log)
    names = renamed(raw.names, rename, log)
    platform, said = platform_of(names, raw.source, source)
    log.extend(said)
    keys = answer_keys(scales) if scales is not None else {}
    if scales is not None:
        names = matched(names, raw.titles, keys, platform, log)
        need(scales.codes, names, keys)
    respondent = _respondent(id, names, platform)
    frame, labels = coded(raw, names, keys, missing, coding, log)
    about = no_answers(names, platform)
    log.extend(told_by_platform(frame, platform, about))
    log.extend(twins(frame, respondent, about))
    log.extend(formulas(frame))
    log.extend(outside(frame, keys))
    log.extend(against_their_scale(frame, scales) if scales is not None else [])
    return Responses(
        frame=frame,
        log=Log(log),
        sha256=sha256,
        name=name,
        encoding=raw.encoding,
        separator=raw.separator,
        decimal=raw.decimal,
        source=platform,
        value_labels=labels,
        titles={n: t for n, t in zip(names, raw.titles, strict=False) if t},
        id=respondent,
        cells_read=raw.cells,
    )


def _respondent(asked: str | None, names: list[str], platform: str) -> str:
    """Column that tells respondents apart: the one asked for, or the platform's."""
    if asked is None:
        return id_column(names, platform)
    if asked not in names:
        raise MissingColumnError(
            f"id= needs a column of the file; got {asked!r}."
            + (did_you_mean(asked, names) or f" Its columns are {listed(names, most=10)}.")
        )
    return asked
