"""Several tables by name, shown and saved together."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scrm_model.errors import ArgumentError
from scrm_model.reporting.language import check_language
from scrm_model.reporting.rendering.html_table import standalone
from scrm_model.reporting.rendering.table_file import write_tables
from scrm_model.reporting.tables import Table


class Tables(Mapping[str, Table]):
    """Tables by name, numbered in their order.

    Parameters
    ----------
    tables : mapping of str to Table
    lang : {"en", "fr"}
        The language in which they are shown and saved unless another is asked for.
    """

    def __init__(self, tables: Mapping[str, Table], lang: str = "en") -> None:
        self._tables = dict(tables)
        self.lang = check_language(lang)

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def save(self, path: str | Path, lang: str | None = None) -> Path:
        """Write all tables into one file; see `save_tables`."""
        return save_tables(self, path, self.lang if lang is None else lang)

    def __repr__(self) -> str:
        return "Tables: " + ", ".join(self)

    def _repr_html_(self) -> str:
        parts = (table.html(self.lang, k) for k, table in enumerate(self.values(), start=1))
        return standalone("".join(parts))


def save_tables(
    tables: Mapping[str, Table] | Iterable[Table], path: str | Path, lang: str | None = None
) -> Path:
    """Write several tables into one file, numbered in their order.

    Parameters
    ----------
    tables : mapping of str to Table, or iterable of Table
        The names of a mapping become those of the sheets of a workbook.
    path : str or Path
        A name ending in ``.docx`` (Word), ``.tex`` (LaTeX), ``.xlsx`` (Excel, a sheet a table),
        ``.html`` or ``.md`` (Markdown).
    lang : {"en", "fr"}, optional
        By default each table's own language.

    Returns
    -------
    Path
        The file written; the same bytes for the same tables.

    Raises
    ------
    ArgumentError
        No table, something else than tables, another ending, a folder that does not exist, a
        file that cannot be written, or an unknown language.
    """
    if lang is not None:
        check_language(lang)
    named = _named(tables)
    grids = [(name, table.grid(lang, k)) for k, (name, table) in enumerate(named, start=1)]
    return write_tables(path, grids)


def _named(tables: Any) -> list[tuple[str, Table]]:
    if isinstance(tables, Mapping):
        named = [(str(name), table) for name, table in tables.items()]
    elif isinstance(tables, Iterable) and not isinstance(tables, str):
        named = [("", table) for table in tables]
    else:
        named = [("", tables)]
    wrong = next((t for _, t in named if not isinstance(t, Table)), None)
    if not named or wrong is not None:
        got = "none" if not named else type(wrong).__name__
        raise ArgumentError(
            f"tables= needs tables that table() made; got {got}. Write for example "
            "save_tables([table(fit), table(effects)], 'tables.docx')."
        )
    return named
