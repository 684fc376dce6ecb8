"""The records that an instrument is made of: items, scales, attention checks, questions."""

from __future__ import annotations

from dataclasses import dataclass

from scrm_model.errors import ScaleError
from scrm_model.study.checks import VARIABLE
from scrm_model.study.records import Text, check_one_of

NO_TEXT = Text()
KINDS = ("choice", "number", "rating", "text")


def check_code(code: str) -> None:
    """Raise `ScaleError` unless a code can name a variable of a model.

    Parameters
    ----------
    code : str
        The code.

    Raises
    ------
    ScaleError
        If it is no letter followed by letters, digits, dots and underscores.
    """
    if not (isinstance(code, str) and VARIABLE.fullmatch(code)):
        raise ScaleError(
            f"code= needs a letter followed by letters, digits, '.' or '_'; got {code!r}. "
            "It names a column of the data and a variable of the model: rename it in both."
        )


def range_of(points: object) -> tuple[int, int]:
    """Lowest and highest answer from a number of points or from the two themselves.

    Parameters
    ----------
    points : int or (int, int)
        ``7`` stands for ``(1, 7)``.

    Returns
    -------
    tuple of (int, int)

    Raises
    ------
    ScaleError
        Unless there are two whole numbers, the first the lower.
    """
    pair = (1, points) if isinstance(points, int) else points
    if isinstance(pair, (tuple, list)) and [type(p) for p in pair] == [int, int]:
        low, high = pair
        if low < high:
            return (low, high)
    raise ScaleError(
        "points= needs a number of points above 1, or the lowest and the highest answer; "
        f"got {points!r}. Write 7, or [1, 7]."
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A statement that respondents rate.

    Parameters
    ----------
    code : str
        Its column in the data.
    construct : str
        Id of the construct that it measures.
    text : Text
        Its wording; empty where a study is analysed without its questionnaire.
    dimension : str
        Id of the construct's dimension, if that has any.
    facet : str
        Id of the facet that it carries.
    source : tuple of str
        Keys of the publications whose content it adapts.
    reverse : bool
        Whether agreement speaks against the construct.
    """

    code: str
    construct: str
    text: Text = NO_TEXT
    dimension: str = ""
    facet: str = ""
    source: tuple[str, ...] = ()
    reverse: bool = False

    def __post_init__(self) -> None:
        check_code(self.code)
        object.__setattr__(self, "source", tuple(self.source))


@dataclass(frozen=True, slots=True)
class Scale:
    """The items of one construct, and how they are answered.

    Parameters
    ----------
    construct : str
        Id of the construct.
    items : sequence of Item
        At least one.
    points : int or (int, int)
        Number of answers, or the lowest and the highest; kept as the latter.
    anchors : sequence of Text
        Labels of the answers: none, those of the two ends, or one for each.

    Raises
    ------
    ScaleError
        If there is no item, or if points or anchors make no scale.
    """

    construct: str
    items: tuple[Item, ...]
    points: tuple[int, int] = (1, 7)
    anchors: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(self.items))
        object.__setattr__(self, "anchors", tuple(self.anchors))
        low, high = range_of(self.points)
        object.__setattr__(self, "points", (low, high))
        if not self.items:
            raise ScaleError(
                f"items= needs at least one item; got none for {self.construct}. "
                "Give it an item, or leave the construct out."
            )
        strangers = [i.code for i in self.items if i.construct != self.construct]
        if strangers:
            raise ScaleError(
                f"items= needs items of {self.construct}; got {', '.join(strangers)} of another "
                "construct. Move them to their own scale."
            )
        if len(self.anchors) not in (0, 2, high - low + 1):
            raise ScaleError(
                f"anchors= needs 2 labels or one for each of the {high - low + 1} points; "
                f"got {len(self.anchors)} for {self.construct}. Label the ends, or every point."
            )

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the items, in order."""
        return tuple(item.code for item in self.items)

    @property
    def by_dimension(self) -> dict[str, tuple[str, ...]]:
        """Codes of the items of each dimension, in order; ``""`` for items without one."""
        names = dict.fromkeys(item.dimension for item in self.items)
        return {d: tuple(i.code for i in self.items if i.dimension == d) for d in names}


@dataclass(frozen=True, slots=True)
class Attention:
    """An item whose right answer it tells.

    Parameters
    ----------
    code : str
        Its column in the data.
    text : Text
        Its wording.
    answer : int
        The answer of whoever reads it.
    points : int or (int, int)
        Number of answers, or the lowest and the highest; kept as the latter.
    """

    code: str
    text: Text
    answer: int
    points: tuple[int, int] = (1, 7)

    def __post_init__(self) -> None:
        check_code(self.code)
        low, high = range_of(self.points)
        object.__setattr__(self, "points", (low, high))
        if not (isinstance(self.answer, int) and low <= self.answer <= high):
            raise ScaleError(
                f"answer= needs a whole number from {low} to {high}; got {self.answer!r} for "
                f"{self.code}. Give the answer that the wording asks for."
            )


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a closed question.

    Parameters
    ----------
    value : int
        What the data file holds.
    text : Text
        What the respondent reads.
    """

    value: int
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question about the respondent or the firm.

    Parameters
    ----------
    code : str
        Its column in the data.
    text : Text
        Its wording.
    kind : {"choice", "number", "rating", "text"}
        How it is answered; a rating uses the points and anchors of the items.
    choices : tuple of Choice
        Answers of a closed question.
    eligible : tuple of int
        Answers that make a respondent eligible; empty if all do.
    minimum : int or None
        Lowest number or rating that makes a respondent eligible.
    """

    code: str
    text: Text
    kind: str = "choice"
    choices: tuple[Choice, ...] = ()
    eligible: tuple[int, ...] = ()
    minimum: int | None = None

    def __post_init__(self) -> None:
        check_code(self.code)
        check_one_of("kind", self.kind, KINDS)
        object.__setattr__(self, "choices", tuple(self.choices))
        object.__setattr__(self, "eligible", tuple(self.eligible))
        values = [choice.value for choice in self.choices]
        if (self.kind == "choice") != bool(values) or len(set(values)) < len(values):
            raise ScaleError(
                "choices= needs answers with different values for a closed question, and none for "
                f"another; got {values} for {self.code} ({self.kind}). Correct choices or kind."
            )
        if unknown := set(self.eligible) - set(values):
            raise ScaleError(
                f"eligible= needs values among the choices {values}; got {sorted(unknown)} for "
                f"{self.code}. Name values that a respondent can choose."
            )
