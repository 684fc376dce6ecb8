"""Small readers of the files that questionnaires are written to, and what should be in them.

Each reader gives a dict by column of the export, in the order of the file: the wording and the
answers, pairs of value and label. On paper the values are not printed, and are None.
"""

import csv
import html
import re
from html.parser import HTMLParser

from docx import Document
from openpyxl import load_workbook

from scrm_model.survey.questionnaire.limesurvey import COLUMNS as LIME
from scrm_model.survey.scales import Scales

LABEL = {"en": "label::English (en)", "fr": "label::Français (fr)"}
BREAK = re.compile("<br ?/?>")


def plain(text):
    return html.unescape(BREAK.sub("\n", text))


def expected(scales: Scales, lang):
    """Wording and answers by code, from the scales alone."""
    found = {}
    first = next(iter(scales.values()))

    def points(scale):
        low, high = scale.points
        labels = [a.get(lang) for a in scale.anchors]
        if len(labels) == 2 < high - low + 1:
            inner = [str(v) for v in range(low + 1, high)]
            labels = [f"{low} – {labels[0]}", *inner, f"{high} – {labels[1]}"]
        labels = labels or [str(v) for v in range(low, high + 1)]
        return list(zip(range(low, high + 1), labels, strict=True))

    for scale in (*scales.values(), *([scales.marker] if scales.marker else [])):
        for item in scale.items:
            found[item.code] = (item.text.get(lang), points(scale))
    for check in scales.attention:
        found[check.code] = (check.text.get(lang), points(first))
    for question in (*scales.screening, *scales.controls):
        answers = [(c.value, c.text.get(lang)) for c in question.choices]
        if question.kind == "rating":
            answers = points(first)
        found[question.code] = (question.text.get(lang), answers)
    return found


def sheet(path, name):
    rows = list(load_workbook(path)[name].iter_rows(values_only=True))
    heads = rows[0]
    return [{h: v for h, v in zip(heads, row, strict=True) if v is not None} for row in rows[1:]]


def xlsform(path, lang):
    lists = {}
    for row in sheet(path, "choices"):
        lists.setdefault(row["list_name"], []).append((int(row["name"]), row[LABEL[lang]]))
    found = {}
    for row in sheet(path, "survey"):
        kind, _, answers = row["type"].partition(" ")
        if kind in ("select_one", "decimal", "text"):
            found[row["name"]] = (row[LABEL[lang]], lists[answers] if answers else [])
    return found


def limesurvey_rows(path):
    text = path.read_bytes().decode("utf-8-sig")
    lines = text.removesuffix("\r\n").split("\r\n")
    assert lines[0].split("\t") == list(LIME)
    cells = [line.split("\t") for line in lines[1:]]
    assert {len(row) for row in cells} == {len(LIME)}
    assert '"' not in text  # whatever quotes cells has nothing to unquote
    return [dict(zip(LIME, row, strict=True)) for row in cells]


def limesurvey(path, lang):
    found, question, asked = {}, None, []
    for row in limesurvey_rows(path):
        if row["language"] != lang:
            continue
        if row["class"] == "Q":
            question, asked = row, []
            if row["type/scale"] in "LNS":
                asked = [row["name"]]
                found[row["name"]] = (plain(row["text"]), [])
        elif row["class"] == "SQ":
            assert row["related_id"] == question["id"]
            name = f"{question['name']}[{row['name']}]"
            asked.append(name)
            found[name] = (plain(row["text"]), [])
        elif row["class"] == "A":
            assert row["id"] == question["id"]
            for name in asked:
                found[name][1].append((int(row["name"]), plain(row["text"])))
    return found


def qualtrics(path, lang=None):
    text = path.read_bytes().decode("utf-8")
    assert text.startswith("[[AdvancedFormat]]\r\n")
    found = {}
    for part in re.split(r"\[\[Question:", text)[1:]:
        kind, _, body = part.split("[[Block:")[0].partition("]]")
        lines = [line for line in body.split("\r\n") if line]
        name = re.fullmatch(r"\[\[ID:(.+)\]\]", lines[0])[1]
        wording, sections, tag = plain(lines[1]), {}, None
        for line in lines[2:]:
            opened = re.fullmatch(r"\[\[((?:Advanced)?(?:Choices|Answers))\]\]", line)
            coded = re.fullmatch(r"\[\[(?:Choice|Answer):(-?\d+)\]\]", line)
            if opened:
                tag = opened[1].removeprefix("Advanced")
                sections[tag], value = [], None
            elif coded:
                value = int(coded[1])
            else:
                assert not line.startswith("[[")
                number = len(sections[tag]) + 1 if value is None else value
                sections[tag].append((number, plain(line)))
        if kind == "Matrix":
            for number, statement in sections["Choices"]:
                found[f"{name}_{number}"] = (statement, sections["Answers"])
        elif kind != "DB":
            found[name] = (wording, sections.get("Choices", []))
    return found


def redcap_rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def redcap(path, lang=None):
    found = {}
    for row in redcap_rows(path)[1:]:
        if row["Field Type"] == "descriptive":
            continue
        parts = row["Choices, Calculations, OR Slider Labels"].split(" | ")
        answers = [part.split(", ", 1) for part in parts if part]
        labels = [(int(value), plain(label)) for value, label in answers]
        found[row["Variable / Field Name"]] = (plain(row["Field Label"]), labels)
    return found


class _Page(HTMLParser):
    """Questions of a page: tables of statements, fieldsets and single fields."""

    def __init__(self, lang):
        super().__init__()
        self.lang, self.form, self.found = lang, None, {}
        self.stack, self.text, self.heads, self.head, self.value = [], "", [], "", None

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        assert tag != "script"
        assert not any(name.startswith("on") for name in named)
        if tag == "form":
            self.form = named["lang"]
        if tag == "br":
            self.text += "\n"
        if tag == "thead":
            self.heads = []
        if tag in ("th", "legend", "label"):
            self.text = ""
        if tag == "input" and self.form == self.lang:
            name, kind = named["name"], named["type"]
            if kind == "radio":
                wording, answers = self.found.setdefault(name, (self.head, []))
                self.value = (answers, int(named["value"]))
                if "aria-label" in named:
                    label = self.heads[1:][len(answers)]
                    assert named["aria-label"] == f"{wording.split('. ', 1)[1]}: {label}"
                    answers.append((int(named["value"]), label))
                    self.value = None
            else:
                self.found[name] = (self.text, [])
                assert named["id"]

    def handle_data(self, data):
        self.text += data

    def handle_endtag(self, tag):
        if tag == "th" and len(self.heads) < 99 and self.get_starttag_text():
            self.heads.append(self.text)
        if tag in ("th", "legend"):
            self.head = self.text
        if tag == "thead":
            self.heads = [*self.heads, *[""] * (99 - len(self.heads))]
        if tag == "label" and self.value:
            answers, value = self.value
            answers.append((value, self.text.strip(" ").removesuffix("\n")))
            self.value = None


def page(path, lang):
    reader = _Page(lang)
    reader.feed(path.read_text(encoding="utf-8"))
    return {
        name: (re.sub(r"^\d+\. ", "", wording), answers)
        for name, (wording, answers) in reader.found.items()
    }


def word(path, lang=None):
    """By number; questions outside tables first."""
    document = Document(path)
    found, current = {}, None
    for paragraph in document.paragraphs:
        numbered = re.match(r"(\d+)\. ", paragraph.text)
        if numbered:
            current = numbered[1]
            found[current] = (paragraph.text[numbered.end() :], [])
        elif paragraph.text.startswith("☐ ") and current:
            found[current][1].append((None, paragraph.text[2:]))
    for table in document.tables:
        heads = [cell.text for cell in table.rows[0].cells][2:]
        for row in table.rows[1:]:
            number, statement, *boxes = (cell.text for cell in row.cells)
            assert boxes == ["☐"] * len(heads)
            found[number] = (statement, [(None, label) for label in heads])
    return found
