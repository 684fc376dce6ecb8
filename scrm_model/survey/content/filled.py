"""One filled form, read by its hidden key, whatever the expert did to the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ResponseFileError
from scrm_model.study.claims import Text
from scrm_model.study.records import LANGUAGES
from scrm_model.survey.content.form import KEY_SHEET, MARK
from scrm_model.survey.content.judgements import Problems, blank, essential, rating, text
from scrm_model.survey.content.ratings import COLUMNS
from scrm_model.survey.content.words import HEADS, NAME, in_language


@dataclass(frozen=True, slots=True)
class Filled:
    """What one form holds.

    Attributes
    ----------
    file : str
        Its name.
    expert : str
        Who filled it in.
    frame : DataFrame
        Columns of `Ratings.frame`, a row for each item of the form.
    constructs : dict of str to str
        Construct that each item is meant to measure.
    choices : tuple of str
        Constructs that could be chosen.
    notes : tuple of Text
        What was noticed.
    """

    file: str
    expert: str
    frame: pd.DataFrame
    constructs: dict[str, str]
    choices: tuple[str, ...]
    notes: tuple[Text, ...] = ()


def read_form(path: Path, problems: Problems) -> Filled:
    """Read one form.

    Parameters
    ----------
    path : Path
        The file.
    problems : Problems
        Where what is wrong is kept.

    Returns
    -------
    Filled

    Raises
    ------
    ResponseFileError
        If it is no form, or a sheet of it is gone.
    """
    book = _open(path)
    key = _Key(book, path)
    expert, notes = key.expert(book)
    found: dict[str, dict[str, Any]] = {code: {} for code in key.items}
    for part, head in (("rating", "code"), ("sort", "number")):
        if part in key.sheets:
            sheet = key.sheet(book, part)
            readers = key.readers(part)
            for row, code, cells in _rows(sheet, head, readers, key.codes(part), path):
                place = f"{path.name}, sheet {sheet.title!r}, row {row}"
                for what, value in cells.items():
                    said, wrong = readers[what](value)
                    if wrong:
                        problems.add(place, expert, f"{what} of item {code}: {wrong}")
                    found[code][what] = said
    rows = [{"expert": expert, "item": code, **said} for code, said in found.items()]
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    return Filled(path.name, expert, frame, key.items, tuple(key.labels.values()), notes)


def _open(path: Path) -> Any:
    from zipfile import BadZipFile  # noqa: PLC0415

    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and rarely asked for
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        return load_workbook(path, data_only=True)
    except OSError as error:
        raise ResponseFileError(
            f"source= needs files that can be read; got {str(path)!r}: {error.strerror or error}. "
            "Check the folder and the name."
        ) from error
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ResponseFileError(
            f"source= needs .xlsx forms of expert_form(); got {path.name!r}, which is no workbook. "
            "Save it as .xlsx, or give a table of ratings as CSV."
        ) from error


class _Key:
    """The hidden sheet: which sheet is what, which label stands for what."""

    def __init__(self, book: Any, path: Path) -> None:
        self.path = path
        rows = list(book[KEY_SHEET].iter_rows(values_only=True)) if KEY_SHEET in book else []
        if not rows or rows[0][0] != MARK:
            raise ResponseFileError(
                f"source= needs forms of expert_form(); got {path.name!r}, a workbook without "
                "their key. Give its table with read_ratings(pandas.read_excel(...))."
            )
        parts: dict[str, dict[Any, Any]] = {}
        for kind, *rest in rows[1:]:
            if len(rest) > 1:
                parts.setdefault(str(kind), {})[rest[0]] = rest[1]
        self.sheets = parts["sheet"]
        self.items: dict[str, str] = parts["item"]
        self.labels = {_folded(label): construct for construct, label in parts["construct"].items()}
        self.labels |= {_folded(construct): construct for construct in parts["construct"]}
        self.order: dict[Any, str] = parts.get("sort", {})

    def sheet(self, book: Any, part: str) -> Any:
        """A sheet of the form."""
        title = self.sheets[part]
        if title not in book:
            raise ResponseFileError(
                f"source= needs whole forms; got {self.path.name!r} without its sheet {title!r}. "
                "Give the sheet its name back."
            )
        return book[title]

    def expert(self, book: Any) -> tuple[str, tuple[Text, ...]]:
        """Who filled it in; by the name of the file if nobody is named."""
        names = {_folded(in_language(NAME, lang)) for lang in (*LANGUAGES, "both")}
        for label, *rest in self.sheet(book, "start").iter_rows(values_only=True):
            if _folded(label) in names and rest and not blank(rest[0]):
                return " ".join(str(rest[0]).split()), ()
        note = Text(
            f"{self.path.name}: no name filled in, called by the name of the file.",
            f"{self.path.name} : sans nom, désigné par le nom du fichier.",
        )
        return self.path.stem, (note,)

    def codes(self, part: str) -> dict[str, str]:
        """Item by what stands in the first column."""
        if part == "rating":
            return {_folded(code): code for code in self.items}
        return {_folded(number): code for number, code in self.order.items()}

    def readers(self, part: str) -> dict[str, Callable[[Any], tuple[Any, str]]]:
        """How each column is read."""
        if part == "sort":
            return {"sorted": self._construct}
        return {
            "relevance": lambda value: rating(value, (1, 4)),
            "clarity": lambda value: rating(value, (1, 4)),
            "essential": essential,
            "comment": lambda value: (text(value), ""),
        }

    def _construct(self, value: Any) -> tuple[Any, str]:
        if blank(value):
            return pd.NA, ""
        construct = self.labels.get(_folded(value))
        return (construct, "") if construct else (pd.NA, f"{value!r} is no construct of the list")


def _folded(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()).casefold()


def _rows(
    sheet: Any, head: str, wanted: Any, codes: dict[str, str], path: Path
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Row number, item and cells of every row of a sheet that is about an item."""
    titles = {
        _folded(in_language(HEADS[name], lang)): name
        for name in (head, *wanted)
        for lang in (*LANGUAGES, "both")
    }
    place: dict[str, int] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if not place:
            at = {titles[_folded(c)]: k for k, c in enumerate(cells) if _folded(c) in titles}
            place = at if head in at and len(at) > 1 else {}
            continue
        code = codes.get(_folded(cells[place[head]]))
        if code:
            yield number, code, {w: cells[place[w]] for w in wanted if w in place}
    if not place:
        raise ResponseFileError(
            f"source= needs forms with their head row; got {path.name!r}, sheet {sheet.title!r}, "
            "without it. Put the head row back."
        )
