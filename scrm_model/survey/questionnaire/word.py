"""A Word file to print: real tables, whose heading rows are repeated on every page."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from scrm_model.study.records import Text
from scrm_model.survey.questionnaire.paper import columns, numbered, parts, stop
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.rendered import Rendered
from scrm_model.survey.questionnaire.texts import text

BOX, LINE = "☐", "_" * 20
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
WIDTH_CM, STATEMENT_CM, NARROW_CM = 17.0, 6.5, 0.9
MARGIN = 40  # of a cell, in twentieths of a point
EPOCH = datetime(2000, 1, 1)


def render(made: Questionnaire, layout: str) -> Rendered:
    """Write a questionnaire as a Word file; a second language begins on a page of its own.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.
    layout : {"matrix", "single"}
        Statements in a table, or each by itself.

    Returns
    -------
    Rendered
    """
    from docx import Document  # noqa: PLC0415 - loaded only when a file is written
    from docx.shared import Cm, Pt  # noqa: PLC0415

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.0)
    document.styles["Normal"].font.size = Pt(10)
    properties = document.core_properties
    properties.title = made.title.get(made.languages[0])[:255]
    properties.author, properties.comments = "", ""
    properties.created = properties.modified = EPOCH
    for number, lang in enumerate(made.languages):
        if number:
            document.add_page_break()
        _Body(document, made, layout, lang).write()
    stream = BytesIO()
    document.save(stream)
    return Rendered(stream.getvalue(), columns(made))


class _Body:
    """The questionnaire in one language."""

    def __init__(self, document: Any, made: Questionnaire, layout: str, lang: str) -> None:
        self.document = document
        self.made = made
        self.layout = layout
        self.lang = lang
        self.numbers = numbered(made)

    def write(self) -> None:
        self.heading(self.made.title, 0)
        for heading, section in parts(self.made):
            if heading:
                self.heading(heading, 1)
            if self.layout == "matrix" and section.kind == "items" and section.shared:
                self.paragraph(section.instruction.get(self.lang), follows=True)
                self.table(section)
                continue
            for part in section.instruction.get(self.lang).split("\n\n"):
                self.paragraph(part, follows=True)
            for question in section.questions:
                self.question(question)
        self.paragraph(self.made.thanks.get(self.lang))

    def heading(self, wording: Text, level: int) -> None:
        self.mark(self.document.add_heading(wording.get(self.lang), level))

    def paragraph(self, wording: str, *, follows: bool = False, italic: bool = False) -> Any:
        """A paragraph, which stays on the page of the next one if that belongs to it."""
        paragraph = self.document.add_paragraph()
        paragraph.add_run(wording).italic = italic or None
        paragraph.paragraph_format.keep_with_next = follows
        self.mark(paragraph)
        return paragraph

    def mark(self, paragraph: Any) -> None:
        """Tell the language of a paragraph to the spelling checker and to screen readers."""
        from docx.oxml import OxmlElement  # noqa: PLC0415
        from docx.oxml.ns import qn  # noqa: PLC0415

        for run in paragraph.runs:
            element = OxmlElement("w:lang")
            element.set(qn("w:val"), LOCALES[self.lang])
            run._r.get_or_add_rPr().append(element)

    def wording(self, question: Asked) -> str:
        number = self.numbers.get(question.code)
        return (f"{number}. " if number else "") + question.text.get(self.lang)

    def question(self, question: Asked) -> None:
        self.paragraph(self.wording(question), follows=True)
        if question.kind != "choice":
            self.paragraph(LINE)
        for place, answer in enumerate(question.answers, start=1):
            last = place == len(question.answers)
            line = self.paragraph(f"{BOX} {answer.text.get(self.lang)}", follows=not last)
            line.paragraph_format.space_after = 0 if not last else None
        ending = stop(question)
        if ending:
            self.paragraph(ending.get(self.lang), italic=True)

    def table(self, section: Section) -> None:
        answers = section.shared
        table = self.document.add_table(rows=1, cols=2 + len(answers))
        table.style = "Table Grid"
        table.autofit = False
        self.narrow_margins(table)
        widths = self.widths(len(answers))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width  # the grid, which LibreOffice goes by; Word goes by the cells
        heads = ["", text("statement").get(self.lang), *(a.text.get(self.lang) for a in answers)]
        self.row(table.rows[0], heads, widths, heading=True)
        for question in section.questions:
            number = self.numbers[question.code]
            cells = [number, question.text.get(self.lang), *(BOX for _ in answers)]
            self.row(table.add_row(), cells, widths)
        self.document.add_paragraph()

    def narrow_margins(self, table: Any) -> None:
        """Leave the words of seven answers the room they need."""
        from docx.oxml import parse_xml  # noqa: PLC0415
        from docx.oxml.ns import nsdecls  # noqa: PLC0415

        sides = "".join(f'<w:{side} w:w="{MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
        table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))

    def widths(self, answers: int) -> list[Any]:
        """Widths of the number, the statement and each answer."""
        from docx.shared import Cm  # noqa: PLC0415

        each = (WIDTH_CM - STATEMENT_CM - NARROW_CM) / answers
        return [Cm(width) for width in (NARROW_CM, STATEMENT_CM, *[each] * answers)]

    def row(self, row: Any, cells: list[str], widths: list[Any], heading: bool = False) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415
        from docx.shared import Pt  # noqa: PLC0415

        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if heading:
            properties.append(OxmlElement("w:tblHeader"))
        for place, (cell, words, width) in enumerate(zip(row.cells, cells, widths, strict=True)):
            cell.width = width
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(words)
            run.font.size = Pt(7.5) if heading else None
            if place >= 2:
                paragraph.alignment = 1  # centred
            self.mark(paragraph)
