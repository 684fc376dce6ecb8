"""The sections on the answers: which were used, are they fit to use, what they look like."""

from dataclasses import replace
from typing import Any

import pandas as pd

from scrm_model.reporting.blocks import Block, Bullets, Fold, Paragraph, Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Phrase, has_text, phrase
from scrm_model.reporting.naming import wording
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.describing import descriptives_table
from scrm_model.reporting.views.worded import worded_listing, worded_table
from scrm_model.reporting.writing.data import came, excluded
from scrm_model.screening.show import Listing

_DETAIL = (
    "missing_by_case", "mcar", "careless", "normality", "mardia", "categories",
    "outliers", "nonresponse", "margins",
)  # fmt: skip
"""The tables of a screening that are detail. What each item lacks stands with the sample."""


def sample_section(contents: Contents) -> Section:
    """Return which answers were used and what was done about missing ones."""
    sample = contents.sample
    rows = Number(sample.rows, "integer")
    rest = "_rest" if excluded(contents) else ""
    sentences: list[Any] = [
        *came(contents),
        phrase(f"sample.used{rest}", n=rows, used=Number(sample.used, "integer"))
        if sample.left_out
        else phrase(f"sample.all{rest}", n=rows),
    ]
    if sample.left_out:
        share = Number(sample.left_out / sample.rows, "percent", 1)
        left_out = Number(sample.left_out, "integer")
        sentences.append(phrase("sample.left_out", n=left_out, share=share))
        if sample.missing_treatment != "listwise":
            sentences.append(phrase("sample.empty"))
    if sample.missing_cells:
        sentences.append(phrase("sample.cells", n=Number(sample.missing_cells, "integer")))
        treatment = f"treatment.{sample.missing_treatment}"
        known = has_text(treatment)
        sentences.append(phrase(treatment) if known else f"{sample.missing_treatment}.")
    else:
        sentences.append(phrase("sample.complete"))
    blocks: list[Block] = [Paragraph(tuple(sentences))]
    if sample.file:
        origin: list[Phrase] = [phrase("sample.file", file=sample.file)]
        origin += [phrase("sample.sha256", sha256=sample.sha256)] if sample.sha256 else []
        blocks.append(Paragraph(tuple(origin)))
    if sample.log:
        blocks += [Paragraph((phrase("sample.log"),)), Bullets(tuple(sample.log))]
    if any(sample.missing_by_item.values()):
        table = _missing_table(contents)
        blocks.append(Fold(table.title, (table,)))
    return Section("sample", tuple(blocks))


def screening_section(contents: Contents) -> Section:
    """Return whether the answers are fit to use: the way to them, what to think about, the rest."""
    found = contents.screening
    if found is None:
        return Section("screening", ())
    blocks: list[Block] = []
    if found.exclusions or found.options.flow is not None:
        blocks.append(_listing("flow", found.flow))
    advice = found.advice
    blocks.append(
        _listing("advice", replace(advice, notes=(*advice.notes, phrase("screening.advice"))))
        if len(advice.frame)
        else Paragraph((phrase("screening.nothing"),))
    )
    whole = not found.missing.frame["missing"].any()
    names = [name for name in _DETAIL if not (whole and name == "missing_by_case")]
    detail = tuple(_listing(name, getattr(found, name)) for name in names)
    blocks.append(Fold(phrase("screening.detail"), detail))
    return Section("screening", tuple(blocks))


def _listing(name: str, of: Listing) -> Block:
    """A table of screening, or its notes where nothing could be computed or found."""
    if len(of.frame):
        return worded_table(worded_listing(name, of), of.notes, "screening")
    return Paragraph((phrase("screening.without", title=of.title), *of.notes))


def descriptives_section(contents: Contents) -> Section:
    """Return means, standard deviations and correlations, group by group."""
    found = contents.descriptives
    tables = () if found is None else tuple(descriptives_table(found, g) for g in found.n)
    return Section("descriptives", tuple(Fold(table.title, (table,)) for table in tables))


def _missing_table(contents: Contents) -> Table:
    sample = contents.sample
    items = {item: n for item, n in sample.missing_by_item.items() if n}
    frame = pd.DataFrame(
        {
            "item": list(items),
            "wording": [wording(contents, item) for item in items],
            "missing": list(items.values()),
            "share": [n / sample.rows for n in items.values()],
        }
    )
    columns = [
        Column("item", phrase("column.item")),
        Column("wording", phrase("column.wording"), missing=phrase("missing.no_wording")),
        Column("missing", phrase("column.missing"), "integer"),
        Column("share", phrase("column.share"), "percent", 1),
    ]
    if contents.scales is None:
        del columns[1]
    note = phrase("sample.missing_note", n=Number(sample.rows, "integer"))
    return Table(phrase("sample.missing_title"), frame, tuple(columns), (note,))
