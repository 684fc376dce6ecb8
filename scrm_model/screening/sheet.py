"""Answers gathered from whatever holds them, and the arrays that everything here is computed of."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError
from scrm_model.screening.patterns import Patterns, patterns_of
from scrm_model.survey.answers import check_answers
from scrm_model.survey.gathering import Gathered, gathered
from scrm_model.survey.scales import Scales


def answers_of(
    data: Any,
    scales: Scales,
    missing_codes: Any,
    also: Collection[str] = (),
    reading: Mapping[str, Any] | None = None,
) -> Gathered:
    """Answers to be looked at, from a path, from `Responses`, or from a frame.

    Parameters
    ----------
    data, scales, missing_codes, reading
        As in `scrm_model.survey.gathering.gathered`.
    also : collection of str
        Columns beside those of the instrument in which codes for missing are made empty.

    Returns
    -------
    Gathered

    Raises
    ------
    ScrmError
        As `gathered`; or no row, or a column that does not hold answers.
    """
    if not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs Scales; got {type(scales).__name__}. Make them with "
            "scrm.Scales.build()."
        )
    around = (*surroundings(scales), *also)
    found = gathered(data, scales, missing_codes, also=around, reading=reading)
    if not len(found.frame):
        raise DataError("data= needs at least one row; got none. Check the export.")
    check_answers(found.frame, scales.codes, scales, whole=False, varied=False)
    return found


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
