"""What a figure of answers is asked for: which data, which items, in what order."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.observed.frames import as_pandas
from scrm_model.survey.responses import Responses


def frame_of(data: Any) -> pd.DataFrame:
    """The frame of answers, whether it came as one or as a file that was read.

    Raises
    ------
    ArgumentError
        If it is neither.
    """
    if isinstance(data, Responses):
        return data.frame
    if not hasattr(data, "columns"):
        raise ArgumentError(
            f"data= needs a DataFrame or what read_responses() returned; got "
            f"{type(data).__name__}. Give the answers as a table."
        )
    return as_pandas(data)


def items_of(items: Iterable[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """The items asked for, in the order of those that are known.

    Parameters
    ----------
    items : iterable of str or None
        Codes; None for all.
    known : sequence of str
        All codes.

    Returns
    -------
    tuple of str

    Raises
    ------
    ArgumentError
        If none is asked for, or an unknown one.
    """
    if items is None:
        return tuple(known)
    wanted = [items] if isinstance(items, str) else list(items)
    for code in wanted:
        if code not in known:
            raise ArgumentError(
                f"items= needs codes of items; got {code!r}."
                + (did_you_mean(str(code), known) or f" They are {', '.join(known)}.")
            )
    if not wanted:
        raise ArgumentError("items= needs one item or more; got none. Leave it out for all.")
    return tuple(code for code in known if code in wanted)
