"""Sample moments as the engine sees them: one record a group, each a stack."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.factor import Factor
from scrm_model.estimation.observed.saturated import Incomplete


@dataclass(frozen=True, slots=True)
class Sample:
    """Moments of one group, for a stack of B samples of the same size.

    Attributes
    ----------
    cov : ndarray, shape (B, p, p)
        Covariance matrices with the divisor that the estimator works with.
    mean : ndarray, shape (B, p), or None
        Means; None where no mean structure is modelled.
    n : int
        What F is multiplied by: cases, or cases - 1 where the covariances have that divisor.
    logdet : ndarray, shape (B,)
        log |cov|.
    cases : int
        Cases in the group.
    weight : ndarray, shape (B, m, m) or (B, m), or None
        Weight of the moments in weighted least squares, or its diagonal; rebuilt with every
        resample.
    gamma : ndarray, shape (B, m, m), or None
        Covariance matrices of the moments times N, for robust least squares.
    moments : ndarray, shape (B, m), or None
        The moments themselves, in the order of `scrm_model.estimation.implied.responses`, where
        ordinal variables make `cov` and `mean` (of latent responses) only part of them.
    incomplete : Incomplete or None
        The cases, where some miss cells; then the moments are those of the unrestricted model.
    """

    cov: NDArray[np.float64]
    mean: NDArray[np.float64] | None
    n: int
    logdet: NDArray[np.float64]
    cases: int
    weight: NDArray[np.float64] | None = None
    gamma: NDArray[np.float64] | None = None
    moments: NDArray[np.float64] | None = None
    incomplete: Incomplete | None = None

    @classmethod
    def of(cls, cov: NDArray, n: int, mean: NDArray | None = None) -> "Sample":
        """Record of a stack, or of a single matrix (then B = 1), with divisor n."""
        stack = cov if cov.ndim == 3 else cov[None]
        means = None if mean is None else np.atleast_2d(mean)
        return cls(stack, means, n, _log_determinants(stack), n)

    def unbiased(self) -> "Sample":
        """The same sample with covariances of divisor n - 1, and that in place of n."""
        n, p = self.cases, self.cov.shape[-1]
        logdet = self.logdet + p * np.log(n / (n - 1))
        return replace(self, cov=self.cov * (n / (n - 1)), n=n - 1, logdet=logdet)

    def take(self, index: NDArray[np.intp]) -> "Sample":
        """The members of the stack at `index`."""

        def at(stack: NDArray | None) -> NDArray | None:
            return None if stack is None else stack[index]

        return Sample(
            self.cov[index], at(self.mean), self.n, self.logdet[index], self.cases,
            at(self.weight), at(self.gamma), at(self.moments),
            None if self.incomplete is None else self.incomplete.take(index),
        )  # fmt: skip

    def weighted(self, rows: NDArray, counts: NDArray, weighting: str) -> "Sample":
        """The same samples with their fourth-order moments, and a weight made of these.

        Parameters
        ----------
        rows : ndarray, shape (N, p)
        counts : ndarray, shape (B, N)
            How often each case is in each sample.
        weighting : {"full", "diagonal", ""}
            Of which part the inverse is the weight.

        Returns
        -------
        Sample
            With a weight of NaN where fourth-order moments are singular.
        """
        low = np.tril_indices(rows.shape[1])
        gammas, weights = [], []
        for count in counts:
            share = count / count.sum()
            d = rows - share @ rows
            z = d[:, low[0]] * d[:, low[1]]
            z = z if self.mean is None else np.concatenate([d, z], axis=1)
            z = z - share @ z
            gammas.append((z * share[:, None]).T @ z)
            if weighting == "full":
                weights.append(inverse_gamma(gammas[-1]))
            elif weighting:
                weights.append(1.0 / np.diag(gammas[-1]))
        return replace(self, weight=np.stack(weights) if weights else None, gamma=np.stack(gammas))


def _log_determinants(stack: NDArray) -> NDArray:
    if len(stack) == 1 and (root := Factor.of(stack[0])) is not None:
        return np.array([root.logdet])
    try:
        return 2.0 * np.log(np.einsum("bii->bi", np.linalg.cholesky(stack))).sum(axis=1)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.slogdet(stack)[1])


def inverse_gamma(gamma: NDArray) -> NDArray:
    """Inverse of a covariance matrix of moments, NaN if it is singular."""
    diagonal = np.diag(gamma)
    scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = gamma * np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled)[0] < 1e-10:
        return np.full_like(gamma, np.nan)
    return np.linalg.inv(scaled) * np.outer(scale, scale)


def moments_of(rows: NDArray, mean: bool) -> Sample:
    """Moments of one data matrix, divisor N.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
    mean : bool
        Keep the means.
    """
    n = len(rows)
    centre = rows.mean(axis=0)
    deviation = rows - centre
    with np.errstate(divide="ignore"):  # few rows have a singular matrix: log determinant -inf
        return Sample.of(deviation.T @ deviation / n, n, centre if mean else None)


def incomplete_sample(of: Incomplete) -> Sample:
    """The moments of the unrestricted model in the place of those that missing cells hide."""
    cov = np.stack([m.cov for m in of.members])
    mean = np.stack([m.mean for m in of.members])
    n = round(of.members[0].at.total)
    return replace(Sample.of(cov, n, mean), incomplete=of)


def resampled(rows: NDArray, counts: NDArray, mean: bool) -> Sample:
    """Moments of a stack of resamples, from how often each case was drawn.

    Parameters
    ----------
    rows : ndarray, shape (N, p)
        The original data.
    counts : ndarray, shape (B, N)
        Non-negative. The record has one number of cases, that of the first row: where others sum
        to another total, it is right only for what does not depend on it.
    mean : bool
        Keep the means.

    Notes
    -----
    One matrix product gives all: counts times [vech(x x') | x] of data centred near the
    full-sample mean, so that the subtraction of the resample's mean loses no digits. Points of a
    scale stay whole numbers, and their sums are exact in single precision.
    """
    total = counts.sum(axis=1)
    centre = _centre(rows)
    x = rows - centre
    p = x.shape[1]
    low = np.tril_indices(p)
    products = np.concatenate([x.take(low[0], axis=1) * x.take(low[1], axis=1), x], axis=1)
    # Whole numbers below 2^24 have all their digits in single precision.
    whole = (x == np.rint(x)).all() and total.max() * np.abs(products).max() < 2**24
    kind = np.float32 if whole else np.float64
    sums = (counts.astype(kind) @ products.astype(kind)).astype(float) / total[:, None]
    place = np.empty((p, p), dtype=np.intp)
    place[low] = place[low[::-1]] = np.arange(len(low[0]))
    cov, first = sums.take(place, axis=1), sums[:, len(low[0]) :]
    cov -= first[:, :, None] * first[:, None, :]
    with np.errstate(divide="ignore"):  # a resample may be singular; its log determinant is -inf
        return Sample.of(cov, int(total[0]), first + centre if mean else None)


class MomentStack:
    """Moments of data matrices that come one after the other; none of them is kept.

    Parameters
    ----------
    size : int
        How many there will be.
    n, p : int
        Cases and variables of each.
    """

    def __init__(self, size: int, n: int, p: int) -> None:
        self._n = n
        self._centre, self._cov = np.empty((size, p)), np.empty((size, p, p))
        self._deviation = np.empty((n, p))
        self._each = np.full(n, 1.0 / n)

    @classmethod
    def of(cls, data: NDArray, mean: bool) -> Sample:
        """Moments of a stack of data, shape (B, n, p)."""
        stack = cls(*data.shape)
        for k, rows in enumerate(data):
            stack.put(k, rows)
        return stack.sample(mean)

    def put(self, k: int, rows: NDArray) -> None:
        """Add up the k-th matrix, shape (n, p), while it is in the processor's cache."""
        np.matmul(self._each, rows, out=self._centre[k])
        np.subtract(rows, self._centre[k], out=self._deviation)
        np.matmul(self._deviation.T, self._deviation, out=self._cov[k])

    def sample(self, mean: bool) -> Sample:
        """The stack, divisor N, with means or without."""
        with np.errstate(divide="ignore"):  # a constant item: log determinant -inf, no minimum
            return Sample.of(self._cov / self._n, self._n, self._centre if mean else None)


def _centre(rows: NDArray) -> NDArray:
    """The means, rounded where the data are whole numbers."""
    centre = rows.mean(axis=0)
    return np.rint(centre) if (rows == np.rint(rows)).all() else np.asarray(centre)
