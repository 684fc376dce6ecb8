"""The whole study in one call; it orchestrates, and computes nothing."""

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.analysis.result import Analysis
from scrm_model.errors import (
    ArgumentError,
    EstimationError,
    InadmissibleWarning,
    MissingDataWarning,
    ModelError,
    ScrmError,
)
from scrm_model.estimation.choice_scales import choose_for_scales, points_of
from scrm_model.estimation.fit import fit
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.draws import check_interval
from scrm_model.inference.hypotheses import hypothesis_table
from scrm_model.inference.indirect import METHODS, IndirectEffects, indirect_effects
from scrm_model.inference.rivals import CLAIMED, named, rivals
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.measurement.formative import Formative, blocks_of_parts, formative
from scrm_model.measurement.reliability import reliability
from scrm_model.measurement.validity import validity
from scrm_model.reporting.contents import sample_of
from scrm_model.reporting.shortfall import Shortfall, shortfall
from scrm_model.screening.result import Screening
from scrm_model.screening.screen import screen
from scrm_model.spec.specify import specify, specify_measurement
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.answers import check_answers
from scrm_model.survey.gathering import Gathered, gathered
from scrm_model.survey.incoming.cells import codes_of
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.recode import turned_round
from scrm_model.survey.scales import Scales

_HTMT_DRAWS = 1000


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
    if isinstance(data, Screening):
        codes = tuple(dict.fromkeys((*data.options.missing_codes, *codes)))
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
        screened, no_screening = _screened(data, answers, scales, codes)
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
        problems=(*no_screening, *no_reliability, *no_validity, *no_rivals, *no_mediation),
        interviews=_interviews(interviews, study),
        screening=screened,
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
    return codes_of(missing_codes)


def _screened(
    data: Any, answers: Gathered, scales: Scales, codes: tuple[float | str, ...]
) -> tuple[Screening | None, tuple[Shortfall, ...]]:
    """The screening that was given, or one of the answers as they came; or why there is none."""
    if isinstance(data, Screening):
        return data, ()
    try:
        found = screen(answers.frame, scales, missing_codes=codes)
    except ScrmError as error:
        return None, (_short("no_screening", error),)
    log = (*answers.log, *found.log)
    return replace(found, log=log, file=answers.file, sha256=answers.sha256), ()


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
