"""The results on variance explained, with the words for its size that Cohen gave."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import Listing, Phrase, phrase
from scrm_model.reporting.writing.cite import told
from scrm_model.reporting.writing.stats import bounded, decimals

SIZES = (("large", 0.35), ("medium", 0.15), ("small", 0.02), ("less", 0.0))
"""Lower limits of f² = R²/(1 − R²), by the conventions of Cohen (1988)."""


def r2(contents: Contents) -> Iterator[Phrase]:
    """R² of the constructs that the model explains.

    Parameters
    ----------
    contents : Contents
    """
    found = list(_shares(contents))
    # Outside of 0 to 1 it is no share: the solution is improper.
    known = [(label, value) for label, value in found if 0.0 <= value <= 1.0]
    if known:
        said = tuple(_said(label, value) for label, value in known)
        yield phrase("writing.r2.shares", n=len(said), list=Listing(said))
        yield phrase("writing.r2.cohen", source=told("cohen1988"), list=_sizes(known))
    lost = tuple(dict.fromkeys(label[0] for label, value in found if not 0.0 <= value <= 1.0))
    if lost:
        yield phrase("writing.r2.impossible", n=len(lost), list=Listing(lost))


def _shares(contents: Contents) -> Iterator[tuple[tuple[str, Any], float]]:
    """Construct, group (None if there is one) and R²."""
    parameters, shares = contents.fit.parameters, contents.fit.r2
    frame = shares.to_frame("r2") if isinstance(shares, pd.Series) else shares
    for name in dict.fromkeys(parameters[parameters["op"] == "~"]["lhs"]):
        if name in frame.index:
            for group in frame.columns:
                label = None if isinstance(shares, pd.Series) else group
                yield (str(name), label), float(frame.loc[name, group])


def _said(label: tuple[str, Any], value: float) -> Phrase:
    name, group = label
    shown = bounded(value, decimals(value))
    if group is None:
        return phrase("writing.r2.share", value=shown, name=name)
    return phrase("writing.r2.group", value=shown, name=name, group=str(group))


def _sizes(known: list[tuple[tuple[str, Any], float]]) -> Listing:
    """What each share is called, the largest first."""
    called: dict[str, list[Any]] = {}
    for (name, group), value in known:
        size = next(word for word, limit in SIZES if f_squared(value) >= limit)
        label = name if group is None else phrase("writing.titled", name=name, id=str(group))
        called.setdefault(size, []).append(label)
    said = [
        phrase(
            f"writing.r2.{word}", n=len(called[word]), list=Listing(tuple(called[word])),
            limit=bounded(limit),
        )
        for word, limit in SIZES
        if word in called
    ]  # fmt: skip
    return Listing(tuple(said), "semicolon")


def f_squared(r2: float) -> float:
    """Cohen's f² of a share of variance explained: R²/(1 − R²)."""
    return r2 / (1 - r2) if r2 < 1 else float("inf")
