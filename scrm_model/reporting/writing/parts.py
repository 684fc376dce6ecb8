"""A written part: a topic, what to call it, its sentences."""

from dataclasses import dataclass
from typing import Any

from scrm_model.reporting.language import phrase


@dataclass(frozen=True, slots=True)
class Part:
    """One paragraph, not yet in any language.

    Attributes
    ----------
    topic : str
        Such as ``"fit"`` or ``"H1"``.
    lead : str or phrase
        What may stand before it as a heading within the line; empty for none.
    sentences : tuple of (str or phrase)
        In order.
    """

    topic: str
    lead: Any
    sentences: tuple[Any, ...]


def part(topic: str, *sentences: Any, lead: Any = None) -> Part:
    """A part with its usual heading; what is None is left out."""
    if lead is None:
        lead = phrase("writing.lead.heading", name=phrase(f"writing.lead.{topic}"))
    return Part(topic, lead, tuple(s for s in sentences if s is not None))


def without_lead(topic: str, *sentences: Any) -> Part:
    """A part of running text."""
    return part(topic, *sentences, lead="")
