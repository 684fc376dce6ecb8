"""A TOML file that is read with the place of whatever is wrong in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrm_model.errors import ArgumentError, ScrmError, did_you_mean
from scrm_model.study.records import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class TomlFile:
    """A file being read: its name, its text and the languages that it promises.

    Parameters
    ----------
    name : str
        Name of the file, for messages.
    text : str
        Its text.
    languages : tuple of str
        Languages in which every wording must come.
    error : type
        What is raised about it.
    """

    name: str
    text: str
    languages: tuple[str, ...] = LANGUAGES
    error: type[ScrmError] = ScrmError

    def fail(self, place: str, message: str) -> ScrmError:
        """Error with its place in the file.

        Parameters
        ----------
        place : str
            Code of an item or question, or the name of a table.
        message : str
            What is wrong.

        Returns
        -------
        ScrmError
            Of the kind that the file is read with.
        """
        found = list(re.finditer(rf'^.*=\s*["\']{re.escape(place)}["\']', self.text, re.MULTILINE))
        # The last occurrence: of two items with one code, the second is the mistake.
        line = f", line {self.text.count(chr(10), 0, found[-1].start()) + 1}" if found else ""
        return self.error(f"{self.name}{line}, {place}: {message}")

    def table(
        self, value: object, place: str, keys: tuple[str, ...], *, worded: bool = True
    ) -> dict[str, Any]:
        """Table of the file, once its keys are known to be right.

        Parameters
        ----------
        value : object
            What stands in the file.
        place : str
            Where, for the message.
        keys : tuple of str
            Keys that may stand there, wordings apart.
        worded : bool
            Whether a wording may stand there, with a key for each language.

        Returns
        -------
        dict

        Raises
        ------
        ScrmError
            If it is no table, or has a key of another name.
        """
        if not isinstance(value, dict):
            raise self.fail(place, f"needs a table; got {value!r}. Write it in [ ] or {{ }}.")
        allowed = (*keys, *(LANGUAGES if worded else ()))
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
        ScrmError
            If a language is missing or its wording empty.
        """
        for lang in self.languages:
            if not str(table.get(lang, "")).strip():
                raise self.fail(
                    place, f"{lang}= needs a wording; got none. Add it in that language."
                )
        return Text(**{lang: table[lang].strip() for lang in LANGUAGES if lang in table})

    def made(self, place: str, make: Callable[..., Any], /, *args: object, **more: Any) -> Any:
        """What `make` makes of the arguments; what it refuses is said with its place."""
        try:
            return make(*args, **more)
        except (self.error, ArgumentError) as error:
            raise self.fail(place, str(error)) from error


def opened_toml(
    source: str | Path, error: type[ScrmError], languages: tuple[str, ...] = LANGUAGES
) -> tuple[TomlFile, dict[str, Any]]:
    """Open a TOML file.

    Parameters
    ----------
    source : str or Path
        Path of the file, or the text itself (recognised by a line break).
    error : type
        What is raised if something is wrong in it.
    languages : tuple of str
        Languages of its wordings, unless it says so itself.

    Returns
    -------
    TomlFile
    dict
        What stands in it.

    Raises
    ------
    ScrmError
        Of the kind `error`, if it cannot be read.
    """
    name, text = "the text", str(source)
    try:
        if isinstance(source, Path) or "\n" not in source:
            name, text = Path(source).name, Path(source).read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as wrong:
        raise error(
            f"source= needs a TOML file in UTF-8, or its text; got {source!s}: {wrong}. "
            "Check the path and the encoding."
        ) from wrong
    except tomllib.TOMLDecodeError as wrong:
        raise error(f"{name}: {wrong}. Correct the TOML there.") from wrong
    said = data.get("languages", list(languages))
    if not isinstance(said, list) or not said or not set(said) <= set(LANGUAGES):
        raise error(
            f"{name}: languages= needs some of {list(LANGUAGES)}; got {said!r}. "
            "Name the languages of the wordings."
        )
    return TomlFile(name, text, tuple(said), error), data
