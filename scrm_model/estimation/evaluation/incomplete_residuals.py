"""Normalized and standardized residuals where cells are missing.

Notes
-----
With r the residuals of the unrestricted moments, Omega their asymptotic covariance matrix at these
moments (the inverse observed information, or with estimator="MLR" the sandwich), W the observed
information at the estimates and h the group's share of the cases::

    normalized     r / sqrt(diag Omega / n)
    standardized   r / sqrt(diag Q Omega Q' / n)        Q = I - h Delta E Delta' W

E is the inverse of the mean over groups of Delta' W Delta. As with complete data, the sampling
error of other groups does not enter, and moments of fixed predictors have residual 0 [lavaan's
convention, found by comparing numbers].
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import EstimationError
from scrm_model.estimation.discrepancy.fiml import incomplete
from scrm_model.estimation.discrepancy.least_squares import derivatives
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.uncertainty.information import inverse_information

_NO_ERROR = 1e-9  # share of a moment's sampling variance below which its residual is no variable


def scaled_residuals(bread: Bread, kind: str, sandwich: bool) -> list[tuple[NDArray, NDArray]]:
    """Residual covariances (p, p) and means (p,) of every group, divided by their errors.

    Parameters
    ----------
    bread : Bread
        A solution with incomplete samples.
    kind : {"normalized", "standardized"}
    sandwich : bool
        Whether Omega allows for non-normal data.

    Raises
    ------
    EstimationError
        If standardized residuals are asked of a singular information.
    """
    of, parts = bread.unrestricted, incomplete(bread.point)
    kept, q = of.kept, len(bread.theta)
    pairs = zip(bread.model.blocks, parts, strict=True)
    slopes = [derivatives(block, part, q)[0][:, kept] for block, part in pairs]
    weights = [part.curvature("observed")[0][np.ix_(kept, kept)] / 2.0 for part in parts]
    shares = [s.n / bread.n for s in bread.samples]
    inner = sum(h * d @ w @ d.T for h, d, w in zip(shares, slopes, weights, strict=True))
    inverse = inverse_information(np.asarray(inner), bread.basis)
    if inverse is None and kind == "standardized":
        raise EstimationError(
            "kind='standardized' needs an invertible information; this sample cannot tell some "
            "parameters apart. Use kind='normalized'."
        )
    out = []
    for g, (part, sample) in enumerate(zip(parts, bread.samples, strict=True)):
        spread = of.spread(g, sandwich)
        left = spread
        if kind == "standardized":
            fit = np.eye(len(kept)) - shares[g] * slopes[g].T @ inverse @ slopes[g] @ weights[g]
            left = fit @ spread @ fit.T
        assert sample.mean is not None
        row, column = np.tril_indices(sample.cov.shape[-1])
        gap = (sample.cov[0] - part.implied.sigma[0])[row, column]
        residual = np.concatenate([sample.mean[0] - part.implied.mu[0], gap])
        whole, own = np.diag(spread) / sample.n, np.diag(left) / sample.n
        varies = own > _NO_ERROR * whole
        scaled = np.zeros(len(residual))
        scaled[kept[varies]] = residual[kept[varies]] / np.sqrt(own[varies])
        out.append(_matrices(scaled, row, column))
    return out


def _matrices(moments: NDArray, row: NDArray, column: NDArray) -> tuple[NDArray, NDArray]:
    p = len(moments) - len(row)
    cov = np.empty((p, p))
    cov[row, column] = cov[column, row] = moments[p:]
    return cov, moments[:p]
