"""LaTeX: fragments to the letter, and a reader of our own for what no label may do."""

import re
import shutil
import subprocess

import pytest

from scrm_model.reporting.rendering.latex_text import latex_text
from scrm_model.reporting.tables import Column, Table

FRAGMENT = r"""\begin{table}[htbp]
\small
\setlength{\tabcolsep}{4.5pt}
\begin{threeparttable}
\caption{A title}
\begin{tabular}{@{}lrrrrr@{}}
\toprule
 & \multicolumn{2}{c}{Raw} &  &  &  \\
\cmidrule(lr){2-3}
Path & \textit{b} & CI & \textit{p} & \textit{n} & r \\
\midrule
"""


def test_a_fragment_to_the_letter(table):
    text = table.latex()
    assert text.startswith(FRAGMENT)
    assert (
        r"\textbf{0.50}\rlap{\textsuperscript{***}} & \textbf{{[}0.40,~0.60]} & "
        r"\textbf{\textless{}\,.001} & \textbf{1,200} & \textbf{.123} \\" in text
    )
    assert r"\hspace{1em}A $\rightarrow$ C & $-$1.25 & {[}$-$2.00,~$-$0.50]" in text
    assert r"\item \textit{Note.} A note. --(a) = fixed. --(b) = no test." in text
    assert r"\textit{first}\strut}}} \\*" in text


def test_french(table):
    text = table.latex("fr")
    assert r"\textbf{0,50}" in text
    assert r"{[}0,40\,;~0,60]" in text
    assert r"$-$1,25\rlap{\textsuperscript{n.s.}}" in text


def test_numbers_of_different_decimals_are_padded():
    import pandas as pd

    frame = pd.DataFrame({"i": ["chi", "df", "cfi"], "v": [12.5, 24, 0.951], "u": [None] * 3})
    formats = (("number", 2), ("integer", 0), ("bounded", 3))
    made = Table("t", frame, (Column("i", "I"), Column("v", "V", "row", upper="u")),
                 row_formats=formats)  # fmt: skip
    lines = re.findall(r"^(?:chi|df|cfi) & (.*) \\\\$", made.latex(), re.M)
    assert lines == [r"12.50\phantom{0}", r"24\phantom{.000}", ".951"]


def test_long_and_wide_tables():
    import pandas as pd

    frame = pd.DataFrame({f"c{k}": [0.5] * 60 for k in range(25)}).assign(name="x")
    columns = (Column("name", "Name"), *(Column(f"c{k}", str(k), "bounded") for k in range(25)))
    text = Table("t", frame, columns, ("n",)).latex()
    assert text.startswith("\\begin{landscape}\n\\begingroup\n\\")
    assert "\\endfirsthead" in text
    assert text.count("\\toprule") == 2
    assert "\\endlastfoot" in text


def test_a_file_that_sets_itself(table, tmp_path):
    for lang in ("en", "fr"):
        text = table.save(tmp_path / f"{lang}.tex", lang, number=3).read_text("utf-8")
        for package in ("booktabs", "threeparttable", "longtable", "pdflscape", "array"):
            assert re.search(rf"\\usepackage\{{[\w,]*\b{package}\b", text)
        assert "\\setcounter{table}{2}" in text
        assert ("\\usepackage[french]{babel}" in text) == (lang == "fr")
        assert f"\\renewcommand{{\\tablename}}{{{'Table' if lang == 'en' else 'Tableau'}}}" in text
        assert balanced(text)


def balanced(text):
    """Whether braces and environments are closed in order, escaped braces aside."""
    depth = 0
    for mark in re.findall(r"\\.|[{}]", text, re.S):
        depth += (mark == "{") - (mark == "}")
        if depth < 0:
            return False
    stack = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return depth == 0 and not stack


ALLOWED = {
    "begin", "end", "setlength", "tabcolsep", "caption", "multicolumn", "textit", "textbf",
    "textsuperscript", "rlap", "phantom", "hspace", "item", "toprule", "midrule", "bottomrule",
    "cmidrule", "raggedright", "raggedleft", "arraybackslash", "small", "footnotesize",
    "scriptsize", "tiny", "textbackslash", "textasciitilde", "textasciicircum", "textless",
    "textgreater", "textbar", "makebox", "parbox", "strut",
    "textasciigrave", "rightarrow", "begingroup", "endgroup",
    "endfirsthead", "endhead", "endfoot", "endlastfoot",
}  # fmt: skip


def test_hostile_labels_are_text(hostile):
    from reporting.rendering.hostile import HOSTILE

    for label in HOSTILE.values():
        text = hostile(label).latex()
        assert balanced(text)
        assert set(re.findall(r"\\([A-Za-z]+)", text)) <= ALLOWED
        # What is special stands only where we put it.
        bare = re.sub(r"\\[\\{}#$%&_]|\\[A-Za-z]+\{\}", "", text)
        bare = bare.replace(r"$\rightarrow$", "").replace("$-$", "")
        assert not re.search(r"[#$%_~^]", re.sub(r"(?<=\d)~", "", bare)) or label.count("\u00a0")
        assert "\n\n" not in text
        assert "/etc/passwd" not in text or "\\textbackslash{}input\\{/etc" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_b & 50 %", r"a\_b \& 50 \%"),
        ("\\{}", r"\textbackslash{}\{\}"),
        ("x--y ''", r"x-{}-y '{}'"),
        ("\ue000p\ue001 < .05", r"\textit{p} \textless{} .05"),
        ("é « ç » œ ع", "é « ç » œ ع"),
        ("χ² ≥ −1\u00a0β", r"$\chi$\textsuperscript{2} $\geq$ $-$1~$\beta$"),
        ("a\n\nb", "a  b"),
        ("[1] *", "{[}1] *"),
    ],
)
def test_text(text, expected):
    assert latex_text(text) == expected


@pytest.mark.skipif(not shutil.which("lualatex"), reason="no TeX here")
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_is_set_where_there_is_tex(table, hostile, tmp_path, lang):
    from reporting.rendering.hostile import HOSTILE

    from scrm_model.reporting.table_set import save_tables

    tables = [table, *(hostile(label) for name, label in HOSTILE.items() if "right" not in name)]
    path = save_tables(tables, tmp_path / "t.tex", lang)
    subprocess.run(["lualatex", "-halt-on-error", path.name], cwd=tmp_path, check=True)
