"""How wide the columns of a printed table are, how large its letters, and which way the page lies.

Widths are estimates for a serif face of the proportions of Times; nothing is measured, so that a
file can be written where the font is not.
"""

from dataclasses import dataclass

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.rendering.grids import Cell, Grid

PORTRAIT, LANDSCAPE = 453.0, 700.0
"""Width of the text on A4 with margins of 2.5 cm, in points."""

SIZES = ((False, 10.0), (False, 9.0), (True, 10.0), (True, 9.0), (True, 8.0), (True, 7.0))
SMALLEST = 6.0
SLACK = 1.08  # what must not be broken has so much more room than is estimated
COMFORT = 11.0  # a column of wording is not made narrower than this many times the letter size
LINES = {False: 44, True: 26}
_NARROW, _WIDE = frozenset(" .,;:!|'’ijlt()[]/\u00a0\u202f"), frozenset("mwMW—→%@&")
_SIGNS = frozenset("~=+−<>≤≥√^#")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is set.

    Attributes
    ----------
    landscape : bool
        Whether its page is turned.
    size : float
        Size of the letters in points.
    widths : tuple of float
        Width of each column in points, with the room between columns.
    wrapped : tuple of bool
        Which columns are narrower than their longest text.
    long : bool
        Whether it is about longer than a page.
    """

    landscape: bool
    size: float
    widths: tuple[float, ...]
    wrapped: tuple[bool, ...]
    long: bool


def plan_of(grid: Grid) -> Plan:
    """Choose page, letters and widths.

    Parameters
    ----------
    grid : Grid
        The table in words.

    Returns
    -------
    Plan
        The largest letters with which the numbers stand on one line each and wordings have room;
        if none are small enough, the smallest.
    """
    for landscape, size in (*SIZES, (True, SMALLEST)):
        room = LANDSCAPE if landscape else PORTRAIT
        natural, least = _needs(grid, size)
        if sum(least) <= room or size == SMALLEST:
            break
    widths = _shared(natural, least, room)
    wrapped = tuple(w < n - 0.5 for w, n in zip(widths, natural, strict=True))
    return Plan(landscape, size, widths, wrapped, _lines(grid, widths, size) > LINES[landscape])


def text_points(text: str, size: float) -> float:
    """Return about how wide a text is, in points."""
    plain = text.replace(ITALIC_ON, "").replace(ITALIC_OFF, "")
    return size * sum(_ems(character) for character in plain)


def _ems(character: str) -> float:
    """Width of a character in ems of Times, rounded up."""
    if character in _NARROW:
        return 0.3
    if character in _WIDE:
        return 0.9
    if character.isupper():
        return 0.69
    return 0.58 if character in _SIGNS else 0.51


def longest_word(text: str, size: float) -> float:
    """Return about how wide the widest word of a text is, in points."""
    return max((text_points(word, size) for word in text.split(" ")), default=0.0)


def _needs(grid: Grid, size: float) -> tuple[list[float], list[float]]:
    """The width that each column would like, and what it must have."""
    gap = size * 0.9
    natural, least = [], []
    for k, head in enumerate(grid.heads):
        indent = size if k == 0 and any(group.heading for group in grid.groups) else 0.0
        texts = [_taken(row[k], size) + indent for row in grid.rows]
        full = max(texts, default=0.0)
        word = SLACK * longest_word(head.text, size)
        if head.numeric:
            # Stars hang beyond the numbers, so that every row needs the room of the most.
            marks = max((text_points(row[k].marks, size * 0.7) for row in grid.rows), default=0.0)
            least.append(max(full, word) + marks + gap)
            half = 0.55 * text_points(head.text, size)  # a heading on two lines
            natural.append(max(least[-1], half + gap))
            continue
        words = indent + max((longest_word(row[k].text, size) for row in grid.rows), default=0.0)
        natural.append(SLACK * max(full, text_points(head.text, size)) + gap)
        least.append(min(natural[-1], max(words, word, COMFORT * size) + gap))
    _spanned(grid, size, natural, least)
    return natural, least


def _taken(cell: Cell, size: float) -> float:
    """Width of a cell: bold letters are wider, and a number must never be broken."""
    wider = SLACK if cell.strong or cell.kind != "text" else 1.0
    marks = 0.0 if cell.kind != "text" else text_points(cell.marks, size * 0.7)
    return wider * text_points(cell.text, size) + marks


def _spanned(grid: Grid, size: float, natural: list[float], least: list[float]) -> None:
    """Give columns the room that the longest word of their spanner needs, in place."""
    first = 0
    for text, count in grid.spans:
        lacking = longest_word(text, size) + size - sum(least[first : first + count])
        for k in range(first, first + count) if text and lacking > 0 else ():
            natural[k] += lacking / count
            least[k] += lacking / count
        first += count


def _shared(natural: list[float], least: list[float], room: float) -> tuple[float, ...]:
    """Divide the room: what must be, then what is wished, in proportion."""
    total = sum(least)
    if total >= room:
        return tuple(w * room / total for w in least)
    wish = [n - w for n, w in zip(natural, least, strict=True)]
    share = min(1.0, (room - total) / sum(wish)) if sum(wish) > 0 else 0.0
    return tuple(w + share * more for w, more in zip(least, wish, strict=True))


def _lines(grid: Grid, widths: tuple[float, ...], size: float) -> int:
    """About how many lines of 10-point letters the table takes."""
    lines = 3.0 + sum(1 for group in grid.groups if group.heading)
    for row in grid.rows:
        lines += max(
            -(-text_points(cell.text, size) // (width - size * 0.5))
            for cell, width in zip(row, widths, strict=True)
        )
    return int(lines * size / 10)
