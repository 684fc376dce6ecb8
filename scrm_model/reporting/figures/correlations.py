"""Correlations of items or of constructs as a heat map."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import DataError
from scrm_model.estimation.result import Fit
from scrm_model.measurement.validity import Validity
from scrm_model.reporting.figures.asked import frame_of, items_of
from scrm_model.reporting.figures.heat import Heat
from scrm_model.reporting.figures.pairs import (
    blank,
    filled,
    intervals,
    matrix_map,
    of_group,
    several,
)
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.figures.reasons import reason
from scrm_model.reporting.formats import Number, bounded
from scrm_model.reporting.language import check_language, phrase, say
from scrm_model.survey.responses import Responses


def correlation_map(
    source: Any,
    items: Iterable[str] | None = None,
    *,
    group: int = 1,
    lang: str = "en",
) -> Picture:
    """Draw correlations: of the items in data or behind a fit, or of constructs.

    Parameters
    ----------
    source : DataFrame, Responses, Fit or Validity
        Data: product-moment correlations of each pair of columns, by those who answered both. A
        fit: the sample correlations that it was estimated from (polychoric ones with ordinal
        variables). What `validity` gave: correlations of the constructs by the model.
    items : iterable of str, optional
        Which columns, items or constructs; by default all, of data those that hold numbers.
    group : int
        Of a fit with several groups; counts from 1.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        The lower triangle, a number in each cell, an interval below where there is one; a cell
        without a number says why. ``frame`` has a row for each pair.

    Raises
    ------
    ArgumentError
        If an option is unknown, or there are no two variables.
    DataError
        If a column that was asked for holds no numbers.
    """
    check_language(lang)
    if isinstance(source, Validity):
        return _construct_map(source, items, group, lang)
    if isinstance(source, Fit):
        matrix = of_group(source.observed.cov, source, group)
        spread = np.sqrt(np.diag(matrix))
        matrix = matrix.div(spread, axis=0).div(spread, axis=1)
        names = list(items_of(items, [str(c) for c in matrix.columns]))
        key = "ordinal" if source.settings.ordered else "sample"
        return matrix_map(matrix.loc[names, names], "r", "items", lang, note=key)
    return _data_map(source, items, lang)


def _construct_map(found: Validity, items: Iterable[str] | None, group: int, lang: str) -> Picture:
    found._check_group(group)
    frame = found.correlations[found.correlations["group"] == group]
    known = list(dict.fromkeys([*frame["lhs"], *frame["rhs"]]))
    labels = items_of(items, known)
    frame = frame[frame["lhs"].isin(labels) & frame["rhs"].isin(labels)].reset_index(drop=True)
    several(labels)
    values, cells = filled(frame, "r", labels)
    level = Number(found.level, "percent", 0)
    below = intervals(frame, "r", cells, lang)
    told = ["model", *(["interval"] if below else [])]
    notes = tuple(say(phrase(f"figures.constructs.{k}", level=level), lang) for k in told)
    reasons = {cell: reason(t, lang) for cell, t in zip(cells, frame["note"], strict=True) if t}
    reasons |= blank(values, reasons, "part", lang)
    return Heat(
        say(phrase("figures.constructs.title"), lang), labels, values,
        lambda v: bounded(v, 2, lang), "constructs", lang, below=below, reasons=reasons,
        notes=notes,
    ).picture(frame)  # fmt: skip


def _data_map(source: Any, items: Iterable[str] | None, lang: str) -> Picture:
    data = source.frame if isinstance(source, Responses) else frame_of(source)
    data = data.rename(columns=str)
    numeric = [c for c in data.columns if pd.api.types.is_numeric_dtype(data[c])]
    labels = tuple(numeric) if items is None else items_of(items, list(data.columns))
    for code in labels:
        if code not in numeric:
            raise DataError(
                f"data= needs numbers in the columns that are correlated; got "
                f"{data[code].dtype} in {code!r}. Leave it out, or turn it into numbers."
            )
    several(labels)
    own = data[list(labels)].astype(float)
    values = own.to_numpy()
    matrix = pd.DataFrame(pairwise_correlations(values), index=labels, columns=labels)
    given = (~np.isnan(values)).astype(int)
    both = given.T @ given
    lower = both[np.tril_indices(len(labels), -1)]
    fields = {"low": Number(lower.min(), "integer"), "high": Number(lower.max(), "integer")}
    key = "pairwise" if lower.min() < lower.max() else "complete"
    return matrix_map(matrix, "r", "items", lang, note=key, fields=fields, n=both)


def pairwise_correlations(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Product-moment correlations, each by the rows that have both values.

    Parameters
    ----------
    values : ndarray, shape (N, k)
        NaN where a value is missing.

    Returns
    -------
    ndarray, shape (k, k)
        NaN for fewer than three rows, or where one of the two does not vary in them.
    """
    count = values.shape[1]
    out = np.eye(count)
    for i in range(count):
        for j in range(i):
            pair = values[:, [i, j]]
            pair = pair[~np.isnan(pair).any(axis=1)]
            out[i, j] = out[j, i] = _correlation(pair)
    return out


def _correlation(pair: NDArray[np.float64]) -> float:
    if len(pair) < 3 or not np.ptp(pair, axis=0).all():
        return float("nan")
    a, b = (pair - pair.mean(axis=0)).T
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))
