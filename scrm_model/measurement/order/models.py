"""The rival models of a construct with dimensions, all other constructs as they are.

Notes
-----
one factor     all items of the construct on one factor
correlated     each dimension a factor, all correlated
second-order   the dimensions load on the construct, through which alone they meet the others
bifactor       a general factor of all items, and a specific factor of each dimension, uncorrelated
               with everything; the general factor meets the others [reise2012]_

Latent variances are 1; but in the second-order model, where the unit of a dimension is that of its
first item, so that what is left of it may come down to 0 and below. A specific factor of two
items has equal loadings, as one covariance cannot tell two; one item has no specific factor. Two
dimensions without other constructs give a second-order model only with equal loadings. With
`reference=` one dimension has no specific factor: it defines the general factor, bifactor S - 1
[eid2017]_.

References
----------
.. [reise2012] Reise, S. P. (2012). The rediscovery of bifactor measurement models. Multivariate
   Behavioral Research, 47, 667-696.
.. [eid2017] Eid, M., Geiser, C., Koch, T., & Heene, M. (2017). Anomalous results in G-factor
   models: Explanations and alternatives. Psychological Methods, 22, 541-562.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from scrm_model.spec.statements import Modifiers, Relation

ONE, FIRST, SECOND, BIFACTOR = "one factor", "correlated", "second-order", "bifactor"
_UNIT, _NONE = Modifiers(fixed=(1.0,)), Modifiers(fixed=(0.0,))


@dataclass(frozen=True)
class Hierarchy:
    """A construct, its dimensions, and what stands beside it.

    Attributes
    ----------
    construct : str
    dimensions : dict of str to tuple of str
        Items of each.
    others : tuple of str
        Other constructs that it may correlate with.
    beside : tuple of Relation
        Loadings of the others, and residual relations of the items.
    reference : str
        The dimension without a specific factor in the bifactor model, or "".
    """

    construct: str
    dimensions: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]
    beside: tuple[Relation, ...]
    reference: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        """Items of all dimensions, each once."""
        return tuple(dict.fromkeys(v for own in self.dimensions.values() for v in own))

    @property
    def specific(self) -> dict[str, tuple[str, ...]]:
        """Dimensions with a specific factor in the bifactor model."""
        kept = {d: own for d, own in self.dimensions.items() if len(own) > 1}
        return {d: own for d, own in kept.items() if d != self.reference}

    @property
    def tied(self) -> bool:
        """Whether the second-order loadings must be equal."""
        return len(self.dimensions) == 2 and not self.others

    def relations(self, which: str) -> list[Relation]:
        """One of the four models."""
        made = {ONE: self._one, FIRST: self._first, SECOND: self._second, BIFACTOR: self._bifactor}
        return [*made[which](), *self.beside]

    def scaled(self, which: str) -> bool:
        """Whether latent variances set the scale of a model, not first loadings."""
        return which != SECOND

    def _one(self) -> list[Relation]:
        return _measured(self.construct, self.items)

    def _first(self) -> list[Relation]:
        return [r for d, own in self.dimensions.items() for r in _measured(d, own)]

    def _second(self) -> list[Relation]:
        how = _UNIT if self.tied else Modifiers()
        return [*self._first(), *(Relation(self.construct, "=~", d, how) for d in self.dimensions)]

    def started(
        self, general: Mapping[str, float], specific: Mapping[str, float]
    ) -> list[Relation]:
        """The bifactor model with start values of its loadings.

        Parameters
        ----------
        general, specific : dict of str to float
            By item.
        """
        values = {self.construct: general, **dict.fromkeys(self.specific, specific)}

        def started(r: Relation) -> Relation:
            own = values.get(r.lhs, {}) if r.op == "=~" else {}
            if r.rhs not in own:
                return r
            return replace(r, modifiers=replace(r.modifiers, start=(float(own[r.rhs]),)))

        return [started(r) for r in self.relations(BIFACTOR)]

    def _bifactor(self) -> list[Relation]:
        out = _measured(self.construct, self.items)
        for number, (d, own) in enumerate(self.specific.items()):
            how = Modifiers(label=(f"pair{number}_",)) if len(own) == 2 else Modifiers()
            out += [Relation(d, "=~", v, how) for v in own]
            out += [Relation(f, "~~", d, _NONE) for f in (self.construct, *self.others)]
        return out + [Relation(a, "~~", b, _NONE) for a, b in combinations(self.specific, 2)]


def _measured(factor: str, items: Sequence[str]) -> list[Relation]:
    return [Relation(factor, "=~", v) for v in items]
