"""Tables into a file, in the form that the ending of its name asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from scrm_model.reporting.markup import escape
from scrm_model.reporting.rendering.excel_book import workbook_bytes
from scrm_model.reporting.rendering.grids import Grid
from scrm_model.reporting.rendering.html_table import table_html, table_style
from scrm_model.reporting.rendering.latex_preamble import latex_document
from scrm_model.reporting.rendering.latex_table import table_latex
from scrm_model.reporting.rendering.markdown_table import table_markdown
from scrm_model.reporting.rendering.word_document import WordDocument
from scrm_model.reporting.saving import write_file

Named = Sequence[tuple[str, Grid]]


def write_tables(path: str | Path, tables: Named) -> Path:
    """Write tables to a file.

    Parameters
    ----------
    path : str or Path
        Its ending says the form: one of `FORMS`.
    tables : sequence of (str, Grid)
        Their names, for the sheets of a workbook, and the tables in words.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        Another ending, a folder that does not exist, or a file that cannot be written.
    """
    return write_file(path, {ending: partial(form, tables) for ending, form in FORMS.items()})


def _word(tables: Named) -> bytes:
    first = tables[0][1]
    document = WordDocument(first.lang, first.title)
    for _, grid in tables:
        document.table(grid)
    return document.bytes()


def _latex(tables: Named) -> bytes:
    body = "\n".join(table_latex(grid) for _, grid in tables)
    first = tables[0][1]
    return latex_document(body, first.lang, first.number).encode()


def _html(tables: Named) -> bytes:
    first = tables[0][1]
    body = "\n".join(table_html(grid) for _, grid in tables)
    return (
        f'<!DOCTYPE html>\n<html lang="{first.lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(first.title)}</title>\n<style>\nbody {{ margin: 2rem; "
        f"font-family: 'Times New Roman', serif; }}\n{table_style()}</style>\n</head>\n<body>\n"
        f"{body}\n</body>\n</html>\n"
    ).encode()


def _markdown(tables: Named) -> bytes:
    return "\n".join(table_markdown(grid) for _, grid in tables).encode()


FORMS: Mapping[str, Callable[[Named], bytes]] = {
    ".docx": _word,
    ".tex": _latex,
    ".xlsx": workbook_bytes,
    ".html": _html,
    ".htm": _html,
    ".md": _markdown,
}
"""What writes the form of each ending."""
