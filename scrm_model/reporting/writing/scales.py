"""The results on the scales: reliability, convergent and discriminant validity."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scrm_model.measurement.conventions import SCALE_CUT_OFFS
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import Listing, Phrase, phrase
from scrm_model.reporting.writing.cite import cite
from scrm_model.reporting.writing.facts import Shape, one_group, shape_of
from scrm_model.reporting.writing.stats import bounded


def scales(contents: Contents) -> Iterator[Phrase]:
    """Ranges of omega and AVE, what the constructs share, and the largest HTMT.

    Parameters
    ----------
    contents : Contents
    """
    codes = {problem.code for problem in contents.problems}
    if contents.reliability is not None:
        table = one_group(contents.reliability.frame)
        items = table[table["order"] == 1]
        yield from _range(items, "omega")
        yield from _range(items, "ave")
    elif "no_reliability" in codes:
        yield phrase("writing.scales.no_reliability")
    if contents.validity is not None:
        shape = shape_of(contents.fit.parameters)
        yield from _shared(contents.validity, shape)
        yield from _ratio(one_group(contents.validity.htmt), shape)
    elif "no_validity" in codes:
        yield phrase("writing.scales.no_validity")


def _range(frame: pd.DataFrame, measure: str) -> Iterator[Phrase]:
    known = frame[frame[measure].notna()].sort_values(measure, kind="stable")
    if not len(known):
        return
    low, high = known.iloc[0], known.iloc[-1]
    if len(known) == 1:
        value = bounded(low[measure])
        yield phrase(f"writing.scales.{measure}_one", value=value, name=low["construct"])
    else:
        yield phrase(
            f"writing.scales.{measure}", low=bounded(low[measure]), least=low["construct"],
            high=bounded(high[measure]), most=high["construct"],
        )  # fmt: skip
    cut = SCALE_CUT_OFFS[measure][0]
    fields = {"limit": bounded(cut.value), "source": cite(cut.source)}
    below = tuple(known[known[measure] < cut.value]["construct"])
    if below:
        yield phrase("writing.scales.below", n=len(below), list=Listing(below), **fields)
    else:
        yield phrase("writing.scales.above", n=len(known), **fields)


def _shared(found: Any, shape: Shape) -> Iterator[Phrase]:
    """AVE beside the largest variance that a construct shares with another."""
    pairs = one_group(found.correlations)
    pairs = pairs[_apart(pairs, shape)]
    table = one_group(found.frame)
    known = table[table["ave"].notna()]
    largest = {
        name: pairs[(pairs["lhs"] == name) | (pairs["rhs"] == name)]["shared"].max()
        for name in known["construct"]
    }
    short = tuple(
        name
        for name, ave in zip(known["construct"], known["ave"], strict=True)
        if ave <= largest[name]
    )
    source = cite("fornell1981")
    if short:
        yield phrase("writing.scales.shared", n=len(short), list=Listing(short), source=source)
    elif any(shared > 0 for shared in largest.values()):
        yield phrase("writing.scales.distinct", source=source)


def _apart(pairs: pd.DataFrame, shape: Shape) -> pd.Series:
    """Which pairs are not dimensions of one construct: those are meant to be near."""
    own = [set(parts) for parts in shape.dimensions.values()]
    named = zip(pairs["lhs"], pairs["rhs"], strict=True)
    apart = [not any({a, b} <= parts for parts in own) for a, b in named]
    return pd.Series(apart, index=pairs.index, dtype=bool)


def _ratio(frame: pd.DataFrame, shape: Shape) -> Iterator[Phrase]:
    known = frame[_apart(frame, shape) & frame["htmt"].notna()]
    if not len(known):
        return
    top = known.iloc[int(known["htmt"].to_numpy().argmax())]
    cut = SCALE_CUT_OFFS["htmt"][0]
    key = "htmt_within" if top["htmt"] <= cut.value else "htmt_beyond"
    yield phrase(
        f"writing.scales.{key}", value=bounded(top["htmt"]), a=top["lhs"], b=top["rhs"],
        limit=bounded(cut.value), source=cite(cut.source),
    )  # fmt: skip
