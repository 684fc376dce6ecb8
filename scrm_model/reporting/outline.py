"""The report as a whole: its sections in order, and its tables by name."""

from dataclasses import replace

from scrm_model.reporting.blocks import Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.sections import SECTIONS
from scrm_model.reporting.tables import Table


def sections_of(contents: Contents) -> list[Section]:
    """Return the sections that have something to say, in order."""
    return [section for make in SECTIONS if (section := make(contents)).blocks]


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
        for block in section.blocks:
            if isinstance(block, Table):
                name = block.name or section.name
                again = sum(1 for known in found if known.split("-")[0] == name)
                found[f"{name}-{again + 1}" if again else name] = replace(block, lang=lang)
    return found
