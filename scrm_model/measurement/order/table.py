"""First order, second order or bifactor: the models of a construct with dimensions side by side."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ScrmError
from scrm_model.estimation.result import Fit
from scrm_model.inference.words import joined
from scrm_model.measurement.order.ask import hierarchy_of, model_of
from scrm_model.measurement.order.indices import Bifactor
from scrm_model.measurement.order.models import BIFACTOR, FIRST, ONE, SECOND, Hierarchy
from scrm_model.measurement.order.result import Orders
from scrm_model.measurement.order.words import MODELS
from scrm_model.measurement.problems import problem_text
from scrm_model.measurement.side_by_side import (
    DIFFERENCES,
    MEASURES,
    difference,
    fit_named,
    kinds_of,
    measures_of,
)
from scrm_model.screening.words import say
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Relation
from scrm_model.study.records import Text
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales

_AGAINST = {ONE: SECOND, SECOND: FIRST, BIFACTOR: SECOND}


def orders(
    model: Any,
    data: Any = None,
    of: Any = None,
    *,
    ordered: Any = (),
    scales: Scales = SCALES,
    alone: bool = False,
    reference: str | None = None,
    **options: Any,
) -> Orders:
    """Whether a construct with dimensions is one, several, or one behind several.

    Parameters
    ----------
    model : Model, str, Study or Fit
        Its measurement part is taken, all constructs correlated; of a study that of `scales`; of a
        fit also rows and settings.
    data : DataFrame or Moments, optional
        Not needed with a fit.
    of : str, or mapping of str to iterable of str, optional
        The second-order construct; by default the only one of the model. ``{"G": ["A", "B", "C"]}``
        puts a construct G above constructs that the model has side by side.
    ordered : bool, iterable of str
        Ordinal items, as in `fit`.
    scales : Scales
        For a study.
    alone : bool
        Leave the other constructs out. With two dimensions these are what identifies the
        second-order and the bifactor model.
    reference : str, optional
        A dimension without a specific factor in the bifactor model (S - 1).
    **options
        More arguments of `fit`.

    Returns
    -------
    Orders

    Raises
    ------
    ArgumentError, ModelError
        No such construct; fewer than two dimensions; items of several dimensions.
    DataError, MissingColumnError
        The data are not what the model needs.

    Notes
    -----
    The models: `scrm_model.measurement.order.models`. The target coefficient is the chi-square of
    the correlated dimensions over that of the second-order model [marsh1985]_: 1 if the one
    construct explains all of their correlations. Bifactor indices:
    `scrm_model.measurement.order.indices`; fit alone favours the bifactor model, which may fit what
    is no bifactor structure [bonifay2017]_.

    References
    ----------
    .. [marsh1985] Marsh, H. W., & Hocevar, D. (1985). Application of confirmatory factor analysis
       to the study of self-concept: First- and higher order factor models and their invariance
       across groups. Psychological Bulletin, 97, 562-582.
    .. [bonifay2017] Bonifay, W., Lane, S. P., & Reise, S. P. (2017). Three concerns with applying a
       bifactor model as a structure of psychopathology. Clinical Psychological Science, 5, 184-186.
    """
    found, data, ordered, options = model_of(model, data, ordered, scales, options)
    asked = hierarchy_of(found, of, bool(alone), reference)
    fits: dict[str, Fit] = {}
    lacking: dict[str, Text] = {}
    for which in (ONE, FIRST, SECOND, BIFACTOR):
        try:
            fits[which] = _fitted(asked, which, fits, data, ordered, options)
        except ScrmError as error:
            if which in (ONE, FIRST):
                raise
            lacking[which] = _why_not(asked, which, error)
    solutions = {
        which: loadings
        for which in (BIFACTOR, SECOND)
        if which in fits and (loadings := _loadings(asked, fits[which], which)) is not None
    }
    frame, said = _frame(fits, lacking)
    reasons = {which: str(why) for which, why in lacking.items()}
    return Orders(frame, asked, fits, reasons, solutions, said)


def _fitted(
    asked: Hierarchy,
    which: str,
    fits: Mapping[str, Fit],
    data: Any,
    ordered: Any,
    options: Mapping[str, Any],
) -> Fit:
    def go(relations: list[Relation]) -> Fit:
        whole = Model(relations, which)
        own = ordered
        if not isinstance(ordered, (bool, str)):
            own = [v for v in ordered if v in whole.observed]
        return fit_named(
            f"Model '{which}'", whole, data, ordered=own, std_lv=asked.scaled(which), **options
        )

    found = go(asked.relations(which))
    second = fits.get(SECOND)
    if which == BIFACTOR and not found.converged and second is not None:
        near = _loadings(asked, second, SECOND)
        if near is not None:
            cov = second.implied.cov.loc[list(asked.items), list(asked.items)]
            spread = np.sqrt(np.diag(cov))
            general = dict(zip(asked.items, near.general * spread, strict=True))
            specific = dict(zip(asked.items, near.specific * spread, strict=True))
            again = go(asked.started(general, specific))
            found = again if again.converged else found
    return found


def _why_not(asked: Hierarchy, which: str, error: ScrmError) -> Text:
    two = which == BIFACTOR and len(asked.dimensions) == 2
    remedy = _TWO_DIMENSIONS if two else _MORE
    said = str(error).removeprefix(f"Model '{which}': ").rstrip(".")
    return say(
        "{remedy} {said}", "{remedy} Message de la bibliothèque : « {said} »",
        remedy=remedy, said=said,
    )  # fmt: skip


_TWO_DIMENSIONS = Text(
    "two dimensions: without a third, or four items in each, general and specific parts "
    "cannot be told apart. Name a reference= dimension (S - 1), or keep the other "
    "constructs in the model (alone=False).",
    "deux dimensions : sans une troisième, ou quatre items pour chacune, les parts générale et "
    "spécifique ne se distinguent pas. Nommez une dimension reference= (S - 1), ou gardez les "
    "autres construits dans le modèle (alone=False).",
)
_MORE = Text(
    "not estimated: more dimensions or items, or other constructs beside it, are needed.",
    "non estimé : il faut plus de dimensions ou d'items, ou d'autres construits à ses côtés.",
)


def _frame(fits: dict[str, Fit], lacking: dict[str, Text]) -> tuple[pd.DataFrame, dict[str, Text]]:
    """A row a model, and what is to be said of each."""
    notes = dict(lacking)
    kinds = kinds_of(list(fits.values()))
    rows: list[dict[str, Any]] = []
    for which in (ONE, FIRST, SECOND, BIFACTOR):
        row: dict[str, Any] = {"model": which, "against": ""}
        if which in fits:
            row |= measures_of(fits[which], kinds)
            told = [problem_text(p) for p in fits[which].problems]
            before = _AGAINST.get(which, "")
            if before in fits:
                larger, smaller = (which, before) if which == BIFACTOR else (before, which)
                names = (MODELS[larger], MODELS[smaller])
                tested, said = difference(fits[larger], fits[smaller], names=names)
                if tested["df_diff"] == 0:
                    said = (say(*_SAME, before=MODELS[before]),)
                row |= tested | {"against": before}
                told += said
            if told:
                notes[which] = joined(told)
        rows.append(row | {"note": str(notes.get(which, ""))})
    columns = ["model", *MEASURES, "against", *DIFFERENCES, "note"]
    ordered = {which: notes[which] for which in MODELS if which in notes}
    return pd.DataFrame(rows).reindex(columns=columns), ordered


_SAME = (
    "no test: it implies the same covariances as '{before}'",
    "pas de test, car il implique les mêmes covariances que « {before} »",
)


def _loadings(asked: Hierarchy, fit: Fit, which: str) -> Bifactor | None:
    """Standardised loadings of the bifactor, or of the second-order model by Schmid and Leiman."""
    if not fit.converged:
        return None
    rows = fit.parameters[fit.parameters["op"] == "=~"]
    std = {(a, b): s for a, b, s in zip(rows["lhs"], rows["rhs"], rows["std_all"], strict=True)}
    place = {v: d for d, own in asked.dimensions.items() for v in own}
    general, specific = np.zeros(len(asked.items)), np.zeros(len(asked.items))
    for k, v in enumerate(asked.items):
        d = place[v]
        if which == BIFACTOR:
            general[k], specific[k] = std[asked.construct, v], std.get((d, v), 0.0)
        else:
            b = std[asked.construct, d]
            left = np.sqrt(1.0 - b**2) if abs(b) <= 1 else np.nan
            general[k], specific[k] = std[d, v] * b, std[d, v] * left
    cov = fit.implied.cov.loc[list(asked.items), list(asked.items)].to_numpy()
    spread = np.sqrt(np.diag(cov))
    if np.isnan(specific).any():
        return None
    return Bifactor(
        asked.items, dict(asked.dimensions), general, specific, cov / np.outer(spread, spread)
    )
