"""The whole study in one call: answers in, hypotheses tested, report out."""

import os
import platform
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scrm_model._version import __version__
from scrm_model.errors import MissingDataWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.frames import as_pandas
from scrm_model.estimation.result import Fit
from scrm_model.inference.hypotheses import SUPPORTED, hypothesis_table
from scrm_model.inference.indirect import IndirectEffects, indirect_effects
from scrm_model.inference.rivals import rivals
from scrm_model.reporting.contents import Contents, Sample
from scrm_model.reporting.report import write_report
from scrm_model.spec.specify import specify, specify_measurement
from scrm_model.study.claims import Study, Text
from scrm_model.study.scrm import STUDY
from scrm_model.survey.answers import check_answers
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.log import LogEntry
from scrm_model.survey.responses import Responses, read_responses
from scrm_model.survey.scales import Scales

_PROGRAMS = ("numpy", "scipy", "pandas")


@dataclass(frozen=True, eq=False, repr=False)
class Analysis:
    """Everything that `analyse` found.

    Attributes
    ----------
    study : Study
    scales : Scales
    sample : Sample
        Rows, missing cells, what was done to the data.
    measurement : Fit
        The measurement model: the same factors, freely correlated.
    fit : Fit
        The structural model.
    hypotheses : DataFrame
        See `hypothesis_table`.
    mediation : IndirectEffects, or None
        None where the study claims no mediation, or no minimum was found.
    rivals : DataFrame, or None
        See `rivals`; None where the study has none.
    settings : dict
        What was asked.
    """

    study: Study
    scales: Scales
    sample: Sample
    measurement: Fit
    fit: Fit
    hypotheses: pd.DataFrame
    mediation: IndirectEffects | None
    rivals: pd.DataFrame | None
    settings: dict[str, Any]

    def report(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the report to one self-contained file.

        Parameters
        ----------
        path : str or path
            A name ending in .html.
        lang : {"en", "fr"}

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ArgumentError
            Unknown language or ending, or a folder that does not exist.
        """
        return write_report(self.contents(), Path(path), lang)

    def contents(self) -> Contents:
        """What a report shows."""
        effects = self.mediation
        notes: dict[str, Any] = {}
        if effects is not None:
            notes = {
                "method": effects.method, "interval": effects.interval, "level": effects.level,
                "draws": effects.n_draws, "draws_used": effects.n_used,
                "failed": effects.n_failed, "inadmissible": effects.n_inadmissible,
                "seed": effects.seed,
            }  # fmt: skip
        return Contents(
            study=self.study,
            scales=self.scales,
            sample=self.sample,
            fit=self.fit,
            measurement_fit=self.measurement,
            hypotheses=self.hypotheses,
            mediation=pd.DataFrame() if effects is None else effects.frame,
            mediation_notes=notes,
            rivals=self.rivals,
            settings=self.settings,
            versions=_versions(),
        )

    def summary(self) -> str:
        """Sample, fit, hypotheses and mediation as plain text."""
        parts = [
            repr(self),
            self.fit.summary(),
            "",
            self.hypotheses.drop(columns="references").to_string(
                index=False, float_format="{:.3f}".format, na_rep=""
            ),
        ]
        if self.mediation is not None:
            parts += ["", repr(self.mediation)]
        return "\n".join(parts)

    def __repr__(self) -> str:
        supported = int((self.hypotheses["verdict"] == SUPPORTED).sum())
        used = f"{self.sample.used} of {self.sample.rows} rows used"
        if self.sample.left_out:
            used += f" ({self.sample.left_out} incomplete, left out)"
        return (
            f"Analysis of '{self.study.name.get('en')}': {used}; "
            f"{supported} of {len(self.hypotheses)} hypotheses supported; {self.fit!r}"
        )

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(repr(self))}</p>"]
        told = "".join(f"<li>{escape(str(p))}</li>" for p in self.fit.problems)
        parts += [f"<ul>{told}</ul>"] if told else []
        shown = self.hypotheses.drop(columns=["lhs", "op", "rhs", "references"])
        parts.append(shown.to_html(index=False, float_format="{:.3f}".format, na_rep=""))
        if self.mediation is not None:
            parts.append(self.mediation._repr_html_())
        return "".join(parts)


def analyse(
    data: Any,
    study: Study = STUDY,
    scales: Scales = SCALES,
    *,
    performance: str = "second-order",
    estimator: str = "ML",
    missing: str = "listwise",
    missing_codes: Iterable[float] = (),
    whole_answers: bool = True,
    method: str = "bootstrap",
    interval: str = "percentile",
    draws: int = 5000,
    seed: int | None = None,
    alpha: float = 0.05,
    backend: str = "native",
    progress: bool = False,
) -> Analysis:
    """Test a study's hypotheses and mediation claims on a file of answers.

    Parameters
    ----------
    data : str, path, Responses or DataFrame
        A CSV file, answers read with `read_responses`, or a pandas or polars frame.
    study : Study
    scales : Scales
        Must hold the scales of the study's constructs; others are left out.
    performance : {"second-order", "two-factor", "single"}
        How a construct with dimensions enters; see `specify`.
    estimator, missing, backend : str
        See `fit`.
    missing_codes : iterable of float
        Numbers that stand for a missing answer, such as ``(-99,)``. They are made empty, and the
        log says how many.
    whole_answers : bool
        Whether answers between the points of a scale are an error; False for averaged or imputed
        answers.
    method, interval, draws, seed
        Of the indirect effects; see `indirect_effects`. Without a seed one is drawn and kept in
        the settings, so that the analysis can be repeated.
    alpha : float
        Level of the tests; intervals have level 1 - alpha.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Analysis

    Raises
    ------
    ScrmError
        Before any estimation, if the file cannot be read, columns are missing, or answers do not
        fit their scales: one error that lists every problem. Also if the model cannot be
        estimated.

    Warns
    -----
    MissingDataWarning
        Incomplete rows were left out.
    ConvergenceWarning, InadmissibleWarning
        See `Fit.problems`.
    """
    scales = scales.restricted_to(study)
    codes = tuple(missing_codes)
    frame, log, file, sha256 = _answers(data, scales, codes)
    check_answers(frame, scales.codes, scales, whole=whole_answers)
    frame, reversed_log = _turned(frame, scales)
    model = specify(study, scales, performance=performance)
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    options: dict[str, Any] = {"estimator": estimator, "missing": missing, "backend": backend}
    fitted = fit(model, frame, **options)
    rows = frame.loc[:, list(scales.codes)].dropna()
    # The same rows throughout: the other models need not say again that some were left out.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingDataWarning)
        measured = specify_measurement(scales, study=study, performance=performance)
        measurement = fit(measured, frame, **options)
        others = None
        if study.rivals:
            others = rivals(rows, study, scales, performance=performance, **options)
    mediation = None
    if fitted.converged and study.mediations:
        mediation = indirect_effects(
            fitted, draws=draws, method=method, interval=interval, seed=seed, level=1 - alpha,
            progress=progress,
        )  # fmt: skip
    return Analysis(
        study=study,
        scales=scales,
        sample=_sample(frame, scales, fitted, (*log, *reversed_log), file, sha256),
        measurement=measurement,
        fit=fitted,
        hypotheses=hypothesis_table(fitted, study, alpha=alpha),
        mediation=mediation,
        rivals=others,
        settings={"performance": performance, "alpha": alpha, "missing_codes": codes or None},
    )


def _answers(
    data: Any, scales: Scales, codes: tuple[float, ...]
) -> tuple[pd.DataFrame, tuple[LogEntry, ...], str | None, str | None]:
    """Frame, log, file name and checksum of whatever holds the answers."""
    if isinstance(data, str | os.PathLike):
        data = read_responses(data, scales, missing_codes=codes)
        codes = ()
    if isinstance(data, Responses):
        frame, log = _emptied(data.frame, scales, codes)
        return frame, (*data.log, *log), data.name, data.sha256
    frame, log = _emptied(as_pandas(data), scales, codes)
    return frame, log, None, None


def _emptied(
    frame: pd.DataFrame, scales: Scales, codes: tuple[float, ...]
) -> tuple[pd.DataFrame, tuple[LogEntry, ...]]:
    """The frame with missing codes made empty, and how many of each."""
    if not codes:
        return frame, ()
    present = [c for c in scales.codes if c in frame.columns]
    hits = frame[present].isin(list(codes))
    counts = hits.sum()
    shown = ", ".join(f"{c:g}" for c in codes)
    text = Text(f"{shown} taken as missing", f"{shown} : réponse manquante")
    log = tuple(LogEntry("missing codes", str(k), int(n), text) for k, n in counts.items() if n)
    out = frame.copy()
    out[present] = frame[present].mask(hits)
    return out, log


def _turned(frame: pd.DataFrame, scales: Scales) -> tuple[pd.DataFrame, tuple[LogEntry, ...]]:
    """Reverse-keyed items turned round, and which."""
    turned = [c for c in scales.codes if scales.item(c).reverse]
    if not turned:
        return frame, ()
    out = frame.copy()
    for code in turned:
        low, high = scales.points(code)
        out[code] = low + high - out[code]
    text = Text("reverse-keyed, turned round", "item inversé, recodé")
    return out, tuple(LogEntry("reverse", code, len(out), text) for code in turned)


def _sample(
    frame: pd.DataFrame,
    scales: Scales,
    fitted: Fit,
    log: tuple[LogEntry, ...],
    file: str | None,
    sha256: str | None,
) -> Sample:
    empty = frame[list(scales.codes)].isna().sum()
    return Sample(
        rows=len(frame),
        used=fitted.nobs,
        left_out=len(frame) - fitted.nobs,
        missing_cells=int(empty.sum()),
        missing_treatment=fitted.settings.missing,
        missing_by_item={str(name): int(n) for name, n in empty.items() if n},
        log=tuple(entry.sentence for entry in log),
        file=file,
        sha256=sha256,
    )


def _versions() -> dict[str, str]:
    found = {"scrm_model": __version__, "Python": platform.python_version()}
    return found | {name: version(name) for name in _PROGRAMS}
