"""Strings of identical answers, and how much the answers of a case vary.

References
----------
.. [dunn2018] Dunn, A. M., Heggestad, E. D., Shanock, L. R., & Theilgard, N. (2018).
   Intra-individual response variability as an indicator of insufficient effort responding. Journal
   of Business and Psychology, 33, 105-121.
.. [johnson2005] Johnson, J. A. (2005). Ascertaining the validity of individual protocols from
   web-based personality inventories. Journal of Research in Personality, 39, 103-129.
"""

import numpy as np
from numpy.typing import NDArray


def strings(answers: NDArray) -> tuple[NDArray, NDArray]:
    """Longest and mean string of identical answers in a row [johnson2005]_.

    Parameters
    ----------
    answers : ndarray, shape (N, p)
        In the order of the questionnaire, NaN where an answer is missing.

    Returns
    -------
    longest : ndarray, shape (N,)
        0 for a case without answers.
    mean : ndarray, shape (N,)
        Answers over strings; NaN for a case without answers.

    Notes
    -----
    A missing answer ends a string and belongs to none.
    """
    n, p = answers.shape
    current, longest = np.zeros(n), np.zeros(n)
    ends = np.zeros(n)
    for j in range(p):
        column = answers[:, j]
        goes_on = column == answers[:, j - 1] if j else np.zeros(n, dtype=bool)
        seen = ~np.isnan(column)
        current = np.where(goes_on, current + 1.0, seen)
        ends += seen & ~goes_on
        np.maximum(longest, current, out=longest)
    answered = (~np.isnan(answers)).sum(axis=1)
    mean = np.full(n, np.nan)
    np.divide(answered, ends, out=mean, where=ends > 0)
    return longest, mean


def variability(answers: NDArray) -> NDArray:
    """Standard deviation of each case's answers (IRV, [dunn2018]_), divisor of n - 1.

    Parameters
    ----------
    answers : ndarray, shape (N, p)

    Returns
    -------
    ndarray, shape (N,)
        NaN with fewer than two answers.
    """
    seen = ~np.isnan(answers)
    count = seen.sum(axis=1)
    filled = np.where(seen, answers, 0.0)
    out = np.full(len(answers), np.nan)
    some = count > 1
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = (np.where(seen, answers - mean[:, None], 0.0) ** 2).sum(axis=1)
    np.divide(squares, count - 1, out=out, where=some)
    return np.sqrt(out)
