"""A grid as HTML: captioned, with scopes for screen readers, three lines as APA has them."""

from importlib.resources import files

from scrm_model.reporting.markup import escape, html_text
from scrm_model.reporting.rendering.grids import Cell, Grid, Group

WIDE = 5
"""From this number of columns on, a table takes the width of the page."""

MATRIX = 15
"""From this number of columns on, a table takes a page of its own on paper, turned."""

SHORT = 14
"""Up to this number of rows a table stays on one page on paper."""


def table_html(grid: Grid) -> str:
    """Render a grid as an HTML fragment.

    Parameters
    ----------
    grid : Grid
        The table in words.

    Returns
    -------
    str
        A ``<figure class="scrm-table">``; everything in it is escaped.
    """
    label = f'<span class="label">{escape(grid.label)}</span> ' if grid.label else ""
    name = escape(" ".join(filter(None, (grid.label, grid.title))))
    columns, rows = len(grid.heads), len(grid.rows) + len(grid.groups)
    kind = " wide" if columns >= WIDE else ""
    kind += " matrix" if columns >= MATRIX else ""
    kind += " short" if rows <= SHORT else ""
    return (
        f'<figure class="scrm-table{kind}" lang="{grid.lang}">'
        # A wide table scrolls on a narrow screen: it must be reachable from the keyboard.
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>'
        f'<caption>{label}<span class="title">{html_text(grid.title)}</span></caption>'
        f"<thead>{_head(grid)}</thead>"
        + "".join(_body(group, grid) for group in grid.groups)
        + f"</table></div>{_notes(grid)}</figure>"
    )


def standalone(fragment: str) -> str:
    """Add the style of tables to a fragment, for a notebook.

    Parameters
    ----------
    fragment : str
        HTML made by `table_html`.

    Returns
    -------
    str
        The fragment after a ``<style>`` element.
    """
    return f"<style>{table_style()}</style>{fragment}"


def table_style() -> str:
    """Return the style sheet of tables."""
    return (files("scrm_model.reporting.rendering") / "table.css").read_text(encoding="utf-8")


def _head(grid: Grid) -> str:
    rows = ""
    if any(head.spanner for head in grid.heads):
        cells = "".join(
            f'<th scope="colgroup" colspan="{width}" class="spanner">{html_text(text)}</th>'
            if text
            else f'<td colspan="{width}"></td>'
            for text, width in grid.spans
        )
        rows = f"<tr>{cells}</tr>"
    cells = "".join(
        f'<th scope="col"{_class("num" if head.numeric else "")}>{html_text(head.text)}</th>'
        for head in grid.heads
    )
    return f"{rows}<tr>{cells}</tr>"


def _body(group: Group, grid: Grid) -> str:
    heading = ""
    if group.heading:
        heading = (
            f'<tr class="group"><th scope="rowgroup" colspan="{len(grid.heads)}">'
            f"{html_text(group.heading)}</th></tr>"
        )
    rows = "".join(
        "<tr"
        + _class("strong" if row[0].strong else "")
        + ">"
        + "".join(_cell(cell, i, grid.heads[i].numeric) for i, cell in enumerate(row))
        + "</tr>"
        for row in group.rows
    )
    return f"<tbody>{heading}{rows}</tbody>"


def _cell(cell: Cell, column: int, numeric: bool) -> str:
    text = html_text(cell.text)
    if cell.reason:
        text = f'<span class="gap" title="{escape(cell.reason)}">{text}</span>'
    if cell.marks:
        text += f'<sup class="marks">{escape(cell.marks)}</sup>'
    kind = _class("num" if numeric else "")
    return f'<th scope="row"{kind}>{text}</th>' if column == 0 else f"<td{kind}>{text}</td>"


def _notes(grid: Grid) -> str:
    if not grid.notes:
        return ""
    notes = " ".join(f"<span>{html_text(note)}</span>" for note in grid.notes)
    return f'<figcaption class="notes"><i>{escape(grid.notes_label)}</i> {notes}</figcaption>'


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
