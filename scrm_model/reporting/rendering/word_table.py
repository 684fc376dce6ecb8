"""A grid as a real Word table: number and title above, three rules, notes below.

Numbers are set flush right, padded by figure spaces to the same number of decimals and moved in
by the width of the stars they lack, so that they stand under one another by their decimal mark.
Word's own decimal tabs would do so only where the system has the mark of the document's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrm_model.reporting.language import phrase, say
from scrm_model.reporting.rendering.grids import Cell, Grid, decimals_of
from scrm_model.reporting.rendering.widths import Plan, plan_of, text_points
from scrm_model.reporting.rendering.word_text import element, field, raised, write

FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"
RULE, THIN = 8, 4  # eighths of a point
TOGETHER = 25  # a table of up to so many rows stays on one page


def add_table(document: Any, grid: Grid, plan: Plan | None = None) -> None:
    """Add a table with its caption and notes at the end of a Word document.

    Parameters
    ----------
    document : docx Document
    grid : Grid
        The table in words.
    plan : Plan, optional
        How it is set; by default as `plan_of` says. The page is not turned here.
    """
    plan = plan or plan_of(grid)
    _caption(document, grid)
    rows = _head_rows(grid) + len(grid.rows) + sum(1 for g in grid.groups if g.heading)
    table = document.add_table(rows=rows, cols=len(grid.heads))
    table.autofit = False
    _fixed(table, plan)
    filled = _Filled(table, grid, plan, rows <= TOGETHER)
    filled.heads()
    filled.body()
    _notes(document, grid, plan)


def _caption(document: Any, grid: Grid) -> None:
    paragraph = None
    if grid.number:
        paragraph = document.add_paragraph(style="Caption")
        word = say(phrase("table.word"), grid.lang)
        write(paragraph, f"{word} ", bold=True)
        field(paragraph, r"SEQ Table \* ARABIC", str(grid.number), bold=True)
        _tight(paragraph, before=12, after=0, follows=True)
    title = document.add_paragraph(style="Caption")
    write(title, grid.title, italic=True)
    _tight(title, before=0 if paragraph is not None else 12, after=4, follows=True)


def _tight(paragraph: Any, before: float, after: float, follows: bool) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - loaded only when a file is written

    form = paragraph.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), 1.0
    form.keep_with_next = follows


def _notes(document: Any, grid: Grid, plan: Plan) -> None:
    paragraph = document.add_paragraph()
    size = max(min(plan.size, 9.0), 7.0)
    if grid.notes:
        write(paragraph, grid.notes_label, size=size, italic=True)
        write(paragraph, " " + " ".join(grid.notes), size=size)
    _tight(paragraph, before=3, after=12, follows=False)


def _fixed(table: Any, plan: Plan) -> None:
    """Widths that no program recomputes, and cells without side margins of their own."""
    properties = table._tbl.tblPr
    layout = properties.find(_name("tblLayout"))
    whole = properties.find(_name("tblW"))
    whole.set(_name("w"), str(round(sum(plan.widths) * 20)))
    whole.set(_name("type"), "dxa")
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=round(plan.size * 0.45 * 20), type="dxa"))
    (layout if layout is not None else properties[-1]).addnext(margins)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, plan.widths, strict=True):
        column.set(_name("w"), str(round(width * 20)))


def _name(tag: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415

    return str(qn(f"w:{tag}"))


def _head_rows(grid: Grid) -> int:
    return 1 + any(head.spanner for head in grid.heads)


class _Filled:
    """The rows of one table, filled from above."""

    def __init__(self, table: Any, grid: Grid, plan: Plan, together: bool) -> None:
        self.grid = grid
        self.plan = plan
        self.together = together
        self.rows = [list(row._tr.tc_lst) for row in table.rows]
        self.trs = [row._tr for row in table.rows]
        self.table = table
        self.at = 0
        marks = [max((len(r[k].marks) for r in grid.rows), default=0) for k in self.columns]
        self.room = [text_points("*" * most, plan.size * 0.7) for most in marks]

    @property
    def columns(self) -> range:
        return range(len(self.grid.heads))

    def heads(self) -> None:
        grid = self.grid
        if any(head.spanner for head in grid.heads):
            first = 0
            for text, width in grid.spans:
                cell = self._cell(first, width)
                paragraph = self._paragraph(cell, centred=True)
                write(paragraph, text, size=self.plan.size)
                _ruled(cell, top=RULE, bottom=THIN if text else 0)
                first += width
            self._next(heading=True)
        top = 0 if self.at else RULE
        for k, head in enumerate(grid.heads):
            cell = self._cell(k)
            paragraph = self._paragraph(cell, right=head.numeric, indent=self.room[k])
            write(paragraph, head.text, size=self.plan.size)
            _ruled(cell, top=top, bottom=THIN)
            _bottom_aligned(cell)
        self._next(heading=True)

    def body(self) -> None:
        for group in self.grid.groups:
            if group.heading:
                paragraph = self._paragraph(self._cell(0, len(self.grid.heads)), follows=True)
                write(paragraph, group.heading, size=self.plan.size, italic=True)
                self._next()
            for row in group.rows:
                self._row(row, indented=bool(group.heading))
        for cell in self._last():
            _ruled(cell, bottom=RULE)

    def _last(self) -> Sequence[Any]:
        return list(self.trs[-1].tc_lst)

    def _row(self, row: tuple[Cell, ...], indented: bool) -> None:
        for k, cell in enumerate(row):
            numeric = self.grid.heads[k].numeric
            missing = self.room[k] - text_points("*" * len(cell.marks), self.plan.size * 0.7)
            paragraph = self._paragraph(self._cell(k), right=numeric, indent=missing)
            if indented and k == 0:
                _indented(paragraph, self.plan.size)
            text = cell.text + (self._padding(cell, k) if numeric else "")
            write(paragraph, text, size=self.plan.size, bold=cell.strong)
            if cell.marks:
                raised(paragraph, cell.marks, self.plan.size)
        self._next()

    def _padding(self, cell: Cell, column: int) -> str:
        places, own = self.grid.places[column], decimals_of(cell)
        if cell.value is None or cell.kind.endswith("interval") or own >= places:
            return ""
        return ("" if own else PUNCTUATION_SPACE) + FIGURE_SPACE * (places - own)

    def _cell(self, first: int, width: int = 1) -> Any:
        """The cell at a place, over as many columns as asked, with its width."""
        cells = self.rows[self.at]
        cell = cells[first]
        properties = cell.get_or_add_tcPr()
        points = sum(self.plan.widths[first : first + width])
        found = properties.find(_name("tcW"))
        if found is not None:
            properties.remove(found)
        properties.insert(0, element("tcW", w=round(points * 20), type="dxa"))
        if width > 1:
            properties.insert(1, element("gridSpan", val=width))
            for other in cells[first + 1 : first + width]:
                self.trs[self.at].remove(other)
        return cell

    def _paragraph(
        self,
        cell: Any,
        *,
        right: bool = False,
        centred: bool = False,
        indent: float = 0.0,
        follows: bool = False,
    ) -> Any:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
        from docx.shared import Pt  # noqa: PLC0415
        from docx.text.paragraph import Paragraph  # noqa: PLC0415

        paragraph = Paragraph(cell.p_lst[0], self.table)
        # The mark of an empty paragraph has a size too, and a row is as high as its largest.
        mark = element("rPr")
        mark.append(element("sz", val=round(self.plan.size * 2)))
        paragraph._p.get_or_add_pPr().append(mark)
        _tight(paragraph, before=1.5, after=1.5, follows=follows or self._kept())
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.right_indent = Pt(round(indent, 1)) if indent > 0 else None
        elif centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph

    def _kept(self) -> bool:
        """Whether a row stays with the next one: in a short table all do, and so do headings."""
        return self.together or self.at < _head_rows(self.grid) or self.at >= len(self.trs) - 2

    def _next(self, heading: bool = False) -> None:
        properties = self.trs[self.at].get_or_add_trPr()
        properties.append(element("cantSplit"))
        if heading:
            properties.append(element("tblHeader"))
        self.at += 1


def _indented(paragraph: Any, size: float) -> None:
    from docx.shared import Pt  # noqa: PLC0415

    paragraph.paragraph_format.left_indent = Pt(size)


def _ruled(cell: Any, top: int = 0, bottom: int = 0) -> None:
    """Add rules above and below a cell."""
    properties = cell.get_or_add_tcPr()
    known = properties.find(_name("tcBorders"))
    borders = element("tcBorders") if known is None else known
    for side, width in (("top", top), ("bottom", bottom)):
        if width:
            borders.append(element(side, val="single", sz=width, space=0, color="000000"))
    if known is None and len(borders):
        _placed(properties, borders)


def _bottom_aligned(cell: Any) -> None:
    cell.get_or_add_tcPr().append(element("vAlign", val="bottom"))


def _placed(properties: Any, borders: Any) -> None:
    """Borders come after the width and the span, before all else."""
    after = [properties.find(_name(tag)) for tag in ("gridSpan", "tcW")]
    last = next((found for found in after if found is not None), None)
    if last is None:
        properties.insert(0, borders)
    else:
        last.addnext(borders)
