"""The sections that close the report: results in words, method, self-audit, works cited."""

from typing import Any

import pandas as pd

from scrm_model.reporting.blocks import Bullets, Fold, Paragraph, Section
from scrm_model.reporting.citing import references
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import has_text, phrase
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.writing.audit import Audit, audit
from scrm_model.reporting.writing.cite import keys_in
from scrm_model.reporting.writing.method import method_parts
from scrm_model.reporting.writing.results import result_parts


def method_section(contents: Contents) -> Section:
    """Return how it was done, in paragraphs, with settings and versions."""
    paragraphs = [Paragraph(part.sentences) for part in method_parts(contents)]
    settings = _settings_table(contents)
    return Section("method", (*paragraphs, Fold(settings.title, (settings,))))


def written_section(contents: Contents) -> Section:
    """Return the results in words, a paragraph for each claim."""
    parts = result_parts(contents)
    return Section("results", tuple(Paragraph((p.lead, *p.sentences)) for p in parts))


def audit_section(found: Audit) -> Section:
    """Return what the reporting standards ask, and where it stands."""
    return Section("audit", (Paragraph(found.summary), Fold(found.table.title, (found.table,))))


def _settings_table(contents: Contents) -> Table:
    settings = contents.fit.settings
    options = {
        name: getattr(settings, name)
        for name in ("estimator", "missing", "se", "test", "backend")
        if hasattr(settings, name)
    }
    drawn = ("method", "interval", "draws", "seed")
    options |= {name: contents.mediation_notes.get(name) for name in drawn}
    if getattr(settings, "ordered", ()):
        options |= {"ordered": settings.ordered, "parameterization": settings.parameterization}
    options |= dict(contents.settings)
    shown = [
        (phrase("method.group_settings"), _setting(name), _shown(value))
        for name, value in options.items()
        if value is not None
    ]
    shown += [
        (phrase("method.group_versions"), name, str(version))
        for name, version in contents.versions.items()
    ]
    frame = pd.DataFrame(shown, columns=["group", "setting", "value"])
    columns = (
        Column("setting", phrase("column.setting")),
        Column("value", phrase("column.value")),
    )
    return Table(phrase("method.title"), frame, columns, group_by="group")


def _setting(name: str) -> Any:
    return phrase(f"setting.{name}") if has_text(f"setting.{name}") else name


def _shown(value: Any) -> Any:
    if isinstance(value, str) and has_text(f"value.{value}"):
        return phrase(f"value.{value}")
    if isinstance(value, float) and 0 < value < 1:
        return Number(value, "bounded", 2)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def references_section(contents: Contents) -> Section:
    """Return the works cited."""
    parts = (*method_parts(contents), *result_parts(contents))
    written = [*(part.sentences for part in parts), audit(contents, ()).summary]
    works = tuple(str(reference) for reference in references(contents, keys_in(written)))
    return Section("references", (Bullets(works, hanging=True),) if works else ())
