"""Filled forms, or a table of ratings, read into one value with everything checked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, DataError, ResponseFileError
from scrm_model.study.claims import Text
from scrm_model.survey.content.filled import Filled, read_form
from scrm_model.survey.content.judgements import Problems, checked
from scrm_model.survey.content.ratings import COLUMNS, Ratings
from scrm_model.survey.content.tables import from_table
from scrm_model.survey.items import range_of
from scrm_model.survey.responses import read_responses
from scrm_model.survey.scales import Scales

TABLES = (".csv", ".tsv", ".txt")


def read_ratings(
    source: Any,
    scales: Scales | None = None,
    *,
    what: str = "relevance",
    points: int | tuple[int, int] = 4,
) -> Ratings:
    """Read what experts said of the items.

    Parameters
    ----------
    source : path, iterable of paths, or DataFrame
        Forms of `expert_form()` that were filled in, one for each expert; a folder of them; or a
        table (DataFrame of pandas or polars, or a CSV file). A long table has the columns expert
        and item, and any of relevance, clarity, essential, sorted and comment. A wide one has a
        row for each expert and a column for each item.
    scales : Scales, optional
        The items. They are needed to tell the columns of a wide table from others, and tell which
        construct an item is meant to measure.
    what : {"relevance", "clarity", "essential", "sorted"}
        What a wide table holds.
    points : int or (int, int)
        Ratings of a table: 4 stands for 1 to 4. Forms have 1 to 4.

    Returns
    -------
    Ratings

    Raises
    ------
    ResponseFileError
        A file that is no form, or cannot be read.
    DataError
        A rating outside the scale, an expert or a judgement that comes twice, an unknown item or
        construct; the message says sheet, row and expert of each. Nothing filled in at all.
    ArgumentError
        Something that is no source.

    Notes
    -----
    Missing judgements stay missing and are counted. An expert who filled in nothing is left out
    and named in the notes.
    """
    low, high = range_of(points)
    if isinstance(source, str | os.PathLike) and Path(source).suffix.lower() in TABLES:
        return _of_table(read_responses(source).frame, scales, what, (low, high))
    if isinstance(source, str | os.PathLike) or _are_paths(source):
        return _of_forms(_paths(source), scales)
    if hasattr(source, "columns"):
        return _of_table(_pandas(source), scales, what, (low, high))
    raise ArgumentError(
        f"source= needs filled forms or a table; got {type(source).__name__}. Give the paths of "
        "the forms, their folder, or a DataFrame."
    )


def _are_paths(source: Any) -> bool:
    kinds = (str, os.PathLike)
    return isinstance(source, list | tuple) and all(isinstance(entry, kinds) for entry in source)


def _paths(source: Any) -> list[Path]:
    if isinstance(source, str | os.PathLike):
        folder = Path(source)
        if not folder.is_dir():
            return [folder]
        # Office programs keep a lock file beside a workbook that is open.
        source = sorted(p for p in folder.glob("*.xlsx") if not p.name.startswith(("~$", ".")))
        if not source:
            raise ResponseFileError(
                f"source= needs a folder with filled forms; got none in {str(folder)!r}. Check "
                "the folder: forms are .xlsx files."
            )
    if not source:
        raise ArgumentError("source= needs one form or more; got an empty list. Name the files.")
    return [Path(entry) for entry in source]


def _pandas(table: Any) -> pd.DataFrame:
    if isinstance(table, pd.DataFrame):
        return table
    import narwhals as nw  # noqa: PLC0415 - only frames of other libraries need it

    columns = nw.from_native(table, eager_only=True).to_dict(as_series=False)
    return pd.DataFrame(columns)


def _of_forms(paths: list[Path], scales: Scales | None) -> Ratings:
    problems = Problems()
    forms = [read_form(path, problems) for path in paths]
    _differ(forms)
    constructs: dict[str, str] = {}
    choices: dict[str, None] = {}
    for form in forms:
        constructs |= {c: k for c, k in form.constructs.items() if c not in constructs}
        choices |= dict.fromkeys(form.choices)
    frame = pd.concat([form.frame for form in forms], ignore_index=True)
    notes = [note for form in forms for note in form.notes]
    notes += [
        Text(
            f"{form.file} lacks items that other forms have: {', '.join(lost)}.",
            f"{form.file} n'a pas certains items des autres formulaires : {', '.join(lost)}.",
        )
        for form in forms
        if (lost := [code for code in constructs if code not in form.constructs])
    ]
    return _made(frame, problems, scales, (1, 4), notes, constructs, tuple(choices))


def _differ(forms: list[Filled]) -> None:
    seen: dict[str, Filled] = {}
    for form in forms:
        key = form.expert.casefold()
        if key in seen:
            raise DataError(
                f"source= needs one form for each expert; got two of {form.expert!r}: "
                f"{seen[key].file} and {form.file}. Leave one out, or correct the name in it."
            )
        seen[key] = form


def _of_table(
    table: pd.DataFrame, scales: Scales | None, what: str, points: tuple[int, int]
) -> Ratings:
    problems = Problems()
    return _made(from_table(table, scales, what, points, problems), problems, scales, points)


def _made(
    frame: pd.DataFrame,
    problems: Problems,
    scales: Scales | None,
    points: tuple[int, int],
    notes: Iterable[Text] = (),
    constructs: dict[str, str] | None = None,
    choices: tuple[str, ...] = (),
) -> Ratings:
    if scales is not None:
        known = dict.fromkeys(scales.codes)
        problems.unknown_items(frame, known)
        constructs = {code: scales.item(code).construct for code in known}
    problems.stop()
    frame, left_out = checked(frame[list(COLUMNS)])
    return Ratings(frame, points, constructs or None, choices, (*notes, *left_out))
