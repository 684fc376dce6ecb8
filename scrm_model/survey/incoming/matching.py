"""Columns of a file matched with the questions of an instrument: by code, group or wording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from scrm_model.errors import ArgumentError, MissingColumnError, did_you_mean
from scrm_model.study.claims import Text
from scrm_model.survey.incoming.keys import Key
from scrm_model.survey.incoming.raw import clean_name, listed
from scrm_model.survey.incoming.wording import plain
from scrm_model.survey.log import LogEntry

# CRO[cro1], and the same before the text of the question.
BRACKETS = re.compile(r"\w[\w.-]*\[([^\[\]]+)\](?:\W.*)?")
CODE_AND_TEXT = re.compile(r"([A-Za-z]\w*)[.:]\s.*")


def renamed(
    names: Sequence[str], rename: Mapping[str, str] | None, log: list[LogEntry]
) -> list[str]:
    """Names of columns after the caller's own renaming.

    Parameters
    ----------
    names : sequence of str
        As they stand in the file, cleaned.
    rename : mapping of str to str, or None
        New name by old one.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    list of str

    Raises
    ------
    ArgumentError
        If it is no mapping, gives one name to two columns, or takes that of another column.
    MissingColumnError
        If the file has no column of an old name.
    """
    if rename is None:
        return list(names)
    if not isinstance(rename, Mapping):
        raise ArgumentError(
            f"rename= needs a mapping such as {{'Q1': 'cro1'}}; got {rename!r}. Write a dict."
        )
    new = {clean_name(str(old)): str(to) for old, to in rename.items()}
    for old in new:
        if old not in names:
            raise MissingColumnError(
                f"rename= needs columns of the file; got {old!r}."
                + (did_you_mean(old, names) or f" Its columns are {listed(names, most=10)}.")
            )
        if names.count(old) > 1:
            raise ArgumentError(
                f"rename= needs columns that can be told apart; {names.count(old)} columns are "
                f"named {old!r}. Rename one of them in the file."
            )
    out = [new.get(name, name) for name in names]
    for old, to in new.items():
        if out.count(to) > 1:
            raise ArgumentError(
                f"rename= needs new names that no other column has; got {to!r} for {old!r}. "
                "Choose another, or rename that column too."
            )
        text = Text(f"renamed, {old!r} in the file", f"renommée, {old!r} dans le fichier")
        log.append(LogEntry("rename", to, 1, text))
    return out


def matched(
    names: Sequence[str],
    titles: Sequence[str],
    keys: Mapping[str, Key],
    platform: str,
    log: list[LogEntry],
) -> list[str]:
    """Names of columns, those of questions under the question's own code.

    Parameters
    ----------
    names : sequence of str
        Names in the file.
    titles : sequence of str
        Text of the question in each column; empty where the file has none.
    keys : mapping of str to Key
        The questions by code.
    platform : str
        Where the file comes from: ODK Central parts groups by hyphens.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    list of str

    Raises
    ------
    MissingColumnError
        If two columns may be the same question.

    Notes
    -----
    The first of these that finds a column is taken: the code itself, in any case; the code after
    its group (``CRO[cro1]``, ``CRO_cro1``, ``page1/cro1``) or before the question's text; the
    wording of the question in either language, as header, in brackets at its end, or as title.
    """
    out = list(names)
    free = [place for place, name in enumerate(names) if name not in keys]
    tables = [
        _by_case(names, free),
        _by_group(names, platform, free),
        _by_wording(names, titles, free),
    ]
    for code, key in keys.items():
        if code in names:
            continue
        for table in tables:
            asked = key.wordings if table is tables[-1] else _spellings(code, key, table, tables)
            places = sorted({p for a in asked for p in table.get(a, ()) if out[p] == names[p]})
            if len(places) > 1:
                found = ", ".join(repr(names[place]) for place in places)
                raise MissingColumnError(
                    f"path= needs one column for {code!r}; got {found}. "
                    f"Rename the right one to {code!r}."
                )
            if places:
                given = names[places[0]]
                text = Text(f"named {given!r} in the file", f"nommé {given!r} dans le fichier")
                log.append(LogEntry("names", code, 1, text))
                out[places[0]] = code
                break
    return out


Table = dict[str, list[int]]


def _spellings(code: str, key: Key, table: Table, tables: list[Table]) -> tuple[str, ...]:
    folded = code.casefold()
    if table is tables[0]:
        return (folded,)
    group = key.construct.casefold()
    # LimeSurvey's codes have no underscore: firm_size is firmsize there.
    short = folded.replace("_", "")
    return (folded, short, *(f"{group}{mark}{folded}" for mark in "_." if group))


def _by_case(names: Sequence[str], free: list[int]) -> Table:
    return _table((name.casefold(), place) for place, name in _some(names, free))


def _by_group(names: Sequence[str], platform: str, free: list[int]) -> Table:
    def parts() -> Iterator[tuple[str, int]]:
        for place, name in _some(names, free):
            last = name.rsplit("/", 1)[-1].casefold()
            yield last, place
            yield last.removesuffix("."), place
            if "/" not in name and "-" in name and platform == "kobo":
                yield last.rsplit("-", 1)[-1], place
            for pattern in (BRACKETS, CODE_AND_TEXT):
                if found := pattern.fullmatch(name):
                    yield found[1].casefold(), place

    return _table(parts())


def _by_wording(names: Sequence[str], titles: Sequence[str], free: list[int]) -> Table:
    def texts() -> Iterator[tuple[str, int]]:
        for place in free:
            for text in (names[place], *titles[place : place + 1]):
                yield plain(text), place
                if text.endswith("]") and "[" in text:
                    yield plain(text[text.rindex("[") + 1 : -1]), place
                for mark in (" - ", " – ", ". ", ": "):
                    if mark in text:
                        yield plain(text.split(mark, 1)[1]), place
                        yield plain(text.rsplit(mark, 1)[1]), place

    return _table((text, place) for text, place in texts() if text)


def _some(names: Sequence[str], free: list[int]) -> Iterator[tuple[int, str]]:
    return ((place, names[place]) for place in free)


def _table(pairs: Iterator[tuple[str, int]]) -> Table:
    table: Table = {}
    for text, place in pairs:
        table.setdefault(text, []).append(place)
    return table


def need(codes: Sequence[str], names: Sequence[str]) -> None:
    """Raise an error that names every item without a column, unless there is none.

    Parameters
    ----------
    codes : sequence of str
        Items.
    names : sequence of str
        Names of the columns, matched.

    Raises
    ------
    MissingColumnError
        The nearest columns are named; if no item has a column, that this is another file.
    """
    missing = [code for code in codes if code not in names]
    if not missing:
        return
    free = [name for name in names if name not in codes]
    hints = [(code, did_you_mean(code, free)) for code in missing]
    if len(missing) == len(codes) and len(codes) > 2:
        raise MissingColumnError(_another_file(codes, names))
    listing = ", ".join(f"{code!r}.{hint}" if hint else repr(code) for code, hint in hints)
    stop = "" if listing.endswith("?") else "."
    raise MissingColumnError(
        f"path= needs a column for each item; got none for {listing}{stop} Rename the columns, "
        "or leave the items out with scales.without()."
    )


def _another_file(codes: Sequence[str], names: Sequence[str]) -> str:
    near = [
        (code, close[0])
        for code in codes
        for close in [get_close_matches(code, names, n=1, cutoff=0.6)]
        if close
    ]
    nearest = "; ".join(f"{name!r} is nearest to {code!r}" for code, name in near[:3])
    nearest = nearest or "none of them is near"
    return (
        f"path= needs a column for each item; got none of the {len(codes)} items "
        f"({listed(codes)}) among the {len(names)} columns {listed(list(map(repr, names)))}: "
        f"{nearest}. Is this the file of another survey? If not, pass "
        "rename={'its name': 'item', ...}, or rename the columns."
    )
