"""What constructs, items and confidence levels are called in this report."""

from typing import Any

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import phrase, say
from scrm_model.study.claims import Study
from scrm_model.study.records import Text


def level(contents: Contents) -> Number:
    """Return the confidence level of the intervals, 95 per cent unless the notes say more."""
    return Number(float(contents.mediation_notes.get("level", 0.95)), "percent", 0)


def wording(contents: Contents, item: str) -> Any:
    """Return the wording of an item, or an empty string."""
    scales = contents.scales
    if scales is None or item not in scales.codes:
        return ""
    text = scales.item(item).text
    return text if say(text, "en") else ""


def construct_names(study: Study) -> dict[str, Text]:
    """Return the full names of a study's constructs and of their dimensions.

    Parameters
    ----------
    study : Study
        The claims.

    Returns
    -------
    dict of str to Text
        Name by id; dimensions by their id and by their name in the model.
    """
    found: dict[str, Text] = {}
    for construct in study.constructs:
        found[construct.id] = construct.name
        for dimension in construct.dimensions:
            # In a model a dimension is named after its construct: SCRMP_FIRM.
            found[dimension.id] = found[f"{construct.id}_{dimension.id}"] = dimension.name
    return found


def names(contents: Contents) -> dict[str, Any]:
    """Return the full names of constructs and of their dimensions, by id."""
    return construct_names(contents.study)


def named(contents: Contents, name: str) -> Any:
    """Return a short name with its full name, where there is one."""
    full = names(contents).get(name)
    if full is None or say(full, "en") == name:
        return name
    return phrase("table.named", id=name, name=full)
