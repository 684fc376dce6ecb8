"""What incomplete cases know of the unrestricted moments, and how far these vary."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.moment_curvature import (
    complete_information,
    curvature,
    moments_among,
    scores,
)
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.observed.saturated import Saturated


def member_of(sample: Sample) -> Saturated:
    """The unrestricted model of a stack of one."""
    assert sample.incomplete is not None
    return sample.incomplete.members[0]


@dataclass(frozen=True, eq=False)
class Unrestricted:
    """The unrestricted moments of every group, as far as a model explains them.

    Those of fixed predictors among themselves are given: they are left out of the m moments.

    Attributes
    ----------
    samples : tuple of Sample
        Stacks of one, one a group.
    fixed : ndarray of int
        Positions of fixed predictors.
    predictors : ndarray of int
        Positions of all observed variables that only predict, whose moments no model restricts.
    """

    samples: tuple[Sample, ...]
    fixed: NDArray[np.intp]
    predictors: NDArray[np.intp]
    _known: dict[str, tuple[NDArray, ...]] = field(default_factory=dict)
    _inverses: dict[str, tuple[NDArray, ...]] = field(default_factory=dict)

    @cached_property
    def kept(self) -> NDArray[np.intp]:
        """The m moments among means and vech(Sigma)."""
        return np.flatnonzero(~moments_among(self.samples[0].cov.shape[-1], self.fixed))

    def information(self, kind: str) -> tuple[NDArray, ...]:
        """Of one observation: observed, expected or first.order; shape (m, m), one a group."""
        if kind not in self._known:
            self._known[kind] = tuple(self._information(k, kind) for k in range(len(self.samples)))
        return self._known[kind]

    def _information(self, group: int, kind: str) -> NDArray:
        if kind == "first.order":
            own = self.scores[group]
            return np.asarray(own.T @ own / len(own))
        whole = curvature(member_of(self.samples[group]).at, kind) / 2.0
        return whole[np.ix_(self.kept, self.kept)]

    @cached_property
    def scores(self) -> tuple[NDArray, ...]:
        """Scores of every case, shape (N_g, m)."""
        return tuple(scores(member_of(s).at)[:, self.kept] for s in self.samples)

    @cached_property
    def complete(self) -> tuple[NDArray, ...]:
        """V: expected information of complete data, 0 for moments among predictors, (m, m)."""
        none = moments_among(self.samples[0].cov.shape[-1], self.predictors)[self.kept]
        out = []
        for group in range(len(self.samples)):
            weight = self.weight(group)
            weight[none] = weight[:, none] = 0.0
            out.append(weight)
        return tuple(out)

    def weight(self, group: int) -> NDArray:
        """Expected information of complete data of one group, shape (m, m)."""
        whole = complete_information(member_of(self.samples[group]).at.precision)
        return np.asarray(whole[np.ix_(self.kept, self.kept)])

    def inverses(self, kind: str = "observed") -> tuple[NDArray, ...]:
        """W^-1, with W of a kind."""
        if kind not in self._inverses:
            self._inverses[kind] = tuple(np.linalg.inv(w) for w in self.information(kind))
        return self._inverses[kind]

    def spread(self, group: int, sandwich: bool, kind: str = "observed") -> NDArray:
        """Omega of one group: W^-1, or the sandwich W^-1 B W^-1 of scores, shape (m, m)."""
        inverse = self.inverses(kind)[group]
        if not sandwich:
            return inverse
        return np.asarray(inverse @ self.information("first.order")[group] @ inverse)

    def trace(self, sandwich: bool) -> float:
        """tr(V Omega), summed over groups."""
        groups = enumerate(self.complete)
        return sum(float((v * self.spread(g, sandwich)).sum()) for g, v in groups)

    def score_trace(self, kind: str) -> float:
        """tr(B W^-1) over groups, with W of a kind."""
        pairs = zip(self.information("first.order"), self.information(kind), strict=True)
        return sum(float(np.trace(np.linalg.solve(w, b))) for b, w in pairs)
