"""A project of the REFI-QDA exchange standard (.qdpx): codebook, users, sources and codings.

The standard is implemented by ATLAS.ti, MAXQDA, NVivo, QualCoder and others: a zipped file with an
XML document, ``project.qde``, and a folder with the texts of its sources.

References
----------
REFI-QDA (2019). REFI-QDA standard for the exchange of qualitative data analysis projects, version
1.5. https://www.qdasoftware.org
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from scrm_model.interviews.files.problems import bytes_of
from scrm_model.interviews.files.xml import tree_of
from scrm_model.interviews.files.zipped import Zipped, opened
from scrm_model.interviews.wording import Text

NEEDS = "a project exchanged by the REFI-QDA standard (.qdpx)"
MAIN, FOLDER, INTERNAL = "project.qde", "sources/", "internal://"
WHOLE = "whole"
UNKNOWN = "(unknown)"
# What says where a selection is, in the order in which it becomes the segment's id.
PLACES = (
    "startPosition", "endPosition", "page", "firstX", "firstY", "secondX", "secondY", "begin",
    "end", "fromSyncPoint", "toSyncPoint",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One document of a project: name, text where it has any, and coded spans by segment."""

    name: str
    text: str | None
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """What a project holds.

    Attributes
    ----------
    name : str
        Its title.
    codes : dict of str to str
        Code to the code above it, at the top of the codebook; empty for one that stands alone.
    coders : tuple of str
        Users who coded anything.
    sources : tuple of Source
        Documents, in order.
    codings : tuple of (document, segment, code, coder)
        Each once.
    notes : tuple of Text
        What reading found.
    sha256 : str
        Checksum of the file.
    """

    name: str
    codes: dict[str, str]
    coders: tuple[str, ...]
    sources: tuple[Source, ...]
    codings: tuple[tuple[str, str, str, str], ...]
    notes: tuple[Text, ...]
    sha256: str


def read_project(path: Path) -> Project:
    """Read an exchanged project.

    Parameters
    ----------
    path : Path
        A file ending in .qdpx.

    Returns
    -------
    Project

    Raises
    ------
    InterviewFileError
        If it is no such project, is malformed or damaged, or is made to harm.
    """
    checksum = hashlib.sha256(bytes_of(path, NEEDS)).hexdigest()
    with opened(path, NEEDS) as zipped:
        data = zipped.read(MAIN)
        if data is None:
            raise zipped.problem(f"a zipped file without {MAIN}")
        root = tree_of(data, zipped.problem)
        if root.tag != "Project":
            raise zipped.problem(f"XML whose root is {root.tag!r}, not 'Project'")
        return _Reader(zipped, root).project(checksum)


class _Reader:
    """Turns the tree of a project into records."""

    def __init__(self, zipped: Zipped, root: Element) -> None:
        self.zipped, self.root = zipped, root
        self.notes: list[Text] = []
        self.users = _named(root.iterfind("Users/User"))
        self.names, self.above = self._codebook()
        self.codings: Counter[tuple[str, str, str, str]] = Counter()
        self.elsewhere = 0

    def project(self, checksum: str) -> Project:
        parents = list(self.root.iterfind("Sources/*"))
        names = _named(iter(parents), by_place=True)
        sources = tuple(self._source(e, names[str(k)]) for k, e in enumerate(parents))
        again = sum(self.codings.values()) - len(self.codings)
        if again:
            self._note(
                f"{again} codings repeat another one and count once.",
                f"{again} codages en répètent un autre et ne comptent qu'une fois.",
            )
        if self.elsewhere:
            self._note(
                f"{self.elsewhere} texts lie outside the file; nothing outside it is opened.",
                f"{self.elsewhere} textes sont hors du fichier ; rien n'est ouvert hors de lui.",
            )
        codings = tuple(self.codings)
        if any(coder == UNKNOWN for *_, coder in codings):
            self._note(
                f"Codings without a known user stand under {UNKNOWN}.",
                f"Les codages sans utilisateur connu figurent sous {UNKNOWN}.",
            )
        coders = tuple(dict.fromkeys(coder for *_, coder in codings))
        title = self.root.get("name", "")
        codes = {self.names[guid]: self.above[guid] for guid in self.names}
        return Project(title, codes, coders, sources, codings, tuple(self.notes), checksum)

    def _note(self, en: str, fr: str) -> None:
        self.notes.append(Text(en, fr))

    def _codebook(self) -> tuple[dict[str, str], dict[str, str]]:
        """Name of each code by its id, and the name of the code at the top above it."""
        found: list[tuple[str, str, str, str]] = []
        stack = [
            (code, "", "") for code in reversed(list(self.root.iterfind("CodeBook/Codes/Code")))
        ]
        while stack:
            code, parent, top = stack.pop()
            name, guid = " ".join(code.get("name", "").split()), _guid(code.get("guid"))
            if not name or not guid:
                raise self.zipped.problem("a code without a name or a guid")
            found.append((guid, name, parent, top))
            below = list(code.iterfind("Code"))
            stack += [(child, name, top or name) for child in reversed(below)]
        if len({guid for guid, *_ in found}) < len(found):
            raise self.zipped.problem("two codes with the same guid")
        # A name that several codes have takes that of the code above; then a number.
        often = Counter(name for _, name, _, _ in found)
        names: dict[str, str] = {}
        for guid, name, parent, _ in found:
            full = f"{parent} / {name}" if often[name] > 1 and parent else name
            names[guid] = _unused(full, names.values())
        return names, {guid: top for guid, _, _, top in found}

    def _source(self, element: Element, name: str) -> Source:
        text = self._text(element)
        spans: dict[str, tuple[int, int]] = {}
        self._coded(element, name, WHOLE, "")
        for selection in _selections(element):
            segment, span = self._segment(selection, text)
            if span:
                spans[segment] = span
            self._coded(selection, name, segment, selection.get("creatingUser", ""))
        return Source(name, text, spans)

    def _segment(self, selection: Element, text: str | None) -> tuple[str, tuple[int, int] | None]:
        places = [selection.get(place, "") for place in PLACES]
        given = [place for place in places if place]
        if selection.tag != "PlainTextSelection":
            kind = selection.tag.removesuffix("Selection").casefold()
            return f"{kind} {'-'.join(given) or _guid(selection.get('guid'))}", None
        try:
            start, end = int(places[0]), int(places[1])
        except ValueError:
            raise self.zipped.problem(
                f"a selection of text without whole positions ({places[0]!r} to {places[1]!r})"
            ) from None
        # Positions count code points from 0; the end lies behind the last character.
        if not 0 <= start <= end or (text is not None and end > len(text)):
            raise self.zipped.problem(f"a selection from {start} to {end}, which its text has not")
        return f"{start}-{end}", (start, end)

    def _coded(self, element: Element, document: str, segment: str, user: str) -> None:
        for coding in element.iterfind("Coding"):
            coder = _guid(coding.get("creatingUser") or user)
            name = self.users.get(coder, UNKNOWN)
            for reference in coding.iterfind("CodeRef"):
                guid = _guid(reference.get("targetGUID"))
                if guid not in self.names:
                    raise self.zipped.problem(
                        f"a coding of {document!r} with a code that the codebook has not ({guid})"
                    )
                self.codings[(document, segment, self.names[guid], name)] += 1

    def _text(self, element: Element) -> str | None:
        """Text of a source, of its representation, or of its transcripts."""
        for part in (element, *element.iterfind("Representation"), *element.iterfind("Transcript")):
            inside = part.findtext("PlainTextContent")
            if inside is not None:
                return inside
            path = part.get("plainTextPath", "")
            if path.startswith(INTERNAL):
                return self._internal(path.removeprefix(INTERNAL))
            self.elsewhere += bool(path)
        return None

    def _internal(self, name: str) -> str:
        data = self.zipped.read(FOLDER + name) if "/" not in name and "\\" not in name else None
        if data is None:
            raise self.zipped.problem(f"a source whose text {name!r} is not in the file")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.zipped.problem(f"a text {name!r} that is not UTF-8: {error}") from error


def _selections(element: Element) -> Iterator[Element]:
    """Every selection within a source: of its text, pages, pictures or recordings."""
    return (e for e in element.iter() if e.tag.endswith("Selection") and e is not element)


def _guid(value: str | None) -> str:
    return (value or "").strip("{} ").casefold()


def _named(elements: Iterator[Element], by_place: bool = False) -> dict[str, str]:
    """Names by guid, or by place; a name that comes again gets a number."""
    found: dict[str, str] = {}
    for place, element in enumerate(elements):
        guid = _guid(element.get("guid"))
        name = " ".join(element.get("name", "").split()) or guid or str(place + 1)
        found[str(place) if by_place else guid] = _unused(name, found.values())
    return found


def _unused(name: str, taken: Iterable[str]) -> str:
    names, full, number = set(taken), name, 2
    while full in names:
        full, number = f"{name} ({number})", number + 1
    return full
