"""Transcripts of interviews: texts that stay with the researcher, and whose words are counted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from scrm_model.errors import ArgumentError, DataError, did_you_mean
from scrm_model.interviews.wording import Text

# A name at the beginning of a paragraph, up to four words, and a colon: whoever speaks.
SPEAKER = re.compile(
    r"[ \t]*([^\W\d_][\w.'’-]*(?:[ \t][\w.'’-]+){0,3})[ \t\u00a0\u202f]*:[ \t]*(?=\S|$)"
)


@dataclass(frozen=True, slots=True)
class Document:
    """One transcript.

    Attributes
    ----------
    name : str
        That of its file, without the ending.
    text : str
        Its text, composed (NFC).
    file, encoding, sha256 : str
        Where it came from, how it was read, and the checksum of the file.
    """

    name: str
    text: str
    file: str = ""
    encoding: str = ""
    sha256: str = ""

    def __repr__(self) -> str:
        return f"Document({self.name!r}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True, repr=False)
class Transcripts:
    """Texts of interviews. Tables made of them hold counts, no text, unless it is asked for.

    Attributes
    ----------
    documents : tuple of Document
        One for each interview.
    notes : tuple of Text
        What reading found.
    """

    documents: tuple[Document, ...]
    notes: tuple[Text, ...] = ()

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Transcripts:
        """Transcripts from texts that are at hand.

        Parameters
        ----------
        texts : mapping of str to str
            Text by name.

        Returns
        -------
        Transcripts

        Raises
        ------
        DataError
            If there is no text, or an empty one.
        """
        documents = [Document(str(name), composed(text)) for name, text in texts.items()]
        return checked(documents, ())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the documents, in order."""
        return tuple(document.name for document in self.documents)

    def text(self, name: str) -> str:
        """The text of a document.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        str

        Raises
        ------
        ArgumentError
            If there is none of that name.
        """
        for document in self.documents:
            if document.name == name:
                return document.text
        raise ArgumentError(
            f"name= needs one of {', '.join(self.names)}; got {name!r}."
            + (did_you_mean(name, self.names) or " Choose one of these.")
        )

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each document: document, paragraphs, characters, speakers, file, encoding."""
        names = self.speakers
        rows = [
            (
                d.name, sum(1 for line in d.text.splitlines() if line.strip()), len(d.text),
                ", ".join(dict.fromkeys(who for who, _ in turns(d.text, names) if who)),
                d.file, d.encoding, d.sha256,
            )
            for d in self.documents
        ]  # fmt: skip
        columns = ["document", "paragraphs", "characters", "speakers", "file", "encoding", "sha256"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names that open two paragraphs or more, such as ``Q:``, in order."""
        lines = (line for d in self.documents for line in d.text.splitlines())
        counted = Counter(found[1] for line in lines if (found := SPEAKER.match(line)))
        return tuple(name for name, count in counted.items() if count > 1)

    def without(self, *speakers: str) -> Transcripts:
        """The same transcripts without the turns of some speakers, such as the interviewer.

        Parameters
        ----------
        *speakers : str
            As `Transcripts.speakers` has them. A turn lasts until another speaker's name; what
            stands before the first one stays.

        Returns
        -------
        Transcripts
            Names of speakers go too, since nobody said them.

        Raises
        ------
        ArgumentError
            If somebody does not speak.
        DataError
            If nothing is left of a transcript.
        """
        known = self.speakers
        for who in speakers:
            if who not in known:
                raise ArgumentError(
                    f"speakers= needs some of {', '.join(known) or 'none'}; got {who!r}."
                    + (did_you_mean(who, known) or " See Transcripts.speakers.")
                )
        kept = [
            replace(
                d, text="\n".join(said for who, said in turns(d.text, known) if who not in speakers)
            )
            for d in self.documents
        ]
        listed = ", ".join(speakers)
        note = Text(f"Turns of {listed} left out.", f"Tours de parole de {listed} retirés.")
        return checked(kept, (*self.notes, note))

    def __len__(self) -> int:
        return len(self.documents)

    def __repr__(self) -> str:
        size = sum(len(d.text) for d in self.documents)
        speakers = f"; speakers: {', '.join(self.speakers)}" if self.speakers else ""
        return f"Transcripts: {len(self)} documents, {size:,} characters{speakers}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        table = self.frame.drop(columns="sha256").to_html(index=False)
        return f"<p>{escape(repr(self))}</p>{table}" + (f"<ul>{notes}</ul>" if notes else "")


def turns(text: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Speaker and words of each paragraph; the speaker is empty before the first name.

    Parameters
    ----------
    text : str
        A transcript.
    names : collection of str
        Names of speakers; other words before a colon are words like any others.

    Yields
    ------
    tuple of (str, str)
    """
    who = ""
    for line in text.splitlines():
        found = SPEAKER.match(line)
        named = found if found and found[1] in names else None
        who = named[1] if named else who
        said = line[named.end() :] if named else line
        if said.strip():
            yield who, said


def _left(text: str, names: Collection[str], speakers: Collection[str]) -> str:
    return "\n".join(said for who, said in turns(text, names) if who not in speakers)


def composed(text: str) -> str:
    """A text whose accents are parts of their letters (NFC)."""
    return unicodedata.normalize("NFC", text)


def checked(documents: Sequence[Document], notes: tuple[Text, ...]) -> Transcripts:
    """Transcripts, once every one has words and a name of its own.

    Raises
    ------
    DataError
        If one is empty, two have the same name, or there is none.
    """
    if not documents:
        raise DataError("paths= needs at least one transcript; got none. Name the files.")
    seen: dict[str, str] = {}
    for document in documents:
        if not any(character.isalpha() for character in document.text):
            raise DataError(
                f"paths= needs transcripts with words; {document.name!r} has none. Leave it out, "
                "or check the file."
            )
        if document.name in seen:
            raise DataError(
                f"paths= needs names that differ; got {document.name!r} twice "
                f"({seen[document.name]}, {document.file}). Rename one of the files."
            )
        seen[document.name] = document.file
    return Transcripts(tuple(documents), notes)
