"""The small frozen records that evidence from interviews is made of."""

from __future__ import annotations

from dataclasses import dataclass

from scrm_model.interviews.wording import NO_TEXT, ORIGINS, Text, check_one_of


@dataclass(frozen=True, slots=True)
class Informant:
    """Somebody who was interviewed.

    Parameters
    ----------
    id : str
        Code, never a name.
    age : int or None
        Years.
    gender : str
        As stated; ``"F"`` or ``"M"`` in the article.
    role : Text
        Position in the firm.
    years_in_post : int or None
        Years.
    minutes : int or None
        Length of the interview.
    """

    id: str
    age: int | None = None
    gender: str = ""
    role: Text = NO_TEXT
    years_in_post: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A question of the interview guide, and what it was meant to bring up.

    Parameters
    ----------
    id : str
        Its number in the guide.
    text : Text
        What is asked, in this project's words.
    constructs : tuple of str
        Constructs that it is about; none for a screening question.
    paths : tuple of (str, str)
        Relations (source, target) that it asks about.
    """

    id: str
    text: Text
    constructs: tuple[str, ...] = ()
    paths: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """Something that informants spoke of, as a code of the analysis.

    Parameters
    ----------
    id : str
        Short name, unique in the study.
    construct : str
        The construct that it belongs to.
    text : Text
        What was said, in this project's words.
    informants : tuple of str
        Ids of those who are cited for it.
    facets : tuple of str
        Ids of the construct's facets that it gave rise to.
    """

    id: str
    construct: str
    text: Text
    informants: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """An effect of one construct on another for which passages are cited.

    Parameters
    ----------
    source, target : str
        Cause and effect.
    origin : {"interviews", "literature"}
        Which of the two suggested it first; the other supports it.
    references : tuple of str
        Keys of the publications that speak for it.
    passages : int
        Passages that are cited as evidence.
    echoes : int
        Those among them that are worded as the publication's own literature review or discussion,
        and are therefore no evidence of their own.
    """

    source: str
    target: str
    origin: str = "interviews"
    references: tuple[str, ...] = ()
    passages: int = 0
    echoes: int = 0

    def __post_init__(self) -> None:
        check_one_of("origin", self.origin, ORIGINS)

    @property
    def path(self) -> tuple[str, str]:
        """Source and target."""
        return (self.source, self.target)


@dataclass(frozen=True, slots=True)
class Repeat:
    """One passage that is printed for two themes.

    Parameters
    ----------
    first, second : (str, str)
        Theme and informant, as printed at either place. The informants differ where the
        publication attributes the same words to two people.
    """

    first: tuple[str, str]
    second: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where a publication contradicts itself.

    Parameters
    ----------
    place : str
        Such as ``"table 5"``.
    text : Text
        What the text says, what the table says, and which of the two is encoded.
    said, counted : int or None
        Informants by the text and by the table, where it is a matter of counting.
    """

    place: str
    text: Text
    said: int | None = None
    counted: int | None = None
