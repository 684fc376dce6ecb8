"""Numbers within a sentence, as APA sets them."""

import math
from collections.abc import Mapping
from typing import Any

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Interval, Number, is_missing
from scrm_model.reporting.language import Listing, Phrase, phrase

LEAST, MOST = 2, 5
SINGLE = 0.95  # level of the intervals of single coefficients, whatever that of the tests


def decimals(*values: float) -> int:
    """Digits after the mark, two at least, at which no number that is not zero is printed as zero.

    Parameters
    ----------
    *values : float
        Numbers that stand in one sentence.
    """
    shown = [abs(v) for v in values if not is_missing(v) and math.isfinite(v) and v != 0]
    for digits in range(LEAST, MOST):
        if all(round(value, digits) > 0 for value in shown):
            return digits
    return MOST


def alpha_of(contents: Contents) -> float:
    """The level of the tests."""
    return float(contents.settings.get("alpha", 0.05))


def number(value: float, digits: int = LEAST) -> Number:
    """A number that may exceed 1."""
    return Number(float(value), "number", digits)


def bounded(value: float, digits: int = LEAST) -> Number:
    """A number between -1 and 1 by convention."""
    return Number(float(value), "bounded", digits)


def level(value: float) -> Number:
    """A confidence level: a percentage, with as many digits as it has."""
    return Number(value, "percent", 0 if round(100 * value, 6).is_integer() else 1)


def p_value(value: float, alpha: float) -> Phrase:
    """A p-value, which French marks where it is not significant."""
    return phrase(f"writing.stat.p{'_ns' if value >= alpha else ''}", value=Number(value, "p"))


def coefficient(row: Mapping[str, Any], alpha: float) -> Listing:
    """b, SE, z, p, interval and beta of a tested coefficient, as far as it has them.

    Parameters
    ----------
    row : mapping
        est, se, z, pvalue, ci_lower, ci_upper, std_all.
    alpha : float
        Level of the test.
    """
    digits = decimals(row["est"], row["se"], row["ci_lower"], row["ci_upper"])
    parts = [
        phrase("writing.stat.b", value=number(row["est"], digits)),
        phrase("writing.stat.se", value=number(row["se"], digits)),
    ]
    if not is_missing(row.get("z")):
        parts.append(phrase("writing.stat.z", value=number(row["z"])))
    parts.append(p_value(float(row["pvalue"]), alpha))
    parts += _interval(row["ci_lower"], row["ci_upper"], SINGLE, digits)
    return Listing((*parts, *_beta(row.get("std_all"))), "comma")


def effect(row: Mapping[str, Any], at: float) -> Listing:
    """Estimate, SE, interval and beta of an effect along paths.

    Parameters
    ----------
    row : mapping
        est, ci_lower, ci_upper; se and std where they are known.
    at : float
        Confidence level of the interval.
    """
    digits = decimals(row["est"], row["ci_lower"], row["ci_upper"])
    parts: list[Any] = [number(row["est"], digits)]
    if not is_missing(row.get("se")):
        parts.append(phrase("writing.stat.se", value=number(row["se"], digits)))
    parts += _interval(row["ci_lower"], row["ci_upper"], at, digits)
    return Listing((*parts, *_beta(row.get("std"))), "comma")


def brief(row: Mapping[str, Any]) -> Phrase:
    """A path with its effect and interval; products of coefficients are small."""
    digits = max(3, decimals(row["est"], row["ci_lower"], row["ci_upper"]))
    bounds = Interval(row["ci_lower"], row["ci_upper"], digits)
    path = unbroken(str(row["path"]))
    return phrase(
        "writing.stat.effect", path=path, value=number(row["est"], digits), interval=bounds
    )


def unbroken(path: str) -> str:
    """A path that may break after an arrow, never before it."""
    return path.replace(" → ", "\u00a0→ ")


def _interval(lower: float, upper: float, at: float, digits: int) -> list[Phrase]:
    if is_missing(lower) or is_missing(upper):
        return []
    return [phrase("writing.stat.ci", level=level(at), value=Interval(lower, upper, digits))]


def _beta(value: Any) -> list[Phrase]:
    if is_missing(value):
        return []
    return [phrase("writing.stat.beta", value=bounded(value, decimals(value)))]
