"""Direct, specific indirect and total effects along the paths of a fitted model.

Notes
-----
A specific indirect effect is the product of the coefficients along one path. The total effect
of x on y is the (y, x) entry of ``(I - B)^-1 - I``; without loops it is the direct effect plus
the sum of the specific indirect ones [bollen1987]_. Standardised effects are the same functions of
the standardised coefficients.

References
----------
.. [bollen1987] Bollen, K. A. (1987). Total, direct, and indirect effects in structural equation
   models. Sociological Methodology, 17, 37-69.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ModelError, did_you_mean
from scrm_model.estimation.result import Fit

ARROW = " → "


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect to be computed from a solution.

    Attributes
    ----------
    kind : str
        ``"specific"``, ``"total indirect"``, ``"direct"``, ``"total"`` or ``"defined"``.
    group : int
        Counts from 1; 0 for a definition.
    source, target : str
    path : str
        ``"CRO → SMS → SMTU"``; for a definition its name.
    """

    kind: str
    group: int
    source: str
    target: str
    path: str


class Effects:
    """Effects between pairs of variables, as functions of the rows of a parameter table.

    Parameters
    ----------
    fit : Fit
    pairs : sequence of (source, target)
    through : mapping of pair to variables, optional
        Specific paths are kept only if they pass one of these; all are kept by default. Total
        indirect and total effects are of all paths in any case.
    definitions : bool
        Add the model's ``:=`` rows.

    Raises
    ------
    ModelError
        If a variable is not part of the paths, or no path leads from source to target.
    """

    def __init__(
        self,
        fit: Fit,
        pairs: Sequence[tuple[str, str]],
        through: dict[tuple[str, str], tuple[str, ...]] | None = None,
        definitions: bool = False,
    ) -> None:
        self.model = fit.compiled
        self.table = fit.table
        self.arrows: dict[int, dict[tuple[str, str], int]] = {}
        for row, v in enumerate(self.table.parameters):
            if v.op == "~":
                self.arrows.setdefault(v.group, {})[v.rhs, v.lhs] = row
        self.places = {v: k for k, v in enumerate(self.model.latent)}
        self.effects: list[Effect] = []
        self.chains: list[list[int] | None] = []
        for group in sorted(self.arrows):
            for source, target in pairs:
                keep = None if through is None else through.get((source, target))
                self._add_pair(group, source, target, keep)
        self.definitions = [d.name for d in self.table.definitions] if definitions else []
        for name in self.definitions:
            self.effects.append(Effect("defined", 0, "", name, name))
            self.chains.append(None)

    def _add_pair(self, group: int, source: str, target: str, keep: tuple[str, ...] | None) -> None:
        known = {name for pair in self.arrows[group] for name in pair}
        for name in (source, target):
            if name not in known:
                raise ModelError(
                    f"of= needs variables that take part in paths; got '{name}'."
                    f"{did_you_mean(name, known)}"
                )
        paths = sorted(simple_paths(self.arrows[group], source, target), key=len)
        if not paths:
            raise ModelError(
                f"of= needs a path from '{source}' to '{target}'; the model has none. "
                "Check the direction: it is (source, target)."
            )
        indirect = [p for p in paths if len(p) > 2]
        shown = [p for p in indirect if keep is None or set(p[1:-1]) & set(keep)]
        for p in shown:
            rows = [self.arrows[group][a, b] for a, b in pairwise(p)]
            self._add("specific", group, source, target, ARROW.join(p), rows)
        whole = source + ARROW + "…" + ARROW + target
        if indirect:
            self._add("total indirect", group, source, target, whole, None)
        if len(indirect) < len(paths):
            rows = [self.arrows[group][source, target]]
            self._add("direct", group, source, target, source + ARROW + target, rows)
        self._add("total", group, source, target, whole, None)

    def _add(
        self, kind: str, group: int, source: str, target: str, path: str, rows: list[int] | None
    ) -> None:
        self.effects.append(Effect(kind, group, source, target, path))
        self.chains.append(rows)

    def values(self, rows: NDArray, defined: dict[str, NDArray]) -> NDArray:
        """Effects of a stack of solutions.

        Parameters
        ----------
        rows : ndarray, shape (B, R)
            Raw or standardised values of the table's rows; complex is fine.
        defined : dict of str to ndarray, shape (B,)
            Values of the definitions on the same scale.

        Returns
        -------
        ndarray, shape (B, E)
        """
        total = {group: self._totals(rows, group) for group in self.arrows}
        columns = []
        for effect, chain in zip(self.effects, self.chains, strict=True):
            if effect.kind == "defined":
                columns.append(defined[effect.path])
            elif chain is not None:
                columns.append(np.prod(rows[:, chain], axis=1))
            else:
                y, x = self.places[effect.target], self.places[effect.source]
                whole = total[effect.group][:, y, x]
                direct = self.arrows[effect.group].get((effect.source, effect.target))
                if effect.kind == "total indirect" and direct is not None:
                    whole = whole - rows[:, direct]
                columns.append(whole)
        return np.stack(columns, axis=1)

    def _totals(self, rows: NDArray, group: int) -> NDArray:
        """(I - B)^-1 - I over paths between variables, shape (B, m, m)."""
        m = len(self.places)
        beta = np.zeros((len(rows), m, m), dtype=rows.dtype)
        for (source, target), row in self.arrows[group].items():
            beta[:, self.places[target], self.places[source]] = rows[:, row]
        return np.linalg.inv(np.eye(m) - beta) - np.eye(m)


def simple_paths(
    arrows: Iterable[tuple[str, str]], source: str, target: str
) -> list[tuple[str, ...]]:
    """Every path from source to target that visits no variable twice.

    Parameters
    ----------
    arrows : iterable of (from, to)
    source, target : str

    Returns
    -------
    list of tuple of str
    """
    leads: dict[str, list[str]] = {}
    for a, b in arrows:
        leads.setdefault(a, []).append(b)
    found: list[tuple[str, ...]] = []

    def walk(path: tuple[str, ...]) -> None:
        for step in leads.get(path[-1], []):
            if step == target:
                found.append((*path, step))
            elif step not in path:
                walk((*path, step))

    walk((source,))
    return found
