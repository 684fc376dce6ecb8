"""HTMT and HTMT2 of every pair of constructs of a fit, with bootstrap intervals on request."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.estimation.result import Fit
from scrm_model.measurement.htmt import (
    correlations_of,
    htmt,
    htmt2,
    interval_of,
    negative_items,
    resampled_correlations,
)
from scrm_model.measurement.scales import Measured, constructs_of

Pair = tuple[Measured, Measured]
_KINDS = {"htmt": htmt, "htmt2": htmt2}


def htmt_frame(fit: Fit, draws: int, seed: int | None, level: float) -> pd.DataFrame:
    """Ratios of the constructs that have items of their own.

    Parameters
    ----------
    fit : Fit
    draws : int
        Resamples; 0 for no intervals.
    seed : int or None
    level : float

    Returns
    -------
    DataFrame
        lhs, rhs, group, htmt, htmt_ci_lower, htmt_ci_upper, the same of htmt2, used (resamples
        behind the interval), note.
    """
    every = constructs_of(fit.compiled).values()
    pairs = list(combinations([of for of in every if of.depth == 1], 2))
    sound = [p for p in pairs if not _reason(*p)]
    reason = _no_interval(fit, draws)
    bounds = {} if reason or not sound else _intervals(fit, sound, draws, seed, level)
    rows = []
    for group, sample in enumerate(fit.samples):
        r = correlations_of(sample.cov)
        for pair in pairs:
            row: dict[str, Any] = {"lhs": pair[0].name, "rhs": pair[1].name, "group": group + 1}
            told = [_reason(*pair)]
            if not told[0]:
                for name, kind in _KINDS.items():
                    row[name] = float(kind(r, *_places(fit, pair))[0])
                row |= bounds.get((group, pair[0].name, pair[1].name), {})
                told = [
                    _negative(fit, r[0], pair),
                    _no_bounds(row, draws, reason, fit.settings.incomplete),
                ]
            rows.append(row | {"note": "; ".join(t for t in told if t)})
    columns = ["lhs", "rhs", "group"]
    for name in _KINDS:
        columns += [name, *([f"{name}_ci_lower", f"{name}_ci_upper"] if draws else [])]
    return pd.DataFrame(rows, columns=[*columns, *(["used"] if draws else []), "note"])


def _places(fit: Fit, pair: Pair) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    first, second = (
        np.array([fit.compiled.observed.index(v) for v in of.items], dtype=np.intp) for of in pair
    )
    return first, second


def _reason(a: Measured, b: Measured) -> str:
    """Why a pair has no ratio."""
    both = [v for v in a.items if v in b.items]
    if both:
        return f"{', '.join(both)} measured by both: a correlation within is one between"
    alone = [of.name for of in (a, b) if len(of.items) < 2]
    if alone:
        return f"{' and '.join(alone)} with a single item: no correlation within"
    return ""


def _no_interval(fit: Fit, draws: int) -> str:
    if not draws:
        return "not asked for"
    if fit.rows is None:
        return "no interval: moments stood for data, and there are no cases to resample"
    return ""


def _no_bounds(row: dict[str, Any], draws: int, reason: str, incomplete: bool) -> str:
    """Why there are no bounds, or fewer resamples."""
    if reason or not draws:
        return reason if draws else ""
    lost = draws - row.get("used", draws)
    if not lost:
        return ""
    what = "had no unrestricted moments" if incomplete else "lacked a category of an item"
    told = f"{lost} of {draws} resamples {what} and were left out"
    return told if lost <= draws / 2 else f"no interval: {told}"


def _negative(fit: Fit, r: NDArray, pair: Pair) -> str:
    turned = [
        v
        for of, at in zip(pair, _places(fit, pair), strict=True)
        for v in negative_items(r, of.items, at)
    ]
    if turned:
        return f"{', '.join(turned)} negative within its construct: absolute values; reverse-score"
    first, second = _places(fit, pair)
    blocks = [r[np.ix_(x, y)] for x, y in ((first, first), (second, second), (first, second))]
    signs = [(block < 0).any() for block in blocks]
    if signs[0] or signs[1]:
        return "negative correlations within a construct: absolute values were taken"
    mixed = signs[2] and (blocks[2] > 0).any()
    return "correlations between of both signs: absolute values were taken" if mixed else ""


def _intervals(
    fit: Fit, pairs: Sequence[Pair], draws: int, seed: int | None, level: float
) -> dict[tuple[int, str, str], dict[str, float]]:
    blocks = [
        [
            np.stack([kind(r, *_places(fit, p)) for p in pairs for kind in _KINDS.values()], axis=1)
            for r in stacks
        ]
        for stacks in resampled_correlations(fit, draws, seed)
    ]
    out = {}
    for group in range(len(fit.samples)):
        found = np.concatenate([b[group] for b in blocks])
        lower, upper = interval_of(found, level)
        columns = iter(zip(lower, upper, np.isfinite(found).sum(axis=0), strict=True))
        for a, b in pairs:
            row: dict[str, float] = {}
            for name in _KINDS:
                low, high, used = next(columns)
                row["used"] = int(used)
                if used >= max(2, draws / 2):
                    row |= {f"{name}_ci_lower": low, f"{name}_ci_upper": high}
            out[group, a.name, b.name] = row
    return out
