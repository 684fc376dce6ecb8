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
from scrm_model.estimation.backends import native, semopy
from scrm_model.estimation.identify import check_count, check_identified
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observe import observe
from scrm_model.estimation.observed.frames import Rows
from scrm_model.estimation.observed.responses.coding import ordered_names
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.optimise.start import starting_points
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import (
    BACKENDS,
    ESTIMATORS,
    INFORMATION,
    LIKELIHOODS,
    MISSING,
    PARAMETERIZATIONS,
    SE,
    TESTS,
    Estimator,
    Settings,
    one_of,
)
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model

_OF_TRACES = ("standard", "satorra.bentler", "mean.var.adjusted", "scaled.shifted")

ENGINES = {"native": native.solve_problem, "semopy": semopy.solve_problem}


def fit(
    model: Model | str,
    data: Any,
    *,
    estimator: str | None = None,
    missing: str = "listwise",
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
    missing : {"listwise", "pairwise"}
        What is done with rows that have missing cells: they are left out, with a warning; or, with
        ordinal variables, each answer counts in all moments that it is part of.
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
    model = _as_model(model)
    ordinal = ordered_names(ordered, model.observed, model.predictors)
    chosen = estimator or ("WLSMV" if ordinal else "ML")
    row = ESTIMATORS[one_of("estimator", chosen, tuple(ESTIMATORS))]
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
        fixed_x=bool(ordinal) or row.discrepancy.likelihood if fixed_x is None else bool(fixed_x),
        group=group,
        group_equal=as_texts("group_equal", group_equal),
        group_partial=as_texts("group_partial", group_partial),
        ordered=ordinal,
        parameterization=one_of("parameterization", parameterization, PARAMETERIZATIONS),
    )
    _check_together(settings)
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

    Least squares has errors and tests of its own, and so have ordinal variables. Robust errors
    compare the first-order information with another, not with itself.
    """
    if settings.ordered:
        _check_ordinal(settings)
    elif settings.missing == "pairwise":
        raise ArgumentError(
            "missing= needs 'listwise' with continuous variables; got 'pairwise'. Name ordinal "
            "variables with ordered=, or leave it out."
        )
    robust = settings.se.startswith("robust") or settings.test != "standard"
    if robust and settings.information == "first.order":
        raise ArgumentError(
            "information= needs 'expected' or 'observed' with robust errors or a corrected test; "
            f"got 'first.order' with se={settings.se!r} and test={settings.test!r}. "
            "Use estimator='MLR', or se='standard' and test='standard'."
        )
    if settings.discrepancy.likelihood:
        return
    plain = settings.discrepancy.name not in ("ULS", "DWLS")
    for name, wanted in (
        ("se", ("standard",) if plain else ("standard", "robust.sem")),
        ("test", ("standard",) if plain else _OF_TRACES),
        ("information", ("expected",)),
    ):
        if (got := getattr(settings, name)) not in wanted:
            raise ArgumentError(
                f"{name}= needs {' or '.join(map(repr, wanted))} with estimator="
                f"{settings.estimator!r}; got {got!r}. That goes with estimator='ML'."
            )


def _check_ordinal(settings: Settings) -> None:
    if settings.row.ordinal is None:
        known = ", ".join(repr(e.name) for e in ESTIMATORS.values() if e.ordinal is not None)
        raise ArgumentError(
            f"estimator= needs one of {known} with ordinal variables; got "
            f"{settings.estimator!r}. Use 'WLSMV', or leave ordered= out to treat them as "
            "continuous."
        )
    if settings.backend != "native":
        raise ArgumentError(
            f"backend= needs 'native' with ordinal variables; got {settings.backend!r}. Leave it "
            "out."
        )


def _information(row: Estimator, se: str | None) -> str:
    """By default only the sandwich of Huber and White is made of the observed information."""
    if se is None or se == row.se:
        return row.information
    return "observed" if se == "robust.huber.white" else "expected"


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
    starts = starting_points(compiled, samples)
    solution = ENGINES[settings.backend](problem, constraints, starts)
    settings = settings.but(meanstructure=compiled.meanstructure)
    fitted = Fit(model, settings, compiled, samples, rows, solution)
    # Only then is the question worth its cost: a regular solution is an identified one.
    if not fitted.converged or any(p.code == "information_singular" for p in fitted.problems):
        check_identified(problem, starts[0])
    return fitted


def _warn(fitted: Fit, notes: tuple[str, ...]) -> None:
    for note in notes:
        warnings.warn(note, CategoryWarning, stacklevel=3)
    left_out = fitted.n_original - fitted.nobs
    if left_out:
        missing = fitted.settings.missing
        lack = "missing cells" if missing == "listwise" else "no answer or lack a fixed predictor"
        warnings.warn(
            f"{left_out} of {fitted.n_original} rows have {lack} and were left out "
            f"(missing={missing!r}); {fitted.nobs} were used.",
            MissingDataWarning,
            stacklevel=3,
        )
    for problem in fitted.problems:
        kind = InadmissibleWarning if fitted.converged else ConvergenceWarning
        warnings.warn(str(problem), kind, stacklevel=3)
