"""What sections are made of. A block knows what it says, not how a page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scrm_model.reporting.language import Phrase, phrase
from scrm_model.reporting.saving import Drawing
from scrm_model.reporting.tables import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences.

    Attributes
    ----------
    sentences : tuple of (str or phrase)
        In order.
    lead : bool
        Whether the paragraph is the one to read if only one is read.
    """

    sentences: tuple[Any, ...]
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list.

    Attributes
    ----------
    items : tuple of (str or phrase)
        In order.
    hanging : bool
        Whether it is a list of references, without bullets.
    """

    items: tuple[Any, ...]
    hanging: bool = False


@dataclass(frozen=True, slots=True)
class Alert:
    """A warning that must not be overlooked.

    Attributes
    ----------
    title : str or phrase
        What is wrong.
    paragraphs : tuple of Paragraph
        More about it.
    severe : bool
        Whether there are no results at all.
    """

    title: Any
    paragraphs: tuple[Paragraph, ...]
    severe: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing.

    Attributes
    ----------
    caption : str or phrase
        What it shows.
    draw : callable
        Language to drawing: a `PathDiagram`, a `Picture`.
    """

    caption: Any
    draw: Callable[[str], Drawing]


@dataclass(frozen=True, slots=True)
class Fold:
    """Detail that a reader opens: folded on a screen, laid open in print and in documents.

    Attributes
    ----------
    title : str or phrase
        What is inside.
    blocks : tuple of Block
        In order.
    """

    title: Any
    blocks: tuple[Block, ...]


Block = Paragraph | Bullets | Alert | Table | Figure | Fold


def laid_open(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks in order, what is folded in its place."""
    for block in blocks:
        if isinstance(block, Fold):
            yield from laid_open(block.blocks)
        else:
            yield block


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with a heading of its own.

    Attributes
    ----------
    name : str
        Key of its heading and of its place in the page.
    blocks : tuple of Block
        What it shows, in order. A section without blocks is left out.
    """

    name: str
    blocks: tuple[Block, ...]

    @property
    def title(self) -> Phrase:
        """Heading, as a phrase."""
        return phrase(f"section.{self.name}")
