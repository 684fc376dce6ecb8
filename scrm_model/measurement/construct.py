"""Every coefficient of one construct: by the model, in a stack of models, and by the sample."""

from collections.abc import Callable
from functools import partial
from typing import Any

from numpy.typing import NDArray

from scrm_model.estimation.result import Fit
from scrm_model.measurement.alpha import OfSample, ordinal_alpha, raw_alpha, two_items
from scrm_model.measurement.omega import (
    first_order,
    observed_omega,
    ordinal,
    second_order,
    with_errors,
)
from scrm_model.measurement.scales import Measured

WITH_INTERVAL = ("omega", "h", "ave", "omega_l1", "alpha", "alpha_ordinal", "spearman_brown")

# A function of the estimates (`first_order` and its kin, without its last argument), and whether it
# is smooth enough for the complex step.
_Call = Callable[[Callable[[NDArray], dict[str, NDArray]], bool], dict[str, Any]]


def by_model(fit: Fit, group: int, of: Measured, proper: bool) -> dict[str, tuple[float, float]]:
    """Coefficients that follow from the estimates: value and standard error, NaN for none.

    Parameters
    ----------
    fit : Fit
    group : int
        From 0.
    of : Measured
        That has coefficients (see `scrm_model.measurement.remarks`).
    proper : bool
        Whether H exists.
    """

    def call(function: Any, smooth: bool) -> dict[str, tuple[float, float]]:
        return with_errors(fit, function, smooth)

    found = _assembled(fit, group, of, proper, call)
    if of.depth == 1 and not set(of.items) & set(fit.settings.ordered):
        found["omega3"] = (observed_omega(fit, group, of), float("nan"))
    return found


def in_stack(
    fit: Fit, group: int, of: Measured, proper: bool, theta: NDArray
) -> dict[str, NDArray]:
    """The same of a stack of estimates, shape (B, q): values of shape (B,)."""
    return _assembled(fit, group, of, proper, lambda function, _: function(theta))


def _assembled(fit: Fit, group: int, of: Measured, proper: bool, call: _Call) -> dict[str, Any]:
    found = call(partial(first_order, fit, group, of), True)
    if of.depth == 1 and set(of.items) <= set(fit.settings.ordered):
        found["omega_latent"] = found["omega"]
        found |= call(partial(ordinal, fit, group, of), False)
    if of.depth > 1:
        found = {k: v for k, v in found.items() if not k.startswith("omega")}
    if of.depth == 2:
        found |= call(partial(second_order, fit, group, of), True)
    if not proper:
        found.pop("h")
    return found


def by_sample(fit: Fit, group: int, of: Measured) -> dict[str, OfSample]:
    """Alpha and its kin of a construct with items only."""
    found = {"alpha": raw_alpha(fit, group, of.items)}
    if set(of.items) <= set(fit.settings.ordered):
        found["alpha_ordinal"] = ordinal_alpha(fit, group, of.items)
    if len(of.items) == 2:
        found["spearman_brown"] = two_items(fit, group, of.items)
    return found
