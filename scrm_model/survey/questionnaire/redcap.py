"""REDCap's data dictionary (``.csv``).

Notes
-----
The 18 columns are those of a dictionary that REDCap exports. Field names are lower-case letters,
digits and underscores. Fields of a matrix stand together, have the same choices and name their
group. Labels are HTML in which brackets and braces (piping, embedded fields) and the bar (which
parts choices) are entities, and so is a first character that a spreadsheet would read as a formula.
"""

from __future__ import annotations

import csv
import io
import re

from scrm_model.errors import ScaleError
from scrm_model.study.records import Text
from scrm_model.survey.items import Choice
from scrm_model.survey.questionnaire.markup import entities
from scrm_model.survey.questionnaire.names import Rule, accepted_names, free_name, plain
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.rendered import Rendered

COLUMNS = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note",
    "Text Validation Type OR Show Slider Number", "Text Validation Min", "Text Validation Max",
    "Identifier?", "Branching Logic (Show field only if...)", "Required Field?", "Custom Alignment",
    "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?", "Field Annotation",
)  # fmt: skip
NAME, FORM, HEADER, TYPE, LABEL, CHOICES = COLUMNS[:6]
VALIDATION, BRANCHING, REQUIRED, MATRIX = COLUMNS[7], COLUMNS[11], COLUMNS[12], COLUMNS[15]
FORM_NAME, RECORD = "questionnaire", "record_id"
Row = dict[str, str]


def _fold(code: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", plain(code).lower()).strip("_")


RULE = Rule(
    "REDCap", _fold, 26, "a letter followed by lower-case letters, digits and '_', at most 26"
)


def render(made: Questionnaire, layout: str) -> Rendered:
    """Write a questionnaire as a data dictionary.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire, in one language.
    layout : {"matrix", "single"}
        Whether statements stand in matrix groups or each by itself.

    Returns
    -------
    Rendered

    Raises
    ------
    ScaleError
        If a code cannot be a field name.
    """
    if RECORD in map(_fold, made.codes):
        raise ScaleError(
            f"code= needs another name than {RECORD!r}, under which REDCap keeps the number of the "
            "record; got it in the scales. Rename the question."
        )
    names, notes = accepted_names(made.codes, RULE)
    dictionary = _Dictionary(made, layout, names)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(dictionary.rows())
    columns = {name: code for code, name in names.items()}
    return Rendered(stream.getvalue().encode("utf-8"), columns, (*notes, *_notes(made)))


class _Dictionary:
    """Rows of the dictionary."""

    def __init__(self, made: Questionnaire, layout: str, names: dict[str, str]) -> None:
        self.made = made
        self.layout = layout
        self.names = names
        self._taken = [RECORD, *names.values()]

    def rows(self) -> list[Row]:
        label = Text("Record number", "Numéro de la réponse")
        rows = [self._field(RECORD, "text", label)]
        for number, section in enumerate(self.made.sections, start=1):
            rows += self._section(number, section)
        return rows + self._endings()

    def _html(self, wording: Text) -> str:
        safe = entities(wording.get(self.made.languages[0]), "[]{}|", "<br>")
        # A spreadsheet that opens the dictionary must not find a formula in it.
        return f"&#{ord(safe[0])};{safe[1:]}" if safe[:1] in tuple("=+-@") else safe

    def _field(self, name: str, kind: str, label: Text, logic: str = "") -> Row:
        row = {NAME: name, FORM: FORM_NAME, TYPE: kind, LABEL: self._html(label)}
        return row | ({BRANCHING: logic} if logic else {})

    def _name(self, wanted: str) -> str:
        name = free_name(wanted, self._taken)
        self._taken.append(name)
        return name

    def _section(self, number: int, section: Section) -> list[Row]:
        logic = " and ".join(self._passed(gate) for gate in self.made.gates(section))
        matrix = self.layout == "matrix" and section.kind == "items" and bool(section.shared)
        rows = []
        for question in section.questions:
            row = self._question(question, logic)
            if matrix:
                row[MATRIX] = f"part_{number}"
            rows.append(row)
        if section.kind == "consent":
            text = self._field(self._name("consent_text"), "descriptive", section.instruction)
            return [text, *rows]
        rows[0][HEADER] = self._html(section.instruction)
        return rows

    def _question(self, question: Asked, logic: str) -> Row:
        kind = "radio" if question.kind == "choice" else "text"
        row = self._field(self.names[question.code], kind, question.text, logic)
        if question.answers:
            row[CHOICES] = self._choices(question.answers)
        if question.kind == "number":
            row[VALIDATION] = "number"
        if self.made.required or question.role in ("consent", "screening"):
            row[REQUIRED] = "y"
        return row

    def _choices(self, answers: tuple[Choice, ...]) -> str:
        return " | ".join(f"{answer.value}, {self._html(answer.text)}" for answer in answers)

    def _passed(self, question: Asked) -> str:
        name = f"[{self.names[question.code]}]"
        if question.eligible:
            either = " or ".join(f"{name} = '{value}'" for value in question.eligible)
            return f"({either})" if len(question.eligible) > 1 else either
        return f"{name} >= {question.minimum}"

    def _failed(self, question: Asked) -> str:
        """Whether a question was answered, and so that the respondent is turned away."""
        name = f"[{self.names[question.code]}]"
        others = [f"{name} <> '{value}'" for value in question.eligible]
        wrong = others or [f"{name} < {question.minimum}"]
        return "(" + " and ".join([f"{name} <> ''", *wrong]) + ")"

    def _endings(self) -> list[Row]:
        made, rows = self.made, []
        consent = [self._passed(made.consent)] if made.consent else []
        if made.consent:
            refused = f"[{self.names[made.consent.code]}] = '0'"
            rows.append(self._display("refused", made.refused, refused))
        if made.screens:
            away = " or ".join(self._failed(question) for question in made.screens)
            logic = " and ".join([*consent, f"({away})"])
            rows.append(self._display("ineligible", made.ineligible, logic))
        return rows

    def _display(self, wanted: str, wording: Text, logic: str) -> Row:
        return self._field(self._name(wanted), "descriptive", wording, logic)


def _notes(made: Questionnaire) -> tuple[Text, ...]:
    thanks = made.thanks.get(made.languages[0])
    notes = [
        Text(
            f"Set the survey's closing text by hand ({thanks!r}), and enable the form as a survey.",
            f"Réglez à la main le texte de fin de l'enquête ({thanks!r}) et activez le formulaire "
            "comme enquête.",
        )
    ]
    return tuple(notes)
