"""What a bootstrap found: the draws, and tables of errors and intervals made from them."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, IntervalWarning, NotAvailableError
from scrm_model.estimation.auxiliary import rows_with
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.result import Fit
from scrm_model.estimation.standardise import r_squared
from scrm_model.inference.bollen_stine import BootstrapTest
from scrm_model.inference.intervals import (
    INTERVALS,
    acceleration,
    basic,
    bias_corrected,
    normal,
    one_sided,
    percentile,
    two_sided_p,
)
from scrm_model.inference.jackknife import LeftOut, leave_one_out
from scrm_model.inference.resampling import Clusters


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
    r2_draws : ndarray, shape (D, E)
        Explained shares of variance in them, by group and dependent variable.
    chisq : ndarray, shape (C,)
        N F of the resamples with a minimum, where they were drawn so that the model holds; empty
        otherwise.
    kind : {"nonparametric", "parametric", "bollen.stine"}
    clusters : tuple of ndarray of int, shape (N_g,), or None
        Number of the cluster of each case, one a group, where whole clusters were drawn.
    interrupted : bool
        Whether Ctrl-C ended the work early; `n_draws` counts what was done.
    """

    fit: Fit
    seed: int | None
    n_draws: int
    n_failed: int
    n_inadmissible: int
    rows: NDArray
    r2_draws: NDArray
    chisq: NDArray
    kind: str = "nonparametric"
    clusters: Clusters | None = None
    interrupted: bool = False

    @property
    def n_used(self) -> int:
        """Resamples that the intervals rest on."""
        return self.rows.shape[1]

    def scale(self, kind: int) -> tuple[NDArray, dict[str, NDArray]]:
        """Rows and definitions of the draws on one scale: 0 raw, 1 std_lv, 2 std_all."""
        return self.rows[kind], defined_standardised(self.fit.compiled, self.rows[kind])

    @property
    def test(self) -> BootstrapTest:
        """The chi-square of the fit against those of the resamples.

        Raises
        ------
        NotAvailableError
            If the resamples were drawn from the data as they are, where the model need not hold,
            or the model has no degrees of freedom.
        """
        if self.kind == "nonparametric":
            raise NotAvailableError(
                "Bootstrap.test needs resamples in which the model holds; got "
                "kind='nonparametric', which resamples the data as they are. Use "
                "bootstrap(fit, kind='bollen.stine')."
            )
        if self.fit.df < 1:
            raise NotAvailableError(
                "Bootstrap.test needs a model with degrees of freedom; this one has none and fits "
                "any data. Test its parameters instead: Bootstrap.table()."
            )
        return BootstrapTest.of(self.fit, self.chisq)

    @cached_property
    def left_out(self) -> LeftOut:
        """Estimates without each case, or cluster, in turn.

        Raises
        ------
        ArgumentError
            If resamples were not drawn from the cases: the acceleration is theirs.
        """
        if self.kind != "nonparametric":
            raise ArgumentError(
                f"interval='bca' needs kind='nonparametric'; got kind={self.kind!r}, whose draws "
                "are not made of the cases that its acceleration is computed from. Use "
                "'percentile' or 'bc'."
            )
        return leave_one_out(self.fit, self.clusters)

    def interval(
        self,
        estimate: NDArray,
        draws: NDArray,
        interval: str,
        level: float,
        left_out: NDArray | None = None,
        names: Sequence[str] = (),
    ) -> tuple[NDArray, NDArray]:
        """Bounds of one kind of interval.

        Parameters
        ----------
        estimate : ndarray, shape (E,)
        draws : ndarray, shape (D, E)
        interval : {"percentile", "bc", "bca", "normal", "basic"}
        level : float
        left_out : ndarray, shape (K, E), optional
            Estimates without each case or cluster, for ``"bca"``.
        names : sequence of str, length E
            What is estimated, for warnings.

        Returns
        -------
        lower, upper : ndarray, shape (E,)

        Warns
        -----
        IntervalWarning
            A bias cannot be corrected, as all draws lie on one side of the estimate.
        """
        if interval == "percentile":
            return percentile(draws, level)
        if interval in ("normal", "basic"):
            made = normal if interval == "normal" else basic
            return made(estimate, draws, level)
        apart = np.flatnonzero(one_sided(estimate, draws))
        if len(apart) and len(names):
            told = ", ".join(repr(names[k]) for k in apart[:5]) + (", …" if len(apart) > 5 else "")
            warnings.warn(
                f"interval={interval!r} needs draws on both sides of the estimate; all "
                f"{len(draws)} lie on one side for {told}. The bias is then unknown and the bounds "
                "are extremes of the draws: use 'percentile', or a model without a bound there.",
                IntervalWarning,
                stacklevel=3,
            )
        a = 0.0 if left_out is None else acceleration(left_out, self.left_out.group)
        return bias_corrected(estimate, draws, level, a)

    def table(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Every row of the parameter table with bootstrap errors and intervals.

        Parameters
        ----------
        interval : {"percentile", "bc", "bca", "normal", "basic"}
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
        names = (frame["lhs"] + " " + frame["op"] + " " + frame["rhs"]).tolist()
        out = frame[["lhs", "op", "rhs", "group", "label", "est"]].copy()
        for kind, est, head in ((0, "est", ""), (2, "std_all", "std_")):
            draws = self._with_definitions(self.rows[kind])
            left = self._with_definitions(self.left_out.rows[kind]) if interval == "bca" else None
            value = frame[est].to_numpy()
            if kind:
                out[est] = value
            out[f"{head}se"] = draws.std(axis=0, ddof=1)
            if not kind:
                fixed = frame["se"].to_numpy() == 0
                out["pvalue"] = np.where(fixed, np.nan, two_sided_p(draws))
            bounds = self.interval(value, draws, interval, level, left, () if kind else names)
            out[f"{head}ci_lower"], out[f"{head}ci_upper"] = bounds
        return rows_with(out, self.fit.settings.auxiliary, auxiliary=False)

    def r2(self, interval: str = "percentile", level: float = 0.95) -> pd.DataFrame:
        """Explained shares of variance with bootstrap errors and intervals.

        Parameters
        ----------
        interval : {"percentile", "bc", "bca", "normal", "basic"}
        level : float

        Returns
        -------
        DataFrame
            variable, group, est, se, ci_lower, ci_upper; a row for each entry of `Fit.r2`.

        Raises
        ------
        ArgumentError
            Unknown interval, or a level outside (0, 1).

        Notes
        -----
        A share is never negative: its draws stay above 0 where nothing is explained, and so does
        the interval. It says how large the share is, not whether there is one.
        """
        check_interval(interval, level)
        found = r_squared(self.fit.compiled, self.fit.theta[None], self.fit.samples)
        out = pd.DataFrame(
            [
                {"variable": name, "group": group, "est": float(value[0])}
                for group, of in enumerate(found, 1)
                for name, value in of.items()
            ],
            columns=["variable", "group", "est"],
        )
        out["se"] = self.r2_draws.std(axis=0, ddof=1)
        left = self.left_out.r2 if interval == "bca" else None
        names = [f"R2 of {name}" for name in out["variable"]]
        bounds = self.interval(
            out["est"].to_numpy(), self.r2_draws, interval, level, left, names
        )  # fmt: skip
        out["ci_lower"], out["ci_upper"] = bounds
        return out

    def _with_definitions(self, rows: NDArray) -> NDArray:
        defined = defined_standardised(self.fit.compiled, rows)
        return np.column_stack([rows, *defined.values()]) if defined else rows

    @property
    def frame(self) -> pd.DataFrame:
        """`table` with percentile intervals at 95 %."""
        return self.table()

    def __repr__(self) -> str:
        kind = "" if self.kind == "nonparametric" else f"kind={self.kind!r}, "
        if self.clusters is not None:
            kind = f"clusters={sum(int(c.max()) + 1 for c in self.clusters)}, "
        early = "; interrupted" if self.interrupted else ""
        return (
            f"Bootstrap({self.n_used} of {self.n_draws} resamples used; {self.n_failed} without "
            f"a minimum and {self.n_inadmissible} inadmissible left out; {kind}seed={self.seed}"
            f"{early})"
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
