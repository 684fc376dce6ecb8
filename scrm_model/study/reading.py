"""A study read from TOML, with the place of whatever is wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrm_model.errors import StudyError
from scrm_model.study.records import Construct, Dimension, Facet, Reference, Text
from scrm_model.study.toml_file import TomlFile, opened_toml

if TYPE_CHECKING:
    from scrm_model.study.claims import Study

FILE_KEYS = ("name", "construct", "hypothesis", "mediation", "rival", "reference")
CONSTRUCT_KEYS = ("id", "name", "definition", "nature", "facets", "dimensions")
HYPOTHESIS_KEYS = ("id", "source", "target", "sign", "origin", "references", "note")
MEDIATION_KEYS = ("id", "sources", "mediators", "target")
RIVAL_KEYS = ("id", "name", "paths", "without")
REFERENCE_KEYS = ("key", "authors", "year", "title", "outlet")
SIGNS = {"+": 1, "-": -1, "−": -1, 1: 1, -1: -1}


def read_study(source: str | Path, make: Callable[..., Study]) -> Study:
    """Read a study from a TOML file, or from its text.

    Parameters
    ----------
    source : str or Path
        Path of the file, or the text itself (recognised by a line break).
    make : callable
        The class of the study.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        If the file cannot be read, or something in it is wrong.
    """
    opened, data = opened_toml(source, StudyError)
    data = opened.table(data, "the file", (*FILE_KEYS, "languages"), worded=False)
    study: Study = opened.made(
        "the file",
        make,
        name=_wording(opened, data.get("name", "Study"), "the file"),
        constructs=[_construct(opened, t) for t in _tables(opened, data, "construct")],
        bibliography=[_reference(opened, t) for t in _tables(opened, data, "reference")],
    )
    for table in _tables(opened, data, "hypothesis"):
        study = _with_hypothesis(opened, study, table)
    for table in _tables(opened, data, "mediation"):
        given = _given(opened, table, "mediation", MEDIATION_KEYS, "sources", "mediators", "target")
        study = opened.made(str(given.get("id", "mediation")), study.with_mediation, **given)
    for table in _tables(opened, data, "rival"):
        given = _given(opened, table, "rival", RIVAL_KEYS, "id")
        given["name"] = _wording(opened, given.get("name", given["id"]), given["id"])
        given["paths"] = [_path(opened, path, given["id"]) for path in given.get("paths", ())]
        study = opened.made(given["id"], study.with_rival, **given)
    return study


def _tables(opened: TomlFile, data: dict[str, Any], key: str) -> list[Any]:
    found = data.get(key, [])
    if not isinstance(found, list):
        raise opened.fail(key, f"needs a list of tables; got {found!r}. Write [[{key}]].")
    return found


def _given(
    opened: TomlFile, table: object, place: str, keys: tuple[str, ...], *needed: str
) -> dict[str, Any]:
    """The keys of a table, once those that it needs are known to be there."""
    name = table.get("id", table.get("key", place)) if isinstance(table, dict) else place
    given = dict(opened.table(table, str(name), keys, worded=False))
    for key in needed:
        if not given.get(key):
            raise opened.fail(str(name), f"{key}= needs a value; got none. Add it to [[{place}]].")
    return given


def _wording(opened: TomlFile, value: object, place: str) -> Text:
    """A text for all languages, or one for each."""
    if isinstance(value, str):
        return Text.of(value)
    return opened.wording(opened.table(value, place, ()), place)


def _construct(opened: TomlFile, table: object) -> Construct:
    given = _given(opened, table, "construct", CONSTRUCT_KEYS, "id")
    id = given["id"]
    given["name"] = _wording(opened, given.get("name", id), id)
    given["definition"] = _wording(opened, given.get("definition", ""), id)
    given["facets"] = tuple(
        _part(opened, part, id, Facet, "text") for part in given.get("facets", ())
    )
    given["dimensions"] = tuple(
        _part(opened, part, id, Dimension, "name") for part in given.get("dimensions", ())
    )
    construct: Construct = opened.made(id, Construct, **given)
    return construct


def _part(opened: TomlFile, table: object, place: str, make: Callable[..., Any], key: str) -> Any:
    """A facet or a dimension: an id, or a table with its words under `key`."""
    whole = {"id": table} if isinstance(table, str) else table
    given = dict(opened.table(whole, place, ("id", key, "origin", "facets"), worded=False))
    if not given.get("id"):
        raise opened.fail(place, f"id= needs a name in each of its parts; got {table!r}. Add it.")
    given[key] = _wording(opened, given.get(key, given["id"]), place)
    if "facets" in given:
        given["facets"] = tuple(given["facets"])
    try:
        return make(**given)
    except TypeError as error:
        raise opened.fail(place, f"{error}. Leave that key out.") from error


def _path(opened: TomlFile, path: object, place: str) -> tuple[str, str]:
    if isinstance(path, list) and len(path) == 2 and all(isinstance(end, str) for end in path):
        return path[0], path[1]
    raise opened.fail(place, f'paths= needs pairs of ids; got {path!r}. Write ["A", "B"].')


def _reference(opened: TomlFile, table: object) -> Reference:
    given = _given(opened, table, "reference", REFERENCE_KEYS, "key", "authors", "year")
    return Reference(**given)


def _with_hypothesis(opened: TomlFile, study: Study, table: object) -> Study:
    given = _given(opened, table, "hypothesis", HYPOTHESIS_KEYS, "source", "target")
    place = str(given.get("id", f"{given['source']} to {given['target']}"))
    sign = given.pop("sign", 1)
    if isinstance(given.get("references"), str):
        given["references"] = [given["references"]]
    if not isinstance(sign, str | int) or sign not in SIGNS:
        raise opened.fail(place, f'sign= needs "+" or "-"; got {sign!r}. Write one of these.')
    made: Study = opened.made(place, study.with_hypothesis, sign=SIGNS[sign], **given)
    return made
