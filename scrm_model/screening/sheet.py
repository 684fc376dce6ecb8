"""Answers gathered from whatever holds them, and the arrays that everything here is computed of."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError
from scrm_model.screening.patterns import Patterns, patterns_of
from scrm_model.survey.answers import check_answers
from scrm_model.survey.frames import as_pandas
from scrm_model.survey.log import LogEntry
from scrm_model.survey.recode import emptied
from scrm_model.survey.responses import Responses, read_responses
from scrm_model.survey.scales import Scales


@dataclass(frozen=True, eq=False)
class Source:
    """Answers, and where they come from.

    Attributes
    ----------
    frame : DataFrame
        Respondents x columns, codes for missing made empty.
    log : tuple of LogEntry
    file, sha256 : str or None
        Of the file, if they came from one.
    """

    frame: pd.DataFrame
    log: tuple[LogEntry, ...]
    file: str | None
    sha256: str | None


def gathered(data: Any, scales: Scales, missing_codes: Any, also: Collection[str] = ()) -> Source:
    """Answers from a path, from `Responses`, or from a frame.

    Parameters
    ----------
    data : path, Responses, or DataFrame
    scales : Scales
    missing_codes : iterable of float
        Made empty in the columns of the instrument, and in those of `also`.
    also : collection of str

    Returns
    -------
    Source

    Raises
    ------
    ArgumentError
        `data` is none of these, or `missing_codes` are no numbers.
    ResponseFileError, MissingColumnError, DataError
        The file cannot be read, an item has no column, or its column does not hold answers.
    """
    codes = _codes(missing_codes)
    if not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs Scales; got {type(scales).__name__}. Make them with "
            "scrm.Scales.build()."
        )
    around = (*surroundings(scales), *also)
    if isinstance(data, str | os.PathLike):
        data = read_responses(data, scales, missing_codes=codes)
    if isinstance(data, Responses):
        frame, log = emptied(data.frame, scales, codes, around)
        source = Source(frame, (*data.log, *log), data.name, data.sha256)
    else:
        try:
            frame, log = emptied(as_pandas(data), scales, codes, around)
        except ArgumentError:
            raise ArgumentError(
                "data= needs the path of a file, Responses, or a pandas or polars DataFrame; got "
                f"{type(data).__name__}. Read the answers with scrm.read_responses()."
            ) from None
        source = Source(frame, log, None, None)
    if not len(source.frame):
        raise DataError("data= needs at least one row; got none. Check the export.")
    check_answers(source.frame, scales.codes, scales, whole=False, varied=False)
    return source


def _codes(missing_codes: Any) -> tuple[float, ...]:
    if not isinstance(missing_codes, Iterable) or isinstance(missing_codes, str | bytes):
        raise ArgumentError(
            f"missing_codes= needs numbers such as (-99,); got {missing_codes!r}. Write a list."
        )
    codes = tuple(missing_codes)
    bad = [code for code in codes if isinstance(code, str) or not np.isscalar(code)]
    if bad:
        raise ArgumentError(
            f"missing_codes= needs numbers such as (-99,); got {bad[0]!r}. Leave out the quotes."
        )
    return codes


def surroundings(scales: Scales) -> tuple[str, ...]:
    """Columns of the instrument that are no items of a construct."""
    marker = scales.marker.codes if scales.marker else ()
    checks = tuple(check.code for check in scales.attention)
    questions = (*scales.screening, *scales.controls)
    return (*marker, *checks, *(question.code for question in questions))


@dataclass(frozen=True, eq=False)
class Sheet:
    """The answers to the items of the constructs, as arrays.

    Attributes
    ----------
    items : tuple of str
        In the order of the data's columns, which stands for that of the questionnaire.
    raw : ndarray, shape (N, p)
        Answers as given, NaN where missing.
    labels : Index, length N
        What names each case.
    scales : Scales
    frame : DataFrame
        All columns.
    """

    items: tuple[str, ...]
    raw: NDArray[np.float64]
    labels: pd.Index
    scales: Scales
    frame: pd.DataFrame

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Which cells hold an answer, shape (N, p)."""
        return ~np.isnan(self.raw)

    @cached_property
    def patterns(self) -> Patterns:
        """Which items the cases answered; of all cases."""
        return patterns_of(self.answered)

    @cached_property
    def turned(self) -> NDArray[np.float64]:
        """Answers with reverse-keyed items turned round, shape (N, p)."""
        reverse = [j for j, code in enumerate(self.items) if self.scales.item(code).reverse]
        if not reverse:
            return self.raw
        out = self.raw.copy()
        for j in reverse:
            out[:, j] = sum(self.scales.points(self.items[j])) - out[:, j]
        return out

    @cached_property
    def varies(self) -> NDArray[np.bool_]:
        """Whether an item has more than one answer, shape (p,)."""
        highest = np.where(self.answered, self.raw, -np.inf).max(axis=0)
        lowest = np.where(self.answered, self.raw, np.inf).min(axis=0)
        return np.asarray(highest > lowest)

    @cached_property
    def parts(self) -> dict[str, tuple[int, ...]]:
        """Columns of each construct, or of each of its dimensions, in the order of the scales."""
        place = {code: j for j, code in enumerate(self.items)}
        parts = {}
        for name, scale in self.scales.items():
            for dimension, codes in scale.by_dimension.items():
                parts[dimension or name] = tuple(place[code] for code in codes)
        return parts

    @cached_property
    def construct(self) -> tuple[str, ...]:
        """Construct of each item, in the order of `items`."""
        return tuple(self.scales.item(code).construct for code in self.items)

    def column(self, name: str) -> pd.Series | None:
        """A column of the data by its name; None if there is none."""
        places = [k for k, own in enumerate(self.frame.columns) if str(own) == name]
        return self.frame.iloc[:, places[0]] if places else None

    def numbers(self, name: str, argument: str) -> NDArray[np.float64] | None:
        """A column as numbers, NaN where empty; None if there is none.

        Raises
        ------
        DataError
            If it holds anything but numbers.
        """
        column = self.column(name)
        return None if column is None else as_numbers(column, argument)


def as_numbers(column: pd.Series, argument: str) -> NDArray[np.float64]:
    """A column as numbers, NaN where empty or infinite.

    Raises
    ------
    DataError
        If it holds anything but numbers.
    """
    kinds = pd.api.types
    if kinds.is_numeric_dtype(column) and not kinds.is_complex_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
    elif column.isna().all():
        values = np.full(len(column), np.nan)
    else:
        cells = column.to_numpy(dtype=object)
        real = [isinstance(v, (int, float, np.number)) or pd.isna(v) for v in cells]
        if not all(real):
            bad = cells[real.index(False)]
            raise DataError(
                f"{argument} needs a column of numbers; got {bad!r} in {column.name!r}. Convert "
                "the column, or name another."
            )
        values = np.array([np.nan if pd.isna(v) else float(v) for v in cells])
    return np.where(np.isfinite(values), values, np.nan)


def sheet_of(frame: pd.DataFrame, scales: Scales, labels: pd.Index) -> Sheet:
    """Arrays of checked answers."""
    codes = set(scales.codes)
    names = [str(name) for name in frame.columns]
    places = [k for k, name in enumerate(names) if name in codes]
    kept = frame.iloc[:, places]
    if all(isinstance(kind, np.dtype) and kind.kind in "iuf" for kind in kept.dtypes):
        raw = kept.to_numpy(dtype=float)
    else:
        columns = [
            kept.iloc[:, k].to_numpy(dtype=float, na_value=np.nan) for k in range(len(places))
        ]
        raw = np.column_stack(columns)
    return Sheet(tuple(names[k] for k in places), np.ascontiguousarray(raw), labels, scales, frame)
