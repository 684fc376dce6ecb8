"""From a path or a frame to the table that it holds, whatever its format."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import Any

from scrm_model.errors import ArgumentError, ResponseFileError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.delimited import read_delimited
from scrm_model.survey.incoming.formats import ENDINGS, FORMATS, format_of
from scrm_model.survey.incoming.frames import as_pandas, checksum, raw_frame
from scrm_model.survey.incoming.parquet import read_parquet
from scrm_model.survey.incoming.raw import MEGABYTE, RawTable, problem, too_large
from scrm_model.survey.incoming.statistical import read_dta, read_sav
from scrm_model.survey.incoming.workbook import read_workbook
from scrm_model.survey.log import LogEntry


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller says about a file; None where it is to be found out.

    Parameters
    ----------
    encoding, separator, decimal : str or None
    sheet : str, int or None
    max_mb : float
        Most megabytes that the file may take, unpacked.
    codes : tuple of str
        Items that are looked for.
    """

    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | int | None = None
    max_mb: float = 256
    codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.max_mb, Real) or isinstance(self.max_mb, bool) or self.max_mb <= 0:
            raise ArgumentError(
                f"max_mb= needs a number of megabytes above 0; got {self.max_mb!r}. The default "
                "is 256."
            )
        if self.separator is not None and not _is_separator(self.separator):
            raise ArgumentError(
                f"separator= needs one character such as ';'; got {self.separator!r}. Leave it "
                "out to have it found out."
            )
        if self.decimal not in (None, ".", ","):
            raise ArgumentError(f"decimal= needs '.' or ','; got {self.decimal!r}. Pass one.")
        if self.encoding is not None and not _is_encoding(self.encoding):
            raise ArgumentError(
                f"encoding= needs the name of an encoding of text; got {self.encoding!r}. Usual "
                "ones are 'utf-8', 'cp1252' and 'utf-16'."
            )

    def refuse(self, kind: str) -> None:
        """Raise `ArgumentError` for an option that a format does not have.

        Parameters
        ----------
        kind : str
            Key of `FORMATS`, or ``"frame"``.
        """
        for option in ("encoding", "separator", "decimal", "sheet"):
            value = getattr(self, option)
            if value is not None and option not in HAS.get(kind, ()):
                what = FORMATS.get(kind, "a DataFrame")
                raise ArgumentError(
                    f"{option}= needs a file that has one; got {what}, and {option}={value!r}. "
                    "Leave it out."
                )


def _is_separator(separator: object) -> bool:
    usable = isinstance(separator, str) and len(separator) == 1
    return usable and str(separator) not in '"\r\n'


def _is_encoding(name: object) -> bool:
    try:
        return isinstance(name, str) and codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


HAS = {"csv": ("encoding", "separator", "decimal"), "xlsx": ("sheet",), "sav": ("encoding",),
       "dta": ("encoding",)}  # fmt: skip


def _csv(data: bytes, name: str, options: Options) -> RawTable:
    return read_delimited(data, name, options.encoding, options.separator, options.decimal)


def _xlsx(data: bytes, name: str, options: Options) -> RawTable:
    return read_workbook(data, name, options.sheet, options.codes, options.max_mb)


def _sav(data: bytes, name: str, options: Options) -> RawTable:
    return read_sav(data, name, options.encoding, options.max_mb)


def _dta(data: bytes, name: str, options: Options) -> RawTable:
    return read_dta(data, name, options.encoding, options.max_mb)


def _parquet(data: bytes, name: str, options: Options) -> RawTable:
    return read_parquet(data, name, options.max_mb)


READERS: dict[str, Callable[[bytes, str, Options], RawTable]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "sav": _sav,
    "dta": _dta,
    "parquet": _parquet,
}


def raw_table(path: Any, options: Options) -> tuple[RawTable, str, str]:
    """Table of whatever holds the answers, its name and its checksum.

    Parameters
    ----------
    path : str, path or DataFrame
    options : Options

    Returns
    -------
    tuple of (RawTable, str, str)
        The checksum is that of the file's bytes, or of the frame's contents.

    Raises
    ------
    ResponseFileError
        If there is no such file, or it cannot be read.
    ArgumentError
        If it is neither a path nor a frame, or an option does not fit the format.
    """
    if not isinstance(path, str | os.PathLike):
        frame = as_pandas(path)
        options.refuse("frame")
        library = type(path).__module__.split(".")[0]
        name = f"a DataFrame of {library}"
        raw, sha256 = raw_frame(frame, name), checksum(frame)
        text = Text(
            f"{name}, the checksum is of its contents",
            f"{name} : l'empreinte est celle de son contenu",
        )
        log = (LogEntry("format", "", 0, text), *raw.log)
        return replace(raw, log=log), name, sha256
    file = Path(path)
    data = read_bytes(file, options.max_mb)
    kind, named = format_of(data, file.name)
    if not data:
        raise problem(file.name, FORMATS[kind], "an empty file", "Check that the export finished.")
    options.refuse(kind)
    sha256 = hashlib.sha256(data).hexdigest()
    raw = READERS[kind](data, file.name, options)
    if not named:
        text = Text(f"its name does not say so: {FORMATS[kind]}", f"format reconnu : {kind}")
        raw = replace(raw, log=(LogEntry("format", "", 0, text), *raw.log))
    return raw, file.name, sha256


def read_bytes(path: Path, max_mb: float) -> bytes:
    """Bytes of a file that is not too large.

    Parameters
    ----------
    path : Path
    max_mb : float
        Most megabytes that it may have.

    Returns
    -------
    bytes

    Raises
    ------
    ResponseFileError
        If there is no such file, it is no file, cannot be read, or is larger.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _no_file(path)
        if size > max_mb * MEGABYTE:
            raise too_large(path.name, size / MEGABYTE, max_mb)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise _unreadable(path, error) from error


def _no_file(path: Path) -> ResponseFileError:
    if not path.is_dir():
        got, inside = "Is a device or a pipe", []
    else:
        got, inside = "Is a directory", sorted(entry.name for entry in path.iterdir())
    near = next((f", such as {n!r}" for n in inside if Path(n).suffix.lower() in ENDINGS), "")
    return ResponseFileError(
        f"path= needs a file that can be read; got {str(path)!r}: {got}. Name a file of "
        f"answers{near}."
    )


def _unreadable(path: Path, error: OSError | ValueError) -> ResponseFileError:
    if isinstance(error, ResponseFileError):
        return error
    folder = path.parent
    near: list[str] = []
    with contextlib.suppress(OSError, ValueError):
        near = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    why = error.strerror if isinstance(error, OSError) else str(error)
    return ResponseFileError(
        f"path= needs a file that can be read; got {str(path)!r}: {why}."
        + (did_you_mean(path.name, near) or " Check the folder and the name.")
    )
