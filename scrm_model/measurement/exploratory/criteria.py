"""What a rotation makes as small as it can: simplicity of loadings, and its derivative.

Notes
-----
With loadings L (p x f), L2 their squares, ``<A, B>`` the sum of products of cells, N = 1 off the
diagonal and 0 on it, and C = 1/p everywhere::

    oblimin     1/4 <L2, (I - gamma C) L2 N>                 gamma = 0: quartimin [carroll1953]_
    varimax     -1/4 sum over columns of sum (L2 - mean of the column)^2          [kaiser1958]_
    quartimax   -1/4 sum L^4
    geomin      sum over rows of the geometric mean of L2 + epsilon               [yates1987]_

References
----------
.. [carroll1953] Carroll, J. B. (1953). An analytical solution for approximating simple structure in
   factor analysis. Psychometrika, 18, 23-38.
.. [kaiser1958] Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor
   analysis. Psychometrika, 23, 187-200.
.. [yates1987] Yates, A. (1987). Multivariate exploratory data analysis: A perspective on
   exploratory factor analysis. State University of New York Press.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Criterion = Callable[[NDArray], tuple[NDArray, NDArray]]
"""Loadings (B, p, f) to values (B,) and derivatives (B, p, f)."""


def oblimin(L: NDArray, gamma: float = 0.0) -> tuple[NDArray, NDArray]:
    """Covariance of squared loadings of different columns."""
    squares = L**2
    others = squares.sum(axis=2, keepdims=True) - squares
    if gamma:
        others = others - gamma * others.mean(axis=1, keepdims=True)
    return 0.25 * (squares * others).sum(axis=(1, 2)), L * others


def varimax(L: NDArray) -> tuple[NDArray, NDArray]:
    """Minus the variance of squared loadings within columns."""
    squares = L**2
    centred = squares - squares.mean(axis=1, keepdims=True)
    return -0.25 * (centred**2).sum(axis=(1, 2)), -L * centred


def quartimax(L: NDArray) -> tuple[NDArray, NDArray]:
    """Minus the sum of fourth powers."""
    return -0.25 * (L**4).sum(axis=(1, 2)), -(L**3)


def geomin(L: NDArray, epsilon: float = 0.01) -> tuple[NDArray, NDArray]:
    """Geometric mean of the squared loadings of a row."""
    lifted = L**2 + epsilon
    mean = np.exp(np.log(lifted).mean(axis=2, keepdims=True))
    return mean.sum(axis=(1, 2)), 2.0 / L.shape[2] * L / lifted * mean
