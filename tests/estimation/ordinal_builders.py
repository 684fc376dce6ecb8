"""Ordinal answers, and the order of their moments, to test the engine on."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from scrm_model.estimation.implied.responses import responses_of

SKEWED = (0.08, 0.14, 0.22, 0.34, 0.22)
SHARES = (SKEWED, (0.3, 0.45, 0.25), (0.65, 0.35), (0.1, 0.2, 0.3, 0.4))


def moments_order(cuts, x=0):
    """Responses of variables with these numbers of thresholds (0: continuous), then predictors."""
    y = [f"y{k + 1}" for k in range(len(cuts))]
    given = [f"x{k + 1}" for k in range(x)]
    named = {name: c for name, c in zip(y, cuts, strict=True) if c}
    return responses_of([*y, *given], given, named, frozenset(given), True)


def cut(column, shares):
    """Categories from 0 of a standard normal column."""
    return np.searchsorted(ndtri(np.cumsum(shares)[:-1]), column).astype(float)


def correlated(rng, n, cov):
    return rng.standard_normal((n, len(cov))) @ np.linalg.cholesky(cov).T


def answers(seed, n=400, factors=((0.8, 0.7, 0.6, 0.75), (0.7, 0.8, 0.65, 0.6)), phi=0.4):
    """Two correlated factors, four indicators each, as answers 1, 2, … of 2 to 5 points."""
    rng = np.random.default_rng(seed)
    eta = correlated(rng, n, [[1.0, phi], [phi, 1.0]])
    columns = {}
    for f, loadings in enumerate(factors):
        for load in loadings:
            k = len(columns)
            y = load * eta[:, f] + np.sqrt(1 - load**2) * rng.standard_normal(n)
            columns[f"u{k + 1}"] = cut(y, SHARES[k % len(SHARES)]) + 1
    return pd.DataFrame(columns)
