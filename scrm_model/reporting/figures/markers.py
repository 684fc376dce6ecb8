"""Signs that stay apart in black print: by shape, and filled or not."""

from collections.abc import Callable

from scrm_model.reporting.figures.marks import INK, PAPER, Area, Mark, Oval, Point

MARKERS = 8
"""How many signs there are."""


def marker(kind: int, x: float, y: float, size: float = 2.8, name: str = "") -> Mark:
    """A sign.

    Parameters
    ----------
    kind : int
        From 0: disc, square, triangle, diamond; then the same with the other filling.
    x, y : float
        Its middle.
    size : float
        Half its width, in points.
    name : str
        What it stands for.

    Returns
    -------
    Mark
    """
    shape, turn = kind % 4, kind // 4 % 2
    fill = PAPER if (shape % 2) != turn else INK
    if shape == 0:
        return Oval(x - size, y - size, 2 * size, 2 * size, fill, INK, 0.9, name)
    corners = _CORNERS[shape - 1](size)
    return Area(tuple((x + dx, y + dy) for dx, dy in corners), fill, INK, 0.9, name)


def _square(s: float) -> tuple[Point, ...]:
    s *= 0.9
    return ((-s, -s), (s, -s), (s, s), (-s, s))


def _triangle(s: float) -> tuple[Point, ...]:
    s *= 1.15
    return ((0.0, -s), (s, 0.8 * s), (-s, 0.8 * s))


def _diamond(s: float) -> tuple[Point, ...]:
    s *= 1.25
    return ((0.0, -s), (s, 0.0), (0.0, s), (-s, 0.0))


_CORNERS: tuple[Callable[[float], tuple[Point, ...]], ...] = (_square, _triangle, _diamond)
