"""`fit()`: labels come off here and go back on in the result."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from scrm_model.errors import (
    ArgumentError,
    CategoryWarning,
    ConvergenceWarning,
    InadmissibleWarning,
    MissingDataWarning,
)
from scrm_model.estimation import missing as incomplete
from scrm_model.estimation.asked import settings_of
from scrm_model.estimation.backends import native, semopy
from scrm_model.estimation.identify import check_count, check_identified
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observe import observe
from scrm_model.estimation.observed.frames import Rows
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.start import Starts
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import BACKENDS, Settings, one_of
from scrm_model.spec.model import Model

ENGINES = {"native": native.solve_problem, "semopy": semopy.solve_problem}


def fit(
    model: Model | str,
    data: Any,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
    auxiliary: Iterable[str] = (),
    group: str | None = None,
    group_equal: Iterable[str] = (),
    group_partial: Iterable[str] = (),
    ordered: bool | str | Iterable[str] | Mapping[str, Any] = (),
    parameterization: str = "delta",
    se: str | None = None,
    test: str | None = None,
    information: str | None = None,
    std_lv: bool = False,
    meanstructure: bool | None = None,
    likelihood: str = "normal",
    fixed_x: bool | None = None,
    orthogonal: bool = False,
    backend: str = "native",
) -> Fit:
    """Estimate a structural equation model.

    Parameters
    ----------
    model : Model or str
        A model, or lavaan text.
    data : DataFrame, Moments, or dict of group to Moments
        A pandas or polars frame with a column for each observed variable, or moments in its
        place.
    estimator : str, optional
        ``"ML"``, ``"MLM"``, ``"MLMV"``, ``"MLMVS"``, ``"MLR"``, ``"MLF"``: maximum likelihood, with
        the standard errors and the test that the name stands for in lavaan. ``"GLS"``, ``"ULS"``,
        ``"WLS"``, ``"DWLS"``: generalised, unweighted, weighted (asymptotically distribution-free),
        diagonally weighted least squares. ``"WLSM"``, ``"WLSMV"``, ``"WLSMVS"``, ``"ULSM"``,
        ``"ULSMV"``, ``"ULSMVS"``: DWLS and ULS with robust errors and a corrected test. By default
        ML, or WLSMV if variables are ordinal. See `scrm_model.estimation.settings.ESTIMATORS`.
    missing : {"listwise", "fiml", "fiml.x", "two.stage", "robust.two.stage", "pairwise"}
        What is done with rows that have missing cells. ``"listwise"``: they are left out, with a
        warning. ``"fiml"``: their observed cells count in the likelihood (full information), which
        needs cells missing at random; rows that lack a fixed predictor are left out.
        ``"fiml.x"``: these are kept too. lavaan's other names for the two are understood.
        ``"two.stage"``, ``"robust.two.stage"``: the model is fitted to means and covariances that
        EM makes of all observed cells, with errors and a test that know of it. ``"pairwise"``, with
        ordinal variables: each answer counts in all moments that it is part of.
    auxiliary : iterable of str
        Columns beside the model that say something about its missing cells, or about why they are
        missing; with ``missing="fiml"`` only. They change no hypothesis: see
        `scrm_model.estimation.auxiliary`. `Fit.parameters` leaves their rows out.
    group : str, optional
        Column that holds the groups.
    group_equal : iterable of str
        What is equal across groups: "loadings", "intercepts", "means", "residuals",
        "residual.covariances", "lv.variances", "lv.covariances", "regressions".
    group_partial : iterable of str
        Parameters that `group_equal` leaves free, such as ``"visual=~x3"`` or ``"x3~1"``.
    ordered : bool, iterable of str, or mapping
        Ordinal variables: their names, or True for all that something predicts or measures. A
        mapping says their points too, as a number (answers 1, 2, …) or as codes: an answer beyond
        them is an error, and a point that nobody chose is told. Categories are the answers that
        occur, in the order of their codes. Nothing is ordinal unless it is named here.
    parameterization : {"delta", "theta"}
        What sets the scale of the response behind an ordinal variable: its variance, or its
        residual variance.
    se : {"standard", "robust.sem", "robust.huber.white"}, optional
        Standard errors; by default those of the estimator, or of the two stages.
    test : str, optional
        ``"standard"``, ``"satorra.bentler"``, ``"yuan.bentler.mplus"``, ``"mean.var.adjusted"`` or
        ``"scaled.shifted"``; by default that of the estimator.
    information : {"expected", "observed", "first.order"}, optional
        Of which the standard errors are made; by default that of the estimator.
    std_lv : bool
        Scale latent variables by a variance of 1 instead of a first loading of 1.
    meanstructure : bool, optional
        Estimate means and intercepts. By default only if the model writes some, or with groups.
    likelihood : {"normal", "wishart"}
        Divisor N for sample covariances and N F as test, or N - 1 for both.
    fixed_x : bool, optional
        Take the moments of observed predictors as given; by default so with a likelihood, not with
        least squares.
    orthogonal : bool
        Latent variables that covary by default do not.
    backend : {"native", "semopy"}
        The engine that finds the estimates. Everything else is computed here from them.

    Returns
    -------
    Fit

    Raises
    ------
    ArgumentError
        An option has a value that does not exist.
    SyntaxProblem, ModelError, IdentificationError
        The model cannot be read, or not be estimated from any sample.
    DataError, MissingColumnError
        The data are not what the model needs.

    Warns
    -----
    MissingDataWarning
        Rows were left out.
    ConvergenceWarning, InadmissibleWarning
        See `Fit.problems`.

    Notes
    -----
    Option names and defaults are those of lavaan's ``sem()`` with ``.`` written ``_``.
    """
    model = _as_model(model)
    settings = settings_of(
        model, estimator=estimator, missing=missing, likelihood=likelihood, backend=backend,
        information=information, se=se, test=test, std_lv=std_lv, orthogonal=orthogonal,
        fixed_x=fixed_x, group=group, group_equal=group_equal, group_partial=group_partial,
        ordered=ordered, parameterization=parameterization, auxiliary=auxiliary,
    )  # fmt: skip
    incomplete.check_settings(settings, meanstructure, data)
    seen = observe(model, data, settings, meanstructure, ordered)
    fitted = _solve(model, settings, seen.compiled, seen.samples, seen.rows)
    _warn(fitted, seen.notes)
    return fitted


def refit(fitted: Fit, backend: str) -> Fit:
    """The same model and data through another engine.

    Parameters
    ----------
    fitted : Fit
    backend : {"native", "semopy"}
    """
    settings = fitted.settings.but(backend=one_of("backend", backend, BACKENDS))
    incomplete.check_settings(settings, None, None)
    return _solve(fitted.model, settings, fitted.compiled, fitted.samples, fitted.rows)


def _as_model(model: Any) -> Model:
    if isinstance(model, Model):
        return model
    if isinstance(model, str):
        return Model.from_syntax(model)
    raise ArgumentError(
        f"model= needs a Model or lavaan text; got {type(model).__name__}. "
        "Write for example 'F =~ x1 + x2 + x3'."
    )


def _solve(
    model: Model,
    settings: Settings,
    compiled: CompiledModel,
    samples: tuple[Sample, ...],
    rows: tuple[Rows, ...] | None,
) -> Fit:
    constraints = constraints_of(compiled)
    problem = Problem(compiled, samples, constraints.space, settings.discrepancy)
    lost = compiled.n_parameters - constraints.space.basis.shape[1] + len(constraints.curved)
    check_count(problem, lost)
    starts = Starts(compiled, samples)
    solution = ENGINES[settings.backend](problem, constraints, starts)
    settings = settings.but(meanstructure=compiled.meanstructure)
    fitted = Fit(model, settings, compiled, samples, rows, solution)
    # Only then is the question worth its cost: a regular solution is an identified one.
    if not fitted.converged or any(p.code == "information_singular" for p in fitted.problems):
        check_identified(problem, starts.guess)
    return fitted


def _warn(fitted: Fit, notes: tuple[str, ...]) -> None:
    for note in notes:
        warnings.warn(note, CategoryWarning, stacklevel=3)
    left_out = fitted.n_original - fitted.nobs
    if left_out and fitted.settings.missing != "listwise":
        told = incomplete.told(fitted.rows or (), fitted.settings)
        warnings.warn(told, MissingDataWarning, stacklevel=3)
    elif left_out:
        warnings.warn(
            f"{left_out} of {fitted.n_original} rows have missing cells and were left out "
            f"(missing='listwise'); {fitted.nobs} were used.",
            MissingDataWarning,
            stacklevel=3,
        )
    for problem in fitted.problems:
        kind = InadmissibleWarning if fitted.converged else ConvergenceWarning
        warnings.warn(str(problem), kind, stacklevel=3)
