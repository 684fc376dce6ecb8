"""Method bias: five approaches on the same rows, each with its table."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, EstimationError, ScrmError
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.measurement.method import ask
from scrm_model.measurement.method.collinearity import collinearity_frame
from scrm_model.measurement.method.ground import (
    Ground,
    composite_correlations,
    latent_correlations,
)
from scrm_model.measurement.method.harman import harman
from scrm_model.measurement.method.main import main_numbers
from scrm_model.measurement.method.partialled import Partialled, partialled
from scrm_model.measurement.method.phases import marker_phases
from scrm_model.measurement.method.result import APPROACHES, MethodBias
from scrm_model.measurement.method.unmeasured import unmeasured
from scrm_model.measurement.problems import from_error
from scrm_model.spec.equality import as_texts
from scrm_model.study.records import Text


def method_bias(
    model: Any,
    data: Any = None,
    *,
    marker: Any = None,
    approaches: Iterable[str] | None = None,
    ordered: Any = (),
    r_m: str | float = "second smallest",
    percentiles: Iterable[float] = (0.75, 0.95, 0.99),
    alpha: float = 0.05,
    **options: Any,
) -> MethodBias:
    """How much a common method may have put into the answers, by several approaches.

    Parameters
    ----------
    model : Fit, Model or str
        Its constructs with items of their own are taken, all correlated: paths, second-order
        constructs and composites are left out. Of a fit, rows and settings are taken too.
    data : DataFrame or Moments, optional
        Not needed with a fit, unless the marker is not among its variables.
    marker : Scale, iterable of str, or str, optional
        Items that theory relates to no construct: `Scales.marker`, column names, or a construct of
        the model.
    approaches : iterable of str, optional
        Of ``"harman"``, ``"partial"`` (Lindell and Whitney), ``"marker"`` (the three phases of
        Williams, Hartman and Cavazotte), ``"ulmc"`` (unmeasured method factor), ``"vif"``; by
        default all.
    ordered : bool, iterable of str
        Ordinal items, as in `fit`; True means the marker's too.
    r_m : {"second smallest", "smallest"} or float
        The correlation that owes all to the method, in the partial correlations.
    percentiles : iterable of float
        At which the adjustment is repeated.
    alpha : float
        Level of significance.
    **options
        More arguments of `fit`: estimator, missing, ….

    Returns
    -------
    MethodBias

    Raises
    ------
    ArgumentError, ModelError
        What cannot be read; fewer than two constructs; a marker that measures a construct.
    DataError, MissingColumnError
        The data are not what the model needs.
    EstimationError
        The constructs themselves found no minimum.

    Warns
    -----
    MissingDataWarning
        Rows were left out; all approaches have the same rows.

    Notes
    -----
    Formulas and sources: `scrm_model.measurement.method.harman`,
    `scrm_model.measurement.method.partialled`, `scrm_model.measurement.method.phases`,
    `scrm_model.measurement.method.unmeasured`, `scrm_model.measurement.method.collinearity`. None
    of them proves that there is no bias; the design of the study comes first.
    """
    shares = ask.check_numbers(r_m, percentiles, alpha)
    wanted = APPROACHES if approaches is None else as_texts("approaches", approaches)
    for name in wanted:
        one_of("approaches", name, APPROACHES)
    ground = ask.ground_of(model, data, marker, ordered, options)
    if approaches is not None and "marker" in wanted and not ground.marker:
        raise ArgumentError(
            "marker= needs the marker's items for approaches='marker'; got none. Name them, or "
            "leave the approach out."
        )
    base = _base(ground)
    work: dict[str, Callable[[], Any]] = {
        "harman": lambda: harman(ground, base),
        "partial": lambda: _partial(ground, base, r_m, shares, alpha),
        "marker": lambda: marker_phases(ground, alpha),
        "ulmc": lambda: unmeasured(ground, base),
        "vif": lambda: _vif(ground, base),
    }
    found: dict[str, Any] = {}
    why: dict[str, Text] = {}
    for name in APPROACHES:
        if name == "marker" and not ground.marker:
            why[name] = _NO_MARKER
        elif name == "marker" and name in wanted and len(ground.marker) < 2:
            why[name] = _ONE_ITEM
        elif name in wanted:
            try:
                found[name] = work[name]()
            except ScrmError as error:
                why[name] = from_error("{error}", "message de la bibliothèque : « {error} »", error)
    frame, french = main_numbers(found)
    return MethodBias(
        frame, dict(ground.constructs), ground.marker, why, bool(ground.ordered), found, french
    )


_NO_MARKER = Text(
    "no marker was named: give its items as marker=",
    "aucune variable marqueur n'a été nommée : donnez ses items par marker=",
)
_ONE_ITEM = Text(
    "marker= names one item, whose loading and error variance cannot be told apart; the "
    "partial correlations take it",
    "marker= nomme un seul item, dont la contribution et la variance d'erreur ne se distinguent "
    "pas ; les corrélations partielles l'acceptent",
)


def _base(ground: Ground) -> Fit:
    base = ground.fit("constructs", ground.measured())
    if not base.converged:
        raise EstimationError(
            "method_bias() needs a measurement model with a minimum; got none. "
            + " ".join(str(p) for p in base.problems)
        )
    return base


def _all_covariances(ground: Ground, base: Fit) -> tuple[pd.DataFrame, int]:
    with_marker = base
    if ground.marker and not ground.ordered:
        with_marker = ground.fit("CFA", ground.measured(marker=True))
    return ask.covariances(ground, with_marker)


def _partial(
    ground: Ground, base: Fit, r_m: str | float, shares: tuple[float, ...], alpha: float
) -> Partialled:
    cov, n = _all_covariances(ground, base)
    groups = dict(ground.constructs)
    name = ground.marker_name if ground.marker else ""
    if name:
        groups[name] = ground.marker
    return partialled(composite_correlations(cov, groups), n, name, r_m, shares, alpha)


def _vif(ground: Ground, base: Fit) -> pd.DataFrame:
    cov, _ = ask.covariances(ground, base) if not ground.marker else _all_covariances(ground, base)
    composite = composite_correlations(cov, ground.constructs)
    return collinearity_frame(latent_correlations(base, list(ground.constructs)), composite)
