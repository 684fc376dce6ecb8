r"""Text made safe for LaTeX: whatever it holds, nothing of it is a command.

The signs that tables are made of (a true minus, Greek letters, no-break spaces) become commands
that every engine knows. All other letters stay as they are: those of European languages work in
pdfLaTeX too, other scripts need XeLaTeX or LuaLaTeX and a font that has them.
"""

import re

from scrm_model.reporting.language import ITALIC_OFF, ITALIC_ON
from scrm_model.reporting.markup import clean

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%",
    "&": r"\&", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}",
}  # fmt: skip
_SIGNS = {
    "\u00a0": "~", "\u202f": r"\,", "\u2212": "$-$", "\u2013": "--", "\u2014": "---",
    "’": "'", "‘": "`", "“": "``", "”": "''", "…": r"\ldots{}", "²": r"\textsuperscript{2}",
    "→": r"$\rightarrow$", "←": r"$\leftarrow$", "≥": r"$\geq$", "≤": r"$\leq$", "≠": r"$\neq$",
    "≈": r"$\approx$", "×": r"$\times$", "√": r"$\surd$", "∞": r"$\infty$", "·": r"$\cdot$",
    "α": r"$\alpha$", "β": r"$\beta$", "γ": r"$\gamma$", "Δ": r"$\Delta$", "θ": r"$\theta$",
    "κ": r"$\kappa$", "λ": r"$\lambda$", "μ": r"$\mu$", "ρ": r"$\rho$", "σ": r"$\sigma$",
    "φ": r"$\varphi$", "χ": r"$\chi$", "ω": r"$\omega$",
}  # fmt: skip
_SPLIT = "\ue002"
# Two hyphens are no dash, two apostrophes or commas no quotation mark.
_LIGATURE = re.compile(r"(?<=([-',]))(?=\1)")
_OPTION = re.compile(r"^([ ~]*)([\[*])")
_TABLE = str.maketrans(
    _SPECIAL | _SIGNS | {ITALIC_ON: r"\textit{", ITALIC_OFF: "}", _SPLIT: "{}"}
    | dict.fromkeys("\n\r\t\v\f\u0085\u2028\u2029", " ")
)  # fmt: skip


def latex_text(text: str, *, opens: bool = True) -> str:
    r"""Escape text for LaTeX, turning marks of italics into ``\textit``.

    Parameters
    ----------
    text : str
        Any text.
    opens : bool
        Whether it may stand at the beginning of a row, where a bracket or an asterisk would be an
        option of the line break before it.

    Returns
    -------
    str
        One line that LaTeX sets as it stands.
    """
    safe = _LIGATURE.sub(_SPLIT, clean(text)).translate(_TABLE)
    return _OPTION.sub(r"\1{\2}", safe) if opens else safe
