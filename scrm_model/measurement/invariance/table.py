"""Measurement invariance across groups, in one table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.measurement.invariance import ask
from scrm_model.measurement.invariance.climb import TRAIL, Asked, Climb
from scrm_model.measurement.invariance.levels import (
    IDENTIFICATIONS,
    Measurement,
    held_text,
)
from scrm_model.measurement.invariance.means import mean_differences
from scrm_model.measurement.invariance.rows import Kinds, table
from scrm_model.measurement.invariance.search import Search
from scrm_model.measurement.invariance.told import notes_of
from scrm_model.measurement.scales import constructs_of
from scrm_model.measurement.show import html, readable, text

_WITH_MEANS = ("scalar", "scalar.first", "strict")


@dataclass(frozen=True, eq=False, repr=False)
class Invariance:
    """Levels of measurement invariance, each tested against the one before.

    Attributes
    ----------
    frame : DataFrame
        A row a level: level; chisq, df, pvalue; cfi, tli, rmsea, rmsea_ci_lower, rmsea_ci_upper
        (90 %), srmr, aic, bic; against the level above chisq_diff, df_diff, pvalue_diff, cfi_diff,
        tli_diff, rmsea_diff, srmr_diff; released (what is free at this level all the same), note.
    fits : dict of str to Fit
        By level.
    trail : DataFrame
        A row a release: step, level, parameter, how ("given" or "search"), mi, df and pvalue of its
        score test, epc, chisq and the level's pvalue_diff and cfi_diff before and after, reason,
        note.
    held : dict of str to str
        What each level holds equal, in words.
    groups : dict of str to int
        Rows of each group; the first is the reference.
    kinds : Kinds
        Which form of the measures `frame` has.
    level : float
        Of the intervals of `means`.
    """

    frame: pd.DataFrame
    fits: dict[str, Fit]
    trail: pd.DataFrame
    held: dict[str, str]
    groups: dict[str, int]
    kinds: Kinds
    level: float
    _climb: Climb
    _means: bool

    @property
    def means(self) -> pd.DataFrame:
        """Latent means against the reference group, raw and standardised (d).

        Of the scalar level, what is released there left free. Columns construct, group, label, est,
        se, z, pvalue, ci_lower, ci_upper, d, d_se, d_ci_lower, d_ci_upper, note.

        Raises
        ------
        NotAvailableError
            No level holds intercepts equal, or its fit found no minimum: means have no common
            origin.
        """
        name = self._means_level
        if not name:
            raise NotAvailableError(
                "means needs a level with equal intercepts that found a minimum; got "
                f"{', '.join(self.fits)}. Add 'scalar' to levels=: without it latent means have no "
                "common origin."
            )
        return mean_differences(self.fits[name], self.level)

    @property
    def _means_level(self) -> str:
        of = self._climb.of
        wanted = _WITH_MEANS
        if of.cuts and not of.freed:
            wanted = ("scalar", "metric", "thresholds", "strict")
        usable = [n for n in wanted if n in self.fits and self.fits[n].converged]
        return usable[0] if usable else ""

    def score_tests(self, level: str) -> pd.DataFrame:
        """What each parameter that a level newly holds equal would gain the fit if released.

        Parameters
        ----------
        level : str

        Returns
        -------
        DataFrame
            parameter, mi (chi-square of the score test, never scaled), df (groups less one),
            pvalue, epc (expected difference from the first group, the largest in size), epc_1,
            epc_2, … (expected change in each group), note; largest first.

        Raises
        ------
        ArgumentError
            There is no such level.
        """
        one_of("level", level, tuple(self.fits))
        return self._climb.scores(level, self.fits[level], self._climb.released[level])

    def release(self, parameter: str, reason: str) -> "Invariance":
        """The table with one more parameter released, written into the trail.

        Parameters
        ----------
        parameter : str
            Such as ``"visual=~x2"`` or ``"x3~1"``.
        reason : str
            Why it may differ between these groups.

        Returns
        -------
        Invariance
            A new one; this one stays as it is.

        Raises
        ------
        ArgumentError
            No such parameter, or no reason.
        """
        if not (isinstance(reason, str) and reason.strip()):
            raise ArgumentError(
                f"reason= needs words; got {reason!r}. Say why the item differs between the groups: "
                "a release without a reason is a fit to this sample."
            )
        asked = self._climb.asked
        name = "".join(str(parameter).split())
        found = {t["parameter"]: t["reason"] for t in self._climb.trail}
        given = {**found, name: reason.strip()}
        return _made(
            replace(self._climb, asked=replace(asked, given=given, search=Search()), fits={},
                    released={}, trail=[], stops=[]),
            self.groups, self.level, self._means,
        )  # fmt: skip

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know: form of the measures, conventions, releases, single levels."""
        return notes_of(self.frame, self.trail, self.held, self.groups, self.kinds, self._climb)

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        shown = self.frame.drop(columns=["aic", "bic", "tli_diff", "note"])
        if not (shown["released"] != "").any():
            shown = shown.drop(columns="released")
        tables = [("Measurement invariance", shown)]
        if len(self.trail):
            tables.append(("Released, in this order", self.trail.drop(columns="note")))
        if self._means and self._means_level:
            means = self.means[self.means["group"] > 1]
            columns = [
                "construct",
                "label",
                "est",
                "se",
                "z",
                "pvalue",
                "d",
                "d_ci_lower",
                "d_ci_upper",
            ]
            first = next(iter(self.groups))
            tables.append((f"Latent means against '{first}'", means[columns]))
        return [(title, readable(frame)) for title, frame in tables]

    def __repr__(self) -> str:
        parts = [text(title, frame) for title, frame in self._tables()]
        return "\n\n".join([*parts, "\n".join(self.notes)])

    def _repr_html_(self) -> str:
        *first, last = self._tables()
        parts = [html(title, frame) for title, frame in first]
        return "".join([*parts, html(last[0], last[1], self.notes)])


def invariance(
    model: Any,
    data: Any,
    group: str | None = None,
    *,
    ordered: Any = (),
    estimator: str | None = None,
    levels: Iterable[str] | None = None,
    partial: Iterable[str] | Mapping[str, str] = (),
    search: bool = False,
    reasons: Mapping[str, str] | None = None,
    alpha: float = 0.05,
    until: str = "pvalue",
    most: int | None = None,
    means: bool = True,
    reference: Any = None,
    identification: str = "wu.estabrook",
    method: str = "auto",
    level: float = 0.95,
    **options: Any,
) -> Invariance:
    """Whether a model measures the same in every group, level by level.

    Parameters
    ----------
    model : Model or str
        A measurement model, or one with paths (these stay free in each group).
    data : DataFrame, or dict of group to Moments
    group : str
        Column of the groups: sector, size class, kind of informant.
    ordered, estimator
        As in `fit`.
    levels : iterable of str, optional
        Of ``"configural"``, ``"thresholds"`` (ordinal items), ``"metric.first"``, ``"metric"``,
        ``"scalar.first"``, ``"scalar"``, ``"strict"``, ``"means"`` (equal latent means besides), in
        this order. By default configural, (thresholds,) metric, scalar, strict.
    partial : iterable of str, or mapping of str to str
        Parameters that differ between groups all the same, such as ``"visual=~x2"``, ``"x3~1"``,
        ``"x3|t2"`` or ``"x3~~x3"``; a mapping has a reason for each. Each is released, and
        recorded, at the first level that holds it.
    search : bool
        Where a level fails its rule, release one parameter after the other by the largest score
        test. All of it stands in `Invariance.trail`.
    reasons : mapping of str to str, optional
        Reasons for what the search may release.
    alpha : float
        Level of the search's tests.
    until : {"pvalue", "cfi"}
        The search's rule: p of the chi-square difference at least `alpha`, or CFI at most .010
        lower than at the level before.
    most : int, optional
        Releases that the search may make at one level.
    means : bool
        Show differences of latent means.
    reference : str, optional
        The group that others are compared with; by default the first that occurs.
    identification : {"wu.estabrook", "lavaan"}
        Of ordinal items, see `scrm_model.measurement.invariance.levels`; ``"lavaan"`` is what
        lavaan 0.6-14 makes of ``group.equal``.
    method : str
        Of the chi-square differences, as in `compare`.
    level : float
        Of the intervals of latent means.
    **options
        More arguments of `fit`. With ordinal items ``parameterization`` is "theta" here unless
        given: delta cannot compare residual variances.

    Returns
    -------
    Invariance

    Raises
    ------
    ArgumentError
        An option has a value that does not exist, or a release that no level of the table holds.
    DataError, MissingColumnError
        No such column, one group, rows without a group, a group too small, or an ordinal item of
        which a group lacks a category.
    ModelError
        A level cannot be estimated; the message names it.

    Warns
    -----
    MissingDataWarning, CategoryWarning, ConvergenceWarning, InadmissibleWarning
        As `fit`; those of later levels stand in the notes.

    Notes
    -----
    What each level holds: `scrm_model.measurement.invariance.levels`. The chi-square difference is
    that of `compare`: plain, scaled (Satorra & Bentler, 2001) under MLM and MLR, scaled and shifted
    (Satorra, 2000) under WLSMV. Changes of CFI, RMSEA and SRMR are printed with their conventions
    [cheung2002]_, [chen2007]_, and never turned into a verdict. Score tests:
    `scrm_model.estimation.evaluation.release`.

    References
    ----------
    .. [cheung2002] Cheung, G. W., & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for
       testing measurement invariance. Structural Equation Modeling, 9, 233-255.
    .. [chen2007] Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement
       invariance. Structural Equation Modeling, 14, 464-504.
    """
    model = ask.model_of(model)
    one_of("identification", identification, IDENTIFICATIONS)
    ask.check_options(options)
    searched = Search(bool(search), alpha, until, most)
    given, why = ask.reasons_of("partial", partial), ask.reasons_of("reasons", reasons or {})
    if not 0 < level < 1:
        raise ArgumentError(
            f"level= needs a number between 0 and 1; got {level!r}. Give 0.95 for 95 %."
        )
    ordinal = bool(ordered)
    names = ask.levels_of(levels, ordinal)
    data, sizes = ask.by_groups(data, group, reference, model)
    options = {"estimator": estimator, "ordered": ordered, **options}
    if ordinal:
        options.setdefault("parameterization", "theta")
    base = estimate(model, data, group=group, **options)
    of = Measurement(
        model, len(sizes), base.table.cuts, constructs_of(base.compiled),
        base.settings.parameterization == "theta", identification == "wu.estabrook",
    )  # fmt: skip
    asked = Asked(data, group, options, names, given, why, searched, method)
    first = next(iter(base.table.groups))
    groups = {first: sizes[first]} | sizes
    return _made(Climb(asked, of, base), groups, level, bool(means))


def _made(climb: Climb, groups: dict[str, int], level: float, means: bool) -> Invariance:
    _check(climb)
    climb.run()
    frame, kinds = table(climb.fits, climb.released, climb.asked.method)
    held = {name: held_text(climb.of, name) for name in climb.fits}
    trail = pd.DataFrame(climb.trail, columns=list(TRAIL))
    return Invariance(frame, climb.fits, trail, held, groups, kinds, level, climb, means)


def _check(climb: Climb) -> None:
    """Refuse releases that release nothing, and residual variances without a scale."""
    asked, of = climb.asked, climb.of
    rows = {v.name: v for v in climb.base.table.parameters if v.group == 1}
    for argument, names in (("partial", asked.given), ("reasons", asked.reasons)):
        ask.check_partial(list(names), argument, list(rows))
    if "strict" in asked.levels and of.cuts and not of.theta:
        raise ArgumentError(
            "parameterization= needs 'theta' to compare residual variances of ordinal items; got "
            "'delta' with levels= 'strict'. Leave one of the two out."
        )
    for name in asked.given:
        if not climb.entry(name):
            raise ArgumentError(
                f"partial= needs parameters that a level holds equal; got '{name}', which none of "
                f"{', '.join(asked.levels)} does. Leave it out, or add the level."
            )
        if "=~" in name and not rows[name].free:
            raise ArgumentError(
                f"partial= needs loadings that are estimated; got '{name}', which is fixed and sets "
                "the scale of its construct. Fix another item (write NA* before this one and 1* "
                "before the other), or use std_lv=True."
            )
