"""The report in the form that the ending of its name asks for: HTML, Word or LaTeX."""

import re
from functools import partial
from pathlib import Path

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import check_language
from scrm_model.reporting.rendering.html_page import html_report
from scrm_model.reporting.rendering.latex_page import latex_report
from scrm_model.reporting.rendering.word_page import word_report
from scrm_model.reporting.saving import check_target, write_file

ENDINGS = (".html", ".htm", ".docx", ".tex")
"""What the name of a report may end in."""


def write_report(contents: Contents, path: str | Path, lang: str = "en") -> Path:
    """Write the whole report to a file.

    Parameters
    ----------
    contents : Contents
        What to report.
    path : str or Path
        A name ending in ``.html`` (one page that needs nothing else), ``.docx`` or ``.tex``. A
        LaTeX report puts its figures beside it, as PDF.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ArgumentError
        If `lang` is unknown, the name has another ending, its folder does not exist, or the file
        cannot be written.
    """
    check_language(lang)
    target = check_target(path, ENDINGS)
    # A name that no TeX program reads as anything but a name.
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", target.stem) or "report"

    def latex() -> bytes:
        text, figures = latex_report(contents, f"{stem}-figure", lang)
        for name, content in figures.items():
            write_file(target.parent / name, {".pdf": partial(bytes, content)})
        return text.encode()

    def html() -> bytes:
        return html_report(contents, lang).encode()

    forms = (html, html, lambda: word_report(contents, lang), latex)
    return write_file(target, dict(zip(ENDINGS, forms, strict=True)))
