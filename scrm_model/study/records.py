"""The small frozen records that a study is made of."""

from __future__ import annotations

from dataclasses import dataclass

from scrm_model.errors import ArgumentError
from scrm_model.interviews.wording import LANGUAGES, NO_TEXT, ORIGINS, Text, check_one_of

__all__ = [
    "LANGUAGES",
    "Alternative",
    "Construct",
    "Dimension",
    "Facet",
    "Hypothesis",
    "Mediation",
    "Reference",
    "Text",
    "check_one_of",
]
NATURES = ("reflective", "formative")


@dataclass(frozen=True, slots=True)
class Facet:
    """One aspect of a construct's content, which at least one item should carry.

    Parameters
    ----------
    id : str
        Short name, unique within its construct.
    text : Text
        What the facet says.
    origin : {"interviews", "literature"}
        Where it comes from.
    """

    id: str
    text: Text
    origin: str = "interviews"

    def __post_init__(self) -> None:
        check_one_of("origin", self.origin, ORIGINS)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A part of a construct that is measured by items of its own.

    Parameters
    ----------
    id : str
        Name of the dimension, and of its factor in the model.
    name : Text
        Its name in words.
    facets : tuple of str
        Ids of the construct's facets that belong to it.
    """

    id: str
    name: Text
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Construct:
    """A theoretical variable.

    Parameters
    ----------
    id : str
        Name of the construct, and of its factor in the model.
    name : Text
        Its name in words.
    definition : Text
        What it means.
    facets : tuple of Facet
        The aspects that its items must cover.
    dimensions : tuple of Dimension
        Its parts; empty for a construct in one piece.
    nature : {"reflective", "formative"}
        Whether the items are effects of the construct or make it up.
    """

    id: str
    name: Text
    definition: Text = NO_TEXT
    facets: tuple[Facet, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    nature: str = "reflective"

    def __post_init__(self) -> None:
        check_one_of("nature", self.nature, NATURES)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A claimed direct effect of one construct on another.

    Parameters
    ----------
    id : str
        Such as ``"H1"``.
    source, target : str
        Ids of the cause and of the effect.
    sign : {1, -1}
        Direction claimed.
    origin : {"interviews", "literature"}
        Which of the two suggested it first; the other supports it.
    references : tuple of str
        Keys of the study's bibliography.
    note : str
        Anything a reader should know.
    """

    id: str
    source: str
    target: str
    sign: int = 1
    origin: str = "literature"
    references: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        check_one_of("origin", self.origin, ORIGINS)
        if self.sign not in (1, -1):
            raise ArgumentError(
                f"sign= needs 1 or -1; got {self.sign!r} in {self.id}. "
                "Give 1 for a positive effect, -1 for a negative one."
            )

    @property
    def path(self) -> tuple[str, str]:
        """Source and target."""
        return (self.source, self.target)


@dataclass(frozen=True, slots=True)
class Mediation:
    """The claim that some constructs carry the effect of others on a target.

    The specific paths are not part of the claim: `Study.indirect_paths` derives them.

    Parameters
    ----------
    id : str
        Such as ``"M1"``.
    sources : tuple of str
        Where the effects start.
    mediators : tuple of str
        A path belongs to the claim if it passes through at least one of them.
    target : str
        Where the effects end.
    """

    id: str
    sources: tuple[str, ...]
    mediators: tuple[str, ...]
    target: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication.

    Parameters
    ----------
    key : str
        Short name by which hypotheses and items cite it.
    authors : str
        As cited.
    year : int
        Year of publication.
    title, outlet : str
        Title, and journal or publisher with volume and pages; empty where the study's own
        material does not state them.
    """

    key: str
    authors: str
    year: int
    title: str = ""
    outlet: str = ""

    def __str__(self) -> str:
        parts = (f"{self.authors} ({self.year})", self.title, self.outlet)
        return ". ".join(part for part in parts if part) + "."


@dataclass(frozen=True, slots=True)
class Alternative:
    """A rival to a study, as the changes that lead to it.

    Being changes and not a study, it stays meaningful when the study itself is varied.

    Parameters
    ----------
    id : str
        Short name.
    name : Text
        Its name in words.
    adds : tuple of Hypothesis
        Paths that the rival has and the study has not.
    drops : tuple of str
        Ids of constructs, hypotheses or mediations that the rival does without.
    """

    id: str
    name: Text
    adds: tuple[Hypothesis, ...] = ()
    drops: tuple[str, ...] = ()
