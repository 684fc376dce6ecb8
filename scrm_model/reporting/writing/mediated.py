"""A paragraph for each mediation claim: indirect effects, paths, direct effect, type."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from scrm_model.inference.mediation_types import (
    COMPETITIVE,
    COMPLEMENTARY,
    DIRECT_ONLY,
    INDIRECT_ONLY,
    NO_EFFECT,
)
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import is_missing
from scrm_model.reporting.language import Count, Listing, Phrase, phrase
from scrm_model.reporting.writing.cite import told
from scrm_model.reporting.writing.facts import variables_of
from scrm_model.reporting.writing.parts import Part, part
from scrm_model.reporting.writing.stats import (
    SINGLE,
    brief,
    effect,
    unbroken,
)
from scrm_model.study.claims import Mediation

ARROW = " → "
CLEAR, OPPOSITE, OPEN = "clear", "opposite", "open"
_TYPES = {
    COMPLEMENTARY: "complementary", COMPETITIVE: "competitive", INDIRECT_ONLY: "indirect_only",
    DIRECT_ONLY: "direct_only", NO_EFFECT: "no_effect",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Indirect effects of one variable on another, in one group.

    Attributes
    ----------
    source, target : str
    group : object
        None if there is one group only.
    total : dict or None
        Row of the total indirect effect.
    paths : tuple of dict
        Rows of the specific effects that the claim names.
    outcome : str
        Whether the interval leaves out zero (``clear``), does so on the side that the hypotheses
        do not imply (``opposite``), or does not (``open``).
    beyond : bool
        Whether the total holds paths that are none of the claim's.
    """

    source: str
    target: str
    group: Any
    total: dict[str, Any] | None
    paths: tuple[dict[str, Any], ...]
    outcome: str
    beyond: bool


def mediation_parts(contents: Contents) -> tuple[Part, ...]:
    """A part for each mediation claim, and one for effects that the model's text defines.

    Parameters
    ----------
    contents : Contents
    """
    found = [_claim(contents, claim) for claim in contents.study.mediations]
    table = contents.mediation
    if not contents.failed and len(table):
        defined = table[table["kind"] == "defined"].to_dict("records")
        said = [
            phrase(
                "writing.mediated.defined",
                name=row["path"],
                numbers=effect(_as_dict(row), _at(contents)),
            )
            for row in defined
        ]
        found += [part("mediation", *said)] if said else []
    return tuple(found)


def _at(contents: Contents) -> float:
    return float(contents.mediation_notes.get("level", SINGLE))


def _claim(contents: Contents, claim: Mediation) -> Part:
    fields = {
        "id": claim.id,
        "sources": Listing(claim.sources),
        "mediators": Listing(claim.mediators),
        "target": claim.target,
    }
    lead = phrase("writing.lead.claim", **fields)
    says = phrase("writing.mediated.claim", n=len(claim.mediators), **fields)
    return part(claim.id, says, *_sentences(contents, claim), lead=lead)


def _sentences(contents: Contents, claim: Mediation) -> Iterator[Phrase]:
    if contents.failed:
        yield phrase("writing.mediated.failed", id=claim.id)
        return
    if not len(contents.mediation) and any(p.code == "no_mediation" for p in contents.problems):
        yield phrase("writing.mediated.shortfall", id=claim.id)
        return
    pairs = tuple(_pairs(contents, claim))
    if not pairs:
        yield phrase("writing.mediated.no_paths", id=claim.id)
        return
    yield _decision(claim.id, [pair.outcome for pair in pairs])
    for pair in pairs:
        yield from _pair(contents, pair)


def _decision(id: str, outcomes: list[str]) -> Phrase:
    n, good = len(outcomes), outcomes.count(CLEAR)
    if good == n:
        return phrase("writing.mediated.all", id=id, n=Count(n))
    if not good:
        return phrase("writing.mediated.none", id=id, n=Count(n))
    if good == 1:
        return phrase("writing.mediated.part_one", id=id, n=Count(n))
    return phrase("writing.mediated.part", id=id, word=Count(good), n=Count(n))


def _pairs(contents: Contents, claim: Mediation) -> Iterator[Pair]:
    table = contents.mediation
    if not len(table):
        return
    sources = [v for c in claim.sources for v in variables_of(contents, c)]
    targets = variables_of(contents, claim.target)
    through = {v for c in claim.mediators for v in variables_of(contents, c)}
    own = table[table["source"].isin(sources) & table["target"].isin(targets)]
    several = own["group"].nunique() > 1 if "group" in own else False
    keys = ["group", "source", "target"] if several else ["source", "target"]
    for key, rows in own.groupby(keys, sort=False):
        *group, source, target = key
        paths = tuple(
            _as_dict(row)
            for row in rows[rows["kind"] == "specific"].to_dict("records")
            if through & set(str(row["path"]).split(ARROW)[1:-1])
        )
        if paths:
            totals = rows[rows["kind"] == "total indirect"].to_dict("records")
            total = _as_dict(totals[0]) if totals else None
            name = group[0] if group else None
            yield _told(contents, str(source), str(target), name, total, paths)


def _as_dict(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _told(
    contents: Contents, source: str, target: str, group: Any, total: dict[str, Any] | None,
    paths: tuple[dict[str, Any], ...],
) -> Pair:  # fmt: skip
    beyond = total is not None and abs(sum(p["est"] for p in paths) - total["est"]) > 1e-6 * max(
        1.0, abs(total["est"])
    )
    signs = {expected_sign(contents, str(p["path"])) for p in paths}
    sign = signs.pop() if len(signs) == 1 else 0
    if total is not None and not beyond:
        outcome = _outcome(total, sign)
    else:
        each = [_outcome(p, expected_sign(contents, str(p["path"]))) for p in paths]
        outcome = next((o for o in (CLEAR, OPPOSITE) if o in each), OPEN)
    return Pair(source, target, group, total, paths, outcome, beyond)


def expected_sign(contents: Contents, path: str) -> int:
    """The sign that the hypotheses imply for a path; 0 where they do not say.

    Parameters
    ----------
    contents : Contents
    path : str
        ``"A → B → C"``.
    """
    signs = {
        (source, target): h.sign
        for h in contents.study.hypotheses
        for source in variables_of(contents, h.source)
        for target in variables_of(contents, h.target)
    }
    sign = 1
    for step in pairwise(path.split(ARROW)):
        sign *= signs.get(step, 0)
    return sign


def _outcome(row: Mapping[str, Any], sign: int) -> str:
    if not clear(row):
        return OPEN
    return OPPOSITE if row["est"] * sign < 0 else CLEAR


def clear(row: Mapping[str, Any]) -> bool:
    """Whether the interval of an effect leaves out zero."""
    return bool(row["ci_lower"] > 0 or row["ci_upper"] < 0)


def _pair(contents: Contents, pair: Pair) -> Iterator[Phrase]:
    where = "" if pair.group is None else phrase("writing.where", group=pair.group)
    only = pair.paths[0] if len(pair.paths) == 1 and not pair.beyond else None
    main = only or pair.total
    if only is not None:
        numbers = effect(only, _at(contents))
        path = unbroken(str(only["path"]))
        yield phrase("writing.mediated.only", path=path, where=where, numbers=numbers)
    elif main is not None:
        yield phrase(
            "writing.mediated.total", source=pair.source, target=pair.target, where=where,
            numbers=effect(main, _at(contents)),
        )  # fmt: skip
    if main is not None:
        yield _interval(contents, main, pair)
    if pair.beyond:
        yield phrase("writing.mediated.beyond")
    if only is None:
        yield from _paths(pair.paths)
    yield from _type(contents, pair, only)


def _interval(contents: Contents, row: Mapping[str, Any], pair: Pair) -> Phrase:
    if is_missing(row["ci_lower"]) or is_missing(row["ci_upper"]):
        return phrase("writing.mediated.no_interval")
    signs = {expected_sign(contents, str(p["path"])) for p in pair.paths}
    outcome = _outcome(row, signs.pop() if len(signs) == 1 else 0)
    if outcome == OPPOSITE:
        names = ("writing.negative", "writing.positive")
        sign, claimed = names if row["est"] < 0 else names[::-1]
        return phrase("writing.mediated.opposite", sign=phrase(sign), claimed=phrase(claimed))
    return phrase("writing.mediated.leaves" if outcome == CLEAR else "writing.mediated.includes")


def _paths(paths: tuple[dict[str, Any], ...]) -> Iterator[Phrase]:
    """Every specific path with its numbers, those whose interval leaves out zero first."""
    good = tuple(brief(p) for p in paths if clear(p))
    rest = tuple(brief(p) for p in paths if not clear(p))
    if not rest or not good:
        key = "paths_all" if good else "paths_none"
        listed = Listing(good or rest, "semicolon")
        yield phrase(f"writing.mediated.{key}", n=Count(len(paths)), list=listed)
        return
    yield phrase(
        "writing.mediated.paths_some", n=len(good), word=Count(len(good)),
        n_paths=Count(len(paths)), list=Listing(good, "semicolon"),
    )  # fmt: skip
    yield phrase("writing.mediated.rest", n=len(rest), list=Listing(rest, "semicolon"))


def _type(contents: Contents, pair: Pair, only: dict[str, Any] | None) -> Iterator[Phrase]:
    types = contents.mediation_types
    if types is None:
        return
    row = _typed_row(types.frame, pair, only)
    if row is None:
        return
    if not row["type"]:
        yield phrase("writing.mediated.untyped")
        return
    head = "direct"
    if types.added:
        head = "added" if (pair.source, pair.target) in types.added else "larger"
    end = "clear" if row["direct_ci_lower"] > 0 or row["direct_ci_upper"] < 0 else "unclear"
    level = types.effects.level
    direct = {
        "est": row["direct"], "ci_lower": row["direct_ci_lower"],
        "ci_upper": row["direct_ci_upper"],
    }  # fmt: skip
    yield phrase(
        f"writing.mediated.{head}_{end}", direct=effect(direct, level),
        indirect=effect(row | {"est": row["indirect"]}, level),
    )  # fmt: skip
    yield phrase(f"writing.mediated.{_TYPES[row['type']]}", source=told("zhao2010"))


def _typed_row(
    frame: pd.DataFrame, pair: Pair, only: dict[str, Any] | None
) -> dict[str, Any] | None:
    own = frame[(frame["source"] == pair.source) & (frame["target"] == pair.target)]
    if pair.group is not None:
        own = own[own["group"] == pair.group]
    if only is not None:
        own = own[(own["kind"] == "specific") & (own["path"] == only["path"])]
    else:
        own = own[own["kind"] == "total indirect"]
    return _as_dict(own.to_dict("records")[0]) if len(own) else None
