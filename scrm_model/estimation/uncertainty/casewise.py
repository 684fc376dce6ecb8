"""What single cases say: contributions to scores and to the fourth-order moments.

Notes
-----
With d_i the deviation of case i from the sample means and z_i = vech(d_i d_i' - S) (followed by
d_i where means are modelled), Gamma = mean of z_i z_i' is the fourth-moment matrix of
asymptotically distribution-free theory [browne1984]_. With V the normal-theory weight at Sigma
and Delta the derivatives of the moments, all that robust statistics need are

- the scores ``a_i = Delta' V z_i`` (so that ``Delta' V Gamma V Delta`` is the mean of a_i a_i'),
- the products ``z_i' V z_j = 1/2 (d_i' P d_j)^2 - ...``,

and neither Gamma, of order p^4, nor V is ever formed. With the dictionary D of
`scrm_model.estimation.implied.moments` and ``y_i = D' P d_i``, an element of a_i is
``c y_il y_ir`` minus its mean.

References
----------
.. [browne1984] Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis
   of covariance structures. British Journal of Mathematical and Statistical Psychology, 37, 62-83.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Part, Point, gram_matrix, mean_scales
from scrm_model.estimation.implied.compiled import Block, CompiledModel
from scrm_model.estimation.implied.moments import dictionary

_CHUNK = 2000  # rows of the matrix of products that are in memory at once


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one group, seen through a weight matrix.

    Attributes
    ----------
    whitened : ndarray, shape (N, p)
        L' d_i with P = L L', so that products of rows are d_i' P d_j.
    scores : ndarray, shape (N, q)
        Delta' V z_i, centred.
    means : bool
        Whether z_i includes d_i.
    """

    whitened: NDArray
    scores: NDArray
    means: bool

    def products(self, rows: slice) -> NDArray:
        """z_i' V z_j for some i and all j, shape (rows, N)."""
        inner = self.whitened[rows] @ self.whitened.T
        square = 0.5 * inner**2
        row_mean = square.mean(axis=1, keepdims=True)
        # Centring: z is vech(dd') minus its mean over cases, on both sides.
        out = square - row_mean - self._column_means[None, :] + self._column_means.mean()
        return out + inner if self.means else out

    @property
    def _column_means(self) -> NDArray:
        second = self.whitened.T @ self.whitened / len(self.whitened)
        return 0.5 * np.einsum("ni,ij,nj->n", self.whitened, second, self.whitened)

    def diagonal(self) -> NDArray:
        """z_i' V z_i, shape (N,)."""
        length = np.einsum("ni,ni->n", self.whitened, self.whitened)
        mean = self._column_means
        out = 0.5 * length**2 - 2.0 * mean + mean.mean()
        return out + length if self.means else out

    def chunks(self) -> Iterator[slice]:
        """Slices over the cases, small enough for `products`."""
        n = len(self.whitened)
        for first in range(0, n, _CHUNK):
            yield slice(first, min(first + _CHUNK, n))


def cases_of(model: CompiledModel, point: Point, data: tuple[NDArray, ...]) -> tuple[Cases, ...]:
    """See the cases of every group through the weight at a point.

    Parameters
    ----------
    model : CompiledModel
    point : Point
        A stack of one.
    data : tuple of ndarray, shape (N_g, p)

    Returns
    -------
    tuple of Cases
    """
    out = []
    for block, part, rows in zip(model.blocks, point.parts, data, strict=True):
        deviation = rows - rows.mean(axis=0)
        root = np.linalg.cholesky(part.precision[0])
        scores = _scores(model, block, part, deviation)
        out.append(Cases(deviation @ root, scores - scores.mean(axis=0), model.meanstructure))
    return tuple(out)


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
        _add(expected, block.weight * gram[block.left, block.right][None], block.parameter)
        out.append(scores - expected)
    return tuple(out)


def _scores(model: CompiledModel, block: Block, part: Part, deviation: NDArray) -> NDArray:
    """Delta' V (vech(d d'), d), shape (N, q)."""
    y = deviation @ (part.precision[0] @ dictionary(part.implied)[0])
    scores = np.zeros((len(deviation), model.n_parameters))
    _add(scores, block.weight * y[:, block.left] * y[:, block.right], block.parameter)
    if model.meanstructure:
        scale = mean_scales(part)[0]
        _add(scores, y[:, block.mean_column] * scale[block.mean_scale], block.mean_parameter)
    return scores


def _add(scores: NDArray, terms: NDArray, which: NDArray) -> None:
    for column, parameter in enumerate(which):
        scores[:, parameter] += terms[:, column]


def saturated_products(rows: NDArray, means: bool) -> NDArray:
    """z_i' V z_i with V at the sample covariances, shape (N,).

    Parameters
    ----------
    rows : ndarray, shape (N, p)
    means : bool
        Whether z_i includes the deviations themselves.
    """
    deviation = rows - rows.mean(axis=0)
    precision = np.linalg.inv(deviation.T @ deviation / len(rows))
    root = np.linalg.cholesky(precision)
    return Cases(deviation @ root, np.zeros((len(rows), 0)), means).diagonal()
