"""The sections on the scales: are they reliable, and valid?"""

from functools import partial

from scrm_model.measurement.conventions import SCALE_CUT_OFFS
from scrm_model.measurement.validity import Validity
from scrm_model.reporting.blocks import Block, Paragraph, Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import phrase
from scrm_model.reporting.naming import named
from scrm_model.reporting.quality_tables import (
    formative_tables,
    reliability_tables,
    validity_tables,
)


def reliability_section(contents: Contents) -> Section:
    """Return alpha, omega and H of every construct."""
    found = contents.reliability
    if found is None:
        return Section("reliability", ())
    tables = reliability_tables(found, partial(named, contents))
    known = found.frame[found.frame["omega"].notna()]
    blocks: list[Block] = []
    if len(known) > 1:
        low, high = (Number(float(x), "bounded", 2) for x in known["omega"].agg(["min", "max"]))
        blocks.append(Paragraph((phrase("reliability.sentence", low=low, high=high),)))
    return Section("reliability", (*blocks, *tables))


def validity_section(contents: Contents) -> Section:
    """Return convergent and discriminant validity, and formative blocks."""
    blocks: list[Block] = []
    if contents.validity is not None:
        blocks.append(_residuals(contents.validity))
        blocks += validity_tables(contents.validity, partial(named, contents))
    if contents.formative is not None:
        blocks += formative_tables(contents.formative, partial(named, contents))
    return Section("validity", tuple(blocks))


def _residuals(found: Validity) -> Paragraph:
    large = found.large_residuals()
    limit = Number(SCALE_CUT_OFFS["residual"][0].value, "bounded", 2)
    total = Number(len(found.residuals), "integer")
    count = Number(len(large), "integer")
    sentences = [phrase("validity.residuals", n=count, total=total, limit=limit)]
    if len(large):
        pair = large.iloc[0]
        sentences.append(
            phrase(
                "validity.largest", first=pair["lhs"], second=pair["rhs"],
                r=Number(float(pair["residual"]), "bounded", 2),
            )
        )  # fmt: skip
    return Paragraph(tuple(sentences))
