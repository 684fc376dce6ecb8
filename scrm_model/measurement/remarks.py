"""What a reader must know of a construct before its coefficients: why some are not there."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.measurement.parts import parts_of
from scrm_model.measurement.scales import Measured


@dataclass(frozen=True, slots=True)
class Remarks:
    """What can be computed of a construct, and what is to be said of it.

    Attributes
    ----------
    told : tuple of str
        Without a full stop.
    modelled : bool
        Whether coefficients by the model exist.
    proper : bool
        Whether every standardised loading is below 1 in size and no residual variance negative.
    summed : bool
        Whether alpha exists.
    """

    told: tuple[str, ...]
    modelled: bool = True
    proper: bool = True
    summed: bool = True


def remarks(fit: Fit, group: int, of: Measured) -> Remarks:
    """What to say of a construct in one group (from 0)."""
    reason = _no_coefficient(fit, group, of)
    if reason:
        return Remarks((reason,), False, False, False)
    wrong = _improper(fit, group, of)
    told = [*_of_loadings(fit, group, of, wrong), *_of_kind(fit, of)]
    if fit._cov is None:
        told.append("no intervals by the model: the fit has no standard errors")
    return Remarks(tuple(told), True, not wrong, of.depth == 1)


def _improper(fit: Fit, group: int, of: Measured) -> list[str]:
    """Indicators with a negative residual variance or a standardised loading of 1 or more."""
    at = parts_of(fit, group, of, fit.theta[None])
    values = zip(of.indicators, np.diag(at.residual[0]), at.standardised[0], strict=True)
    return [v for v, residual, loading in values if residual < 0 or abs(loading) >= 1]


def _of_loadings(fit: Fit, group: int, of: Measured, wrong: list[str]) -> Iterator[str]:
    if wrong:
        yield (
            f"Heywood case: {', '.join(wrong)} has a negative residual variance or a standardised "
            "loading of 1 or more; no H, and omega and AVE rest on an improper solution"
        )
    if of.shared:
        yield (
            f"{', '.join(of.shared)} also measured by another construct: its part is left out of "
            "omega, counts as error in omega2 and AVE, and as consistency in alpha"
        )
    loadings = parts_of(fit, group, of, fit.theta[None]).loadings[0]
    if (loadings > 0).any() and (loadings < 0).any():
        yield "loadings of both signs cancel in omega and alpha; reverse-score the negative"


def _of_kind(fit: Fit, of: Measured) -> Iterator[str]:
    if of.depth == 2:
        yield (
            "second-order: no alpha or omega of items; AVE and H are of its dimensions, omega_l1 "
            "and partial_omega_l1 of the sum of all items, omega_l2 of the sum of dimensions"
        )
    some = set(of.items) & set(fit.settings.ordered)
    if some and some != set(of.items):
        yield (
            "ordinal and continuous items together: omega is of latent responses, alpha of the "
            "numbers, and there is no omega3"
        )


def _no_coefficient(fit: Fit, group: int, of: Measured) -> str:
    if of.formative:
        return "formative (<~): its parts need not correlate, so no coefficient of consistency"
    if of.mixed:
        return "items and constructs side by side among its indicators: no coefficient is defined"
    if of.depth > 2:
        return "of third order or higher: no coefficient is computed"
    if len(of.indicators) < 2:
        return "a single indicator: consistency cannot be seen, its reliability must be assumed"
    variance = parts_of(fit, group, of, fit.theta[None]).variance[0]
    if not variance > 0:
        return f"the construct has a variance of {variance:.3g}: no share of variance exists"
    return ""


_MADE = {
    "logit": "Intervals are made on the logit scale and stay within [0, 1].",
    "wald": "Intervals are Wald intervals: a limit may leave [0, 1].",
    "percentile": "Errors and intervals (percentiles) are of {draws} resamples, {used} used.",
    "bc": "Errors and intervals (bias-corrected) are of {draws} resamples, {used} used.",
}


def general_remarks(
    fit: Fit, frame: pd.DataFrame, interval: str, drawn: tuple[int, int]
) -> tuple[str, ...]:
    """What holds for a whole table of coefficients."""
    told = [
        "alpha is of the sample; omega (Jöreskog's rho) has the implied variance with residual "
        "covariances below it, omega2 all implied variance, omega3 the observed variance."
    ]
    told.append(_MADE[interval].format(draws=drawn[0], used=drawn[1]))
    if drawn[0] == 0 and fit.rows is None:
        told.append("alpha has a normal-theory error (van Zyl et al., 2000).")
    elif drawn[0] == 0 and frame["alpha_se"].notna().any():
        told.append("alpha has a distribution-free error (Maydeu-Olivares et al., 2007).")
    if fit.settings.ordered:
        told.append(
            "Ordinal items: omega is of the sum of category numbers (Green & Yang, 2009), "
            "omega_latent, alpha_ordinal and AVE of latent responses (polychoric correlations)."
        )
    if fit.settings.incomplete:
        told.append("Missing cells: observed moments are those of the unrestricted model.")
    if "spearman_brown" in frame and len(frame) > 1:
        told.append("Spearman-Brown is for constructs of two items.")
    if len(fit.samples) > 1:
        named = ", ".join(f"{k} = {label}" for k, label in enumerate(fit.table.groups, 1))
        told.append(f"Groups: {named}.")
    return tuple(told)
