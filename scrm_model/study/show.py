"""A study as plain text and as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrm_model.study.claims import Study
    from scrm_model.study.records import Hypothesis, Mediation


def _claim(claim: Hypothesis) -> str:
    sign = "+" if claim.sign > 0 else "−"
    return f"{claim.source} → {claim.target} ({sign})"


def _mediation(claim: Mediation) -> str:
    return f"{', '.join(claim.sources)} → {', '.join(claim.mediators)} → {claim.target}"


def as_text(study: Study) -> str:
    """Readable lines: constructs, hypotheses, mediations, rivals.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    str
    """
    lines = [f"Study: {study.name}", f"  constructs   {', '.join(study.construct_ids)}"]
    lines += [f"  {h.id:<12} {_claim(h)}, {h.origin}" for h in study.hypotheses]
    lines += [
        f"  {m.id:<12} {_mediation(m)}, {len(study.indirect_paths(m.id))} paths"
        for m in study.mediations
    ]
    if study.alternatives:
        lines.append(f"  rivals       {', '.join(a.id for a in study.alternatives)}")
    return "\n".join(lines)


def as_html(study: Study) -> str:
    """Two tables for a notebook, every text escaped.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    str
    """
    constructs = [(c.id, str(c.name), str(c.definition)) for c in study.constructs]
    claims = [(h.id, _claim(h), h.origin, "; ".join(h.references)) for h in study.hypotheses]
    claims += [(m.id, _mediation(m), "mediation", "") for m in study.mediations]
    return (
        f"<h4>{escape(str(study.name))}</h4>"
        + _table(("construct", "name", "definition"), constructs)
        + _table(("claim", "path", "origin", "references"), claims)
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]] | list) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"

    body = "".join(cells(row, "td") for row in rows)
    return f"<table><thead>{cells(head, 'th')}</thead><tbody>{body}</tbody></table>"
