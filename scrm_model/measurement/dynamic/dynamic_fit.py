"""Fit in context: what SRMR, RMSEA and CFI come to where this model is somewhat wrong."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, EstimationError, NotAvailableError
from scrm_model.estimation.implied.compiled import LAMBDA
from scrm_model.estimation.resample import BLOCK
from scrm_model.estimation.result import Fit
from scrm_model.estimation.workers import Block, blocks_of, run_blocks, seed_sequence
from scrm_model.inference.worded import Told, Worded
from scrm_model.inference.words import spoken
from scrm_model.measurement.conventions import CUT_OFFS
from scrm_model.measurement.dynamic.indices import INDICES
from scrm_model.measurement.dynamic.misfit import Level, Solution, levels_of
from scrm_model.measurement.dynamic.replicates import (
    normal_replicates,
    ordinal_replicates,
    population_of,
    shown_indices,
)
from scrm_model.measurement.dynamic.words import lost_text, notes_of, title, worded
from scrm_model.measurement.parts import matrices_of
from scrm_model.measurement.reliability import check_fit
from scrm_model.measurement.scales import constructs_of
from scrm_model.measurement.show import html, text
from scrm_model.study.records import Text

RATES = (0.05, 0.10)  # error rates that are tried, the stricter first
_BIGGER_IS_BETTER = np.array([False, False, True])  # in the order of INDICES


@dataclass(frozen=True, eq=False, repr=False)
class DynamicFit(Told):
    """Cut-offs that were simulated for one model and one number of cases.

    Attributes
    ----------
    fit : Fit
    frame : DataFrame
        A row for each level and index: level (0 where the model is right), added (what the model
        leaves out beyond the level before), index, value (of the fit), cutoff, rate (of errors of
        either kind that the cut-off has, .05 or .10; at level 0 the share of right models beyond
        it), reached (whether the fit is at or beyond it), convention, source (Hu & Bentler), note.
    distributions : dict of int to DataFrame
        The indices of the replicates with a minimum, by level.
    draws : int
        Replicates of each level.
    seed : int or None
    levels : tuple of Level
        The populations, the right one first.
    told : tuple of Text
        What a reader must know, in English and French.
    """

    fit: Fit
    frame: pd.DataFrame
    distributions: dict[int, pd.DataFrame]
    draws: int
    seed: int | None
    levels: tuple[Level, ...]
    told: tuple[Text, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Cut-offs by level, and the indices of the fit in the last row."""
        wide = self.frame.pivot(index="level", columns="index", values="cutoff")[list(INDICES)]
        wide.index = pd.Index([f"level {k}" for k in wide.index])
        wide.loc["Hu & Bentler (1999)"] = [CUT_OFFS[k].value for k in INDICES]
        own = self.frame.drop_duplicates("index").set_index("index")["value"]
        wide.loc["this fit"] = own[list(INDICES)]
        wide.columns.name = None
        return wide

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know: what each level leaves out, what was lost, what it is not.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        return spoken(self.told, lang)

    def worded(self) -> tuple[Worded, ...]:
        """Its tables with their words: ``cut_offs`` and ``each``."""
        whole = title(self.fit.nobs, self.draws)
        return worded(self.table, self.frame, whole, self.levels)

    def __repr__(self) -> str:
        return text(*self._shown(), index=True)

    def _repr_html_(self) -> str:
        return html(*self._shown(), index=True)

    def _shown(self) -> tuple[str, pd.DataFrame, tuple[str, ...]]:
        return str(title(self.fit.nobs, self.draws)), self.table, self.notes()


def dynamic_fit(
    fit: Fit,
    draws: int | None = None,
    seed: int | None = None,
    *,
    n_jobs: int | None = None,
    progress: bool = False,
) -> DynamicFit:
    """Simulate cut-offs for the fit indices of a model [mcneish2023]_.

    Parameters
    ----------
    fit : Fit
        One group, with at least one factor.
    draws : int, optional
        Replicates of each level; 500 by default, 200 with ordinal variables.
    seed : int, optional
    n_jobs : int, optional
        Workers as joblib counts them; None is one, or what ``joblib.parallel_config`` says.
    progress : bool
        Show a progress bar.

    Returns
    -------
    DynamicFit

    Raises
    ------
    ArgumentError
        No fit with latent variables, or fewer than 50 draws.
    NotAvailableError
        The model has no degrees of freedom, several groups, fixed predictors, or no factor whose
        items it could be wrong about.
    EstimationError
        Without a minimum, or if fewer than half of the replicates have one.

    Notes
    -----
    Samples of the fit's size are drawn from the population that the fit implies, and from
    populations in which the model leaves something out (`scrm_model.measurement.dynamic.misfit`).
    The model is fitted to each. A cut-off of level k is the value beyond which lie 95 % of the
    samples of level k and at most 5 % of those of level 0; else 90 and 10 %; else there is none.
    Continuous variables are drawn from a normal distribution; answers on points that were
    analysed as continuous are so too, and their cut-offs are those of normal variables. Cells do
    not go missing. Robust estimators are compared by their plain indices. Ordinal variables are cut
    at the fit's thresholds, and their indices are the scaled ones.

    References
    ----------
    .. [mcneish2023] McNeish, D., & Wolf, M. G. (2023). Dynamic fit index cutoffs for confirmatory
       factor analysis models. Psychological Methods, 28, 61-88.
    """
    check_fit(fit, "dynamic_fit()", 0.95)
    ordinal = bool(fit.settings.ordered)
    count = (200 if ordinal else 500) if draws is None else draws
    if isinstance(count, bool) or int(count) != count or count < 50:
        raise ArgumentError(
            f"draws= needs a whole number of at least 50; got {draws!r}. A cut-off is the value of "
            "the twentieth of the replicates from the end."
        )
    _check(fit)
    levels = levels_of(_solution(fit))
    if len(levels) == 1:
        raise NotAvailableError(
            "dynamic_fit() needs a model that can be wrong about its items; this one has too few. "
            "Two factors with items of their own, or one with four items, are the least."
        )
    populations = [population_of(fit, level) for level in levels]
    children = seed_sequence(seed).spawn(len(levels))
    blocks = [
        Block(b.first, b.size, b.seed, of)
        for of, child in zip(populations, children, strict=True)
        for b in blocks_of(int(count), 20 if ordinal else BLOCK, child)
    ]
    task = ordinal_replicates if ordinal else normal_replicates
    done = run_blocks(task, blocks, n_jobs=n_jobs, progress=progress, label="dynamic fit")
    if done.interrupted:
        raise KeyboardInterrupt
    found = {
        level.level: np.concatenate(
            [r for b, r in zip(blocks, done.results, strict=True) if b.what.level is level]
        )
        for level in levels
    }
    frame, lost = _judged(fit, levels, found, int(count))
    return DynamicFit(fit, frame, {
        k: pd.DataFrame(v[np.isfinite(v).all(axis=1)], columns=list(INDICES))
        for k, v in found.items()
    }, int(count), seed, levels, notes_of(levels, lost))  # fmt: skip


def _check(fit: Fit) -> None:
    why = ""
    if fit.df == 0:
        why = "degrees of freedom; this model has none and fits perfectly"
    elif len(fit.samples) > 1:
        why = "one group; this fit has several. Fit them one by one"
    elif len(fit.compiled.exogenous_observed):
        why = "random predictors; this fit has fixed ones. Fit with fixed_x=False"
    elif not fit.settings.ordered and not fit.settings.discrepancy.likelihood:
        why = f"a likelihood or ordinal variables; got {fit.settings.estimator}. Fit by ML"
    elif fit.nobs <= fit.compiled.p:
        why = "more cases than variables"
    if why:
        raise NotAvailableError(f"dynamic_fit() needs {why}.")


def _solution(fit: Fit) -> Solution:
    """What the populations are made from: factors with items that no other factor has."""
    model = fit.compiled
    implied = fit.bread.implied[0]
    sigma, latent = implied.sigma[0], implied.latent_cov[0]
    names = [
        name
        for name, c in constructs_of(model).items()
        if c.depth >= 1 and any(i in model.observed and i not in c.shared for i in c.indicators)
    ]
    place = [model.latent.index(name) for name in names]
    spread, deviation = np.sqrt(np.diag(latent))[place], np.sqrt(np.diag(sigma))
    loadings = matrices_of(fit, 0, fit.theta[None])[LAMBDA][0][:, place]
    of = constructs_of(model)
    return Solution(
        model.observed,
        tuple(names),
        tuple(
            tuple(
                model.observed.index(i)
                for i in of[name].indicators
                if i in model.observed and i not in of[name].shared
            )
            for name in names
        ),
        loadings * spread / deviation[:, None],
        implied.loading_cov[0][:, place] / (deviation[:, None] * spread),
        latent[np.ix_(place, place)] / (spread[:, None] * spread),
        sigma / (deviation[:, None] * deviation),
    )


def _judged(
    fit: Fit, levels: tuple[Level, ...], found: dict[int, NDArray], draws: int
) -> tuple[pd.DataFrame, list[Text]]:
    own = shown_indices(fit)
    whole = {k: v[np.isfinite(v).all(axis=1)] for k, v in found.items()}
    rows: list[dict[str, Any]] = []
    told: list[Text] = []
    for level in levels:
        lost = draws - len(whole[level.level])
        if lost > draws / 2:
            raise EstimationError(
                f"dynamic_fit() needs a minimum in at least half of the replicates; got "
                f"{draws - lost} of {draws} at level {level.level}. The sample is too small for "
                "this model."
            )
        note = [lost_text(level.level, lost)] if lost else []
        told += note
        for i, index in enumerate(INDICES):
            cutoff, rate = _cut_off(
                whole[0][:, i], whole[level.level][:, i], bool(_BIGGER_IS_BETTER[i]), level.level
            )
            beyond = own[i] <= cutoff if _BIGGER_IS_BETTER[i] else own[i] >= cutoff
            rows.append({
                "level": level.level, "added": level.added, "index": index, "value": own[i],
                "cutoff": cutoff, "rate": rate,
                "reached": bool(beyond) if np.isfinite(cutoff) else None,
                "convention": CUT_OFFS[index].value, "source": CUT_OFFS[index].source,
                "note": str(note[0]) if note else "",
            })  # fmt: skip
    return pd.DataFrame(rows), told


def _cut_off(right: NDArray, wrong: NDArray, bigger: bool, level: int) -> tuple[float, float]:
    """A cut-off and its rate of errors; NaN where the distributions overlap too much."""
    right, wrong = (-right, -wrong) if bigger else (right, wrong)
    sign = -1.0 if bigger else 1.0
    if level == 0:
        return sign * float(np.quantile(right, 1 - RATES[0])), RATES[0]
    for rate in RATES:
        cutoff = float(np.quantile(wrong, rate))
        if cutoff >= np.quantile(right, 1 - rate):
            return sign * cutoff, rate
    return np.nan, np.nan
