"""A Word document as this library makes it: A4, one serif face, one language, pages turned."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from scrm_model.reporting.markup import clean
from scrm_model.reporting.rendering.archive import same_bytes
from scrm_model.reporting.rendering.grids import Grid
from scrm_model.reporting.rendering.widths import plan_of
from scrm_model.reporting.rendering.word_table import add_table
from scrm_model.reporting.rendering.word_text import FONT, LOCALES, element

EPOCH = datetime(2000, 1, 1)
LONG_CM, SHORT_CM, MARGIN_CM = 29.7, 21.0, 2.5


class WordDocument:
    """A document that turns its pages when a table needs the width.

    Parameters
    ----------
    lang : str
        ``"en"`` or ``"fr"``: of the spelling checker and of screen readers.
    title : str
        Title among the properties of the file.
    """

    def __init__(self, lang: str, title: str = "") -> None:
        from docx import Document  # noqa: PLC0415 - loaded only when a file is written

        self.document: Any = Document()
        self.lang = lang
        self.landscape = False
        self.begun = False
        _styled(self.document, lang)
        _page(self.document.sections[0], landscape=False)
        properties = self.document.core_properties
        properties.title = clean(title)[:255]
        properties.author, properties.comments, properties.language = "", "", LOCALES[lang]
        properties.created = properties.modified = EPOCH

    def turned(self, landscape: bool) -> None:
        """Go on a page that lies as asked."""
        from docx.enum.section import WD_SECTION  # noqa: PLC0415

        if landscape != self.landscape:
            section = self.document.sections[-1]
            if self.begun:
                section = self.document.add_section(WD_SECTION.NEW_PAGE)
            _page(section, landscape)
            self.landscape = landscape
        self.begun = True

    def table(self, grid: Grid) -> None:
        """Add a table, on a turned page if it is wide."""
        plan = plan_of(grid)
        self.turned(plan.landscape)
        add_table(self.document, grid, plan)

    def bytes(self) -> bytes:
        """The file; the same for the same contents."""
        stream = BytesIO()
        self.document.save(stream)
        return same_bytes(stream.getvalue())


def _page(section: Any, landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415
    from docx.shared import Cm  # noqa: PLC0415

    width, height = (LONG_CM, SHORT_CM) if landscape else (SHORT_CM, LONG_CM)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(width), Cm(height)
    margin = Cm(MARGIN_CM)
    section.left_margin = section.right_margin = margin
    section.top_margin = section.bottom_margin = margin


def _styled(document: Any, lang: str) -> None:
    """One face in black for everything, and the language in the defaults of all styles."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for name, size in (
        ("Normal", 11), ("Title", 18), ("Heading 1", 14), ("Caption", 11), ("List Bullet", 11),
    ):  # fmt: skip
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{script}"), FONT)
    title = document.styles["Title"].element.pPr
    for line in title.findall(qn("w:pBdr")):
        title.remove(line)
    caption = document.styles["Caption"].font
    caption.bold = caption.italic = None
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(element("lang", val=LOCALES[lang], eastAsia=LOCALES[lang], bidi="ar-SA"))
