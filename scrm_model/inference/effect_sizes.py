"""Cohen's f²: how much of a variable's explained share hangs on one path.

Notes
-----
f² = (R²_incl - R²_excl) / (1 - R²_incl) [cohen1988]_. R²_excl comes from the model estimated anew
with the path fixed at 0. Maximum likelihood does not maximise R², so that f² can be slightly below
0 where a path hardly matters; it is given as it is.

References
----------
.. [cohen1988] Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.).
   Lawrence Erlbaum. Section 9.2.
"""

import warnings
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ModelError, ScrmError, ScrmWarning
from scrm_model.estimation.again import fit_again
from scrm_model.estimation.result import Fit
from scrm_model.inference.bootstrap import need_converged
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Constraint, Definition, Modifiers, Relation, Statement

_COLUMNS = ["lhs", "op", "rhs", "group", "r2", "r2_excluded", "f2", "note"]


def f_squared(r2_included: float, r2_excluded: float) -> float:
    """Cohen's f² from two shares of explained variance.

    Parameters
    ----------
    r2_included, r2_excluded : float
        With and without the predictor.

    Returns
    -------
    float
        NaN where `r2_included` is not below 1.

    References
    ----------
    .. [1] Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.).
       Lawrence Erlbaum. Section 9.2.

    Examples
    --------
    >>> round(f_squared(0.5, 0.4), 3)
    0.2
    """
    if not r2_included < 1:
        return float("nan")
    return (r2_included - r2_excluded) / (1.0 - r2_included)


def effect_sizes(fit: Fit) -> pd.DataFrame:
    """f² of every path, by refitting the model without it.

    Parameters
    ----------
    fit : Fit
        Converged, with at least one regression.

    Returns
    -------
    DataFrame
        lhs, op, rhs, group, r2, r2_excluded, f2, note; a row for each free path and group. With
        several groups the path is taken out of all of them at once. The note says why there is
        no f².

    Raises
    ------
    EstimationError
        The fit did not converge.
    ModelError
        The model has no path.
    """
    need_converged(fit, "effect_sizes()")
    paths = [s for s in fit.model.statements if isinstance(s, Relation) and s.op == "~"]
    if not paths:
        raise ModelError("fit= needs a model with a path (y ~ x); got none. Add one.")
    rows = [row for path in paths if _free(path) for row in _rows(fit, path)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _free(path: Relation) -> bool:
    return not path.modifiers.fixed or any(v is None for v in path.modifiers.fixed)


def _rows(fit: Fit, path: Relation) -> list[dict[str, Any]]:
    included = _shares(fit, path.lhs)
    note, excluded = "", [float("nan")] * len(included)
    if _tied(fit, path):
        note = "its coefficient is tied to others"
    else:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ScrmWarning)
                without = fit_again(fit, _without(fit.model, path))
            if without.converged:
                excluded = _shares(without, path.lhs)
            else:
                note = "the model without the path has no minimum"
        except ScrmError as error:
            note = f"the model without the path cannot be estimated: {error}"
    rows = []
    for group, (share, less) in enumerate(zip(included, excluded, strict=True), start=1):
        why = note or ("a residual variance is negative" if np.isnan([share, less]).any() else "")
        rows.append({
            "lhs": path.lhs, "op": "~", "rhs": path.rhs, "group": group, "r2": share,
            "r2_excluded": less, "f2": f_squared(share, less), "note": why,
        })  # fmt: skip
    return rows


def _shares(fit: Fit, name: str) -> list[float]:
    """R² by group; 0 for a variable that nothing predicts any more."""
    r2 = fit.r2 if isinstance(fit.r2, pd.DataFrame) else fit.r2.to_frame()
    return [float(r2[g].get(name, 0.0)) for g in r2.columns]


def _tied(fit: Fit, path: Relation) -> bool:
    """Whether fixing the path would change, or break, anything else of the model."""
    mine = set(path.modifiers.label)
    if path.modifiers.equal or path.modifiers.lower or path.modifiers.upper:
        return True
    others = [s for s in fit.model.statements if isinstance(s, Relation) and s is not path]
    shared = any(mine & set(s.modifiers.label) for s in others) or len(mine) < len(
        path.modifiers.label
    )
    aimed = any(str(path).replace(" ", "") in s.modifiers.equal for s in others)
    constrained = any(isinstance(s, Constraint) for s in fit.model.statements)
    return shared or aimed or (bool(mine) and constrained)


def _without(model: Model, path: Relation) -> Model:
    """The model with the path at 0; definitions say nothing of R² and are left out."""
    kept: list[Statement] = []
    for statement in model.statements:
        if statement is path:
            kept.append(Relation(path.lhs, "~", path.rhs, Modifiers(fixed=(0.0,))))
        elif not isinstance(statement, Definition):
            kept.append(statement)
    return Model(kept, model.name, model.origin)
