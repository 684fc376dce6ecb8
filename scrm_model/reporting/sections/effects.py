"""The sections that test the claims: hypotheses, mediation, the diagram, rival models."""

from collections.abc import Iterator
from typing import Any

from scrm_model.reporting.blocks import Figure, Paragraph, Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.diagram import path_diagram
from scrm_model.reporting.language import phrase
from scrm_model.reporting.naming import level, names
from scrm_model.reporting.tables import Table
from scrm_model.reporting.views.about import estimated
from scrm_model.reporting.views.claims import (
    effects_notes,
    effects_table,
    hypotheses_table,
    rivals_table,
    types_table,
)


def hypotheses_section(contents: Contents) -> Section:
    """Return the test of every hypothesis."""
    if contents.failed:
        return Section("hypotheses", (Paragraph((phrase("hypotheses.failed"),)),))
    if not len(contents.hypotheses):
        return Section("hypotheses", ())
    alpha = float(contents.settings.get("alpha", 0.05))
    table = hypotheses_table(contents.hypotheses, alpha, (estimated(contents.fit),))
    return Section("hypotheses", (table,))


def mediation_section(contents: Contents) -> Section:
    """Return every specific indirect effect, their sums and the total effects."""
    if contents.failed:
        claimed = bool(contents.study.mediations)
        return Section("mediation", (Paragraph((phrase("mediation.failed"),)),) if claimed else ())
    if not len(contents.mediation):
        return Section("mediation", ())
    notes = (estimated(contents.fit), *effects_notes(contents.mediation_notes))
    effects = effects_table(contents.mediation, level(contents), notes)
    return Section("mediation", (effects, *_types(contents)))


def diagram_section(contents: Contents) -> Section:
    """Return the path diagram."""
    key = "diagram.caption_failed" if contents.failed else "diagram.caption"
    full = names(contents)
    figure = Figure(phrase(key), lambda lang: path_diagram(contents.fit, lang=lang, names=full))
    return Section("diagram", (figure,))


def rivals_section(contents: Contents) -> Section:
    """Return the study's model beside its rivals."""
    rivals = contents.rivals
    if rivals is None or not len(rivals) or contents.failed:
        return Section("rivals", ())
    named: dict[str, Any] = {rival.id: rival.name for rival in contents.study.alternatives}
    return Section("rivals", (rivals_table(rivals, named, (estimated(contents.fit),)),))


def _types(contents: Contents) -> Iterator[Table]:
    """The types of mediation, where they were told."""
    if contents.mediation_types is not None:
        yield types_table(contents.mediation_types)
