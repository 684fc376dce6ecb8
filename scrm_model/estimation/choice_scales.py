"""The estimator that the rule chooses for the answers to some scales."""

from collections.abc import Iterable

import pandas as pd

from scrm_model.estimation.choice import Choice, choose
from scrm_model.estimation.observed.frames import numeric_columns
from scrm_model.estimation.observed.responses.coding import ordered_names
from scrm_model.spec.model import Model
from scrm_model.survey.scales import Scales


def choose_for_scales(
    frame: pd.DataFrame,
    scales: Scales,
    model: Model,
    *,
    estimator: str | None,
    missing: str | None,
    ordered: bool | str | Iterable[str] | None,
    whole: bool,
) -> Choice:
    """What the rule makes of the answers to the items of a model.

    Parameters
    ----------
    frame : DataFrame
    scales : Scales
    model : Model
    estimator, missing, ordered
        What was asked; None lets the rule decide.
    whole : bool
        Whether answers are points of a scale; averaged answers are continuous.
    """
    names = [code for code in scales.codes if code in model.observed]
    points = {code: 1 + scales.points(code)[1] - scales.points(code)[0] for code in names}
    asked = None if ordered is None else ordered_names(ordered, model.observed, model.predictors)
    values = numeric_columns(frame, names)
    return choose(
        values, names, points if whole else {}, estimator=estimator, missing=missing, ordered=asked
    )


def points_of(scales: Scales, ordinal: tuple[str, ...]) -> dict[str, list[int]]:
    """The codes of ordinal items, as their scales declare them."""
    spans = {code: scales.points(code) for code in ordinal}
    return {code: list(range(low, high + 1)) for code, (low, high) in spans.items()}
