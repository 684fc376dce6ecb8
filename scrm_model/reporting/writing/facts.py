"""What the paragraphs need to know of a model, read from its rows."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import is_missing
from scrm_model.reporting.language import phrase, say
from scrm_model.reporting.naming import names


@dataclass(frozen=True, slots=True)
class Shape:
    """How the constructs of a model are measured.

    Attributes
    ----------
    items : tuple of str
        Every item, once.
    dimensions : mapping of str to tuple of str
        Factors of the second order and the factors that measure them.
    composites : tuple of str
        What is made up of its parts.
    single : tuple of str
        Factors with one item, taken as free of error.
    covariances : tuple of str
        Free covariances of residuals of items, as ``x1 ~~ x2``.
    """

    items: tuple[str, ...]
    dimensions: dict[str, tuple[str, ...]]
    composites: tuple[str, ...]
    single: tuple[str, ...]
    covariances: tuple[str, ...]


def shape_of(parameters: pd.DataFrame) -> Shape:
    """Read how constructs are measured from the rows of a fit."""
    rows = one_group(parameters)
    loadings = rows[rows["op"] == "=~"]
    parts = rows[rows["op"] == "<~"]
    factors = set(loadings["lhs"]) | set(parts["lhs"])
    items = [v for v in (*loadings["rhs"], *parts["rhs"]) if v not in factors]
    measured = {str(name): tuple(own["rhs"]) for name, own in loadings.groupby("lhs", sort=False)}
    covariances = rows[(rows["op"] == "~~") & (rows["lhs"] != rows["rhs"]) & (rows["se"] != 0)]
    reflective = set(loadings["rhs"]) - factors
    return Shape(
        tuple(dict.fromkeys(items)),
        {name: own for name, own in measured.items() if set(own) <= factors},
        tuple(dict.fromkeys(parts["lhs"])),
        tuple(name for name, own in measured.items() if len(own) == 1 and own[0] not in factors),
        tuple(
            f"{a}\u00a0~~\u00a0{b}"
            for a, b in zip(covariances["lhs"], covariances["rhs"], strict=True)
            if {a, b} <= reflective
        ),
    )


def one_group(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first group; what all groups share is said once."""
    if "group" not in frame or not len(frame):
        return frame
    return frame[frame["group"] == frame.loc[frame["group"] > 0, "group"].min()]


def titled(contents: Contents, id: str) -> Any:
    """A construct by its name with its id in brackets; by its id where it has no other name."""
    full = names(contents).get(id)
    if full is None or say(full, "en") == id:
        return id
    return phrase("writing.titled", name=full, id=id)


def variables_of(contents: Contents, construct: str) -> tuple[str, ...]:
    """The variables of the model that stand for a construct: itself, or its dimensions."""
    origin = getattr(getattr(contents.fit, "model", None), "origin", None)
    if origin is not None:
        return tuple(origin.standing_for(construct))
    return (construct,)


def best_key(measures: Any, name: str) -> str:
    """Key of an index as it should be reported: robust, else scaled, else as it is."""
    tried = (f"{name}.robust", f"{name}.scaled")
    return next((key for key in tried if not is_missing(measures.get(key))), name)
