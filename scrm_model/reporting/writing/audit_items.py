"""The points of the self-audit: what each asks, and how an analysis knows whether it is met.

The points follow Table 7 of JARS–Quant, the reporting standards of the American Psychological
Association for studies with structural equation models [appelbaum2018]_, in words of our own, which
stand in the catalogue under ``audit.on.<key>``.

References
----------
.. [appelbaum2018] Appelbaum, M., Cooper, H., Kline, R. B., Mayo-Wilson, E., Nezu, A. M., & Rao,
   S. M. (2018). Journal article reporting standards for quantitative research in psychology: The
   APA Publications and Communications Board task force report. American Psychologist, 73, 3-25.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scrm_model.reporting.contents import Contents

REPORTED, PART, MISSING, AUTHOR, NONE = "reported", "part", "missing", "author", "none"
STATES = (REPORTED, PART, MISSING, AUTHOR, NONE)
"""There; there in part; not there; a thing that only the author knows; not asked of this study."""

Check = Callable[[Contents, bool], str]
"""The state of a point, from the contents and whether its first section is in the report."""


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the audit.

    Attributes
    ----------
    key : str
        Its texts are ``audit.on.<key>.item`` and, where something may be left to do,
        ``audit.on.<key>.add``.
    place : str
        Part of the article: ``opening``, ``introduction``, ``method``, ``results``, ``discussion``.
    sections : tuple of str
        Sections of the report where it stands, or from which the author can draw. It stands nowhere
        if the first of them is not there.
    check : callable
    """

    key: str
    place: str
    sections: tuple[str, ...]
    check: Check


def _there(_: Contents, present: bool) -> str:
    return REPORTED if present else MISSING


def _partly(_: Contents, present: bool) -> str:
    return PART if present else MISSING


def _author(_: Contents, present: bool) -> str:
    return AUTHOR


def _estimated(contents: Contents, present: bool) -> str:
    return REPORTED if present and not contents.failed else MISSING


def _partly_estimated(contents: Contents, present: bool) -> str:
    return PART if present and not contents.failed else MISSING


def _measures(contents: Contents, present: bool) -> str:
    return PART if present and contents.scales is not None else MISSING


def _missing(contents: Contents, present: bool) -> str:
    return PART if contents.sample.missing_cells else REPORTED


def _distribution(contents: Contents, present: bool) -> str:
    reasons = contents.choice.reasons if contents.choice else ()
    if present:
        return REPORTED
    told = {"normal", "not_normal", "skewed", "skewed_but_few_cases"}
    return PART if any(reason.code in told for reason in reasons) else MISSING


def _local(contents: Contents, present: bool) -> str:
    can = hasattr(contents.fit, "residual_table") and contents.fit.measures.get("df", 0) != 0
    return PART if present and not contents.failed and can else MISSING


def _indirect(contents: Contents, present: bool) -> str:
    if not contents.study.mediations:
        return NONE
    return REPORTED if present and not contents.failed and len(contents.mediation) else MISSING


ITEMS = (
    Item("title", "opening", (), _author),
    Item("abstract", "opening", ("fit", "results"), _author),
    Item("theory", "introduction", ("study",), _partly),
    Item("direction", "introduction", ("study",), _author),
    Item("plan", "introduction", (), _author),
    Item("participants", "method", ("sample", "screening"), _author),
    Item("occasions", "method", (), _author),
    Item("measures", "method", ("measurement",), _measures),
    Item("reliability", "method", ("reliability", "validity", "results"), _there),
    Item("size", "method", ("sample",), _partly),
    Item("simulated", "method", ("sample",), _author),
    Item("missing", "results", ("sample", "screening"), _missing),
    Item("treatment", "results", ("sample", "method"), _there),
    Item("distribution", "results", ("screening", "method"), _distribution),
    Item("changed", "results", ("sample",), _partly),
    Item("summary", "results", ("descriptives",), _there),
    Item("approach", "results", ("rivals",), _author),
    Item("diagram", "results", ("diagram",), _there),
    Item("specification", "results", ("method",), _partly),
    Item("rationale", "results", ("study", "measurement"), _author),
    Item("estimation", "results", ("method",), _there),
    Item("solution", "results", ("method", "problems"), _there),
    Item("global_fit", "results", ("fit", "results"), _estimated),
    Item("local_fit", "results", ("results",), _local),
    Item("rivals", "results", ("rivals", "results"), _estimated),
    Item("respecified", "results", (), _author),
    Item("estimates", "results", ("measurement", "hypotheses", "results"), _partly_estimated),
    Item("significance", "results", ("method", "hypotheses"), _estimated),
    Item("indirect", "results", ("mediation", "results"), _indirect),
    Item("explained", "results", ("r2", "results"), _estimated),
    Item("summary_of_changes", "discussion", (), _author),
    Item("equivalent", "discussion", ("rivals",), _author),
    Item("limits", "discussion", (), _author),
)
