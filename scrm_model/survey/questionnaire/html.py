"""A page for the browser, to read, try out and print; it is whole in itself and sends nothing."""

from __future__ import annotations

from html import escape
from itertools import count

from scrm_model.study.records import Text
from scrm_model.survey.questionnaire.paper import columns, numbered, parts, stop
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.rendered import Rendered
from scrm_model.survey.questionnaire.texts import text

STYLE = """
body { font: 12pt/1.45 Georgia, serif; color: #1a1a1a; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { border: 1px solid #767676; padding: .35rem; vertical-align: middle; }
thead th { font-size: .8rem; font-weight: normal; }
tbody th { text-align: left; font-weight: normal; min-width: 14rem; }
td { text-align: center; }
fieldset { border: 0; padding: 0; margin: 1rem 0; } legend { padding: 0; }
label { display: block; margin: .15rem 0; }
.stop { font-style: italic; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; }
  tr, fieldset { break-inside: avoid; } thead { display: table-header-group; }
  form + form { break-before: page; } }
""".strip()


def render(made: Questionnaire, layout: str) -> Rendered:
    """Write a questionnaire as one page of HTML.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.
    layout : {"matrix", "single"}
        Statements in a table, or each by itself.

    Returns
    -------
    Rendered
    """
    forms = [_Form(made, layout, lang).html() for lang in made.languages]
    first = made.languages[0]
    page = (
        f'<!DOCTYPE html>\n<html lang="{first}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(made.title.get(first))}</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(forms)}</main>\n</body>\n</html>\n"
    )
    return Rendered(page.encode("utf-8"), columns(made))


def _safe(wording: str) -> str:
    lines = wording.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "<br>".join(escape(line, quote=True) for line in lines)


class _Form:
    """The questionnaire in one language."""

    def __init__(self, made: Questionnaire, layout: str, lang: str) -> None:
        self.made = made
        self.layout = layout
        self.lang = lang
        self.numbers = numbered(made)
        self._ids = count(1)

    def say(self, wording: Text) -> str:
        return _safe(wording.get(self.lang))

    def html(self) -> str:
        inner = "".join(self.section(heading, section) for heading, section in parts(self.made))
        return (
            f'<form lang="{self.lang}">\n<h1>{self.say(self.made.title)}</h1>\n{inner}'
            f"<p>{self.say(self.made.thanks)}</p>\n</form>\n"
        )

    def section(self, heading: Text | None, section: Section) -> str:
        title = f"<h2>{self.say(heading)}</h2>\n" if heading else ""
        if self.layout == "matrix" and section.kind == "items" and section.shared:
            return f"<section>\n{title}{self.table(section)}</section>\n"
        paragraphs = self.say(section.instruction).split("<br><br>")
        instruction = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
        questions = "".join(self.question(question) for question in section.questions)
        return f"<section>\n{title}{instruction}{questions}</section>\n"

    def table(self, section: Section) -> str:
        heads = "".join(f'<th scope="col">{self.say(a.text)}</th>' for a in section.shared)
        head = f'<tr><th scope="col">{self.say(text("statement"))}</th>{heads}</tr>'
        rows = "".join(self.row(question) for question in section.questions)
        caption = f"<caption>{self.say(section.instruction)}</caption>"
        return f"<table>\n{caption}\n<thead>{head}</thead>\n<tbody>\n{rows}</tbody>\n</table>\n"

    def row(self, question: Asked) -> str:
        wording = self.wording(question)
        cells = "".join(
            f'<td><input type="radio" name="{escape(question.code)}" value="{answer.value}" '
            f'aria-label="{escape(question.text.get(self.lang))}: '
            f'{escape(answer.text.get(self.lang))}"></td>'
            for answer in question.answers
        )
        return f'<tr><th scope="row">{wording}</th>{cells}</tr>\n'

    def wording(self, question: Asked) -> str:
        number = self.numbers.get(question.code)
        return (f"{number}. " if number else "") + self.say(question.text)

    def question(self, question: Asked) -> str:
        wording, ending = self.wording(question), stop(question)
        after = f'<p class="stop">{self.say(ending)}</p>\n' if ending else ""
        name = escape(question.code)
        if question.kind != "choice":
            key = f"{self.lang}{next(self._ids)}"
            kind = "number" if question.kind == "number" else "text"
            step = ' step="any"' if kind == "number" else ""
            field = f'<input type="{kind}" id="{key}" name="{name}"{step}>'
            return f'<p><label for="{key}">{wording}</label>{field}</p>\n{after}'
        answers = "".join(
            f'<label><input type="radio" name="{name}" value="{answer.value}"> '
            f"{self.say(answer.text)}</label>\n"
            for answer in question.answers
        )
        return f"<fieldset>\n<legend>{wording}</legend>\n{answers}</fieldset>\n{after}"
