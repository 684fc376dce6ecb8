"""Validity of the constructs of a fit: loadings, shared variance, and whether they are distinct."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.measurement.bounds import INTERVALS
from scrm_model.measurement.conventions import (
    SCALE_CUT_OFFS,
    conventions_frame,
    conventions_note,
)
from scrm_model.measurement.discriminant import difference_tests
from scrm_model.measurement.formative import formative_frame
from scrm_model.measurement.local_fit import cross_loadings, residual_frame
from scrm_model.measurement.ratios import htmt_frame
from scrm_model.measurement.reliability import check_fit
from scrm_model.measurement.scales import constructs_of
from scrm_model.measurement.show import html, text
from scrm_model.measurement.standing import (
    convergent_frame,
    correlation_frame,
    loadings_frame,
    structure_frame,
)

MEASURES = ("loading", "ave", "htmt", "residual")
"""Those of its numbers that have a conventional cut-off."""

FORNELL_LARCKER = (
    "Convention, no verdict: the square root of AVE above all correlations of the construct "
    "(Fornell & Larcker, 1981)."
)


@dataclass(frozen=True, eq=False, repr=False)
class Validity:
    """The tables by which convergent and discriminant validity are judged.

    Attributes
    ----------
    fit : Fit
    frame : DataFrame
        A row a construct and group: omega, ave (weighted by variances), ave_std (mean of squared
        standardised loadings), sqrt_ave, msv and asv (largest and mean squared correlation with
        other constructs), nearest (the construct of the largest), note.
    loadings : DataFrame
        construct, item, group, std_all with se, ci_lower, ci_upper, r2 of the item, note. The items
        of a second-order construct are its dimensions.
    correlations : DataFrame
        lhs, rhs, group, r with se, ci_lower, ci_upper, and shared, its square; note.
    htmt : DataFrame
        lhs, rhs, group, htmt, htmt2, on request with _ci_lower and _ci_upper and the number of
        resamples used, note. Constructs with items of their own.
    structure : DataFrame
        Correlation of every item with every construct.
    formative : DataFrame
        Weights and variance inflation of the parts of composites, as `Formative.frame`.
    residuals : DataFrame
        Residual correlations of all pairs of items: lhs, rhs, group, residual; largest first.
    level : float
        Of the intervals.
    draws : int
        Resamples behind the intervals of HTMT; 0 for none.
    seed : int or None
    """

    fit: Fit
    frame: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    htmt: pd.DataFrame
    structure: pd.DataFrame
    formative: pd.DataFrame
    residuals: pd.DataFrame
    level: float
    draws: int
    seed: int | None

    def fornell_larcker(self, group: int = 1) -> pd.DataFrame:
        """Square roots of AVE on the diagonal, correlations of constructs below.

        Parameters
        ----------
        group : int
            Counts from 1.

        Returns
        -------
        DataFrame
            Empty above the diagonal, where a construct has no AVE (`frame` says why), and between
            a construct and its own dimension.

        Raises
        ------
        ArgumentError
            There is no such group.
        """
        self._check_group(group)
        names = list(constructs_of(self.fit.compiled))
        out = pd.DataFrame(np.nan, index=names, columns=names)
        own = self.frame[self.frame["group"] == group]
        for name, root in zip(own["construct"], own["sqrt_ave"], strict=True):
            out.loc[name, name] = root
        pairs = self.correlations[self.correlations["group"] == group]
        for first, second, r in zip(pairs["lhs"], pairs["rhs"], pairs["r"], strict=True):
            out.loc[second, first] = r
        return out

    def discriminant(self, cutoff: float = 0.9, *, merge: bool = False) -> pd.DataFrame:
        """Chi-square difference of each pair of constructs against a model that makes them one.

        Parameters
        ----------
        cutoff : float
            At which the correlation is fixed, with the sign of the estimate; in (0, 1].
        merge : bool
            Merge the two into one construct in the place of fixing their correlation.

        Returns
        -------
        DataFrame
            lhs, rhs, r, df and chisq of the restricted model, chisq_diff, df_diff, pvalue, note.

        Raises
        ------
        ArgumentError
            A cut-off outside (0, 1].
        EstimationError
            Fewer than two constructs, several groups, constraints among the parameters, or a
            measurement model without a minimum.

        Notes
        -----
        See `scrm_model.measurement.discriminant`. Every pair is a fit of its own.
        """
        if not 0 < cutoff <= 1:
            raise ArgumentError(
                f"cutoff= needs a correlation above 0, at most 1; got {cutoff!r}. Give 0.9, or 1."
            )
        return difference_tests(self.fit, float(cutoff), merge)

    def large_residuals(self, above: float | None = None) -> pd.DataFrame:
        """Pairs of items whose correlation the model misses by much.

        Parameters
        ----------
        above : float, optional
            In absolute value; by default the conventional .10.

        Returns
        -------
        DataFrame
            As `residuals`.
        """
        limit = SCALE_CUT_OFFS["residual"][0].value if above is None else above
        large = self.residuals["residual"].abs() > limit
        return self.residuals[large].reset_index(drop=True)

    def cross_loadings(self, minimum: float = 3.84) -> pd.DataFrame:
        """What items would load on constructs that they do not belong to.

        Parameters
        ----------
        minimum : float
            Smallest modification index listed.

        Returns
        -------
        DataFrame
            construct, item, group, mi (expected fall of chi-square), epc and sepc_all (the loading
            to expect, raw and standardised), structure (correlation of the two as the model has
            it); largest first.

        Raises
        ------
        EstimationError
            In two stages, where there are no such indices.
        """
        return cross_loadings(self.fit, self.structure, minimum)

    @property
    def conventions(self) -> pd.DataFrame:
        """Cut-offs that readers expect: measure, relation, value, source, reference."""
        return conventions_frame(self._measures)

    @property
    def _measures(self) -> list[str]:
        return [*MEASURES, *(["vif"] if len(self.formative) else [])]

    def _check_group(self, group: int) -> None:
        if group not in range(1, len(self.fit.samples) + 1):
            raise ArgumentError(
                f"group= needs a number from 1 to {len(self.fit.samples)}; got {group!r}. Groups "
                "count from 1, in the order of Fit.table.groups."
            )

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of constructs, loadings and ratios, then the conventions."""
        told = []
        if self.fit._cov is None:
            told.append("No intervals by the model: the fit has no standard errors.")
        for head, frame, columns in (
            ("{}", self.frame, ["construct"]),
            ("{} =~ {}", self.loadings, ["construct", "item"]),
            ("{} with {}", self.correlations, ["lhs", "rhs"]),
            ("HTMT {}, {}", self.htmt, ["lhs", "rhs"]),
            ("{} <~ {}", self.formative, ["construct", "item"]),
        ):
            said = frame[frame["note"] != ""]
            names = said[columns].itertuples(index=False)
            told += [f"{head.format(*n)}: {t}." for n, t in zip(names, said["note"], strict=True)]
        told += [conventions_note(self._measures), FORNELL_LARCKER]
        return tuple(dict.fromkeys(told))

    def _tables(self) -> list[tuple[str, pd.DataFrame, bool]]:
        share = f"{self.level:.0%}"
        tables = [
            ("Standardised loadings", self.loadings.drop(columns="note"), False),
            ("Convergent validity", self.frame.drop(columns="note"), False),
        ]
        for group in range(1, len(self.fit.samples) + 1):
            which = f", group {group}" if len(self.fit.samples) > 1 else ""
            title = f"Fornell-Larcker: square root of AVE, correlations [{share} interval]{which}"
            tables.append((title, self._with_intervals(group), True))
        title = f"HTMT [{share} percentiles of {self.draws} resamples]" if self.draws else "HTMT"
        tables.append((title, self.htmt.drop(columns="note"), False))
        tables.append(("Correlations of items with constructs", self.structure, False))
        if len(self.formative):
            own = self.formative.drop(columns="note")
            tables.append(("Formative blocks: standardised weights", own, False))
        if len(large := self.large_residuals()):
            tables.append(("Residual correlations above .10 in size", large, False))
        return tables

    def _with_intervals(self, group: int) -> pd.DataFrame:
        out = self.fornell_larcker(group).map(lambda x: "" if pd.isna(x) else f"{x:.3f}")
        pairs = self.correlations[self.correlations["group"] == group]
        columns = (pairs[c] for c in ("lhs", "rhs", "r", "ci_lower", "ci_upper"))
        for first, second, r, low, high in zip(*columns, strict=True):
            if not np.isnan(low):
                out.loc[second, first] = f"{r:.3f} [{low:.3f}, {high:.3f}]"
        return out

    def __repr__(self) -> str:
        parts = [text(title, frame, index=index) for title, frame, index in self._tables()]
        return "\n\n".join([*parts, *(["\n".join(self.notes)] if self.notes else [])])

    def _repr_html_(self) -> str:
        *first, last = self._tables()
        parts = [html(title, frame, index=index) for title, frame, index in first]
        return "".join([*parts, html(last[0], last[1], self.notes, last[2])])


def validity(
    fit: Fit,
    *,
    draws: int = 0,
    seed: int | None = None,
    level: float = 0.95,
    interval: str = "logit",
) -> Validity:
    """Whether the constructs of a fit are measured by their items, and are distinct.

    Parameters
    ----------
    fit : Fit
        Converged, with at least one latent variable.
    draws : int
        Resamples for the percentile intervals of HTMT and HTMT2; 0 for no intervals. With ordinal
        items every resample has its own polychoric correlations, which takes its time.
    seed : int, optional
        The same seed gives the same intervals.
    level : float
        Of all intervals.
    interval : {"logit", "wald"}
        Of the correlations of constructs: ``"logit"`` keeps their limits within [-1, 1] (Fisher's
        z, which is half a logit of (1 + r) / 2), ``"wald"`` is estimate plus and minus z errors.
        Loadings may lie beyond 1 and have Wald intervals.

    Returns
    -------
    Validity

    Raises
    ------
    ArgumentError
        `fit` is no result of `fit()` or has no latent variable; impossible `draws` or `level`;
        another interval.
    EstimationError
        The fit did not converge.

    Notes
    -----
    Loadings, AVE and correlations are those of the model, in a structural model those that its
    paths imply; HTMT and HTMT2 are of the sample alone. Formulas and sources stand in
    `scrm_model.measurement.standing`, `scrm_model.measurement.htmt` and
    `scrm_model.measurement.coefficients`.
    """
    check_fit(fit, "validity()", level)
    if int(draws) != draws or draws < 0 or draws == 1:
        raise ArgumentError(
            f"draws= needs 0, or a whole number of at least 2; got {draws!r}. 2000 is usual."
        )
    one_of("interval", interval, INTERVALS)
    correlations = correlation_frame(fit, level, interval)
    return Validity(
        fit, convergent_frame(fit, correlations), loadings_frame(fit, level), correlations,
        htmt_frame(fit, int(draws), seed, level), structure_frame(fit), formative_frame(fit, level),
        residual_frame(fit), level, int(draws), seed,
    )  # fmt: skip
