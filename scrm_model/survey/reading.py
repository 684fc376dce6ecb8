"""An instrument read from TOML, with the place of whatever is wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrm_model.errors import ScaleError
from scrm_model.study.toml_file import TomlFile, opened_toml
from scrm_model.survey.items import Attention, Choice, Item, Question, Scale, check_code

FILE_KEYS = (
    "languages",
    "points",
    "anchors",
    "scale",
    "marker",
    "attention",
    "screening",
    "control",
)
SCALE_KEYS = ("construct", "points", "anchors", "item")
ITEM_KEYS = ("code", "dimension", "facet", "source", "reverse")
QUESTION_KEYS = ("code", "kind", "choices", "eligible", "minimum")


def read_instrument(source: str | Path) -> dict[str, Any]:
    """Parts of an instrument from a TOML file, or from its text.

    Parameters
    ----------
    source : str or Path
        Path of the file, or the text itself (recognised by a line break).

    Returns
    -------
    dict
        The arguments of `scrm_model.survey.scales.Scales`.

    Raises
    ------
    ScaleError
        If the file cannot be read, or something in it is wrong.
    """
    opened, data = opened_toml(source, ScaleError)
    data = opened.table(data, "the file", FILE_KEYS)
    answers = {"points": data.get("points", 7), "anchors": data.get("anchors", [])}
    parts: dict[str, Any] = {
        "scales": tuple(
            _scale(opened, table, f"scale {number}", answers)
            for number, table in enumerate(data.get("scale", []), start=1)
        ),
        "attention": _questions(opened, data, "attention", _attention),
        "screening": _questions(opened, data, "screening", _question),
        "controls": _questions(opened, data, "control", _question),
    }
    if "marker" in data:
        parts["marker"] = _scale(
            opened, {"construct": "MARKER", **data["marker"]}, "marker", answers
        )
    _no_code_twice(opened, parts)
    return parts


def _scale(source: TomlFile, table: object, place: str, answers: dict[str, Any]) -> Scale:
    table = source.table(table, place, SCALE_KEYS)
    construct = table.get("construct", "")
    source.made(place, check_code, construct)
    anchors = tuple(
        source.wording(source.table(anchor, f"{construct} anchors", ()), f"{construct} anchors")
        for anchor in table.get("anchors", answers["anchors"])
    )
    items = tuple(_item(source, entry, construct) for entry in table.get("item", []))
    points = table.get("points", answers["points"])
    return source.made(construct, Scale, construct, items, points=points, anchors=anchors)


def _item(source: TomlFile, table: object, construct: str) -> Item:
    table = source.table(table, f"{construct} item", ITEM_KEYS)
    code = table.get("code", "")
    source.made(f"{construct} item", check_code, code)
    details = {key: table[key] for key in ITEM_KEYS if key in table}
    if isinstance(details.get("source"), str):
        details["source"] = (details["source"],)
    return source.made(code, Item, construct=construct, text=source.wording(table, code), **details)


def _questions(source: TomlFile, data: dict[str, Any], key: str, make: Callable) -> tuple:
    return tuple(make(source, table, key) for table in data.get(key, []))


def _attention(source: TomlFile, table: object, place: str) -> Attention:
    table = source.table(table, place, ("code", "answer", "points"))
    code = table.get("code", "")
    source.made(place, check_code, code)
    wording, points = source.wording(table, code), table.get("points", 7)
    return source.made(code, Attention, code, wording, table.get("answer"), points)


def _question(source: TomlFile, table: object, place: str) -> Question:
    table = source.table(table, place, QUESTION_KEYS)
    code = table.get("code", "")
    source.made(place, check_code, code)
    choices = tuple(
        Choice(choice.get("value"), source.wording(source.table(choice, code, ("value",)), code))
        for choice in table.get("choices", [])
    )
    details = {key: table[key] for key in ("kind", "eligible", "minimum") if key in table}
    text = source.wording(table, code)
    return source.made(code, Question, code, text, choices=choices, **details)


def _no_code_twice(source: TomlFile, parts: dict[str, Any]) -> None:
    seen: set[str] = set()
    scales = [*parts["scales"], *([parts["marker"]] if "marker" in parts else [])]
    codes = [code for scale in scales for code in scale.codes]
    codes += [q.code for key in ("attention", "screening", "controls") for q in parts[key]]
    for code in codes:
        if code in seen:
            raise source.fail(code, "code= needs a code of its own; this one is taken. Rename it.")
        seen.add(code)
