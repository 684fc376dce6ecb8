r"""What stands around LaTeX tables so that a file can be set as it is."""

from scrm_model.reporting.language import phrase, say
from scrm_model.reporting.rendering.latex_text import latex_text

_PACKAGES = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[utf8]{inputenc}
  \usepackage[T1]{fontenc}
\else
  \usepackage{fontspec}
\fi
\usepackage[margin=2.5cm]{geometry}
\usepackage{array,booktabs,threeparttable,longtable,pdflscape,graphicx,placeins}
\usepackage{caption}
\captionsetup{labelfont=bf,textfont=it,labelsep=newline,singlelinecheck=false,%
  justification=raggedright}
\setlength{\emergencystretch}{3em}
\setlength{\LTleft}{0pt}
"""
_FRENCH = r"""\usepackage[french]{babel}
\frenchsetup{AutoSpacePunctuation=false,CustomiseFigTabCaptions=false,%
  SmallCapsFigTabCaptions=false}
"""


def latex_document(body: str, lang: str, first: int | None = None) -> str:
    r"""Put a preamble before LaTeX and an end after it.

    Parameters
    ----------
    body : str
        LaTeX.
    lang : str
        ``"en"`` or ``"fr"``.
    first : int, optional
        The number of the first table.

    Returns
    -------
    str
        A document for XeLaTeX or LuaLaTeX; pdfLaTeX where all letters are European.
    """
    table = latex_text(say(phrase("table.word"), lang))
    figure = latex_text(say(phrase("figure.word"), lang))
    # After babel, which sets these names when the document begins.
    words = (("table", table), ("figure", figure))
    names = "".join(f"\\renewcommand{{\\{k}name}}{{{word}}}\n" for k, word in words)
    counted = f"\\setcounter{{table}}{{{first - 1}}}\n" if first else ""
    french = _FRENCH if lang == "fr" else ""
    return (
        "% !TeX program = lualatex\n% Tables: XeLaTeX or LuaLaTeX; pdfLaTeX for European letters.\n"
        f"{_PACKAGES}{french}\\begin{{document}}\n{names}{counted}{body}\\end{{document}}\n"
    )
