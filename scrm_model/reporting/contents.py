"""What a report is made from: records that the analysis fills and the report reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from scrm_model.interviews.interviews import Interviews
    from scrm_model.study.claims import Study
    from scrm_model.survey.gathering import Gathered
    from scrm_model.survey.scales import Scales


@dataclass(frozen=True, slots=True)
class Sample:
    """Which answers were used and what was done to them.

    Attributes
    ----------
    rows : int
        Rows that came.
    used : int
        Rows in the analysis.
    left_out : int
        Rows that are not.
    missing_cells : int
        Missing answers among the items of the model, over all rows that came.
    missing_treatment : str
        ``listwise``, ``fiml`` or ``none``.
    missing_by_item : mapping of str to int
        Missing answers by item.
    log : tuple of (str or text)
        What was done to the data before, in order.
    file : str or None
        Name of the file the data came from.
    sha256 : str or None
        Its checksum.
    """

    rows: int
    used: int
    left_out: int = 0
    missing_cells: int = 0
    missing_treatment: str = "listwise"
    missing_by_item: Mapping[str, int] = field(default_factory=dict)
    log: tuple[Any, ...] = ()
    file: str | None = None
    sha256: str | None = None


def sample_of(
    frame: pd.DataFrame,
    scales: Scales,
    fitted: Any,
    log: tuple[Any, ...],
    answers: Gathered,
) -> Sample:
    """Which of the answers a fit used.

    Parameters
    ----------
    frame : DataFrame
        All rows that came.
    scales : Scales
    fitted : Fit
    log : tuple
        Entries with a ``sentence`` each.
    answers : Gathered
        Where they come from.
    """
    empty = frame[list(scales.codes)].isna().sum()
    return Sample(
        rows=len(frame),
        used=fitted.nobs,
        left_out=len(frame) - fitted.nobs,
        missing_cells=int(empty.sum()),
        missing_treatment=fitted.settings.missing.removesuffix(".x").removeprefix("robust."),
        missing_by_item={str(name): int(n) for name, n in empty.items() if n},
        log=tuple(entry.sentence for entry in log),
        file=answers.file,
        sha256=answers.sha256,
    )


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a report shows.

    Attributes
    ----------
    study : Study
        The claims.
    scales : Scales or None
        The items with their wording, if known.
    sample : Sample
        The answers.
    fit : Fit
        The structural model.
    measurement_fit : Fit or None
        The measurement model alone.
    hypotheses : DataFrame
        hypothesis, source, target, lhs, op, rhs, group, sign, est, se, z, pvalue, ci_lower,
        ci_upper, std_all, verdict, origin, references; a row for each hypothesis, or for each
        of its dimensions and groups. Intervals are of 95 per cent.
    mediation : DataFrame
        kind, group, source, target, path, est, se, ci_lower, ci_upper, pvalue, std,
        std_ci_lower, std_ci_upper; one row an effect. Empty if none was computed.
    mediation_notes : mapping
        method, interval, level, draws, draws_used, failed, inadmissible, seed.
    rivals : DataFrame or None
        model, and any of converged, admissible, comparable, chisq, df, cfi, rmsea, srmr, aic,
        bic, d_chisq, d_df, d_pvalue; one row a model.
    settings : mapping of str to object
        Options of the analysis; ``alpha`` is the level of the tests.
    choice : Choice or None
        Why this estimator: its `reasons` have a ``code``, a ``message`` and ``values``.
    reliability : Reliability or None
        Of the constructs of the measurement model.
    validity : Validity or None
        The same.
    formative : Formative or None
        Of the composites of the structural model.
    versions : mapping of str to str
        Version by program.
    problems : tuple
        Problems beyond those of the fit itself: records with ``code``, ``parameters``,
        ``message`` and ``advice``.
    interviews : Interviews or None
        What informants said, to be set beside what was found.
    descriptives : Descriptives or None
        Means, standard deviations and correlations.
    effect_sizes : DataFrame or None
        As `effect_sizes` gives it.
    mediation_types : MediationTypes or None
        As `mediation_types` gives it.
    screening : Screening or None
        Of the answers analysed.
    included : tuple
        Results that the researcher adds, in the order given.
    """

    study: Study
    scales: Scales | None
    sample: Sample
    fit: Any
    measurement_fit: Any | None
    hypotheses: pd.DataFrame
    mediation: pd.DataFrame
    mediation_notes: Mapping[str, Any] = field(default_factory=dict)
    rivals: pd.DataFrame | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    choice: Any | None = None
    reliability: Any | None = None
    validity: Any | None = None
    formative: Any | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Any, ...] = ()
    interviews: Interviews | None = None
    descriptives: Any | None = None
    effect_sizes: pd.DataFrame | None = None
    mediation_types: Any | None = None
    screening: Any | None = None
    included: tuple[Any, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the structural model has no estimates to report."""
        return not self.fit.converged
