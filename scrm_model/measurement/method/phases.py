"""The marker as a latent variable: does its method reach the items, and does it bias correlations?

Notes
-----
Phase I [williams2010]_, all latent variances 1:

    CFA        constructs and marker correlate freely
    Baseline   the marker covaries with no construct; its items' loadings and error variances are
               fixed at the CFA's estimates; constructs correlate freely
    Method-C   the marker also loads on every item of the constructs, all loadings equal
    Method-U   these loadings free
    Method-R   Method-C or -U, correlations of constructs fixed at Baseline's

Baseline against Method-C asks whether the marker reaches the items at all, C against U whether it
reaches all alike, the better of both against R whether it biases the correlations. The CFA is not
compared: Baseline's fixed values come from these very data.

Phase II decomposes reliability, with completely standardised loadings s on the construct and m on
the marker and residual variances e of the better model::

    substantive = (sum s)^2 / T     method = (sum m)^2 / T     T = (sum s)^2 + (sum m)^2 + sum e

Phase III fixes the method loadings at that end of their intervals that is further from 0 (95 and
99 %), Method-S, and sets the correlations side by side.

References
----------
.. [williams2010] Williams, L. J., Hartman, N., & Cavazotte, F. (2010). Method variance and marker
   variables: A review and comprehensive CFA marker technique. Organizational Research Methods, 13,
   477-514.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from scrm_model.errors import ScrmError
from scrm_model.estimation.result import Fit
from scrm_model.measurement.method.ground import (
    Ground,
    estimate_of,
    fixed,
    loads_on,
    uncorrelated,
)
from scrm_model.measurement.method.harman import problems_of, side_by_side
from scrm_model.measurement.method.words import model_word
from scrm_model.measurement.problems import from_error
from scrm_model.measurement.side_by_side import difference
from scrm_model.screening.words import say
from scrm_model.spec.statements import Relation
from scrm_model.study.records import Text

LABEL = "method_"
ENDS = {"S(.05)": 0.975, "S(.01)": 0.995}
DECOMPOSITION = ("construct", "reliability", "substantive", "method", "method_share", "note")


@dataclass(frozen=True)
class Phases:
    """The three phases.

    Attributes
    ----------
    frame : DataFrame
        A row a model: model, measures, against (which model the test is of), chisq_diff, df_diff,
        pvalue_diff, note.
    decomposition : DataFrame
        construct; reliability (Baseline), substantive, method, method_share; note.
    sensitivity : DataFrame
        lhs, rhs; the correlation under each model.
    loadings : DataFrame
        item; est, se, z, pvalue, std_all of the marker's loading on it, in the retained model.
    retained : str
        "Method-C" or "Method-U".
    told : tuple of Text
        What went wrong in Phase III.
    fits : dict of str to Fit
    said, said_of : dict of str to Text
        What is to be said of single models, and of constructs, without a full stop.
    """

    frame: pd.DataFrame
    decomposition: pd.DataFrame
    sensitivity: pd.DataFrame
    loadings: pd.DataFrame
    retained: str
    told: tuple[Text, ...]
    fits: dict[str, Fit]
    said: dict[str, Text]
    said_of: dict[str, Text]


def marker_phases(ground: Ground, alpha: float) -> Phases:
    """Fit all models of the three phases.

    Parameters
    ----------
    ground : Ground
        With a marker of two items at least.
    alpha : float
        Method-U is retained if it fits better than Method-C at this level.
    """
    fits = {"CFA": ground.fit("CFA", ground.measured(marker=True))}
    base = baseline_relations(ground, fits["CFA"])
    fits["Baseline"] = ground.fit("Baseline", base)
    for name, label in (("Method-C", LABEL), ("Method-U", "")):
        fits[name] = ground.fit(name, [*base, *method_loadings(ground, label)])
    tests = {
        "Method-C": _against(fits, "Baseline", "Method-C"),
        "Method-U": _against(fits, "Method-C", "Method-U"),
    }
    retained = "Method-U" if tests["Method-U"][0]["pvalue_diff"] < alpha else "Method-C"
    label = LABEL if retained == "Method-C" else ""
    held = held_correlations(ground, fits["Baseline"])
    fits["Method-R"] = ground.fit("Method-R", [*base, *method_loadings(ground, label), *held])
    tests["Method-R"] = _against(fits, "Method-R", retained)
    against = {"Method-C": "Baseline", "Method-U": "Method-C", "Method-R": retained}
    frame, said = side_by_side(fits, tests, against)
    parts, said_of = decomposition(ground, fits["Baseline"], fits[retained])
    table, told = sensitivity(ground, fits, base, retained)
    loadings = _loadings(ground, fits[retained])
    return Phases(frame, parts, table, loadings, retained, told, fits, said, said_of)


def baseline_relations(ground: Ground, cfa: Fit) -> list[Relation]:
    """Constructs as they are, the marker without covariances and fixed at the CFA's estimates."""
    out = ground.measured()
    name = ground.marker_name
    for v in ground.marker:
        out.append(fixed(name, "=~", v, estimate_of(cfa, name, "=~", v)))
        if v not in ground.ordered:
            out.append(fixed(v, "~~", v, estimate_of(cfa, v, "~~", v)))
    return [*out, *uncorrelated(name, ground.constructs)]


def method_loadings(ground: Ground, label: str = "") -> list[Relation]:
    """The marker's loadings on all items of the constructs."""
    return loads_on(ground.marker_name, ground.items, label)


def held_correlations(ground: Ground, of: Fit) -> list[Relation]:
    """Correlations of constructs fixed at those of a fit."""
    pairs = combinations(ground.constructs, 2)
    return [fixed(a, "~~", b, estimate_of(of, a, "~~", b)) for a, b in pairs]


def _against(
    fits: Mapping[str, Fit], first: str, second: str
) -> tuple[dict[str, float], tuple[Text, ...]]:
    """The test of the one with fewer free parameters in the other."""
    smaller, larger = sorted((first, second), key=lambda k: -fits[k].df)
    return difference(fits[larger], fits[smaller], names=(model_word(larger), model_word(smaller)))


def decomposition(
    ground: Ground, baseline: Fit, method: Fit
) -> tuple[pd.DataFrame, dict[str, Text]]:
    """Reliability of each construct, and what of it is the method's; why there is none."""
    rows: list[dict[str, Any]] = []
    said: dict[str, Text] = {}
    lacking = [f.model.name for f in (baseline, method) if not f.converged]
    for construct, items in ground.constructs.items():
        if lacking or len(items) < 2:
            said[construct] = no_minimum(lacking[0]) if lacking else _SINGLE
            rows.append({"construct": construct, "note": str(said[construct])})
            continue
        row: dict[str, Any] = {"construct": construct, "note": ""}
        s = np.array([estimate_of(baseline, construct, "=~", v, "std_all") for v in items])
        e = np.array([estimate_of(baseline, v, "~~", v, "std_all") for v in items])
        row["reliability"] = s.sum() ** 2 / (s.sum() ** 2 + e.sum())
        s = np.array([estimate_of(method, construct, "=~", v, "std_all") for v in items])
        m = np.array([estimate_of(method, ground.marker_name, "=~", v, "std_all") for v in items])
        e = np.array([estimate_of(method, v, "~~", v, "std_all") for v in items])
        total = s.sum() ** 2 + m.sum() ** 2 + e.sum()
        row |= {"substantive": s.sum() ** 2 / total, "method": m.sum() ** 2 / total}
        row["method_share"] = row["method"] / (row["substantive"] + row["method"])
        rows.append(row)
    return pd.DataFrame(rows, columns=list(DECOMPOSITION)), said


_SINGLE = Text(
    "a single item: no reliability to decompose", "un seul item : pas de fiabilité à décomposer"
)
_NO_ERRORS = Text(
    "the model before has no standard errors, so that its loadings have no intervals",
    "le modèle précédent n'a pas d'erreurs types, et ses contributions n'ont pas d'intervalles",
)


def no_minimum(model: str) -> Text:
    """That a model has no estimates."""
    return say("'{name}' found no minimum", "« {name} » n'a pas trouvé de minimum",
               name=model_word(model))  # fmt: skip


def sensitivity(
    ground: Ground, fits: dict[str, Fit], base: list[Relation], retained: str
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Correlations of constructs under each model; Method-S is fitted here and added to `fits`."""
    columns = {"cfa": fits["CFA"], "baseline": fits["Baseline"], "method": fits[retained]}
    told: list[Text] = []
    for end, share in ENDS.items():
        name = f"Method-{end}"
        relations, why = _at_ends(ground, fits[retained], share)
        if not why:
            try:
                fits[name] = columns[end.lower()] = ground.fit(name, [*base, *relations])
                why = problems_of(fits[name])
            except ScrmError as error:
                why = (from_error("{error}", _FR_ERROR, error),)
        told += [
            say("{name}: {why}.", "{name} : {why}.", name=model_word(name), why=w) for w in why
        ]
    rows = []
    for a, b in combinations(ground.constructs, 2):
        values = {
            name: estimate_of(fit, a, "~~", b) if fit.converged else np.nan
            for name, fit in columns.items()
        }
        rows.append({"lhs": a, "rhs": b} | values)
    names = ["lhs", "rhs", "cfa", "baseline", "method", *(end.lower() for end in ENDS)]
    return pd.DataFrame(rows, columns=names), tuple(told)


_FR_ERROR = "message de la bibliothèque : « {error} »"


def _at_ends(ground: Ground, method: Fit, share: float) -> tuple[list[Relation], tuple[Text, ...]]:
    """Method loadings fixed at the ends of their intervals, or why they cannot be."""
    if method._cov is None:
        return [], (_NO_ERRORS,)
    out, name = [], ground.marker_name
    for v in ground.items:
        est = estimate_of(method, name, "=~", v)
        reach = float(ndtri(share)) * estimate_of(method, name, "=~", v, "se")
        out.append(fixed(name, "=~", v, est + np.copysign(reach, est)))
    return out, ()


def _loadings(ground: Ground, method: Fit) -> pd.DataFrame:
    p = method.parameters
    own = p[(p["op"] == "=~") & (p["lhs"] == ground.marker_name) & p["rhs"].isin(ground.items)]
    columns = ["rhs", "est", "se", "z", "pvalue", "std_all"]
    if not method.converged:
        own = own.iloc[:0]
    return own[columns].rename(columns={"rhs": "item"}).reset_index(drop=True)
