"""The delta method, with derivatives by the complex step.

Notes
-----
For an analytic f, ``Im f(x + i h e_k) / h`` is the derivative without subtraction, so that
h = 1e-30 leaves no rounding [squire1998]_.

References
----------
.. [squire1998] Squire, W., & Trapp, G. (1998). Using complex variables to estimate derivatives
   of real functions. SIAM Review, 40, 110-112.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

_STEP = 1e-30


def jacobian(function: Callable[[NDArray], NDArray], theta: NDArray) -> NDArray:
    """Derivatives of a function of stacks of parameter vectors.

    Parameters
    ----------
    function : callable
        Takes a complex stack, shape (B, q); gives shape (B, R).
    theta : ndarray, shape (q,)

    Returns
    -------
    ndarray, shape (R, q)
    """
    stack = theta + 1j * _STEP * np.eye(len(theta))
    return np.imag(function(stack)).T / _STEP


def delta_errors(derivatives: NDArray, cov: NDArray) -> NDArray:
    """Standard errors of functions of the estimates.

    Parameters
    ----------
    derivatives : ndarray, shape (R, q)
    cov : ndarray, shape (q, q)

    Returns
    -------
    ndarray, shape (R,)
    """
    variance = np.einsum("rq,qk,rk->r", derivatives, cov, derivatives)
    return np.sqrt(np.maximum(variance, 0.0))
