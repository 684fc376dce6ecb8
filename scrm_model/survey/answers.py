"""Are these columns answers to these scales? Everything that is wrong, in one error."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np
import pandas as pd

from scrm_model.errors import DataError, MissingColumnError, did_you_mean
from scrm_model.survey.scales import Scales

SHOWN = 5
# Numbers that survey programs and habits use for an answer that was not given.
_HIGH = (66, 77, 88, *range(95, 100), 777, 888, 997, 998, 999, 9999)
USUAL_MISSING = frozenset([*range(-9, 0), 8, 9, *_HIGH, *(-code for code in _HIGH)])


def check_answers(
    frame: pd.DataFrame,
    codes: Sequence[str],
    scales: Scales | None = None,
    *,
    whole: bool = True,
    varied: bool = True,
) -> None:
    """Raise one error that lists all that is wrong with the answers to some items.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns.
    codes : sequence of str
        Items that are needed.
    scales : Scales, optional
        Their scales, for the range of the answers; items that they do not know have none.
    whole : bool
        Whether an answer must be a whole number; False lets imputed or averaged answers pass.
    varied : bool
        Whether an item must have answers, and answers that differ; False where it is only shown.

    Raises
    ------
    MissingColumnError
        If columns are missing and nothing else is wrong.
    DataError
        If a column comes twice, holds text, is empty or constant, or has answers outside its
        scale or between its points.

    Notes
    -----
    Rows are named by the index of the frame. Missing answers are no problem here.
    """
    columns = [str(column) for column in frame.columns]
    missing = [code for code in codes if code not in columns]
    problems = [
        f"{code!r}: {columns.count(code)} columns have this name. Keep one."
        for code in codes
        if columns.count(code) > 1
    ]
    for code in codes:
        if columns.count(code) == 1:
            column = frame.iloc[:, columns.index(code)]
            problems += _column_problems(column, code, scales, whole, varied)
    free = [column for column in columns if column not in codes]
    absent = [f"{code!r}: no such column.{did_you_mean(code, free)}" for code in missing]
    if problems:
        raise answers_error("data", absent + problems)
    if missing:
        raise MissingColumnError(
            f"data= needs a column for each item; got none for {len(missing)} of {len(codes)}. "
            "Rename the columns, or leave the items out with scales.without().\n"
            + _listed_lines(absent)
        )


def answers_error(argument: str, problems: list[str]) -> DataError:
    """One error that lists all that is wrong with some answers.

    Parameters
    ----------
    argument : str
        What brought the answers.
    problems : list of str
        A line each, such as `wrong_answers` gives.

    Returns
    -------
    DataError
    """
    return DataError(
        f"{argument}= needs answers that fit the scales; got {len(problems)} "
        f"problem{'s' if len(problems) > 1 else ''}. Correct them in the data, or leave the "
        "items out with scales.without().\n" + _listed_lines(problems)
    )


def wrong_answers(column: pd.Series, code: str, at: np.ndarray, said: str, advice: str) -> str:
    """What is wrong with some answers to an item: how many, which, and in which rows.

    Parameters
    ----------
    column : Series
        The answers.
    code : str
        The item.
    at : ndarray of bool
        Which answers are meant.
    said : str
        What they are, such as ``"no number"``.
    advice : str
        What to do.

    Returns
    -------
    str
    """
    shown = _shown(column.to_numpy(dtype=object)[at])
    return f"{code!r}: {_answers(at)} {said}: {shown} ({_rows(column, at)}). {advice}"


def _listed_lines(lines: list[str]) -> str:
    return "\n".join(f"  - {line}" for line in lines)


def _column_problems(
    column: pd.Series, code: str, scales: Scales | None, whole: bool, varied: bool
) -> list[str]:
    if column.isna().all():
        if not varied:
            return []
        return [f"{code!r}: no answers at all. Check the export, or leave the item out."]
    if text := _text_problem(column, code):
        return [text]
    values = column.to_numpy(dtype=float, na_value=np.nan)
    found = []
    outside = _outside(values, code, scales)
    if outside.any():
        found.append(_range_problem(column, values, outside, code, scales))
    between = ~outside & ~np.isnan(values) & (values % 1 != 0) if whole else np.zeros(0, bool)
    if between.any():
        found.append(
            f"{code!r}: {_answers(between)} not a whole number: "
            f"{_shown(values[between])} ({_rows(column, between)}). Answers are points of a "
            "scale; imputed or averaged ones belong in fit()."
        )
    if varied and len(np.unique(values[~np.isnan(values)])) == 1:
        value = values[~np.isnan(values)][0]
        found.append(
            f"{code!r}: every answer is {value:g}. A constant item tells nothing: leave it out."
        )
    return found


def _text_problem(column: pd.Series, code: str) -> str:
    kinds = pd.api.types
    if kinds.is_numeric_dtype(column) and not (
        kinds.is_bool_dtype(column) or kinds.is_complex_dtype(column)
    ):
        return ""
    real = [isinstance(v, Real) and not isinstance(v, (bool, np.bool_)) for v in column]
    text = column.notna().to_numpy() & ~np.array(real)
    if not text.any():
        return ""
    words = text & pd.to_numeric(column.astype(str), errors="coerce").isna().to_numpy()
    if words.any():
        bad, said = words, "no number"
        advice = (
            "Replace each by its number, or by an empty cell if the answer is missing; labels of "
            "the scale become codes in read_responses()."
        )
    else:
        bad, said = text, "stored as text"
        advice = "Convert the column to numbers, or read the file with read_responses()."
    return wrong_answers(column, code, bad, said, advice)


def _outside(values: np.ndarray, code: str, scales: Scales | None) -> np.ndarray:
    low, high = _range(code, scales)
    with np.errstate(invalid="ignore"):
        return (values < low) | (values > high) | np.isinf(values)


def _range(code: str, scales: Scales | None) -> tuple[float, float]:
    if scales is None or code not in scales.codes:
        return (-np.inf, np.inf)
    return scales.points(code)


def _range_problem(
    column: pd.Series, values: np.ndarray, outside: np.ndarray, code: str, scales: Scales | None
) -> str:
    low, high = _range(code, scales)
    kinds = pd.unique(values[outside])
    hint = _missing_hint(kinds)
    where = f"outside {low:g}–{high:g}" if np.isfinite(low) else "infinite"
    return (
        f"{code!r}: {_answers(outside)} {where}: {_shown(kinds)} ({_rows(column, outside)}).{hint}"
    )


def _missing_hint(kinds: np.ndarray) -> str:
    """How to declare a code for missing, if these values look like one or several."""
    if len(kinds) == 1 and np.isfinite(kinds[0]):
        code = f"{kinds[0]:g}"
        return (
            f" If {code} is your code for missing, pass missing_codes=({code},) "
            f"(at the command line, --missing-code {code})."
        )
    usual = [f"{kind:g}" for kind in sorted(kinds) if kind in USUAL_MISSING]
    if not usual:
        return ""
    options = " ".join(f"--missing-code {code}" for code in usual)
    them = f"{usual[0]} is your code" if len(usual) == 1 else f"{', '.join(usual)} are your codes"
    asked = f"({usual[0]},)" if len(usual) == 1 else f"({', '.join(usual)})"
    return f" If {them} for missing, pass missing_codes={asked} (at the command line, {options})."


def _shown(values: pd.Series | np.ndarray) -> str:
    kinds = list(dict.fromkeys(values))
    text = ", ".join(f"{v:g}" if isinstance(v, float) else repr(v) for v in kinds[:SHOWN])
    return text + (", …" if len(kinds) > SHOWN else "")


def _answers(at: np.ndarray) -> str:
    return f"{at.sum()} answer{'s' if at.sum() > 1 else ''}"


def _rows(column: pd.Series, at: np.ndarray) -> str:
    labels = column.index[at]
    shown = ", ".join(map(str, labels[:SHOWN]))
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return f"row{'s' if len(labels) > 1 else ''} {shown}{more}"
