"""Which variables are ordinal, and their categories: said by the user, checked here."""

from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, did_you_mean
from scrm_model.estimation.observed.frames import Rows

MOST = 30  # categories beyond which a variable is no scale
_FEW = 1000  # answers below this are counted

Categories = dict[str, NDArray[np.float64]]
"""Codes of each ordinal variable, lowest first."""


def ordered_names(ordered: Any, observed: Sequence[str], predictors: Sequence[str]) -> tuple:
    """Names of the ordinal variables.

    Parameters
    ----------
    ordered : bool, str, iterable of str, or mapping
        True stands for every observed variable that is no mere predictor. A mapping gives the
        points of each variable (see `categories_of`).
    observed : sequence of str
        Observed variables of the model.
    predictors : sequence of str
        Those that only predict.

    Returns
    -------
    tuple of str
        In the order of the model; those of `ordered` that are not in the model are left out.

    Raises
    ------
    ArgumentError
        If it names no variable of the model at all, names a mere predictor, or is none of these.
    """
    if ordered is True:
        return tuple(v for v in observed if v not in predictors)
    if ordered is False or ordered is None:
        return ()
    given = [ordered] if isinstance(ordered, str) else ordered
    names = list(given) if isinstance(given, Iterable) else [given]
    if not all(isinstance(name, str) for name in names):
        raise ArgumentError(
            f"ordered= needs names of ordinal variables, or True for all; got {ordered!r}. Write "
            "for example ordered=['cro1', 'cro2']."
        )
    found = tuple(v for v in observed if v in names)
    if names and not found:
        raise ArgumentError(
            f"ordered= needs observed variables of the model; got {names[0]!r}."
            f"{did_you_mean(names[0], observed)} Correct the name."
        )
    mere = [v for v in found if v in predictors]
    if mere:
        raise ArgumentError(
            f"ordered= needs variables that something predicts or measures; got {mere[0]!r}, which "
            "only predicts. Leave it out (0/1 and numbers are fine as predictors), or make it the "
            "indicator of a latent variable."
        )
    return found


def with_codes(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The frame, ordered categories of ordinal variables replaced by their numbers from 1.

    Parameters
    ----------
    frame : DataFrame
    names : sequence of str
        Ordinal variables.

    Raises
    ------
    DataError
        If a categorical column has no order.
    """
    changed = {}
    kinds = dict(zip(frame.columns, frame.dtypes, strict=True))
    for name in names:
        kind = kinds.get(name)
        if not isinstance(kind, pd.CategoricalDtype):
            continue
        if not kind.ordered:
            raise DataError(
                f"data= needs an order among the categories of {name!r}; got "
                f"{list(kind.categories)} without one. Use pd.Categorical(..., ordered=True), "
                "lowest first."
            )
        codes = frame[name].cat.codes.to_numpy(dtype=float)
        changed[name] = np.where(codes < 0, np.nan, codes + 1)
    return frame.assign(**changed) if changed else frame


def categories_of(
    rows: tuple[Rows, ...], observed: Sequence[str], names: Sequence[str], declared: Any
) -> Categories:
    """Categories of the ordinal variables: their sorted distinct answers.

    Parameters
    ----------
    rows : tuple of Rows
        One a group.
    observed : sequence of str
        Columns of the rows.
    names : sequence of str
        Ordinal variables.
    declared : mapping, or anything else
        A mapping of variable to the number of points, answered 1, 2, …, or to a sequence of codes:
        an answer beyond them is an error.

    Raises
    ------
    DataError
        A variable with one category, with too many, with a category that a group lacks, or with an
        answer that was not declared.
    ArgumentError
        Points that are neither a number nor codes.
    """
    found: Categories = {}
    places = [observed.index(name) for name in names]
    by_variable = zip(*(_answers(r.values[:, places]) for r in rows), strict=True)
    for name, answers in zip(names, by_variable, strict=True):
        codes = answers[0] if len(answers) == 1 else np.unique(np.concatenate(answers))
        if len(codes) < 2:
            got = f"{_shown(codes)} only" if len(codes) else "none"
            raise DataError(
                f"data= needs at least two different answers to ordinal {name!r}; got {got}. "
                "Leave the item out: it says nothing."
            )
        if len(codes) > MOST:
            raise DataError(
                f"ordered= needs variables of few categories; {name!r} has {len(codes)} different "
                f"values. Leave it out of ordered=, or group its values."
            )
        for r, own in zip(rows, answers, strict=True):
            if not len(own):
                raise DataError(
                    f"data= needs answers to ordinal {name!r} in every group; got none in group "
                    f"{r.label!r}. Leave the item out of the model, or the group out of the data."
                )
            if len(own) < len(codes):
                absent = np.setdiff1d(codes, own)
                raise DataError(
                    f"data= needs every category of ordinal {name!r} in every group; group "
                    f"{r.label!r} has no {_shown(absent)}. Merge that category with its neighbour "
                    "in all groups."
                )
        if isinstance(declared, Mapping) and name in declared:
            _check_declared(name, codes, declared[name])
        found[name] = codes
    return found


def _answers(columns: NDArray) -> list[NDArray[np.float64]]:
    """Sorted distinct answers of each column."""
    seen = ~np.isnan(columns)
    codes = np.where(seen, columns, 0.0)
    if len(codes) and codes.min() >= 0 and codes.max() < _FEW and (codes == np.rint(codes)).all():
        # Small whole numbers, the usual case, are counted rather than sorted.
        width, count = int(codes.max()) + 2, columns.shape[1]
        place = np.where(seen, codes + 1.0, 0.0).astype(np.intp) + width * np.arange(count)
        used = np.bincount(place.ravel(), minlength=width * count).reshape(count, width)
        return [np.flatnonzero(u).astype(float) for u in used[:, 1:]]
    return [np.unique(c[s]) for c, s in zip(columns.T, seen.T, strict=True)]


def _codes_of(name: str, points: Any) -> NDArray:
    """Codes that were declared for a variable: 1 to a number of points, or those given."""
    whole = isinstance(points, Integral) and not isinstance(points, bool)
    if whole and points > 1:
        return np.arange(1, int(points) + 1)
    if isinstance(points, Iterable) and not isinstance(points, str):
        codes = list(points)
        if len(codes) > 1 and all(isinstance(c, Real) for c in codes):
            return np.array(codes, dtype=float)
    raise ArgumentError(
        f"ordered= needs a number of points of at least 2, or codes, for {name!r}; got {points!r}. "
        f"Write for example ordered={{{name!r}: 5}}."
    )


def check_known(ordered: Any, observed: Sequence[str], columns: Iterable[Any]) -> None:
    """Refuse names of ordinal variables that neither the model nor the data have.

    Parameters
    ----------
    ordered : bool, str, iterable of str, or mapping
    observed : sequence of str
        Observed variables of the model.
    columns : iterable
        Columns of the data; one list of names may serve many models of the same data.

    Raises
    ------
    ArgumentError
        For a slip of the pen, which would leave a variable continuous without a word.
    """
    if isinstance(ordered, (str, bool)) or not isinstance(ordered, Iterable):
        return
    known = {*observed, *map(str, columns)}
    for name in ordered:
        if name not in known:
            raise ArgumentError(
                f"ordered= needs variables of the model or of the data; got {name!r}."
                f"{did_you_mean(name, observed)} Correct the name."
            )


def _check_declared(name: str, codes: NDArray, points: Any) -> None:
    allowed = _codes_of(name, points)
    beyond = np.setdiff1d(codes, allowed)
    if len(beyond):
        raise DataError(
            f"data= needs answers among {_shown(allowed)} in {name!r}; got {_shown(beyond)}. "
            "Correct them, or leave the cells empty."
        )


def unused(categories: Categories, declared: Any) -> dict[str, tuple[float, ...]]:
    """Declared points that nobody chose, by variable.

    Parameters
    ----------
    categories : Categories
    declared : mapping, or anything else
        As in `categories_of`.
    """
    if not isinstance(declared, Mapping):
        return {}
    out = {}
    for name, codes in categories.items():
        if name not in declared:
            continue
        left = np.setdiff1d(_codes_of(name, declared[name]), codes)
        if len(left):
            out[name] = tuple(float(v) for v in left)
    return out


def numbered(values: NDArray, observed: Sequence[str], categories: Categories) -> NDArray:
    """Rows with category numbers from 0 in the place of codes, shape (N, p)."""
    out = values.copy()
    first = np.zeros(out.shape[1])
    for name, codes in categories.items():
        place = observed.index(name)
        if codes[-1] - codes[0] == len(codes) - 1 and (np.rint(codes) == codes).all():
            first[place] = codes[0]
            continue
        column = out[:, place]
        seen = ~np.isnan(column)
        column[seen] = np.searchsorted(codes, column[seen])
    out -= first
    return out


def _shown(values: Iterable[float]) -> str:
    texts = [f"{v:g}" for v in values]
    return ", ".join(texts[:8]) + (", …" if len(texts) > 8 else "")
