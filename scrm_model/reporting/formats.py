"""Numbers as APA prints them, in English and French.

Every function takes a bare number and a language and gives text. A number that is missing
is an en dash: the table that shows it says why.
"""

import math
from dataclasses import dataclass
from typing import Any

from scrm_model.reporting.language import check_language

MINUS, DASH = "\u2212", "\u2013"
NARROW = "\u202f"
STAR_LEVELS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))
KINDS = (
    "text",
    "integer",
    "number",
    "bounded",
    "p",
    "percent",
    "interval",
    "bounded interval",
    "stars",
    "row",
)
"""What a column of a table can hold; ``row``: each row says its own kind."""


def is_missing(value: Any) -> bool:
    """Say whether `value` is no number: None, NaN or pandas' NA.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    bool
        True for None, NaN, NaT and NA; False for any text.
    """
    if value is None:
        return True
    if isinstance(value, str):
        return False
    try:
        return math.isnan(value)
    except TypeError:
        # pandas' NA is no float; neither is a phrase, but that is no gap.
        return type(value).__name__ in ("NAType", "NaTType")


def number(value: float, decimals: int = 2, lang: str = "en") -> str:
    """Write a number that may exceed 1 in size: ``1.25``, ``−0.30``; ``1,25``.

    Parameters
    ----------
    value : float
        The number.
    decimals : int
        Digits after the decimal mark.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    str
        Text with a true minus sign; an en dash when `value` is missing.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    check_language(lang)
    if is_missing(value):
        return DASH
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    text = f"{abs(value):,.{decimals}f}"
    # What rounds to zero has no sign.
    sign = MINUS if value < 0 and any(digit in "123456789" for digit in text) else ""
    if lang == "fr":
        text = text.replace(",", NARROW).replace(".", ",")
    return sign + text


def bounded(value: float, decimals: int = 2, lang: str = "en") -> str:
    """Write a number that lies between −1 and 1 by convention: ``.78``; ``0,78``.

    Parameters
    ----------
    value : float
        A correlation, a standardised coefficient, a fit index.
    decimals : int
        Digits after the decimal mark.
    lang : str
        ``"en"`` drops the zero before the point, ``"fr"`` keeps it.

    Returns
    -------
    str
        Text; an en dash when `value` is missing.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    text = number(value, decimals, lang)
    if lang == "en" and text.lstrip(MINUS).startswith("0."):
        return text.replace("0.", ".", 1)
    return text


def p_value(value: float, lang: str = "en", decimals: int = 3) -> str:
    """Write a p-value: ``.046``, ``< .001``; ``0,046``, ``< 0,001``.

    Parameters
    ----------
    value : float
        A probability.
    lang : str
        ``"en"`` or ``"fr"``.
    decimals : int
        Digits after the decimal mark.

    Returns
    -------
    str
        Text; an en dash when `value` is missing.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    floor = 10.0**-decimals
    if not is_missing(value) and value < floor:
        return "<" + NARROW + bounded(floor, decimals, lang)
    return bounded(value, decimals, lang)


def p_equals(value: float, lang: str = "en") -> str:
    """Write a p-value with its sign for a sentence: ``= .046``, ``< .001``."""
    text = p_value(value, lang)
    return text if text.startswith("<") else "=" + NARROW + text


def integer(value: float, lang: str = "en") -> str:
    """Write a whole number with thousands set apart: ``1,234``; ``1 234``."""
    return number(value, 0, lang)


def percent(value: float, decimals: int = 1, lang: str = "en") -> str:
    """Write a share as a percentage: ``12.5%``; ``12,5 %``.

    Parameters
    ----------
    value : float
        A share, 0.125 for 12.5 per cent.
    decimals : int
        Digits after the decimal mark.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    str
        Text; an en dash when `value` is missing.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    if is_missing(value):
        return DASH
    return number(100 * value, decimals, lang) + (NARROW + "%" if lang == "fr" else "%")


def interval(
    lower: float, upper: float, decimals: int = 2, lang: str = "en", kind: str = "number"
) -> str:
    """Write an interval: ``[0.12, 0.34]``; ``[0,12 ; 0,34]``.

    Parameters
    ----------
    lower, upper : float
        The limits.
    decimals : int
        Digits after the decimal mark.
    lang : str
        ``"en"`` or ``"fr"``; French separates by a semicolon since its comma is taken.
    kind : str
        ``number`` or ``bounded``: how the limits are written.

    Returns
    -------
    str
        Text; an en dash when either limit is missing.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    low, high = formatted(lower, kind, decimals, lang), formatted(upper, kind, decimals, lang)
    if DASH in (low, high):
        return DASH
    return f"[{low}{NARROW + ';' if lang == 'fr' else ','}\u00a0{high}]"


def stars(pvalue: float, lang: str = "en") -> str:
    """Write the usual stars for a p-value.

    Parameters
    ----------
    pvalue : float
        A probability.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    str
        ``***`` below .001, ``**`` below .01, ``*`` below .05; otherwise nothing in English
        and ``n.s.`` in French, whose tables print it. Nothing when `pvalue` is missing.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    check_language(lang)
    if is_missing(pvalue):
        return ""
    for level, mark in STAR_LEVELS:
        if pvalue < level:
            return mark
    return "n.s." if lang == "fr" else ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number waiting for the reader's language, to be put into a sentence.

    Attributes
    ----------
    value : float
        The number.
    kind : str
        ``number``, ``bounded``, ``integer``, ``percent``, ``p`` (with its sign, as a
        sentence needs it).
    decimals : int
        Digits after the decimal mark.
    """

    value: float
    kind: str = "number"
    decimals: int = 2

    def get(self, lang: str) -> str:
        """Return the number as text in `lang`."""
        if self.kind == "p":
            return p_equals(self.value, lang)
        return formatted(self.value, self.kind, self.decimals, lang)


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval waiting for the reader's language.

    Attributes
    ----------
    lower, upper : float
        The limits.
    decimals : int
        Digits after the decimal mark.
    kind : str
        ``number`` or ``bounded``.
    """

    lower: float
    upper: float
    decimals: int = 3
    kind: str = "number"

    def get(self, lang: str) -> str:
        """Return the interval in `lang`."""
        return interval(self.lower, self.upper, self.decimals, lang, self.kind)


def formatted(value: Any, kind: str, decimals: int, lang: str) -> str:
    """Write one cell of a given kind.

    Parameters
    ----------
    value : object
        The cell.
    kind : str
        ``integer``, ``number``, ``bounded``, ``p``, ``percent`` or ``stars``.
    decimals : int
        Digits after the decimal mark, where the kind has any.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    str
        Text.
    """
    if kind == "integer":
        return integer(value, lang)
    if kind == "bounded":
        return bounded(value, decimals, lang)
    if kind == "percent":
        return percent(value, decimals, lang)
    if kind == "p":
        return p_value(value, lang)
    if kind == "stars":
        return stars(value, lang)
    return number(value, decimals, lang)
