"""The result of `invariance()`: the table, what was released, differences of latent means."""

from dataclasses import dataclass, replace

import pandas as pd

from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.worded import Told, Worded
from scrm_model.inference.words import spoken
from scrm_model.measurement.invariance.ask import check_partial
from scrm_model.measurement.invariance.climb import TRAIL, Climb
from scrm_model.measurement.invariance.levels import held_text
from scrm_model.measurement.invariance.means import mean_differences
from scrm_model.measurement.invariance.rows import table
from scrm_model.measurement.invariance.search import Search
from scrm_model.measurement.invariance.told import notes_of
from scrm_model.measurement.invariance.words import TITLE, means_title, worded
from scrm_model.measurement.invariance.words import TRAIL as RELEASED
from scrm_model.measurement.show import html, readable, text
from scrm_model.measurement.side_by_side import Kinds
from scrm_model.study.records import Text

_WITH_MEANS = ("scalar", "scalar.first", "strict")
_MEANS = ["construct", "label", "est", "se", "z", "pvalue", "d", "d_ci_lower", "d_ci_upper"]


@dataclass(frozen=True, eq=False, repr=False)
class Invariance(Told):
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
    _said: dict[str, Text]
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
        early = ("metric", "thresholds") if of.cuts and not of.freed else ()
        wanted = (*_WITH_MEANS, *early)
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
                f"reason= needs words; got {reason!r}. Say why the item differs between the "
                "groups: a release without a reason is a fit to this sample."
            )
        asked = self._climb.asked
        name = "".join(str(parameter).split())
        found = {t["parameter"]: t["reason"] for t in self._climb.trail}
        given = {**found, name: reason.strip()}
        return made(
            replace(self._climb, asked=replace(asked, given=given, search=Search()), fits={},
                    released={}, trail=[], stops=[]),
            self.groups, self.level, self._means,
        )  # fmt: skip

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know: form of the measures, conventions, releases, single levels.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        told = notes_of(self._said, self.groups, self.kinds, self._climb)
        return spoken(told, lang)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``levels``, ``released`` and ``means``."""
        shown = self.frame.drop(columns=["aic", "bic", "tli_diff", "note"])
        if not (shown["released"] != "").any():
            shown = shown.drop(columns="released")
        tables = [worded("levels", TITLE, shown)]
        if len(self.trail):
            tables.append(worded("released", RELEASED, self.trail.drop(columns="note")))
        if self._means and self._means_level:
            means = self.means[self.means["group"] > 1]
            first = next(iter(self.groups))
            tables.append(worded("means", means_title(first), means[_MEANS], self.level))
        return tuple(tables)

    def __repr__(self) -> str:
        parts = [text(str(t.title), readable(t.frame)) for t in self.worded()]
        return "\n\n".join([*parts, "\n".join(self.notes())])

    def _repr_html_(self) -> str:
        *first, last = [(str(t.title), readable(t.frame)) for t in self.worded()]
        parts = [html(title, frame) for title, frame in first]
        return "".join([*parts, html(last[0], last[1], self.notes())])


def made(climb: Climb, groups: dict[str, int], level: float, means: bool) -> Invariance:
    """Do the work and put the result together.

    Parameters
    ----------
    climb : Climb
        Fresh.
    groups : dict of str to int
        Rows of each group, the reference first.
    level : float
        Of the intervals.
    means : bool
        Show differences of latent means.
    """
    _check(climb)
    climb.run()
    frame, kinds, said = table(climb.fits, climb.released, climb.asked.method)
    held = {name: held_text(climb.of, name).get("en") for name in climb.fits}
    rows = [row | {"note": str(row["note"] or "")} for row in climb.trail]
    trail = pd.DataFrame(rows, columns=list(TRAIL))
    return Invariance(frame, climb.fits, trail, held, groups, kinds, level, said, climb, means)


def _check(climb: Climb) -> None:
    """Refuse releases that release nothing, and residual variances without a scale."""
    asked, of = climb.asked, climb.of
    rows = {v.name: v for v in climb.base.table.parameters if v.group == 1}
    for argument, names in (("partial", asked.given), ("reasons", asked.reasons)):
        check_partial(list(names), argument, list(rows))
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
                f"partial= needs loadings that are estimated; got '{name}', which is fixed and "
                "sets the scale of its construct. Fix another item (write NA* before this one and "
                "1* before the other), or use std_lv=True."
            )
