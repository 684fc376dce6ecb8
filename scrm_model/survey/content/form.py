"""The form in which an expert judges the items: a workbook with instructions, lists and locks."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrm_model.errors import ArgumentError, ScaleError
from scrm_model.study.claims import Study, Text
from scrm_model.survey.content import words
from scrm_model.survey.content.words import HEADS, SHEETS, in_language
from scrm_model.survey.content.workbook import ENTRY, choices, heads, lock, put, tall
from scrm_model.survey.items import Item
from scrm_model.survey.scales import Scales

MARK = "scrm_model expert form"
KEY_SHEET = "key"
HEAD_ROW = 1
RATED = ("relevance", "clarity", "essential", "comment")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything that one form needs."""

    items: tuple[Item, ...]
    names: dict[str, Text]
    definitions: dict[str, Text]
    lang: str
    sort: bool

    def says(self, text: Text, between: str = " / ") -> str:
        return in_language(text, self.lang, between)

    def title(self, sheet: str) -> str:
        return self.says(SHEETS[sheet], " - ")

    def label(self, construct: str) -> str:
        """What the list of constructs calls it."""
        name = self.says(self.names[construct])
        return construct if name == construct else f"{construct} · {name}"


def expert_form(
    scales: Scales,
    path: str | os.PathLike[str],
    study: Study | None = None,
    lang: str = "en",
    *,
    raters: int | Iterable[str] | None = None,
    sort: bool = True,
    seed: int = 1,
) -> tuple[Path, ...]:
    """Write the form in which experts judge the items.

    Parameters
    ----------
    scales : Scales
        The items, each with its wording; marker items and questions are left out.
    path : str or path
        A name ending in ``.xlsx``.
    study : Study, optional
        Where names and definitions of the constructs come from; without it the form says that
        there are none.
    lang : {"en", "fr", "both"}
        Language of the form and of the items; ``"both"`` sets one below the other.
    raters : int or iterable of str, optional
        How many forms, or the names or codes of the experts: a file for each, numbered
        (``form-01.xlsx``), each with its own order of the items to sort. None writes one file
        with an empty name, to be copied.
    sort : bool
        Whether the form has the item-sort sheet.
    seed : int
        Of the order in which items are to be sorted.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ArgumentError
        No scales, another ending, a folder that is not there, an unknown language, no or repeated
        raters.
    ScaleError
        An item without wording.
    StudyError
        A construct that the study does not know.

    Notes
    -----
    The sheet to sort on shows no item codes, which often give the construct away, and comes
    before the sheet that shows what each item is meant to measure (Anderson & Gerbing, 1991).
    Everything but the cells to fill in is locked, without a password. Texts that begin like a
    formula are stored as texts.
    """
    words.check_form_language(lang)
    target = _target(path)
    plan = _plan(scales, study, lang, sort)
    names = _raters(raters)
    files = _files(target, names)
    for number, (file, name) in enumerate(zip(files, names or [""], strict=True)):
        order = list(range(len(plan.items)))
        random.Random(f"{seed}-{number}").shuffle(order)
        _workbook(plan, order, name).save(file)
    return files


def _target(path: str | os.PathLike[str]) -> Path:
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ArgumentError(f"path= needs a name ending in .xlsx; got {str(path)!r}. Rename it.")
    if not target.parent.is_dir():
        raise ArgumentError(
            f"path= needs a folder that exists; got {str(target.parent)!r}. Make it first."
        )
    return target


def _raters(raters: int | Iterable[str] | None) -> list[str]:
    if raters is None:
        return []
    if isinstance(raters, bool) or (isinstance(raters, int) and raters < 1):
        raise ArgumentError(
            f"raters= needs a number of experts or their names; got {raters!r}. Write raters=6."
        )
    if isinstance(raters, int):
        return [f"E{number:02d}" for number in range(1, raters + 1)]
    names = [raters.strip()] if isinstance(raters, str) else [str(r).strip() for r in raters]
    folded = [name.casefold() for name in names]
    if not names or "" in folded or len(set(folded)) < len(folded):
        raise ArgumentError(
            f"raters= needs names or codes that differ; got {names!r}. Give each expert one."
        )
    return names


def _files(target: Path, names: list[str]) -> tuple[Path, ...]:
    if not names:
        return (target,)
    digits = max(2, len(str(len(names))))
    return tuple(
        target.with_name(f"{target.stem}-{number:0{digits}d}{target.suffix}")
        for number in range(1, len(names) + 1)
    )


def _plan(scales: Scales, study: Study | None, lang: str, sort: bool) -> _Plan:
    if not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs Scales; got {type(scales).__name__}. Build them with Scales.build()."
        )
    items = tuple(item for scale in scales.scales for item in scale.items)
    silent = [item.code for item in items if not item.text.get("en").strip()]
    if silent:
        raise ScaleError(
            f"scales= needs a wording for each item; got none for {', '.join(silent)}. Give them "
            "with Scales.build(..., texts={...}) or in the TOML file."
        )
    names, definitions = {}, {}
    for construct in scales:
        known = study.construct(construct) if study is not None else None
        names[construct] = known.name if known else Text(construct)
        given = known.definition if known else Text()
        definitions[construct] = given if given.get("en") else words.NO_DEFINITION
    if sort and len(names) < 2:
        raise ArgumentError(
            "sort= needs two constructs or more to choose from; got one. Pass sort=False."
        )
    return _Plan(items, names, definitions, lang, sort)


def _workbook(plan: _Plan, order: list[int], name: str) -> Any:
    from openpyxl import Workbook  # noqa: PLC0415 - heavy, and rarely asked for

    book = Workbook()
    made = {
        part: book.create_sheet(plan.title(part)) for part in SHEETS if plan.sort or part != "sort"
    }
    book.remove(book.worksheets[0])
    _start(made["start"], plan, name)
    _constructs(made["constructs"], plan)
    if plan.sort:
        _sorting(made["sort"], plan, order)
    _rating(made["rating"], plan)
    for sheet in made.values():
        lock(sheet)
    _key(book.create_sheet(KEY_SHEET), plan, order)
    book.properties.creator = "scrm_model"
    return book


def _start(sheet: Any, plan: _Plan, name: str) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 40, 60
    put(sheet, 1, 1, plan.says(words.TITLE), bold=True, size=15, wrap=False)
    put(sheet, 3, 1, plan.says(words.NAME), bold=True)
    put(sheet, 3, 2, name, fill=ENTRY, open=True)
    rating = words.RATING_START
    number = 3 if plan.sort else 2
    told = [*words.START]
    if plan.sort:
        told.append(words.SORT_START)
    told.append(Text(rating.en.format(n=number), rating.fr.format(n=number)))
    told += words.SCALES_START
    for row, text in enumerate(told, start=5):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
        put(sheet, row, 1, plan.says(text, "\n"))
        tall(sheet, row, [100])


def _constructs(sheet: Any, plan: _Plan) -> None:
    widths = [44, 90]
    heads(sheet, HEAD_ROW, [plan.says(HEADS[h]) for h in ("construct", "definition")], widths)
    for row, construct in enumerate(plan.names, start=HEAD_ROW + 1):
        put(sheet, row, 1, plan.label(construct), bold=True)
        put(sheet, row, 2, plan.says(plan.definitions[construct], "\n"))
        tall(sheet, row, widths)


def _sorting(sheet: Any, plan: _Plan, order: list[int]) -> None:
    widths = [6, 90, 44]
    heads(sheet, HEAD_ROW, [plan.says(HEADS[h]) for h in ("number", "wording", "sorted")], widths)
    for number, place in enumerate(order, start=1):
        row = HEAD_ROW + number
        put(sheet, row, 1, number)
        put(sheet, row, 2, plan.says(plan.items[place].text, "\n"))
        put(sheet, row, 3, "", fill=ENTRY, open=True).value = None
        tall(sheet, row, widths)
    title = plan.title("constructs").replace("'", "''")
    area = f"'{title}'!$A${HEAD_ROW + 1}:$A${HEAD_ROW + len(plan.names)}"
    last = HEAD_ROW + len(order)
    choices(sheet, f"C{HEAD_ROW + 1}:C{last}", area, plan.says(words.WRONG_CHOICE))


def _rating(sheet: Any, plan: _Plan) -> None:
    shown = ("code", "construct", "definition", "wording", *RATED)
    widths = [10, 22, 36, 48, 12, 12, 22, 36]
    heads(sheet, HEAD_ROW, [plan.says(HEADS[h]) for h in shown], widths)
    for row, item in enumerate(plan.items, start=HEAD_ROW + 1):
        told = (
            item.code,
            plan.says(plan.names[item.construct]),
            plan.says(plan.definitions[item.construct], "\n"),
            plan.says(item.text, "\n"),
        )
        for column, text in enumerate(told, start=1):
            put(sheet, row, column, text, bold=column == 1)
        for column in range(len(told) + 1, len(shown) + 1):
            put(sheet, row, column, "", fill=ENTRY, open=True).value = None
        tall(sheet, row, widths)
    first, last = HEAD_ROW + 1, HEAD_ROW + len(plan.items)
    choices(sheet, f"E{first}:F{last}", '"1,2,3,4"', plan.says(words.WRONG_POINT))
    listed = ",".join(in_language(text, plan.lang) for text in words.ESSENTIAL.values())
    choices(sheet, f"G{first}:G{last}", f'"{listed}"', plan.says(words.WRONG_CHOICE))


def _key(sheet: Any, plan: _Plan, order: list[int]) -> None:
    """What the reader of the form needs: hidden, and no secret."""
    rows: list[tuple[str | int, ...]] = [(MARK, 1), ("lang", plan.lang)]
    rows += [("sheet", part, plan.title(part)) for part in SHEETS if plan.sort or part != "sort"]
    rows += [("construct", construct, plan.label(construct)) for construct in plan.names]
    rows += [("item", item.code, item.construct) for item in plan.items]
    if plan.sort:
        rows += [("sort", number, plan.items[place].code) for number, place in enumerate(order, 1)]
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            put(sheet, row, column, value)
    sheet.sheet_state = "veryHidden"
