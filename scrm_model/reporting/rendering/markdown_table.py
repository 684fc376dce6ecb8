"""A grid as Markdown: a pipe table with its title above and its notes below."""

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.markup import markdown_text
from scrm_model.reporting.rendering.grids import Cell, Grid, Group, Head


def table_markdown(grid: Grid) -> str:
    """Render a grid as Markdown.

    Parameters
    ----------
    grid : Grid
        The table in words.

    Returns
    -------
    str
        Lines ending in a line break; everything in them is escaped.
    """
    title = f"**{grid.label}.** " if grid.label else ""
    lines = [title + f"*{markdown_text(_plain(grid.title))}*", ""]
    lines.append(_row([_heading(head) for head in grid.heads]))
    lines.append(_row(["---:" if head.numeric else ":---" for head in grid.heads]))
    for group in grid.groups:
        lines.extend(_group(group, len(grid.heads)))
    if grid.notes:
        notes = " ".join(markdown_text(note) for note in grid.notes)
        lines += ["", f"*{grid.notes_label}* {notes}"]
    return "\n".join(lines) + "\n"


def _group(group: Group, width: int) -> list[str]:
    heading = f"**{markdown_text(_plain(group.heading))}**"
    lines = [_row([heading, *[""] * (width - 1)])] if group.heading else []
    return lines + [_row([_cell(cell) for cell in row]) for row in group.rows]


def _heading(head: Head) -> str:
    # Markdown has no spanning headings: the spanner goes before each of its columns.
    text = f"{head.spanner}: {head.text}" if head.spanner else head.text
    return markdown_text(text)


def _cell(cell: Cell) -> str:
    text = markdown_text(cell.text) + markdown_text(cell.marks)
    return f"**{text}**" if cell.strong else text


def _plain(text: str) -> str:
    return text.replace(ITALIC_ON, "").replace(ITALIC_OFF, "")


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
