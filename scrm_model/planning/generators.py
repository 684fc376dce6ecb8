"""Variables with given correlations: normal, or with a given skewness and kurtosis.

Notes
-----
``vale_maurelli`` [vale1983]_ draws correlated normal variables Z and takes a polynomial of each
(`scrm_model.planning.fleishman`). With X_i = -c_i + b_i Z_i + c_i Z_i^2 + d_i Z_i^3 the correlation
of X_i and X_j at a correlation r of Z_i and Z_j is::

    r (b_i b_j + 3 b_i d_j + 3 d_i b_j + 9 d_i d_j) + 2 r^2 c_i c_j + 6 r^3 d_i d_j

and r is solved for every pair. ``independent`` [foldnes2016]_ mixes independent variables xi of
variance 1 that are not normal, X = A xi with A A' the covariances; then::

    skewness of X_i = sum_j A_ij^3 skewness of xi_j
    kurtosis of X_i = sum_j A_ij^4 kurtosis of xi_j

A is here [Lambda V^1/2 | Theta^1/2], one xi for each factor and each residual, and the moments of
xi are the solution of smallest norm. Both keep means and covariances of the population; they differ
in the fourth-order moments that the margins leave open, and so in the tests' behaviour.

References
----------
.. [vale1983] Vale, C. D., & Maurelli, V. A. (1983). Simulating multivariate nonnormal
   distributions. Psychometrika, 48, 465-471.
.. [foldnes2016] Foldnes, N., & Olsson, U. H. (2016). A simple simulation technique for nonnormal
   data with prespecified skewness, kurtosis, and covariance matrix. Multivariate Behavioral
   Research, 51, 207-219.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.estimation.factor import symmetric_root
from scrm_model.planning.fleishman import need_polynomial


@dataclass(frozen=True, slots=True)
class Generator:
    """A way to draw variables: normal sources, a mixture, a polynomial, a mixture.

    Attributes
    ----------
    before : ndarray, shape (k, k), or None
        Mixture of the normal sources.
    coefficients : ndarray, shape (3, k), or None
        b, c and d of the polynomials; None leaves the sources normal.
    after : ndarray, shape (k, p), or None
        Mixture of what the polynomials give.
    """

    before: NDArray | None
    coefficients: NDArray | None
    after: NDArray | None

    @property
    def sources(self) -> int:
        """Number of normal sources, k."""
        mixture = self.after if self.before is None else self.before
        return 0 if mixture is None else len(mixture)

    def draw(self, n: int, rng: np.random.Generator) -> NDArray:
        """Draw n cases, shape (n, p)."""
        z = rng.standard_normal((n, self.sources))
        if self.before is not None:
            z = z @ self.before
        if self.coefficients is not None:
            b, c, d = self.coefficients
            z = c * (z**2 - 1.0) + z * (b + d * z**2)
        return z if self.after is None else z @ self.after


def normal(cov: NDArray) -> Generator:
    """Normal variables with covariances, shape (p, p)."""
    return Generator(symmetric_root(cov), None, None)


def vale_maurelli(
    cov: NDArray, skewness: NDArray, kurtosis: NDArray, names: Sequence[str]
) -> Generator:
    """Polynomials of correlated normal variables.

    Parameters
    ----------
    cov : ndarray, shape (p, p)
        Correlations.
    skewness, kurtosis : ndarray, shape (p,)
    names : sequence of str
        Of the variables, for messages.

    Raises
    ------
    ArgumentError
        No polynomial has these moments, or none of these can have the correlations.
    """
    found = [need_polynomial(*three) for three in zip(names, skewness, kurtosis, strict=True)]
    b, c, d = coefficients = np.array(found).T
    between = intermediate(cov, b, c, d, names)
    values = np.linalg.eigvalsh(between)
    if values[0] < -1e-8:
        raise ArgumentError(
            f"skewness= and kurtosis= need values that the correlations allow; the normal "
            f"variables behind them would have an impossible correlation matrix (smallest "
            f"eigenvalue {values[0]:.3f}). Lower them, or use generator='independent'."
        )
    return Generator(symmetric_root(between), coefficients, None)


def intermediate(cov: NDArray, b: NDArray, c: NDArray, d: NDArray, names: Sequence[str]) -> NDArray:
    """Correlations of the normal variables behind polynomials, shape (p, p).

    Raises
    ------
    ArgumentError
        If a pair of polynomials cannot be correlated so highly.
    """
    one = np.outer(b, b) + 3 * np.outer(b, d) + 3 * np.outer(d, b) + 9 * np.outer(d, d)
    two, three = 2 * np.outer(c, c), 6 * np.outer(d, d)

    def reached(r: NDArray) -> NDArray:
        return r * (one + r * (two + r * three))

    low, high = -np.ones_like(cov), np.ones_like(cov)
    least, most = reached(low), reached(high)
    np.fill_diagonal(most, 1.0)
    bad = (cov < least - 1e-12) | (cov > most + 1e-12)
    np.fill_diagonal(bad, False)
    if bad.any():
        i, j = np.argwhere(bad)[0]
        raise ArgumentError(
            f"skewness= and kurtosis= need values that the correlations allow; {names[i]!r} and "
            f"{names[j]!r} correlate {cov[i, j]:.3f}, and with these values can only between "
            f"{least[i, j]:.3f} and {most[i, j]:.3f}. Lower them, or use generator='independent'."
        )
    for _ in range(60):
        middle = (low + high) / 2
        below = reached(middle) < cov
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    out = (low + high) / 2
    np.fill_diagonal(out, 1.0)
    return out


def independent(
    mixture: NDArray, skewness: NDArray, kurtosis: NDArray, names: Sequence[str]
) -> Generator:
    """A mixture of independent variables that are not normal.

    Parameters
    ----------
    mixture : ndarray, shape (p, k)
        A, k at least p.
    skewness, kurtosis : ndarray, shape (p,)
        Of the p variables.
    names : sequence of str
        Of the variables, for messages.

    Raises
    ------
    ArgumentError
        If no independent variables mix to these moments.
    """
    mixture = mixture[:, np.abs(mixture).max(axis=0) > 1e-12]
    sources = []
    for power, wanted, label in ((3, skewness, "skewness"), (4, kurtosis, "kurtosis")):
        own = np.linalg.lstsq(mixture**power, wanted, rcond=None)[0]
        gap = np.abs(mixture**power @ own - wanted)
        if gap.max() > 1e-8:
            raise ArgumentError(
                f"{label}= needs values that a mixture of independent variables can have; "
                f"{names[int(gap.argmax())]!r} misses its by {gap.max():.3g}. Use "
                "generator='vale-maurelli'."
            )
        sources.append(own)
    advice = (
        "The variables that are mixed must be farther from normal than their mixture. Bring "
        "skewness= and kurtosis= nearer to 0, or use generator='vale-maurelli'."
    )
    labels = [f"independent variable {k + 1}" for k in range(mixture.shape[1])]
    rounded = np.round(np.stack(sources, axis=1), 12)
    found = [
        need_polynomial(name, s, k, advice) for name, (s, k) in zip(labels, rounded, strict=True)
    ]
    return Generator(None, np.array(found).T, mixture.T)
