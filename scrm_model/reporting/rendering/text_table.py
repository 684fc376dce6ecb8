"""A grid as plain text, for a terminal."""

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.markup import clean
from scrm_model.reporting.rendering.grids import Grid

LONGEST = 44
"""Characters after which a cell is cut off, which an ellipsis shows."""


def table_text(grid: Grid) -> str:
    """Render a grid as lines of text.

    Parameters
    ----------
    grid : Grid
        The table in words.

    Returns
    -------
    str
        Title, three rules, notes. Long wordings are cut off.
    """
    heads = [h.text for h in grid.heads]
    body: list[list[str] | str] = []
    for group in grid.groups:
        body += [_cut(group.heading, 200)] if group.heading else []
        body += [[_cut(cell.text) + _marked(cell.marks) for cell in row] for row in group.rows]
    cells = [[_cut(head) for head in heads], *(row for row in body if isinstance(row, list))]
    widths = [max(len(row[k]) for row in cells) for k in range(len(heads))]
    numeric = [head.numeric for head in grid.heads]

    def line(row: list[str]) -> str:
        parts = zip(row, widths, numeric, strict=True)
        return "  ".join(t.rjust(w) if n else t.ljust(w) for t, w, n in parts).rstrip()

    spans, first = [], 0
    for text, count in grid.spans:
        room = sum(widths[first : first + count]) + 2 * (count - 1)
        spans.append(_cut(text, max(room, 1)).center(room))
        first += count
    over = ["  ".join(spans).rstrip()] if any(head.spanner for head in grid.heads) else []
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
    lines = [f"{grid.label} {_cut(grid.title, 200)}".strip(), rule, *over, line(cells[0]), rule]
    lines += [row if isinstance(row, str) else line(row) for row in body]
    notes = " ".join(_cut(note, 2000) for note in grid.notes)
    return "\n".join([*lines, rule, *([f"{grid.notes_label} {notes}"] if notes else [])])


def _marked(marks: str) -> str:
    return f"({marks})" if marks.isalpha() else marks


def _cut(text: str, longest: int = LONGEST) -> str:
    flat = " ".join(clean(text).replace(ITALIC_ON, "").replace(ITALIC_OFF, "").split(" "))
    flat = " ".join(flat.splitlines())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"
