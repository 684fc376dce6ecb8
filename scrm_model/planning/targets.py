"""What power is asked about: paths, indirect effects, definitions, as functions of few table rows.

A target is a sum of products of table rows (*atoms*), or a definition of the model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, ModelError, did_you_mean
from scrm_model.inference.effects import ARROW, simple_paths
from scrm_model.spec.origin import Origin
from scrm_model.spec.table import Parameter, ParameterTable

Key = tuple[str, str, str, int]
HYPOTHESIS, PATH, INDIRECT, TOTAL, DEFINED = (
    "hypothesis", "path", "indirect", "total indirect", "defined",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """One effect.

    Attributes
    ----------
    name : str
        A path's label, or ``"CRO → SMS"``; an indirect effect's path; a definition's name.
    kind : str
        "hypothesis", "path", "indirect", "total indirect" or "defined".
    group : int
        From 1; 0 for a definition.
    terms : tuple of tuple of int
        Atoms whose products are summed; empty for a definition.
    sign : int
        The sign that is claimed; 0 if none is.
    """

    name: str
    kind: str
    group: int
    terms: tuple[tuple[int, ...], ...]
    sign: int = 0

    @property
    def direct(self) -> bool:
        """Whether it is one coefficient, tested by its z."""
        return self.kind in (HYPOTHESIS, PATH)


@dataclass(frozen=True)
class Targets:
    """All targets of a model.

    Attributes
    ----------
    table : ParameterTable
    atoms : tuple of (lhs, op, rhs, group)
        The table rows that the targets are made of.
    targets : tuple of Target
    """

    table: ParameterTable
    atoms: tuple[Key, ...]
    targets: tuple[Target, ...]

    def rows(self, table: ParameterTable) -> list[int]:
        """Where the atoms stand in a table that may have further rows."""
        place = {key_of(v): k for k, v in enumerate(table.parameters)}
        return [place[key] for key in self.atoms]

    @property
    def labels(self) -> dict[str, int]:
        """Atom of each label."""
        out: dict[str, int] = {}
        place = {key: k for k, key in enumerate(self.atoms)}
        for v in self.table.parameters:
            if v.label and v.label not in out and key_of(v) in place:
                out[v.label] = place[key_of(v)]
        return out

    def values(self, atoms: NDArray, which: Sequence[Target]) -> NDArray:
        """Targets from atoms.

        Parameters
        ----------
        atoms : ndarray, shape (A, ...)
            Real or complex.
        which : sequence of Target

        Returns
        -------
        ndarray, shape (len(which), ...)
        """
        out = np.zeros((len(which), *atoms.shape[1:]), dtype=atoms.dtype)
        defined = {}
        if any(t.kind == DEFINED for t in which):
            given = {label: atoms[k] for label, k in self.labels.items()}
            defined = self.table.defined_values(given)
        for k, target in enumerate(which):
            if target.kind == DEFINED:
                out[k] = defined[target.name]
            for term in target.terms:
                product = atoms[term[0]]
                for atom in term[1:]:
                    product = product * atoms[atom]
                out[k] += product
        return out


def key_of(v: Parameter) -> Key:
    """What names a row across tables."""
    return v.lhs, v.op, v.rhs, v.group


def targets_of(
    table: ParameterTable, origin: Origin | None, of: Sequence[tuple[str, str]] | None
) -> Targets:
    """Paths, and the indirect effects that are claimed, defined or asked for.

    Parameters
    ----------
    table : ParameterTable
    origin : Origin or None
        The study that the model was specified from.
    of : sequence of (source, target), optional
        Pairs whose indirect effects are wanted; by default those of the study's mediation claims,
        or else none but the definitions.

    Returns
    -------
    Targets

    Raises
    ------
    ModelError
        No path leads from a source to its target, or there is no target at all.
    """
    maker = _Maker(table)
    signs = _signs(origin)
    order = {pair: k for k, pair in enumerate(signs)}
    paths = [v for v in table.parameters if v.op == "~"]
    for v in sorted(paths, key=lambda v: (v.group, order.get((v.rhs, v.lhs), len(order)))):
        if v.free:
            sign = signs.get((v.rhs, v.lhs))
            kind = PATH if sign is None else HYPOTHESIS
            maker.add(v.label or f"{v.rhs}{ARROW}{v.lhs}", kind, v.group, [[v]], sign or 0)
    claims = {} if origin is None else origin.mediation_pairs()
    pairs = list(claims) if of is None else _pairs(of)
    for group in range(1, table.n_groups + 1):
        for pair in pairs:
            maker.add_pair(pair, group, claims.get(pair) if of is None else None)
    for d in table.definitions:
        maker.add(d.name, DEFINED, 0, [])
    if not maker.targets:
        raise ModelError(
            "model= needs paths to be tested; got a model without any '~' or ':='. Add a path, or "
            "use rmsea_power() for the fit of a measurement model."
        )
    return maker.done()


def _signs(origin: Origin | None) -> dict[tuple[str, str], int]:
    if origin is None:
        return {}
    return {
        (source, target): h.sign
        for h in origin.study.hypotheses
        for source in origin.standing_for(h.source)
        for target in origin.standing_for(h.target)
    }


def _pairs(of: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    out = [tuple(pair) for pair in of]
    if not all(len(p) == 2 and all(isinstance(v, str) for v in p) for p in out):
        raise ArgumentError(
            f"of= needs (source, target) pairs such as [('CRO', 'SCRMP')]; got {list(of)!r}."
        )
    return [(a, b) for a, b in out]


class _Maker:
    """Collects targets, and the rows that they need."""

    def __init__(self, table: ParameterTable) -> None:
        self.table = table
        self.atoms: dict[Key, int] = {}
        self.targets: list[Target] = []

    def add(
        self, name: str, kind: str, group: int, terms: list[list[Parameter]], sign: int = 0
    ) -> None:
        numbers = tuple(tuple(self._atom(v) for v in term) for term in terms)
        if len(self.table.groups) > 1 and group:
            name = f"{name} [{self.table.groups[group - 1]}]"
        self.targets.append(Target(name, kind, group, numbers, sign))

    def _atom(self, v: Parameter) -> int:
        return self.atoms.setdefault(key_of(v), len(self.atoms))

    def add_pair(self, pair: tuple[str, str], group: int, through: tuple[str, ...] | None) -> None:
        arrows = {
            (v.rhs, v.lhs): v for v in self.table.parameters if v.op == "~" and v.group == group
        }
        known = {name for arrow in arrows for name in arrow}
        for name in pair:
            if name not in known:
                raise ModelError(
                    f"of= needs variables that take part in paths; got '{name}'."
                    f"{did_you_mean(name, known)}"
                )
        found = [p for p in simple_paths(arrows, *pair) if len(p) > 2]
        if not found:
            raise ModelError(
                f"of= needs an indirect path from '{pair[0]}' to '{pair[1]}'; the model has none. "
                "Check the direction: it is (source, target)."
            )
        terms = {p: [arrows[step] for step in pairwise(p)] for p in sorted(found, key=len)}
        for path, term in terms.items():
            if through is None or set(path[1:-1]) & set(through):
                self.add(ARROW.join(path), INDIRECT, group, [term])
        if not _has_loop(list(arrows)):
            name = f"{pair[0]}{ARROW}…{ARROW}{pair[1]}"
            self.add(name, TOTAL, group, list(terms.values()))

    def done(self) -> Targets:
        for d in self.table.definitions:
            for v in self.table.parameters:
                if v.label and v.label in _names_behind(d.name, self.table):
                    self._atom(v)
        return Targets(self.table, tuple(self.atoms), tuple(self.targets))


def _names_behind(name: str, table: ParameterTable) -> set[str]:
    """Labels that a definition uses, also through other definitions."""
    by_name = {d.name: d for d in table.definitions}
    out: set[str] = set()
    stack = [name]
    while stack:
        for used in by_name[stack.pop()].expression.names:
            (stack.append if used in by_name else out.add)(used)
    return out


def _has_loop(arrows: list[tuple[str, str]]) -> bool:
    """With loops a total effect is no sum of simple paths."""
    left = list(arrows)
    while left:
        sources = {a for a, _ in left}
        kept = [(a, b) for a, b in left if b in sources]
        if len(kept) == len(left):
            return True
        left = kept
    return False
