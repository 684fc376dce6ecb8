"""Least squares with the moments' own covariance matrix: meat, and traces of U Gamma.

Notes
-----
With Delta the derivatives of the moments, W the weight and Gamma the covariance matrix of the
moments times N, of every group, shares n_g / N, and ``E = sum share Delta' W Delta``
[satorra1994]_::

    B              = sum share Delta' W Gamma W Delta
    tr(U Gamma)    = sum tr(W Gamma) - tr(E^-1 B)
    tr((U Gamma)^2)= sum tr((W Gamma)^2) - 2 tr(E^-1 sum share Delta' (W Gamma)^2 W Delta)
                     + tr((E^-1 B)^2)

References
----------
.. [satorra1994] Satorra, A., & Bentler, P. M. (1994). Corrections to test statistics and standard
   errors in covariance structure analysis. In A. von Eye & C. C. Clogg (Eds.), Latent Variables
   Analysis (pp. 399-419). Sage.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.contract import MomentForm
from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.sample import Sample


@dataclass(frozen=True, eq=False)
class GroupForm:
    """One group at a solution.

    Attributes
    ----------
    slopes : ndarray, shape (q, M)
        Delta'.
    weighted : ndarray, shape (q, M)
        Delta' W.
    gamma : ndarray, shape (M, M)
    sample : Sample
    form : MomentForm
    share : float
    """

    slopes: NDArray
    weighted: NDArray
    gamma: NDArray
    sample: Sample
    form: MomentForm
    share: float

    def weigh(self, rows: NDArray) -> NDArray:
        """W times rows of moments, shape (k, M)."""
        return self.form.weigh(self.sample, rows[None])[0]

    @cached_property
    def own_traces(self) -> tuple[float, float]:
        """Traces of Gamma W and of its square."""
        weight = self.sample.weight
        if weight is not None and weight.ndim == 2:
            return diagonal_traces(self.gamma, weight[0])
        product = self.weigh(self.gamma)
        return float(np.trace(product)), float((product * product.T).sum())

    @cached_property
    def carried(self) -> NDArray:
        """Delta' W Gamma, shape (q, M)."""
        # A threshold moves one moment: its row is one of Gamma, scaled.
        alone = np.flatnonzero(np.count_nonzero(self.weighted, axis=1) == 1)
        rest = np.setdiff1d(np.arange(len(self.weighted)), alone)
        moment = np.abs(self.weighted[alone]).argmax(axis=1)
        out = np.empty(self.weighted.shape)
        out[alone] = self.weighted[alone, moment][:, None] * self.gamma[moment]
        out[rest] = self.weighted[rest] @ self.gamma
        return out

    @cached_property
    def meat(self) -> NDArray:
        """Delta' W Gamma W Delta, shape (q, q)."""
        return self.carried @ self.weighted.T


def diagonal_traces(gamma: NDArray, weight: NDArray) -> tuple[float, float]:
    """Traces of Gamma W and of its square for a diagonal W, given as its diagonal (M,)."""
    return float(np.diagonal(gamma) @ weight), float(weight @ (gamma * gamma) @ weight)


def group_forms(
    model: CompiledModel, point: Point, samples: tuple[Sample, ...], form: MomentForm
) -> tuple[GroupForm, ...]:
    """Every group's derivatives, weight and Gamma at a solution.

    Parameters
    ----------
    model : CompiledModel
    point : Point
        A stack of one.
    samples : tuple of Sample
        With gamma.
    form : MomentForm
    """
    total = sum(s.n for s in samples)
    out = []
    for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
        assert sample.gamma is not None  # `observe` makes such samples for robust least squares
        slopes = form.derivatives(block, part, model.n_parameters)
        weighted = form.weigh(sample, slopes)[0]
        out.append(GroupForm(slopes[0], weighted, sample.gamma[0], sample, form, sample.n / total))
    return tuple(out)


def meat_of(groups: tuple[GroupForm, ...]) -> NDArray:
    """B, shape (q, q)."""
    found = np.sum([g.share * g.meat for g in groups], axis=0)
    return np.asarray((found + found.T) / 2)


def traces_of(groups: tuple[GroupForm, ...], inverse: NDArray, square: bool) -> tuple[float, float]:
    """Traces of U Gamma and of its square.

    Parameters
    ----------
    groups : tuple of GroupForm
    inverse : ndarray, shape (q, q)
        E^-1 inside the constraints.
    square : bool
        Whether the second is wanted; NaN otherwise.
    """
    inner = inverse @ meat_of(groups)
    trace = sum(g.own_traces[0] for g in groups) - float(np.trace(inner))
    if not square:
        return trace, float("nan")
    second = sum(g.own_traces[1] for g in groups)
    twice = sum(g.share * (g.weigh(g.carried) @ g.carried.T) for g in groups)
    second += float((inner * inner.T).sum()) - 2.0 * float((inverse * np.asarray(twice).T).sum())
    return trace, second
