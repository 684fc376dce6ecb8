"""The report as one self-contained HTML page: no network, no script, light and dark, printable."""

from base64 import b64encode
from functools import singledispatch
from importlib.resources import files
from typing import Any

from scrm_model.reporting.blocks import Alert, Bullets, Figure, Fold, Paragraph, Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.diagram import PathDiagram
from scrm_model.reporting.language import check_language, phrase, rich, say
from scrm_model.reporting.markup import escape, html_text
from scrm_model.reporting.outline import sections_of
from scrm_model.reporting.rendering.facts import facts, made_with
from scrm_model.reporting.rendering.html_table import table_style
from scrm_model.reporting.saving import Drawing
from scrm_model.reporting.tables import Table

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def html_report(contents: Contents, lang: str = "en") -> str:
    """Write the whole report as HTML.

    Parameters
    ----------
    contents : Contents
        What to report.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    str
        A complete page that loads nothing and runs nothing. The same contents give the same
        page.

    Raises
    ------
    ArgumentError
        If `lang` is unknown.
    """
    check_language(lang)
    sections = sections_of(contents)
    page = _Page(lang)
    body = "".join(page.section(section) for section in sections)
    title = say(contents.study.name, lang)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)} – {page.say('page.kind')}</title>\n"
        f"<style>\n{_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{page.say("page.skip")}</a>\n'
        f"{_header(contents, title, page)}{_navigation(sections, page)}"
        f'<main id="main">\n{body}</main>\n{_footer(contents, page)}</body>\n</html>\n'
    )


def _style() -> str:
    page = (files("scrm_model.reporting.rendering") / "report.css").read_text(encoding="utf-8")
    return page + table_style()


class _Page:
    """Counts tables and figures while blocks turn into HTML."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.tables = 0
        self.figures = 0

    def say(self, key: str, **fields: Any) -> str:
        return html_text(rich(phrase(key, **fields), self.lang))

    def text(self, value: Any) -> str:
        return html_text(rich(value, self.lang))

    def section(self, section: Section) -> str:
        blocks = "\n".join(_render(block, self) for block in section.blocks)
        return (
            f'<section id="{section.name}" aria-labelledby="{section.name}-title">\n'
            f'<h2 id="{section.name}-title">{self.text(section.title)}</h2>\n'
            f"{blocks}\n</section>\n"
        )


@singledispatch
def _render(block: Any, page: _Page) -> str:
    raise NotImplementedError(type(block).__name__)


@_render.register
def _(block: Paragraph, page: _Page) -> str:
    lead = ' class="lead"' if block.lead else ""
    return f"<p{lead}>{' '.join(page.text(s) for s in block.sentences)}</p>"


@_render.register
def _(block: Bullets, page: _Page) -> str:
    kind = ' class="hanging"' if block.hanging else ""
    items = "".join(f"<li>{page.text(item)}</li>" for item in block.items)
    return f"<ul{kind}>{items}</ul>"


@_render.register
def _(block: Alert, page: _Page) -> str:
    kind = "alert severe" if block.severe else "alert"
    inside = "".join(_render(paragraph, page) for paragraph in block.paragraphs)
    return (
        f'<div class="{kind}" role="alert"><h3><span class="sign" aria-hidden="true">!</span>'
        f"{page.text(block.title)}</h3>{inside}</div>"
    )


@_render.register
def _(block: Table, page: _Page) -> str:
    page.tables += 1
    return block.html(page.lang, page.tables)


@_render.register
def _(block: Fold, page: _Page) -> str:
    inside = "\n".join(_render(inner, page) for inner in block.blocks)
    return f"<details><summary>{page.text(block.title)}</summary>\n{inside}\n</details>"


@_render.register
def _(block: Figure, page: _Page) -> str:
    page.figures += 1
    label = page.say("table.figure", n=page.figures)
    caption = page.text(block.caption)
    return (
        f'<figure class="diagram"><figcaption><span class="label">{label}</span> '
        f'<span class="title">{caption}</span></figcaption>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f"{_drawn(block.draw(page.lang))}</div></figure>"
    )


def _drawn(drawing: Drawing) -> str:
    """A diagram takes the colours of the page; a picture is an image with words in its place."""
    if isinstance(drawing, PathDiagram):
        return drawing.svg
    data = b64encode(drawing.svg.encode()).decode("ascii")
    words = escape(f"{drawing.title}. {drawing.description}")
    width, height = (round(side) for side in drawing.size)
    return (
        f'<img class="picture" src="data:image/svg+xml;base64,{data}" alt="{words}" '
        f'width="{width}" height="{height}">'
    )


def _header(contents: Contents, title: str, page: _Page) -> str:
    return (
        f'<header class="top">\n<p class="kind">{page.say("page.kind")}</p>\n'
        f"<h1>{escape(title)}</h1>\n"
        f'<p class="facts">{escape(facts(contents, page.lang))}</p>\n</header>\n'
    )


def _navigation(sections: list[Section], page: _Page) -> str:
    links = "".join(
        f'<li><a href="#{section.name}">{page.text(section.title)}</a></li>' for section in sections
    )
    label = page.say("page.contents")
    return f'<nav aria-label="{label}">\n<ol>{links}</ol>\n</nav>\n'


def _footer(contents: Contents, page: _Page) -> str:
    made = made_with(contents, page.lang)
    return f"<footer><p>{escape(made)}</p></footer>\n" if made else ""
