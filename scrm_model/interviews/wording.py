"""A text in the two languages of the project, and the words that an argument may be."""

from __future__ import annotations

from dataclasses import dataclass

from scrm_model.errors import ArgumentError, did_you_mean

LANGUAGES = ("en", "fr")
ORIGINS = ("interviews", "literature")


def check_one_of(argument: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise `ArgumentError` unless `value` is one of the allowed words.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    value : str
        What was given.
    allowed : tuple of str
        What may be given.

    Raises
    ------
    ArgumentError
        If `value` is none of them.
    """
    if value not in allowed:
        listed = " or ".join(repr(word) for word in allowed)
        raise ArgumentError(
            f"{argument}= needs {listed}; got {value!r}.{did_you_mean(value, allowed)}"
        )


@dataclass(frozen=True, slots=True)
class Text:
    """A text in English and French.

    Parameters
    ----------
    en, fr : str
        The two wordings. Either may be empty: the other then stands for both.
    """

    en: str = ""
    fr: str = ""

    @classmethod
    def of(cls, value: str | Text) -> Text:
        """Text from a plain string (one wording for both languages) or from a `Text`."""
        return value if isinstance(value, Text) else cls(en=str(value))

    def get(self, lang: str = "en") -> str:
        """Wording in a language, or the other one where that is empty.

        Parameters
        ----------
        lang : {"en", "fr"}
            The language.

        Returns
        -------
        str

        Raises
        ------
        ArgumentError
            If the language is neither English nor French.
        """
        check_one_of("lang", lang, LANGUAGES)
        return (self.fr or self.en) if lang == "fr" else (self.en or self.fr)

    def __str__(self) -> str:
        return self.get("en")


NO_TEXT = Text()
