"""How each question may be answered: the numbers, and the labels that stand for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scrm_model.study.claims import Text
from scrm_model.survey.incoming.wording import plain
from scrm_model.survey.items import Scale
from scrm_model.survey.scales import Scales


@dataclass(frozen=True, slots=True)
class Key:
    """The answers to one question.

    Parameters
    ----------
    points : (int, int) or None
        Lowest and highest answer; None where any number is one.
    labels : dict of str to int
        Code by label, in the form that `plain` gives.
    shown : dict of int to str
        Label of a code, for messages.
    item : bool
        Whether this is an item of a construct or of the marker.
    wordings : tuple of str
        The question itself, in the form that `plain` gives.
    construct : str
        Construct that it measures, or ``""``.
    """

    points: tuple[int, int] | None = None
    labels: dict[str, int] | None = None
    shown: dict[int, str] | None = None
    item: bool = False
    wordings: tuple[str, ...] = ()
    construct: str = ""


def answer_keys(scales: Scales) -> dict[str, Key]:
    """How each question of an instrument may be answered, by its code.

    Parameters
    ----------
    scales : Scales

    Returns
    -------
    dict of str to Key
        Items of the constructs first, then marker, attention checks, questions.

    Notes
    -----
    Attention checks, and questions that are answered as items are, have the anchors of the first
    scale with the same points.
    """
    keys: dict[str, Key] = {}
    for scale in [*scales.scales, *([scales.marker] if scales.marker else [])]:
        labels, shown = _labels(zip(_codes(scale), scale.anchors, strict=True))
        for item in scale.items:
            said = _wordings(item.text)
            keys[item.code] = Key(scale.points, labels, shown, True, said, item.construct)
    for check in scales.attention:
        labels, shown = _anchors_for(scales, check.points)
        keys[check.code] = Key(check.points, labels, shown, False, _wordings(check.text))
    for question in (*scales.screening, *scales.controls):
        said = _wordings(question.text)
        if question.kind == "rating" and scales.scales:
            points = scales.scales[0].points
            labels, shown = _anchors_for(scales, points)
            keys[question.code] = Key(points, labels, shown, False, said)
        else:
            labels, shown = _labels((choice.value, choice.text) for choice in question.choices)
            keys[question.code] = Key(None, labels, shown, False, said)
    return keys


def _codes(scale: Scale) -> Iterable[int]:
    low, high = scale.points
    if len(scale.anchors) == 2:
        return (low, high)
    return range(low, low + len(scale.anchors))


def _labels(pairs: Iterable[tuple[int, Text]]) -> tuple[dict[str, int], dict[int, str]]:
    labels: dict[str, int] = {}
    shown: dict[int, str] = {}
    twice: set[str] = set()
    for code, text in pairs:
        shown[code] = str(text)
        for words in _wordings(text):
            # A label of two points says neither.
            if labels.setdefault(words, code) != code:
                twice.add(words)
    return {words: code for words, code in labels.items() if words not in twice}, shown


def _anchors_for(scales: Scales, points: tuple[int, int]) -> tuple[dict[str, int], dict[int, str]]:
    for scale in scales.scales:
        if scale.points == points and scale.anchors:
            return _labels(zip(_codes(scale), scale.anchors, strict=True))
    return {}, {}


def _wordings(text: Text) -> tuple[str, ...]:
    both = (plain(text.en), plain(text.fr))
    return tuple(dict.fromkeys(words for words in both if words))
