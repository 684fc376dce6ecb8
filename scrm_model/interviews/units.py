"""Unitising: what coders decide on, and which decisions each of them made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.interviews.wording import Text

if TYPE_CHECKING:
    from scrm_model.interviews.codings import Codings

UNITS = ("segment", "paragraph", "document")
Unit = tuple[str, int | str]
Units = tuple[list[Unit], Callable[[str, str], list[Unit]], list[Text]]


def judged(codings: Codings, unit: str, seen: str) -> tuple[NDArray[np.int64], list[Text]]:
    """Decisions of every coder on every unit.

    Parameters
    ----------
    codings : Codings
        Who coded what where.
    unit : {"segment", "paragraph", "document"}
        What is decided on.
    seen : {"document", "segment"}
        What a coder is taken to have judged.

    Returns
    -------
    (ndarray of int, shape (codes, coders, units), list of Text)
        1 where a code was applied, 0 where not, -1 where the coder did not judge the unit; and
        what units are, in words.

    Raises
    ------
    ArgumentError
        If paragraphs are asked for of which nothing is known.
    """
    units, of_segment, notes = _units(codings, unit)
    codes = {code: k for k, code in enumerate(codings.codes)}
    coders = {coder: k for k, coder in enumerate(codings.coders)}
    place = {own: k for k, own in enumerate(units)}
    columns = codings.frame[["document", "segment", "code", "coder"]]
    rows = [
        (name, [place[u] for u in of_segment(name, segment)], code, coders[coder])
        for name, segment, code, coder in columns.itertuples(index=False, name=None)
    ]
    saw = np.zeros((len(coders), len(units)), dtype=bool)
    document = np.array([own[0] for own in units], dtype=object)
    for name, who in dict.fromkeys((row[0], row[3]) for row in rows):
        saw[who] |= (document == name) & (seen == "document")
    for _, own, _, who in rows:
        saw[who, own] = True
    decisions = np.full((len(codes), len(coders), len(units)), -1, dtype=np.int64)
    decisions[:, saw] = 0
    for _, own, code, who in rows:
        if code:
            decisions[codes[code], who, own] = 1
    return decisions, [*notes, _seen(seen)]


def _units(codings: Codings, unit: str) -> Units:
    """Units in order, those that a segment touches, and what they are in words."""
    frame = codings.frame
    if unit == "document":
        text = Text("Units are whole documents.", "Les unités sont des documents entiers.")
        return [(d, 0) for d in codings.documents], lambda d, _: [(d, 0)], [text]
    if unit == "segment":
        pairs = zip(frame["document"], frame["segment"], strict=True)
        text = Text(
            "Units are the segments that anybody coded or listed; a code applied to a segment with "
            "other ends is another unit.",
            "Les unités sont les segments que quelqu'un a codés ou listés ; un code posé sur un "
            "segment d'autres bornes est une autre unité.",
        )
        return list(dict.fromkeys(pairs)), lambda d, s: [(d, s)], [text]
    return _paragraphs(codings)


def _paragraphs(codings: Codings) -> Units:
    if not codings.paragraphs:
        raise ArgumentError(
            "unit= needs 'segment' or 'document' here; got 'paragraph', and the texts are not "
            "known. Read an exchanged project (.qdpx) that holds them."
        )
    places = set(zip(codings.frame["document"], codings.frame["segment"], strict=True))
    touched = {place: _touched(codings, *place) for place in places}
    without = sum(place not in codings.spans for place in places)
    notes = [
        Text(
            "Units are paragraphs; a code applies to each paragraph that its segment touches.",
            "Les unités sont les paragraphes ; un code vaut pour chaque paragraphe que touche son "
            "segment.",
        )
    ]
    if without:
        notes.append(
            Text(
                f"{without} segments without a place in a text are left out.",
                f"{without} segments sans place dans un texte sont laissés de côté.",
            )
        )
    units: list[Unit] = [(d, k) for d, own in codings.paragraphs.items() for k in range(len(own))]
    return units, lambda d, s: touched[d, s], notes


def _touched(codings: Codings, name: str, segment: str) -> list[Unit]:
    """Paragraphs of which a segment has any character; none where its place is not known."""
    if (name, segment) not in codings.spans:
        return []
    start, end = codings.spans[name, segment]
    # An empty selection touches the paragraph that it stands in.
    behind = max(end, start + 1)
    own = codings.paragraphs.get(name, ())
    return [(name, k) for k, (a, b) in enumerate(own) if a < behind and start < b]


def _seen(seen: str) -> Text:
    if seen == "document":
        return Text(
            "A coder has judged every unit of a document in which that coder coded anything.",
            "Un codeur a jugé toutes les unités d'un document dans lequel il a codé quelque chose.",
        )
    return Text(
        "A coder has judged the segments that that coder coded or listed.",
        "Un codeur a jugé les segments qu'il a codés ou listés.",
    )
