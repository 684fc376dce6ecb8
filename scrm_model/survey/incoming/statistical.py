"""SPSS and Stata files as tables: labels kept, values that the file declares missing made so."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from scrm_model.errors import ResponseFileError
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.raw import (
    MEGABYTE,
    RawTable,
    clean_name,
    clean_names,
    note_empty,
    problem,
    too_large,
)
from scrm_model.survey.incoming.system_file import check_sav
from scrm_model.survey.log import LogEntry

SAV, DTA = "an SPSS file", "a Stata file"
ENCODING_ADVICE = (
    "Export it again; if its text is in an old encoding, pass encoding=, such as 'cp1252'."
)


def read_sav(data: bytes, name: str, encoding: str | None = None, max_mb: float = 256) -> RawTable:
    """Table of an SPSS file, .sav or .zsav.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    encoding : str, optional
        Encoding of its text, where the file does not say or says wrong.
    max_mb : float
        Most megabytes that its cells may take.

    Returns
    -------
    RawTable

    Raises
    ------
    ResponseFileError
        If the file is damaged or too large.
    """
    from pyreadstat import read_sav as read  # noqa: PLC0415 - heavy, only such files need it

    check_sav(data, name, encoding)
    frame, meta = _read(read, data, name, SAV, encoding, max_mb)
    cells = int(frame.notna().to_numpy().sum())
    log = _encoded(meta, encoding)
    if encoding is None:
        log += _cut_text(read, data, frame, meta)
    for place, title in enumerate(meta.column_names):
        ranges = meta.missing_ranges.get(title, [])
        frame[place] = _without(frame[place], str(title), ranges, log)
    return _table(frame, meta, cells, log, encoding or meta.file_encoding or "")


def read_dta(data: bytes, name: str, encoding: str | None = None, max_mb: float = 256) -> RawTable:
    """Table of a Stata file.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    encoding : str, optional
        Encoding of its text, where it is not what its version says.
    max_mb : float
        Most megabytes that its cells may take.

    Returns
    -------
    RawTable

    Raises
    ------
    ResponseFileError
        If the file is damaged or too large.
    """
    from pyreadstat import read_dta as read  # noqa: PLC0415 - heavy, only such files need it

    # Told to keep extended missing values, pyreadstat 1.3 puts stray memory in the place of plain
    # ones. So the values come from a reading without, and only .a to .z from one with.
    frame, meta = _read(read, data, name, DTA, encoding, max_mb, user_missing=False)
    cells = int(frame.notna().to_numpy().sum())
    log = _encoded(meta, encoding)
    tagged, tags = _read(read, data, name, DTA, encoding, max_mb)
    for place, title in enumerate(tags.column_names):
        if title not in tags.missing_user_values:
            continue
        marks = [value for value in tagged[place] if isinstance(value, str)]
        if marks:
            shown = ", ".join(f".{mark}" for mark in sorted(set(marks)))
            log.append(_missing(str(title), shown, len(marks)))
            cells += len(marks)
    return _table(frame, meta, cells, log, encoding or meta.file_encoding or "")


def _read(
    read: Callable[..., tuple[pd.DataFrame, Any]],
    data: bytes,
    name: str,
    needs: str,
    encoding: str | None,
    max_mb: float,
    user_missing: bool = True,
) -> tuple[pd.DataFrame, Any]:
    """Table with numbered columns and without empty text, and what the file says about it."""
    options = {"encoding": encoding, "user_missing": user_missing}
    try:
        _, meta = read(io.BytesIO(data), metadataonly=True, encoding=encoding)
        # A file may state any size: eight bytes a number, and the text, are what it would take.
        widths = [max(width or 0, 8) for width in meta.variable_storage_width.values()]
        size = max(meta.number_rows or 0, 0) * sum(widths) / MEGABYTE
        if size > max_mb:
            raise too_large(name, size, max_mb, " as a table")
        frame, meta = read(io.BytesIO(data), **options)
    except ResponseFileError:
        raise
    except Exception as error:
        raise problem(name, needs, f"one that cannot be read: {error}", ENCODING_ADVICE) from error
    if not meta.column_names:
        raise problem(name, needs, "one without any variable", "Check that the export finished.")
    if frame.empty:
        raise problem(name, needs, "one without any row", "Check that the export finished.")
    if meta.number_rows not in (None, -1) and len(frame) != meta.number_rows:
        got = f"{len(frame)} of the {meta.number_rows} rows that it should have: it is cut off"
        raise problem(name, needs, got, "Export it again.")
    return _bare(frame), meta


def _bare(frame: pd.DataFrame) -> pd.DataFrame:
    # By number: a damaged file may give one name to two columns, or none.
    bare = frame.set_axis(range(frame.shape[1]), axis=1).reset_index(drop=True)
    for place in range(bare.shape[1]):
        if not pd.api.types.is_numeric_dtype(bare[place]):
            bare[place] = bare[place].mask(bare[place] == "")
    return bare


def _cut_text(
    read: Callable[..., tuple[pd.DataFrame, Any]], data: bytes, frame: pd.DataFrame, meta: Any
) -> list[LogEntry]:
    """Text whose last bytes are no UTF-8: the parser leaves them out and does not say so."""
    words = [k for k in range(frame.shape[1]) if not pd.api.types.is_numeric_dtype(frame[k])]
    if not words or (meta.file_encoding or "").upper() != "UTF-8":
        return []
    bytewise = _bare(read(io.BytesIO(data), encoding="ISO-8859-1")[0])
    log = []
    for place in words:
        pairs = zip(frame[place], bytewise[place], strict=True)
        count = sum(
            1
            for text, raw in pairs
            if isinstance(text, str)
            and isinstance(raw, str)
            and text.encode() != raw.encode("latin-1", "replace")
        )
        if count:
            text = Text(
                "text that is not in UTF-8 throughout, its last bytes left out: pass encoding=",
                "texte qui n'est pas entièrement en UTF-8, derniers octets écartés : "
                "préciser encoding=",
            )
            title = clean_name(str(meta.column_names[place]))
            log.append(LogEntry("encoding", title, count, text))
    return log


def _encoded(meta: Any, asked: str | None) -> list[LogEntry]:
    used = asked or meta.file_encoding
    if not used:  # that of the version of Stata
        return []
    return [LogEntry("encoding", "", 0, Text(f"read as {used}", f"lu en {used}"))]


def _without(
    column: pd.Series, title: str, ranges: Sequence[dict[str, Any]], log: list[LogEntry]
) -> pd.Series:
    """Column without the values that the file declares missing."""
    hits = pd.Series(False, index=column.index)
    for part in ranges:
        low, high = part["lo"], part["hi"]
        if isinstance(low, str):
            hits |= column.astype("object").map(lambda v, low=low: str(v).rstrip() == low.rstrip())
        elif pd.api.types.is_numeric_dtype(column):
            hits |= column.between(low, high)
        else:
            text = Text(
                "missing values declared for a date, not looked at",
                "valeurs manquantes déclarées pour une date, non examinées",
            )
            log.append(LogEntry("user missing", clean_name(title), 0, text))
    if not hits.any():
        return column
    values = sorted(set(column[hits]))
    shown = ", ".join(v if isinstance(v, str) else f"{v:g}" for v in values[:8])
    log.append(_missing(title, shown + (", …" if len(values) > 8 else ""), int(hits.sum())))
    return column.mask(hits)


def _missing(title: str, shown: str, count: int) -> LogEntry:
    text = Text(
        f"{shown} declared missing in the file, taken as missing",
        f"{shown} : valeur manquante déclarée dans le fichier, réponse manquante",
    )
    return LogEntry("user missing", clean_name(title), count, text, count)


def _table(frame: pd.DataFrame, meta: Any, cells: int, log: list[LogEntry], used: str) -> RawTable:
    given = meta.column_names
    titles = [clean_name(meta.column_names_to_labels.get(name) or "") for name in given]
    labels = {
        place: dict(meta.variable_value_labels[name])
        for place, name in enumerate(given)
        if name in meta.variable_value_labels
    }
    names = clean_names([str(name) for name in given], log)
    note_empty(frame, names, log)
    return RawTable(
        frame,
        names,
        tuple(log),
        tuple(titles) if any(titles) else (),
        labels,
        cells,
        encoding=used,
    )
