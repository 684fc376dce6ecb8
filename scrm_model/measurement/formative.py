"""Formative blocks (``<~``): collinearity, weights, and redundancy in the place of consistency.

Notes
-----
The parts of a composite need not correlate, so that alpha, omega and AVE say nothing of it
[diamantopoulos2001]_. What is looked at instead:

- the variance inflation of each part by the others, the diagonal of the inverse correlation matrix
  (`scrm_model.measurement.coefficients.vif`): parts that say the same have weights that nobody can
  tell apart;
- standardised weights with their errors, and the correlation of each part with the composite;
- redundancy [chin1998]_: how far the block carries another measure of the same construct, a global
  item or a reflective scale. The composite predicts that measure in a model of its own, in which
  its weights are free; the standardised path is the correlation of the two, with a single item the
  multiple correlation of a regression.

References
----------
.. [chin1998] Chin, W. W. (1998). The partial least squares approach to structural equation
   modeling. In Modern methods for business research (pp. 295-336). Erlbaum.
.. [diamantopoulos2001] Diamantopoulos, A., & Winklhofer, H. M. (2001). Index construction with
   formative indicators: An alternative to scale development. Journal of Marketing Research, 38,
   269-277.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.measurement.coefficients import vif
from scrm_model.measurement.conventions import conventions_frame, conventions_note
from scrm_model.measurement.htmt import correlations_of
from scrm_model.measurement.parts import joint, matrices_of
from scrm_model.measurement.redundancy import redundancy_row
from scrm_model.measurement.reliability import check_fit
from scrm_model.measurement.show import html, text
from scrm_model.measurement.standing import standardised

COLUMNS = (
    "construct", "item", "group", "weight", "std_all", "se", "ci_lower", "ci_upper", "loading",
    "vif", "note",
)  # fmt: skip
_REDUNDANCY = (
    "construct",
    "measure",
    "group",
    "n",
    "r",
    "se",
    "ci_lower",
    "ci_upper",
    "r2",
    "note",
)


@dataclass(frozen=True, eq=False, repr=False)
class Formative:
    """What is known of the formative blocks of a fit.

    Attributes
    ----------
    frame : DataFrame
        A row for each part of each block and group: construct, item, group, weight as it was
        estimated, std_all (standardised weight) with se, ci_lower and ci_upper, loading (the
        correlation of the part with the composite), vif, note.
    redundancy : DataFrame
        A row for each block and measure asked for: construct, measure, group, n, r with se,
        ci_lower and ci_upper, r2 (its square), note. Empty if none was asked for.
    level : float
        Of the intervals.
    """

    frame: pd.DataFrame
    redundancy: pd.DataFrame
    level: float

    @property
    def conventions(self) -> pd.DataFrame:
        """Cut-offs that readers expect: measure, relation, value, source, reference."""
        return conventions_frame(["vif", *(["redundancy"] if len(self.redundancy) else [])])

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of the rows, then the conventions."""
        told = [
            f"{row['construct']}, {row.get('item', row.get('measure'))}: {row['note']}."
            for frame in (self.frame, self.redundancy)
            for row in frame.to_dict("records")
            if row["note"]
        ]
        if self.frame["se"].isna().any():
            told.append("No intervals of weights: the fit has no standard errors.")
        return (*told, conventions_note(dict.fromkeys(self.conventions["measure"])))

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        tables = [("Formative blocks: standardised weights", self.frame.drop(columns="note"))]
        if len(self.redundancy):
            tables.append(("Redundancy", self.redundancy.drop(columns="note")))
        return tables

    def __repr__(self) -> str:
        parts = [text(title, frame) for title, frame in self._tables()]
        return "\n\n".join([*parts, "\n".join(self.notes)])

    def _repr_html_(self) -> str:
        *first, last = self._tables()
        return "".join([*(html(*t) for t in first), html(*last, self.notes)])


def formative(
    fit: Fit, redundancy: Mapping[str, Any] | None = None, *, level: float = 0.95
) -> Formative:
    """Collinearity, weights and redundancy of the composites of a fit.

    Parameters
    ----------
    fit : Fit
        Converged, with a composite (``C <~ a + b + c``).
    redundancy : mapping of str to (str, Series or array), optional
        For each block another measure of the same construct: the name of a variable or reflective
        construct of the model, or a column with a value for each row of the data (a global item).
        A Series is matched by its index, anything else by position.
    level : float
        Of the intervals: Wald's of weights, Fisher's of redundancy.

    Returns
    -------
    Formative

    Raises
    ------
    ArgumentError
        `fit` is no result of `fit()` or has no composite; `redundancy` names what is no composite,
        or a measure that is not there; a level outside (0, 1).
    EstimationError
        The fit did not converge, or a column is given where moments stood for data.

    Notes
    -----
    See `scrm_model.measurement.formative`. Weights are those of the whole model; redundancy has a
    model of its own. Observed parts correlate as in the sample, parts that are constructs as the
    model implies.
    """
    check_fit(fit, "formative()", level)
    blocks = blocks_of_parts(fit)
    if not blocks:
        raise ArgumentError(
            "fit= needs a model with a composite; got none. Write one as 'C <~ 1*a + b + c', or "
            "use reliability() for reflective constructs."
        )
    asked = dict(redundancy or {})
    unknown = [name for name in asked if name not in blocks]
    if unknown:
        raise ArgumentError(
            f"redundancy= needs composites of the model ({', '.join(blocks)}); got "
            f"{', '.join(map(repr, unknown))}. Only a formative block has a redundancy."
        )
    weights = formative_frame(fit, level)
    rows = [
        redundancy_row(fit, group, name, _marker_first(weights, name, group), measure, level)
        for group in range(len(fit.samples))
        for name, measure in asked.items()
    ]
    return Formative(weights, pd.DataFrame(rows, columns=list(_REDUNDANCY)), level)


def blocks_of_parts(fit: Fit) -> dict[str, list[int]]:
    """Rows of the parameter table of the first group that hold the weights of each composite."""
    found: dict[str, list[int]] = {}
    for number, v in enumerate(fit.compiled.table.parameters):
        if v.op == "<~" and v.group == 1:
            found.setdefault(v.lhs, []).append(number)
    return found


def formative_frame(fit: Fit, level: float) -> pd.DataFrame:
    """Every part of every composite, as `Formative.frame`; empty without composites."""
    blocks = blocks_of_parts(fit)
    step = len(fit.table.parameters) // len(fit.samples)
    own = [k for rows in blocks.values() for k in rows]
    rows = [k + step * group for group in range(len(fit.samples)) for k in own]
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS))
    at = [fit.table.parameters[k] for k in rows]
    found = standardised(fit, rows, level)
    frame = pd.DataFrame(
        {
            "construct": [v.lhs for v in at], "item": [v.rhs for v in at],
            "group": [v.group for v in at], "weight": fit._frame["est"].to_numpy()[rows],
            "std_all": found.pop("est"), **found,
        }
    )  # fmt: skip
    sides = [_beside(fit, g, name, blocks) for g in range(len(fit.samples)) for name in blocks]
    return pd.concat([frame, pd.concat(sides, ignore_index=True)], axis=1)[list(COLUMNS)]


def _beside(fit: Fit, group: int, name: str, blocks: dict[str, list[int]]) -> pd.DataFrame:
    """Loadings and variance inflation of the parts of one composite, with a note each."""
    parts = tuple(fit.table.parameters[k].rhs for k in blocks[name])
    implied, _ = joint(fit, matrices_of(fit, group, fit.theta[None]), (name, *parts))
    observed = fit.compiled.observed
    if set(parts) <= set(observed):
        at = [observed.index(v) for v in parts]
        r = correlations_of(fit.samples[group].cov[:, at][:, :, at])[0]
    else:
        r = correlations_of(implied[:, 1:, 1:])[0]
    inflation, note = np.full(len(parts), np.nan), ""
    if np.isnan(r).any() or np.linalg.eigvalsh(r)[0] < 1e-10:
        note = "parts of the block determine each other: no finite variance inflation"
    else:
        inflation = vif(r)
    loading = correlations_of(implied)[0][0, 1:]
    return pd.DataFrame({"loading": loading, "vif": inflation, "note": note})


def _marker_first(weights: pd.DataFrame, name: str, group: int) -> tuple[str, ...]:
    """Parts of a block, the one of the largest weight first: the unit is safe with it."""
    own = weights[(weights["construct"] == name) & (weights["group"] == group + 1)]
    order = own["std_all"].abs().fillna(0.0).sort_values(ascending=False, kind="stable").index
    return tuple(own.loc[order, "item"])
