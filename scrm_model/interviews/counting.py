"""Who spoke of what, as numbers: an incidence matrix and what follows from it."""

from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
from numpy.typing import NDArray

EXACT = 7
"""Up to this number of interviews every order is counted; 7! = 5,040."""


def together(present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """In how many units each pair of codes occurs.

    Parameters
    ----------
    present : ndarray of bool, shape (codes, units)
        Whether a code occurs in a unit.

    Returns
    -------
    ndarray of int, shape (codes, codes)
        On the diagonal the units of each code.
    """
    counts = present.astype(np.int64)
    return counts @ counts.T


def mean_total(cited: NDArray[np.integer], n: int) -> NDArray[np.float64]:
    """Mean number of different themes after each interview, over all orders.

    Parameters
    ----------
    cited : ndarray of int, shape (themes,)
        In how many of the interviews each theme occurs.
    n : int
        Number of interviews.

    Returns
    -------
    ndarray, shape (n,)

    Notes
    -----
    A theme that occurs in m of n interviews is absent from k of them, drawn without replacement,
    with probability C(n - m, k) / C(n, k). The mean is the sum over themes of one minus that: the
    exact rarefaction curve (Hurlbert, 1971), with themes for species.

    References
    ----------
    Hurlbert, S. H. (1971). The nonconcept of species diversity: A critique and alternative
    parameters. Ecology, 52, 577-586.
    """
    return np.array(
        [sum(1 - comb(n - int(m), k) / comb(n, k) for m in cited) for k in range(1, n + 1)]
    )


def orders(n: int, draws: int, seed: int | None) -> tuple[NDArray[np.intp], bool]:
    """Orders of interviews: all of them where they are few, random ones otherwise.

    Parameters
    ----------
    n : int
        Number of interviews.
    draws : int
        Number of random orders.
    seed : int or None
        Seed of the random orders.

    Returns
    -------
    (ndarray of int, shape (orders, n), bool)
        Places of the interviews in the order in which they are held, and whether these are all.
    """
    if n <= EXACT:
        return np.array(list(permutations(range(n)))), True
    rng = np.random.default_rng(seed)
    return rng.permuted(np.tile(np.arange(n), (draws, 1)), axis=1), False


def new_themes(present: NDArray[np.bool_], order: NDArray[np.intp]) -> NDArray[np.int64]:
    """How many themes come up for the first time in each interview.

    Parameters
    ----------
    present : ndarray of bool, shape (themes, n)
        Whether a theme occurs in an interview.
    order : ndarray of int, shape (orders, n)
        Places of the interviews, as `orders` gives them.

    Returns
    -------
    ndarray of int, shape (orders, n)
    """
    n = present.shape[1]
    place = np.argsort(order, axis=1)
    found = np.zeros(order.shape, dtype=np.int64)
    for theme in present[present.any(axis=1)]:
        first = place[:, theme].min(axis=1)
        found += first[:, None] == np.arange(n)
    return found
