"""The report as a whole: its sections in order, its tables by name, its self-audit."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from scrm_model.reporting.blocks import Section, laid_open
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.joint import joint_section
from scrm_model.reporting.sections import answers, closing, effects, opening, quality, results
from scrm_model.reporting.sections.included import included_section
from scrm_model.reporting.tables import Table
from scrm_model.reporting.writing.audit import Audit, audit

BODY: tuple[Callable[[Contents], Section], ...] = (
    opening.problems_section,
    opening.verdict_section,
    opening.study_section,
    partial(included_section, "power"),
    answers.sample_section,
    answers.screening_section,
    answers.descriptives_section,
    partial(included_section, "exploratory"),
    results.measurement_section,
    quality.reliability_section,
    quality.validity_section,
    partial(included_section, "orders"),
    partial(included_section, "method_bias"),
    partial(included_section, "invariance"),
    results.fit_section,
    partial(included_section, "dynamic_fit"),
    partial(included_section, "influence"),
    results.r2_section,
    effects.hypotheses_section,
    effects.diagram_section,
    effects.mediation_section,
    effects.rivals_section,
    partial(included_section, "comparison"),
    joint_section,
    partial(included_section, "more"),
    closing.written_section,
    closing.method_section,
)
"""The report in order, but for the audit of it and the works it cites."""


def sections_of(contents: Contents) -> list[Section]:
    """Return the sections that have something to say, in order."""
    body = _body(contents)
    audited = closing.audit_section(audit(contents, {section.name for section in body}))
    return [*body, audited, *_present(closing.references_section(contents))]


def audit_of(contents: Contents, lang: str = "en") -> Audit:
    """Return the self-audit of a report: what the standards ask, and which section has it.

    Parameters
    ----------
    contents : Contents
    lang : {"en", "fr"}

    Raises
    ------
    ArgumentError
        There are no words in `lang`.
    """
    return audit(contents, {section.name for section in _body(contents)}, lang)


def report_tables(contents: Contents, lang: str = "en") -> dict[str, Table]:
    """Return every table of the report by name, in order.

    Parameters
    ----------
    contents : Contents
        The report's contents.
    lang : str
        The language in which each is shown unless another is asked for.

    Returns
    -------
    dict of str to Table
        A table has the name of its section, or of what it shows where the section has several.
    """
    found: dict[str, Table] = {}
    for section in sections_of(contents):
        for block in laid_open(section.blocks):
            if isinstance(block, Table):
                name = block.name or section.name
                again = sum(1 for known in found if known.split("-")[0] == name)
                found[f"{name}-{again + 1}" if again else name] = replace(block, lang=lang)
    return found


def _body(contents: Contents) -> list[Section]:
    return [section for make in BODY for section in _present(make(contents))]


def _present(section: Section) -> list[Section]:
    return [section] if section.blocks else []
