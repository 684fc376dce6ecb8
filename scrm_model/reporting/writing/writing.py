"""Paragraphs in one language, as a value to read, look up and paste."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.language import check_language, rich, say
from scrm_model.reporting.markup import clean, html_text, markdown_text
from scrm_model.reporting.writing.parts import Part


@dataclass(frozen=True, eq=False, repr=False)
class Writing:
    """Written paragraphs.

    ``print()`` shows them all, ``writing["H1"]`` gives one, iteration gives the topics.

    Attributes
    ----------
    parts : tuple of Part
        In order.
    lang : str
        ``"en"`` or ``"fr"``.

    Raises
    ------
    ArgumentError
        There are no words in `lang`.
    """

    parts: tuple[Part, ...]
    lang: str = "en"

    def __post_init__(self) -> None:
        check_language(self.lang)

    @property
    def topics(self) -> tuple[str, ...]:
        """What there is a text of, in order."""
        return tuple(dict.fromkeys(part.topic for part in self.parts))

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each paragraph: topic, text."""
        rows = [(part.topic, self._text(part)) for part in self.parts]
        return pd.DataFrame(rows, columns=["topic", "text"])

    @property
    def markdown(self) -> str:
        """All paragraphs as Markdown, with italics and headings within the line."""
        lines = [
            " ".join(markdown_text(rich(s, self.lang)) for s in self._with_lead(part))
            for part in self.parts
        ]
        return "\n\n".join(lines) + "\n"

    def __getitem__(self, topic: str) -> str:
        found = [self._text(part) for part in self.parts if part.topic == topic]
        if not found:
            listed = ", ".join(map(repr, self.topics))
            raise ArgumentError(
                f"topic= needs one of {listed}; got {topic!r}."
                f"{did_you_mean(str(topic), self.topics)}"
            )
        return "\n\n".join(found)

    def __iter__(self) -> Iterator[str]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    def __contains__(self, topic: object) -> bool:
        return topic in self.topics

    def __str__(self) -> str:
        lines = (" ".join(self._say(s) for s in self._with_lead(part)) for part in self.parts)
        return "\n\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(
            f'<p lang="{self.lang}">'
            + " ".join(html_text(rich(s, self.lang)) for s in self._with_lead(part))
            + "</p>"
            for part in self.parts
        )

    def _text(self, part: Part) -> str:
        return " ".join(self._say(sentence) for sentence in part.sentences)

    def _say(self, sentence: object) -> str:
        return clean(say(sentence, self.lang))

    def _with_lead(self, part: Part) -> tuple[object, ...]:
        return (part.lead, *part.sentences) if part.lead else part.sentences
