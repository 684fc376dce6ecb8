"""Confidence limits of coefficients that have bounds themselves.

Notes
-----
An interval ``estimate +- z se`` may leave [0, 1]. Made on another scale and brought back it cannot,
and it is skewed as the sampling distribution of a share near 1 is. With v the estimate::

    logit     log(v / (1 - v)), se / (v (1 - v))    shares: alpha, omega, H, AVE  [raykov2013]_
    Fisher    atanh(r), se / (1 - r^2)              correlations  [fisher1921]_

Of intervals of a composite's reliability, [kelley2016]_ compare these with Wald's and the
bootstrap's. An estimate on or beyond a limit (alpha below 0, omega of a Heywood case) has no such
scale and keeps its Wald interval; whoever shows it says so.

References
----------
.. [fisher1921] Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation
   deduced from a small sample. Metron, 1, 3-32.
.. [kelley2016] Kelley, K., & Pornprasertmanit, S. (2016). Confidence intervals for population
   reliability coefficients: Evaluation of methods, recommendations, and software for composite
   measures. Psychological Methods, 21, 69-92.
.. [raykov2013] Raykov, T., & Marcoulides, G. A. (2013). Meta-analysis of scale reliability using
   latent variable modeling. Structural Equation Modeling, 20, 338-353.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

INTERVALS = ("logit", "wald")
Limits = tuple[NDArray, NDArray]


def wald(value: NDArray | float, error: NDArray | float, level: float) -> Limits:
    """Estimate plus and minus z errors; arrays of one shape, or numbers."""
    value = np.asarray(value, dtype=float)
    reach = np.asarray(-ndtri((1.0 - level) / 2.0) * error)
    return value - reach, value + reach


def logit_limits(value: NDArray | float, error: NDArray | float, level: float) -> Limits:
    """Limits of shares, inside (0, 1) [raykov2013]_; Wald's where a value is not inside."""
    value, error = np.broadcast_arrays(np.asarray(value, dtype=float), np.asarray(error))
    inside = (value > 0) & (value < 1)
    safe = np.where(inside, value, 0.5)
    lower, upper = wald(logit(safe), error / (safe * (1.0 - safe)), level)
    plain = wald(value, error, level)
    return np.where(inside, expit(lower), plain[0]), np.where(inside, expit(upper), plain[1])


def fisher_limits(value: NDArray | float, error: NDArray | float, level: float) -> Limits:
    """Limits of correlations, inside (-1, 1) [fisher1921]_; Wald's where a value is not inside."""
    value, error = np.broadcast_arrays(np.asarray(value, dtype=float), np.asarray(error))
    inside = np.abs(value) < 1
    safe = np.where(inside, value, 0.0)
    lower, upper = wald(np.arctanh(safe), error / (1.0 - safe**2), level)
    plain = wald(value, error, level)
    return np.where(inside, np.tanh(lower), plain[0]), np.where(inside, np.tanh(upper), plain[1])


def share_limits(interval: str, value: float, error: float, level: float) -> tuple[float, float]:
    """Limits of one share by the interval that was asked for."""
    lower, upper = (logit_limits if interval == "logit" else wald)(value, error, level)
    return float(lower), float(upper)
