"""Does a case answer like items alike: even-odd, synonyms and antonyms, person-total correlation.

Notes
-----
All are correlations within one case, and say little where they rest on few pairs of numbers.

References
----------
.. [curran2016] Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in
   survey data. Journal of Experimental Social Psychology, 66, 4-19.
.. [johnson2005] Johnson, J. A. (2005). Ascertaining the validity of individual protocols from
   web-based personality inventories. Journal of Research in Personality, 39, 103-129.
.. [meade2012] Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
   Psychological Methods, 17, 437-455.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST_PAIRS = 3
DRAWS = 10
_ROWS = 16384


def correlations_of_rows(x: NDArray, y: NDArray) -> NDArray:
    """Correlation of each row of x with that of y, over the places where both have a number.

    Parameters
    ----------
    x, y : ndarray, shape (N, k)

    Returns
    -------
    ndarray, shape (N,)
        NaN with fewer than `LEAST_PAIRS` places, or where either side does not vary.
    """
    both = ~(np.isnan(x) | np.isnan(y))
    count = both.sum(axis=1)
    few = np.maximum(count, 1)
    sides = []
    for side in (x, y):
        filled = np.where(both, side, 0.0)
        mean = filled.sum(axis=1) / few
        sides.append(np.where(both, filled - mean[:, None], 0.0))
    a, b = sides
    sums = (a * b).sum(axis=1), (a * a).sum(axis=1), (b * b).sum(axis=1)
    return _ratio(*sums, count, np.abs(np.where(both, x, 0.0)).max(axis=1, initial=1.0))


def _ratio(xy: NDArray, xx: NDArray, yy: NDArray, count: NDArray, size: NDArray) -> NDArray:
    """Correlations from sums of squares, NaN where these are but rounding."""
    floor = 1e-20 * size**2 * np.maximum(count, 1)
    good = (count >= LEAST_PAIRS) & (xx > floor) & (yy > floor)
    out = np.full(len(xy), np.nan)
    np.divide(xy, np.sqrt(np.where(good, xx * yy, 1.0)), out=out, where=good)
    return np.clip(out, -1.0, 1.0)


def even_odd(answers: NDArray, scales: Sequence[Sequence[int]]) -> NDArray:
    """Correlation of the two halves of the scales within each case [johnson2005]_.

    Parameters
    ----------
    answers : ndarray, shape (N, p)
        Reverse-keyed items turned, NaN where an answer is missing.
    scales : sequence of sequence of int
        Columns of each scale, in order; those of a single item tell nothing and are passed over.

    Returns
    -------
    ndarray, shape (N,)
        High where a case is consistent. NaN where fewer than `LEAST_PAIRS` scales have answers in
        both halves, or where a half is the same in all scales.

    Notes
    -----
    Of every scale the mean of the first, third ... and that of the second, fourth ... item; their
    correlation r over scales, corrected for length by Spearman and Brown, 2r / (1 + r), and not
    below -1.
    """
    used = [list(columns) for columns in scales if len(columns) > 1]
    if len(used) < LEAST_PAIRS:
        return np.full(len(answers), np.nan)
    odd = np.column_stack([_means(answers[:, columns[::2]]) for columns in used])
    even = np.column_stack([_means(answers[:, columns[1::2]]) for columns in used])
    r = correlations_of_rows(odd, even)
    # 2r / (1 + r) passes -1 at r = -1/3 and has no meaning beyond.
    low = r <= -1 / 3
    corrected = 2.0 * r / np.where(low, 1.0, 1.0 + r)
    return np.where(low, -1.0, corrected)


def _means(answers: NDArray) -> NDArray:
    seen = ~np.isnan(answers)
    count = seen.sum(axis=1)
    out = np.full(len(answers), np.nan)
    np.divide(np.where(seen, answers, 0.0).sum(axis=1), count, out=out, where=count > 0)
    return out


def pairs_beyond(correlations: NDArray, threshold: float) -> NDArray[np.intp]:
    """Pairs of items whose correlation lies beyond a threshold.

    Parameters
    ----------
    correlations : ndarray, shape (p, p)
        NaN where there is none.
    threshold : float
        Above it if positive (synonyms), below it if negative (antonyms).

    Returns
    -------
    ndarray of int, shape (K, 2)
        The earlier item first.
    """
    first, second = np.triu_indices(len(correlations), 1)
    r = correlations[first, second]
    with np.errstate(invalid="ignore"):
        beyond = r > threshold if threshold > 0 else r < threshold
    return np.column_stack([first[beyond], second[beyond]]).astype(np.intp)


def pair_consistency(answers: NDArray, pairs: NDArray[np.intp], seed: int | None = 0) -> NDArray:
    """Correlation over pairs of items within each case [meade2012]_.

    Parameters
    ----------
    answers : ndarray, shape (N, p)
    pairs : ndarray of int, shape (K, 2)
    seed : int, optional
        Of the exchanges below.

    Returns
    -------
    ndarray, shape (N,)
        NaN with fewer than `LEAST_PAIRS` answered pairs, or where all their answers are the same.

    Notes
    -----
    Which item of a pair stands on which side is arbitrary. Where one side does not vary, the items
    of each pair change sides at random, `DRAWS` times, and the mean of the correlations that exist
    is taken.
    """
    n = len(answers)
    if len(pairs) < LEAST_PAIRS:
        return np.full(n, np.nan)
    found = _over_pairs(answers, pairs)
    again = np.flatnonzero(np.isnan(found))
    if len(again) and len(pairs):
        rng = np.random.default_rng(seed)
        total, count = np.zeros(len(again)), np.zeros(len(again))
        for _ in range(DRAWS):
            turn = rng.random(len(pairs)) < 0.5
            r = _over_pairs(answers[again], np.where(turn[:, None], pairs[:, ::-1], pairs))
            total += np.where(np.isnan(r), 0.0, r)
            count += ~np.isnan(r)
        found[again] = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return found


def _over_pairs(answers: NDArray, pairs: NDArray[np.intp]) -> NDArray:
    """Correlations over pairs from products with the pairs' incidence: no array of N x K."""
    n, p = answers.shape
    which = np.zeros((p, p))
    which[pairs[:, 0], pairs[:, 1]] = 1.0
    # A whole number, so that sums of whole answers are exact.
    centre = float(np.rint(np.nanmean(answers))) if np.isfinite(answers).any() else 0.0
    out = np.empty(n)
    for start in range(0, n, _ROWS):
        rows = answers[start : start + _ROWS]
        seen = (~np.isnan(rows)).astype(float)
        x = np.where(seen > 0, rows - centre, 0.0)
        left, right = seen @ which.T, seen @ which
        count = (seen * left).sum(axis=1)
        few = np.maximum(count, 1.0)
        sx, sy = (x * left).sum(axis=1), (x * right).sum(axis=1)
        squares = x * x
        xx = (squares * left).sum(axis=1) - sx * sx / few
        yy = (squares * right).sum(axis=1) - sy * sy / few
        xy = ((x @ which) * x).sum(axis=1) - sx * sy / few
        # The differences of sums above round like their terms.
        size = 1e4 * np.sqrt(squares.max(axis=1, initial=0.0))
        out[start : start + _ROWS] = _ratio(xy, xx, yy, count, size)
    return out


def person_total(answers: NDArray) -> NDArray:
    """Correlation of a case's answers with the items' means among the others [curran2016]_.

    Parameters
    ----------
    answers : ndarray, shape (N, p)
        As they were given, NaN where an answer is missing.

    Returns
    -------
    ndarray, shape (N,)
        NaN with fewer than `LEAST_PAIRS` answers, or where the answers do not vary.
    """
    out = np.empty(len(answers))
    counts = (~np.isnan(answers)).sum(axis=0)
    sums = np.nansum(answers, axis=0)
    for start in range(0, len(answers), _ROWS):
        rows = answers[start : start + _ROWS]
        seen = ~np.isnan(rows)
        others = np.full(rows.shape, np.nan)
        np.divide(sums - np.where(seen, rows, 0.0), counts - seen, out=others, where=counts > seen)
        out[start : start + _ROWS] = correlations_of_rows(rows, others)
    return out
