"""Several files of answers below one another, with one log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pandas as pd

from scrm_model.errors import ArgumentError, DataError
from scrm_model.study.claims import Text
from scrm_model.survey.log import Log, LogEntry

if TYPE_CHECKING:
    from scrm_model.survey.responses import Responses


def joined(parts: Sequence[Responses], wave: str) -> Responses:
    """Answers of several files as those of one; see `Responses.joined`."""
    _check(parts, wave)
    frames = [part.frame for part in parts]
    whole = pd.concat(frames, ignore_index=True)
    entries: list[LogEntry] = []
    for number, part in enumerate(parts, start=1):
        rows = len(part.frame)
        text = Text(
            f"rows of file {number}, {part.name}", f"lignes du fichier {number}, {part.name}"
        )
        entries.append(LogEntry("joined", "", rows, text))
        entries += part.log
        lacking = [str(name) for name in whole.columns if name not in part.frame.columns]
        entries += [_lacks(name, rows, part.name) for name in lacking]
    if wave:
        whole[wave] = [k for k, frame in enumerate(frames, start=1) for _ in range(len(frame))]
    first = parts[0]
    return replace(
        first,
        frame=whole,
        log=Log(entries),
        sha256=sha256("".join(part.sha256 for part in parts).encode()).hexdigest(),
        name=" + ".join(part.name for part in parts),
        value_labels={k: v for part in reversed(parts) for k, v in part.value_labels.items()},
        titles={k: v for part in reversed(parts) for k, v in part.titles.items()},
        cells_read=sum(part.cells_read for part in parts),
    )


def _check(parts: Sequence[Responses], wave: str) -> None:
    if len(parts) < 2 or not all(isinstance(part, type(parts[0])) for part in parts):
        got = "none" if len(parts) < 2 else next(
            type(p).__name__ for p in parts if not isinstance(p, type(parts[0]))
        )  # fmt: skip
        raise ArgumentError(
            f"others= needs what read_responses() gives; got {got}. Read each file first."
        )
    if len({part.sha256 for part in parts}) < len(parts):
        raise DataError(
            "others= needs files that differ; got the same contents twice. Leave one out."
        )
    if not isinstance(wave, str) or any(wave in part.frame.columns for part in parts):
        raise ArgumentError(
            f"wave= needs the name of a new column; got {wave!r}. Choose another, or leave it out "
            "if a column tells the files apart already."
        )
    ids = {part.id for part in parts}
    if len(ids) == 1 and (id := ids.pop()):
        names = pd.concat([part.frame[id] for part in parts], ignore_index=True).dropna()
        twice = names[names.duplicated()]
        if len(twice):
            raise DataError(
                f"others= needs respondents that differ; {twice.iloc[0]} of {id!r} is in two "
                f"files ({len(twice)} such in all). Is it the same person? Leave one of the rows "
                "out, or number them anew."
            )
    for name in parts[0].frame.columns:
        kinds = {
            pd.api.types.is_numeric_dtype(part.frame[name])
            for part in parts
            if name in part.frame.columns and part.frame[name].notna().any()
        }
        if len(kinds) > 1:
            raise DataError(
                f"others= needs the same kind of values in each file; {name!r} has numbers in one "
                "and text in another. Read both with the same scales, or recode one."
            )


def _lacks(name: str, rows: int, file: str) -> LogEntry:
    text = Text(
        f"no such column in {file}: left empty", f"colonne absente de {file} : laissée vide"
    )
    return LogEntry("joined", name, rows, text)
