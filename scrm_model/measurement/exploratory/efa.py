"""Exploratory factors: how many, extracted, rotated, judged."""

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from scrm_model.errors import (
    ArgumentError,
    ConvergenceWarning,
    EstimationError,
    InadmissibleWarning,
)
from scrm_model.estimation.workers import Seed, child, seed_sequence
from scrm_model.measurement.exploratory.correlations import Correlations, correlations_of
from scrm_model.measurement.exploratory.evaluation import most_factors
from scrm_model.measurement.exploratory.factors import FactorAnalysis
from scrm_model.measurement.exploratory.parallel import analyse_eigenvalues
from scrm_model.measurement.exploratory.retention import ParallelAnalysis
from scrm_model.measurement.exploratory.solution import CROSS, GAP, Options, solution
from scrm_model.study.records import check_one_of
from scrm_model.survey.scales import Scales

_DRAWS = 1000
_RULES = {"parallel": "pc", "map": "map"}


def efa(
    data: Any,
    factors: int | str = "parallel",
    items: Iterable[str] | Scales | None = None,
    *,
    method: str = "minres",
    rotation: str = "oblimin",
    missing: str = "listwise",
    ordered: Any = False,
    seed: Seed = 1,
    starts: int = 30,
    normalise: bool | None = None,
    gamma: float = 0.0,
    epsilon: float = 0.01,
    power: float = 4.0,
    cross: float = CROSS,
    gap: float = GAP,
) -> FactorAnalysis:
    """Explore the factors behind items.

    Parameters
    ----------
    data : DataFrame or Moments
        Answers, or a covariance or correlation matrix with n.
    factors : int, "parallel" or "map"
        How many; or by Horn's parallel analysis of 1,000 normal data sets at the 95 % quantile, or
        by Velicer's MAP, both kept in `retention`.
    items : iterable of str or Scales, optional
        Which columns; all of them by default.
    method : {"minres", "ml", "pa", "pca"}
        Minimum residuals (unweighted least squares), maximum likelihood, principal axes, or
        principal components.
    rotation : {"oblimin", "quartimin", "geomin", "promax", "varimax", "quartimax", "none"}
    missing : {"listwise", "pairwise", "fiml"}
        As in `kmo`.
    ordered : bool, str, iterable of str, or mapping
        Ordinal items, as in `fit`: their correlations are polychoric.
    seed : int, optional
        Of the starting points, and of the simulated data where these choose the number. It has a
        default, so that the same call gives the same factors.
    starts : int
        Points that the rotation starts from; the best end counts.
    normalise : bool, optional
        Kaiser's normalisation of rows; by default with varimax and promax, not with the others.
    gamma, epsilon, power : float
        Of oblimin (0: quartimin), geomin and promax.
    cross, gap : float
        An item is flagged if its second largest loading exceeds `cross`, or comes nearer to the
        largest than `gap`.

    Returns
    -------
    FactorAnalysis

    Raises
    ------
    ArgumentError
        An argument is not one of those above, or there are more factors than the items can
        identify.
    DataError, MissingColumnError
        The data have no such columns, or no correlations; or the method needs a positive definite
        matrix, and it is none.
    EstimationError
        No factor stands out from chance, where this was to choose their number.

    Warns
    -----
    MissingDataWarning
        Rows were left out.
    InadmissibleWarning
        A Heywood case: a uniqueness was stopped at .005.
    ConvergenceWarning
        No minimum was found.

    Notes
    -----
    Extraction: `scrm_model.measurement.exploratory.extraction`; rotation:
    `scrm_model.measurement.exploratory.rotation`; tests and residuals:
    `scrm_model.measurement.exploratory.evaluation`.
    """
    options = Options(method, rotation, starts, normalise, gamma, epsilon, power, cross, gap)
    options.check()
    _check_factors(factors)
    of = correlations_of(data, items, missing, ordered)
    seeds = seed_sequence(seed)
    retention = _retention(of, factors, child(seeds, 0))
    count = _count(of, factors, method, retention)
    found = solution(of, count, options, child(seeds, 1), retention)
    _warn(found)
    return found


def _check_factors(factors: Any) -> None:
    if isinstance(factors, str):
        check_one_of("factors", factors, tuple(_RULES))
    elif isinstance(factors, bool) or not isinstance(factors, int | np.integer) or factors < 1:
        raise ArgumentError(
            f"factors= needs a number above 0, 'parallel' or 'map'; got {factors!r}. Write for "
            "example factors=3."
        )


def _retention(of: Correlations, factors: int | str, seed: Seed) -> ParallelAnalysis | None:
    if not isinstance(factors, str):
        return None
    return analyse_eigenvalues(of, _DRAWS, seed, "pc", comparison="normal")


def _count(
    of: Correlations, factors: int | str, method: str, retention: ParallelAnalysis | None
) -> int:
    count = factors
    if retention is not None:
        rules = retention.suggestions.set_index("rule")["factors"]
        count = int(rules[_RULES[str(factors)]])
        if count == 0:
            raise EstimationError(
                f"factors={factors!r} finds no factor that stands out from chance: the items have "
                "too little in common. Look at kmo(), or give a number."
            )
    p = len(of.names)
    most = p if method == "pca" else most_factors(p)
    if int(count) > most:
        raise ArgumentError(
            f"factors= needs at most {most} for {p} items and method={method!r}; got {count}. More "
            "factors have more parameters than there are correlations: ask for fewer."
        )
    return int(count)


def _warn(found: FactorAnalysis) -> None:
    if found.heywood:
        warnings.warn(
            f"Heywood case: the uniqueness of {', '.join(found.heywood)} was stopped at .005. Ask "
            "for fewer factors, or leave an item out that another one repeats.",
            InadmissibleWarning,
            stacklevel=3,
        )
    if not found.converged:
        warnings.warn(
            "No minimum was found by the extraction or the rotation; the loadings are where the "
            "search stopped. Ask for fewer factors.",
            ConvergenceWarning,
            stacklevel=3,
        )
