"""Populations in which a model is wrong by a stated amount, level after level.

Notes
-----
With several factors the population has loadings that the model leaves out [mcneish2023]_. The most
reliable factor, by coefficient H, gets an item from each other factor: at level 1 the item with the
lowest of their weakest loadings, at level 2 the next one as well, and so on, so that F factors make
F - 1 levels. A left-out loading is as large as the item's own, or smaller, so that the item keeps 5
per cent of its variance to itself: with a loading l and factors that correlate r, no more than::

    sqrt(l^2 r^2 + .95 - l^2) - |l r|

With one factor the population has correlated residuals [mcneish2022]_: a correlation of .30 in each
pair of a third of the items, of two thirds, and of all. Items are taken in the order of their
loadings, the weakest first, and neighbours make a pair.

Everything else stays as the model has it, variances too.

References
----------
.. [mcneish2022] McNeish, D., & Wolf, M. G. (2022). Dynamic fit index cutoffs for one-factor
   models. Behavior Research Methods, 55, 1157-1174.
.. [mcneish2023] McNeish, D., & Wolf, M. G. (2023). Dynamic fit index cutoffs for confirmatory
   factor analysis models. Psychological Methods, 28, 61-88.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.measurement.coefficients import coefficient_h

RESIDUAL = 0.30  # correlation of residuals, one factor
SHARES = (1 / 3, 2 / 3, 1.0)
_KEPT = 0.05  # variance that an item keeps to itself


@dataclass(frozen=True, slots=True)
class Solution:
    """A standardised solution.

    Attributes
    ----------
    names : tuple of str
        The p observed variables.
    factors : tuple of str
        The m factors that have items.
    items : tuple of tuple of int
        The items of each factor, on which nothing else loads.
    loadings : ndarray, shape (p, m)
    with_factors : ndarray, shape (p, m)
        Correlations of variables and factors.
    between : ndarray, shape (m, m)
        Correlations of the factors.
    correlations : ndarray, shape (p, p)
        Correlations of the variables that the solution implies.
    """

    names: tuple[str, ...]
    factors: tuple[str, ...]
    items: tuple[tuple[int, ...], ...]
    loadings: NDArray
    with_factors: NDArray
    between: NDArray
    correlations: NDArray


@dataclass(frozen=True, slots=True)
class Level:
    """One population.

    Attributes
    ----------
    level : int
        0 where the model is right.
    added : str
        What the model leaves out, beyond the level before.
    correlations : ndarray, shape (p, p)
    residuals : str
        The pairs whose residuals correlate, if that is what is left out.
    """

    level: int
    added: str
    correlations: NDArray
    residuals: str = ""


def levels_of(solution: Solution) -> tuple[Level, ...]:
    """The populations of a solution, the right one first."""
    right = Level(0, "", solution.correlations)
    wrong = _left_out_loadings if len(solution.factors) > 1 else _correlated_residuals
    return (right, *wrong(solution))


def _left_out_loadings(of: Solution) -> Sequence[Level]:
    own = [of.loadings[list(items), f] for f, items in enumerate(of.items)]
    reliable = int(np.argmax([coefficient_h(np.clip(v, -0.999, 0.999)) for v in own]))
    weakest = [
        (abs(values).min(), f, of.items[f][int(abs(values).argmin())])
        for f, values in enumerate(own)
        if f != reliable
    ]
    added = np.zeros_like(of.loadings)
    found = []
    for level, (_, f, item) in enumerate(sorted(weakest), start=1):
        loading, r = of.loadings[item, f], of.between[f, reliable]
        common = of.with_factors[item, reliable]  # loading times r
        most = np.sqrt(max(common**2 + 1.0 - _KEPT - loading**2, 0.0)) - abs(common)
        size = min(abs(loading), max(most, 0.0))
        added[item, reliable] = size if loading * r >= 0 else -size
        text = f"{of.factors[reliable]} =~ {added[item, reliable]:.2f}*{of.names[item]}"
        found.append(Level(level, text, _with_loadings(of, added)))
    return found


def _with_loadings(of: Solution, added: NDArray) -> NDArray:
    more = added @ of.with_factors.T
    out = of.correlations + more + more.T + added @ of.between @ added.T
    np.fill_diagonal(out, 1.0)  # the residual gives what the loading takes
    return np.asarray(out)


def _correlated_residuals(of: Solution) -> Sequence[Level]:
    items = sorted(of.items[0], key=lambda k: abs(of.loadings[k, 0]))
    left = np.sqrt(np.maximum(1.0 - of.loadings[:, 0] ** 2, 0.0))
    pairs = [(items[k], items[k + 1]) for k in range(0, len(items) - 1, 2)]
    found: list[Level] = []
    out, done = of.correlations.copy(), 0
    for share in SHARES:
        upto = round(share * len(pairs))
        if upto == done:
            continue
        for i, j in pairs[done:upto]:
            out[i, j] = out[j, i] = out[i, j] + RESIDUAL * left[i] * left[j]
        names = ", ".join(f"{of.names[i]} ~~ {of.names[j]}" for i, j in pairs[done:upto])
        added = f"residuals r = {RESIDUAL:.2f}: {names}"
        found.append(Level(len(found) + 1, added, out.copy(), names))
        done = upto
    return found
