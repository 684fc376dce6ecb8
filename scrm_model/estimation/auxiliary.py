"""Auxiliary variables: they say why cells are missing, and are no part of the model.

Notes
-----
By saturated correlates [graham2003]_: auxiliary variables covary freely with each other, with the
predictors, and with the residuals of all other observed variables. They restrict nothing, so that
chi-square and degrees of freedom are those of the model without them. In the baseline model, too,
they covary with everything, all other observed variables with nothing else.

References
----------
.. [graham2003] Graham, J. W. (2003). Adding missing-data-relevant variables to FIML-based
   structural equation models. Structural Equation Modeling, 10, 80-100.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.settings import Settings
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model
from scrm_model.spec.table import Parameter, ParameterTable


def auxiliary_names(
    auxiliary: Iterable[str], settings: Settings, model: Model, fixed_x: bool | None
) -> tuple[str, ...]:
    """Names of auxiliary variables that go with a model and its settings.

    Raises
    ------
    ArgumentError
        Without incomplete data, with fixed predictors, or for a variable of the model.
    """
    names = tuple(dict.fromkeys(as_texts("auxiliary", auxiliary)))
    if not names:
        return names
    if not settings.incomplete:
        raise ArgumentError(
            f"auxiliary= needs missing='fiml'; got missing={settings.missing!r}. Auxiliary "
            "variables say something about missing cells, and these rows are left out."
        )
    if fixed_x:
        raise ArgumentError(
            "auxiliary= needs fixed_x=False; got fixed_x=True. Auxiliary variables covary with "
            "predictors, whose moments must be free for it: leave fixed_x= out."
        )
    inside = [v for v in names if v in (*model.observed, *model.latent)]
    if inside:
        raise ArgumentError(
            f"auxiliary= needs variables beside the model; {', '.join(map(repr, inside))} "
            f"{'is' if len(inside) == 1 else 'are'} part of it. Leave them out here."
        )
    return names


def with_auxiliary(table: ParameterTable, names: tuple[str, ...]) -> ParameterTable:
    """A table with auxiliary variables after all others.

    Parameters
    ----------
    table : ParameterTable
    names : tuple of str
    """
    rows = _rows(names, table.observed, table.n_groups)
    return replace(table, parameters=(*table.parameters, *rows), roles=None)


def baseline_table(table: ParameterTable, names: tuple[str, ...]) -> ParameterTable:
    """Baseline model: only auxiliary variables covary, with each other and with all others."""
    others = [v for v in table.observed if v not in names]
    groups = range(1, table.n_groups + 1)
    own = [Parameter(v, "~~", v, g) for g in groups for v in others]
    own += [Parameter(v, "~1", "", g) for g in groups for v in others]
    rows = (*own, *_rows(names, tuple(others), table.n_groups))
    return ParameterTable(rows, groups=table.groups)


def _rows(names: tuple[str, ...], others: tuple[str, ...], n_groups: int) -> list[Parameter]:
    rows = []
    for g in range(1, n_groups + 1):
        rows += [Parameter(v, "~~", v, g) for v in names]
        rows += [Parameter(a, "~~", b, g) for a, b in combinations(names, 2)]
        rows += [Parameter(a, "~~", v, g) for a in names for v in others]
        rows += [Parameter(v, "~1", "", g) for v in names]
    return rows


def rows_with(frame: pd.DataFrame, names: tuple[str, ...], auxiliary: bool) -> pd.DataFrame:
    """The rows of a table with columns lhs and rhs that hold an auxiliary variable, or none."""
    if not names:
        return frame.iloc[:0].copy() if auxiliary else frame.copy()
    theirs = frame["lhs"].isin(names) | frame["rhs"].isin(names)
    return frame[theirs == auxiliary].reset_index(drop=True)
