"""Which format is this? What its first bytes give away, against what its name says."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from scrm_model.survey.incoming.raw import problem

FORMATS = {
    "csv": "a CSV file",
    "xlsx": "an Excel workbook",
    "sav": "an SPSS file",
    "dta": "a Stata file",
    "parquet": "a Parquet file",
}
ENDINGS = {
    ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "csv", ".dat": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".sav": "sav", ".zsav": "sav", ".dta": "dta",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
SIGNATURES = {
    b"$FL2": "sav",
    b"$FL3": "sav",
    b"<stata_dta>": "dta",
    b"PAR1": "parquet",
}
OLD_STATA = (*range(0x68, 0x74),)
AS_XLSX = "Open it in Excel or LibreOffice, save it as .xlsx and read that."
AS_CSV = "Save the answers as CSV (UTF-8)."
UNPACK = "Unpack it, and read the file inside."
STRANGERS = {
    b"\xd0\xcf\x11\xe0": ("an old Excel workbook", AS_XLSX),
    b"%PDF": ("a PDF", AS_CSV),
    b"\x1f\x8b": ("a gzipped file", UNPACK),
    b"\x89PNG": ("an image", AS_CSV),
    b"$FL": ("an SPSS file of an unknown kind", "Save it as .sav again."),
}
ZIPPED = {
    "xl/workbook.xml": ("xlsx", ""),
    "xl/workbook.bin": ("a binary Excel workbook (.xlsb)", AS_XLSX),
    "word/document.xml": ("a Word document", AS_CSV),
    "content.xml": ("an OpenDocument file", AS_XLSX),
}


def format_of(data: bytes, name: str) -> tuple[str, bool]:
    """Format of a file, and whether its name says the same.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name.

    Returns
    -------
    tuple of (str, bool)
        Key of `FORMATS`; False where the name has no ending that we know.

    Raises
    ------
    ResponseFileError
        If the name says one format and the bytes another, or if it is none of `FORMATS`.
    """
    ending = Path(name).suffix.lower()
    said = ENDINGS.get(ending, "")
    if ending == ".xls":
        raise problem(name, "an .xlsx workbook", "an .xls file", AS_XLSX)
    found, advice = _found(data)
    if found in FORMATS:
        if said and found != said and data:
            right = next(end for end, kind in ENDINGS.items() if kind == found)
            got = "a file of text" if found == "csv" else FORMATS[found]
            raise problem(name, FORMATS[said], got, f"If that is so, name it {right}.")
        return said or found, bool(said)
    raise problem(name, FORMATS[said or "csv"], found, advice)


def _found(data: bytes) -> tuple[str, str]:
    """Key of `FORMATS`, or a description of what it is and what to do."""
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            return kind, ""
    if data[:1] and data[0] in OLD_STATA and data[1:3] in (b"\x01\x01", b"\x02\x01"):
        return "dta", ""
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    for signature, (what, advice) in STRANGERS.items():
        if data.startswith(signature):
            return what, advice
    return "csv", ""


def _zipped(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "an Excel workbook or another zipped file that is cut off or damaged", (
            "Save it again."
        )
    for part, (kind, advice) in ZIPPED.items():
        if part in names:
            return kind, advice
    return "a zipped file", UNPACK
