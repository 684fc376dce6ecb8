"""Fit measures of models with ordinal variables that are not made of a likelihood.

Notes
-----
The baseline model of such data leaves thresholds, means, variances and slopes on fixed predictors
as they are and sets every covariance of latent responses to 0, but for those among variables that
only predict. With W partitioned into what is left free (f) and what is set (r), its statistic is
the quadratic form of the latter in ``W_rr - W_rf W_ff^-1 W_fr``.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.responses import response_parts, weigh
from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.uncertainty.quadratic import diagonal_traces


def _set_to_zero(bread: Bread) -> slice | NDArray[np.intp]:
    """Where the covariances stand that the baseline model sets to 0."""
    of = bread.model.responses
    assert of is not None
    names = [bread.model.observed[k] for k in of.y]
    mere = np.array([name in bread.model.table.exogenous for name in names])
    if not mere.any():
        return of.sections[3]
    first, second = of.pairs
    return of.sections[3].start + np.flatnonzero(~(mere[first] & mere[second]))


def _remaining_weight(sample: Sample, at: slice | NDArray[np.intp]) -> NDArray:
    """Weight of the covariances that are set, the other moments left free, shape (r, r)."""
    assert sample.moments is not None
    at = np.arange(sample.moments.shape[1])[at]
    if sample.weight is None:
        return np.eye(len(at))
    if sample.weight.ndim == 2:
        return np.diag(sample.weight[0, at])
    w = sample.weight[0]
    rest = np.setdiff1d(np.arange(len(w)), at)
    inner = np.linalg.solve(w[np.ix_(rest, rest)], w[np.ix_(rest, at)])
    return w[np.ix_(at, at)] - w[np.ix_(at, rest)] @ inner


def response_baseline(bread: Bread) -> tuple[float, int]:
    """Chi-square and df of the baseline model.

    Parameters
    ----------
    bread : Bread
        Of the model of interest, with ordinal variables.
    """
    at, chi2, count = _set_to_zero(bread), 0.0, 0
    for sample in bread.samples:
        assert sample.moments is not None
        r = sample.moments[0, at]
        if sample.weight is not None and sample.weight.ndim == 2:
            chi2 += sample.n * float(r @ (sample.weight[0, at] * r))
        else:
            chi2 += sample.n * float(r @ _remaining_weight(sample, at) @ r)
        count += len(r)
    return chi2, count


def baseline_traces(bread: Bread) -> tuple[float, float]:
    """Traces of U Gamma and of its square for the baseline model.

    Parameters
    ----------
    bread : Bread
        Of the model of interest, with ordinal variables.
    """
    at, trace, trace2 = _set_to_zero(bread), 0.0, 0.0
    for sample in bread.samples:
        assert sample.gamma is not None
        gamma = sample.gamma[0][at][:, at]
        if sample.weight is not None and sample.weight.ndim == 2:
            own, own2 = diagonal_traces(gamma, sample.weight[0, at])
            trace, trace2 = trace + own, trace2 + own2
        else:
            product = gamma @ _remaining_weight(sample, at)
            trace += float(np.trace(product))
            trace2 += float((product * product.T).sum())
    return trace, trace2


def response_residuals(bread: Bread, df: int) -> dict[str, float]:
    """RMR, SRMR, CRMR, GFI and what follows from it, WRMR.

    Parameters
    ----------
    bread : Bread
    df : int

    Notes
    -----
    Residual covariances of latent responses are divided by observed standard deviations, as for
    continuous variables; variances count as elements. The plain RMR, SRMR (``srmr_bentler``) and
    CRMR count thresholds as elements too; ``srmr`` itself does not, and Mplus's flavour is not
    defined [lavaan's convention]. Each fixed predictor adds 1 to the number of elements of all but
    CRMR [lavaan's convention]. WRMR is the root of the mean squared residual in units of its
    standard error [muthen1998]_; groups add up.

    References
    ----------
    .. [muthen1998] Muthén, B. (1998-2004). Mplus Technical Appendices. Muthén & Muthén.
    """
    of = bread.model.responses
    assert of is not None
    cases = sum(s.cases for s in bread.samples)
    out: dict[str, float] = {}
    weighted = 0.0
    for part, sample in zip(response_parts(bread.point), bread.samples, strict=True):
        assert sample.moments is not None
        for key, value in _of_group(of, sample.moments[0], part.moments[0]).items():
            out[key] = out.get(key, 0.0) + sample.cases / cases * value
        e = sample.moments - part.moments
        weighted += sample.n * float((e * weigh(sample, e[:, None])[:, 0]).sum())
    gfi = bread.discrepancy.gfi
    assert gfi is not None
    fit = gfi(bread.point, bread.samples, np.zeros(0, dtype=np.intp))
    moments = of.size * len(bread.samples)
    return out | {
        "gfi": fit,
        "agfi": 1.0 - moments / df * (1.0 - fit) if df > 0 else 1.0,
        "pgfi": df / moments * fit,
        "wrmr": float(np.sqrt(weighted / of.size)),
    }


def _of_group(of: Responses, observed: NDArray, implied: NDArray) -> dict[str, float]:
    location = (observed - implied)[of.sections[0]][of.at_cut]
    s, sigma = of.covariances(observed), of.covariances(implied)
    low = np.tril_indices(len(s))
    d, d_hat = np.sqrt(np.diag(s)), np.sqrt(np.diag(sigma))
    raw = (s - sigma)[low]
    scaled = ((s - sigma) / np.outer(d, d))[low]
    correlation = (s / np.outer(d, d) - sigma / np.outer(d_hat, d_hat))[low]
    p, more = len(s), len(location)
    k, pairs = len(raw) + len(of.x), len(raw) - p

    def root(squares: NDArray, number: int, *others: NDArray) -> float:
        total = sum(float(x @ x) for x in (squares, *others))
        return float(np.sqrt(total / number)) if number > 0 else 0.0

    return {
        "rmr": root(raw, k + more, location), "rmr_nomean": root(raw, k),
        "srmr": root(scaled, k), "srmr_bentler": root(scaled, k + more, location),
        "srmr_bentler_nomean": root(scaled, k), "crmr": root(correlation, pairs + more, location),
        "crmr_nomean": root(correlation, pairs), "srmr_mplus": np.nan, "srmr_mplus_nomean": np.nan,
    }  # fmt: skip
