"""A table of ratings, long or wide, read into the columns of the ratings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, DataError, did_you_mean
from scrm_model.survey.content.judgements import Problems, blank, essential, rating, text
from scrm_model.survey.content.ratings import COLUMNS, JUDGED
from scrm_model.survey.scales import Scales


def from_table(
    table: pd.DataFrame,
    scales: Scales | None,
    what: str,
    points: tuple[int, int],
    problems: Problems,
) -> pd.DataFrame:
    """Ratings of a table.

    Parameters
    ----------
    table : DataFrame
        Long (columns expert and item) or wide (a row for each expert).
    scales : Scales or None
        The items and constructs.
    what : str
        What a wide table holds.
    points : (int, int)
        Lowest and highest rating.
    problems : Problems
        Where what is wrong is kept.

    Returns
    -------
    DataFrame
        Columns of `Ratings.frame`.

    Raises
    ------
    ArgumentError, DataError
        If the table is neither.
    """
    if what not in JUDGED:
        raise ArgumentError(
            f"what= needs one of {', '.join(JUDGED)}; got {what!r}."
            + (did_you_mean(what, JUDGED) or " Choose one of these.")
        )
    if not len(table):
        raise DataError("source= needs a table with rows; got an empty one. Check the file.")
    names = {str(c).strip().casefold(): c for c in table.columns}
    long = _long(table, names) if "item" in names else _wide(table, names, scales, what)
    return _judged(long, scales, points, problems)


def _long(table: pd.DataFrame, names: dict[str, Any]) -> pd.DataFrame:
    if "expert" not in names:
        raise DataError(
            f"source= needs a column 'expert' beside 'item'; got {', '.join(map(str, table))}."
            + (did_you_mean("expert", names) or " Name the column of the experts so.")
        )
    if not any(judged in names for judged in JUDGED):
        raise DataError(
            f"source= needs a column of judgements ({', '.join(JUDGED)}); got "
            f"{', '.join(map(str, table))}. Name the columns so."
        )
    renamed = {given: name for name, given in names.items() if name in COLUMNS}
    return table.rename(columns=renamed).reindex(columns=list(COLUMNS))


def _wide(
    table: pd.DataFrame, names: dict[str, Any], scales: Scales | None, what: str
) -> pd.DataFrame:
    expert = names.get("expert")
    others = [c for c in table.columns if c != expert]
    if scales is not None:
        others = [c for c in others if str(c) in scales.codes]
    if not others:
        raise DataError(
            "source= needs a long table (columns 'expert' and 'item') or a wide one (a column for "
            f"each item); got {', '.join(map(str, table.columns))}. Check the names of the items."
        )
    experts = table[expert] if expert is not None else pd.Series(table.index, index=table.index)
    parts = [
        pd.DataFrame({"expert": experts, "item": str(column), what: table[column]})
        for column in others
    ]
    order = {label: place for place, label in enumerate(table.index)}
    long = pd.concat(parts)
    long = long.sort_index(key=lambda labels: labels.map(order), kind="stable")
    return long.reindex(columns=list(COLUMNS))


def _judged(
    long: pd.DataFrame, scales: Scales | None, points: tuple[int, int], problems: Problems
) -> pd.DataFrame:
    constructs = {name.casefold(): name for name in scales or ()}

    def construct(value: Any) -> tuple[Any, str]:
        if blank(value) or not constructs:
            return text(value), ""
        found = constructs.get(str(value).strip().casefold())
        return (found, "") if found else (pd.NA, f"{value!r} is no construct of the scales")

    readers = {
        "relevance": lambda value: rating(value, points),
        "clarity": lambda value: rating(value, points),
        "essential": essential,
        "sorted": construct,
        "comment": lambda value: (text(value), ""),
    }
    rows, seen = [], set()
    for label, row in zip(long.index, long.to_dict("records"), strict=True):
        expert, item = text(row["expert"]), text(row["item"])
        if pd.isna(expert) or pd.isna(item):
            problems.found.append(f"row {label}: no expert or no item")
            continue
        if (expert.casefold(), item) in seen:
            problems.add(f"row {label}", expert, f"item {item!r} comes twice")
        seen.add((expert.casefold(), item))
        new = {"expert": expert, "item": item}
        for column, read in readers.items():
            new[column], wrong = read(row[column])
            if wrong:
                problems.add(f"row {label}", expert, f"{column} of item {item}: {wrong}")
        rows.append(new)
    return pd.DataFrame(rows, columns=list(COLUMNS))
