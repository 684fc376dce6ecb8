"""A cloud of words: the more frequent, the larger; in one ink, all upright to the reader."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi, sin, sqrt
from typing import Any

import numpy as np

from scrm_model.errors import ArgumentError
from scrm_model.interviews.lexical.counts import WordFrequencies, check_whole
from scrm_model.reporting.figures.marks import INK, PALE, Mark, Words
from scrm_model.reporting.figures.measure import extent, lines, plain
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import integer
from scrm_model.reporting.language import Listing, check_language, phrase, say

MARGIN, LEAST_WIDTH = 14.0, 300.0
SMALLEST, LARGEST, NOTE = 8.0, 40.0, 7.0
PAD, ASPECT, TURN, GROWTH = 2.0, 1.7, 0.25, 0.8
GREYS = (INK, "#333333", PALE)

Rect = tuple[float, float, float, float]


def word_cloud(
    frequencies: WordFrequencies, *, most: int = 60, seed: int = 0, lang: str = "en"
) -> Picture:
    """Draw the most frequent words, the larger the more frequent.

    Parameters
    ----------
    frequencies : WordFrequencies
        What `word_frequencies` returned.
    most : int
        Number of terms.
    seed : int
        Of the places; the same seed gives the same cloud.
    lang : {"en", "fr"}
        Language of title and description.

    Returns
    -------
    Picture
        Sizes go by the square root of the counts, so that areas go by the counts. ``frame`` has the
        terms shown.

    Raises
    ------
    ArgumentError
        If an argument cannot be used, or there are no words.

    Notes
    -----
    Each word is laid on a spiral around the middle, as near as it does not touch another. Where it
    lands means nothing: a table of frequencies says the same more exactly.
    """
    check_language(lang)
    check_whole("most", most)
    if not isinstance(frequencies, WordFrequencies):
        raise ArgumentError(
            f"frequencies= needs what word_frequencies() returned; got "
            f"{type(frequencies).__name__}. Count the words first."
        )
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ArgumentError(f"seed= needs a whole number from 0; got {seed!r}. Take any.")
    frame = frequencies.frame.head(most)
    if not len(frame):
        raise ArgumentError("frequencies= needs words; got none. Look at stop= and minimum=.")
    placed = _placed(list(frame["term"]), [int(c) for c in frame["count"]], int(seed))
    marks, size = _page(placed, frame, lang)
    title = _word("title", lang)
    told = tuple(
        _word("word", lang, term=row["term"], count=integer(int(row["count"]), lang))
        for row in frame.to_dict("records")
    )
    description = _word("description", lang, words=say(Listing(told, "semicolon"), lang))
    return Picture(title, description, frame, marks, size, lang)


def _word(key: str, lang: str, **fields: Any) -> str:
    return say(phrase(f"figures.cloud.{key}", **fields), lang)


def _placed(terms: list[str], counts: list[int], seed: int) -> list[tuple[str, float, Rect]]:
    """Text, size and rectangle of each word around the origin."""
    rng = np.random.default_rng(seed)
    out: list[tuple[str, float, Rect]] = []
    for term, count in zip(terms, counts, strict=True):
        size = max(SMALLEST, LARGEST * sqrt(count / counts[0]))
        size = round(size * min(1.0, 12 / max(len(term), 1)), 1) if size > 2 * SMALLEST else size
        text = plain(term)
        wide, above, below = extent(text, size)
        phase = rng.uniform(0, 2 * pi)
        for x, y in _spiral(phase):
            rect = (x - wide / 2 - PAD, y - above - PAD, x + wide / 2 + PAD, y + below + PAD)
            if not any(_touch(rect, other) for _, _, other in out):
                out.append((text, size, rect))
                break
    return out


def _spiral(phase: float) -> Iterator[tuple[float, float]]:
    turn = 0.0
    while True:
        radius = GROWTH * turn
        yield ASPECT * radius * cos(turn + phase), radius * sin(turn + phase)
        turn += TURN


def _touch(one: Rect, two: Rect) -> bool:
    apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
    return not apart


def _page(
    placed: list[tuple[str, float, Rect]], frame: Any, lang: str
) -> tuple[tuple[Mark, ...], tuple[float, float]]:
    left, top = (min(rect[k] for _, _, rect in placed) for k in (0, 1))
    right, bottom = (max(rect[k] for _, _, rect in placed) for k in (2, 3))
    width = max(right - left + 2 * MARGIN, LEAST_WIDTH)
    dx = (width - (right - left)) / 2 - left
    marks: list[Mark] = []
    y = MARGIN
    for line in lines(_word("title", lang), width - 2 * MARGIN, 11.0, 2, bold=True):
        marks.append(Words(MARGIN, y + 7, line, 11.0, bold=True))
        y += 15
    dy = y + 4 - top
    for rank, (text, size, rect) in enumerate(placed):
        _, above, _ = extent(text, size)
        colour = GREYS[min(3 * rank // len(placed), 2)]
        at = rect[1] + PAD + above + dy
        marks.append(Words(rect[0] + PAD + dx, at, text, size, colour=colour))
    y = bottom + dy + 6
    counts = [int(c) for c in frame["count"]]
    note = _word(
        "reading", lang, most=integer(counts[0], lang), least=integer(counts[-1], lang),
        n=integer(len(counts), lang),
    )  # fmt: skip
    for line in lines(note, width - 2 * MARGIN, NOTE, 4):
        marks.append(Words(MARGIN, y + 5, line, NOTE, colour=PALE))
        y += 9.5
    return tuple(marks), (width, y + MARGIN - 4)
