"""A bundle's files: into a folder or a zip archive, and back out of either."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from scrm_model.errors import ArgumentError, BundleError

LARGEST = 256 * 2**20  # bytes of one file of a bundle, unpacked
NEEDED = "manifest.json"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same bundle has the same bytes


def write_files(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder, or into an archive if the name ends in ``.zip``.

    Parameters
    ----------
    path : Path
    files : mapping of str to bytes
        By name, without folders.

    Raises
    ------
    ArgumentError
        The folder has something in it, or nothing can be written there.
    """
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data in files.items():
                    archive.writestr(zipfile.ZipInfo(name, _WHEN), data, zipfile.ZIP_DEFLATED)
            return
        if path.is_dir() and any(path.iterdir()):
            raise ArgumentError(
                f"path= needs a new or an empty folder, or a name ending in .zip; got {str(path)!r}"
                ", which has files. Choose another name."
            )
        path.mkdir(exist_ok=True)
        for name, data in files.items():
            (path / name).write_bytes(data)
    except OSError as error:
        raise ArgumentError(
            f"path= needs a place that can be written to; got {str(path)!r}: {error.strerror}. "
            "Choose another name or folder."
        ) from error


def read_files(path: Path) -> dict[str, bytes]:
    """The files of a bundle, by name.

    Parameters
    ----------
    path : Path
        A folder, or a zip archive. Nothing is unpacked to the disk.

    Raises
    ------
    BundleError
        There is no such folder or archive, or it is no bundle, or too large.
    """
    try:
        found = _of_folder(path) if path.is_dir() else _of_archive(path)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise BundleError(
            f"path= needs a bundle, a folder or a .zip; got {str(path)!r}: {error}."
        ) from error
    if NEEDED not in found:
        raise BundleError(
            f"path= needs a bundle with {NEEDED}; got {str(path)!r} without it. "
            "scrm.write_bundle(analysis, path) writes one."
        )
    return found


def _of_folder(path: Path) -> dict[str, bytes]:
    found = {}
    for file in sorted(path.iterdir()):
        if file.is_file():
            _check_size(file.name, file.stat().st_size)
            found[file.name] = file.read_bytes()
    return found


def _of_archive(path: Path) -> dict[str, bytes]:
    found = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            # Files of a bundle have no folder; what else is in the archive is none of ours.
            if not info.is_dir() and "/" not in info.filename and "\\" not in info.filename:
                _check_size(info.filename, info.file_size)
                with archive.open(info) as file:
                    data = file.read(LARGEST + 1)
                _check_size(info.filename, len(data))
                found[info.filename] = data
    return found


def _check_size(name: str, size: int) -> None:
    if size > LARGEST:
        raise BundleError(
            f"path= needs files of at most {LARGEST // 2**20} MB; got {name} with more."
        )
