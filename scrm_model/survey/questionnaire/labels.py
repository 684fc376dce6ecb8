"""Answers of a scale, with what respondents read."""

from __future__ import annotations

from collections.abc import Sequence

from scrm_model.study.records import Text
from scrm_model.survey.items import Choice


def labelled(points: tuple[int, int], anchors: Sequence[Text] = ()) -> tuple[Choice, ...]:
    """Answers of a scale with what respondents read.

    Parameters
    ----------
    points : (int, int)
        Lowest and highest answer.
    anchors : sequence of Text
        Labels: none (the numbers are read), those of the two ends (read behind their number), or
        one for each answer.

    Returns
    -------
    tuple of Choice
    """
    low, high = points
    values = range(low, high + 1)
    if len(anchors) == len(values):
        return tuple(Choice(v, anchor) for v, anchor in zip(values, anchors, strict=True))
    labels = {v: Text(str(v), str(v)) for v in values}
    for v, anchor in zip((low, high), anchors, strict=False):
        labels[v] = Text(
            f"{v} – {anchor.en}" if anchor.en else "", f"{v} – {anchor.fr}" if anchor.fr else ""
        )
    return tuple(Choice(v, label) for v, label in labels.items())
