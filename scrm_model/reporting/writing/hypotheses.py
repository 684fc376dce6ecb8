"""A paragraph for each hypothesis: decision, direction, numbers, and what they do not say."""

from collections.abc import Iterator, Mapping
from typing import Any

from scrm_model.inference.hypotheses import NOT_SUPPORTED, NOT_TESTED, OPPOSITE, SUPPORTED
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import is_missing
from scrm_model.reporting.language import Count, Phrase, phrase
from scrm_model.reporting.writing.facts import titled
from scrm_model.reporting.writing.parts import Part, part
from scrm_model.reporting.writing.stats import (
    SINGLE,
    alpha_of,
    bounded,
    coefficient,
    decimals,
    level,
    number,
)

VARIANTS = {"supported": 3, "unsupported": 2}
"""How many wordings a frequent outcome has; they are taken in turn."""


def hypothesis_parts(contents: Contents) -> tuple[Part, ...]:
    """A part for each hypothesis, in the order of the table.

    Parameters
    ----------
    contents : Contents
    """
    turns = dict.fromkeys(VARIANTS, 0)
    found = []
    for claim, rows in _by_hypothesis(contents):
        sentences = list(_sentences(contents, claim, rows, turns))
        first = rows[0]
        source, target = titled(contents, first["source"]), titled(contents, first["target"])
        lead = phrase("writing.lead.hypothesis", id=claim, source=source, target=target)
        found.append(part(claim, *sentences, lead=lead))
    return tuple(found)


def _by_hypothesis(contents: Contents) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    table = contents.hypotheses
    if len(table):
        for claim, rows in table.groupby("hypothesis", sort=False):
            yield str(claim), [{str(k): v for k, v in r.items()} for r in rows.to_dict("records")]


def _sentences(
    contents: Contents, claim: str, rows: list[dict[str, Any]], turns: dict[str, int]
) -> Iterator[Phrase]:
    if contents.failed:
        yield phrase("writing.hypothesis.failed", id=claim)
        return
    if len(rows) == 1:
        yield from _single(contents, claim, rows[0], turns)
        return
    yield _overall(claim, [str(row["verdict"]) for row in rows])
    groups = len({row.get("group") for row in rows}) > 1
    for row in rows:
        where = phrase("writing.where", group=row["group"]) if groups else ""
        yield _row(contents, row, where)


def _overall(claim: str, verdicts: list[str]) -> Phrase:
    n, good = len(verdicts), verdicts.count(SUPPORTED)
    if verdicts.count(NOT_TESTED) == n:
        return phrase("writing.hypothesis.untested", id=claim, n=Count(n))
    key = "all" if good == n else "part" if good else "none"
    if key == "part":
        return phrase("writing.hypothesis.part", id=claim, word=Count(good), n=Count(n))
    return phrase(f"writing.hypothesis.{key}", id=claim, n=Count(n))


def _single(
    contents: Contents, claim: str, row: Mapping[str, Any], turns: dict[str, int]
) -> Iterator[Phrase]:
    if row["verdict"] == NOT_TESTED:
        yield _untested(row, "", id=claim)
        return
    alpha = alpha_of(contents)
    fields = {"id": claim, **_fields(row, ""), "numbers": coefficient(row, alpha)}
    right = row["est"] * row["sign"] >= 0
    if row["verdict"] == OPPOSITE:
        yield phrase("writing.hypothesis.opposite", **fields)
    elif row["verdict"] == SUPPORTED or right:
        kind = "supported" if row["verdict"] == SUPPORTED else "unsupported"
        turn = turns[kind] % VARIANTS[kind] + 1
        turns[kind] += 1
        yield phrase(f"writing.hypothesis.{kind}_{turn}", **fields)
    else:
        yield phrase("writing.hypothesis.against", **fields)
    yield from _interval(row, alpha)


def _interval(row: Mapping[str, Any], alpha: float) -> Iterator[Phrase]:
    """What the interval adds, where the decision alone would say too much or too little."""
    lower, upper = row["ci_lower"], row["ci_upper"]
    if is_missing(lower) or is_missing(upper):
        return
    fields = {"level": level(SINGLE), "alpha": bounded(alpha, decimals(alpha))}
    both = lower <= 0 <= upper
    if row["verdict"] == NOT_SUPPORTED:
        yield (
            phrase("writing.hypothesis.open")
            if both
            else phrase("writing.hypothesis.strict", **fields)
        )
    elif both:
        yield phrase("writing.hypothesis.loose", **fields)


def _row(contents: Contents, row: Mapping[str, Any], where: Any) -> Phrase:
    if row["verdict"] == NOT_TESTED:
        return _untested(row, where)
    alpha = alpha_of(contents)
    key = {SUPPORTED: "supported", OPPOSITE: "opposite"}.get(row["verdict"], "unsupported")
    numbers = coefficient(row, alpha)
    return phrase(f"writing.hypothesis.row_{key}", numbers=numbers, **_fields(row, where))


def _untested(row: Mapping[str, Any], where: Any, **claim: str) -> Phrase:
    """Why there is no test: no path, a fixed one, or one without an error or a p."""
    head = "writing.hypothesis." + ("" if claim else "row_")
    fields: dict[str, Any] = {**claim, "source": row["rhs"], "target": row["lhs"]}
    if is_missing(row["est"]):
        return phrase(head + "no_path", **fields)
    fields |= {"where": where, "estimate": number(row["est"], decimals(row["est"]))}
    if is_missing(row["se"]):
        return phrase(head + "no_error", **fields)
    if row["se"] == 0:
        return phrase(head + "fixed", **fields)
    return phrase(head + "no_p", se=number(row["se"], decimals(row["se"])), **fields)


def _fields(row: Mapping[str, Any], where: Any) -> dict[str, Any]:
    return {
        "source": row["rhs"],
        "target": row["lhs"],
        "where": where,
        "sign": _sign(row["est"]),
        "claimed": _sign(row["sign"]),
    }


def _sign(value: float) -> Phrase:
    return phrase("writing.positive" if value >= 0 else "writing.negative")
