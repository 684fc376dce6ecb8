"""Moments that stand for data: a published covariance matrix and a sample size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from scrm_model.errors import DataError, MissingColumnError, did_you_mean
from scrm_model.estimation.observed.frames import check_covariance


@dataclass(frozen=True, init=False, eq=False)
class Moments:
    """Sample moments in the place of raw data.

    Parameters
    ----------
    cov : DataFrame or array-like, shape (p, p)
        Covariance (or correlation) matrix with divisor N - 1, as programs print it.
    n : int
        Number of cases.
    mean : Series or array-like, shape (p,), optional
        Means.
    names : sequence of str, optional
        Variables; taken from the frame when `cov` is a DataFrame.

    Raises
    ------
    DataError
        If the matrix is not square, not symmetric, holds missing numbers or has no names, or if
        `n` is no whole number above 1.

    Examples
    --------
    >>> Moments([[1.0, 0.4], [0.4, 1.0]], n=120, names=["cro1", "cro2"]).n
    120
    """

    cov: NDArray[np.float64]
    n: int
    mean: NDArray[np.float64] | None
    names: tuple[str, ...]

    def __init__(
        self,
        cov: Any,
        n: int,
        mean: ArrayLike | None = None,
        names: Sequence[str] | None = None,
    ) -> None:
        if names is None and isinstance(cov, pd.DataFrame):
            names = [str(c) for c in cov.columns]
            if [str(i) for i in cov.index] != names and not isinstance(cov.index, pd.RangeIndex):
                raise DataError(
                    "cov= needs the same names on rows and columns; got rows "
                    f"{list(cov.index)[:3]}… and columns {names[:3]}…. Sort one like the other."
                )
        matrix = np.array(cov, dtype=float)
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise DataError(f"cov= needs a square matrix; got shape {matrix.shape}.")
        if names is None or len(set(names)) != len(matrix):
            got = "none" if names is None else f"{len(set(names))} different"
            raise DataError(f"names= needs {len(matrix)} different names; got {got}.")
        if not np.isfinite(matrix).all():
            raise DataError("cov= needs finite numbers in every cell; some are missing.")
        if not np.allclose(matrix, matrix.T, rtol=1e-6, atol=1e-8 * np.abs(matrix).max()):
            i, j = np.unravel_index(np.abs(matrix - matrix.T).argmax(), matrix.shape)
            raise DataError(
                f"cov= needs a symmetric matrix; got {matrix[i, j]:g} for {names[i]}, {names[j]} "
                f"and {matrix[j, i]:g} the other way round."
            )
        if int(n) != n or n < 2:
            raise DataError(f"n= needs a whole number above 1; got {n!r}.")
        means = None if mean is None else np.asarray(mean, dtype=float).ravel()
        if means is not None and len(means) != len(matrix):
            raise DataError(f"mean= needs {len(matrix)} means; got {len(means)}.")
        object.__setattr__(self, "cov", (matrix + matrix.T) / 2)
        object.__setattr__(self, "n", int(n))
        object.__setattr__(self, "mean", means)
        object.__setattr__(self, "names", tuple(str(k) for k in names))

    def of(self, names: Sequence[str]) -> tuple[NDArray, NDArray | None]:
        """Covariances and means of some variables, in their order.

        Raises
        ------
        MissingColumnError
            If a name is not among the moments.
        DataError
            If the matrix of these variables is not positive definite.
        """
        absent = [n for n in names if n not in self.names]
        if absent:
            told = "; ".join(f"'{n}' is not there.{did_you_mean(n, self.names)}" for n in absent)
            raise MissingColumnError(
                f"data= needs moments of each observed variable of the model; {told}"
            )
        pick = [self.names.index(n) for n in names]
        cov = self.cov[np.ix_(pick, pick)]
        check_covariance(cov, names)
        return cov, None if self.mean is None else self.mean[pick]

    def __repr__(self) -> str:
        """Short: how many variables and cases."""
        return f"Moments({len(self.names)} variables, n={self.n})"
