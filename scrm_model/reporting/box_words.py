"""What is written in the boxes of a path diagram, and how large they must be for it."""

from collections.abc import Mapping
from typing import Any

from scrm_model.reporting.language import say

BoxWords = tuple[str, tuple[str, ...], str]
"""Short name, full name in lines, and last line of a box."""

Size = tuple[float, float, bool]
"""Width, height, and whether it is an ellipse."""

NAME_WIDTH = 23
NAME_LINES = 3


def words_of(name: str, names: Mapping[str, Any], foot: str, lang: str) -> BoxWords:
    """Words of a box of the structural part.

    Parameters
    ----------
    name : str
    names : mapping of str to (str or text)
        Full names.
    foot : str
        Last line; may be empty.
    lang : str

    Returns
    -------
    BoxWords
    """
    full = say(names[name], lang) if name in names else ""
    rest = tuple(wrapped(full)) if full and full != name else ()
    return name, rest, foot


def size_of(words: BoxWords, latent: bool) -> Size:
    """Size of a box of the structural part."""
    head, rest, foot = words
    width = max([9.6 * len(head), *(6.3 * len(line) for line in (*rest, foot))])
    height = 22 + 14.5 * len(rest) + (15 if foot else 0)
    # The widest line stands near the middle, where an ellipse is widest.
    if latent:
        return (max(112.0, width * 1.12 + 24), max(62.0, height * 1.14 + 16), True)
    return (max(84.0, width + 24), max(40.0, height + 16), False)


def small_size_of(words: BoxWords, latent: bool, room: float) -> Size:
    """Size of the box of an indicator, at the end of a label of a width of `room`."""
    name, _, foot = words
    own = max(86.0, 8.2 * len(name) + 30) if latent else max(46.0, 7.4 * len(name) + 14)
    own = max(own, 6.3 * len(foot) + (36 if latent else 14))
    # Loadings come together towards their construct: labels need more room than they take.
    width = max(own, 1.4 * room + 6)
    height = (42.0 if latent else 28.0) + (15.0 if foot else 0.0)
    return (width, height, latent)


def alike(sizes: Mapping[str, Size]) -> dict[str, Size]:
    """Give all constructs the size of the largest: none is to look weightier than another."""
    width = max((size[0] for size in sizes.values()), default=0.0)
    height = max((size[1] for size in sizes.values()), default=0.0)
    return dict.fromkeys(sizes, (width, height, True))


def wrapped(text: str) -> list[str]:
    """Break a name into lines of about the same length."""
    lines = broken(text, NAME_WIDTH)
    for width in range(NAME_WIDTH - 1, 7, -1):
        narrower = broken(text, width)
        if len(narrower) > len(lines) or max(map(len, narrower)) > NAME_WIDTH:
            break
        lines = narrower
    if len(lines) > NAME_LINES:
        lines = [*lines[: NAME_LINES - 1], lines[NAME_LINES - 1] + "…"]
    longest = NAME_WIDTH + 7
    return [line if len(line) <= longest else line[: longest - 1] + "…" for line in lines]


def broken(text: str, width: int) -> list[str]:
    """Break a text into lines of up to `width` letters; a longer word stays whole."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
