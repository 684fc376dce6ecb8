"""Repeat an analysis from its bundle and compare every number."""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.analysis.result import Analysis
from scrm_model.analysis.run import analyse
from scrm_model.errors import BundleError, ScrmWarning
from scrm_model.replication.bundle import FORMAT, ROWS
from scrm_model.replication.files import NEEDED, read_files
from scrm_model.replication.plain import from_plain
from scrm_model.replication.results import compared, results_of
from scrm_model.screening.result import Screening
from scrm_model.screening.screen import screen
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Verification:
    """A bundle's numbers beside those of its repetition.

    Attributes
    ----------
    analysis : Analysis
        The repetition.
    frame : DataFrame
        table, row, column, stored, again, difference, same.
    notes : tuple of str
        What the data were, which versions differ.
    tolerance : float
    """

    analysis: Analysis
    frame: pd.DataFrame
    notes: tuple[str, ...]
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether every number came out again."""
        return bool(self.frame["same"].all())

    def __repr__(self) -> str:
        lines = [self._head(), *self.notes]
        if not self.ok:
            lines.append(self._different().to_string(index=False))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        told = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        table = "" if self.ok else self._different().to_html(index=False)
        return f"<p>{escape(self._head())}</p><ul>{told}</ul>{table}"

    def _different(self) -> pd.DataFrame:
        return self.frame[~self.frame["same"]].head(20)

    def _head(self) -> str:
        total, lost = len(self.frame), int((~self.frame["same"]).sum())
        if not lost:
            return f"Verified: {total} values came out again, to {self.tolerance:g}."
        return f"Not verified: {lost} of {total} values differ by more than {self.tolerance:g}."


def verify(
    path: str | os.PathLike[str],
    data: Any = None,
    *,
    tolerance: float = TOLERANCE,
    n_jobs: int | None = None,
    progress: bool = False,
) -> Verification:
    """Repeat the analysis of a bundle and compare every number.

    Parameters
    ----------
    path : str or path
        A folder or .zip that `write_bundle` wrote.
    data : str, path, Responses or DataFrame, optional
        The answers, as `analyse` takes them; by default those in the bundle.
    tolerance : float
        Numbers agree within it, relative above 1 in size and absolute below.
    n_jobs : int, optional
        Workers of the bootstrap.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Verification

    Raises
    ------
    BundleError
        No bundle, a bundle that was changed, or neither answers in it nor given.
    ScrmError
        As `analyse`.

    Notes
    -----
    A file given as `data` is compared with the checksum in the bundle first; a difference is told
    and does not stop the repetition. Random numbers are the same for the same version of numpy.
    """
    stored = Stored.read(Path(path))
    again, notes = repeat(stored, data, n_jobs=n_jobs, progress=progress)
    notes += _versions(stored.manifest["versions"], again.contents().versions)
    frame = compared(stored.manifest["results"], results_of(again), tolerance)
    return Verification(again, frame, tuple(notes), tolerance)


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What a bundle holds.

    Attributes
    ----------
    manifest : dict
    study : Study
    scales : Scales
    rows : DataFrame or None
        The rows used, where they are in it.
    """

    manifest: dict[str, Any]
    study: Study
    scales: Scales
    rows: pd.DataFrame | None

    @classmethod
    def read(cls, path: Path) -> Stored:
        """Read a bundle.

        Raises
        ------
        BundleError
        """
        files = read_files(path)
        manifest = _parsed(files, NEEDED)
        lacking = {"format", "versions", "data", "asked", "chosen", "results"} - set(manifest)
        if lacking or manifest["format"] != FORMAT:
            raise BundleError(
                f"path= needs a bundle of format {FORMAT}; got format {manifest.get('format')!r}"
                + (f" without {', '.join(sorted(lacking))}." if lacking else ".")
                + " Verify it with the version that wrote it."
            )
        study, scales = (from_plain(_parsed(files, f"{k}.json")) for k in ("study", "scales"))
        if not (isinstance(study, Study) and isinstance(scales, Scales)):
            raise BundleError("path= needs a study and scales in the bundle; got something else.")
        rows = None
        if ROWS in files:
            rows = pd.read_csv(io.BytesIO(files[ROWS]))
        return cls(manifest, study, scales, rows)


def repeat(stored: Stored, data: Any = None, **options: Any) -> tuple[Analysis, list[str]]:
    """Run the analysis of a bundle again, and say on which answers.

    Parameters
    ----------
    stored : Stored
    data : optional
        As in `verify`.
    **options
        Of `analyse`: n_jobs, progress.
    """
    asked = dict(stored.manifest["asked"])
    scales, notes = stored.scales, []
    if data is None:
        if stored.rows is None:
            raise BundleError(
                "data= needs the answers, which this bundle has not; got None. Give the file that "
                f"was analysed ({stored.manifest['data']['name'] or 'a data frame'})."
            )
        data, scales = stored.rows, _turned(scales)
        chosen = stored.manifest["chosen"]
        asked |= {"missing_codes": (), **{k: chosen[k] for k in ("estimator", "missing")}}
        asked["ordered"] = chosen["ordered"] or False
        notes.append("Repeated on the rows in the bundle, as the models saw them.")
    elif isinstance(data, str | os.PathLike):
        notes.append(_told(Path(data), stored.manifest["data"]))
    excluded = stored.manifest["data"].get("excluded", [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)
        if excluded and data is not stored.rows and not isinstance(data, Screening):
            data = _without(screen(data, scales, missing_codes=asked["missing_codes"]), excluded)
            notes.append(f"Left out as then: {sum(len(one['rows']) for one in excluded)} rows.")
        return analyse(data, stored.study, scales, **asked, **options), notes


def _without(found: Screening, excluded: list[dict[str, Any]]) -> Screening:
    """The answers less the rows that were excluded, for the same reasons."""
    for one in excluded:
        found = found.exclude(np.isin(found.places, one["rows"]), from_plain(one["reason"]))
    return found


def _turned(scales: Scales) -> Scales:
    """The scales of answers that were turned round already."""
    made = [
        replace(s, items=tuple(replace(item, reverse=False) for item in s.items))
        for s in scales.scales
    ]
    return replace(scales, scales=tuple(made))


def _told(path: Path, data: dict[str, Any]) -> str:
    if not path.is_file():
        return f"Repeated on {path.name}."  # analyse() says what is wrong with it
    if data["sha256"] is None:
        return f"Repeated on {path.name}; the bundle knows no checksum: a data frame was analysed."
    same = hashlib.sha256(path.read_bytes()).hexdigest() == data["sha256"]
    told = "the file that was analysed" if same else "NOT the file that was analysed"
    return f"Repeated on {path.name}, {told} (SHA-256)."


def _versions(stored: dict[str, str], here: Mapping[str, str]) -> list[str]:
    changed = [
        f"{name} {version} then, {here.get(name, 'none')} now"
        for name, version in stored.items()
        if here.get(name) != version
    ]
    return [f"Versions: {'; '.join(changed)}."] if changed else []


def _parsed(files: dict[str, bytes], name: str) -> Any:
    if name not in files:
        raise BundleError(f"path= needs a bundle with {name}; got one without it.")
    try:
        return json.loads(files[name].decode("utf-8"))
    except ValueError as error:
        raise BundleError(
            f"path= needs a sound {name}; got one that cannot be read: {error}."
        ) from error
