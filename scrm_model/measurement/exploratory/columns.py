"""Which columns of the data are items."""

from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, DataError
from scrm_model.survey.scales import Scales

_LOOKED_AT = 100  # rows in which a column of text shows itself


def item_names(items: Any, columns: list[str]) -> tuple[str, ...]:
    """Names of the items.

    Parameters
    ----------
    items : iterable of str, Scales or None
        None for all columns.
    columns : list of str

    Raises
    ------
    ArgumentError
        For a name that comes twice, or fewer than three.
    """
    if items is None:
        names = columns
    elif isinstance(items, Scales):
        names = list(items.codes)
    else:
        names = [items] if isinstance(items, str) else list(items)
    twice = sorted({str(n) for n in names if names.count(n) > 1})
    if twice and items is not None:
        raise ArgumentError(
            f"items= needs every name once; got {', '.join(twice)} more than once. Drop the "
            "repeated names."
        )
    if len(names) < 3:
        raise ArgumentError(
            f"items= needs at least 3 variables; got {len(names)}. Fewer have no factor that "
            "could be found."
        )
    return tuple(str(name) for name in names)


def check_all_numbers(frame: pd.DataFrame) -> None:
    """Raise `DataError` if a column plainly is no item, and say how items are named."""
    columns = (frame.iloc[:, k] for k in range(frame.shape[1]))
    other = [str(column.name) for column in columns if not _holds_numbers(column)]
    if other:
        raise DataError(
            "items= needs the names of the items where data= has other columns too; got no numbers "
            f"in {', '.join(map(repr, other[:5]))}. Write items=['cro1', 'cro2', ...], or "
            "items=SCALES."
        )


def _holds_numbers(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return True
    cells = column.head(_LOOKED_AT).dropna()
    return column.dtype == np.dtype(object) and not any(isinstance(c, str) for c in cells)
