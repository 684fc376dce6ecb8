r"""A LaTeX document: preamble, and the whole report.

Written for XeLaTeX or LuaLaTeX (UTF-8, any script the font has); pdfLaTeX sets English and French
too. The packages are those of every TeX distribution.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from scrm_model.reporting.blocks import Alert, Bullets, Figure, Paragraph, Section, laid_open
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import check_language, phrase, rich
from scrm_model.reporting.outline import sections_of
from scrm_model.reporting.rendering.facts import facts, made_with
from scrm_model.reporting.rendering.latex_preamble import latex_document
from scrm_model.reporting.rendering.latex_text import latex_text
from scrm_model.reporting.rendering.widths import PORTRAIT
from scrm_model.reporting.tables import Table

PIXEL = 0.75
"""Points of a pixel of a drawing."""


def latex_report(
    contents: Contents, figures: str, lang: str = "en"
) -> tuple[str, dict[str, bytes]]:
    r"""Write the whole report as LaTeX.

    Parameters
    ----------
    contents : Contents
        What to report.
    figures : str
        How the names of the files with figures begin.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    (str, dict of str to bytes)
        The document, and the figures that it includes, as PDF by name of file.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    check_language(lang)
    page = _Page(lang, figures)
    body = "".join(page.section(section) for section in sections_of(contents))
    kind = page.text(phrase("page.kind"))
    title = page.text(contents.study.name)
    about = latex_text(facts(contents, lang))
    head = f"\\title{{{title}}}\n\\author{{{kind}}}\n\\date{{{about}}}\n\\maketitle\n\n"
    foot = made_with(contents, lang)
    end = f"\n\\bigskip\\noindent\\small {latex_text(foot)}\n" if foot else ""
    return latex_document(head + body + end, lang), page.files


class _Page:
    """Collects figures while blocks turn into LaTeX."""

    def __init__(self, lang: str, figures: str) -> None:
        self.lang = lang
        self.figures = figures
        self.files: dict[str, bytes] = {}

    def text(self, value: Any) -> str:
        return latex_text(rich(value, self.lang))

    def section(self, section: Section) -> str:
        blocks = "\n".join(_render(block, self) for block in laid_open(section.blocks))
        # Tables float, but not out of the section that they belong to.
        return f"\\FloatBarrier\n\\section*{{{self.text(section.title)}}}\n\n{blocks}\n"


@singledispatch
def _render(block: Any, page: _Page) -> str:
    raise NotImplementedError(type(block).__name__)


@_render.register
def _(block: Paragraph, page: _Page) -> str:
    return f"{' '.join(page.text(s) for s in block.sentences)}\n"


@_render.register
def _(block: Bullets, page: _Page) -> str:
    if block.hanging:
        lines = "".join(f"\\hangindent=2em\\noindent {page.text(i)}\\par\n" for i in block.items)
        return f"\\begingroup\\raggedright\n{lines}\\endgroup\n"
    items = "".join(f"\\item {page.text(item)}\n" for item in block.items)
    return f"\\begin{{itemize}}\n{items}\\end{{itemize}}\n"


@_render.register
def _(block: Alert, page: _Page) -> str:
    inside = "\n".join(_render(paragraph, page) for paragraph in block.paragraphs)
    warning = page.text(phrase("page.warning"))
    return (
        "\\noindent\\rule{\\linewidth}{1pt}\n\n"
        f"\\noindent\\textbf{{{warning}: {page.text(block.title)}}}\n\n{inside}\n"
        "\\noindent\\rule{\\linewidth}{1pt}\n"
    )


@_render.register
def _(block: Table, page: _Page) -> str:
    return block.latex(page.lang)


@_render.register
def _(block: Figure, page: _Page) -> str:
    drawing = block.draw(page.lang)
    name = f"{page.figures}-{len(page.files) + 1}.pdf"
    page.files[name] = drawing.pdf
    wide = drawing.size[0] * PIXEL > PORTRAIT
    width = r"\linewidth" if wide else f"{drawing.size[0] * PIXEL:.0f}pt"
    return (
        f"\\begin{{figure}}[htbp]\n\\caption{{{page.text(block.caption)}}}\n"
        f"\\includegraphics[width={width},height=.85\\textheight,keepaspectratio]{{{name}}}\n\\end{{figure}}\n"
    )
