"""Which cases are meant by labels or by a mask."""

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.screening.words import some


def mask_of(
    cases: Any, labels: pd.Index, index: pd.Index, before: Collection[Any] = ()
) -> NDArray[np.bool_]:
    """Which cases are meant, shape (n,).

    Parameters
    ----------
    cases : label, iterable of labels, DataFrame, or mask
        A frame stands for its index.
    labels : Index, length n
        What names the cases.
    index : Index, length n
        That of the data, which a mask may have as well.
    before : collection
        Cases that were excluded, for the message.

    Raises
    ------
    ArgumentError
        Unknown cases, labels that several cases share, a mask of another length or index.
    """
    n = len(labels)
    if isinstance(cases, pd.DataFrame):
        if cases.index.name != "case" and not labels.equals(index):
            raise ArgumentError(
                "cases= needs rows of .cases; got a frame whose index does not name the cases. "
                "Pass the names that stand in the column of id=."
            )
        cases = cases.index
    if isinstance(cases, pd.Series) and cases.dtype == bool and len(cases) == n:
        if not cases.index.equals(labels) and not cases.index.equals(index):
            raise ArgumentError(
                "cases= needs a mask whose index is that of .cases or .data; got another. "
                "Make it from .cases."
            )
        return cases.to_numpy(dtype=bool)
    single = isinstance(cases, tuple) and cases in labels  # rows named by several levels
    if single or isinstance(cases, str) or not isinstance(cases, Iterable):
        cases = [cases]
    values = list(cases)
    if values and all(isinstance(v, (bool, np.bool_)) for v in values):
        if len(values) != n:
            raise ArgumentError(
                f"cases= needs a truth value for each of {n} cases; got {len(values)}. Make "
                "the mask from .cases."
            )
        return np.array(values, dtype=bool)
    return _named(values, labels, before)


def _named(values: list[Any], labels: pd.Index, before: Collection[Any]) -> NDArray[np.bool_]:
    try:
        wanted = list(dict.fromkeys(values))
    except TypeError:
        raise ArgumentError(
            f"cases= needs names of cases, or a mask; got {some(map(repr, values), 3)}. Take "
            "them from .cases.index."
        ) from None
    known = labels.astype(object)
    hits = known.isin(wanted)
    unknown = [v for v in wanted if v not in known]
    if unknown:
        again = any(v in before for v in unknown)
        hint = did_you_mean(str(unknown[0]), known[:10000])
        hint = " Excluded before: leave them out." if again else hint
        raise ArgumentError(
            f"cases= needs names among those of .cases; got {some(map(repr, unknown))}."
            + (hint or " Take them from .cases.index.")
        )
    shared = known[hits][known[hits].duplicated()]
    if len(shared):
        raise ArgumentError(
            f"cases= needs names of one case each; {shared[0]!r} names several. Pass a mask, "
            "or give screen() a column that names cases (id=)."
        )
    return np.asarray(hits, dtype=bool)
