"""Indirect effects with intervals: bootstrap, Monte Carlo or delta; raw and standardised."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.factor import symmetric_root
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.estimation.standardise import solutions
from scrm_model.estimation.uncertainty.delta import delta_errors, jacobian
from scrm_model.inference.bootstrap import bootstrap, need_converged
from scrm_model.inference.draws import Bootstrap, check_interval
from scrm_model.inference.effects import Effects
from scrm_model.inference.intervals import percentile, two_sided_p

Bounds = Callable[[NDArray, NDArray, int], tuple[NDArray, NDArray]]
METHODS = ("bootstrap", "montecarlo", "delta")


@dataclass(frozen=True, eq=False, repr=False)
class IndirectEffects:
    """Effects along paths, with their uncertainty.

    Attributes
    ----------
    frame : DataFrame
        kind (specific, total indirect, direct, total, defined), group, source, target, path,
        est, se, ci_lower, ci_upper, pvalue, std, std_se, std_ci_lower, std_ci_upper.
    method, interval : str
        How the intervals were made.
    level : float
        Their confidence level.
    n_draws, n_used, n_failed, n_inadmissible : int
        Resamples or draws; 0 under the delta method.
    seed : int or None
    interrupted : bool
        Whether Ctrl-C ended the resampling early; `n_draws` counts what was done.
    """

    frame: pd.DataFrame
    method: str
    interval: str
    level: float
    n_draws: int
    n_used: int
    n_failed: int
    n_inadmissible: int
    seed: int | None
    interrupted: bool = False

    def __repr__(self) -> str:
        return self._head() + "\n" + self.frame.to_string(index=False, float_format="{:.3f}".format)

    def _head(self) -> str:
        how = f"{self.method}, {self.interval}" if self.n_draws else self.method
        used = f", {self.n_used} of {self.n_draws} draws" if self.n_draws else ""
        used += "; interrupted" if self.interrupted else ""
        return f"Effects with {self.level:.0%} intervals ({how}{used})"

    def _repr_html_(self) -> str:
        table = self.frame.to_html(index=False, float_format="{:.3f}".format, na_rep="")
        return f"<p>{self._head()}</p>{table}"


def indirect_effects(
    fit: Fit,
    of: Sequence[tuple[str, str]] | None = None,
    draws: int = 5000,
    method: str = "bootstrap",
    interval: str = "percentile",
    seed: int | None = None,
    *,
    level: float = 0.95,
    cluster: Any = None,
    n_jobs: int | None = None,
    progress: bool = False,
) -> IndirectEffects:
    """Specific indirect, total indirect, direct and total effects.

    Parameters
    ----------
    fit : Fit
    of : sequence of (source, target), optional
        Pairs of variables. By default the mediation claims of the study that the model was
        specified from, or else every ``:=`` of the model.
    draws : int
        Resamples (bootstrap) or draws (Monte Carlo).
    method : {"bootstrap", "montecarlo", "delta"}
        ``"montecarlo"`` draws from the normal distribution of the estimates and needs no raw
        data. ``"delta"`` is symmetric and too short on one side at small samples: keep it for
        comparison.
    interval : {"percentile", "bc", "bca", "normal", "basic"}
        For the bootstrap. Monte Carlo intervals are percentiles.
    seed : int, optional
    level : float
        Confidence level.
    cluster : Series or array, optional
        The cluster of each row of the data, for the bootstrap: whole clusters are drawn. See
        `scrm_model.inference.bootstrap.bootstrap`.
    n_jobs : int, optional
        Workers of the bootstrap as joblib counts them; None is one, or what
        ``joblib.parallel_config`` says.
    progress : bool
        Show a progress bar.

    Returns
    -------
    IndirectEffects

    Raises
    ------
    EstimationError
        The fit did not converge, or has no raw data to resample.
    ArgumentError
        An option does not exist, or `cluster` is given without a bootstrap.
    ModelError
        `of` names variables without a path between them, or there is nothing to compute.

    References
    ----------
    .. [1] MacKinnon, D. P., Lockwood, C. M., & Williams, J. (2004). Confidence limits for the
       indirect effect: Distribution of the product and resampling methods. Multivariate
       Behavioral Research, 39, 99-128.
    """
    one_of("method", method, METHODS)
    check_interval(interval, level)
    need_converged(fit, "indirect_effects()")
    effects = _effects(fit, of)
    if cluster is not None and method != "bootstrap":
        raise ArgumentError(
            f"cluster= needs method='bootstrap'; got method={method!r}, which knows no clusters. "
            "Leave one of the two out."
        )
    if method == "delta":
        return _delta(fit, effects, level)
    if method == "montecarlo":
        return _monte_carlo(fit, effects, int(draws), seed, level)
    drawn = bootstrap(fit, draws, seed, cluster=cluster, n_jobs=n_jobs, progress=progress)
    return from_bootstrap(drawn, effects, interval, level)


def _effects(fit: Fit, of: Sequence[tuple[str, str]] | None) -> Effects:
    if of is not None:
        pairs = [tuple(pair) for pair in of]
        wrong = [p for p in pairs if len(p) != 2 or not all(isinstance(v, str) for v in p)]
        if wrong or not pairs:
            raise ArgumentError(
                f"of= needs (source, target) pairs such as [('CRO', 'SCRMP')]; got {list(of)!r}."
            )
        return Effects(fit, [(a, b) for a, b in pairs])
    origin = fit.model.origin
    claims = origin.mediation_pairs() if origin is not None else {}
    if claims:
        return Effects(fit, list(claims), claims, definitions=bool(fit.table.definitions))
    if fit.table.definitions:
        return Effects(fit, [], definitions=True)
    raise ModelError(
        "of= needs (source, target) pairs: the model comes from no study with a mediation claim "
        "and defines nothing with ':='. Give for example of=[('CRO', 'SCRMP')]."
    )


def _on_scale(fit: Fit, effects: Effects, rows: NDArray) -> NDArray:
    return effects.values(rows, defined_standardised(fit.compiled, rows))


def _estimates(fit: Fit, effects: Effects) -> tuple[NDArray, NDArray]:
    rows = solutions(fit.compiled, fit.scaling, fit.theta[None], fit.samples)
    return _on_scale(fit, effects, rows[0])[0], _on_scale(fit, effects, rows[2])[0]


def _frame(effects: Effects, columns: dict[str, NDArray]) -> pd.DataFrame:
    heads = [
        {"kind": e.kind, "group": e.group, "source": e.source, "target": e.target, "path": e.path}
        for e in effects.effects
    ]
    return pd.DataFrame(heads).assign(**columns)


def _delta(fit: Fit, effects: Effects, level: float) -> IndirectEffects:
    cov = fit.cov_params().to_numpy()
    columns: dict[str, NDArray] = {}
    reach = -ndtri((1.0 - level) / 2.0)
    for kind, est, head in zip((0, 2), _estimates(fit, effects), ("", "std_"), strict=True):

        def values(theta: NDArray, scale: int = kind) -> NDArray:
            rows = solutions(fit.compiled, fit.scaling, theta, fit.samples)[scale]
            return _on_scale(fit, effects, rows)

        se = delta_errors(jacobian(values, fit.theta), cov)
        columns["std" if head else "est"] = est
        columns[f"{head}se"] = se
        columns[f"{head}ci_lower"], columns[f"{head}ci_upper"] = est - reach * se, est + reach * se
        if not head:
            with np.errstate(invalid="ignore", divide="ignore"):
                columns["pvalue"] = 2.0 * ndtr(-np.abs(est / se))
    frame = _frame(effects, columns)
    return IndirectEffects(frame, "delta", "normal", level, 0, 0, 0, 0, None)


def _monte_carlo(
    fit: Fit, effects: Effects, draws: int, seed: int | None, level: float
) -> IndirectEffects:
    root = symmetric_root(fit.cov_params().to_numpy())
    drawn = np.random.default_rng(seed).standard_normal((draws, len(root)))
    theta = fit.theta + drawn @ root
    rows = solutions(fit.compiled, fit.scaling, theta, fit.samples)
    usable = np.isfinite(rows[2]).all(axis=1)
    columns = _draw_columns(fit, effects, rows[:, usable], lambda est, d, _: percentile(d, level))
    count = int(usable.sum())
    return IndirectEffects(
        _frame(effects, columns), "montecarlo", "percentile", level, draws, count, 0,
        draws - count, seed,
    )  # fmt: skip


def from_bootstrap(
    drawn: Bootstrap, effects: Effects, interval: str, level: float
) -> IndirectEffects:
    """Effects of bootstrap draws that are there already.

    Parameters
    ----------
    drawn : Bootstrap
    effects : Effects
    interval : {"percentile", "bc", "bca", "normal", "basic"}
    level : float
    """
    fit = drawn.fit
    names = [f"{e.kind} {e.path or f'{e.source} → {e.target}'}" for e in effects.effects]

    def bounds(est: NDArray, draws: NDArray, kind: int) -> tuple[NDArray, NDArray]:
        left = None
        if interval == "bca":
            left = _on_scale(fit, effects, drawn.left_out.rows[kind])
        told = () if kind else names
        return drawn.interval(est, draws, interval, level, left, told)

    columns = _draw_columns(fit, effects, drawn.rows, bounds)
    return IndirectEffects(
        _frame(effects, columns), "bootstrap", interval, level, drawn.n_draws, drawn.n_used,
        drawn.n_failed, drawn.n_inadmissible, drawn.seed, drawn.interrupted,
    )  # fmt: skip


def _draw_columns(fit: Fit, effects: Effects, rows: NDArray, bounds: Bounds) -> dict[str, NDArray]:
    columns: dict[str, NDArray] = {}
    for kind, est, head in zip((0, 2), _estimates(fit, effects), ("", "std_"), strict=True):
        draws = _on_scale(fit, effects, rows[kind])
        columns["std" if head else "est"] = est
        columns[f"{head}se"] = draws.std(axis=0, ddof=1)
        columns[f"{head}ci_lower"], columns[f"{head}ci_upper"] = bounds(est, draws, kind)
        if not head:
            columns["pvalue"] = two_sided_p(draws)
    return columns
