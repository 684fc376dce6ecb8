"""What the labels that a file gives to its codes say about them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from scrm_model.survey.incoming.cells import is_number
from scrm_model.survey.incoming.keys import Key
from scrm_model.survey.incoming.polarity import pole
from scrm_model.survey.incoming.wording import numbered, plain


def numeric_labels(labels: Mapping[float | str, str]) -> dict[float, str]:
    """Labels of the values that are numbers.

    Parameters
    ----------
    labels : mapping of float or str to str

    Returns
    -------
    dict of float to str
    """
    return {float(c): w for c, w in labels.items() if is_number(c)}


def meant_by_labels(labels: Mapping[float | str, str], key: Key) -> dict[float, float]:
    """What the codes of a file mean in the scale, by their labels; as far as these are known.

    Parameters
    ----------
    labels : mapping of float or str to str
        Labels that the file gives to its values.
    key : Key
        The answers of the scale.

    Returns
    -------
    dict of float to float
        Code of the scale by code of the file.
    """
    known = key.labels or {}
    meant: dict[float, float] = {}
    for code, words in numeric_labels(labels).items():
        parts = numbered(words)
        to = known.get(plain(words))
        if to is None and parts is not None:
            to = known.get(plain(parts[1]))
        if to is not None:
            meant[code] = float(to)
    return meant


def opposed(labels: Mapping[float, str], points: tuple[int, int]) -> bool:
    """Whether the ends of a scale without anchors have labels that turn it round.

    Parameters
    ----------
    labels : mapping of float to str
        Label by code.
    points : (int, int)
        Lowest and highest answer; labels of other codes are not looked at.

    Returns
    -------
    bool
    """
    inside = {code: words for code, words in labels.items() if points[0] <= code <= points[1]}
    if len(inside) < 2:
        return False
    low, high = pole(inside[min(inside)]), pole(inside[max(inside)])
    return low - high > 0 and low >= 0 >= high


def change_of_codes(
    meant: dict[float, float], points: tuple[float, float]
) -> dict[float, float] | None:
    """New code of each old one, those between the labelled ones included where they follow.

    Parameters
    ----------
    meant : dict of float to float
        Code of the scale by code of the file, where labels tell.
    points : (float, float)
        Lowest and highest answer of the scale.

    Returns
    -------
    dict of float to float, or None
        None where labels do not tell every code.

    Notes
    -----
    Where every known label is mirrored, or shifted, alike, so are the codes between them; codes
    that would leave the scale, such as 9 for "don't know", stay what they are.
    """
    low, high = points
    span = np.arange(low, high + 1)
    if len(meant) > 1 and len({code + to for code, to in meant.items()}) == 1:
        total = sum(next(iter(meant.items())))
        return {float(total - to): float(to) for to in span}
    if len(meant) > 1 and len({to - code for code, to in meant.items()}) == 1:
        step = next(to - code for code, to in meant.items())
        return {float(to - step): float(to) for to in span}
    return meant if sorted(meant.values()) == span.tolist() else None
