"""Bollen and Stine's bootstrap: data transformed so that the model holds, and the test they give.

Notes
-----
With S and Sigma the observed and the implied covariances, m and mu the means, the rows
``z = mu + Sigma^1/2 S^-1/2 (y - m)`` have the moments that the model implies, and otherwise the
shape of the data [bollen1992]_. Their resamples tell how the chi-square behaves where the model
holds, whatever the distribution [beran1985]_. Roots are the symmetric ones.

With missing cells a row is turned by the submatrices of its observed cells, and S and m are such
that the unrestricted maximum likelihood moments of the turned rows are Sigma and mu, as the test
needs [savalei2009]_. With Sigma_z and mu_z what they are at some S and m, the next S is
``R Sigma_z R'`` with ``R = S^1/2 Sigma^-1/2``, and the next m is ``m + R (mu_z - mu)``, until
Sigma_z is Sigma: at once where no cell is missing.

References
----------
.. [bollen1992] Bollen, K. A., & Stine, R. A. (1992). Bootstrapping goodness-of-fit measures in
   structural equation models. Sociological Methods & Research, 21, 205-229.
.. [beran1985] Beran, R., & Srivastava, M. S. (1985). Bootstrap tests and confidence regions for
   functions of a covariance matrix. Annals of Statistics, 13, 95-115.
.. [savalei2009] Savalei, V., & Yuan, K.-H. (2009). On the model-based bootstrap with missing data:
   Obtaining a p-value for a test of exact fit. Multivariate Behavioral Research, 44, 741-763.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.factor import symmetric_root
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.saturated import saturated
from scrm_model.estimation.resample import samples_of_rows
from scrm_model.estimation.result import Fit

_MOST = 100  # steps to a transformation of rows with missing cells
_NEAR = 1e-10  # distance of moments, in standard deviations, at which they are the same


@dataclass(frozen=True, slots=True)
class BootstrapTest:
    """A chi-square against those of resamples in which the model holds.

    Attributes
    ----------
    statistic : float
        N F of the data, (N - 1) F where the estimator has that.
    df : int
        Degrees of freedom of the model; the p value does not rest on them.
    pvalue : float
        Share of the resampled statistics that are at least as large.
    se : float
        Its Monte Carlo error.
    n_used : int
        Resampled statistics: resamples with a minimum, admissible or not.
    """

    statistic: float
    df: int
    pvalue: float
    se: float
    n_used: int

    @classmethod
    def of(cls, fit: Fit, drawn: NDArray) -> "BootstrapTest":
        """The test of a fit by resampled statistics, shape (D,)."""
        statistic = chi_square(fit, np.array([fit.solution.value]))[0]
        count = len(drawn)
        larger = int((drawn >= statistic).sum())
        # One more on either side: no share of 0 or 1 is free of error.
        near = (larger + 1) / (count + 2)
        error = float(np.sqrt(near * (1 - near) / count))
        return cls(float(statistic), fit.df, larger / count, error, count)

    def __repr__(self) -> str:
        p = f"p = {self.pvalue:.3f}" if self.pvalue else f"p < {1 / self.n_used:.2g}"
        return (
            f"BootstrapTest(chisq = {self.statistic:.3f}, df = {self.df}, {p}, Monte Carlo error "
            f"{self.se:.2g}, {self.n_used} resamples)"
        )


def chi_square(fit: Fit, value: NDArray) -> NDArray:
    """N F for values of F, without any correction, shape (B,)."""
    total = sum(s.n for s in fit.samples)
    return np.asarray(np.maximum(total * value, 0.0))


def where_the_model_holds(fit: Fit) -> Fit:
    """The same fit of transformed rows, whose moments are those that it implies.

    Parameters
    ----------
    fit : Fit
        Of raw data.

    Raises
    ------
    ArgumentError
        If variables are ordinal.
    EstimationError
        If cells are missing, and no transformation is found.
    """
    if fit.settings.ordered:
        raise ArgumentError(
            "kind='bollen.stine' needs continuous variables; got ordinal ones, which no linear "
            "transformation takes to other moments. Use kind='parametric'."
        )
    fit.raw_data()  # says why, where there are none
    turn = _turned_incomplete if fit.settings.incomplete else _turned
    rows = []
    for r, sample, implied in zip(fit.rows or (), fit.samples, fit.bread.implied, strict=True):
        mean = implied.mu[0] if fit.compiled.meanstructure else r.values.mean(axis=0)
        rows.append(replace(r, values=turn(r.values, sample.cov[0], mean, implied.sigma[0])))
    moved = replace(fit, rows=tuple(rows))
    samples = samples_of_rows(moved, [r.values[None] for r in rows])[0]
    there = replace(fit.solution, value=0.0, point=None)
    return replace(moved, samples=samples, solution=there)


def _turned(rows: NDArray, own: NDArray, mean: NDArray, cov: NDArray) -> NDArray:
    """Complete rows with covariances `own`, given other means and covariances, shape (N, p)."""
    turn = np.linalg.inv(symmetric_root(own)) @ symmetric_root(cov)
    return np.asarray((rows - rows.mean(axis=0)) @ turn + mean)


def _turned_incomplete(rows: NDArray, own: NDArray, mean: NDArray, cov: NDArray) -> NDArray:
    """Rows with missing cells whose unrestricted moments become `mean` and `cov`, shape (N, p)."""
    centre, start = saturated(patterns_of(rows)).mean, own
    root = symmetric_root(cov)
    for _ in range(_MOST):
        turned = _by_pattern(rows, centre, start, mean, cov)
        found = saturated(patterns_of(turned))
        away = np.abs(found.cov - cov).max() / np.abs(cov).max()
        away = max(away, np.abs((found.mean - mean) / np.sqrt(np.diag(cov))).max())
        if not found.converged or not np.isfinite(away):
            break
        if away < _NEAR:
            return turned
        back = symmetric_root(start) @ np.linalg.inv(root)
        centre, start = centre + back @ (found.mean - mean), back @ found.cov @ back.T
    raise EstimationError(
        "kind='bollen.stine' needs a transformation of the rows to the implied moments; none was "
        "found, as too many cells are missing. Use kind='parametric'."
    )


def _by_pattern(
    rows: NDArray, centre: NDArray, own: NDArray, mean: NDArray, cov: NDArray
) -> NDArray:
    """Each row turned by the roots of the submatrices of its observed cells, shape (N, p)."""
    out = np.full_like(rows, np.nan)
    patterns, of_row = np.unique(~np.isnan(rows), axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        o, cases = np.flatnonzero(pattern), np.flatnonzero(of_row.ravel() == k)
        at = np.ix_(o, o)
        turn = np.linalg.inv(symmetric_root(own[at])) @ symmetric_root(cov[at])
        out[cases[:, None], o] = (rows[cases[:, None], o] - centre[o]) @ turn + mean[o]
    return out
