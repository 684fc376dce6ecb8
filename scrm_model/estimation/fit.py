"""`fit()`: labels come off here and go back on in the result."""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scrm_model.errors import (
    ArgumentError,
    ConvergenceWarning,
    DataError,
    InadmissibleWarning,
    MissingDataWarning,
)
from scrm_model.estimation.backends import native, semopy
from scrm_model.estimation.identify import check_count, check_identified
from scrm_model.estimation.implied.compiled import CompiledModel, compile_table
from scrm_model.estimation.observed.frames import Rows, as_pandas, check_rows, complete_rows
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.sample import Sample, moments_of
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.start import Starts
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import (
    BACKENDS,
    ESTIMATORS,
    INFORMATION,
    LIKELIHOODS,
    MISSING,
    SE,
    TESTS,
    Estimator,
    Settings,
    one_of,
)
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model

ENGINES = {"native": native.solve_problem, "semopy": semopy.solve_problem}


def fit(
    model: Model | str,
    data: Any,
    *,
    estimator: str = "ML",
    missing: str = "listwise",
    group: str | None = None,
    group_equal: Iterable[str] = (),
    group_partial: Iterable[str] = (),
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
    estimator : {"ML", "MLM", "MLMV", "MLMVS", "MLR", "MLF", "GLS", "ULS", "WLS"}
        Maximum likelihood, with the standard errors and the test that the name stands for in
        lavaan, or generalised, unweighted or weighted (asymptotically distribution-free) least
        squares; see `scrm_model.estimation.settings.ESTIMATORS`.
    missing : {"listwise"}
        What is done with rows that have missing cells: they are left out, with a warning.
    group : str, optional
        Column that holds the groups.
    group_equal : iterable of str
        What is equal across groups: "loadings", "intercepts", "means", "residuals",
        "residual.covariances", "lv.variances", "lv.covariances", "regressions".
    group_partial : iterable of str
        Parameters that `group_equal` leaves free, such as ``"visual=~x3"`` or ``"x3~1"``.
    se : {"standard", "robust.sem", "robust.huber.white"}, optional
        Standard errors; by default those of the estimator.
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
    row = ESTIMATORS[one_of("estimator", estimator, tuple(ESTIMATORS))]
    settings = Settings(
        estimator=row.name,
        missing=one_of("missing", missing, MISSING),
        likelihood=one_of("likelihood", likelihood, LIKELIHOODS),
        backend=one_of("backend", backend, BACKENDS),
        information=one_of("information", information or _information(row, se), INFORMATION),
        se=one_of("se", se or row.se, SE),
        test=one_of("test", test or row.test, TESTS),
        std_lv=bool(std_lv),
        orthogonal=bool(orthogonal),
        fixed_x=row.discrepancy.likelihood if fixed_x is None else bool(fixed_x),
        group=group,
        group_equal=as_texts("group_equal", group_equal),
        group_partial=as_texts("group_partial", group_partial),
    )
    _check_together(settings)
    model = _as_model(model)
    if isinstance(data, Moments) or _is_moments_by_group(data):
        fitted = _fit_moments(model, data, settings, meanstructure)
    else:
        fitted = _fit_rows(model, data, settings, meanstructure)
    _warn(fitted)
    return fitted


def refit(fitted: Fit, backend: str) -> Fit:
    """The same model and data through another engine.

    Parameters
    ----------
    fitted : Fit
    backend : {"native", "semopy"}
    """
    settings = fitted.settings.but(backend=one_of("backend", backend, BACKENDS))
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


def _check_together(settings: Settings) -> None:
    """Refuse what does not go together.

    Least squares has its own errors and test: the others are of the likelihood. And robust ones
    compare the first-order information with another, not with itself.
    """
    robust = settings.se.startswith("robust") or settings.test != "standard"
    if robust and settings.information == "first.order":
        raise ArgumentError(
            "information= needs 'expected' or 'observed' with robust errors or a corrected test; "
            f"got 'first.order' with se={settings.se!r} and test={settings.test!r}. "
            "Use estimator='MLR', or se='standard' and test='standard'."
        )
    if settings.row.discrepancy.likelihood:
        return
    for name, wanted in (("se", "standard"), ("test", "standard"), ("information", "expected")):
        if getattr(settings, name) != wanted:
            raise ArgumentError(
                f"{name}= needs {wanted!r} with estimator={settings.estimator!r}; got "
                f"{getattr(settings, name)!r}. Robust errors and tests go with estimator='ML'."
            )


def _information(row: Estimator, se: str | None) -> str:
    """By default only the sandwich of Huber and White is made of the observed information."""
    if se is None or se == row.se:
        return row.information
    return "observed" if se == "robust.huber.white" else "expected"


def _compile(
    model: Model, settings: Settings, meanstructure: bool | None, groups: tuple[str, ...]
) -> CompiledModel:
    several = groups if len(groups) > 1 else ()
    table = model.parameter_table(
        std_lv=settings.std_lv,
        orthogonal=settings.orthogonal,
        fixed_x=settings.fixed_x,
        meanstructure=bool(several) if meanstructure is None else bool(meanstructure),
        groups=several,
        group_equal=settings.group_equal,
        group_partial=settings.group_partial,
    )
    return compile_table(table)


def _fit_rows(model: Model, data: Any, settings: Settings, meanstructure: bool | None) -> Fit:
    frame = as_pandas(data)
    rows = complete_rows(frame, model.observed, settings.group)
    compiled = _compile(model, settings, meanstructure, tuple(r.label for r in rows))
    samples = tuple(moments_of(r.values, compiled.meanstructure) for r in rows)
    for r, s in zip(rows, samples, strict=True):
        check_rows(r, compiled.observed, s.cov[0])
    if settings.unbiased:
        samples = tuple(s.unbiased() for s in samples)
    if settings.estimator == "WLS":
        samples = _with_weights(samples, rows, compiled)
    return _solve(model, settings, compiled, samples, rows)


def _with_weights(
    samples: tuple[Sample, ...], rows: tuple[Rows, ...], compiled: CompiledModel
) -> tuple[Sample, ...]:
    p = compiled.p
    moments = p * (p + 1) // 2 + (p if compiled.meanstructure else 0)
    for r in rows:
        if len(r.values) <= moments:
            raise DataError(
                f"estimator='WLS' needs more cases than moments, to invert their covariances; got "
                f"{len(r.values)} cases for {moments} moments. Use estimator='MLR' or 'MLM'."
            )
    out = tuple(
        s.weighted(r.values, np.ones((1, len(r.values))))
        for s, r in zip(samples, rows, strict=True)
    )
    if any(s.weight is None or np.isnan(s.weight).any() for s in out):
        raise DataError(
            "estimator='WLS' needs moments that vary independently; the data have singular "
            "fourth-order moments. A variable with two values has a variance that its mean "
            "determines: leave the mean structure out, or use estimator='MLR'."
        )
    return out


def _is_moments_by_group(data: Any) -> bool:
    return (
        isinstance(data, Mapping)
        and bool(data)
        and all(isinstance(v, Moments) for v in data.values())
    )


def _fit_moments(model: Model, data: Any, settings: Settings, meanstructure: bool | None) -> Fit:
    if settings.needs_cases:
        raise DataError(
            f"data= needs raw answers for estimator={settings.estimator!r}, se={settings.se!r}, "
            f"test={settings.test!r} and information={settings.information!r}; got Moments. Use "
            "estimator='ML', or the answers themselves."
        )
    by_group = {"": data} if isinstance(data, Moments) else {str(k): v for k, v in data.items()}
    if meanstructure is None and any(m.mean is None for m in by_group.values()):
        # Without means in the input there is no mean structure to estimate by default.
        meanstructure = False
    compiled = _compile(model, settings, meanstructure, tuple(by_group))
    samples = []
    for m in by_group.values():
        cov, mean = m.of(compiled.observed)
        if compiled.meanstructure and mean is None:
            raise DataError(
                "data= needs means for a model with intercepts; the Moments have none. "
                "Give Moments(..., mean=...), or meanstructure=False."
            )
        scaled = cov * ((m.n - 1) / m.n)
        sample = Sample.of(scaled, m.n, mean if compiled.meanstructure else None)
        samples.append(sample.unbiased() if settings.unbiased else sample)
    return _solve(model, settings, compiled, tuple(samples), None)


def _solve(
    model: Model,
    settings: Settings,
    compiled: CompiledModel,
    samples: tuple[Sample, ...],
    rows: tuple[Rows, ...] | None,
) -> Fit:
    constraints = constraints_of(compiled)
    problem = Problem(compiled, samples, constraints.space, settings.row.discrepancy)
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


def _warn(fitted: Fit) -> None:
    left_out = fitted.n_original - fitted.nobs
    if left_out:
        warnings.warn(
            f"{left_out} of {fitted.n_original} rows have missing cells and were left out "
            f"(missing='listwise'); {fitted.nobs} were used.",
            MissingDataWarning,
            stacklevel=3,
        )
    for problem in fitted.problems:
        kind = InadmissibleWarning if fitted.converged else ConvergenceWarning
        warnings.warn(str(problem), kind, stacklevel=3)
