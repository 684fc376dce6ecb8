"""Latent responses: from the matrices of a model to thresholds, slopes and correlations.

Notes
-----
An ordinal variable is a continuous latent response y* cut at thresholds tau [muthen1984]_. What
can be seen of it has no scale, so the moments of a group are, with sd the (conditional) standard
deviation of an ordinal variable's latent response and 1 for a continuous variable::

    location   (tau - mu) / sd        mu for a continuous variable
    slopes     Pi / sd                on fixed predictors x, Pi = (Lambda A) at the columns of x
    variances  Sigma_ii               of continuous variables
    pairs      Sigma_ij / (sd_i sd_j)

all given x. A scale must be set: under the *delta* parameterization the variance is 1 / delta^2
and the residual variance follows from it, under *theta* the residual variance is a parameter and
the scale delta = 1 / sd follows [muthen2002]_.

References
----------
.. [muthen1984] Muthén, B. (1984). A general structural equation model with dichotomous, ordered
   categorical, and continuous latent variable indicators. Psychometrika, 49, 115-132.
.. [muthen2002] Muthén, B., & Asparouhov, T. (2002). Latent variable analysis with categorical
   outcomes: Multiple-group and growth modeling in Mplus. Mplus Web Notes 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Responses:
    """The order of the moments, and where latent responses stand among the matrices.

    Attributes
    ----------
    y, x : ndarray of int
        Positions of modelled variables and of fixed predictors among the observed ones.
    cuts : ndarray of int, shape (y,)
        Thresholds of each modelled variable; 0 for a continuous one.
    inner : ndarray of int, shape (y,)
        Position of each among the latent variables of the matrices, -1 if it has none.
    x_inner : ndarray of int, shape (x,)
        The same for the fixed predictors.
    delta : bool
        Whether residual variances of ordinal variables follow from scales.
    """

    y: Index
    x: Index
    cuts: Index
    inner: Index
    x_inner: Index
    delta: bool

    @cached_property
    def ordinal(self) -> Index:
        """Ordinal variables, as positions among `y`."""
        return np.flatnonzero(self.cuts > 0)

    @cached_property
    def continuous(self) -> Index:
        """Continuous variables, as positions among `y`."""
        return np.flatnonzero(self.cuts == 0)

    @cached_property
    def location(self) -> Index:
        """The variable (among `y`) of each entry of the location part."""
        return np.repeat(np.arange(len(self.y)), np.maximum(self.cuts, 1))

    @cached_property
    def at_cut(self) -> Index:
        """Entries of the location part that are thresholds."""
        return np.flatnonzero(self.cuts[self.location] > 0)

    @cached_property
    def at_mean(self) -> Index:
        """Entries of the location part that are means."""
        return np.flatnonzero(self.cuts[self.location] == 0)

    @cached_property
    def pairs(self) -> tuple[Index, Index]:
        """Positions (among `y`) of the two variables of each pair."""
        first, second = np.triu_indices(len(self.y), 1)
        return first, second

    @cached_property
    def sections(self) -> tuple[slice, slice, slice, slice]:
        """Location, slopes, variances and pairs in the vector of moments."""
        sizes = (
            len(self.location), len(self.x) * len(self.y), len(self.continuous),
            len(self.pairs[0]),
        )  # fmt: skip
        a, b, c, d = (int(edge) for edge in np.cumsum(sizes))
        return slice(0, a), slice(a, b), slice(b, c), slice(c, d)

    @property
    def size(self) -> int:
        """Number of moments."""
        return self.sections[3].stop

    def covariances(self, vector: NDArray, unit: float = 1.0) -> NDArray:
        """Covariance matrix of latent responses and continuous variables, shape (y, y).

        Parameters
        ----------
        vector : ndarray, shape (M,)
        unit : float
            The variance of a latent response: 1, or 0 in residuals.
        """
        variance = np.full(len(self.y), unit)
        variance[self.continuous] = vector[self.sections[2]]
        out = np.diag(variance)
        out[self.pairs] = vector[self.sections[3]]
        out.T[self.pairs] = vector[self.sections[3]]
        return out

    def moments_like(
        self, other: "Responses", observed: Sequence[str], like: Sequence[str]
    ) -> Index:
        """Positions of the moments in the order of another model of the same variables.

        Parameters
        ----------
        other : Responses
        observed, like : sequence of str
            Observed variables of this model and of the other.
        """
        place = {name: k for k, name in enumerate(observed)}
        y = np.array([list(self.y).index(place[like[k]]) for k in other.y], dtype=np.intp)
        x = np.array([list(self.x).index(place[like[k]]) for k in other.x], dtype=np.intp)
        location, slopes, variances, pairs = (s.start for s in self.sections)
        ends = np.cumsum(np.maximum(self.cuts, 1))
        first = np.concatenate([[0], ends[:-1]])
        out = [location + np.arange(first[k], ends[k]) for k in y]
        out += [slopes + k * len(self.y) + y for k in x]
        own = {int(k): n for n, k in enumerate(self.continuous)}
        out.append(np.array([variances + own[int(k)] for k in y if int(k) in own], np.intp))
        number = np.zeros((len(y), len(y)), dtype=np.intp)
        number[self.pairs] = number.T[self.pairs] = pairs + np.arange(len(self.pairs[0]))
        i, j = other.pairs
        out.append(number[y[i], y[j]])
        return np.concatenate(out)

    @cached_property
    def is_ordinal(self) -> NDArray[np.bool_]:
        """Which of `y` are ordinal."""
        return self.cuts > 0


def responses_of(
    observed: Sequence[str],
    latent: Sequence[str],
    cuts: dict[str, int],
    fixed: frozenset[str],
    delta: bool,
) -> Responses:
    """Work out the order of the moments of a model with ordinal variables.

    Parameters
    ----------
    observed, latent : sequence of str
        In the order of the matrices.
    cuts : dict of str to int
        Thresholds of each ordinal variable.
    fixed : frozenset of str
        Fixed predictors.
    delta : bool
    """
    eta = {name: k for k, name in enumerate(latent)}
    y = [k for k, name in enumerate(observed) if name not in fixed]
    x = [k for k, name in enumerate(observed) if name in fixed]

    def index(values: list[int]) -> Index:
        return np.array(values, dtype=np.intp)

    return Responses(
        index(y), index(x), index([cuts.get(observed[k], 0) for k in y]),
        index([eta.get(observed[k], -1) for k in y]),
        index([eta[observed[k]] for k in x]), delta,
    )  # fmt: skip


def complete(of: Responses, matrices: tuple[NDArray, ...]) -> None:
    """Fill in what follows from scales (delta) or from residual variances (theta), in place.

    Parameters
    ----------
    of : Responses
    matrices : tuple of ndarray
        Lambda, B, Psi, Theta, nu, alpha, tau, delta, each (B, rows, columns), with zeros for the
        moments of fixed predictors and for residual variances that are to be computed.
    """
    lam, beta, psi, error, scale = (matrices[k] for k in (0, 1, 2, 3, 7))
    at, inner = of.y[of.ordinal], of.inner[of.ordinal]
    paths = np.linalg.inv(np.eye(beta.shape[1]) - beta) if beta.any() else np.eye(beta.shape[1])
    reach = (lam @ paths)[:, at]
    variance = ((reach @ psi) * reach).sum(axis=2) + error[:, at, at]
    if not of.delta:
        with np.errstate(invalid="ignore", divide="ignore"):
            scale[:, :, 0] = 1.0 / np.sqrt(variance)
        return
    with np.errstate(divide="ignore"):
        left = scale[:, :, 0] ** -2.0 - variance
    inside = np.flatnonzero(inner >= 0)
    if len(inside):
        # A latent response in paths hands its residual variance on to others.
        share = np.zeros((len(left), len(at), len(at)), dtype=left.dtype)
        share[:, np.arange(len(at)), np.arange(len(at))] = inner < 0
        share[:, :, inside] += reach[:, :, inner[inside]] ** 2
        left = np.linalg.solve(share, left[..., None])[..., 0]
    outside = np.flatnonzero(inner < 0)
    error[:, at[outside], at[outside]] = left[:, outside]
    psi[:, inner[inside], inner[inside]] = left[:, inside]
