"""What `screen` was asked for, checked before any work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, DataError, MissingColumnError, did_you_mean
from scrm_model.screening.flow import Flow


@dataclass(frozen=True, eq=False)
class Options:
    """What was asked.

    Attributes
    ----------
    time, arrival, wave : str or None
        Columns: total seconds; when the answer came; the wave it came in.
    in_order : bool
        Whether the rows stand in the order of arrival.
    fractions : (float, float)
        Shares of cases that count as early and as late.
    population : mapping of str to mapping
        Known shares, with sum 1, by column and category.
    mcar : bool or None
        Whether Little's test is made; None for as far as it is cheap.
    cut_offs : mapping of str to float
    flow : Flow or None
    seed : int or None
    missing_codes : tuple of (float or str)
        What stood for a missing answer.
    """

    time: str | None = None
    arrival: str | None = None
    wave: str | None = None
    in_order: bool = False
    fractions: tuple[float, float] = (0.25, 0.25)
    population: Mapping[str, Mapping[Any, float]] = field(default_factory=dict)
    mcar: bool | None = None
    cut_offs: Mapping[str, float] = field(default_factory=dict)
    flow: Flow | None = None
    seed: int | None = 0
    missing_codes: tuple[float | str, ...] = ()


def checked(
    frame: pd.DataFrame,
    time: Any,
    arrival: Any,
    wave: Any,
    fractions: Any,
    population: Any,
    mcar: Any,
    cut_offs: Any,
    flow: Any,
    seed: Any,
) -> Options:
    """Options that fit the data.

    Raises
    ------
    ArgumentError
        A value that cannot be used.
    MissingColumnError
        A column that is not there.
    """
    for argument, name in (("time", time), ("wave", wave)):
        need_column(frame, argument, name)
    if not isinstance(arrival, bool):
        need_column(frame, "arrival", arrival)
    if wave is not None and arrival not in (None, False):
        raise ArgumentError(
            "wave= needs arrival= to be left out; got both. Name the column of waves, or that of "
            "dates."
        )
    if mcar not in (None, True, False):
        raise ArgumentError(f"mcar= needs True, False or None; got {mcar!r}. Leave it out.")
    if flow is not None and not isinstance(flow, Flow):
        raise ArgumentError(
            f"flow= needs what scrm.flow() gives; got {type(flow).__name__}. Write "
            "flow=scrm.flow(invited=...)."
        )
    if seed is not None and not (
        isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and seed >= 0
    ):
        raise ArgumentError(f"seed= needs a whole number from 0; got {seed!r}. Leave it out.")
    return Options(
        time=time,
        arrival=None if isinstance(arrival, bool) else arrival,
        wave=wave,
        in_order=arrival is True,
        fractions=_fractions(fractions),
        population=_population(frame, population),
        mcar=mcar,
        cut_offs=dict(cut_offs or {}) if isinstance(cut_offs, Mapping | None) else cut_offs,
        flow=flow,
        seed=None if seed is None else int(seed),
    )


def need_column(frame: pd.DataFrame, argument: str, name: Any) -> None:
    """Refuse the name of a column that is not there, or is there twice."""
    if name is None:
        return
    columns = [str(column) for column in frame.columns]
    if not isinstance(name, str):
        raise ArgumentError(f"{argument}= needs the name of a column; got {name!r}. Name one.")
    if name not in columns:
        raise MissingColumnError(
            f"{argument}= needs a column of the data; got {name!r}."
            + (did_you_mean(name, columns) or " Correct the name.")
        )
    if columns.count(name) > 1:
        raise DataError(
            f"{argument}= needs one column; got {columns.count(name)} named {name!r}. Keep one."
        )


def _fractions(value: Any) -> tuple[float, float]:
    pair = (value, value) if isinstance(value, Real) else value
    try:
        early, late = (float(share) for share in pair)
    except (TypeError, ValueError):
        early = late = np.nan
    if early > 0 and late > 0 and early + late <= 1:
        return early, late
    raise ArgumentError(
        "fractions= needs a share, or those of early and late cases, positive and at most 1 "
        f"together; got {value!r}. A quarter each is usual: 0.25."
    )


def _population(frame: pd.DataFrame, value: Any) -> dict[str, dict[Any, float]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(v, Mapping) for v in value.values()):
        raise ArgumentError(
            "population= needs shares by column and category, such as "
            f"{{'firm_size': {{1: 0.6, 2: 0.4}}}}; got {value!r}. Write a dict of dicts."
        )
    out = {}
    for name, shares in value.items():
        need_column(frame, "population", name)
        numbers = [float(v) if _is_number(v) else np.nan for v in shares.values()]
        total = sum(numbers)
        if len(numbers) < 2 or not all(v > 0 for v in numbers) or abs(total - 1) > 0.005:
            raise ArgumentError(
                f"population= needs two or more positive shares with sum 1 for {name!r}; got "
                f"{dict(shares)!r}, sum {total:g}. Divide counts by their total."
            )
        column = frame.iloc[:, [str(own) for own in frame.columns].index(name)]
        strange = [v for v in pd.unique(column.dropna()) if v not in shares]
        if strange:
            listed = ", ".join(map(repr, strange[:5]))
            raise DataError(
                f"population= needs a share for every answer to {name!r}; got none for {listed}. "
                "Add them, or recode the column."
            )
        out[name] = {key: v / total for key, v in zip(shares, numbers, strict=True)}
    return out


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(float(value))
