"""Reliability of every construct of a fit, in one table."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.bootstrap import need_converged
from scrm_model.inference.intervals import bias_corrected, one_sided, percentile
from scrm_model.measurement.bounds import INTERVALS, share_limits
from scrm_model.measurement.construct import WITH_INTERVAL, by_model, by_sample
from scrm_model.measurement.conventions import conventions_frame, conventions_note
from scrm_model.measurement.drawn import Drawn, drawn_coefficients
from scrm_model.measurement.remarks import general_remarks, remarks
from scrm_model.measurement.scales import Measured, constructs_of
from scrm_model.measurement.show import html, text

_ALWAYS = (
    "construct", "group", "order", "n_items",
    "alpha", "alpha_se", "alpha_ci_lower", "alpha_ci_upper",
    "omega", "omega_se", "omega_ci_lower", "omega_ci_upper", "omega2", "omega3",
    "h", "h_se", "h_ci_lower", "h_ci_upper",
    "ave", "ave_se", "ave_ci_lower", "ave_ci_upper", "ave_std",
)  # fmt: skip
_SOME = (
    "alpha_ordinal", "alpha_ordinal_se", "alpha_ordinal_ci_lower", "alpha_ordinal_ci_upper",
    "omega_latent", "spearman_brown", "spearman_brown_se", "spearman_brown_ci_lower",
    "spearman_brown_ci_upper", "omega_l1", "omega_l1_se", "omega_l1_ci_lower",
    "omega_l1_ci_upper", "omega_l2", "partial_omega_l1",
)  # fmt: skip
_DRAWN = ("percentile", "bc")
MEASURES = ("alpha", "omega", "ave")
"""Those of its numbers that have a conventional cut-off."""


@dataclass(frozen=True, eq=False, repr=False)
class Reliability:
    """Coefficients of every construct.

    Attributes
    ----------
    frame : DataFrame
        A row a construct and group: construct, group (from 1), order (0 for a composite), n_items;
        alpha; omega (Jöreskog's rho, composite reliability), omega2 and omega3; h; ave (weighted
        by variances) and ave_std (mean of squared standardised loadings); for alpha, omega, h and
        ave also _se, _ci_lower and _ci_upper. Where they apply: alpha_ordinal (of polychoric
        correlations), omega_latent (of latent responses), spearman_brown (two items), and
        omega_l1, omega_l2, partial_omega_l1 of second-order constructs. The last column, note, says
        why a number is not there or what to know of it.
    level : float
        Of the intervals.
    remarks : tuple of str
        What holds for the whole table.
    interval : {"logit", "wald", "percentile", "bc"}
        How they were made.
    draws, used : int
        Resamples drawn for them, and with an admissible solution; 0 without any.
    seed : int or None
    """

    frame: pd.DataFrame
    level: float
    remarks: tuple[str, ...]
    interval: str = "logit"
    draws: int = 0
    used: int = 0
    seed: int | None = None

    @property
    def conventions(self) -> pd.DataFrame:
        """Cut-offs that readers expect: measure, relation, value, source, reference."""
        return conventions_frame(MEASURES)

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks on the table, the notes of its rows, and the conventions."""
        rows = zip(self.frame["construct"], self.frame["group"], self.frame["note"], strict=True)
        several = self.frame["group"].nunique() > 1
        told = [f"{c}{f' (group {g})' if several else ''}: {note}." for c, g, note in rows if note]
        return (*self.remarks, *told, conventions_note(MEASURES))

    @property
    def _shown(self) -> pd.DataFrame:
        kept = [c for c in self.frame if c != "note" and not str(c).endswith("_se")]
        return self.frame[kept]

    def __repr__(self) -> str:
        return text("Reliability", self._shown, self.notes)

    def _repr_html_(self) -> str:
        return html("Reliability", self._shown, self.notes)


def reliability(
    fit: Fit,
    *,
    level: float = 0.95,
    interval: str = "logit",
    draws: int = 2000,
    seed: int | None = None,
    n_jobs: int | None = None,
    progress: bool = False,
) -> Reliability:
    """How reliably the items of each construct measure it.

    Parameters
    ----------
    fit : Fit
        Converged, with at least one latent variable.
    level : float
        Of the intervals.
    interval : {"logit", "wald", "percentile", "bc"}
        ``"logit"``: made on the scale log(v / (1 - v)), so that no limit leaves [0, 1].
        ``"wald"``: estimate plus and minus z errors. ``"percentile"``, ``"bc"``: of resamples of
        the cases, to each of which the model is fitted anew.
    draws, seed, n_jobs, progress
        Of the resamples, if there are any; see `bootstrap`.

    Returns
    -------
    Reliability

    Raises
    ------
    ArgumentError
        `fit` is no result of `fit()` or has no latent variable; a level outside (0, 1); another
        interval; impossible `draws`.
    EstimationError
        The fit did not converge; resamples are asked of moments, or half of them have no
        admissible solution.

    Notes
    -----
    Formulas and denominators: `scrm_model.measurement.coefficients` and
    `scrm_model.measurement.omega`; of the limits: `scrm_model.measurement.bounds`. The error of
    alpha is distribution-free (of normal theory where moments stand for data), those of all else
    follow by the delta method from the fit's own covariance matrix of the estimates, so that a
    robust fit has robust intervals.
    """
    check_fit(fit, "reliability()", level)
    drawn = None
    if one_of("interval", interval, (*INTERVALS, *_DRAWN)) in _DRAWN:
        if int(draws) != draws or draws < 2:
            raise ArgumentError(
                f"draws= needs a whole number of at least 2; got {draws!r}. 2000 is usual."
            )
        drawn = drawn_coefficients(fit, int(draws), seed, n_jobs, progress)
    rows = [
        _row(fit, group, of, level, interval, drawn)
        for group in range(len(fit.samples))
        for of in constructs_of(fit.compiled).values()
    ]
    frame = pd.DataFrame(rows)
    some = [c for c in _SOME if c in frame and frame[c].notna().any()]
    frame = frame.reindex(columns=[*_ALWAYS, *some, "note"])
    made = (0, 0, None) if drawn is None else (drawn.draws, drawn.used, seed)
    told = general_remarks(fit, frame, interval, made[:2])
    return Reliability(frame, level, told, interval, *made)


def check_fit(fit: Any, what: str, level: float) -> None:
    """Refuse what is no converged fit with latent variables, or an impossible level."""
    if not isinstance(fit, Fit):
        raise ArgumentError(
            f"fit= needs a result of fit(); got {type(fit).__name__}. Write {what[:-1]}fit(...))."
        )
    need_converged(fit, what)
    if not constructs_of(fit.compiled):
        raise ArgumentError(
            "fit= needs a model with at least one latent variable; got observed ones only. "
            "Measure a construct by its items, as in 'CRO =~ cro1 + cro2 + cro3'."
        )
    if not 0 < level < 1:
        raise ArgumentError(
            f"level= needs a number between 0 and 1; got {level!r}. Give 0.95 for 95 %."
        )


def _row(
    fit: Fit, group: int, of: Measured, level: float, interval: str, drawn: Drawn | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "construct": of.name, "group": group + 1, "order": of.depth, "n_items": len(of.items),
    }  # fmt: skip
    said = remarks(fit, group, of)
    told = list(said.told)
    found: dict[str, tuple[float, float]] = {}
    if said.modelled:
        found |= by_model(fit, group, of, said.proper)
    if said.summed:
        own = by_sample(fit, group, of)
        found |= {name: (a.value, a.se) for name, a in own.items()}
        negative = "alpha below 0: the items covary negatively on the whole; reverse-score some"
        told += [*(a.note for a in own.values()), negative if own["alpha"].value < 0 else ""]
    for name, (value, error) in found.items():
        row[name] = value
        if name not in WITH_INTERVAL:
            continue
        if drawn is None:
            row |= _by_formula(name, value, error, level, interval)
            outside = interval == "logit" and not 0 < value < 1 and not np.isnan(error)
            told.append(f"{name} outside (0, 1): a Wald interval" if outside else "")
        else:
            values, why = _by_draws(
                name, value, drawn.enough((group, of.name, name)), level, interval
            )
            row |= values
            told.append(why)
    return row | {"note": "; ".join(dict.fromkeys(t for t in told if t))}


def _by_formula(
    name: str, value: float, error: float, level: float, interval: str
) -> dict[str, float]:
    lower, upper = share_limits(interval, value, error, level)
    return {f"{name}_se": error, f"{name}_ci_lower": lower, f"{name}_ci_upper": upper}


def _by_draws(
    name: str, value: float, draws: np.ndarray | None, level: float, interval: str
) -> tuple[dict[str, float], str]:
    """Error and limits of the draws, and what is to be said of them."""
    if draws is None:
        return {}, f"no interval of {name}: it exists in fewer than half of the resamples"
    one, stack = np.array([value]), draws[:, None]
    why = ""
    if interval == "bc" and one_sided(one, stack)[0]:
        why = f"all resamples lie on one side of {name}: its limits are extremes of the draws"
    limits = (
        percentile(stack, level) if interval == "percentile" else bias_corrected(one, stack, level)
    )
    lower, upper = (float(x[0]) for x in limits)
    error = float(draws.std(ddof=1))
    return {f"{name}_se": error, f"{name}_ci_lower": lower, f"{name}_ci_upper": upper}, why
