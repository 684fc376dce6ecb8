"""From pairs of variables, or a matrix of them, to a heat map."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.reporting.figures.heat import Heat
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import Number, bounded
from scrm_model.reporting.formats import interval as bounds
from scrm_model.reporting.language import phrase, say


def filled(
    frame: pd.DataFrame, column: str, labels: Sequence[str]
) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """A lower triangle from pairs, and the cell of each of them."""
    place = {label: k for k, label in enumerate(labels)}
    values = np.full((len(labels), len(labels)), np.nan)
    cells = []
    for one, two, value in zip(frame["lhs"], frame["rhs"], frame[column], strict=True):
        first, second = sorted((place[one], place[two]))
        values[second, first] = value
        cells.append((second, first))
    return values, cells


def intervals(
    frame: pd.DataFrame, head: str, cells: Sequence[tuple[int, int]], lang: str
) -> dict[tuple[int, int], str]:
    """Second lines of the cells: intervals, where there are any."""
    own = f"{head}_ci_lower", f"{head}_ci_upper"
    names = own if own[0] in frame else ("ci_lower", "ci_upper")
    if names[0] not in frame:
        return {}
    pairs = zip(cells, frame[names[0]], frame[names[1]], strict=True)
    return {
        cell: bounds(low, high, 2, lang, "bounded")
        for cell, low, high in pairs
        if not np.isnan(low)
    }


def of_group(found: Any, fit: Fit, group: int) -> pd.DataFrame:
    """The matrix of one group.

    Raises
    ------
    ArgumentError
        If there is no such group.
    """
    if group not in range(1, len(fit.samples) + 1):
        raise ArgumentError(
            f"group= needs a number from 1 to {len(fit.samples)}; got {group!r}. Groups count "
            "from 1, in the order of Fit.table.groups."
        )
    matrix: pd.DataFrame = found[fit.table.groups[group - 1]] if isinstance(found, dict) else found
    return matrix


def blank(
    values: NDArray[np.float64], known: dict[tuple[int, int], str], key: str, lang: str
) -> dict[tuple[int, int], str]:
    """A reason for every empty cell that has none yet."""
    text = say(phrase(f"figures.reason.{key}"), lang)
    empty = zip(*np.nonzero(np.isnan(values)), strict=True)
    cells = [(int(i), int(j)) for i, j in empty if i > j]
    return {cell: text for cell in cells if cell not in known}


def several(labels: Sequence[str]) -> None:
    """Refuse fewer than two variables."""
    if len(labels) < 2:
        raise ArgumentError(
            f"items= needs two variables or more; got {len(labels)}. A correlation has two sides."
        )


def matrix_map(
    matrix: pd.DataFrame,
    column: str,
    section: str,
    lang: str,
    *,
    marked: float | None = None,
    darkest: float = 1.0,
    note: str = "note",
    fields: dict[str, Any] | None = None,
    n: NDArray | None = None,
) -> Picture:
    """Draw a matrix.

    Parameters
    ----------
    matrix : DataFrame, shape (k, k)
    column : str
        What its numbers are called in the frame of the figure.
    section : str
        Where in the catalogue its texts are: title, key, and the note.
    lang : str
    marked : float, optional
        Cells beyond it in size are bold and framed.
    darkest : float
    note : str
        Key of the note.
    fields : dict, optional
        Of the note.
    n : ndarray of int, shape (k, k), optional
        Cases behind each number.

    Returns
    -------
    Picture
    """
    labels = tuple(str(c) for c in matrix.columns)
    several(labels)
    values = matrix.to_numpy(dtype=float)
    pairs = [(i, j) for i in range(len(labels)) for j in range(i)]
    frame = pd.DataFrame(
        {
            "lhs": [labels[j] for _, j in pairs],
            "rhs": [labels[i] for i, _ in pairs],
            column: [values[p] for p in pairs],
        }
    )
    if n is not None:
        frame["n"] = [int(n[p]) for p in pairs]
    keys: tuple[tuple[bool, bool, str], ...] = ()
    large = None
    if marked is not None:
        large = np.abs(values) > marked
        said = phrase(f"figures.{section}.key", value=Number(marked, "bounded"))
        keys = ((True, True, say(said, lang)),)
    return Heat(
        say(phrase(f"figures.{section}.title"), lang), labels, values,
        lambda v: bounded(v, 2, lang), section, lang, darkest, large, large,
        reasons=blank(values, {}, "no_number", lang), keys=keys,
        notes=(say(phrase(f"figures.{section}.{note}", **(fields or {})), lang),),
    ).picture(frame)  # fmt: skip
