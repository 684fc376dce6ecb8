"""The texts that surround the items, in both languages, and the languages that are asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.study.records import LANGUAGES, Text

NAMES = {"en": Text("English", "anglais"), "fr": Text("French", "français")}
Wording = str | Text


@cache
def _catalogue() -> dict:
    path = Path(__file__).with_name("texts.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def text(key: str, /, **fields: object) -> Text:
    """A text of the catalogue, its fields filled in.

    Parameters
    ----------
    key : str
        Name of the text.
    **fields : object
        What stands for the names in braces; a `Text` gives each language its own.

    Returns
    -------
    Text
    """
    entry = _catalogue()[key]
    filled = {}
    for lang in LANGUAGES:
        own = {n: v.get(lang) if isinstance(v, Text) else v for n, v in fields.items()}
        filled[lang] = entry[lang].format(**own) if fields else entry[lang].strip("\n")
    return Text(**filled)


def languages_of(lang: str | Sequence[str]) -> tuple[str, ...]:
    """Languages of a questionnaire, the first one being the default.

    Parameters
    ----------
    lang : {"en", "fr", "both"} or sequence of str
        What was asked for.

    Returns
    -------
    tuple of str

    Raises
    ------
    ArgumentError
        If it names no language, another one, or one twice.
    """
    named = LANGUAGES if lang == "both" else (lang,) if isinstance(lang, str) else lang
    try:
        languages = tuple(named)
    except TypeError:
        languages = ()
    if not languages or len(set(languages)) < len(languages) or set(languages) - set(LANGUAGES):
        raise ArgumentError(
            f"lang= needs 'en', 'fr', 'both', or a sequence of the first two; got {lang!r}. "
            "Name each language once, the respondents' first."
        )
    return languages


def own_text(argument: str, given: Wording, languages: tuple[str, ...]) -> Text:
    """A caller's text; a plain string stands for the language of a questionnaire in one language.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    given : str or Text
        The text.
    languages : tuple of str
        Languages of the questionnaire.

    Returns
    -------
    Text

    Raises
    ------
    ArgumentError
        If a language has no wording.
    """
    text = given
    if isinstance(given, str) and len(languages) == 1:
        text = Text(**{languages[0]: given})
    wordings = [getattr(text, lang, "").strip() for lang in languages]
    if not isinstance(text, Text) or not all(wordings):
        asked = " and ".join(NAMES[lang].en for lang in languages)
        raise ArgumentError(
            f"{argument}= needs a text in {asked}; got {given!r}. Give scrm.Text(en=..., fr=...)."
        )
    return text


def filled_in(
    consent: Text, details: Mapping[str, Wording], languages: tuple[str, ...]
) -> tuple[Text, tuple[str, ...], tuple[str, ...]]:
    """Consent text with its placeholders filled in.

    Parameters
    ----------
    consent : Text
        The text, with ``{organisation}``, ``{duration}``, ``{retention}``, ``{contact}`` and
        ``{authority}`` where these are to stand. Other braces are left alone.
    details : mapping of str to str or Text
        What stands for them.
    languages : tuple of str
        Languages of the questionnaire.

    Returns
    -------
    text : Text
        What is not given is shown in brackets.
    open : tuple of str
        Placeholders still unfilled.
    unused : tuple of str
        Details that the text has no place for.

    Raises
    ------
    ArgumentError
        If a detail is unknown or has no wording.
    """
    known = _catalogue()["details"]
    for key in details:
        if key not in known:
            raise ArgumentError(
                f"details= needs keys among {', '.join(known)}; got {key!r}."
                + (did_you_mean(key, known) or " Write anything else into consent=.")
            )
    given = {
        key: Text(value, value) if isinstance(value, str) and value.strip()
        else own_text(f"details[{key!r}]", value, languages)
        for key, value in details.items()
    }  # fmt: skip
    seen: dict[str, None] = {}

    def wording(lang: str) -> str:
        def put(found: re.Match[str]) -> str:
            key = found[1]
            seen[key] = None
            if key in given:
                return given[key].get(lang)
            return text("fill_in", what=Text(**known[key])).get(lang)

        return re.sub(r"\{(" + "|".join(known) + r")\}", put, getattr(consent, lang))

    result = Text(**{lang: wording(lang) for lang in languages})
    unfilled = tuple(key for key in seen if key not in given)
    return result, unfilled, tuple(key for key in given if key not in seen)
