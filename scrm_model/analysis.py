"""The whole study in one call: answers in, hypotheses tested, report out."""

import os
import platform
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from importlib.metadata import version
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scrm_model._version import __version__
from scrm_model.errors import (
    ArgumentError,
    EstimationError,
    InadmissibleWarning,
    MissingDataWarning,
    ModelError,
    ScrmError,
)
from scrm_model.estimation.choice import Choice
from scrm_model.estimation.choice_scales import choose_for_scales, points_of
from scrm_model.estimation.fit import fit
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.draws import check_interval
from scrm_model.inference.effect_sizes import effect_sizes
from scrm_model.inference.hypotheses import SUPPORTED, hypothesis_table
from scrm_model.inference.indirect import METHODS, IndirectEffects, indirect_effects
from scrm_model.inference.mediation_types import MediationTypes, types_behind
from scrm_model.inference.rivals import CLAIMED, named, rivals
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.measurement.descriptives import Descriptives, descriptives
from scrm_model.measurement.formative import Formative, blocks_of_parts, formative
from scrm_model.measurement.reliability import Reliability, reliability
from scrm_model.measurement.validity import Validity, validity
from scrm_model.reporting.contents import Contents, Sample, sample_of
from scrm_model.reporting.outline import report_tables
from scrm_model.reporting.report import write_report
from scrm_model.reporting.sections import audited
from scrm_model.reporting.shortfall import Shortfall, shortfall
from scrm_model.reporting.table_set import Tables
from scrm_model.reporting.views.claims import notes_of
from scrm_model.reporting.writing.audit import Audit
from scrm_model.reporting.writing.method import method_parts
from scrm_model.reporting.writing.results import result_parts
from scrm_model.reporting.writing.writing import Writing
from scrm_model.screening.result import Screening
from scrm_model.spec.specify import specify, specify_measurement
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.answers import check_answers
from scrm_model.survey.gathering import Gathered, gathered
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.recode import turned_round
from scrm_model.survey.scales import Scales

_PROGRAMS = ("numpy", "scipy", "pandas")
_HTMT_DRAWS = 1000


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
    reliability : Reliability, or None
        Of its constructs; None where it has no minimum, or `problems` says why.
    validity : Validity, or None
        The same; HTMT with intervals of as many resamples as `draws` says, 1,000 at most.
    formative : Formative, or None
        Of the composites of the structural model; None without any.
    fit : Fit
        The structural model.
    hypotheses : DataFrame
        See `hypothesis_table`.
    mediation : IndirectEffects, or None
        None where the study claims no mediation, or where it could not be tested: then the fit
        has no minimum, or `problems` says why.
    rivals : DataFrame, or None
        See `rivals`; None where the study has none, or `problems` says why.
    settings : dict
        What was asked.
    asked : dict
        Every option of the call, the seed as it was used: with the data, what repeats it.
    choice : Choice
        Estimator, treatment of missing answers and ordinal items, and why.
    problems : tuple of Shortfall
        What could not be computed although the study claims it; problems of the model itself are
        in ``fit.problems``.
    interviews : Interviews, or None
        What informants said, for the joint display of the report.
    """

    study: Study
    scales: Scales
    sample: Sample
    measurement: Fit
    reliability: Reliability | None
    validity: Validity | None
    formative: Formative | None
    fit: Fit
    hypotheses: pd.DataFrame
    mediation: IndirectEffects | None
    rivals: pd.DataFrame | None
    settings: dict[str, Any]
    choice: Choice
    problems: tuple[Shortfall, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)
    interviews: Interviews | None = None

    def methods(self, lang: str = "en") -> Writing:
        """The methods paragraphs: answers, measures, estimation, tests, software, with citations.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        Writing
            ``print()`` shows the paragraphs; ``["data"]`` gives one of them.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return Writing(method_parts(self.contents()), lang)

    def results(self, lang: str = "en") -> Writing:
        """The results in words: a text for each hypothesis and mediation claim, and for the rest.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        Writing
            ``["H1"]``, ``["M1"]``, ``["measurement"]``, ``["fit"]``, ``["r2"]``, ``["rivals"]``.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return Writing(result_parts(self.contents()), lang)

    def audit(self, lang: str = "en") -> Audit:
        """What the reporting standards ask, where the report has it, and what is left for whom.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        Audit
            `Audit.frame` has a row for each point.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return audited(self.contents(), lang)

    def report(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the report to a file.

        Parameters
        ----------
        path : str or path
            A name ending in .html (one self-contained page), .docx (Word) or .tex (LaTeX, with
            its figures beside it as PDF).
        lang : {"en", "fr"}

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ArgumentError
            Unknown language or ending, a folder that does not exist, or a file that cannot be
            written.
        """
        return write_report(self.contents(), Path(path), lang)

    def tables(self, lang: str = "en") -> Tables:
        """Every table of the report by name, to be saved in any form.

        Parameters
        ----------
        lang : {"en", "fr"}
            The language in which they are shown and saved unless another is asked for.

        Returns
        -------
        Tables
            Such as ``descriptives``, ``measurement``, ``fit``, ``r2``, ``effect_sizes``,
            ``hypotheses``, ``mediation``, ``mediation_types`` and ``rivals``, as far as the study
            has them.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return Tables(report_tables(self.contents(), lang), lang)

    @cached_property
    def descriptives(self) -> Descriptives:
        """Means, standard deviations and correlations of the items."""
        return descriptives(self.fit)

    @cached_property
    def effect_sizes(self) -> pd.DataFrame | None:
        """f² of every path; see `effect_sizes`. None without a minimum or without paths."""
        return effect_sizes(self.fit) if self.fit.converged and self.study.hypotheses else None

    @cached_property
    def mediation_types(self) -> MediationTypes | None:
        """Types of mediation; see `mediation_types`.

        From the effects of `mediation` where all pairs have a direct path. Otherwise direct paths
        are added and intervals are by Monte Carlo, with the analysis' seed and level. None where
        `mediation` is, or where the model with these paths cannot be estimated.
        """
        return None if self.mediation is None else types_behind(self.mediation, self.fit)

    def contents(self) -> Contents:
        """What a report shows."""
        effects = self.mediation
        return Contents(
            study=self.study,
            scales=self.scales,
            sample=self.sample,
            fit=self.fit,
            measurement_fit=self.measurement,
            hypotheses=self.hypotheses,
            mediation=pd.DataFrame() if effects is None else effects.frame,
            mediation_notes={} if effects is None else notes_of(effects),
            rivals=self.rivals,
            settings=self.settings,
            choice=self.choice,
            reliability=self.reliability,
            validity=self.validity,
            formative=self.formative,
            versions=_versions(),
            problems=self.problems,
            interviews=self.interviews,
            descriptives=self.descriptives,
            effect_sizes=self.effect_sizes,
            mediation_types=self.mediation_types,
        )

    def summary(self) -> str:
        """Sample, fit, reliability, hypotheses and mediation as plain text."""
        parts = [
            repr(self),
            self.fit.summary(),
            "",
            str(self.choice),
            "",
            *(() if self.reliability is None else (repr(self.reliability), "")),
            self.hypotheses.drop(columns="references").to_string(
                index=False, float_format="{:.3f}".format, na_rep=""
            ),
        ]
        if self.mediation is not None:
            parts += ["", repr(self.mediation)]
        parts += [f"\n{problem}" for problem in self.problems]
        return "\n".join(parts)

    def __repr__(self) -> str:
        supported = int((self.hypotheses["verdict"] == SUPPORTED).sum())
        used = f"{self.sample.used} of {self.sample.rows} rows used"
        if self.sample.left_out:
            listwise = self.sample.missing_treatment == "listwise"
            why = "incomplete" if listwise else "without any answer"
            used += f" ({self.sample.left_out} {why}, left out)"
        return (
            f"Analysis of '{self.study.name.get('en')}': {used}; "
            f"{supported} of {len(self.hypotheses)} hypotheses supported; {self.fit!r}"
        )

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(repr(self))}</p>"]
        found = (*self.fit.problems, *self.problems)
        told = "".join(f"<li>{escape(str(p))}</li>" for p in found)
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
    estimator: str | None = None,
    missing: str | None = None,
    ordered: bool | str | Iterable[str] | None = None,
    missing_codes: Iterable[float | str] = (),
    reading: Mapping[str, Any] | None = None,
    whole_answers: bool = True,
    method: str = "bootstrap",
    interval: str = "percentile",
    draws: int = 5000,
    seed: int | None = None,
    alpha: float = 0.05,
    backend: str = "native",
    n_jobs: int | None = None,
    progress: bool = False,
    interviews: Interviews | None = None,
) -> Analysis:
    """Test a study's hypotheses and mediation claims on a file of answers.

    Parameters
    ----------
    data : str, path, Responses, Screening or DataFrame
        A file that `read_responses` reads, what it gives, answers that `screen` judged (less the
        cases excluded there), or a pandas or polars frame.
    study : Study
    scales : Scales
        Must hold the scales of the study's constructs; others are left out.
    performance : {"second-order", "two-factor", "single"}
        How a construct with dimensions enters; see `specify`.
    estimator, missing, ordered : optional
        See `fit`. What is not given is chosen from the points of the scales, the shape of the
        answers, their number and the missing cells, by the rule of
        `scrm_model.estimation.choice`; `Analysis.choice` and the report say what and why. With
        ``missing="fiml"`` every answer given counts, and only rows without any
        are left out.
    missing_codes : iterable of float or str
        Numbers or labels that stand for a missing answer, such as ``(-99,)``. They are made empty,
        and the log says how many.
    reading : mapping of str to object, optional
        Options of `read_responses` for a file, such as ``{"sheet": 2}``.
    whole_answers : bool
        Whether answers between the points of a scale are an error; False for averaged or imputed
        answers.
    method, interval, draws, seed
        Of the indirect effects; see `indirect_effects`. Without a seed one is drawn and kept in
        the settings, so that the analysis can be repeated.
    alpha : float
        Level of the tests; intervals have level 1 - alpha.
    n_jobs : int, optional
        Workers of the bootstrap as joblib counts them; None is one. Numbers do not depend on it.
    progress : bool
        Show a progress bar.
    interviews : Interviews, optional
        What informants said, for the joint display of the report. By default `INTERVIEWS` where
        all constructs are those of `STUDY`, and none otherwise.

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
        Rows were left out: incomplete ones, or with ``missing="fiml"`` those without any answer.
    ConvergenceWarning, InadmissibleWarning
        See `Fit.problems` and `Analysis.problems`. Those of the measurement model and of rivals
        begin with its name.
    """
    codes = _check_options(method, interval, draws, alpha, missing_codes)
    scales = scales.restricted_to(study)
    answers = _answers(data, scales, codes, reading)
    frame, log = answers.frame, answers.log
    check_answers(frame, scales.codes, scales, whole=whole_answers)
    frame, reversed_log = turned_round(frame, scales)
    model = specify(study, scales, performance=performance)
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    choice = choose_for_scales(
        frame, scales, model, estimator=estimator, missing=missing, ordered=ordered,
        whole=whole_answers,
    )  # fmt: skip
    options: dict[str, Any] = {
        "estimator": choice.estimator,
        "missing": choice.missing,
        "ordered": points_of(scales, choice.ordered),
        "backend": backend,
    }
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted = fit(model, frame, **options)
        with named("Measurement model"):
            measured = specify_measurement(scales, study=study, performance=performance)
            measurement = fit(measured, frame, **options)
        reliable, no_reliability = _of_scales(
            "no_reliability", measurement, reliability, level=1 - alpha
        )
        valid, no_validity = _of_scales(
            "no_validity", measurement, validity, draws=min(draws, _HTMT_DRAWS), seed=seed,
            level=1 - alpha,
        )  # fmt: skip
        others, no_rivals = _rivals(study, frame, scales, performance=performance, **options)
        mediation, no_mediation = _mediation(
            fitted, study, draws=draws, method=method, interval=interval, seed=seed,
            level=1 - alpha, n_jobs=n_jobs, progress=progress,
        )  # fmt: skip
    _tell(caught, fitted)
    return Analysis(
        study=study,
        scales=scales,
        sample=sample_of(frame, scales, fitted, (*log, *reversed_log), answers),
        measurement=measurement,
        reliability=reliable,
        validity=valid,
        formative=_formative(fitted, 1 - alpha),
        fit=fitted,
        hypotheses=hypothesis_table(fitted, study, alpha=alpha),
        mediation=mediation,
        rivals=others,
        settings={"performance": performance, "alpha": alpha, "missing_codes": codes or None},
        choice=choice,
        problems=(*no_reliability, *no_validity, *no_rivals, *no_mediation),
        interviews=_interviews(interviews, study),
        asked={
            "performance": performance, "estimator": estimator, "missing": missing,
            "ordered": ordered if ordered is None or isinstance(ordered, bool | str)
            else list(ordered),
            "missing_codes": list(codes), "whole_answers": whole_answers, "method": method,
            "interval": interval, "draws": int(draws), "seed": seed, "alpha": float(alpha),
            "backend": backend,
        },
    )  # fmt: skip


def _interviews(asked: Interviews | None, study: Study) -> Interviews | None:
    """Those asked for, or the article's where the study is a variant of its own."""
    if asked is not None:
        return asked
    return INTERVIEWS if all(c in STUDY.constructs for c in study.constructs) else None


def _check_options(
    method: str, interval: str, draws: Any, alpha: Any, missing_codes: Any
) -> tuple[float | str, ...]:
    """The missing codes; refuses what would otherwise stop the work half-way."""
    one_of("method", method, METHODS)
    if not (isinstance(alpha, Real) and 0 < float(alpha) < 1):
        raise ArgumentError(
            f"alpha= needs a number between 0 and 1; got {alpha!r}. The usual level is 0.05."
        )
    check_interval(interval, 1 - float(alpha))
    if not (isinstance(draws, Real) and float(draws).is_integer() and float(draws) >= 2):
        raise ArgumentError(
            f"draws= needs a whole number of at least 2; got {draws!r}. 5000 is usual."
        )
    if not isinstance(missing_codes, Iterable) or isinstance(missing_codes, str):
        raise ArgumentError(
            f"missing_codes= needs numbers such as (-99,); got {missing_codes!r}. Write a list."
        )
    return tuple(missing_codes)


def _of_scales(
    code: str, measurement: Fit, verb: Callable[..., Any], **options: Any
) -> tuple[Any, tuple[Shortfall, ...]]:
    """Reliability or validity of the measurement model, or why there is none."""
    if not measurement.converged:
        return None, ()  # its own problems say so
    try:
        return verb(measurement, **options), ()
    except ScrmError as error:
        return None, (_short(code, error),)


def _formative(fitted: Fit, level: float) -> Formative | None:
    """Weights and collinearity of composites, if there are any."""
    if not (fitted.converged and blocks_of_parts(fitted)):
        return None
    return formative(fitted, level=level)


def _rivals(
    study: Study, frame: pd.DataFrame, scales: Scales, **options: Any
) -> tuple[pd.DataFrame | None, tuple[Shortfall, ...]]:
    """Rival models on the rows of the claimed one, or why there are none."""
    if not study.rivals:
        return None, ()
    complete = options["missing"] == "listwise"
    rows = frame.loc[:, list(scales.codes)].dropna(how="any" if complete else "all")
    try:
        return rivals(rows, study, scales, **options), ()
    except ModelError as error:
        return None, (_short("no_rivals", error),)


def _mediation(
    fitted: Fit, study: Study, **options: Any
) -> tuple[IndirectEffects | None, tuple[Shortfall, ...]]:
    """Indirect effects, or why there are none."""
    if not (fitted.converged and study.mediations):
        return None, ()
    try:
        return indirect_effects(fitted, **options), ()
    except EstimationError as error:
        return None, (_short("no_mediation", error),)


def _short(code: str, error: Exception) -> Shortfall:
    short = shortfall(code, error)
    warnings.warn(str(short), InadmissibleWarning, stacklevel=2)
    return short


def _tell(caught: list[warnings.WarningMessage], fitted: Fit) -> None:
    """Warnings of all models, at the user's line, less what the structural one said already."""
    said: set[Any] = {f"Model '{CLAIMED}': {problem}" for problem in fitted.problems}
    for warning in caught:
        text = str(warning.message)
        # The same rows throughout: once is enough to say that some were left out.
        again = issubclass(warning.category, MissingDataWarning) and MissingDataWarning in said
        if not again and text not in said:
            warnings.warn(text, warning.category, stacklevel=3)
        said.add(warning.category)


def _answers(data: Any, scales: Scales, codes: Any, reading: Any) -> Gathered:
    if isinstance(data, Screening):
        found = gathered(data.data, scales, codes, reading=reading)
        return Gathered(found.frame, (*data.log, *found.log), data.file, data.sha256)
    return gathered(data, scales, codes, reading=reading)


def _versions() -> dict[str, str]:
    found = {"scrm_model": __version__, "Python": platform.python_version()}
    return found | {name: version(name) for name in _PROGRAMS}
