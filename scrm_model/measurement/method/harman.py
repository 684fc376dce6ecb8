"""Harman's single factor: weak evidence, and asked for all the same.

Notes
-----
One factor of all items against the constructs, and the share of the first unrotated component in
the variance of the standardised items, against the convention of one half [fuller2016]_. A single
factor seldom fits whatever the method does, and a share below one half rules out little: the test
is insensitive [podsakoff2003]_. The share that the single factor of the model explains is the mean
of its squared standardised loadings.

References
----------
.. [podsakoff2003] Podsakoff, P. M., MacKenzie, S. B., Lee, J.-Y., & Podsakoff, N. P. (2003). Common
   method biases in behavioral research. Journal of Applied Psychology, 88, 879-903.
.. [fuller2016] Fuller, C. M., Simmering, M. J., Atinc, G., Atinc, Y., & Babin, B. J. (2016). Common
   methods variance detection in business research. Journal of Business Research, 69, 3192-3198.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.inference.words import joined
from scrm_model.measurement.method.ground import Ground, loads_on, unused_name
from scrm_model.measurement.problems import problems_text
from scrm_model.measurement.side_by_side import (
    DIFFERENCES,
    MEASURES,
    difference,
    kinds_of,
    measures_of,
)
from scrm_model.study.records import Text

_NAMES = (Text("the constructs", "les construits"), Text("one factor", "le facteur unique"))
COMPONENTS = ("component", "eigenvalue", "share", "cumulative")


def one_factor(ground: Ground) -> Fit:
    """All items on one factor, residual relations as in the user's model."""
    name = unused_name("ONE", (*ground.constructs, *ground.items))
    beside = [r for r in ground.measured() if r.op != "=~"]
    single = {own[0] for own in ground.constructs.values() if len(own) == 1}
    # The residual of a single item is free here: it is no construct of its own any more.
    kept = [r for r in beside if not (r.op == "~~" and r.lhs == r.rhs and r.lhs in single)]
    return ground.fit("one factor", [*loads_on(name, ground.items), *kept])


def components(correlations: pd.DataFrame) -> pd.DataFrame:
    """Unrotated principal components of correlations: eigenvalue, share, cumulative share."""
    values = np.linalg.eigvalsh(correlations.to_numpy())[::-1]
    share = values / len(values)
    rows = zip(range(1, len(values) + 1), values, share, np.cumsum(share), strict=True)
    return pd.DataFrame(list(rows), columns=list(COMPONENTS))


@dataclass(frozen=True)
class Harman:
    """A single factor against the constructs.

    Attributes
    ----------
    frame : DataFrame
        A row a model: model, the fit measures, chisq_diff, df_diff, pvalue_diff, note.
    components : DataFrame
        Unrotated principal components: component, eigenvalue, share, cumulative.
    share : float
        Of the items' variance that the single factor explains; NaN if it found no minimum.
    fits : dict of str to Fit
    said : dict of str to Text
        What is to be said of single models, without a full stop.
    """

    frame: pd.DataFrame
    components: pd.DataFrame
    share: float
    fits: dict[str, Fit]
    said: dict[str, Text]


def harman(ground: Ground, base: Fit) -> Harman:
    """The single factor beside the constructs, and the components.

    Parameters
    ----------
    ground : Ground
    base : Fit
        Of the constructs.
    """
    one = one_factor(ground)
    share = float("nan")
    if one.converged:
        std = one.parameters.loc[one.parameters["op"] == "=~", "std_all"]
        share = float((std**2).mean())
    tests = {"one factor": difference(base, one, names=_NAMES)}
    fits = {"constructs": base, "one factor": one}
    cov = base.observed.cov.loc[list(ground.items), list(ground.items)]
    spread = np.sqrt(np.diag(cov))
    found = components(cov / np.outer(spread, spread))
    frame, said = side_by_side(fits, tests)
    return Harman(frame, found, share, fits, said)


def problems_of(fit: Fit) -> tuple[Text, ...]:
    """What a reader must know of a fit, without a full stop; nothing, or one text."""
    return (problems_text(fit.problems),) if fit.problems else ()


def side_by_side(
    fits: Mapping[str, Fit],
    tests: Mapping[str, tuple[dict[str, float], tuple[Text, ...]]],
    against: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, dict[str, Text]]:
    """Rows of models with measures, and tests where there are some; what is said of each.

    Parameters
    ----------
    fits : dict of str to Fit
        By name.
    tests : dict of str to (dict, tuple of Text)
        What `difference` gave.
    against : dict of str to str, optional
        Which model each test is against, for a column of its own.
    """
    kinds = kinds_of(list(fits.values()))
    rows: list[dict[str, Any]] = []
    said: dict[str, Text] = {}
    for name, fit in fits.items():
        tested, notes = tests.get(name, ({}, ()))
        if told := (*problems_of(fit), *notes):
            said[name] = joined(told)
        note = str(said.get(name, ""))
        rows.append({"model": name} | measures_of(fit, kinds) | tested | {"note": note})
    frame = pd.DataFrame(rows)
    columns = ["model", *MEASURES, *DIFFERENCES, "note"]
    if against is not None:
        frame["against"] = frame["model"].map(dict(against)).fillna("")
        columns.insert(columns.index(DIFFERENCES[0]), "against")
    return frame.reindex(columns=columns), said
