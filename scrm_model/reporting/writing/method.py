"""The methods paragraphs: what was analysed, how, and by whose rules."""

from collections.abc import Iterator
from typing import Any

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Count, Listing, Phrase, has_text, phrase
from scrm_model.reporting.writing.cite import cite, told
from scrm_model.reporting.writing.data import data, measures
from scrm_model.reporting.writing.estimation import estimation, judging
from scrm_model.reporting.writing.parts import Part, without_lead
from scrm_model.reporting.writing.stats import SINGLE, alpha_of, bounded, decimals, level

_BY_INTERVAL = {"bca": "efron1987"}  # all others as in the comparison of 2004


def method_parts(contents: Contents) -> tuple[Part, ...]:
    """The methods paragraphs of an analysis, in order.

    Parameters
    ----------
    contents : Contents

    Returns
    -------
    tuple of Part
        data, measures, estimation, judging, testing, indirect, comparing, software; those that do
        not apply are left out.
    """
    found = (
        without_lead("data", *data(contents)),
        without_lead("measures", *measures(contents)),
        without_lead("estimation", *estimation(contents)),
        without_lead("judging", *judging(contents)),
        without_lead("testing", *_testing(contents)),
        without_lead("indirect", *_indirect(contents)),
        without_lead("comparing", *_comparing(contents)),
        without_lead("software", *_software(contents)),
    )
    return tuple(part for part in found if part.sentences)


def _testing(contents: Contents) -> Iterator[Phrase]:
    if contents.failed or not contents.study.hypotheses:
        return
    alpha = alpha_of(contents)
    yield phrase("writing.testing.rule", alpha=bounded(alpha, decimals(alpha)))
    yield phrase("writing.testing.absence")
    if (claims := len(contents.study.hypotheses)) > 1:
        yield phrase("writing.testing.several", n=Count(claims))
    yield phrase("writing.testing.level", level=level(SINGLE))


def _indirect(contents: Contents) -> Iterator[Phrase]:
    if contents.failed:
        return
    if not len(contents.mediation):
        if contents.study.mediations:
            yield phrase("writing.indirect.none")
        return
    notes = contents.mediation_notes
    method = str(notes.get("method", ""))
    if method in ("bootstrap", "montecarlo", "delta"):
        yield from _sampled(contents, method)
    else:
        yield phrase("writing.indirect.by_method", method=method, level=_level(contents))
    types = contents.mediation_types
    if types is not None and types.frame["type"].astype(bool).any():
        yield phrase("writing.indirect.types", source=told("zhao2010"))
        if types.added:
            yield phrase("writing.indirect.added", source=cite("preacher2012"))


def _level(contents: Contents) -> Number:
    return level(float(contents.mediation_notes.get("level", SINGLE)))


def _sampled(contents: Contents, method: str) -> Iterator[Phrase]:
    notes = contents.mediation_notes
    if method == "delta":
        yield phrase("writing.indirect.delta", level=_level(contents), source=cite("sobel1982"))
        return
    kind = str(notes.get("interval", "percentile")).lower()
    seed = notes.get("seed")
    fields: dict[str, Any] = {
        "level": _level(contents),
        "draws": Number(notes.get("draws", 0), "integer"),
        "seed": "" if seed is None else phrase("writing.indirect.seed", seed=str(seed)),
        "source": cite(_BY_INTERVAL.get(kind, "mackinnon2004")),
    }
    if method == "bootstrap":
        known = has_text(f"writing.indirect.{kind}")
        fields["interval"] = phrase(f"writing.indirect.{kind}") if known else kind
    yield phrase(f"writing.indirect.{method}", **fields)
    lost = [
        phrase(f"writing.indirect.{name}", n=Number(notes[name], "integer"))
        for name in ("failed", "inadmissible")
        if notes.get(name)
    ]
    if lost and method == "bootstrap":
        yield phrase("writing.indirect.left_out", list=Listing(tuple(lost)))


def _comparing(contents: Contents) -> Iterator[Phrase]:
    rivals = contents.rivals
    if rivals is None or not len(rivals) or contents.failed:
        return
    known = {rival.id: rival.name for rival in contents.study.alternatives}
    others = [known.get(m, m) for m in rivals["model"] if m != "claimed"]
    if not others:
        return
    quoted = Listing(tuple(phrase("writing.quoted", text=name) for name in others), "comma")
    key = "by_test" if "aic" in rivals and rivals["aic"].isna().all() else "rivals"
    n = len(others)
    yield phrase(f"writing.comparing.{key}", n=n, word=Count(n), list=quoted)
    if getattr(contents.fit.settings, "test", "standard") != "standard":
        yield phrase("writing.comparing.corrected")


def _software(contents: Contents) -> Iterator[Phrase]:
    versions = dict(contents.versions)
    own = versions.pop("scrm_model", None)
    if own is not None:
        listed = Listing(tuple(f"{name} {version}" for name, version in versions.items()), "comma")
        key = "versions" if versions else "alone"
        yield phrase(f"writing.software.{key}", version=own, others=listed)
    if getattr(contents.fit.settings, "backend", "native") == "semopy":
        yield phrase("writing.software.semopy")
