"""The sections that open the report: what to know first, the outcome, what is claimed."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from scrm_model.reporting.blocks import Alert, Block, Paragraph, Section
from scrm_model.reporting.citing import citations
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Count, Listing, Phrase, has_text, phrase
from scrm_model.reporting.naming import level
from scrm_model.reporting.tables import Column, Table


def study_section(contents: Contents) -> Section:
    """Return the claims: each hypothesis, its origin and its literature."""
    study = contents.study
    claims, constructs = len(study.hypotheses), len(study.constructs)
    sentences: list[Phrase] = [
        phrase(
            "study.intro",
            claims=phrase("study.claims", n=claims, word=Count(claims)),
            constructs=phrase("study.constructs", n=constructs, word=Count(constructs)),
        )
    ]
    for claim in study.mediations:
        key = "study.mediation_one" if len(claim.mediators) == 1 else "study.mediation"
        sentences.append(
            phrase(
                key,
                mediators=Listing(claim.mediators),
                sources=Listing(claim.sources),
                target=claim.target,
            )
        )
    table = [_claims_table(contents)] if claims else []
    return Section("study", (Paragraph(tuple(sentences)), *table))


def _claims_table(contents: Contents) -> Table:
    study = contents.study
    names = {c.id: c.name for c in study.constructs}
    frame = pd.DataFrame(
        {
            "hypothesis": [h.id for h in study.hypotheses],
            "claim": [_claim(names[h.source], names[h.target]) for h in study.hypotheses],
            "sign": ["+" if h.sign > 0 else "−" for h in study.hypotheses],
            "origin": [phrase(f"origin.{h.origin}") for h in study.hypotheses],
            "sources": [citations(h.references, contents) for h in study.hypotheses],
        }
    )
    heads = ["hypothesis", "claim", "sign", "origin", "sources"]
    columns = tuple(
        Column(name, phrase(f"column.{name}"), missing=phrase("missing.no_source"))
        for name in heads
        if name != "sources" or any(frame["sources"].astype(bool))
    )
    return Table(phrase("study.title"), frame, columns, (phrase("study.note"),))


def _claim(source: Any, target: Any) -> Phrase:
    return phrase("mediation.pair", source=source, target=target)


def verdict_section(contents: Contents) -> Section:
    """Return the outcome in one paragraph, written from the numbers."""
    return Section("verdict", (Paragraph(tuple(_verdicts(contents)), lead=True),))


def _verdicts(contents: Contents) -> Iterator[Phrase]:
    used = Number(contents.sample.used, "integer")
    yield phrase("verdict.sample", n=used)
    if contents.failed:
        yield phrase("verdict.failed")
        return
    if not contents.fit.admissible:
        yield phrase("verdict.caution")
    by_verdict = _by_verdict(contents.hypotheses)
    total = sum(map(len, by_verdict.values()))
    yield from _counted(by_verdict.get("supported", []), total, by_verdict)
    for verdict, key in (
        ("in part", "part"),
        ("not supported", "against"),
        ("opposite direction", "opposite"),
        ("not tested", "untested"),
    ):
        ids = by_verdict.get(verdict, [])
        if ids and not (key == "against" and total == 1):
            yield phrase(f"verdict.{key}", n=len(ids), list=Listing(tuple(ids)))
    yield from _mediated(contents)


def _by_verdict(table: pd.DataFrame) -> dict[str, list[str]]:
    """Hypotheses by verdict; one tested on several dimensions or groups gets one verdict."""
    found: dict[str, list[str]] = {}
    if not len(table):
        return found
    for id, verdicts in table.groupby("hypothesis", sort=False)["verdict"]:
        given = set(verdicts)
        order = ("opposite direction", "not supported", "not tested", "supported")
        single = "in part" if "supported" in given and len(given) > 1 else ""
        verdict = single or next(v for v in order if v in given)
        found.setdefault(verdict, []).append(str(id))
    return found


def _counted(supported: Sequence[str], total: int, by_verdict: dict[Any, Any]) -> Iterator[Phrase]:
    listed = Listing(tuple(supported))
    if total == 1 and supported:
        yield phrase("verdict.single", list=listed)
    elif total == 1 and "not supported" in by_verdict:
        yield phrase("verdict.none_single", list=Listing(tuple(by_verdict["not supported"])))
    elif total > 1 and len(supported) == total:
        yield phrase("verdict.all", total=Count(total), list=listed)
    elif total > 1:
        n = len(supported)
        yield phrase("verdict.counts", n=n, word=Count(n), total=Count(total), list=listed)


def _mediated(contents: Contents) -> Iterator[Phrase]:
    table = contents.mediation
    if not len(table):
        return
    specific = table[(table["kind"] == "specific") & table["ci_lower"].notna()]
    total = len(specific)
    n = int(((specific["ci_lower"] > 0) | (specific["ci_upper"] < 0)).sum())
    if total == 1:
        yield phrase(f"verdict.mediation_single_{'yes' if n else 'no'}", level=level(contents))
    elif total:
        yield phrase(
            "verdict.mediation", n=n, word=Count(n), total=Count(total), level=level(contents)
        )


def problems_section(contents: Contents) -> Section:
    """Return what a reader must know before trusting any number."""
    alerts: list[Block] = []
    found = (*contents.fit.problems, *contents.problems)
    if contents.failed:
        first = Paragraph((phrase("problems.failed"),))
        title = phrase("problems.title_failed")
        alerts.append(Alert(title, (first, *map(_problem, found)), severe=True))
    elif found:
        alerts.append(Alert(phrase("problems.title"), tuple(map(_problem, found))))
    measured = contents.measurement_fit
    if measured is not None and measured.problems:
        mine = tuple(map(_problem, measured.problems))
        alerts.append(Alert(phrase("problems.title_measurement"), mine))
    return Section("problems", tuple(alerts))


def _problem(problem: Any) -> Paragraph:
    key = f"problems.{problem.code}"
    if not has_text(f"{key}.message"):
        return Paragraph(tuple(filter(None, (problem.message, problem.advice))))
    sentences = [phrase(f"{key}.message")]
    if problem.parameters:
        # A parameter's name stays on one line: x1 ~~ x1.
        unbroken = (str(name).replace(" ", "\u00a0") for name in problem.parameters)
        listed = Listing(tuple(unbroken), join="semicolon")
        sentences.append(phrase("problems.parameters", list=listed))
    return Paragraph((*sentences, phrase(f"{key}.advice")))
