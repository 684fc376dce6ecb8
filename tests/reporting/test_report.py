import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest
from docx import Document
from docx.oxml.ns import qn

from scrm_model.errors import ArgumentError
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.rendering.html_page import html_report
from scrm_model.reporting.report import write_report
from scrm_model.study.claims import Study
from scrm_model.study.records import Construct, Hypothesis, Reference, Text

VOID = {"meta", "br", "hr", "img", "link", "input"}
EVIL = '<script>alert(1)</script>"onload="x" & \u202e\u200fعربي \\textbf{$x_1^2$} %#~ \x07'


class Balance(HTMLParser):
    """Collects tags and insists that each is closed in its turn."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.attributes, self.ids = [], [], [], []
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag


def visible(page):
    body = page[page.index("<body>") :]
    return re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", body, flags=re.S))


@pytest.fixture(params=["en", "fr"])
def lang(request):
    return request.param


def test_the_page_is_well_formed(kit, lang):
    page = html_report(kit.contents(), lang)
    parsed = Balance(page)
    assert len(parsed.ids) == len(set(parsed.ids))
    for link in re.findall(r'href="#([^"]+)"', page):
        assert link in parsed.ids
    assert {"header", "nav", "main", "footer", "h1", "h2", "caption"} <= set(parsed.tags)
    assert page.startswith(f'<!DOCTYPE html>\n<html lang="{lang}">')
    assert parsed.tags.count("h1") == 1
    assert '<a class="skip" href="#main">' in page


def test_the_page_needs_nothing_from_outside(kit, lang):
    page = html_report(kit.contents(), lang)
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "@import" not in page
    assert "url(" not in page
    assert set(re.findall(r"https?://[^\s\"']+", page)) == {"http://www.w3.org/2000/svg"}


def test_every_embedded_diagram_is_xml(kit, lang):
    page = html_report(kit.contents(), lang)
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.S)
    assert len(drawings) == 1
    ET.fromstring(drawings[0])


def test_nothing_prints_nan_or_a_bare_key(kit, lang):
    shown = visible(html_report(kit.contents(), lang))
    assert not re.search(r"\bnan\b|\bNone\b|\bNaN\b", shown)
    assert "{" not in shown
    assert "Phrase(" not in shown
    assert "\ue000" not in shown


def test_numbers_follow_the_language(kit):
    english, french = (visible(html_report(kit.contents(), lang)) for lang in ("en", "fr"))
    assert ".971" in english
    assert "0,971" in french
    assert not re.search(r"(?<![\d.])\d+\.\d{2,3}(?![\d.])", french.split("Méthode")[0])
    assert "Corroborée" in french
    assert "effet indirect" in french.lower()


def test_tables_are_numbered_in_order(kit, lang):
    word = {"en": "Table", "fr": "Tableau"}[lang]
    page = html_report(kit.contents(), lang)
    numbers = re.findall(rf'<span class="label">{word} (\d+)</span>', page)
    assert numbers == [str(i + 1) for i in range(len(numbers))]
    assert len(numbers) == 9


def test_a_failed_fit_prints_no_fit_and_no_p(kit, lang):
    contents = kit.contents(fit=kit.failed(), measurement_fit=kit.fit())
    page = html_report(contents, lang)
    Balance(page)
    shown = visible(page)
    assert 'role="alert"' in page
    assert 'class="alert severe"' in page
    for index in ("CFI", "RMSEA", "SRMR", "AIC", "χ²"):
        assert index not in shown
    assert "p</i> <" not in page
    assert not re.search(r"[.,]001|[.,]05\b", shown)
    assert "<ellipse" in page, "the model is drawn, without estimates"


def test_an_inadmissible_solution_is_named_first(kit):
    fit = kit.fit(admissible=False, problems=(kit.heywood,))
    page = html_report(kit.contents(fit=fit), "en")
    assert page.index('role="alert"') < page.index('id="verdict"')
    assert "sms1\u00a0~~\u00a0sms1" in page


def hostile(kit):
    study = Study(
        name=Text(EVIL, EVIL),
        constructs=(Construct("A", Text(EVIL)), Construct("B", Text(EVIL))),
        hypotheses=(Hypothesis("H1", "A", "B", references=("k",)),),
        bibliography=(Reference("k", EVIL, 2000, EVIL, EVIL),),
    )
    rows = [
        kit.row("A", "=~", EVIL, 1.0, 0, 0.8),
        kit.row("B", "=~", "b1", 1.0, 0, 0.8),
        kit.row("B", "~", "A", 0.4, 0.1, 0.4),
        kit.row("B", "~", EVIL + "2", 0.4, 0.1, 0.4),
    ]
    fit = kit.fit(
        parameters=pd.DataFrame(rows),
        r2=pd.Series({"B": 0.2}),
        admissible=False,
        problems=(
            kit.problem("not_positive_definite", (EVIL,), EVIL, EVIL),
            kit.problem(EVIL, (EVIL,), EVIL, EVIL),
        ),
    )
    base = kit.contents()
    hypotheses = base.hypotheses.iloc[:1].assign(
        hypothesis=EVIL, source="A", target=EVIL, references=[(EVIL,)]
    )
    sample = replace(
        base.sample, missing_by_item={EVIL: 3}, log=(EVIL,), file=EVIL, missing_treatment=EVIL
    )
    mediation = base.mediation.iloc[:1].assign(path=EVIL, source=EVIL)
    return Contents(
        study=study,
        scales=None,
        sample=sample,
        fit=fit,
        measurement_fit=None,
        hypotheses=hypotheses,
        mediation=mediation,
        mediation_notes={"method": EVIL},
        rivals=pd.DataFrame({"model": [EVIL], "aic": [1.0], EVIL: [EVIL]}),
        settings={EVIL: EVIL},
        versions={"scrm_model": EVIL, EVIL: EVIL},
        problems=(kit.problem("not_converged", (EVIL,), "", ""),),
    )


def test_hostile_labels_stay_labels(kit, lang):
    page = html_report(hostile(kit), lang)
    parsed = Balance(page)
    assert "script" not in parsed.tags
    assert not [name for name in parsed.attributes if name.startswith("on")]
    assert "\u202e" not in page
    assert "\x07" not in page
    assert "عربي" in page, "letters of other scripts stay"
    assert "&lt;script&gt;" in page
    for drawing in re.findall(r"<svg.*?</svg>", page, flags=re.S):
        ET.fromstring(drawing)


def test_the_same_contents_give_the_same_page(kit):
    assert html_report(kit.contents()) == html_report(kit.contents())


def test_a_report_is_written(kit, tmp_path):
    written = write_report(kit.contents(), tmp_path / "rapport.html", "fr")
    assert written.read_text(encoding="utf-8") == html_report(kit.contents(), "fr")


def test_where_a_report_cannot_go(kit, tmp_path):
    with pytest.raises(ArgumentError, match=r"path= needs a name ending in .* \.tex; got .*\.odt"):
        write_report(kit.contents(), tmp_path / "report.odt")
    with pytest.raises(ArgumentError, match="path= needs a folder that exists; got"):
        write_report(kit.contents(), tmp_path / "nowhere" / "report.html")
    with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'; got 'de'"):
        html_report(kit.contents(), "de")


FORMS = ("html", "docx", "tex")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_same_report_in_word(kit, lang, tmp_path):
    contents = kit.contents()
    document = Document(write_report(contents, tmp_path / "r.docx", lang))
    page = html_report(contents, lang)
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    found = [unescape(re.sub("<.*?>", "", h)) for h in re.findall("<h2.*?>(.*?)</h2>", page)]
    assert heads == found
    assert len(document.tables) == page.count("<table>")
    assert len(document.inline_shapes) == 1
    picture = document.inline_shapes[0]._inline.docPr
    assert "SCRMC" in picture.get("descr")
    said = "\n".join(p.text for p in document.paragraphs)
    assert ("Sur les neuf hypothèses" if lang == "fr" else "Of the nine hypotheses") in said
    labels = [p._p.xpath("string(.)") for p in document.paragraphs if p.style.name == "Caption"]
    word = "Tableau" if lang == "fr" else "Table"
    numbers = [text for text in labels if re.fullmatch(rf"{word} \d+", text)]
    assert numbers == [f"{word} {k + 1}" for k in range(len(document.tables))]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_same_report_in_latex(kit, lang, tmp_path):
    path = write_report(kit.contents(), tmp_path / "le rapport #1.tex", lang)
    text = path.read_text("utf-8")
    page = html_report(kit.contents(), lang)
    assert text.count("\\section*{") == page.count("<h2")
    assert text.count("\\caption{") == page.count("<table>") + 1
    (name,) = re.findall(r"\\includegraphics\[width=.*?\]\{(.*?)\}", text)
    assert name == "le-rapport-1-figure-1.pdf"
    assert (tmp_path / name).read_bytes().startswith(b"%PDF")
    assert text.rstrip().endswith("\\end{document}")


@pytest.mark.parametrize("form", ["docx", "tex"])
def test_a_failed_fit_has_no_numbers_in_any_form(kit, form, tmp_path):
    contents = kit.contents(fit=kit.failed(), measurement_fit=None)
    path = write_report(contents, tmp_path / f"r.{form}")
    text = path.read_text("utf-8") if form == "tex" else Document(path).element.xml
    assert "did not converge" in text
    assert "CFI" not in text
    assert "nan" not in re.findall("[a-z]+", text.lower())


@pytest.mark.parametrize("form", FORMS)
def test_the_same_contents_give_the_same_file(kit, form, tmp_path):
    one, two = (write_report(kit.contents(), tmp_path / f"{k}.{form}") for k in "ab")
    same = one.read_bytes() == two.read_bytes().replace(b"b-figure", b"a-figure")
    assert same


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_labels_stay_labels_in_word(kit, lang, tmp_path):
    document = Document(write_report(hostile(kit), tmp_path / "r.docx", lang))
    xml = document.element.xml
    assert "<script" not in xml
    assert "&lt;script&gt;" in xml
    assert not re.search("[\u202e\x07]", xml)
    assert "عربي" in xml
    assert document.element.xpath("//w:hyperlink | //w:instrText") == []
    codes = {e.get(qn("w:instr")).strip() for e in document.element.iter(qn("w:fldSimple"))}
    assert codes == {r"SEQ Table \* ARABIC", r"SEQ Figure \* ARABIC"}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_labels_stay_labels_in_latex(kit, lang, tmp_path):
    text = write_report(hostile(kit), tmp_path / "r.tex", lang).read_text("utf-8")
    body = text[text.index("\\maketitle") :]
    assert r"\textbf{\$" not in body.replace(r"\textbackslash{}textbf\{\$", "")
    assert r"\textbackslash{}textbf\{\$x\_1\textasciicircum{}2\$\} \%\#\textasciitilde{}" in body
    assert "<script" not in body
    assert "عربي" in body
    assert not re.search("[\u202e\x07]", body)
