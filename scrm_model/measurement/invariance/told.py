"""What stands below the table: what was held, the form of the numbers, conventions, releases."""

from collections.abc import Iterator, Mapping

import pandas as pd

from scrm_model.measurement.invariance.ask import SMALL
from scrm_model.measurement.invariance.climb import NO_REASON, Climb
from scrm_model.measurement.side_by_side import Kinds

_FORM = {"": "", ".scaled": "scaled", ".robust": "robust"}
_CONVENTIONS = (
    "Conventions, no verdicts: a fall of CFI by more than .010 (Cheung & Rensvold, 2002); beside "
    "it a rise of RMSEA by .015 or of SRMR by .030 (loadings) or .010 (intercepts, residual "
    "variances), and with 300 cases or fewer in all and unequal groups .005, .010 and .025 or .005 "
    "(Chen, 2007)."
)
_SEARCHED = (
    "Parameters released by search were chosen by this sample: give a reason for each, and test "
    "the result in other data (MacCallum, Roznowski & Necowitz, 1992)."
)


def notes_of(
    frame: pd.DataFrame,
    trail: pd.DataFrame,
    held: Mapping[str, str],
    groups: Mapping[str, int],
    kinds: Kinds,
    climb: Climb,
) -> tuple[str, ...]:
    """All notes of a table, in the order in which they are printed."""
    told = [f"Equal at level '{level}': {what}." for level, what in held.items()]
    told += [*_of_model(climb), *_of_groups(groups), *_of_measures(kinds, climb), _CONVENTIONS]
    told += _of_releases(trail, climb)
    rows = zip(frame["level"], frame["note"], strict=True)
    told += [f"Level '{level}': {note}." for level, note in rows if note]
    return tuple(told)


def _of_model(climb: Climb) -> Iterator[str]:
    of = climb.of
    if of.dimensions:
        named = ", ".join(f"{v} of {f}" for v, f in of.dimensions.items())
        yield (
            f"Second order ({named}): from the scalar level on the intercepts of these are 0 in "
            "all groups, so that means differ by the second-order construct (Chen, Sousa & West, "
            "2005)."
        )
    if of.cuts and of.freed:
        yield (
            "Ordinal items: identified as by Wu and Estabrook (2016). lavaan 0.6-14 holds "
            "intercepts equal together with thresholds; identification='lavaan' does so."
        )
        two = [v for v, n in of.cuts.items() if n == 1]
        if two:
            yield (
                f"One threshold only ({', '.join(two)}): thresholds and loadings of such an item "
                "cannot be tested before the scalar level."
            )
    elif of.cuts:
        yield (
            "Ordinal items: intercepts are equal together with thresholds, as in lavaan 0.6-14; "
            "'scalar' adds nothing to 'metric'."
        )


def _of_groups(groups: Mapping[str, int]) -> Iterator[str]:
    named = ", ".join(f"{k} = {label} ({n})" for k, (label, n) in enumerate(groups.items(), 1))
    yield f"Groups (rows): {named}; the first is the reference."
    small = [label for label, n in groups.items() if n < SMALL]
    if small:
        yield (
            f"Fewer than {SMALL} rows in {', '.join(map(repr, small))}: a difference may be there "
            "and not be seen."
        )


def _of_measures(kinds: Kinds, climb: Climb) -> Iterator[str]:
    if kinds.test:
        yield "Chi-square is scaled; its difference is no difference of the column."
    if kinds.indices:
        yield f"CFI, TLI and RMSEA are {_FORM[kinds.indices]} at every level."
    corrected = any("chisq.scaled" in f.measures for f in climb.fits.values())
    if corrected and kinds.indices != ".robust":
        yield "Not every level has robust indices, and those of two kinds cannot be subtracted."


def _of_releases(trail: pd.DataFrame, climb: Climb) -> Iterator[str]:
    search = climb.asked.search
    if search.on:
        found = int((trail["how"] == "search").sum())
        yield (
            f"Search: one release after the other by the largest score test, {search.rule}; "
            f"{found or 'none'} made."
        )
        if found:
            yield _SEARCHED
    yield from climb.stops
    bare = trail.loc[trail["reason"] == NO_REASON, "parameter"]
    if len(bare):
        yield f"No reason given for {', '.join(bare)}."
    for name, note in zip(trail["parameter"], trail["note"], strict=True):
        if note:
            yield f"Release of {name}: {note}."
