"""Texts in the reader's language: phrases stay keys until the moment they are shown.

A section is written once, without a language. Its sentences are `Phrase` values: a key of
the catalogue (``texts.en.toml``, ``texts.fr.toml``) and the values to insert. Whatever has a
``get(lang)`` can be inserted: another phrase, a number, a bilingual text of the study.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, runtime_checkable

from scrm_model.errors import ArgumentError, did_you_mean

LANGUAGES = ("en", "fr")

ITALIC_ON, ITALIC_OFF = "\ue000", "\ue001"
"""Private-use marks around words set in italics; never part of a user's text."""

_ITALIC = re.compile(r"(?<![A-Za-z0-9_])_([^\s_](?:[^_]*[^\s_])?)_(?![A-Za-z0-9_])")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_MARKS = str.maketrans("", "", ITALIC_ON + ITALIC_OFF)
_NARROW, _FIXED = "\u202f", "\u00a0"
_FRENCH_SPACES = (
    (re.compile(r" (?=[;!?%])"), _NARROW),
    (re.compile(r" (?=[:»])|(?<=«) "), _FIXED),
)


@runtime_checkable
class Sayable(Protocol):
    """Anything that can be put into words in a given language."""

    def get(self, lang: str) -> str:
        """Return the text in `lang`."""
        ...  # pragma: no cover


def check_language(lang: str) -> str:
    """Return `lang` if a catalogue exists for it.

    Parameters
    ----------
    lang : str
        Two-letter code.

    Returns
    -------
    str
        The same code.

    Raises
    ------
    ArgumentError
        If there is no catalogue for `lang`.
    """
    if lang in LANGUAGES:
        return lang
    known = " or ".join(f"'{code}'" for code in LANGUAGES)
    hint = did_you_mean(str(lang)[:2].lower(), LANGUAGES) or " Choose one of these."
    raise ArgumentError(f"lang= needs {known}; got {lang!r}.{hint}")


@cache
def catalogue(lang: str) -> Mapping[str, Any]:
    """Read the texts of one language.

    Parameters
    ----------
    lang : str
        A code of `LANGUAGES`.

    Returns
    -------
    mapping of str to str or dict
        Dotted key to template, or to a dict of templates by number (``zero``, ``one``,
        ``other``).

    Raises
    ------
    ArgumentError
        If there is no catalogue for `lang`.
    """
    name = f"texts.{check_language(lang)}.toml"
    found: dict[str, Any] = {}
    for place in ("scrm_model.reporting", "scrm_model.reporting.writing"):
        text = (files(place) / name).read_text(encoding="utf-8")
        found |= dict(_flat(tomllib.loads(text), ""))
    return found


def _flat(node: Mapping[str, Any], prefix: str) -> Any:
    for key, value in node.items():
        if isinstance(value, dict) and "other" not in value:
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def has_text(key: str) -> bool:
    """Say whether the catalogue knows `key`."""
    return key in catalogue("en")


def french_spaces(text: str) -> str:
    """Replace ordinary spaces by the unbreakable ones that French typography asks for.

    Parameters
    ----------
    text : str
        French text with ordinary spaces before ``; ! ? % : »`` and after ``«``.

    Returns
    -------
    str
        The same with a narrow no-break space before ``; ! ? %`` and a no-break space
        before ``:``, ``»`` and after ``«``.
    """
    for pattern, space in _FRENCH_SPACES:
        text = pattern.sub(space, text)
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of the catalogue with the values to insert, not yet in any language.

    Attributes
    ----------
    key : str
        Dotted key of the catalogue.
    fields : tuple of (str, object)
        Values by the name they have in the template. A field ``n`` also chooses between
        singular and plural where the catalogue has both.
    """

    key: str
    fields: tuple[tuple[str, Any], ...] = ()

    def get(self, lang: str) -> str:
        """Return plain text in `lang`.

        Parameters
        ----------
        lang : str
            A code of `LANGUAGES`.

        Returns
        -------
        str
            Text without any mark-up.

        Raises
        ------
        ArgumentError
            If there is no catalogue for `lang`.
        """
        return self.rich(lang).translate(_MARKS)

    def rich(self, lang: str) -> str:
        """Return text in `lang` with `ITALIC_ON` and `ITALIC_OFF` around italics."""
        values = dict(self.fields)
        entry = catalogue(lang)[self.key]
        template = entry if isinstance(entry, str) else entry[_number_class(entry, values, lang)]
        if lang == "fr":
            template = french_spaces(template)
        template = _ITALIC.sub(ITALIC_ON + r"\1" + ITALIC_OFF, template)
        return template.format_map({name: rich(value, lang) for name, value in values.items()})

    def __str__(self) -> str:
        return self.get("en")


def _number_class(entry: Mapping[str, str], values: Mapping[str, Any], lang: str) -> str:
    n = getattr(values["n"], "value", values["n"])
    if n == 0 and "zero" in entry:
        return "zero"
    # French counts zero as singular, English does not.
    singular = abs(n) < 2 if lang == "fr" else n == 1
    return "one" if singular and "one" in entry else "other"


def phrase(key: str, **fields: Any) -> Phrase:
    """Make a `Phrase` from a key and named values."""
    return Phrase(key, tuple(fields.items()))


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things in one sentence: ``H1, H2 and H5``.

    Attributes
    ----------
    items : tuple
        What is listed.
    join : str
        ``"and"``, ``"semicolon"`` or ``"comma"``.
    """

    items: tuple[Any, ...]
    join: str = "and"

    def get(self, lang: str) -> str:
        """Return the list in `lang`."""
        return self.rich(lang).translate(_MARKS)

    def rich(self, lang: str) -> str:
        """Return the list in `lang`, with marks around italics."""
        said = [rich(item, lang) for item in self.items]
        if self.join == "semicolon":
            return ("\u202f; " if lang == "fr" else "; ").join(said)
        if self.join == "comma":
            return ", ".join(said)
        if len(said) < 2:
            return "".join(said)
        return ", ".join(said[:-1]) + " " + catalogue(lang)["words.and"] + " " + said[-1]


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number, in words up to nine as APA asks.

    Attributes
    ----------
    value : int
        The number.
    """

    value: int

    def get(self, lang: str) -> str:
        """Return the number in `lang`."""
        words = catalogue(lang)["words.numbers"]
        if 0 <= self.value < len(words):
            return str(words[self.value])
        return f"{self.value:,}".replace(",", _NARROW if lang == "fr" else ",")


def rich(value: Any, lang: str) -> str:
    """Put any value into words, keeping marks of italics.

    Parameters
    ----------
    value : object
        A `Phrase`, anything with ``get(lang)``, or anything with a ``str``.
    lang : str
        A code of `LANGUAGES`.

    Returns
    -------
    str
        The text. A bilingual text gets the apostrophe of French print; a user's own text
        loses private marks it might contain.
    """
    if isinstance(value, Phrase | Listing):
        return value.rich(lang)
    if not isinstance(value, Sayable):
        return str(value).translate(_MARKS)
    text = value.get(lang).translate(_MARKS)
    return _APOSTROPHE.sub("’", text) if lang == "fr" else text


def say(value: Any, lang: str) -> str:
    """Put any value into plain words in `lang`."""
    return rich(value, lang).translate(_MARKS)
