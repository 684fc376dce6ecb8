"""An analysis as a bundle of files that repeats it: here, in R with lavaan, and in Mplus."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.analysis.result import Analysis
from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.result import Fit
from scrm_model.replication.files import NEEDED, write_files
from scrm_model.replication.plain import to_plain
from scrm_model.replication.results import results_of
from scrm_model.screening.result import Screening

FORMAT = 1
ROWS, DAT = "rows_used.csv", "rows_used.dat"
_ABOUT = """\
{title}
{line}

What this bundle holds, and how to repeat the analysis from it.

manifest.json      versions, options with the seed, the data's name and checksum, every result
study.json         constructs, hypotheses, mediation claims, rivals
scales.json        items with their wording, points, and which are reverse-keyed
model.lav          the structural model as lavaan text; measurement.lav: the measurement model
lavaan.R           refits the structural model in R; Rscript lavaan.R
mplus.inp          input of Mplus, where the model can be written for it
{rows}
Repeat it:   scrm-model verify THIS [--data ANSWERS]
In Python:   scrm.verify("THIS", data="ANSWERS")

Ce que contient ce dossier, et comment répéter l'analyse : voir manifest.json pour les versions,
les options, la graine et l'empreinte des données ; lavaan.R réestime le modèle dans R ;
scrm-model verify recommence l'analyse et compare chaque nombre.
"""

_ABOUT_ROWS = {
    "covariance.csv": "covariance.csv     of the items, divisor N; means.csv has their means\n",
    ROWS: f"{ROWS}      the answers that the models saw\n",
    DAT: f"{DAT}      the same for Mplus\n",
}


@dataclass(frozen=True, slots=True, repr=False)
class Bundle:
    """A bundle that was written.

    Attributes
    ----------
    path : Path
    files : tuple of str
    notes : tuple of str
        What it could not hold, and why.
    """

    path: Path
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([f"Bundle: {self.path}, {', '.join(self.files)}", *self.notes])

    def _repr_html_(self) -> str:
        listed = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        return f"<p>{escape(str(self.path))}: {escape(', '.join(self.files))}</p><ul>{listed}</ul>"


def write_bundle(
    analysis: Analysis, path: str | os.PathLike[str], *, include_data: bool = False
) -> Bundle:
    """Write all that repeats an analysis.

    Parameters
    ----------
    analysis : Analysis
        Of `analyse`.
    path : str or path
        A new folder, or a name ending in ``.zip``.
    include_data : bool
        Put the answers in: the rows used, items only, as they went into the models. Without them
        the bundle has their covariances, and a repetition needs the answers given again.

    Returns
    -------
    Bundle

    Raises
    ------
    ArgumentError
        No analysis, or a place that cannot be written to.
    """
    if not isinstance(analysis, Analysis):
        raise ArgumentError(
            f"analysis= needs the result of analyse(); got {type(analysis).__name__}. Write "
            "write_bundle(scrm.analyse(...), 'bundle.zip')."
        )
    notes: list[str] = []
    files = {
        NEEDED: _json(_manifest(analysis, include_data)),
        "study.json": _json(to_plain(analysis.study)),
        "scales.json": _json(to_plain(analysis.scales)),
        "model.lav": analysis.fit.model.syntax.encode(),
        "measurement.lav": analysis.measurement.model.syntax.encode(),
        "lavaan.R": _r_script(analysis.fit, include_data, notes),
        **_mplus(analysis.fit, notes),
        **_moments(analysis.fit),
    }
    if include_data:
        answers = rows_used(analysis.fit)
        files[ROWS] = _csv(answers)
        if "mplus.inp" in files:
            files[DAT] = _dat(answers, notes)
    title = analysis.study.name.get("en")
    rows = "".join(text for name, text in _ABOUT_ROWS.items() if files.get(name))
    about = _ABOUT.format(title=title, line="=" * len(title), rows=rows)
    files = {"README.txt": about.encode("utf-8"), **files}
    write_files(Path(path), {name: data for name, data in files.items() if data})
    return Bundle(Path(path), tuple(name for name, data in files.items() if data), tuple(notes))


def rows_used(fit: Fit) -> pd.DataFrame:
    """The answers that a fit saw, by the labels of their rows."""
    parts = [
        pd.DataFrame(r.values, index=r.index, columns=list(fit.compiled.observed))
        for r in fit.rows or ()
    ]
    return pd.concat(parts)


def _manifest(analysis: Analysis, include_data: bool) -> dict[str, Any]:
    sample, choice = analysis.sample, analysis.choice
    return {
        "format": FORMAT,
        "versions": analysis.contents().versions,
        "data": {
            "name": sample.file, "sha256": sample.sha256, "rows": sample.rows,
            "used": sample.used, "included": include_data, "log": [str(e) for e in sample.log],
            "excluded": _excluded(analysis.screening),
        },
        "asked": analysis.asked,
        "chosen": {
            "estimator": choice.estimator, "missing": choice.missing,
            "ordered": list(choice.ordered), "reasons": [str(r) for r in choice.reasons],
        },
        "results": results_of(analysis),
    }  # fmt: skip


def _excluded(screening: Screening | None) -> list[dict[str, Any]]:
    """Which rows were left out, by their place among those received, and why."""
    found = () if screening is None else screening.exclusions
    return [{"rows": list(one.places), "reason": to_plain(one.reason)} for one in found]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _csv(frame: pd.DataFrame, index: bool = False) -> bytes:
    return frame.to_csv(index=index, float_format="%.17g", lineterminator="\n").encode("utf-8")


def _dat(answers: pd.DataFrame, notes: list[str]) -> bytes:
    if answers.isna().to_numpy().any():
        notes.append(f"No {DAT}: cells are missing, whose code Mplus has to be told.")
        return b""
    text = answers.to_csv(index=False, header=False, sep=" ", float_format="%.17g")
    return text.encode("ascii")


def _moments(fit: Fit) -> dict[str, bytes]:
    if fit.settings.ordered or fit.settings.incomplete:
        return {}  # of latent responses, or of an unrestricted model: no covariances of answers
    frame = rows_used(fit)
    means = frame.mean().rename("mean").rename_axis("item").reset_index()
    cov = frame.cov(ddof=0)
    return {"covariance.csv": _csv(cov, index=True), "means.csv": _csv(means)}


def _r_script(fit: Fit, include_data: bool, notes: list[str]) -> bytes:
    of = fit.settings
    options: dict[str, Any] = {"estimator": of.estimator}
    if of.missing != "listwise":
        options["missing"] = of.missing
    if of.ordered:
        options["ordered"] = list(of.ordered)
    try:
        if include_data or of.ordered or of.incomplete or of.se != "standard":
            if not include_data:
                notes.append(
                    f"lavaan.R reads {ROWS}, which this bundle has not: write it with "
                    "include_data=True, or put your own rows in its place."
                )
            return fit.model.to_lavaan_script(ROWS, **options).encode()
        return fit.model.to_lavaan_script("covariance.csv", n=fit.nobs, **options).encode()
    except ModelError as error:
        notes.append(f"No lavaan.R: {error}")
        return b""


def _mplus(fit: Fit, notes: list[str]) -> dict[str, bytes]:
    try:
        return {"mplus.inp": fit.model.to_mplus(DAT).encode()}
    except ModelError as error:
        notes.append(f"No mplus.inp: {error}")
        return {}
