"""Nonparametric bootstrap of every parameter, raw and standardised, in one call of the engine."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.auxiliary import rows_with
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.resample import BLOCK, Refits, refit_counts
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import solutions
from scrm_model.inference.intervals import (
    INTERVALS,
    acceleration,
    bias_corrected,
    normal,
    percentile,
    two_sided_p,
)


@dataclass(frozen=True, eq=False, repr=False)
class Bootstrap:
    """Draws of the estimates of a fit.

    Attributes
    ----------
    fit : Fit
    seed : int or None
    n_draws : int
        Resamples that were drawn.
    n_failed : int
        Resamples without a minimum; they are left out.
    n_inadmissible : int
        Resamples with a negative variance or a correlation beyond 1; they are left out too.
    rows : ndarray, shape (3, D, R)
        Raw, std_lv and std_all values of the table's rows in the D resamples that are left.
    """

    fit: Fit
    seed: int | None
    n_draws: int
    n_failed: int
    n_inadmissible: int
    rows: NDArray

    @property
    def n_used(self) -> int:
        """Resamples that the intervals rest on."""
        return self.rows.shape[1]

    def scale(self, kind: int) -> tuple[NDArray, dict[str, NDArray]]:
        """Rows and definitions of the draws on one scale: 0 raw, 1 std_lv, 2 std_all."""
        return self.rows[kind], defined_standardised(self.fit.compiled, self.rows[kind])

    @cached_property
    def left_out(self) -> NDArray:
        """Rows without each case in turn, shape (3, N, R)."""
        return leave_one_out(self.fit)

    def interval(
        self,
        estimate: NDArray,
        draws: NDArray,
        interval: str,
        level: float,
        left_out: NDArray | None = None,
    ) -> tuple[NDArray, NDArray]:
        """Bounds of one kind of interval.

        Parameters
        ----------
        estimate : ndarray, shape (E,)
        draws : ndarray, shape (D, E)
        interval : {"percentile", "bc", "bca", "normal"}
        level : float
        left_out : ndarray, shape (N, E), optional
            Estimates without each case, for ``"bca"``.

        Returns
        -------
        lower, upper : ndarray, shape (E,)
        """
        if interval == "percentile":
            return percentile(draws, level)
        if interval == "normal":
            return normal(estimate, draws, level)
        a = 0.0 if left_out is None else acceleration(left_out)
        return bias_corrected(estimate, draws, level, a)

    def table(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Every row of the parameter table with bootstrap errors and intervals.

        Parameters
        ----------
        interval : {"percentile", "bc", "bca", "normal"}
        level : float

        Returns
        -------
        DataFrame
            lhs, op, rhs, group, label, est, se, pvalue, ci_lower, ci_upper, std_all, std_se,
            std_ci_lower, std_ci_upper. Fixed parameters have se 0.

        Raises
        ------
        ArgumentError
            Unknown interval, or a level outside (0, 1).
        """
        check_interval(interval, level)
        frame = self.fit._frame
        out = frame[["lhs", "op", "rhs", "group", "label", "est"]].copy()
        for kind, est, head in ((0, "est", ""), (2, "std_all", "std_")):
            draws = self._with_definitions(self.rows[kind])
            left = self._with_definitions(self.left_out[kind]) if interval == "bca" else None
            value = frame[est].to_numpy()
            if kind:
                out[est] = value
            out[f"{head}se"] = draws.std(axis=0, ddof=1)
            if not kind:
                fixed = frame["se"].to_numpy() == 0
                out["pvalue"] = np.where(fixed, np.nan, two_sided_p(draws))
            bounds = self.interval(value, draws, interval, level, left)
            out[f"{head}ci_lower"], out[f"{head}ci_upper"] = bounds
        return rows_with(out, self.fit.settings.auxiliary, auxiliary=False)

    def _with_definitions(self, rows: NDArray) -> NDArray:
        defined = defined_standardised(self.fit.compiled, rows)
        return np.column_stack([rows, *defined.values()]) if defined else rows

    @property
    def frame(self) -> pd.DataFrame:
        """`table` with percentile intervals at 95 %."""
        return self.table()

    def __repr__(self) -> str:
        return (
            f"Bootstrap({self.n_used} of {self.n_draws} resamples used; {self.n_failed} without "
            f"a minimum and {self.n_inadmissible} inadmissible left out; seed={self.seed})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.frame.to_html(index=False, float_format="{:.3f}".format)


def check_interval(interval: str, level: float) -> None:
    """Refuse an unknown kind of interval or an impossible level."""
    if interval not in INTERVALS:
        choices = ", ".join(map(repr, INTERVALS))
        raise ArgumentError(f"interval= needs one of {choices}; got {interval!r}.")
    if not 0 < level < 1:
        raise ArgumentError(f"level= needs a number between 0 and 1; got {level!r}.")


def bootstrap(
    fit: Fit, draws: int = 5000, seed: int | None = None, *, progress: bool = False
) -> Bootstrap:
    """Refit a model to resamples of its cases.

    Parameters
    ----------
    fit : Fit
        Converged, of raw data. Groups are resampled within themselves.
    draws : int
        Number of resamples, at least 2.
    seed : int, optional
        The same seed gives the same numbers.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Bootstrap

    Raises
    ------
    EstimationError
        If the fit did not converge, rests on moments, or fewer than half of the resamples have
        an admissible solution.
    ArgumentError
        If `draws` is below 2.

    Notes
    -----
    Each block of 250 resamples has its own child of the seed, so that the numbers do not
    depend on how blocks are shared out. Resamples without a minimum, and inadmissible ones,
    are counted and left out.
    """
    if int(draws) != draws or draws < 2:
        raise ArgumentError(f"draws= needs a whole number of at least 2; got {draws!r}.")
    need_converged(fit, "bootstrap()")
    data = fit.raw_data()
    sizes = [min(BLOCK, draws - done) for done in range(0, int(draws), BLOCK)]
    children = np.random.SeedSequence(seed).spawn(len(sizes))
    kept, failed, bad = [], 0, 0
    for size, child in zip(_shown(sizes, progress), children, strict=True):
        rng = np.random.default_rng(child)
        counts = [drawn_counts(rng, len(d), size) for d in data]
        found = refit_counts(fit, counts)
        failed += int((~found.converged).sum())
        bad += int((found.converged & ~found.admissible).sum())
        kept.append(values_of(fit, found, found.admissible))
    rows = np.concatenate(kept, axis=1)
    if rows.shape[1] < max(2, draws / 2):
        raise EstimationError(
            f"bootstrap() needs admissible solutions in at least half of the resamples; got "
            f"{rows.shape[1]} of {draws} ({failed} without a minimum, {bad} inadmissible). The "
            "sample is too small for this model: simplify it, or use method='montecarlo'."
        )
    return Bootstrap(fit, seed, int(draws), failed, bad, rows)


def drawn_counts(rng: np.random.Generator, n: int, size: int) -> NDArray[np.intp]:
    """How often each of n cases is among n that are drawn with replacement.

    Parameters
    ----------
    rng : Generator
    n, size : int
        Cases, and resamples.

    Returns
    -------
    ndarray of int, shape (size, n)
    """
    cases = rng.integers(n, size=(size, n)) + n * np.arange(size)[:, None]
    return np.bincount(cases.ravel(), minlength=size * n).reshape(size, n)


def _shown(sizes: list[int], progress: bool) -> list[int]:
    if not progress:
        return sizes
    from tqdm.auto import tqdm  # noqa: PLC0415 - only when a bar is asked for

    return tqdm(sizes, desc="bootstrap")


def need_converged(fit: Fit, what: str) -> None:
    """Refuse a fit without a minimum."""
    if not fit.converged:
        raise EstimationError(
            f"{what} needs a converged fit; " + " ".join(str(p) for p in fit.problems)
        )


def values_of(fit: Fit, found: Refits, keep: NDArray) -> NDArray:
    """Raw, std_lv and std_all rows of some refits, shape (3, kept, R)."""
    picked = np.flatnonzero(keep)
    samples = tuple(s.take(picked) for s in found.samples)
    return solutions(fit.compiled, fit.scaling, found.theta[picked], samples)


def leave_one_out(fit: Fit) -> NDArray:
    """Raw, std_lv and std_all rows without each case in turn, shape (3, N, R).

    Cases without which there is no minimum are left out of the result.
    """
    data = fit.raw_data()
    parts = []
    for group, rows in enumerate(data):
        for first in range(0, len(rows), BLOCK):
            gone = np.arange(first, min(first + BLOCK, len(rows)))
            counts = [np.ones((len(gone), len(d))) for d in data]
            counts[group][np.arange(len(gone)), gone] = 0
            found = refit_counts(fit, counts)
            parts.append(values_of(fit, found, found.converged))
    return np.concatenate(parts, axis=1)
