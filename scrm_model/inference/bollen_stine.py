"""Bollen and Stine's bootstrap: data transformed so that the model holds, and the test they give.

Notes
-----
With S and Sigma the observed and the implied covariances, m and mu the means, the rows
``z = mu + Sigma^1/2 S^-1/2 (y - m)`` have the moments that the model implies, and otherwise the
shape of the data [bollen1992]_. Their resamples tell how the chi-square behaves where the model
holds, whatever the distribution. Roots are the symmetric ones.

References
----------
.. [bollen1992] Bollen, K. A., & Stine, R. A. (1992). Bootstrapping goodness-of-fit measures in
   structural equation models. Sociological Methods & Research, 21, 205-229.
.. [beran1985] Beran, R., & Srivastava, M. S. (1985). Bootstrap tests and confidence regions for
   functions of a covariance matrix. Annals of Statistics, 13, 95-115.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.estimation.factor import symmetric_root
from scrm_model.estimation.resample import resampled_samples
from scrm_model.estimation.result import Fit


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
        Of complete rows.

    Raises
    ------
    ArgumentError
        If variables are ordinal, or cells are missing.
    """
    settings = fit.settings
    if settings.ordered:
        raise ArgumentError(
            "kind='bollen.stine' needs continuous variables; got ordinal ones, which no linear "
            "transformation takes to other moments. Use kind='parametric'."
        )
    if settings.incomplete:
        raise ArgumentError(
            f"kind='bollen.stine' needs complete rows; got missing={settings.missing!r}. Use "
            "kind='parametric', or fit with missing='listwise'."
        )
    fit.raw_data()  # says why, where there are none
    rows = []
    for r, sample, implied in zip(fit.rows or (), fit.samples, fit.bread.implied, strict=True):
        centre = r.values.mean(axis=0)
        mean = implied.mu[0] if fit.compiled.meanstructure else centre
        inverse = np.linalg.inv(symmetric_root(sample.cov[0]))
        turned = (r.values - centre) @ inverse @ symmetric_root(implied.sigma[0])
        rows.append(replace(r, values=turned + mean))
    moved = replace(fit, rows=tuple(rows))
    samples, _ = resampled_samples(moved, [np.ones((1, len(r.values))) for r in rows])
    there = replace(fit.solution, value=0.0, point=None)
    return replace(moved, samples=samples, solution=there)
