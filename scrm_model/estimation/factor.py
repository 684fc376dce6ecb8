"""Cholesky factor of one symmetric matrix, by LAPACK directly.

numpy's linear algebra is made for stacks: for one matrix of the size of a model it spends more
time on the way to LAPACK than in it, inverts without use of the symmetry, and raises an error where
a question is asked. One fit asks a few dozen such questions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs


@dataclass(frozen=True, slots=True)
class Factor:
    """The lower triangular root R of a positive definite matrix R R'.

    Attributes
    ----------
    root : ndarray, shape (k, k)
        Zero above the diagonal.
    """

    root: NDArray[np.float64]

    @classmethod
    def of(cls, matrix: NDArray) -> "Factor | None":
        """Factor of a symmetric matrix, shape (k, k); None if it is not positive definite."""
        root, failed = dpotrf(matrix, lower=1)
        # A NaN passes through LAPACK without a word.
        return None if failed or not np.isfinite(root[-1, -1]) else cls(root)

    @property
    def logdet(self) -> float:
        """Logarithm of the determinant of the matrix."""
        return 2.0 * float(np.log(self.root.diagonal()).sum())

    def solve(self, side: NDArray) -> NDArray[np.float64]:
        """Solution x of R R' x = side, of the shape of `side`."""
        return np.asarray(dpotrs(self.root, side, lower=1)[0])

    def inverse(self) -> NDArray[np.float64]:
        """Inverse of the matrix, symmetric to the last bit, shape (k, k)."""
        low, _ = dpotri(self.root, lower=1)
        out = low + low.T
        out.flat[:: len(out) + 1] = low.diagonal()
        return np.asarray(out)


def symmetric_root(cov: NDArray) -> NDArray:
    """The root that is unique, so that a seed gives the same numbers on every machine."""
    values, vectors = np.linalg.eigh(cov)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)
