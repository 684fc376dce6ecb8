"""What a whole analysis found, and how it is shown."""

import os
import platform
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model._version import __version__
from scrm_model.estimation.choice import Choice
from scrm_model.estimation.result import Fit
from scrm_model.inference.effect_sizes import effect_sizes
from scrm_model.inference.hypotheses import SUPPORTED
from scrm_model.inference.indirect import IndirectEffects
from scrm_model.inference.mediation_types import MediationTypes, types_behind
from scrm_model.interviews.interviews import Interviews
from scrm_model.measurement.descriptives import Descriptives, descriptives
from scrm_model.measurement.formative import Formative
from scrm_model.measurement.reliability import Reliability
from scrm_model.measurement.validity import Validity
from scrm_model.reporting.contents import Contents, Sample
from scrm_model.reporting.outline import audit_of, report_tables
from scrm_model.reporting.report import write_report
from scrm_model.reporting.sections.included import check_included
from scrm_model.reporting.shortfall import Shortfall
from scrm_model.reporting.table_set import Tables
from scrm_model.reporting.views.claims import notes_of
from scrm_model.reporting.writing.audit import Audit
from scrm_model.reporting.writing.method import method_parts
from scrm_model.reporting.writing.results import result_parts
from scrm_model.reporting.writing.writing import Writing
from scrm_model.screening.result import Screening
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

_PROGRAMS = ("numpy", "scipy", "pandas")


@dataclass(frozen=True, eq=False, repr=False)
class Analysis:
    """Everything that `analyse` found.

    Attributes
    ----------
    study : Study
    scales : Scales
    sample : Sample
        Rows, missing cells, what was done to the data.
    measurement : Fit
        The measurement model: the same factors, freely correlated.
    reliability : Reliability, or None
        Of its constructs; None where it has no minimum, or `problems` says why.
    validity : Validity, or None
        The same; HTMT with intervals of as many resamples as `draws` says, 1,000 at most.
    formative : Formative, or None
        Of the composites of the structural model; None without any.
    fit : Fit
        The structural model.
    hypotheses : DataFrame
        See `hypothesis_table`.
    mediation : IndirectEffects, or None
        None where the study claims no mediation, or where it could not be tested: then the fit
        has no minimum, or `problems` says why.
    rivals : DataFrame, or None
        See `rivals`; None where the study has none, or `problems` says why.
    settings : dict
        What was asked.
    asked : dict
        Every option of the call, the seed as it was used: with the data, what repeats it.
    choice : Choice
        Estimator, treatment of missing answers and ordinal items, and why.
    problems : tuple of Shortfall
        What could not be computed although the study claims it; problems of the model itself are
        in ``fit.problems``.
    interviews : Interviews, or None
        What informants said, for the joint display of the report.
    screening : Screening, or None
        Of the answers: the one that was given, or one by conventions; None where `problems` says
        why.
    included : tuple
        What `including` added.
    """

    study: Study
    scales: Scales
    sample: Sample
    measurement: Fit
    reliability: Reliability | None
    validity: Validity | None
    formative: Formative | None
    fit: Fit
    hypotheses: pd.DataFrame
    mediation: IndirectEffects | None
    rivals: pd.DataFrame | None
    settings: dict[str, Any]
    choice: Choice
    problems: tuple[Shortfall, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)
    interviews: Interviews | None = None
    screening: Screening | None = None
    included: tuple[Any, ...] = ()

    def including(self, *results: Any) -> "Analysis":
        """The same analysis with more results in its report, its tables and its self-audit.

        Parameters
        ----------
        *results : object
            What `power`, `kmo`, `parallel_analysis`, `efa`, `purify`, `orders`, `method_bias`,
            `invariance`, `dynamic_fit`, `influence` or `compare` gives: each has a section of its
            own. Tables that `table` makes, pictures and path diagrams stand together in a last
            one. In the order given where a section holds several.

        Returns
        -------
        Analysis
            A new value; this one stays as it is.

        Raises
        ------
        ArgumentError
            A result that the report has no section for.

        Examples
        --------
        >>> bias = scrm.method_bias(analysis.measurement)  # doctest: +SKIP
        >>> analysis.including(bias).report("report.html")  # doctest: +SKIP
        """
        return replace(self, included=(*self.included, *check_included(results)))

    def methods(self, lang: str = "en") -> Writing:
        """The methods paragraphs: answers, measures, estimation, tests, software, with citations.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        Writing
            ``print()`` shows the paragraphs; ``["data"]`` gives one of them.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return Writing(method_parts(self.contents()), lang)

    def results(self, lang: str = "en") -> Writing:
        """The results in words: a text for each hypothesis and mediation claim, and for the rest.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        Writing
            ``["H1"]``, ``["M1"]``, ``["measurement"]``, ``["fit"]``, ``["r2"]``, ``["rivals"]``.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return Writing(result_parts(self.contents()), lang)

    def audit(self, lang: str = "en") -> Audit:
        """What the reporting standards ask, where the report has it, and what is left for whom.

        Parameters
        ----------
        lang : {"en", "fr"}

        Returns
        -------
        Audit
            `Audit.frame` has a row for each point.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return audit_of(self.contents(), lang)

    def report(self, path: str | os.PathLike[str], lang: str = "en") -> Path:
        """Write the report to a file.

        Parameters
        ----------
        path : str or path
            A name ending in .html (one self-contained page), .docx (Word) or .tex (LaTeX, with
            its figures beside it as PDF).
        lang : {"en", "fr"}

        Returns
        -------
        Path
            The file written.

        Raises
        ------
        ArgumentError
            Unknown language or ending, a folder that does not exist, or a file that cannot be
            written.
        """
        return write_report(self.contents(), Path(path), lang)

    def tables(self, lang: str = "en") -> Tables:
        """Every table of the report by name, to be saved in any form.

        Parameters
        ----------
        lang : {"en", "fr"}
            The language in which they are shown and saved unless another is asked for.

        Returns
        -------
        Tables
            Such as ``descriptives``, ``measurement``, ``fit``, ``r2``, ``effect_sizes``,
            ``hypotheses``, ``mediation``, ``mediation_types`` and ``rivals``, as far as the study
            has them.

        Raises
        ------
        ArgumentError
            Unknown language.
        """
        return Tables(report_tables(self.contents(), lang), lang)

    @cached_property
    def descriptives(self) -> Descriptives:
        """Means, standard deviations and correlations of the items."""
        return descriptives(self.fit)

    @cached_property
    def effect_sizes(self) -> pd.DataFrame | None:
        """f² of every path; see `effect_sizes`. None without a minimum or without paths."""
        return effect_sizes(self.fit) if self.fit.converged and self.study.hypotheses else None

    @cached_property
    def mediation_types(self) -> MediationTypes | None:
        """Types of mediation; see `mediation_types`.

        From the effects of `mediation` where all pairs have a direct path. Otherwise direct paths
        are added and intervals are by Monte Carlo, with the analysis' seed and level. None where
        `mediation` is, or where the model with these paths cannot be estimated.
        """
        return None if self.mediation is None else types_behind(self.mediation, self.fit)

    def contents(self) -> Contents:
        """What a report shows."""
        effects = self.mediation
        return Contents(
            study=self.study,
            scales=self.scales,
            sample=self.sample,
            fit=self.fit,
            measurement_fit=self.measurement,
            hypotheses=self.hypotheses,
            mediation=pd.DataFrame() if effects is None else effects.frame,
            mediation_notes={} if effects is None else notes_of(effects),
            rivals=self.rivals,
            settings=self.settings,
            choice=self.choice,
            reliability=self.reliability,
            validity=self.validity,
            formative=self.formative,
            versions=_versions(),
            problems=self.problems,
            interviews=self.interviews,
            descriptives=self.descriptives,
            effect_sizes=self.effect_sizes,
            mediation_types=self.mediation_types,
            screening=self.screening,
            included=self.included,
        )

    def summary(self) -> str:
        """Sample, fit, reliability, hypotheses and mediation as plain text."""
        parts = [
            repr(self),
            self.fit.summary(),
            "",
            str(self.choice),
            "",
            *(() if self.reliability is None else (repr(self.reliability), "")),
            self.hypotheses.drop(columns="references").to_string(
                index=False, float_format="{:.3f}".format, na_rep=""
            ),
        ]
        if self.mediation is not None:
            parts += ["", repr(self.mediation)]
        parts += [f"\n{problem}" for problem in self.problems]
        return "\n".join(parts)

    def __repr__(self) -> str:
        supported = int((self.hypotheses["verdict"] == SUPPORTED).sum())
        used = f"{self.sample.used} of {self.sample.rows} rows used"
        if self.sample.left_out:
            listwise = self.sample.missing_treatment == "listwise"
            why = "incomplete" if listwise else "without any answer"
            used += f" ({self.sample.left_out} {why}, left out)"
        return (
            f"Analysis of '{self.study.name.get('en')}': {used}; "
            f"{supported} of {len(self.hypotheses)} hypotheses supported; {self.fit!r}"
        )

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(repr(self))}</p>"]
        found = (*self.fit.problems, *self.problems)
        told = "".join(f"<li>{escape(str(p))}</li>" for p in found)
        parts += [f"<ul>{told}</ul>"] if told else []
        shown = self.hypotheses.drop(columns=["lhs", "op", "rhs", "references"])
        parts.append(shown.to_html(index=False, float_format="{:.3f}".format, na_rep=""))
        if self.mediation is not None:
            parts.append(self.mediation._repr_html_())
        return "".join(parts)


def _versions() -> dict[str, str]:
    found = {"scrm_model": __version__, "Python": platform.python_version()}
    return found | {name: version(name) for name in _PROGRAMS}
