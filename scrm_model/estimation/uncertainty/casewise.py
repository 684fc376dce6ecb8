"""What single cases say: contributions to scores and to the fourth-order moments.

Notes
-----
With d_i the deviation of case i from the sample means and z_i = vech(d_i d_i' - S) (followed by
d_i where means are modelled), Gamma = mean of z_i z_i' is the fourth-moment matrix of
asymptotically distribution-free theory [browne1984]_. Fixed x are given, so there z_i is what is
left when the expectation given x is taken out: with h_i the prediction of d_i from the x of case i
(x itself, and the regressions of the rest on it), ``z_i = vech(d_i d_i' - h_i h_i' - C)``, C the
mean of the first two, followed by d_i - h_i. Without fixed x, h_i is zero and C is S. With V the
normal-theory weight at Sigma and Delta the derivatives of the moments, all that robust statistics
need are

- the scores ``a_i = Delta' V z_i`` (so that ``Delta' V Gamma V Delta`` is the mean of a_i a_i'),
- the products ``z_i' V z_j = 1/2 [(d_i' P d_j)^2 - (d_i' P h_j)^2 - (h_i' P d_j)^2 + (h_i' P
  h_j)^2]`` less its row and column means,

and neither Gamma, of order p^4, nor V is ever formed. With the dictionary D of
`scrm_model.estimation.implied.moments` and ``y_i = D' P d_i``, an element of a_i is
``c y_il y_ir`` minus its mean.

The observed information of the unrestricted moments may stand for V. With r the residual means,
``S* = S + r r'``, ``M = P S* P - P / 2`` and ``f = P r`` it is ``D_p' (P (x) M) D_p`` for the
covariances and P for the means, with ``u' P A f`` between a mean u and a covariance matrix A. Then
``(d_i' P d_j) (d_i' M d_j)`` takes the place of the squares above and
``c (y_il w_ir + w_il y_ir)``, ``w_i = D' M d_i``, that of ``c y_il y_ir``; M is P / 2 where the
model fits the sample exactly. lavaan's tests on observed information are made of it.

References
----------
.. [browne1984] Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis
   of covariance structures. British Journal of Mathematical and Statistical Psychology, 37, 62-83.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import (
    Part,
    Point,
    add_terms,
    gram_matrix,
    mean_scales,
    residual_weight,
)
from scrm_model.estimation.implied.compiled import Block, CompiledModel
from scrm_model.estimation.implied.moments import dictionary
from scrm_model.estimation.observed.sample import Sample

_CHUNK = 2000  # rows of the matrix of products that are in memory at once


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one group, seen through a weight matrix.

    Attributes
    ----------
    whitened : ndarray, shape (N, p)
        L' d_i with P = L L', so that products of rows are d_i' P d_j.
    predicted : ndarray, shape (N, p), or None
        L' h_i; None without fixed x.
    scores : ndarray, shape (N, q)
        Delta' V z_i, centred.
    means : bool
        Whether z_i includes d_i - h_i.
    middle : ndarray, shape (p, p), or None
        K with M = L K L' under the observed weight; None under the expected one, where it is half
        the identity.
    shift : ndarray, shape (p,), or None
        L' r under the observed weight with means.
    """

    whitened: NDArray
    predicted: NDArray | None
    scores: NDArray
    means: bool
    middle: NDArray | None = None
    shift: NDArray | None = None

    def products(self, rows: slice) -> NDArray:
        """z_i' V z_j for some i and all j, shape (rows, N)."""
        d, h = self.whitened, self.predicted
        square = self._squares(d[rows], d)
        if h is not None:
            square += self._squares(h[rows], h)
            square -= self._squares(d[rows], h) + self._squares(h[rows], d)
        row_mean = square.mean(axis=1, keepdims=True)
        # Centring: z is what precedes C minus its mean over cases, on both sides.
        out = square - row_mean - self._column_means[None, :] + self._column_means.mean()
        if self.means:
            u = d if h is None else d - h
            out += u[rows] @ u.T
            if self.shift is not None:
                out += self._across(u[rows], slice(None)) + self._across(u, rows).T
        return out

    def _turned(self, a: NDArray) -> NDArray:
        return 0.5 * a if self.middle is None else a @ self.middle

    def _squares(self, a: NDArray, b: NDArray) -> NDArray:
        """(a_i' P b_j) (a_i' M b_j)."""
        return (a @ b.T) * (self._turned(a) @ b.T)

    def _across(self, u: NDArray, rows: slice) -> NDArray:
        """u_i' P A_j f for the centred A_j of some cases."""
        assert self.shift is not None
        d, h = self.whitened, self.predicted
        out = (u @ d[rows].T) * (d[rows] @ self.shift)
        if h is not None:
            out -= (u @ h[rows].T) * (h[rows] @ self.shift)
        return out - (u @ (self._second @ self.shift))[:, None]

    @property
    def _second(self) -> NDArray:
        d, h = self.whitened, self.predicted
        second = d.T @ d / len(d)
        return second if h is None else second - h.T @ h / len(h)

    @property
    def _column_means(self) -> NDArray:
        d, h = self.whitened, self.predicted
        form = self._turned(self._second)
        form = (form + form.T) / 2.0
        return _quadratic(d, form) if h is None else _quadratic(d, form) - _quadratic(h, form)

    def diagonal(self) -> NDArray:
        """z_i' V z_i, shape (N,)."""
        d, h = self.whitened, self.predicted
        square = _lengths(d, d) * _lengths(self._turned(d), d)
        u = d
        if h is not None:
            square += _lengths(h, h) * _lengths(self._turned(h), h)
            square -= 2.0 * _lengths(d, h) * _lengths(self._turned(d), h)
            u = d - h
        mean = self._column_means
        out = square - 2.0 * mean + mean.mean()
        if self.means:
            out += _lengths(u, u)
            if self.shift is not None:
                cross = _lengths(u, d) * (d @ self.shift)
                if h is not None:
                    cross -= _lengths(u, h) * (h @ self.shift)
                out += 2.0 * (cross - u @ (self._second @ self.shift))
        return out

    def chunks(self) -> Iterator[slice]:
        """Slices over the cases, small enough for `products`."""
        n = len(self.whitened)
        for first in range(0, n, _CHUNK):
            yield slice(first, min(first + _CHUNK, n))


def _lengths(a: NDArray, b: NDArray) -> NDArray:
    return np.einsum("ni,ni->n", a, b)


def _quadratic(a: NDArray, form: NDArray) -> NDArray:
    return _lengths(a @ form, a)


def cases_of(
    model: CompiledModel,
    point: Point,
    data: tuple[NDArray, ...],
    samples: tuple[Sample, ...] | None = None,
) -> tuple[Cases, ...]:
    """See the cases of every group through the weight at a point.

    Parameters
    ----------
    model : CompiledModel
    point : Point
        A stack of one.
    data : tuple of ndarray, shape (N_g, p)
    samples : tuple of Sample, optional
        For the observed weight; without them it is the expected one.

    Returns
    -------
    tuple of Cases
    """
    out = []
    groups = zip(
        model.blocks, point.parts, data, samples or (None,) * len(data), strict=True
    )  # fmt: skip
    for block, part, rows, sample in groups:
        deviation = rows - rows.mean(axis=0)
        root = np.linalg.cholesky(part.precision[0])
        weight = None if sample is None else _observed_weight(part, sample)
        given = None
        if len(model.exogenous_observed):
            given = _prediction(deviation, model.exogenous_observed)
        scores = _scores(model, block, part, deviation, weight)
        if given is not None:
            scores -= _scores(model, block, part, given, weight)
        centred = scores - scores.mean(axis=0)
        middle = shift = None
        if weight is not None:
            middle = np.linalg.solve(root, np.linalg.solve(root, weight).T)
            shift = None if part.shift is None else part.shift[0] @ root
        predicted = None if given is None else given @ root
        out.append(
            Cases(deviation @ root, predicted, centred, model.meanstructure, middle, shift)
        )  # fmt: skip
    return tuple(out)


def _observed_weight(part: Part, sample: Sample) -> NDArray:
    """M = P S* P - P / 2, shape (p, p)."""
    return part.precision[0] / 2.0 - residual_weight(part, sample)[0]


def _prediction(deviation: NDArray, x: NDArray) -> NDArray:
    """Least-squares prediction of all variables from those at x, which predict themselves."""
    given = deviation[:, x]
    return given @ np.linalg.solve(given.T @ given, given.T @ deviation)


def likelihood_scores(
    model: CompiledModel, point: Point, data: tuple[NDArray, ...]
) -> tuple[NDArray, ...]:
    """Derivatives of the log-likelihood of every case, one array (N_g, q) a group.

    Parameters
    ----------
    model, point, data
        As in `cases_of`.

    Notes
    -----
    ``Delta' V (vech(d d') - sigma) + dmu' P d`` with d the deviation from the implied means, or
    from the sample means where none are modelled.
    """
    out = []
    for block, part, rows in zip(model.blocks, point.parts, data, strict=True):
        centre = part.implied.mu[0] if model.meanstructure else rows.mean(axis=0)
        scores = _scores(model, block, part, rows - centre)
        gram = gram_matrix(part)[0]
        expected = np.zeros((1, model.n_parameters))
        terms = block.weight * gram[block.left, block.right][None]
        add_terms(expected, terms, block.parameter, block.ascending)
        out.append(scores - expected)
    return tuple(out)


def _scores(
    model: CompiledModel,
    block: Block,
    part: Part,
    deviation: NDArray,
    weight: NDArray | None = None,
) -> NDArray:
    """Delta' V (vech(d d'), d), shape (N, q); under the observed weight if there is M."""
    d = dictionary(part.implied)[0]
    y = deviation @ (part.precision[0] @ d)
    left, right = y.take(block.left, axis=1), y.take(block.right, axis=1)
    along = y
    if weight is None:
        terms = left * right
    else:
        w = deviation @ (weight @ d)
        force = np.zeros(model.p) if part.shift is None else part.precision[0] @ part.shift[0]
        w += force @ d
        terms = left * w.take(block.right, axis=1) + right * w.take(block.left, axis=1)
        along = y * (1.0 + deviation @ force)[:, None]
    scores = np.zeros((len(deviation), model.n_parameters))
    add_terms(scores, terms * block.weight, block.parameter, block.ascending)
    if model.meanstructure:
        terms = along.take(block.mean_column, axis=1) * mean_scales(part)[0].take(block.mean_scale)
        add_terms(scores, terms, block.mean_parameter, block.mean_ascending)
    return scores


def saturated_trace(rows: NDArray, x: NDArray, means: bool) -> float:
    """Mean of z_i' V z_i with V at the sample covariances, less the same of the fixed x alone.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
    x : ndarray of int
        Positions of fixed x.
    means : bool
        Whether z_i includes the deviations themselves.

    Notes
    -----
    Here fixed x are seen as the likelihood sees them, in which the density of y given x is that of
    both less that of x: nothing is centred on a prediction.
    """
    whole = _saturated(rows, means)
    return whole - _saturated(rows[:, x], means) if len(x) else whole


def _saturated(rows: NDArray, means: bool) -> float:
    n, p = rows.shape
    deviation = rows - rows.mean(axis=0)
    precision = np.linalg.inv(deviation.T @ deviation / n)
    distance = _lengths(deviation @ precision, deviation)
    # Mardia's kurtosis: the mean of z_i' V z_i is its half less p / 2, and that of d_i' P d_i is p.
    return float(distance @ distance) / (2.0 * n) + (p / 2 if means else -p / 2)
