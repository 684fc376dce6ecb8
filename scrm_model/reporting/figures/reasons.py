"""Why a pair has no number, in the reader's language."""

import re

from scrm_model.reporting.language import phrase, say

# As `scrm_model.measurement.ratios` and `scrm_model.measurement.standing` write them.
_KNOWN = (
    ("both_measure", r"(?P<names>.+) measured by both: a correlation within is one between"),
    ("single", r"(?P<names>.+) with a single item: no correlation within"),
    ("turned", r"(?P<names>.+) negative within its construct: absolute values; reverse-score"),
    ("negative", r"negative correlations within a construct: absolute values were taken"),
    ("mixed", r"correlations between of both signs: absolute values were taken"),
    ("moments", r"no interval: moments stood for data, and there are no cases to resample"),
    ("incomplete", r"no interval: the point rests on the unrestricted moments of incomplete .*"),
    ("lost_all", r"no interval: (?P<lost>\d+) of (?P<n>\d+) resamples lacked a category .*"),
    ("lost", r"(?P<lost>\d+) of (?P<n>\d+) resamples lacked a category of an item .*"),
)


def reason(text: str, lang: str) -> str:
    """Say a note of a table in another language.

    Parameters
    ----------
    text : str
        One or more reasons, set apart by semicolons.
    lang : str

    Returns
    -------
    str
        A reason that is not known stays as it is.
    """
    for key, pattern in _KNOWN:
        found = re.fullmatch(f"(?:{pattern})(?P<rest>; .+)?", text)
        if found:
            fields = found.groupdict()
            rest = fields.pop("rest")
            said = say(phrase(f"figures.reason.{key}", **fields), lang)
            return said if not rest else f"{said} {reason(rest.removeprefix('; '), lang)}"
    return text[:1].upper() + text[1:] + "."
