"""Colours of ordered answers that stay apart in black print and for colour-blind readers."""

from dataclasses import dataclass

LOW = ((0x8C, 0x51, 0x0A), (0xF6, 0xE8, 0xC3))
HIGH = ((0x01, 0x66, 0x5E), (0xC7, 0xEA, 0xE5))
MIDDLE = "#e3e3e3"


@dataclass(frozen=True, slots=True)
class Shade:
    """How one answer is drawn.

    Attributes
    ----------
    fill : str
        Its colour.
    hatch : str
        Its pattern: answers below the middle have one, since grey alone does not tell the sides.
    hatch_colour : str
        Colour of the pattern.
    ink : str
        Colour of a number on it.
    """

    fill: str
    hatch: str = ""
    hatch_colour: str = "#ffffff"
    ink: str = "#111111"


def shades(count: int) -> tuple[Shade, ...]:
    """A shade for each of several answers in order.

    Parameters
    ----------
    count : int
        Number of answers.

    Returns
    -------
    tuple of Shade
        Brown and hatched below the middle, grey at it, green above; the darker, the farther out.
    """
    half = count // 2
    low = [_mixed(*LOW, k / max(half, 2)) for k in range(half)]
    high = [_mixed(*HIGH, k / max(half, 2)) for k in range(half)]
    below = [Shade(_hex(c), "////", _line(c), _ink(c)) for c in low]
    above = [Shade(_hex(c), ink=_ink(c)) for c in reversed(high)]
    return (*below, *([Shade(MIDDLE)] if count % 2 else []), *above)


Colour = tuple[float, float, float]


def _mixed(dark: Colour, light: Colour, at: float) -> Colour:
    first, second, third = (a + (b - a) * at for a, b in zip(dark, light, strict=True))
    return first, second, third


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def lightness(colour: Colour) -> float:
    """Relative luminance of a colour, from 0 to 1 (WCAG 2)."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ink(colour: Colour) -> str:
    # Where black and white have the same contrast.
    return "#111111" if lightness(colour) > 0.18 else "#ffffff"


def _line(colour: Colour) -> str:
    return "#8c510a" if lightness(colour) > 0.35 else "#ffffff"


def graded(value: float, darkest: float) -> Shade:
    """A shade for a number: green above zero, brown and hatched below it.

    Parameters
    ----------
    value : float
    darkest : float
        The size from which on the shade is the darkest.

    Returns
    -------
    Shade
        White at zero; the darker, the farther from it.
    """
    share = min(1.0, abs(value) / darkest)
    dark = LOW[0] if value < 0 else HIGH[0]
    # Not quite to the end, so that numbers stay readable.
    colour = _mixed((255, 255, 255), dark, 0.85 * share)
    if value >= 0:
        return Shade(_hex(colour), ink=_ink(colour))
    return Shade(_hex(colour), "///", _hex(_mixed(colour, (255, 255, 255), 0.5)), _ink(colour))
