"""Bread and meat: what standard errors and corrected tests are made of, at one solution.

Notes
-----
With E the expected and H the observed information of one observation, B the mean outer product
of the scores, and inverses taken inside the linear constraints::

    standard             I^-1 / N            I expected, observed or first-order (B)
    robust.sem           I^-1 B I^-1 / N     I = E unless H is asked for; B is Delta' V Gamma V
                                             Delta, V the weight of the same kind [browne1984]_;
                                             under least squares V is its own weight
    two.stage            see `scrm_model.estimation.uncertainty.two_stage`
    robust.huber.white   I^-1 B I^-1 / N     I = H unless E is asked for; B of likelihood scores
                                             [huber1967]_

References
----------
.. [browne1984] Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis
   of covariance structures. British Journal of Mathematical and Statistical Psychology, 37, 62-83.
.. [huber1967] Huber, P. J. (1967). The behavior of maximum likelihood estimates under nonstandard
   conditions. Proceedings of the Fifth Berkeley Symposium on Mathematical Statistics and
   Probability, 1, 221-233.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy import fiml
from scrm_model.estimation.discrepancy.contract import FIML, ML, Discrepancy
from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.discrepancy.ml_hessian import straight_hessian
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.implied.moments import Implied
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.sample import Sample, incomplete_sample
from scrm_model.estimation.observed.saturated import Incomplete, saturated
from scrm_model.estimation.uncertainty.casewise import (
    Cases,
    cases_of,
    likelihood_scores,
    saturated_trace,
)
from scrm_model.estimation.uncertainty.incomplete import Unrestricted
from scrm_model.estimation.uncertainty.information import inverse_information
from scrm_model.estimation.uncertainty.quadratic import GroupForm, group_forms, meat_of
from scrm_model.estimation.uncertainty.two_stage import two_stage


@dataclass(frozen=True, eq=False)
class Bread:
    """A solution, and what its uncertainty is made of.

    Attributes
    ----------
    model : CompiledModel
    samples : tuple of Sample
        Stacks of one, one a group.
    theta : ndarray, shape (q,)
    basis : ndarray, shape (q, k)
        Directions that constraints leave free.
    data : tuple of ndarray, shape (N_g, p), or None
        Complete rows by group; None where moments stood for data.
    discrepancy : Discrepancy
        What was minimised.
    auxiliary : tuple of str
        Variables that no model restricts.
    missing : str
        What was done with rows that have missing cells.
    known : Point, optional
        A point that was evaluated before: it is used where it is the one at theta.
    like : Bread, optional
        Another model for the same data: what belongs to the data alone is asked of it.
    """

    model: CompiledModel
    samples: tuple[Sample, ...]
    theta: NDArray
    basis: NDArray
    data: tuple[NDArray, ...] | None
    discrepancy: Discrepancy = ML
    auxiliary: tuple[str, ...] = ()
    missing: str = "listwise"
    known: Point | None = None
    like: "Bread | None" = None

    @property
    def n(self) -> int:
        """What F is multiplied by."""
        return sum(s.n for s in self.samples)

    @cached_property
    def point(self) -> Point:
        """The discrepancy at the solution."""
        if self.known is not None and np.array_equal(self.known.theta[0], self.theta):
            return self.known
        return self.discrepancy.evaluate(self.model, self.theta[None], self.samples)

    @property
    def implied(self) -> list[Implied]:
        """What the solution implies, one a group."""
        return [part.implied for part in self.point.parts]

    @cached_property
    def expected(self) -> NDArray:
        """Expected information of one observation, shape (q, q)."""
        return self.discrepancy.information(self.model, self.point, self.samples)[0]

    @cached_property
    def observed(self) -> NDArray:
        """Observed information of one observation, shape (q, q)."""
        return self.discrepancy.hessian(self.model, self.point, self.samples)[0] / 2.0

    @cached_property
    def observed_weight(self) -> NDArray:
        """Delta' V Delta with the observed weight of the moments, shape (q, q)."""
        return straight_hessian(self.model, self.point, self.samples)[0] / 2.0

    @cached_property
    def first_order(self) -> NDArray:
        """Mean outer product of the likelihood scores, shape (q, q)."""
        if self.discrepancy is FIML:
            scores = np.concatenate(fiml.case_scores(self.model, self.point))
        else:
            scores = np.concatenate(likelihood_scores(self.model, self.point, self._rows))
        return scores.T @ scores / len(scores)

    @cached_property
    def cases(self) -> tuple[Cases, ...]:
        """The cases seen through the expected weight at the solution, one a group."""
        return cases_of(self.model, self.point, self._rows)

    @cached_property
    def _observed_cases(self) -> tuple[Cases, ...]:
        return cases_of(self.model, self.point, self._rows, self.samples)

    def seen(self, kind: str) -> tuple[Cases, ...]:
        """The cases seen through the weight of an information: expected or observed."""
        return self._observed_cases if kind == "observed" else self.cases

    @property
    def _rows(self) -> tuple[NDArray, ...]:
        assert self.data is not None  # asked of raw data only: `fit` refuses moments before
        return self.data

    def information(self, kind: str) -> NDArray:
        """Information of one observation: expected, observed, first.order or observed.weight."""
        return {
            "expected": lambda: self.expected,
            "observed": lambda: self.observed,
            "first.order": lambda: self.first_order,
            "observed.weight": lambda: self.observed_weight,
        }[kind]()

    def inverse(self, kind: str) -> NDArray | None:
        """Inverse information of one observation inside the constraints; None if singular."""
        if kind not in self._inverses:
            self._inverses[kind] = inverse_information(self.information(kind), self.basis)
        return self._inverses[kind]

    @cached_property
    def _inverses(self) -> dict[str, NDArray | None]:
        return {}

    def saturated_trace(self, kind: str = "observed") -> float:
        """tr(B1 A1^-1) of the unrestricted model at its moments, summed over groups.

        Parameters
        ----------
        kind : {"observed", "expected"}
            The information A1; the two differ only where cells are missing.
        """
        if self.like is not None:
            return self.like.saturated_trace(kind)
        x, means = self.model.exogenous_observed, self.model.meanstructure
        if self.discrepancy is FIML:
            return self.unrestricted.score_trace(kind)
        return sum(saturated_trace(rows, x, means) for rows in self._rows)

    @cached_property
    def unrestricted(self) -> Unrestricted:
        """The unrestricted moments and what is known of them, where cells are missing."""
        names, table = self.model.observed, self.model.table
        predictors = np.flatnonzero([v in table.exogenous for v in names])
        samples = self.samples
        if any(s.incomplete is None for s in samples):  # two stages: their cases are still there
            pairs = zip(samples, self._rows, strict=True)
            samples = tuple(_knowing(sample, rows) for sample, rows in pairs)
        return Unrestricted(samples, self.model.exogenous_observed, predictors)

    def two_stage(self, kind: str) -> tuple[NDArray | None, float]:
        """N times the covariance matrix of two-stage estimates, and the mean of their test."""
        robust = self.missing == "robust.two.stage"
        return two_stage(self.model, self.point, self.basis, self.unrestricted, kind, robust)

    def covariance(self, se: str, kind: str) -> NDArray | None:
        """Covariance matrix of the estimates, shape (q, q); None if the information is singular.

        Parameters
        ----------
        se : {"standard", "robust.sem", "robust.huber.white", "two.stage", "robust.two.stage"}
        kind : {"expected", "observed", "first.order"}
            The information.
        """
        if se.endswith("two.stage"):
            found = self.two_stage(kind)[0]
            return None if found is None else found / self.n
        inverse = self.inverse(kind)
        if inverse is None or se == "standard":
            return None if inverse is None else inverse / self.n
        if se == "robust.huber.white":
            return inverse @ self.first_order @ inverse / self.n
        return inverse @ self.moment_meat(kind) @ inverse / self.n

    @cached_property
    def groups(self) -> tuple[GroupForm, ...]:
        """Least squares: the moments' derivatives, weight and covariances, one a group."""
        form = self.discrepancy.moment_form
        assert form is not None
        return group_forms(self.model, self.point, self.samples, form)

    def moment_meat(self, kind: str = "expected") -> NDArray:
        """Delta' W Gamma W Delta of one observation, shape (q, q).

        Parameters
        ----------
        kind : {"expected", "observed"}
            The weight W under a likelihood; least squares has its own.
        """
        if self.discrepancy.moment_form is not None:
            return self._quadratic_meat
        scores = np.concatenate([c.scores for c in self.seen(kind)])
        return scores.T @ scores / len(scores)

    @cached_property
    def _quadratic_meat(self) -> NDArray:
        return meat_of(self.groups)


def _knowing(sample: Sample, rows: NDArray) -> Sample:
    """A sample of unrestricted moments that knows the incomplete cases they were made of."""
    assert sample.mean is not None  # missing cells come with means
    patterns = patterns_of(rows)
    found = saturated(patterns, start=(sample.mean[0], sample.cov[0]))
    return incomplete_sample(Incomplete(patterns, (found,)))
