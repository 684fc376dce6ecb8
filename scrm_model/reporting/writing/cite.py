"""Citations within a sentence, and which works a text cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scrm_model.measurement.conventions import METHOD_REFERENCES
from scrm_model.reporting.blocks import Alert, Bullets, Paragraph
from scrm_model.reporting.language import Listing, Phrase, catalogue
from scrm_model.reporting.tables import Table
from scrm_model.reporting.writing.works import WORKS
from scrm_model.study.records import Reference

KNOWN = {**METHOD_REFERENCES, **WORKS}
_NAMES = re.compile(r",\s*|\s*&\s*")
_MANY = 3  # from three authors on, APA names the first alone


@dataclass(frozen=True, slots=True)
class Cite:
    """Works as a sentence cites them.

    Attributes
    ----------
    keys : tuple of str
        Keys of `KNOWN`.
    told : bool
        Whether the authors are part of the sentence, ``Hu and Bentler (1999)``, or stand within
        brackets that the sentence sets, ``Hu & Bentler, 1999``.
    """

    keys: tuple[str, ...]
    told: bool = False

    def get(self, lang: str) -> str:
        """Return the citation in `lang`."""
        if self.told:
            said = [f"{_authors(KNOWN[k], lang, True)} ({KNOWN[k].year})" for k in self.keys]
            return Listing(tuple(said)).get(lang)
        ordered = sorted((KNOWN[k] for k in self.keys), key=lambda r: (r.authors, r.year))
        said = [f"{_authors(work, lang, False)}, {work.year}" for work in ordered]
        return Listing(tuple(said), "semicolon").get(lang)


def cite(*keys: str) -> Cite:
    """Works within brackets."""
    return Cite(keys)


def told(*keys: str) -> Cite:
    """Works whose authors are part of the sentence."""
    return Cite(keys, True)


def keys_in(value: Any) -> Iterator[str]:
    """Keys of the works that a block, a sentence or any part of one cites, as they come."""
    if isinstance(value, Cite):
        yield from value.keys
    for part in _parts(value):
        yield from keys_in(part)


def _parts(value: Any) -> tuple[Any, ...]:
    if isinstance(value, Phrase):
        return tuple(field for _, field in value.fields)
    if isinstance(value, Paragraph):
        return value.sentences
    if isinstance(value, Listing | Bullets):
        return value.items
    if isinstance(value, Alert):
        return value.paragraphs
    if isinstance(value, Table):
        return value.notes
    return tuple(value) if isinstance(value, tuple | list) else ()


def _authors(work: Reference, lang: str, told: bool) -> str:
    names = _NAMES.split(work.authors)
    if len(names) >= _MANY:
        return f"{names[0]} et al."
    joint = f" {catalogue(lang)['words.and']} " if told else " & "
    return joint.join(names)
