"""How wide the columns of a printed table are, how large its letters, and which way the page lies.

Widths are estimates for a serif face of the proportions of Times; nothing is measured, so that a
file can be written where the font is not.
"""

from dataclasses import dataclass

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.rendering.grids import Cell, Grid

PORTRAIT, LANDSCAPE = 453.0, 700.0
"""Width of the text on A4 with margins of 2.5 cm, in points."""

FORMS = (
    *((False, size) for size in (10.0, 9.0, 8.0)),
    *((True, size) for size in (10.0, 9.0, 8.0, 7.0, 6.0)),
)
"""Whether the page is turned, and the size of the letters, from best to last."""

SLACK = 1.08  # what must not be broken has so much more room than is estimated
ABOVE = 80.0  # room for a heading of the text above the table, and for higher letters
COMFORT = 11.0  # a column of wording is not made narrower than this many times the letter size
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
        The largest letters with which the numbers stand on one line each and wordings have room,
        on a turned page if possible so small that no row goes to another page; if none are small
        enough, the smallest.
    """
    fits = [form for form in FORMS if sum(_needs(grid, form[1])[1]) <= _room(form[0])]
    forms = fits or [FORMS[-1]]
    # A turned page is short: smaller letters are better than a few rows on another page.
    whole = [form for form in forms if not _set(grid, *form).long] if forms[0][0] else []
    return _set(grid, *(whole or forms)[0])


def _room(landscape: bool) -> float:
    return LANDSCAPE if landscape else PORTRAIT


def _set(grid: Grid, landscape: bool, size: float) -> Plan:
    """The table on a page, in letters of a size."""
    natural, least = _needs(grid, size)
    widths = _shared(natural, least, _room(landscape))
    wrapped = tuple(w < n - 0.5 for w, n in zip(widths, natural, strict=True))
    # What is wide on one page is high on the other.
    high = _room(not landscape) - ABOVE
    return Plan(landscape, size, widths, wrapped, _height(grid, widths, size) > high)


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


def _height(grid: Grid, widths: tuple[float, ...], size: float) -> float:
    """About how high the table is in points, with its title and notes."""
    line, gap = 1.15 * size, 3.0
    height = 2 * 14.0 + _head_rows(grid) * (line + gap)
    height += sum(line + gap for group in grid.groups if group.heading)
    for row in grid.rows:
        lines = (
            -(-text_points(cell.text, size) // (width - size * 0.5))
            for cell, width in zip(row, widths, strict=True)
        )
        height += max(1.0, *lines) * line + gap
    note = sum(text_points(text, 9.0) for text in grid.notes)
    return height + -(-note // sum(widths)) * 10.5


def _head_rows(grid: Grid) -> int:
    return 2 if any(head.spanner for head in grid.heads) else 1
