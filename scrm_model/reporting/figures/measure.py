"""How wide a text is in the font that figures use, and texts broken into lines of a width."""

from functools import cache
from pathlib import Path
from typing import Any

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.markup import clean

UNKNOWN = "\ufffd"


@cache
def font(bold: bool = False) -> Any:
    """The font that comes with matplotlib, so that a figure looks the same everywhere."""
    import matplotlib  # noqa: PLC0415 - heavy, and only figures need it
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name))


@cache
def _known(bold: bool) -> frozenset[int]:
    from matplotlib.font_manager import get_font  # noqa: PLC0415

    return frozenset(get_font(font(bold).get_file()).get_charmap())


def plain(text: str, bold: bool = False) -> str:
    """A text as it can be drawn in one line.

    Parameters
    ----------
    text : str
        Any text.
    bold : bool
        For which font.

    Returns
    -------
    str
        White space becomes a blank, control characters and marks that turn the direction of
        writing go, and a letter that the font lacks becomes U+FFFD. The description of the
        figure keeps the letter.
    """
    bare = clean(" ".join(text.split())).replace(ITALIC_ON, "").replace(ITALIC_OFF, "")
    known = _known(bold)
    return "".join(c if ord(c) in known else UNKNOWN for c in bare)


@cache
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in points.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in points.
    bold : bool
        Whether it is bold.

    Returns
    -------
    float
    """
    from matplotlib.textpath import text_to_path  # noqa: PLC0415

    if not text:
        return 0.0
    properties = font(bold).copy()
    properties.set_size(size)
    return float(text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0])


@cache
def extent(text: str, size: float, bold: bool = False) -> tuple[float, float, float]:
    """Width of a text, and how far it reaches above and below the place where `Words` stands.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in points.
    bold : bool
        Whether it is bold.

    Returns
    -------
    tuple of float
        In points. A line is at least as high as "lp", and stands at half the height above its
        baseline, as matplotlib has it.
    """
    from matplotlib.textpath import text_to_path  # noqa: PLC0415

    properties = font(bold).copy()
    properties.set_size(size)
    measured = [
        text_to_path.get_text_width_height_descent(part, properties, ismath=False)
        for part in (text, "lp")
    ]
    height, descent = (float(max(m[k] for m in measured)) for k in (1, 2))
    half = (height - descent) / 2
    return float(measured[0][0]), half, half + descent


def lines(text: str, room: float, size: float, most: int = 3, bold: bool = False) -> list[str]:
    """A text in lines that are no wider than there is room.

    Parameters
    ----------
    text : str
        Any text.
    room : float
        Width in points.
    size : float
        Font size in points.
    most : int
        Number of lines; what does not fit is cut off, which an ellipsis shows.
    bold : bool
        Whether it is bold.

    Returns
    -------
    list of str
        Words that are wider than the room are broken. Empty for an empty text.
    """
    out: list[str] = []
    line = ""
    for word in _pieces(plain(text, bold).split(" "), room, size, bold):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= room:
            line = longer
            continue
        out.append(line)
        line = word
        if len(out) > most:
            break
    out = [kept for kept in [*out, line] if kept]
    if len(out) <= most:
        return out
    last = out[most - 1]
    while last and width(last + "…", size, bold) > room:
        last = last[:-1]
    return [*out[: most - 1], last.rstrip() + "…"]


def _pieces(words: list[str], room: float, size: float, bold: bool) -> list[str]:
    """Words, cut where one alone is wider than the room."""
    out = []
    for word in words:
        rest = word
        while width(rest, size, bold) > room and len(rest) > 1:
            # The longest beginning that fits, found by halving.
            low, high = 1, len(rest)
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (
                    (middle, high) if width(rest[:middle], size, bold) <= room else (low, middle)
                )
            out.append(rest[:low])
            rest = rest[low:]
        out.append(rest)
    return out
