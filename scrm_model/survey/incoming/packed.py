"""Is it safe to open this workbook? What its zip directory and its XML say, before any parsing."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from scrm_model.errors import ResponseFileError
from scrm_model.survey.incoming.raw import MEGABYTE, problem, too_large

NEEDS = "an Excel workbook"
SAVE = "Open it in Excel, save it again and read that."
PIECE = 1 << 20
OVERLAP = 64
ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
FAR_CELL = re.compile(rb"""<c\s[^>]*?\br\s*=\s*["'][A-Za-z]{4,}\d""")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError, EOFError,
    OSError, ValueError, IndexError, struct.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """What a look into the parts of a workbook found.

    Parameters
    ----------
    formulas : bool
        Whether any sheet has formulas.
    links : bool
        Whether it refers to other files.
    """

    formulas: bool
    links: bool


def look_into(data: bytes, name: str, max_mb: float) -> Parts:
    """Check the parts of a workbook before anything parses them.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    max_mb : float
        Most megabytes that the parts may have once unpacked.

    Returns
    -------
    Parts

    Raises
    ------
    ResponseFileError
        If it is damaged, would unpack to more than `max_mb`, declares XML entities, or names a
        cell that no sheet has.

    Notes
    -----
    `zipfile` never unpacks more of a part than its directory declares, so the sum of the declared
    sizes bounds what parsing can meet. An Excel sheet ends at column XFD.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts) / MEGABYTE
            if size > max_mb:
                raise too_large(name, size, max_mb, " once unpacked")
            xml = [part for part in parts if part.filename.endswith((".xml", ".rels", ".vml"))]
            formulas = [_scan(archive, part, name) for part in xml]
            links = any(part.filename.startswith("xl/externalLinks/") for part in parts)
            return Parts(any(formulas), links)
    except ResponseFileError:
        raise
    except DAMAGE as error:
        raise problem(name, NEEDS, f"a damaged one: {error}", SAVE) from error


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> bool:
    """Whether a part has formulas; refuses entities and cells beyond any sheet."""
    formulas, rest = False, b""
    sheet = part.filename.startswith("xl/worksheets/")
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            window = (rest + piece).replace(b"\x00", b"")  # UTF-16 hides nothing
            if ENTITY.search(window):
                got = f"one that declares XML entities in {part.filename}"
                raise problem(name, NEEDS, got, f"Excel writes none: do not trust it. {SAVE}")
            if sheet and FAR_CELL.search(window):
                got = "one with cells beyond the last column of a sheet"
                raise problem(name, NEEDS, got, f"Excel writes none: do not trust it. {SAVE}")
            formulas = formulas or (sheet and FORMULA.search(window) is not None)
            rest = window[-OVERLAP:]
    return formulas
