"""Answers drawn from a fitted model: what is fixed stays, the rest is normal given it.

Notes
-----
Continuous variables follow the normal distribution with the implied means mu and covariances Sigma.
With fixed predictors x the others are drawn given them, from the normal distribution with mean
``mu_y + Sigma_yx Sigma_xx^-1 (x - mu_x)`` and covariances ``Sigma_yy - Sigma_yx Sigma_xx^-1
Sigma_xy``. An ordinal variable is a latent response, drawn in this way in units in which its
variance given x is 1, and cut at the implied thresholds. A cell that is missing in the data is
missing in every draw.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.responses import response_parts
from scrm_model.estimation.factor import symmetric_root
from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.result import Fit


class Law(Protocol):
    """The distribution of one group's data."""

    def draw(self, rng: np.random.Generator, size: int) -> NDArray:
        """Data matrices, shape (size, N, p)."""
        ...


@dataclass(frozen=True, eq=False)
class NormalLaw:
    """A normal distribution, given some cells of each case.

    Attributes
    ----------
    rows : ndarray, shape (N, p)
        The data: which cells are missing, and the cells that are given.
    mean : ndarray, shape (p,)
    cov : ndarray, shape (p, p)
    given : ndarray of bool, shape (N, p)
        Cells that stay as they are.
    """

    rows: NDArray
    mean: NDArray
    cov: NDArray
    given: NDArray

    def draw(self, rng: np.random.Generator, size: int) -> NDArray:
        """Data matrices; see `Law`."""
        out = np.broadcast_to(self.rows, (size, *self.rows.shape)).copy()
        patterns, of_case = np.unique(self.given, axis=0, return_inverse=True)
        for k, pattern in enumerate(patterns):
            x, y = np.flatnonzero(pattern), np.flatnonzero(~pattern)
            cases = np.flatnonzero(of_case.ravel() == k)
            slopes = np.linalg.solve(self.cov[np.ix_(x, x)], self.cov[np.ix_(x, y)])
            centre = self.mean[y] + (self.rows[np.ix_(cases, x)] - self.mean[x]) @ slopes
            left = self.cov[np.ix_(y, y)] - self.cov[np.ix_(y, x)] @ slopes
            z = rng.standard_normal((size, len(cases), len(y)))
            out[:, cases[:, None], y] = centre + z @ symmetric_root(left)
        out[:, np.isnan(self.rows)] = np.nan
        return out


@dataclass(frozen=True, eq=False)
class ResponseLaw:
    """Latent responses given fixed predictors, and their cuts.

    Attributes
    ----------
    rows : ndarray, shape (N, p)
        The data, with category numbers.
    of : Responses
    vector : ndarray, shape (M,)
        Implied moments.
    """

    rows: NDArray
    of: Responses
    vector: NDArray

    def draw(self, rng: np.random.Generator, size: int) -> NDArray:
        """Data matrices, with category numbers; see `Law`."""
        of = self.of
        location, slopes = self.vector[of.sections[0]], self.vector[of.sections[1]]
        centre = np.zeros((len(self.rows), len(of.y)))
        centre[:, of.continuous] = location[of.at_mean]
        if len(of.x):
            centre += self.rows[:, of.x] @ slopes.reshape(len(of.x), len(of.y))
        z = rng.standard_normal((size, *centre.shape))
        drawn = centre + z @ symmetric_root(of.covariances(self.vector))
        for k in of.ordinal:
            cuts = location[of.location == k]
            drawn[:, :, k] = np.searchsorted(cuts, drawn[:, :, k])
        out = np.broadcast_to(self.rows, (size, *self.rows.shape)).copy()
        out[:, :, of.y] = drawn
        out[:, np.isnan(self.rows)] = np.nan
        return out


def laws_of(fit: Fit) -> tuple[Law, ...]:
    """The distributions that a fit implies, one a group.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    """
    of = fit.compiled.responses
    if of is not None:
        parts = zip(fit.category_numbers(), response_parts(fit.bread.point), strict=True)
        return tuple(ResponseLaw(rows, of, part.moments[0]) for rows, part in parts)
    laws = []
    fixed = np.isin(np.arange(fit.compiled.p), fit.compiled.exogenous_observed)
    for rows, implied in zip(fit.raw_data(), fit.bread.implied, strict=True):
        # Without a mean structure no estimate depends on the means.
        mean = implied.mu[0] if fit.compiled.meanstructure else rows.mean(axis=0)
        laws.append(NormalLaw(rows, mean, implied.sigma[0], fixed & ~np.isnan(rows)))
    return tuple(laws)
