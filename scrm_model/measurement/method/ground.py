"""What every approach works on: constructs with items, the marker, the data, and fits of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.estimation.result import Fit
from scrm_model.measurement.side_by_side import fit_named
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Modifiers, Relation


@dataclass(frozen=True)
class Ground:
    """Constructs measured by items, all correlated, with variances of 1.

    Attributes
    ----------
    constructs : dict of str to tuple of str
        Items of each substantive construct.
    marker : tuple of str
        Items of the marker; empty without one.
    marker_name, method_name : str
        Names of the two factors in the models, which no variable has.
    beside : tuple of Relation
        What the user's model says of the items' residuals and thresholds.
    data : DataFrame or Moments
    ordered : tuple of str
        Ordinal items.
    options : dict
        More arguments of `fit`.
    """

    constructs: Mapping[str, tuple[str, ...]]
    marker: tuple[str, ...]
    marker_name: str
    method_name: str
    beside: tuple[Relation, ...]
    data: Any
    ordered: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def items(self) -> tuple[str, ...]:
        """Items of the substantive constructs, each once."""
        return tuple(dict.fromkeys(v for own in self.constructs.values() for v in own))

    def measured(self, *, marker: bool = False) -> list[Relation]:
        """Loadings and residual relations of the constructs, on request with the marker."""
        every = dict(self.constructs)
        if marker:
            every[self.marker_name] = self.marker
        out = [Relation(f, "=~", v) for f, own in every.items() for v in own]
        written = {(r.lhs, r.op, r.rhs) for r in self.beside}
        used = self.items + (self.marker if marker else ())
        out += [r for r in self.beside if r.lhs in used and (r.op != "~~" or r.rhs in used)]
        for own in every.values():
            # A single item is its construct, also where a method factor loads on it besides.
            first, *more = own
            elsewhere = sum(first in o for o in every.values()) > 1
            said = first in self.ordered or (first, "~~", first) in written
            if not (more or elsewhere or said):
                out.append(fixed(first, "~~", first, 0.0))
        return out

    def fit(self, which: str, relations: Sequence[Relation]) -> Fit:
        """A model of these items, latent variances 1.

        Parameters
        ----------
        which : str
            Name for errors.
        relations : sequence of Relation
        """
        model = Model(relations, which)
        ordered = [v for v in self.ordered if v in model.observed]
        return fit_named(
            f"Model '{which}'", model, self.data, ordered=ordered, std_lv=True, **self.options
        )


def fixed(lhs: str, op: str, rhs: str, value: float) -> Relation:
    """A relation with a fixed value."""
    return Relation(lhs, op, rhs, Modifiers(fixed=(float(value),)))


def loads_on(factor: str, items: Iterable[str], label: str = "") -> list[Relation]:
    """Free loadings, all equal if there is a label."""
    modifiers = Modifiers(label=(label,)) if label else Modifiers()
    return [Relation(factor, "=~", v, modifiers) for v in items]


def uncorrelated(factor: str, others: Iterable[str]) -> list[Relation]:
    """A factor that covaries with none of the others."""
    return [fixed(factor, "~~", f, 0.0) for f in others]


def estimate_of(fit: Fit, lhs: str, op: str, rhs: str, column: str = "est") -> float:
    """One number of a fit's parameter table; covariances in either order."""
    p = fit.parameters
    here = (p["lhs"] == lhs) & (p["op"] == op) & (p["rhs"] == rhs)
    if op == "~~" and not here.any():
        here = (p["lhs"] == rhs) & (p["op"] == op) & (p["rhs"] == lhs)
    return float(p.loc[here, column].iloc[0])


def latent_correlations(fit: Fit, names: Sequence[str]) -> pd.DataFrame:
    """Correlations of constructs whose variances are 1."""
    out = pd.DataFrame(np.eye(len(names)), index=list(names), columns=list(names))
    for k, a in enumerate(names):
        for b in names[k + 1 :]:
            out.loc[a, b] = out.loc[b, a] = estimate_of(fit, a, "~~", b)
    return out


def unused_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that no variable has."""
    used = {t.casefold() for t in taken}
    name = wanted
    while name.casefold() in used:
        name += "_"
    return name


def composite_correlations(cov: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Correlations of the means of some items, from the covariances of these."""
    names = [str(c) for c in cov.columns]
    weights: NDArray[np.float64] = np.zeros((len(groups), len(cov)))
    for k, own in enumerate(groups.values()):
        weights[k, [names.index(v) for v in own]] = 1.0 / len(own)
    inner = weights @ cov.to_numpy() @ weights.T
    spread = np.sqrt(np.diag(inner))
    found = list(groups)
    return pd.DataFrame(inner / np.outer(spread, spread), index=found, columns=found)
