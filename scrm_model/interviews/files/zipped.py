"""Zipped files from strangers: single members read into memory, within limits, never extracted."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrm_model.interviews.files.problems import problem

MEMBERS, MEMBER, TOTAL, RATIO, SMALL = 20_000, 64 * 2**20, 256 * 2**20, 200, 2**20
"""Most members; bytes of one and of all; how often larger than packed, if above `SMALL` bytes."""


class Zipped:
    """A zipped file that is open.

    Nothing is ever written to disk, so that the names of members (``../x``, ``/etc/x``) lead
    nowhere: they are only compared with the names that are looked for.

    Parameters
    ----------
    archive : ZipFile
        The file.
    name : str
        Its name, for messages.
    needs : str
        What it should be, for messages.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str, needs: str) -> None:
        self.archive, self.name, self.needs = archive, name, needs
        self.read_so_far = 0
        infos = archive.infolist()
        if len(infos) > MEMBERS:
            raise self.problem(f"more than {MEMBERS} files in one")
        # Two members that differ by case alone are one file to some systems: the first counts.
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            self.members.setdefault(info.filename.casefold(), info)

    def problem(self, got: str, advice: str = "Export it again.") -> Exception:
        """Error about this file."""
        return problem(self.name, self.needs, got, advice)

    def read(self, member: str) -> bytes | None:
        """Bytes of a member, or None where there is none.

        Parameters
        ----------
        member : str
            Its name; case does not matter.

        Returns
        -------
        bytes or None

        Raises
        ------
        InterviewFileError
            If it is encrypted or damaged, or larger than the limits.
        """
        info = self.members.get(member.casefold())
        if info is None or info.is_dir():
            return None
        self._allow(info)
        try:
            with self.archive.open(info) as stream:
                # What the file claims about its sizes may be false: never ask for more.
                data = stream.read(MEMBER + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise self.problem(f"a damaged part, {info.filename!r}: {error}") from error
        except (RuntimeError, NotImplementedError) as error:
            raise self.problem(
                f"a part that cannot be opened, {info.filename!r}: {error}",
                "Save it without a password.",
            ) from error
        self.read_so_far += len(data)
        if len(data) > MEMBER or self.read_so_far > TOTAL:
            raise self._too_large(info)
        return data

    def _allow(self, info: zipfile.ZipInfo) -> None:
        packed = max(info.compress_size, 1)
        unpacked = info.file_size
        bomb = unpacked > SMALL and unpacked / packed > RATIO
        if unpacked > MEMBER or bomb or self.read_so_far + unpacked > TOTAL:
            raise self._too_large(info)

    def _too_large(self, info: zipfile.ZipInfo) -> Exception:
        return self.problem(
            f"a part that unpacks to far more than text would, {info.filename!r}",
            f"Up to {MEMBER // 2**20} MB are read, packed at most 1 to {RATIO}.",
        )


@contextmanager
def opened(path: Path, needs: str) -> Iterator[Zipped]:
    """Open a zipped file.

    Parameters
    ----------
    path : Path
        The file.
    needs : str
        What it should be, for messages.

    Yields
    ------
    Zipped

    Raises
    ------
    InterviewFileError
        If it is no zipped file.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise problem(path.name, needs, f"no such file: {error}", "Export it again.") from error
    with archive:
        yield Zipped(archive, path.name, needs)
