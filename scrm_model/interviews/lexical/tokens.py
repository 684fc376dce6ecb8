"""From a text to its words: where each stands, its form, and its lemma where one is known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import find_spec

from scrm_model.errors import ArgumentError
from scrm_model.interviews.wording import LANGUAGES, Text, check_one_of

# Letters and digits, joined by apostrophes or hyphens; at least one letter, which is checked later.
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)(?=['’])", re.IGNORECASE)
_WHOLE = {"aujourd'hui", "quelqu'un", "quelqu'une", "d'accord", "rendez-vous", "peut-être"}
_INVERTED = re.compile(
    r"-(?:t-)?(?:je|tu|il|elle|on|nous|vous|ils|elles|ce|moi|toi|lui|leur|y|en|le|la|les|là|ci)$"
)
_INSIDE, _BLANKS = ("'", "’", "-", "-t-"), " \t\u00a0\u202f"
_POSSESSIVE = re.compile(r"['’]s$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Attributes
    ----------
    form : str
        In lower case, with straight apostrophes.
    start, end : int
        Where it stands in the text.
    joined : bool
        Whether nothing but blanks, or an elision, stands between it and the word before.
    """

    form: str
    start: int
    end: int
    joined: bool


def tokens(text: str, lang: str) -> Iterator[Token]:
    """Words of a text.

    Parameters
    ----------
    text : str
        The text.
    lang : {"en", "fr"}
        Its language: French elisions (l', qu') and inverted pronouns (-vous) are words of their
        own, and so is what precedes an English 's.

    Yields
    ------
    Token
        Numbers without letters are no words.
    """
    behind = 0
    for found in _WORD.finditer(text):
        for start, end in _parts(found[0], lang):
            form = found[0][start:end].casefold().replace("’", "'")
            a, b = found.start() + start, found.start() + end
            gap = text[behind:a]
            joined = bool(behind) and (gap in _INSIDE or not gap.strip(_BLANKS))
            behind = b
            if any(c.isalpha() for c in form):
                yield Token(form, a, b, joined)


def _parts(word: str, lang: str) -> Iterator[tuple[int, int]]:
    """Beginning and end of each word within letters that hang together."""
    plain = word.casefold().replace("’", "'")
    if lang == "en":
        cut = _POSSESSIVE.search(word)
        yield 0, cut.start() if cut else len(word)
        return
    start = 0
    while plain[start:] not in _WHOLE and (elided := _ELIDED.match(word, start)):
        yield start, elided.end()
        start = elided.end() + 1
    turned = _INVERTED.search(plain, start) if plain[start:] not in _WHOLE else None
    if turned and turned.start() > start:
        yield start, turned.start()
        start = turned.start() + (3 if turned[0].startswith("-t-") else 1)
    yield start, len(word)


@cache
def stop_words(lang: str = "en") -> frozenset[str]:
    """Words that say nothing of what a text is about.

    Parameters
    ----------
    lang : {"en", "fr"}
        Their language.

    Returns
    -------
    frozenset of str
        Words such as articles and auxiliaries. "Bon", "cher", "good" and "dear" are none.

    Raises
    ------
    ArgumentError
        If the language is another one.
    """
    check_one_of("lang", lang, LANGUAGES)
    source = files("scrm_model.interviews.lexical") / "stop_words.toml"
    return frozenset(tomllib.loads(source.read_text(encoding="utf-8"))[lang].split())


def lemmatiser(lang: str, lemmas: bool | None) -> tuple[Callable[[str], str], Text | None]:
    """What turns a form into a lemma.

    Parameters
    ----------
    lang : {"en", "fr"}
        Language of the forms.
    lemmas : bool or None
        Whether lemmas are asked for; None for lemmas where simplemma is installed.

    Returns
    -------
    (callable, Text or None)
        The function, and a note where forms stand for lemmas that could not be had.

    Raises
    ------
    ArgumentError
        If lemmas are asked for and simplemma is not installed.
    """
    there = find_spec("simplemma") is not None
    if lemmas and not there:
        raise ArgumentError(
            "lemmas= needs the package simplemma; it is not installed. Run pip install "
            '"scrm-model[text]", or pass lemmas=False to count word forms.'
        )
    if lemmas is False or not there:
        note = Text(
            "Word forms are counted, not lemmas: simplemma is not installed (scrm-model[text]).",
            "Les formes sont comptées, non les lemmes : simplemma n'est pas installé "
            "(scrm-model[text]).",
        )
        return _itself, None if lemmas is False else note
    from simplemma import lemmatize  # noqa: PLC0415 - an extra, and slow to load

    @cache
    def lemma(form: str) -> str:
        return str(lemmatize(form, lang=lang)).casefold()

    return lemma, None


def _itself(form: str) -> str:
    return form


def checked_stop(stop: Iterable[str] | None, lang: str) -> frozenset[str]:
    """The stop words asked for, or our own.

    Raises
    ------
    ArgumentError
        If one word is given in place of several.
    """
    if stop is None:
        return stop_words(lang)
    if isinstance(stop, str):
        raise ArgumentError(
            f"stop= needs several words; got {stop!r}. Write a list, such as "
            "stop_words('fr') | {'euh'}."
        )
    return frozenset(word.casefold().replace("’", "'") for word in stop)
