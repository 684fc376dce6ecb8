"""Reliability of every construct of a fit, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.inference.bootstrap import need_converged
from scrm_model.measurement.alpha import Alpha, ordinal_alpha, raw_alpha
from scrm_model.measurement.coefficients import spearman_brown
from scrm_model.measurement.omega import (
    first_order,
    observed_cov,
    observed_omega,
    ordinal,
    second_order,
    with_errors,
)
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
    "omega_latent", "spearman_brown", "omega_l1", "omega_l1_se", "omega_l1_ci_lower",
    "omega_l1_ci_upper", "omega_l2", "partial_omega_l1",
)  # fmt: skip
_WITH_INTERVAL = ("omega", "h", "ave", "omega_l1")


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
    """

    frame: pd.DataFrame
    level: float
    remarks: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks on the table, then the notes of its rows."""
        rows = zip(self.frame["construct"], self.frame["group"], self.frame["note"], strict=True)
        several = self.frame["group"].nunique() > 1
        told = [f"{c}{f' (group {g})' if several else ''}: {note}." for c, g, note in rows if note]
        return (*self.remarks, *told)

    @property
    def _shown(self) -> pd.DataFrame:
        kept = [c for c in self.frame if c != "note" and not str(c).endswith("_se")]
        return self.frame[kept]

    def __repr__(self) -> str:
        return text("Reliability", self._shown, self.notes)

    def _repr_html_(self) -> str:
        return html("Reliability", self._shown, self.notes)


def reliability(fit: Fit, *, level: float = 0.95) -> Reliability:
    """How reliably the items of each construct measure it.

    Parameters
    ----------
    fit : Fit
        Converged, with at least one latent variable.
    level : float
        Of the intervals.

    Returns
    -------
    Reliability

    Raises
    ------
    ArgumentError
        `fit` is no result of `fit()` or has no latent variable; a level outside (0, 1).
    EstimationError
        The fit did not converge.

    Notes
    -----
    Formulas and denominators: `scrm_model.measurement.coefficients` and
    `scrm_model.measurement.omega`. Intervals are Wald intervals: of alpha by its distribution-free
    error (of normal theory where moments stand for data), of all else by the delta method on the
    fit's own covariance matrix of the estimates, so that a robust fit has robust intervals.
    """
    check_fit(fit, "reliability()", level)
    rows = [
        _row(fit, group, of, level)
        for group in range(len(fit.samples))
        for of in constructs_of(fit.compiled).values()
    ]
    frame = pd.DataFrame(rows)
    some = [c for c in _SOME if c in frame and frame[c].notna().any()]
    frame = frame.reindex(columns=[*_ALWAYS, *some, "note"])
    return Reliability(frame, level, general_remarks(fit, frame))


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


def _row(fit: Fit, group: int, of: Measured, level: float) -> dict[str, Any]:
    row: dict[str, Any] = {
        "construct": of.name, "group": group + 1, "order": of.depth, "n_items": len(of.items),
    }  # fmt: skip
    found = remarks(fit, group, of)
    told = list(found.told)
    if found.modelled:
        row |= _by_model(fit, group, of, found.proper, level)
    if found.summed:
        told += _by_sample(row, fit, group, of, level)
    return row | {"note": "; ".join(dict.fromkeys(t for t in told if t))}


def _by_model(fit: Fit, group: int, of: Measured, proper: bool, level: float) -> dict[str, float]:
    scores = set(of.items) <= set(fit.settings.ordered) and of.depth == 1
    found = with_errors(fit, partial(first_order, fit, group, of))
    row = {}
    if scores:
        row["omega_latent"] = found["omega"][0]
        found |= with_errors(fit, partial(ordinal, fit, group, of), smooth=False)
    if of.depth > 1:
        found = {k: v for k, v in found.items() if not k.startswith("omega")}
    if of.depth == 2:
        found |= with_errors(fit, partial(second_order, fit, group, of))
    if not proper:
        found.pop("h")
    for name, (value, error) in found.items():
        row[name] = value
        if name in _WITH_INTERVAL:
            row |= interval(name, value, error, level)
    if of.depth == 1 and not set(of.items) & set(fit.settings.ordered):
        row["omega3"] = observed_omega(fit, group, of)
    return row


def _by_sample(
    row: dict[str, Any], fit: Fit, group: int, of: Measured, level: float
) -> tuple[str, ...]:
    kinds: Mapping[str, Alpha] = {"alpha": raw_alpha(fit, group, of.items)}
    if set(of.items) <= set(fit.settings.ordered):
        kinds = {**kinds, "alpha_ordinal": ordinal_alpha(fit, group, of.items)}
    for name, found in kinds.items():
        row[name] = found.value
        row |= interval(name, found.value, found.se, level)
    if len(of.items) == 2:
        cov = observed_cov(fit, group, of.items)
        row["spearman_brown"] = spearman_brown(cov[0, 1] / float(np.sqrt(cov[0, 0] * cov[1, 1])))
    negative = "alpha below 0: the items covary negatively on the whole; reverse-score some"
    return (*(a.note for a in kinds.values()), negative if row["alpha"] < 0 else "")


def interval(name: str, value: float, error: float, level: float) -> dict[str, float]:
    """Error and bounds of a Wald interval as columns of a row."""
    reach = -ndtri((1.0 - level) / 2.0) * error
    return {
        f"{name}_se": error, f"{name}_ci_lower": value - reach, f"{name}_ci_upper": value + reach,
    }  # fmt: skip
