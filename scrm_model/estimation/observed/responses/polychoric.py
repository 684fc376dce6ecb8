"""Polychoric correlations of all pairs of ordinal variables at once, from contingency tables.

Notes
-----
With thresholds tau given (from the margins), the probability of cell (a, b) is the normal
probability of its rectangle and rho maximises sum n log pi, pair by pair [olsson1979]_. With
s = (d pi / d rho) / pi the score of a cell, the influence of a case on rho is [muthen1984]_::

    (s - sum_c A21_c psi_c) / A22        A22 = mean s^2        A21_c = mean s s_c

over cases, s_c the score of the pair in threshold c and psi_c the influence of the case on that
threshold. It depends on nothing but the cell, so one small table per pair holds it for all cases.

References
----------
.. [olsson1979] Olsson, U. (1979). Maximum likelihood estimation of the polychoric correlation
   coefficient. Psychometrika, 44, 443-460.
.. [muthen1984] Muthén, B. (1984). A general structural equation model with dichotomous, ordered
   categorical, and continuous latent variable indicators. Psychometrika, 49, 115-132.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from scrm_model.estimation.observed.responses.bivariate import (
    bivariate_cdf,
    bivariate_pdf,
    bivariate_pdf_slope,
    cdf_moved,
    density,
    is_near,
)

TOLERANCE = 1e-6  # last Newton step in rho over 1 - rho^2; it is taken and squares the error
_MAX_ITERATIONS = 100
_TINY = 1e-300
_FLOOR = 1e-14  # probabilities of cells are differences: below this they are rounding errors
_GROWTH = 1.1


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of P tables at given correlations.

    Attributes
    ----------
    probability : ndarray, shape (P, C, C)
        At least `_FLOOR`.
    slope : ndarray, shape (P, C, C)
        Derivative of the probability in rho.
    bend : ndarray, shape (P, C, C)
        Second derivative.
    below : ndarray, shape (P, C - 1, C - 1)
        Probability of all that is below two inner limits.
    rho : ndarray, shape (P,)
        The correlations.
    """

    probability: NDArray
    slope: NDArray
    bend: NDArray
    below: NDArray
    rho: NDArray


def limits(margins: NDArray) -> NDArray:
    """Limits of the categories on a standard normal scale.

    Parameters
    ----------
    margins : ndarray, shape (..., C)
        Shares of the categories; a variable with fewer than C has zeros at the end.

    Returns
    -------
    ndarray, shape (..., C + 1)
        From -inf to inf; categories that are not there lie between inf and inf.
    """
    cumulated = np.cumsum(margins, axis=-1)
    cumulated = np.where(cumulated > 1.0 - 1e-12, 1.0, cumulated)
    first = np.zeros((*margins.shape[:-1], 1))
    return ndtri(np.concatenate([first, cumulated], axis=-1))


def cells(rows: NDArray, columns: NDArray, rho: NDArray, known: Cells | None = None) -> Cells:
    """Probabilities of the cells of P tables, and their derivatives in rho.

    Parameters
    ----------
    rows, columns : ndarray, shape (P, C + 1)
        Limits of the two variables of each pair.
    rho : ndarray, shape (P,)
    known : Cells, optional
        The same tables at other correlations, from which short ways are cheap.
    """
    inner = rows[:, 1:-1, None], columns[:, None, 1:-1], rho[:, None, None]
    pairs, c = len(rho), rows.shape[1] - 1
    corner = np.zeros((pairs, c + 1, c + 1))
    corner[:, 1:-1, 1:-1] = below = _below(*inner, known)
    corner[:, -1, :], corner[:, :, -1] = ndtr(columns), ndtr(rows)
    edge = np.zeros((2, pairs, c + 1, c + 1))
    edge[0, :, 1:-1, 1:-1] = bivariate_pdf(*inner)
    edge[1, :, 1:-1, 1:-1] = edge[0, :, 1:-1, 1:-1] * bivariate_pdf_slope(*inner)
    probability = np.maximum(_boxes(corner), _FLOOR)
    return Cells(probability, _boxes(edge[0]), _boxes(edge[1]), below, rho)


def _below(h: NDArray, k: NDArray, rho: NDArray, known: Cells | None) -> NDArray:
    if known is None:  # from independence
        below, before = ndtr(h) * ndtr(k), np.zeros(rho.shape)
    else:
        below, before = known.below, known.rho[:, None, None]
    out = cdf_moved(below, h, k, before, rho)
    far = np.flatnonzero(~is_near(before, rho))
    if len(far):
        out[far] = bivariate_cdf(h[far], k[far], rho[far])
    return out


def _boxes(corner: NDArray) -> NDArray:
    return np.diff(np.diff(corner, axis=-1), axis=-2)


def correlations(
    tables: NDArray, rows: NDArray, columns: NDArray
) -> tuple[NDArray, NDArray, Cells]:
    """Maximise the likelihood of every table in rho by Newton's method, inside a bracket.

    Parameters
    ----------
    tables : ndarray, shape (P, C, C)
        Counts or shares.
    rows, columns : ndarray, shape (P, C + 1)
        Limits.

    Returns
    -------
    rho : ndarray, shape (P,)
    converged : ndarray of bool, shape (P,)
        False where the likelihood rises up to a correlation of 1 or -1.
    at : Cells
        Probabilities and slopes there; the rest is that of one step before.
    """
    share = tables / tables.sum(axis=(1, 2), keepdims=True)
    rho = _product_moment(share)
    converged = np.zeros(len(rho), dtype=bool)
    low, high = np.full(len(rho), -1.0), np.ones(len(rho))
    active = np.arange(len(rho))
    last = cells(rows, columns, rho)
    at = last
    for _ in range(_MAX_ITERATIONS):
        here = rho[active]
        rise, step = _newton_step(share[active], at)
        # An answer that is all but impossible at this rho: it is too near to 1 or -1.
        lost = ((share[active] > 0) & (at.probability <= _FLOOR)).any(axis=(1, 2))
        up = np.where(lost, here < 0, rise > 0)
        low[active], high[active] = (
            np.where(up, here, low[active]),
            np.where(up, high[active], here),
        )
        proposed = here + step
        outside = lost | ~((low[active] < proposed) & (proposed < high[active]))
        done = (np.abs(step) < TOLERANCE * (1.0 - here**2)) & ~lost
        converged[active] = done
        middle = 0.5 * (low[active] + high[active])
        rho[active] = np.where(outside & ~done, middle, proposed)
        # So small a step is the first term of a series whose second is lost in rounding.
        moved = np.where(done, step, 0.0)[:, None, None]
        last.probability[active] = np.maximum(at.probability + moved * at.slope, _FLOOR)
        last.slope[active] = at.slope + moved * at.bend
        left = np.flatnonzero(~done & (np.abs(rho[active]) < 1.0 - 1e-9))
        if not len(left):
            break
        active, known = active[left], replace(at, below=at.below[left], rho=here[left])
        at = cells(rows[active], columns[active], rho[active], known)
    return rho, converged, last


def _newton_step(share: NDArray, at: Cells) -> tuple[NDArray, NDArray]:
    """Derivative of the log-likelihood, and the step that it asks for."""
    score = at.slope / at.probability
    slope = (share * score).sum(axis=(1, 2))
    square = (share * score**2).sum(axis=(1, 2))
    curvature = square - (share * at.bend / at.probability).sum(axis=(1, 2))
    # Away from the maximum the likelihood may be convex; the squared score never is.
    curvature = np.where(curvature > 0.1 * square, curvature, square)
    return slope, np.clip(slope / np.maximum(curvature, _TINY), -0.5, 0.5)


def _product_moment(share: NDArray) -> NDArray:
    """Correlation of the category numbers, a start value; kept away from 1."""
    number = np.arange(share.shape[1], dtype=float)
    first, second = share.sum(axis=2), share.sum(axis=1)
    centred = [number - (m @ number)[:, None] for m in (first, second)]
    spread = [
        np.sqrt((m * d**2).sum(axis=1)) for m, d in zip((first, second), centred, strict=True)
    ]
    crossed = np.einsum("pa,pab,pb->p", centred[0], share, centred[1])
    # Cut into few points, a correlation comes out smaller than that of the latent responses.
    return np.clip(_GROWTH * crossed / np.maximum(spread[0] * spread[1], _TINY), -0.9, 0.9)


def threshold_scores(rows: NDArray, columns: NDArray, rho: NDArray) -> NDArray:
    """Derivative of the cell left of each inner limit of the row variable, in that limit.

    Parameters
    ----------
    rows, columns : ndarray, shape (P, C + 1)
    rho : ndarray, shape (P,)

    Returns
    -------
    ndarray, shape (P, C - 1, C)
        The cell right of the limit has the same with the other sign.
    """
    h, k = rows[:, 1:-1, None], columns[:, None, :]
    s = np.sqrt(1.0 - rho**2)[:, None, None]
    far = np.clip(h, -40.0, 40.0)
    inside = ndtr((k - rho[:, None, None] * far) / s)
    return density(h) * np.diff(inside, axis=2)


@dataclass(frozen=True, slots=True)
class PairInfluence:
    """What a case in each cell adds to a correlation.

    Attributes
    ----------
    score : ndarray, shape (P, C, C)
        s / A22 of a case that answered both.
    rows, columns : ndarray, shape (P, C - 1)
        A21 / A22: weight of the case's influence on each threshold of the two variables.
    """

    score: NDArray
    rows: NDArray
    columns: NDArray


def pair_influence(
    tables: NDArray, rows: NDArray, columns: NDArray, rho: NDArray, at: Cells
) -> PairInfluence:
    """Influence of the cells on the correlations.

    Parameters
    ----------
    tables : ndarray, shape (P, C, C)
        Counts.
    rows, columns : ndarray, shape (P, C + 1)
        Limits.
    rho : ndarray, shape (P,)
        At the maximum.
    at : Cells
        The cells there.
    """
    share = tables / tables.sum(axis=(1, 2), keepdims=True)
    score = at.slope / at.probability
    weighted = share * score / at.probability
    mean_square = (share * score**2).sum(axis=(1, 2))
    turned = weighted.swapaxes(1, 2)
    sides = []
    for first, second, w in ((rows, columns, weighted), (columns, rows, turned)):
        moved = threshold_scores(first, second, rho)
        sides.append(((w[:, :-1] - w[:, 1:]) * moved).sum(axis=2) / mean_square[:, None])
    return PairInfluence(score / mean_square[:, None, None], *sides)


def filled_corner(tables: NDArray, two: NDArray, amount: float = 0.5) -> tuple[NDArray, NDArray]:
    """Tables of two by two categories without an empty cell: `amount` moved into it.

    Parameters
    ----------
    tables : ndarray, shape (P, C, C)
    two : ndarray of bool, shape (P,)
        Pairs in which both variables have two categories.
    amount : float

    Returns
    -------
    tables : ndarray, shape (P, C, C)
        Margins as before: what one cell gains, its neighbours lose.
    changed : ndarray of bool, shape (P,)
    """
    corner = tables[:, :2, :2]
    empty = (corner == 0) & two[:, None, None]
    changed = empty.any(axis=(1, 2)) & two
    if not changed.any():
        return tables, changed
    sign = np.array([[1.0, -1.0], [-1.0, 1.0]])
    diagonal = empty[:, 0, 0] | empty[:, 1, 1]
    anti = empty[:, 0, 1] | empty[:, 1, 0]
    direction = np.where(diagonal & ~anti, 1.0, np.where(anti & ~diagonal, -1.0, 0.0))
    out = tables.astype(float)
    out[:, :2, :2] += amount * (direction * changed)[:, None, None] * sign
    return out, changed & (direction != 0)
