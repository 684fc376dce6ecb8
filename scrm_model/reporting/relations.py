"""Which boxes and arrows a fitted model has: its parameter table read as a graph."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError

Key = tuple[str, str, str]
"""Source, target and kind of an arrow."""

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Relations:
    """One group of a model.

    Attributes
    ----------
    rows : dict of Key to mapping
        Row of the parameter table behind each arrow.
    nodes : tuple of str
        What takes part in paths, causes first, and factors that are no indicators.
    indicators : dict of str to tuple of str
        What each factor is measured by.
    variances : dict of str to mapping
        Row of each variance or residual variance.
    """

    rows: dict[Key, Row]
    nodes: tuple[str, ...]
    indicators: dict[str, tuple[str, ...]]
    variances: dict[str, Row]

    @property
    def paths(self) -> tuple[tuple[str, str], ...]:
        """Source and target of every path."""
        return tuple((a, b) for a, b, kind in self.rows if kind == "path")

    @property
    def covariances(self) -> tuple[tuple[str, str], ...]:
        """Both ends of every covariance that is not fixed at zero."""
        return tuple((a, b) for a, b, kind in self.rows if kind == "covariance")

    @property
    def explained(self) -> set[str]:
        """Variables that something points at: their variance is a residual one."""
        return {b for _, b, kind in self.rows if kind != "covariance"}


def relations_of(fit: Any, group: int) -> Relations:
    """Read one group of a fit.

    Parameters
    ----------
    fit : Fit
        A result with ``parameters``.
    group : int
        Counts from 1.

    Returns
    -------
    Relations

    Raises
    ------
    ArgumentError
        If there is no such group.
    """
    rows: dict[Key, Row] = {}
    variances: dict[str, Row] = {}
    for row in _rows(fit, group).to_dict("records"):
        lhs, rhs = str(row["lhs"]), str(row["rhs"])
        if row["op"] == "=~":
            rows[lhs, rhs, "loading"] = row
        elif row["op"] in ("~", "<~"):
            rows[rhs, lhs, "path"] = row
        elif row["op"] == "~~" and lhs == rhs:
            variances[lhs] = row
        elif row["op"] == "~~" and not (row["se"] == 0 and row["est"] == 0):
            rows[lhs, rhs, "covariance"] = row
    nodes, indicators = _parts(rows)
    return Relations(rows, nodes, indicators, variances)


def _rows(fit: Any, group: int) -> pd.DataFrame:
    table = fit.parameters
    groups = sorted(set(table["group"]) - {0}) if "group" in table.columns else [1]
    if group not in groups:
        raise ArgumentError(
            f"group= needs one of {', '.join(map(str, groups))}; got {group!r}. "
            "Groups are counted from 1."
        )
    return table[table["group"] == group] if "group" in table.columns else table


def _parts(rows: Mapping[Key, Any]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Boxes of the structural part, and the indicators of each latent variable."""
    indicators: dict[str, tuple[str, ...]] = {}
    for source, target, kind in rows:
        if kind == "loading":
            indicators[source] = (*indicators.get(source, ()), target)
    inside = {target for targets in indicators.values() for target in targets}
    paths = [(a, b) for a, b, kind in rows if kind == "path"]
    # Causes before effects, each in the order in which the model names them.
    related = dict.fromkeys([a for a, _ in paths] + [b for _, b in paths])
    return tuple(dict.fromkeys([*related, *(f for f in indicators if f not in inside)])), indicators
