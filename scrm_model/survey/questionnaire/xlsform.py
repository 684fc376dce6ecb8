"""XLSForm, for KoboToolbox and ODK: the sheets survey, choices and settings.

Notes
-----
Column names, question types and appearances are those of the XLSForm reference (xlsform.org).
Labels are cells of text, never formulas. ``${x}`` in a label would be read as a reference and
cannot be escaped, so it is an error.
"""

from __future__ import annotations

import re
from io import BytesIO

from scrm_model.errors import ScaleError
from scrm_model.study.records import Text
from scrm_model.survey.items import Choice
from scrm_model.survey.questionnaire.names import free_name
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.rendered import Rendered
from scrm_model.survey.questionnaire.sheets import workbook
from scrm_model.survey.questionnaire.texts import text
from scrm_model.survey.questionnaire.wording import all_texts

LANGUAGES = {"en": "English (en)", "fr": "Français (fr)"}
TYPES = {"number": "decimal", "text": "text"}
_REFERENCE = re.compile(r"\$\{")
# What ODK's Markdown and its few HTML tags begin with.
_STYLE = re.compile(r"[*_<]|^#", re.MULTILINE)
RESERVED = "meta"
Row = dict[str, str]


def render(made: Questionnaire, layout: str) -> Rendered:
    """Write a questionnaire as XLSForm.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.
    layout : {"matrix", "single"}
        Statements in a table (``table-list``), or each with its own row of answers (``likert``).

    Returns
    -------
    Rendered

    Raises
    ------
    ScaleError
        If a wording holds ``${``, or a question is named ``meta``.
    """
    _check(made)
    form = _Form(made, layout)
    survey = form.survey()
    settings = {
        "form_title": made.title.get(made.languages[0]),
        "form_id": "questionnaire",
        "default_language": LANGUAGES[made.languages[0]],
        "style": "pages",
    }
    sheets: dict[str, list[Row]] = {
        "survey": survey,
        "choices": form.choices,
        "settings": [settings],
    }
    stream = BytesIO()
    workbook(sheets, made.title.get(made.languages[0])).save(stream)
    return Rendered(stream.getvalue(), {code: code for code in made.codes}, _notes(made))


class _Form:
    """Rows of the sheets, and the lists of choices met on the way."""

    def __init__(self, made: Questionnaire, layout: str) -> None:
        self.made = made
        self.layout = layout
        self.choices: list[Row] = []
        self._lists: dict[tuple[Choice, ...], str] = {}
        self._taken = list(made.codes)

    def survey(self) -> list[Row]:
        rows: list[Row] = []
        for number, (heading, section) in enumerate(self.made.parts(), start=1):
            rows += self._section(number, heading, section)
        return rows + self._endings()

    def _name(self, wanted: str) -> str:
        name = free_name(wanted, self._taken)
        self._taken.append(name)
        return name

    def _labels(self, column: str, wording: Text) -> Row:
        return {f"{column}::{LANGUAGES[lang]}": wording.get(lang) for lang in self.made.languages}

    def _section(self, number: int, heading: Text, section: Section) -> list[Row]:
        name = self._name(f"part_{number}" if section.kind == "items" else f"{section.kind}_page")
        table = self.layout == "matrix" and bool(section.shared)
        relevant = " and ".join(passed(gate) for gate in self.made.gates(section))
        begin = {"type": "begin_group", "name": name, **self._labels("label", heading)}
        begin |= {"appearance": "table-list" if table else "field-list"}
        if relevant:
            begin["relevant"] = relevant
        questions = [self._question(q, section, table) for q in section.questions]
        if table:
            # A table is headed by the label of its group and has no note among its rows.
            begin |= self._labels("label", section.instruction)
            return [begin, *questions, {"type": "end_group"}]
        note = {"type": "note", "name": self._name(f"{name}_text")}
        note |= self._labels("label", section.instruction)
        return [begin, note, *questions, {"type": "end_group"}]

    def _question(self, question: Asked, section: Section, table: bool) -> Row:
        row = {"name": question.code, **self._labels("label", question.text)}
        if question.kind == "choice":
            row["type"] = f"select_one {self._list(question.answers)}"
            if section.kind == "items" and not table:
                row["appearance"] = "likert"
        else:
            row["type"] = TYPES[question.kind]
        if self.made.required or question.role in ("consent", "screening"):
            row["required"] = "yes"
            row |= self._labels("required_message", text("required"))
        return row

    def _list(self, answers: tuple[Choice, ...]) -> str:
        """Name of a list of choices, which is written when it is first met."""
        if answers not in self._lists:
            name = f"answers_{len(self._lists) + 1}"
            self._lists[answers] = name
            self.choices += [
                {"list_name": name, "name": str(a.value), **self._labels("label", a.text)}
                for a in answers
            ]
        return self._lists[answers]

    def _endings(self) -> list[Row]:
        made, rows = self.made, []
        consent = [passed(made.consent)] if made.consent else []
        screens = [passed(question) for question in made.screens]
        if made.consent:
            refused = f"${{{made.consent.code}}} = '0'"
            rows.append(self._note("refused", made.refused, refused))
        if screens:
            away = " and ".join([*consent, f"not({' and '.join(screens)})"])
            rows.append(self._note("ineligible", made.ineligible, away))
        rows.append(self._note("thanks", made.thanks, " and ".join([*consent, *screens])))
        return rows

    def _note(self, name: str, wording: Text, relevant: str) -> Row:
        row = {"type": "note", "name": self._name(name), **self._labels("label", wording)}
        return row | ({"relevant": relevant} if relevant else {})


def passed(question: Asked) -> str:
    """Condition, in XPath, under which a question lets the respondent go on."""
    name = f"${{{question.code}}}"
    if question.eligible:
        either = " or ".join(f"{name} = '{value}'" for value in question.eligible)
        return f"({either})" if len(question.eligible) > 1 else either
    return f"{name} >= {question.minimum}"


def _notes(made: Questionnaire) -> tuple[Text, ...]:
    styled = [
        place
        for place, wording in all_texts(made)
        if any(_STYLE.search(wording.get(lang)) for lang in made.languages)
    ]
    if not styled:
        return ()
    places = ", ".join(styled)
    return (
        Text(
            f"ODK and Kobo read * _ # and < in a label as marks of style: look at {places}.",
            f"ODK et Kobo lisent * _ # et < dans un libellé comme des marques de style : "
            f"vérifiez {places}.",
        ),
    )


def _check(made: Questionnaire) -> None:
    reserved = [code for code in made.codes if code.casefold() == RESERVED]
    if reserved:
        raise ScaleError(
            f"code= needs another name than {RESERVED!r}, under which an XLSForm keeps its own "
            f"data; got {reserved[0]!r}. Rename the question."
        )
    extra = [("the end", end) for end in (made.thanks, made.ineligible, made.refused)]
    for place, wording in (*all_texts(made), *extra):
        for lang in made.languages:
            if _REFERENCE.search(wording.get(lang)):
                raise ScaleError(
                    f"text= needs wordings without '${{' for XLSForm, which reads it as a "
                    f"reference to a question; got {wording.get(lang)!r} in {place}. Rephrase it, "
                    "or choose another format."
                )
