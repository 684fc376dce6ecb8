"""The whole report as a Word document: real headings, tables, pictures and captions."""

from __future__ import annotations

from functools import singledispatch
from io import BytesIO
from typing import Any

from scrm_model.reporting.blocks import Alert, Bullets, Figure, Paragraph, Section, laid_open
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import check_language, phrase, rich, say
from scrm_model.reporting.markup import clean
from scrm_model.reporting.outline import sections_of
from scrm_model.reporting.rendering.facts import facts, made_with
from scrm_model.reporting.rendering.widths import PORTRAIT, plan_of
from scrm_model.reporting.rendering.word_document import WordDocument
from scrm_model.reporting.rendering.word_text import element, field, write
from scrm_model.reporting.tables import Table

PIXEL = 0.75
"""Points of a pixel of a drawing."""

HIGH = 600.0
"""Room for a drawing on a page with its caption, in points."""


def word_report(contents: Contents, lang: str = "en") -> bytes:
    """Write the whole report as a Word document.

    Parameters
    ----------
    contents : Contents
        What to report.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    bytes
        The file; the same for the same contents.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    check_language(lang)
    title = say(contents.study.name, lang)
    page = _Page(WordDocument(lang, title))
    page.turned()
    page.paragraph(say(phrase("page.kind"), lang))
    write(page.document.add_paragraph(style="Title"), title)
    page.paragraph(facts(contents, lang))
    for section in sections_of(contents):
        page.section(section)
    if made := made_with(contents, lang):
        page.turned()
        page.paragraph(made)
    _numbered(page.document)
    return page.word.bytes()


class _Page:
    """Counts tables and figures while blocks turn into parts of the document."""

    def __init__(self, word: WordDocument) -> None:
        self.word = word
        self.document = word.document
        self.lang = word.lang
        self.tables = 0
        self.figures = 0

    def turned(self) -> None:
        self.word.turned(landscape=False)

    def paragraph(self, *sentences: Any, style: str | None = None, bold: bool = False) -> Any:
        paragraph = self.document.add_paragraph(style=style)
        text = " ".join(rich(sentence, self.lang) for sentence in sentences)
        write(paragraph, text, bold=bold)
        return paragraph

    def section(self, section: Section) -> None:
        blocks = list(laid_open(section.blocks))
        first = blocks[0]
        # A heading stands on the page of the table that it is of.
        wide = isinstance(first, Table) and plan_of(first.grid(self.lang)).landscape
        self.word.turned(landscape=wide)
        heading = self.document.add_paragraph(style="Heading 1")
        write(heading, rich(section.title, self.lang))
        for block in blocks:
            _render(block, self)


@singledispatch
def _render(block: Any, page: _Page) -> None:
    raise NotImplementedError(type(block).__name__)


@_render.register
def _(block: Paragraph, page: _Page) -> None:
    page.turned()
    page.paragraph(*block.sentences)


@_render.register
def _(block: Bullets, page: _Page) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - loaded only when a file is written

    page.turned()
    for item in block.items:
        if block.hanging:
            form = page.paragraph(item).paragraph_format
            form.left_indent, form.first_line_indent = Pt(24), Pt(-24)
        else:
            page.paragraph(item, style="List Bullet")


@_render.register
def _(block: Alert, page: _Page) -> None:
    page.turned()
    title = f"{say(phrase('page.warning'), page.lang)} – {rich(block.title, page.lang)}"
    inside = [page.paragraph(title, bold=True)]
    inside += [page.paragraph(*paragraph.sentences) for paragraph in block.paragraphs]
    for paragraph in inside:
        _framed(paragraph)


@_render.register
def _(block: Table, page: _Page) -> None:
    page.tables += 1
    page.word.table(block.grid(page.lang, page.tables))


@_render.register
def _(block: Figure, page: _Page) -> None:
    from docx.shared import Pt  # noqa: PLC0415

    page.turned()
    page.figures += 1
    drawing = block.draw(page.lang)
    label = page.document.add_paragraph(style="Caption")
    write(label, f"{say(phrase('figure.word'), page.lang)} ", bold=True)
    field(label, r"SEQ Figure \* ARABIC", str(page.figures), bold=True)
    caption = page.document.add_paragraph(style="Caption")
    write(caption, rich(block.caption, page.lang), italic=True)
    for paragraph in (label, caption):
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = Pt(2)
    across, down = drawing.size
    width = min(across * PIXEL, PORTRAIT, HIGH * across / down)
    shape = page.document.add_picture(BytesIO(drawing.png), width=Pt(width))
    # What a screen reader says in the place of the picture.
    properties = shape._inline.docPr
    properties.set("title", clean(drawing.title))
    properties.set("descr", clean(drawing.description))


def _framed(paragraph: Any) -> None:
    """A line at the left of a warning, on all of its paragraphs."""
    borders = element("pBdr")
    borders.append(element("left", val="single", sz=24, space=8, color="000000"))
    properties = paragraph._p.get_or_add_pPr()
    style = properties.find(properties.pStyle.tag) if properties.pStyle is not None else None
    if style is None:
        properties.insert(0, borders)
    else:
        style.addnext(borders)
    paragraph.paragraph_format.left_indent = 0


def _numbered(document: Any) -> None:
    """The number of each page at its foot."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415

    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field(foot, "PAGE", "1")
