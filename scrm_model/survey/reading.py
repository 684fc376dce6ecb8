"""An instrument read from TOML, with the place of whatever is wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrm_model.errors import ArgumentError, ScaleError, did_you_mean
from scrm_model.study.records import LANGUAGES, Text
from scrm_model.survey.items import Attention, Choice, Item, Question, Scale, check_code

FILE_KEYS = (
    "languages",
    "points",
    "anchors",
    "scale",
    "marker",
    "attention",
    "screening",
    "control",
)
SCALE_KEYS = ("construct", "points", "anchors", "item")
ITEM_KEYS = ("code", "dimension", "facet", "source", "reverse")
QUESTION_KEYS = ("code", "kind", "choices", "eligible", "minimum")


@dataclass(frozen=True, slots=True)
class Source:
    """A file being read: its name, its text and the languages that it promises.

    Parameters
    ----------
    name : str
        Name of the file, for messages.
    text : str
        Its text.
    languages : tuple of str
        Languages in which every wording must come.
    """

    name: str
    text: str
    languages: tuple[str, ...] = LANGUAGES

    def fail(self, place: str, message: str) -> ScaleError:
        """Error with its place in the file.

        Parameters
        ----------
        place : str
            Code of an item or question, or the name of a table.
        message : str
            What is wrong.

        Returns
        -------
        ScaleError
        """
        found = list(re.finditer(rf'^.*=\s*["\']{re.escape(place)}["\']', self.text, re.MULTILINE))
        # The last occurrence: of two items with one code, the second is the mistake.
        line = f", line {self.text.count(chr(10), 0, found[-1].start()) + 1}" if found else ""
        return ScaleError(f"{self.name}{line}, {place}: {message}")

    def table(self, value: object, place: str, keys: tuple[str, ...]) -> dict[str, Any]:
        """Table of the file, once its keys are known to be right.

        Parameters
        ----------
        value : object
            What stands in the file.
        place : str
            Where, for the message.
        keys : tuple of str
            Keys that may stand there, wordings apart.

        Returns
        -------
        dict

        Raises
        ------
        ScaleError
            If it is no table, or has a key of another name.
        """
        if not isinstance(value, dict):
            raise self.fail(place, f"needs a table; got {value!r}. Write it in [ ] or {{ }}.")
        allowed = (*keys, *LANGUAGES)
        for key in value:
            if key not in allowed:
                hint = did_you_mean(key, allowed) or f" The keys are {', '.join(allowed)}."
                raise self.fail(place, f"{key}= is no key here.{hint}")
        return value

    def wording(self, table: dict[str, Any], place: str) -> Text:
        """Wording of a table in every language that the file promises.

        Parameters
        ----------
        table : dict
            The table, with a key for each language.
        place : str
            Where, for the message.

        Returns
        -------
        Text

        Raises
        ------
        ScaleError
            If a language is missing or its wording empty.
        """
        for lang in self.languages:
            if not str(table.get(lang, "")).strip():
                raise self.fail(
                    place, f"{lang}= needs a wording; got none. Add it in that language."
                )
        return Text(**{lang: table[lang].strip() for lang in LANGUAGES if lang in table})


def read_instrument(source: str | Path) -> dict[str, Any]:
    """Parts of an instrument from a TOML file, or from its text.

    Parameters
    ----------
    source : str or Path
        Path of the file, or the text itself (recognised by a line break).

    Returns
    -------
    dict
        The arguments of `scrm_model.survey.scales.Scales`.

    Raises
    ------
    ScaleError
        If the file cannot be read, or something in it is wrong.
    """
    opened, data = _open(source)
    data = opened.table(data, "the file", FILE_KEYS)
    answers = {"points": data.get("points", 7), "anchors": data.get("anchors", [])}
    parts: dict[str, Any] = {
        "scales": tuple(
            _scale(opened, table, f"scale {number}", answers)
            for number, table in enumerate(data.get("scale", []), start=1)
        ),
        "attention": _questions(opened, data, "attention", _attention),
        "screening": _questions(opened, data, "screening", _question),
        "controls": _questions(opened, data, "control", _question),
    }
    if "marker" in data:
        parts["marker"] = _scale(
            opened, {"construct": "MARKER", **data["marker"]}, "marker", answers
        )
    _no_code_twice(opened, parts)
    return parts


def _open(source: str | Path) -> tuple[Source, dict[str, Any]]:
    name, text = "the text", str(source)
    try:
        if isinstance(source, Path) or "\n" not in source:
            name, text = Path(source).name, Path(source).read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ScaleError(
            f"source= needs a TOML file in UTF-8, or its text; got {source!s}: {error}. "
            "Check the path and the encoding."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ScaleError(f"{name}: {error}. Correct the TOML there.") from error
    languages = data.get("languages", list(LANGUAGES))
    if not isinstance(languages, list) or not languages or not set(languages) <= set(LANGUAGES):
        raise ScaleError(
            f"{name}: languages= needs some of {list(LANGUAGES)}; got {languages!r}. "
            "Name the languages of the wordings."
        )
    return Source(name, text, tuple(languages)), data


def _made(
    source: Source, place: str, make: Callable[..., Any], /, *args: object, **more: Any
) -> Any:
    try:
        return make(*args, **more)
    except (ScaleError, ArgumentError) as error:
        raise source.fail(place, str(error)) from error


def _scale(source: Source, table: object, place: str, answers: dict[str, Any]) -> Scale:
    table = source.table(table, place, SCALE_KEYS)
    construct = table.get("construct", "")
    _made(source, place, check_code, construct)
    anchors = tuple(
        source.wording(source.table(anchor, f"{construct} anchors", ()), f"{construct} anchors")
        for anchor in table.get("anchors", answers["anchors"])
    )
    items = tuple(_item(source, entry, construct) for entry in table.get("item", []))
    points = table.get("points", answers["points"])
    return _made(source, construct, Scale, construct, items, points=points, anchors=anchors)


def _item(source: Source, table: object, construct: str) -> Item:
    table = source.table(table, f"{construct} item", ITEM_KEYS)
    code = table.get("code", "")
    _made(source, f"{construct} item", check_code, code)
    details = {key: table[key] for key in ITEM_KEYS if key in table}
    if isinstance(details.get("source"), str):
        details["source"] = (details["source"],)
    return _made(
        source, code, Item, construct=construct, text=source.wording(table, code), **details
    )


def _questions(source: Source, data: dict[str, Any], key: str, make: Callable) -> tuple:
    return tuple(make(source, table, key) for table in data.get(key, []))


def _attention(source: Source, table: object, place: str) -> Attention:
    table = source.table(table, place, ("code", "answer", "points"))
    code = table.get("code", "")
    _made(source, place, check_code, code)
    wording, points = source.wording(table, code), table.get("points", 7)
    return _made(source, code, Attention, code, wording, table.get("answer"), points)


def _question(source: Source, table: object, place: str) -> Question:
    table = source.table(table, place, QUESTION_KEYS)
    code = table.get("code", "")
    _made(source, place, check_code, code)
    choices = tuple(
        Choice(choice.get("value"), source.wording(source.table(choice, code, ("value",)), code))
        for choice in table.get("choices", [])
    )
    details = {key: table[key] for key in ("kind", "eligible", "minimum") if key in table}
    text = source.wording(table, code)
    return _made(source, code, Question, code, text, choices=choices, **details)


def _no_code_twice(source: Source, parts: dict[str, Any]) -> None:
    seen: set[str] = set()
    scales = [*parts["scales"], *([parts["marker"]] if "marker" in parts else [])]
    codes = [code for scale in scales for code in scale.codes]
    codes += [q.code for key in ("attention", "screening", "controls") for q in parts[key]]
    for code in codes:
        if code in seen:
            raise source.fail(code, "code= needs a code of its own; this one is taken. Rename it.")
        seen.add(code)
