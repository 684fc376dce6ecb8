"""The sections of the report, one function each: contents in, blocks out, no language yet."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from scrm_model.reporting import effects, quality, results
from scrm_model.reporting.blocks import Alert, Block, Bullets, Paragraph, Section
from scrm_model.reporting.citing import citations, references
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.joint import joint_section
from scrm_model.reporting.language import Count, Listing, Phrase, has_text, phrase
from scrm_model.reporting.naming import level, wording
from scrm_model.reporting.tables import Column, Table
from scrm_model.reporting.views.describing import descriptives_table
from scrm_model.reporting.writing.audit import Audit, audit
from scrm_model.reporting.writing.cite import keys_in
from scrm_model.reporting.writing.method import method_parts
from scrm_model.reporting.writing.results import result_parts


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


def sample_section(contents: Contents) -> Section:
    """Return which answers were used and what was done about missing ones."""
    sample = contents.sample
    rows = Number(sample.rows, "integer")
    sentences: list[Any] = [
        phrase("sample.used", n=rows, used=Number(sample.used, "integer"))
        if sample.left_out
        else phrase("sample.all", n=rows)
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
        blocks.append(_missing_table(contents))
    return Section("sample", tuple(blocks))


def descriptives_section(contents: Contents) -> Section:
    """Return means, standard deviations and correlations, group by group."""
    found = contents.descriptives
    tables = () if found is None else tuple(descriptives_table(found, g) for g in found.n)
    return Section("descriptives", tables)


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


def method_section(contents: Contents) -> Section:
    """Return how it was done, in paragraphs, with settings and versions."""
    paragraphs = [Paragraph(part.sentences) for part in method_parts(contents)]
    return Section("method", (*paragraphs, _settings_table(contents)))


def written_section(contents: Contents) -> Section:
    """Return the results in words, a paragraph for each claim."""
    parts = result_parts(contents)
    return Section("results", tuple(Paragraph((p.lead, *p.sentences)) for p in parts))


def audited(contents: Contents, lang: str = "en") -> Audit:
    """Return the self-audit of a report: what the standards ask, and which section has it."""
    made = (make(contents) for make in SECTIONS if make is not audit_section)
    return audit(contents, {section.name for section in made if section.blocks}, lang)


def audit_section(contents: Contents) -> Section:
    """Return what the reporting standards ask, and where it stands."""
    found = audited(contents)
    return Section("audit", (Paragraph(found.summary), found.table))


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


SECTIONS: tuple[Callable[[Contents], Section], ...] = (
    problems_section,
    verdict_section,
    study_section,
    sample_section,
    descriptives_section,
    results.measurement_section,
    quality.reliability_section,
    quality.validity_section,
    results.fit_section,
    results.r2_section,
    effects.hypotheses_section,
    effects.diagram_section,
    effects.mediation_section,
    effects.rivals_section,
    joint_section,
    written_section,
    method_section,
    audit_section,
    references_section,
)
"""The report in order. A section that has nothing to say is left out."""
