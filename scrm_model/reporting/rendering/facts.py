"""Two lines that every form of the report has: what it is about, and what made it."""

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import phrase, say


def facts(contents: Contents, lang: str) -> str:
    """Return how many hypotheses, constructs and respondents there are, in plain words."""
    study = contents.study
    counts = (
        ("hypotheses", len(study.hypotheses)),
        ("constructs", len(study.constructs)),
        ("respondents", contents.sample.used),
    )
    return " · ".join(say(phrase(f"page.{k}", n=Number(n, "integer")), lang) for k, n in counts)


def made_with(contents: Contents, lang: str) -> str:
    """Return what made the report, or nothing if the version is not known."""
    version = contents.versions.get("scrm_model", "")
    return say(phrase("page.made_with", version=version), lang) if version else ""
