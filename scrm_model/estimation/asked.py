"""What was asked of a fit: defaults filled in, and what does not go together refused."""

from collections.abc import Iterable
from typing import Any

from scrm_model.errors import ArgumentError
from scrm_model.estimation.auxiliary import auxiliary_names
from scrm_model.estimation.observed.responses.coding import ordered_names
from scrm_model.estimation.settings import (
    BACKENDS,
    ESTIMATORS,
    INFORMATION,
    LIKELIHOODS,
    MISSING,
    MISSING_ALIASES,
    PARAMETERIZATIONS,
    SE,
    TESTS,
    TWO_STAGE,
    Estimator,
    Settings,
    one_of,
)
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model

_OF_TRACES = ("standard", "satorra.bentler", "mean.var.adjusted", "scaled.shifted")


def settings_of(
    model: Model,
    *,
    estimator: str | None,
    missing: str,
    likelihood: str,
    backend: str,
    information: str | None,
    se: str | None,
    test: str | None,
    std_lv: bool,
    orthogonal: bool,
    fixed_x: bool | None,
    group: str | None,
    group_equal: Iterable[str],
    group_partial: Iterable[str],
    ordered: Any,
    parameterization: str,
    auxiliary: Iterable[str],
) -> Settings:
    """Settings of a fit from the arguments of `scrm_model.estimation.fit.fit`.

    Raises
    ------
    ArgumentError
        An option has a value that does not exist, or two do not go together.
    """
    ordinal = ordered_names(ordered, model.observed, model.predictors)
    chosen = estimator or ("WLSMV" if ordinal else "ML")
    row = ESTIMATORS[one_of("estimator", chosen, tuple(ESTIMATORS))]
    missing = one_of("missing", MISSING_ALIASES.get(str(missing), missing), MISSING)
    information = information or _information(row, se, missing)
    if missing in TWO_STAGE:
        se, test = se or missing, test or "satorra.bentler"
    settings = Settings(
        estimator=row.name,
        missing=missing,
        likelihood=one_of("likelihood", likelihood, LIKELIHOODS),
        backend=one_of("backend", backend, BACKENDS),
        information=one_of("information", information, INFORMATION),
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
    if names := auxiliary_names(auxiliary, settings, model, fixed_x):
        settings = settings.but(auxiliary=names, fixed_x=False)
    return settings


def _check_together(settings: Settings) -> None:
    """Refuse what does not go together.

    Least squares has errors and tests of its own, and so have ordinal variables. Robust errors
    compare the first-order information with another, not with itself.
    """
    if settings.ordered:
        _check_ordinal(settings)
    elif settings.missing == "pairwise":
        raise ArgumentError(
            "missing= needs 'listwise' or 'fiml' with continuous variables; got 'pairwise'. Use "
            "'fiml', or name ordinal variables with ordered=."
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
    if settings.missing not in ("listwise", "pairwise"):
        raise ArgumentError(
            "missing= needs 'listwise' or 'pairwise' with ordinal variables; got "
            f"{settings.missing!r}. Use 'pairwise', or leave ordered= out to treat them as "
            "continuous."
        )
    if settings.likelihood != "normal":
        raise ArgumentError(
            "likelihood= needs 'normal' with ordinal variables, whose estimators have no "
            f"likelihood; got {settings.likelihood!r}. Leave it out."
        )
    if settings.backend != "native":
        raise ArgumentError(
            f"backend= needs 'native' with ordinal variables; got {settings.backend!r}. Leave it "
            "out."
        )


def _information(row: Estimator, se: str | None, missing: str) -> str:
    """By default the sandwich of Huber and White, and incomplete data, want the observed one."""
    if missing not in ("listwise", "pairwise") and row.information == "expected":
        return "observed"
    if se is None or se == row.se:
        return row.information
    return "observed" if se == "robust.huber.white" else "expected"
