"""An unmeasured method factor on all items: how much would one common cause beside them explain?

Notes
-----
A factor with variance 1, uncorrelated with all constructs, loads on every item: with equal loadings
(in the items' own units), or with free ones [williams1989]_, [podsakoff2003]_. The share of the
method is the mean of its squared standardised loadings, that of the constructs the mean of theirs.
The factor cannot tell method from any other cause that the items share, and finds method variance
of either sign badly [richardson2009]_: read it with the design, not in its place.

References
----------
.. [williams1989] Williams, L. J., Cote, J. A., & Buckley, M. R. (1989). Lack of method variance in
   self-reported affect and perceptions at work. Journal of Applied Psychology, 74, 462-468.
.. [podsakoff2003] See `scrm_model.measurement.method.harman`.
.. [richardson2009] Richardson, H. A., Simmering, M. J., & Sturman, M. C. (2009). A tale of three
   perspectives: Examining post hoc statistical techniques for detection and correction of common
   method variance. Organizational Research Methods, 12, 762-800.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import IdentificationError
from scrm_model.estimation.result import Fit
from scrm_model.inference.words import joined
from scrm_model.measurement.method.ground import (
    Ground,
    estimate_of,
    loads_on,
    uncorrelated,
)
from scrm_model.measurement.method.harman import side_by_side
from scrm_model.measurement.method.words import EQUAL, FREE, model_word
from scrm_model.measurement.problems import from_error
from scrm_model.measurement.side_by_side import difference
from scrm_model.study.records import Text

_OFTEN = Text(
    "An outcome that is common for this model, which data hardly identify: read equal loadings, or "
    "use a marker.",
    "issue fréquente pour ce modèle, que les données identifient à peine (lisez les contributions "
    "égales, ou prenez une variable marqueur) ;",
)
_NOT_IDENTIFIED = (
    "not identified: a factor of all items cannot be told from the constructs. Use equal loadings, "
    "or a marker. {error}",
    "non identifié : un facteur de tous les items ne se distingue pas des construits. Prenez des "
    "contributions égales, ou une variable marqueur. Message de la bibliothèque : « {error} »",
)
LOADINGS = (
    "construct", "item", "std", "std_equal", "method_equal", "std_free", "method_free", "change",
)  # fmt: skip


@dataclass(frozen=True)
class Unmeasured:
    """The constructs with and without a method factor.

    Attributes
    ----------
    frame : DataFrame
        A row a model: model, measures, construct_share and method_share (mean squared standardised
        loadings), against (which model the test is of), chisq_diff, df_diff, pvalue_diff, note.
    loadings : DataFrame
        construct, item; std (without a method factor), std_equal, method_equal, std_free,
        method_free, change (std_free less std).
    fits : dict of str to Fit
    said : dict of str to Text
        What is to be said of single models, without a full stop.
    """

    frame: pd.DataFrame
    loadings: pd.DataFrame
    fits: dict[str, Fit]
    said: dict[str, Text]


def unmeasured(ground: Ground, base: Fit) -> Unmeasured:
    """Fit the constructs with a method factor of equal and of free loadings.

    Parameters
    ----------
    ground : Ground
    base : Fit
        Of the constructs alone.
    """
    fits: dict[str, Fit] = {"constructs": base}
    lacking: dict[str, Text] = {}
    for name, label in ((EQUAL, "method_"), (FREE, "")):
        relations = [
            *ground.measured(),
            *loads_on(ground.method_name, ground.items, label),
            *uncorrelated(ground.method_name, ground.constructs),
        ]
        try:
            fits[name] = ground.fit(name, relations)
        except IdentificationError as error:
            lacking[name] = from_error(*_NOT_IDENTIFIED, error)
    against = {EQUAL: "constructs", FREE: EQUAL}
    tests = {
        name: difference(fits[name], fits[before], names=(model_word(name), model_word(before)))
        for name, before in against.items()
        if name in fits and before in fits
    }
    frame, said = side_by_side(fits, tests, against)
    if FREE in fits and not fits[FREE].admissible:
        own = [said[FREE]] if FREE in said else []
        said[FREE] = joined([_OFTEN, *own], " ")
        frame.loc[frame["model"] == FREE, "note"] = str(said[FREE])
    said |= lacking
    for name, note in lacking.items():
        frame.loc[len(frame)] = {"model": name, "against": "", "note": str(note)}
    for column, factor in (("construct_share", ""), ("method_share", ground.method_name)):
        values = [_share(ground, fits.get(str(m)), factor) for m in frame["model"]]
        frame.insert(list(frame.columns).index("against"), column, values)
    return Unmeasured(frame, _loadings(ground, fits), fits, said)


def _share(ground: Ground, fit: Fit | None, method: str) -> float:
    if fit is None or not fit.converged:
        return float("nan")
    p = fit.parameters
    own = p[(p["op"] == "=~") & ((p["lhs"] == ground.method_name) == bool(method))]
    return float((own["std_all"] ** 2).sum() / len(ground.items)) if len(own) else 0.0


def _loadings(ground: Ground, fits: dict[str, Fit]) -> pd.DataFrame:
    rows = []
    for construct, items in ground.constructs.items():
        for v in items:
            row: dict[str, Any] = {"construct": construct, "item": v}
            for name, end in (("constructs", ""), (EQUAL, "_equal"), (FREE, "_free")):
                fit = fits.get(name)
                if fit is None or not fit.converged:
                    continue
                row[f"std{end}"] = estimate_of(fit, construct, "=~", v, "std_all")
                if end:
                    sign = _sign(ground, fit)
                    own = estimate_of(fit, ground.method_name, "=~", v, "std_all")
                    row[f"method{end}"] = sign * own
            row["change"] = row.get("std_free", np.nan) - row.get("std", np.nan)
            rows.append(row)
    return pd.DataFrame(rows, columns=list(LOADINGS))


def _sign(ground: Ground, fit: Fit) -> float:
    """A factor may be turned round: most of its loadings are shown positive."""
    p = fit.parameters
    own = p.loc[(p["op"] == "=~") & (p["lhs"] == ground.method_name), "std_all"]
    return -1.0 if own.sum() < 0 else 1.0
